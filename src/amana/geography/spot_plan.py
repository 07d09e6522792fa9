"""The plan of the spots of a site: north up, to scale, never mirrored."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from amana.geography.placement import Box, Placed, Point, Segment, Sheet
from amana.geography.plan_parts import (
    CIRCLE,
    LINK,
    OUTLINE,
    SIZE,
    legend,
    north_arrow,
    notes,
    scale_bar,
    shape,
)
from amana.geography.plane import Floats, Plane, hull
from amana.geography.spots import KINDS, PlanSpot, check_spots, distance_matrix, drawn_pairs
from amana.geography.words import area, length, say
from amana.problems import Language
from amana.reporting.svg import (
    INK,
    LINE,
    PAPER,
    SOFT,
    document,
    element,
    number,
    phrase,
    text_width,
    visible,
    words,
)

_LABEL, _CHIP, _HEIGHT, _MARK = 12.0, 11.0, 15.0, 4.5
_LEAST_EXTENT = 10.0  # metres: a single spot is not shown at the scale of a pin
_LONGEST_LABEL = 24
_HALO: dict[str, Any] = {
    "paint_order": "stroke",
    "stroke": PAPER,
    "stroke_width": 3,
    "stroke_linejoin": "round",
}
NARROW, WIDE = 358.0, 640.0


def draw_plan(
    spots: Sequence[PlanSpot],
    *,
    language: Language = "en",
    title: str | None = None,
    width: float = WIDE,
    links: Mapping[str, str] | None = None,
    reported: Sequence[str] = (),
    for_screen: bool = False,
) -> str:
    """A plan of spots as one SVG with scale, north and legend below it.

    Each spot is a ``<g data-spot=…>`` with its mark, label and number of units by kind (a shape each).  Lines
    join neighbours and carry their distance; a dashed outline holds all spots; a dotted circle is where a
    spot may be.  No label covers another: one without room beside its spot stands away and a line leads to
    it.  What finds no room at all is left out and the legend says so (:func:`plan_table` has every distance).

    Parameters
    ----------
    spots
        At least one.
    language
        Of the words; the plan itself is the same in every language.
    title
        Accessible name; a general one where None.
    width
        In pixels at which its letters have the size of text: :data:`WIDE` for a page, :data:`NARROW` for a
        telephone.  The height follows.
    links
        Spot to the address that its group leads to; relative or http(s).  A plan with links has the role
        ``group``, because what is inside an ``img`` cannot be reached.
    reported
        Sentences for below the legend, such as a distance or an area that a source reported.
    for_screen
        With the fonts and the class of pages.

    Raises
    ------
    InputProblems
        As :func:`~amana.geography.spots.check_spots`.
    ValueError
        For a link with another scheme, which could act.
    """
    check_spots(spots)
    for link in (links or {}).values():
        # A browser drops control characters, so that "java\nscript:" would act.
        if re.search(r"[\x00-\x20]", link) or re.match(r"(?!https?:)[a-zA-Z][a-zA-Z0-9+.-]*:", link):
            raise ValueError(f"a link of a plan must be relative or http(s): {link!r}")
    plan = _Plan(spots, width)
    content = element("rect", x=0.5, y=0.5, width=width - 1, height=plan.height - 1, fill=PAPER, stroke=LINE)
    enclosed = plan.enclosed
    if enclosed:
        corners = " ".join(f"{number(x)},{number(y)}" for x, y in (plan.points[i] for i in plan.outline))
        content += element("polygon", points=corners, **OUTLINE)
    for (x, y), radius in zip(plan.points, plan.circles, strict=True):
        if radius:
            content += element("circle", cx=x, cy=y, r=radius, **CIRCLE)
    drawn = [_spot(plan, i, links or {}, language) for i in plan.by_crowding()]
    distances = _distances(plan, language)
    content += distances + "".join(drawn)
    foot = plan.height + 38
    content += scale_bar(12, plan.height + 24, plan.scale, width * 0.3, language)
    content += north_arrow(width - 22, plan.height + 34, language)
    entries = _entries(spots, enclosed, any(plan.circles), len(spots) > 1, plan.left_out, language)
    below, bottom = legend(entries, foot, width, language)
    more, bottom = notes(reported, bottom, width, language)
    return document(
        width,
        bottom + 8,
        title or say(language)("plan.title"),
        content + below + more,
        description=_description(spots, plan.matrix, enclosed, language),
        for_screen=for_screen,
        role="group" if links else "img",
    )


class _Plan:
    """Where everything is on the sheet, in pixels with y down."""

    def __init__(self, spots: Sequence[PlanSpot], width: float) -> None:
        self.spots = spots
        self.left_out = False
        self.matrix: Floats = distance_matrix(spots)
        self.pairs = drawn_pairs(self.matrix)
        plane = Plane.around([(s.latitude, s.longitude) for s in spots])
        self.metres = [plane.metres(s.latitude, s.longitude) for s in spots]
        radii = [s.uncertainty_m or 0.0 for s in spots]
        west = min(e - r for (e, _), r in zip(self.metres, radii, strict=True))
        east = max(e + r for (e, _), r in zip(self.metres, radii, strict=True))
        south = min(n - r for (_, n), r in zip(self.metres, radii, strict=True))
        north = max(n + r for (_, n), r in zip(self.metres, radii, strict=True))
        across, up = max(east - west, _LEAST_EXTENT), max(north - south, _LEAST_EXTENT)
        beside, above = max(60.0, width * 0.12), 44.0
        self.scale = min((width - 2 * beside) / across, (width - 2 * above) / up)
        self.height = max((north - south) * self.scale, 110.0) + 2 * above
        middle = (west + east) / 2, (south + north) / 2
        self.points: list[Point] = [
            (width / 2 + (e - middle[0]) * self.scale, self.height / 2 - (n - middle[1]) * self.scale)
            for e, n in self.metres
        ]
        # Two marks 10 m apart must be seen as two: they become smaller until they do not touch.
        self.radii = [min(_MARK, max(2.0, self._nearest(i) / 2 - 0.8)) for i in range(len(spots))]
        self.circles = [
            r * self.scale if r * self.scale > mark + 1 else 0.0
            for r, mark in zip(radii, self.radii, strict=True)
        ]
        self.marks = [
            Box.centred(x, y, 2 * mark + 3, 2 * mark + 3)
            for (x, y), mark in zip(self.points, self.radii, strict=True)
        ]
        self.outline, self.enclosed = hull(self.metres)
        ring = [self.points[i] for i in self.outline] if self.enclosed else []
        self.sheet = Sheet(
            bounds=Box(4, 4, width - 4, self.height - 4),
            solid=list(self.marks),
            lines=[self.line(i, j) for i, j in self.pairs],
            dashed=list(zip(ring, ring[1:] + ring[:1], strict=True)),
            soft=[
                Box.centred(x, y, 2 * r, 2 * r)
                for (x, y), r in zip(self.points, self.circles, strict=True)
                if r
            ],
        )

    def line(self, i: int, j: int) -> Segment:
        return self.points[i], self.points[j]

    def _nearest(self, i: int) -> float:
        """Pixels to the nearest spot that is elsewhere."""
        apart = (math.dist(self.points[i], other) for other in self.points)
        return min((d for d in apart if d > 0), default=math.inf)

    def by_crowding(self) -> list[int]:
        """Numbers of the spots, those with a near neighbour first."""
        return sorted(range(len(self.spots)), key=lambda i: (self._nearest(i), i))


def _spot(plan: _Plan, i: int, links: Mapping[str, str], language: Language) -> str:
    spot, (x, y) = plan.spots[i], plan.points[i]
    label = visible(spot.shown)
    if len(label) > _LONGEST_LABEL:
        label = label[: _LONGEST_LABEL - 1] + "…"
    chips = [(kind, str(spot.units[kind])) for kind in KINDS if spot.units.get(kind)]
    chips_width = sum(18 + text_width(count, _CHIP) for _, count in chips) - 4
    wide = max(text_width(label, _LABEL) * 1.06, chips_width)
    high = _HEIGHT * (2 if chips else 1)
    placed = plan.sheet.place([(x, y)], wide, high, gap=plan.radii[i] + 3, own=[plan.marks[i]])
    mark = element("circle", cx=x, cy=y, r=plan.radii[i], fill=INK, stroke=PAPER, stroke_width=0.8)
    drawn = element("title", escape(_units(spot, language))) + mark
    if placed is None:
        plan.left_out = True
    else:
        drawn += _leader(placed) + _label(placed.box, x, f"\u2068{label}\u2069", chips)
    group = element("g", drawn, data_spot=visible(spot.id))
    return element("a", group, href=links[spot.id]) if spot.id in links else group


def _label(box: Box, x: float, label: str, chips: Sequence[tuple[str, str]]) -> str:
    """The label and the chips below it, set against the side of the box that is nearer to the mark."""
    anchor = "start" if box.left >= x else "end" if box.right <= x else "middle"
    at = {"start": box.left, "end": box.right, "middle": box.middle[0]}[anchor]
    drawn = words(label, at, box.top + 11.5, size=_LABEL, anchor=anchor, font_weight="bold", **_HALO)
    chips_width = sum(18 + text_width(count, _CHIP) for _, count in chips) - 4
    start = {"start": at, "end": at - chips_width, "middle": at - chips_width / 2}[anchor]
    for kind, count in chips:
        drawn += shape(kind, start + 5, box.top + _HEIGHT + 7)  # type: ignore[arg-type]
        drawn += words(count, start + 12, box.top + _HEIGHT + 11, size=_CHIP, anchor="start", **_HALO)
        start += 18 + text_width(count, _CHIP)
    box_of = f"{number(box.left)} {number(box.top)} {number(box.right)} {number(box.bottom)}"
    return element("g", drawn, data_box=box_of)


def _leader(placed: Placed) -> str:
    if placed.leader is None:
        return ""
    (x1, y1), (x2, y2) = placed.leader
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=SOFT, stroke_width=0.8)


def _distances(plan: _Plan, language: Language) -> str:
    """Lines between neighbours with their distances, the shortest first."""
    lines, labels = [], []
    size = SIZE[language] - 0.5
    for i, j in sorted(plan.pairs, key=lambda pair: plan.matrix[pair]):
        (x1, y1), (x2, y2) = ends = plan.line(i, j)
        lines.append(element("line", x1=x1, y1=y1, x2=x2, y2=y2, **LINK))
        text = length(float(plan.matrix[i, j]), language)
        anchors = [(x1 + (x2 - x1) * t, y1 + (y2 - y1) * t) for t in (0.5, 0.4, 0.6, 0.3, 0.7)]
        wide = text_width("".join(c for c in text if c not in "\u2066\u2069"), size)
        own = [plan.marks[i], plan.marks[j]]
        placed = plan.sheet.place(anchors, wide + 4, size + 3, gap=5, own=own, upon=ends)
        if placed is None:
            plan.left_out = True
            continue
        x, _ = placed.box.middle
        shown = words(phrase(text, language), x, placed.box.bottom - 4, size=size, colour=INK, **_HALO)
        names = {"data_one": visible(plan.spots[i].id), "data_other": visible(plan.spots[j].id)}
        box = placed.box
        box_of = f"{number(box.left)} {number(box.top)} {number(box.right)} {number(box.bottom)}"
        labels.append(element("g", _leader(placed) + shown, data_box=box_of, **names))
    return "".join(lines + labels)


def _entries(
    spots: Sequence[PlanSpot], enclosed: float, circles: bool, lines: bool, left_out: bool, language: Language
) -> list[tuple[str, str]]:
    told = say(language)
    entries: list[tuple[str, str]] = [
        (kind, told(f"kind.{kind}")) for kind in KINDS if any(s.units.get(kind) for s in spots)
    ]
    entries += [("distance", told("plan.legend_distance"))] if lines else []
    entries += [("outline", told("plan.legend_outline", area=area(enclosed, language)))] if enclosed else []
    entries += [("uncertainty", told("plan.legend_uncertainty"))] if circles else []
    entries += [("left_out", told("plan.legend_left_out"))] if left_out else []
    return entries


def _units(spot: PlanSpot, language: Language) -> str:
    told = say(language)
    units = [f"{told(f'kind.{kind}')} {spot.units[kind]}" for kind in KINDS if spot.units.get(kind)]
    text = told("plan.joint").join(units) or told("plan.nothing")
    return told("plan.units", label=f"\u2068{visible(spot.shown)}\u2069", units=text)


def _description(spots: Sequence[PlanSpot], matrix: Floats, enclosed: float, language: Language) -> str:
    told = say(language)
    names = [f"\u2068{visible(s.shown)}\u2069" for s in spots]
    listed = told("plan.joint").join(names[:20]) + (told("plan.joint") + "…" if len(names) > 20 else "")
    if len(spots) == 1:
        return told("plan.desc_one", spots=_units(spots[0], language))
    pairs = [(float(matrix[i, j]), i, j) for i in range(len(spots)) for j in range(i)]
    (nearest, a, b), (greatest, c, d) = min(pairs), max(pairs)
    text = told(
        "plan.desc",
        count=str(len(spots)),
        spots=listed,
        greatest=length(greatest, language),
        pair=told("plan.joint").join((names[d], names[c])),
        nearest=length(nearest, language),
        near_pair=told("plan.joint").join((names[b], names[a])),
    )
    return text + (" " + told("plan.desc_area", area=area(enclosed, language)) if enclosed else "")
