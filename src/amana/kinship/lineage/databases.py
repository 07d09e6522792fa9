"""How common a haplotype is, from a regional database: counts with their upper limit, or a fitted model.

Counting with the upper limit of Clopper and Pearson (1934), one-sided; Brenner's kappa (2010) for a
haplotype that was never seen; the discrete Laplace method for Y-STR
(:mod:`~amana.kinship.lineage.discrete_laplace`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from amana.kinship.lineage.discrete_laplace import DiscreteLaplace, fit, resampled
from amana.kinship.lineage.mtdna import MtHaplotype, compare_mtdna
from amana.kinship.lineage.rcrs import Range, common_ranges
from amana.kinship.lineage.ystr import COPIES, Call, YHaplotype, apart

Method = Literal["auto", "counting", "kappa", "discrete-laplace"]
Used = Literal["counting", "kappa", "discrete-laplace"]

ENOUGH = 1000
"""Y-STR haplotypes from which ``auto`` takes the discrete Laplace method: from this size on it hardly
matters whether the haplotype itself is added to the database (Forensic Sci. Int. Genet. 2023, abstract)."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Frequency:
    """How common a haplotype is.

    Attributes
    ----------
    count, size
        Haplotypes of the database that agree, and those that could be compared.
    estimate
        Without allowance for the size of the database.
    upper
        Upper confidence limit; for kappa the estimate, which has none.
    method
        What ``estimate`` and ``upper`` come from.
    """

    count: int
    size: int
    estimate: float
    upper: float
    method: Used


def upper_limit(count: int, size: int, confidence: float = 0.95) -> float:
    """Largest frequency at which so few would be seen with probability 1 - confidence (Clopper and Pearson
    1934).

    >>> round(upper_limit(0, 100), 6) == round(1 - 0.05 ** (1 / 100), 6)
    True
    """
    return 1.0 if count >= size else float(beta.ppf(confidence, count + 1, size - count))


def kappa_frequency(singletons: int, size: int) -> float:
    """Match probability of a haplotype that the database lacks (Brenner 2010): (1 - kappa) / n.

    Parameters
    ----------
    singletons, size
        Of the database extended by the haplotype itself, which is one of its singletons.
    """
    return (1 - singletons / size) / size


class MtDatabase:
    """Mitochondrial haplotypes of a region."""

    def __init__(self, haplotypes: Sequence[MtHaplotype], counts: Sequence[int] | None = None) -> None:
        self.haplotypes = tuple(haplotypes)
        self.counts = tuple(counts) if counts is not None else (1,) * len(self.haplotypes)
        self._known: dict[object, tuple[int, int]] = {}

    def frequency(
        self, haplotypes: Iterable[MtHaplotype], ranges: tuple[Range, ...], confidence: float = 0.95
    ) -> Frequency | None:
        """Of the most common of some haplotypes, over given stretches; None where no entry covers them.

        An entry counts as agreeing under the rules of a comparison: mixtures fit each of their bases and
        unstable lengths do not matter.
        """
        best = max((self._count(h, ranges) for h in haplotypes), default=(0, 0))
        count, size = best
        if size == 0:
            return None
        return Frequency(count, size, count / size, upper_limit(count, size, confidence), "counting")

    def _count(self, haplotype: MtHaplotype, ranges: tuple[Range, ...]) -> tuple[int, int]:
        key = haplotype, ranges
        if key not in self._known:
            count = size = 0
            cut = MtHaplotype(ranges, haplotype.differences)
            for other, times in zip(self.haplotypes, self.counts, strict=True):
                if common_ranges(other.ranges, ranges) == ranges:
                    size += times
                    count += times * (compare_mtdna(cut, other).verdict == "match")
            self._known[key] = count, size
        return self._known[key]


class YDatabase:
    """Y-STR haplotypes of a region.

    Parameters
    ----------
    counts
        How often each was seen; once by default.
    seed, draws
        Of the resampling behind the upper limit of the discrete Laplace method.
    """

    def __init__(
        self,
        haplotypes: Sequence[YHaplotype],
        counts: Sequence[int] | None = None,
        *,
        draws: int = 100,
        seed: int = 1,
    ) -> None:
        self.haplotypes = tuple(haplotypes)
        self.counts = np.array(counts if counts is not None else [1] * len(self.haplotypes), dtype=np.int64)
        self.draws, self.seed = draws, seed
        self._known: dict[object, Frequency | None] = {}
        self.markers = tuple(sorted({m for h in self.haplotypes for m in h.calls}))
        self._codes: dict[str, dict[Call, int]] = {m: {} for m in self.markers}
        self._table = np.full((len(self.haplotypes), len(self.markers)), -1, dtype=np.int64)
        for i, h in enumerate(self.haplotypes):
            for j, m in enumerate(self.markers):
                call = h.calls.get(m)
                if call is not None and None not in call:
                    self._table[i, j] = self._codes[m].setdefault(call, len(self._codes[m]))

    def covered(self, markers: Sequence[str]) -> tuple[str, ...]:
        """Those of some markers that at least half of the entries have; DYS389II only beside DYS389I."""
        half = self.counts.sum() / 2
        there = {
            m
            for m in markers
            if m in self._codes and self.counts[self._table[:, self.markers.index(m)] >= 0].sum() >= half
        }
        return tuple(m for m in markers if m in there and (m != "DYS389II" or "DYS389I" in there))

    def frequency(
        self,
        haplotypes: Iterable[YHaplotype],
        markers: Sequence[str],
        method: Method = "auto",
        confidence: float = 0.95,
    ) -> Frequency | None:
        """Of the most common of some haplotypes at given markers; None where no entry has all of them.

        ``auto`` is the discrete Laplace method for :data:`ENOUGH` haplotypes or more and counting for fewer.
        """
        found = []
        for h in haplotypes:
            key = h, tuple(markers), method, confidence
            if key not in self._known:
                self._known[key] = self._one(h, markers, method, confidence)
            found.append(self._known[key])
        return max((f for f in found if f is not None), key=lambda f: f.upper, default=None)

    def _one(
        self, haplotype: YHaplotype, markers: Sequence[str], method: Method, confidence: float
    ) -> Frequency | None:
        known = [m for m in markers if m in self._codes]
        if len(known) < len(markers):
            return None
        columns = [self.markers.index(m) for m in known]
        table = self._table[:, columns]
        whole = (table >= 0).all(axis=1)
        size = int(self.counts[whole].sum())
        if size == 0:
            return None
        code = np.array([self._codes[m].get(haplotype.calls[m], -2) for m in known], dtype=np.int64)
        count = int(self.counts[whole & (table == code).all(axis=1)].sum())
        if method == "discrete-laplace" or (method == "auto" and self._modelled_size >= ENOUGH):
            modelled = self._modelled(haplotype, known, count, size, confidence)
            if modelled is not None:
                return modelled
        if method == "kappa" and count == 0:
            _, back = np.unique(table[whole], axis=0, return_inverse=True)
            times = np.bincount(back.ravel(), self.counts[whole])
            kappa = kappa_frequency(int((times == 1).sum()) + 1, size + 1)
            return Frequency(0, size, kappa, kappa, "kappa")
        return Frequency(count, size, count / size, upper_limit(count, size, confidence), "counting")

    @cached_property
    def _whole_repeats(self) -> tuple[tuple[str, ...], Ints, Floats]:
        """Markers of one copy that nine in ten entries have, entries whole there, and their counts."""
        pairs = [apart(h, h)[0].calls for h in self.haplotypes]
        usable = {m: np.array([_repeats(c.get(m)) for c in pairs], dtype=np.int64) for m in self.markers}
        total = self.counts.sum()
        kept = tuple(
            m
            for m, r in usable.items()
            if m not in COPIES and self.counts[r >= 0].sum() >= 0.9 * total and total > 0
        )
        rows = np.array([usable[m] for m in kept], dtype=np.int64).reshape(len(kept), len(pairs)).T
        whole = (rows >= 0).all(axis=1) if kept else np.zeros(len(pairs), dtype=np.bool_)
        return kept, rows[whole], self.counts[whole].astype(np.float64)

    @property
    def _modelled_size(self) -> int:
        return int(self._whole_repeats[2].sum())

    @cached_property
    def _models(self) -> tuple[DiscreteLaplace, list[DiscreteLaplace]]:
        _, rows, counts = self._whole_repeats
        fitted = fit(rows, counts)
        return fitted, resampled(fitted, rows, counts, self.draws, self.seed)

    def _modelled(
        self, haplotype: YHaplotype, markers: Sequence[str], count: int, size: int, confidence: float
    ) -> Frequency | None:
        """By the model, at those markers that it has and the haplotype shows in whole repeats."""
        kept, rows, _ = self._whole_repeats
        calls = apart(haplotype, haplotype)[0].calls
        if "DYS389II" in markers and "DYS389I" not in markers:
            calls = {m: c for m, c in calls.items() if m != "DYS389II"}
        at = [i for i, m in enumerate(kept) if m in markers and _repeats(calls.get(m)) >= 0]
        if not at or not len(rows):
            return None
        repeats = [_repeats(calls[kept[i]]) for i in at]
        fitted, drawn = self._models
        estimate = fitted.probability(repeats, at)
        upper = float(np.quantile([d.probability(repeats, at) for d in drawn], confidence))
        return Frequency(count, size, estimate, max(estimate, upper), "discrete-laplace")


def _repeats(call: Call | None) -> int:
    """Whole repeats of a single copy; -1 for anything else."""
    if call is None or len(call) != 1 or call[0] is None or call[0] % 10:
        return -1
    return call[0] // 10
