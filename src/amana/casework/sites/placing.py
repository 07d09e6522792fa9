"""The place of a site: its P-code, its name in the reader's language, the choice where a name is shared."""

from __future__ import annotations

import re
from collections.abc import Iterable

from amana.casework.places.models import Place
from amana.casework.places.queries import choices_for_name, place_of, search_places

_CODE = re.compile(r"(?=.*[0-9])[A-Z0-9]{2,12}")


def place_name(pcode: str) -> str:
    """The name with the areas it lies in; empty where the gazetteer does not have the code."""
    place = place_of(pcode) if pcode else None
    return named(place) if place is not None else ""


def named(place: Place) -> str:
    """A place and where it lies, in the reader's language."""
    return f"{place} ({place.within})" if place.within else str(place)


def code_in(text: str) -> str | None:
    """The P-code that a text is, in capitals and Western digits; None for a name."""
    place = place_of(text)
    if place is not None:
        return place.pcode
    plain = text.strip().upper()
    return plain if _CODE.fullmatch(plain) else None


def meant_by(name: str) -> list[tuple[str, str]]:
    """P-codes and places that a name may mean: those that bear it, or else what comes near."""
    found = choices_for_name(name) or search_places(name)
    return [(place.pcode, f"{named(place)} · {place.pcode}") for place in found]


def unknown_codes(codes: Iterable[str]) -> set[str]:
    """Codes that the gazetteer does not have; none of them while it is empty."""
    asked = {c for c in codes if c}
    if not asked or not Place.objects.exists():
        return set()
    known: set[str] = set()
    rows = sorted(asked)
    for start in range(0, len(rows), 500):
        known |= set(
            Place.objects.filter(pcode__in=rows[start : start + 500]).values_list("pcode", flat=True)
        )
    return asked - known
