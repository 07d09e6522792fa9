"""Variable elimination: sum a product of factors over all its variables.

The likelihood of a pedigree is such a sum.  Its variables are the alleles that people carry, its factors the
rules that tie them: population frequency, transmission, observation.  This module knows nothing of
genetics: it picks an order (greedy: next the variable whose removal makes the smallest table) and sums in
that order, rescaling each table so that nothing underflows.

One kind of factor gets special care, because it makes the difference between cubes and squares of the
number of alleles.  A variable x may come from a *choice*: two factors, one over (c, a, x) that says nothing
unless c = 0, one over (c, b, x) that says nothing unless c = 1.  Summing out x then gives not one table
over a and b together but one over (c, a, …) and one over (c, b, …), again each saying nothing for the other
value of c.

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

LARGEST_TABLE = 1 << 24
"""Entries of the largest intermediate table that is attempted (128 MiB)."""


class Plan(NamedTuple):
    """One order of elimination.

    Tables are numbered: the given ones 0 … f-1, then one per step.  Step s multiplies the tables
    ``parts[part_start[s]:part_start[s + 1]]``, sums over ``variable[s]`` and gives table f + s with the
    scope ``scopes[scope_start[f + s]:scope_start[f + s + 1]]``.  Where variable ``choice[s]`` (if not -1)
    has the value ``mute[s]``, its entries are one.  An axis of a given table may repeat a variable (two
    founder alleles that are one by descent).
    """

    variable: Ints
    part_start: Ints
    parts: Ints
    scope_start: Ints
    scopes: Ints
    choice: Ints
    mute: Ints
    cost: Floats  # shape (1,): entries that all steps go through, by the sizes it was made for


def make_plan(n_variables: int, scopes: Sequence[tuple[int, ...]], sizes: Ints | Floats) -> Plan:
    """Plan for factors with the given scopes, none of them choices.

    Parameters
    ----------
    sizes
        Shape (n_variables,): typical number of values of each variable, to weigh one order against another.
        Any sizes give a right result; true ones give a fast one.
    """
    no_choice = np.full(n_variables, -1, dtype=np.int64)
    kept = np.zeros(n_variables, dtype=np.bool_)
    return Plan(*plan_elimination(padded(scopes), no_choice, np.asarray(sizes, dtype=np.float64), 1.0, kept))


def padded(scopes: Sequence[tuple[int, ...]]) -> Ints:
    """Scopes as rows of equal length, -1 where there is no more variable."""
    rows = np.full((len(scopes), max((len(s) for s in scopes), default=1)), -1, dtype=np.int64)
    for i, scope in enumerate(scopes):
        rows[i, : len(scope)] = scope
    return rows


@njit(cache=True, nogil=True)
def _removal_cost(v, near, sizes, given, from_choice):  # type: ignore[no-untyped-def]
    """Entries that removing a variable goes through."""
    cost = 1.0
    for u in range(sizes.shape[0]):
        if near[v, u]:
            cost *= sizes[u]
    f = from_choice[v]
    if f >= 0:
        a = given[f, 1]
        b = given[f + 1, 1]
        if a != b and near[v, a] and near[v, b]:
            cost *= 1 / sizes[a] + 1 / sizes[b]
    return cost


@njit(cache=True, nogil=True)
def plan_elimination(given, from_choice, sizes, reluctance, kept):  # type: ignore[no-untyped-def]
    """The arrays of a :class:`Plan`.

    Parameters
    ----------
    given
        Padded scopes.
    from_choice
        For each variable that comes from a choice the number f of its first factor, (c, a, x); the second,
        (c, b, x), is f + 1.  Else -1.
    sizes
        As in :func:`make_plan`.
    reluctance
        Factor by which the cost of summing out a choice is overrated: a choice gone early joins what it
        kept apart.
    kept
        For each variable whether it is not summed out at all.
    """
    f = given.shape[0]
    n = sizes.shape[0]
    most = f + 2 * n
    holds = np.zeros((most, n), dtype=np.bool_)
    near = np.zeros((n, n), dtype=np.bool_)  # variables that share a table
    for i in range(f):
        for v in given[i]:
            if v >= 0:
                holds[i, v] = True
                for u in given[i]:
                    if u >= 0:
                        near[v, u] = True
    origin = from_choice.copy()
    live = np.ones(most, dtype=np.bool_)
    overrated = np.ones(n)
    for v in range(n):
        if origin[v] >= 0:
            overrated[given[origin[v], 0]] = reluctance
    cost = np.empty(n)
    for v in range(n):
        cost[v] = np.inf if kept[v] else overrated[v] * _removal_cost(v, near, sizes, given, origin)
    variable = np.empty(2 * n, dtype=np.int64)
    choice = np.full(2 * n, -1, dtype=np.int64)
    mute = np.zeros(2 * n, dtype=np.int64)
    part_start = np.zeros(2 * n + 1, dtype=np.int64)
    parts = np.empty(2 * f + 4 * n, dtype=np.int64)
    n_parts = 0
    steps = 0
    cost_of_all = np.zeros(1)
    changed = np.empty(n, dtype=np.bool_)
    for _ in range(n - np.sum(kept)):
        best = 0
        for v in range(n):
            if cost[v] < cost[best]:
                best = v
        first = origin[best]
        last = f + steps
        cost_of_all[0] += cost[best] / overrated[best]
        for half in range(2 if first >= 0 else 1):
            out = f + steps
            for i in range(last):
                mine = first < 0 or (i != first and i != first + 1) or i == first + half
                if live[i] and holds[i, best] and mine:
                    if parts.shape[0] == n_parts:
                        parts = np.concatenate((parts, np.empty_like(parts)))
                    parts[n_parts] = i
                    n_parts += 1
                    for u in range(n):
                        if holds[i, u]:
                            holds[out, u] = True
            holds[out, best] = False
            variable[steps] = best
            part_start[steps + 1] = n_parts
            if first >= 0:
                choice[steps] = given[first, 0]
                mute[steps] = 1 - half
            steps += 1
        changed[:] = near[best]
        for i in range(last):
            if live[i] and holds[i, best]:
                live[i] = False
                for v in range(n):  # a choice one of whose factors is used up is one no more
                    if origin[v] >= 0 and (origin[v] == i or origin[v] + 1 == i):
                        origin[v] = -1
                        changed[v] = True
        cost[best] = np.inf
        for v in range(n):
            near[v, best] = False
            near[best, v] = False
        for out in range(last, f + steps):
            for v in range(n):
                if holds[out, v]:
                    for u in range(n):
                        if holds[out, u]:
                            near[v, u] = True
        for v in range(n):
            if changed[v] and cost[v] < np.inf:
                cost[v] = overrated[v] * _removal_cost(v, near, sizes, given, origin)
    total = 0
    for i in range(f):
        for v in given[i]:
            if v >= 0:
                total += 1
    for i in range(f, f + steps):
        total += np.sum(holds[i])
    scope_start = np.zeros(f + steps + 1, dtype=np.int64)
    scopes = np.empty(total, dtype=np.int64)
    k = 0
    for i in range(f + steps):
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
    return (
        variable[:steps].copy(),
        part_start[: steps + 1].copy(),
        parts[:n_parts].copy(),
        scope_start,
        scopes,
        choice[:steps].copy(),
        mute[:steps].copy(),
        cost_of_all,
    )


@njit(cache=True, nogil=True)
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
    variable, part_start, parts, scope_start, scopes, choice, mute, _ = plan
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
        says_nothing = -1  # axis of the choice, if there is one
        for a in range(d):
            if axes[a] == choice[s]:
                says_nothing = a
        largest = 0.0
        for e in range(entries):
            total = 0.0
            if says_nothing >= 0 and count[says_nothing] == mute[s]:
                total = 1.0
            else:
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
