"""Pages on which something is done with a mission: plan, team, briefing, release, start, recall, end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form, in_words
from amana.casework.incidents.editing import must, show_form
from amana.casework.recovery import forms_missions as forms
from amana.casework.recovery import queries_missions, services, showing_missions
from amana.casework.recovery.gate import second_person, standing
from amana.casework.recovery.models import Member, Mission
from amana.casework.recovery.services.missions import LEAD
from amana.casework.recovery.services.releasing import RELEASE
from amana.casework.recovery.views_missions import trail
from amana.casework.sites import queries as sites
from amana.problems import InputProblems


def _mission(request: Any, number: str, permission: str) -> Mission:
    request.section = "missions"
    found = queries_missions.mission(request.user, number)
    must(request, permission, found)
    return found


def _act(
    request: Any,
    found: Mission,
    kind: Any,
    act: Callable[[dict[str, Any]], object],
    *,
    done: str,
    **page: Any,
) -> HttpResponse:
    """A page with one form that does something with a mission and leads back to it."""
    kwargs = page.pop("form_kwargs", {})
    initial = {"seen": found.revision, **page.pop("initial", {})}

    def save(form: Any) -> HttpResponse:
        act(form.cleaned_data)
        messages.success(request, done)
        return redirect(found)

    return show_form(
        request,
        kind(request.POST or None, initial=initial, **kwargs),
        save=save,
        trail=trail(found),
        section="missions",
        **page,
    )


@needs("recovery.lead")
def plan(request: Any, number: str) -> HttpResponse:
    """Plan a mission to a site."""
    site = sites.site(request.user, number)
    people = queries_missions.leaders(request.user)

    def save(form: Any) -> HttpResponse:
        given = {**form.cleaned_data, "members": form.cleaned_data["team"]}
        given.pop("team")
        found = services.add_mission(request.user, site, **given)
        messages.success(
            request, _("The mission is planned. Its number is %(number)s.") % {"number": found.number}
        )
        return redirect(found)

    return show_form(
        request,
        forms.PlanForm(
            request.POST or None, people=people, initial={"leader": request.user.pk, "name": str(site)}
        ),
        title=_("Plan a mission"),
        about=_(
            "It may go when the explosive hazard of the site is cleared, the team is briefed and a second "
            "person has released it."
        ),
        submit=_("Plan the mission"),
        save=save,
        trail=[{"url": site.get_absolute_url(), "label": str(site)}],
        section="missions",
    )


@needs("recovery.lead")
def change(request: Any, number: str) -> HttpResponse:
    """Change the plan."""
    found = _mission(request, number, LEAD)
    names = ("name", "planned_for", "plan", "exhumes")
    return _act(
        request,
        found,
        forms.ChangePlanForm,
        lambda d: services.change_mission(request.user, found, d.pop("reason"), seen=d.pop("seen"), **d),
        form_kwargs={"people": queries_missions.leaders(request.user)},
        initial={**{n: getattr(found, n) for n in names}, "leader": found.leader_id},
        done=_("The plan is changed. Brief the team again."),
        title=_("Change the plan"),
        submit=_("Save the change"),
    )


@needs("recovery.lead")
def team(request: Any, number: str) -> HttpResponse:
    """Who is in the team; add somebody."""
    found = _mission(request, number, LEAD)
    people = queries_missions.members(found)
    there = {m.user_id for m in people if m.left_at is None} | {found.leader_id}
    free = [u for u in queries_missions.colleagues(request.user) if u.pk not in there]
    form = forms.MemberForm(request.POST or None, people=free)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_members(
                request.user, found, [services.NewMember(data["task"], data["user"], data["name"])]
            )
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            messages.success(request, _("Somebody joined the team, and has to be briefed."))
            return redirect("mission-team", found.number)
    context = {"mission": found, "people": people, "form": form, "trail": trail(found)}
    return render(request, "recovery/team.html", context, status=400 if form.errors else 200)


@needs("recovery.lead")
@require_POST
def left(request: Any, number: str, key: UUID) -> HttpResponse:
    """Somebody leaves the team."""
    found = _mission(request, number, LEAD)
    member = get_object_or_404(Member.objects.visible_to(request.user), mission=found, pk=key)
    try:
        services.member_left(request.user, member)
        messages.success(request, _("%(name)s has left the team.") % {"name": member})
    except InputProblems as problems:
        messages.error(request, in_words(problems.problems[0]))
    return redirect("mission-team", found.number)


@needs("recovery.lead")
def briefing(request: Any, number: str) -> HttpResponse:
    """Record the briefing."""
    found = _mission(request, number, LEAD)
    people = [m for m in queries_missions.members(found) if m.left_at is None]
    by_key = {str(m.pk): m for m in people}
    return _act(
        request,
        found,
        forms.BriefingForm,
        lambda d: services.brief_team(
            request.user, found, d["briefing"], [by_key[k] for k in d["members"]], at=d["briefed_at"],
            seen=d["seen"],
        ),
        form_kwargs={"members": people},
        initial={
            "briefing": found.briefing, "members": [str(m.pk) for m in people if m.briefed_at is None],
        },
        done=_("The briefing is recorded."),
        title=_("Record the briefing"),
        about=_("Nobody enters the site who was not told what is planned and what is dangerous there."),
        submit=_("Record the briefing"),
    )  # fmt: skip


@needs("recovery.release")
def release(request: Any, number: str) -> HttpResponse:
    """Release a mission, with everything before one's eyes that it rests on."""
    found = _mission(request, number, RELEASE)
    people = [m for m in queries_missions.members(found) if m.left_at is None]
    before = standing(found, people)
    own = second_person(request.user, found)
    form = forms.Seen(request.POST or None, initial={"seen": found.revision})
    if request.method == "POST" and form.is_valid():
        try:
            services.release_mission(request.user, found, seen=form.cleaned_data["seen"])
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            messages.success(request, _("The mission is released."))
            return redirect(found)
    context = {
        "mission": found,
        "people": people,
        "form": form,
        "unmet": showing_missions.unmet_shown(before),
        "own": [in_words(p) for p in own],
        "may": not own and not before.unmet and found.state in ("planned", "recalled"),
        "facts": [
            {"label": _("Site"), "value": found.site},
            {"label": _("Explosive hazard"), "value": found.site.get_hazard_display()},
            {"label": _("Waiver until"), "value": before.release.until, "kind": "time"}
            if before.release and before.release.until
            else None,
            {"label": _("Authorised by"), "value": _authority(before.authorisation)}
            if before.authorisation
            else None,
            {"label": _("Planned for"), "value": found.planned_for, "kind": "date"},
            {"label": _("Team leader"), "value": found.leader},
            {"label": _("Team"), "value": "\n".join(f"{m} · {m.task}" for m in people), "kind": "lines"},
            {"label": _("Graves are opened"), "value": _("yes") if found.exhumes else _("no")},
            {"label": _("Plan"), "value": found.plan, "kind": "lines"},
            {"label": _("Briefing"), "value": found.briefing, "kind": "lines"},
            {"label": _("Briefed at"), "value": found.briefed_at, "kind": "time"},
        ],
        "trail": trail(found),
    }
    context["facts"] = [f for f in context["facts"] if f is not None]
    return render(request, "recovery/release.html", context, status=400 if form.errors else 200)


def _authority(authorisation: Any) -> str:
    return f"{authorisation.authority} · \u2068{authorisation.reference}\u2069"


@needs("recovery.lead")
def start(request: Any, number: str) -> HttpResponse:
    """The team is on the site."""
    found = _mission(request, number, LEAD)
    return _act(
        request,
        found,
        forms.StartForm,
        lambda d: services.start_mission(request.user, found, at=d["started_at"], seen=d["seen"]),
        done=_("The team is at work."),
        title=_("Is the team on the site?"),
        about=_("What the release rests on is looked at once more."),
        submit=_("Yes, work begins"),
    )


@needs("recovery.lead")
def end(request: Any, number: str) -> HttpResponse:
    """The team has left the site."""
    found = _mission(request, number, LEAD)
    return _act(
        request,
        found,
        forms.EndForm,
        lambda d: services.end_mission(request.user, found, d["outcome"], at=d["ended_at"], seen=d["seen"]),
        done=_("The mission has ended. The scene record can still be completed."),
        title=_("Has everybody left the site?"),
        submit=_("Yes, the mission has ended"),
    )


@needs("recovery.view")
def recall(request: Any, number: str) -> HttpResponse:
    """Call the team back."""
    request.section = "missions"
    found = queries_missions.mission(request.user, number)
    if not (request.user.has_perm(LEAD, found) or request.user.has_perm(RELEASE, found)):
        raise PermissionDenied(LEAD)
    return _act(
        request,
        found,
        forms.RecallForm,
        lambda d: services.recall_mission(request.user, found, d["reason"], seen=d["seen"]),
        done=_("The mission is recalled. Tell the team by radio or telephone now: this page alone does not."),
        title=_("Recall the mission"),
        about=_("The team leaves the site by the way it came. It goes again only after a new release."),
        submit=_("Recall the mission"),
    )


@needs("recovery.lead")
def cancel(request: Any, number: str) -> HttpResponse:
    """Give it up."""
    found = _mission(request, number, LEAD)
    return _act(
        request,
        found,
        forms.CancelForm,
        lambda d: services.cancel_mission(request.user, found, d["reason"], seen=d["seen"]),
        done=_("The mission does not take place."),
        title=_("Give the mission up"),
        about=_("It keeps its number and its plan. What was lifted nevertheless can be recorded."),
        submit=_("Give the mission up"),
    )
