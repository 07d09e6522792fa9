"""Words, days, times and free text of field documents."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest

from amana.reporting.field.words import (
    code,
    day,
    duration,
    field_texts,
    hashed,
    isolated_words,
    moment,
    written,
    zone,
    zones,
)
from amana.reporting.texts import to_text
from tests.reporting.field.papers import at


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    english, arabic = field_texts("en").entries, field_texts("ar").entries
    assert english.keys() == arabic.keys()
    for key, text in english.items():
        assert placeholders(text) == placeholders(arabic[key]), key


def test_arabic_is_arabic() -> None:
    only_values = {"date.day", "list.quoted"}
    for key, text in field_texts("ar").entries.items():
        bare = "".join(t for t, _, _, _ in string.Formatter().parse(text))
        assert key in only_values or any("\u0600" <= c <= "\u06ff" for c in bare), key


def test_days_and_moments_name_their_month_and_zone() -> None:
    assert day(at(9).date(), "en") == "24 November 2026"
    assert day(at(9).date(), "ar") == "24 تشرين الثاني 2026"
    assert to_text(moment(at(9, 5), "en")) == "24 November 2026, 09:05 (UTC+3)"
    assert zone(datetime(2026, 1, 1, tzinfo=UTC)) == "UTC"
    assert zones([at(9), None, at(10), datetime(2026, 1, 1, tzinfo=UTC)]) == ["UTC+3", "UTC"]
    with pytest.raises(ValueError, match="without its zone"):
        moment(datetime(2026, 1, 1), "en")


@pytest.mark.parametrize(
    ("minutes", "shown"), [(0, "0 min"), (119, "119 min"), (120, "2 h"), (2879, "47 h"), (2880, "2 d")]
)
def test_durations_have_one_unit(minutes: int, shown: str) -> None:
    assert duration(timedelta(minutes=minutes), "en") == shown


def test_free_text_is_one_line_that_can_break_and_loses_nothing() -> None:
    assert to_text(written("a\nb\t c")) == "a b c"
    assert to_text(written("x" * 50)) == "x" * 50
    assert max(map(len, written("x" * 50)[0]["t"].strip("\u2066\u2069").split("\u200b"))) <= 8
    assert to_text(written("a\u202eb")) == "a<U+202E>b"
    assert written(" \n ") == code(" ") == []
    combined = "a\u0301" * 30
    assert all(not piece.startswith("\u0301") for piece in written(combined)[0]["t"].split("\u200b"))


def test_mostly_arabic_words_run_right_to_left_whatever_they_begin_with() -> None:
    assert isolated_words("MNI 17، عظم الفخذ")[0] == "\u2067"
    assert isolated_words("Layla (ليلى)")[0] == "\u2066"
    assert isolated_words("12")[0] == "\u2068"


def test_a_hash_keeps_every_digit() -> None:
    digest = "0123456789abcdef" * 4
    assert to_text(hashed(digest)) == digest
