"""Make the tables of a prepared register, or bring them up to date: only what is new is worked out."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amana.kinship.panel import NOTHING_SEEN, Panel
from amana.kinship.pedigree import Person
from amana.kinship.screening.prepared import Prepared, PreparedMarker, marker_digest, n_genotypes
from amana.kinship.screening.register import Group, Register, blocks
from amana.problems import InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Keep = Callable[[str, Floats], Floats]
"""Puts a table away and gives it back, such as mapped from a file; is told a name that says what it is."""

ROWS = 1024
"""Rows that are made in one go."""
MOST_SEGMENTS = 16
"""Segments of a marker from which on they are put together."""

_Shape = tuple[tuple[Person, ...], int]


def prepare(
    panel: Panel,
    register: Register,
    theta: float = 0.0,
    *,
    before: Prepared | None = None,
    keep: Keep = lambda _, table: table,
    threads: int = 0,
    on_progress: Callable[[int], object] = int,
) -> Prepared:
    """The tables of a register.

    Parameters
    ----------
    before
        A register that was prepared earlier.  Rows of the same relatives' profiles at the same marker, with
        the same alleles, frequencies and mutation, are taken from it; the result is what a preparation
        without it gives, to the bit.
    keep
        Where new tables go, one after the other.
    threads
        All cores where 0.
    on_progress
        Called with the number of rows that were finished, again and again.

    Raises
    ------
    InputProblems
        As :meth:`amana.kinship.likelihood.PedigreeLikelihood.genotypes`.
    """
    earlier = _Earlier(before, panel, register) if before is not None else None
    rows = np.zeros((len(panel.markers), len(register)), dtype=np.int32)
    markers = []
    computed = 0
    with ThreadPoolExecutor(threads or len(os.sched_getaffinity(0))) as pool:
        for m, marker in enumerate(panel.markers):
            digest = marker_digest(marker, theta)
            old = earlier.marker(m, digest) if earlier is not None else None
            known = old.n_rows if old is not None else 0
            jobs: list[tuple[Group, Ints, int]] = []
            first = known
            for group in register.groups:
                new, which = _numbered(earlier if old is not None else None, group, m, first)
                rows[m, group.targets] = which
                jobs += [(group, new[part], first - known + part.start) for part in blocks(len(new), ROWS)]
                first += len(new)
            segments: tuple[Floats, ...] = () if old is None else old.segments
            if first > known or not segments:
                shape = (2 if theta else 1, n_genotypes(len(marker.alleles)), first - known)
                table = np.empty(shape)

                def make(job: tuple[Group, Ints, int], m: int = m, table: Floats = table) -> int:
                    group, seen, start = job
                    _fill(panel, group, m, seen, theta, table[:, :, start : start + len(seen)])
                    return len(seen)

                for count in pool.map(make, jobs):
                    on_progress(count)
                computed += first - known
                segments = (*segments, keep(marker.name, table))
            one, rows[m] = _tidied(PreparedMarker(digest, segments), rows[m], marker.name, keep)
            markers.append(one)
    return Prepared(panel, register, theta, tuple(markers), rows, _universe(before, panel), computed)


def _universe(before: Prepared | None, panel: Panel) -> int:
    if before is None:
        return 1
    now, then = ([(m.name, m.alleles) for m in p.markers] for p in (panel, before.panel))
    return before.universe + (now != then)


class _Earlier:
    """An earlier preparation, said in the observation numbers of the panel of today."""

    def __init__(self, before: Prepared, panel: Panel, register: Register) -> None:
        self.before = before
        self.number = translated(before.panel, panel)
        self._marker = {m.name: i for i, m in enumerate(before.panel.markers)}
        self._today = [m.name for m in panel.markers]
        names = zip(before.register.families, before.register.missing, strict=True)
        target = {name: i for i, name in enumerate(names)}
        self._then = np.array(
            [target.get(name, -1) for name in zip(register.families, register.missing, strict=True)],
            dtype=np.int64,
        )
        self._groups: dict[_Shape, list[int]] = {}
        for g, group in enumerate(before.register.groups):
            self._groups.setdefault(_shape(group), []).append(g)

    def marker(self, m: int, digest: str) -> PreparedMarker | None:
        """The tables of a marker, if they still hold."""
        place = self._marker.get(self._today[m])
        if place is None or self.before.markers[place].digest != digest:
            return None
        return self.before.markers[place]

    def known(self, group: Group, m: int) -> tuple[Ints, Ints]:
        """What relatives of the shape showed at a marker, shape (n, n_persons), and the rows of that."""
        place = self._marker[self._today[m]]
        seen = [np.empty((0, len(group.pedigree)), dtype=np.int64)]
        rows = [np.empty(0, dtype=np.int64)]
        for g in self._groups.get(_shape(group), ()):
            old = self.before.register.groups[g]
            seen.append(self.number[old.seen[:, place]])
            rows.append(self.before.rows[place, old.targets].astype(np.int64))
        return np.concatenate(seen), np.concatenate(rows)

    def unchanged(self, group: Group, m: int) -> Ints:
        """Row of each target whose relatives show what they showed before, -1 for the others."""
        found = np.full(len(group.targets), -1, dtype=np.int64)
        place = self._marker[self._today[m]]
        then = self._then[group.targets]
        of, row = self.before.register.where
        for g in self._groups.get(_shape(group), ()):
            mine = np.flatnonzero(then >= 0)
            mine = mine[of[then[mine]] == g]
            old = self.before.register.groups[g]
            same = self.number[old.seen[row[then[mine]], place]] == group.seen[mine, m]
            mine = mine[same.all(axis=1)]
            found[mine] = self.before.rows[place, then[mine]]
        return found


def _shape(group: Group) -> _Shape:
    return group.pedigree.persons, group.person


def translated(old: Panel, new: Panel) -> Ints:
    """The number in one panel of each observation of another; -1 for what cannot be observed there."""
    found = np.full(old.size, -1, dtype=np.int64)
    found[NOTHING_SEEN] = NOTHING_SEEN
    place = {m.name: i for i, m in enumerate(new.markers)}
    for number, (marker, sex, profile) in old.described():
        if marker in place:
            try:
                found[number] = new.encode(profile, sex)[place[marker]]
            except InputProblems:
                continue  # an allele that the marker has no more
    return found


def on_panel(register: Register, old: Panel, new: Panel) -> Register:
    """The same register in the numbers of a panel that has all its alleles, and markers besides."""
    number = translated(old, new)
    place = {m.name: i for i, m in enumerate(old.markers)}
    groups = []
    for group in register.groups:
        seen = np.zeros((len(group.targets), len(new.markers), len(group.pedigree)), dtype=np.int32)
        for m, marker in enumerate(new.markers):
            if marker.name in place:
                seen[:, m] = number[group.seen[:, place[marker.name]]]
        groups.append(replace(group, seen=seen))
    return replace(register, groups=tuple(groups))


def _numbered(earlier: _Earlier | None, group: Group, m: int, first: int) -> tuple[Ints, Ints]:
    """What is new among a group's relatives at a marker, and the row of each target.

    New ones are numbered from ``first`` on.
    """
    seen = group.seen[:, m].astype(np.int64)
    if earlier is None:
        new, which = np.unique(seen, axis=0, return_inverse=True)
        return new, first + which.ravel()
    rows = earlier.unchanged(group, m)
    rest = rows < 0
    if not rest.any():
        return seen[:0], rows
    known, number = earlier.known(group, m)
    distinct, which = np.unique(np.concatenate([known, seen[rest]]), axis=0, return_inverse=True)
    which = which.ravel()
    found = np.full(len(distinct), -1, dtype=np.int64)
    found[which[: len(known)]] = number
    new = np.flatnonzero(found < 0)
    found[new] = first + np.arange(len(new))
    rows[rest] = found[which[len(known) :]]
    return distinct[new], rows


def _fill(panel: Panel, group: Group, m: int, seen: Ints, theta: float, out: Floats) -> None:
    """Tables of some rows of one group."""
    factor, tables = group.likelihood.genotypes(panel, m, seen, group.person, theta)
    log_shares(factor, tables, out[0])
    if theta:
        stranger, person = group.stranger
        beside = np.hstack([seen, np.zeros((len(seen), 1), dtype=np.int64)])
        log_shares(*stranger.genotypes(panel, m, beside, person, theta), out[1])


@njit(cache=True, nogil=True)
def log_shares(factor, tables, out):  # type: ignore[no-untyped-def]
    """Log of the share of each unordered pair in tables over ordered pairs of alleles.

    Parameters
    ----------
    factor, tables
        Shapes (n,) and (n, k, k); a table counts for nothing where its factor is -inf.
    out
        Shape (n_genotypes, n), filled here; nan where a table is empty.
    """
    k = tables.shape[1]
    for t in range(tables.shape[0]):
        whole = 0.0
        for a in range(k):
            for b in range(k):
                whole += tables[t, a, b]
        if not whole > 0.0 or factor[t] == -np.inf:
            out[:, t] = np.nan
            continue
        c = 0
        for b in range(k):
            for a in range(b + 1):
                p = tables[t, a, b]
                if a != b:
                    p += tables[t, b, a]
                out[c, t] = np.log(p / whole)
                c += 1


def _tidied(
    one: PreparedMarker, rows: NDArray[np.int32], name: str, keep: Keep
) -> tuple[PreparedMarker, NDArray[np.int32]]:
    """The same in one segment without what nobody uses, where there are many or half of it is such."""
    used = np.zeros(one.n_rows, dtype=np.bool_)
    used[rows] = True
    if len(one.segments) < MOST_SEGMENTS and 2 * used.sum() >= len(used):
        return one, rows
    starts = np.cumsum([0, *(s.shape[2] for s in one.segments)])
    kept = [s[:, :, used[a:b]] for s, a, b in zip(one.segments, starts[:-1], starts[1:], strict=True)]
    number = (np.cumsum(used) - 1).astype(np.int32)
    return PreparedMarker(one.digest, (keep(name, np.concatenate(kept, axis=2)),)), number[rows]
