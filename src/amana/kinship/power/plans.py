"""Which samples to take for a whole register, under a budget.

In each family up to :data:`MOST` more relatives may be taken together: a *package*.  Taking one of several
alone may bring nothing where two bring much, so packages are compared, not single samples.  What a family's
packages bring for what they cost has an upper hull; its steps, taken over all families in the order of gain
per cost until the budget is spent, are the greedy solution of a multiple-choice knapsack, and the same with
the first step that does not fit taken in part is the solution of its linear relaxation (Sinha and Zoltners
1979), which no choice of packages can exceed.  So the plan comes with a bound on what it may lose.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from amana.kinship.pedigree import Pedigree
from amana.kinship.power.families import PowerSettings
from amana.kinship.power.laws import Calls
from amana.kinship.power.relatives import DRAWS, ShapeValues, Value

MOST = 2
"""Samples of one family that a plan may ask for together."""
CANDIDATES = 5
"""Of more candidates than this only the best by themselves stand in packages of several."""
Aim = Literal["reached", "log10_lr"]


@dataclass(frozen=True)
class Asked:
    """A family and whom it could send.

    Attributes
    ----------
    pedigree
        People named by position, so that families of one shape have equal pedigrees.
    missing, typed, candidates
        Positions.
    costs
        Of each candidate's sample, > 0.
    """

    family: str
    pedigree: Pedigree
    missing: tuple[int, ...]
    typed: tuple[int, ...]
    candidates: tuple[int, ...]
    costs: tuple[float, ...]

    @property
    def shape(self) -> tuple[object, ...]:
        """What its values depend on."""
        return (self.pedigree.persons, self.missing, self.typed)


@dataclass(frozen=True)
class Package:
    """Samples of one family, and what they add, summed over its missing members.

    Attributes
    ----------
    persons
        Positions; none where nothing is taken.
    reached
        Gain in the expected number of missing whose LR reaches the threshold if they are found.
    log10_lr
        Gain in expected log10 LR.
    """

    persons: tuple[int, ...]
    cost: float
    reached: float
    log10_lr: float


@dataclass(frozen=True)
class Plan:
    """What to take for a budget.

    Attributes
    ----------
    chosen
        Number of the family among those asked to its package, in the order in which the last step of each was
        taken.
    cost, gain
        Of all of it.
    bound
        No choice of packages within the budget gains more than this.
    """

    chosen: Mapping[int, Package]
    cost: float
    gain: float
    bound: float
    aim: Aim = "reached"


def packages_of(
    asked: Sequence[Asked],
    calls: Calls,
    settings: PowerSettings,
    *,
    draws: int = DRAWS,
    on_progress: Callable[[int], None] = lambda _: None,
) -> tuple[list[Value], list[list[Package]]]:
    """What each family has now, summed over its missing; and its packages, singles first.

    Families of one shape with the same people typed share their values, so the work is in the number of
    shapes. The families of a shape are drawn with everybody in them who is a candidate in any.
    """
    shapes: dict[tuple[object, ...], dict[tuple[int, ...], list[int]]] = {}
    for i, one in enumerate(asked):
        shapes.setdefault(one.shape, {}).setdefault(one.candidates, []).append(i)
    now: list[Value] = [Value(0.0, 0.0)] * len(asked)
    packages: list[list[Package]] = [[]] * len(asked)

    def work(alike: dict[tuple[int, ...], list[int]]) -> int:
        first = asked[next(iter(alike.values()))[0]]
        persons = sorted({*first.typed, *(c for candidates in alike for c in candidates)})
        values = ShapeValues(first.pedigree, persons, calls, settings.log10_threshold, settings.theta, draws)
        for numbers in alike.values():
            base, sets = _valued(asked[numbers[0]], values)
            for i in numbers:
                cost = dict(zip(asked[i].candidates, asked[i].costs, strict=True))
                now[i] = base
                packages[i] = [_added(base, taken, v, cost) for taken, v in sets]
        return sum(map(len, alike.values()))

    with ThreadPoolExecutor(settings.workers) as pool:
        for done in pool.map(work, shapes.values()):
            on_progress(done)
    return now, packages


def _added(base: Value, taken: tuple[int, ...], value: Value, cost: Mapping[int, float]) -> Package:
    total = sum(cost[p] for p in taken)
    return Package(taken, total, value.reached - base.reached, value.log10_lr - base.log10_lr)


def _valued(one: Asked, shape: ShapeValues) -> tuple[Value, list[tuple[tuple[int, ...], Value]]]:
    """What a family has now, and with each set of its candidates."""

    def value(more: tuple[int, ...]) -> Value:
        each = [shape.value(m, (*one.typed, *more)) for m in one.missing]
        return Value(sum(v.log10_lr for v in each), sum(v.reached for v in each))

    sets: list[tuple[tuple[int, ...], Value]] = [((c,), value((c,))) for c in one.candidates]
    best = sorted(sets, key=lambda s: (-s[1].log10_lr, s[0]))[:CANDIDATES]
    together = sorted(persons[0] for persons, _ in best)
    for size in range(2, MOST + 1):
        sets += [(persons, value(persons)) for persons in combinations(together, size)]
    return value(()), sets


def plan(packages: Sequence[Sequence[Package]], budget: float, aim: Aim = "reached") -> Plan:
    """The best packages for a budget, greedily, with a bound.

    Parameters
    ----------
    packages
        Of each family; families are preferred in their order where gains per cost are equal.
    budget
        In the unit of the costs.
    aim
        Which gain is sought.
    """
    waiting: list[tuple[float, int, int]] = []
    hulls = [hull(of, aim) for of in packages]
    for i, points in enumerate(hulls):
        if len(points) > 1:
            heapq.heappush(waiting, (-_slope(points, 1, aim), i, 1))
    left, bound, full = budget, 0.0, False
    chosen: dict[int, Package] = {}
    room = budget  # of the relaxation, which stops at the first step that does not fit whole
    while waiting:
        slope, i, step = heapq.heappop(waiting)
        more = hulls[i][step].cost - hulls[i][step - 1].cost
        if not full:
            full = more > room
            bound += -slope * min(more, room)
            room -= min(more, room)
        if more > left + 1e-9:
            continue  # nor does any later step of this family, which costs more still
        left -= more
        chosen.pop(i, None)
        chosen[i] = hulls[i][step]
        if step + 1 < len(hulls[i]):
            heapq.heappush(waiting, (-_slope(hulls[i], step + 1, aim), i, step + 1))
    gain = sum(float(getattr(p, aim)) for p in chosen.values())
    return Plan(chosen, budget - left, gain, max(bound, gain), aim)


def hull(packages: Sequence[Package], aim: Aim) -> list[Package]:
    """Packages, from none, on the upper concave hull of gain over cost, ascending."""
    points = [Package((), 0.0, 0.0, 0.0)]
    for one in sorted(packages, key=lambda p: (p.cost, -getattr(p, aim), p.persons)):
        if getattr(one, aim) <= getattr(points[-1], aim):
            continue
        while len(points) > 1 and _slope([*points, one], len(points), aim) >= _slope(
            points, len(points) - 1, aim
        ):
            points.pop()
        points.append(one)
    return points


def _slope(points: Sequence[Package], at: int, aim: Aim) -> float:
    gain = getattr(points[at], aim) - getattr(points[at - 1], aim)
    return float(gain / (points[at].cost - points[at - 1].cost))
