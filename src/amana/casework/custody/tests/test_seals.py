"""The same seal however it is typed; and what a scanner puts into a field."""

from __future__ import annotations

import pytest

from amana.casework.custody import reading, seals
from amana.numbering import Number


@pytest.mark.parametrize(
    "typed",
    [
        "A-1207",
        "a-1207",
        " A - 12 07 ",
        "A‑1207",
        "A−1207",
        "A-١٢٠٧",
        "A-۱۲۰۷",
        "\u200fA-1207\u200e",
        "Ａ-1207",
    ],
)
def test_case_spaces_digits_and_dashes_do_not_count(typed):
    assert seals.same("A-1207", typed)


@pytest.mark.parametrize("typed", ["A1207", "A-1270", "A-1207B", "O-1207", "", "AA-1207"])
def test_anything_else_is_another_seal(typed):
    assert not seals.same("A-1207", typed)


@pytest.mark.parametrize("typed", ["", "-", " None ", "no seal", "بلا ختم", "لا يوجد"])
def test_no_seal_can_be_said_in_words(typed):
    assert seals.says_none(typed)
    assert seals.written(typed) == ""
    assert not seals.says_none("A-1")


NUMBER = str(Number("HMS", 4, 17))


@pytest.mark.parametrize(
    "scanned",
    [
        NUMBER, f"https://amana.example/u/{NUMBER}/", f"http://localhost:8000/u/{NUMBER}?x=1",
        f"  {NUMBER} \n", NUMBER.lower().replace("-", " "),
        NUMBER.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    ],
)  # fmt: skip
def test_a_code_or_a_typed_number_is_the_same_thing(scanned):
    assert reading.read(scanned).number == NUMBER


def test_what_is_no_number_says_why_where_it_looks_like_one():
    assert reading.read("6221155060013").problem is None
    wrong = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
    assert reading.read(wrong).problem.code == "numbering.bad-check"
    assert reading.read("http://[::1/u/").number == ""


def test_a_field_of_scans_keeps_each_once_with_its_seal():
    text = f"{NUMBER}; A-1\n\n{NUMBER.lower()}\nsomething\t\n\nsomething"
    assert [(r.number or r.text, r.seal) for r in reading.lines(text)] == [(NUMBER, "A-1"), ("something", "")]
