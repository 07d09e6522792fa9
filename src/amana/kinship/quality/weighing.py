"""Likelihoods of declared and alternative pedigrees, many families of one group at a time.

Under an FST of zero the unconnected parts of a pedigree are independent, so each part is computed once for
all alternatives it occurs in, and once for all families that show the same in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.panel import NOTHING_SEEN, Panel, seen_by_one
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.quality.alternatives import relevant
from amana.kinship.quality.families import FamilyGroup

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FAILURE = 1e-3
"""Probability that a marker fails in a family as a whole: a call mistyped, a sample mixed up in one run.
What is seen at it is then as in unrelated people.  Assumed; it keeps one odd marker from deciding."""

_Part = tuple[tuple[Person, ...], tuple[tuple[int, str], ...]]


class Weighing:
    """Log-likelihoods of pedigrees for the families of a group.

    Parameters
    ----------
    theta
        FST.
    """

    def __init__(self, group: FamilyGroup, panel: Panel, theta: float = 0.0) -> None:
        self.group, self.panel, self.theta = group, panel, theta
        self._known: dict[tuple[_Part, float], Floats] = {}
        n_samples = len(group.samples)
        alone = [
            self._part(((Person(str(s.bearer)),), ((i, str(s.bearer)),)), 0.0)
            for i, s in enumerate(group.samples)
        ]
        self.independent = np.sum(alone, axis=0) if n_samples else np.zeros(group.seen.shape[:2])

    def loglik(self, pedigree: Pedigree, bearers: Sequence[str]) -> Floats:
        """Natural log-likelihood by marker, shape (n_families, n_markers), with :data:`FAILURE`.

        Parameters
        ----------
        bearers
            For each sample the person whose it is; two samples may be of one person.
        """
        total = np.zeros(self.group.seen.shape[:2])
        for part in _parts(pedigree, bearers, whole=self.theta > 0):
            total = total + self._part(part, self.theta)
        return np.asarray(np.logaddexp(np.log1p(-FAILURE) + total, np.log(FAILURE) + self.independent))

    def _part(self, part: _Part, theta: float) -> Floats:
        key = part, theta
        if key not in self._known:
            self._known[key] = self._computed(part, theta)
        return self._known[key]

    def _computed(self, part: _Part, theta: float) -> Floats:
        persons, samples = part
        pedigree = Pedigree(persons)
        n, n_markers = self.group.seen.shape[:2]
        seen = np.zeros((n, n_markers, len(pedigree)), dtype=np.int64)
        possible = np.ones((n, n_markers), dtype=np.bool_)
        for i, person in samples:
            at = pedigree.index[person]
            seen[:, :, at] = self._both(seen[:, :, at], self.group.seen[:, :, i], possible)
        marker = np.broadcast_to(np.arange(n_markers), (n, n_markers))
        where = possible & (seen != NOTHING_SEEN).any(axis=2)
        result = np.where(possible, 0.0, -np.inf)
        rows = np.column_stack([marker[where], seen[where]])
        distinct, back = distinct_rows(rows)
        engine = PedigreeLikelihood(pedigree)
        result[where] = engine.loglik(self.panel, distinct[:, 0], distinct[:, 1:], theta)[back]
        return result

    def _both(self, first: Ints, second: NDArray[np.int32], possible: NDArray[np.bool_]) -> Ints:
        """Observations of one person from two; where none can be ``possible`` becomes false."""
        result = np.maximum(first, second).astype(np.int64)
        twice = (first != NOTHING_SEEN) & (second != NOTHING_SEEN)
        if not twice.any():
            return result
        markers = np.broadcast_to(np.arange(first.shape[1]), first.shape)[twice]
        distinct, back = distinct_rows(np.column_stack([markers, first[twice], second[twice]]))
        joined = seen_by_one(self.panel, distinct)
        result[twice] = np.maximum(joined, NOTHING_SEEN)[back]
        possible[twice] &= (joined >= 0)[back]
        return result


def distinct_rows(rows: Ints) -> tuple[Ints, Ints]:
    """Distinct rows, and which of them each one is."""
    code = np.zeros(len(rows), dtype=np.int64)
    first = np.zeros(min(1, len(rows)), dtype=np.int64)
    for column in rows.T:
        values, place = np.unique(column, return_inverse=True)
        _, first, code = np.unique(code * len(values) + place, return_index=True, return_inverse=True)
    return rows[first], code


def _parts(pedigree: Pedigree, bearers: Sequence[str], *, whole: bool) -> list[_Part]:
    """The connected parts of what matters in a pedigree, with the samples in each."""
    there = relevant(pedigree, bearers)
    part = {p.id: p.id for p in pedigree.persons if p.id in there}

    def root(person: str) -> str:
        while part[person] != person:
            person = part[person]
        return person

    if whole:
        part = dict.fromkeys(part, next(iter(part), ""))
    for p in pedigree.persons:
        for parent in (p.father, p.mother):
            if p.id in there and parent is not None:
                part[root(p.id)] = root(parent)
    parts: dict[str, list[Person]] = {}
    for p in pedigree.persons:
        if p.id in there:
            parts.setdefault(root(p.id), []).append(p)
    return [
        (tuple(those), tuple((i, b) for i, b in enumerate(bearers) if any(b == p.id for p in those)))
        for those in parts.values()
    ]
