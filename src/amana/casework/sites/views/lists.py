"""The list of sites."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.common.access import needs
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.sites import queries
from amana.casework.sites.models import Deposition, Site
from amana.casework.sites.showing import state_of


def _choices(everything: Any, choices: Any) -> list[tuple[str, Any]]:
    return [("", everything), *((value, label) for value, label in choices if value)]


class SiteFilters(Filters):
    """Words, state, hazard, what waits, place, deposition, risk, incident."""

    words = forms.CharField(label=_("Number, name or P-code"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=_choices(_("every state"), Site.State.choices)
    )
    hazard = forms.ChoiceField(
        label=_("Explosive hazard"), required=False, choices=_choices(_("every state"), Site.Hazard.choices)
    )
    todo = forms.ChoiceField(
        label=_("What waits"), required=False,
        choices=[
            ("", _("everything")), ("watch", _("visit overdue")), ("tampering", _(
                "disturbance not dealt with"
            )),
            ("clearance", _("clearance requested")), ("waiver", _("waiver waits for a second person")),
            ("authorisation", _("authorisation ends soon")),
        ],
    )  # fmt: skip
    place = forms.CharField(
        label=_("Beginning of the P-code"), required=False, max_length=12,
        help_text=_("SY04 is a governorate, SY0401 a district."),
    )  # fmt: skip
    deposition = forms.ChoiceField(
        label=_("How the remains lie"), required=False, choices=_choices(_("in any way"), Deposition.choices)
    )
    risk = forms.ChoiceField(label=_("Risk"), required=False, choices=_choices(_("any"), Site.Risk.choices))
    incident = forms.CharField(label=_("Number of the incident"), required=False, max_length=40)

    def apply(self, rows: Any) -> Any:
        """The sites that fit."""
        asked = self.cleaned_data
        for field in ("state", "hazard", "deposition", "risk"):
            if asked[field]:
                rows = rows.filter(**{field: asked[field]})
        if asked["place"]:
            rows = rows.filter(pcode__startswith=asked["place"].strip().upper())
        if asked["incident"]:
            rows = rows.filter(incident__number=asked["incident"].strip().upper())
        if asked["todo"]:
            rows = queries.waiting_for(rows, asked["todo"])
        return rows.matching(asked["words"])


SITES = List(
    caption=_("Sites"),
    columns=(
        Column(_("Number"), lambda s: s.number, "id", "number", ("number",)),
        Column(_("Name"), str, "text", "name", ("name_en",)),
        Column(_("State"), state_of, "state", "state", ("state",)),
        Column(_("Explosive hazard"), queries.hazard, "state", "hazard", ("hazard",)),
        Column(_("In this state since"), lambda s: s.state_since, "date", "since", ("state_since",)),
        Column(_("P-code of the place"), lambda s: s.pcode, "id", "pcode", ("pcode",)),
        Column(_("Risk"), lambda s: s.get_risk_display() if s.risk else None, "text", "risk", ("risk",)),
        Column(_("Next visit"), lambda s: s.watch_next, "date", "watch", ("watch_next",)),
        Column(_("Incident"), lambda s: s.incident, "text", "incident", ("incident__number",)),
        Column(_("Office"), lambda s: s.office, "text", "office", ("office__code",)),
    ),
    count=lambda n: ngettext("%(n)d site", "%(n)d sites", n) % {"n": n},
    sort="number",
    url=lambda s: s.get_absolute_url(),
    filters=SiteFilters,
    empty={
        "title": _("No site yet."),
        "text": _("A site is an area with remains. It is added on the page of its incident."),
    },
    export="sites",
)


@needs("sites.view")
def sites(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list."""
    request.section = "incidents"
    rows = queries.sites(request.user)
    return show_list(request, "sites/sites.html", SITES, rows, as_csv=as_csv, export_url=reverse("sites-csv"))
