"""Where labels go so that none covers another: greedy, the most crowded first, always the same answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]
Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass(frozen=True)
class Box:
    """An upright rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def centred(cls, x: float, y: float, width: float, height: float) -> Box:
        """The box of a size around its middle."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def middle(self) -> Point:
        """Its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def overlaps(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def nearest(self, point: Point) -> Point:
        """The point of the box that is nearest to ``point``."""
        return min(max(point[0], self.left), self.right), min(max(point[1], self.top), self.bottom)


@dataclass(frozen=True)
class Placed:
    """A label's box, and the line that leads to it where it stands away from what it names."""

    box: Box
    leader: Segment | None


@dataclass
class Sheet:
    """What is on the picture already.

    ``solid`` and leader lines are never covered; ``lines``, ``dashed`` lines and ``soft`` boxes are where
    there is no other room, the first least of all.
    """

    bounds: Box
    solid: list[Box] = field(default_factory=list)
    leaders: list[Segment] = field(default_factory=list)
    lines: Sequence[Segment] = ()
    dashed: Sequence[Segment] = ()
    soft: Sequence[Box] = ()

    def place(
        self,
        anchors: Sequence[Point],
        width: float,
        height: float,
        *,
        gap: float,
        own: Sequence[Box] = (),
        upon: Segment | None = None,
    ) -> Placed | None:
        """Put a label of a size near one of ``anchors`` and remember it; None where there is no room.

        Parameters
        ----------
        gap
            Least distance from the anchor; up to 6 more need no line.
        own
            Marks of what the label names, which its line may touch.
        upon
            A line that the label names and may lie upon.
        """
        rows, costs, of = _candidates(anchors, width, height, gap, upon is not None)
        free = self._free(rows)
        lines = _array([line for line in self.lines if line != upon])
        dashed, soft, leaders = _array(self.dashed), _boxes(self.soft), _array(self.leaders)
        # The marks of what it names are no obstacle to its line.
        solid = _boxes([box for box in self.solid if box not in own])
        best: tuple[float, int, Placed] | None = None
        # From the cheapest on, so that the rest need not be looked at once none of it can be better.
        for index in np.flatnonzero(free)[np.argsort(costs[free], kind="stable")]:
            cost = float(costs[index])
            if best is not None and cost > best[0]:
                break
            box, anchor = Box(*map(float, rows[index])), anchors[of[index]]
            near = box.nearest(anchor)
            leader = (anchor, near) if math.dist(anchor, near) > gap + 6 else None
            row = rows[index]
            if crossings(row, leaders).any():
                continue
            if leader is not None and (
                crossings(solid, _array([leader])).any()
                or any(_cross(leader, other) for other in self.leaders)
            ):
                continue
            cost += 26 * int(crossings(row, lines).sum()) + 9 * int(crossings(row, dashed).sum())
            cost += 4 * int((~_apart(row, soft)).sum())
            if best is None or (cost, index) < best[:2]:
                best = cost, int(index), Placed(box, leader)
        if best is None:
            return None
        placed = best[2]
        self.solid.append(placed.box)
        if placed.leader is not None:
            self.leaders.append(placed.leader)
        return placed

    def _free(self, rows: Floats) -> Mask:
        """Which boxes (one in each row) lie on the sheet and upon nothing solid."""
        left, top, right, bottom = rows.T
        edge = self.bounds
        free: Mask = (left >= edge.left) & (right <= edge.right) & (top >= edge.top) & (bottom <= edge.bottom)
        for box in _boxes(self.solid):
            free &= _apart(rows, box)
        return free


def _boxes(boxes: Sequence[Box]) -> Floats:
    return np.array([(b.left, b.top, b.right, b.bottom) for b in boxes]).reshape(-1, 4)


def _array(segments: Sequence[Segment]) -> Floats:
    """Segments as rows of x, y, x, y."""
    return np.array(segments, dtype=float).reshape(-1, 4)


def _apart(one: Floats, others: Floats) -> Mask:
    """Whether boxes share no more than an edge."""
    apart: Mask = (
        (one[..., 0] >= others[..., 2]) | (one[..., 2] <= others[..., 0])
        | (one[..., 1] >= others[..., 3]) | (one[..., 3] <= others[..., 1])
    )  # fmt: skip
    return apart


def crossings(boxes: Floats, segments: Floats) -> Mask:
    """Whether segments pass through the inside of boxes (Liang and Barsky's clipping, 1984).

    One of the two may be a single row; a box is left, top, right, bottom, a segment x, y, x, y.
    """
    enter, leave = np.zeros(1), np.ones(1)
    outside: Any = False
    with np.errstate(divide="ignore", invalid="ignore"):
        for axis in (0, 1):
            start, by = segments[..., axis], segments[..., axis + 2] - segments[..., axis]
            low, high = boxes[..., axis], boxes[..., axis + 2]
            one, other = (low - start) / by, (high - start) / by
            still = by == 0
            outside = outside | (still & ~((low < start) & (start < high)))
            enter = np.where(still, enter, np.maximum(enter, np.minimum(one, other)))
            leave = np.where(still, leave, np.minimum(leave, np.maximum(one, other)))
    crossed: Mask = ~outside & (enter < leave)
    return crossed


_ANGLES = np.pi * np.arange(24) / 12
_ACROSS, _DOWN = np.cos(_ANGLES), np.sin(_ANGLES)
# Beside is easier to read than above, above than at a corner.
_PENALTIES = np.where(np.arange(24) % 12 == 0, 0.0, np.where(np.arange(24) % 6 == 0, 3.0, 5.0))
_FURTHER = np.array([0, 4, 10, 18, 28, 40, 54, 70, 90, 115, 145, 180, 220], dtype=float)


def _candidates(
    anchors: Sequence[Point], width: float, height: float, gap: float, upon: bool
) -> tuple[Floats, Floats, Indices]:
    """Boxes where a label may stand (left, top, right, bottom), what each costs, and whose anchor it is."""
    away = (gap + _FURTHER)[:, None]
    x = (_ACROSS * away + np.copysign(width / 2, _ACROSS) * np.minimum(1.0, np.abs(_ACROSS) * 1.6)).ravel()
    y = (_DOWN * away + np.copysign(height / 2, _DOWN) * np.minimum(1.0, np.abs(_DOWN) * 1.6)).ravel()
    cost = (4.0 + _FURTHER[:, None] * 1.2 + _PENALTIES).ravel()
    if upon:  # on the line itself, best of all
        x, y, cost = (np.concatenate(([0.0], part)) for part in (x, y, cost))
    middles = np.array([(ax + x, ay + y) for ax, ay in anchors])
    across, down = middles[:, 0].ravel(), middles[:, 1].ravel()
    half = width / 2, height / 2
    rows = np.column_stack((across - half[0], down - half[1], across + half[0], down + half[1]))
    later = np.repeat(np.arange(len(anchors)), len(cost))
    return rows, np.tile(cost, len(anchors)) + later * 2.0, later


def _cross(one: Segment, other: Segment) -> bool:
    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    (a, b), (c, d) = one, other
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
