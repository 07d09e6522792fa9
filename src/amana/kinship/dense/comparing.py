"""Likelihood ratios of pairs of people, typed at biallelic markers along a genetic map."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from amana.kinship.dense.states import RELATIONS, States, recombination
from amana.kinship.dense.sweep import LANES, forward
from amana.problems import InputProblem, InputProblems

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MISSING = 3
"""Genotype of somebody who was not typed at a marker."""


@dataclass(frozen=True, eq=False)
class DenseMarkers:
    """Biallelic autosomal markers on a genetic map, chromosome by chromosome in the order of the map.

    Attributes
    ----------
    names
        Of the markers.
    chromosomes
        Shape (n,): a number for each; markers of one chromosome stand together.
    centimorgans
        Shape (n,): position on the chromosome, sexes averaged; never falling along a chromosome.
    frequencies
        Shape (n,): of the allele that genotypes count, in (0, 1).
    error
        Probability that one copy of an allele is read as the other allele, in [0, 0.5).

    Raises
    ------
    InputProblems
        For a frequency or an error out of range, or markers that are not in order.
    """

    names: tuple[str, ...]
    chromosomes: Ints
    centimorgans: Floats
    frequencies: Floats
    error: float = 0.001

    def __post_init__(self) -> None:
        problems = [
            InputProblem("dense.frequency", params={"marker": self.names[i], "value": f"{p:g}"})
            for i, p in enumerate(self.frequencies)
            if not 0 < p < 1
        ]
        if not 0 <= self.error < 0.5:
            problems.append(InputProblem("dense.error-range", field="error", params={"value": self.error}))
        ended: set[int] = set()
        for i in range(1, len(self.names)):
            before, here = int(self.chromosomes[i - 1]), int(self.chromosomes[i])
            if here != before:
                ended.add(before)
            if here in ended or (here == before and self.centimorgans[i] < self.centimorgans[i - 1]):
                problems.append(InputProblem("dense.order", params={"marker": self.names[i]}))
        if problems:
            raise InputProblems(problems)

    @cached_property
    def starts(self) -> NDArray[np.bool_]:
        """Shape (n,): whether a chromosome starts at each marker."""
        starts = np.ones(len(self.names), dtype=np.bool_)
        starts[1:] = self.chromosomes[1:] != self.chromosomes[:-1]
        return starts

    @cached_property
    def recombination(self) -> Floats:
        """Shape (n,): recombination fraction from the marker before, 0.5 where a chromosome starts."""
        apart = np.diff(self.centimorgans, prepend=self.centimorgans[:1])
        return np.where(self.starts, 0.5, recombination(np.where(self.starts, 0.0, apart)))

    @cached_property
    def emission(self) -> Floats:
        """Shape (n, 16, 3): P(both genotypes | alleles shared) / P(both | unrelated), genotypes as 4 a + b.

        A genotype that is missing says nothing, so that it is one there.
        """
        p = np.column_stack([1 - self.frequencies, self.frequencies])
        truth = np.zeros((len(p), 3, 3, 3))  # genotype of one, of the other, alleles shared
        for a in range(2):
            for b in range(2):
                truth[:, a + b, a + b, 2] += p[:, a] * p[:, b]
                for c in range(2):
                    truth[:, a + b, a + c, 1] += p[:, a] * p[:, b] * p[:, c]
                    for d in range(2):
                        truth[:, a + b, c + d, 0] += p[:, a] * p[:, b] * p[:, c] * p[:, d]
        e = self.error
        read = np.array(  # row: true genotype, column: as read
            [
                [(1 - e) ** 2, 2 * e * (1 - e), e**2],
                [e * (1 - e), (1 - e) ** 2 + e**2, e * (1 - e)],
                [e**2, 2 * e * (1 - e), (1 - e) ** 2],
            ]
        )
        seen = np.einsum("mabk,ai,bj->mijk", truth, read, read)
        ratio = np.ones((len(p), 4, 4, 3))
        ratio[:, :3, :3] = seen / seen[..., :1]
        return ratio.reshape(len(p), 16, 3)


class PairLikelihood:
    """Likelihood ratios of relations against unrelated, for pairs of people.

    Parameters
    ----------
    markers
        The map, the frequencies and the error.
    relations
        Names from :data:`RELATIONS`; all of them by default.
    """

    def __init__(self, markers: DenseMarkers, relations: Sequence[str] = tuple(RELATIONS)) -> None:
        self.markers = markers
        self.relations = tuple(relations)
        self.states: Mapping[str, States] = {name: States(RELATIONS[name]) for name in self.relations}
        self._steps = {name: s.transitions(markers.recombination) for name, s in self.states.items()}

    def log10_lr(self, genotypes: NDArray[np.int8], pairs: Ints, *, threads: int = 0) -> Floats:
        """Log10 LR of every pair under every relation, against unrelated people.

        Parameters
        ----------
        genotypes
            Shape (n_people, n_markers): copies of the counted allele, 0 to 2, or :data:`MISSING`.
        pairs
            Shape (n_pairs, 2): rows of ``genotypes``.
        threads
            0 takes all cores.  The result does not depend on it.

        Returns
        -------
        Shape (n_pairs, n_relations); -inf for genotypes that cannot be, which needs an error of zero.
        """
        pairs = np.ascontiguousarray(pairs, dtype=np.int64).reshape(-1, 2)
        across = np.ascontiguousarray(np.asarray(genotypes).T, dtype=np.int64)
        if across.size and not (across.min() >= 0 and across.max() <= MISSING):
            raise ValueError("genotypes are 0, 1, 2 or MISSING")
        result = np.empty((len(self.relations), len(pairs)))
        m = self.markers
        jobs = [
            (r, slice(at, at + 4 * LANES))
            for r in range(len(self.relations))
            for at in range(0, len(pairs), 4 * LANES)
        ]

        def run(job: tuple[int, slice]) -> None:
            r, stretch = job
            name = self.relations[r]
            states = self.states[name]
            forward(
                across, pairs[stretch], m.emission, m.starts, self._steps[name],
                states.shared, states.weights, result[r, stretch],
            )  # fmt: skip

        _ = m.emission, m.starts  # made once, before threads ask for them
        with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
            list(pool.map(run, jobs))
        return np.asarray(result.T / np.log(10))
