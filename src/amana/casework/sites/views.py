"""Pages of sites and spots."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.audit.queries import history_of
from amana.casework.common.access import needs
from amana.casework.common.faults import language
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.incidents import queries as incidents
from amana.casework.incidents import showing
from amana.casework.incidents.editing import must, show_form, trail_to
from amana.casework.incidents.forms import Reasoned, form_of
from amana.casework.recovery.models import Unit
from amana.casework.recovery.queries import per_spot
from amana.casework.sites import plans, queries, services
from amana.casework.sites.models import Site, Spot
from amana.geography import area


class SiteFilters(Filters):
    """Words and hazard."""

    words = forms.CharField(label=_("Number, name or P-code"), required=False)
    hazard = forms.ChoiceField(
        label=_("Explosive hazard"), required=False, choices=[("", _("every state")), *Site.Hazard.choices]
    )

    def apply(self, rows: Any) -> Any:
        """The sites that fit."""
        if self.cleaned_data["hazard"]:
            rows = rows.filter(hazard=self.cleaned_data["hazard"])
        return rows.matching(self.cleaned_data["words"])


SITES = List(
    caption=_("Sites"),
    columns=(
        Column(_("Number"), lambda s: s.number, "id", "number", ("number",)),
        Column(_("Name"), str, "text", "name", ("name_en",)),
        Column(_("Incident"), lambda s: s.incident, "text", "incident", ("incident__number",)),
        Column(_("P-code of the place"), lambda s: s.pcode, "id", "pcode", ("pcode",)),
        Column(_("Explosive hazard"), queries.hazard, "state", "hazard", ("hazard",)),
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

_NAMES = ("name_en", "name_ar", "pcode")
_POSITION = ("latitude", "longitude", "uncertainty_m")


class _Positioned(forms.Form):
    """Says how a position is written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["latitude"].help_text = _("In decimal degrees, as the receiver shows it: 34.730000")
        self.fields["longitude"].help_text = _("In decimal degrees: 36.710000")
        self.fields["uncertainty_m"].help_text = _("By how many metres the position may be wrong.")


class _PositionedAnew(_Positioned, Reasoned):
    """A corrected position, which says why."""


SiteForm = form_of(Site, _NAMES)
SiteChangeForm = form_of(Site, _NAMES, Reasoned)
SpotForm = form_of(Spot, ("label", *_POSITION), _Positioned)
CorrectionForm = form_of(Spot, _POSITION, _PositionedAnew)


@needs("sites.view")
def sites(request: Any, as_csv: bool = False) -> HttpResponse:
    """The list."""
    request.section = "incidents"
    return show_list(
        request,
        "sites/sites.html",
        SITES,
        queries.sites(request.user),
        as_csv=as_csv,
        export_url=reverse("sites-csv"),
    )


@needs("sites.view")
def site(request: Any, number: str) -> HttpResponse:
    """One site: where its spots are, how dangerous it is, how large."""
    request.section = "incidents"
    user = request.user
    found = queries.site(user, number)
    spots = queries.spots(user, site=found)
    units = per_spot(user, spot__site=found)
    measures = incidents.measures(user, found.incident)
    may_record = user.has_perm("sites.record", found)
    outline = plans.outline_area(spots)
    context = {
        "site": found,
        "trail": trail_to(found.incident),
        "hazard": queries.hazard(found),
        "hazard_card": _CARDS.get(found.hazard, "stop"),
        "hazard_text": _hazard_text(found),
        "facts": _facts(found),
        "may_record": may_record,
        "may_correct": may_record,
        "plan": plans.plan_figure(spots, units, reported=showing.measures_in_words(measures)),
        "spots": plans.spot_rows(spots, units, dict(Unit.Kind.choices)),
        "area": area(outline, language()) if outline else "",
        "reported": [
            {
                "measure": showing.measure_shown(m),
                "source": m.fact.source.code,
                "url": f"{found.incident.get_absolute_url()}#fact-{m.fact_id}",
            }
            for m in measures
            if m.measured == "area"
        ],
        "history": history_of(found, user),
    }
    context["steps"] = _steps(found, spots, may_record)
    return render(request, "sites/site.html", context)


_CARDS = {Site.Hazard.CLEARED: "note", Site.Hazard.REQUESTED: "warn", Site.Hazard.RESTRICTED: "warn"}


def _hazard_text(found: Site) -> str:
    return {
        Site.Hazard.UNKNOWN: _now(
            "Nobody has examined this site for mines and shells. Do not enter it to search."
        ),
        Site.Hazard.REQUESTED: _now("Clearance is asked for and not finished. Do not enter it to search."),
        Site.Hazard.CLEARED: _now("The site was examined and cleared."),
        Site.Hazard.RESTRICTED: _now("Part of the site is cleared. Stay inside that part."),
        Site.Hazard.NOT_CLEARABLE: _now("The site cannot be cleared. Do not enter it."),
    }[Site.Hazard(found.hazard)]


def _facts(found: Site) -> list[dict[str, Any]]:
    return [
        {"label": _("Number"), "value": found.number, "kind": "id"},
        {"label": _("Incident"), "value": found.incident, "url": found.incident.get_absolute_url()},
        {"label": _("P-code of the place"), "value": found.pcode, "kind": "id"},
        {"label": _("Office"), "value": found.office},
    ]


def _steps(found: Site, spots: list[Spot], may_record: bool) -> list[dict[str, Any]]:
    steps = []
    if found.hazard != Site.Hazard.CLEARED:
        text = _now("Have the explosive hazard examined")
        if found.hazard == Site.Hazard.REQUESTED:
            text = _now("Finish the clearance")
        steps.append(showing.step(text, "clearance_officer", state=queries.hazard(found)))
    if not spots:
        url = reverse("spot-add", args=[found.number]) if may_record else None
        steps.append(showing.step(_now("Record the spots"), "team_leader", "recorder", url=url))
    return steps


@needs("sites.record")
def add_site(request: Any, number: str) -> HttpResponse:
    """Add a site to an incident."""
    incident = incidents.incident(request.user, number)

    def save(form: Any) -> HttpResponse:
        added = services.add_site(request.user, incident, **form.cleaned_data)
        messages.success(
            request, _("The site is added. Its number is %(number)s.") % {"number": added.number}
        )
        return redirect(added)

    return show_form(
        request,
        SiteForm(request.POST or None),
        title=_("Add a site"),
        about=_("A site is an area with remains. Its explosive hazard counts as not examined at first."),
        submit=_("Add the site"),
        save=save,
        trail=trail_to(incident),
    )


def _editable(request: Any, number: str) -> Site:
    found = queries.site(request.user, number)
    must(request, "sites.record", found)
    return found


def _trail(found: Site) -> list[dict[str, Any]]:
    return [*trail_to(found.incident), {"url": found.get_absolute_url(), "label": str(found)}]


@needs("sites.record")
def change_site(request: Any, number: str) -> HttpResponse:
    """Correct a site."""
    found = _editable(request, number)

    def save(form: Any) -> HttpResponse:
        reason = form.cleaned_data.pop("reason")
        services.change_site(request.user, found, reason, **form.cleaned_data)
        messages.success(request, _("The change is saved."))
        return redirect(found)

    return show_form(
        request,
        SiteChangeForm(request.POST or None, initial={n: getattr(found, n) for n in _NAMES}),
        title=_("Change the site"),
        submit=_("Save the change"),
        save=save,
        trail=_trail(found),
    )


@needs("sites.record")
def add_spot(request: Any, number: str) -> HttpResponse:
    """Add a spot to a site."""
    found = _editable(request, number)

    def save(form: Any) -> HttpResponse:
        spot = services.add_spot(request.user, found, **form.cleaned_data)
        messages.success(request, _("Spot %(label)s is added.") % {"label": spot.label})
        return redirect(f"{found.get_absolute_url()}#{plans.anchor(spot)}")

    return show_form(
        request,
        SpotForm(request.POST or None),
        title=_("Add a spot"),
        submit=_("Add the spot"),
        save=save,
        trail=_trail(found),
    )


@needs("sites.record")
def correct_spot(request: Any, number: str, key: UUID) -> HttpResponse:
    """Correct the position of a spot."""
    found = _editable(request, number)
    spot = get_object_or_404(Spot.objects.visible_to(request.user), site=found, pk=key)

    def save(form: Any) -> HttpResponse:
        services.correct_spot(request.user, spot, form.cleaned_data.pop("reason"), **form.cleaned_data)
        messages.success(request, _("The position is corrected. The old one stays in the history."))
        return redirect(f"{found.get_absolute_url()}#{plans.anchor(spot)}")

    return show_form(
        request,
        CorrectionForm(request.POST or None, initial={n: getattr(spot, n) for n in _POSITION}),
        title=_("Correct spot %(label)s") % {"label": spot.label},
        submit=_("Save the correction"),
        save=save,
        trail=_trail(found),
        history=history_of(spot, request.user),
    )
