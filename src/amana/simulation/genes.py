"""Genes dropped down pedigrees, and what a laboratory would read of them.

Markers are dropped independently of each other.  Some real pairs are linked (vWA and D12S391, for
one), which matters little for the pedigrees here and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from amana.kinship.markers import Marker
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Genes:
    """Simulated genotypes at one marker.

    Attributes
    ----------
    alleles
        Shape (n, persons, 2): index among ``marker.alleles``, from the father and from the mother.
        At X markers a male carries his mother's allele twice.
    mutated
        Same shape: True where the transmission to this person changed the allele.
    """

    marker: Marker
    pedigree: Pedigree
    alleles: Ints
    mutated: Bools

    def of(self, person: str) -> Ints:
        """Genotypes of one person, shape (n, 2)."""
        return self.alleles[:, self.pedigree.index[person]]


def drop_genes(
    pedigree: Pedigree, marker: Marker, rng: np.random.Generator, n: int = 1, theta: float = 0.0
) -> Genes:
    """Simulate one marker for everybody in a pedigree, ``n`` times.

    Each of the ``n`` draws has its own subpopulation, so that any two founder alleles of a draw are equal
    with probability theta + (1 - theta) sum p^2 (Balding and Nichols 1994).  The subpopulation's frequencies
    are Dirichlet(p (1 - theta) / theta); drawing from them is the same as Pólya's urn over founder alleles.

    Parameters
    ----------
    theta
        Population FST in [0, 1).

    Raises
    ------
    InputProblems
        For theta outside [0, 1), n below 1, or an X marker with a person of unknown sex.
    """
    problems = _faults(pedigree, marker, n, theta)
    if problems:
        raise InputProblems(problems)
    urn = _Urn(np.asarray(marker.frequencies, dtype=float), rng, n, theta)
    alleles = np.zeros((n, len(pedigree), 2), dtype=np.int64)
    mutated = np.zeros(alleles.shape, dtype=bool)
    for person in parents_first(pedigree):
        at = pedigree.index[person.id]
        hemizygous = marker.chromosome == "X" and person.sex == "M"
        for slot, parent in enumerate((person.father, person.mother)):
            if hemizygous and slot == 0:
                continue
            if parent is None:
                alleles[:, at, slot] = urn.draw()
                continue
            p = pedigree.index[parent]
            # A father's X is one chromosome, stored twice, so that the same choice serves.
            chosen = alleles[np.arange(n), p, rng.integers(0, 2, size=n)]
            handed = _mutate(chosen, marker, slot, rng)
            alleles[:, at, slot] = handed
            mutated[:, at, slot] = handed != chosen
        if hemizygous:
            alleles[:, at, 0] = alleles[:, at, 1]
        elif person.founder_inbreeding:
            same = rng.random(n) < person.founder_inbreeding
            alleles[:, at, 1] = np.where(same, alleles[:, at, 0], alleles[:, at, 1])
    return Genes(marker, pedigree, alleles, mutated)


def _faults(pedigree: Pedigree, marker: Marker, n: int, theta: float) -> list[InputProblem]:
    problems = []
    if not 0 <= theta < 1:
        problems.append(InputProblem("simulate.theta-range", field="theta", params={"value": theta}))
    if n < 1:
        problems.append(InputProblem("simulate.count-range", field="n", params={"value": n}))
    if marker.chromosome == "X":
        problems += [
            InputProblem("simulate.sex-needed", field="sex", params={"person": p.id, "marker": marker.name})
            for p in pedigree.persons
            if p.sex is None
        ]
    return problems


def parents_first(pedigree: Pedigree) -> list[Person]:
    """The members in an order in which parents come before their children, otherwise as given."""
    ordered: list[Person] = []
    done: set[str] = set()
    waiting = list(pedigree.persons)
    while waiting:  # a Pedigree has no cycles, so that each round places somebody
        ready = [p for p in waiting if {p.father, p.mother} - {None} <= done]
        ordered += ready
        done |= {p.id for p in ready}
        waiting = [p for p in waiting if p.id not in done]
    return ordered


class _Urn:
    """Founder alleles of ``n`` independent subpopulations."""

    def __init__(self, frequencies: Floats, rng: np.random.Generator, n: int, theta: float) -> None:
        p = frequencies / frequencies.sum()
        shares = (
            rng.dirichlet(p * (1 - theta) / theta, size=n) if theta > 0 else np.broadcast_to(p, (n, len(p)))
        )
        self._cumulative = np.cumsum(shares, axis=1)
        self._cumulative[:, -1] = 1.0  # rounding must not leave a gap above the last allele
        self._rng = rng
        self._n = n

    def draw(self) -> Ints:
        return _choose(self._cumulative, self._rng)


def _choose(cumulative: Floats, rng: np.random.Generator) -> Ints:
    """One index per row of cumulative probabilities, shape (n, k)."""
    chosen: Ints = (rng.random(len(cumulative))[:, None] >= cumulative).sum(axis=1)
    return chosen


def _mutate(alleles: Ints, marker: Marker, slot: int, rng: np.random.Generator) -> Ints:
    if marker.mutation is None:
        return alleles
    matrix = marker.mutation.male if slot == 0 else marker.mutation.female
    cumulative = np.cumsum(matrix, axis=1)
    cumulative[:, -1] = 1.0
    return _choose(cumulative[alleles], rng)


@dataclass(frozen=True)
class Quality:
    """How well a sample types.

    Attributes
    ----------
    dropout
        Probability d that one copy of an allele is not seen, independently of the other: a heterozygote is
        whole with (1-d)^2 and shows one given allele with d(1-d), a homozygote is seen with 1-d^2.
    lost
        Marker name to the probability that the marker fails altogether, whatever its alleles; long
        amplicons of degraded bone.
    """

    dropout: float = 0.0
    lost: Mapping[str, float] = field(default_factory=dict)


def type_sample(
    sample: str,
    genotype: Mapping[str, tuple[str, str]],
    markers: Sequence[Marker],
    rng: np.random.Generator,
    quality: Quality = Quality(),
) -> Profile:
    """What the laboratory reads of one person's genotype at autosomal markers.

    Silent alleles are never seen.  Nothing drops in.  A marker of which nothing is seen is left out: its
    probability is the same for every genotype where it was lost as a whole, and d^2 for both kinds where
    both copies dropped, so that leaving it out loses nothing.

    Parameters
    ----------
    genotype
        Marker name to the two true alleles.

    Returns
    -------
    Profile with calls in the order of ``markers`` and with ``dropout`` declared.
    """
    calls: dict[str, tuple[str | None, str | None]] = {}
    for marker in markers:
        # Always the same number of draws, so that one sample's quality does not change the next one's typing.
        failed, first, second = rng.random(3)
        if failed < quality.lost.get(marker.name, 0.0):
            continue
        pair = genotype[marker.name]
        kept = [
            a
            for a, u in zip(pair, (first, second), strict=True)
            if u >= quality.dropout and a != marker.silent
        ]
        if kept:
            low, high = sorted((kept[0], kept[-1]), key=marker.index.__getitem__)
            calls[marker.name] = (low, high)
    return Profile(sample, calls, dropout=quality.dropout)
