"""Log-likelihood ratios of every call of the remains against targets of one shape.

For a marker, a call *c* and a target the log LR is a number.  It is read off the likelihood of the relatives
together with each genotype of the one sought (:meth:`PedigreeLikelihood.genotypes`), which is worked out once
for all targets of one shape whose relatives show the same::

    P(c, relatives) = Σ over genotypes g of P(c | g) · P(g, relatives)

and the same against a stranger: P(c) · P(relatives), or under FST the sum with one more founder beside the
family.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.panel import NOTHING_SEEN, Panel
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.screening.register import SEXES, Group, Register, Remains, blocks

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Map = Callable[..., Iterable[object]]
"""As the built-in ``map``."""

ROWS = 256
"""Distinct rows of relatives whose tables are made in one go."""
_CANCELLED = 1e-6
"""A difference smaller than this share of what it is taken from is summed up instead."""


class Calls:
    """The distinct calls that remains show, marker by marker, and then their sexes.

    Attributes
    ----------
    numbers
        For each marker the observation numbers of its calls.
    sexes
        For each marker the sex of somebody who shows each call: on the X chromosome it belongs to the call.
    rows
        Shape (n_remains, n_markers + 1): where each call of a remains stands among all calls of all markers,
        -1 where nothing was seen; in the last column its sex.
    start
        Shape (n_markers + 2,): where the calls of each marker begin among all; the sexes come last.
    """

    def __init__(self, remains: Remains, panel: Panel) -> None:
        self.numbers: list[Ints] = []
        self.sexes: list[Ints] = []
        n, n_markers = remains.seen.shape
        self.rows = np.full((n, n_markers + 1), -1, dtype=np.int32)
        self.start = np.zeros(n_markers + 2, dtype=np.int64)
        for m in range(n_markers):
            numbers, first, back = np.unique(remains.seen[:, m], return_index=True, return_inverse=True)
            if len(numbers) and numbers[0] == NOTHING_SEEN:
                numbers, first, back = numbers[1:], first[1:], back - 1
            seen = back >= 0
            self.rows[seen, m] = self.start[m] + back[seen]
            self.numbers.append(numbers.astype(np.int64))
            self.sexes.append(remains.sexes[first])
            self.start[m + 1] = self.start[m] + len(numbers)
        self.rows[:, -1] = self.start[n_markers] + remains.sexes
        self.start[-1] = self.start[n_markers] + len(SEXES)

    def __len__(self) -> int:
        return int(self.start[-1])


@dataclass(frozen=True)
class Shared:
    """Log LR of every call against some targets of a group; targets whose relatives show the same share it.

    Attributes
    ----------
    distinct
        For each marker shape (n_distinct, n_calls of it), natural logarithm; 0 where the relatives' own calls
        are impossible.
    back
        For each marker shape (n_targets,): which of them is each target's.
    sexes
        Shape (len(SEXES), n_targets): 0, or -inf where the sexes differ.
    inconsistent
        Shape (n_targets,): number of markers at which what the relatives show cannot be.
    """

    distinct: Sequence[Floats]
    back: Sequence[Ints]
    sexes: Floats
    inconsistent: Ints

    def table(self, targets: slice) -> Floats:
        """Shape (n_calls of all markers and the sexes, n_targets) for some of the targets."""
        rows = [d[b[targets]].T for d, b in zip(self.distinct, self.back, strict=True)]
        return np.concatenate([*rows, self.sexes[:, targets]])

    @property
    def largest(self) -> Floats:
        """Largest absolute finite value of each marker, shape (n_markers,)."""
        finite = (np.where(np.isfinite(d), np.abs(d), 0.0) for d in self.distinct)
        return np.array([f.max(initial=0.0) for f in finite])


class TableMaker:
    """Makes the tables of a register.

    Parameters
    ----------
    theta
        FST over the founders of the family and of the remains.
    """

    def __init__(self, register: Register, calls: Calls, panel: Panel, theta: float = 0.0) -> None:
        self.register, self.calls, self.panel, self.theta = register, calls, panel, theta

    @cached_property
    def _alone(self) -> list[Floats]:
        return [self._log_alone(m) for m in range(len(self.panel.markers))]

    def _log_alone(self, m: int) -> Floats:
        """Log-probability of each call of a marker for somebody unrelated to everybody."""
        numbers, sexes = self.calls.numbers[m], self.calls.sexes[m]
        result = np.zeros(len(numbers))
        for s in np.unique(sexes):
            single = PedigreeLikelihood(Pedigree([Person("0", sex=SEXES[s])]))
            those = np.flatnonzero(sexes == s)
            marker = np.full(len(those), m, dtype=np.int64)
            result[those] = single.loglik(self.panel, marker, numbers[those].reshape(-1, 1))
        return result

    def rows(self, g: int, targets: slice) -> tuple[list[Ints], list[Ints]]:
        """What the relatives of consecutive targets show: distinct rows by marker, and whose they are."""
        seen = self.register.groups[g].seen[targets]
        found = [np.unique(seen[:, m], axis=0, return_inverse=True) for m in range(seen.shape[1])]
        return [d.astype(np.int64) for d, _ in found], [back.ravel() for _, back in found]

    def bytes(self, distinct: Sequence[Ints]) -> int:
        """Memory of the tables of such rows."""
        return sum(len(d) * 8 * int(n) for d, n in zip(distinct, np.diff(self.calls.start), strict=False))

    def shared(self, g: int, targets: slice, run: Map = map) -> Shared:
        """Tables of consecutive targets of a group, made by ``run``, such as a pool's ``map``."""
        group = self.register.groups[g]
        distinct, back = self.rows(g, targets)
        jobs = [(m, part) for m, d in enumerate(distinct) for part in blocks(len(d), ROWS)]
        sizes = [len(n) for n in self.calls.numbers]
        tables = [np.empty((len(d), size)) for d, size in zip(distinct, sizes, strict=True)]
        bad = [np.empty(len(d), dtype=np.bool_) for d in distinct]

        def make(job: tuple[int, slice]) -> None:
            m, part = job
            tables[m][part], bad[m][part] = self.log_lr(group, m, distinct[m][part])

        for _ in run(make, jobs):
            pass
        numbers = group.targets[targets]
        sexes = np.zeros((len(SEXES), len(numbers)))
        of = self.register.sexes[numbers]
        for s, sex in enumerate(SEXES):
            if sex is not None:
                sexes[s, (of != s) & (of != SEXES.index(None))] = -np.inf
        inconsistent = np.zeros(len(numbers), dtype=np.int64)
        for at_marker, whose in zip(bad, back, strict=True):
            inconsistent += at_marker[whose]
        return Shared(tables, back, sexes, inconsistent)

    def log_lr(self, group: Group, m: int, seen: Ints) -> tuple[Floats, NDArray[np.bool_]]:
        """Log LR of every call of a marker against relatives who show this.

        Parameters
        ----------
        seen
            Shape (n, n_persons): observation numbers.

        Returns
        -------
        Shape (n, n_calls of the marker); and for each row whether what the relatives show cannot be, where
        every log LR is 0.
        """
        with_call, total = self._of_calls(group.likelihood, group.person, m, seen)
        if self.theta == 0.0:
            apart = total[:, None] + self._alone[m][None, :]
        else:
            stranger, person = self.stranger(group)
            beside = np.hstack([seen, np.zeros((len(seen), 1), dtype=np.int64)])
            apart, _ = self._of_calls(stranger, person, m, beside)
        bad = np.isneginf(total)
        with np.errstate(invalid="ignore"):
            log_lr = with_call - apart
        log_lr[np.isnan(log_lr)] = -np.inf  # a call of the other sex, excluded in any case
        log_lr[bad] = 0.0
        return log_lr, bad

    def _of_calls(
        self, likelihood: PedigreeLikelihood, person: int, m: int, seen: Ints
    ) -> tuple[Floats, Floats]:
        """Log P(call, relatives) for each call, and log P(relatives)."""
        factor, tables = likelihood.genotypes(self.panel, m, seen, person, self.theta)
        numbers = self.calls.numbers[m]
        with_call = np.empty((len(seen), len(numbers)))
        total = np.empty(len(seen))
        project(tables, numbers, self.panel.observations, with_call, total)
        with np.errstate(divide="ignore"):
            return np.log(with_call) + factor[:, None], np.log(total) + factor

    def stranger(self, group: Group) -> tuple[PedigreeLikelihood, int]:
        """The family and one unrelated person beside it."""
        return group.stranger


@njit(cache=True, nogil=True)
def project(tables, calls, pool, with_call, total):  # type: ignore[no-untyped-def]
    """Sum tables over genotypes, each weighted with the probability of a call.

    Parameters
    ----------
    tables
        Shape (n, k, k): probability of ordered pairs of alleles.
    calls
        Shape (n_calls,): observation numbers.
    pool
        The panel's observations.
    with_call, total
        Shapes (n, n_calls) and (n,), filled here.
    """
    n, k = tables.shape[0], tables.shape[1]
    pair = np.empty((k, k))  # of unordered pairs, in both places
    beside = np.empty(k)
    for t in range(n):
        whole = 0.0
        for a in range(k):
            pair[a, a] = tables[t, a, a]
            whole += pair[a, a]
            for b in range(a):
                pair[a, b] = tables[t, a, b] + tables[t, b, a]
                pair[b, a] = pair[a, b]
                whole += pair[a, b]
        for a in range(k):
            row = 0.0
            for b in range(k):
                row += pair[a, b]
            beside[a] = row
        total[t] = whole
        for c in range(calls.shape[0]):
            o = calls[c]
            first = pool.allele_start[o]
            r = pool.n_alleles[o]
            at = pool.table_start[o]
            p = 0.0
            named = 0.0  # pairs of which at least one is among the alleles of the call
            for i in range(r):
                a = pool.alleles[first + i]
                among = 0.0
                for j in range(r):
                    b = pool.alleles[first + j]
                    among += pair[a, b]
                    if j <= i:
                        p += pool.tables[at + i * (r + 1) + j] * pair[a, b]
                        named -= pair[a, b] if j < i else 0.0
                named += beside[a]
                weight = pool.tables[at + i * (r + 1) + r]
                if weight > 0.0:
                    rest = beside[a] - among
                    if rest < _CANCELLED * beside[a]:
                        rest = 0.0
                        for b in range(k):
                            if not _among(pool, first, r, b):
                                rest += pair[a, b]
                    p += weight * rest
            weight = pool.tables[at + r * (r + 1) + r]
            if weight > 0.0:
                rest = whole - named
                if rest < _CANCELLED * whole:
                    rest = 0.0
                    for a in range(k):
                        if not _among(pool, first, r, a):
                            for b in range(a + 1):
                                if not _among(pool, first, r, b):
                                    rest += pair[a, b]
                p += weight * rest
            with_call[t, c] = p


@njit(cache=True, nogil=True, inline="always")
def _among(pool, first, r, allele):  # type: ignore[no-untyped-def]
    found = False
    for i in range(r):
        found |= pool.alleles[first + i] == allele
    return found


@njit(cache=True, nogil=True)
def project_each(tables, rows, calls, pool):  # type: ignore[no-untyped-def]
    """The same for one call each: P(call, relatives) by going through all genotypes.

    Parameters
    ----------
    tables
        Shape (n, k, k).
    rows, calls
        Shape (n_pairs,): which table, and the observation number.
    """
    k = tables.shape[1]
    result = np.empty(rows.shape[0])
    state = np.empty(k, dtype=np.int64)
    for i in range(rows.shape[0]):
        o = calls[i]
        first = pool.allele_start[o]
        r = pool.n_alleles[o]
        state[:] = r
        for j in range(r):
            state[pool.alleles[first + j]] = j
        p = 0.0
        for a in range(k):
            for b in range(k):
                p += tables[rows[i], a, b] * pool.tables[pool.table_start[o] + state[a] * (r + 1) + state[b]]
        result[i] = p
    return result
