"""Names that senders give to files: kept to be read by people, never used on the disk."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
# Marks that turn the direction of what follows, with which "gpj.exe" is shown as "exe.jpg".
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean_name(given: str) -> str:
    """The last part of a path, without control characters and marks of direction; empty if nothing is left.

    Joiners stay: Arabic and Persian words need them.
    """
    last = re.split(r"[/\\]", given)[-1]
    last = _DIRECTIONS.sub("", last)
    last = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Zl", "Zp"))
    return last.strip().strip(".")[:LONGEST]
