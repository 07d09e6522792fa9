"""Where labels go so that none covers another: greedy, the most crowded first, always the same answer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

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

    def inside(self, other: Box) -> bool:
        """Whether all of it lies in the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )

    def nearest(self, point: Point) -> Point:
        """The point of the box that is nearest to ``point``."""
        return min(max(point[0], self.left), self.right), min(max(point[1], self.top), self.bottom)

    def crossed_by(self, segment: Segment) -> bool:
        """Whether a segment passes through its inside (Liang and Barsky's clipping, 1984)."""
        (x, y), (x2, y2) = segment
        enter, leave = 0.0, 1.0
        for start, by, low, high in (
            (x, x2 - x, self.left, self.right),
            (y, y2 - y, self.top, self.bottom),
        ):
            if by == 0:
                if not low < start < high:
                    return False
                continue
            one, other = sorted(((low - start) / by, (high - start) / by))
            enter, leave = max(enter, one), min(leave, other)
        return enter < leave


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
        best: tuple[float, Placed] | None = None
        for cost, anchor, box in _candidates(anchors, width, height, gap, upon is not None):
            if best is not None and cost >= best[0]:
                continue
            near = box.nearest(anchor)
            leader = (anchor, near) if math.dist(anchor, near) > gap + 6 else None
            if not self._fits(box, leader, own):
                continue
            cost += 26 * sum(box.crossed_by(line) for line in self.lines if line != upon)
            cost += 9 * sum(box.crossed_by(line) for line in self.dashed)
            cost += 4 * sum(box.overlaps(other) for other in self.soft)
            if best is None or cost < best[0]:
                best = cost, Placed(box, leader)
        if best is None:
            return None
        self.solid.append(best[1].box)
        if best[1].leader is not None:
            self.leaders.append(best[1].leader)
        return best[1]

    def _fits(self, box: Box, leader: Segment | None, own: Sequence[Box]) -> bool:
        if not box.inside(self.bounds) or any(box.overlaps(other) for other in self.solid):
            return False
        if any(box.crossed_by(other) for other in self.leaders):
            return False
        if leader is None:
            return True
        return not any(box.crossed_by(leader) for box in self.solid if box not in own) and not any(
            _cross(leader, other) for other in self.leaders
        )


# Beside is easier to read than above, above than at a corner.
_DIRECTIONS = tuple(
    (
        math.cos(math.pi * i / 12),
        math.sin(math.pi * i / 12),
        0.0 if i % 12 == 0 else 3.0 if i % 6 == 0 else 5.0,
    )
    for i in range(24)
)


def _candidates(
    anchors: Sequence[Point], width: float, height: float, gap: float, upon: bool
) -> Iterator[tuple[float, Point, Box]]:
    for later, (x, y) in enumerate(anchors):
        if upon:
            yield later * 2.0, (x, y), Box.centred(x, y, width, height)
        for further in (0, 4, 10, 18, 28, 40, 54, 70, 90, 115, 145, 180, 220):
            away = gap + further
            for dx, dy, penalty in _DIRECTIONS:
                middle_x = x + dx * away + math.copysign(width / 2, dx) * min(1.0, abs(dx) * 1.6)
                middle_y = y + dy * away + math.copysign(height / 2, dy) * min(1.0, abs(dy) * 1.6)
                cost = later * 2.0 + 4.0 + further * 1.2 + penalty
                yield cost, (x, y), Box.centred(middle_x, middle_y, width, height)


def _cross(one: Segment, other: Segment) -> bool:
    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    (a, b), (c, d) = one, other
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
