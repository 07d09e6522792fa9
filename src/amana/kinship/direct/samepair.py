"""One person or two: likelihood ratios of pairs of profiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.panel import NOTHING_SEEN, Panel, seen_by_one
from amana.kinship.pedigree import Pedigree, Person

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


_ONE = PedigreeLikelihood(Pedigree([Person("0")]))
_TWO = PedigreeLikelihood(Pedigree([Person("0"), Person("1")]))


def same_person(panel: Panel, first: Ints, second: Ints, theta: float = 0.0) -> Floats:
    """Natural log LR by marker that two profiles are of one person, against two unrelated people.

    Each distinct pair of calls is worked out once.

    Parameters
    ----------
    first, second
        Shape (n_pairs, n_markers): observation numbers.  X markers are not used.

    Returns
    -------
    Shape (n_pairs, n_markers): 0 where one of the two was not typed, -inf where no genotype shows both.
    """
    result = np.zeros(first.shape)
    size = panel.size
    for m in np.flatnonzero(~panel.on_x).tolist():
        both = np.flatnonzero((first[:, m] != NOTHING_SEEN) & (second[:, m] != NOTHING_SEEN))
        low, high = np.minimum(first[both, m], second[both, m]), np.maximum(first[both, m], second[both, m])
        codes, back = np.unique(low.astype(np.int64) * size + high, return_inverse=True)
        result[both, m] = same_person_at(panel, m, codes // size, codes % size, theta)[back]
    return result


def same_person_at(panel: Panel, m: int, first: Ints, second: Ints, theta: float = 0.0) -> Floats:
    """The same of one marker, pair by pair, by the general engine.

    It is P(both | one person) over P(both | two founders of one population).

    Parameters
    ----------
    first, second
        Shape (n_pairs,): observation numbers, all of somebody typed.
    """
    pairs = np.column_stack([first, second])
    joined = seen_by_one(panel, np.column_stack([np.full(len(pairs), m), pairs]))
    able = joined >= 0
    values = np.full(len(pairs), -np.inf)
    if able.any():
        marker = np.full(int(able.sum()), m, dtype=np.int64)
        together = _ONE.loglik(panel, marker, joined[able][:, None], theta)
        values[able] = together - _TWO.loglik(panel, marker, pairs[able], theta)
    return values
