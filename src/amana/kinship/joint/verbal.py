"""Words for likelihood ratios.

Bands of the verbal scale in Leverhulme Research Centre for Forensic Science (University of Dundee),
"LR book", section 5.2, table 5.3.  A ratio below one is read the other way round, as support for the
other proposition; there the source counts a limit itself to the weaker band ("at least 0.000001 but less
than 0.0001"), and so do we.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SCALE_SOURCE = (
    "Leverhulme Research Centre for Forensic Science (University of Dundee), "
    '"LR book", section 5.2, table 5.3'
)
NEUTRAL = "neutral"
AGAINST = "against_"
"""Prefix of the keys for ratios below one."""


@dataclass(frozen=True)
class Band:
    """Ratios from 10**low up to, not including, 10**high.

    ``seen`` is false where we did not see the band in the source named above and took it from memory.
    """

    key: str
    low: float
    high: float
    seen: bool = True


BANDS: tuple[Band, ...] = (
    Band("extremely_strong", 6, math.inf),
    Band("very_strong", 4, 6),
    Band("strong", 3, 4),
    Band("moderately_strong", 2, 3),
    # The two lowest bands were not seen by us in the source: from memory.
    Band("moderate", 1, 2, seen=False),
    Band("weak", 0, 1, seen=False),
)
_NEUTRAL_WITHIN = 1e-9  # rounding of a sum of logarithms


def verbal_key(log10_lr: float) -> str:
    """Key of the verbal scale for a likelihood ratio.

    Parameters
    ----------
    log10_lr
        Base-10 logarithm of the ratio; may be infinite.

    Returns
    -------
    ``extremely_strong``, …, ``weak``; ``neutral`` for a ratio of one; ``against_weak``, …,
    ``against_extremely_strong`` for a ratio below one.

    Raises
    ------
    ValueError
        If ``log10_lr`` is not a number.
    """
    if math.isnan(log10_lr):
        raise ValueError("the likelihood ratio is not a number")
    size = abs(log10_lr)
    if size <= _NEUTRAL_WITHIN:
        return NEUTRAL
    if log10_lr > 0:
        return next(b for b in BANDS if size >= b.low).key
    return AGAINST + next(b for b in BANDS if size > b.low).key
