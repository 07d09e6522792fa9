"""Sums and maxima over choices of one option from each item, no bit used twice.

Items stand in an order.  At the border between two of them only the bits matter that some item on either side
could use; all others are forgotten, which keeps the sets few.  The price is the number of sets times options.

Where there would be too many sets, some are left out, soundly.  What a set can still lead to is at most
its own value times the product of what each later item has left, as if those did not mind each other; and any
part of the whole bounds the whole from below.  So the share of everything left out has a proven bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from amana.kinship.joint.passes import BEST, SUM, at_most, backward, forward, table_of, words

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_SETS = 2_000_000
"""Sets kept apart at one border."""
MOST_SETS_IN_ALL = 20_000_000
MOST_STEPS = 3e9
"""Sets times options in one pass: about a minute."""
FEW_SETS = 200_000
"""Up to that many sets at a border none is left out."""
_NARROW = 300


class TooManySets(Exception):
    """More sets than can be kept apart."""


class Chain:
    """Items in an order.

    Parameters
    ----------
    uses
        For each item, which bits each of its options uses: shape (n_options, n_bits).
    worth
        For each item, log value of each option.

    Attributes
    ----------
    order
        Item at each position.
    """

    def __init__(self, uses: Sequence[Bools], worth: Sequence[Floats]) -> None:
        self.n_bits = uses[0].shape[1]
        could = np.array([u.any(axis=0) for u in uses])
        self.order = _good_order(could)
        self.worth = [worth[i] for i in self.order]
        self.options = [words(uses[i]) for i in self.order]
        could = could[self.order]
        before = np.logical_or.accumulate(could, axis=0)
        after = np.logical_or.accumulate(could[::-1], axis=0)[::-1]
        live = np.zeros((len(uses) + 1, self.n_bits), dtype=np.bool_)
        live[1:-1] = before[:-1] & after[1:]
        self.live = words(live)
        last = len(uses) - 1 - np.argmax(could[::-1], axis=0)
        self.retiring = [np.flatnonzero(could.any(axis=0) & (last == i)) for i in range(len(uses))]
        self.log_steps = self._estimate(live, [int(uses[i].sum(axis=1).max(initial=0)) for i in self.order])

    def _estimate(self, live: Bools, largest: Sequence[int]) -> float:
        """Log of a bound on sets times options: no more bits are used than earlier items can use."""
        total = -np.inf
        placed = 0
        for i, worth in enumerate(self.worth):
            n = int(live[i].sum())
            k = np.arange(min(placed, n) + 1)
            sets = np.logaddexp.reduce(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))
            total = np.logaddexp(total, sets + np.log(max(1, len(worth))))
            placed += largest[i]
        return float(total)

    @cached_property
    def _sorted(self) -> list[tuple[Words, Floats, Floats]]:
        """Options of each item from the best down, with plain weights relative to the best."""
        found = []
        for options, worth in zip(self.options, self.worth, strict=True):
            order = np.argsort(-worth, kind="stable")
            found.append((options[order], worth[order], np.exp(worth[order] - worth[order[0]])))
        return found

    def bound(self, i: int, keys: Words, op: int) -> Floats:
        """At most what the items from position i on can add to each set."""
        constant = 0.0
        parts = []
        for options, worth, weight in self._sorted[i:]:
            if (options & self.live[i]).any():
                parts.append((options & self.live[i], worth, weight))
            else:
                constant += float(worth[0] + (np.log(weight.sum()) if op == SUM else 0.0))
        if not parts:
            return np.full(len(keys), constant)
        start = np.concatenate([[0], np.cumsum([len(p[1]) for p in parts])])
        options, worth, weight = (np.concatenate([p[j] for p in parts]) for j in range(3))
        return np.asarray(at_most(keys, start, options, worth, weight, op)) + constant

    def narrow(self, op: int) -> float:
        """A part of the sum, or some good choice's value: a bound from below."""
        keys, value = self._nothing()
        for i in range(len(self.worth)):
            keys, value, _ = forward(
                keys, value, self.options[i], self.worth[i], self.live[i + 1], op, MOST_SETS
            )
            if len(value) > _NARROW:
                promise = value + self.bound(i + 1, keys, op)
                best = np.sort(np.argpartition(-promise, _NARROW)[:_NARROW])
                keys, value = keys[best], value[best]
        return float(value[0])

    def layers(self, op: int, allowed: float) -> Layers:
        """The forward pass.

        Parameters
        ----------
        allowed
            For sums: share of the sum that may be left out.  For maxima: log ratio to the best below which
            choices may be left out.

        Raises
        ------
        TooManySets
            If there are too many even so.
        """
        keys, value = self._nothing()
        made = Layers(self, op)
        least: float | None = None
        steps = 0.0
        for i in range(len(self.worth)):
            steps += len(value) * float(len(self.worth[i]))
            if steps > MOST_STEPS or made.n_sets > MOST_SETS_IN_ALL:
                raise TooManySets
            made.add(keys, value)
            keys, value, within = forward(
                keys, value, self.options[i], self.worth[i], self.live[i + 1], op, MOST_SETS
            )
            if not within:
                raise TooManySets
            if len(value) > FEW_SETS and allowed != 0.0:
                if least is None:
                    least = self.narrow(op)
                keep, lost = self._worth_keeping(i + 1, keys, value, op, allowed, least)
                keys, value = keys[keep], value[keep]
                made.lost.append((lost, least))
        made.add(keys, value)
        return made

    def _worth_keeping(
        self, i: int, keys: Words, value: Floats, op: int, allowed: float, least: float
    ) -> tuple[Ints, float]:
        """Sets to keep, and the share of the bound from below that the others have at most."""
        promise = value + self.bound(i, keys, op) - least
        if op == BEST:
            return np.flatnonzero(promise >= -allowed), 0.0
        order = np.argsort(promise, kind="stable")
        share = np.cumsum(np.exp(np.minimum(promise[order], 0.0)))
        n = int(np.searchsorted(share, allowed / len(self.worth), side="right"))
        return np.sort(order[n:]), float(share[n - 1]) if n else 0.0

    def _nothing(self) -> tuple[Words, Floats]:
        return np.zeros((1, self.live.shape[1]), dtype=np.uint64), np.zeros(1)


@dataclass
class Layers:
    """A forward pass, and from it the backward pass."""

    chain: Chain
    op: int
    keys: list[Words] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    lost: list[tuple[float, float]] = field(default_factory=list)
    n_sets: int = 0

    def add(self, keys: Words, value: Floats) -> None:
        """One more layer."""
        self.keys.append(keys)
        self.value.append(value)
        self.n_sets += len(value)

    @property
    def total(self) -> float:
        """Log of the sum, or the best value."""
        return float(self.value[-1][0]) if len(self.value[-1]) else -np.inf

    @property
    def dropped(self) -> float:
        """Bound on the share of the sum that was left out."""
        return float(sum(share * np.exp(least - self.total) for share, least in self.lost if share))

    @property
    def complete(self) -> bool:
        """Whether nothing was left out."""
        return not self.lost

    @cached_property
    def _back(self) -> tuple[list[Floats], list[Floats], Floats, list[Any]]:
        chain = self.chain
        n = len(chain.worth)
        unused = np.full(chain.n_bits, -np.inf)
        beyond = [np.zeros(len(self.value[-1]))]
        tables = [table_of(self.keys[-1])]
        through = []
        for i in reversed(range(n)):
            bits = chain.retiring[i]
            places = np.stack([bits // 64, bits % 64], axis=1).astype(np.int64)
            added, along, left = backward(
                self.keys[i], self.value[i], chain.options[i], chain.worth[i], chain.live[i + 1],
                self.keys[i + 1], beyond[-1], tables[-1], places, self.op,
            )  # fmt: skip
            beyond.append(added)
            through.append(along)
            unused[bits] = left
            tables.append(table_of(self.keys[i]))
        return beyond[::-1], through[::-1], unused, tables[::-1]

    @property
    def beyond(self) -> list[Floats]:
        """What the items from each border on add to each set of the layer there."""
        return self._back[0]

    @property
    def tables(self) -> list[Any]:
        """Hash table of each layer."""
        return self._back[3]

    @property
    def through(self) -> list[Floats]:
        """Log sum (or best) over everything that takes each option, by position."""
        return self._back[1]

    @property
    def unused(self) -> Floats:
        """Log sum (or best) over everything that leaves each bit unused; -inf for bits nobody uses."""
        return self._back[2]


def _good_order(could: Bools) -> Ints:
    """Next always the item that leaves fewest bits contended."""
    n = len(could)
    left = could.sum(axis=0)
    before = np.zeros(could.shape[1], dtype=np.bool_)
    waiting = np.arange(n)
    order = []
    while len(waiting):
        contended = ((could[waiting] | before) & (left - could[waiting] > 0)).sum(axis=1)
        at = int(np.argmin(contended))
        chosen = int(waiting[at])
        order.append(chosen)
        before |= could[chosen]
        left = left - could[chosen]
        waiting = np.delete(waiting, at)
    return np.array(order, dtype=np.int64)
