"""Pages of incidents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.common.access import needs
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.incidents.models import Incident


class IncidentFilters(Filters):
    """Words and state."""

    words = forms.CharField(label=_("Number, name or place"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("every state")), *Incident.State.choices]
    )

    def apply(self, rows: Any) -> Any:
        """The incidents that fit."""
        if self.cleaned_data["state"]:
            rows = rows.filter(state=self.cleaned_data["state"])
        return rows.matching(self.cleaned_data["words"])


INCIDENTS = List(
    caption=_("Incidents"),
    columns=(
        Column(_("Number"), lambda i: i.number, "id", "number", ("number",)),
        Column(_("Name"), str, "text", "name", ("name_en",)),
        Column(_("Place"), lambda i: i.place),
        Column(_("Reported on"), lambda i: i.began, "date", "began", ("began",)),
        Column(_("Office"), lambda i: i.office, "text", "office", ("office__code",)),
    ),
    count=lambda n: ngettext("%(n)d incident", "%(n)d incidents", n) % {"n": n},
    sort="-number",
    url=lambda i: i.get_absolute_url(),
    filters=IncidentFilters,
    empty={
        "title": _("No incident yet."),
        "text": _("An incident gathers alerts, sites, remains and people."),
    },
    export="incidents",
)


@needs("incidents.view")
def incidents(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list."""
    rows = Incident.objects.visible_to(request.user).select_related("office")
    return show_list(
        request,
        "incidents/incidents.html",
        INCIDENTS,
        rows,
        as_csv=as_csv,
        export_url=reverse("incidents-csv"),
    )


@needs("incidents.view")
def incident(request: Any, number: str) -> HttpResponse:
    """One incident: what is said by whom, where, what was recovered."""
    found = get_object_or_404(
        Incident.objects.visible_to(request.user).select_related("office"), number=number
    )
    return render(request, "incidents/incident.html", {"incident": found})
