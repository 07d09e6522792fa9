"""All one-to-one assignments of victims to missing persons, without going through them.

A joint assignment takes one way from each family's table such that no victim is used twice; its likelihood
and its prior are products over families.  Sums and maxima over all assignments are therefore found without
going through them (:mod:`amana.kinship.joint.components`).

Families that share no victim worth keeping are treated apart (components).  From 17 victims on, ways whose
prior-weighted likelihood ratio is tiny are left out first.  That is sound: replacing such a way by "nobody
here", or taking some of its victims out, gives another assignment, so the posterior of all assignments with
the way is at most the ratio of the two values; the sum of those is printed as a bound.  The best assignment
never has such a way.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import prod

import numpy as np
from numpy.typing import NDArray

from amana.kinship.joint.components import Component
from amana.kinship.joint.memory import Memory, digest
from amana.kinship.joint.tables import NOBODY, FamilyTable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_VICTIMS_UNPRUNED = 16
_MOST_COUNTED = 300_000
_TAKEN_OUT = (1, 2, 3)
"""How many missing persons are emptied at once when a way is bounded, besides all of them."""
NEGLIGIBLE = 1e-12
"""Largest total posterior probability that pruning may leave out."""


@dataclass(frozen=True)
class Weights:
    """Log prior weight of each victim being some listed person, against being none of them.

    An assignment's prior is proportional to the product over its assigned victims.
    """

    log_weight: Floats


class Assignments:
    """Sums and maxima over all assignments under one prior.

    Parameters
    ----------
    tables
        One per family.
    n_victims
        Number of victims.
    weights
        The prior.
    memory
        Components that were solved before.

    Attributes
    ----------
    kept
        Which ways of each family were not left out.
    components
        Families that compete for the same victims.
    """

    def __init__(
        self,
        tables: Sequence[FamilyTable],
        n_victims: int,
        weights: Weights,
        memory: Memory | None = None,
    ) -> None:
        memory = memory or Memory()
        self.tables = tables
        self.n_victims = n_victims
        self.weights = weights
        self._value = [t.log_lr + t.grouped.weights(weights.log_weight) for t in tables]
        self._pruned, keep = self._prune()
        self.kept = keep
        self.components = []
        for members in _connected(tables, keep):
            inputs = digest(members, [self._inputs(i) for i in members])
            self.components.append(memory.get("component", inputs, partial(self._component, members)))

    def _inputs(self, family: int) -> object:
        """What a family brings into a component."""
        table = self.tables[family]
        prior = self.weights.log_weight[table.grouped.victims]
        return table.key or (table.places, table.log_lr), table.grouped.victims, prior, self.kept[family]

    def _component(self, members: list[int]) -> Component:
        return Component(members, self.kept, self.tables, self._value)

    @property
    def dropped(self) -> float:
        """Bound on the posterior probability of everything that pruning left out; 0 if nothing was."""
        return self._pruned + sum(c.dropped for c in self.components)

    @property
    def log_total(self) -> float:
        """Log of the sum of all assignments' values; nan where some part of it had to be drawn."""
        return sum(c.log_total for c in self.components)

    def _prune(self) -> tuple[float, list[NDArray[np.bool_]]]:
        """Leave out ways in each part of the case that could hang together, whatever the other parts hold."""
        keep = [np.ones(len(v), dtype=np.bool_) for v in self._value]
        dropped = 0.0
        for members in _connected(self.tables, keep):
            victims = {int(v) for i in members for v in self.tables[i].grouped.victims}
            if len(victims) <= MOST_VICTIMS_UNPRUNED:
                continue
            ratio = [_largest_posterior(self.tables[i].places, self._value[i]) for i in members]
            flat = np.sort(np.concatenate(ratio))
            n = int(np.searchsorted(np.cumsum(flat), NEGLIGIBLE, side="right"))
            if n == 0:
                continue
            # Ways as good as the first that stays do so too: ties are not split.
            least_kept = flat[n] if n < len(flat) else np.inf
            for i, r in zip(members, ratio, strict=True):
                keep[i] = r >= least_kept
                dropped += float(r[r < least_kept].sum())
        return dropped, keep

    def posterior_of_ways(self) -> list[Floats]:
        """Posterior probability of each way of each family's table; 0 for those left out."""
        result = [np.zeros(len(v)) for v in self._value]
        for component in self.components:
            for part, log_p in component.log_posterior():
                result[part.family][part.rows] = np.exp(log_p)
        return result

    def marginals(self) -> Floats:
        """Posterior of each victim at each missing person, families in order; shape (n_victims,
        n_missing).
        """
        columns = sum(len(t.family.missing) for t in self.tables)
        result = np.zeros((self.n_victims, columns))
        start = 0
        for table, p in zip(self.tables, self.posterior_of_ways(), strict=True):
            for j in range(len(table.family.missing)):
                at = table.places[:, j] + 1
                result[:, start + j] = np.bincount(at, p, self.n_victims + 1)[1:]
            start += len(table.family.missing)
        return result

    def nobody(self) -> Floats:
        """Posterior that each victim is none of the listed persons, shape (n_victims,).

        Summed directly, not as a remainder, so that small values keep their digits.
        """
        result = np.ones(self.n_victims)
        for component in self.components:
            for v, log_p in component.log_without():
                result[v] = np.exp(log_p)
        return result

    def of_family(self, family: int) -> Component:
        """The component that a family is in."""
        return next(c for c in self.components if family in c.families)

    def of_victim(self, victim: int) -> Component | None:
        """The component that competes for a victim; None if no family keeps a way with it."""
        return next((c for c in self.components if victim in c.victims), None)

    def best_with_each_way(self) -> list[Floats]:
        """Largest value (log LR plus log prior weight) of an assignment that takes each way, by family.

        -inf for ways that pruning left out: none of them is in a best assignment.
        """
        result = []
        best = {i: c for c in self.components for i in c.families}
        total = sum(c.log_best for c in self.components)
        for i, table in enumerate(self.tables):
            component = best[i]
            value = np.full(len(table.log_lr), -np.inf)
            part, best_value = component.best_with(i)
            value[part.rows] = best_value + (total - component.log_best)
            result.append(value)
        return result

    def best_without(self, victim: int) -> float:
        """Largest value of an assignment in which no family takes a victim."""
        return sum(component.best_without(victim) for component in self.components)

    def share(self, value: float, rows: Sequence[int]) -> float:
        """Posterior probability of one assignment, from its value and rows."""
        if not any(c.draws for c in self.components):
            return float(np.exp(value - self.log_total))
        return float(
            prod(
                c.share(
                    sum(float(self._value[i][rows[i]]) for i in c.families), [rows[i] for i in c.families]
                )
                for c in self.components
            )
        )

    def ranked(self) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Assignments from the best down: value, and the row of each family's table.

        Best-first search with exact bounds: a partial choice is worth what it has plus the best that the
        remaining families can add, which the backward pass knows.
        """
        streams = [_Buffered(c.ranked()) for c in self.components]
        start = tuple(0 for _ in streams)
        heap = [(-sum(s[0][0] for s in streams), start)]
        queued = {start}
        while heap:
            negative, choice = heapq.heappop(heap)
            rows = [0] * len(self.tables)
            for stream, k, component in zip(streams, choice, self.components, strict=True):
                for family, row in zip(component.families, stream[k][1], strict=True):
                    rows[family] = row
            yield -negative, tuple(rows)
            for c, k in enumerate(choice):
                following = (*choice[:c], k + 1, *choice[c + 1 :])
                if following not in queued and streams[c].has(k + 1):
                    queued.add(following)
                    worse = negative + streams[c][k][0] - streams[c][k + 1][0]
                    heapq.heappush(heap, (worse, following))


def _largest_posterior(places: Ints, value: Floats) -> Floats:
    """A bound on the posterior probability of each way: its value against the same way with some victims
    taken out.

    Taking them out turns each assignment with the way into another assignment, no two into the same one.
    """
    n_columns = places.shape[1]
    base = np.int64(places.max(initial=NOBODY) + 2)
    columns = range(n_columns)
    taken_out = [frozenset(c) for size in _TAKEN_OUT for c in combinations(columns, size)] + [
        frozenset(columns)
    ]
    if float(base) ** n_columns > 2.0**62:
        taken_out = [frozenset(columns)]
        base = np.int64(0)
    weight = base ** np.arange(n_columns, dtype=np.int64)
    key = (places + 1) @ weight
    order = np.argsort(key)
    bound = np.full(len(value), np.inf)
    for out in set(taken_out):
        fewer = places.copy()
        fewer[:, list(out)] = NOBODY
        changed = np.flatnonzero((fewer != places).any(axis=1))
        at = (
            order[np.searchsorted(key[order], (fewer[changed] + 1) @ weight)]
            if base
            else np.zeros(len(changed), int)
        )
        bound[changed] = np.minimum(bound[changed], np.exp(np.minimum(value[changed] - value[at], 0.0)))
    return bound


class _Buffered:
    """An iterator whose items can be asked for by number."""

    def __init__(self, items: Iterator[tuple[float, tuple[int, ...]]]) -> None:
        self._items = items
        self._got: list[tuple[float, tuple[int, ...]]] = []

    def has(self, k: int) -> bool:
        while len(self._got) <= k:
            item = next(self._items, None)
            if item is None:
                return False
            self._got.append(item)
        return True

    def __getitem__(self, k: int) -> tuple[float, tuple[int, ...]]:
        self.has(k)
        return self._got[k]


def _connected(tables: Sequence[FamilyTable], keep: Sequence[NDArray[np.bool_]]) -> list[list[int]]:
    """Families joined by shared victims, each group and the groups in order."""
    group = list(range(len(tables)))

    def root(i: int) -> int:
        while group[i] != i:
            i = group[i]
        return i

    holder: dict[int, int] = {}
    for i, (table, kept) in enumerate(zip(tables, keep, strict=True)):
        grouped = table.grouped
        used = grouped.sets if kept.all() else grouped.sets[np.unique(grouped.of[kept])]
        for v in grouped.victims[used.any(axis=0)]:
            a, b = root(holder.setdefault(int(v), i)), root(i)
            group[max(a, b)] = min(a, b)
    members: dict[int, list[int]] = {}
    for i in range(len(tables)):
        members.setdefault(root(i), []).append(i)
    return list(members.values())


def count_assignments(eligible: Mapping[str, Sequence[str]], missing: Sequence[str]) -> int | None:
    """How many assignments the eligibility allows, impossible ones included; None if counting would take
    too long.

    Victims who may be the same persons are alike, so only how many of each kind are used has to be kept.
    """
    kinds = Counter(frozenset(persons) for persons in eligible.values())
    if prod(n + 1 for n in kinds.values()) > _MOST_COUNTED:
        return None
    ways = {tuple(0 for _ in kinds): 1}
    for m in missing:
        later = dict(ways)
        for used, count in ways.items():
            for k, (persons, n) in enumerate(kinds.items()):
                if m in persons and used[k] < n:
                    more = (*used[:k], used[k] + 1, *used[k + 1 :])
                    later[more] = later.get(more, 0) + count * (n - used[k])
        ways = later
    return sum(ways.values())
