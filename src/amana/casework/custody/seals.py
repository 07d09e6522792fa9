"""When two people have read the same seal number.

What a hand writes and a scanner types differs in case, spaces, the script of digits and the kind of dash; the
seal is the same.  Anything else is another seal: nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata

_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_NONE = frozenset({"", "-", "none", "no seal", "بلا", "بلا ختم", "بدون", "بدون ختم", "لا يوجد"})


def normal(text: str) -> str:
    """A seal number without what does not count: case, spaces, script of digits, kind of dash.

    Parameters
    ----------
    text
        As somebody typed or scanned it.
    """
    kept = "".join(
        str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c
        for c in unicodedata.normalize("NFKC", text)
        if unicodedata.category(c) not in ("Cf", "Cc")
    )
    return "".join(_DASHES.sub("-", kept).split()).casefold()


def same(one: str, other: str) -> bool:
    """Whether both are the same seal; two things without a seal are the same as well."""
    return normal(one) == normal(other)


def says_none(text: str) -> bool:
    """Whether somebody wrote that there is no seal, in either language."""
    return " ".join(text.split()).casefold() in _NONE


def written(text: str) -> str:
    """A seal as it is kept: as it was written, without spaces around it; empty for none."""
    return "" if says_none(text) else " ".join(text.split())
