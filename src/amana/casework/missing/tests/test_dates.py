"""Dates as families give them."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from amana.casework.missing.dates import bounds, date_faults, tidy


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1986", "1986"), ("١٩٨٦", "1986"), ("1986/3", "1986-03"), (" 1986-3-7 ", "1986-03-07"),
        ("١٩٨٦/٠٣/٢١", "1986-03-21"), ("about 1986", "about 1986"), ("", ""),
    ],
)  # fmt: skip
def test_a_date_is_brought_to_one_spelling(written, expected):
    assert tidy(written) == expected


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1986", (1986, 1, 1), (1986, 12, 31)),
        ("1986-02", (1986, 2, 1), (1986, 2, 28)),
        ("1988-02", (1988, 2, 1), (1988, 2, 29)),
        ("1986-03-21", (1986, 3, 21), (1986, 3, 21)),
    ],
)
def test_a_partial_date_is_a_span(text, first, last):
    assert bounds(text) == (datetime.date(*first), datetime.date(*last))


@pytest.mark.parametrize("text", ["86", "1986-13", "1986-02-30", "21-03-1986", "1986-", "x", "0000", "1849"])
def test_what_is_no_date_is_said(text):
    (problem,) = date_faults(text, "")
    assert (problem.code, problem.field) == ("missing.partial-date", "born")


def test_nobody_is_born_tomorrow():
    year = timezone.localdate().year
    assert [p.code for p in date_faults(str(year + 1), "")] == ["missing.date-ahead"]
    assert date_faults(str(year), "") == []


def test_nobody_is_seen_before_they_are_born():
    assert [p.code for p in date_faults("1986-03", "1986-02")] == ["missing.seen-before-born"]
    assert date_faults("1986-03", "1986") == []
