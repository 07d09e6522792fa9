"""What every part of a report asks: who belongs where, and how a value is said in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from amana.kinship.joint.case import Case, Family
from amana.kinship.joint.result import Conclusion, Finding, Identification
from amana.kinship.joint.verbal import verbal_key
from amana.problems import InputProblem, Language
from amana.problems.rendering import render, sentence
from amana.reporting import numbers
from amana.reporting.blocks import Block, report
from amana.reporting.texts import Runs, Texts, plain, texts, unbroken

LABORATORY_ONLY = frozenset(
    {
        "marker",
        "markers",
        "allele",
        "alleles",
        "genotype",
        "call",
        "sample",
        "suspect",
        "suspects",
        "reference",
        "references",
    }
)
"""Parameters that tie a sentence to a single marker or reference sample.  Such a sentence stands in the
annex only, because it can say something about a genotype or about who is whose child."""

HARMLESS = frozenset(
    {
        *("support.few-markers", "identify.table-lacks-markers", "frequencies.renormalised"),
        *("frequencies.silent-added", "frequencies.mutation-not-carried"),
    }
)
"""Codes that speak of markers in number or in a frequency table, which says nothing of a genotype."""


@dataclass(frozen=True)
class Context:
    """A case, what came out, and the language."""

    case: Case
    result: Identification
    language: Language
    version: str

    @cached_property
    def texts(self) -> Texts:
        """Words of the language."""
        return texts(self.language)

    @cached_property
    def families(self) -> Mapping[str, Family]:
        """Family by identifier."""
        return {family.id: family for family in self.case.families}

    @cached_property
    def family_of(self) -> Mapping[str, str]:
        """Missing person to family."""
        return {m: family.id for family in self.case.families for m in family.missing}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every identifier of the case that a sentence may contain."""
        found = [v.id for v in self.case.victims] + [f.id for f in self.case.families]
        found += [m for f in self.case.families for m in f.missing]
        # A bare number is a person's name in some cases and a count in a sentence.
        return tuple(name for name in dict.fromkeys(found) if not name.isdecimal())

    def supported(
        self, levels: Collection[str] = ("reaches_threshold", "supports")
    ) -> dict[str, list[Conclusion]]:
        """Missing person to the conclusions that support remains for that person."""
        found: dict[str, list[Conclusion]] = {}
        for c in self.result.conclusions:
            if c.level in levels:
                for m in c.missing:
                    found.setdefault(m, []).append(c)
        return found

    def finding(self, finding: Finding) -> list[Runs]:
        """What is the matter, and what to do, as paragraphs."""
        what, remedy = sentence(finding.code, finding.params, self.language)
        found = [self.texts.sentence(what, self.names)]
        if remedy:
            found.append(self.texts.runs("findings.remedy", remedy=self.texts.sentence(remedy, self.names)))
        return found

    def warning(self, problem: InputProblem) -> Runs:
        """A note made while reading, with its place."""
        return self.texts.sentence(render(problem, self.language), self.names)

    def is_for_the_laboratory(self, finding: Finding | InputProblem) -> bool:
        """True if the sentence would name a single marker or reference sample."""
        if finding.code in HARMLESS:
            return False
        if LABORATORY_ONLY & finding.params.keys():
            return True
        field = getattr(finding, "field", None)
        values = [*finding.params.values(), field]
        return any(self._names_a_marker(value) for value in values)

    def _names_a_marker(self, value: object) -> bool:
        if isinstance(value, (list, tuple, set, frozenset)):
            return any(self._names_a_marker(v) for v in value)
        return value in self._marker_names

    @cached_property
    def _marker_names(self) -> frozenset[object]:
        return frozenset(m.name for m in self.case.markers)

    def ratio(self, log10_value: float) -> Runs:
        """A ratio in a table: ``7.06 × 10⁴``, ``1 in 350``, or words for zero and infinity."""
        if math.isinf(log10_value):
            return self.texts.runs("figures.infinite" if log10_value > 0 else "figures.zero")
        if log10_value >= -0.0005:
            return unbroken(numbers.power(abs(log10_value)))
        return self.texts.runs("figures.one_in", number=unbroken(numbers.power(-log10_value)))

    def comparison(self, log10_value: float) -> Runs:
        """A ratio inside a sentence: "about 7.06 × 10⁴ times more probable"."""
        if math.isinf(log10_value):
            return self.texts.runs("answer.certain" if log10_value > 0 else "answer.impossible")
        if abs(log10_value) < 0.0005:
            return self.texts.runs("answer.equal")
        key = "answer.more" if log10_value > 0 else "answer.less"
        return self.texts.runs(key, number=unbroken(numbers.power(abs(log10_value))))

    def verbal(self, log10_value: float) -> Runs:
        """The verbal scale's words."""
        return plain(self.texts.plain(f"verbal.{verbal_key(log10_value)}"))

    def probability(self, value: float) -> Runs:
        """A posterior."""
        return unbroken(numbers.probability(value))

    def ids(self, names: Iterable[str]) -> Runs:
        """Identifiers in a row."""
        return self.texts.ids(names)

    def report(
        self, *, title: Runs, file_title: str, eyebrow: Runs, blocks: Sequence[Block], tag: Runs | None = None
    ) -> dict[str, object]:
        """A report with what stands on every page."""
        say = self.texts
        return report(
            self.language,
            title=title,
            file_title=file_title,
            eyebrow=eyebrow,
            tag=tag,
            banner=say.runs("page.banner") if self.case.synthetic else None,
            footer=say.runs("page.footer"),
            page=say.runs("page.number", page={"page": "current"}, pages={"page": "last"}),
            program=say.runs("page.program", version=unbroken(self.version)),
            blocks=blocks,
        )
