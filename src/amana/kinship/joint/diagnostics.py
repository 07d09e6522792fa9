"""Whether parallel chains of draws agree, and how much they are worth.

Split R-hat and effective sample size as in Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Bayesian
Analysis 16(2): 667-718 (from memory), without their ranking, which does nothing for indicators.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_R_HAT = 1.01
LEAST_EFFECTIVE = 400.0
"""Limits within which draws count as converged: those of the same paper (from memory)."""


def split_r_hat(draws: Floats) -> float:
    """Spread between half chains against the spread within them.

    Parameters
    ----------
    draws
        Shape (n_chains, n_draws).

    Returns
    -------
    1 where they agree; inf where each half stands still at another value.
    """
    halves = _halves(draws)
    n = halves.shape[1]
    within = halves.var(axis=1, ddof=1).mean()
    between = n * halves.mean(axis=1).var(ddof=1)
    if within == 0.0:
        return 1.0 if between == 0.0 else float("inf")
    return float(np.sqrt(((n - 1) / n * within + between / n) / within))


def effective_draws(draws: Floats) -> float:
    """How many independent draws the chains are worth, by Geyer's initial monotone sequence.

    Parameters
    ----------
    draws
        Shape (n_chains, n_draws).  Draws that never change are worth their number.
    """
    halves = _halves(draws)
    m, n = halves.shape
    deviation = halves - halves.mean(axis=1, keepdims=True)
    size = 1 << (2 * n - 1).bit_length()
    spectrum = np.fft.rfft(deviation, size, axis=1)
    covariance = np.fft.irfft(spectrum * np.conj(spectrum), size, axis=1)[:, :n] / n
    within = (covariance[:, 0] * n / (n - 1)).mean()
    between = halves.mean(axis=1).var(ddof=1)
    spread = within * (n - 1) / n + between
    if spread == 0.0:
        return float(m * n)
    correlation = 1.0 - (within - covariance.mean(axis=0) * n / (n - 1)) / spread
    correlation[0] = 1.0
    pairs = correlation[: n // 2 * 2].reshape(-1, 2).sum(axis=1)
    ends = np.flatnonzero(pairs <= 0.0)
    pairs = np.minimum.accumulate(pairs[: ends[0] if len(ends) else len(pairs)])
    time = max(2.0 * pairs.sum() - 1.0, 1.0 / np.log10(max(10, m * n)))
    return float(m * n / time)


def _halves(draws: Floats) -> Floats:
    n = draws.shape[1] // 2
    return np.concatenate([draws[:, :n], draws[:, -n:]])
