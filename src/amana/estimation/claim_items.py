"""A text as a row of numbers and phrases with a meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from amana.estimation.claim_numbers import GREATEST, Item, Word, number_words
from amana.estimation.claim_words import NOUNS, known_words, longest, phrases
from amana.names import fold_letters


class Sign(NamedTuple):
    """A phrase by its meaning (:mod:`amana.estimation.claim_words`); kind ``?`` is a word without one."""

    kind: str
    detail: str = ""


AND = Sign("and")
_DASH = "[-–—−‐‑]"
_OTHER = " otherfigure "
_COMPARISONS = (
    (">=|≥|=>", "at least"), ("<=|≤|=<", "at most"), (">", "more than"), ("<", "fewer than"),
)  # fmt: skip


def is_a(item: Item, *kinds: str) -> bool:
    """Whether an item is a phrase of one of these kinds."""
    return isinstance(item, Sign) and item.kind in kinds


def items_of(text: str) -> list[Item]:
    """Numbers and phrases in the order of the text.

    A dual becomes the number 2 before its noun, and "a body or two" begins with the number 1.
    """
    tokens = _apart(fold_letters(_with_signs_in_words(text)).split())
    found: list[Item] = []
    numbers, known, at = number_words(), phrases(), 0
    while at < len(tokens):
        token = tokens[at]
        size = next((n for n in range(longest(), 0, -1) if tuple(tokens[at : at + n]) in known), 0)
        if size > 1 or (size and token not in numbers):
            kind, detail = known[tuple(tokens[at : at + size])]
            if kind in NOUNS and detail == "two":
                found.append(Word(2, "whole"))
            found.append(Sign(kind, detail))
        elif token.isascii() and token.isdigit():
            found.append(_figure(token))
        else:
            found.append(numbers.get(token, Sign("?")))
        at += max(size, 1)
    return _with_ones(found)


def _figure(digits: str) -> Item:
    """A number in digits; a long one, or one that begins with zero, is a telephone number or the like."""
    if len(digits) > len(str(GREATEST)) or (digits[0] == "0" and len(digits) > 2):
        return Sign("other")
    return Word(int(digits), "digits")


def _with_ones(items: list[Item]) -> list[Item]:
    found: list[Item] = []
    for at, item in enumerate(items):
        alone = isinstance(item, Sign) and item.kind in NOUNS and item.detail == "one"
        before = isinstance(items[at - 1], Word) if at else False
        then = items[at + 1 : at + 3]
        if alone and not before and len(then) == 2 and is_a(then[0], "or") and isinstance(then[1], Word):
            found.append(Word(1, "whole"))
        found.append(item)
    return found


def _with_signs_in_words(text: str) -> str:
    """Digits 0-9; dashes, comparisons and the like as words; what is no count as ``otherfigure``."""
    text = "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text)
    text = re.sub(r"(?<!\d)\d{1,3}(?:[,،٬']\d{3})+(?!\d)", lambda m: re.sub(r"\D", "", m.group()), text)
    figures = r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}|\d{1,2}:\d{2}|\d+[.,،٫/]\d+|\d+\s*[%٪]"
    text = re.sub(figures, _OTHER, text)
    text = re.sub(r"(?i)(?:\bno\.|\bnr\.?|\bnumber|#|№|رقم)\s*:?\s*\d+", _OTHER, text)
    text = re.sub(r"(?i)\b(?:in|since|year|of|عام|سنة|في|منذ)\s+(?:19|20)\d\d\b", _OTHER, text)
    text = re.sub(r"(?i)\bhalf a dozen\b", "6", text)
    text = re.sub(r"(?<!\d)(\d{1,6})\s*(?:±|\+/?-)\s*(\d{1,6})(?!\d)", _spread, text)
    for sign, words in _COMPARISONS:
        text = re.sub(sign, f" {words} ", text)
    text = re.sub(rf"(?<=\d)\s*(?:{_DASH}|\.{{2,3}}|…|~)\s*(?=\d)", " to ", text)
    text = re.sub(r"(?<!\d)(\d{1,9})\s*\+", r" at least \1 ", text)
    text = re.sub(r"[~≈≃∼?؟]", " about ", text)
    # twenty – thirty is from one to the other, twenty-five is one number; Arabic joins no number so.
    text = re.sub(rf"(?<=\w)(?:\s{_DASH}\s|[–—])(?=\w)", " to ", text)
    text = re.sub(r"(?<=[\u0620-\u064a])-(?=[\u0620-\u064a])", " to ", text)
    return re.sub(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)", " ", text)


def _spread(found: re.Match[str]) -> str:
    middle, by = int(found[1]), int(found[2])
    return f" {max(middle - by, 0)} to {middle + by} "


def _apart(tokens: Sequence[str]) -> list[str]:
    """Arabic words without "and", prepositions and the article, which are written together with them."""
    words = known_words() | number_words().keys()
    found = []
    for token in tokens:
        split = None if token in words else _split(token, words)
        found += split or [token]
    return found


def _split(token: str, words: frozenset[str]) -> list[str] | None:
    for conjunction in ("", "و", "ف"):
        for preposition in ("", "ب", "ل", "ك"):
            for article in ("", "ال", "ل"):
                prefix = conjunction + preposition + article
                rest = token.removeprefix(prefix)
                if prefix and rest != token and len(rest) > 1 and rest in words:
                    before = ["و"] if conjunction == "و" else []
                    return [*before, *([preposition] if preposition in ("ب", "ل") else []), rest]
    return None
