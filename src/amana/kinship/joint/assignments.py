"""All one-to-one assignments of victims to missing persons, without going through them.

A joint assignment takes one way from each family's table such that no victim is used twice; its likelihood and its
prior are products over families.  Sums and maxima over all assignments are therefore found family by family, keeping
for each set of victims used so far one number.  The price is the number of distinct sets, not of assignments.

Families that share no victim worth keeping are treated apart (components).  Where there would be too many sets, ways
whose prior-weighted likelihood ratio is tiny are left out first.  That is sound: replacing such a way by "nobody
here", or taking some of its victims out, gives another assignment, so the posterior of all assignments with the way is at
most the ratio of the two values; the sum of those is printed as a bound.  The best assignment never has such a way.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import prod

import numpy as np
from numpy.typing import NDArray

from amana.kinship.joint.tables import NOBODY, FamilyTable
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_VICTIMS_UNPRUNED = 14
MOST_SETS = 4_000_000
_DENSE_BITS = 18
_MOST_BITS = 62
_MOST_COUNTED = 300_000
_TAKEN_OUT = (1, 2, 3)
"""How many missing persons are emptied at once when a way is bounded, besides all of them."""
NEGLIGIBLE = 1e-12
"""Largest total posterior probability that pruning may leave out."""


_BySet = tuple[Ints, Floats]
"""Distinct sets of victims, as bits, and a value for each."""


@dataclass(frozen=True)
class Weights:
    """Log prior weight of each victim being some listed person, against being none of them.

    An assignment's prior is proportional to the product over its assigned victims.
    """

    log_weight: Floats


@dataclass(frozen=True)
class _Part:
    """A family's ways that were kept: their rows, victim sets and values."""

    family: int
    rows: Ints
    sets: Ints
    value: Floats


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

    Attributes
    ----------
    dropped
        Bound on the posterior probability of everything that pruning left out; 0 if nothing was.
    """

    def __init__(self, tables: Sequence[FamilyTable], n_victims: int, weights: Weights) -> None:
        self.tables = tables
        self.n_victims = n_victims
        self.weights = weights
        padded = np.append(weights.log_weight, 0.0)
        self._value = [t.log_lr + padded[t.places].sum(axis=1) for t in tables]
        self.dropped, keep = self._prune()
        self._components = [
            _Component(members, keep, tables, self._value) for members in _connected(tables, keep)
        ]

    @property
    def log_total(self) -> float:
        """Log of the sum of all assignments' values."""
        return sum(c.log_total for c in self._components)

    def _prune(self) -> tuple[float, list[NDArray[np.bool_]]]:
        keep = [np.ones(len(v), dtype=np.bool_) for v in self._value]
        if self.n_victims <= MOST_VICTIMS_UNPRUNED:
            return 0.0, keep
        ratio = [_largest_posterior(t.places, v) for t, v in zip(self.tables, self._value, strict=True)]
        flat = np.sort(np.concatenate(ratio))
        total = np.cumsum(flat)
        n = int(np.searchsorted(total, NEGLIGIBLE, side="right"))
        if n == 0:
            return 0.0, keep
        return float(total[n - 1]), [r > flat[n - 1] for r in ratio]

    def posterior_of_ways(self) -> list[Floats]:
        """Posterior probability of each way of each family's table; 0 for those left out."""
        result = [np.zeros(len(v)) for v in self._value]
        for component in self._components:
            for part, log_p in component.log_posterior():
                result[part.family][part.rows] = np.exp(log_p)
        return result

    def marginals(self) -> Floats:
        """Posterior of each victim at each missing person, families in order; shape (n_victims, n_missing)."""
        columns = sum(len(t.family.missing) for t in self.tables)
        result = np.zeros((self.n_victims, columns))
        start = 0
        for table, p in zip(self.tables, self.posterior_of_ways(), strict=True):
            for j in range(len(table.family.missing)):
                placed = table.places[:, j] != NOBODY
                np.add.at(result[:, start + j], table.places[placed, j], p[placed])
            start += len(table.family.missing)
        return result

    def nobody(self) -> Floats:
        """Posterior that each victim is none of the listed persons, shape (n_victims,).

        Summed directly, not as a remainder, so that small values keep their digits.
        """
        result = np.ones(self.n_victims)
        for component in self._components:
            for v, log_p in component.log_without():
                result[v] = np.exp(log_p)
        return result

    def best_with_each_way(self) -> list[Floats]:
        """Largest value (log LR plus log prior weight) of an assignment that takes each way, by family."""
        result = []
        best = {i: c for c in self._components for i in c.families}
        total = sum(c.log_best for c in self._components)
        for i, table in enumerate(self.tables):
            component = best[i]
            value = component.best_with(i, table.places, self._value[i])
            result.append(value + (total - component.log_best))
        return result

    def ranked(self) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Assignments from the best down: value, and the row of each family's table.

        Best-first search with exact bounds: a partial choice is worth what it has plus the best that the
        remaining families can add, which the backward pass knows.
        """
        streams = [_Buffered(c.ranked()) for c in self._components]
        start = tuple(0 for _ in streams)
        heap = [(-sum(s[0][0] for s in streams), start)]
        queued = {start}
        while heap:
            negative, choice = heapq.heappop(heap)
            rows = [0] * len(self.tables)
            for stream, k, component in zip(streams, choice, self._components, strict=True):
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
    """A bound on the posterior probability of each way: its value against the same way with some victims taken out.

    Taking them out turns each assignment with the way into another assignment, no two into the same one.
    """
    n_columns = places.shape[1]
    base = np.int64(places.max(initial=NOBODY) + 2)
    columns = range(n_columns)
    taken_out = [frozenset(c) for size in _TAKEN_OUT for c in combinations(columns, size)] + [frozenset(columns)]
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
        at = order[np.searchsorted(key[order], (fewer[changed] + 1) @ weight)] if base else np.zeros(len(changed), int)
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


class _Component:
    """Families that compete for the same victims.

    They are taken in an order.  At the border between two of them only the victims matter that some family
    on either side could take (``_live``); all others are forgotten, which keeps the sets few.
    """

    def __init__(
        self,
        families: list[int],
        keep: Sequence[NDArray[np.bool_]],
        tables: Sequence[FamilyTable],
        values: Sequence[Floats],
    ) -> None:
        used = sorted({int(v) for i in families for v in np.unique(tables[i].places[keep[i]]) if v != NOBODY})
        if len(used) > _MOST_BITS:
            params = {"victims": len(used), "limit": _MOST_BITS}
            raise InputProblems([InputProblem("identify.component-too-large", params=params)])
        self._bit = {v: np.int64(1) << np.int64(b) for b, v in enumerate(used)}
        parts = []
        for i in families:
            rows = np.flatnonzero(keep[i])
            parts.append(_Part(i, rows, self._sets(tables[i].places[rows]), values[i][rows]))
        self.parts = _in_good_order(parts)
        self.families = [part.family for part in self.parts]
        could = [np.bitwise_or.reduce(part.sets) for part in self.parts]
        before = np.array([0, *np.bitwise_or.accumulate(could)], dtype=np.int64)
        after = np.array([0, *np.bitwise_or.accumulate(could[::-1])], dtype=np.int64)[::-1]
        self._live = before & after
        self._passes: dict[np.ufunc, tuple[list[_BySet], list[_BySet]]] = {}
        self._completions: dict[tuple[np.ufunc, int], _Completion] = {}

    @cached_property
    def log_total(self) -> float:
        """Log of the sum over all assignments."""
        return _only(self._pass(np.logaddexp)[0][-1])

    @cached_property
    def log_best(self) -> float:
        """Value of the best assignment."""
        return _only(self._pass(np.maximum)[0][-1])

    def _sets(self, places: Ints) -> Ints:
        sets = np.zeros(len(places), dtype=np.int64)
        for v, bit in self._bit.items():
            sets[(places == v).any(axis=1)] |= bit
        return sets

    def _pass(self, op: np.ufunc) -> tuple[list[_BySet], list[_BySet]]:
        """Item i of the first: sum (or best) over families before border i; of the second: over those after it."""
        if op not in self._passes:
            forward = self._forward(op)
            backward = [_nothing()]
            for i in reversed(range(len(self.parts))):
                backward.append(_combine(backward[-1], self.parts[i], op, self._live[i]))
            self._passes[op] = forward, backward[::-1]
        return self._passes[op]

    def _forward(self, op: np.ufunc, never: np.int64 | int = 0) -> list[_BySet]:
        """The forward pass; ``never`` holds victims that no family may take."""
        forward = [_nothing()]
        for i, part in enumerate(self.parts):
            if never:
                allowed = (part.sets & never) == 0
                part = _Part(part.family, part.rows[allowed], part.sets[allowed], part.value[allowed])
            forward.append(_combine(forward[-1], part, op, self._live[i + 1]))
        return forward

    def _rest(self, op: np.ufunc, i: int, sets: Ints) -> Floats:
        """For each set: sum (or best) over the other families of what uses none of its victims."""
        before_sets, before = self._pass(op)[0][i]
        completion = self._completion(op, i + 1)
        distinct, inverse = np.unique(sets, return_inverse=True)
        total = np.full(len(distinct), -np.inf)
        for k, chosen in enumerate(distinct):
            free = (before_sets & chosen) == 0
            if free.any():
                total[k] = op.reduce(before[free] + completion(before_sets[free] | chosen))
        return np.asarray(total[inverse.ravel()])

    def _completion(self, op: np.ufunc, i: int) -> _Completion:
        key = (op, i)
        if key not in self._completions:
            self._completions[key] = _Completion(*self._pass(op)[1][i], op, self._live[i])
        return self._completions[key]

    def log_posterior(self) -> Iterator[tuple[_Part, Floats]]:
        """Log posterior of the kept ways of each family."""
        for i, part in enumerate(self.parts):
            yield part, part.value + self._rest(np.logaddexp, i, part.sets) - self.log_total

    def log_without(self) -> Iterator[tuple[int, float]]:
        """Victim and log posterior that no family takes it."""
        for v, bit in self._bit.items():
            yield v, _only(self._forward(np.logaddexp, never=bit)[-1]) - self.log_total

    def best_with(self, family: int, places: Ints, value: Floats) -> Floats:
        """Best value of an assignment with each of a family's ways, kept or not."""
        i = self.families.index(family)
        return value + self._rest(np.maximum, i, self._sets(places))

    def ranked(self) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Assignments from the best down: value, and the row for each of :attr:`families`."""
        heap: list[tuple[float, int, tuple[int, ...], int, float]] = [(-self.log_best, 0, (), 0, 0.0)]
        order = 0
        while heap:
            negative, _, rows, used, value = heapq.heappop(heap)
            i = len(rows)
            if i == len(self.parts):
                yield -negative, rows
                continue
            part = self.parts[i]
            fits = np.flatnonzero((part.sets & used) == 0)
            reach = value + part.value[fits] + self._completion(np.maximum, i + 1)(part.sets[fits] | used)
            for k, bound in zip(fits, reach, strict=True):
                order += 1
                after = used | int(part.sets[k])
                here = value + float(part.value[k])
                heapq.heappush(heap, (-float(bound), order, (*rows, int(part.rows[k])), after, here))


class _Completion:
    """Sum (or best) over given sets of those that fit beside the victims already used.

    Up to :data:`_DENSE_BITS` live victims it is tabulated for all subsets at once (a zeta transform); beyond, the sets are
    few because pruning made them so, and are gone through.
    """

    def __init__(self, sets: Ints, value: Floats, op: np.ufunc, live: np.int64) -> None:
        self._op = op
        self._bits = [b for b in range(_MOST_BITS) if (int(live) >> b) & 1]
        self._sets, self._value = self._compressed(sets), value
        self._dense: Floats | None = None
        if len(self._bits) <= _DENSE_BITS:
            table = np.full(1 << len(self._bits), -np.inf)
            table[self._sets] = value
            for b in range(len(self._bits)):
                pairs = table.reshape(-1, 2, 1 << b)
                pairs[:, 1] = op(pairs[:, 1], pairs[:, 0])
            self._dense = table

    def _compressed(self, sets: Ints) -> Ints:
        """The live victims of each set, as adjacent bits."""
        result = np.zeros(len(sets), dtype=np.int64)
        for new, old in enumerate(self._bits):
            result |= ((sets >> old) & 1) << new
        return result

    def __call__(self, used: Ints) -> Floats:
        free = ((1 << len(self._bits)) - 1) & ~self._compressed(used)
        if self._dense is not None:
            return np.asarray(self._dense[free])
        result = np.full(len(used), -np.inf)
        for k, room in enumerate(free):
            fits = (self._sets & ~room) == 0
            if fits.any():
                result[k] = self._op.reduce(self._value[fits])
        return result


def _in_good_order(parts: list[_Part]) -> list[_Part]:
    """Next always the family that leaves fewest victims contended."""
    could = {part.family: int(np.bitwise_or.reduce(part.sets)) for part in parts}
    waiting = sorted(parts, key=lambda p: p.family)
    ordered: list[_Part] = []
    before = 0
    while waiting:

        def contended(part: _Part, before: int = before, waiting: list[_Part] = waiting) -> int:
            later = 0
            for other in waiting:
                if other is not part:
                    later |= could[other.family]
            return ((before | could[part.family]) & later).bit_count()

        best = min(waiting, key=contended)
        waiting = [part for part in waiting if part is not best]
        before |= could[best.family]
        ordered.append(best)
    return ordered


def _combine(so_far: _BySet, part: _Part, op: np.ufunc, live: np.int64) -> _BySet:
    """Add one family, then forget the victims that are not live at the next border."""
    ways, value = _by_set(part.sets, part.value, op)
    sets, total = so_far
    found_sets, found = [], []
    for way, v in zip(ways, value, strict=True):
        free = (sets & way) == 0
        found_sets.append((sets[free] | way) & live)
        found.append(total[free] + v)
    result = _by_set(np.concatenate(found_sets), np.concatenate(found), op)
    if len(result[0]) > MOST_SETS:
        params = {"sets": len(result[0]), "limit": MOST_SETS}
        raise InputProblems([InputProblem("identify.too-many-sets", params=params)])
    return result


def _nothing() -> _BySet:
    return np.zeros(1, dtype=np.int64), np.zeros(1)


def _only(result: _BySet) -> float:
    """The value at an outer border, where no victim is live."""
    return float(result[1][0])


def _by_set(sets: Ints, value: Floats, op: np.ufunc) -> _BySet:
    order = np.argsort(sets, kind="stable")
    sets, value = sets[order], value[order]
    starts = np.flatnonzero(np.append(True, sets[1:] != sets[:-1]))
    return sets[starts], op.reduceat(value, starts)


def _connected(tables: Sequence[FamilyTable], keep: Sequence[NDArray[np.bool_]]) -> list[list[int]]:
    """Families joined by shared victims, each group and the groups in order."""
    group = list(range(len(tables)))

    def root(i: int) -> int:
        while group[i] != i:
            i = group[i]
        return i

    holder: dict[int, int] = {}
    for i, (table, kept) in enumerate(zip(tables, keep, strict=True)):
        for v in np.unique(table.places[kept]):
            if v != NOBODY:
                a, b = root(holder.setdefault(int(v), i)), root(i)
                group[max(a, b)] = min(a, b)
    members: dict[int, list[int]] = {}
    for i in range(len(tables)):
        members.setdefault(root(i), []).append(i)
    return list(members.values())


def count_assignments(eligible: Mapping[str, Sequence[str]], missing: Sequence[str]) -> int | None:
    """How many assignments the eligibility allows, impossible ones included; None if counting would take too long.

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
