"""Tables of a whole register, for screening: one row per profile, one column per marker.

The same things as in a case folder, in a form that is read fast: a cell says a whole call, ``12/14``.
:func:`read_register` makes what a screening needs; :func:`read_remains` and :func:`read_families` give a
table alone as arrays of allele codes, without a frequency table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from amana.interchange.collecting import Problems
from amana.interchange.register_models import CallsOf, read_typed
from amana.interchange.register_sheets import (
    FAMILIES_COLUMNS,
    REMAINS_COLUMNS,
    Sheet,
    available_of,
    bad_call,
    call_of,
    check_names,
    costs_of,
    doubts_of,
    missing_of,
    pedigree_of,
    read_sheet,
    sexes_of,
    shapes_of,
)
from amana.interchange.vocabulary import marker_key
from amana.kinship.frequencies import allele_order
from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree
from amana.kinship.profiles import Profile
from amana.kinship.screening.register import SEXES, Group, Register, Remains
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Labels = Mapping[str, tuple[str, ...]]
"""Marker to its allele labels; the position of a label is the allele's code."""


@dataclass(frozen=True)
class People:
    """Everybody in the table of families, in the order of the rows.

    Attributes
    ----------
    persons
        Identifier of each row's person.
    first
        Shape (n_targets,): row (from 0) of the first member of each target's family.
    available
        Shape (n_rows,): who could give a sample; None where the table does not say.
    cost
        Shape (n_rows,): of that sample.
    """

    persons: Sequence[str]
    first: Ints
    available: NDArray[np.bool_] | None
    cost: Floats


@dataclass(frozen=True)
class RegisterInput:
    """What a screening is made of, ready to run.

    Attributes
    ----------
    inputs
        File name to SHA-256 digest (hex) of what was read.
    warnings
        Non-fatal findings made while reading.
    """

    panel: Panel
    remains: Remains
    register: Register
    inputs: Mapping[str, str]
    people: People
    warnings: Sequence[InputProblem] = ()


def read_register(
    remains: str | Path | None,
    families: str | Path,
    frequencies: str | Path,
    mutation: str | Path | None = None,
) -> RegisterInput:
    """A register from its tables.  docs/formats.md says what they hold.

    Without a table of remains there are none: power needs families alone.

    Raises
    ------
    InputProblems
        with every fault in every file, followed by the warnings.
    """
    typed = read_typed(frequencies, mutation, (remains, REMAINS_COLUMNS), (families, FAMILIES_COLUMNS))
    panel, calls, problems = typed.panel, typed.calls, typed.problems
    problems.raise_faults()
    found, people = typed.sheets[0], typed.sheet(1)
    the_remains = Remains.of([], panel) if found is None else remains_of(found, panel, calls, problems)
    register = register_of(people, panel, calls, problems)
    available, cost = available_of(people, problems), costs_of(people, problems)
    problems.raise_faults()
    assert the_remains is not None
    assert register is not None
    whose = {name: row for row, name in reversed(list(enumerate(people.columns["family"])))}
    first = np.array([whose[name] for name in register.families], dtype=np.int64)
    everybody = People(people.columns["person"], first, available, cost)
    return RegisterInput(panel, the_remains, register, typed.digests, everybody, problems.warnings)


def numbers_of(
    sheet: Sheet,
    panel: Panel,
    calls: CallsOf,
    sexes: Ints,
    doubt: Ints,
    doubts: Sequence[tuple[float, float]],
    problems: Problems,
) -> NDArray[np.int32]:
    """Observation numbers, shape (n_rows, n_markers): each distinct call, doubt and sex is looked at once."""
    seen = np.zeros((len(sheet), len(panel.markers)), dtype=np.int32)
    for m, marker in enumerate(panel.markers):
        if marker.name not in sheet.codes:
            continue
        texts = list(sheet.cells[marker.name])
        on_x = marker.chromosome == "X"
        combined = (sheet.codes[marker.name].astype(np.int64) * len(doubts) + doubt) * 3 + (
            sexes if on_x else 0
        )
        distinct, first, back = np.unique(combined, return_index=True, return_inverse=True)
        numbers = np.zeros(len(distinct), dtype=np.int32)
        for i, one in enumerate(distinct.tolist()):
            call = calls[marker.name][texts[one // 3 // len(doubts)]]
            dropout, dropin = doubts[one // 3 % len(doubts)]
            profile = Profile("", {marker.name: call or (None, None)}, dropout, dropin)
            try:
                numbers[i] = panel.encode(profile, SEXES[one % 3] if on_x else None)[m]
            except InputProblems as faults:
                problems.extend(
                    InputProblem(p.code, sheet.file, int(first[i]) + 2, marker.name, p.params)
                    for p in faults.problems
                )
        seen[:, m] = numbers[back]
    return seen


def remains_of(sheet: Sheet, panel: Panel, calls: CallsOf, problems: Problems) -> Remains | None:
    """Profiles of a sheet of remains; None, with faults noted, where there are any."""
    ids = sheet.columns["remains"]
    check_names(sheet, "remains", ids, problems)
    sexes = sexes_of(sheet, problems)
    doubt, doubts = doubts_of(sheet, problems)
    seen = numbers_of(sheet, panel, calls, sexes, doubt, doubts, problems)
    if problems.faults:
        return None
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
    return Remains(tuple(ids[i] for i in order), sexes[order], seen[order].astype(np.int64))


def register_of(sheet: Sheet, panel: Panel, calls: CallsOf, problems: Problems) -> Register | None:
    """Targets of a sheet of families; None, with faults noted, where there are any."""
    columns = sheet.columns
    check_names(sheet, "person", list(zip(columns["family"], columns["person"], strict=True)), problems)
    sexes = sexes_of(sheet, problems)
    doubt, doubts = doubts_of(sheet, problems)
    seen = numbers_of(sheet, panel, calls, sexes, doubt, doubts, problems)
    missing = missing_of(sheet)
    check_untyped(sheet, missing & (seen != 0).any(axis=1), problems)
    if problems.faults:
        return None
    groups: list[tuple[Pedigree, int, NDArray[np.int32], list[tuple[str, str]]]] = []
    for shape, starts in shapes_of(sheet, sexes, missing, problems).items():
        pedigree = pedigree_of(shape, sheet, starts[0], problems)
        if pedigree is None:
            continue
        theirs = seen[np.array(starts)[:, None] + np.arange(len(shape))].swapaxes(1, 2)
        for j, person in enumerate(shape):
            if person[3]:
                names = [(columns["family"][s], columns["person"][s + j]) for s in starts]
                groups.append((pedigree, j, np.ascontiguousarray(theirs), names))
    if problems.faults:
        return None
    return _of_groups(groups)


def check_untyped(sheet: Sheet, both: NDArray[np.bool_], problems: Problems) -> None:
    """Note each row that is of a missing person and has a profile."""
    for row in np.flatnonzero(both).tolist():
        person = sheet.columns["person"][row]
        problems.fault("register.missing-typed", sheet.file, row + 2, "missing", person=person)


def _of_groups(groups: list[tuple[Pedigree, int, NDArray[np.int32], list[tuple[str, str]]]]) -> Register:
    every = sorted((name, g, i) for g, (*_, names) in enumerate(groups) for i, name in enumerate(names))
    rows: list[list[int]] = [[] for _ in groups]
    numbers: list[list[int]] = [[] for _ in groups]
    for number_, (_, g, i) in enumerate(every):
        rows[g].append(i)
        numbers[g].append(number_)
    made = tuple(
        Group(pedigree, person, seen[rows[g]], np.array(numbers[g], dtype=np.int64))
        for g, (pedigree, person, seen, _) in enumerate(groups)
    )
    return Register.of_groups(tuple(n[0] for n, _, _ in every), tuple(n[1] for n, _, _ in every), made)


@dataclass(frozen=True)
class RemainsTable:
    """Profiles of remains as written, in the order of the rows.

    Attributes
    ----------
    ids, classes
        Identifier and class of each; the class is empty where the table says none.
    sexes
        Shape (n,): position in :data:`amana.kinship.screening.register.SEXES` (M, F, not known).
    dropout, dropin
        Shape (n,): probabilities as declared, 0 where nothing is said.
    labels
        Markers in the order of ``calls``, with their alleles.
    calls
        Shape (n, n_markers, 2): codes in ``labels``, the smaller first; -1 for an allele that is not known,
        after one that is; -1 twice where nothing was typed.
    warnings
        Non-fatal findings made while reading.
    """

    ids: tuple[str, ...]
    sexes: Ints
    classes: tuple[str, ...]
    dropout: Floats
    dropin: Floats
    labels: Labels
    calls: NDArray[np.int16]
    warnings: Sequence[InputProblem] = ()


@dataclass(frozen=True)
class FamiliesTable:
    """People of families as written, in the order of the rows; one family's rows stand together.

    Attributes
    ----------
    families, persons
        Identifiers of each row's family and person.
    fathers, mothers
        Shape (n,): row of the parent, from 0; -1 for none.
    sexes, dropout, dropin, labels, calls, warnings
        As in :class:`RemainsTable`.
    missing
        Shape (n,): whether the person is sought.
    starts
        Shape (n_families + 1,): first row of each family, and n.
    """

    families: tuple[str, ...]
    persons: tuple[str, ...]
    fathers: Ints
    mothers: Ints
    sexes: Ints
    missing: NDArray[np.bool_]
    dropout: Floats
    dropin: Floats
    labels: Labels
    calls: NDArray[np.int16]
    starts: Ints
    warnings: Sequence[InputProblem] = ()


def read_remains(path: str | Path, labels: Labels | None = None) -> RemainsTable:
    """The table of remains alone.  docs/formats.md says what it holds.

    Parameters
    ----------
    labels
        Markers and alleles that keep their place and code; what the file has besides follows them.  With the
        labels of another table both are coded alike.

    Raises
    ------
    InputProblems
        with every fault in the file, followed by the warnings.
    """
    problems = Problems()
    sheet = _alone(path, REMAINS_COLUMNS, labels, problems)
    ids = sheet.columns["remains"]
    check_names(sheet, "remains", ids, problems)
    sexes = sexes_of(sheet, problems)
    doubts = _two(sheet, problems)
    coded = _coded(sheet, labels or {}, problems)
    problems.raise_faults()
    classes = tuple(sheet.columns.get("class") or [""] * len(sheet))
    return RemainsTable(tuple(ids), sexes, classes, *doubts, *coded, problems.warnings)


def read_families(path: str | Path, labels: Labels | None = None) -> FamiliesTable:
    """The table of families alone; parameters and faults as of :func:`read_remains`."""
    problems = Problems()
    sheet = _alone(path, FAMILIES_COLUMNS, labels, problems)
    families, persons = sheet.columns["family"], sheet.columns["person"]
    check_names(sheet, "person", list(zip(families, persons, strict=True)), problems)
    sexes, missing = sexes_of(sheet, problems), missing_of(sheet)
    doubts = _two(sheet, problems)
    coded = _coded(sheet, labels or {}, problems)
    check_untyped(sheet, missing & (coded[1] >= 0).any(axis=(1, 2)), problems)
    parents = np.full((len(sheet), 2), -1, dtype=np.int64)
    starts = [len(sheet)]
    for shape, firsts in shapes_of(sheet, sexes, missing, problems).items():
        pedigree_of(shape, sheet, firsts[0], problems)
        within = np.array([person[:2] for person in shape], dtype=np.int64)
        rows = np.array(firsts)[:, None] + np.arange(len(shape))
        parents[rows] = np.where(within < 0, -1, np.array(firsts)[:, None, None] + within)
        starts += firsts
    problems.raise_faults()
    return FamiliesTable(
        tuple(families), tuple(persons), parents[:, 0], parents[:, 1], sexes, missing, *doubts, *coded,
        np.sort(np.array(starts, dtype=np.int64)), problems.warnings,
    )  # fmt: skip


def _alone(
    path: str | Path, named: tuple[Sequence[str], Sequence[str]], labels: Labels | None, problems: Problems
) -> Sheet:
    known = {marker_key(name): name for name in labels or ()}
    sheet = read_sheet(Path(path), named, known, problems, {}, others=True)
    if sheet is None:
        problems.raise_faults()
    assert sheet is not None
    return sheet


def _two(sheet: Sheet, problems: Problems) -> tuple[Floats, Floats]:
    """Drop-out and drop-in of each row."""
    each, pairs = doubts_of(sheet, problems)
    values = np.array(pairs, dtype=np.float64)[each]
    return values[:, 0], values[:, 1]


def _coded(sheet: Sheet, labels: Labels, problems: Problems) -> tuple[Labels, NDArray[np.int16]]:
    """Labels, those given first, and calls of shape (n_rows, n_markers, 2)."""
    markers = (*labels, *(m for m in sheet.cells if m not in labels))
    found: dict[str, tuple[str, ...]] = {}
    calls = np.full((len(sheet), len(markers), 2), -1, dtype=np.int16)
    for m, marker in enumerate(markers):
        given = labels.get(marker, ())
        read = {text: call_of(text) for text in sheet.cells.get(marker, ())}
        for text, call in read.items():
            if call is None:
                row = sheet.first_row[marker, text]
                problems.fault(bad_call(text), sheet.file, row, marker, value=text)
        new = {a for call in read.values() for a in call or () if a is not None} - set(given)
        found[marker] = (*given, *sorted(new, key=allele_order))
        if marker not in sheet.codes:
            continue
        code = {a: i for i, a in enumerate(found[marker])}
        pairs = [sorted(code[a] for a in call or () if a is not None) for call in read.values()]
        table = np.array([[*pair, -1, -1][:2] for pair in pairs], dtype=np.int16).reshape(-1, 2)
        calls[:, m] = table[sheet.codes[marker]]
    return found, calls
