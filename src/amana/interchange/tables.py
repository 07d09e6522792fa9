"""Tables of text: separators, header, rows with the numbers that a spreadsheet shows."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from amana.interchange.collecting import Problems
from amana.interchange.text import clean, decode, nearest
from amana.interchange.vocabulary import column_keys, key

_SEPARATORS = "\t;,"


@dataclass(frozen=True)
class Row:
    """One row: its number with the header as row 1, and its cleaned cells by column.

    ``written`` are the same cells as they were written, for what is kept word for word.
    """

    number: int
    cells: tuple[str, ...]
    written: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Record:
    """One row by the names of its columns; a column that the table lacks is empty."""

    number: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True)
class Table:
    """A table as read.  ``comments`` are the lines ``# key: value`` above the header."""

    file: str
    header: tuple[str, ...]
    rows: Sequence[Row]
    header_row: int = 1
    comments: Mapping[str, str] = field(default_factory=dict)


def read_table(data: bytes, file: str, problems: Problems) -> Table | None:
    """A table in comma, semicolon or tab separated text, or None with faults noted."""
    text = decode(data, file, problems)
    if text is None:
        return None
    comments, separator, lines, first = _above_header(text)
    if separator is None:
        separator = _separator(lines[0]) if lines else ","
    header: tuple[str, ...] | None = None
    rows = []
    try:
        records = list(csv.reader(io.StringIO("".join(lines), newline=""), delimiter=separator))
    except csv.Error:
        problems.fault("file.bad-quotes", file)
        return None
    for count, record in enumerate(records, start=first):
        if any("\n" in cell or "\r" in cell for cell in record):
            problems.fault("file.open-quote", file, count)
            return None
        cells = tuple(clean(cell) for cell in record)
        if header is None:
            header = cells
        elif any(cells):
            if any(cells[len(header) :]):
                problems.fault("file.too-many-cells", file, count, count=len(cells), columns=len(header))
                continue
            empty = ("",) * len(header)
            rows.append(Row(count, (cells + empty)[: len(header)], (*record, *empty)[: len(header)]))
    if header is None:
        problems.fault("file.empty", file)
        return None
    if not rows and not any(p.file == file for p in problems.faults):
        problems.fault("file.no-rows", file)
        return None
    return Table(file, header, rows, first, comments)


def _above_header(text: str) -> tuple[dict[str, str], str | None, list[str], int]:
    """Comments, the separator if Excel's ``sep=`` line names it, the lines from the header on, its row."""
    lines = io.StringIO(text, newline=None).readlines()
    comments: dict[str, str] = {}
    separator: str | None = None
    for place, line in enumerate(lines):
        bare = line.strip()
        named = re.fullmatch(r'"?sep=(.)"?', bare, re.IGNORECASE)
        comment = bare.lstrip('"\ufeff').startswith("#")
        if named and named[1] in _SEPARATORS:
            separator = named[1]
        elif comment:
            name, colon, value = bare.lstrip('"\ufeff# ').rstrip('",;\t').partition(":")
            if colon:
                comments[clean(name).casefold()] = clean(value)
        elif clean(bare.strip(_SEPARATORS)):
            return comments, separator, lines[place:], place + 1
    return comments, separator, [], len(lines)


def _separator(header: str) -> str:
    return max(_SEPARATORS, key=header.count)


def read_records(
    data: bytes, file: str, required: Sequence[str], optional: Sequence[str], problems: Problems
) -> list[Record]:
    """Rows of a table with known columns; none, with faults noted, where its form is not as needed."""
    table = read_table(data, file, problems)
    columns = find_columns(table, required, optional, problems) if table is not None else None
    if table is None or columns is None:
        return []
    return [Record(row.number, {c: row.cells[at] for c, at in columns.items()}) for row in table.rows]


def find_columns(
    table: Table,
    required: Sequence[str],
    optional: Sequence[str],
    problems: Problems,
) -> dict[str, int] | None:
    """Place of each named column; None, with faults noted, if one is there twice or a needed one missing."""
    found: dict[str, int] = {}
    good = True
    for column in (*required, *optional):
        names = column_keys(column)
        # A column's own name wins over other names it may go by.
        places = [i for i, h in enumerate(table.header) if key(h) == key(column)]
        places = places or [i for i, h in enumerate(table.header) if key(h) in names]
        if len(places) > 1:
            written = table.header[places[1]]
            problems.fault("file.column-twice", table.file, table.header_row, written, column=written)
            good = False
        elif places:
            found[column] = places[0]
        elif column in required:
            present = tuple(h for h in table.header if h)
            known = frozenset().union(*(column_keys(c) for c in (*required, *optional)))
            spare = [h for h in present if key(h) not in known]
            near = [n for n in nearest(column, spare) if _alike(n, column)]
            code = "file.missing-column-near" if near else "file.missing-column"
            near_name = near[0] if near else None
            problems.fault(
                code, table.file, table.header_row, column, column=column, present=present, near=near_name
            )
            good = False
    return found if good else None


def _alike(a: str, b: str) -> bool:
    return difflib.SequenceMatcher(None, key(a), key(b)).ratio() >= 0.6
