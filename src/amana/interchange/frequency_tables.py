"""Allele frequencies: rows are alleles, columns are markers, as Familias and forrel read and write them."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping
from pathlib import Path

from amana.interchange.collecting import Problems
from amana.interchange.tables import Table, read_table
from amana.interchange.text import number, read_bytes
from amana.interchange.vocabulary import allele, column_keys, is_amelogenin, key, marker_key
from amana.kinship.frequencies import SILENT, allele_order, minimum_frequency, table_problems
from amana.kinship.markers import FrequencyTable

_COUNT_ROWS = frozenset({"n", "individuals", "samplesize"})
_SILENT_ROWS = frozenset({"silent", "nullallele", "صامت"})


def read_frequency_table(path: str | Path) -> FrequencyTable:
    """A table of allele frequencies.

    Raises
    ------
    InputProblems
        with every fault in the file.  A sum that is off by 1e-6 to 0.03 is only a warning; use
        :func:`amana.kinship.frequencies.table_problems` to see it.
    """
    path = Path(path)
    problems = Problems()
    data = read_bytes(path, path.name, problems)
    table = frequency_table(data, path.name, problems) if data is not None else None
    if table is not None:
        note_sums(table, path.name, problems)
    problems.raise_faults()
    assert table is not None
    return table


def note_sums(table: FrequencyTable, file: str, problems: Problems) -> None:
    """Note columns that do not sum to one, except those that have a faulty cell anyway."""
    faulty = {p.field for p in problems.faults if p.file == file}
    problems.extend(p for p in table_problems(table, file) if p.field is None or p.field not in faulty)


def frequency_table(data: bytes, file: str, problems: Problems) -> FrequencyTable | None:
    """A table given as bytes; faults of cells and of form are noted, sums are not checked."""
    table = read_table(data, file, problems)
    if table is None:
        return None
    if key(table.header[0]) not in column_keys("allele"):
        present = tuple(h for h in table.header if h)
        problems.fault(
            "file.missing-column", file, table.header_row, "allele", column="allele", present=present
        )
        return None
    markers = _markers(table, problems)
    loci: dict[str, dict[str, float]] = {name: {} for name in markers.values()}
    individuals: int | None = None
    seen: dict[str, int] = {}
    for row in table.rows:
        label = allele(row.cells[0])
        if key(label) in _COUNT_ROWS:
            counts = [number(row.cells[place]) for place in markers]
            usable = [int(c) for c in counts if c is not None and 1 <= c < 1e9]
            individuals = min(usable, default=None)
            continue
        if not label:
            problems.fault("frequencies.no-allele", file, row.number, table.header[0])
            continue
        if key(label) in _SILENT_ROWS:
            label = SILENT
        if label in seen:
            problems.fault(
                "frequencies.allele-twice",
                file,
                row.number,
                table.header[0],
                allele=label,
                first_row=seen[label],
            )
            continue
        seen[label] = row.number
        for place, name in markers.items():
            value = _frequency(row.cells[place], file, row.number, name, label, problems)
            if value is not None:
                loci[name][label] = value
    minimum = _minimum(table, individuals, problems)
    name = table.comments.get("name") or _name(file)
    notes = tuple(v for k, v in table.comments.items() if k.startswith("note"))
    return FrequencyTable(
        name, loci, table.comments.get("source", ""), table.comments.get("licence", ""), minimum, notes
    )


def _name(file: str) -> str:
    stem = Path(file).stem
    return stem.partition("-")[2] or stem


def _markers(table: Table, problems: Problems) -> dict[int, str]:
    """Column to marker name, amelogenin left out."""
    found: dict[int, str] = {}
    folded: set[str] = set()
    for place, name in enumerate(table.header[1:], start=1):
        if not name:
            if any(row.cells[place] for row in table.rows):
                problems.fault("frequencies.no-marker-name", table.file, table.header_row, column=place + 1)
            continue
        if is_amelogenin(name):
            continue
        if marker_key(name) in folded:
            problems.fault("file.column-twice", table.file, table.header_row, name, column=name)
            continue
        folded.add(marker_key(name))
        found[place] = name
    if not found:
        problems.fault("frequencies.no-markers", table.file, table.header_row)
    return found


def _frequency(cell: str, file: str, row: int, marker: str, label: str, problems: Problems) -> float | None:
    """Value of a cell; empty cells and dashes mean that the marker has no such allele."""
    if cell in ("", "-", "–", "—", "NA"):
        return None
    value = number(cell)
    if value is None:
        problems.fault("frequencies.not-a-number", file, row, marker, value=cell, allele=label)
    elif not 0 < value <= 1:
        problems.fault("frequencies.not-positive", file, row, marker, value=cell, allele=label, marker=marker)
        return None
    return value


def _minimum(table: Table, individuals: int | None, problems: Problems) -> float | None:
    written = table.comments.get("minimum")
    if written is None:
        return minimum_frequency(individuals) if individuals is not None else None
    value = number(written)
    if value is None or not 0 < value < 1:
        problems.fault("value.frequency", table.file, field="minimum", value=written)
        return None
    return value


def write_frequency_table(table: FrequencyTable, path: str | Path) -> None:
    """Write a table so that :func:`read_frequency_table` gives the same, to the last digit."""
    Path(path).write_text(frequency_csv(table), encoding="utf-8", newline="")


def frequency_csv(table: FrequencyTable) -> str:
    """Text of a frequency table."""
    out = io.StringIO(newline="")
    described: Mapping[str, object] = {
        "name": table.name, "source": table.source, "licence": table.licence, "minimum": table.minimum,
        **{f"note {i}": note for i, note in enumerate(table.notes, start=1)},
    }  # fmt: skip
    for name, value in described.items():
        if value not in ("", None):
            text = repr(value) if isinstance(value, float) else " ".join(str(value).split())
            out.write(f"# {name}: {text}\n")
    alleles = sorted({a for locus in table.loci.values() for a in locus}, key=allele_order)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["allele", *table.loci])
    for label in alleles:
        values = [locus.get(label) for locus in table.loci.values()]
        writer.writerow([label, *("" if v is None else repr(float(v)) for v in values)])
    return out.getvalue()


def with_minimum(table: FrequencyTable, minimum: float | None) -> FrequencyTable:
    """The table with another minimum frequency, if one is given."""
    return table if minimum is None else dataclasses.replace(table, minimum=minimum)
