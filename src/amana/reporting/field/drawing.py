"""A sheet to draw on from the side where reading starts, and lines of words that fit it."""

from __future__ import annotations

from collections.abc import Sequence

from amana.problems import Language
from amana.reporting.svg import INK, PAPER, SOFT, element, isolated, number, phrase, text_width, words

NARROW, WIDE = 358.0, 640.0
"""Widths in pixels for a telephone and for a page, at which letters have the size of text."""
SIZE = {"en": 11.0, "ar": 12.0}  # Arabic letters look smaller than Latin ones of their size
LINE = 16.0
_HALO: dict[str, object] = {
    "paint_order": "stroke",
    "stroke": PAPER,
    "stroke_width": 3,
    "stroke_linejoin": "round",
}
MARGIN = 12.0


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Words in lines no wider than ``width``; a word that is wider itself is cut.

    An isolate that goes on over a line end is closed there and opened again.
    """
    lines = [""]
    for word in filter(None, text.split(" ")):
        for part in _cut(word, width, size):
            longer = f"{lines[-1]} {part}".strip()
            if lines[-1] and text_width(longer, size) > width:
                lines.append(part)
            else:
                lines[-1] = longer
    return _closed(lines)


def _closed(lines: Sequence[str]) -> list[str]:
    found, still = [], ""
    for line in lines:
        begun = still + line
        open_ones: list[str] = []
        for c in begun:
            if c in "\u2066\u2067\u2068":
                open_ones.append(c)
            elif c == "\u2069" and open_ones:
                open_ones.pop()
        still = "".join(open_ones)
        found.append(begun + "\u2069" * len(open_ones))
    return found


def _cut(word: str, width: float, size: float) -> list[str]:
    parts = [""]
    for c in word:
        if parts[-1] and text_width(parts[-1] + c, size) > width:
            parts.append("")
        parts[-1] += c
    return parts


def fitted(text: str, width: float, size: float) -> str:
    """One line no wider than ``width``, cut with an ellipsis."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


class Canvas:
    """Places are counted from the side where reading starts; letters and digits are never mirrored."""

    def __init__(self, width: float, language: Language) -> None:
        self.width = width
        self.language = language
        self.size = SIZE[language]
        self.mirrored = language == "ar"
        self.content: list[str] = []

    def x(self, x: float) -> float:
        """A place as SVG counts it."""
        return self.width - x if self.mirrored else x

    def say(
        self,
        text: str,
        x: float,
        y: float,
        *,
        anchor: str = "start",
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """A phrase of the reader's language, readable also where a line runs behind it."""
        side = {"start": "end", "end": "start"}.get(anchor, anchor) if self.mirrored else anchor
        weight = {"font_weight": "bold"} if bold else {}
        self.content.append(
            words(
                phrase(text, self.language),
                self.x(x),
                y,
                size=self.size,
                anchor=side,
                colour=colour,
                **weight,
                **_HALO,
            )
        )

    def figure(
        self,
        text: str,
        x: float,
        y: float,
        *,
        anchor: str = "middle",
        colour: str = SOFT,
        halo: bool = True,
    ) -> None:
        """A number or a date: left-to-right in every language."""
        side = {"start": "end", "end": "start"}.get(anchor, anchor) if self.mirrored else anchor
        more = _HALO if halo else {}
        size = self.size - 0.5
        self.content.append(
            words(isolated(text), self.x(x), y, size=size, anchor=side, colour=colour, **more)
        )

    def lines(
        self, texts: Sequence[str], x: float, y: float, *, colour: str = INK, bold: bool = False
    ) -> float:
        """Lines below each other from the baseline ``y`` on; returns the baseline after the last."""
        for text in texts:
            self.say(text, x, y, colour=colour, bold=bold)
            y += LINE
        return y

    def rule(self, x1: float, y1: float, x2: float, y2: float, colour: str = SOFT, **more: object) -> None:
        """A line."""
        ends = {"x1": self.x(x1), "y1": y1, "x2": self.x(x2), "y2": y2}
        self.content.append(element("line", **ends, stroke=colour, **({"stroke_width": 1.0} | more)))

    def box(self, x1: float, x2: float, y: float, high: float, **more: object) -> None:
        """A rectangle between two places."""
        a, b = sorted((self.x(x1), self.x(x2)))
        self.content.append(element("rect", x=a, y=y, width=max(b - a, 1.0), height=high, **more))

    def path(self, points: Sequence[tuple[float, float]], *, closed: bool = True, **more: object) -> None:
        """A line through points, closed or open."""
        at = [f"{number(float(self.x(x)))} {number(float(y))}" for x, y in points]
        d = "M" + "L".join(at) + ("Z" if closed else "")
        self.content.append(element("path", d=d, **more))

    def hatch(
        self, x1: float, x2: float, y: float, high: float, colour: str, *, crossed: bool = False
    ) -> None:
        """Slanted strokes inside a bar, so that it differs without any colour."""
        step, strokes = 6.0, []
        x = x1 - high
        while x < x2:
            for lean in (1, -1) if crossed else (1,):
                # From the foot to the head of the bar, cut at its ends.
                foot, top = (x, x + high) if lean > 0 else (x + high, x)
                ends = [
                    (min(max(at, x1), x2), y + high - (min(max(at, x1), x2) - foot) / (top - foot) * high)
                    for at in (foot, top)
                ]
                if abs(ends[0][0] - ends[1][0]) > 0.3:
                    (a, b), (c, d) = ends
                    strokes.append(f"M{number(self.x(a))} {number(b)}L{number(self.x(c))} {number(d)}")
            x += step
        if strokes:
            self.content.append(
                element("path", d="".join(strokes), stroke=colour, stroke_width=0.9, fill="none")
            )
