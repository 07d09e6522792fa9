"""Drawn family trees and waterfalls as SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from amana.kinship.pedigree import Pedigree, Person
from amana.problems import Language
from amana.reporting import draw_pedigree, waterfall_svg

LANGUAGES: tuple[Language, ...] = ("en", "ar")
SVG = "{http://www.w3.org/2000/svg}"
COUSINS = Pedigree(
    [
        *(Person("GF", sex="M"), Person("GM", sex="F"), Person("A", sex="F"), Person("B", sex="F")),
        *(Person("F", "GF", "GM", "M"), Person("U", "GF", "GM", "M")),
        *(Person("X", "F", "A", "M"), Person("Y", "U", "B", "F"), Person("C", "X", "Y", None)),
        *(Person("H", "X", None, "F"),),
    ]
)


def texts_of(node: ET.Element) -> list[str]:
    return [re.sub("[\u2066-\u2069]", "", t.text or "") for t in node.iter(f"{SVG}text")]


def people(svg: str) -> dict[str, ET.Element]:
    found = [g for g in ET.fromstring(svg).iter(f"{SVG}g") if "data-person" in g.attrib]
    assert len({g.attrib["data-person"] for g in found}) == len(found)
    return {g.attrib["data-person"]: g for g in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_symbols_follow_sex_and_say_typed_and_missing_in_words(language: Language) -> None:
    svg = draw_pedigree(
        COUSINS, typed={"X", "H"}, missing={"C", "Y"}, victims={"C": "AQ-04-017-K"}, language=language
    )
    found = people(svg)
    assert found.keys() == set(COUSINS.index)
    shapes = {p: next(c.tag.removeprefix(SVG) for c in g) for p, g in found.items()}
    assert {shapes["GF"], shapes["GM"], shapes["C"]} == {"rect", "circle", "polygon"}
    assert "DNA" in texts_of(found["X"])
    assert "DNA" not in texts_of(found["F"])
    words = {"en": ("missing", "missing"), "ar": ("مفقود(ة)", "مفقودة")}[language]
    assert words[0] in texts_of(found["C"])
    assert words[1] in texts_of(found["Y"])
    assert any("AQ-04-017-K" in t for t in texts_of(found["C"]))
    assert found["C"][0].get("stroke-dasharray")
    assert not found["F"][0].get("stroke-dasharray")


def test_related_partners_have_two_strokes_and_a_lone_parent_a_question_mark() -> None:
    svg = draw_pedigree(COUSINS)
    lines = ET.fromstring(svg).iter(f"{SVG}line")
    strokes = [
        li.get("stroke") for li in lines if (li.get("data-father"), li.get("data-mother")) == ("X", "Y")
    ]
    assert len(strokes) == 2
    assert len(set(strokes)) == 2
    # Once beside H's father and once in the legend.
    assert texts_of(ET.fromstring(svg)).count("?") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_need_nothing_from_outside_and_run_left_to_right(language: Language) -> None:
    for svg in (draw_pedigree(COUSINS, language=language), waterfall_svg({"FGA": 1.0}, language)):
        assert svg.count("http") == 1  # the name space
        assert not re.search(r"href|url\(|@import|<style|<script|<image", svg)
        assert ET.fromstring(svg).get("direction") == "ltr"


def test_labels_are_text_and_hidden_characters_are_shown() -> None:
    pedigree = Pedigree([Person("<b>&\"'", sex="M"), Person("a\u202eb", sex="F")])
    svg = draw_pedigree(pedigree, labels={"a\u202eb": "]]>"})
    found = people(svg)
    assert "<b>&\"'" in texts_of(found["<b>&\"'"])
    assert "]]>" in texts_of(found["a<U+202E>b"])
    assert "\u202e" not in svg


def test_a_long_label_is_wrapped_and_loses_nothing() -> None:
    label = "HMS-2024-00017-father-of-the-two-brothers"
    svg = draw_pedigree(Pedigree([Person("x", sex="M")]), labels={"x": label})
    lines = texts_of(people(svg)["x"])
    assert "".join(lines) == label
    assert max(map(len, lines)) <= 17


def test_arabic_labels_and_numbers_are_isolated() -> None:
    svg = draw_pedigree(COUSINS, missing={"C"}, victims={"C": "V-1"}, language="ar")
    assert "\u2067الرفات \u2066V-1\u2069\u2069" in svg
    assert "\u2066+1.25\u2069" in waterfall_svg({"FGA": 1.25, "vWA": -0.5}, "ar")
    assert "\u2066−0.50\u2069" in waterfall_svg({"FGA": 1.25, "vWA": -0.5}, "ar")


BY_MARKER = {"D3S1358": 1.9, "vWA": 1.2, "FGA": -0.3}


def bars(svg: str) -> list[tuple[float, float]]:
    rects = ET.fromstring(svg).iter(f"{SVG}rect")
    return [(float(r.get("x", "")), float(r.get("x", "")) + float(r.get("width", ""))) for r in rects]


def test_each_bar_starts_where_the_one_before_ended() -> None:
    first, second, third, total = bars(waterfall_svg(BY_MARKER))
    assert second[0] == pytest.approx(first[1], abs=0.02)
    assert third[1] == pytest.approx(second[1], abs=0.02)  # a step back
    assert total == (pytest.approx(first[0], abs=0.02), pytest.approx(third[0], abs=0.02))
    shown = texts_of(ET.fromstring(waterfall_svg(BY_MARKER)))
    assert [t for t in shown if t in ("+1.90", "+3.10", "+2.80", "−0.30")].count(
        "+2.80"
    ) == 2  # sum and total


def test_right_to_left_mirrors_places_and_not_numbers() -> None:
    english, arabic = waterfall_svg(BY_MARKER, "en"), waterfall_svg(BY_MARKER, "ar")
    widths = [b - a for a, b in bars(english)]
    assert widths == pytest.approx([b - a for a, b in bars(arabic)], abs=0.02)
    assert bars(arabic)[1][1] == pytest.approx(bars(arabic)[0][0], abs=0.02)  # grows to the left
    numbers = [t for t in texts_of(ET.fromstring(english)) if re.match(r"[+−\d]", t)]
    assert numbers == [t for t in texts_of(ET.fromstring(arabic)) if re.match(r"[+−\d]", t)]


def test_an_impossible_marker_is_said_in_words_and_leaves_no_total_bar() -> None:
    svg = waterfall_svg({"FGA": 1.0, "vWA": float("-inf")})
    assert "impossible" in texts_of(ET.fromstring(svg))
    assert "−∞" in texts_of(ET.fromstring(svg))
    assert len(bars(svg)) == 1


@pytest.mark.parametrize("values", [{}, {"A": 0.0}, {"A": -5.0, "B": -3.0}, {"A": 400.0}, {"A": 1e-9}])
def test_any_size_fits_its_picture(values: dict[str, float]) -> None:
    for language in LANGUAGES:
        svg = waterfall_svg(values, language)
        width = float(ET.fromstring(svg).get("width", ""))
        assert all(-0.01 <= a <= b <= width + 0.01 for a, b in bars(svg))
