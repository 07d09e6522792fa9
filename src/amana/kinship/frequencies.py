"""From a table of allele frequencies to markers: alleles that the table lacks, sums, silent alleles."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from amana.kinship.markers import FrequencyTable, Marker
from amana.kinship.mutation import Mutation, mutation_model
from amana.problems import InputProblem, InputProblems

Floats = NDArray[np.float64]

DEFAULT_MINIMUM = 0.001
"""Frequency given to an allele that the table lacks, when the size of the sample behind the table is
not known.  It is the minimum used in the norSTR tables (Oslo University Hospital, 2023)."""

SILENT = "silent"
"""Label of the silent (null) allele in tables and markers made here."""

AS_GIVEN = 1e-6
"""Sums this close to one are left alone: the difference is printed digits, not lost alleles."""

RENORMALISED = 0.03
"""Sums this close to one are scaled to one with a warning; farther away an allele is missing or mistyped."""

_NUMBER = re.compile(r"\d+(\.\d+)?")


def minimum_frequency(individuals: int | None) -> float:
    """Smallest allele frequency to use, 5/(2N) for a sample of N individuals.

    National Research Council, *The Evaluation of Forensic DNA Evidence* (1996): an allele should have been
    seen five times among the 2N sampled before its estimate is used.  :data:`DEFAULT_MINIMUM` when N is None.
    """
    if individuals is None:
        return DEFAULT_MINIMUM
    if individuals < 1:
        raise InputProblems([InputProblem("frequencies.sample-size", params={"value": individuals})])
    return min(1.0, 5 / (2 * individuals))


def normalised(frequencies: Floats) -> Floats:
    """Frequencies, shape (k,), scaled to sum to one."""
    total: Floats = np.asarray(frequencies, dtype=float) / math.fsum(frequencies)
    return total


def allele_order(allele: str) -> tuple[int, float, str]:
    """Sort key: repeat numbers by value, then other labels by name, the silent allele last."""
    if allele == SILENT:
        return (2, 0.0, allele)
    if _NUMBER.fullmatch(allele):
        return (0, float(allele), allele)
    return (1, 0.0, allele)


def table_problems(table: FrequencyTable, file: str | None = None) -> tuple[InputProblem, ...]:
    """Markers of a table that do not sum to one: faults beyond 0.03, one warning for all within it."""
    faults = []
    scaled = []
    for name, locus in table.loci.items():
        if not locus:
            faults.append(InputProblem("frequencies.no-alleles", file, field=name, params={"marker": name}))
            continue
        total = math.fsum(locus.values())
        off = abs(total - 1)
        if not off <= RENORMALISED:
            params = {"marker": name, "sum": float(total), "table": table.name}
            faults.append(InputProblem("frequencies.sum", file, field=name, params=params))
        elif off > AS_GIVEN:
            scaled.append(f"{name} ({total:.6g})")
    if scaled:
        params = {"markers": tuple(scaled), "table": table.name}
        faults.append(InputProblem("frequencies.renormalised", file, params=params, warning=True))
    return tuple(faults)


def build_markers(
    table: FrequencyTable,
    observed: Mapping[str, Collection[str]],
    *,
    silent_frequency: float | Mapping[str, float] | None = None,
    x_markers: Collection[str] = (),
    file: str | None = None,
) -> tuple[tuple[Marker, ...], tuple[InputProblem, ...]]:
    """Markers with every allele that was seen, in the order of the table.

    Parameters
    ----------
    observed
        Marker to the alleles seen in any profile.  Markers of the table that are not here are left out:
        nobody was typed for them.
    silent_frequency
        Of a silent allele, for all markers or by marker; an allele labelled :data:`SILENT` in the
        table serves as well.
    x_markers
        Names of markers on the X chromosome.
    file
        Named in the problems.

    Returns
    -------
    (markers, warnings).  An allele that the table lacks gets the table's minimum frequency, or
    :data:`DEFAULT_MINIMUM`; a marker changed in this way, or whose sum is off by more than
    :data:`AS_GIVEN`, is scaled to sum to one.  Each change is a warning.  No mutation model is set.

    Raises
    ------
    InputProblems
        where frequencies cannot be used: not above zero, or a sum off by more than :data:`RENORMALISED`.
    """
    problems = list(table_problems(dataclasses.replace(table, loci=_used(table, observed)), file))
    problems += [
        InputProblem(
            "frequencies.not-positive", file, field=name, params={"marker": name, "allele": a, "value": f}
        )
        for name, locus in _used(table, observed).items()
        for a, f in locus.items()
        if not 0 < f <= 1
    ]
    problems += [
        InputProblem(
            "frequencies.marker-not-in-table", file, params={"marker": n, "table": table.name}, warning=True
        )
        for n in observed
        if n not in table.loci
    ]
    if any(not p.warning for p in problems):
        raise InputProblems(problems)
    minimum = DEFAULT_MINIMUM if table.minimum is None else table.minimum
    markers = []
    with_silent = []
    for name, locus in _used(table, observed).items():
        added = sorted(set(observed[name]) - set(locus) - {SILENT}, key=allele_order)
        for allele in added:
            params = {"marker": name, "allele": allele, "frequency": minimum, "table": table.name}
            problems.append(
                InputProblem("frequencies.allele-added", file, field=name, params=params, warning=True)
            )
        silent = silent_frequency.get(name) if isinstance(silent_frequency, Mapping) else silent_frequency
        if silent:
            with_silent.append(f"{name} ({silent:.6g})")
        frequencies = _completed(locus, dict.fromkeys(added, minimum), silent or None)
        chromosome: Literal["autosomal", "X"] = "X" if name in x_markers else "autosomal"
        alleles = tuple(sorted(frequencies, key=allele_order))
        values = np.array([frequencies[a] for a in alleles])
        markers.append(
            Marker(name, alleles, values, None, chromosome, SILENT if SILENT in frequencies else None)
        )
    if with_silent:
        params = {"markers": tuple(with_silent), "table": table.name}
        problems.append(InputProblem("frequencies.silent-added", file, params=params, warning=True))
    return tuple(markers), tuple(problems)


def _used(
    table: FrequencyTable, observed: Mapping[str, Collection[str]]
) -> Mapping[str, Mapping[str, float]]:
    return {name: locus for name, locus in table.loci.items() if name in observed}


def _completed(
    locus: Mapping[str, float], added: Mapping[str, float], silent: float | None
) -> dict[str, float]:
    """Table, added alleles and a silent allele; the silent frequency is kept, the others share the rest."""
    frequencies = {**locus, **added}
    if silent is not None:
        frequencies.pop(SILENT, None)
    total = math.fsum(frequencies.values())
    if added or silent is not None or abs(total - 1) > AS_GIVEN:
        scale = (1 - (silent or 0.0)) / total
        frequencies = {allele: value * scale for allele, value in frequencies.items()}
    if silent is not None:
        frequencies[SILENT] = silent
    return frequencies


def markers_under(
    table: FrequencyTable, markers: Sequence[Marker], observed: Mapping[str, Collection[str]]
) -> tuple[tuple[Marker, ...], tuple[InputProblem, ...]]:
    """The markers of a case with the frequencies of another table that applies.

    Mutation models are made afresh over the new alleles from the same parameters.  A matrix given as
    numbers serves only while the alleles are the same; otherwise the marker is left out with a warning.
    Order is that of ``markers``.

    Returns
    -------
    (markers, warnings), as in :func:`build_markers`.
    """
    names = {m.name for m in markers}
    silent = {m.name: float(m.frequencies[m.index[m.silent]]) for m in markers if m.silent is not None}
    built, problems = build_markers(
        table,
        {name: alleles for name, alleles in observed.items() if name in names},
        silent_frequency=silent,
        x_markers={m.name for m in markers if m.chromosome == "X"},
    )
    by_name = {m.name: m for m in built}
    found = []
    warnings = list(problems)
    for marker in markers:
        new = by_name.get(marker.name)
        if new is None:
            continue
        if marker.mutation is not None:
            mutation = _mutation_over(marker, marker.mutation, new)
            if mutation is None:
                params = {"marker": marker.name, "table": table.name}
                warnings.append(InputProblem("frequencies.mutation-not-carried", params=params, warning=True))
                continue
            new = dataclasses.replace(new, mutation=mutation)
        found.append(new)
    return tuple(found), tuple(warnings)


def _mutation_over(old: Marker, mutation: Mutation, new: Marker) -> Mutation | None:
    if mutation.model != "custom" and mutation.rate_male is not None and mutation.rate_female is not None:
        return mutation_model(
            mutation.model, new.alleles, new.frequencies, mutation.rate_male, mutation.rate_female,
            mutation.range, mutation.rate2, new.silent,
        )  # fmt: skip
    if sorted(old.alleles) != sorted(new.alleles) or old.silent != new.silent:
        return None
    order = [old.index[a] for a in new.alleles]
    return dataclasses.replace(
        mutation, male=mutation.male[np.ix_(order, order)], female=mutation.female[np.ix_(order, order)]
    )
