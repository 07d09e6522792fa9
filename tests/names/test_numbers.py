"""Telephone and document numbers as an index compares them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.names import fold_document_number, fold_phone
from amana.names.phone import PLANS

# The example numbers of libphonenumber (Python package phonenumbers 9.0.43, Apache-2.0): national form,
# international form, E.164.
LIBPHONENUMBER = [
    ("SY", "0944 567 890", "+963 944 567 890", "963944567890"),
    ("SY", "011 234 5678", "+963 11 234 5678", "963112345678"),
    ("TR", "0501 234 56 78", "+90 501 234 56 78", "905012345678"),
    ("TR", "(0212) 345 67 89", "+90 212 345 67 89", "902123456789"),
    ("LB", "71 123 456", "+961 71 123 456", "96171123456"),
    ("LB", "01 123 456", "+961 1 123 456", "9611123456"),
    ("JO", "07 9012 3456", "+962 7 9012 3456", "962790123456"),
    ("JO", "(06) 200 1234", "+962 6 200 1234", "96262001234"),
    ("IQ", "0791 234 5678", "+964 791 234 5678", "9647912345678"),
    ("IQ", "01 234 5678", "+964 1 234 5678", "96412345678"),
    ("EG", "010 01234567", "+20 10 01234567", "201001234567"),
    ("EG", "02 34567890", "+20 2 34567890", "20234567890"),
]


@pytest.mark.parametrize(("country", "national", "international", "e164"), LIBPHONENUMBER)
def test_as_libphonenumber_writes_them(country: str, national: str, international: str, e164: str) -> None:
    for written in (national, international, e164, "00" + e164, international.replace("+", "00 ")):
        assert fold_phone(written, country) == e164
    assert fold_phone(international) == e164  # a plus needs no country


@pytest.mark.parametrize(
    "written",
    [
        "0944567890",
        "944567890",
        "٠٩٤٤ ٥٦٧ ٨٩٠",
        "۰۹۴۴۵۶۷۸۹۰",
        "+963 (0) 944-567-890",
        "00963944567890",
        "963 944567890",
        "963944567890+",
        "\u202a+963 944 567 890\u202c",
        "(+963) 944.567.890",
        "Alex: 0944 567 890",
        "0944/567890",
        "0944567890 / 0955111222",
        "0944567890 ext. 12",
        "0944567890 تحويلة ١٢",
        "0944567890\n011 2345678",
    ],
)
def test_ways_of_writing_one_number(written: str) -> None:
    assert fold_phone(written) == "963944567890"


def test_a_mobile_number_that_begins_like_the_country_code_is_national() -> None:
    assert fold_phone("963 123 456") == "963963123456"
    assert fold_phone("0963 123 456") == "963963123456"


@given(st.text(), st.sampled_from(sorted(PLANS)))
def test_any_text_gives_digits(text: str, country: str) -> None:
    folded = fold_phone(text, country)
    assert folded == "" or (folded.isascii() and folded.isdigit())


@given(st.integers(10_000_000, 999_999_999))
def test_a_folded_number_stays(number: int) -> None:
    once = fold_phone(f"0{number}")
    assert fold_phone(once) == once
    assert fold_phone("+" + once) == once


def test_document_numbers() -> None:
    assert fold_document_number(" ab-12/٣٤ ") == fold_document_number("AB 1234") == "AB1234"
    assert fold_document_number("قيد ٠١٢ خانة أ") == fold_document_number("قيد/012/خانه/ا")
    assert fold_document_number("0012") != fold_document_number("12")
    assert fold_document_number("—") == ""


@given(st.text())
def test_folding_a_document_number_twice_changes_nothing(text: str) -> None:
    assert fold_document_number(fold_document_number(text)) == fold_document_number(text)
