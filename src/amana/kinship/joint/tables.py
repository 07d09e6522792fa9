"""Likelihood ratios of every way in which one family can absorb victims.

Families are independent given who is in them, so a joint likelihood is a product over families; what one
family contributes depends only on which victims are placed at which of its missing members.  One table per
family holds all those ways.  It is built by adding one victim at a time: a way that is impossible stays
impossible whatever is added, so nothing is computed beyond it.  At each marker only distinct sets of calls
are evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from amana.kinship.joint.case import Family, Victim
from amana.kinship.joint.ways import kinds, one_more, victim_sets
from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.panel import NOTHING_SEEN, Panel
from amana.kinship.pedigree import Pedigree, Person
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NOBODY = -1
_CHANGED = -2
MOST_WAYS = 3_000_000
_MARKERS_AT_ONCE = 5  # impossible ways are dropped after each such block


class EncodedVictims:
    """Victims' observations, and their log-likelihood as people unrelated to anyone.

    Attributes
    ----------
    ids
        Victim identifiers, in the order of victim numbers.
    seen, loglik
        Shape (n_victims, n_markers).
    alone
        Log-likelihood by observation number: the same call has the same probability whoever shows it.
    """

    def __init__(self, victims: Sequence[Victim], panel: Panel) -> None:
        self.ids = tuple(v.id for v in victims)
        shape = (len(victims), len(panel.markers))
        self.seen = np.array([panel.encode(v.profile, v.sex) for v in victims], dtype=np.int64).reshape(shape)
        self.loglik = np.zeros(shape)
        markers = np.arange(len(panel.markers))
        for sex in {v.sex for v in victims}:
            single = PedigreeLikelihood(Pedigree([Person("victim", sex=sex)]))
            rows = [i for i, v in enumerate(victims) if v.sex == sex]
            seen = self.seen[rows]
            one_by_one = single.loglik(panel, np.tile(markers, len(rows)), seen.reshape(-1, 1))
            self.loglik[rows] = one_by_one.reshape(seen.shape)
        impossible = [
            InputProblem(
                "profile.impossible",
                params={"sample": victims[i].profile.sample, "marker": panel.markers[m].name},
            )
            for i, m in np.argwhere(np.isneginf(self.loglik))
        ]
        if impossible:
            raise InputProblems(impossible)
        self.alone = np.zeros(panel.size)
        self.alone[self.seen] = self.loglik
        self.alone[NOTHING_SEEN] = 0.0


class FamilyModel:
    """One family with its references, ready to take victims.

    Parameters
    ----------
    theta
        FST over the founders of the family and of the victims that a way places in it, whether placed or
        unrelated.

    Attributes
    ----------
    loglik
        Log-likelihood of the references alone at each marker, shape (n_markers,).
    """

    def __init__(self, family: Family, panel: Panel, victims: EncodedVictims, theta: float = 0.0) -> None:
        self.family = family
        self.panel = panel
        self.victims = victims
        self.theta = theta
        self._together = PedigreeLikelihood(family.pedigree)
        self._apart = PedigreeLikelihood(_with_strangers(family)) if theta else None
        self._columns = np.array([family.pedigree.index[m] for m in family.missing], dtype=np.int64)
        self._references = np.zeros((len(panel.markers), len(family.pedigree)), dtype=np.int64)
        for person, profile in family.profiles.items():
            self._references[:, family.pedigree.index[person]] = panel.encode(
                profile, family.pedigree[person].sex
            )
        self.loglik = self._together.loglik(panel, np.arange(len(panel.markers)), self._references, theta)
        self._alike = _interchangeable(family)

    def log_lr_by_marker(self, places: Ints, markers: Ints | None = None) -> Floats:
        """Natural log LR of each way at each marker, against the same victims unrelated to the family.

        Parameters
        ----------
        places
            Shape (n, n_missing), as in :class:`FamilyTable`.
        markers
            Marker numbers; all by default.

        Returns
        -------
        Array of shape (n, len(markers)).  It is 0 at a marker where the references alone are impossible:
        such a marker says nothing of the victims, and the family is reported as inconsistent.
        """
        if markers is None:
            markers = np.arange(len(self.panel.markers))
        seen = np.vstack([self.victims.seen, np.full((1, len(self.panel.markers)), NOTHING_SEEN)])
        calls = [self._distinct(seen[places, m]) for m in markers]
        value = self._log_lr(
            np.repeat(markers, [len(distinct) for distinct, _ in calls]),
            np.concatenate([d for d, _ in calls]),
        )
        result = np.empty((len(places), len(markers)))
        start = 0
        for j, (distinct, which) in enumerate(calls):
            result[:, j] = value[start : start + len(distinct)][which]
            start += len(distinct)
        return result

    def alike(self, places: Ints) -> tuple[Ints, Ints]:
        """One of each kind of ways that have the same likelihood whatever is seen, and each way's kind.

        Brothers without children are alike to everybody: who of them is who makes no difference.
        """
        return self._distinct(places)

    def _distinct(self, rows: Ints) -> tuple[Ints, Ints]:
        """Rows of numbers by missing member: one of each kind, and each row's kind."""
        first, which = kinds(rows, self._alike)
        return rows[first], which

    def _log_lr(self, marker: Ints, calls: Ints) -> Floats:
        seen = self._references[marker]
        seen[:, self._columns] = calls
        together = self._together.loglik(self.panel, marker, seen, self.theta)
        if self._apart is None:
            apart = self.loglik[marker] + self.victims.alone[calls].sum(axis=1)
        else:
            apart = self._apart.loglik(
                self.panel, marker, np.hstack([self._references[marker], calls]), self.theta
            )
        with np.errstate(invalid="ignore"):
            return np.where(np.isneginf(self.loglik[marker]), 0.0, together - apart)


def _interchangeable(family: Family) -> Ints:
    """A number for each missing member, the same for those of the same parents and sex without children."""
    parents = {p for person in family.pedigree.persons for p in (person.father, person.mother)}
    known: dict[object, int] = {}
    return np.array(
        [
            known.setdefault(m if m in parents else replace(family.pedigree[m], id=""), len(known))
            for m in family.missing
        ],
        dtype=np.int64,
    )


def _with_strangers(family: Family) -> Pedigree:
    """The family, and beside it one unrelated person for each missing member."""
    strangers = [Person(f"\0{m}", sex=family.pedigree[m].sex) for m in family.missing]
    return Pedigree([*family.pedigree.persons, *strangers])


@dataclass(frozen=True)
class FamilyTable:
    """All possible ways for one family.

    Attributes
    ----------
    places
        Shape (n, n_missing): victim number at each missing member, or :data:`NOBODY`.  Row 0 places nobody.
    log_lr
        Shape (n,): natural log of P(family, victims | placed so) / P(family, victims | unrelated).
    key
        Digest of everything that the table was computed from; empty if nobody gave one.
    """

    family: Family
    places: Ints
    log_lr: Floats
    key: str = ""

    @cached_property
    def _n_victims(self) -> int:
        return int(self.places.max(initial=NOBODY)) + 1

    @cached_property
    def _base(self) -> Ints | None:
        """What each column counts for in a row's number; None if the numbers would be too large."""
        base = self._n_victims + 1
        if base ** self.places.shape[1] >= 2**62:
            return None
        return np.array([base**j for j in range(self.places.shape[1])], dtype=np.int64)

    @cached_property
    def _numbers(self) -> tuple[Ints, Ints]:
        """The rows' numbers in order, and the rows in that order."""
        assert self._base is not None
        numbers = (self.places + 1) @ self._base
        order = np.argsort(numbers, kind="stable")
        return numbers[order], order

    @cached_property
    def _rows(self) -> dict[bytes, int]:
        return {places.tobytes(): row for row, places in enumerate(self.places)}

    def rows(self, places: Ints) -> Ints:
        """Rows with these places, shape (n, n_missing); -1 for those that are impossible."""
        if self._base is None:
            return np.array([self._rows.get(p.tobytes(), -1) for p in places], dtype=np.int64)
        numbers, order = self._numbers
        wanted = (places + 1) @ self._base
        at = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
        there = (numbers[at] == wanted) & (places.max(axis=1, initial=NOBODY) < self._n_victims)
        return np.where(there, order[at], -1)

    def row(self, places: Sequence[int] | Ints) -> int | None:
        """Row with these places; None if it is impossible."""
        row = int(self.rows(np.array(places, dtype=np.int64)[None, :])[0])
        return None if row < 0 else row

    @cached_property
    def grouped(self) -> Grouped:
        """The ways by the set of victims that they use."""
        return _grouped(self.places)


@dataclass(frozen=True)
class Grouped:
    """Ways by the set of victims that they use, whoever is placed where.

    Attributes
    ----------
    victims
        Victim numbers that appear in some way, in order.
    sets
        Shape (n_sets, n_victims): whether each set has each of ``victims``.
    of
        Shape (n_ways,): each way's set.
    """

    victims: Ints
    sets: NDArray[np.bool_]
    of: Ints

    def weights(self, log_weight: Floats) -> Floats:
        """Sum of the victims' log weights for each way."""
        return np.asarray((self.sets @ log_weight[self.victims])[self.of])


def _grouped(places: Ints) -> Grouped:
    seen = np.zeros(int(places.max(initial=NOBODY)) + 2, dtype=np.bool_)
    seen[places.ravel() + 1] = True
    victims = np.flatnonzero(seen[1:])
    n_words = max(1, -(-len(victims) // 64))
    bit = np.zeros(len(seen), dtype=np.int64)
    bit[victims] = np.arange(len(victims))
    keys = victim_sets(places, bit, n_words)
    first, of = kinds(keys.view(np.int64), np.arange(n_words))
    distinct = keys[first]
    bits = np.unpackbits(distinct.astype("<u8").view(np.uint8), axis=1, bitorder="little")
    return Grouped(victims, bits[:, : len(victims)].astype(np.bool_), of)


class KnownRows:
    """Rows of an earlier table of the same family that hold for victims who did not change.

    Parameters
    ----------
    table
        The earlier table.
    before, now
        Victim, in the order of victim numbers, to a digest of profile and eligibility.
    """

    def __init__(self, table: FamilyTable, before: Mapping[str, str], now: Mapping[str, str]) -> None:
        self._table = table
        number = {v: i for i, v in enumerate(before)}
        same = [number[v] if before.get(v) == given else _CHANGED for v, given in now.items()]
        self._before = np.array([*same, NOBODY], dtype=np.int64)

    def log_lr(self, places: Ints) -> tuple[NDArray[np.bool_], Floats]:
        """Which ways have no changed victim, and their log LR; -inf where it was impossible."""
        before = self._before[places]
        same = np.flatnonzero(~(before == _CHANGED).any(axis=1))
        log_lr = np.full(len(places), -np.inf)
        rows = self._table.rows(before[same])
        log_lr[same] = np.where(rows >= 0, self._table.log_lr[rows], -np.inf)
        known = np.zeros(len(places), dtype=np.bool_)
        known[same] = True
        return known, log_lr


def family_table(
    model: FamilyModel,
    eligible: Mapping[str, Sequence[str]],
    known: KnownRows | None = None,
    key: str = "",
) -> FamilyTable:
    """All ways of placing victims in a family.

    Parameters
    ----------
    eligible
        Victim to the missing persons it may be.
    known
        Rows that need not be computed again.
    key
        Digest of everything that goes into the table.

    Raises
    ------
    InputProblems
        If there are more than :data:`MOST_WAYS`.
    """
    missing = model.family.missing
    candidates = [
        np.array([v for v, name in enumerate(model.victims.ids) if m in eligible[name]], dtype=np.int64)
        for m in missing
    ]
    start = np.cumsum([0, *(len(c) for c in candidates)])
    able = np.concatenate([*candidates, np.empty(0, dtype=np.int64)])
    level = np.full((1, len(missing)), NOBODY, dtype=np.int64)
    all_places, all_lr = [level], [np.zeros(1)]
    total = 1
    while len(level):
        level = one_more(level, start, able)
        total += len(level)
        if total > MOST_WAYS:
            raise InputProblems(
                [
                    InputProblem(
                        "identify.family-too-large",
                        params={"family": model.family.id, "limit": MOST_WAYS},
                    )
                ]
            )
        if not len(level):
            break
        level, log_lr = _possible(model, level, known)
        all_places.append(level)
        all_lr.append(log_lr)
    return FamilyTable(model.family, np.concatenate(all_places), np.concatenate(all_lr), key)


def _possible(model: FamilyModel, places: Ints, known: KnownRows | None) -> tuple[Ints, Floats]:
    """The ways that are not impossible, with their log LR."""
    if known is None:
        log_lr = _log_lr_of(model, places)
    else:
        old, log_lr = known.log_lr(places)
        log_lr[~old] = _log_lr_of(model, places[~old])
    possible = ~np.isneginf(log_lr)
    return places[possible], log_lr[possible]


def _log_lr_of(model: FamilyModel, places: Ints) -> Floats:
    distinct, which = model.alike(places)
    log_lr = np.zeros(len(distinct))
    for markers in np.array_split(
        np.arange(len(model.panel.markers)), max(1, len(model.panel.markers) // _MARKERS_AT_ONCE)
    ):
        alive = np.flatnonzero(~np.isneginf(log_lr))
        if len(alive) and len(markers):
            log_lr[alive] += model.log_lr_by_marker(distinct[alive], markers).sum(axis=1)
    return log_lr[which]
