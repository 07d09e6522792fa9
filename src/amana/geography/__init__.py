"""Places: distances and areas on the ellipsoid, plans of spots, positions as people write them."""

from amana.geography.coordinates import Notation, Position, Written, format_position, parse_position
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
    "Notation",
    "PlanDistance",
    "PlanSpot",
    "Plane",
    "Position",
    "UnitKind",
    "Written",
    "area",
    "check_spots",
    "distance_m",
    "distances",
    "draw_plan",
    "format_position",
    "hull",
    "hull_area",
    "length",
    "nearest_neighbours",
    "parse_position",
    "plan_table",
    "spanning_tree",
]
