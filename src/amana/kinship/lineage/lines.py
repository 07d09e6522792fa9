"""Who on a pedigree carries the Y chromosome or the mitochondria of a missing person, and how far away."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from typing import Literal

from amana.kinship.pedigree import Pedigree, Person

Line = Literal["Y", "mt"]
LINES: tuple[Line, ...] = ("Y", "mt")


def line_of(pedigree: Pedigree, person: str, line: Line) -> dict[str, int]:
    """Everybody who shares a person's line, typed or not, with the number of meioses between.

    The Y chromosome goes from father to son, mitochondria from a mother to all her children.  Nobody shares
    the Y of a woman; a person of unknown sex who is nobody's mother counts as a possible man.

    Returns
    -------
    dict
        Person to meioses, the nearest first and by identifier among equals; the person with 0.
    """
    if line == "Y" and not _may_be_male(pedigree[person], pedigree):
        return {}
    away = {person: 0}
    waiting = deque([person])
    while waiting:
        at = waiting.popleft()
        for near in _next_to(pedigree, at, line):
            if near not in away:
                away[near] = away[at] + 1
                waiting.append(near)
    return dict(sorted(away.items(), key=lambda item: (item[1], item[0])))


def typed_on_line(pedigree: Pedigree, person: str, line: Line, typed: Collection[str]) -> dict[str, int]:
    """Typed people of a missing person's line with their meioses, the nearest first."""
    return {p: m for p, m in line_of(pedigree, person, line).items() if p in typed and p != person}


def shared_lines(pedigree: Pedigree, missing: str, other: str) -> frozenset[Line]:
    """Which lines somebody else of the family has in common with a missing person.

    For a full brother of a missing man these are both, so that neither marker can tell the two apart.
    """
    return frozenset(line for line in LINES if other in line_of(pedigree, missing, line))


def _next_to(pedigree: Pedigree, person: str, line: Line) -> Iterable[str]:
    this = pedigree[person]
    parent = this.father if line == "Y" else this.mother
    if parent is not None:
        yield parent
    for child in pedigree.children[person]:
        c = pedigree[child]
        if c.mother == person if line == "mt" else c.father == person and _may_be_male(c, pedigree):
            yield child


def _may_be_male(person: Person, pedigree: Pedigree) -> bool:
    if person.sex is not None:
        return person.sex == "M"
    return not any(pedigree[c].mother == person.id for c in pedigree.children[person.id])
