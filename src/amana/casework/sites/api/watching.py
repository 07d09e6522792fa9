"""Who went in, visits, and reports that somebody was there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema, Status
from ninja.pagination import paginate

from amana.casework.common.api import under_name
from amana.casework.common.reading import Moment
from amana.casework.sites import queries, rules, services
from amana.casework.sites.api.common import PartOut, named, part_for, site_for
from amana.casework.sites.api.sites import SiteOut
from amana.casework.sites.models import Access, Tampering, Watch

router = Router()
TamperingKind = under_name("TamperingKind", Tampering.Kind)
VisitSeen = under_name("VisitSeen", Watch.Seen)


class AccessOut(PartOut):
    """Who entered, with what was recorded of the hazard at that moment."""

    organisation: str
    people: int
    purpose: str
    entered_at: datetime
    left_at: datetime | None
    hazard: str


class AccessIn(Schema):
    """An entry; now where no time is given."""

    organisation: str
    purpose: str
    people: int = 1
    entered_at: Moment | None = None
    left_at: Moment | None = None


class ExitIn(Schema):
    """When they came out; now where no time is given."""

    left_at: Moment | None = None


class WatchIn(Schema):
    """Every how many days a site is visited; null ends it."""

    every_days: int | None
    first: date | None = None
    reason: str


class VisitOut(PartOut):
    """One visit."""

    visited_at: datetime
    seen: str
    note: str


class VisitIn(Schema):
    """What a visit showed; `kind` and `going_on` are of a site that was disturbed."""

    seen: VisitSeen
    note: str = ""
    visited_at: Moment | None = None
    kind: TamperingKind = TamperingKind.OTHER
    going_on: bool = False


class TamperingOut(PartOut):
    """A report that somebody was there, and what was done about it."""

    kind: str
    happened_on: date | None
    going_on: bool
    words: str
    closed_at: datetime | None
    closed_by: str | None
    outcome: str

    @staticmethod
    def resolve_closed_by(tampering: Tampering) -> str | None:
        """Who dealt with it."""
        return named(tampering.closed_by)


class TamperingIn(Schema):
    """A new report; `danger` are new signs of mines or shells, with which the hazard is unknown again."""

    kind: TamperingKind
    words: str
    happened_on: date | None = None
    going_on: bool = False
    danger: str = ""


class Outcome(Schema):
    """What was done."""

    outcome: str


@router.get("/sites/{number}/access", response=list[AccessOut])
@paginate
def accesses(request: Any, number: str) -> Any:
    """Who was inside, the newest first."""
    user, found = site_for(request, number, "sites.view")
    return queries.parts(user, Access, found).order_by("-entered_at", "-pk")


@router.post("/sites/{number}/access", response={201: AccessOut})
def enter(request: Any, number: str, given: AccessIn) -> Any:
    """Somebody goes in."""
    user, found = site_for(request, number, rules.RECORD)
    return Status(201, services.record_entry(user, found, **given.dict()))


@router.post("/sites/{number}/access/{key}/leave", response=AccessOut)
def leave(request: Any, number: str, key: UUID, given: ExitIn) -> Any:
    """They came out."""
    user, found = site_for(request, number, rules.RECORD)
    return services.record_exit(user, part_for(user, Access, found, key), given.left_at)


@router.put("/sites/{number}/watch", response=SiteOut)
def set_watch(request: Any, number: str, given: WatchIn) -> Any:
    """How often a site is visited."""
    user, found = site_for(request, number, rules.RECORD)
    return services.set_watch(user, found, given.every_days, given.reason, first=given.first)


@router.get("/sites/{number}/visits", response=list[VisitOut])
@paginate
def visits(request: Any, number: str) -> Any:
    """Visits, the newest first."""
    user, found = site_for(request, number, "sites.view")
    return queries.parts(user, Watch, found).order_by("-visited_at", "-pk")


@router.post("/sites/{number}/visits", response={201: VisitOut})
def record_visit(request: Any, number: str, given: VisitIn) -> Any:
    """Record a visit; a disturbed site is opened again."""
    user, found = site_for(request, number, rules.RECORD)
    return Status(201, services.record_visit(user, found, **given.dict()))


@router.get("/sites/{number}/tamperings", response=list[TamperingOut])
@paginate
def tamperings(request: Any, number: str) -> Any:
    """Reports that somebody was there, the newest first."""
    user, found = site_for(request, number, "sites.view")
    return queries.parts(user, Tampering, found).select_related("closed_by")


@router.post("/sites/{number}/tamperings", response={201: TamperingOut})
def report_tampering(request: Any, number: str, given: TamperingIn) -> Any:
    """Report it, as everybody may who records sites and sees this one; the site is opened again."""
    user, found = site_for(request, number, rules.RECORD)
    return Status(201, services.report_tampering(user, found, **given.dict()))


@router.post("/sites/{number}/tamperings/{key}/close", response=TamperingOut)
def close_tampering(request: Any, number: str, key: UUID, given: Outcome) -> Any:
    """Say what was done about a report."""
    user, found = site_for(request, number, rules.CLOSE)
    return services.close_tampering(user, part_for(user, Tampering, found, key), given.outcome)
