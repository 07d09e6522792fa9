"""Likelihood ratio by marker as a picture: each bar starts where the one before ended."""

from __future__ import annotations

import math
from collections.abc import Mapping

from amana.problems import Language
from amana.reporting.numbers import signed
from amana.reporting.svg import (
    ACCENT,
    AGAINST,
    INK,
    LINE,
    SOFT,
    document,
    element,
    isolated,
    phrase,
    text_width,
    visible,
    words,
)
from amana.reporting.texts import texts

_ROW, _BAR, _SIZE, _CHART, _TOP = 14.0, 9.0, 10.0, 150.0, 20.0
_STEP_COLUMN, _SUM_COLUMN = 42.0, 46.0
_ENLARGED = 1.25  # letters of 10 become 12.5 on a page, and nearly 12 on a telephone


def waterfall_svg(
    by_marker: Mapping[str, float], language: Language = "en", *, for_screen: bool = False
) -> str:
    """Log10 likelihood ratios of the markers in their order, the running total and the total.

    In a right-to-left language the picture is mirrored, not its numbers.  A marker at which the pair is
    impossible (minus infinity) is said in words; the total then has no bar.

    Parameters
    ----------
    by_marker
        Marker to log10 likelihood ratio.
    for_screen
        For a page: larger, with the fonts and classes of the screen and the figures as a description.

    Returns
    -------
    SVG text without any outside resource.
    """
    say = texts(language).plain
    names = {marker: visible(marker) for marker in by_marker}
    total_name = say("waterfall.total")
    name_column = 10 + max(text_width(n, _SIZE) for n in [*names.values(), total_name])
    width = name_column + _CHART + _STEP_COLUMN + _SUM_COLUMN + 6
    height = _TOP + _ROW * (len(by_marker) + 1) + 8 + 18
    draw = _Canvas(width, mirrored=language == "ar")
    running, sums = 0.0, [0.0]
    for value in by_marker.values():
        running += value if math.isfinite(value) else 0.0
        sums.append(running)
    possible = all(math.isfinite(v) for v in by_marker.values())
    low, high, step = _scale(min(sums), max(sums))

    def at(value: float) -> float:
        return name_column + _CHART * (value - low) / (high - low)

    bottom = _TOP + _ROW * (len(by_marker) + 1) + 6
    for tick in range(round(low / step), round(high / step) + 1):
        value = tick * step
        draw.line(at(value), _TOP - 2, at(value), bottom, INK if tick == 0 else LINE)
        draw.number(signed(value, 0).lstrip("+"), at(value), bottom + 11, "middle", SOFT)
    heads = (("waterfall.step", name_column + _CHART + _STEP_COLUMN), ("waterfall.sum", width - 6))
    for key, x in heads:
        draw.phrase(say(key), x, _TOP - 8, "end", SOFT, language)
    before = 0.0
    for i, (marker, value) in enumerate(by_marker.items()):
        y = _TOP + _ROW * i
        draw.name(names[marker], 0, y + 11)
        if math.isfinite(value):
            after = before + value
            draw.bar(at(before), at(after), y, ACCENT if value >= 0 else AGAINST)
            draw.line(at(after), y + 3, at(after), y + _ROW + 3, SOFT)
            draw.number(signed(value), name_column + _CHART + _STEP_COLUMN, y + 11, "end", INK)
            draw.number(signed(after), width - 6, y + 11, "end", SOFT)
            before = after
        else:
            draw.phrase(say("waterfall.impossible"), width - 6, y + 11, "end", AGAINST, language)
    y = _TOP + _ROW * len(by_marker) + 4
    draw.line(0, y, width, y, LINE)
    draw.phrase(total_name, 0, y + 12, "start", INK, language, bold=True)
    if possible:
        draw.bar(at(0.0), at(running), y + 1, INK)
    draw.number(signed(running if possible else -math.inf), width - 6, y + 12, "end", INK, bold=True)
    total = signed(running if possible else -math.inf)
    figures = [f"{isolated(names[m])} {isolated(signed(value))}" for m, value in by_marker.items()]
    described = say("list.comma").join([*figures, f"{total_name} {isolated(total)}"])
    return document(
        width,
        height,
        say("waterfall.title"),
        "".join(draw.content),
        description=described if for_screen else "",
        for_screen=for_screen,
        enlarged=_ENLARGED if for_screen else 1.0,
    )


def _scale(least: float, most: float) -> tuple[float, float, float]:
    """Round limits and a step with at most about six ticks."""
    span = max(most - least, 1.0)
    step = next(s for s in (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e9) if span / s <= 6)
    return (
        step * math.floor(least / step),
        step * max(math.ceil(most / step), math.floor(least / step) + 1),
        step,
    )


class _Canvas:
    """Draws in left-to-right coordinates and mirrors places, never glyphs."""

    def __init__(self, width: float, mirrored: bool) -> None:
        self.width = width
        self.mirrored = mirrored
        self.content: list[str] = []

    def _x(self, x: float) -> float:
        return self.width - x if self.mirrored else x

    def _anchor(self, anchor: str) -> str:
        return {"start": "end", "end": "start"}.get(anchor, anchor) if self.mirrored else anchor

    def _words(self, text: str, x: float, y: float, anchor: str, colour: str, bold: bool) -> None:
        weight = {"font_weight": "bold"} if bold else {}
        self.content.append(
            words(text, self._x(x), y, size=_SIZE, anchor=self._anchor(anchor), colour=colour, **weight)
        )

    def name(self, text: str, x: float, y: float) -> None:
        self._words(isolated(text), x, y, "start", INK, False)

    def number(self, text: str, x: float, y: float, anchor: str, colour: str, bold: bool = False) -> None:
        self._words(isolated(text), x, y, anchor, colour, bold)

    def phrase(
        self, text: str, x: float, y: float, anchor: str, colour: str, language: Language, bold: bool = False
    ) -> None:
        self._words(phrase(text, language), x, y, anchor, colour, bold)

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str) -> None:
        ends = {"x1": self._x(x1), "y1": y1, "x2": self._x(x2), "y2": y2}
        self.content.append(element("line", stroke=colour, stroke_width=0.8, **ends))

    def bar(self, start: float, end: float, y: float, colour: str) -> None:
        a, b = sorted((self._x(start), self._x(end)))
        self.content.append(element("rect", x=a, y=y + 3, width=max(b - a, 0.8), height=_BAR, fill=colour))
