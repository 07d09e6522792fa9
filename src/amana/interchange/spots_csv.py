"""Spots as a table: label, latitude and longitude or one position in any notation, uncertainty, note."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from amana.geography import Position, distance_m, parse_position
from amana.interchange.column_names import find_named
from amana.interchange.spot_rows import SpotFile, SpotReading, SpotRow, checked, degrees_text, metres_text
from amana.interchange.tables import Row, Table, read_table
from amana.problems import InputProblems

COLUMNS = {
    "label": ("name", "spot", "id", "title", "الاسم", "اسم", "النقطة", "نقطة", "الرمز", "رمز", "التسمية"),
    "latitude": ("lat", "y", "خط العرض", "العرض", "دائرة العرض"),
    "longitude": ("lon", "lng", "long", "x", "خط الطول", "الطول"),
    "uncertainty_m": (
        "uncertainty", "uncertainty in metres", "accuracy", "accuracy m", "error", "الخطأ", "هامش الخطأ",
        "الدقة", "الدقة بالمتر", "عدم اليقين", "عدم اليقين بالمتر",
    ),
    "position": (
        "coordinates", "coordinate", "location", "mgrs", "utm", "gps", "الموقع", "الإحداثيات", "إحداثيات",
    ),
    "note": ("notes", "comment", "comments", "description", "ملاحظة", "ملاحظات", "وصف", "الوصف"),
}  # fmt: skip
"""Column to the other names it is known by."""

_FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")


def read_spots_csv(data: bytes, file: str) -> SpotFile:
    """Spots of a table in comma, semicolon or tab separated text.

    Raises
    ------
    InputProblems
        Every fault of every row.
    """
    reading = SpotReading(data, file)
    table = read_table(data, file, reading.problems) if reading.fits else None
    at = _columns(table, reading) if table is not None else None
    if table is not None and at is not None:
        for row in table.rows:
            _read(row, table, at, reading)
    return reading.finish()


def _columns(table: Table, reading: SpotReading) -> dict[str, int] | None:
    found = find_named(table, COLUMNS, reading.problems)
    if found is None:
        return None
    both = {"latitude", "longitude"} & found.keys()
    if "position" not in found and len(both) < 2:
        present = tuple(h for h in table.header if h)
        if both:
            (missing,) = {"latitude", "longitude"} - both
            reading.problems.fault(
                "file.missing-column", table.file, table.header_row, missing, column=missing, present=present
            )
        else:
            reading.problems.fault("spots.no-position-column", table.file, table.header_row, present=present)
        return None
    return found


def _read(row: Row, table: Table, at: dict[str, int], reading: SpotReading) -> None:
    def cell(column: str) -> str:
        return row.cells[at[column]] if column in at else ""

    def field(column: str) -> str:
        return table.header[at[column]] if column in at else column

    latitude, longitude, written = cell("latitude"), cell("longitude"), cell("position")
    position = None
    fields = (field("latitude"), field("longitude")) if latitude or longitude else (field("position"),)
    if latitude and longitude:
        position = reading.position(f"{latitude} ; {longitude}", row.number, *fields)
        if position is not None and written and _differ(position, written):
            reading.problems.fault("spots.two-positions", table.file, row.number, field("position"))
    elif written and not latitude and not longitude:
        position = reading.position(written, row.number, *fields)
    else:
        empty = "longitude" if latitude else "latitude" if "latitude" in at else "position"
        reading.problems.fault("spots.no-position", table.file, row.number, field(empty))
    reading.add(
        row.number,
        position,
        label=_unquoted(cell("label")),
        note=_unquoted(cell("note")),
        uncertainty=reading.uncertainty(cell("uncertainty_m"), row.number, field("uncertainty_m")),
        label_field=field("label"),
        note_field=field("note"),
        position_field=fields[0],
    )


def _differ(position: Position, written: str) -> bool:
    """Whether a second column gives another place; it may as well hold a description in words."""
    try:
        other = parse_position(written)
    except InputProblems:
        return False
    apart = distance_m(position.latitude, position.longitude, other.latitude, other.longitude)
    return apart > 2 * (position.resolution_m + other.resolution_m)


def write_spots_csv(rows: Sequence[SpotRow]) -> bytes:
    """A table that :func:`read_spots_csv` reads back, in UTF-8 with the mark that spreadsheets want."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["label", "latitude", "longitude", "uncertainty_m", "note"])
    for row in checked(rows):
        writer.writerow(
            [
                _quoted(row.label),
                degrees_text(row.latitude),
                degrees_text(row.longitude),
                metres_text(row.uncertainty_m),
                _quoted(row.note),
            ]
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _quoted(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _unquoted(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
