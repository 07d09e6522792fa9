"""Look single profiles of remains up in a prepared register: every target, exactly, ranked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amana.kinship.panel import NOTHING_SEEN, Panel
from amana.kinship.screening.hits import SHARE_KNOWN, Hits, hits_of
from amana.kinship.screening.prepared import Prepared
from amana.kinship.screening.register import SEXES, Remains
from amana.kinship.screening.screen import LN10, MOST_KEPT, Part, Screening, Settings
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def log_lr(prepared: Prepared, seen: Ints, sex: int) -> Floats:
    """Natural log LR of one profile against every target, shape (n_targets,).

    Markers are added in the panel's order; one where what the relatives show cannot be adds nothing.

    Parameters
    ----------
    seen
        Shape (n_markers,): numbers of observations in the panel of the register.
    sex
        Position in :data:`SEXES`.
    """
    total = np.zeros(len(prepared.register))
    for m in np.flatnonzero(seen != NOTHING_SEEN):
        add(total, _of_rows(prepared, int(m), int(seen[m]), sex), prepared.rows[m])
    if SEXES[sex] is not None:
        of = prepared.register.sexes
        total[(of != sex) & (of != SEXES.index(None))] = -np.inf
    return total


def _of_rows(prepared: Prepared, m: int, number: int, sex: int) -> Floats:
    """Log LR of a call against each row of a marker, shape (n_rows,)."""
    marker = prepared.markers[m]
    genotypes, weight = _possible(prepared.panel, m, number)
    log_weight = np.log(weight)
    columns = np.stack([marker.column(0, g) for g in genotypes])
    with_call = mixed(columns, log_weight)
    if prepared.theta:
        apart = mixed(np.stack([marker.column(1, g) for g in genotypes]), log_weight)
        with np.errstate(invalid="ignore"):
            found = with_call - apart
        # A genotype that one sex cannot have: the other sex is excluded in any case.
        found[np.isnan(found) & ~np.isnan(with_call)] = -np.inf
        return np.asarray(found)
    haploid = bool(prepared.panel.on_x[m]) and SEXES[sex] == "M"
    alone = weight @ _anybody(prepared.panel, m, haploid)[genotypes]
    return np.asarray(with_call - np.log(alone))


def _possible(panel: Panel, m: int, number: int) -> tuple[Ints, Floats]:
    """Genotypes that may show a call, and P(call | genotype) of each."""
    k = int(panel.packed.n_alleles[m])
    pool = panel.observations
    r, first = int(pool.n_alleles[number]), int(pool.allele_start[number])
    state = np.full(k, r)
    state[pool.alleles[first : first + r]] = np.arange(r)
    at = int(pool.table_start[number])
    small = pool.tables[at : at + (r + 1) ** 2].reshape(r + 1, r + 1)
    larger, smaller = np.tril_indices(k)  # row by row: the pair i ≤ j is number j (j + 1) / 2 + i
    weight = small[state[larger], state[smaller]]
    genotypes = np.flatnonzero(weight > 0)
    return genotypes, weight[genotypes]


def _anybody(panel: Panel, m: int, haploid: bool) -> Floats:
    """Probability of each genotype in the population, in Hardy-Weinberg proportions."""
    p = np.asarray(panel.markers[m].frequencies, dtype=np.float64)
    pairs = np.diag(p) if haploid else np.outer(p, p)
    larger, smaller = np.tril_indices(len(p))
    return np.asarray(pairs[larger, smaller] * np.where(larger == smaller, 1.0, 2.0))


@njit(cache=True, nogil=True)
def mixed(columns, log_weight):  # type: ignore[no-untyped-def]
    """Log of the sum of exp(column + log weight), row by row; nan stays nan.

    Parameters
    ----------
    columns
        Shape (n, n_rows).
    log_weight
        Shape (n,).
    """
    n, n_rows = columns.shape
    result = np.empty(n_rows)
    for r in range(n_rows):
        most = -np.inf
        bad = False
        for c in range(n):
            value = columns[c, r] + log_weight[c]
            bad |= np.isnan(value)
            most = max(most, value)
        if bad:
            result[r] = np.nan
        elif n == 1 or most == -np.inf:
            result[r] = most
        else:
            total = 0.0
            for c in range(n):
                total += np.exp(columns[c, r] + log_weight[c] - most)
            result[r] = most + np.log(total)
    return result


@njit(cache=True, nogil=True)
def add(total, column, rows):  # type: ignore[no-untyped-def]
    """Add to each target what a marker says of its row, unless that is nan."""
    for t in range(total.shape[0]):
        value = column[rows[t]]
        if value == value:
            total[t] += value


def best_of(prepared: Prepared, remains: Remains, settings: Settings) -> Part:
    """The best targets of each remains, and every pair above the threshold; nothing is kept by target.

    Parameters
    ----------
    settings
        As of a screening; ``theta`` is the register's.

    Raises
    ------
    InputProblems
        If more pairs pass the threshold than can be held.
    """
    n, k, n_targets = len(remains.ids), settings.top, len(prepared.register)
    part = Part(
        np.full((n, k), -np.inf), np.full((n, k), -1, dtype=np.int64), np.arange(n_targets),
        np.empty((n_targets, 0)), np.empty((n_targets, 0), dtype=np.int64),
        np.empty(0), np.empty((0, 2), dtype=np.int64), np.zeros(n), prepared.inconsistent,
    )  # fmt: skip
    kept, pairs = [part.kept], [part.kept_pair]
    count = 0
    for i in range(n):
        total = log_lr(prepared, remains.seen[i], int(remains.sexes[i]))
        best = _first(total, k)
        part.best[i, : len(best)], part.best_target[i, : len(best)] = total[best], best
        above = np.flatnonzero(total >= settings.min_log10_lr * LN10)
        count += len(above)
        if count > MOST_KEPT:
            params = {"limit": MOST_KEPT}
            raise InputProblems([InputProblem("screen.too-many-hits", field="min_log10_lr", params=params)])
        kept.append(total[above])
        pairs.append(np.column_stack([np.full(len(above), i), above]))
        part.sums[i] = np.exp(total[total >= 0.0]).sum()
    part.kept, part.kept_pair = np.concatenate(kept), np.concatenate(pairs)
    return part


def _first(total: Floats, k: int) -> Ints:
    """The k best that are possible; equal ones in the order of their numbers."""
    least = np.partition(total, -k)[-k] if len(total) > k else -np.inf
    chosen = np.flatnonzero((total >= least) & (total > -np.inf))
    return np.asarray(chosen[np.argsort(-total[chosen], kind="stable")][:k])


def search(
    prepared: Prepared,
    remains: Remains,
    settings: Settings,
    *,
    share_known: float = SHARE_KNOWN,
    explained: bool = True,
) -> tuple[Part, Hits]:
    """What :func:`best_of` keeps, with the columns of a screening of these remains.

    Parameters
    ----------
    remains
        In the numbers of the register's panel.
    share_known
        As of :func:`amana.kinship.screening.hits.hits_of`.
    explained
        Whether chance and rivals are worked out, which takes much longer than finding the hits; otherwise
        those columns are nan.
    """
    settings = replace(settings, theta=prepared.theta)
    part = best_of(prepared, remains, settings)
    of = replace(settings, min_log10_lr=settings.min_log10_lr if explained else np.inf)
    screening = Screening(remains, prepared.register, prepared.panel, of)
    return part, hits_of(screening, part, share_known=share_known)
