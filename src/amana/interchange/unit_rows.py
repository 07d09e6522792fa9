"""What a list of recovery units becomes, and what is asked of each of its rows."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from amana.geography import Position, distance_m, parse_position
from amana.interchange.collecting import Problems
from amana.interchange.spot_rows import printable
from amana.interchange.tables import Row, Table
from amana.interchange.text import clean, number
from amana.interchange.unit_columns import BY_KEY
from amana.interchange.vocabulary import is_unknown
from amana.problems import InputProblem, InputProblems

LARGEST = 3 * 2**20
"""Bytes of one list."""
MOST = 5_000
"""Units in one list."""
DEEPEST_CM = 20_000
MOST_PIECES = 100_000
_COARSE = 25.0
_AS_SAID = (
    "old_number", "site", "spot", "place", "found_on", "found_by", "description", "clothing", "effects",
    "stored_in", "supposed_name",
)  # fmt: skip
_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_TIME = re.compile(r"(.+?)[ T](\d{1,2}):(\d{2})(?::\d{2})?", re.ASCII)


class Remark(NamedTuple):
    """What a list says in a column for which a unit has no field: the column's own name, and the words."""

    column: str
    words: str


@dataclass(frozen=True)
class UnitRow:
    """One unit of a list, with everything that the list says of it.

    Attributes
    ----------
    row
        In the file, with the header as row 1 of a table without anything above it.
    old_number, place, position_words, found_on
        Word for word as the list has them.
    position
        On WGS 84; None where the list gives none.
    found_at
        When it was lifted, where the list gives day and hour: by the clock of the place.
    sex, age
        Keys of the form for one body; empty where the list says nothing, or says an age in other words.
    remarks
        What has no field of its own.
    """

    row: int
    kind: str
    old_number: str = ""
    site: str = ""
    spot: str = ""
    place: str = ""
    position: Position | None = None
    position_words: str = ""
    depth_cm: float | None = None
    found_on: str = ""
    found_at: dt.datetime | None = None
    found_by: str = ""
    description: str = ""
    sex: str = ""
    age: str = ""
    clothing: str = ""
    effects: str = ""
    stored_in: str = ""
    supposed_name: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class UnitFile:
    """What a list holds, with what its reader should know.

    Attributes
    ----------
    rows
        Those without a fault.
    columns
        The names that this file has for the columns: for faults that are found later.
    faults
        Of the file and of every row; none where it came from `read_units`.
    """

    rows: tuple[UnitRow, ...]
    warnings: tuple[InputProblem, ...]
    columns: Mapping[str, str]
    faults: tuple[InputProblem, ...] = ()


class UnitReading:
    """Reads the rows of one table and gathers their faults."""

    def __init__(self, table: Table, at: dict[str, int], problems: Problems, today: dt.date) -> None:
        self.table, self.problems, self.today = table, problems, today
        self._at = at
        self._seen: dict[str, int] = {}

    def column(self, key: str) -> str:
        """The name that the file has for a column."""
        return self.table.header[self._at[key]] if key in self._at else BY_KEY[key].en

    def read(self, row: Row) -> UnitRow:
        """One row; its faults are noted."""
        said = {key: self._words(row, key) for key in BY_KEY}
        remarks = []
        kind = self._word(row, "kind", said["kind"])
        if not said["kind"]:
            self._fault("units.no-kind", row, "kind", known=BY_KEY["kind"].known())
        sex = self._word(row, "sex", said["sex"], code="units.choice")
        age = BY_KEY["age"].read(said["age"]) or ""
        if said["age"] and not age:
            remarks.append(Remark(self.column("age"), said["age"]))
        if self._pieces(row, said["pieces"]):
            remarks.append(Remark(self.column("pieces"), said["pieces"]))
        if said["found_on"]:
            remarks.append(Remark(self.column("found_on"), said["found_on"]))
        position, words = self._position(row)
        self._place(row, said)
        self._twice(row, said["old_number"])
        return UnitRow(
            row=row.number, kind=kind, position=position, position_words=words, sex=sex, age=age,
            depth_cm=self._depth(row, said["depth_cm"]), found_at=self._found(row, said["found_on"]),
            remarks=tuple(remarks),
            **{key: said[key] for key in _AS_SAID},
        )  # fmt: skip

    def _fault(self, code: str, row: Row, key: str, **params: object) -> None:
        self.problems.fault(code, self.table.file, row.number, self.column(key), **params)

    def _warn(self, code: str, row: Row, key: str, **params: object) -> None:
        self.problems.warn(code, self.table.file, row.number, self.column(key), **params)

    def _cell(self, row: Row, key: str) -> str:
        """As it was written, without what no page can show."""
        if key not in self._at:
            return ""
        text = printable(row.written[self._at[key]])
        return text[1:] if text.startswith("'") and _FORMULA.match(text) else text

    def _words(self, row: Row, key: str) -> str:
        text, most = self._cell(row, key), BY_KEY[key].most
        if len(text) > most:
            self._fault("record.too-long", row, key, length=len(text), most=most)
        # A number of an old list may be anything, "0" too.
        return "" if key != "old_number" and is_unknown(text) and text != "0" else text

    def _word(self, row: Row, key: str, said: str, code: str = "units.kind") -> str:
        found = BY_KEY[key].read(said) if said else ""
        if found is None:
            self._fault(code, row, key, given=said[:60], known=BY_KEY[key].known())
        return found or ""

    def _pieces(self, row: Row, said: str) -> bool:
        value = number(said) if said else None
        if said and (value is None or value != int(value) or not 1 <= value <= MOST_PIECES):
            self._fault("units.pieces", row, "pieces", given=said[:60], most=MOST_PIECES)
        return bool(said)

    def _depth(self, row: Row, said: str) -> float | None:
        text = re.sub(r"\s*(cm|سم|سنتيمتر|سنتيمترا)\.?$", "", clean(said), flags=re.IGNORECASE)
        value = number(text) if text else None
        if said and (value is None or not 0 <= value <= DEEPEST_CM):
            self._fault("units.depth", row, "depth_cm", given=said[:60], most=DEEPEST_CM)
            return None
        return value

    def _found(self, row: Row, said: str) -> dt.datetime | None:
        """The moment, where there is one.  A date in the future is refused, words are kept."""
        if not said:
            return None
        day, moment = said_date(said)
        if day is None:
            self._warn("units.date-words", row, "found_on", given=said)
        elif day > self.today:
            self._fault("recovery.in-the-future", row, "found_on")
            return None
        return moment

    def _position(self, row: Row) -> tuple[Position | None, str]:
        latitude, longitude, written = (self._cell(row, k) for k in ("latitude", "longitude", "position"))
        if bool(latitude) != bool(longitude):
            empty = "longitude" if latitude else "latitude"
            self._fault("units.half-position", row, empty)
            return None, ""
        position = None
        if latitude:
            position = self._parsed(row, f"{latitude} ; {longitude}", "latitude", "longitude")
            if position is not None and written and _apart(position, written):
                self._fault("units.two-positions", row, "position")
        elif written:
            position = self._parsed(row, written, "position")
        words = f"{latitude} {longitude}".strip() if latitude else written
        if position is not None and position.resolution_m > _COARSE:
            key = "latitude" if latitude else "position"
            self._warn("units.coarse", row, key, metres=round(position.resolution_m))
        return position, words

    def _parsed(self, row: Row, text: str, *keys: str) -> Position | None:
        try:
            return parse_position(text)
        except InputProblems as refused:
            for problem in refused.problems:
                key = keys[-1] if problem.code.endswith("longitude-range") else keys[0]
                found = replace(problem, file=self.table.file, row=row.number, field=self.column(key))
                self.problems.extend([found])
            return None

    def _place(self, row: Row, said: dict[str, str]) -> None:
        if said["spot"] and not said["site"]:
            self._fault("units.spot-without-site", row, "site")
        elif said["site"] and not said["spot"]:
            self._fault("units.site-without-spot", row, "spot")

    def _twice(self, row: Row, old: str) -> None:
        if old and (first := self._seen.setdefault(old, row.number)) != row.number:
            self._warn("units.old-number-twice", row, "old_number", given=old, first=first)


def said_date(text: str) -> tuple[dt.date | None, dt.datetime | None]:
    """The first day that a date of a list can mean, and the moment if it has an hour; None for other words.

    The day comes before the month, as it is written in Syria, unless that cannot be.
    """
    written, hour = clean(text), None
    if timed := _TIME.fullmatch(written):
        written, hour = timed[1], (int(timed[2]), int(timed[3]))
    day = _whole(written)
    if day is not None and hour is not None:
        if hour[0] > 23 or hour[1] > 59:
            return None, None
        return day, dt.datetime.combine(day, dt.time(*hour))
    return (None if hour else day or _first(written)), None


def _whole(text: str) -> dt.date | None:
    if (found := _YEAR_FIRST.fullmatch(text)) and found[3]:
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
        return _date(year, month, day) or _date(year, day, month)
    return None


def _first(text: str) -> dt.date | None:
    if (found := _YEAR_FIRST.fullmatch(text)) and not found[3]:
        return _date(int(found[1]), int(found[2] or 1), 1)
    found = _MONTH_FIRST.fullmatch(text)
    return _date(int(found[2]), int(found[1]), 1) if found else None


def _date(year: int, month: int, day: int) -> dt.date | None:
    if not (1850 <= year <= 9000 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return dt.date(year, month, day)


def _apart(position: Position, written: str) -> bool:
    """Whether a second column gives another place; it may as well hold a description in words."""
    try:
        other = parse_position(written)
    except InputProblems:
        return False
    apart = distance_m(position.latitude, position.longitude, other.latitude, other.longitude)
    return apart > 2 * (position.resolution_m + other.resolution_m)
