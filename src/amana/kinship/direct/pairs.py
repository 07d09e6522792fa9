"""All pairs of profiles of remains, under any relation of two people, exactly.

At a marker few calls are distinct.  So each relation has a table over pairs of calls there,

    T[a, b] = ln P(a, b | relation) − ln P(a, b | unrelated),

made by the engine for pedigrees, with whatever it knows (mutation, silent alleles, drop-out and drop-in,
FST), and the LR of a pair of profiles is a sum of one number a marker.  A pair is left as soon as the largest
values that its first profile can still have cannot bring it to the threshold; that loses no pair.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amana.kinship.direct.samepair import same_person_at
from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.panel import NOTHING_SEEN, Panel
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Role
from amana.kinship.purpose import Act, require
from amana.kinship.screening.register import Remains, blocks
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LN10 = float(np.log(10.0))
BLOCK = 256
"""Profiles that a thread takes at a time as the first of a pair."""
MOST_PAIRS = 5_000_000
"""Pairs above the threshold that are held; more would be a threshold set too low."""
_AT_ONCE = 1 << 16
"""Pairs whose numbers by marker are worked out at a time."""


@dataclass(frozen=True)
class Relation:
    """How two people are related; without a pedigree they are one person.

    Attributes
    ----------
    pedigree
        With the two, named ``first`` and ``second``.
    """

    name: str
    pedigree: Pedigree | None


SAME_PERSON = Relation("same", None)
SIBLINGS = Relation(
    "siblings",
    Pedigree(
        [
            Person("father", sex="M"), Person("mother", sex="F"),
            Person("first", "father", "mother", "M"), Person("second", "father", "mother", "M"),
        ]
    ),
)  # fmt: skip
PARENT_CHILD = Relation(
    "parent-child", Pedigree([Person("first", sex="M"), Person("second", father="first", sex="M")])
)
"""The first is the parent; mutation is that of fathers."""
HALF_SIBLINGS = Relation(
    "half-siblings",
    Pedigree(
        [Person("father", sex="M"), Person("first", "father", sex="M"), Person("second", "father", sex="M")]
    ),
)
_UNRELATED = Pedigree([Person("first", sex="M"), Person("second", sex="M")])


@dataclass(frozen=True)
class Pairs:
    """Pairs that reach the threshold under some relation, in the order of their numbers.

    Attributes
    ----------
    first, second
        Shape (n,): numbers of the remains, first < second.
    log10_lr
        Shape (n, n_relations): against unrelated people; of an order-dependent relation the larger of both.
    log10_by_marker
        Shape (n, n_markers): the same by marker, for the first relation.
    markers
        Shape (n,): markers typed in both.
    compared
        How many pairs were compared.
    orders
        Shape (n_relations,): 2 where the LR depends on which of the two comes first, else 1.
    """

    relations: tuple[Relation, ...]
    first: Ints
    second: Ints
    log10_lr: Floats
    log10_by_marker: Floats
    markers: Ints
    compared: int
    orders: Ints

    def __len__(self) -> int:
        return len(self.first)

    @property
    def chance(self) -> Floats:
        """Most pairs of unrelated people that are expected to reach each LR, shape (n, n_relations).

        The LR of unrelated people has mean 1, so at most a share 1/LR of them reaches it (Markov's
        inequality), twice that where the larger of both orders is taken.  This is a bound, often much
        too high.
        """
        return self._at_most(self.orders, self.log10_lr)

    def chance_of_best(self, count: int) -> Floats:
        """The same for the largest LR of the first ``count`` relations, shape (n,).

        Each relation, in each order, is one more way for chance to reach it, so their shares add up
        (Boole's inequality).
        """
        return self._at_most(self.orders[:count].sum(), self.log10_lr[:, :count].max(axis=1, initial=-np.inf))

    def chance_at(self, log10_lr: float, count: int) -> float:
        """The same at a given LR, whether or not a pair has it."""
        return float(self._at_most(self.orders[:count].sum(), np.array(log10_lr)))

    def _at_most(self, ways: Ints, log10_lr: Floats) -> Floats:
        with np.errstate(over="ignore"):
            return np.asarray(np.minimum(self.compared, ways * self.compared * 10.0**-log10_lr))


def compare_all(
    remains: Remains,
    panel: Panel,
    relations: Sequence[Relation],
    *,
    least: float,
    also: Sequence[Relation] = (),
    theta: float = 0.0,
    threads: int = 0,
) -> Pairs:
    """Every pair of remains.

    Parameters
    ----------
    relations
        A pair is kept where one of these reaches the threshold.
    least
        Threshold, log10 LR against unrelated people.
    also
        Relations whose LR is given too for the pairs that are kept.
    theta
        FST.
    threads
        How many work at once; 0 for all cores.

    Raises
    ------
    InputProblems
        ``direct.too-many-pairs``.

    Notes
    -----
    A marker counts where both were typed; X markers are left out.
    """
    require(Act.SAME_PERSON if SAME_PERSON in relations else Act.KINSHIP, Role.REMAINS, Role.REMAINS)
    every = tuple(dict.fromkeys([*relations, *also]))
    tables = _Tables(remains.seen, panel, every, theta)
    found = [tables.reaching(r, least * LN10, threads or _cores()) for r in relations]
    n = len(remains.ids)
    return tables.of(np.unique(np.concatenate(found), axis=0), n * (n - 1) // 2)


def compare(
    remains: Remains, panel: Panel, pairs: Ints, relations: Sequence[Relation], *, theta: float = 0.0
) -> Pairs:
    """Some pairs of remains, shape (n, 2), whatever their LR; otherwise as :func:`compare_all`."""
    require(Act.SAME_PERSON if SAME_PERSON in relations else Act.KINSHIP, Role.REMAINS, Role.REMAINS)
    # Tables over the calls of those who are asked about, which may be few of many.
    whom, back = np.unique(pairs, return_inverse=True)
    tables = _Tables(remains.seen[whom], panel, tuple(relations), theta)
    found = tables.of(back.reshape(-1, 2), len(pairs))
    return replace(found, first=whom[found.first], second=whom[found.second])


def _cores() -> int:
    return len(os.sched_getaffinity(0))


class _Tables:
    """T of every relation and marker, and which row each profile has."""

    def __init__(
        self, seen: NDArray[np.integer], panel: Panel, relations: tuple[Relation, ...], theta: float
    ) -> None:
        self.relations, self.panel = relations, panel
        self.used = np.flatnonzero(~panel.on_x)
        self.seen = seen[:, self.used]
        calls = [np.unique(column) for column in self.seen.T]
        rows = [np.searchsorted(c, s) for c, s in zip(calls, self.seen.T, strict=True)]
        self.rows = np.array(rows, dtype=np.int32).reshape(len(calls), len(self.seen)).T.copy()
        self.tables = {
            r.name: [_table(r, panel, int(m), c, theta) for m, c in zip(self.used, calls, strict=True)]
            for r in relations
        }
        # Rounding alone makes no order.
        same = [all(np.allclose(t, t.T, rtol=0, atol=1e-9) for t in self.tables[r.name]) for r in relations]
        self.orders = np.where(same, 1, 2)

    def reaching(self, relation: Relation, least: float, threads: int) -> Ints:
        """Pairs that reach a natural log LR."""
        return _sweep(self.rows, self.tables[relation.name], least, threads)

    def of(self, pairs: Ints, compared: int) -> Pairs:
        """LR of some pairs, in float64, both orders."""
        one, other = pairs[:, 0], pairs[:, 1]
        lr = np.empty((len(pairs), len(self.relations)))
        by_marker = np.zeros((len(pairs), len(self.panel.markers)))
        markers = np.empty(len(pairs), dtype=np.int64)
        for some in blocks(len(pairs), _AT_ONCE):
            a, b = self.rows[one[some]], self.rows[other[some]]
            for r, relation in enumerate(self.relations):
                parts = np.zeros((2, len(a), len(self.used)))
                for m, table in enumerate(self.tables[relation.name]):
                    parts[0, :, m] = table[a[:, m], b[:, m]]
                    parts[1, :, m] = table[b[:, m], a[:, m]]
                sums = parts.sum(axis=2)
                lr[some, r] = sums.max(axis=0) / LN10
                if r == 0:
                    larger = parts[sums.argmax(axis=0), np.arange(len(a))]
                    by_marker[some, self.used] = larger / LN10
            both = (self.seen[one[some]] != NOTHING_SEEN) & (self.seen[other[some]] != NOTHING_SEEN)
            markers[some] = both.sum(axis=1)
        return Pairs(self.relations, one, other, lr, by_marker, markers, compared, self.orders)


def _table(relation: Relation, panel: Panel, m: int, calls: Ints, theta: float) -> Floats:
    """T of a marker, shape (n_calls, n_calls); zero where one of the two shows nothing."""
    n = len(calls)
    typed = np.flatnonzero(calls != NOTHING_SEEN)
    # One person's two samples may change places, so half of that table is enough.
    pedigree = relation.pedigree
    half = pedigree is None
    i, j = np.triu_indices(len(typed)) if half else np.indices((len(typed),) * 2).reshape(2, -1)
    first, second = calls[typed[i]], calls[typed[j]]
    if pedigree is None:
        ratio = same_person_at(panel, m, first, second, theta)
    else:
        shown = {"first": first, "second": second}
        ratio = _loglik(pedigree, panel, m, shown, theta) - _loglik(_UNRELATED, panel, m, shown, theta)
    table = np.zeros((n, n))
    table[typed[i], typed[j]] = ratio
    if half:
        table[typed[j], typed[i]] = ratio
    return table


def _loglik(pedigree: Pedigree, panel: Panel, m: int, shown: dict[str, Ints], theta: float) -> Floats:
    size = len(next(iter(shown.values())))
    seen = np.zeros((size, len(pedigree)), dtype=np.int64)
    for person, numbers in shown.items():
        seen[:, pedigree.index[person]] = numbers
    markers = np.full(size, m, dtype=np.int64)
    return np.asarray(PedigreeLikelihood(pedigree).loglik(panel, markers, seen, theta))


def _sweep(rows: NDArray[np.int32], tables: Sequence[Floats], least: float, threads: int) -> Ints:
    """Pairs, first < second, of which one order reaches the threshold; shape (n, 2)."""
    n_markers = rows.shape[1]
    if not n_markers or len(rows) < 2:
        every = np.argwhere(np.triu(np.ones((len(rows), len(rows)), dtype=np.bool_), 1))
        return every if least <= 0 else np.empty((0, 2), dtype=np.int64)
    # Both orders in one table: what either may be at most, exact where the relation has no order.
    flat = np.concatenate([np.maximum(t, t.T).ravel() for t in tables])
    width = np.array([len(t) for t in tables], dtype=np.int64)
    start = np.concatenate([[0], np.cumsum(width * width)[:-1]])
    largest = np.column_stack(
        [np.maximum(t, t.T).max(axis=1)[rows[:, m]] for m, t in enumerate(tables)]
    )  # fmt: skip
    rest = np.zeros((len(rows), n_markers + 1))
    rest[:, :-1] = np.cumsum(largest[:, ::-1], axis=1)[:, ::-1]
    # Sums in another order differ by rounding; a pair on the edge is kept here and looked at again.
    floor = least - 1e-9

    def one_block(block: slice) -> Ints:
        room = 4096
        while True:
            out = np.empty((room, 2), dtype=np.int64)
            count = _reach(rows, flat, start, width, rest, floor, block.start, block.stop, out)
            if count <= room:
                return out[:count]
            if count > MOST_PAIRS:
                raise _too_many()
            room = count

    found: list[Ints] = []
    total = 0
    with ThreadPoolExecutor(threads) as pool:
        for some in pool.map(one_block, blocks(len(rows), BLOCK)):
            total += len(some)
            if total > MOST_PAIRS:
                raise _too_many()
            found.append(some)
    pairs = np.concatenate(found)
    exact = np.zeros((2, len(pairs)))
    for o, (a, b) in enumerate(((0, 1), (1, 0))):
        for m, t in enumerate(tables):
            exact[o] += t[rows[pairs[:, a], m], rows[pairs[:, b], m]]
    reached: Ints = pairs[exact.max(axis=0) >= least]
    return reached


def _too_many() -> InputProblems:
    params = {"limit": MOST_PAIRS}
    return InputProblems([InputProblem("direct.too-many-pairs", field="min_log10_lr", params=params)])


@njit(cache=True, nogil=True)
def _reach(rows, flat, start, width, rest, floor, begin, end, out):  # type: ignore[no-untyped-def]
    """Write pairs whose sum reaches the floor; the count may be larger than there is room for."""
    n, n_markers = rows.shape
    count = 0
    offset = np.empty(n_markers, dtype=np.int64)
    for i in range(begin, end):
        for m in range(n_markers):
            offset[m] = start[m] + rows[i, m] * width[m]
        for j in range(i + 1, n):
            total = 0.0
            m = 0
            while m < n_markers and total + rest[i, m] >= floor:
                total += flat[offset[m] + rows[j, m]]
                m += 1
            if m == n_markers and total >= floor:
                if count < out.shape[0]:
                    out[count, 0] = i
                    out[count, 1] = j
                count += 1
    return count
