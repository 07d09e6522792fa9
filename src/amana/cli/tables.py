"""Columns of text that line up, Arabic letters and their marks included."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Columns of a terminal that a text takes: marks and direction signs take none."""
    return sum(unicodedata.category(letter) not in ("Mn", "Me", "Cf") for letter in text)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with a rule under the first."""
    widths = [max(width(row[c]) for row in rows) for c in range(len(rows[0]))]
    lines = [
        "  ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return [lines[0], "  ".join("-" * w for w in widths), *lines[1:]]
