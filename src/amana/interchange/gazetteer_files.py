"""Gazetteers: places with their codes, names in both languages and the areas that they lie in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from amana.problems import InputProblem

PlaceKind = Literal["community", "subdistrict", "district", "governorate", "geonames"]
KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)
LARGEST = 64 * 2**20
"""Bytes."""
MOST = 200_000
"""Places in one file."""
LONGEST_NAME = 120
OCHA, GEONAMES = "UN OCHA", "GeoNames"


@dataclass(frozen=True)
class Area:
    """A governorate, district or sub-district by its P-code; empty where the source names none."""

    pcode: str = ""
    name_en: str = ""
    name_ar: str = ""


@dataclass(frozen=True)
class GazetteerPlace:
    """One place.  ``admin1`` to ``admin3`` are the areas it lies in, from the governorate down.

    A name that the source lacks, or has only in part, is empty; ``other_names`` are further spellings.
    """

    pcode: str
    kind: PlaceKind
    name_en: str
    name_ar: str
    admin1: Area = Area()
    admin2: Area = Area()
    admin3: Area = Area()
    latitude: float | None = None
    longitude: float | None = None
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gazetteer:
    """Places of one file, whom to credit for them, and what its reader should know."""

    places: tuple[GazetteerPlace, ...]
    credit: str = ""
    warnings: tuple[InputProblem, ...] = ()
