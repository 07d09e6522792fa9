"""From what was seen to P(seen | true alleles).

Whatever the reason for doubt (a partial call, a silent allele, drop-out, drop-in, several typings),
the probability of an observation depends on the two true alleles only through *which of the alleles that were
seen* they are.  So every observation is a small symmetric table over those alleles and one last state,
"any other allele"; the engine needs nothing else, and alleles that nobody showed can be lumped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from amana.kinship.markers import Marker
from amana.kinship.profiles import Call, Profile
from amana.problems import InputProblem, InputProblems

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Observation:
    """P(seen | alleles) at one marker for one person.

    Attributes
    ----------
    alleles
        Indices, in the marker's order, of the r alleles that matter.
    table
        Shape (r + 1, r + 1), symmetric; the last state is any other allele.  For one copy of an X
        chromosome only the diagonal is used.
    exact
        True if a single genotype is possible, and then with probability one.
    """

    alleles: tuple[int, ...]
    table: Floats
    exact: bool


def observe(marker: Marker, profile: Profile, *, haploid: bool = False) -> Observation | None:
    """Observation of one person at one marker; None where nothing was learnt.

    Parameters
    ----------
    haploid
        True for a male at an X marker.

    Raises
    ------
    InputProblems
        For an allele the marker does not have, or two alleles at a male's X marker.
    """
    if profile.replicates.get(marker.name):
        return _from_typings(marker, profile.replicates[marker.name], profile, haploid)
    call = profile.calls.get(marker.name, (None, None))
    known = [allele for allele in call if allele is not None]
    if not known:
        return None
    _check_alleles(marker, known, profile, haploid)
    if haploid:
        return _from_typings(marker, (frozenset(known),), profile, haploid)
    if len(known) == 1:
        return _partial(marker, known[0])
    if profile.dropout or profile.dropin:
        return _from_typings(marker, (frozenset(known),), profile, haploid)
    return _whole(marker, call)


def _check_alleles(marker: Marker, known: Sequence[str], profile: Profile, haploid: bool) -> None:
    where = {"marker": marker.name, "sample": profile.sample}
    problems = [
        InputProblem("genotype.unknown-allele", field="allele", params={**where, "allele": allele})
        for allele in known
        if allele not in marker.index
    ]
    if haploid and len(set(known)) > 1:
        problems.append(InputProblem("genotype.x-male-heterozygous", field="allele", params=where))
    if problems:
        raise InputProblems(problems)


def _partial(marker: Marker, allele: str) -> Observation:
    return Observation((marker.index[allele],), np.array([[1.0, 1.0], [1.0, 0.0]]), exact=False)


def _whole(marker: Marker, call: Call) -> Observation:
    a, b = (marker.index[allele] for allele in call if allele is not None)
    if a != b:
        table = np.zeros((3, 3))
        table[0, 1] = table[1, 0] = 1.0
        return Observation((a, b), table, exact=True)
    silent = marker.index[marker.silent] if marker.silent is not None else None
    if silent is None or silent == a:
        return Observation((a,), np.array([[1.0, 0.0], [0.0, 0.0]]), exact=True)
    # One band: two copies of it, or one copy beside an allele that never shows.
    table = np.zeros((3, 3))
    table[0, 0] = table[0, 1] = table[1, 0] = 1.0
    return Observation((a, silent), table, exact=False)


def _from_typings(
    marker: Marker, typings: Sequence[frozenset[str]], profile: Profile, haploid: bool
) -> Observation | None:
    """Drop-out, drop-in and replicates.

    Each copy of an allele is lost with probability d independently: a heterozygote's allele with d, a
    homozygote with d².  A typing that shows alleles the donor lacks has them from drop-in, C·p each; one
    that shows none has 1 − C (Curran, Gill & Bill 2005, Forensic Science International 148:47, cited from
    memory; the same rule in Gill & Haned's LRmix).  Typings are independent given the donor.
    """
    seen = sorted({allele for typing in typings for allele in typing}, key=lambda a: marker.index.get(a, -1))
    if not seen:
        return None
    _check_alleles(marker, seen, profile, haploid)
    labels = list(seen)
    if marker.silent is not None and marker.silent not in labels:
        labels.append(marker.silent)
    r = len(labels)
    table = np.zeros((r + 1, r + 1))
    for i, j in combinations_with_replacement(range(r + 1), 2):
        if haploid and i != j:
            continue
        true = [labels[s] if s < r else None for s in ((i,) if haploid else (i, j))]
        p = 1.0
        for typing in typings:
            p *= _typing_probability(typing, true, marker, profile.dropout, profile.dropin)
        table[i, j] = table[j, i] = p
    return _observation(tuple(marker.index[label] for label in labels), table)


def seen_twice(first: Observation, second: Observation) -> Observation | None:
    """Two observations of one person, independent given the true alleles; None if no genotype allows both."""
    alleles = tuple(dict.fromkeys((*first.alleles, *second.alleles)))
    table = np.ones((len(alleles) + 1, len(alleles) + 1))
    for one in (first, second):
        state = [one.alleles.index(a) if a in one.alleles else len(one.alleles) for a in (*alleles, -1)]
        table *= one.table[np.ix_(state, state)]
    return _observation(alleles, table) if table.any() else None


def _observation(alleles: tuple[int, ...], table: Floats) -> Observation:
    """An observation; one of a certain genotype names the alleles of that genotype and no others."""
    possible = np.argwhere(np.triu(table) > 0)
    if len(possible) != 1:
        return Observation(alleles, table, exact=False)
    i, j = (int(state) for state in possible[0])
    if max(i, j) == len(alleles) or table[i, j] != 1.0:
        return Observation(alleles, table, exact=False)
    kept = [i] if i == j else [i, j]
    return Observation(
        tuple(alleles[state] for state in kept), table[np.ix_([*kept, -1], [*kept, -1])], exact=True
    )


def _typing_probability(
    typing: frozenset[str], true: Sequence[str | None], marker: Marker, dropout: float, dropin: float
) -> float:
    """P(alleles seen in one typing | true alleles); None stands for any allele that was never seen."""
    p = 1.0
    for allele in dict.fromkeys(true):
        lost = 1.0 if allele == marker.silent and allele is not None else dropout ** true.count(allele)
        p *= (1 - lost) if allele in typing else lost
    extra = typing - {allele for allele in true if allele is not None}
    if not extra:
        return p * (1 - dropin)
    for allele in sorted(extra):
        p *= dropin * float(marker.frequencies[marker.index[allele]])
    return p
