"""Sites and spots, for programs."""

from __future__ import annotations

from typing import Any

from ninja import Router, Schema, Status
from ninja.pagination import PageNumberPagination, paginate

from amana.casework.common.api import may
from amana.casework.incidents import queries as incidents
from amana.casework.sites import queries, services
from amana.casework.sites.models import Site

router = Router(tags=["sites"])


class SiteOut(Schema):
    """A site."""

    number: str
    office: str
    incident: str
    name_en: str
    name_ar: str
    pcode: str
    hazard: str

    @staticmethod
    def resolve_office(site: Site) -> str:
        """Code of the office that owns it."""
        return site.office.code

    @staticmethod
    def resolve_incident(site: Site) -> str:
        """Number of its incident."""
        return site.incident.number


class SiteIn(Schema):
    """A new site of an incident."""

    incident: str
    name_en: str
    name_ar: str
    pcode: str = ""


class SpotData(Schema):
    """A spot: degrees on WGS 84, uncertainty in metres."""

    label: str
    latitude: float
    longitude: float
    uncertainty_m: float = 10.0


@router.get("/sites", response=list[SiteOut])
@paginate(PageNumberPagination)
def sites(request: Any, words: str = "") -> Any:
    """Sites that one sees."""
    return queries.sites(may(request, "sites.view")).matching(words).order_by("number", "pk")


@router.post("/sites", response={201: SiteOut})
def add_site(request: Any, given: SiteIn) -> Any:
    """Add a site of one's office to an incident that it sees."""
    user = may(request, "sites.record")
    incident = incidents.incident(user, given.incident)
    return Status(201, services.add_site(user, incident, **given.dict(exclude={"incident"})))


@router.get("/sites/{number}", response=SiteOut)
def site(request: Any, number: str) -> Any:
    """One site."""
    return queries.site(may(request, "sites.view"), number)


@router.get("/sites/{number}/spots", response=list[SpotData])
def spots(request: Any, number: str) -> Any:
    """All spots of a site."""
    user = may(request, "sites.view")
    return queries.spots(user, site=queries.site(user, number))


@router.post("/sites/{number}/spots", response={201: list[SpotData]})
def add_spots(request: Any, number: str, given: list[SpotData]) -> Any:
    """Add spots to a site, all or none."""
    user = may(request, "sites.record")
    return Status(201, services.add_spots(user, queries.site(user, number), [s.dict() for s in given]))
