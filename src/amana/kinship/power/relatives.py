"""What one more relative would add, before their sample is taken.

For a missing person with genotype G, relatives who showed R, and a candidate with genotype C, the expected
log LR if the remains are found grows by the conditional mutual information I(G; C | R), which is never
negative and adds up over markers; and P(LR ≥ threshold | found) becomes that of the mixture over C.

:func:`gains_of` goes through every genotype of the candidate, given what the family's relatives show.
:class:`ShapeValues` averages over the relatives' genotypes as well, so that its figures hold for every
family of one shape and pattern of who was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amana.kinship.pedigree import Pedigree
from amana.kinship.power.families import convolved
from amana.kinship.power.laws import Calls, Law, Sought, drawn
from amana.kinship.screening.register import Group, blocks

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DRAWS = 400
"""Families that are drawn to average over."""
SEED = 20241216
ROWS = 1024
"""Rows whose tables are made in one go."""


@dataclass(frozen=True)
class Value:
    """Expected log10 LR if found, and P(LR ≥ threshold | found)."""

    log10_lr: float
    reached: float


def gains_of(
    group: Group,
    row: int,
    candidates: Sequence[int],
    calls: Calls,
    log10_threshold: float,
    theta: float = 0.0,
) -> tuple[Value, list[Value]]:
    """Value of a target now, and with each candidate typed at all markers; exact given its relatives.

    Parameters
    ----------
    row
        Of the target in its group.
    candidates
        Positions in the pedigree; nothing was seen of them.
    """
    seen = group.seen[row].astype(np.int64)
    sought = Sought(group.pedigree, group.person, calls, theta)
    n_markers = len(seen)
    now = [sought.law(m, seen[m : m + 1]) for m in range(n_markers)]
    before = _value(now, [np.ones(1)] * n_markers, log10_threshold)
    found = []
    for candidate in candidates:
        other = Sought(group.pedigree, candidate, calls, theta)
        laws, weights = [], []
        for m in range(n_markers):
            p, impossible = other.shown(m, seen[m : m + 1])
            if impossible[0]:
                laws.append(now[m])
                weights.append(np.ones(1))
                continue
            possible = np.flatnonzero(p[0] > 0.0)
            rows = np.repeat(seen[m : m + 1], len(possible), axis=0)
            rows[:, candidate] = calls.of(m, other.sex).numbers[possible]
            laws.append(_law(sought, m, rows))
            weights.append(p[0, possible])
        found.append(_value(laws, weights, log10_threshold))
    return before, found


def _law(sought: Sought, m: int, rows: Ints) -> Law:
    parts = [sought.law(m, rows[part]) for part in blocks(len(rows), ROWS)]
    return Law(
        *(
            np.concatenate([getattr(p, name) for p in parts])
            for name in ("found", "unrelated", "log10_lr", "impossible")
        )
    )


def _value(laws: Sequence[Law], weights: Sequence[Floats], log10_threshold: float) -> Value:
    mean = 0.0
    for law, weight in zip(laws, weights, strict=True):
        x = np.where(law.found > 0.0, law.log10_lr, 0.0)
        mean += float(weight @ (law.found * x).sum(axis=1))
    found, _ = convolved(laws, [np.zeros(1, dtype=np.int64)] * len(laws), 1, weights)
    return Value(mean, float(found.at_least(log10_threshold)[0]))


class ShapeValues:
    """Values of sets of typed people of one pedigree, averaged over what they may show.

    All sets are valued on the same drawn families, so that their differences are known better than each.

    Parameters
    ----------
    persons
        Positions of everybody who is or may be typed, each taken as typed at all markers.
    draws
        How many families are drawn, a figure's standard error falls with its root.
    """

    def __init__(
        self,
        pedigree: Pedigree,
        persons: Sequence[int],
        calls: Calls,
        log10_threshold: float,
        theta: float = 0.0,
        draws: int = DRAWS,
    ) -> None:
        self.pedigree, self.calls, self.theta, self.log10_threshold = pedigree, calls, theta, log10_threshold
        people = [Sought(pedigree, p, calls, theta) for p in sorted(persons)]
        self.seen = [
            drawn(people, m, draws, np.random.default_rng([SEED, m]))
            if people
            else np.zeros((draws, len(pedigree)), dtype=np.int64)
            for m in range(len(calls.panel.markers))
        ]
        self._sought: dict[int, Sought] = {}
        self._known: dict[tuple[int, frozenset[int]], Value] = {}

    def value(self, missing: int, typed: Sequence[int]) -> Value:
        """Of one missing person, with these people typed."""
        key = (missing, frozenset(typed))
        if key not in self._known:
            if missing not in self._sought:
                self._sought[missing] = Sought(self.pedigree, missing, self.calls, self.theta)
            laws, weights = [], []
            columns = sorted(key[1])
            for m, seen in enumerate(self.seen):
                shown = np.zeros_like(seen)
                shown[:, columns] = seen[:, columns]
                rows, counts = np.unique(shown, axis=0, return_counts=True)
                laws.append(_law(self._sought[missing], m, rows))
                weights.append(counts / counts.sum())
            self._known[key] = _value(laws, weights, self.log10_threshold)
        return self._known[key]
