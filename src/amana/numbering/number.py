"""Numbers such as ``HMS-04-017-6``: office, mission or spot, running number, check character."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from amana.numbering.check import check_character
from amana.problems import InputProblem, InputProblems

PATTERN = re.compile(r"([A-Z]{2,5})-([0-9]{2,4})-([0-9]{3,6})-([0-9A-Z])")
_EXAMPLE = "HMS-04-017-6"
_SEPARATED = re.compile(r"([A-Z01]{2,5})-([0-9OIL]{1,6})-([0-9OIL]{1,8})-([0-9A-Z])")
_TOGETHER = re.compile(r"([A-Z01]{2,5})([0-9OIL]{2})([0-9OIL]{3})([0-9A-Z])")
_TO_DIGIT, _TO_LETTER = str.maketrans("OIL", "011"), str.maketrans("01", "OI")
_EXCHANGED = str.maketrans("O0I1", "0O1I")
_GREATEST_PLACE, _GREATEST_RUNNING = 9999, 999_999
_SEPARATORS = re.compile(r"[\s_./\\\u2010-\u2015\u2212-]+")


@dataclass(frozen=True, order=True)
class Number:
    """A number whose check character follows from its parts.

    ``office`` has two to five letters A-Z; ``place`` (mission or spot) is 0 to 9999, ``running`` 0 to 999999,
    written with at least two and three digits.  The check character is over all parts without dashes.

    Raises
    ------
    InputProblems
        ``numbering.bad-format`` for parts that cannot be written so.
    """

    office: str
    place: int
    running: int

    def __post_init__(self) -> None:
        if not PATTERN.fullmatch(f"{self.office}-{self.place:02d}-{self.running:03d}-0"):
            given = f"{self.office}-{self.place}-{self.running}"
            raise InputProblems([InputProblem("numbering.bad-format", params=_told(given, _EXAMPLE))])

    @property
    def check(self) -> str:
        """The check character."""
        return check_character(f"{self.office}{self.place:02d}{self.running:03d}")

    def __str__(self) -> str:
        return f"{self.office}-{self.place:02d}-{self.running:03d}-{self.check}"


def parse(text: str) -> Number:
    """A number as people write and dictate it.

    Spaces and other separators instead of dashes, small letters, Arabic-Indic and extended digits and hidden
    characters make no difference.  Everything else is an error, also where the program could guess: a wrong
    number on remains is worse than a question.

    Raises
    ------
    InputProblems
        ``numbering.did-you-mean``: a valid number if O and 0 or I (small l) and 1 are exchanged, zeros at
        the front of a part are added or left out, or separators are put in; ``expected`` is that number, for
        a person to confirm on the label.
        ``numbering.bad-check``: well formed, with a wrong check character; ``expected`` is the character that
        belongs to the other parts.  Any part can be the wrong one.
        ``numbering.bad-format``: not such a number; ``expected`` is an example.
        ``given`` is the text in each.
    """
    shown = _plain(text)
    exact = PATTERN.fullmatch(shown)
    number = Number(exact[1], int(exact[2]), int(exact[3])) if exact else None
    if number is not None and str(number) == shown:
        return number
    meant = _meant(shown)
    if meant is not None:
        raise InputProblems([InputProblem("numbering.did-you-mean", params=_told(text, str(meant)))])
    if number is not None and str(number)[:-1] == shown[:-1]:
        raise InputProblems([InputProblem("numbering.bad-check", params=_told(text, number.check))])
    raise InputProblems([InputProblem("numbering.bad-format", params=_told(text, _EXAMPLE))])


def _plain(text: str) -> str:
    kept = "".join(
        str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c
        for c in unicodedata.normalize("NFKC", text).upper()
        if unicodedata.category(c) != "Cf"
    )
    return _SEPARATORS.sub("-", kept).strip("-")


def _meant(shown: str) -> Number | None:
    """The number that was probably meant, where its check character agrees."""
    found = _SEPARATED.fullmatch(shown) or _TOGETHER.fullmatch(shown.replace("-", ""))
    if not found:
        return None
    office = found[1].translate(_TO_LETTER)
    place, running = (int(part.translate(_TO_DIGIT)) for part in found.group(2, 3))
    if not (place <= _GREATEST_PLACE and running <= _GREATEST_RUNNING):
        return None
    number = Number(office, place, running)
    return number if number.check in (found[4], found[4].translate(_EXCHANGED)) else None


def _told(given: str, expected: str) -> dict[str, object]:
    return {"given": given, "expected": expected}
