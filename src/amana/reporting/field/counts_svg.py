"""Counts over time as a picture: an interval for each, beside each other and never merged."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from amana.problems import Language
from amana.reporting.field.counts import CountClaim, day_words, in_order, range_words, said_words
from amana.reporting.field.drawing import LINE, MARGIN, WIDE, Canvas, wrapped
from amana.reporting.field.words import field_texts, isolated_words, one_line
from amana.reporting.svg import ACCENT, ACCENT_SOFT, INK, PAPER, SOFT, document, element, text_width
from amana.reporting.svg import LINE as HAIRLINE

_BAR, _TICKS = 11.0, {False: 4, True: 7}
_POWERS_FROM = 200
"""From so many times the least number on, a scale in proportion would hide the small ones."""
_SURE: dict[str, Any] = {"fill": ACCENT_SOFT, "stroke": ACCENT, "stroke_width": 1.3}
_VAGUE: dict[str, Any] = {"fill": PAPER, "stroke": SOFT, "stroke_width": 1.2, "stroke_dasharray": "4 3"}


def count_history_svg(
    counts: Sequence[CountClaim],
    language: Language = "en",
    *,
    title: str | None = None,
    width: float = WIDE,
    for_screen: bool = False,
) -> str:
    """Counts as intervals, in the order in which they were said, a scale for each thing that is counted.

    One number is a diamond, a range a bar, an upper end that was not given an arrow, vague words a hatched
    bar with a broken outline (over the whole scale where no number was read into them).  Day, range, basis
    and the source's words stand above each.

    Parameters
    ----------
    title
        Accessible name; a general one where None.
    width
        :data:`~amana.reporting.field.drawing.WIDE` or ``NARROW``.
    for_screen
        With the fonts and the class of pages.
    """
    say = field_texts(language)
    canvas = Canvas(width, language)
    y = 24.0
    groups = in_order(counts)
    if not groups:
        canvas.say(say.entries["counts.empty"], MARGIN, y, colour=SOFT)
        y += LINE
    for counted, group in groups:
        y = _panel(canvas, counted or "–", group, y)
    if groups:
        y = _legend(canvas, counts, y)
    frame = element("rect", x=0.5, y=0.5, width=width - 1, height=y - 1, fill=PAPER, stroke=HAIRLINE)
    return document(
        width,
        y,
        title or say.entries["counts.title"],
        frame + "".join(canvas.content),
        description=_description(groups, language),
        for_screen=for_screen,
    )


def _panel(canvas: Canvas, counted: str, group: Sequence[CountClaim], y: float) -> float:
    """All counts of one thing with their scale; returns the next baseline."""
    room = canvas.width - 2 * MARGIN
    title = wrapped(isolated_words(counted), room, canvas.size * 1.08)
    y = canvas.lines(title, MARGIN, y, bold=True) + 2
    ends = [x for c in group for x in (c.low, c.high) if x is not None]
    at, ticks, powers = _scale(ends, room - 16, wide=canvas.width >= WIDE)
    top = y - 12
    rows, drawn = [], canvas.content
    canvas.content = []
    for count in group:
        y = _words(canvas, count, y, room)
        rows.append((count, y - 9))
        y += _BAR + 10
    text, canvas.content = canvas.content, drawn
    # The scale lies behind the bars and the words.
    if ends:
        for tick in ticks:
            x = MARGIN + 4 + at(tick)
            canvas.rule(x, top, x, y - 8, HAIRLINE)
            canvas.figure(_short(tick), x, y + 5)
        y += 10
    for count, where in rows:
        _interval(canvas, count, at, where, room)
    canvas.content += text
    if powers:
        note = field_texts(canvas.language).entries["counts.powers"]
        y = canvas.lines(wrapped(note, room, canvas.size), MARGIN, y + LINE + 5, colour=SOFT) - LINE + 6
    return y + 22


def _words(canvas: Canvas, count: CountClaim, y: float, room: float) -> float:
    """Day and range, basis, and whose words, in as few lines as they need."""
    language = canvas.language
    lead = f"{day_words(count, language)} · {range_words(count, language)}"
    basis = isolated_words(one_line(count.basis))
    said = said_words(count, language)
    rest = f"{basis} · {said}" if said else basis
    y = canvas.lines(wrapped(lead, room, canvas.size), MARGIN, y)
    return canvas.lines(wrapped(rest, room, canvas.size), MARGIN, y, colour=SOFT)


def _interval(canvas: Canvas, count: CountClaim, at: Callable[[float], float], y: float, room: float) -> None:
    first, end = MARGIN + 4.0, MARGIN + room - 6
    low = first + at(count.low) if count.low is not None else first
    high = first + at(count.high) if count.high is not None else end
    if count.low is None and count.high is None and not count.vague:
        canvas.say("–", first, y + _BAR - 1, colour=SOFT)
        return
    middle = y + _BAR / 2
    look = _VAGUE if count.vague else _SURE
    if count.low is not None and count.low == count.high:
        r = _BAR / 2 + 1
        canvas.path(
            [(low, middle - r), (low + r, middle), (low, middle + r), (low - r, middle)], **(look | _ONE)
        )
        if count.vague:
            canvas.path([(low - r, middle), (low + r, middle)], closed=False, stroke=SOFT, stroke_width=1.2)
        return
    canvas.box(low, high, y, _BAR, **look)
    if count.vague:
        canvas.hatch(low, high, y, _BAR, SOFT)
    if count.high is None:
        tip = [(high, y - 2), (high + 6, middle), (high, y + _BAR + 2)]
        canvas.path(tip, closed=False, fill=PAPER, stroke=INK, stroke_width=1.6)


_ONE: dict[str, Any] = {"stroke_linejoin": "round"}


def _scale(
    ends: Sequence[int], room: float, *, wide: bool
) -> tuple[Callable[[float], float], list[float], bool]:
    """From a number to its place, the ticks, and whether the scale goes by powers of ten."""
    most = max([1, *ends])
    least = min([x for x in ends if x > 0], default=1)
    if most / least >= _POWERS_FROM:
        top = math.ceil(math.log10(most)) + 1

        def by_powers(x: float) -> float:
            return room * (math.log10(x) + 1) / top if x >= 1 else 0.0

        return by_powers, [0.0, *(10.0**i for i in range(top))], True
    step = next(s * 10.0**p for p in range(12) for s in (1, 2, 5) if most / (s * 10.0**p) <= _TICKS[wide])
    top_tick = math.ceil(most / step)
    return (lambda x: room * x / (top_tick * step)), [i * step for i in range(top_tick + 1)], False


def _short(value: float) -> str:
    """``50``, ``2k`` written out below ten thousand: ``10,000`` is ``10k`` so that ticks do not touch."""
    if value >= 1e6:
        return f"{value / 1e6:g}M"
    return f"{value / 1e3:g}k" if value >= 1e4 else f"{value:,.0f}"


def _legend(canvas: Canvas, counts: Sequence[CountClaim], y: float) -> float:
    """The shapes that are there, in words."""
    say = field_texts(canvas.language)
    given = [c for c in counts if not (c.low is None and c.high is None and not c.vague)]
    samples = {
        "range": ((1, 2, False), [c for c in given if c.low != c.high and not c.vague]),
        "one": ((1, 1, False), [c for c in given if c.low is not None and c.low == c.high]),
        "vague": ((1, 2, True), [c for c in given if c.vague]),
        "open": ((1, None, False), [c for c in given if c.high is None]),
    }
    taken = MARGIN
    for key, ((low, high, vague), there) in samples.items():
        if not there:
            continue
        text = say.entries[f"counts.legend_{key}"]
        needed = 54 + text_width(text, canvas.size)
        if taken > MARGIN and taken + needed > canvas.width - MARGIN:
            taken, y = MARGIN, y + LINE + 3
        sample = CountClaim("", "", low, high, vague=vague)
        places = {1: 12.0 if low == high else 0.0, 2: 24.0}
        start = taken

        def at(x: float, start: float = start, places: dict[int, float] = places) -> float:
            return start - MARGIN - 4 + 8 + places[int(x)]

        _interval(canvas, sample, at, y - 10, start - MARGIN + 38)
        canvas.say(text, taken + 42, y, colour=SOFT)
        taken += needed
    return y + LINE


def _description(groups: Sequence[tuple[str, Sequence[CountClaim]]], language: Language) -> str:
    say = field_texts(language)
    rows = [
        say.plain(
            "counts.row",
            at=day_words(c, language),
            counted=isolated_words(counted),
            basis=isolated_words(one_line(c.basis)),
            range=range_words(c, language),
        )
        for counted, group in groups
        for c in group
    ]
    joined = say.entries["list.semicolon"].join(rows)
    return say.plain("counts.desc", n=str(len(rows)), rows=joined) if rows else ""
