"""The forward recursion, for many pairs side by side."""

from __future__ import annotations

import numpy as np
from numba import njit

LANES = 64
"""Pairs that go along the chromosomes together; a processor adds up several at once."""
_RESCALE = 8
"""Markers between which sums stay far from the ends of float64."""


@njit(cache=True, nogil=True)
def forward(genotypes, pairs, emission, starts, step, shared, weights, out):  # type: ignore[no-untyped-def]
    """Natural log LR of each pair against unrelated people.

    Parameters
    ----------
    genotypes
        Shape (n_markers, n_people): 0 to 2, or 3 where not typed.
    pairs
        Shape (n_pairs, 2): numbers of people.
    emission
        Shape (n_markers, 16, 3): P(genotypes | alleles shared) / P(genotypes | unrelated), the two
        genotypes as 4 a + b.
    starts
        Shape (n_markers,): whether a chromosome starts at a marker.
    step
        Shape (n_markers, n, n): transitions from the marker before, read where no chromosome starts.
    shared, weights
        Shape (n,): of the states.
    out
        Shape (n_pairs,), written.
    """
    n = shared.shape[0]
    now = np.empty((n, LANES))
    new = np.empty((n, LANES))
    total = np.empty(LANES)
    factor = np.ones((3, LANES))
    for first in range(0, pairs.shape[0], LANES):
        lanes = min(LANES, pairs.shape[0] - first)
        total[:] = 0.0
        for s in range(n):
            now[s, :] = weights[s]
        for m in range(genotypes.shape[0]):
            if starts[m]:
                if m:
                    _gather(now, total)
                for s in range(n):
                    now[s, :] = weights[s]
            elif n > 1:
                _walk(now, step[m], new)
                now, new = new, now
            for lane in range(lanes):
                seen = 4 * genotypes[m, pairs[first + lane, 0]] + genotypes[m, pairs[first + lane, 1]]
                for k in range(3):
                    factor[k, lane] = emission[m, seen, k]
            for s in range(n):
                now[s] *= factor[shared[s]]
            if m % _RESCALE == 0:
                _rescale(now, total)
        _gather(now, total)
        for lane in range(lanes):
            out[first + lane] = total[lane]


@njit(cache=True, nogil=True)
def _walk(now, step, new):  # type: ignore[no-untyped-def]
    """One step of the chain: ``new[t] = sum over s of step[s, t] now[s]``, for all lanes."""
    for t in range(step.shape[0]):
        row = new[t]
        chance = step[0, t]
        before = now[0]
        for lane in range(LANES):
            row[lane] = chance * before[lane]
        for s in range(1, step.shape[0]):
            chance = step[s, t]
            before = now[s]
            for lane in range(LANES):
                row[lane] += chance * before[lane]


@njit(cache=True, nogil=True)
def _rescale(now, total):  # type: ignore[no-untyped-def]
    """Bring the sum over states back to one; its logarithm is kept."""
    for lane in range(LANES):
        whole = 0.0
        for s in range(now.shape[0]):
            whole += now[s, lane]
        if whole > 0.0:
            for s in range(now.shape[0]):
                now[s, lane] /= whole
            total[lane] += np.log(whole)
        else:
            total[lane] = -np.inf


@njit(cache=True, nogil=True)
def _gather(now, total):  # type: ignore[no-untyped-def]
    """The end of a chromosome: its sum over states, to what is kept."""
    for lane in range(LANES):
        whole = 0.0
        for s in range(now.shape[0]):
            whole += now[s, lane]
        total[lane] += np.log(whole) if whole > 0.0 else -np.inf
