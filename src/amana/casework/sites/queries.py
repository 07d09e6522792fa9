"""Reading sites and spots."""

from __future__ import annotations

from typing import Any

from amana.casework.incidents.models import Incident
from amana.casework.numbers.queries import numbered
from amana.casework.sites.models import Site, Spot


def sites(user: Any) -> Any:
    """Sites that the person sees."""
    return Site.objects.visible_to(user).select_related("office", "incident")


def site(user: Any, number: str) -> Site:
    """One of them, by its number; 404 if there is none."""
    found: Site = numbered(sites(user), number)
    return found


def sites_of(user: Any, incident: Incident) -> list[Site]:
    """Sites of an incident."""
    return list(sites(user).filter(incident=incident).order_by("number"))


def spots(user: Any, **where: Any) -> list[Spot]:
    """Spots, in the order of site and label."""
    found = Spot.objects.visible_to(user).filter(**where).select_related("site")
    return sorted(found, key=lambda s: (s.site.number, _natural(s.label)))


def _natural(label: str) -> tuple[int, str]:
    """2 before 10, and both before A."""
    return (int(label), "") if label.isascii() and label.isdigit() else (10**9, label)


def hazard(site: Site) -> dict[str, Any]:
    """The explosive hazard for ``components/state.html``."""
    kinds = {
        Site.Hazard.UNKNOWN: "attention",
        Site.Hazard.REQUESTED: "waiting",
        Site.Hazard.CLEARED: "done",
        Site.Hazard.RESTRICTED: "attention",
        Site.Hazard.NOT_CLEARABLE: "blocked",
    }
    return {"kind": kinds[Site.Hazard(site.hazard)], "word": site.get_hazard_display()}
