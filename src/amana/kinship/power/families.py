"""Power of every family of a register, exactly for what its relatives show."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.power.distributions import LEAST, MARGIN, Distributions, Grid, spectra
from amana.kinship.power.laws import Calls, Law, Sought
from amana.kinship.screening.register import Register, blocks

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BLOCK = 2048
"""Targets whose tables are made together: the more, the more they share."""
TOGETHER = 128
"""Of these, targets whose distributions are in memory at once."""
QUANTILES = (0.05, 0.5, 0.95)
_NOBODY = Pedigree([Person("0")])


@dataclass(frozen=True)
class PowerSettings:
    """What is asked.

    Attributes
    ----------
    log10_threshold
        log10 LR from which remains count as found by DNA.
    log10_exclusion
        log10 LR at or below which remains count as excluded.
    least_power
        A target whose P(LR ≥ threshold | found) is below this is under-powered.
    theta
        FST.
    threads
        0 for as many as there are cores.
    """

    log10_threshold: float = 4.0
    log10_exclusion: float = -2.0
    least_power: float = 0.9
    theta: float = 0.0
    threads: int = 0

    @property
    def workers(self) -> int:
        """Threads to use."""
        return self.threads or os.cpu_count() or 1


@dataclass(frozen=True)
class Power:
    """Of each target of a register, in its order; all of shape (n,) but for the quantiles, (n, 3).

    Attributes
    ----------
    markers
        Number of markers at which the relatives say anything.
    inconsistent
        Number of markers at which what the relatives show cannot be; they say nothing.
    mean_found, sd_found, mean_unrelated, sd_unrelated
        Of log10 LR; exact.  If unrelated: among remains that no marker excludes; nan where all are excluded.
    quantiles_found, quantiles_unrelated
        At :data:`QUANTILES`, on a grid; if unrelated again among those that no marker excludes.
    reached, reached_by_chance
        P(LR ≥ threshold) if found, and if unrelated; the second is 0 where it is below 10⁻¹⁰, which the grid
        does not tell from rounding.
    zero
        P(LR = 0 at some marker | unrelated); exact.
    excluded
        P(LR ≤ bound | unrelated), LR 0 among them.
    under_powered
        Whether ``reached`` is below the limit.
    """

    markers: Ints
    inconsistent: Ints
    mean_found: Floats
    sd_found: Floats
    quantiles_found: Floats
    mean_unrelated: Floats
    sd_unrelated: Floats
    quantiles_unrelated: Floats
    reached: Floats
    reached_by_chance: Floats
    zero: Floats
    excluded: Floats
    under_powered: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.reached)


def power_of(
    register: Register,
    panel: Panel,
    settings: PowerSettings | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Power:
    """Power of every target of a register.

    Parameters
    ----------
    on_progress
        Told how many more targets are done.
    """
    settings = settings or PowerSettings()
    calls = Calls(panel)
    jobs = []
    for group in register.groups:
        sought = Sought(group.pedigree, group.person, calls, settings.theta)
        jobs += [(sought, group.seen[b], group.targets[b]) for b in blocks(len(group.targets), BLOCK)]
    parts = []
    with ThreadPoolExecutor(settings.workers) as pool:
        for part, (_, _, targets) in zip(
            pool.map(lambda job: _block(job[0], job[1], settings), jobs), jobs, strict=True
        ):
            parts.append(part)
            on_progress(len(targets))
    order = np.argsort(np.concatenate([np.zeros(0, dtype=np.int64), *(t for _, _, t in jobs)]))
    empty = _block(Sought(_NOBODY, 0, calls), np.zeros((0, len(panel.markers), 1), dtype=np.int32), settings)
    every = (empty, *parts)
    return Power(
        **{f.name: np.concatenate([getattr(p, f.name) for p in every])[order] for f in fields(Power)}
    )


def _block(sought: Sought, seen: NDArray[np.int32], settings: PowerSettings) -> Power:
    """Of targets of one shape; ``seen`` has shape (n, n_markers, n_persons)."""
    n, n_markers, _ = seen.shape
    laws, backs = [], []
    for m in range(n_markers):
        rows, back = np.unique(seen[:, m], axis=0, return_inverse=True)
        laws.append(sought.law(m, rows.astype(np.int64)))
        backs.append(back.ravel())
    mean, variance, kept = (np.zeros((2, n)) for _ in range(3))
    markers, inconsistent = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    kept += 1.0
    for law, back in zip(laws, backs, strict=True):
        markers += (law.log10_lr != 0.0).any(axis=1)[back]
        inconsistent += law.impossible[back]
        for h, p in enumerate((law.found, law.unrelated)):
            a, b, share = moments(law.log10_lr, p)
            mean[h] += a[back]
            variance[h] += b[back]
            kept[h] *= share[back]
    mean[kept <= 0.0] = variance[kept <= 0.0] = np.nan
    zero = 1.0 - kept[1]
    reached, chance, above = np.zeros(n), np.zeros(n), np.zeros(n)
    quantiles = np.zeros((2, n, len(QUANTILES)))
    for part in blocks(n, TOGETHER):
        used = [np.unique(back[part], return_inverse=True) for back in backs]
        some = [law.rows(rows) for law, (rows, _) in zip(laws, used, strict=True)]
        found, unrelated = convolved(some, [into for _, into in used], part.stop - part.start)
        reached[part] = found.at_least(settings.log10_threshold)
        chance[part] = unrelated.at_least(settings.log10_threshold)
        above[part] = unrelated.at_least(settings.log10_exclusion)
        quantiles[0, part], quantiles[1, part] = found.quantiles(QUANTILES), unrelated.quantiles(QUANTILES)
    return Power(
        markers,
        inconsistent,
        mean[0],
        np.sqrt(variance[0]),
        quantiles[0],
        mean[1],
        np.sqrt(variance[1]),
        quantiles[1],
        reached,
        np.where(chance < 10.0**-MARGIN, 0.0, chance),
        zero,
        np.maximum(1.0 - above, zero),
        reached < settings.least_power,
    )


def moments(values: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean and variance of each row among its finite values, and their probability; shape (n,) each."""
    finite = np.isfinite(values) & (weights > 0.0)
    p = np.where(finite, weights, 0.0)
    x = np.where(finite, values, 0.0)
    total = p.sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean = (p * x).sum(axis=1) / total
        variance = (p * (x - mean[:, None]) ** 2).sum(axis=1) / total
    # Without the rounding of a sum to one where nothing is left out.
    return mean, variance, np.where((finite | (weights <= 0.0)).all(axis=1), 1.0, total)


def convolved(
    laws: Sequence[Law], intos: Sequence[Ints], n: int, weights: Sequence[Floats] | None = None
) -> tuple[Distributions, Distributions]:
    """Distributions of the sum over markers, if found and if unrelated.

    Parameters
    ----------
    laws
        One for each marker.
    intos
        Without weights for each marker shape (n,): the row of its law that each result takes.
    weights
        For each marker shape (n_rows,): then there is one result, the mixture of all rows of each marker.
    """
    says = [(law.log10_lr != 0.0).any() for law in laws]
    finite = [law.log10_lr[np.isfinite(law.log10_lr)] for law in laws]
    low = sum(max(float(x.min(initial=0.0)), LEAST) for x in finite)
    high = sum(float(x.max(initial=0.0)) for x in finite)
    grid = Grid.covering(low, high, len(laws))
    product = np.ones((2, n, grid.points // 2 + 1), dtype=np.complex128)
    for m, (law, into) in enumerate(zip(laws, intos, strict=True)):
        if not says[m]:
            continue
        for h, p in enumerate((law.found, law.unrelated)):
            if weights is None:
                rows = np.arange(len(p))
                product[h] *= spectra(law.log10_lr, p, rows, len(p), grid)[into]
            else:
                one = np.zeros(len(p), dtype=np.int64)
                product[h] *= spectra(law.log10_lr, p * weights[m][:, None], one, 1, grid)
    return (
        Distributions.of(product[0], grid, grid.found),
        Distributions.of(product[1], grid, grid.unrelated),
    )
