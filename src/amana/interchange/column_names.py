"""Columns found under any of the names that offices give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from amana.interchange.collecting import Problems
from amana.interchange.tables import Table
from amana.names import fold_letters


def folded(heading: str) -> str:
    """A heading without capitals, spaces and signs, in one spelling of Arabic."""
    return fold_letters(heading).replace(" ", "")


def find_named(table: Table, names: Mapping[str, Sequence[str]], problems: Problems) -> dict[str, int] | None:
    """Place of each column; ``names`` are the other names of a column, the first that is there counts.

    None, with a fault noted, where the one that counts is there twice.
    """
    headings = [folded(h) for h in table.header]
    found: dict[str, int] = {}
    twice = False
    for column, others in names.items():
        by_name = ([i for i, h in enumerate(headings) if h == folded(name)] for name in (column, *others))
        places: list[int] = next(filter(None, by_name), [])
        if len(places) > 1:
            written = table.header[places[1]]
            problems.fault("file.column-twice", table.file, table.header_row, written, column=written)
            twice = True
        elif places:
            found[column] = places[0]
    return None if twice else found
