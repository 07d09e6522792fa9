"""Horizontal places: straight lines where possible, parents over the middle of their children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.optimize import linprog

from amana.reporting.tree.graph import Graph, Odd, Place
from amana.reporting.tree.order import adjacent_couple

GAP = 16.0
"""Least free space between two people."""
PORT = 8.0
"""Distance between lines that leave one person on the same side."""
_PASSING = 6.0
_POINT_GAP = 12.0


@dataclass
class Ports:
    """Lines that leave a person at the side and then go down, nearest first."""

    left: list[Odd] = field(default_factory=list)
    right: list[Odd] = field(default_factory=list)


def ports(graph: Graph, rows: Sequence[Sequence[Place]]) -> dict[str, Ports]:
    """Which points each person reaches by a line of their own, and on which side."""
    found: dict[str, Ports] = {place: Ports() for row in rows for place in row if isinstance(place, str)}
    for level, row in enumerate(rows):
        at = {place: i for i, place in enumerate(row)}
        beside: dict[str, set[int]] = {p: set() for p in row if isinstance(p, str)}
        for odd in graph.odds[level]:
            if adjacent_couple(odd, row):
                for one, other in (odd.ups, odd.ups[::-1]):
                    beside[str(one)].add(1 if at[other] > at[one] else -1)
        for odd in sorted(graph.odds[level], key=lambda o: _span(o, at)):
            if adjacent_couple(odd, row):
                continue
            for up in odd.ups:
                if not isinstance(up, str):
                    continue
                others = [at[o] for o in odd.ups if o != up]
                right = others[0] > at[up] if others else _freer(found[up], beside[up])
                (found[up].right if right else found[up].left).append(odd)
    return found


def _span(odd: Odd, at: Mapping[Place, int]) -> int:
    return max(at[up] for up in odd.ups) - min(at[up] for up in odd.ups)


def _freer(taken: Ports, beside: set[int]) -> bool:
    left, right = len(taken.left) + (-1 in beside), len(taken.right) + (1 in beside)
    return right <= left


@dataclass
class Places:
    """Centres of places and points, and how far each place reaches to its sides."""

    x: dict[Place, float]
    point: dict[int, float]
    left: dict[Place, float]
    right: dict[Place, float]
    port: dict[tuple[int, Place], float]
    anchor: dict[int, float]
    """Where the line of children leaves the line of partners who are neighbours."""


def placed(
    graph: Graph, rows: Sequence[Sequence[Place]], half_width: Mapping[str, float], sides: Mapping[str, Ports]
) -> Places:
    """Solve for all horizontal places of one component.

    A linear programme: order and least distances are its constraints, and it minimises the weighted
    absolute offsets of couples from their children and of long lines from the vertical, and the distances
    between neighbours.

    Parameters
    ----------
    half_width
        Half of what a person and the text below need, per person.

    Returns
    -------
    Places, the leftmost reach at 0.
    """
    left: dict[Place, float] = {}
    right: dict[Place, float] = {}
    offset: dict[tuple[int, Place], float] = {}
    for row in rows:
        for place in row:
            if isinstance(place, str):
                half = half_width[place]
                left[place] = half + PORT * len(sides[place].left)
                right[place] = half + PORT * len(sides[place].right)
                for sign, odds in ((-1, sides[place].left), (1, sides[place].right)):
                    for k, odd in enumerate(odds):
                        offset[id(odd), place] = sign * (half + PORT * (k + 0.75))
            else:
                left[place] = right[place] = _PASSING
    model = _Model()
    for row in rows:
        for place in row:
            model.add(place)
    for points in graph.odds:
        for odd in points:
            model.add(id(odd))
    for level, row in enumerate(rows):
        for one, other in pairwise(row):
            model.apart(one, other, right[one] + left[other] + GAP)
            model.pull([(other, 1.0), (one, -1.0)], 0.0, _closeness(graph, level, one, other))
        _points(model, graph, rows, level, left, right, offset)
    values = model.solve()
    shift = min(values[p] - left[p] for row in rows for p in row)
    x = {place: values[place] - shift for row in rows for place in row}
    point = {id(odd): values[id(odd)] - shift for points in graph.odds for odd in points}
    port = {key: x[key[1]] + value for key, value in offset.items()}
    anchor = {}
    for level, row in enumerate(rows):
        for odd in graph.odds[level]:
            if adjacent_couple(odd, row):
                a, b = sorted(odd.ups, key=lambda up: x[up])
                anchor[id(odd)] = round((x[a] + right[a] + x[b] - left[b]) / 2, 3)
    return Places(x, point, left, right, port, anchor)


def _closeness(graph: Graph, level: int, one: Place, other: Place) -> float:
    if any(one in odd.ups and other in odd.ups for odd in graph.odds[level]):
        return 0.5
    if level and any(one in odd.downs and other in odd.downs for odd in graph.odds[level - 1]):
        return 0.3
    return 0.05


def _points(
    model: _Model,
    graph: Graph,
    rows: Sequence[Sequence[Place]],
    level: int,
    left: Mapping[Place, float],
    right: Mapping[Place, float],
    offset: Mapping[tuple[int, Place], float],
) -> None:
    row = rows[level]
    at = {place: i for i, place in enumerate(row)}
    points = sorted(
        graph.odds[level],
        key=lambda o: sum(at[u] + 0.1 * np.sign(offset.get((id(o), u), 0.0)) for u in o.ups) / len(o.ups),
    )
    for one, other in pairwise(points):
        model.apart(id(one), id(other), _POINT_GAP)
    for odd in points:
        me = id(odd)
        ends = [(up, offset.get((me, up), 0.0)) for up in odd.ups]
        if adjacent_couple(odd, row):
            a, b = sorted(odd.ups, key=lambda up: at[up])
            # The middle of the free space between the two texts, which the line of the children passes.
            model.pull([(me, 1.0), (a, -0.5), (b, -0.5)], (right[a] - left[b]) / 2, 50.0)
        elif len(ends) == 2:
            (a, da), (b, db) = sorted(ends, key=lambda end: at[end[0]])
            model.pull([(me, 1.0), (a, -0.5), (b, -0.5)], (da + db) / 2, 0.2)
            model.above(me, a, da, 100.0)
            model.below(me, b, db, 100.0)
        else:
            model.pull([(me, 1.0), (ends[0][0], -1.0)], ends[0][1], 4.0)
        if level + 1 < len(rows) and odd.downs:
            below = {place: i for i, place in enumerate(rows[level + 1])}
            first, last = (pick(odd.downs, key=lambda d: below[d]) for pick in (min, max))
            if first == last:
                model.pull([(me, 1.0), (first, -1.0)], 0.0, 4.0)
            else:
                model.pull([(me, 1.0), (first, -0.5), (last, -0.5)], 0.0, 2.0)


class _Model:
    """A linear programme in the places and in one slack per wish."""

    def __init__(self) -> None:
        self.number: dict[object, int] = {}
        self.rows: list[tuple[list[tuple[int, float]], float]] = []
        self.wishes: list[float] = []

    def add(self, name: object) -> None:
        self.number[name] = len(self.number)

    def apart(self, one: object, other: object, distance: float) -> None:
        self.rows.append(([(self.number[one], 1.0), (self.number[other], -1.0)], -distance))

    def pull(self, terms: Sequence[tuple[object, float]], constant: float, weight: float) -> None:
        """Wish that the sum of terms equals ``constant``."""
        for sign in (1.0, -1.0):
            row = [(self.number[name], sign * factor) for name, factor in terms]
            self.rows.append(([*row, (-1 - len(self.wishes), -1.0)], sign * constant))
        self.wishes.append(weight)

    def above(self, name: object, other: object, constant: float, weight: float) -> None:
        """Wish that ``name`` >= ``other`` + constant."""
        terms = [(self.number[other], 1.0), (self.number[name], -1.0)]
        self.rows.append(([*terms, (-1 - len(self.wishes), -1.0)], -constant))
        self.wishes.append(weight)

    def below(self, name: object, other: object, constant: float, weight: float) -> None:
        """Wish that ``name`` <= ``other`` + constant."""
        terms = [(self.number[name], 1.0), (self.number[other], -1.0)]
        self.rows.append(([*terms, (-1 - len(self.wishes), -1.0)], constant))
        self.wishes.append(weight)

    def solve(self) -> dict[object, float]:
        n = len(self.number)
        size = n + len(self.wishes)
        matrix = np.zeros((len(self.rows), size))
        bound = np.zeros(len(self.rows))
        for i, (terms, value) in enumerate(self.rows):
            for index, factor in terms:
                matrix[i, index if index >= 0 else n - 1 - index] += factor
            bound[i] = value
        cost = np.concatenate([np.zeros(n), np.array(self.wishes)])
        if not self.rows:
            return dict.fromkeys(self.number, 0.0)
        result = linprog(cost, A_ub=matrix, b_ub=bound, bounds=(0, None), method="highs-ds")
        if result.status != 0:  # pragma: no cover  (distances in one direction are always feasible)
            raise RuntimeError(f"family tree: {result.message}")
        return {name: round(float(result.x[i]), 3) for name, i in self.number.items()}
