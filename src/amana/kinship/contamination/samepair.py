"""One person or two: likelihood ratios of pairs of profiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.panel import NOTHING_SEEN, Panel, seen_by_one
from amana.kinship.pedigree import Pedigree, Person

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def same_person(panel: Panel, first: Ints, second: Ints, theta: float = 0.0) -> Floats:
    """Natural log LR by marker that two profiles are of one person, against two unrelated people.

    Each distinct pair of calls is worked out once, by the general engine: P(both | one person) over
    P(both | two founders of one population).

    Parameters
    ----------
    first, second
        Shape (n_pairs, n_markers): observation numbers.  X markers are not used.

    Returns
    -------
    Shape (n_pairs, n_markers): 0 where one of the two was not typed, -inf where no genotype shows both.
    """
    result = np.zeros(first.shape)
    one = PedigreeLikelihood(Pedigree([Person("0")]))
    two = PedigreeLikelihood(Pedigree([Person("0"), Person("1")]))
    size = panel.size
    for m in np.flatnonzero(~panel.on_x).tolist():
        both = np.flatnonzero((first[:, m] != NOTHING_SEEN) & (second[:, m] != NOTHING_SEEN))
        low, high = np.minimum(first[both, m], second[both, m]), np.maximum(first[both, m], second[both, m])
        codes, back = np.unique(low.astype(np.int64) * size + high, return_inverse=True)
        pairs = np.column_stack([codes // size, codes % size])
        joined = seen_by_one(panel, np.column_stack([np.full(len(pairs), m), pairs]))
        able = joined >= 0
        values = np.full(len(pairs), -np.inf)
        if able.any():
            numbers = joined[able][:, None]
            marker = np.full(len(numbers), m, dtype=np.int64)
            apart = two.loglik(panel, marker, pairs[able], theta)
            values[able] = one.loglik(panel, marker, numbers, theta) - apart
        result[both, m] = values[back]
    return result
