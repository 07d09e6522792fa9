"""A structure under each way of tying founder alleles, planned and packed for the compiled loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amana.kinship.descent import Tying
from amana.kinship.elimination import padded, plan_elimination
from amana.kinship.structure import Rule, Structure

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_PRIOR = int(Rule.PRIOR)
_SEEN = int(Rule.SEEN)
_KNOWN = int(Rule.KNOWN)
_IF_FIRST = int(Rule.IF_FIRST)

# Typical numbers of values of a person's allele; they only steer the order of elimination.
_UNSEEN_SIZE = 24.0
_UNSEEN_LUMPED_SIZE = 5.0
_SEEN_SIZE = 2.0

_RELUCTANCES = np.array([1.0, 10.0, 1e6])
"""Orders of elimination that are tried: how long choices are kept."""


class PackedTerms(NamedTuple):
    """One structure under several tyings: plans and factors one after the other.

    Row k of ``start`` says where term k begins in each array; its columns are variable, part_start, parts,
    scope_start, scopes, rule with subject, and choice with mute.
    """

    n_variables: Ints
    start: Ints
    variable: Ints
    part_start: Ints
    parts: Ints
    scope_start: Ints
    scopes: Ints
    rule: Ints
    subject: Ints
    choice: Ints
    mute: Ints
    cost: Floats
    number: Ints  # of each variable of the structure in each term, shape (n_terms, n_variables)


def pack_terms(
    structure: Structure, tyings: Sequence[Tying], *, many_alleles: bool, kept: Sequence[int] = ()
) -> PackedTerms:
    """Make the plan of a structure under each tying.

    Parameters
    ----------
    many_alleles
        Where unseen alleles cannot be lumped.
    kept
        Variables that are not summed out.
    """
    is_kept = np.zeros(structure.n_variables, dtype=np.bool_)
    is_kept[list(kept)] = True
    return PackedTerms(
        *_pack(
            padded([f.scope for f in structure.factors]),
            np.array([int(f.rule) for f in structure.factors], dtype=np.int64),
            np.array([f.subject for f in structure.factors], dtype=np.int64),
            is_kept,
            np.array([t.representative for t in tyings], dtype=np.int64).reshape(
                len(tyings), structure.n_variables
            ),
            _UNSEEN_SIZE if many_alleles else _UNSEEN_LUMPED_SIZE,
            _RELUCTANCES if structure.has_choices else _RELUCTANCES[:1],
        )
    )


@njit(cache=True, nogil=True)
def _append(buffer, used, more):  # type: ignore[no-untyped-def]
    while used + more.shape[0] > buffer.shape[0]:
        buffer = np.concatenate((buffer, np.empty_like(buffer)))
    buffer[used : used + more.shape[0]] = more
    return buffer


@njit(cache=True, nogil=True)
def _pack(scopes, rule, subject, is_kept, representatives, unseen_size, reluctances):  # type: ignore[no-untyped-def]
    n_terms, n_old = representatives.shape
    n_variables = np.zeros(n_terms, dtype=np.int64)
    start = np.zeros((n_terms + 1, 7), dtype=np.int64)
    variable = np.empty(64, dtype=np.int64)
    part_start = np.empty(64, dtype=np.int64)
    parts = np.empty(64, dtype=np.int64)
    scope_start = np.empty(64, dtype=np.int64)
    flat_scopes = np.empty(256, dtype=np.int64)
    rules = np.empty(64, dtype=np.int64)
    subjects = np.empty(64, dtype=np.int64)
    choice = np.empty(64, dtype=np.int64)
    mute = np.empty(64, dtype=np.int64)
    cost = np.empty(n_terms)
    numbers = np.empty((n_terms, n_old), dtype=np.int64)
    for k in range(n_terms):
        number = np.full(n_old, -1, dtype=np.int64)
        n = 0
        for v in range(n_old):
            r = representatives[k, v]
            if number[r] < 0:
                number[r] = n
                n += 1
        n_variables[k] = n
        for v in range(n_old):
            numbers[k, v] = number[representatives[k, v]]
        drawn = np.zeros(n, dtype=np.bool_)
        kept = np.zeros(n, dtype=np.bool_)
        for v in range(n_old):
            if is_kept[v]:
                kept[numbers[k, v]] = True
        sizes = np.full(n, unseen_size)
        stays = np.ones(rule.shape[0], dtype=np.bool_)
        renamed = scopes.copy()
        for f in range(rule.shape[0]):
            for i in range(scopes.shape[1]):
                if scopes[f, i] >= 0:
                    renamed[f, i] = number[representatives[k, scopes[f, i]]]
            if rule[f] == _PRIOR:
                stays[f] = not drawn[renamed[f, 0]]  # else one by descent with an allele already drawn
                drawn[renamed[f, 0]] = True
            elif rule[f] == _SEEN or rule[f] == _KNOWN:
                for v in renamed[f]:
                    if v >= 0:
                        sizes[v] = _SEEN_SIZE if rule[f] == _SEEN else 1.0
            elif rule[f] == _IF_FIRST:
                sizes[renamed[f, 0]] = 2.0
        given = renamed[stays]
        staying_rule = rule[stays]
        from_choice = np.full(n, -1, dtype=np.int64)
        for f in range(staying_rule.shape[0]):
            if staying_rule[f] == _IF_FIRST:
                from_choice[given[f, 2]] = f
        a, b, c, d, e, g, h, total = plan_elimination(given, from_choice, sizes, reluctances[0], kept)
        for other in reluctances[1:]:
            plan = plan_elimination(given, from_choice, sizes, other, kept)
            if plan[7][0] < total[0]:
                a, b, c, d, e, g, h, total = plan
        at = start[k]
        variable = _append(variable, at[0], a)
        part_start = _append(part_start, at[1], b)
        parts = _append(parts, at[2], c)
        scope_start = _append(scope_start, at[3], d)
        flat_scopes = _append(flat_scopes, at[4], e)
        rules = _append(rules, at[5], staying_rule)
        subjects = _append(subjects, at[5], subject[stays])
        choice = _append(choice, at[6], g)
        mute = _append(mute, at[6], h)
        cost[k] = total[0]
        following = start[k + 1]
        following[0] = at[0] + a.shape[0]
        following[1] = at[1] + b.shape[0]
        following[2] = at[2] + c.shape[0]
        following[3] = at[3] + d.shape[0]
        following[4] = at[4] + e.shape[0]
        following[5] = at[5] + np.sum(stays)
        following[6] = at[6] + g.shape[0]
    end = start[n_terms]
    return (
        n_variables,
        start,
        variable[: end[0]].copy(),
        part_start[: end[1]].copy(),
        parts[: end[2]].copy(),
        scope_start[: end[3]].copy(),
        flat_scopes[: end[4]].copy(),
        rules[: end[5]].copy(),
        subjects[: end[5]].copy(),
        choice[: end[6]].copy(),
        mute[: end[6]].copy(),
        cost,
        numbers,
    )
