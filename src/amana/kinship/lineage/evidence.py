"""What a lineage marker adds to an autosomal likelihood ratio, and against whom.

Against somebody unrelated a shared haplotype is as rare as its match probability, theta + (1 - theta) p
with p an upper limit from a database of the region (Balding and Nichols 1994; for lineages Buckleton,
Krawczak and Weir 2011).  Against somebody of the same line it says almost nothing, because he or she has it
too.  Without a database it is a filter.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from amana.kinship.lineage.databases import Frequency, Method, MtDatabase, YDatabase
from amana.kinship.lineage.lines import Line
from amana.kinship.lineage.mtdna import MtHaplotype, Verdict, compare_mtdna
from amana.kinship.lineage.rcrs import show_ranges
from amana.kinship.lineage.ystr import RATES, YHaplotype, compare_ystr, log10_same_line

UNRELATED: frozenset[Line] = frozenset()
PATERNAL_LINE: frozenset[Line] = frozenset({"Y"})
MATERNAL_LINE: frozenset[Line] = frozenset({"mt"})
BOTH_LINES: frozenset[Line] = frozenset({"Y", "mt"})
"""Whom the missing person is compared with: the lines that this somebody else has in common with them."""

_MEIOSES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""Distances at which a difference is tried; its probability has one peak, which these come near enough."""

MT_RATE = 0.0043
"""Substitutions in the control region per transmission: 3 in 705 (Sigurdardottir et al. 2000)."""


@dataclass(frozen=True)
class LineageSettings:
    """How a match is weighed.

    Attributes
    ----------
    theta
        FST between the region of the database and the people of the case.  0.01 is assumed, not estimated:
        no figure for Syria is known to us.  It keeps the LR of one marker below 1/theta.
    confidence
        Of the upper limit of a frequency, one-sided.
    y_method
        See :class:`~amana.kinship.lineage.databases.YDatabase`.
    rates, mt_rate
        Mutations per meiosis, of Y markers and of the whole mitochondrial sequence.
    """

    theta: float = 0.01
    confidence: float = 0.95
    y_method: Method = "auto"
    rates: Mapping[str, float] = field(default_factory=lambda: RATES)
    mt_rate: float = MT_RATE


@dataclass(frozen=True)
class LineageEvidence:
    """Remains compared with one relative of a missing person's line.

    Attributes
    ----------
    line, relative, meioses
        Which line, with whom, how far from the missing person.
    verdict, rule
        Whether it can be one line, and what that rests on.
    compared, ranges
        Markers or positions; the stretches of a sequence.
    differences
        Single steps of Y-STR, or differences of a sequence.
    shown, ignored
        The differences as text; differences of length that do not count.
    log10_lr
        The missing person against somebody unrelated; None where there is no number: no database covers
        the comparison, or a sequence differs.
    frequency, match_probability
        What the number rests on.
    """

    line: Line
    relative: str
    meioses: int
    verdict: Verdict
    rule: str
    compared: int
    differences: int
    shown: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    ranges: str = ""
    log10_lr: float | None = None
    frequency: Frequency | None = None
    match_probability: float | None = None

    @property
    def excluded(self) -> bool:
        """Whether the verdict is an exclusion."""
        return self.verdict == "exclusion"


@dataclass(frozen=True)
class Combined:
    """Autosomal and lineage evidence together.

    Attributes
    ----------
    log10_lr
        The sum of ``autosomal`` and ``added``.
    added
        Line to the log10 LR that it adds.
    neutral
        Lines that the alternative shares: their LR is about 1.
    filter_only
        Lines that have a verdict and no number.
    excluded
        Lines that exclude the missing person, whether or not a number says so: look at them first.
    """

    log10_lr: float
    autosomal: float
    added: Mapping[Line, float]
    neutral: tuple[Line, ...]
    filter_only: tuple[Line, ...]
    excluded: tuple[Line, ...]


def combined(
    autosomal_log10_lr: float,
    evidence: Sequence[LineageEvidence],
    alternative: Collection[Line] = UNRELATED,
) -> Combined:
    """An autosomal log10 LR with what the lineage markers add to it.

    Parameters
    ----------
    autosomal_log10_lr
        Of the same missing person against the same alternative; ``-inf`` stays so.
    evidence
        At most one per line, from :func:`weigh_y` and :func:`weigh_mt`.
    alternative
        The lines that the alternative shares with the missing person: :data:`UNRELATED`,
        :data:`PATERNAL_LINE`, :data:`MATERNAL_LINE`, :data:`BOTH_LINES`, or what
        :func:`~amana.kinship.lineage.lines.shared_lines` says of a relative.

    Raises
    ------
    ValueError
        for two pieces of evidence of one line: they are not independent.
    """
    lines = [e.line for e in evidence]
    if len(set(lines)) < len(lines):
        raise ValueError("one piece of evidence per line")
    told = [e for e in evidence if e.verdict != "not-comparable"]
    added = {e.line: e.log10_lr for e in told if e.line not in alternative and e.log10_lr is not None}
    return Combined(
        log10_lr=autosomal_log10_lr + math.fsum(added.values()),
        autosomal=autosomal_log10_lr,
        added=added,
        neutral=tuple(e.line for e in told if e.line in alternative),
        filter_only=tuple(e.line for e in told if e.line not in alternative and e.log10_lr is None),
        excluded=tuple(e.line for e in told if e.excluded),
    )


def match_probability(p: float, theta: float) -> float:
    """Probability that somebody unrelated of the same subpopulation has a haplotype of frequency p."""
    return theta + (1 - theta) * p


def weigh_mt(
    remains: MtHaplotype,
    reference: MtHaplotype,
    relative: str,
    meioses: int,
    database: MtDatabase | None = None,
    settings: LineageSettings | None = None,
) -> LineageEvidence:
    """Mitochondria of remains against a relative of the maternal line.

    A match has LR (1 - mu)^meioses / (theta + (1 - theta) p).  One difference is inconclusive and has no
    number; two exclude.
    """
    how = settings or LineageSettings()
    c = compare_mtdna(remains, reference)
    frequency = probability = lr = None
    if c.verdict == "match" and database is not None:
        frequency = database.frequency((remains, reference), c.ranges, how.confidence)
    if frequency is not None:
        probability = match_probability(frequency.upper, how.theta)
        lr = meioses * math.log10(1 - how.mt_rate) - math.log10(probability)
    return LineageEvidence(
        "mt", relative, meioses, c.verdict, c.rule, c.compared, len(c.differences), c.differences, c.ignored,
        show_ranges(c.ranges), lr, frequency, probability,
    )  # fmt: skip


def weigh_y(
    remains: YHaplotype,
    reference: YHaplotype,
    relative: str,
    meioses: int,
    database: YDatabase | None = None,
    settings: LineageSettings | None = None,
) -> LineageEvidence:
    """Y-STR of remains against a relative of the paternal line, mutations allowed for.

    LR = P(remains | relative, so many meioses) / (theta q + (1 - theta) p), where p is the upper limit of
    the more common of the two haplotypes and q the probability of the remains' haplotype through the number
    of meioses that explains it best.  For equal haplotypes q is 1, which gives the usual match probability;
    for others it keeps a distant, unlisted man of the same line in view, so that the LR never exceeds
    1/theta either.  Markers that the database lacks stand in the numerator alone, which can only lower
    the LR.
    """
    how = settings or LineageSettings()
    c = compare_ystr(remains, reference, meioses, how.rates)
    frequency = probability = lr = None
    markers = database.covered(c.full) if database is not None else ()
    if markers and database is not None:
        frequency = database.frequency((remains, reference), markers, how.y_method, how.confidence)
    if frequency is not None:
        tried = (0, *_MEIOSES, meioses) if c.differences else (0,)
        best = max(log10_same_line(reference, remains, m, c.markers, how.rates) for m in tried)
        probability = how.theta * 10.0**best + (1 - how.theta) * frequency.upper
        through = log10_same_line(reference, remains, meioses, c.markers, how.rates)
        lr = through - math.log10(probability) if math.isfinite(through) else None
    shown = tuple(f"{m} {text}" for m, text in c.differences.items())
    return LineageEvidence(
        "Y", relative, meioses, c.verdict, c.rule, len(c.markers), c.steps + len(c.others), shown, (), "", lr,
        frequency, probability,
    )  # fmt: skip
