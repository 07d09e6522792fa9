"""Genotypes at thousands of markers, and the map they lie on.  docs/formats.md says what the tables hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from amana.interchange.collecting import Problems
from amana.interchange.tables import Row, Table, find_columns, read_records, read_table
from amana.interchange.text import digest, number, read_bytes, unzipped
from amana.kinship.dense import MISSING, DenseMarkers
from amana.problems import InputProblem, InputProblems

_MAP = ("marker", "chromosome", "cm", "allele1", "allele2", "frequency")
_NOT_TYPED = frozenset({"", "-", "--", "?", "??", "0", "00", "0/0", "./.", ".", "N", "NN", "N/N", "NA", "NC"})
_AUTOSOMES = frozenset(str(n) for n in range(1, 23))


@dataclass(frozen=True)
class DenseInput:
    """People and markers, ready to compare.

    Attributes
    ----------
    people
        Names of the samples.
    genotypes
        Shape (n_people, n_markers): copies of the first allele, or :data:`amana.kinship.dense.MISSING`.
    inputs
        File name to SHA-256 digest (hex) of what was read.
    warnings
        Non-fatal findings made while reading.
    """

    markers: DenseMarkers
    people: tuple[str, ...]
    genotypes: NDArray[np.int8]
    inputs: Mapping[str, str]
    warnings: Sequence[InputProblem] = ()


def read_dense(genotypes: str | Path, on_map: str | Path, *, error: float) -> DenseInput:
    """Genotypes and the map.

    Parameters
    ----------
    error
        Probability that one copy of an allele is misread.

    Raises
    ------
    InputProblems
        with every fault in both files, followed by the warnings.
    """
    problems = Problems()
    digests: dict[str, str] = {}
    entries = _map(Path(on_map), problems, digests)
    file, data = _content(Path(genotypes), problems, digests)
    table = read_table(data, file, problems) if data is not None else None
    rows, people = _samples(table, problems) if table is not None else ({}, ())
    problems.raise_faults()
    names = sorted(entries, key=lambda n: (entries[n].chromosome, entries[n].centimorgans, n))
    found = np.full((len(people), len(names)), MISSING, dtype=np.int8)
    for at, name in enumerate(names):
        if name in rows:
            found[:, at] = _genotypes(rows[name], entries[name], people, file, problems)
    unplaced = len(rows.keys() - entries.keys())
    if unplaced:
        problems.warn("dense.not-on-map", file, count=unplaced)
    if not rows.keys() & entries.keys():
        problems.fault("dense.nothing-on-map", file)
    problems.raise_faults()
    columns = np.array([(e.chromosome, e.centimorgans, e.frequency) for e in map(entries.get, names) if e])
    try:
        markers = DenseMarkers(
            tuple(names), columns[:, 0].astype(np.int64), columns[:, 1], columns[:, 2], error
        )
    except InputProblems as faults:
        problems.extend(faults.problems)
        problems.raise_faults()
        raise
    return DenseInput(markers, people, found, digests, problems.warnings)


def read_dense_pairs(path: str | Path, people: Sequence[str]) -> NDArray[np.int64]:
    """Pairs to compare, shape (n, 2): places in ``people``, from a table with the columns first and second.

    Raises
    ------
    InputProblems
        For a table that cannot be read and every name that is no sample.
    """
    problems = Problems()
    file, data = _content(Path(path), problems, {})
    rows = read_records(data, file, ("first", "second"), (), problems) if data is not None else []
    at = {name: i for i, name in enumerate(people)}
    pairs = []
    for row in rows:
        for column in ("first", "second"):
            if row[column] not in at:
                problems.fault("dense.unknown-sample", file, row.number, column, sample=row[column])
        pairs.append((at.get(row["first"], 0), at.get(row["second"], 0)))
    problems.raise_faults()
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


@dataclass(frozen=True)
class _Entry:
    chromosome: int
    centimorgans: float
    alleles: tuple[str, str]
    frequency: float


def _content(path: Path, problems: Problems, digests: dict[str, str]) -> tuple[str, bytes | None]:
    data = read_bytes(path, path.name, problems)
    if data is None:
        return path.name, None
    digests[path.name] = digest(data)
    return path.name, unzipped(data, path.name, problems)


def _map(path: Path, problems: Problems, digests: dict[str, str]) -> dict[str, _Entry]:
    file, data = _content(path, problems, digests)
    entries: dict[str, _Entry] = {}
    for row in read_records(data, file, _MAP, (), problems) if data is not None else []:
        name = row["marker"]
        chromosome = row["chromosome"].casefold().removeprefix("chr")
        place, frequency = number(row["cm"]), number(row["frequency"])
        alleles = row["allele1"].upper(), row["allele2"].upper()
        if not name or name in entries:
            problems.fault("dense.marker-twice", file, row.number, "marker", marker=name)
        if chromosome not in _AUTOSOMES:
            problems.fault("dense.chromosome", file, row.number, "chromosome", value=row["chromosome"])
        if place is None:
            problems.fault("dense.bad-position", file, row.number, "cm", value=row["cm"])
        if frequency is None or not 0 < frequency < 1:
            problems.fault(
                "dense.frequency", file, row.number, "frequency", marker=name, value=row["frequency"]
            )
        if not all(alleles) or alleles[0] == alleles[1]:
            problems.fault("dense.two-alleles", file, row.number, "allele1", marker=name)
        if chromosome in _AUTOSOMES and place is not None and frequency is not None:
            entries[name] = _Entry(int(chromosome), place, alleles, frequency)
    return entries


def _samples(table: Table, problems: Problems) -> tuple[dict[str, Row], tuple[str, ...]]:
    columns = find_columns(table, ("marker",), (), problems)
    if columns is None:
        return {}, ()
    at = columns["marker"]
    people = tuple(h for i, h in enumerate(table.header) if i != at)
    for name in sorted({p for p in people if not p or people.count(p) > 1}):
        problems.fault("file.column-twice", table.file, table.header_row, name, column=name)
    if len(people) < 2:
        problems.fault("dense.one-sample", table.file, table.header_row, count=len(people))
    rows: dict[str, Row] = {}
    for row in table.rows:
        name = row.cells[at]
        if name in rows:
            problems.fault("dense.marker-twice", table.file, row.number, "marker", marker=name)
        rows[name] = Row(row.number, tuple(c for i, c in enumerate(row.cells) if i != at))
    return rows, people


def _genotypes(row: Row, entry: _Entry, people: Sequence[str], file: str, problems: Problems) -> list[int]:
    found = []
    for person, cell in zip(people, row.cells, strict=True):
        text = cell.upper()
        if text in _NOT_TYPED:
            found.append(MISSING)
            continue
        both = text.replace("|", "/").replace(" ", "/").split("/") if len(text) != 2 else list(text)
        if len(both) != 2 or not set(both) <= set(entry.alleles):
            problems.fault(
                "dense.bad-genotype", file, row.number, person, value=cell, alleles="/".join(entry.alleles)
            )
            found.append(MISSING)
        else:
            found.append(both.count(entry.alleles[0]))
    return found
