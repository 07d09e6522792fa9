"""The page of one site: the short answer first, then what is known, section by section."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.audit.queries import history_of
from amana.casework.common.access import needs
from amana.casework.files.serving import serve
from amana.casework.incidents import queries as incidents
from amana.casework.incidents import showing as said
from amana.casework.incidents.editing import trail_to
from amana.casework.recovery.models import Unit
from amana.casework.recovery.queries import per_spot
from amana.casework.sites import placing, plans, queries, rules, showing
from amana.casework.sites.models import Site


@needs("sites.view")
def site(request: Any, number: str) -> HttpResponse:
    """One site: whether one may go there, how far it is, where its spots are, what was done."""
    request.section = "incidents"
    user = request.user
    found = queries.site(user, number)
    parts = queries.parts_of(user, found)
    spots = queries.spots(user, site=found)
    release = rules.may_release(found)
    measures = incidents.measures(user, found.incident)
    may_record = user.has_perm(rules.RECORD, found)
    # Danger and digging may be told by everybody who records sites and sees this one.
    may_warn = rules.RECORD in user.granted
    context = {
        "site": found,
        "trail": trail_to(found.incident),
        "state": showing.state_of(found),
        "hazard": queries.hazard(found),
        "answer": showing.answer(found, release),
        "path": showing.path(found, parts.stages, parts.dismissals, user),
        "facts": _facts(found),
        "may_record": may_record,
        "may_correct": may_record,
        "may_warn": may_warn,
        **_places(user, found, spots, measures),
        "sizes": showing.sizes(found, plans.outline_area(spots), measures),
        "counts": showing.counts_shown(parts.tallies),
        "sections": showing.sections(found, parts, user),
        "steps": showing.steps(found, parts, release, spots=len(spots), user=user),
        "history": history_of(found, user),
    }
    return render(request, "sites/site.html", context)


def _places(user: Any, found: Site, spots: list[Any], measures: list[Any]) -> dict[str, Any]:
    """The plan, and the spots as far as one page bears them."""
    units = per_spot(user, spot__site=found) if "recovery.view" in user.granted else {}
    shown = spots[: plans.LISTED]
    return {
        "plan": plans.plan_figure(spots, units, reported=said.measures_in_words(measures)),
        "spots": plans.spot_rows(shown, units, dict(Unit.Kind.choices), among=spots),
        "spot_count": len(spots),
        "more_spots": len(spots) - len(shown),
    }


def _facts(found: Site) -> list[dict[str, Any]]:
    risk = found.get_risk_display() if found.risk else None
    facts: list[dict[str, Any]] = [
        {"label": _("Number"), "value": found.number, "kind": "id"},
        {"label": _("Incident"), "value": found.incident, "url": found.incident.get_absolute_url()},
        {"label": _("Place"), "value": placing.place_name(found.pcode), "basis": found.pcode},
        {"label": _("How the remains lie"), "value": found.get_deposition_display()},
        {"label": _("Risk"), "value": risk, "basis": found.risk_words if risk else ""},
        {"label": _("How to get there safely"), "value": found.access_words},
        {"label": _("Office"), "value": found.office},
    ]
    if not found.pcode:
        facts[2] = {"label": _("Place"), "value": None}
    return facts


@needs("sites.view")
def paper(request: Any, number: str, key: UUID) -> HttpResponse:
    """The report of a clearance, or the decision that allowed work."""
    request.section = "incidents"
    found = queries.site(request.user, number)
    stored = queries.paper_of(request.user, found, key)
    if stored is None:
        raise Http404
    back = reverse("site", args=[found.number])
    return serve(request, stored, True, may="sites.view", on=found, title=str(found), back=back)
