"""Y-STR haplotypes: how many steps apart two are, and how likely that is for men of one line.

A man's haplotype reaches another man of his line through a number of meioses.  In each, a copy of a marker
changes by s repeats with probability mu/2 (1 - r) r^(s - 1) either way.  Ohta and Kimura (1973) for the
single step; r = 1/26.23, the share of changes of more than one repeat that Ballantyne et al. (2010) found
in nearly 2,000 pairs of father and son.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from amana.kinship.lineage.mtdna import Verdict

Floats = NDArray[np.float64]

Call = tuple[int | None, ...]
"""Alleles of a marker in ascending order, ten times the repeats plus the spare bases: 17.2 is 172.  None: a
copy that is not known."""

COPIES = {"DYS385": 2, "DYF387S1": 2, "YCAII": 2, "DYS459": 2, "DYS464": 4}
"""Markers of several copies that kits do not tell apart."""

RATES: Mapping[str, float] = {
    "DYS392": 4.96e-4, "DYS438": 3.51e-4, "DYS635": 4.21e-3, "DYS481": 4.88e-3, "DYS449": 9.44e-3,
    "DYS448": 1.39e-3, "DYS533": 3.68e-3, "DYS19": 2.20e-3, "DYS393": 1.07e-3, "DYS518": 1.46e-2,
    "DYS627": 1.32e-2, "DYS390": 2.08e-3, "DYS389I": 2.72e-3, "DYS570": 1.14e-2, "DYS458": 6.17e-3,
    "DYS460": 5.82e-3, "DYS437": 1.32e-3, "DYS439": 5.46e-3, "DYS576": 1.26e-2, "DYS389II": 4.33e-3,
    "DYS456": 4.41e-3, "DYS391": 2.53e-3, "YGATAH4": 3.01e-3, "DYS385": 2.1e-3, "DYF387S1": 7.6e-3,
    "DYS549": 4.5e-3, "DYS643": 1.1e-3,
}  # fmt: skip
"""Mutations per meiosis and copy.  The first 23: YHRD release 61 as tabulated in Genes 2020, 11, 566, table
1.  DYS385: 31 in 14,896 (Sanchez-Diz et al. 2008).  The last three: reference values in Scientific Reports
2019, 9, 9032, table 1, halved for the two copies of DYF387S1."""

UNKNOWN_RATE = 3e-3
"""For a marker without a rate of its own: assumed, of the size of the others."""
MULTISTEP = 1 / 26.23
OTHER_RATE = 1e-6
"""Per meiosis, for a change that is no whole number of repeats or changes the number of copies: assumed;
the same that Familias uses between microvariants (from memory)."""
EXCLUDES_BELOW = 1e-4
"""Men of one line differ so much with less than this probability: exclusion."""

_FURTHEST = 60
_ALIASES = {
    "DYS394": "DYS19", "DYS385AB": "DYS385", "GATAH4": "YGATAH4", "GATAH41": "YGATAH4", "YGATAH41": "YGATAH4",
    "DYS389A": "DYS389I", "DYS3891": "DYS389I", "DYS3892": "DYS389II", "YCAIIAB": "YCAII",
    "DYF387S1AB": "DYF387S1", "DYS459AB": "DYS459",
}  # fmt: skip
_NAME = re.compile(r"DYS\d+[A-Z]*\d*|DYF\d+S\d+[A-Z]*|YCAII[AB]*|YGATA[A-Z]\d+|GATAH41?")
_SPLIT_COPY = re.compile(r"(DYS385|DYF387S1|YCAII|DYS459)([AB])")


def y_marker(name: str) -> str | None:
    """One name for all spellings of a Y-STR marker; None for anything else.

    >>> y_marker("DYS389 II"), y_marker("Y-GATA-H4"), y_marker("TH01"), y_marker("DYS385a/b")
    ('DYS389II', 'YGATAH4', None, 'DYS385')
    """
    folded = re.sub(r"[\W_]+", "", name).upper()
    folded = _ALIASES.get(folded, folded)
    return folded if _NAME.fullmatch(folded) else None


def split_copy(marker: str) -> str | None:
    """The marker of which a column holds one copy: ``DYS385A`` is of ``DYS385``."""
    match = _SPLIT_COPY.fullmatch(marker)
    return match[1] if match else None


def parse_y_call(text: str, marker: str) -> Call | None:
    """A call as written: ``14``, ``17.2``, ``11/14``, ``11-14``, ``11/?``; None for what is none.

    A single allele at a marker of two copies is both of them.  ``17,2`` is a decimal comma, ``11,14`` two
    alleles.

    >>> parse_y_call("11-14", "DYS385"), parse_y_call("14", "DYS385"), parse_y_call("17.2", "DYS458")
    ((110, 140), (140, 140), (172,))
    """
    decimal = re.sub(r"(\d),([1-3])(?!\d)", r"\1.\2", text.replace(" ", ""))
    alleles: list[int | None] = []
    for part in re.split(r"[/,;–-]", decimal):
        match = re.fullmatch(r"(\d{1,2})(?:\.(\d))?", part)
        if part == "?" or part.upper() == "OL":
            alleles.append(None)
        elif match and int(match[1]):
            alleles.append(10 * int(match[1]) + int(match[2] or 0))
        else:
            return None
    copies = COPIES.get(marker, 1)
    if copies == 2 and len(alleles) == 1 and alleles[0] is not None:
        alleles *= 2
    alleles += [None] * (copies - len(alleles))
    if all(a is None for a in alleles):
        return None
    return tuple(sorted(a for a in alleles if a is not None)) + (None,) * alleles.count(None)


@dataclass(frozen=True)
class YHaplotype:
    """Calls of one man or one sample by marker; a marker that is absent was not typed."""

    calls: Mapping[str, Call] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(frozenset(self.calls.items()))


@dataclass(frozen=True)
class YComparison:
    """Two haplotypes at the markers that both have.

    Attributes
    ----------
    markers
        Markers compared.
    full
        Those of them at which every copy of both is known: only they can be counted in a database.
    differences
        Marker to both calls, as text.
    steps
        Single steps between the two, summed over markers.
    others
        Markers that differ by no whole number of repeats or in the number of copies.
    tail
        Probability that men of one line at this distance differ by so many steps or more.
    rule
        ``y-same``, ``y-mutation``, ``y-tail`` or ``no-common-marker``.
    """

    markers: tuple[str, ...]
    full: tuple[str, ...]
    differences: Mapping[str, str]
    steps: int
    others: tuple[str, ...]
    tail: float
    verdict: Verdict
    rule: str


def apart(a: YHaplotype, b: YHaplotype) -> tuple[YHaplotype, YHaplotype]:
    """Both with DYS389II without the repeats of DYS389I that it contains, where both have both.

    One change in the shared repeats would count twice otherwise.
    """
    both = ("DYS389I", "DYS389II")
    if not all(
        m in h.calls and len(h.calls[m]) == 1 and None not in h.calls[m] for h in (a, b) for m in both
    ):
        return a, b
    return _without_first(a), _without_first(b)


def _without_first(h: YHaplotype) -> YHaplotype:
    first, whole = h.calls["DYS389I"][0], h.calls["DYS389II"][0]
    assert first is not None
    assert whole is not None
    return YHaplotype({**h.calls, "DYS389II": (whole - first,)})


def compare_ystr(
    a: YHaplotype, b: YHaplotype, meioses: int, rates: Mapping[str, float] = RATES
) -> YComparison:
    """How far two haplotypes are apart, and whether that is too far for one paternal line.

    Parameters
    ----------
    meioses
        Between the two men, at least 0.
    rates
        Mutations per meiosis and copy; :data:`UNKNOWN_RATE` for a marker that is not there.
    """
    a, b = apart(a, b)
    markers = tuple(m for m in a.calls if m in b.calls)
    if not markers:
        return YComparison((), (), {}, 0, (), 1.0, "not-comparable", "no-common-marker")
    steps, others, differences = 0, [], {}
    for m in markers:
        one, other = a.calls[m], b.calls[m]
        away = _distance(one, other)
        if away is None:
            others.append(m)
        else:
            steps += away
        if away != 0:
            differences[m] = f"{show_call(one)}:{show_call(other)}"
    full = tuple(m for m in markers if None not in a.calls[m] and None not in b.calls[m])
    tail = _tail(markers, steps, meioses, rates) * (-math.expm1(meioses * math.log1p(-OTHER_RATE))) ** len(
        others
    )
    verdict: Verdict
    if not differences:
        verdict, rule = "match", "y-same"
    elif tail < EXCLUDES_BELOW:
        verdict, rule = "exclusion", "y-tail"
    else:
        verdict, rule = "inconclusive", "y-mutation"
    return YComparison(markers, full, differences, steps, tuple(others), tail, verdict, rule)


def log10_same_line(
    a: YHaplotype,
    b: YHaplotype,
    meioses: int,
    markers: Sequence[str],
    rates: Mapping[str, float] = RATES,
) -> float:
    """log10 of P(haplotype b | haplotype a, one paternal line, so many meioses) at the given markers.

    Copies that a kit does not tell apart are summed over.  Where a copy is not known, the marker counts as 1
    if it fits and otherwise with the probability that some copy moved so far.  ``-inf`` only for a
    difference through 0 meioses.
    """
    a, b = apart(a, b)
    total = 0.0
    for m in markers:
        one, other = a.calls[m], b.calls[m]
        if one == other and len(one) == 1:
            total += _log10_stays(rates.get(m, UNKNOWN_RATE), meioses)
            continue
        whole = None not in one and None not in other
        p = (_passed_on if whole else _at_best)(one, other, meioses, rates.get(m, UNKNOWN_RATE))
        if p <= 0:
            return -math.inf
        total += math.log10(p)
    return total


def show_call(call: Call) -> str:
    """A call as people write it."""
    shown = ("?" if c is None else f"{c // 10}.{c % 10}" if c % 10 else f"{c // 10}" for c in call)
    return "/".join(shown)


def _distance(one: Call, other: Call) -> int | None:
    """Fewest single steps between two calls, unknown copies fitting anything; None where no steps lead
    there.
    """
    if len(one) != len(other):
        return None
    if len(one) == 1 and one[0] is not None and other[0] is not None:  # nearly always
        whole, rest = divmod(abs(one[0] - other[0]), 10)
        return None if rest else whole
    found = None
    for order in set(itertools.permutations(other)):
        total: int | None = 0
        for x, y in zip(one, order, strict=True):
            if total is None or x is None or y is None:
                continue
            total = total + abs(x - y) // 10 if (x - y) % 10 == 0 else None
        if total is not None and (found is None or total < found):
            found = total
    return found


def _passed_on(one: Call, other: Call, meioses: int, rate: float) -> float:
    if len(one) != len(other):
        return -math.expm1(meioses * math.log1p(-OTHER_RATE))
    moves = displacement(rate, meioses)
    total = 0.0
    reached = False
    for order in set(itertools.permutations(other)):
        p = 1.0
        for x, y in zip(one, order, strict=True):
            assert x is not None
            assert y is not None
            if (x - y) % 10:
                p = 0.0
                break
            reached_by = abs(x - y) // 10
            p *= float(moves[_FURTHEST + reached_by]) if reached_by <= _FURTHEST else 0.0
        else:
            reached = True
        total += p
    return total if reached else -math.expm1(meioses * math.log1p(-OTHER_RATE))


def _at_best(one: Call, other: Call, meioses: int, rate: float) -> float:
    away = _distance(one, other)
    if away is None:
        return -math.expm1(meioses * math.log1p(-OTHER_RATE))
    if away == 0:
        return 1.0
    return min(1.0, len(one) * 2 * float(displacement(rate, meioses)[_FURTHEST + away :].sum()))


@cache
def _log10_stays(rate: float, meioses: int) -> float:
    return math.log10(displacement(rate, meioses)[_FURTHEST])


@cache
def displacement(rate: float, meioses: int) -> Floats:
    """Distribution of a copy's change after some meioses, shape (121,), from -60 to 60 repeats."""
    s = np.abs(np.arange(-_FURTHEST, _FURTHEST + 1))
    step = rate / 2 * (1 - MULTISTEP) * MULTISTEP ** np.maximum(s - 1, 0)
    step[_FURTHEST] = 1 - rate
    found: Floats = np.zeros_like(step)
    found[_FURTHEST] = 1.0
    for _ in range(meioses):
        found = np.asarray(np.convolve(found, step, mode="same"), dtype=np.float64)
    return found


def _tail(markers: Sequence[str], steps: int, meioses: int, rates: Mapping[str, float]) -> float:
    """P(at least so many steps in all copies together)."""
    each = tuple((rates.get(m, UNKNOWN_RATE), COPIES.get(m, 1)) for m in markers)
    return _tails(each, meioses)[min(steps, _FURTHEST)]


@lru_cache(maxsize=4096)
def _tails(each: tuple[tuple[float, int], ...], meioses: int) -> tuple[float, ...]:
    """P(at least n steps in all) for n from 0 to 60, of copies with these rates."""
    total = np.zeros(_FURTHEST)
    total[0] = 1.0
    for rate, copies in each:
        moves = displacement(rate, meioses)
        sizes = moves[_FURTHEST:].copy()
        sizes[1:] *= 2
        for _ in range(copies):
            total = np.convolve(total, sizes)[:_FURTHEST]
    return (1.0, *(max(0.0, 1.0 - p) for p in np.cumsum(total).tolist()))
