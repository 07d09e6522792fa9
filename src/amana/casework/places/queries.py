"""Finding places.  A gazetteer is public: no permission is asked, and nothing of any record is told."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from typing import Any, NamedTuple

from django.db.models import Case, ExpressionWrapper, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length

from amana.casework.places.folding import sound, without_article
from amana.casework.places.models import Place
from amana.geography import distance_m
from amana.names import fold, fold_tokens

MOST = 50
"""Places that one question gets at most."""
_LONGEST = 100
_SAME = 3000.0  # metres: a place of GeoNames so near a community of its name is that community
_ALIKE = 0.5
_PCODE = re.compile(r"[A-Z0-9]{1,20}")


class Nearest(NamedTuple):
    """A place and how far it is."""

    place: Place
    metres: float


def place_of(pcode: str) -> Place | None:
    """The place of a P-code, in any letters and digits; None where there is none."""
    code = _code(pcode)
    return Place.objects.filter(pcode=code).first() if code else None


def search_places(text: str, limit: int = 20) -> list[Place]:
    """Places that a text may mean, the likeliest first.

    A P-code finds its place.  Names are found in every Arabic spelling, with or without the article, in Latin
    letters as well: whole names before beginnings of names, whole words, beginnings of words and parts.
    Where that finds nothing, one of the words may be an area's ("القبو حمص"), and last come names in Latin
    letters that sound alike.
    """
    limit = max(1, min(limit, MOST))
    exact = place_of(text)
    named = _folded(text)
    if not named:
        return [exact] if exact else []
    found = list(_named(named)[:limit]) or _in_areas(text, limit) or _sounding(text, limit)
    others = [place for place in found if exact is None or place.pk != exact.pk]
    return [exact, *others][:limit] if exact else others


def choices_for_name(text: str, limit: int = MOST) -> list[Place]:
    """Every place that bears a name, so that somebody chooses where a name is shared.

    Those whose whole name it is first, then those that have it in a longer name (خربة القبو for القبو); in
    Latin letters, where there is neither, those that sound alike.  Areas are given only where no community
    bears the name, and a place of GeoNames only where no community of the name is near.  A P-code is no name
    and gives its own place.
    """
    exact = place_of(text)
    if exact is not None:
        return [exact]
    named = _folded(text)
    if not named:
        return []
    limit = max(1, min(limit, MOST))
    whole = _named(named).filter(Q(tier=0) | Q(search__contains=f" {named} "))
    found = list(whole[: 4 * limit]) or _sounding(text, limit)
    points = [place for place in found if not place.is_area]
    communities = [place for place in points if place.kind == Place.Kind.COMMUNITY]
    kept = [place for place in points if place in communities or not _beside(place, communities)]
    return (kept or found)[:limit]


def nearest_place(latitude: float, longitude: float) -> Nearest | None:
    """The nearest community, or place of GeoNames where there is none, and its distance."""
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    shrink = math.cos(math.radians(latitude)) ** 2
    north, east = F("latitude") - Value(latitude), F("longitude") - Value(longitude)
    squared = ExpressionWrapper(north * north + east * east * Value(shrink), output_field=FloatField())
    points = Place.objects.exclude(latitude=None)
    # In degrees first, which the database can do; a few of them in metres, because degrees are not all alike.
    for kind in (Place.Kind.COMMUNITY, Place.Kind.GEONAMES):
        near = points.filter(kind=kind).order_by(squared, "pcode")[:8]
        found = [Nearest(p, distance_m(latitude, longitude, p.latitude, p.longitude)) for p in near]
        if found:
            return min(found, key=lambda n: n.metres)
    return None


def gazetteer_sources() -> list[str]:
    """Whom to credit for the places that are here."""
    return list(Place.objects.order_by("source").values_list("source", flat=True).distinct())


def _code(text: str) -> str:
    plain = "".join(
        str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c
        for c in text[:_LONGEST].strip().upper()
        if unicodedata.category(c) != "Cf"
    )
    # Every code has a digit; a name in capitals has none.
    return plain if _PCODE.fullmatch(plain) and any(c.isdigit() for c in plain) else ""


def _folded(text: str) -> str:
    return fold(text[:_LONGEST])


def _named(named: str) -> QuerySet[Place]:
    bare = without_article(named)
    tiers = [
        Q(search__contains=f"\n {named} \n") | Q(search__contains=f"\n {bare} \n"),
        Q(search__contains=f"\n {named}") | Q(search__contains=f"\n {bare}"),
        Q(search__contains=f" {named} "),
        Q(search__contains=f" {bare}"),
    ]
    tier = Case(
        *(When(q, then=Value(at)) for at, q in enumerate(tiers)), default=Value(len(tiers)),
        output_field=IntegerField(),
    )  # fmt: skip
    found = Place.objects.filter(search__contains=bare).annotate(tier=tier)
    return found.order_by("tier", "rank", Length("name_ar"), "pcode")


def _in_areas(text: str, limit: int) -> list[Place]:
    tokens = fold_tokens(text[:_LONGEST])
    if len(tokens) < 2:
        return []
    found: Any = Place.objects.all()
    named = Q()
    for token in tokens:
        bare = without_article(token)
        found = found.filter(Q(search__contains=bare) | Q(around__contains=bare))
        named |= Q(search__contains=f" {bare}")
    return list(found.filter(named).order_by("rank", Length("name_ar"), "pcode")[:limit])


def _sounding(text: str, limit: int) -> list[Place]:
    wanted, plain = sound(text[:_LONGEST]), without_article(_folded(text))
    if len(wanted) < 2:
        return []

    def likeness(place: Place) -> float:
        return max(
            difflib.SequenceMatcher(None, plain, without_article(fold(name))).ratio()
            for name in (place.name_en, *place.other_names)
        )

    ranked = [(likeness(p), p) for p in Place.objects.filter(sound__contains=f"\n {wanted} \n")[:200]]
    ranked = sorted((r for r in ranked if r[0] >= _ALIKE), key=lambda r: (-r[0], r[1].rank, r[1].pcode))
    return [place for _, place in ranked[:limit]]


def _beside(place: Place, communities: list[Place]) -> bool:
    if place.kind != Place.Kind.GEONAMES or place.latitude is None:
        return False
    return any(
        distance_m(place.latitude, place.longitude, c.latitude, c.longitude) <= _SAME
        for c in communities
        if c.latitude is not None
    )
