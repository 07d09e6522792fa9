"""A family as rows of places and the lines between neighbouring rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from amana.kinship.pedigree import Pedigree
from amana.reporting.tree.generations import are_related

Place = str | tuple[str, int]
"""A person, or ``(line, n)``: the place that a long line takes in a row it passes."""


@dataclass
class Odd:
    """A point between two rows of people, where lines from above become lines downwards.

    ``ups`` and ``downs`` are places in the row above and below.  ``couple`` is true for a point on a
    long line from one partner down to the row of the other: all of it is part of the couple's line.
    """

    union: tuple[str | None, str | None]
    row: int
    ups: list[Place]
    downs: list[Place] = field(default_factory=list)
    couple: bool = False
    related: bool = False


@dataclass
class Graph:
    """Rows of places (in no particular order) and the points below each row."""

    rows: list[list[Place]]
    odds: list[list[Odd]]

    def is_person(self, place: Place) -> bool:
        """False for the place of a passing line."""
        return isinstance(place, str)


def build(pedigree: Pedigree, members: Sequence[str], generation: Mapping[str, int]) -> Graph:
    """Places and points of one connected component.

    Children of one known parent hang from that parent alone; they are half-siblings as far as
    anybody knows, so no second parent is drawn for them.
    """
    depth = max(generation.values()) + 1
    graph = Graph([[] for _ in range(depth)], [[] for _ in range(depth)])
    for person in members:
        graph.rows[generation[person]].append(person)
    children: dict[tuple[str | None, str | None], list[str]] = {}
    for person in members:
        record = pedigree[person]
        if record.father is not None or record.mother is not None:
            union = (record.father, record.mother)
            # Two people of unknown sex may stand as father and mother in either order; they are one couple.
            children.setdefault(union[::-1] if union[::-1] in children else union, []).append(person)
    count = 0

    def passing(row: int) -> Place:
        nonlocal count
        count += 1
        place = (f"line {count}", row)
        graph.rows[row].append(place)
        return place

    for union, offspring in children.items():
        partners = [p for p in union if p is not None]
        row = max(generation[p] for p in partners)
        related = len(partners) == 2 and are_related(pedigree, *partners)
        ups: list[Place] = []
        for partner in partners:
            top: Place = partner
            for level in range(generation[partner], row):
                point = Odd(union, level, [top], couple=True, related=related)
                graph.odds[level].append(point)
                top = passing(level + 1)
                point.downs.append(top)
            ups.append(top)
        point = Odd(union, row, ups, related=related)
        graph.odds[row].append(point)
        for level in range(row + 1, max(generation[c] for c in offspring) + 1):
            point.downs.extend(c for c in offspring if generation[c] == level)
            if any(generation[c] > level for c in offspring):
                below = passing(level)
                point.downs.append(below)
                point = Odd(union, level, [below])
                graph.odds[level].append(point)
    return graph
