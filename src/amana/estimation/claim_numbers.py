"""Numbers in digits and in words, English and Arabic, as spoken and as written.

The Arabic forms are those of nominative, oblique and of everyday speech in Syria, folded by
:func:`amana.names.fold_letters` (one alef, ya and ta; no hamza).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from amana.names import fold_letters

GREATEST = 9_999_999
"""What lies above is a telephone number or a slip, not a count."""


@dataclass(frozen=True)
class Word:
    """A piece of a number.

    ``place``: ``digits``, ``unit`` (1-9), ``ten`` (10 that makes teens in Arabic), ``teen``, ``tens``,
    ``hundred`` and ``thousand`` (which multiply), ``hundreds`` and ``thousands`` (which do not), ``plural``
    (Arabic thousands, a number only behind another), ``dozen``, ``whole`` (joins nothing).
    """

    value: int
    place: str
    arabic: bool = False


_ENGLISH = {
    "unit": "one two three four five six seven eight nine",
    "teen": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "tens": "twenty thirty forty fifty sixty seventy eighty ninety",
}
_FIRST = {"unit": (1, 1), "teen": (10, 1), "tens": (20, 10)}
_ARABIC_UNITS = (
    "واحد واحدة احدى احد وحدة",
    "اثنان اثنين اثنتان اثنتين اثنا اثنتا اثني اثنتي تنين تنتين ثنتين اتنين",
    "ثلاثة ثلاث تلاتة تلات تلت",
    "اربعة اربع",
    "خمسة خمس",
    "ستة ست",
    "سبعة سبع",
    "ثمانية ثماني ثمان تمانية تمن تماني",
    "تسعة تسع",
)
_ARABIC_TENS = (
    "عشرون عشرين",
    "ثلاثون ثلاثين تلاتين",
    "اربعون اربعين",
    "خمسون خمسين",
    "ستون ستين",
    "سبعون سبعين",
    "ثمانون ثمانين تمانين",
    "تسعون تسعين",
)
_SPOKEN_TEENS = (
    "احدعش حدعش حداعش احدعشر",
    "اطنعش طنعش اتناعش اثناعشر",
    "تلتعش تلطعش",
    "اربعتعش",
    "خمستعش خمسطعش",
    "ستعش سطعش",
    "سبعتعش سبعطعش",
    "تمنتعش تمنطعش",
    "تسعتعش تسعطعش",
)
_HUNDRED = ("مئة", "مائة", "مية", "ميت")


@cache
def number_words() -> dict[str, Word]:
    """Folded word to what it stands for."""
    found: dict[str, Word] = {}
    for place, words in _ENGLISH.items():
        first, step = _FIRST[place]
        for at, word in enumerate(words.split()):
            found[word] = Word(first + at * step, place)
    found |= {"forty": Word(40, "tens"), "fourty": Word(40, "tens")}
    found |= {"hundred": Word(100, "hundred"), "thousand": Word(1000, "thousand"), "dozen": Word(12, "dozen")}
    rows = [("unit", 1, 1, _ARABIC_UNITS), ("tens", 20, 10, _ARABIC_TENS), ("teen", 11, 1, _SPOKEN_TEENS)]
    for place, first, step, forms in rows:
        for at, words in enumerate(forms):
            for word in words.split():
                found[fold_letters(word)] = Word(first + at * step, place, arabic=True)
    found[fold_letters("دزينة")] = Word(12, "dozen", arabic=True)
    for word in ("عشر", "عشرة"):
        found[fold_letters(word)] = Word(10, "ten", arabic=True)
    for hundred in _HUNDRED:
        found[fold_letters(hundred)] = Word(100, "hundred", arabic=True)
        for at, words in enumerate(_ARABIC_UNITS[2:], start=3):
            for word in words.split():
                found[fold_letters(word + hundred)] = Word(at * 100, "hundreds", arabic=True)
    for word in ["مئتان", "مئتين", "مائتان", "مائتين", "مئتا", "مئتي", "ميتين"]:
        found[fold_letters(word)] = Word(200, "hundreds", arabic=True)
    found[fold_letters("ألف")] = Word(1000, "thousand", arabic=True)
    found[fold_letters("آلاف")] = Word(1000, "plural", arabic=True)
    for word in ["ألفان", "ألفين", "ألفا", "ألفي"]:
        found[fold_letters(word)] = Word(2000, "thousands", arabic=True)
    return found


Item = object
"""What stands in a sentence: a :class:`Word`, or anything else."""


def read_number(items: Sequence[Item], at: int, joint: Item) -> tuple[int, int] | None:
    """The number that begins at ``at``, and where it ends; None where none begins.

    ``joint`` is the item that stands for "and".
    """
    first = _word(items, at)
    if first is None or first.place == "plural":
        return None
    if first.place == "whole":
        return first.value, at + 1
    if first.place == "thousands":
        total, end = first.value, at + 1
    elif first.place == "thousand":
        total, end = 1000, at + 1
    elif first.place == "dozen":
        return 12, at + 1
    else:
        group = _group(items, at, joint)
        if group is None:
            return None
        total, end = group
        following = _word(items, end)
        if following is None or following.place not in ("thousand", "plural", "dozen"):
            return total, end
        total, end = total * following.value, end + 1
        if following.place == "dozen":
            return total, end
    rest = _group(items, end + 1, joint) if end < len(items) and items[end] == joint else None
    rest = rest or (_group(items, end, joint) if not first.arabic else None)
    if rest is not None and rest[0] < 1000 and not _multiplied(items, rest[1]):
        return total + rest[0], rest[1]
    return total, end


def _word(items: Sequence[Item], at: int) -> Word | None:
    item = items[at] if at < len(items) else None
    return item if isinstance(item, Word) else None


def _multiplied(items: Sequence[Item], at: int) -> bool:
    """Whether a word that multiplies follows: what stands before it begins a new number."""
    following = _word(items, at)
    return following is not None and following.place in ("hundred", "thousand", "plural", "dozen")


def _group(items: Sequence[Item], at: int, joint: Item) -> tuple[int, int] | None:
    """Digits, or what lies below a thousand in words."""
    first, second = _word(items, at), _word(items, at + 1)
    if first is None:
        return None
    if first.place == "digits":
        if second is not None and second.place == "hundred":
            return first.value * 100, at + 2
        return first.value, at + 1
    if first.place == "hundred":
        value, end = 100, at + 1
    elif first.place == "hundreds":
        value, end = first.value, at + 1
    elif first.place == "unit" and second is not None and second.place == "hundred":
        value, end = first.value * 100, at + 2
    else:
        return _small(items, at, joint)
    rest = _small(items, end + 1, joint) if end < len(items) and items[end] == joint else None
    rest = rest or (_small(items, end, joint) if not first.arabic else None)
    following = _word(items, rest[1]) if rest is not None else None
    if rest is None or (following is not None and following.place in ("hundred", "dozen")):
        return value, end
    return value + rest[0], rest[1]


def _small(items: Sequence[Item], at: int, joint: Item) -> tuple[int, int] | None:
    """What lies below a hundred, in words."""
    first, second = _word(items, at), _word(items, at + 1)
    if first is None or first.place not in ("unit", "ten", "teen", "tens"):
        return None
    if first.place == "unit":
        if second is not None and second.place == "ten":
            return 10 + first.value, at + 2
        tens = _word(items, at + 2) if at + 1 < len(items) and items[at + 1] == joint else None
        if first.arabic and tens is not None and tens.place == "tens":
            return first.value + tens.value, at + 3
    elif first.place == "tens" and not first.arabic and second is not None and second.place == "unit":
        return first.value + second.value, at + 2
    return first.value, at + 1
