"""Pages of incidents."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.audit.queries import history_of
from amana.casework.common.access import needs
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.identification.queries import latest_run
from amana.casework.incidents import queries, showing
from amana.casework.incidents.models import Incident
from amana.casework.recovery import queries as recovery
from amana.casework.recovery.models import Unit
from amana.casework.recovery.showing import state_of_unit
from amana.casework.sites import plans
from amana.casework.sites import queries as sites
from amana.casework.sites.models import Site

UNITS_SHOWN, SITES_SHOWN = 6, 24


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
        Column(_("State"), showing.state, "state", "state", ("state",)),
        Column(_("Office"), lambda i: i.office, "text", "office", ("office__code",)),
    ),
    count=lambda n: ngettext("%(n)d incident", "%(n)d incidents", n) % {"n": n},
    sort="-number",
    url=lambda i: i.get_absolute_url(),
    filters=IncidentFilters,
    empty={
        "title": _("No incident yet."),
        "text": _("An incident gathers alerts, sites, remains and people. A duty officer opens it."),
    },
    export="incidents",
)


@needs("incidents.view")
def incidents(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list."""
    request.section = "incidents"
    return show_list(
        request,
        "incidents/incidents.html",
        INCIDENTS,
        queries.incidents(request.user),
        {"may_open": "incidents.record" in request.user.granted},
        as_csv=as_csv,
        export_url=reverse("incidents-csv"),
    )


@needs("incidents.view")
def incident(request: Any, number: str) -> HttpResponse:
    """One incident: what is said by whom, where, what was recovered, what comes next."""
    request.section = "incidents"
    user = request.user
    found = queries.incident(user, number)
    sources = queries.sources(user, found)
    context = {
        "incident": found,
        "state": showing.state(found),
        "facts": _facts(found),
        "trail": [{"url": reverse("incidents"), "label": _("Incidents")}],
        "may_record": user.has_perm("incidents.record", found),
        **showing.said(sources, queries.tensions(user, found)),
        **_places(user, found, sources),
        **_remains(user, found),
        "run": latest_run(user, found),
        "history": history_of(found, user),
    }
    context["steps"] = _steps(user, found, context)
    return render(request, "incidents/incident.html", context)


def _facts(found: Incident) -> list[dict[str, Any]]:
    return [
        {"label": _("Number"), "value": found.number, "kind": "id"},
        {"label": _("Place"), "value": found.place},
        {"label": _("Reported on"), "value": found.began, "kind": "date"},
        {"label": _("Office"), "value": found.office},
    ]


def _places(user: Any, found: Incident, sources: list[Any]) -> dict[str, Any]:
    """Sites and the plan of their spots, for who sees sites."""
    if "sites.view" not in user.granted:
        return {"sees_sites": False, "sites": []}
    every = sites.sites(user).filter(incident=found)
    listed = sites.sites_of(user, found, SITES_SHOWN)
    total = len(listed) if len(listed) < SITES_SHOWN else every.count()
    # The spots of a whole country say nothing on one plan: then each site shows its own.
    spots = sites.spots(user, site__in=listed) if total == len(listed) else []
    units = recovery.per_spot(user, incident=found, spot__in=[s.pk for s in spots])
    measures = [m for s in sources for f in s.facts.all() for m in _measures_of(s, f)]
    return {
        "sees_sites": True,
        "may_add_site": "sites.record" in user.granted,
        "sites": [{"site": s, "hazard": sites.hazard(s)} for s in listed],
        "more_sites": total - len(listed),
        "sites_url": f"{reverse('sites')}?{urlencode({'incident': found.number})}",
        "more_in_danger": 0 if total == len(listed) else _in_danger(every, listed),
        "plan": plans.plan_figure(spots, units, reported=showing.measures_in_words(measures)),
        "spots": plans.spot_rows(spots, units, dict(Unit.Kind.choices)),
    }


def _in_danger(every: Any, shown: list[Site]) -> int:
    """How many sites that are not shown have an explosive hazard that is not cleared."""
    rest = every.exclude(hazard=Site.Hazard.CLEARED).exclude(pk__in=[s.pk for s in shown])
    return int(rest.count())


def _measures_of(source: Any, fact: Any) -> list[Any]:
    """Lengths and areas that were read with their statement, so that they need no query of their own."""
    rows = list(fact.measures.all())
    for row in rows:
        row.fact, fact.source = fact, source
    return rows


def _remains(user: Any, found: Incident) -> dict[str, Any]:
    """The first units, how many there are, and how many have no sample, for who sees remains."""
    if "recovery.view" not in user.granted:
        return {"sees_units": False, "unit_count": 0}
    rows = recovery.units(user).filter(incident=found)
    return {
        "sees_units": True,
        "may_record_unit": "recovery.record" in user.granted,
        "may_import_units": "recovery.import" in user.granted,
        "units": [{"unit": u, "state": state_of_unit(u)} for u in rows.order_by("number")[:UNITS_SHOWN]],
        "unit_count": rows.count(),
        "unsampled": recovery.waiting_for_sample(user, found),
        "units_url": f"{reverse('units')}?incident={found.number}",
    }


def _steps(user: Any, found: Incident, known: dict[str, Any]) -> list[dict[str, Any]]:
    """What comes next and who does it.  A step leads where its reader may go."""
    if found.state == Incident.State.CLOSED:
        return []
    steps = []
    if not known["sources"]:
        url = reverse("source-add", args=[found.number]) if known["may_record"] else None
        steps.append(showing.step(_now("Write down who said what"), "duty_officer", url=url))
    if known["sees_sites"] and not known["sites"]:
        url = reverse("site-add", args=[found.number]) if known["may_add_site"] else None
        steps.append(showing.step(_now("Add the site and its spots"), "team_leader", "recorder", url=url))
    for row in known["sites"]:
        if row["site"].hazard != Site.Hazard.CLEARED:
            text = _now("Explosive hazard at %(site)s") % {"site": row["site"]}
            url = row["site"].get_absolute_url()
            steps.append(showing.step(text, "clearance_officer", url=url, state=row["hazard"]))
    if n := known.get("more_in_danger"):
        text = ngettext(
            "Explosive hazard at %(n)d further site", "Explosive hazard at %(n)d further sites", n
        )
        steps.append(showing.step(text % {"n": n}, "clearance_officer", url=known["sites_url"]))
    if known["sees_units"] and known["unsampled"]:
        n = known["unsampled"]
        text = ngettext("Take a sample of %(n)d unit", "Take samples of %(n)d units", n) % {"n": n}
        url = f"{known['units_url']}&sampled=no"
        steps.append(showing.step(text, "forensic_physician", "sample_collector", url=url))
    if "identification.view" in user.granted and known["unit_count"] and not known["run"]:
        may_ask = "identification.run" in user.granted
        url = reverse("run-new", args=[known["incident"].number]) if may_ask else None
        steps.append(showing.step(_now("Compare the remains with the families"), "geneticist", url=url))
    return steps
