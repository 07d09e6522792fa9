"""Sites: the list, one of them, its state, its outline on a map.

Annotations are not put off here: the interface reads them when it is made.
"""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Field, Query, Router, Schema, Status
from ninja.pagination import paginate

from amana.casework.audit.writing import writing
from amana.casework.common.api import may
from amana.casework.incidents import queries as incidents
from amana.casework.sites import placing, queries, rules, services
from amana.casework.sites.api.common import PartOut, named, part_for, site_for
from amana.casework.sites.models import Deposition, Dismissal, Site, Stage

router = Router()
LARGEST_BATCH = 5000


class SiteOut(Schema):
    """A site.  `hazard` is what the newest clearance says, `state` how far the work has come."""

    number: str
    office: str
    incident: str
    name_en: str
    name_ar: str
    pcode: str
    hazard: str
    state: str
    state_since: datetime
    deposition: str
    risk: str
    risk_words: str
    access_words: str
    reported_area_m2: float | None
    reported_area_words: str
    watch_every_days: int | None
    watch_next: date | None

    @staticmethod
    def resolve_office(site: Site) -> str:
        """Code of the office that owns it."""
        return site.office.code

    @staticmethod
    def resolve_incident(site: Site) -> str:
        """Number of its incident."""
        return site.incident.number


class SiteData(Schema):
    """What describes a new site.  `pcode` is a P-code, never a name: `/places` finds it."""

    name_en: str
    name_ar: str
    pcode: str = ""
    deposition: Deposition | str = ""
    risk: str = ""
    risk_words: str = ""
    access_words: str = ""
    reported_area_m2: float | None = None
    reported_area_words: str = ""


class SiteIn(SiteData):
    """A new site of an incident."""

    incident: str


class SitesIn(Schema):
    """Many new sites of one incident, all or none."""

    incident: str
    sites: list[SiteData] = Field(max_length=LARGEST_BATCH)


class SiteChange(Schema):
    """What is corrected; what is left out stays."""

    reason: str
    name_en: str | None = None
    name_ar: str | None = None
    pcode: str | None = None
    deposition: str | None = None
    risk: str | None = None
    risk_words: str | None = None
    access_words: str | None = None
    reported_area_m2: float | None = None
    reported_area_words: str | None = None


class Asked(Schema):
    """Filters of the list; `todo` is one of clearance, waiver, tampering, watch, authorisation."""

    words: str = ""
    state: str = ""
    hazard: str = ""
    deposition: str = ""
    risk: str = ""
    place: str = Field("", max_length=12)
    incident: str = ""
    todo: str = ""


def _filtered(user: Any, asked: Asked) -> Any:
    rows = queries.sites(user)
    for field in ("state", "hazard", "deposition", "risk"):
        if value := getattr(asked, field):
            rows = rows.filter(**{field: value}) if value.isprintable() else rows.none()
    if asked.place:
        rows = (
            rows.filter(pcode__startswith=asked.place.upper()) if asked.place.isprintable() else rows.none()
        )
    if asked.incident:
        printable = asked.incident.isprintable()
        rows = rows.filter(incident__number=asked.incident.upper()) if printable else rows.none()
    if asked.todo:
        rows = queries.waiting_for(rows, asked.todo)
    return rows.matching(asked.words)


@router.get("/sites", response=list[SiteOut])
@paginate
def sites(request: Any, asked: Query[Asked]) -> Any:
    """Sites that one sees."""
    return _filtered(may(request, "sites.view"), asked).order_by("number", "pk")


@router.get("/sites.geojson")
def sites_geojson(request: Any, asked: Query[Asked]) -> HttpResponse:
    """All of them as GeoJSON: a point in the middle of the spots of each, null where it has none.

    That they were taken out is an entry of the log.
    """
    user = may(request, "sites.view")
    rows = _filtered(user, asked).order_by("number", "pk")
    middle = queries.centres(rows)
    features = [_feature(site, middle.get(site.pk)) for site in rows.iterator(chunk_size=2000)]
    with writing(user, "list.exported") as log:
        used = sorted(name for name, value in asked.dict().items() if value)
        log.note("list", "sites.geojson", {"rows": len(features), "filters": used})
    text = json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, allow_nan=False
    )
    return HttpResponse(text, content_type="application/geo+json")


def _feature(site: Site, middle: tuple[float, float, int] | None) -> dict[str, Any]:
    point = None
    if middle is not None:
        point = {"type": "Point", "coordinates": [round(middle[1], 7), round(middle[0], 7)]}
    return {
        "type": "Feature",
        "id": site.number,
        "geometry": point,
        "properties": {
            "number": site.number, "name_en": site.name_en, "name_ar": site.name_ar, "pcode": site.pcode,
            "state": site.state, "hazard": site.hazard, "deposition": site.deposition, "risk": site.risk,
            "incident": site.incident.number, "office": site.office.code,
            "spots": middle[2] if middle is not None else 0,
        },
    }  # fmt: skip


@router.post("/sites", response={201: SiteOut})
def add_site(request: Any, given: SiteIn) -> Any:
    """Add a site of one's office to an incident that it sees."""
    user = may(request, "sites.record")
    incident = incidents.incident(user, given.incident)
    return Status(201, services.add_site(user, incident, **given.dict(exclude={"incident"})))


@router.post("/sites/batch", response={201: list[SiteOut]})
def add_sites(request: Any, given: SitesIn) -> Any:
    """Add many sites, all or none."""
    user = may(request, "sites.record")
    incident = incidents.incident(user, given.incident)
    return Status(201, services.add_sites(user, incident, [s.dict() for s in given.sites]))


class SiteDetail(SiteOut):
    """One site, with its place by name and whether a mission may be released."""

    place: str
    releasable: bool

    @staticmethod
    def resolve_place(site: Site) -> str:
        """In the caller's language; empty where the gazetteer does not have it."""
        return placing.place_name(site.pcode)

    @staticmethod
    def resolve_releasable(site: Site) -> bool:
        """Cleared, or cleared in part with a waiver of two people."""
        return isinstance(rules.may_release(site), rules.Release)


@router.get("/sites/{number}", response=SiteDetail)
def site(request: Any, number: str) -> Any:
    """One site."""
    return site_for(request, number, "sites.view")[1]


@router.patch("/sites/{number}", response=SiteOut)
def change_site(request: Any, number: str, given: SiteChange) -> Any:
    """Correct what describes it; state and hazard have calls of their own."""
    user, found = site_for(request, number, "sites.record")
    # The area alone may be taken back by null; the others are texts.
    fields = {
        k: v for k, v in given.dict(exclude_unset=True).items()
        if k != "reason" and (v is not None or k == "reported_area_m2")
    }  # fmt: skip
    return services.change_site(user, found, given.reason, **fields)


# --- state ----------------------------------------------------------------------------------------


class StageOut(PartOut):
    """One change of state."""

    before: str
    after: str
    reason: str


class StateIn(Schema):
    """A step.  `seen` is the state that the caller had before it, for a refusal when it changed meanwhile."""

    after: Site.State
    reason: str
    seen: Site.State | None = None


class DismissalOut(PartOut):
    """That no remains are there, and the second look."""

    reason: str
    looked_by: str | None
    looked_at: datetime | None
    agreed: bool | None
    second_words: str

    @staticmethod
    def resolve_looked_by(dismissal: Dismissal) -> str | None:
        """The second person."""
        return named(dismissal.looked_by)


class DismissalIn(Schema):
    """Why no remains are there."""

    reason: str
    seen: Site.State | None = None


class LookIn(Schema):
    """What the second look showed."""

    agrees: bool
    words: str


@router.get("/sites/{number}/stages", response=list[StageOut])
@paginate
def stages(request: Any, number: str) -> Any:
    """How a site came into its state, the newest first."""
    user, found = site_for(request, number, "sites.view")
    return queries.parts(user, Stage, found)


@router.post("/sites/{number}/state", response=SiteOut)
def change_state(request: Any, number: str, given: StateIn) -> Any:
    """Take a site one step further."""
    user = may(request, "sites.view")
    found = queries.site(user, number)
    return services.change_state(user, found, given.after, given.reason, seen=given.seen)


@router.get("/sites/{number}/dismissals", response=list[DismissalOut])
@paginate
def dismissals(request: Any, number: str) -> Any:
    """Who said that no remains are there."""
    user, found = site_for(request, number, "sites.view")
    return queries.parts(user, Dismissal, found).select_related("looked_by")


@router.post("/sites/{number}/dismissals", response={201: DismissalOut})
def ask_dismissal(request: Any, number: str, given: DismissalIn) -> Any:
    """Say that no remains are there; another person has to look as well."""
    user, found = site_for(request, number, "sites.record")
    return Status(201, services.ask_dismissal(user, found, given.reason, seen=given.seen))


@router.post("/sites/{number}/dismissals/{key}/look", response=DismissalOut)
def look_again(request: Any, number: str, key: UUID, given: LookIn) -> Any:
    """The second look, by another person."""
    user, found = site_for(request, number, "sites.close")
    asked = part_for(user, Dismissal, found, key)
    return services.look_again(user, asked, agrees=given.agrees, words=given.words)
