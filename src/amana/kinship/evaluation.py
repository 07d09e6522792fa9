"""The compiled inner loop: from a structure and what was seen to a log-likelihood.

One *task* is one marker with one observation per person.  For each task the tables of all factors are filled,
over the few allele states that matter, and summed by :func:`amana.kinship.elimination.sum_product`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from amana.kinship.elimination import Plan, sum_product
from amana.kinship.structure import Rule

_PRIOR = int(Rule.PRIOR)
_FROM_ONE = int(Rule.FROM_ONE)
_FROM_TWO = int(Rule.FROM_TWO)
_SEEN = int(Rule.SEEN)
_KNOWN = int(Rule.KNOWN)


_IF_FIRST = int(Rule.IF_FIRST)
_IF_SECOND = int(Rule.IF_SECOND)


@njit(cache=True, nogil=True)
def _states(m, packed, pool, observed, seen):  # type: ignore[no-untyped-def]
    """Allele states of one task.

    Where mutation allows it, every allele that somebody showed is a state of its own and all the others
    are one last state; else every allele is a state.

    Returns the state of each allele, one allele of each state, the state frequencies and whether the last
    state is the lump.
    """
    k = packed.n_alleles[m]
    first = packed.frequency_start[m]
    state = np.full(k, -1, dtype=np.int64)
    n = 0
    if packed.lumpable[m]:
        if packed.silent[m] >= 0:
            state[packed.silent[m]] = 0
            n = 1
        for person in observed:
            o = seen[person]
            for i in range(pool.allele_start[o], pool.allele_start[o + 1]):
                if state[pool.alleles[i]] < 0:
                    state[pool.alleles[i]] = n
                    n += 1
        lumped = n < k
        for a in range(k):
            if state[a] < 0:
                state[a] = n
        if lumped:
            n += 1
    else:
        lumped = False
        for a in range(k):
            state[a] = a
        n = k
    example = np.full(n, -1, dtype=np.int64)
    frequency = np.zeros(n)
    for a in range(k):
        s = state[a]
        if example[s] < 0:
            example[s] = a
        frequency[s] += packed.frequencies[first + a]
    return state, example, frequency, lumped


@njit(cache=True, nogil=True)
def _mutation(m, packed, state, example):  # type: ignore[no-untyped-def]
    """Mutation matrices between states, male then female, shape (2, n, n)."""
    k = packed.n_alleles[m]
    n = example.shape[0]
    matrix = np.zeros((2, n, n))
    start = packed.matrix_start[m]
    for sex in range(2):
        for i in range(n):
            if start < 0:
                matrix[sex, i, i] = 1.0
            else:
                row = start + (sex * k + example[i]) * k
                for a in range(k):
                    matrix[sex, i, state[a]] += packed.matrices[row + a]
    return matrix


@njit(cache=True, nogil=True)
def _entry(pool, o, example, lumped, i, j):  # type: ignore[no-untyped-def]
    """P(observation o | alleles in states i and j)."""
    first = pool.allele_start[o]
    n = pool.n_alleles[o]
    row = n
    column = n
    for a in range(n):
        if example[i] == pool.alleles[first + a] and not (lumped and i == example.shape[0] - 1):
            row = a
        if example[j] == pool.alleles[first + a] and not (lumped and j == example.shape[0] - 1):
            column = a
    return pool.tables[pool.table_start[o] + row * (n + 1) + column]


@njit(cache=True, nogil=True)
def _count_known(known, haploid, seen, pool, state, frequency, theta):  # type: ignore[no-untyped-def]
    """Founders of certain genotype: log-probability of their alleles under the urn, and the frequencies
    from which the next founder allele is drawn (Balding & Nichols 1994).
    """
    count = np.zeros(frequency.shape[0])
    drawn = 0
    log_p = 0.0
    for person in known:
        o = seen[person]
        first = pool.alleles[pool.allele_start[o]]
        last = pool.alleles[pool.allele_start[o + 1] - 1]
        copies = 1 if haploid[person] else 2
        for c in range(copies):
            s = state[first] if c == 0 else state[last]
            if drawn == 0:
                p = frequency[s]
            else:
                p = (theta * count[s] + (1 - theta) * frequency[s]) / (1 + (drawn - 1) * theta)
            log_p += np.log(p) if p > 0 else -np.inf
            count[s] += 1
            drawn += 1
        if copies == 2 and first != last:
            log_p += np.log(2.0)
    if theta > 0.0 and drawn > 0:
        frequency = (theta * count + (1 - theta) * frequency) / (1 + (drawn - 1) * theta)
    return log_p, frequency


@njit(cache=True, nogil=True)
def _log_sum(n_variables, plan, rule, subject, pool, seen, state, example, lumped, frequency, mutation):  # type: ignore[no-untyped-def]
    """Log of the sum over all alleles, for one task and one tying."""
    n = example.shape[0]
    n_factors = rule.shape[0]
    # States each variable can take, given what was seen of its bearer.
    able = np.ones((n_variables, n), dtype=np.bool_)
    for f in range(n_factors):
        first = plan.scope_start[f]
        width = plan.scope_start[f + 1] - first
        o = seen[subject[f]]
        if rule[f] == _KNOWN:
            for c in range(width):
                allele = pool.alleles[pool.allele_start[o] if c == 0 else pool.allele_start[o + 1] - 1]
                for s in range(n):
                    able[plan.scopes[first + c], s] = s == state[allele]
        elif rule[f] == _SEEN:
            for s in range(n):
                possible = False
                if width == 1:
                    possible = _entry(pool, o, example, lumped, s, s) > 0
                else:
                    for u in range(n):
                        if _entry(pool, o, example, lumped, s, u) > 0:
                            possible = True
                            break
                if not possible:
                    for c in range(width):
                        able[plan.scopes[first + c], s] = False
    size = np.zeros(n_variables, dtype=np.int64)
    values_of = np.empty((n_variables, n), dtype=np.int64)
    for f in range(n_factors):
        if rule[f] == _IF_FIRST:
            size[plan.scopes[plan.scope_start[f]]] = 2
    for v in range(n_variables):
        if size[v] == 2:
            continue  # a choice between two alleles
        for s in range(n):
            if able[v, s]:
                values_of[v, size[v]] = s
                size[v] += 1
        if size[v] == 0:
            return -np.inf

    offset = np.zeros(n_factors + 1, dtype=np.int64)
    for f in range(n_factors):
        entries = 1
        for i in range(plan.scope_start[f], plan.scope_start[f + 1]):
            entries *= size[plan.scopes[i]]
        offset[f + 1] = offset[f] + entries
    values = np.empty(offset[n_factors])
    for f in range(n_factors):
        at = offset[f]
        first = plan.scope_start[f]
        a = plan.scopes[first]
        if rule[f] == _PRIOR:
            for i in range(size[a]):
                values[at + i] = frequency[values_of[a, i]]
        elif rule[f] == _KNOWN:
            values[at] = 1.0
        elif rule[f] == _FROM_ONE:
            x = plan.scopes[first + 1]
            for i in range(size[a]):
                for j in range(size[x]):
                    values[at] = mutation[subject[f], values_of[a, i], values_of[x, j]]
                    at += 1
        elif rule[f] == _FROM_TWO:
            b = plan.scopes[first + 1]
            x = plan.scopes[first + 2]
            for i in range(size[a]):
                for j in range(size[b]):
                    for h in range(size[x]):
                        child = values_of[x, h]
                        values[at] = 0.5 * (
                            mutation[subject[f], values_of[a, i], child]
                            + mutation[subject[f], values_of[b, j], child]
                        )
                        at += 1
        elif rule[f] == _IF_FIRST or rule[f] == _IF_SECOND:
            b = plan.scopes[first + 1]
            x = plan.scopes[first + 2]
            for choice in range(2):
                here = choice == (0 if rule[f] == _IF_FIRST else 1)
                for i in range(size[b]):
                    for h in range(size[x]):
                        values[at] = (
                            0.5 * mutation[subject[f], values_of[b, i], values_of[x, h]] if here else 1.0
                        )
                        at += 1
        else:
            o = seen[subject[f]]
            if plan.scope_start[f + 1] - first == 1:
                for i in range(size[a]):
                    s = values_of[a, i]
                    values[at + i] = _entry(pool, o, example, lumped, s, s)
            else:
                b = plan.scopes[first + 1]
                for i in range(size[a]):
                    for j in range(size[b]):
                        values[at] = _entry(pool, o, example, lumped, values_of[a, i], values_of[b, j])
                        at += 1
    return sum_product(plan, size, values, offset)


@njit(cache=True, nogil=True)
def evaluate(terms, log_weight, known, observed, haploid, packed, pool, theta, task_marker, task_seen):  # type: ignore[no-untyped-def]
    """Log-likelihood of each task under one structure.

    Parameters
    ----------
    terms
        :class:`amana.kinship.terms.PackedTerms`: the structure under each tying.
    log_weight
        Shape (n_terms,): log-probability of each tying.
    known, observed, haploid
        As in :class:`amana.kinship.structure.Structure`.
    packed, pool
        The panel.
    theta
        FST.
    task_marker
        Shape (n_tasks,).
    task_seen
        Shape (n_tasks, n_persons): observation numbers.

    Returns
    -------
    Array of shape (n_tasks,); -inf for impossible data, nan if a table would be too large.
    """
    n_tasks = task_marker.shape[0]
    n_terms = log_weight.shape[0]
    result = np.empty(n_tasks)
    log_term = np.empty(n_terms)
    for t in range(n_tasks):
        m = task_marker[t]
        seen = task_seen[t]
        state, example, frequency, lumped = _states(m, packed, pool, observed, seen)
        mutation = _mutation(m, packed, state, example)
        log_known, frequency = _count_known(known, haploid, seen, pool, state, frequency, theta)
        if log_known == -np.inf:
            result[t] = -np.inf
            continue
        for k in range(n_terms):
            s = terms.start[k]
            e = terms.start[k + 1]
            plan = Plan(
                terms.variable[s[0] : e[0]],
                terms.part_start[s[1] : e[1]],
                terms.parts[s[2] : e[2]],
                terms.scope_start[s[3] : e[3]],
                terms.scopes[s[4] : e[4]],
                terms.choice[s[6] : e[6]],
                terms.mute[s[6] : e[6]],
                terms.cost[k : k + 1],
            )
            log_term[k] = log_weight[k] + _log_sum(
                terms.n_variables[k],
                plan,
                terms.rule[s[5] : e[5]],
                terms.subject[s[5] : e[5]],
                pool,
                seen,
                state,
                example,
                lumped,
                frequency,
                mutation,
            )
        largest = np.max(log_term)
        if n_terms == 1 or not np.isfinite(largest):
            total = largest
        else:
            total = largest + np.log(np.sum(np.exp(log_term - largest)))
        result[t] = log_known + total
    return result
