"""Opening discrepancies, inside whatever act finds one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from amana.casework.custody.models import Discrepancy, Item, Line, Transfer
from amana.casework.custody.services.book import Book
from amana.casework.numbers.services import DISCREPANCY, take


@dataclass(frozen=True)
class Found:
    """Something that does not fit.

    Attributes
    ----------
    other
        Key of the other office that it concerns, where there is one.
    """

    kind: Discrepancy.Kind
    words: str
    item: Item | None = None
    line: Line | None = None
    transfer: Transfer | None = None
    other: Any = None


def open_discrepancies(book: Book, found: Sequence[Found]) -> list[Discrepancy]:
    """Write down what does not fit.  Each gets a number and is followed to its end."""
    if not found:
        return []
    numbers = take(book.log, book.by.office, DISCREPANCY, len(found))
    rows = [
        Discrepancy(
            office=book.by.office, other_office_id=f.other if f.other != book.by.office_id else None,
            number=number, kind=f.kind, words=f.words.strip()[:500], item=f.item, line=f.line,
            transfer=f.transfer, by=book.by, at=book.now,
        )
        for f, number in zip(found, numbers, strict=True)
    ]  # fmt: skip
    book.log.save_new(rows, "custody.discrepancy.opened")
    return rows
