"""Searched areas, and counts of the office's own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from ninja.pagination import paginate

from amana.casework.incidents.models import Basis, Category, Counted
from amana.casework.sites import queries, rules, services
from amana.casework.sites.api.common import PartOut, site_for
from amana.casework.sites.models import Search, Spot, Tally
from amana.casework.sites.showing.counts import warnings

router = Router()


class SearchOut(PartOut):
    """An area that was searched, with what was not found."""

    method: str
    searched_on: date
    team: str
    area: str
    outline: list[list[float]]
    area_m2: float | None
    found: str
    not_found: str
    conditions: str


class SearchIn(Schema):
    """A new search; `outline` are corners as latitude and longitude, and the area inside is calculated."""

    method: Search.Method
    searched_on: date
    team: str
    area: str
    outline: list[tuple[float, float]] = []
    found: str = ""
    not_found: str = ""
    conditions: str = ""


class TallyOut(PartOut):
    """A count of the office's own, of a site or of one of its spots."""

    spot: str | None
    counted: str
    category: str
    basis: str
    low: int | None
    high: int | None
    words: str
    words_ar: str
    vague: bool
    counted_on: date
    method: str

    @staticmethod
    def resolve_spot(tally: Tally) -> str | None:
        """Label of the spot."""
        return tally.spot.label if tally.spot is not None else None


class TallyIn(Schema):
    """A new count.  Where `low`, `high` and `vague` are left out, they are read from the words."""

    spot: str | None = None
    counted: Counted
    category: Category = Category.ALL
    basis: Basis
    words: str
    words_ar: str = ""
    low: int | None = None
    high: int | None = None
    vague: bool | None = None
    counted_on: date
    method: str = ""


class LatestOut(Schema):
    """The newest of each kind, and what does not fit among them, in the caller's language."""

    counts: list[TallyOut]
    warnings: list[str]


@router.get("/sites/{number}/searches", response=list[SearchOut])
@paginate
def searches(request: Any, number: str) -> Any:
    """Searched areas, the newest first."""
    user, found = site_for(request, number, "sites.view")
    return queries.parts(user, Search, found).order_by("-searched_on", "-pk")


@router.post("/sites/{number}/searches", response={201: SearchOut})
def record_search(request: Any, number: str, given: SearchIn) -> Any:
    """Record a search."""
    user, found = site_for(request, number, rules.RECORD)
    return Status(201, services.record_search(user, found, **given.dict()))


@router.get("/sites/{number}/counts", response=list[TallyOut])
@paginate
def counts(request: Any, number: str) -> Any:
    """All counts of the office's own, the newest first; none is ever overwritten."""
    user, found = site_for(request, number, "sites.view")
    rows = queries.parts(user, Tally, found).select_related("spot")
    return rows.order_by("-counted_on", "-at", "-pk")


@router.get("/sites/{number}/counts/latest", response=LatestOut)
def latest(request: Any, number: str) -> Any:
    """The newest of each place, thing, category and basis."""
    user, found = site_for(request, number, "sites.view")
    now = queries.latest(queries.tallies_of(user, [found]))
    return {"counts": now, "warnings": warnings(now)}


@router.post("/sites/{number}/counts", response={201: TallyOut})
def add_tally(request: Any, number: str, given: TallyIn) -> Any:
    """Add a count; those before it stay."""
    user, found = site_for(request, number, rules.RECORD)
    fields = given.dict()
    label = fields.pop("spot")
    spot = None
    if label is not None:
        rows = Spot.objects.visible_to(user).filter(site=found)
        spot = get_object_or_404(rows, label=label if label.isprintable() else "")
    return Status(201, services.add_tally(user, found, spot=spot, **fields))
