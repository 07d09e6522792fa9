"""Pages of what was lifted where the rules were not met."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.audit.queries import history_of
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.incidents.showing import step
from amana.casework.recovery import queries_missions, services, showing_missions
from amana.casework.recovery.forms_missions import AnswerForm
from amana.casework.recovery.models import Irregularity, Unit
from amana.casework.recovery.services.irregular import ANSWER
from amana.problems import InputProblems


class IrregularityFilters(Filters):
    """Answered or not, and what was missing."""

    answered = django_forms.ChoiceField(
        label=_("Answer"),
        required=False,
        choices=[("", _("answered or not")), ("no", _("not answered")), ("yes", _("answered"))],
    )
    kind = django_forms.ChoiceField(
        label=_("What was missing"), required=False, choices=[("", _("anything")), *Irregularity.Kind.choices]
    )

    def apply(self, rows: Any) -> Any:
        """The irregularities that fit."""
        if self.cleaned_data["answered"]:
            rows = rows.filter(answered_at__isnull=self.cleaned_data["answered"] == "no")
        if self.cleaned_data["kind"]:
            # As text: not every database looks into lists.
            rows = rows.filter(kinds__icontains=f'"{self.cleaned_data["kind"]}"')
        return rows


IRREGULARITIES = List(
    caption=_("Lifted outside the rules"),
    columns=(
        Column(_("Recorded at"), lambda i: i.at, "time", "at", ("at",)),
        Column(_("What was missing"), str),
        Column(_("Units"), lambda i: i.lifted, "number"),
        Column(_("Site"), lambda i: i.site),
        Column(_("Mission"), lambda i: i.mission.number if i.mission else "", "id"),
        Column(_("Incident"), lambda i: i.incident, "text", "incident", ("incident__number",)),
        Column(_("Recorded by"), lambda i: i.by),
        Column(_("Answer"), showing_missions.state_of_irregularity, "state", "answered", ("answered_at",)),
        Column(_("Office"), lambda i: i.office, "text", "office", ("office__code",)),
    ),
    count=lambda n: ngettext("%(n)d irregularity", "%(n)d irregularities", n) % {"n": n},
    sort="-at",
    url=lambda i: i.get_absolute_url(),
    filters=IrregularityFilters,
    empty={
        "title": _("Nothing was lifted outside the rules."),
        "text": _("What is lifted where a rule was not met is recorded all the same, and stands here."),
    },
    export="irregularities",
)


@needs("recovery.view")
def irregularities(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list."""
    request.section = "units"
    return show_list(
        request,
        "recovery/irregularities.html",
        IRREGULARITIES,
        queries_missions.irregularities(request.user),
        as_csv=as_csv,
        export_url=reverse("irregularities-csv"),
    )


@needs("recovery.view")
def irregularity(request: Any, key: UUID) -> HttpResponse:
    """One of them: what was missing, which units, what was done about it."""
    request.section = "units"
    user = request.user
    found = get_object_or_404(queries_missions.irregularities(user), pk=key)
    answers = user.has_perm(ANSWER, found) and found.answered_at is None and found.by_id != user.pk
    form = AnswerForm(request.POST or None) if answers else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            services.answer_irregularity(user, found, form.cleaned_data["answer"])
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            messages.success(request, _now("The answer is recorded."))
            return redirect(found)
    units = Unit.objects.visible_to(user).filter(irregularity=found, parent=None).order_by("number")
    context = {
        "irregularity": found,
        "state": showing_missions.state_of_irregularity(found),
        "words": found.words(),
        "units": list(units[:200]),
        "more_units": max(0, found.lifted - 200),
        "facts": _facts(user, found),
        "form": form,
        "steps": [] if found.answered_at else [step(_now("Say what was done about it"), "duty_officer")],
        "own": found.by_id == user.pk and found.answered_at is None,
        "history": history_of(found, user),
        "trail": [{"url": reverse("irregularities"), "label": _now("Lifted outside the rules")}],
    }
    wrong = form is not None and form.errors
    return render(request, "recovery/irregularity.html", context, status=400 if wrong else 200)


def _facts(user: Any, found: Irregularity) -> list[dict[str, Any]]:
    rows = [
        {"label": _("Recorded at"), "value": found.at, "kind": "time"},
        {"label": _("Recorded by"), "value": found.by},
        {"label": _("Incident"), "value": found.incident, "url": found.incident.get_absolute_url()},
    ]
    if found.site is not None and "sites.view" in user.granted:
        rows.append({"label": _("Site"), "value": found.site, "url": found.site.get_absolute_url()})
    if found.mission is not None:
        rows.append({"label": _("Mission"), "value": found.mission, "url": found.mission.get_absolute_url()})
    if found.answered_at is not None:
        rows += [
            {"label": _("Answered at"), "value": found.answered_at, "kind": "time"},
            {"label": _("Answered by"), "value": found.answered_by},
            {"label": _("What was done about it"), "value": found.answer, "kind": "lines"},
        ]
    return [*rows, {"label": _("Office"), "value": found.office}]
