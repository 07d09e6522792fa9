"""The words of field documents, and days, times and free text as runs that neither flip nor break a page."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from amana.problems import Language
from amana.reporting.svg import visible
from amana.reporting.texts import Runs, Texts, breakable, joined, plain, unbroken

_HERE = Path(__file__).parent
_LONGEST_WORD, _PIECE, _MAY_BREAK = 14, 8, "\u200b"
_LONGEST_CODE = 18
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")


class Words(NamedTuple):
    """The same in both languages, for what is always printed in both, such as a label."""

    en: str
    ar: str

    def of(self, language: Language) -> str:
        """In one language."""
        return self.ar if language == "ar" else self.en


NO_WORDS = Words("", "")


@cache
def field_texts(language: Language) -> Texts:
    """The texts of field documents, their keys flattened to ``section.key``."""
    with (_HERE / f"texts.{language}.toml").open("rb") as file:
        sections = tomllib.load(file)
    return Texts(
        language, {f"{s}.{k}": text for s, section in sections.items() for k, text in section.items()}
    )


def one_line(text: str) -> str:
    """Text of anybody on one line: white space as one space, hidden characters written out."""
    return visible(" ".join(text.split()))


def isolated_words(text: str) -> str:
    """A name or phrase of either script that does not disturb the sentence around it.

    It runs as most of its letters do: what is mostly Arabic may begin with a Latin abbreviation.
    """
    arabic = sum(unicodedata.bidirectional(c) in ("AL", "R") for c in text)
    latin = sum(unicodedata.bidirectional(c) == "L" for c in text)
    mark = "\u2067" if arabic > latin else "\u2066" if latin > arabic else "\u2068"
    return f"{mark}{text}\u2069"


def shortened(text: str, longest: int) -> str:
    """One line of at most ``longest`` characters; what is cut is said by an ellipsis."""
    line = one_line(text)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def breaking(line: str) -> str:
    """The same, and a word of any length can break."""
    return _LONG_WORD.sub(_broken, line)


def written(text: str) -> Runs:
    """Free text of anybody: isolated from the sentence around it, and a word of any length can break."""
    line = one_line(text)
    return plain(isolated_words(breaking(line))) if line else []


def left_to_right(text: str) -> Runs:
    """Such as coordinates: in the order of Latin text in every language, and free to break between words."""
    line = one_line(text)
    return [{"ltr": breaking(line)}] if line else []


def _broken(word: re.Match[str]) -> str:
    pieces, taken = [""], 0
    for c in word[0]:
        if taken >= _PIECE and not unicodedata.combining(c):
            pieces.append("")
            taken = 0
        pieces[-1] += c
        taken += 1
    return _MAY_BREAK.join(pieces)


def code(text: str) -> Runs:
    """A number, seal or file name: left-to-right, whole where it fits a column."""
    line = " ".join(text.split())
    if not line:
        return []
    return unbroken(line) if len(line) <= _LONGEST_CODE else breakable(line)


def codes(texts: Iterable[str], language: Language) -> Runs:
    """Several numbers in a row."""
    return joined((code(t) for t in texts), field_texts(language).plain("list.comma"))


def hashed(digest: str) -> Runs:
    """A hash in groups that may stand below each other."""
    shown = one_line(digest)
    return [{"ltr": _MAY_BREAK.join(shown[i : i + 16] for i in range(0, len(shown), 16))}]


def missing(language: Language) -> Runs:
    """That something is not recorded, in words."""
    return [{"t": field_texts(language).entries["common.not_recorded"], "quiet": True}]


def said(text: str, language: Language) -> Runs:
    """Free text, or that it is not recorded."""
    return written(text) or missing(language)


def lines_of(language: Language, *lines: Runs) -> list[Runs]:
    """Those of these lines that are there, or one that says that none is recorded."""
    return [line for line in lines if line] or [missing(language)]


def day(value: date, language: Language) -> str:
    """``24 November 2026``, with the months of the Levant in Arabic."""
    say = field_texts(language).plain
    return say("date.day", day=str(value.day), month=say(f"month.{value.month}"), year=str(value.year))


def moment(value: datetime, language: Language) -> Runs:
    """Day, time and zone in a sentence."""
    return field_texts(language).runs(
        "date.moment",
        day=day(value, language),
        time=unbroken(f"{value:%H:%M}"),
        zone=unbroken(zone(value)),
    )


def stamp(value: datetime | None) -> Runs:
    """Day and time in a narrow column: ``2026-11-24 14:05``, which may break between the two."""
    if value is None:
        return []
    zone(value)
    return [{"i": f"{value:%Y-%m-%d}"}, {"t": " "}, {"i": f"{value:%H:%M}"}]


def zone(value: datetime) -> str:
    """``UTC+3``, ``UTC``.

    Raises
    ------
    ValueError
        If ``value`` names no zone: a time whose zone is guessed is worse than none.
    """
    offset = value.utcoffset()
    if offset is None:
        raise ValueError(f"a time without its zone: {value.isoformat()}")
    minutes = round(abs(offset).total_seconds() / 60)
    sign = "\u2212" if offset < timedelta() else "+"
    parts = f"{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")
    return f"UTC{parts}" if minutes else "UTC"


def zones(moments: Iterable[datetime | None]) -> list[str]:
    """The zones of these times, each once, in their order."""
    return list(dict.fromkeys(zone(m) for m in moments if m is not None))


def duration(value: timedelta, language: Language) -> str:
    """``35 min``, ``7 h``, ``12 d``: one unit, rounded down."""
    say = field_texts(language).plain
    minutes = int(value.total_seconds() // 60)
    if minutes < 120:
        return say("duration.minutes", n=str(minutes))
    if minutes < 48 * 60:
        return say("duration.hours", n=str(minutes // 60))
    return say("duration.days", n=str(minutes // (24 * 60)))
