"""What the markers of a register are made from: frequencies, mutation models, and alleles that were seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from amana.interchange.collecting import Problems
from amana.interchange.frequency_tables import frequency_table
from amana.interchange.mutation_table import MutationRow, mutation_rows, with_mutation
from amana.interchange.register_sheets import Sheet, bad_call, call_of, file_bytes, read_sheet
from amana.interchange.vocabulary import is_x_marker, marker_key
from amana.kinship.frequencies import build_markers
from amana.kinship.markers import FrequencyTable, Marker
from amana.kinship.panel import Panel
from amana.kinship.profiles import Call
from amana.problems import InputProblems

CallsOf = dict[str, dict[str, Call | None]]
"""Marker to its distinct cells and the call of each."""
Source = tuple[str, bytes]
"""Name and content of a file."""


@dataclass(frozen=True)
class Model:
    """A frequency table and mutation models, with the files that they were read from.

    ``mutation`` and ``mutation_source`` are None where no file was given.
    """

    table: FrequencyTable
    mutation: Mapping[str, MutationRow] | None
    frequencies_source: Source
    mutation_source: Source | None

    @property
    def known(self) -> dict[str, str]:
        """Folded name of each marker to its name."""
        return {marker_key(n): n for n in self.table.loci}


def model_of(frequencies: Source, mutation: Source | None, problems: Problems) -> Model | None:
    """Frequencies and mutation models from the content of their files; faults are noted."""
    table = frequency_table(frequencies[1], frequencies[0], problems)
    models = None if mutation is None else mutation_rows(mutation[1], mutation[0], problems)
    return None if table is None else Model(table, models, frequencies, mutation)


def read_model(
    frequencies: str | Path, mutation: str | Path | None, problems: Problems, digests: dict[str, str]
) -> Model | None:
    """Frequencies and mutation models from files, their digests noted."""
    sources: list[Source | None] = []
    for path in (Path(p) if p is not None else None for p in (frequencies, mutation)):
        data = None if path is None else file_bytes(path, problems, digests)
        sources.append(None if path is None or data is None else (path.name, data))
    if sources[0] is None:
        return None
    return model_of(sources[0], sources[1], problems)


def calls_in(sheets: Sequence[Sheet], known: Mapping[str, str], problems: Problems) -> CallsOf:
    """Every call of some sheets, markers in the order of the frequency table."""
    calls: CallsOf = {
        marker: {text: call_of(text) for sheet in sheets for text in sheet.cells.get(marker, ())}
        for marker in known.values()
        if any(marker in sheet.cells for sheet in sheets)
    }
    for sheet in sheets:
        for marker, cells in sheet.cells.items():
            for text in cells:
                if calls[marker][text] is None:
                    row = sheet.first_row[marker, text]
                    problems.fault(bad_call(text), sheet.file, row, marker, value=text)
    return calls


def alleles_in(calls: CallsOf) -> dict[str, set[str]]:
    """Marker to the alleles that anybody showed."""
    return {m: {a for c in of.values() if c for a in c if a is not None} for m, of in calls.items()}


def markers_for(
    observed: Mapping[str, Collection[str]], model: Model, problems: Problems
) -> tuple[Marker, ...]:
    """Markers with every allele that was seen, and their mutation models, whose faults are noted.

    Raises
    ------
    InputProblems
        with everything that was found so far, if the frequencies cannot be used.
    """
    x_markers = [m for m in observed if is_x_marker(m)]
    try:
        markers, warnings = build_markers(
            model.table, observed, x_markers=x_markers, file=model.frequencies_source[0]
        )
    except InputProblems as faults:
        problems.extend(faults.problems)
        problems.raise_faults()
        raise
    problems.extend(warnings)
    if model.mutation is not None and model.mutation_source is not None:
        names = list(model.table.loci)
        markers = with_mutation(markers, dict(model.mutation), model.mutation_source[0], problems, names)
    return markers


@dataclass(frozen=True)
class Typed:
    """Tables of typed samples, with the model and the markers that they need.

    Attributes
    ----------
    sheets
        The tables in the order asked for; None where no file was given.
    observed
        Marker to the alleles that anybody showed.
    problems
        What was found so far, faults of calls included; the reader goes on with it.
    """

    model: Model
    sheets: tuple[Sheet | None, ...]
    calls: CallsOf
    observed: dict[str, set[str]]
    panel: Panel
    digests: dict[str, str]
    problems: Problems

    def sheet(self, number: int) -> Sheet:
        """A table whose file was given."""
        found = self.sheets[number]
        assert found is not None
        return found


Wanted = tuple[str | Path | None, tuple[Sequence[str], Sequence[str]]]
"""A file, or none, and the columns that it needs and may have."""


def read_typed(frequencies: str | Path, mutation: str | Path | None, *tables: Wanted) -> Typed:
    """Frequencies, mutation models, and tables of typed samples.

    Raises
    ------
    InputProblems
        with every fault in every file, if a file cannot be read as what it is meant to be.
    """
    problems = Problems()
    digests: dict[str, str] = {}
    model = read_model(frequencies, mutation, problems, digests)
    known = model.known if model else {}
    sheets = tuple(
        None if path is None else read_sheet(Path(path), columns, known, problems, digests)
        for path, columns in tables
    )
    problems.raise_faults()
    assert model is not None
    calls = calls_in([s for s in sheets if s is not None], known, problems)
    observed = alleles_in(calls)
    panel = Panel(markers_for(observed, model, problems))
    return Typed(model, sheets, calls, observed, panel, digests, problems)
