"""Variable elimination: sum a product of factors over all its variables.

The likelihood of a pedigree is such a sum.  Its variables are the alleles that people carry, its factors the
rules that tie them: population frequency, transmission, observation.  This module knows nothing of genetics: it
picks an order (greedy: next the variable whose removal makes the smallest table) and sums in that order,
rescaling each table so that nothing underflows.

A *plan* is the order with all bookkeeping done, for given scopes; it is made once and run for many tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LARGEST_TABLE = 1 << 27
"""Entries of the largest intermediate table that is attempted (1 GiB)."""


class Plan(NamedTuple):
    """One order of elimination.

    Tables are numbered: the given ones 0 … f-1, then one per step.  Step s multiplies the tables
    ``parts[part_start[s]:part_start[s + 1]]``, sums over ``variable[s]`` and gives table f + s with the
    scope ``scopes[scope_start[f + s]:scope_start[f + s + 1]]``.  Given tables have at most three axes; an axis may
    repeat a variable (two founder alleles that are one by descent).
    """

    variable: Ints
    part_start: Ints
    parts: Ints
    scope_start: Ints
    scopes: Ints


def make_plan(n_variables: int, scopes: Sequence[tuple[int, ...]], sizes: Ints | Floats) -> Plan:
    """Plan for factors with the given scopes.

    Parameters
    ----------
    sizes
        Shape (n_variables,): typical number of values of each variable, to weigh one order against another.
        Any sizes give a right result; true ones give a fast one.
    """
    return Plan(*plan_elimination(padded(scopes), np.asarray(sizes, dtype=np.float64)))


def padded(scopes: Sequence[tuple[int, ...]]) -> Ints:
    """Scopes as rows of equal length, -1 where there is no more variable."""
    rows = np.full((len(scopes), max((len(s) for s in scopes), default=1)), -1, dtype=np.int64)
    for i, scope in enumerate(scopes):
        rows[i, : len(scope)] = scope
    return rows


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def plan_elimination(given, sizes):  # type: ignore[no-untyped-def]
    """The arrays of a :class:`Plan`, from padded scopes."""
    f = given.shape[0]
    n = sizes.shape[0]
    holds = np.zeros((f + n, n), dtype=np.bool_)
    near = np.zeros((n, n), dtype=np.bool_)  # variables that share a table
    for i in range(f):
        for v in given[i]:
            if v >= 0:
                holds[i, v] = True
                for u in given[i]:
                    if u >= 0:
                        near[v, u] = True
    live = np.ones(f + n, dtype=np.bool_)
    cost = np.empty(n)  # entries of the table that removing a variable would go through
    for v in range(n):
        cost[v] = 1.0
        for u in range(n):
            if near[v, u]:
                cost[v] *= sizes[u]
    variable = np.empty(n, dtype=np.int64)
    part_start = np.zeros(n + 1, dtype=np.int64)
    parts = np.empty(f + n, dtype=np.int64)
    n_parts = 0
    for step in range(n):
        best = 0
        for v in range(n):
            if cost[v] < cost[best]:
                best = v
        for i in range(f + step):
            if live[i] and holds[i, best]:
                live[i] = False
                parts[n_parts] = i
                n_parts += 1
        variable[step] = best
        part_start[step + 1] = n_parts
        cost[best] = np.inf
        for v in range(n):
            if not near[best, v] or v == best:
                continue
            holds[f + step, v] = True
            near[v, best] = False
            cost[v] = sizes[v]
            for u in range(n):
                if u != best and near[best, u]:
                    near[v, u] = True
                if near[v, u] and u != v:
                    cost[v] *= sizes[u]
        near[best, :] = False
    total = 0
    for i in range(f):
        for v in given[i]:
            if v >= 0:
                total += 1
    for i in range(f, f + n):
        total += np.sum(holds[i])
    scope_start = np.zeros(f + n + 1, dtype=np.int64)
    scopes = np.empty(total, dtype=np.int64)
    k = 0
    for i in range(f + n):
        if i < f:
            for v in given[i]:
                if v >= 0:
                    scopes[k] = v
                    k += 1
        else:
            for v in range(n):
                if holds[i, v]:
                    scopes[k] = v
                    k += 1
        scope_start[i + 1] = k
    return variable, part_start, parts[:n_parts], scope_start, scopes


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def sum_product(plan, size, values, offset):  # type: ignore[no-untyped-def]
    """Log of the sum over all variables of the product of all tables.

    Parameters
    ----------
    plan
        A :class:`Plan`.
    size
        Shape (n_variables,): number of values of each variable, at least 1.
    values, offset
        The given tables, C-ordered one after the other: table i starts at ``values[offset[i]]``.

    Returns
    -------
    float
        Natural log; -inf for a sum of zero; nan if a table would pass :data:`LARGEST_TABLE`.
    """
    variable, part_start, parts, scope_start, scopes = plan
    n = variable.shape[0]
    f = scope_start.shape[0] - 1 - n
    room = offset[f]
    for s in range(n):
        entries = 1
        for i in range(scope_start[f + s], scope_start[f + s + 1]):
            entries *= size[scopes[i]]
            if entries > LARGEST_TABLE:
                return np.nan
        room += entries
    work = np.empty(room)
    work[: offset[f]] = values[: offset[f]]
    start = np.empty(f + n + 1, dtype=np.int64)
    start[: f + 1] = offset[: f + 1]
    # How far each part moves per unit of each axis, and (last column) of the variable summed over.
    most = 1
    for s in range(n):
        most = max(most, part_start[s + 1] - part_start[s])
    move = np.empty((most, size.shape[0] + 1), dtype=np.int64)
    at = np.empty(most, dtype=np.int64)
    axes = np.empty(size.shape[0], dtype=np.int64)
    count = np.empty(size.shape[0], dtype=np.int64)
    log_scale = 0.0
    for s in range(n):
        out = f + s
        v = variable[s]
        d = scope_start[out + 1] - scope_start[out]
        entries = 1
        for a in range(d):
            axes[a] = scopes[scope_start[out] + a]
            count[a] = 0
            entries *= size[axes[a]]
        m = part_start[s + 1] - part_start[s]
        for j in range(m):
            move[j, : d + 1] = 0
            part = parts[part_start[s] + j]
            at[j] = start[part]
            stride = 1
            for i in range(scope_start[part + 1] - 1, scope_start[part] - 1, -1):
                u = scopes[i]
                if u == v:
                    move[j, d] += stride
                for a in range(d):
                    if axes[a] == u:
                        move[j, a] += stride
                stride *= size[u]
        start[out + 1] = start[out] + entries
        largest = 0.0
        for e in range(entries):
            total = 0.0
            for x in range(size[v]):
                p = 1.0
                for j in range(m):
                    p *= work[at[j] + x * move[j, d]]
                total += p
            work[start[out] + e] = total
            if total > largest:
                largest = total
            a = d - 1
            while a >= 0:
                count[a] += 1
                for j in range(m):
                    at[j] += move[j, a]
                if count[a] < size[axes[a]]:
                    break
                for j in range(m):
                    at[j] -= move[j, a] * size[axes[a]]
                count[a] = 0
                a -= 1
        if largest == 0.0:
            return -np.inf
        for e in range(entries):
            work[start[out] + e] /= largest
        log_scale += np.log(largest)
        if d == 0:
            work[start[out]] = 1.0  # a constant, already in the scale
    return log_scale
