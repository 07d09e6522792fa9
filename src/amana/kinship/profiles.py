"""What a laboratory read in a sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Call = tuple[str | None, str | None]
"""Two allele labels in any order.  ``("12", None)``: one allele known, the other not.
``(None, None)`` is the same as no call."""


class Role(StrEnum):
    """Whose a profile is, and so what it may be compared with (:mod:`amana.kinship.purpose`)."""

    REMAINS = "remains"
    RELATIVE = "relative"
    ITEM = "item"
    """From a thing that the missing person used, or a milk tooth: a direct reference."""
    ELIMINATION = "elimination"
    """Of somebody who handles samples or remains, to recognise contamination."""
    BLANK = "blank"
    """Of a control that should hold no DNA."""


@dataclass(frozen=True)
class Profile:
    """Typing result of one sample.

    Attributes
    ----------
    sample
        Identifier of the sample.
    calls
        Marker name to call.  A marker that is absent was not typed.  A male's X
        marker is written ``("12", "12")``.
    dropout
        Probability that one allele of this sample fails to be seen, 0 where the
        profile is taken as complete.  ``("12", "12")`` may then be a heterozygote of
        which one allele was lost.
    dropin
        Probability that a marker shows one allele that is not the donor's.
    replicates
        Marker name to the sets of alleles seen in repeated typings.  Where given it is used
        instead of ``calls``; each set is one typing.
    role
        What the sample was given for; None where its place in a case says so.
    """

    sample: str
    calls: Mapping[str, Call] = field(default_factory=dict)
    dropout: float = 0.0
    dropin: float = 0.0
    replicates: Mapping[str, tuple[frozenset[str], ...]] = field(default_factory=dict)
    role: Role | None = None
