"""What a plan is drawn from, and its distances as rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from amana.geography.plane import Floats, distances, nearest_neighbours, spanning_tree
from amana.problems import InputProblem, InputProblems

UnitKind = Literal["body", "body_part", "bone", "bag", "ash_sample", "other"]
KINDS: tuple[UnitKind, ...] = get_args(UnitKind)


@dataclass(frozen=True)
class PlanSpot:
    """A spot with its place in degrees on WGS 84.

    ``uncertainty_m``: radius of the circle in which it lies; ``label``: what is written beside it, its ``id``
    where empty; ``units``: how many recovery units of each kind were lifted there.
    """

    id: str
    latitude: float
    longitude: float
    uncertainty_m: float | None = None
    label: str = ""
    units: Mapping[UnitKind, int] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The label, or the identifier where there is none."""
        return self.label or self.id


@dataclass(frozen=True)
class PlanDistance:
    """The distance between two spots.

    ``uncertainty_m``: by how much it can be wrong if each spot lies in its circle (the sum of the radii; None
    where a radius is not known); ``drawn``: whether the plan writes it.
    """

    one: str
    other: str
    metres: float
    uncertainty_m: float | None
    drawn: bool


def plan_table(spots: Sequence[PlanSpot]) -> list[PlanDistance]:
    """The distances between all spots, the shortest first: the plan for those who do not see it.

    Raises
    ------
    InputProblems
        As :func:`check_spots`.
    """
    check_spots(spots)
    matrix = distance_matrix(spots)
    drawn = set(drawn_pairs(matrix))
    rows = [
        PlanDistance(a.id, b.id, float(matrix[i, j]), _together(a, b), (i, j) in drawn)
        for i, a in enumerate(spots)
        for j, b in enumerate(spots)
        if i < j
    ]
    return sorted(rows, key=lambda row: row.metres)


def distance_matrix(spots: Sequence[PlanSpot]) -> Floats:
    """Distances in metres between all spots."""
    return distances([(spot.latitude, spot.longitude) for spot in spots])


def drawn_pairs(matrix: Floats) -> list[tuple[int, int]]:
    """Pairs whose distance a plan writes: the least tree that joins all, and everyone's nearest neighbour.

    The tree holds a nearest neighbour of each already; where two are equally near it may be the other one.
    """
    nearest = {(min(i, j), max(i, j)) for i, j in enumerate(nearest_neighbours(matrix)) if j is not None}
    return sorted({*spanning_tree(matrix), *nearest})


def check_spots(spots: Sequence[PlanSpot]) -> None:
    """Every fault of the spots.

    Raises
    ------
    InputProblems
        ``geography.no-spots``, ``geography.duplicate-spot``, ``geography.bad-position``,
        ``geography.bad-uncertainty``, ``geography.bad-units``.
    """
    problems = [] if spots else [InputProblem("geography.no-spots")]
    seen: set[str] = set()
    for spot in spots:
        if spot.id in seen:
            problems.append(InputProblem("geography.duplicate-spot", params={"spot": spot.id}))
        seen.add(spot.id)
        if not (abs(spot.latitude) < 90 and abs(spot.longitude) <= 180):
            params = {"spot": spot.id, "latitude": spot.latitude, "longitude": spot.longitude}
            problems.append(InputProblem("geography.bad-position", params=params))
        radius = spot.uncertainty_m
        if radius is not None and not (math.isfinite(radius) and radius >= 0):
            problems.append(
                InputProblem("geography.bad-uncertainty", params={"spot": spot.id, "value": radius})
            )
        for kind, count in spot.units.items():
            if kind not in KINDS or count < 0:
                params = {"spot": spot.id, "kind": kind, "count": count, "kinds": KINDS}
                problems.append(InputProblem("geography.bad-units", params=params))
    if problems:
        raise InputProblems(problems)


def _together(one: PlanSpot, other: PlanSpot) -> float | None:
    if one.uncertainty_m is None or other.uncertainty_m is None:
        return None
    return one.uncertainty_m + other.uncertainty_m
