"""Every remains against every target: parts, each a range of targets, and their merging."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import local
from time import perf_counter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from amana.kinship.panel import Panel
from amana.kinship.profiles import Role
from amana.kinship.purpose import Act, require
from amana.kinship.screening.register import Register, Remains, blocks
from amana.kinship.screening.sweep import sweep
from amana.kinship.screening.tables import Calls, Shared, TableMaker
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
T = TypeVar("T")

CHUNK = 256
"""Targets of one group that are never split between parts."""
BLOCK = 256
"""Targets whose tables are added up together: their rows stay near the processor."""
ROOM = 8192  # pairs that a thread notes before it puts them away
MOST_KEPT = 20_000_000
"""Pairs above the threshold that one part holds."""
LN10 = float(np.log(10.0))


@dataclass(frozen=True)
class Settings:
    """What a screening is asked for.

    Attributes
    ----------
    top
        Best targets that are kept of each remains, and best remains of each target.
    min_log10_lr
        Every pair of at least this is kept besides.
    theta
        FST.
    memory
        Bytes that tables may take.
    threads
        All cores where 0.
    """

    top: int = 10
    min_log10_lr: float = 4.0
    theta: float = 0.0
    memory: int = 2 * 2**30
    threads: int = 0


@dataclass
class Part:
    """What came of a range of targets.

    Attributes
    ----------
    best, best_target
        Shape (n_remains, K): natural log LR of the best targets of each remains, and their numbers, -1 where
        there are fewer.
    targets
        Shape (n,): numbers of the part's targets, ascending.
    of_target, of_target_remains
        Shape (n, K): the same from the side of the targets.
    kept, kept_pair
        Shape (n_kept,) and (n_kept, 2): pairs above the threshold, as remains and target.
    sums
        Shape (n_remains,): sum of all LR of at least one.
    inconsistent
        Shape (n,): markers at which what the relatives show cannot be.
    bound
        Largest difference there can be between a sum in float32 and the exact one, natural log.
    seconds
        Seconds of all threads by phase.
    """

    best: Floats
    best_target: Ints
    targets: Ints
    of_target: Floats
    of_target_remains: Ints
    kept: Floats
    kept_pair: Ints
    sums: Floats
    inconsistent: Ints
    bound: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)


class Screening:
    """One register of targets against one set of remains."""

    def __init__(
        self,
        remains: Remains,
        register: Register,
        panel: Panel,
        settings: Settings | None = None,
    ) -> None:
        require(Act.KINSHIP, Role.REMAINS, Role.RELATIVE)
        self.remains, self.register, self.panel = remains, register, panel
        self.settings = settings or Settings()
        self._progress: Callable[[int], object] = int
        self.calls = Calls(remains, panel)
        self.tables = TableMaker(register, self.calls, panel, self.settings.theta)

    def on_progress(self, call: Callable[[int], object]) -> None:
        """Have something called with the number of targets that were finished, again and again."""
        self._progress = call

    @property
    def threads(self) -> int:
        """How many work at once."""
        return self.settings.threads or len(os.sched_getaffinity(0))

    @property
    def chunks(self) -> list[tuple[int, slice]]:
        """Group and rows of every chunk."""
        return [
            (g, rows)
            for g, group in enumerate(self.register.groups)
            for rows in blocks(len(group.targets), CHUNK)
        ]

    def _together(self, work: Sequence[tuple[int, slice]]) -> Iterator[tuple[int, slice]]:
        """Chunks of a group as one, as far as memory allows: the more targets, the more they share."""
        most = self.settings.memory // 3  # beside the blocks of the threads and room to make the tables
        while work:
            g, rows = work[0]
            n = 1
            while n < len(work) and work[n][0] == g:
                n += 1
            while n > 1:
                shown, _ = self.tables.rows(g, slice(rows.start, work[n - 1][1].stop))
                if self.tables.bytes(shown) <= most:
                    break
                n = (n + 1) // 2
            yield g, slice(rows.start, work[n - 1][1].stop)
            work = work[n:]

    def part(self, index: int = 0, of: int = 1) -> Part:
        """Screen some of the chunks.

        Parameters
        ----------
        index, of
            Which part of how many, from 0.  The parts together hold every target once.

        Raises
        ------
        InputProblems
            If more pairs pass the threshold than can be held.
        """
        work = self.chunks
        work = work[len(work) * index // of : len(work) * (index + 1) // of]
        targets = np.sort(
            np.concatenate(
                [self.register.groups[g].targets[rows] for g, rows in work] or [np.empty(0, np.int64)]
            )
        )
        n, k = len(self.remains.ids), self.settings.top
        part = Part(
            *_empty(n, k), targets, *_empty(len(targets), k), np.empty(0), np.empty((0, 2), dtype=np.int64),
            np.zeros(n), np.zeros(len(targets), dtype=np.int64),
        )  # fmt: skip
        own = local()
        workers: list[_Worker] = []

        def worker() -> _Worker:
            if not hasattr(own, "worker"):
                own.worker = _Worker(self, part)
                workers.append(own.worker)
            found: _Worker = own.worker
            return found

        with ThreadPoolExecutor(self.threads) as pool:
            for g, rows in self._together(work):
                self._screen(part, g, rows, pool, worker)
        _gather(part, workers)
        return part

    def _screen(
        self, part: Part, g: int, rows: slice, pool: ThreadPoolExecutor, worker: Callable[[], _Worker]
    ) -> None:
        """Everything of consecutive targets of a group: their tables, then the sweep block by block."""

        def run(make: Callable[[T], object], jobs: Iterable[T]) -> Iterator[object]:
            return pool.map(lambda job: worker().timed("tables", make, job), jobs)

        tables = self.tables.shared(g, rows, run)
        targets = self.register.groups[g].targets[rows]
        part.inconsistent[np.searchsorted(part.targets, targets)] = tables.inconsistent
        margin = _bound(tables.largest)
        part.bound = max(part.bound, margin)

        def sweep_block(block: slice) -> None:
            own = worker()
            own.timed("sweep", own.sweep, (targets[block], tables, block, margin))
            self._progress(block.stop - block.start)

        for _ in pool.map(sweep_block, blocks(len(targets), BLOCK)):
            pass


def _empty(n: int, k: int) -> tuple[Floats, Ints]:
    return np.full((n, k), -np.inf), np.full((n, k), -1, dtype=np.int64)


class _Worker:
    """One thread, with what it found so far."""

    def __init__(self, screening: Screening, part: Part) -> None:
        self.screening, self.part = screening, part
        self.best, self.best_target = part.best.copy(), part.best_target.copy()
        self.sums = np.zeros_like(part.sums)
        self.kept: list[Floats] = []
        self.kept_pair: list[Ints] = []
        self.n_kept = 0
        self._kept, self._kept_pair = np.empty(ROOM), np.empty((ROOM, 2), dtype=np.int64)
        self.seconds = {"tables": 0.0, "sweep": 0.0}

    def timed(self, phase: str, do: Callable[[T], object], job: T) -> None:
        """Do something and note how long it took."""
        started = perf_counter()
        do(job)
        self.seconds[phase] += perf_counter() - started

    def sweep(self, job: tuple[Ints, Shared, slice, float]) -> None:
        """All remains against a block of targets."""
        targets, tables, block, margin = job
        of, part = self.screening, self.part
        exact = tables.table(block)
        quick = exact.astype(np.float32)
        place = np.searchsorted(part.targets, targets)
        of_target, of_target_remains = part.of_target[place], part.of_target_remains[place]
        least = of.settings.min_log10_lr * LN10
        n = 0
        while n < len(of.calls.rows):
            n, n_kept = sweep(
                n, of.calls.rows, quick, exact, targets, margin, least, self.best, self.best_target,
                of_target, of_target_remains, self.sums, self._kept, self._kept_pair,
            )  # fmt: skip
            self.kept.append(self._kept[:n_kept].copy())
            self.kept_pair.append(self._kept_pair[:n_kept].copy())
            self.n_kept += n_kept
            if self.n_kept > MOST_KEPT:
                raise _too_many()
        part.of_target[place], part.of_target_remains[place] = of_target, of_target_remains


def _bound(largest: Floats) -> float:
    """How far the float32 sum of one row of each marker may be from the exact sum.

    A value is rounded once when it is stored and each addition rounds the sum so far, each time by at most
    2⁻²⁴ of its size (Higham 2002, Accuracy and Stability of Numerical Algorithms, §4.2, cited from memory).

    Parameters
    ----------
    largest
        Largest absolute value of each marker.
    """
    return float(2.0**-24 * (2 + len(largest)) * largest.sum() * 1.01) + 1e-12


def _too_many() -> InputProblems:
    params = {"limit": MOST_KEPT}
    return InputProblems([InputProblem("screen.too-many-hits", field="min_log10_lr", params=params)])


def _gather(part: Part, workers: Sequence[_Worker]) -> None:
    """Put what the threads found together."""
    for worker in workers:
        _join(part.best, part.best_target, worker.best, worker.best_target)
        part.sums += worker.sums
        for phase, seconds in worker.seconds.items():
            part.seconds[phase] = part.seconds.get(phase, 0.0) + seconds
    part.kept = np.concatenate([k for w in workers for k in w.kept] or [np.empty(0)])
    part.kept_pair = np.concatenate([p for w in workers for p in w.kept_pair] or [np.empty((0, 2), np.int64)])
    if len(part.kept) > MOST_KEPT:
        raise _too_many()
    order = np.lexsort(part.kept_pair.T[::-1])
    part.kept, part.kept_pair = part.kept[order], part.kept_pair[order]


def _join(values: Floats, numbers: Ints, other_values: Floats, other_numbers: Ints) -> None:
    """Merge lists row by row: the best of both, in order."""
    k = values.shape[1]
    value = np.hstack([values, other_values])
    number = np.hstack([numbers, other_numbers])
    last = np.where(number < 0, np.iinfo(np.int64).max, number)
    order = np.lexsort((last, -value), axis=1)[:, :k]
    values[:] = np.take_along_axis(value, order, axis=1)
    numbers[:] = np.take_along_axis(number, order, axis=1)


def merge(parts: Sequence[Part]) -> Part:
    """All parts as one.

    Raises
    ------
    InputProblems
        If a target stands in two parts, or the parts are of different remains or lengths of lists.
    """
    first = parts[0]
    if any(p.best.shape != first.best.shape for p in parts):
        raise InputProblems([InputProblem("screen.parts-differ")])
    targets = np.concatenate([p.targets for p in parts])
    if len(np.unique(targets)) != len(targets):
        raise InputProblems([InputProblem("screen.part-twice")])
    order = np.argsort(targets)
    merged = Part(
        first.best.copy(), first.best_target.copy(), targets[order],
        np.concatenate([p.of_target for p in parts])[order],
        np.concatenate([p.of_target_remains for p in parts])[order],
        np.concatenate([p.kept for p in parts]), np.concatenate([p.kept_pair for p in parts]),
        first.sums.copy(), np.concatenate([p.inconsistent for p in parts])[order],
        max(p.bound for p in parts),
    )  # fmt: skip
    for part in parts[1:]:
        _join(merged.best, merged.best_target, part.best, part.best_target)
        merged.sums += part.sums
    for part in parts:
        for phase, seconds in part.seconds.items():
            merged.seconds[phase] = merged.seconds.get(phase, 0.0) + seconds
    order = np.lexsort(merged.kept_pair.T[::-1])
    merged.kept, merged.kept_pair = merged.kept[order], merged.kept_pair[order]
    return merged
