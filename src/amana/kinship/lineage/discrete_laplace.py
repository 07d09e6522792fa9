"""Frequencies of Y-STR haplotypes by a mixture of discrete Laplace distributions.

Andersen, Eriksen and Morling (2013, J. Theor. Biol. 329, 39-51; arXiv 1304.2129): within each of c clusters
the markers are independent, and a marker lies d repeats from the cluster's centre with probability

    (1 - p) / (1 + p) p^|d|,    log p = a[cluster] + b[marker].

Weights, dispersions and centres come from an EM algorithm, the number of clusters from the marginal BIC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MARGIN = 5
_ITERATIONS = 1000
_PRECISION = 1e-10
_CENTRES_FROM = 1500
"""Distinct haplotypes of which the first centres are chosen; of more, a seeded sample."""
_LEAST = -18.0
"""log p where a marker does not vary; the frequency of a haplotype has a floor of its own."""


@dataclass(frozen=True)
class DiscreteLaplace:
    """A fitted mixture.

    Attributes
    ----------
    weights
        Of each cluster, shape (c,).
    centres
        Repeats, shape (c, n_markers).
    dispersions
        p of each cluster and marker, shape (c, n_markers).
    log_likelihood, bic
        Natural logarithm; the marginal BIC.
    size
        Haplotypes that it was fitted to.
    """

    weights: Floats
    centres: Ints
    dispersions: Floats
    log_likelihood: float
    bic: float
    size: int

    def probability(self, haplotype: Sequence[int], markers: Sequence[int] | None = None) -> float:
        """Probability of a haplotype: repeats of all markers, or of those at the given places alone.

        A dispersion below 1/(2n) is taken as that: what n haplotypes do not show may still be.
        """
        at = list(range(self.centres.shape[1])) if markers is None else list(markers)
        p = np.maximum(self.dispersions[:, at], 1 / (2 * self.size))
        d = np.abs(np.asarray(haplotype)[None, :] - self.centres[:, at])
        return float(self.weights @ np.prod((1 - p) / (1 + p) * p**d, axis=1))


def fit(haplotypes: Ints, counts: Floats | None = None, clusters: int | None = None) -> DiscreteLaplace:
    """Fit a mixture.

    Parameters
    ----------
    haplotypes
        Repeats, shape (n, n_markers).
    counts
        How often each row was seen, shape (n,); once each by default.
    clusters
        Their number; by default as many as the BIC wants, trying five more than the best.

    Raises
    ------
    ValueError
        for no haplotype, or more clusters than distinct haplotypes.
    """
    rows, counts = _distinct(haplotypes, counts)
    if len(rows) == 0 or (clusters or 1) > len(rows):
        raise ValueError("more clusters than distinct haplotypes")
    if clusters is not None:
        return _fit(rows, counts, clusters)
    best = _fit(rows, counts, 1)
    n = 2
    while n <= min(len(rows), len(best.weights) + _MARGIN):
        tried = _fit(rows, counts, n)
        if tried.bic < best.bic:
            best = tried
        n += 1
    return best


def resampled(
    fitted: DiscreteLaplace,
    haplotypes: Ints,
    counts: Floats | None = None,
    draws: int = 100,
    seed: int = 1,
) -> list[DiscreteLaplace]:
    """Fits to databases drawn from this one with replacement, from the fitted centres on.

    They show what the finite size of the database leaves open; a quantile of their probabilities is an upper
    confidence limit.  Reproducible for one seed.
    """
    rows, counts = _distinct(haplotypes, counts)
    rng = np.random.default_rng(seed)
    size = int(counts.sum())
    distances = _distances(rows, fitted.centres)
    found = []
    for _ in range(draws):
        drawn = rng.multinomial(size, counts / counts.sum()).astype(np.float64)
        found.append(
            _em(distances, drawn, fitted.centres, np.log(fitted.dispersions), fitted.weights, 50, 1e-7)
        )
    return found


def _distinct(haplotypes: Ints, counts: Floats | None) -> tuple[Ints, Floats]:
    rows, back = np.unique(np.asarray(haplotypes, dtype=np.int64), axis=0, return_inverse=True)
    weight = None if counts is None else np.asarray(counts, dtype=np.float64)
    return rows, np.bincount(back.ravel(), weight, minlength=len(rows)).astype(np.float64)


def _distances(rows: Ints, centres: Ints) -> Floats:
    """|repeats from each centre|, shape (n, c, n_markers)."""
    return np.asarray(np.abs(rows[:, None, :] - centres[None]), dtype=np.float64)


def _fit(rows: Ints, counts: Floats, clusters: int) -> DiscreteLaplace:
    centres = _first_centres(rows, counts, clusters)
    start: tuple[Floats | None, Floats | None] = (None, None)
    best: DiscreteLaplace | None = None
    for _ in range(50):
        distances = _distances(rows, centres)
        fitted = _em(distances, counts, centres, *start, _ITERATIONS, _PRECISION)
        if best is not None and fitted.log_likelihood <= best.log_likelihood:
            break
        best = fitted
        moved = _medians(rows, counts[:, None] * _shares(distances, fitted)[0])
        if np.array_equal(moved, centres):
            break
        centres = moved
        start = (np.log(fitted.dispersions), fitted.weights)
    assert best is not None
    return best


def _em(
    distances: Floats,
    counts: Floats,
    centres: Ints,
    log_p: Floats | None,
    weights: Floats | None,
    iterations: int,
    precision: float,
) -> DiscreteLaplace:
    _, c, markers = distances.shape
    size = float(counts.sum())
    if log_p is None or weights is None:
        nearest = distances.sum(axis=2) == distances.sum(axis=2).min(axis=1, keepdims=True)
        share = nearest / nearest.sum(axis=1, keepdims=True)
        log_p = _dispersions(distances, counts[:, None] * share, np.full((c, markers), np.log(0.2)))
        weights = np.maximum(counts @ share / size, 1e-300)
    fitted = DiscreteLaplace(weights, centres, np.exp(log_p), -np.inf, np.inf, int(size))
    before = -np.inf
    for _ in range(iterations):
        share, each = _shares(distances, fitted)
        now = float(counts @ each)
        if now - before < precision * abs(now):
            break
        before = now
        weighted = counts[:, None] * share
        log_p = _dispersions(distances, weighted, log_p)
        weights = np.maximum(weighted.sum(axis=0) / size, 1e-300)
        fitted = DiscreteLaplace(weights, centres, np.exp(log_p), now, np.inf, int(size))
    now = float(counts @ _shares(distances, fitted)[1])
    parameters = c * markers + (markers + c - 1) + (c - 1)
    return DiscreteLaplace(
        weights, centres, np.exp(log_p), now, -2 * now + parameters * np.log(size), int(size)
    )


def _shares(distances: Floats, fitted: DiscreteLaplace) -> tuple[Floats, Floats]:
    """Probability of each cluster for each row, shape (n, c), and log-probability of each row, shape (n,)."""
    p = fitted.dispersions
    constant = np.log(fitted.weights) + np.log((1 - p) / (1 + p)).sum(axis=1)
    joint = constant + np.einsum("ncm,cm->nc", distances, np.log(p))
    each = logsumexp(joint, axis=1)
    return np.exp(joint - each[:, None]), each


def _dispersions(distances: Floats, weighted: Floats, log_p: Floats) -> Floats:
    """Maximum of the expected log-likelihood in a and b by Newton's method, from given log p.

    log p is the canonical parameter, so that the function is concave: E|d| = 2p / (1 - p^2).
    """
    c, markers = log_p.shape
    mass = weighted.sum(axis=0)
    sums = np.einsum("nc,ncm->cm", weighted, distances)

    def value(at: Floats) -> float:
        p = np.exp(at)
        return float(np.sum(mass[:, None] * np.log((1 - p) / (1 + p)) + sums * at))

    now = value(log_p)
    for _ in range(50):
        p = np.exp(log_p)
        mean = 2 * p / (1 - p**2)
        slope = 2 * p * (1 + p**2) / (1 - p**2) ** 2
        score = sums - mass[:, None] * mean
        information = mass[:, None] * slope
        gradient = np.concatenate([score.sum(axis=1), score.sum(axis=0)])
        hessian = np.zeros((c + markers, c + markers))
        hessian[:c, :c] = np.diag(information.sum(axis=1))
        hessian[c:, c:] = np.diag(information.sum(axis=0))
        hessian[:c, c:] = information
        hessian[c:, :c] = information.T
        # a + t and b - t are the same model: the least-norm step takes no notice of t.
        step = np.linalg.lstsq(hessian, gradient, rcond=1e-12)[0]
        change = step[:c, None] + step[None, c:]
        for _ in range(40):
            tried = np.maximum(log_p + change, _LEAST)
            if tried.max() < 0 and (then := value(tried)) >= now:
                break
            change = change / 2
        else:
            return log_p
        log_p, gained, now = tried, then - now, then
        if gained <= 1e-13 * abs(now):
            break
    return log_p


def _medians(rows: Ints, weighted: Floats) -> Ints:
    """Weighted median of each marker in each cluster: the best centre for given shares, shape (c,
    n_markers).
    """
    centres = np.empty((weighted.shape[1], rows.shape[1]), dtype=np.int64)
    for m in range(rows.shape[1]):
        order = np.argsort(rows[:, m], kind="stable")
        below = np.cumsum(weighted[order], axis=0)
        half = below[-1] / 2
        for j in range(weighted.shape[1]):
            centres[j, m] = rows[order[min(int(np.searchsorted(below[:, j], half[j])), len(order) - 1)], m]
    return centres


def _first_centres(rows: Ints, counts: Floats, clusters: int) -> Ints:
    """Medoids: rows with the smallest sum of distances to the nearest of them (Kaufman and Rousseeuw
    1990).
    """
    if len(rows) > _CENTRES_FROM:
        chosen = np.random.default_rng(1).choice(
            len(rows), _CENTRES_FROM, replace=False, p=counts / counts.sum()
        )
        rows, counts = rows[np.sort(chosen)], counts[np.sort(chosen)]
    between = sum(
        (np.abs(rows[:, None, m] - rows[None, :, m]) for m in range(rows.shape[1])),
        np.zeros((len(rows), len(rows)), dtype=np.int64),
    )
    nearest = np.full(len(rows), np.inf)
    medoids: list[int] = []
    for _ in range(clusters):
        cost = counts @ np.minimum(between, nearest[:, None])
        cost[medoids] = np.inf
        medoids.append(int(np.argmin(cost)))
        nearest = np.minimum(nearest, between[:, medoids[-1]])
    for _ in range(100):  # the best exchange of one medoid for one other row, while any is better
        best, gain = None, 1e-9
        now = float(counts @ between[:, medoids].min(axis=1))
        for i in range(clusters):
            rest = [m for k, m in enumerate(medoids) if k != i]
            others = between[:, rest].min(axis=1) if rest else np.full(len(rows), np.inf)
            cost = counts @ np.minimum(between, others[:, None])
            cost[rest] = np.inf
            j = int(np.argmin(cost))
            if now - cost[j] > gain:
                best, gain = (i, j), now - float(cost[j])
        if best is None:
            break
        medoids[best[0]] = best[1]
    return rows[medoids]
