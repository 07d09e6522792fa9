"""The compiled passes over sets: what is used so far, and one number for each such set.

*Items* are taken one after the other; each has *options*, and an option uses some *bits* that no other
option may use again.  A layer holds the distinct sets of bits used so far that still matter, with the sum (or
the best) over all choices that lead there.  Sets are rows of 64-bit words, found again by a hash table; where
all bits fit into its index the table is addressed directly.  Values are logarithms.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SUM, BEST = 0, 1
_FAR = 45.0  # e^-45 is below the last bit of a double


@njit(cache=True, nogil=True, inline="always")
def _plus(a, b, op):  # type: ignore[no-untyped-def]
    """Sum of two numbers given as logarithms, or the larger."""
    if b > a:
        a, b = b, a
    if op == BEST or b < a - _FAR or b == -np.inf:
        return a
    return a + np.log1p(np.exp(b - a))


@njit(cache=True, nogil=True, inline="always")
def _slot(key, table, keys):  # type: ignore[no-untyped-def]
    """Where a set stands in the hash table, or the free place where it would."""
    mask = np.uint64(len(table) - 1)
    h = key[0]
    if len(key) > 1 or h > mask:
        for w in range(1, len(key)):
            h = (h ^ (h >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15) + key[w]
        h = (h ^ (h >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
        h ^= h >> np.uint64(29)
    at = h & mask
    while True:
        row = table[at]
        if row < 0:
            return np.int64(at)
        same = True
        for w in range(len(key)):
            if keys[row, w] != key[w]:
                same = False
                break
        if same:
            return np.int64(at)
        at = (at + np.uint64(1)) & mask


@njit(cache=True, nogil=True)
def hash_table(keys, n, size):  # type: ignore[no-untyped-def]
    """A table of at least ``size`` places (a power of two) over the first n rows."""
    table = np.full(size, -1, dtype=np.int32)
    for row in range(n):
        table[_slot(keys[row], table, keys)] = row
    return table


@njit(cache=True, nogil=True)
def find(queries, table, keys):  # type: ignore[no-untyped-def]
    """Rows of sets in a layer; -1 for those that are not there."""
    result = np.empty(len(queries), dtype=np.int64)
    for q in range(len(queries)):
        result[q] = table[_slot(queries[q], table, keys)]
    return result


@njit(cache=True, nogil=True)
def forward(keys, value, options, worth, live, op, most):  # type: ignore[no-untyped-def]
    """The layer after one more item.

    Parameters
    ----------
    keys, value
        The layer before it: shapes (n, n_words) and (n,).
    options, worth
        The item's options: shapes (m, n_words) and (m,).
    live
        Bits that matter after the item, shape (n_words,).
    most
        How many sets may be kept apart.

    Returns
    -------
    Keys, values, and whether ``most`` was respected; if not, the layer is not complete.
    """
    n_words = keys.shape[1]
    capacity = 1024
    made = np.empty((capacity, n_words), dtype=np.uint64)
    total = np.empty(capacity)
    table = np.full(4 * capacity, -1, dtype=np.int32)
    key = np.empty(n_words, dtype=np.uint64)
    n = 0
    for s in range(len(value)):
        for o in range(len(worth)):
            clash = False
            for w in range(n_words):
                if keys[s, w] & options[o, w]:
                    clash = True
                    break
                key[w] = (keys[s, w] | options[o, w]) & live[w]
            if clash:
                continue
            here = value[s] + worth[o]
            at = _slot(key, table, made)
            row = table[at]
            if row >= 0:
                total[row] = _plus(total[row], here, op)
                continue
            if n == most:
                return made[:n], total[:n], False
            if n == capacity:
                capacity *= 2
                wider = np.empty((capacity, n_words), dtype=np.uint64)
                wider[:n] = made
                made = wider
                longer = np.empty(capacity)
                longer[:n] = total
                total = longer
                table = hash_table(made, n, 4 * capacity)
                at = _slot(key, table, made)
            table[at] = n
            made[n] = key
            total[n] = here
            n += 1
    return made[:n].copy(), total[:n].copy(), True


@njit(cache=True, nogil=True)
def backward(keys, value, options, worth, live, later, beyond, table, retiring, op):  # type: ignore[no-untyped-def]
    """What the items from this one on add to each set, and what goes through each option.

    Parameters
    ----------
    keys, value
        The layer before the item, from the forward pass.
    later, beyond, table
        The layer after it, what the items after it add to each of its sets, and its hash table.
    retiring
        Bits that no later item can use, and some other item could: shape (r, 2), word and place.

    Returns
    -------
    For each set what is added from here on; for each option the sum (or best) over everything that takes it;
    for each retiring bit the same over everything that leaves it unused.
    """
    n_words = keys.shape[1]
    added = np.full(len(value), -np.inf)
    through = np.full(len(worth), -np.inf)
    unused = np.full(len(retiring), -np.inf)
    key = np.empty(n_words, dtype=np.uint64)
    for s in range(len(value)):
        for o in range(len(worth)):
            clash = False
            for w in range(n_words):
                if keys[s, w] & options[o, w]:
                    clash = True
                    break
                key[w] = (keys[s, w] | options[o, w]) & live[w]
            if clash:
                continue
            row = table[_slot(key, table, later)]
            if row < 0:
                continue  # left out
            on = worth[o] + beyond[row]
            added[s] = _plus(added[s], on, op)
            on += value[s]
            through[o] = _plus(through[o], on, op)
            for r in range(len(retiring)):
                w = retiring[r, 0]
                bit = np.uint64(1) << np.uint64(retiring[r, 1])
                if not (keys[s, w] | options[o, w]) & bit:
                    unused[r] = _plus(unused[r], on, op)
    return added, through, unused


@njit(cache=True, nogil=True)
def at_most(keys, start, options, worth, weight, op):  # type: ignore[no-untyped-def]
    """For each set a bound on what items add that do not mind each other: the product of what each has left.

    ``start`` says where each item's options begin, shape (n_items + 1,); each item's options stand from the
    best down, ``worth`` is logarithmic, and ``weight`` plain and relative to the item's best.
    """
    result = np.zeros(len(keys))
    for s in range(len(keys)):
        for i in range(len(start) - 1):
            most = -np.inf
            total = 0.0
            for o in range(start[i], start[i + 1]):
                clash = False
                for w in range(keys.shape[1]):
                    if keys[s, w] & options[o, w]:
                        clash = True
                        break
                if clash:
                    continue
                if most == -np.inf:
                    most = worth[o] + np.log(start[i + 1] - o) if op == SUM else worth[o]
                    if op == BEST:
                        break
                total += weight[o]
            if op == SUM and total > 1e-200:
                most = worth[start[i]] + np.log(total) + 1e-12  # more than rounding can take away
            result[s] += most
    return result


@njit(cache=True, nogil=True)
def by_group(group, value, n, op):  # type: ignore[no-untyped-def]
    """Sum (or best) of the values of each of n groups."""
    most = np.full(n, -np.inf)
    for i in range(len(group)):
        most[group[i]] = max(most[group[i]], value[i])
    if op == BEST:
        return most
    total = np.zeros(n)
    for i in range(len(group)):
        if most[group[i]] > -np.inf:
            total[group[i]] += np.exp(value[i] - most[group[i]])
    for g in range(n):
        if total[g] > 0:
            most[g] += np.log(total[g])
    return most


def words(bits: NDArray[np.bool_]) -> Words:
    """Rows of bits as rows of 64-bit words, at least one."""
    n, width = bits.shape
    n_words = max(1, -(-width // 64))
    padded = np.zeros((n, n_words * 64), dtype=np.bool_)
    padded[:, :width] = bits
    packed = np.packbits(padded, axis=1, bitorder="little")
    return np.ascontiguousarray(packed).view("<u8").astype(np.uint64).reshape(n, n_words)


def table_of(keys: Words) -> Any:
    """The hash table of a layer."""
    size = 1024
    while size < 4 * len(keys):
        size *= 2
    return hash_table(keys, len(keys), size)
