"""Families that compete for the same victims: sums and maxima over their joint ways, set by set."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from amana.kinship.joint.tables import NOBODY, FamilyTable
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_SETS = 4_000_000
_DENSE_BITS = 18
_MOST_BITS = 62

_BySet = tuple[Ints, Floats]
"""Distinct sets of victims, as bits, and a value for each."""


@dataclass(frozen=True)
class Part:
    """A family's ways that were kept: their rows, victim sets and values."""

    family: int
    rows: Ints
    sets: Ints
    value: Floats


class Component:
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
            parts.append(Part(i, rows, self._sets(tables[i].places[rows]), values[i][rows]))
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
        """Item i of the first: sum (or best) over families before border i; of the second: over those
        after it.
        """
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
                part = Part(part.family, part.rows[allowed], part.sets[allowed], part.value[allowed])
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

    def log_posterior(self) -> Iterator[tuple[Part, Floats]]:
        """Log posterior of the kept ways of each family."""
        for i, part in enumerate(self.parts):
            yield part, part.value + self._rest(np.logaddexp, i, part.sets) - self.log_total

    def log_without(self) -> Iterator[tuple[int, float]]:
        """Victim and log posterior that no family takes it."""
        for v, bit in self._bit.items():
            yield v, _only(self._forward(np.logaddexp, never=bit)[-1]) - self.log_total

    def best_without(self, victim: int) -> float:
        """Best value of an assignment in which no family takes a victim."""
        if victim not in self._bit:
            return self.log_best
        return _only(self._forward(np.maximum, never=self._bit[victim])[-1])

    def best_with(self, family: int) -> tuple[Part, Floats]:
        """Best value of an assignment with each of a family's kept ways."""
        i = self.families.index(family)
        part = self.parts[i]
        return part, part.value + self._rest(np.maximum, i, part.sets)

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

    Up to :data:`_DENSE_BITS` live victims it is tabulated for all subsets at once (a zeta transform);
    beyond, the sets are few because pruning made them so, and are gone through.
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


def _in_good_order(parts: list[Part]) -> list[Part]:
    """Next always the family that leaves fewest victims contended."""
    could = {part.family: int(np.bitwise_or.reduce(part.sets)) for part in parts}
    waiting = sorted(parts, key=lambda p: p.family)
    ordered: list[Part] = []
    before = 0
    while waiting:

        def contended(part: Part, before: int = before, waiting: list[Part] = waiting) -> int:
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


def _combine(so_far: _BySet, part: Part, op: np.ufunc, live: np.int64) -> _BySet:
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
