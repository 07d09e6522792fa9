"""Distribution of a sum over independent markers, on a grid.

Each value of a marker's log10 LR is divided between the two grid points beside it so that the mean is kept;
the distribution of the sum is a product of discrete Fourier transforms.  The transform wraps around at its
ends. That is harmless at one end of each distribution, because for every x

    P(LR ≤ x | found) ≤ x    and    P(LR ≥ x | unrelated) ≤ 1/x,

and the grid covers all that can be at the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

STEP = 0.05
"""Distance of grid points, in log10 LR."""
LEAST = -12.0
"""A marker's log10 LR below this stands on the grid as this; means and exclusions are not touched."""
MARGIN = 10.0
"""How far the unlikely end reaches: what lies beyond has a probability below 10⁻¹⁰."""


@dataclass(frozen=True)
class Grid:
    """Points ``step`` apart; the first two numbers say where the window of each distribution begins.

    Attributes
    ----------
    found, unrelated
        Position of the first point in units of ``step``.
    points
        How many there are, a power of two.
    """

    step: float
    found: int
    unrelated: int
    points: int

    @classmethod
    def covering(cls, lowest: float, highest: float, markers: int, step: float = STEP) -> Grid:
        """For sums between two values of log10 LR."""
        spare = markers + 2
        low = int(np.floor(max(lowest, LEAST * markers) / step)) - spare
        high = int(np.ceil(highest / step)) + spare
        margin = int(np.ceil(MARGIN / step)) + spare
        found = max(low, -margin)
        length = max(high - found, min(high, margin) - low, 2)
        return cls(step, found, low, 1 << int(length - 1).bit_length())


def spectra(values: Floats, weights: Floats, into: Ints, rows: int, grid: Grid) -> NDArray[np.complex128]:
    """Discrete Fourier transforms of distributions of one marker.

    Parameters
    ----------
    values, weights
        Shape (n, n_calls): log10 LR and probability; what excludes (-inf) is left out.
    into
        Shape (n,): to which of the results each row is added.
    rows
        Number of results.

    Returns
    -------
    Shape (rows, points // 2 + 1).
    """
    mass = np.zeros((rows, grid.points))
    _place(values, weights, into, grid.step, LEAST, mass)
    return np.asarray(np.fft.rfft(mass, axis=1))


@njit(cache=True, nogil=True)
def _place(values, weights, into, step, least, mass):  # type: ignore[no-untyped-def]
    points = mass.shape[1]
    for i in range(values.shape[0]):
        for c in range(values.shape[1]):
            if weights[i, c] <= 0.0 or values[i, c] == -np.inf:
                continue
            x = max(values[i, c], least) / step
            below = np.floor(x)
            part = x - below
            at = int(below) % points
            mass[into[i], at] += weights[i, c] * (1.0 - part)
            mass[into[i], (at + 1) % points] += weights[i, c] * part


@dataclass(frozen=True)
class Distributions:
    """Probabilities of sums on grid points, each row one distribution.

    Between grid points the distribution function is linear, half of a point's probability lying on each side.

    Attributes
    ----------
    start
        Value of the first point.
    mass
        Shape (n, points); rows sum to one less what excludes.
    """

    start: float
    step: float
    mass: Floats

    @classmethod
    def of(cls, product: NDArray[np.complex128], grid: Grid, first: int) -> Distributions:
        """From products of spectra, for the window that begins at ``first``."""
        mass = np.fft.irfft(product, n=grid.points, axis=1)
        mass = np.roll(mass, -(first % grid.points), axis=1)
        return cls(first * grid.step, grid.step, np.maximum(mass, 0.0))

    def at_least(self, value: float) -> Floats:
        """P(log10 LR ≥ value), shape (n,)."""
        upper = self.mass[:, ::-1].cumsum(axis=1)[:, ::-1] - self.mass / 2  # beyond the middle of each point
        place = (value - self.start) / self.step
        whole = int(np.floor(place))
        if whole < 0:
            return np.asarray(self.mass.sum(axis=1))
        if whole + 1 >= self.mass.shape[1]:
            return np.zeros(len(self.mass))
        part = place - whole
        return np.asarray(np.clip((1 - part) * upper[:, whole] + part * upper[:, whole + 1], 0.0, 1.0))

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Values below which these shares of all that does not exclude lie, shape (n, n_levels)."""
        below = self.mass.cumsum(axis=1)
        total = below[:, -1:].copy()
        below -= self.mass / 2
        result = np.full((len(self.mass), len(levels)), np.nan)
        for i, row in enumerate(below):
            if total[i, 0] > 0.0:
                at = np.interp(np.asarray(levels) * total[i, 0], row, np.arange(len(row)))
                result[i] = self.start + self.step * at
        return result
