"""Tables with lineage markers: Y-STR in columns of their own, mtDNA as differences from the rCRS.

The tables of a register with two more columns, ``mtdna`` and ``mt_range``, and any number of Y-STR markers;
columns of other markers may stand beside them and are not read here.  docs/formats.md says what they hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from amana.interchange.collecting import Problems
from amana.interchange.register_sheets import (
    Shape,
    Sheet,
    check_names,
    missing_of,
    pedigree_of,
    read_sheet,
    sexes_of,
    shapes_of,
)
from amana.interchange.text import clean, number
from amana.interchange.vocabulary import is_unknown
from amana.kinship.lineage.comparing import LineageFamily, LineageRemains
from amana.kinship.lineage.databases import ENOUGH, MtDatabase, YDatabase
from amana.kinship.lineage.mtdna import MtHaplotype, parse_mtdna
from amana.kinship.lineage.rcrs import parse_ranges
from amana.kinship.lineage.ystr import Call, YHaplotype, parse_y_call, split_copy, y_marker
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.screening.register import SEXES
from amana.problems import InputProblem, InputProblems

_MT = ("mtdna", "mt_range")
_REMAINS = ("remains", "sex"), _MT
_FAMILIES = ("family", "person", "father", "mother", "sex", "missing"), _MT
_DATABASE: tuple[Sequence[str], Sequence[str]] = (), ("count", *_MT)

_Ys = list[YHaplotype | None]
_Mts = list[MtHaplotype | None]


@dataclass(frozen=True)
class LineageInput:
    """What a comparison of lineages is made of.

    Attributes
    ----------
    y_database, mt_database
        None where no database holds such haplotypes.
    inputs
        File name to SHA-256 digest (hex) of what was read.
    warnings
        Non-fatal findings made while reading.
    """

    remains: tuple[LineageRemains, ...]
    families: tuple[LineageFamily, ...]
    y_database: YDatabase | None
    mt_database: MtDatabase | None
    inputs: Mapping[str, str]
    warnings: Sequence[InputProblem] = ()


def read_lineage(
    remains: str | Path, families: str | Path, databases: Sequence[str | Path] = ()
) -> LineageInput:
    """Remains, families and databases with lineage markers.

    Raises
    ------
    InputProblems
        with every fault in every file, followed by the warnings.
    """
    problems = Problems()
    digests: dict[str, str] = {}
    found = read_sheet(Path(remains), _REMAINS, {}, problems, digests, others=True)
    people = read_sheet(Path(families), _FAMILIES, {}, problems, digests, others=True)
    tables = [read_sheet(Path(d), _DATABASE, {}, problems, digests, others=True) for d in databases]
    the_remains = _remains(found, problems) if found is not None else ()
    the_families = _families(people, problems) if people is not None else ()
    y_database, mt_database = _databases([t for t in tables if t is not None], problems)
    problems.raise_faults()
    return LineageInput(the_remains, the_families, y_database, mt_database, digests, problems.warnings)


def _remains(sheet: Sheet, problems: Problems) -> tuple[LineageRemains, ...]:
    ids = sheet.columns["remains"]
    check_names(sheet, "remains", ids, problems)
    sexes = [SEXES[s] for s in sexes_of(sheet, problems)]
    ys, mts = _haplotypes(sheet, problems)
    for row, (sex, y) in enumerate(zip(sexes, ys, strict=True), 2):
        if sex == "F" and y is not None:
            problems.fault("lineage.y-in-female", sheet.file, row, "sex", person=ids[row - 2])
    found = (LineageRemains(*one) for one in zip(ids, sexes, ys, mts, strict=True))
    return tuple(sorted(found, key=lambda r: r.id))


def _families(sheet: Sheet, problems: Problems) -> tuple[LineageFamily, ...]:
    columns = sheet.columns
    names = columns["person"]
    check_names(sheet, "person", list(zip(columns["family"], names, strict=True)), problems)
    sexes = sexes_of(sheet, problems)
    missing = missing_of(sheet)
    ys, mts = _haplotypes(sheet, problems)
    for i, (y, mt) in enumerate(zip(ys, mts, strict=True)):
        if missing[i] and (y is not None or mt is not None):
            problems.fault("register.missing-typed", sheet.file, i + 2, "missing", person=names[i])
        if SEXES[sexes[i]] == "F" and y is not None:
            problems.fault("lineage.y-in-female", sheet.file, i + 2, "sex", person=names[i])
    found = []
    for shape, starts in shapes_of(sheet, sexes, missing, problems).items():
        if pedigree_of(shape, sheet, starts[0], problems) is None or problems.faults:
            continue
        for s in starts:
            rows = range(s, s + len(shape))
            found.append(
                LineageFamily(
                    columns["family"][s],
                    _pedigree(shape, names[s : s + len(shape)]),
                    tuple(names[i] for i in rows if missing[i]),
                    {names[i]: y for i in rows if (y := ys[i]) is not None},
                    {names[i]: mt for i in rows if (mt := mts[i]) is not None},
                )
            )
    return tuple(sorted(found, key=lambda f: f.id))


def _pedigree(shape: Shape, names: Sequence[str]) -> Pedigree:
    return Pedigree(
        Person(
            name,
            names[father] if father >= 0 else None,
            names[mother] if mother >= 0 else None,
            SEXES[sex],
        )
        for name, (father, mother, sex, _) in zip(names, shape, strict=True)
    )


def _databases(sheets: Sequence[Sheet], problems: Problems) -> tuple[YDatabase | None, MtDatabase | None]:
    y_rows: list[tuple[YHaplotype, int]] = []
    mt_rows: list[tuple[MtHaplotype, int]] = []
    for sheet in sheets:
        ys, mts = _haplotypes(sheet, problems)
        counts = [_count(text, sheet, i, problems) for i, text in enumerate(sheet.columns.get("count", ()))]
        counts = counts or [1] * len(ys)
        y_rows += [(y, n) for y, n in zip(ys, counts, strict=True) if y is not None]
        mt_rows += [(mt, n) for mt, n in zip(mts, counts, strict=True) if mt is not None]
    size = sum(n for _, n in y_rows)
    if y_rows and size < ENOUGH:
        problems.warn("lineage.small-database", sheets[0].file, size=size, enough=ENOUGH)
    y_database = YDatabase(*map(list, zip(*y_rows, strict=True))) if y_rows else None
    mt_database = MtDatabase(*map(list, zip(*mt_rows, strict=True))) if mt_rows else None
    return y_database, mt_database


def _count(text: str, sheet: Sheet, i: int, problems: Problems) -> int:
    value = 1.0 if is_unknown(text) else number(text)
    if value is None or value < 1 or value != int(value):
        problems.fault("lineage.bad-count", sheet.file, i + 2, "count", value=text)
        return 1
    return int(value)


def _haplotypes(sheet: Sheet, problems: Problems) -> tuple[_Ys, _Mts]:
    """Of each row; a fault where no row has any."""
    rows = max((len(sheet), *(len(codes) for codes in sheet.codes.values())))
    ys = _y_haplotypes(sheet, problems) or [None] * rows
    mts = _mt_haplotypes(sheet, problems) or [None] * rows
    if not problems.faults and not any(h is not None for h in (*ys, *mts)):
        problems.fault("lineage.nothing-typed", sheet.file)
    return ys, mts


def _y_haplotypes(sheet: Sheet, problems: Problems) -> _Ys:
    texts: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for column, codes in sheet.codes.items():
        marker = y_marker(column)
        if marker is None:
            continue
        cells = [clean(c) for c in sheet.cells[column]]
        told = [cells[c] for c in codes.tolist()]
        copy_of = split_copy(marker)
        if copy_of in texts and copy_of is not None:
            told = [
                f"{a or '?'}/{b or '?'}" if a or b else "" for a, b in zip(texts[copy_of], told, strict=True)
            ]
        elif (copy_of or marker) in texts:
            problems.fault("file.column-twice", sheet.file, 1, column, column=column)
        texts[copy_of or marker] = told
        first.setdefault(copy_of or marker, column)
    if not texts:
        return []
    calls: list[dict[str, Call]] = [{} for _ in next(iter(texts.values()))]
    for marker, column_texts in texts.items():
        known: dict[str, Call | None] = {}
        for i, text in enumerate(column_texts):
            if text not in known:
                nothing = is_unknown(text) or text in ("?/?", "OL")
                known[text] = None if nothing else parse_y_call(text, marker)
                if known[text] is None and not nothing:
                    problems.fault("lineage.bad-y-call", sheet.file, i + 2, first[marker], value=text)
            call = known[text]
            if call is not None:
                calls[i][marker] = call
    return [YHaplotype(c) if c else None for c in calls]


def _mt_haplotypes(sheet: Sheet, problems: Problems) -> _Mts:
    texts = sheet.columns.get("mtdna")
    if texts is None:
        return []
    ranges = sheet.columns.get("mt_range") or [""] * len(texts)
    known: dict[tuple[str, str], MtHaplotype | None] = {}
    for i, one in enumerate(zip(texts, ranges, strict=True)):
        if one not in known:
            known[one] = _mt(*one, sheet.file, i + 2, problems)
    return [known[one] for one in zip(texts, ranges, strict=True)]


def _mt(text: str, ranges: str, file: str, row: int, problems: Problems) -> MtHaplotype | None:
    if is_unknown(text):
        if not is_unknown(ranges):
            problems.warn("mtdna.only-range", file, row, "mtdna", given=ranges)
        return None
    if is_unknown(ranges):
        problems.fault("mtdna.no-range", file, row, "mt_range")
        return None
    field = "mt_range"
    try:
        stretches = parse_ranges(ranges)
        field = "mtdna"
        return parse_mtdna(text, stretches)
    except InputProblems as faults:
        problems.extend(InputProblem(p.code, file, row, field, p.params) for p in faults.problems)
    return None
