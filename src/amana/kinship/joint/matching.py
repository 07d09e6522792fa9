"""Best assignments where every family takes one victim at most: a matching, whatever its size.

The best matching is found by the Hungarian method.  What it costs to force one more pairing into it is that
pairing and the shortest chain of changes that follows from it, and all of these are found together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Floats = NDArray[np.float64]


def best_matchings(value: Floats) -> tuple[float, Floats, Floats, Floats]:
    """Best value of a matching, and of one with each pairing, each row unmatched, each column unmatched.

    Parameters
    ----------
    value
        Shape (n_rows, n_columns): log value of each pairing against none of the two, -inf if impossible.
    """
    n_rows, n_columns = value.shape
    n = n_rows + n_columns
    cost = np.full((n, n), np.inf)
    cost[:n_rows, :n_columns] = -value
    cost[np.arange(n_rows), n_columns + np.arange(n_rows)] = 0.0  # a row alone
    cost[n_rows + np.arange(n_columns), np.arange(n_columns)] = 0.0  # a column alone
    cost[n_rows:, n_columns:] = 0.0
    _, column = linear_sum_assignment(cost)
    own = cost[np.arange(n), column]
    best = -float(own.sum())
    # Who takes whose column, and what that costs; the displaced one must find another in turn.
    change = cost[:, column] - own[None, :]
    chain = change.copy()
    np.fill_diagonal(chain, 0.0)
    for k in range(n):
        np.minimum(chain, chain[:, k : k + 1] + chain[k : k + 1, :], out=chain)
    holder = np.empty(n, dtype=np.int64)
    holder[column] = np.arange(n)
    # Row r takes column c from its holder, who then needs a chain of changes that ends with r's own column.
    forced = best - np.maximum(0.0, change[:, holder] + chain[holder, :].T)
    return (
        best,
        forced[:n_rows, :n_columns],
        forced[np.arange(n_rows), n_columns + np.arange(n_rows)],
        forced[n_rows + np.arange(n_columns), np.arange(n_columns)],
    )
