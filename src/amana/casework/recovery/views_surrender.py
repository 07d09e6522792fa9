"""Pages of hand-overs by families, farmers and rescuers."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from amana.casework.audit.queries import history_of
from amana.casework.audit.views_protected import protected_context
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.incidents import queries as incidents
from amana.casework.incidents.editing import must, show_form, trail_to
from amana.casework.incidents.showing import step
from amana.casework.recovery import forms_missions as forms
from amana.casework.recovery import provenance, queries_missions, services, showing_missions
from amana.casework.recovery.models import Surrender, Unit
from amana.casework.recovery.services.surrender import CHANGEABLE, RECORD
from amana.problems import InputProblems


class SurrenderFilters(Filters):
    """Grade, mixed or not, incident."""

    number = django_forms.CharField(label=_("Number"), required=False, max_length=40)
    grade = django_forms.ChoiceField(
        label=_("How well the origin is known"),
        required=False,
        choices=[("", _("every grade")), *((g.value, g.value) for g in Surrender.Grade)],
    )
    mixed = django_forms.ChoiceField(
        label=_("Mixed"),
        required=False,
        choices=[("", _("mixed or not")), ("yes", _("may be mixed")), ("no", _("not mixed"))],
    )
    capacity = django_forms.ChoiceField(
        label=_("Who hands over"), required=False, choices=[("", _("everybody")), *Surrender.Capacity.choices]
    )

    def apply(self, rows: Any) -> Any:
        """The hand-overs that fit."""
        given = self.cleaned_data
        for name in ("grade", "capacity"):
            if given[name]:
                rows = rows.filter(**{name: given[name]})
        if given["mixed"]:
            rows = rows.filter(mixed=given["mixed"] == "yes")
        return rows.filter(number__icontains=given["number"]) if given["number"] else rows


SURRENDERS = List(
    caption=_("Hand-overs by others"),
    columns=(
        Column(_("Number"), lambda s: s.number, "id", "number", ("number",)),
        Column(_("Handed over at"), lambda s: s.received_at, "time", "at", ("received_at",)),
        Column(_("Who hands over"), lambda s: s.get_capacity_display(), "text", "capacity", ("capacity",)),
        Column(
            _("How well the origin is known"), showing_missions.grade_shown, "state", "grade", ("grade",)
        ),
        Column(
            _("May be mixed"), lambda s: _now("yes") if s.mixed else _now("no"), "text", "mixed", ("mixed",)
        ),
        Column(_("Units"), lambda s: s.lifted, "number"),
        Column(_("Incident"), lambda s: s.incident, "text", "incident", ("incident__number",)),
        Column(_("Office"), lambda s: s.office, "text", "office", ("office__code",)),
    ),
    count=lambda n: ngettext("%(n)d hand-over", "%(n)d hand-overs", n) % {"n": n},
    sort="-at",
    url=lambda s: s.get_absolute_url(),
    filters=SurrenderFilters,
    empty={
        "title": _("Nobody has handed anything over yet."),
        "text": _("What families, farmers or rescuers bring is taken in on the page of its incident."),
    },
    export="surrenders",
)  # fmt: skip


@needs("recovery.view")
def surrenders(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list."""
    request.section = "units"
    return show_list(
        request, "recovery/surrenders.html", SURRENDERS, queries_missions.surrenders(request.user),
        as_csv=as_csv, export_url=reverse("surrenders-csv"),
    )  # fmt: skip


@needs("recovery.record")
@sensitive_post_parameters("person", "account")
def take(request: Any, number: str) -> HttpResponse:
    """Take something in."""
    request.section = "units"
    incident = incidents.incident(request.user, number)
    form = forms.SurrenderForm(request.POST or None, user=request.user, incident=incident)
    if request.method == "POST" and form.is_valid():
        try:
            handed = services.take_surrender(request.user, incident, **form.cleaned_data)
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            messages.success(
                request,
                _now("The hand-over is recorded as %(number)s. Now record what was handed over.")
                % {"number": handed.number},
            )
            return redirect(handed)
    context = {
        "form": form,
        "incident": incident,
        "rules": _rules(),
        "trail": trail_to(incident),
        "cancel_url": incident.get_absolute_url(),
    }
    return render(request, "recovery/surrender_form.html", context, status=400 if form.errors else 200)


def _rules() -> list[dict[str, Any]]:
    return [{"letter": g.value, "text": text} for g, text in provenance.RULES]


@needs("recovery.view")
def surrender(request: Any, number: str) -> HttpResponse:
    """One hand-over: what is known of the origin and why, what was handed over, what comes next."""
    request.section = "units"
    user = request.user
    found = queries_missions.surrender(user, number)
    may_record = user.has_perm(RECORD, found)
    units = Unit.objects.visible_to(user).filter(surrender=found, parent=None).order_by("number")
    record = reverse("unit-record", args=[found.incident.number])
    context = {
        "surrender": found,
        "grade": showing_missions.grade_shown(found),
        "rules": _rules(),
        "facts": _facts(user, found),
        "answers": _answers(found),
        "protected": [protected_context(found, n, user) for n in ("account", "person") if getattr(found, n)],
        "units": list(units[:200]),
        "more_units": max(0, found.lifted - 200),
        "may_record": may_record,
        "record_url": f"{record}?surrender={found.number}" if may_record else "",
        "steps": _steps(found, record if may_record else ""),
        "history": history_of(found, user),
        "trail": [
            {"url": reverse("surrenders"), "label": _now("Hand-overs by others")},
            {"url": found.incident.get_absolute_url(), "label": str(found.incident)},
        ],
    }
    return render(request, "recovery/surrender.html", context)


def _facts(user: Any, found: Surrender) -> list[dict[str, Any]]:
    rows = [
        {"label": _("Number"), "value": found.number, "kind": "id"},
        {"label": _("Who hands over"), "value": found.get_capacity_display()},
        {"label": _("Handed over at"), "value": found.received_at, "kind": "time"},
        {"label": _("Lifted on"), "value": found.lifted_on, "kind": "date"},
    ]
    if "sites.view" in user.granted:
        spot = found.spot
        rows.append(
            {"label": _("Spot"), "value": f"{spot.label} · {spot.site}", "url": spot.site.get_absolute_url()}
            if spot
            else {"label": _("Spot"), "value": None}
        )
    return [
        *rows, {"label": _("Taken in by"), "value": found.by}, {"label": _("Office"), "value": found.office}
    ]  # fmt: skip


def _answers(found: Surrender) -> list[dict[str, Any]]:
    labels = forms.SurrenderForm.base_fields
    return [
        {"label": labels[n].label, "value": _("yes") if getattr(found, n) else _("no")}
        for n in ("pictures", "position", "shown", "described", "mixed")
    ]


def _steps(found: Surrender, record: str) -> list[dict[str, Any]]:
    change = reverse("surrender-change", args=[found.number]) if record else None
    rows = []
    if not found.lifted:
        url = f"{record}?surrender={found.number}" if record else None
        rows.append(step(_now("Record what was handed over"), "recorder", "team_leader", url=url))
    if found.shown and found.spot is None:
        rows.append(step(_now("Record the spot that they showed"), "recorder", "team_leader", url=change))
    if found.grade in ("C", "D"):
        rows.append(
            step(_now("Ask, without pressing, whether they would show the place"), "team_leader", url=change)
        )
    rows.append(
        step(
            _now(
                "Ask everybody who touched the remains for an elimination sample: voluntary, to tell their "
                "DNA from that of the dead"
            ),
            "sample_collector",
        )
    )
    return rows


@needs("recovery.record")
@sensitive_post_parameters("person", "account")
def change(request: Any, number: str) -> HttpResponse:
    """Correct the answers, or add what was said later."""
    found = queries_missions.surrender(request.user, number)
    must(request, RECORD, found)

    def save(form: Any) -> HttpResponse:
        given = dict(form.cleaned_data)
        services.change_surrender(request.user, found, given.pop("reason"), seen=given.pop("seen"), **given)
        messages.success(request, _now("The change is saved, and the grade follows from it."))
        return redirect(found)

    return show_form(
        request,
        forms.ChangeSurrenderForm(
            request.POST or None, user=request.user, incident=found.incident,
            initial={**{n: getattr(found, n) for n in CHANGEABLE}, "seen": found.revision},
        ),
        title=_now("Change what is known of the hand-over"),
        about=_now("How well the origin is known follows from the answers, never from who gave them."),
        submit=_now("Save the change"),
        save=save,
        trail=[{"url": found.get_absolute_url(), "label": found.number}],
        section="units",
    )  # fmt: skip
