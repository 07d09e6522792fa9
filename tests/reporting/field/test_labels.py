"""Labels as PDF: what they say, how large, and that they can be scanned."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from amana.problems import InputProblems, Language
from amana.reporting.field import Words, labels_pdf, qr_svg
from amana.reporting.field.labels import Layout
from tests.reporting.field.papers import (
    HOSTILE,
    LANGUAGES,
    edge_is_white,
    folded,
    label,
    pages,
    picture_of,
    qr_is_seen,
    text_of,
    word_boxes,
)

LAYOUTS: tuple[Layout, ...] = ("a4", "roll62", "tag")
_POINTS_PER_MM = 72 / 25.4


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("layout", "on_a_page"), [("a4", 10), ("tag", 3), ("roll62", 1)])
def test_as_many_pages_as_needed_and_every_label_once(
    tmp_path: Path, language: Language, layout: Layout, on_a_page: int
) -> None:
    labels = [label(f"HMS-04-{i:03d}-{i % 10}") for i in range(1, 12)]
    found = pages(labels_pdf(labels, language, layout=layout), tmp_path)
    assert len(found) == -(-11 // on_a_page)
    text = "".join(found)
    assert all(text.count(x.number) == 1 for x in labels)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_label_says_everything_in_both_languages(
    tmp_path: Path, language: Language, layout: Layout
) -> None:
    text = text_of(labels_pdf([label()], language, layout=layout), tmp_path)
    for said in (
        *("HMS-04-017-6", "body part", "Al-Qabou, south field", "Spot 4", "B-12", "2026-11-24"),
        *("جزء من جثة", "القبو", "الحقل الجنوبي", "النقطة", "الطبابة الشرعية في حمص"),
        "Homs forensic department",
    ):
        assert folded(said) in text, said
    assert folded("Reprint") not in text
    assert folded("إعادة") not in text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_reprint_and_an_invented_case_say_so_in_both_languages(tmp_path: Path, layout: Layout) -> None:
    again = label(reprint=2, reprinted=date(2026, 11, 25), synthetic=True)
    text = text_of(labels_pdf([again], "ar", layout=layout), tmp_path)
    for said in ("Reprint 2 of 2026-11-25", "إعادة طباعة", "Invented, for practice", "للتدريب"):
        assert folded(said) in text, said


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("number", "least"), [("HMS-04-017-6", 7.0), ("ALQAB-2026-000123-K", 4.5)])
def test_the_number_is_read_from_a_metre_and_a_half(
    tmp_path: Path, layout: Layout, number: str, least: float
) -> None:
    """Capitals of 1/300 of the distance are 5 mm; those of the longest number nearly reach it."""
    boxes = word_boxes(labels_pdf([label(number)], "en", layout=layout), tmp_path)
    *_, left, top, right, bottom, _ = next(b for b in boxes if b[-1] == number)
    # The box of a word is as high as the font: 1.362 em in Noto Sans, whose capitals have 0.714.
    across = min(right - left, bottom - top)
    assert across / 1.362 * 0.714 / _POINTS_PER_MM > least


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("layout", "side"), [("a4", 27.0), ("tag", 44.0), ("roll62", 31.0)])
@pytest.mark.parametrize("long", [False, True])
def test_the_code_on_the_page_is_that_of_the_address_with_its_quiet_zone(
    tmp_path: Path, language: Language, layout: Layout, side: float, long: bool
) -> None:
    """What stands on the paper is compared module by module; it is at least of level M."""
    address = "https://amana.example.org/u/HMS-04-017-6" + ("?from=label&print=" + "1" * 90 if long else "")
    made = labels_pdf([label(url=address)], language, layout=layout)
    picture = picture_of(made, tmp_path)
    if layout == "roll62":
        picture = picture[:, ::-1].T  # a quarter turn back
    assert qr_is_seen(picture, address, side)
    assert not qr_is_seen(picture, address[:-1] + "7", side)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_a_label(tmp_path: Path, language: Language, layout: Layout, text: str) -> None:
    words = Words(text, text)
    bad = label(kind=words, site=words, spot=words, office=words, field_label=text)
    made = labels_pdf([bad, label("HMS-04-018-4")], language, layout=layout)
    assert edge_is_white(picture_of(made, tmp_path), 1.5 if layout == "roll62" else 11.5)
    found = pages(made, tmp_path)
    assert len(found) == (2 if layout == "roll62" else 1)
    assert "HMS-04-017-6" in found[0]
    assert "HMS-04-018-4" in found[-1]


@pytest.mark.parametrize("text", ["W" * 60, "Very long names of places " * 4])
def test_the_words_of_a_label_stay_beside_its_code(tmp_path: Path, text: str) -> None:
    words = Words(text, "كلمات طويلة جداً عن المكان " * 4)
    made = labels_pdf([label(site=words, spot=words, office=words, kind=words)] * 10, "en")
    cell_width, cell_height = 93 * _POINTS_PER_MM, 54.6 * _POINTS_PER_MM
    for _, _, left, top, right, bottom, word in word_boxes(made, tmp_path):
        if word == "HMS-04-017-6":
            continue  # its box is that of the font, far higher than its capitals
        column, row = (
            int((x - 12 * _POINTS_PER_MM) // y) for x, y in ((left, cell_width), (top, cell_height))
        )
        assert right <= 12 * _POINTS_PER_MM + (column + 1) * cell_width - 32 * _POINTS_PER_MM, word
        assert bottom <= 12 * _POINTS_PER_MM + (row + 1) * cell_height - 3.2 * _POINTS_PER_MM, word


def test_five_hundred_labels_take_a_moment(tmp_path: Path) -> None:
    labels = [label(f"HMS-04-{i:03d}-{i % 10}") for i in range(500)]
    began = time.process_time()
    made = labels_pdf(labels, "ar")
    assert time.process_time() - began < 20  # about five seconds
    assert len(pages(made, tmp_path)) == 50


def test_every_fault_is_told_with_its_place() -> None:
    with pytest.raises(InputProblems) as raised:
        labels_pdf([label(), label("X" * 41, url="", reprint=-1)], "en")
    assert {(p.code, p.row, p.field) for p in raised.value.problems} == {
        ("documents.number", 2, "number"),
        ("documents.address", 2, "url"),
        ("documents.reprint", 2, "reprint"),
    }
    with pytest.raises(InputProblems) as none:
        labels_pdf([], "en")
    assert [p.code for p in none.value.problems] == ["documents.no-labels"]


@pytest.mark.parametrize("address", ["", "https://a.example/x y", "https://a.example/" + "x" * 300])
def test_an_address_that_makes_no_readable_code_is_refused(address: str) -> None:
    with pytest.raises(InputProblems):
        qr_svg(address)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_labels_give_the_same_bytes(language: Language) -> None:
    assert labels_pdf([label()], language) == labels_pdf([label()], language)
