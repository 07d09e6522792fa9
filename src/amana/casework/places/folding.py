"""What a place is looked for by: its names in the spellings that people use.

A text of names has one name a line, with a space on each side, so that "a whole name", "the beginning of a
name", "a whole word" and "a part" are all found by asking whether a piece stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from amana.names import fold, fold_letters

# Two names of one place, or of two that are counted as one: قبب بنية_قراجلة, Upper Dhak - Upper Kolyan.
_SEVERAL = re.compile(r"_| - |(?<=[\u0620-\u064a])-(?=[\u0620-\u064a])|/")
# The article as it is written before sun letters as well: Ar-Rastan.
_ARTICLE = re.compile(r"(?:ال(?=..)|(?:ash|adh|ath|a[lrstndz]) |[ae]l ?(?=...))")
_SOUNDS = str.maketrans({"q": "k", "c": "k", "g": "j", "p": "b", "v": "f", "z": "s"})


def spellings(name: str) -> list[str]:
    """A name folded, each of its parts, and the same without the article at the front."""
    whole = [name, *(_SEVERAL.split(name) if _SEVERAL.search(name) else ())]
    folded = [form for form in map(fold, whole) if form]
    return list(dict.fromkeys([*folded, *(bare for f in folded if (bare := without_article(f)))]))


def without_article(folded: str) -> str:
    """A folded name without the article at its front."""
    return _ARTICLE.sub("", folded, count=1) if _ARTICLE.match(folded) else folded


def searched(names: Iterable[str]) -> str:
    """The text in which names are looked for."""
    return _lines(form for name in names for form in spellings(name))


def sounded(names: Iterable[str]) -> str:
    """The text in which names in Latin letters are looked for by their consonants."""
    return _lines(sound(form) for name in names for form in spellings(name))


def sound(text: str) -> str:
    """Consonants of a text in Latin letters; the same for Qabu, Kabou and Al-Qabbou; empty for others.

    Only to propose where nothing else is found: other names sound alike as well.
    """
    folded = without_article(fold_letters(text))
    if not folded.isascii():
        return ""
    consonants = re.sub(r"[aeiouwy0-9]|h\b", "", folded.translate(_SOUNDS))
    return re.sub(r"(.)\1+", r"\1", " ".join(consonants.split()))


def _lines(forms: Iterable[str]) -> str:
    kept = dict.fromkeys(form for form in forms if form)
    return "".join(f"\n {form} " for form in kept) + "\n" if kept else ""
