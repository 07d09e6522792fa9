"""Places: distances and areas on the ellipsoid, and the plan of a site's spots."""

from amana.geography.plane import (
    Plane,
    distance_m,
    distances,
    hull,
    hull_area,
    nearest_neighbours,
    spanning_tree,
)
from amana.geography.spot_plan import NARROW, WIDE, draw_plan
from amana.geography.spots import PlanDistance, PlanSpot, UnitKind, check_spots, plan_table
from amana.geography.words import area, length

__all__ = [
    "NARROW",
    "WIDE",
    "PlanDistance",
    "PlanSpot",
    "Plane",
    "UnitKind",
    "area",
    "check_spots",
    "distance_m",
    "distances",
    "draw_plan",
    "hull",
    "hull_area",
    "length",
    "nearest_neighbours",
    "plan_table",
    "spanning_tree",
]
