"""Families that compete for the same victims: sums and maxima over their joint ways.

A component is a chain (:mod:`amana.kinship.joint.chain`) whose items are families and whose bits are
victims.  Where every family takes one victim at most it can as well be read the other way round, victims
taking families; then the cheaper of the two is taken, and maxima are matchings.  Where the sum is past exact
reach it is drawn (:mod:`amana.kinship.joint.sampler`), and everything that rests on it says so.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from amana.kinship.joint.chain import FEW_SETS, Chain, Layers, TooManySets
from amana.kinship.joint.matching import best_matchings
from amana.kinship.joint.passes import BEST, SUM, by_group, find
from amana.kinship.joint.sampler import Draws, draw
from amana.kinship.joint.tables import FamilyTable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ALLOWED = (1e-12, 1e-6)
"""Shares of the sum that may be left out: the second where the first does not suffice."""
_MUCH = 4.0  # log ratio of costs from which the dearer reading is not tried
MARGIN = 12 * float(np.log(10.0))
"""How far below the best, in logarithm, an assignment must be to be left out of a list of the best."""

_TIE = 1e-9


@dataclass(frozen=True)
class Part:
    """A family's ways that were kept: their rows and values, and their sets."""

    family: int
    rows: Ints
    value: Floats
    of: Ints
    sets: Bools
    """Shape (n_sets, n_victims of the component)."""

    @cached_property
    def empty(self) -> Bools:
        """Which rows place nobody."""
        return np.asarray(~self.sets.any(axis=1))[self.of]

    def grouped(self, op: int) -> Floats:
        """Sum or best of each set."""
        return np.asarray(by_group(self.of, self.value, len(self.sets), op))


class Component:
    """Families that compete for the same victims.

    Parameters
    ----------
    families
        Numbers of the families.
    keep
        For each family of the case, which of its ways were kept.
    values
        For each family of the case, log LR plus log prior of each way.
    """

    def __init__(
        self,
        families: Sequence[int],
        keep: Sequence[Bools],
        tables: Sequence[FamilyTable],
        values: Sequence[Floats],
    ) -> None:
        self.families = list(families)
        grouped = [tables[i].grouped for i in families]
        kept_sets = [np.unique(g.of[keep[i]]) for i, g in zip(families, grouped, strict=True)]
        used = [g.victims[g.sets[s].any(axis=0)] for g, s in zip(grouped, kept_sets, strict=True)]
        self.victims: Ints = np.unique(np.concatenate(used)).astype(np.int64)
        self.parts = []
        for i, g, kept in zip(families, grouped, kept_sets, strict=True):
            rows = np.flatnonzero(keep[i])
            sets = np.zeros((len(kept), len(self.victims)), dtype=np.bool_)
            inside = np.isin(g.victims, self.victims)
            sets[:, np.searchsorted(self.victims, g.victims[inside])] = g.sets[np.ix_(kept, inside)]
            self.parts.append(Part(i, rows, values[i][rows], np.searchsorted(kept, g.of[rows]), sets))
        self._proven = True
        self.single = all(p.sets.sum(axis=1).max() <= 1 for p in self.parts)

    # Two ways to read it

    @cached_property
    def _gains(self) -> dict[int, Floats]:
        """Value of each victim in each family against nobody there; for single families."""
        found = {}
        for op in (SUM, BEST):
            gain = np.full((len(self.parts), len(self.victims)), -np.inf)
            for f, part in enumerate(self.parts):
                value = part.grouped(op)
                empty = ~part.sets.any(axis=1)
                s, v = np.nonzero(part.sets)
                gain[f, v] = value[s] - value[empty][0]
            found[op] = gain
        return found

    def _by_family(self, op: int) -> tuple[list[Bools], list[Floats]]:
        return [p.sets for p in self.parts], [p.grouped(op) for p in self.parts]

    def _by_victim(self, op: int) -> tuple[list[Bools], list[Floats]]:
        uses, worth = [], []
        for v in range(len(self.victims)):
            able = np.flatnonzero(self._gains[op][:, v] > -np.inf)
            sets = np.zeros((len(able) + 1, len(self.parts)), dtype=np.bool_)
            sets[np.arange(len(able)) + 1, able] = True
            uses.append(sets)
            worth.append(np.append(0.0, self._gains[op][able, v]))
        return uses, worth

    @property
    def _nobody_anywhere(self) -> float:
        """Value of the assignment that places nobody."""
        return float(sum(p.value[p.empty][0] for p in self.parts))

    def _chains(self, op: int) -> list[tuple[bool, Chain]]:
        """Chains to try, the one that looks cheaper first, and whether it is read by victim."""
        found = [(False, Chain(*self._by_family(op)))]
        if self.single and len(self.victims) > 1:
            found.append((True, Chain(*self._by_victim(op))))
        return sorted(found, key=lambda c: c[1].log_steps)

    # Sums

    @cached_property
    def _sums(self) -> tuple[bool, Layers] | None:
        """The cheaper exact pass that succeeds; None if the sum must be drawn."""
        chains = self._chains(SUM)
        chains = [c for c in chains if c[1].log_steps <= chains[0][1].log_steps + _MUCH]
        found: tuple[bool, Layers] | None = None
        # The coarser first, to see in less time whether there is any hope.
        for allowed in reversed(ALLOWED):
            for by_victim, chain in chains:
                try:
                    found = by_victim, chain.layers(SUM, allowed)
                except TooManySets:
                    continue
                if found[1].complete:
                    return found
                chains = [(by_victim, chain)]
                break
            else:
                return found
        return found

    @cached_property
    def draws(self) -> Draws | None:
        """Draws where the sum is past exact reach."""
        return None if self._sums is not None else draw(*self._by_family(SUM))

    @property
    def dropped(self) -> float:
        """Bound on the share of the sum that was left out."""
        return self._sums[1].dropped if self._sums is not None else 0.0

    @property
    def log_total(self) -> float:
        """Log of the sum over all assignments; nan where it was drawn."""
        if self._sums is None:
            return float("nan")
        by_victim, layers = self._sums
        return layers.total + (self._nobody_anywhere if by_victim else 0.0)

    def log_posterior(self) -> Iterator[tuple[Part, Floats]]:
        """Log posterior of the kept ways of each family."""
        for part, by_set in zip(self.parts, self._log_posterior_of_sets, strict=True):
            yield part, by_set[part.of] + part.value - part.grouped(SUM)[part.of]

    @cached_property
    def _log_posterior_of_sets(self) -> list[Floats]:
        if self._sums is None:
            assert self.draws is not None
            with np.errstate(divide="ignore"):
                return [np.log(p) for p in self.draws.posterior]
        by_victim, layers = self._sums
        found = [np.empty(0)] * len(layers.chain.order)
        for position, item in enumerate(layers.chain.order):
            found[item] = layers.through[position] - layers.total
        if not by_victim:
            return found
        pair = self._pairs(SUM, found)
        alone = self._left(layers) - layers.total
        return [_of_sets(part, pair[f], alone[f]) for f, part in enumerate(self.parts)]

    def _pairs(self, op: int, by_item: Sequence[Floats]) -> Floats:
        """From options of victims to a matrix of families and victims."""
        pair = np.full((len(self.parts), len(self.victims)), -np.inf)
        for v, values in enumerate(by_item):
            pair[self._gains[op][:, v] > -np.inf, v] = values[1:]
        return pair

    def _left(self, layers: Layers) -> Floats:
        """Sum or best with each bit unused; bits that nobody could use are unused in all."""
        could = np.zeros(layers.chain.n_bits, dtype=np.bool_)
        for bits in layers.chain.retiring:
            could[bits] = True
        return np.where(could, layers.unused, layers.total)

    def log_without(self) -> Iterator[tuple[int, float]]:
        """Victim and log posterior that no family takes it."""
        if self._sums is None:
            assert self.draws is not None
            with np.errstate(divide="ignore"):
                values = np.log(self.draws.unused)
        elif self._sums[0]:
            layers = self._sums[1]
            values = np.empty(len(self.victims))
            for position, v in enumerate(layers.chain.order):
                values[v] = layers.through[position][0] - layers.total
        else:
            values = self._sums[1].unused - self._sums[1].total
        for v, value in zip(self.victims, values, strict=True):
            yield int(v), min(0.0, float(value))

    # Maxima

    @cached_property
    def _best(self) -> Layers | None:
        """The complete pass for maxima by family; None if it would be too large."""
        chain = Chain(*self._by_family(BEST))
        if chain.log_steps > np.log(100.0 * FEW_SETS) and self.single:
            return None
        try:
            layers = chain.layers(BEST, MARGIN)
        except TooManySets:
            return None
        return layers if layers.complete else None

    @cached_property
    def _maxima(self) -> tuple[float, list[Floats], Floats]:
        """Best value; best with each set of each family; best without each victim."""
        if self._best is not None:
            layers = self._best
            found = [np.empty(0)] * len(self.parts)
            for position, item in enumerate(layers.chain.order):
                found[item] = layers.through[position]
            return layers.total, found, layers.unused
        if self.single:
            best, pair, row, column = best_matchings(self._gains[BEST])
            base = self._nobody_anywhere
            sets = [_of_sets(p, pair[f] + base, row[f] + base) for f, p in enumerate(self.parts)]
            return best + base, sets, column + base
        return self._searched()

    def _searched(self) -> tuple[float, list[Floats], Floats]:
        """One search for the best assignment with each set and without each victim."""
        uses, worth = self._by_family(BEST)

        def best(able: Sequence[Bools]) -> float:
            chain = Chain(
                [u[a] for u, a in zip(uses, able, strict=True)],
                [w[a] for w, a in zip(worth, able, strict=True)],
            )
            try:
                return chain.layers(BEST, _TIE).total
            except TooManySets:
                self._proven = False
                return chain.narrow(BEST)

        every = [np.ones(len(part.sets), dtype=np.bool_) for part in self.parts]
        found = [
            np.array(
                [best([*every[:f], only, *every[f + 1 :]]) for only in np.eye(len(part.sets), dtype=np.bool_)]
            )
            for f, part in enumerate(self.parts)
        ]
        without = [best([~u[:, v] for u in uses]) for v in range(len(self.victims))]
        return max(float(f.max()) for f in found), found, np.array(without)

    @property
    def proven(self) -> bool:
        """Whether the maxima are exact, and not only the best that a search found."""
        _ = self._maxima
        return self._proven

    @property
    def log_best(self) -> float:
        """Value of the best assignment."""
        return self._maxima[0]

    def best_without(self, victim: int) -> float:
        """Best value of an assignment in which no family takes a victim."""
        at = int(np.searchsorted(self.victims, victim))
        if at == len(self.victims) or self.victims[at] != victim:
            return self.log_best
        return float(self._maxima[2][at])

    def best_with(self, family: int) -> tuple[Part, Floats]:
        """Best value of an assignment with each of a family's kept ways."""
        i = self.families.index(family)
        part = self.parts[i]
        return part, self._maxima[1][i][part.of] + part.value - part.grouped(BEST)[part.of]

    # The best assignments in order

    def share(self, value: float, rows: Sequence[int]) -> float:
        """Posterior of one assignment; where the sum was drawn, its share of the draws."""
        if self._sums is not None:
            return float(np.exp(value - self.log_total))
        assert self.draws is not None
        agree = np.ones(self.draws.states.shape[:2], dtype=np.bool_)
        within = 0.0
        for f, (part, row) in enumerate(zip(self.parts, rows, strict=True)):
            at = int(np.searchsorted(part.rows, row))
            agree &= self.draws.states[:, :, f] == part.of[at]
            within += float(part.value[at] - part.grouped(SUM)[part.of[at]])
        return float(agree.mean() * np.exp(within))

    @cached_property
    def _listing(self) -> tuple[bool, Layers] | None:
        """A pass for maxima in which nothing near the best is missing."""
        if self._best is not None:
            return False, self._best
        for by_victim, chain in self._chains(BEST):
            try:
                return by_victim, chain.layers(BEST, MARGIN)
            except TooManySets:
                continue
        return None

    def ranked(self) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Assignments from the best down: value, and the row for each of :attr:`families`.

        Best-first search with exact bounds.  Where sets were left out only what comes within 12 orders of
        magnitude of the best is listed; where nothing exact is possible, what was drawn.
        """
        if self._listing is None:
            yield from self._drawn_in_order()
            return
        by_victim, layers = self._listing
        choices = [self._choices(int(item), by_victim) for item in layers.chain.order]
        nobody = {f: int(p.rows[p.empty][0]) for f, p in enumerate(self.parts)}
        base = self._nobody_anywhere if by_victim else 0.0
        order = 0
        heap: list[tuple[float, int, _Node, int]] = []
        start = np.zeros((1, layers.keys[0].shape[1]), dtype=np.uint64)
        root = _Node(layers, 0, start, 0.0, (), choices[0])
        heap.append((-root.reach[0], order, root, 0))
        while heap:
            negative, _, node, k = heapq.heappop(heap)
            if not layers.complete and -negative < layers.total - MARGIN:
                return
            if k + 1 < len(node.reach):
                order += 1
                heapq.heappush(heap, (-node.reach[k + 1], order, node, k + 1))
            key, value, chosen = node.child(k)
            if node.position + 1 < len(choices):
                child = _Node(layers, node.position + 1, key, value, chosen, choices[node.position + 1])
                order += 1
                heapq.heappush(heap, (-child.reach[0], order, child, 0))
                continue
            rows = nobody | {f: row for f, row in chosen if f >= 0}
            yield value + base, tuple(rows[f] for f in range(len(self.parts)))

    def _choices(self, item: int, by_victim: bool) -> _Choices:
        if not by_victim:
            part = self.parts[item]
            whose = np.full(len(part.rows), item)
            return _Choices(part.of, part.value, np.stack([whose, part.rows], axis=1))
        option, value, what = [np.zeros(1, np.int64)], [np.zeros(1)], [np.full((1, 2), -1)]
        able = np.flatnonzero(self._gains[BEST][:, item] > -np.inf)
        for k, f in enumerate(able):
            part = self.parts[f]
            here = np.flatnonzero(part.sets[:, item][part.of])
            option.append(np.full(len(here), k + 1))
            value.append(part.value[here] - part.value[part.empty][0])
            what.append(np.stack([np.full(len(here), f), part.rows[here]], axis=1))
        return _Choices(np.concatenate(option), np.concatenate(value), np.concatenate(what))

    def _drawn_in_order(self) -> Iterator[tuple[float, tuple[int, ...]]]:
        """The distinct assignments that were drawn, each with the best order inside its families."""
        drawn = self.draws or draw(*self._by_family(SUM))
        states = np.unique(drawn.states.reshape(-1, len(self.parts)), axis=0)
        best = []
        for part in self.parts:
            order = np.lexsort((-part.value, part.of))
            best.append(order[np.searchsorted(part.of[order], np.arange(len(part.sets)))])
        picks = np.stack([b[states[:, f]] for f, b in enumerate(best)], axis=1)
        value = sum(p.value[picks[:, f]] for f, p in enumerate(self.parts))
        for k in np.argsort(-np.asarray(value), kind="stable"):
            yield (
                float(np.asarray(value)[k]),
                tuple(int(p.rows[picks[k, f]]) for f, p in enumerate(self.parts)),
            )


@dataclass(frozen=True)
class _Choices:
    """What may be chosen at an item: the option it belongs to, its value, and family and row."""

    option: Ints
    value: Floats
    what: Ints


class _Node:
    """A partial choice, and what can follow it, from the best down."""

    def __init__(
        self,
        layers: Layers,
        position: int,
        key: NDArray[np.uint64],
        value: float,
        chosen: tuple[tuple[int, int], ...],
        choices: _Choices,
    ) -> None:
        options = layers.chain.options[position]
        fits = np.flatnonzero(~(options & key).any(axis=1))
        self.after = (options | key) & layers.chain.live[position + 1]
        row = find(self.after[fits], layers.tables[position + 1], layers.keys[position + 1])
        beyond = np.full(len(options), -np.inf)
        beyond[fits] = np.where(row >= 0, layers.beyond[position + 1][row], -np.inf)
        reach = value + choices.value + beyond[choices.option]
        order = np.argsort(-reach, kind="stable")
        self._order = order[: int((reach > -np.inf).sum())]
        self.reach = reach[self._order]
        self.position, self._value, self._chosen, self._choices = position, value, chosen, choices

    def child(self, k: int) -> tuple[NDArray[np.uint64], float, tuple[tuple[int, int], ...]]:
        """The set, value and choices after the k-th best."""
        c = int(self._order[k])
        f, row = self._choices.what[c]
        here = self._value + float(self._choices.value[c])
        return self.after[self._choices.option[c]][None, :], here, (*self._chosen, (int(f), int(row)))


def _of_sets(part: Part, by_victim: Floats, alone: float) -> Floats:
    """One number for each set of a single family: that of its victim, or of nobody."""
    nobody = np.ones((len(part.sets), 1), dtype=np.bool_)
    return np.asarray(np.append(by_victim, alone)[np.argmax(np.hstack([part.sets, nobody]), axis=1)])
