"""A set of markers, and what was seen at them, packed for the engine."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from amana.kinship.markers import Marker
from amana.kinship.mutation import Mutation
from amana.kinship.observation import Observation, observe, seen_twice
from amana.kinship.pedigree import Sex
from amana.kinship.profiles import Call, Profile
from amana.kinship.structure import Seen
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NOTHING_SEEN = 0
"""Number of the observation that says nothing."""

_Key = tuple[int, bool, Call | None, tuple[frozenset[str], ...], float, float]
"""Marker, whether one copy, call, typings, drop-out and drop-in."""

_LUMPING_TOLERANCE = 1e-12  # relative; matrices come printed with 15 digits


class PackedMarkers(NamedTuple):
    """Markers one after the other: frequencies, and male then female matrix where there is mutation."""

    n_alleles: Ints
    frequency_start: Ints
    frequencies: Floats
    matrix_start: Ints  # -1: no mutation
    matrices: Floats
    lumpable: NDArray[np.bool_]
    silent: Ints  # the silent allele, -1 without; never lumped, since it mutates unlike the others


class PackedObservations(NamedTuple):
    """Observations one after the other: their alleles, and their tables of side (alleles + 1)."""

    n_alleles: Ints
    allele_start: Ints
    alleles: Ints
    table_start: Ints
    tables: Floats


class Panel:
    """The markers of a case, with a growing pool of distinct observations.

    Observations are numbered; number 0 is "nothing seen".  Encode each profile once, then evaluate it in as
    many pedigrees as needed.
    """

    def __init__(self, markers: Sequence[Marker]) -> None:
        self.markers = tuple(markers)
        self.packed = _pack_markers(self.markers)
        self.on_x = np.array([m.chromosome == "X" for m in self.markers], dtype=np.bool_)
        self.sexes_alike = all(
            m.mutation is None or np.array_equal(m.mutation.male, m.mutation.female) for m in markers
        )
        self._pool: list[Observation | None] = [None]
        self._seen: list[Seen] = [Seen.NOTHING]
        self._numbers: dict[_Key, int] = {}
        self._joined: dict[tuple[int, int, int], int] = {}
        self._packed_pool: PackedObservations | None = None
        self._lock = Lock()  # conclusions are drawn in several threads

    def encode(self, profile: Profile, sex: Sex | None = None) -> Ints:
        """Number of the observation at each marker, shape (n_markers,).

        Raises
        ------
        InputProblems
            All faults of the profile together, or an X marker for a person of unknown sex.
        """
        with self._lock:
            return self._encode(profile, sex)

    def _encode(self, profile: Profile, sex: Sex | None) -> Ints:
        numbers = np.zeros(len(self.markers), dtype=np.int64)
        problems: list[InputProblem] = []
        for m, marker in enumerate(self.markers):
            call = profile.calls.get(marker.name)
            typings = profile.replicates.get(marker.name, ())
            if call is None and not typings:
                continue
            if marker.chromosome == "X" and sex is None:
                problems.append(InputProblem("genotype.x-needs-sex", params={"sample": profile.sample}))
                continue
            haploid = marker.chromosome == "X" and sex == "M"
            # 12/14 and 14/12 are one observation.
            if call is not None and str(call[0]) > str(call[1]):
                call = call[1], call[0]
            key = (m, haploid, call, typings, profile.dropout, profile.dropin)
            if key not in self._numbers:
                try:
                    self._numbers[key] = self._add(observe(marker, profile, haploid=haploid))
                except InputProblems as faults:
                    problems.extend(faults.problems)
                    continue
            numbers[m] = self._numbers[key]
        if problems:
            raise InputProblems(dict.fromkeys(problems))
        return numbers

    def _add(self, observation: Observation | None) -> int:
        if observation is None:
            return NOTHING_SEEN
        self._pool.append(observation)
        self._seen.append(Seen.GENOTYPE if observation.exact else Seen.SOMETHING)
        self._packed_pool = None
        return len(self._pool) - 1

    def both(self, marker: int, first: int, second: int) -> int:
        """Number of the observation that one person shows both of two observations.

        Given the true alleles the two are independent.  -1 where no genotype can show both.
        """
        with self._lock:
            key = (marker, min(first, second), max(first, second))
            if key not in self._joined:
                one, other = self._pool[first], self._pool[second]
                if one is None or other is None:
                    return max(first, second)
                joined = seen_twice(one, other)
                self._joined[key] = self._add(joined) if joined is not None else -1
            return self._joined[key]

    @property
    def size(self) -> int:
        """How many observations there are."""
        return len(self._pool)

    def described(self) -> list[tuple[int, tuple[str, Sex, Profile]]]:
        """Number, marker, sex and profile of one marker from which :meth:`encode` makes each observation.

        Off the X chromosome the sex is of no account.
        """
        found = []
        with self._lock:
            for (m, haploid, call, typings, dropout, dropin), number in self._numbers.items():
                if number == NOTHING_SEEN:
                    continue
                name = self.markers[m].name
                profile = Profile(
                    "", {} if call is None else {name: call}, dropout, dropin,
                    {name: typings} if typings else {},
                )  # fmt: skip
                sex: Sex = "M" if haploid else "F"
                found.append((number, (name, sex, profile)))
        return found

    def how_seen(self, numbers: Ints) -> NDArray[np.int8]:
        """:class:`Seen` of each observation number, same shape."""
        return np.array(self._seen, dtype=np.int8)[numbers]

    @property
    def observations(self) -> PackedObservations:
        """All observations so far, packed."""
        with self._lock:
            if self._packed_pool is None:
                self._packed_pool = _pack_observations(self._pool)
            return self._packed_pool


def seen_by_one(panel: Panel, rows: Ints) -> Ints:
    """:meth:`Panel.both` of rows of marker, first and second observation, shape (n, 3).

    Where both are certain genotypes they are compared as such: most pairs are, and most of these differ.
    """
    pool = panel.observations
    first, last = pool.allele_start[rows[:, 1:]], pool.allele_start[rows[:, 1:] + 1] - 1
    ends = np.sort(np.stack([pool.alleles[first], pool.alleles[last]], axis=2), axis=2)
    exact = (panel.how_seen(rows[:, 1:]) == Seen.GENOTYPE).all(axis=1)
    result = np.where((ends[:, 0] == ends[:, 1]).all(axis=1), rows[:, 1], -1)
    rest = np.flatnonzero(~exact)
    result[rest] = [panel.both(*row) for row in rows[rest].tolist()]
    return result


def _is_lumpable(mutation: Mutation | None, silent: int) -> bool:
    """Whether alleles that nobody showed can stand as one, exactly.

    So it is where the probability of mutating to an allele is the same from every other one, the silent
    allele apart (strong lumpability, Kemeny & Snell 1960, for every partition at once).
    """
    if mutation is None:
        return True
    for matrix in (mutation.male, mutation.female):
        rows = np.delete(matrix, silent, axis=0) if silent >= 0 else matrix
        own = (
            np.delete(np.eye(len(matrix), dtype=bool), silent, axis=0)
            if silent >= 0
            else np.eye(len(matrix), dtype=bool)
        )
        if len(rows) < 3:
            continue
        off = np.where(own, np.nan, rows)
        low, high = np.nanmin(off, axis=0), np.nanmax(off, axis=0)
        if np.any(high - low > _LUMPING_TOLERANCE * high):
            return False
    return True


def _pack_markers(markers: Sequence[Marker]) -> PackedMarkers:
    n_alleles = np.array([len(m.alleles) for m in markers], dtype=np.int64)
    silent = np.array([m.index[m.silent] if m.silent is not None else -1 for m in markers], dtype=np.int64)
    matrix_start = np.full(len(markers), -1, dtype=np.int64)
    matrices: list[Floats] = []
    size = 0
    for i, marker in enumerate(markers):
        if marker.mutation is None:
            continue
        if len(marker.mutation.male) != len(marker.alleles):
            raise InputProblems(
                [
                    InputProblem(
                        "mutation.wrong-size",
                        field="matrix",
                        params={
                            "marker": marker.name,
                            "alleles": len(marker.alleles),
                            "rows": len(marker.mutation.male),
                        },
                    )
                ]
            )
        matrix_start[i] = size
        for matrix in (marker.mutation.male, marker.mutation.female):
            matrices.append(np.ascontiguousarray(matrix, dtype=np.float64).ravel())
            size += matrix.size
    return PackedMarkers(
        n_alleles,
        np.concatenate([[0], np.cumsum(n_alleles)]).astype(np.int64),
        np.concatenate([np.asarray(m.frequencies, dtype=np.float64) for m in markers] or [np.empty(0)]),
        matrix_start,
        np.concatenate(matrices) if matrices else np.empty(0),
        np.array([_is_lumpable(m.mutation, s) for m, s in zip(markers, silent, strict=True)], dtype=np.bool_),
        silent,
    )


def _pack_observations(pool: Sequence[Observation | None]) -> PackedObservations:
    n = np.array([len(o.alleles) if o else 0 for o in pool], dtype=np.int64)
    tables = [o.table.ravel() if o else np.ones(1) for o in pool]
    return PackedObservations(
        n,
        np.concatenate([[0], np.cumsum(n)]).astype(np.int64),
        np.array([a for o in pool if o for a in o.alleles], dtype=np.int64),
        np.concatenate([[0], np.cumsum([len(t) for t in tables])]).astype(np.int64),
        np.concatenate(tables),
    )
