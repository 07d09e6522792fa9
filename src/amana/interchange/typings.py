"""From single readings of a laboratory table to one typing result per sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from amana.interchange.collecting import Problems
from amana.interchange.vocabulary import (
    allele,
    is_amelogenin,
    is_off_ladder,
    is_unknown,
    is_y_marker,
    marker_key,
)
from amana.kinship.pedigree import Sex
from amana.kinship.profiles import Call, Profile

OneAllele = Literal["partial", "homozygote"]
"""What a single allele in a marker's cells means: the other is not known, or it is the same."""


@dataclass(frozen=True)
class Reading:
    """Cells of one sample at one marker, as written.  ``columns`` names the column of each cell."""

    sample: str
    marker: str
    cells: tuple[str, ...]
    row: int
    columns: tuple[str, ...] = ()
    replicate: str = ""

    def column(self, place: int) -> str | None:
        """Name of the column of one cell."""
        return self.columns[place] if place < len(self.columns) else None


@dataclass
class Typing:
    """Everything read for one sample.  Markers are folded names (:func:`vocabulary.marker_key`).

    ``singles`` are the markers where only one allele was written and the other cell left empty.
    """

    sample: str
    file: str
    row: int
    calls: dict[str, Call] = field(default_factory=dict)
    replicates: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    singles: list[str] = field(default_factory=list)
    sex: Sex | None = None

    def alleles(self, marker: str) -> frozenset[str]:
        """Alleles seen at one marker in any typing."""
        seen = frozenset(a for a in self.calls.get(marker, ()) if a is not None)
        return seen.union(*self.replicates.get(marker, {}).values())


def collect(
    readings: Iterable[Reading], file: str, problems: Problems, wanted: frozenset[str] | None = None
) -> dict[str, Typing]:
    """One typing result per sample, with faults noted.

    ``wanted``: folded names of the markers in use; what is written for others is not examined
    (None: all).  Amelogenin is read as sex.
    """
    found: dict[str, Typing] = {}
    for reading in readings:
        if not reading.sample or not reading.marker:
            column = "marker" if reading.sample else "sample"
            if any(reading.cells) or reading.sample or reading.marker:
                problems.fault(f"genotypes.no-{column}", file, reading.row, column)
            continue
        typing = found.setdefault(reading.sample, Typing(reading.sample, file, reading.row))
        name = marker_key(reading.marker)
        if is_amelogenin(reading.marker):
            _amelogenin(typing, reading, problems)
        elif wanted is None or name in wanted or not is_y_marker(reading.marker):
            typing.names.setdefault(name, reading.marker)
            typing.rows.setdefault(name, reading.row)
            if wanted is None or name in wanted:
                _add(typing, name, reading, problems)
        else:
            typing.names.setdefault(name, reading.marker)
    return found


def _add(typing: Typing, name: str, reading: Reading, problems: Problems) -> None:
    known: list[str] = []
    for place, cell in enumerate(reading.cells):
        if is_off_ladder(cell):
            problems.warn(
                "genotypes.off-ladder", typing.file, reading.row, reading.column(place),
                sample=typing.sample, marker=reading.marker, value=cell,
            )  # fmt: skip
        elif not is_unknown(cell):
            known.append(allele(cell))
    if reading.replicate:
        _add_replicate(typing, name, reading, frozenset(known), problems)
        return
    distinct = tuple(dict.fromkeys(known))
    if len(distinct) > 2:
        problems.fault(
            "genotypes.three-alleles", typing.file, reading.row, reading.column(2),
            sample=typing.sample, marker=reading.marker, alleles=distinct,
        )  # fmt: skip
        return
    if not known:
        return
    call: Call = (known[0], None) if len(known) == 1 else (distinct[0], distinct[-1])
    if name in typing.calls:
        if set(call) != set(typing.calls[name]):
            problems.fault(
                "genotypes.rows-disagree", typing.file, reading.row, reading.column(0),
                sample=typing.sample, marker=reading.marker, first_row=typing.rows[name],
                first=_shown(typing.calls[name]), second=_shown(call),
            )  # fmt: skip
        return
    typing.calls[name] = call
    typing.rows[name] = reading.row
    # "12" and "?" says that an allele is not known; "12" and nothing may be a homozygote written once.
    if sum(bool(cell) for cell in reading.cells) == 1:
        typing.singles.append(name)


def _add_replicate(
    typing: Typing, name: str, reading: Reading, seen: frozenset[str], problems: Problems
) -> None:
    runs = typing.replicates.setdefault(name, {})
    if runs.setdefault(reading.replicate, seen) != seen:
        problems.fault(
            "genotypes.rows-disagree", typing.file, reading.row, reading.column(0),
            sample=typing.sample, marker=reading.marker, first_row=typing.rows.get(name, reading.row),
            first="/".join(sorted(runs[reading.replicate])), second="/".join(sorted(seen)),
        )  # fmt: skip


def _amelogenin(typing: Typing, reading: Reading, problems: Problems) -> None:
    seen = [cell.upper() for cell in reading.cells if not is_unknown(cell) and not is_off_ladder(cell)]
    for place, cell in enumerate(reading.cells):
        if cell.upper() in seen and cell.upper() not in ("X", "Y"):
            problems.fault(
                "genotypes.amelogenin", typing.file, reading.row, reading.column(place),
                sample=typing.sample, value=cell,
            )  # fmt: skip
            return
    sex: Sex | None = "M" if "Y" in seen else "F" if seen.count("X") > 1 else None
    if sex and typing.sex and sex != typing.sex:
        problems.fault("genotypes.amelogenin-twice", typing.file, reading.row, sample=typing.sample)
    typing.sex = typing.sex or sex


def _shown(call: Call) -> str:
    return "/".join(a or "?" for a in call)


def profile(
    typing: Typing,
    markers: Mapping[str, str],
    problems: Problems,
    *,
    sex: Sex | None = None,
    x_markers: frozenset[str] = frozenset(),
    one_allele: OneAllele = "partial",
    dropout: float = 0.0,
    dropin: float = 0.0,
) -> Profile:
    """The profile of one sample, once it is known whose it is.

    ``markers`` maps folded names to the names of the frequency table; ``x_markers`` are folded.
    """
    calls: dict[str, Call] = {}
    for name, call in typing.calls.items():
        if name not in markers:
            continue
        if name in x_markers and sex == "M":
            if call[1] is not None and call[0] != call[1]:
                problems.fault(
                    "genotypes.x-male-two-alleles", typing.file, typing.rows[name], "allele2",
                    sample=typing.sample, marker=typing.names[name], alleles=call,
                )  # fmt: skip
            call = (call[0], call[0])
        elif name in typing.singles and one_allele == "homozygote":
            call = (call[0], call[0])
        calls[markers[name]] = call
    _warn_of_singles(typing, markers, problems, sex, x_markers, one_allele)
    runs = {markers[m]: tuple(r.values()) for m, r in typing.replicates.items() if m in markers}
    if not calls and not any(any(r) for r in runs.values()):
        problems.warn("genotypes.nothing-usable", typing.file, typing.row, "sample", sample=typing.sample)
    return Profile(typing.sample, calls, dropout, dropin, runs)


def _warn_of_singles(
    typing: Typing,
    markers: Mapping[str, str],
    problems: Problems,
    sex: Sex | None,
    x_markers: frozenset[str],
    one_allele: OneAllele,
) -> None:
    if one_allele == "homozygote":
        return
    singles = [m for m in typing.singles if m in markers and not (m in x_markers and sex == "M")]
    if singles:
        problems.warn(
            "genotypes.single-allele", typing.file, typing.rows[singles[0]], "allele2",
            sample=typing.sample, markers=tuple(f"{typing.names[m]} ({typing.calls[m][0]})" for m in singles),
        )  # fmt: skip
