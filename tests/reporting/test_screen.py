"""The pictures of reports on a page whose policy forbids styles, and unchanged in documents."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from amana.kinship.pedigree import Pedigree, Person
from amana.problems import Language
from amana.reporting import draw_pedigree, waterfall_svg
from tests.reporting.synthetic import family_one

SVG = "{http://www.w3.org/2000/svg}"
LANGUAGES: tuple[Language, ...] = ("en", "ar")
BY_MARKER = {"D3S1358": 1.9, "FGA": -0.3}


def pictures(language: Language, for_screen: bool) -> list[str]:
    family = family_one()
    return [
        waterfall_svg(BY_MARKER, language, for_screen=for_screen),
        draw_pedigree(
            family.pedigree,
            typed=family.profiles,
            missing=family.missing,
            language=language,
            for_screen=for_screen,
        ),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_needs_a_style_and_the_picture_says_what_it_shows(language: Language) -> None:
    for svg, told in zip(pictures(language, True), ("−0.30", "R1"), strict=True):
        assert not re.search(r"style|url\(|<script|<image|href", svg)
        root = ET.fromstring(svg)
        assert root.get("role") == "img"
        assert (root.get("class") or "").split()[0] == "drawn"
        title, description = root[0], root[1]
        assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
        assert title.text
        assert told in (description.text or "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screen_changes_the_frame_and_not_the_drawing(language: Language) -> None:
    for paper, screen in zip(pictures(language, False), pictures(language, True), strict=True):
        one, other = ET.fromstring(paper), ET.fromstring(screen)
        assert one.get("viewBox") == other.get("viewBox")
        assert "class" not in one.attrib
        assert one.find(f"{SVG}desc") is None
        assert float(other.get("width", "")) > float(one.get("width", ""))
        drawn = [[ET.tostring(e) for e in root if e.tag != f"{SVG}desc"] for root in (one, other)]
        assert drawn[0] == drawn[1]


def test_a_drawing_too_wide_to_shrink_says_so() -> None:
    small = Pedigree([Person("A", sex="M")])
    large = Pedigree([Person(f"long-label-{i}", sex="M") for i in range(12)])
    classes = [ET.fromstring(draw_pedigree(p, for_screen=True)).get("class") for p in (small, large)]
    assert classes == ["drawn", "drawn wide"]
