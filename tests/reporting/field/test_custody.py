"""Who answered for a unit: the stretches between events, the picture and its words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import datetime
from itertools import pairwise
from typing import get_args

import pytest

from amana.problems import Language
from amana.reporting.field import (
    NARROW,
    WIDE,
    CustodyEvent,
    CustodyKind,
    custody_table,
    custody_timeline_svg,
)
from amana.reporting.field.custody import stretches
from tests.reporting.field.papers import HOSTILE, LANGUAGES, at, t

SVG = "{http://www.w3.org/2000/svg}"


def custody(language: Language = "en") -> list[CustodyEvent]:
    team, room = (
        t(language, "Search team", "فريق البحث"),
        t(language, "Forensic department", "الطبابة الشرعية"),
    )
    return [
        CustodyEvent("taken", at(9, day=12), team, seal="S-1"),
        CustodyEvent("offered", at(15, day=12), room),
        CustodyEvent("disputed", at(16, day=12), room, seal="S-7"),
        CustodyEvent("settled", at(8, day=13)),
        CustodyEvent("offered", at(9, day=13), room),
        CustodyEvent("accepted", at(10, day=13), room, on_paper=True),
        CustodyEvent("missing", at(11, day=20)),
        CustodyEvent("found", at(16, day=21), room, t(language, "Room 3", "الغرفة 3")),
        CustodyEvent("accepted", at(12, day=24), t(language, "Centre", "المركز")),
    ]


def texts_of(svg: str) -> list[str]:
    return [re.sub("[\u2066-\u2069]", "", e.text or "") for e in ET.fromstring(svg).iter(f"{SVG}text")]


def places(svg: str, text: str) -> list[float]:
    found = ET.fromstring(svg).iter(f"{SVG}text")
    return [float(e.get("x", "")) for e in found if re.sub("[\u2066-\u2069]", "", e.text or "") == text]


def test_the_holder_answers_until_another_accepts() -> None:
    found = stretches(custody())
    assert [(s.holder, s.state) for s in found] == [
        ("Search team", "held"),
        ("Search team", "offered"),
        ("Search team", "disputed"),
        ("Search team", "held"),
        ("Search team", "offered"),
        ("Forensic department", "held"),
        ("", "nobody"),
        ("Forensic department", "held"),
        ("Centre", "held"),
    ]
    assert [s.end for s in found] == [*(e.at for e in custody()[1:]), None]


def test_a_hand_over_without_an_offer_is_a_break_in_the_chain() -> None:
    assert [s.broken for s in stretches(custody())] == [False] * 8 + [True]
    first = stretches([CustodyEvent("accepted", at(9), "A")])
    assert [s.broken for s in first] == [True]
    again = stretches([CustodyEvent("taken", at(9), "A"), CustodyEvent("taken", at(10), "B")])
    assert [s.broken for s in again] == [False, True]
    withdrawn = [
        CustodyEvent("taken", at(9), "A"),
        CustodyEvent("offered", at(10), "B"),
        CustodyEvent("withdrawn", at(11)),
        CustodyEvent("accepted", at(12), "B"),
    ]
    assert stretches(withdrawn)[-1].broken


def test_an_offer_to_one_is_no_offer_to_another() -> None:
    events = [
        CustodyEvent("taken", at(9), "A"),
        CustodyEvent("offered", at(10), "B"),
        CustodyEvent("accepted", at(11), "C"),
    ]
    assert stretches(events)[-1].broken


def test_a_dispute_lasts_until_it_is_settled_or_accepted() -> None:
    kinds: list[CustodyKind] = ["taken", "offered", "disputed", "moved", "offered", "withdrawn", "settled"]
    events = [CustodyEvent(kind, at(9, i), "" if kind == "settled" else "A") for i, kind in enumerate(kinds)]
    states = [s.state for s in stretches(events)]
    assert states == ["held", "offered", "disputed", "disputed", "offered", "disputed", "held"]


def test_events_are_put_in_the_order_of_time() -> None:
    assert stretches(custody()[::-1]) == stretches(custody())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_event_has_its_number_at_its_mark_and_in_the_list(language: Language, width: float) -> None:
    svg = custody_timeline_svg(custody(language), language, number="HMS-04-017-6", width=width)
    shown = texts_of(svg)
    for i in range(1, 10):
        assert shown.count(str(i)) == 2
    told = " ".join(shown)
    for said in (
        t(language, "offered to", "عُرضت على"),
        t(language, "disputed by", "نازع فيها"),
        t(language, "not found where it should be", "لم توجد حيث يجب أن تكون"),
        t(language, "No holder known", "لا حائز معروف"),
        t(language, "no offer by the holder", "لا عرض مدون"),
        t(language, "on paper, entered later", "على الورق"),
        "2026-11-12\u00a009:00",
        "S-7",
    ):
        assert said in told, said
    assert float(ET.fromstring(svg).get("width", "")) == width


def test_time_runs_from_the_side_where_reading_starts() -> None:
    english, arabic = (custody_timeline_svg(custody(x), x) for x in LANGUAGES)
    marks = [[places(svg, str(i))[0] for i in range(1, 10)] for svg in (english, arabic)]
    assert marks[0] == sorted(marks[0])
    assert marks[1] == pytest.approx([WIDE - x for x in marks[0]], abs=0.02)
    assert all(b - a >= 10 for a, b in pairwise(marks[0]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_states_differ_in_pattern_and_not_in_colour_alone(language: Language) -> None:
    root = ET.fromstring(custody_timeline_svg(custody(language), language))
    bars = [r for r in root.iter(f"{SVG}rect") if r.get("height") == "13"]
    assert len(bars) == 9
    assert sum(r.get("stroke-dasharray") is not None for r in bars) == 1  # nobody answers
    hatched = [p for p in root.iter(f"{SVG}path") if (p.get("d") or "").count("M") > 1]
    assert len(hatched) == 3 + 2  # two offers and a dispute, and both in the legend
    shapes = {kind: custody_timeline_svg([CustodyEvent(kind, at(9), "A")]) for kind in get_args(CustodyKind)}
    drawn = {
        kind: re.sub(r'<title>.*?</title>|<desc>.*?</desc>|fill="#[0-9a-f]+"|<text.*?</text>', "", svg)
        for kind, svg in shapes.items()
    }
    assert len(set(drawn.values())) >= len(drawn) - 4  # a full and an empty shape differ by their filling


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_needs_nothing_from_outside_and_says_what_it_shows(language: Language) -> None:
    svg = custody_timeline_svg(custody(language), language, number="HMS-04-017-6", for_screen=True)
    assert svg.count("http") == 1  # the name space
    assert not re.search(r"href|url\(|style|<script|<image", svg)
    root = ET.fromstring(svg)
    assert root.get("role") == "img"
    assert "HMS-04-017-6" in (root[0].text or "")
    assert t(language, "Centre", "المركز") in (root[1].text or "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_words_stay_inside_the_picture(language: Language) -> None:
    long = (
        t(language, "A very long name of an office, department and room ", "اسم طويل جداً لمكتب وقسم وغرفة ")
        * 4
    )
    events = [CustodyEvent(e.kind, e.at, e.who and long, long, "S" * 60, long) for e in custody(language)]
    svg = custody_timeline_svg(events, language, width=NARROW)
    assert all(0 <= float(e.get("x", "")) <= NARROW for e in ET.fromstring(svg).iter(f"{SVG}text"))
    assert max(map(len, texts_of(svg))) < 75  # wrapped: no line is longer than fits


def test_many_events_make_it_wider_and_not_closer() -> None:
    events = [CustodyEvent("taken", at(0, day=1), "A")]
    events += [CustodyEvent("moved", at(i % 24, i // 24, 2), place=str(i)) for i in range(60)]
    svg = custody_timeline_svg(events, width=NARROW, for_screen=True)
    root = ET.fromstring(svg)
    assert float(root.get("width", "")) > NARROW
    assert root.get("class") == "drawn wide"
    marks = sorted(places(svg, str(i))[0] for i in range(1, 62))
    assert min(b - a for a, b in pairwise(marks)) > 14


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_says_in_words_what_the_picture_shows(language: Language) -> None:
    heads, rows = custody_table(custody(language), language)
    assert len(heads) == 4
    assert len(rows) == 9
    assert t(language, "No holder known", "لا حائز معروف") in rows[6][2]
    assert t(language, "no offer by the holder", "لا عرض مدون") in rows[8][3]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_picture(language: Language, text: str) -> None:
    events = [
        CustodyEvent(kind, at(9, i), text, text, text, text) for i, kind in enumerate(get_args(CustodyKind))
    ]
    for width in (NARROW, WIDE):
        svg = custody_timeline_svg(events, language, number=text, width=width)
        ET.fromstring(svg)
        assert "\u202e" not in svg
    custody_table(events, language)


def test_no_event_and_a_time_without_its_zone() -> None:
    assert "No custody event is recorded." in " ".join(texts_of(custody_timeline_svg([])))
    with pytest.raises(ValueError, match="without its zone"):
        custody_timeline_svg([CustodyEvent("taken", datetime(2026, 1, 1), "A")])
