"""What every file of spots becomes, and what is asked of each row whatever the format."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from amana.geography import Position, parse_position
from amana.interchange.collecting import Problems
from amana.interchange.text import clean, number
from amana.problems import InputProblem, InputProblems

LARGEST = 8 * 2**20
"""Bytes: a plan of spots has kilobytes."""
MOST = 5_000
"""Spots in one file."""
_COARSE = 25.0  # metres; digits that tell no more are said, so that a square is not taken for a point
_LONGEST = {"label": 200, "note": 2000}
_GREATEST_UNCERTAINTY = 1_000_000.0
_METRES = re.compile(r"[±]?\s*(.+?)\s*(?:m|metres?|meters?|م|متر|مترا|أمتار)?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class SpotRow:
    """One spot in degrees on WGS 84; ``uncertainty_m``: radius in which it lies, None where not said."""

    label: str
    latitude: float
    longitude: float
    uncertainty_m: float | None = None
    note: str = ""


@dataclass(frozen=True)
class SpotFile:
    """What a file of spots holds, with what its reader should know."""

    rows: tuple[SpotRow, ...]
    warnings: tuple[InputProblem, ...] = ()


class SpotReading:
    """Gathers rows and faults of one file."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        self.problems = Problems()
        self.fits = len(data) <= LARGEST
        if not self.fits:
            self.problems.fault("file.too-large", file, limit=LARGEST // 2**20)
        self._rows: list[SpotRow] = []
        self._labels: dict[str, int] = {}

    def add(
        self,
        row: int,
        position: Position | None,
        *,
        label: str,
        uncertainty: float | None,
        note: str,
        label_field: str = "label",
        note_field: str = "note",
        position_field: str | None = None,
    ) -> None:
        """One more row; without a position nothing is added, since its fault has been noted."""
        label, note = printable(label), printable(note)
        for text, name, field in ((label, "label", label_field), (note, "note", note_field)):
            if len(text) > _LONGEST[name]:
                params = {"length": len(text), "most": _LONGEST[name]}
                self.problems.fault("spots.text-too-long", self.file, row, field, **params)
        if label and label in self._labels:
            first = self._labels[label]
            self.problems.warn("spots.label-twice", self.file, row, label_field, label=label, first=first)
        self._labels.setdefault(label, row)
        if position is None:
            return
        if uncertainty is None and position.resolution_m > _COARSE:
            uncertainty = float(math.ceil(position.resolution_m))
            self.problems.warn("spots.coarse", self.file, row, position_field, metres=uncertainty)
        self._rows.append(SpotRow(label, position.latitude, position.longitude, uncertainty, note))

    def position(self, text: str, row: int, *fields: str) -> Position | None:
        """A position in any notation; ``fields`` are the columns of latitude and longitude, or the one."""
        try:
            return parse_position(text)
        except InputProblems as refused:
            for problem in refused.problems:
                field = fields[-1] if problem.code.endswith("longitude-range") else fields[0]
                self.problems.extend([replace(problem, file=self.file, row=row, field=field)])
            return None

    def degrees(self, latitude: float, longitude: float, row: int, *fields: str) -> Position | None:
        """A position from two numbers that a format keeps as such."""
        for value, most, name, field in (
            (latitude, 90, "latitude", fields[0]),
            (longitude, 180, "longitude", fields[-1]),
        ):
            if not abs(value) <= most:
                self.problems.fault(f"coordinates.{name}-range", self.file, row, field, **{name: value})
                return None
        # How many digits a number had is not kept by these formats, and says nothing.
        return Position(latitude, longitude, 0.0, "decimal")

    def uncertainty(self, text: str, row: int, field: str) -> float | None:
        """Metres, with or without their unit; None for an empty text, or with a fault noted."""
        found = _METRES.fullmatch(clean(text))
        if not found:
            return None
        value = number(found[1])
        if value is None or not 0 <= value <= _GREATEST_UNCERTAINTY:
            self.problems.fault("spots.uncertainty", self.file, row, field, value=clean(text)[:60])
            return None
        return value

    def finish(self) -> SpotFile:
        """Every row.

        Raises
        ------
        InputProblems
            Every fault of every row, if there is one.
        """
        if not self.problems.faults and not self._rows:
            self.problems.fault("spots.none", self.file)
        if len(self._rows) > MOST:
            self.problems.fault("spots.too-many", self.file, count=len(self._rows), most=MOST)
        self.problems.raise_faults()
        return SpotFile(tuple(self._rows), self.problems.warnings)


def printable(text: str) -> str:
    """On one line, without characters that no page can show."""
    kept = (c for c in text if unicodedata.category(c)[0] != "C" or c.isspace())
    return " ".join("".join(kept).split())


def degrees_text(value: float) -> str:
    """A number of degrees to a tenth of a millimetre, at least to a metre, never with an exponent."""
    text = f"{value:.9f}"
    return text[:-4] + text[-4:].rstrip("0")


def metres_text(value: float | None) -> str:
    """A number of metres to the millimetre; empty for None."""
    return "" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def checked(rows: Sequence[SpotRow]) -> Sequence[SpotRow]:
    """Rows that can be written.

    Raises
    ------
    InputProblems
        ``coordinates.not-on-earth``.
    """
    wrong = []
    for at, row in enumerate(rows, start=1):
        if not (abs(row.latitude) <= 90 and abs(row.longitude) <= 180):
            params = {"latitude": row.latitude, "longitude": row.longitude}
            wrong.append(InputProblem("coordinates.not-on-earth", None, at, "position", params))
    if wrong:
        raise InputProblems(wrong)
    return rows
