"""The row in which each person stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linprog

from amana.kinship.pedigree import Pedigree


def components(pedigree: Pedigree) -> list[tuple[str, ...]]:
    """People who are connected through parents and children, each component in the order of the pedigree."""
    seen: set[str] = set()
    found = []
    for person in pedigree.persons:
        if person.id in seen:
            continue
        members, stack = set(), [person.id]
        while stack:
            current = stack.pop()
            if current in members:
                continue
            members.add(current)
            stack.extend(_parents(pedigree, current))
            stack.extend(pedigree.children[current])
        seen |= members
        found.append(tuple(p.id for p in pedigree.persons if p.id in members))
    return found


def generations(pedigree: Pedigree, members: Sequence[str]) -> dict[str, int]:
    """Row of each member, 0 at the top.

    Every child stands below both parents.  Partners stand side by side unless that is impossible, as
    for a father and his daughter; a man who married his niece therefore stands in her row.  Among all such
    rows the total length of the lines from parents to children is the least (a linear programme whose
    matrix is totally unimodular, so its corners are whole numbers).
    """
    group = _partners_together(pedigree, members)
    names = sorted(set(group.values()), key=list(members).index)
    number = {name: i for i, name in enumerate(names)}
    edges = [
        (number[group[parent]], number[group[child]])
        for child in members
        for parent in _parents(pedigree, child)
    ]
    if not edges:
        return dict.fromkeys(members, 0)
    cost = np.zeros(len(names))
    rows = np.zeros((len(edges), len(names)))
    for i, (parent, child) in enumerate(edges):
        cost[child] += 1
        cost[parent] -= 1
        rows[i, parent], rows[i, child] = 1, -1
    solution = linprog(cost, A_ub=rows, b_ub=-np.ones(len(edges)), bounds=(0, len(names)), method="highs-ds")
    row = np.rint(solution.x).astype(int)
    row -= row.min()
    return {person: int(row[number[group[person]]]) for person in members}


def are_related(pedigree: Pedigree, one: str, other: str) -> bool:
    """True if the two share an ancestor in the pedigree, or one descends from the other."""
    return bool(_ancestors(pedigree, one) & _ancestors(pedigree, other))


def _parents(pedigree: Pedigree, person: str) -> list[str]:
    record = pedigree[person]
    return [p for p in (record.father, record.mother) if p is not None]


def _ancestors(pedigree: Pedigree, person: str) -> set[str]:
    found, stack = set(), [person]
    while stack:
        current = stack.pop()
        if current not in found:
            found.add(current)
            stack.extend(_parents(pedigree, current))
    return found


def _partners_together(pedigree: Pedigree, members: Sequence[str]) -> dict[str, str]:
    """Person to the name of the group that shares a row: partners, as long as no group is above itself."""
    group = {person: person for person in members}
    couples = []
    for child in members:
        father, mother = pedigree[child].father, pedigree[child].mother
        if father is not None and mother is not None and (father, mother) not in couples:
            couples.append((father, mother))
    for father, mother in couples:
        tried = {p: group[father] if g == group[mother] else g for p, g in group.items()}
        if not _has_cycle(pedigree, members, tried):
            group = tried
    return group


def _has_cycle(pedigree: Pedigree, members: Sequence[str], group: Mapping[str, str]) -> bool:
    above: dict[str, set[str]] = {g: set() for g in group.values()}
    for child in members:
        for parent in _parents(pedigree, child):
            above[group[child]].add(group[parent])
    while above:
        top = {g for g, parents in above.items() if not parents & above.keys()}
        if not top:
            return True
        above = {g: parents for g, parents in above.items() if g not in top}
    return False
