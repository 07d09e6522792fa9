"""Counts as they were said over time: never overwritten, each with what it counts and its basis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from amana.problems import Language
from amana.reporting.field.words import field_texts, isolated_words, one_line
from amana.reporting.svg import isolated


@dataclass(frozen=True)
class CountClaim:
    """One count.

    Attributes
    ----------
    counted, basis
        In words of the reader's language, such as "bodies" and "reported".
    low, high
        None where no such end was given; the same for one number.
    words
        The source's own.
    vague
        Whether the words are vague, so that the numbers, if any, are a reading of them.
    """

    counted: str
    basis: str
    low: int | None = None
    high: int | None = None
    words: str = ""
    source: str = ""
    day: date | None = None
    vague: bool = False


def in_order(counts: Sequence[CountClaim]) -> list[tuple[str, list[CountClaim]]]:
    """Counts by what they count, in the order in which each was first said; those without a day come last."""
    ordered = sorted(counts, key=lambda c: c.day or date.max)
    groups: dict[str, list[CountClaim]] = {}
    for count in ordered:
        groups.setdefault(one_line(count.counted), []).append(count)
    return list(groups.items())


def range_words(count: CountClaim, language: Language) -> str:
    """``20 to 25``, ``4 or more``, ``no number given``; a vague one says so."""
    say = field_texts(language).plain
    low, high = (None if x is None else isolated(f"{x:,}") for x in (count.low, count.high))
    if low is not None and high is not None:
        text = low if low == high else say("counts.range", low=low, high=high)
    elif low is not None:
        text = say("counts.from_low", low=low)
    elif high is not None:
        text = say("counts.to_high", high=high)
    else:
        text = say("counts.no_number")
    return say("counts.vague", range=text) if count.vague else text


def day_words(count: CountClaim, language: Language) -> str:
    """``2026-11-24``, or that it has no date."""
    return isolated(count.day.isoformat()) if count.day else field_texts(language).plain("counts.no_date")


def count_table(counts: Sequence[CountClaim], language: Language) -> tuple[list[str], list[list[str]]]:
    """Heads and rows that say in words what :func:`count_history_svg` draws."""
    say = field_texts(language)
    heads = [say.entries[f"counts.column_{key}"] for key in ("at", "counted", "range", "basis", "words")]
    rows = [
        [
            day_words(c, language),
            isolated_words(counted),
            range_words(c, language),
            isolated_words(one_line(c.basis)),
            said_words(c, language),
        ]
        for counted, group in in_order(counts)
        for c in group
    ]
    return heads, rows


def said_words(count: CountClaim, language: Language) -> str:
    """The source's words in quotation marks, and the source."""
    say = field_texts(language)
    parts = []
    if count.words:
        parts.append(say.plain("list.quoted", words=isolated_words(one_line(count.words))))
    if count.source:
        parts.append(isolated_words(one_line(count.source)))
    return say.entries["list.comma"].join(parts)
