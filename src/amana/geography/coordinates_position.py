"""A position that was read, and how a text that cannot be read is refused."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from amana.geography.plane import radii
from amana.problems import InputProblem, InputProblems

LONGEST = 2000
"""Characters of a text that is looked at; links of map programs are long."""

_SHOWN = 120

Written = Literal["decimal", "dm", "dms", "utm", "mgrs"]
"""What a position can be written in."""
Notation = Literal["decimal", "dm", "dms", "utm", "mgrs", "geo", "link", "link_view"]
"""How a position was written; ``link_view``: the middle of the map that a link shows, which is no mark."""


@dataclass(frozen=True)
class Position:
    """A place in degrees on WGS 84.

    ``resolution_m``: side in metres of the square that its digits tell apart.
    """

    latitude: float
    longitude: float
    resolution_m: float
    notation: Notation


@dataclass(frozen=True)
class Angle:
    """Degrees, and how many degrees one unit of the last digit is."""

    degrees: float
    step: float


@dataclass(frozen=True)
class Pair:
    """Latitude and longitude as read, before it is asked whether they are on earth."""

    latitude: Angle
    longitude: Angle
    notation: Notation
    labelled: bool = False
    """Whether the text says which is which."""


def placed(pair: Pair) -> Position:
    """The position of a pair.

    Raises
    ------
    InputProblems
        ``coordinates.exchanged``, ``coordinates.latitude-range``, ``coordinates.longitude-range``.
    """
    latitude, longitude = pair.latitude.degrees, pair.longitude.degrees
    if not abs(latitude) <= 90:
        if abs(latitude) <= 180 and abs(longitude) <= 90 and not pair.labelled:
            raise fault("coordinates.exchanged", first=latitude, second=longitude)
        raise fault("coordinates.latitude-range", latitude=latitude)
    if not abs(longitude) <= 180:
        raise fault("coordinates.longitude-range", longitude=longitude)
    m, n = radii(latitude)
    north = math.radians(pair.latitude.step) * m
    east = math.radians(pair.longitude.step) * n * math.cos(math.radians(latitude))
    return Position(latitude, longitude, max(north, east), pair.notation)


def fault(code: str, **params: object) -> InputProblems:
    """One problem, to be raised; long texts are cut."""
    shown = {k: f"{v[:_SHOWN]}…" if isinstance(v, str) and len(v) > _SHOWN else v for k, v in params.items()}
    return InputProblems([InputProblem(code, params=shown)])
