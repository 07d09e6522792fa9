"""Gazetteers as tables: the Common Operational Datasets of UN OCHA, and any other with a code and a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from amana.interchange.collecting import Problems
from amana.interchange.column_names import find_named
from amana.interchange.gazetteer_files import (
    KINDS,
    LARGEST,
    LONGEST_NAME,
    MOST,
    OCHA,
    Area,
    Gazetteer,
    GazetteerPlace,
    PlaceKind,
)
from amana.interchange.tables import Row, Table, read_table
from amana.interchange.text import number

_PCODE = re.compile(r"[A-Z0-9]{1,20}")
_LEVELS: tuple[PlaceKind, ...] = ("governorate", "district", "subdistrict")


def _level_columns() -> Iterator[tuple[str, tuple[str, ...]]]:
    for n in (1, 2, 3):
        yield f"admin{n}_pcode", (f"adm{n}_pcode", f"admin{n}pcode")
        for language in ("en", "ar"):
            others = (f"adm{n}_{language}", f"admin{n}_name_{language}", f"admin{n}name_{language}")
            yield f"admin{n}_{language}", others


COLUMNS: Mapping[str, Sequence[str]] = {
    "pcode": ("adm4_pcode", "admin4pcode", "p-code", "code", "رمز المكان", "الرمز"),
    "name_en": ("adm4_en", "admin4name_en", "name", "الاسم بالإنكليزية", "الاسم بالإنجليزية"),
    "name_ar": ("adm4_ar", "admin4name_ar", "الاسم بالعربية", "الاسم"),
    "kind": ("النوع",),
    "lat": ("latitude", "y", "خط العرض"),
    "lon": ("longitude", "lng", "long", "x", "خط الطول"),
    **dict(_level_columns()),
}
"""Column to the other names it is known by."""


def read_ocha(data: bytes, file: str) -> Gazetteer:
    """Communities (adm4) or sub-districts (adm3) of a Common Operational Dataset of UN OCHA.

    The sub-districts, districts and governorates that rows name become places of their own, without a point.
    A name with the replacement sign U+FFFD was cut by its source: it is left out, and a warning says so.

    Raises
    ------
    InputProblems
        Every fault of every row.
    """
    return _read(data, file, OCHA, ("admin3_pcode",))


def read_gazetteer_csv(data: bytes, file: str) -> Gazetteer:
    """Places of any table: pcode, name_en or name_ar; where there are, kind, lat, lon and the areas.

    Raises
    ------
    InputProblems
        Every fault of every row.
    """
    return _read(data, file, "", ("pcode",))


def _read(data: bytes, file: str, credit: str, required: Sequence[str]) -> Gazetteer:
    problems = Problems()
    if len(data) > LARGEST:
        problems.fault("file.too-large", file, limit=LARGEST // 2**20)
        problems.raise_faults()
    table = read_table(data, file, problems)
    at = find_named(table, COLUMNS, problems) if table is not None else None
    places: dict[str, GazetteerPlace] = {}
    if table is not None and at is not None and _has_columns(table, at, required, problems):
        rows = _Rows(table, at, problems)
        for row in table.rows:
            rows.read(row, places)
        rows.add_areas(places)
    if len(places) > MOST:
        problems.fault("gazetteer.too-many", file, count=len(places), most=MOST)
    problems.raise_faults()
    return Gazetteer(tuple(places.values()), credit, problems.warnings)


def _has_columns(table: Table, at: Mapping[str, int], required: Sequence[str], problems: Problems) -> bool:
    missing = [column for column in required if column not in at]
    if "pcode" in at and not {"name_en", "name_ar"} & at.keys():
        missing.append("name_en")
    if len({"lat", "lon"} & at.keys()) == 1:
        missing += {"lat", "lon"} - at.keys()
    present = tuple(h for h in table.header if h)
    for column in missing:
        problems.fault(
            "file.missing-column", table.file, table.header_row, column, column=column, present=present
        )
    return not missing


class _Rows:
    """Reads rows into places, and remembers the areas that they name."""

    def __init__(self, table: Table, at: Mapping[str, int], problems: Problems) -> None:
        self.table, self.at, self.problems = table, at, problems
        self._areas: dict[str, GazetteerPlace] = {}
        self._differing: set[str] = set()

    def read(self, row: Row, places: dict[str, GazetteerPlace]) -> None:
        areas = [self._area(row, n) for n in (1, 2, 3)]
        for n, area in enumerate(areas):
            if area.pcode:
                above = [*areas[:n], Area(), Area()]
                found = GazetteerPlace(area.pcode, _LEVELS[n], area.name_en, area.name_ar, above[0], above[1])
                self._remember(row, n, found)
        if "pcode" in self.at:
            place = self._place(row, areas)
            if place.pcode in places:
                self.fault("gazetteer.pcode-twice", row, "pcode", pcode=place.pcode)
            elif place.pcode:
                places[place.pcode] = place

    def add_areas(self, places: dict[str, GazetteerPlace]) -> None:
        """The areas that rows lie in, where the table has no row of them."""
        for pcode, area in self._areas.items():
            if area.name_en or area.name_ar:
                places.setdefault(pcode, area)

    def _place(self, row: Row, areas: Sequence[Area]) -> GazetteerPlace:
        pcode = self._pcode(row, "pcode")
        if not pcode:
            self.fault("gazetteer.no-pcode", row, "pcode")
        written = self._cell(row, "kind").casefold() or "community"
        kind = next((k for k in KINDS if k == written), None)
        if kind is None:
            self.fault("gazetteer.kind", row, "kind", given=written[:60], kinds=KINDS)
        name_en, name_ar = (self._name(row, column, pcode) for column in ("name_en", "name_ar"))
        if not (name_en or name_ar):
            self.fault("gazetteer.no-name", row, "name_en" if "name_en" in self.at else "name_ar")
        latitude, longitude = self._degrees(row, "lat", 90), self._degrees(row, "lon", 180)
        if bool(self._cell(row, "lat")) != bool(self._cell(row, "lon")):
            self.fault("gazetteer.half-a-point", row, "lon" if self._cell(row, "lat") else "lat")
        one, two, three = areas
        found = GazetteerPlace(pcode, kind or "community", name_en, name_ar, one, two, three)
        return replace(found, latitude=latitude, longitude=longitude)

    def _remember(self, row: Row, n: int, area: GazetteerPlace) -> None:
        known = self._areas.setdefault(area.pcode, area)
        if known != area and area.pcode not in self._differing:
            self._differing.add(area.pcode)
            field = self._field(f"admin{n + 1}_pcode")
            self.problems.warn("gazetteer.area-differs", self.table.file, row.number, field, pcode=area.pcode)

    def _area(self, row: Row, n: int) -> Area:
        pcode = self._pcode(row, f"admin{n}_pcode")
        return Area(pcode, *(self._name(row, f"admin{n}_{language}", pcode) for language in ("en", "ar")))

    def _pcode(self, row: Row, column: str) -> str:
        pcode = self._cell(row, column).upper()
        if pcode and not _PCODE.fullmatch(pcode):
            self.fault("gazetteer.bad-pcode", row, column, pcode=pcode[:60])
        return pcode

    def _name(self, row: Row, column: str, pcode: str) -> str:
        name = self._cell(row, column)
        if "\ufffd" in name:
            at = self.table.file, row.number, self._field(column)
            self.problems.warn("gazetteer.cut-name", *at, pcode=pcode, name=name)
            return ""
        if len(name) > LONGEST_NAME:
            self.fault("gazetteer.long-name", row, column, length=len(name), most=LONGEST_NAME)
        return name

    def _degrees(self, row: Row, column: str, most: float) -> float | None:
        text = self._cell(row, column)
        value = number(text) if text else None
        if text and (value is None or not abs(value) <= most):
            self.fault("gazetteer.position", row, column, value=text[:60], most=most)
            return None
        return value

    def _cell(self, row: Row, column: str) -> str:
        return row.cells[self.at[column]] if column in self.at else ""

    def _field(self, column: str) -> str:
        return self.table.header[self.at[column]] if column in self.at else column

    def fault(self, code: str, row: Row, column: str, **params: object) -> None:
        """Note a fault of one cell."""
        self.problems.fault(code, self.table.file, row.number, self._field(column), **params)
