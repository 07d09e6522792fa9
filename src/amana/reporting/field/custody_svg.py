"""The custody of one unit as a picture: a bar for each holder along time, and a list of what happened."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from amana.problems import Language
from amana.reporting.field.custody import (
    CustodyEvent,
    CustodyKind,
    Stretch,
    event_notes,
    event_words,
    holder_words,
    stretches,
    time_of,
)
from amana.reporting.field.drawing import LINE, MARGIN, WIDE, Canvas, fitted, wrapped
from amana.reporting.field.words import duration, field_texts, isolated_words, one_line
from amana.reporting.svg import (
    ACCENT,
    ACCENT_SOFT,
    AGAINST,
    ATTENTION_SOFT,
    INK,
    PAPER,
    SOFT,
    document,
    element,
    text_width,
)
from amana.reporting.svg import LINE as HAIRLINE

_BAR, _ROW, _CLOSEST, _MARK = 13.0, 50.0, 19.0, 5.0
_HANDED: dict[str, Any] = {"colour": INK, "stroke_width": 1.2}
_BROKEN: dict[str, Any] = {"colour": AGAINST, "stroke_width": 2, "stroke_dasharray": "2 3"}
_LOOKS: dict[str, dict[str, Any]] = {
    "held": {"fill": ACCENT_SOFT, "stroke": ACCENT, "stroke_width": 1.2},
    "offered": {"fill": PAPER, "stroke": ACCENT, "stroke_width": 1.2},
    "disputed": {"fill": ATTENTION_SOFT, "stroke": AGAINST, "stroke_width": 1.4},
    "nobody": {"fill": "none", "stroke": AGAINST, "stroke_width": 1.4, "stroke_dasharray": "4 3"},
}


def custody_timeline_svg(
    events: Sequence[CustodyEvent],
    language: Language = "en",
    *,
    number: str = "",
    until: datetime | None = None,
    width: float = WIDE,
    for_screen: bool = False,
) -> str:
    """Who answered for a unit along time, with every event as a shape and in words.

    Time runs from the side where reading starts.  Events stand as far apart as it takes to tell them
    apart; the longer a wait, the farther, but not in proportion, and the picture says so.  What is
    offered, disputed, or held by nobody differs in pattern, not in colour alone.  Each event has a number
    at its mark and in the list below.

    Parameters
    ----------
    number
        Of the unit, for the title.
    until
        Now; the last bar ends there, with an arrow.  None: it ends with the last event and an arrow.
    width
        :data:`~amana.reporting.field.drawing.WIDE` or ``NARROW``.  With more events than have room in it, the
        picture is wider, and its container scrolls.
    for_screen
        With the fonts and the class of pages.

    Raises
    ------
    ValueError
        For a time without its zone.
    """
    say = field_texts(language)
    title = (
        say.plain("custody.title_of", number=f"\u2066{one_line(number)}\u2069")
        if number
        else say.entries["custody.title"]
    )
    found = stretches(events)
    if not found:
        canvas = Canvas(width, language)
        canvas.say(say.entries["custody.empty"], MARGIN, 24, colour=SOFT)
        return document(width, 40, title, "".join(canvas.content), for_screen=for_screen)
    last = max([found[-1].event.at, *([until] if until else [])])
    steps = [
        _CLOSEST + 9 * math.log1p(max((end - s.event.at).total_seconds(), 0) / 3600)
        for s, end in ((s, s.end or last) for s in found)
    ]
    needed = 2 * MARGIN + 2 * _MARK + _CLOSEST * (len(found) + 1)
    width = max(width, needed)
    canvas = Canvas(width, language)
    places = _places(steps, width)
    rows = _rows(found)
    content_height = _draw_rows(canvas, found, rows, places, until)
    y = content_height
    canvas.figure(time_of(found[0].event.at)[1:11], MARGIN, y, anchor="start")
    canvas.figure(time_of(last)[1:11], width - MARGIN, y, anchor="end")
    y = canvas.lines(
        wrapped(say.entries["custody.scale"], width - 2 * MARGIN, canvas.size), MARGIN, y + LINE, colour=SOFT
    )
    y = _legend(canvas, found, y)
    y = _list(canvas, found, y + 6)
    return document(
        width,
        y,
        title,
        element("rect", x=0.5, y=0.5, width=width - 1, height=y - 1, fill=PAPER, stroke=HAIRLINE)
        + "".join(canvas.content),
        description=_description(found, language),
        for_screen=for_screen,
    )


def _places(steps: Sequence[float], width: float) -> list[float]:
    """Where each event stands and the last bar ends: as far apart as ``steps`` say, but not too close."""
    room = width - 2 * MARGIN - 2 * _MARK - 8
    least = min(_CLOSEST, room / len(steps))
    spare = room - least * len(steps)
    extra = [step - _CLOSEST for step in steps]
    total = sum(extra) or 1.0
    at, places = MARGIN + _MARK, []
    for more in extra:
        places.append(at)
        at += least + (spare * more / total if sum(extra) else spare / len(steps))
    return [*places, at]


def _rows(found: Sequence[Stretch]) -> dict[str, int]:
    """Holder to row, in the order in which they first held it; "" is nobody."""
    names = dict.fromkeys(s.holder for s in found if s.event.kind != "ended")
    return {name: i for i, name in enumerate(names)} or {"": 0}


def _draw_rows(
    canvas: Canvas,
    found: Sequence[Stretch],
    rows: Mapping[str, int],
    places: Sequence[float],
    until: datetime | None,
) -> float:
    """The bars, and what joins them; returns how far down they reach."""
    for i in range(len(rows)):
        y = 32.5 + i * _ROW
        canvas.rule(MARGIN, y, canvas.width - MARGIN, y, HAIRLINE)
    row = 0
    for i, s in enumerate(found):
        before, row = row, row if s.event.kind == "ended" else rows[s.holder]
        top = 26 + row * _ROW
        if i and before != row:
            ends = (places[i], 26 + before * _ROW + _BAR / 2, places[i], top + _BAR / 2)
            canvas.rule(*ends, **(_BROKEN if s.broken else _HANDED))
        if s.event.kind != "ended":
            _bar(canvas, s, places[i], places[i + 1], top)
    _names(canvas, found, rows, until)
    row = 0
    for i, s in enumerate(found, 1):
        row = row if s.event.kind == "ended" else rows[s.holder]
        top = 26 + row * _ROW
        mark(canvas, s.event.kind, places[i - 1], top + _BAR / 2)
        canvas.figure(str(i), places[i - 1], top + _BAR + 12.5, colour=INK)
    return 26 + len(rows) * _ROW + 2


def _names(canvas: Canvas, found: Sequence[Stretch], rows: Mapping[str, int], until: datetime | None) -> None:
    """Each holder above the bar, and how long it was theirs."""
    say = field_texts(canvas.language)
    for name, i in rows.items():
        shown = one_line(name) if name else say.entries["custody.nobody"]
        lasted = timedelta()
        for s in found:
            end = s.end or until
            if s.holder == name and s.event.kind != "ended" and end is not None:
                lasted += max(end - s.event.at, timedelta())
        label = isolated_words(fitted(shown, canvas.width * 0.68, canvas.size))
        y = 20 + i * _ROW
        canvas.say(label, MARGIN, y, bold=True, colour=INK if name else AGAINST)
        if lasted:
            told = duration(lasted, canvas.language)
            canvas.say(told, canvas.width - MARGIN, y, anchor="end", colour=SOFT)


def _bar(canvas: Canvas, s: Stretch, x1: float, x2: float, y: float) -> None:
    canvas.box(x1, x2, y, _BAR, **_LOOKS[s.state])
    _pattern(canvas, s.state, x1, x2, y, _BAR)
    if s.end is None:
        tip = [(x2, y - 3), (x2 + 7, y + _BAR / 2), (x2, y + _BAR + 3)]
        canvas.path(tip, fill=INK)


def _pattern(canvas: Canvas, state: str, x1: float, x2: float, y: float, high: float) -> None:
    if state in ("offered", "disputed"):
        colour = ACCENT if state == "offered" else AGAINST
        canvas.hatch(x1, x2, y, high, colour, crossed=state == "disputed")


def mark(canvas: Canvas, kind: CustodyKind, x: float, y: float) -> None:
    """The shape of a kind of event: told apart without any colour."""
    r = _MARK
    line: dict[str, Any] = {"fill": PAPER, "stroke": INK, "stroke_width": 1.6}
    full: dict[str, Any] = {"fill": INK, "stroke": PAPER, "stroke_width": 0.8}
    square = [(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]
    onward = [(x - r, y - r), (x + r, y), (x - r, y + r)]
    diamond = [(x, y - r - 1), (x + r + 1, y), (x, y + r + 1), (x - r - 1, y)]
    cross = [[(x - r, y - r), (x + r, y + r)], [(x - r, y + r), (x + r, y - r)]]
    if kind in ("accepted", "refused", "missing", "found"):
        shape = full if kind == "accepted" else line
        canvas.content.append(element("circle", cx=canvas.x(x), cy=y, r=r + 0.4, **shape))
    if kind in ("taken", "withdrawn"):
        canvas.path(square, **(full if kind == "taken" else line))
    elif kind == "offered":
        canvas.path(onward, **line)
    elif kind == "refused":
        canvas.path([(x - r, y), (x + r, y)], closed=False, stroke=INK, stroke_width=1.6)
    elif kind == "disputed":
        for ends in cross:
            canvas.path(ends, closed=False, stroke=PAPER, stroke_width=4.6)
        for ends in cross:
            canvas.path(ends, closed=False, stroke=INK, stroke_width=2.4)
    elif kind in ("settled", "moved"):
        canvas.path(diamond, **(full if kind == "settled" else line))
    elif kind in ("missing", "found"):
        sign = "?" if kind == "missing" else "!"
        canvas.figure(sign, x, y + 3.6, colour=INK, halo=False)
    elif kind == "ended":
        for at in (x - 2, x + 2.5):
            canvas.rule(at, y - r - 2, at, y + r + 2, INK, stroke_width=2)


def _legend(canvas: Canvas, found: Sequence[Stretch], y: float) -> float:
    """What the patterns of the bars mean, those that are there."""
    say = field_texts(canvas.language)
    there = {s.state for s in found if s.event.kind != "ended"}
    keys = [f"legend_{state}" for state in _LOOKS if state in there]
    keys += ["break"] if any(s.broken for s in found) else []
    taken = MARGIN
    for key in keys:
        text = say.entries[f"custody.{key}"]
        needed = 45 + text_width(text, canvas.size)
        if taken > MARGIN and taken + needed > canvas.width - MARGIN:
            taken, y = MARGIN, y + LINE + 2
        state = key.removeprefix("legend_")
        if state in _LOOKS:
            canvas.box(taken, taken + 24, y - 9, 10, **_LOOKS[state])
            _pattern(canvas, state, taken, taken + 24, y - 9, 10)
        else:
            canvas.rule(taken, y - 4, taken + 24, y - 4, **_BROKEN)
        canvas.say(text, taken + 31, y, colour=SOFT)
        taken += needed
    return y + LINE + 4


def _list(canvas: Canvas, found: Sequence[Stretch], y: float) -> float:
    """Every event with its mark and number, in words."""
    language = canvas.language
    joint = field_texts(language).entries["list.semicolon"]
    for i, s in enumerate(found, 1):
        mark(canvas, s.event.kind, MARGIN + 6, y - 4)
        canvas.figure(str(i), MARGIN + 31, y, anchor="end", colour=INK)
        text = f"{time_of(s.event.at)} {event_words(s, language)}"
        room = canvas.width - 2 * MARGIN - 38
        y = canvas.lines(wrapped(text, room, canvas.size), MARGIN + 38, y)
        notes = joint.join(event_notes(s, language))
        if notes:
            y = canvas.lines(wrapped(notes, room, canvas.size), MARGIN + 38, y, colour=SOFT)
        y += 3
    return y + 2


def _description(found: Sequence[Stretch], language: Language) -> str:
    say = field_texts(language)
    last = found[-1]
    if last.event.kind == "ended":
        now = say.entries["custody.now_ended"]
    elif last.holder:
        now = say.plain("custody.now_held", holder=holder_words(last, language))
    else:
        now = say.entries["custody.now_nobody"]
    return say.plain(
        "custody.desc",
        n=str(len(found)),
        first=time_of(found[0].event.at),
        last=time_of(last.event.at),
        now=now,
    )
