"""Compiled handling of many ways of placing victims in a family."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def one_more(level, start, candidates):  # type: ignore[no-untyped-def]
    """Each way extended by one victim at a missing member after its last placed one.

    Parameters
    ----------
    level
        Shape (n, n_missing): victim at each missing member, or -1.
    start, candidates
        The victims that may be each missing member: those of member j from ``start[j]`` on.
    """
    n, k = level.shape
    last = np.full(n, -1, dtype=np.int64)
    for i in range(n):
        for j in range(k):
            if level[i, j] >= 0:
                last[i] = j
    count = 0
    for fill in range(2):
        if fill == 1:
            grown = np.empty((count, k), dtype=np.int64)
        count = 0
        for j in range(k):
            for i in range(n):
                if last[i] >= j:
                    continue
                for c in range(start[j], start[j + 1]):
                    victim = candidates[c]
                    fresh = True
                    for h in range(j):
                        if level[i, h] == victim:
                            fresh = False
                            break
                    if fresh:
                        if fill == 1:
                            grown[count] = level[i]
                            grown[count, j] = victim
                        count += 1
    return grown


@njit(cache=True, nogil=True)
def victim_sets(places, bit, n_words):  # type: ignore[no-untyped-def]
    """The set of victims of each way as 64-bit words; ``bit`` is each victim's place in them."""
    keys = np.zeros((len(places), n_words), dtype=np.uint64)
    for i in range(places.shape[0]):
        for j in range(places.shape[1]):
            victim = places[i, j]
            if victim >= 0:
                b = bit[victim]
                keys[i, b // 64] |= np.uint64(1) << np.uint64(b % 64)
    return keys


@njit(cache=True, nogil=True)
def kinds(rows, alike):  # type: ignore[no-untyped-def]
    """Rows that differ at most by the order of what stands in columns that are alike.

    Parameters
    ----------
    rows
        Shape (n, k).
    alike
        Shape (k,): columns of the same number are alike.

    Returns
    -------
    The first row of each kind, shape (n_kinds,), and each row's kind, shape (n,).
    """
    n, k = rows.shape
    size = 16
    while size < 4 * n:
        size *= 2
    mask = np.uint64(size - 1)
    table = np.full(size, -1, dtype=np.int32)
    kept = np.empty((n, k), dtype=np.int64)
    first = np.empty(n, dtype=np.int64)
    which = np.empty(n, dtype=np.int64)
    row = np.empty(k, dtype=np.int64)
    count = 0
    for i in range(n):
        for j in range(k):
            row[j] = rows[i, j]
        for j in range(1, k):
            for h in range(j):
                if alike[h] == alike[j] and row[h] > row[j]:
                    row[h], row[j] = row[j], row[h]
        mixed = np.uint64(k)
        for j in range(k):
            mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(row[j] + 2)
        mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
        at = (mixed ^ (mixed >> np.uint64(29))) & mask
        while True:
            kind = table[at]
            if kind < 0:
                table[at] = count
                kept[count] = row
                first[count] = i
                which[i] = count
                count += 1
                break
            same = True
            for j in range(k):
                if kept[kind, j] != row[j]:
                    same = False
                    break
            if same:
                which[i] = kind
                break
            at = (at + np.uint64(1)) & mask
    return first[:count], which
