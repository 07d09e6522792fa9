"""A whole pedigree as boxes and lines with coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from amana.kinship.pedigree import Pedigree
from amana.reporting.tree.generations import components, generations
from amana.reporting.tree.graph import Graph, Odd, Place, build
from amana.reporting.tree.order import adjacent_couple, ordered
from amana.reporting.tree.place import Places, Ports, placed, ports
from amana.reporting.tree.route import Net, tracks

R = 16.0
"""Half the side of a symbol."""
TRACK = 9.0
_MARGIN, _BETWEEN_COMPONENTS, _LEAST_GAP, _TEXT_LINE = 10.0, 40.0, 14.0, 13.0
_MAX_WIDTH = 1150.0
_STUBS = (12.0, 8.0, 4.0, -4.0, -8.0, -12.0)


@dataclass(frozen=True)
class Box:
    """A person: centre of the symbol, generation, and half the width of symbol and text."""

    person: str
    x: float
    y: float
    generation: int
    half_width: float
    bottom: float


@dataclass(frozen=True)
class Line:
    """A straight piece of a family's line, horizontal or vertical.

    ``union`` is (father, mother); ``couple`` is true for the line between partners, false for the line
    to their children.
    """

    union: tuple[str | None, str | None]
    x1: float
    y1: float
    x2: float
    y2: float
    couple: bool
    double: bool

    @property
    def horizontal(self) -> bool:
        """True for a horizontal piece."""
        return self.y1 == self.y2


@dataclass
class Layout:
    """All people and lines of a drawing, and its size."""

    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    lone: list[tuple[float, float]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0


def lay_out(pedigree: Pedigree, half_width: Mapping[str, float], text_lines: Mapping[str, int]) -> Layout:
    """Coordinates of everything, components side by side and then in further rows.

    Parameters
    ----------
    half_width
        Half the width that each person's symbol and text need.
    text_lines
        Lines of text below each symbol.
    """
    whole = Layout()
    x, y, tallest = _MARGIN, _MARGIN, 0.0
    for members in components(pedigree):
        part = _component(pedigree, members, half_width, text_lines)
        if x > _MARGIN and x + part.width + _MARGIN > _MAX_WIDTH:
            x, y, tallest = _MARGIN, y + tallest + _BETWEEN_COMPONENTS, 0.0
        whole.boxes += [
            Box(b.person, b.x + x, b.y + y, b.generation, b.half_width, b.bottom + y) for b in part.boxes
        ]
        whole.lines += [
            Line(p.union, p.x1 + x, p.y1 + y, p.x2 + x, p.y2 + y, p.couple, p.double) for p in part.lines
        ]
        whole.lone += [(a + x, b + y) for a, b in part.lone]
        x += part.width + _BETWEEN_COMPONENTS
        tallest = max(tallest, part.height)
        whole.width = max(whole.width, x - _BETWEEN_COMPONENTS + _MARGIN)
        whole.height = max(whole.height, y + tallest + _MARGIN)
    return whole


def _component(
    pedigree: Pedigree,
    members: Sequence[str],
    half_width: Mapping[str, float],
    text_lines: Mapping[str, int],
) -> Layout:
    generation = generations(pedigree, members)
    graph = build(pedigree, members, generation)
    rows = ordered(graph)
    sides = ports(graph, rows)
    places = placed(graph, rows, half_width, sides)
    upper, lower = tracks(graph, rows, places)
    centre, bottom, middle = _heights(rows, text_lines, upper, lower)
    layout = Layout()
    for level, row in enumerate(rows):
        for place in row:
            if isinstance(place, str):
                box = Box(place, places.x[place], centre[level], level, half_width[place], bottom[level])
                layout.boxes.append(box)
            else:
                layout.lines.append(_passing(graph, place, level, places, centre[level] - R, bottom[level]))
        _upper_lines(
            layout,
            graph,
            rows,
            level,
            places,
            sides,
            upper[level],
            centre[level],
            bottom[level],
            middle[level],
        )
        if level + 1 < len(rows):
            _lower_lines(layout, lower[level], middle[level], centre[level + 1] - R)
    layout.width = max(places.x[p] + places.right[p] for row in rows for p in row)
    layout.height = bottom[-1] if not any(upper[-1]) else middle[-1]
    return layout


def _heights(
    rows: Sequence[Sequence[Place]],
    text_lines: Mapping[str, int],
    upper: Sequence[Sequence[Net]],
    lower: Sequence[Sequence[Net]],
) -> tuple[list[float], list[float], list[float]]:
    """Per row: height of the symbols' centres, of the end of the text, and of the points below."""
    centre, bottom, middle = [], [], []
    y = 0.0
    for level, row in enumerate(rows):
        centre.append(y + R)
        lines = max((text_lines[p] for p in row if isinstance(p, str)), default=0)
        bottom.append(y + 2 * R + 4 + _TEXT_LINE * lines)
        middle.append(bottom[-1] + 4 + TRACK * _count(upper[level]))
        y = middle[-1] + _LEAST_GAP + TRACK * _count(lower[level])
    return centre, bottom, middle


def _count(nets: Sequence[Net]) -> int:
    return max((net.track + 1 for net in nets if net.track is not None), default=0)


def _passing(graph: Graph, place: Place, level: int, places: Places, top: float, bottom: float) -> Line:
    owner = next(odd for odd in graph.odds[level - 1] if place in odd.downs)
    x = places.x[place]
    return Line(owner.union, x, top, x, bottom, owner.couple, owner.couple and owner.related)


def _upper_lines(
    layout: Layout,
    graph: Graph,
    rows: Sequence[Sequence[Place]],
    level: int,
    places: Places,
    sides: Mapping[str, Ports],
    nets: Sequence[Net],
    centre: float,
    bottom: float,
    middle: float,
) -> None:
    """Between the people of a row and the points below: the lines of couples."""
    for odd in graph.odds[level]:
        if adjacent_couple(odd, rows[level]):
            a, b = sorted(places.x[up] for up in odd.ups)
            layout.lines.append(Line(odd.union, a, centre, b, centre, True, odd.related))
    for net in nets:
        odd = net.odd
        y = bottom + 4 + TRACK * (net.track + 0.5) if net.track is not None else middle
        if id(odd) in places.anchor:
            layout.lines += _jog(odd, net.tops[0], centre, y, net.bottoms[0], middle)
            continue
        couple = len(odd.ups) == 2 or odd.couple
        double = couple and odd.related
        for up, x in zip(odd.ups, net.tops, strict=True):
            start = bottom
            if isinstance(up, str):
                start = _stub_height(sides[up], odd, centre)
                layout.lines.append(Line(odd.union, places.x[up], start, x, start, couple, double))
                if not couple:
                    layout.lone.append((x, start))
            layout.lines.append(Line(odd.union, x, start, x, y, couple, double))
        point = net.bottoms[0]
        low, high = min(net.tops), max(net.tops)
        if low != high:
            layout.lines.append(Line(odd.union, low, y, high, y, couple, double))
        if not low <= point <= high:
            near = low if point < low else high
            layout.lines.append(Line(odd.union, near, y, point, y, odd.couple, odd.couple and odd.related))
        if y != middle:
            layout.lines.append(
                Line(odd.union, point, y, point, middle, odd.couple, odd.couple and odd.related)
            )


def _jog(odd: Odd, x1: float, top: float, y: float, x2: float, bottom: float) -> list[Line]:
    """Down, aside and down again; one vertical where nothing has to move aside."""
    down = [Line(odd.union, x1, top, x1, y, False, False)]
    if y == bottom:
        return down
    return [
        *down,
        Line(odd.union, x1, y, x2, y, False, False),
        Line(odd.union, x2, y, x2, bottom, False, False),
    ]


def _stub_height(sides: Ports, odd: Odd, centre: float) -> float:
    side = sides.left if any(o is odd for o in sides.left) else sides.right
    k = next(i for i, o in enumerate(side) if o is odd)
    # An outer line leaves above an inner one, so that the two do not cross; the middle is the couple's.
    heights = (
        _STUBS if len(side) <= len(_STUBS) else [13.0 - 26.0 * i / (len(side) - 1) for i in range(len(side))]
    )
    return centre + heights[k]


def _lower_lines(layout: Layout, nets: Sequence[Net], middle: float, top: float) -> None:
    """Between the points and the people of the next row: the lines of children."""
    for net in nets:
        odd = net.odd
        double = odd.couple and odd.related
        point = net.tops[0]
        if net.track is None:
            layout.lines.append(Line(odd.union, point, middle, point, top, odd.couple, double))
            continue
        y = middle + TRACK * (net.track + 0.5) + 3
        layout.lines.append(Line(odd.union, point, middle, point, y, odd.couple, double))
        low, high = min(point, *net.bottoms), max(point, *net.bottoms)
        layout.lines.append(Line(odd.union, low, y, high, y, odd.couple, double))
        for x in net.bottoms:
            layout.lines.append(Line(odd.union, x, y, x, top, odd.couple, double))
