"""One table of a register as read: named columns as texts, and calls as numbers of distinct cells.

Cells of a marker repeat, so each distinct one is looked at once, however many rows there are.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from amana.interchange.collecting import Problems
from amana.interchange.tables import Table, find_columns
from amana.interchange.text import clean, nearest, number, read_bytes
from amana.interchange.vocabulary import allele, is_amelogenin, is_off_ladder, is_unknown, marker_key
from amana.interchange.vocabulary import sex as read_sex
from amana.kinship.pedigree import Pedigree, Person, Sex
from amana.kinship.profiles import Call
from amana.kinship.screening.register import SEXES
from amana.problems import InputProblems

Ints = NDArray[np.int64]

REMAINS_COLUMNS = ("remains", "sex"), ("class", "dropout", "dropin", "element", "side", "body")
"""Needed and optional columns of the table of remains; the other columns are markers."""
FAMILIES_COLUMNS = (
    ("family", "person", "father", "mother", "sex", "missing"),
    ("dropout", "dropin", "available", "cost"),
)
"""The same of the table of families."""

_AT_ONCE = 20_000
_YES = frozenset({"yes", "1", "missing", "x", "نعم", "مفقود"})
_AVAILABLE = {"yes": True, "1": True, "x": True, "نعم": True, "no": False, "0": False, "لا": False}

Shape = tuple[tuple[int, int, int, bool], ...]
"""Of each person of a family: place of father and of mother or -1, sex, and whether they are missing."""


class _Codes(dict[str, int]):
    """Distinct texts, numbered as they come."""

    def __missing__(self, text: str) -> int:
        self[text] = len(self)
        return len(self) - 1


class _Cleaned(dict[str, str]):
    """Texts as they are after :func:`clean`; equal ones are one object."""

    def __missing__(self, text: str) -> str:
        cleaned = clean(text)
        self[text] = self.setdefault(cleaned, cleaned)
        return self[text]


@dataclass
class Sheet:
    """One table.

    Attributes
    ----------
    columns
        Named column to its texts, one a row.
    cells
        Marker to its distinct cells and their numbers.
    codes
        Marker to the number of each row's cell, shape (n_rows,).
    first_row
        Marker and cell to the row where it stands first; the header is row 1.
    """

    file: str
    columns: dict[str, list[str]] = field(default_factory=dict)
    cells: dict[str, _Codes] = field(default_factory=dict)
    codes: dict[str, NDArray[np.int32]] = field(default_factory=dict)
    first_row: dict[tuple[str, str], int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))


def file_bytes(path: Path, problems: Problems, digests: dict[str, str]) -> bytes | None:
    """Content of a file, its SHA-256 digest noted; None, with a fault noted, if it cannot be read."""
    data = read_bytes(path, path.name, problems)
    if data is not None:
        digests[path.name] = hashlib.sha256(data).hexdigest()
    return data


def read_sheet(
    path: Path,
    named: tuple[Sequence[str], Sequence[str]],
    known: Mapping[str, str],
    problems: Problems,
    digests: dict[str, str],
    *,
    others: bool = False,
) -> Sheet | None:
    """One table, read in stretches so that its text is never in memory as a whole.

    Parameters
    ----------
    named
        Needed and optional columns.
    known
        Folded name of each marker in use to its name.
    others
        Whether a column that is neither named nor known is a marker too; otherwise it is left out with a
        warning.
    """
    data = file_bytes(path, problems, digests)
    if data is None:
        return None
    file = path.name
    raw = gzip.GzipFile(fileobj=io.BytesIO(data)) if data.startswith(b"\x1f\x8b") else io.BytesIO(data)
    try:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        reader = csv.reader(text, strict=True)
        header = tuple(clean(h) for h in next(reader, []))
        at = find_columns(Table(file, header, ()), *named, problems)
        markers = _marker_columns(header, at or {}, known, others, file, problems)
        if at is None:
            return None
        sheet = Sheet(file, {c: [] for c in at}, {m: _Codes() for m in markers})
        codes = {m: array("i") for m in markers}
        cleaned = _Cleaned()
        row = 2
        while part := list(islice(reader, _AT_ONCE)):
            _add(sheet, part, row, len(header), at, markers, codes, cleaned, problems)
            row += len(part)
    except (csv.Error, UnicodeDecodeError, OSError, EOFError, zlib.error) as error:
        problems.fault("file.unreadable", file, reason=str(error) or type(error).__name__)
        return None
    sheet.codes = {m: np.array(c, dtype=np.int32) for m, c in codes.items()}
    return sheet


def _marker_columns(
    header: Sequence[str],
    at: Mapping[str, int],
    known: Mapping[str, str],
    others: bool,
    file: str,
    problems: Problems,
) -> dict[str, int]:
    found: dict[str, int] = {}
    taken: set[str] = set()
    for i, name in enumerate(header):
        if i in at.values() or not name:
            continue
        marker = known.get(marker_key(name))
        if marker is None and others and not is_amelogenin(name):
            marker = name
        if marker is None:
            near = nearest(name, known.values())
            problems.warn("register.unknown-column", file, 1, name, column=name, known=near)
        elif marker_key(marker) in taken:
            problems.fault("file.column-twice", file, 1, name, column=name)
        else:
            found[marker] = i
            taken.add(marker_key(marker))
    return found


def _add(
    sheet: Sheet,
    rows: list[list[str]],
    first: int,
    width: int,
    at: Mapping[str, int],
    markers: Mapping[str, int],
    codes: Mapping[str, array[int]],
    cleaned: _Cleaned,
    problems: Problems,
) -> None:
    for offset, cells in enumerate(rows):
        if len(cells) != width:
            problems.fault("register.row-width", sheet.file, first + offset, cells=len(cells), columns=width)
            cells[:] = (cells + [""] * width)[:width]
    columns = list(zip(*rows, strict=True))
    for name, i in at.items():
        sheet.columns[name].extend(map(cleaned.__getitem__, columns[i]))
    for marker, i in markers.items():
        distinct = sheet.cells[marker]
        before = len(distinct)
        codes[marker].extend(map(distinct.__getitem__, columns[i]))
        if len(distinct) > before:
            new = dict(islice(distinct.items(), before, None))
            for offset, text in enumerate(columns[i]):
                if text in new:
                    sheet.first_row[marker, text] = first + offset
                    del new[text]


def call_of(text: str) -> Call | None:
    """A call; ``(None, None)`` for a cell that says nothing, None for one that cannot be read.

    A peak outside the allelic ladder (``OL``) is an allele that is not known.

    >>> call_of("12/14"), call_of("9,3/?"), call_of("OL/12"), call_of(""), call_of("12")
    (('12', '14'), ('9.3', None), (None, '12'), (None, None), None)
    """
    text = clean(text)
    if is_unknown(text):
        return (None, None)
    alleles = text.split("/")
    if len(alleles) != 2:
        return None
    first, second = (None if is_unknown(a) or is_off_ladder(a) else allele(a) for a in alleles)
    return (first, second)


def bad_call(text: str) -> str:
    """Code of the problem with a cell that :func:`call_of` cannot read.

    >>> bad_call("12/13/14"), bad_call("12;14")
    ('register.mixture', 'register.bad-call')
    """
    alleles = {allele(a) for a in clean(text).split("/") if not is_unknown(a)}
    return "register.mixture" if len(alleles) > 2 else "register.bad-call"


def sexes_of(sheet: Sheet, problems: Problems) -> Ints:
    """Place of each row's sex in :data:`SEXES`, shape (n_rows,)."""
    place: dict[str, int] = {}
    for text in set(sheet.columns["sex"]):
        said = read_sex(text)
        if said == "bad":
            row = sheet.columns["sex"].index(text) + 2
            problems.fault("value.sex", sheet.file, row, "sex", value=text)
            said = None
        place[text] = SEXES.index(said)
    return np.array([place[t] for t in sheet.columns["sex"]], dtype=np.int64)


def doubts_of(sheet: Sheet, problems: Problems) -> tuple[Ints, list[tuple[float, float]]]:
    """Which pair of drop-out and drop-in applies to each row, and the pairs."""
    n = len(sheet)
    columns = [sheet.columns.get(c) or [""] * n for c in ("dropout", "dropin")]
    codes = _Codes()
    each = np.fromiter((codes[f"{a}\0{b}"] for a, b in zip(*columns, strict=True)), dtype=np.int64, count=n)
    pairs = []
    for texts in codes:
        values = []
        for name, text in zip(("dropout", "dropin"), texts.split("\0"), strict=True):
            value = 0.0 if is_unknown(text) else number(text)
            if value is None or not 0 <= value < 1:
                row = sheet.columns[name].index(text) + 2
                problems.fault("value.rate", sheet.file, row, name, value=text)
                value = 0.0
            values.append(value)
        pairs.append((values[0], values[1]))
    return each, pairs or [(0.0, 0.0)]


def missing_of(sheet: Sheet) -> NDArray[np.bool_]:
    """Whether each row is of a person who is sought, shape (n_rows,)."""
    said = {t: t.casefold() in _YES for t in set(sheet.columns["missing"])}
    return np.array([said[t] for t in sheet.columns["missing"]], dtype=np.bool_)


def available_of(sheet: Sheet, problems: Problems) -> NDArray[np.bool_] | None:
    """Whether each row is of somebody who could give a sample, shape (n_rows,); None without the column."""
    column = sheet.columns.get("available")
    if column is None:
        return None
    said = {}
    for text in set(column):
        said[text] = False if is_unknown(text) else _AVAILABLE.get(text.casefold())
        if said[text] is None:
            row = column.index(text) + 2
            problems.fault("register.bad-available", sheet.file, row, "available", value=text)
    return np.array([bool(said[t]) for t in column], dtype=np.bool_)


def costs_of(sheet: Sheet, problems: Problems) -> NDArray[np.float64]:
    """Cost of a sample of each row's person, shape (n_rows,); one where nothing is said."""
    column = sheet.columns.get("cost") or [""] * len(sheet)
    said = {}
    for text in set(column):
        value = 1.0 if is_unknown(text) else number(text)
        if value is None or not 0 < value < float("inf"):
            problems.fault("register.bad-cost", sheet.file, column.index(text) + 2, "cost", value=text)
            value = 1.0
        said[text] = value
    return np.array([said[t] for t in column], dtype=np.float64)


def check_names(sheet: Sheet, field: str, ids: Sequence[object], problems: Problems) -> None:
    """Every row has a name, and no name stands twice."""
    seen: dict[object, int] = {}
    for row, one in enumerate(ids, 2):
        if not one or (isinstance(one, tuple) and not all(one)):
            problems.fault("register.no-name", sheet.file, row, field)
        elif seen.setdefault(one, row) != row:
            name = " ".join(one) if isinstance(one, tuple) else str(one)
            problems.fault("register.name-twice", sheet.file, row, field, name=name, first=seen[one])


def shapes_of(
    sheet: Sheet, sexes: Ints, missing: NDArray[np.bool_], problems: Problems
) -> dict[Shape, list[int]]:
    """Each shape of family to the first rows (from 0) of the families that have it.

    Unknown parents and families whose rows lie apart are noted as faults; whether a shape can be a pedigree
    is left to :func:`pedigree_of`.
    """
    columns = sheet.columns
    shapes: dict[Shape, list[int]] = {}
    sex_list, missing_list = sexes.tolist(), missing.tolist()
    for start, stop in _runs(sheet, problems):
        place = {columns["person"][i]: i - start for i in range(start, stop)}
        shape = tuple(
            (
                _parent(columns["father"][i], place, sheet, i, "father", problems),
                _parent(columns["mother"][i], place, sheet, i, "mother", problems),
                sex_list[i],
                missing_list[i],
            )
            for i in range(start, stop)
        )
        shapes.setdefault(shape, []).append(start)
    return shapes


def _runs(sheet: Sheet, problems: Problems) -> Iterator[tuple[int, int]]:
    """First row and end of each family; one family's rows stand together."""
    families = sheet.columns["family"]
    seen: set[str] = set()
    start = 0
    for i in range(1, len(families) + 1):
        if i == len(families) or families[i] != families[start]:
            if families[start] in seen:
                problems.fault(
                    "register.family-apart", sheet.file, start + 2, "family", family=families[start]
                )
            seen.add(families[start])
            yield start, i
            start = i


def _parent(
    name: str, place: Mapping[str, int], sheet: Sheet, row: int, field: str, problems: Problems
) -> int:
    if not name or (name not in place and is_unknown(name)):
        return -1
    if name not in place:
        params = {"person": sheet.columns["person"][row], "parent": name}
        problems.fault("pedigree.unknown-parent", sheet.file, row + 2, field, **params)
        return -1
    return place[name]


def pedigree_of(shape: Shape, sheet: Sheet, start: int, problems: Problems) -> Pedigree | None:
    """The pedigree of a shape, its people named by position; None, with faults noted at the first family."""
    persons = []
    for i, (father, mother, sex, _) in enumerate(shape):
        said: Sex | None = SEXES[sex]
        persons.append(
            Person(str(i), None if father < 0 else str(father), None if mother < 0 else str(mother), said)
        )
    try:
        return Pedigree(persons)
    except InputProblems as faults:
        names = sheet.columns["person"][start : start + len(shape)]
        for p in faults.problems:
            said_of = {k: names[int(str(v))] if k in ("person", "parent") else v for k, v in p.params.items()}
            problems.fault(p.code, sheet.file, start + 2 + int(str(p.params["person"])), p.field, **said_of)
    return None
