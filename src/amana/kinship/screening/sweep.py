"""The sweep: add up the rows of every remains against a block of targets, and keep what is worth keeping.

Sums are taken in float32 and only decide what is looked at; every value that is kept is summed again from the
float64 tables, and all comparisons between kept values are between those.  A remains owns its best targets
and a thread owns its remains, so that nothing depends on the number of threads or the size of blocks.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_LOWEST = np.finfo(np.float32).min
_LANES = 64
"""Targets whose sums are compared together before any is looked at."""


@njit(cache=True, nogil=True)
def _is_before(value, number, other_value, other_number):  # type: ignore[no-untyped-def]
    """Whether one stands before another: the larger value, among equal ones the smaller number."""
    return value > other_value or (value == other_value and number < other_number)


@njit(cache=True, nogil=True)
def insert(values, numbers, value, number):  # type: ignore[no-untyped-def]
    """Put one into a list in order, best first; the last falls out.  -1 is an empty place."""
    k = values.shape[0]
    i = k - 1
    if numbers[i] >= 0 and not _is_before(value, number, values[i], numbers[i]):
        return
    while i > 0 and (numbers[i - 1] < 0 or _is_before(value, number, values[i - 1], numbers[i - 1])):
        values[i] = values[i - 1]
        numbers[i] = numbers[i - 1]
        i -= 1
    values[i] = value
    numbers[i] = number


@njit(cache=True, nogil=True)
def sweep(  # type: ignore[no-untyped-def]
    first, rows, quick, exact, targets, margin, least,
    best, best_target, of_target, of_target_remains, sums, kept, kept_pair,
):  # fmt: skip
    """Add up the rows of remains from ``first`` on against one block, while there is room for what is kept.

    Parameters
    ----------
    rows
        Shape (n_remains, n_columns): rows of the tables, -1 for none.
    quick, exact
        Shape (n_calls, n_targets): log LR in float32 and float64.
    targets
        Shape (n_targets,): their numbers.
    margin
        How far a float32 sum may be from the exact one.
    least
        Natural log LR from which every pair is kept.
    best, best_target
        Shape (n_remains, K): best targets of each remains so far, changed here.
    of_target, of_target_remains
        Shape (n_targets, K): best remains of each target among these, changed here.
    sums
        Shape (n_remains,): sum of all LR of at least one, changed here.
    kept, kept_pair
        Shape (size,) and (size, 2): room for pairs of at least ``least``, for a whole block or more.

    Returns
    -------
    The remains to go on with, and how many pairs were kept.
    """
    width = quick.shape[1]
    columns = rows.shape[1]
    total = np.empty(width, dtype=np.float32)
    used = np.empty(columns, dtype=np.int64)
    floor = np.empty(width, dtype=np.float32)  # of the worst that each target keeps
    for b in range(width):
        floor[b] = _floor(of_target[b], of_target_remains[b], margin)
    above = np.float32(least - margin)
    n_kept = 0
    for n in range(first, rows.shape[0]):
        if n_kept + width > kept.shape[0]:
            return n, n_kept
        m = 0
        for c in range(columns):
            if rows[n, c] >= 0:
                used[m] = rows[n, c]
                m += 1
        total[:] = 0
        c = 0
        while c + 4 <= m:  # four at once: the sums are read and written a quarter as often
            p, q, r, s = used[c], used[c + 1], used[c + 2], used[c + 3]
            for b in range(width):
                total[b] = (((total[b] + quick[p, b]) + quick[q, b]) + quick[r, b]) + quick[s, b]
            c += 4
        while c < m:
            p = used[c]
            for b in range(width):
                total[b] += quick[p, b]
            c += 1
        enters = min(_floor(best[n], best_target[n], margin), above)
        low = min(enters, np.float32(0.0))  # LR of one: from there on they are summed
        for start in range(0, width, _LANES):
            stop = min(start + _LANES, width)
            look = False
            for b in range(start, stop):
                look |= (total[b] >= low) | (total[b] >= floor[b])
            if not look:
                continue
            for b in range(start, stop):
                if total[b] >= 0.0:
                    sums[n] += np.exp(np.float64(total[b]))
                if total[b] < enters and total[b] < floor[b]:
                    continue
                value = 0.0
                for c in range(m):
                    value += exact[used[c], b]
                insert(best[n], best_target[n], value, targets[b])
                insert(of_target[b], of_target_remains[b], value, n)
                floor[b] = _floor(of_target[b], of_target_remains[b], margin)
                enters = min(_floor(best[n], best_target[n], margin), above)
                if value >= least:
                    kept[n_kept] = value
                    kept_pair[n_kept, 0] = n
                    kept_pair[n_kept, 1] = targets[b]
                    n_kept += 1
    return rows.shape[0], n_kept


@njit(cache=True, nogil=True, inline="always")
def _floor(values, numbers, margin):  # type: ignore[no-untyped-def]
    """Sum below which nothing can enter a list; while there is room, anything that is possible."""
    if numbers[-1] < 0:
        return _LOWEST
    return np.float32(values[-1] - margin)


@njit(cache=True, nogil=True)
def add_rows(rows, quick, total):  # type: ignore[no-untyped-def]
    """The yardstick of the sweep: nothing but adding the same rows, for the benchmark."""
    for n in range(rows.shape[0]):
        total[:] = 0
        for c in range(rows.shape[1]):
            if rows[n, c] >= 0:
                r = rows[n, c]
                for b in range(quick.shape[1]):
                    total[b] += quick[r, b]
