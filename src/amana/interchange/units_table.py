"""Lists of recovery units as tables: old cards and lists in, and the template that they are copied into."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence

from amana.interchange.collecting import Problems
from amana.interchange.column_names import find_named
from amana.interchange.spots_csv import _quoted
from amana.interchange.tables import Table, read_table
from amana.interchange.unit_columns import COLUMNS, LEGEND, SHEET
from amana.interchange.unit_rows import LARGEST, MOST, UnitFile, UnitReading, UnitRow
from amana.interchange.workbooks import is_workbook, read_workbook, write_workbook
from amana.problems import InputProblems, Language

__all__ = ["COLUMNS", "FORMS", "examine_units", "read_units", "units_csv", "units_workbook"]

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""In which forms the template is given, with their media types."""


def read_units(data: bytes, file: str, *, today: dt.date | None = None) -> UnitFile:
    """Units of a list, as :func:`examine_units`, if nothing is wrong with it.

    Raises
    ------
    InputProblems
        Every fault of every row, with the warnings.
    """
    found = examine_units(data, file, today=today)
    if found.faults:
        raise InputProblems(found.faults + found.warnings)
    return found


def examine_units(data: bytes, file: str, *, today: dt.date | None = None) -> UnitFile:
    """Units of a list in a workbook (.xlsx), or in comma, semicolon or tab separated text, with its faults.

    What the file is, is told from its content.

    Parameters
    ----------
    today
        The day where the reader is; what is later was not found yet.
    """
    problems = Problems()
    rows, columns = _read(data, file, problems, today or dt.date.today() + dt.timedelta(days=1))
    wrong = {p.row for p in problems.faults}
    sound = tuple(row for row in rows if row.row not in wrong)
    return UnitFile(sound, problems.warnings, columns, problems.faults)


def _read(data: bytes, file: str, problems: Problems, today: dt.date) -> tuple[list[UnitRow], dict[str, str]]:
    if len(data) > LARGEST:
        problems.fault("file.too-large", file, limit=LARGEST // 2**20)
        return [], {}
    if is_workbook(data):
        table = read_workbook(data, file, problems, tuple(SHEET.values()))
    else:
        table = read_table(data, file, problems)
    at = _columns(table, problems) if table is not None else None
    if table is None or at is None:
        return [], {}
    if len(table.rows) > MOST:
        problems.fault("units.too-many", file, count=len(table.rows), most=MOST)
        return [], {}
    reading = UnitReading(table, at, problems, today)
    rows = [reading.read(row) for row in table.rows]
    return rows, {c.key: reading.column(c.key) for c in COLUMNS}


def _columns(table: Table, problems: Problems) -> dict[str, int] | None:
    names = {c.key: (c.en, c.ar, *c.others) for c in COLUMNS}
    found = find_named(table, names, problems)
    if found is None:
        return None
    present = tuple(h for h in table.header if h)
    if "kind" not in found:
        shown = [h[:60] for h in present[:40]]
        problems.fault(
            "file.missing-column", table.file, table.header_row, "kind", column="kind", present=tuple(shown)
        )
        return None
    for place, name in enumerate(table.header):
        if name and place not in found.values():
            problems.warn("units.unknown-column", table.file, table.header_row, name[:60], column=name[:60])
    return found


def units_csv(language: Language, rows: Sequence[Mapping[str, str]] = ()) -> bytes:
    """The template as text, in UTF-8 with the mark that spreadsheets want; ``rows`` by key of a column."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([c.name(language) for c in COLUMNS])
    writer.writerows([_quoted(row.get(c.key, "")) for c in COLUMNS] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def units_workbook(language: Language, rows: Sequence[Mapping[str, str]] = ()) -> bytes:
    """The template as a workbook, with a second sheet that says what belongs into each column."""
    name, head = LEGEND[language]
    explained = [(c.name(language), c.about(language), " · ".join(c.offered(language))) for c in COLUMNS]
    return write_workbook(
        SHEET[language],
        [c.name(language) for c in COLUMNS],
        [[row.get(c.key, "") for c in COLUMNS] for row in rows],
        right_to_left=language == "ar",
        choices={at: c.offered(language) for at, c in enumerate(COLUMNS) if c.words},
        legend=(name, [head, *explained]),
        most=MOST,
    )
