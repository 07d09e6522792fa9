"""The pieces of a plan: marks, scale bar, north arrow, legend and notes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from amana.geography.spots import UnitKind
from amana.geography.words import length, say
from amana.problems import Language
from amana.reporting.svg import (
    ACCENT,
    ACCENT_SOFT,
    ATTENTION,
    INK,
    SOFT,
    element,
    number,
    phrase,
    text_width,
    words,
)

SIZE = {"en": 11.0, "ar": 12.0}  # of words; Arabic letters look smaller than Latin ones of their size
_ROW = 19.0
OUTLINE = {
    "stroke": ACCENT,
    "stroke_width": 1.3,
    "stroke_dasharray": "7 4",
    "fill": ACCENT_SOFT,
    "fill_opacity": 0.4,
}
CIRCLE = {"stroke": ATTENTION, "stroke_width": 1.2, "stroke_dasharray": "1.5 2.5", "fill": "none"}
LINK = {"stroke": SOFT, "stroke_width": 1.3}


def shape(kind: UnitKind, x: float, y: float, r: float = 4.2) -> str:
    """The shape of a kind of unit: told apart without any colour."""
    if kind == "body":
        return element("circle", cx=x, cy=y, r=r, fill=INK)
    if kind == "ash_sample":
        return element("circle", cx=x, cy=y, r=r - 0.7, fill="none", stroke=INK, stroke_width=1.4)
    if kind == "bone":
        return element("rect", x=x - r + 0.4, y=y - r + 0.4, width=2 * r - 0.8, height=2 * r - 0.8, fill=INK)
    if kind == "other":
        arms = f"M{number(x - r)} {number(y)}H{number(x + r)}M{number(x)} {number(y - r)}V{number(y + r)}"
        return element("path", d=arms, fill="none", stroke=INK, stroke_width=2.2)
    corners = (
        ((x, y - r), (x + r, y + r * 0.8), (x - r, y + r * 0.8))
        if kind == "body_part"
        else ((x, y - r - 0.6), (x + r + 0.6, y), (x, y + r + 0.6), (x - r - 0.6, y))
    )
    return element("polygon", points=" ".join(f"{number(a)},{number(b)}" for a, b in corners), fill=INK)


def scale_bar(x: float, y: float, pixels_per_metre: float, most: float, language: Language) -> str:
    """A bar of a round length, no longer than ``most`` pixels, with its length behind it."""
    metres = round_length(most / pixels_per_metre)
    long = metres * pixels_per_metre
    path = f"M{number(x)} {number(y - 5)}V{number(y)}H{number(x + long)}V{number(y - 5)}"
    path += f"M{number(x + long / 2)} {number(y - 3)}V{number(y)}"
    text = phrase(say(language)("plan.scale", length=length(metres, language)), language)
    bar = element("path", d=path, fill="none", stroke=INK, stroke_width=1.4)
    label = words(text, x + long + 8, y + 1, size=SIZE[language], anchor="start")
    return element("g", bar + label, data_scale=number(float(metres)))


def round_length(most: float) -> float:
    """The greatest of 1, 2 or 5 times a power of ten that is not above ``most``."""
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (5, 2, 1) if step * power <= most * (1 + 1e-9))


def north_arrow(x: float, y: float, language: Language) -> str:
    """An arrow up with the letter of north below it; ``y`` is the baseline of the letter."""
    arrow = f"{number(x)},{number(y - 28)} {number(x + 5)},{number(y - 13)} {number(x)},{number(y - 16)}"
    arrow += f" {number(x - 5)},{number(y - 13)}"
    head = element("polygon", points=arrow, fill=INK)
    letter = words(say(language)("plan.north"), x, y, size=SIZE[language], font_weight="bold")
    return element("g", head + letter, data_north="up")


def legend_symbol(entry: str, x: float, y: float) -> str:
    """What a legend entry explains, about 18 wide around (x, y)."""
    if entry == "distance":
        return element("line", x1=x - 9, y1=y, x2=x + 9, y2=y, **LINK)
    if entry == "outline":
        return element("rect", x=x - 9, y=y - 5, width=18.0, height=10.0, **OUTLINE)
    if entry == "uncertainty":
        return element("circle", cx=x, cy=y, r=6.0, **CIRCLE)
    if entry == "left_out":
        return words("…", x, y + 3)
    return shape(entry, x, y)  # type: ignore[arg-type]  # every other entry is a kind of unit


def legend(
    entries: Sequence[tuple[str, str]], y: float, width: float, language: Language
) -> tuple[str, float]:
    """Entries (what, words) in rows below ``y``, from the side where reading starts; and the bottom."""
    mirrored = language == "ar"
    size = SIZE[language]
    drawn, taken = [], 12.0
    y += _ROW - 4
    for entry, text in entries:
        needed = 40 + text_width(text, size)
        if taken > 12 and taken + needed > width - 4:
            y, taken = y + _ROW, 12.0
        at = taken + 10
        beside = at + 15
        if mirrored:
            at, beside = width - at, width - beside
        anchor = "end" if mirrored else "start"
        drawn.append(legend_symbol(entry, at, y))
        drawn.append(words(phrase(text, language), beside, y + 4, size=size, anchor=anchor, colour=SOFT))
        taken += needed
    return "".join(drawn), y + 8 if entries else y - _ROW + 4


def notes(lines: Sequence[str], y: float, width: float, language: Language) -> tuple[str, float]:
    """Sentences below the legend, wrapped; and the bottom."""
    drawn = []
    size = SIZE[language]
    x, anchor = (width - 12, "end") if language == "ar" else (12.0, "start")
    for line in lines:
        y += 3
        for part in wrapped(line, width - 24, size):
            y += _ROW - 3
            drawn.append(words(phrase(part, language), x, y, size=size, anchor=anchor))
    return "".join(drawn), y + (6 if lines else 0)


def wrapped(text: str, width: float, size: float) -> list[str]:
    """A sentence in lines no wider than ``width``, cut at spaces."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
