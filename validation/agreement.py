"""How a value of ours is held against a reference."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from amana.kinship.joint import NONE, Case, Identification
from amana.kinship.markers import Marker

REFERENCE = Path(__file__).parent / "reference"

AS_PRINTED = 1e-8
"""The references' frequency vectors sum to 1 ± 2e-10 and each program treats the rest in its own way, so that
likelihoods of a family with several founders differ by some 1e-9."""

EXACT = 1e-12
"""Where every frequency vector sums to one nothing but rounding is left."""


def sums_to_one(marker: Marker) -> bool:
    """Whether the frequencies sum to one but for the last bit of their digits."""
    return abs(math.fsum(marker.frequencies) - 1) <= 2**-52


def apart(log_ours: float, log_theirs: float) -> float:
    """Relative difference of two likelihoods given as logarithms; zero only agrees with zero."""
    if math.isinf(log_ours) or math.isinf(log_theirs):
        return 0.0 if log_ours == log_theirs else math.inf
    return abs(math.expm1(log_ours - log_theirs))


def differ(ours: float, theirs: float) -> float:
    """Relative difference of two numbers; zero only agrees with zero."""
    return 0.0 if ours == theirs else abs(ours - theirs) / abs(theirs) if theirs else math.inf


def disagreements(pairs: Iterable[tuple[object, float]], tolerance: float) -> list[tuple[object, float]]:
    """What is farther apart than allowed, with how far; nan never passes."""
    return [(what, value) for what, value in pairs if not value <= tolerance]


def load(path: Path) -> Any:
    """JSON, compressed or not."""
    data = path.read_bytes()
    return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)


def check_assignments(
    found: Identification, victims: Sequence[str], rows: Sequence[Sequence[str]], loglik: Sequence[float]
) -> None:
    """Ours hold every assignment listed, with its likelihood, and no better one.

    Assignments of equal likelihood may stand in any order; `rows` may end in the middle of such a tie.
    """
    ours = {tuple(a.pairs[v] for v in victims): a.loglik for a in found.assignments}
    assert len(ours) == len(found.assignments), "an assignment is listed twice"
    theirs = {tuple(None if m == "*" else m for m in row): x for row, x in zip(rows, loglik, strict=True)}
    assert not [row for row in theirs if row not in ours]
    assert not disagreements(((row, apart(ours[row], x)) for row, x in theirs.items()), AS_PRINTED)
    ranks = zip((a.loglik for a in found.assignments), loglik, strict=False)
    assert not disagreements(((i, apart(x, y)) for i, (x, y) in enumerate(ranks)), AS_PRINTED)
    assert all(x.loglik >= y.loglik for x, y in zip(found.assignments, found.assignments[1:], strict=False))


def check_pairwise(found: Identification, rows: Sequence[str], cols: Sequence[str], matrix: Any) -> None:
    """Every likelihood ratio, and that pairs without one are not eligible."""
    theirs = {(v, m): x for v, row in zip(rows, matrix, strict=True) for m, x in zip(cols, row, strict=True)}
    given = {pair: x for pair, x in theirs.items() if x is not None}
    assert found.pairwise.keys() == given.keys()
    values = ((pair, differ(10.0 ** found.pairwise[pair], x)) for pair, x in given.items())
    assert not disagreements(values, AS_PRINTED)


def check_marginals(found: Identification, case: Case, theirs: Mapping[str, Mapping[str, float]]) -> None:
    """Every posterior probability, however small, and that what is left out is zero there."""
    assert found.posterior.keys() == theirs.keys()
    values = []
    for victim, row in theirs.items():
        ours = found.posterior[victim]
        assert {m for m in ours if m != NONE} == set(case.eligible[victim])
        assert abs(math.fsum(ours.values()) - 1) <= EXACT
        for missing, p in row.items():
            values.append(((victim, missing), differ(ours.get(NONE if missing == "*" else missing, 0.0), p)))
    assert not disagreements(values, AS_PRINTED)
