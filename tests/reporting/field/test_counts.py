"""Counts over time: intervals that stand beside each other."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date
from itertools import pairwise

import pytest

from amana.problems import Language
from amana.reporting.field import NARROW, WIDE, CountClaim, count_history_svg, count_table
from amana.reporting.field.counts import range_words
from tests.reporting.field.papers import HOSTILE, LANGUAGES, t

SVG = "{http://www.w3.org/2000/svg}"


def claims(language: Language = "en") -> list[CountClaim]:
    people, reported = t(language, "individuals", "أفراد"), t(language, "reported", "مبلَّغ عنه")
    return [
        CountClaim(
            people, t(language, "field estimate", "تقدير ميداني"), 20, 25, "20–25", "", date(2026, 11, 22)
        ),
        CountClaim(
            people, reported, None, None, t(language, "dozens", "العشرات"), "", date(2026, 11, 18), True
        ),
        CountClaim(
            people, "MNI", 17, None, "MNI 17", t(language, "laboratory", "المختبر"), date(2026, 11, 28)
        ),
        CountClaim(t(language, "remains", "رفات"), reported, 21, 21, "", "", date(2026, 11, 20)),
    ]


def bars(svg: str) -> list[tuple[float, float]]:
    rects = [r for r in ET.fromstring(svg).iter(f"{SVG}rect") if r.get("height") == "11"]
    return [(float(r.get("x", "")), float(r.get("x", "")) + float(r.get("width", ""))) for r in rects]


def texts_of(svg: str) -> list[str]:
    return [re.sub("[\u2066-\u2069]", "", e.text or "") for e in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("low", "high", "vague", "words"),
    [
        (20, 25, False, "20 to 25"),
        (4, 4, False, "4"),
        (4, None, False, "4 or more"),
        (None, 9, False, "up to 9"),
        (None, None, False, "no number given"),
        (None, None, True, "vague: no number given"),
        (1000, 99999, True, "vague: 1,000 to 99,999"),
    ],
)
def test_a_range_keeps_its_ends(low: int | None, high: int | None, vague: bool, words: str) -> None:
    told = range_words(CountClaim("x", "y", low, high, vague=vague), "en")
    assert re.sub("[\u2066-\u2069]", "", told) == words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_each_count_says_what_is_counted_and_its_basis(language: Language, width: float) -> None:
    svg = count_history_svg(claims(language), language, width=width, for_screen=True)
    told = " ".join(texts_of(svg))
    for c in claims(language):
        assert c.counted in told
        assert c.basis in told
        assert c.words in told
        assert str(c.day) in told
    root = ET.fromstring(svg)
    assert float(root.get("width", "")) == width
    assert "20" in (root[1].text or "")
    assert not re.search(r"href|url\(|style|<script|<image", svg)


def test_counts_stand_in_the_order_of_their_days_and_things_apart() -> None:
    days = [x for x in texts_of(count_history_svg(claims())) if x.startswith("2026")]
    assert [d[:10] for d in days] == ["2026-11-18", "2026-11-22", "2026-11-28", "2026-11-20"]
    assert [row[1].strip("\u2066\u2069") for row in count_table(claims(), "en")[1]] == [
        *["individuals"] * 3,
        "remains",
    ]


def test_a_bar_reaches_from_least_to_most_and_an_open_one_to_the_end() -> None:
    vague, estimate, mni, *_ = bars(count_history_svg(claims()))
    assert vague[0] < mni[0] < estimate[0] < estimate[1] < mni[1]
    assert vague[1] == pytest.approx(mni[1], abs=0.02)
    narrow = bars(count_history_svg([CountClaim("x", "y", 10, 20)]))[0]
    wide = bars(count_history_svg([CountClaim("x", "y", 10, 20), CountClaim("x", "y", 0, 20)]))[1]
    assert wide[1] - wide[0] == pytest.approx(2 * (narrow[1] - narrow[0]), abs=0.05)


def test_only_vague_words_are_hatched_in_a_broken_outline() -> None:
    root = ET.fromstring(count_history_svg(claims()))
    rects = [r for r in root.iter(f"{SVG}rect") if r.get("height") == "11"]
    assert [r.get("stroke-dasharray") is not None for r in rects[:3]] == [True, False, False]


def test_right_to_left_mirrors_places() -> None:
    one, other = (bars(count_history_svg(claims("en"), x)) for x in LANGUAGES)
    mirrored = [(WIDE - b, WIDE - a) for a, b in one[:3]]
    assert other[:3] == [pytest.approx(x, abs=0.02) for x in mirrored]


def test_numbers_of_very_different_size_have_a_scale_by_powers_and_it_is_said() -> None:
    counts = [CountClaim("x", "y", 4, 9), CountClaim("x", "y", 10_000, 99_999, vague=True)]
    svg = count_history_svg(counts)
    assert any("ten times" in text for text in texts_of(svg))
    small, large = bars(svg)[:2]
    assert small[1] - small[0] > 15
    assert small[1] < large[0]
    assert not any("ten times" in text for text in texts_of(count_history_svg(counts[:1])))


@pytest.mark.parametrize("most", [1, 3, 7, 23, 199, 5_000, 123_456, 99_999_999])
def test_ticks_never_touch(most: int) -> None:
    for width in (NARROW, WIDE):
        for counts in ([CountClaim("x", "y", 1, most)], [CountClaim("x", "y", most, most)]):
            svg = count_history_svg(counts, width=width)
            ticks = [
                (float(e.get("x", "")), len(e.text or ""))
                for e in ET.fromstring(svg).iter(f"{SVG}text")
                if re.fullmatch("\u2066[\\d,.]+[kM]?\u2069", e.text or "")
            ]
            assert len(ticks) > 1
            assert all(b[0] - a[0] > 5 * max(a[1], b[1]) for a, b in pairwise(ticks))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_picture(language: Language, text: str) -> None:
    counts = [CountClaim(text, text, 1, 2, text, text), CountClaim(text, text, vague=True, words=text)]
    svg = count_history_svg(counts, language, width=NARROW)
    assert "\u202e" not in svg
    assert all(0 <= float(e.get("x", "")) <= NARROW for e in ET.fromstring(svg).iter(f"{SVG}text"))
    count_table(counts, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_count_is_said(language: Language) -> None:
    assert len(texts_of(count_history_svg([], language))) == 1
