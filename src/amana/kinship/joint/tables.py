"""Likelihood ratios of every way in which one family can absorb victims.

Families are independent given who is in them, so a joint likelihood is a product over families; what one
family contributes depends only on which victims are placed at which of its missing members.  One table per
family holds all those ways.  It is built by adding one victim at a time: a way that is impossible stays
impossible whatever is added, so nothing is computed beyond it.  At each marker only distinct sets of calls
are evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from amana.kinship.joint.case import Family, Victim
from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.panel import NOTHING_SEEN, Panel
from amana.kinship.pedigree import Pedigree, Person
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NOBODY = -1
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
        calls = [np.unique(seen[places, m], axis=0, return_inverse=True) for m in markers]
        value = self._log_lr(
            np.repeat(markers, [len(distinct) for distinct, _ in calls]),
            np.concatenate([d for d, _ in calls]),
        )
        result = np.empty((len(places), len(markers)))
        start = 0
        for j, (distinct, back) in enumerate(calls):
            result[:, j] = value[start : start + len(distinct)][back.ravel()]
            start += len(distinct)
        return result

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
    """

    family: Family
    places: Ints
    log_lr: Floats

    @cached_property
    def _rows(self) -> dict[bytes, int]:
        return {places.tobytes(): row for row, places in enumerate(self.places)}

    def row(self, places: Sequence[int] | Ints) -> int | None:
        """Row with these places; None if it is impossible."""
        return self._rows.get(np.asarray(places, dtype=np.int64).tobytes())


def family_table(model: FamilyModel, eligible: Mapping[str, Sequence[str]]) -> FamilyTable:
    """All ways of placing victims in a family.

    Parameters
    ----------
    eligible
        Victim to the missing persons it may be.

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
    level = np.full((1, len(missing)), NOBODY, dtype=np.int64)
    all_places, all_lr = [level], [np.zeros(1)]
    total = 1
    while len(level):
        level = _one_more(level, candidates)
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
        level, log_lr = _possible(model, level)
        all_places.append(level)
        all_lr.append(log_lr)
    return FamilyTable(model.family, np.concatenate(all_places), np.concatenate(all_lr))


def _one_more(level: Ints, candidates: Sequence[Ints]) -> Ints:
    """Each way extended by one victim at a missing member after its last placed one."""
    grown = [np.empty((0, level.shape[1]), dtype=np.int64)]
    for j, victims in enumerate(candidates):
        open_ = level[(level[:, j:] == NOBODY).all(axis=1)]
        if not len(open_) or not len(victims):
            continue
        wider = np.repeat(open_, len(victims), axis=0)
        chosen = np.tile(victims, len(open_))
        fresh = ~(wider == chosen[:, None]).any(axis=1)
        wider = wider[fresh]
        wider[:, j] = chosen[fresh]
        grown.append(wider)
    return np.concatenate(grown)


def _possible(model: FamilyModel, places: Ints) -> tuple[Ints, Floats]:
    """The ways that are not impossible, with their log LR."""
    log_lr = np.zeros(len(places))
    for markers in np.array_split(
        np.arange(len(model.panel.markers)), max(1, len(model.panel.markers) // _MARKERS_AT_ONCE)
    ):
        if len(places) and len(markers):
            log_lr = log_lr + model.log_lr_by_marker(places, markers).sum(axis=1)
            alive = ~np.isneginf(log_lr)
            places, log_lr = places[alive], log_lr[alive]
    return places, log_lr
