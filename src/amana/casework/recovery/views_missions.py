"""Pages that show missions: the list, one mission, what a team leader has before them today, the report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.audit.queries import history_of
from amana.casework.common.access import needs
from amana.casework.common.faults import language
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.incidents.showing import step
from amana.casework.recovery import documents, queries_missions, showing_missions
from amana.casework.recovery.gate import Standing, second_person, standing
from amana.casework.recovery.models import Member, Mission, Unit
from amana.casework.recovery.scene_record import SceneRecord, record_of, records_of
from amana.casework.recovery.services.missions import LEAD
from amana.casework.recovery.services.releasing import RELEASE
from amana.casework.recovery.showing import label_layouts

State = Mission.State
RECORD = "recovery.record"


class MissionFilters(Filters):
    """Words, state and day."""

    words = forms.CharField(label=_("Number, name or site"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("every state")), *State.choices]
    )
    opened = forms.ChoiceField(
        label=_("Graves"),
        required=False,
        choices=[("", _("opened or not")), ("yes", _("opened")), ("no", _("not opened"))],
    )
    since = forms.DateField(
        label=_("From this day on"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=_("Up to this day"), required=False, widget=forms.DateInput({"type": "date"})
    )

    def apply(self, rows: Any) -> Any:
        """The missions that fit."""
        given = self.cleaned_data
        if given["state"]:
            rows = rows.filter(state=given["state"])
        if given["opened"]:
            rows = rows.filter(exhumes=given["opened"] == "yes")
        if given["since"]:
            rows = rows.filter(planned_for__gte=given["since"])
        if given["until"]:
            rows = rows.filter(planned_for__lte=given["until"])
        return rows.matching(given["words"])


MISSIONS = List(
    caption=_("Missions"),
    columns=(
        Column(_("Number"), lambda m: m.number, "id", "number", ("number",)),
        Column(_("Name"), lambda m: m.name),
        Column(_("Site"), lambda m: m.site),
        Column(_("Planned for"), lambda m: m.planned_for, "date", "day", ("planned_for", "number")),
        Column(_("Team leader"), lambda m: m.leader),
        Column(_("Graves are opened"), lambda m: _now("yes") if m.exhumes else _now("no")),
        Column(_("State"), showing_missions.state_of_mission, "state", "state", ("state", "planned_for")),
        Column(_("Office"), lambda m: m.office, "text", "office", ("office__code",)),
    ),
    count=lambda n: ngettext("%(n)d mission", "%(n)d missions", n) % {"n": n},
    sort="-day",
    url=lambda m: m.get_absolute_url(),
    filters=MissionFilters,
    empty={"title": _("No mission yet."), "text": _("A mission is planned on the page of its site.")},
    export="missions",
)


@needs("recovery.view")
def missions(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list."""
    request.section = "missions"
    return show_list(
        request, "recovery/missions.html", MISSIONS, queries_missions.missions(request.user), as_csv=as_csv,
        export_url=reverse("missions-csv"),
    )  # fmt: skip


# --- one mission ----------------------------------------------------------------------------------


@needs("recovery.view")
def mission(request: Any, number: str) -> HttpResponse:
    """One mission: whether it may go, who goes, what was done, what comes next."""
    request.section = "missions"
    user = request.user
    found = queries_missions.mission(user, number)
    people = queries_missions.members(found)
    team = [m for m in people if m.left_at is None]
    before = (
        standing(found, team) if found.state in (*Mission.STANDING, State.PLANNED, State.RECALLED) else None
    )
    record = record_of(found)
    kinds = dict(Unit.Kind.choices)
    lifted = queries_missions.kinds_lifted(user, found)
    may = {"lead": user.has_perm(LEAD, found), "record": user.has_perm(RECORD, found)}
    context = {
        "mission": found,
        "trail": trail(),
        "state": showing_missions.state_of_mission(found),
        "sentence": sentence(found, before),
        "card": _CARDS[State(found.state)],
        "why": showing_missions.why_stopped(found),
        "unmet": showing_missions.unmet_shown(before) if before else [],
        "people": people,
        "facts": _facts(user, found),
        "scene": scene_shown(record),
        "lifted": [{"kind": kinds[k], "n": n} for k, n in lifted.items()],
        "acts": acts(user, found, before),
        "may": may,
        "buttons": buttons(found, may),
        "layouts": label_layouts(),
        "steps": _steps(found, before, record),
        "history": history_of(found, user),
    }
    return render(request, "recovery/mission.html", context)


def trail(found: Mission | None = None) -> list[dict[str, Any]]:
    """The pages above one of a mission."""
    up = [{"url": reverse("missions"), "label": _now("Missions")}]
    return [*up, {"url": found.get_absolute_url(), "label": found.name}] if found else up


_CARDS = {
    State.PLANNED: "", State.RELEASED: "note", State.UNDER_WAY: "note", State.ENDED: "",
    State.RECALLED: "stop", State.CANCELLED: "",
}  # fmt: skip


def sentence(found: Mission, before: Standing | None) -> str:
    """Where a mission stands, in one sentence."""
    if found.state == State.PLANNED:
        if before is not None and before.unmet:
            n = len(before.unmet)
            text = ngettext(
                "It may not go yet: %(n)d thing is missing.",
                "It may not go yet: %(n)d things are missing.",
                n,
            )
            return text % {"n": n}
        return _now("Nothing is missing. It waits for the release by a second person.")
    if found.state in Mission.STANDING and before is not None and before.release is None:
        return _now("It was released, but the ground for it has gone. Leave the site and do not enter it.")
    return {
        State.RELEASED: _now("It may go."),
        State.UNDER_WAY: _now("The team is at work."),
        State.ENDED: _now("It has ended. What was forgotten can still be entered."),
        State.RECALLED: _now("It is recalled. Leave the site by the way you came. Do not enter it."),
        State.CANCELLED: _now("It does not take place."),
    }[State(found.state)]


def _facts(user: Any, found: Mission) -> list[dict[str, Any]]:
    site = found.site
    rows = [
        {"label": _("Number"), "value": found.number, "kind": "id"},
        {
            "label": _("Site"), "value": site,
            **({"url": site.get_absolute_url()} if "sites.view" in user.granted else {}),
        },
        {"label": _("Explosive hazard"), "value": site.get_hazard_display()},
        {"label": _("Planned for"), "value": found.planned_for, "kind": "date"},
        {"label": _("Team leader"), "value": found.leader},
        {"label": _("Graves are opened"), "value": _("yes") if found.exhumes else _("no")},
        {"label": _("Plan"), "value": found.plan, "kind": "lines"},
    ]  # fmt: skip
    if found.briefing:
        rows.append({"label": _("Briefing"), "value": found.briefing, "kind": "lines"})
    for name, label in (
        ("briefed_at", _("Briefed at")), ("released_at", _("Released at")), ("started_at", _("Began at")),
        ("stopped_at", _("Recalled or cancelled at")), ("ended_at", _("Ended at")),
    ):  # fmt: skip
        if getattr(found, name) is not None:
            rows.append({"label": label, "value": getattr(found, name), "kind": "time"})
    if found.released_by is not None:
        rows.append(
            {
                "label": _("Released by"), "value": found.released_by,
                "basis": showing_missions.ground(found),
            }
        )  # fmt: skip
    if found.stopped_why:
        rows.append({"label": _("Why"), "value": showing_missions.why_stopped(found), "kind": "lines"})
    if found.outcome:
        rows.append({"label": _("How it went"), "value": found.outcome, "kind": "lines"})
    return [*rows, {"label": _("Office"), "value": found.office}]


def scene_shown(record: SceneRecord) -> dict[str, Any]:
    """How far the scene record is, in a sentence and figures."""
    done = sum(not p.lacks for p in record.places if p.state != "optional")
    missing = record.missing
    text = _now("Nothing that the scene record asks for is missing.")
    if missing:
        text = ngettext(
            "%(n)d step of the scene record is missing.",
            "%(n)d steps of the scene record are missing.",
            len(missing),
        ) % {"n": len(missing)}
    return {"text": text, "done": done, "missing": len(missing), "begun": record.begun}


def acts(user: Any, found: Mission, before: Standing | None) -> list[dict[str, Any]]:
    """What this person can do with the mission now."""
    leads, releases = user.has_perm(LEAD, found), user.has_perm(RELEASE, found)
    rows = []
    if releases and found.state in (State.PLANNED, State.RECALLED) and not second_person(user, found):
        rows.append(("mission-release", _now("Release the mission"), before is not None and not before.unmet))
    if leads and found.state == State.RELEASED:
        rows.append(("mission-start", _now("The team is on the site"), True))
    if leads and (found.state == State.UNDER_WAY or (found.state == State.RECALLED and found.started_at)):
        rows.append(("mission-end", _now("The team has left the site"), found.state == State.RECALLED))
    if leads and found.state in Mission.OPEN:
        rows.append(("mission-briefing", _now("Record the briefing"), False))
        rows.append(("mission-team", _now("The team"), False))
    if leads and found.state in (State.PLANNED, State.RECALLED):
        rows.append(("mission-change", _now("Change the plan"), False))
    if (leads or releases) and found.state in Mission.STANDING:
        rows.append(("mission-recall", _now("Recall the mission"), False))
    if leads and found.started_at is None and found.state in (State.PLANNED, State.RELEASED, State.RECALLED):
        rows.append(("mission-cancel", _now("Give the mission up"), False))
    return [
        {
            "url": reverse(name, args=[found.number]),
            "label": label,
            "first": first,
            "danger": name == "mission-recall",
        }
        for name, label, first in rows
    ]


# Pages of other stations, by the names of their addresses: the first that is there.
_HAND_OVER = (("transfer-offer", None), ("transfers", None))


def buttons(found: Mission, may: dict[str, bool]) -> list[dict[str, Any]]:
    """The large buttons of the field: the scene record, a unit, a photograph, a hand-over."""
    rows = [{"url": reverse("mission-scene", args=[found.number]), "label": _now("Scene record")}]
    if may["record"]:
        where = f"?mission={found.number}"
        for name, label in (
            ("unit-record", _now("Record a unit")),
            ("unit-quick", _now("One body, whole form")),
        ):
            rows.append({"url": reverse(name, args=[found.site.incident.number]) + where, "label": label})
        rows.append({"url": reverse("form-pdf", args=[language()]), "label": _now("Empty form (PDF)")})
    for names, label in ((_HAND_OVER, _now("Hand over")),):
        url = _first(names, found)
        if url:
            rows.append({"url": url, "label": label})
    return rows


def _first(names: Any, found: Mission) -> str:
    for name, what in names:
        args = {"mission": [found.number], "incident": [found.site.incident.number], None: []}[what]
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    return ""


def _steps(found: Mission, before: Standing | None, record: SceneRecord) -> list[dict[str, Any]]:
    rows = []
    if before is not None and found.state in (State.PLANNED, State.RECALLED):
        for unmet in before.unmet:
            url = {
                "recovery.team-of-one": "mission-team", "recovery.not-briefed": "mission-briefing",
                "recovery.members-not-briefed": "mission-briefing", "recovery.day-is-past": "mission-change",
            }.get(unmet.problem.code)  # fmt: skip
            rows.append(
                step(
                    _STEP.get(unmet.problem.code, _("See to what is missing")), *unmet.who,
                    url=reverse(url, args=[found.number]) if url else found.site.get_absolute_url(),
                )
            )  # fmt: skip
        if not before.unmet:
            rows.append(step(_now("Release the mission"), "duty_officer"))
    if found.state == State.RELEASED:
        rows.append(step(_now("Go, and say when the team is on the site"), "team_leader"))
    if found.state == State.UNDER_WAY:
        rows.append(step(_now("Say when the team has left the site"), "team_leader"))
    if found.state in (State.UNDER_WAY, State.ENDED) and record.missing:
        rows.append(
            step(
                _now("Complete the scene record"), "team_leader", "recorder",
                url=reverse("mission-scene", args=[found.number]),
            )
        )  # fmt: skip
    return rows


_STEP = {
    "sites.hazard-not-cleared": _("Have the explosive hazard examined"),
    "sites.needs-waiver": _("Two people sign a waiver for the cleared part"),
    "recovery.waiver-ends-before": _("Two people sign a waiver that lasts until then"),
    "recovery.site-is-closed": _("Open the site again"),
    "recovery.needs-authorisation": _("Have the work authorised"),
    "recovery.day-is-past": _("Name a new day"),
    "recovery.leader-gone": _("Name another team leader"),
    "recovery.team-of-one": _("Name somebody else for the team"),
    "recovery.not-briefed": _("Brief the team"),
    "recovery.members-not-briefed": _("Brief who joined later"),
}


# --- the field ------------------------------------------------------------------------------------


@needs("recovery.view")
def field(request: Any) -> HttpResponse:
    """What somebody goes on today, with large buttons for one hand."""
    request.section = "missions"
    user = request.user
    rows = queries_missions.mine(user)
    records = records_of(rows) if rows else {}
    members: dict[Any, list[Member]] = {m.pk: [] for m in rows}
    for member in Member.objects.filter(mission__in=list(members), left_at=None).select_related("user"):
        members[member.mission_id].append(member)
    shown = []
    for found in rows:
        before = standing(found, members[found.pk])
        may = {"lead": user.has_perm(LEAD, found), "record": user.has_perm(RECORD, found)}
        shown.append(
            {
                "mission": found,
                "state": showing_missions.state_of_mission(found),
                "sentence": sentence(found, before),
                "card": _CARDS[State(found.state)],
                "why": showing_missions.why_stopped(found),
                "unmet": showing_missions.unmet_shown(before) if found.state == State.PLANNED else [],
                "scene": scene_shown(records[found.pk]),
                "buttons": buttons(found, may),
                "acts": [a for a in acts(user, found, before) if a["first"] or a["danger"]],
            }
        )
    return render(
        request, "recovery/field.html", {"rows": shown, "leads": LEAD in user.granted, "now": timezone.now()}
    )


# --- the report -----------------------------------------------------------------------------------


@needs("recovery.view")
def report(request: Any, number: str, language: str) -> HttpResponse:
    """The scene report as PDF, in either language.  That it was given out is an entry of the log."""
    if language not in ("en", "ar"):
        raise Http404
    if "sites.view" not in request.user.granted:  # it says where everything lay
        raise PermissionDenied("sites.view")
    found = queries_missions.mission(request.user, number)
    content = documents.give_scene_report(request.user, found, language)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.number}-scene-{language}.pdf"'
    return response
