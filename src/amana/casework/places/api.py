"""The gazetteer, for programs."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema

from amana.casework.places import queries
from amana.casework.places.models import Place
from amana.geography import parse_position

router = Router(tags=["places"])


class AreaOut(Schema):
    """An area that a place lies in."""

    level: int
    pcode: str
    name_en: str
    name_ar: str


class PlaceOut(Schema):
    """A place, in both languages; `within` is in the caller's."""

    pcode: str
    kind: str
    name_en: str
    name_ar: str
    other_names: list[str]
    within: str
    areas: list[AreaOut]
    latitude: float | None
    longitude: float | None
    source: str

    @staticmethod
    def resolve_areas(place: Place) -> list[dict[str, Any]]:
        """From the smallest up; those that the source names."""
        return [
            {
                "level": n,
                "pcode": getattr(place, f"admin{n}_pcode"),
                "name_en": getattr(place, f"admin{n}_en"),
                "name_ar": getattr(place, f"admin{n}_ar"),
            }
            for n in (3, 2, 1)
            if getattr(place, f"admin{n}_pcode")
        ]


class NearestOut(Schema):
    """The nearest place and its distance, and how the position was read."""

    place: PlaceOut
    metres: float
    latitude: float
    longitude: float
    resolution_m: float


@router.get("/places", response=list[PlaceOut])
def places(
    request: Any, words: str, shared: bool = False, limit: int = Query(20, ge=1, le=queries.MOST)
) -> Any:
    """Places that words may mean; with `shared` every place that bears the name.  A P-code finds its own."""
    return queries.choices_for_name(words, limit) if shared else queries.search_places(words, limit)


@router.get("/places/nearest", response=NearestOut)
def nearest(request: Any, position: str) -> Any:
    """The nearest place to a position in any notation; 404 where there is no gazetteer."""
    read = parse_position(position)
    found = queries.nearest_place(read.latitude, read.longitude)
    if found is None:
        raise Http404
    return {
        "place": found.place, "metres": round(found.metres, 1), "latitude": read.latitude,
        "longitude": read.longitude, "resolution_m": read.resolution_m,
    }  # fmt: skip


@router.get("/places/{pcode}", response=PlaceOut, url_name="place")
def place(request: Any, pcode: str) -> Any:
    """One place by its P-code."""
    found = queries.place_of(pcode)
    if found is None:
        raise Http404
    return found
