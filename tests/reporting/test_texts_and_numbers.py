"""Words of the reports, numbers in them, the verbal scale and the fonts."""

from __future__ import annotations

import hashlib
import math
import string
import tomllib
from itertools import pairwise
from typing import get_args

import pytest

from amana.kinship.joint.result import Level
from amana.kinship.joint.rivals import THETAS
from amana.kinship.joint.verbal import BANDS, verbal_key
from amana.reporting import numbers
from amana.reporting.svg import visible
from amana.reporting.texts import Texts, breakable, texts, to_text, unbroken
from amana.reporting.typesetting import FONTS


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    english, arabic = texts("en").entries, texts("ar").entries
    assert english.keys() == arabic.keys()
    for key, text in english.items():
        # A text may name a value twice in one language and once in the other.
        assert set(placeholders(text)) == set(placeholders(arabic[key])), key


def test_arabic_is_arabic() -> None:
    symbols = {"annex.no_result", "rivals.reason", "incident.pair", "incident.least_cell"}
    symbols |= {"origin.digest", "settings.theta"}
    for key, text in texts("ar").entries.items():
        bare = "".join(t for t, _, _, _ in string.Formatter().parse(text))
        assert key in symbols or any("\u0600" <= c <= "\u06ff" for c in bare), key


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_level_and_band_has_words(language: str) -> None:
    entries = texts(language).entries  # type: ignore[arg-type]
    for level in get_args(Level):
        assert entries[f"level.{level}"]
        assert entries[f"level_short.{level}"]
    for band in BANDS:
        assert entries[f"verbal.{band.key}"]
        assert entries[f"verbal.against_{band.key}"]
    assert entries["verbal.neutral"]


def test_runs_keep_values_apart_from_words() -> None:
    say = Texts("en", {"a.b": "One {x} and {y}."})
    runs = say.runs("a.b", x=unbroken("V1"), y="words {z}")
    assert runs == [{"t": "One "}, {"i": "V1"}, {"t": " and "}, {"t": "words {z}"}, {"t": "."}]


def test_identifiers_inside_a_foreign_sentence_stay_whole() -> None:
    runs = texts("ar").sentence("الرفات \u2068AQ-8-01\u2069 من M1.", ["M1", "M10"])
    assert [r["i"] for r in runs if "i" in r] == ["AQ-8-01", "M1"]
    assert texts("en").sentence("M10 and XM1", ["M1"]) == [{"t": "M10 and XM1"}]


def test_a_long_identifier_breaks_only_after_separators_and_keeps_its_letters() -> None:
    long = "SYN-F12-surviving-daughter-of-the-eldest"
    runs = unbroken(long)
    assert runs[0]["ltr"].split("\u200b")[0] == "SYN-"
    assert to_text(runs) == to_text(breakable(long)) == long


def test_hidden_characters_are_shown_and_joiners_kept() -> None:
    assert visible("a\u202eb\u0007") == "a<U+202E>b<U+0007>"
    assert visible("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize(
    ("log10", "shown"),
    [
        (math.log10(70_600), "7.06 × 10⁴"),
        (math.log10(121), "121"),
        (math.log10(1.5), "1.50"),
        (math.log10(999.96), "1.00 × 10³"),
        (math.log10(9.9999e5), "1.00 × 10⁶"),
        (0.0, "1.00"),
        (-9.3, "5.01 × 10⁻¹⁰"),
        (123.0, "1.00 × 10¹²³"),
    ],
)
def test_ratios_have_three_significant_digits(log10: float, shown: str) -> None:
    assert numbers.power(log10) == shown


@pytest.mark.parametrize(
    ("log10", "shown"),
    [(math.log10(70_600), "70,600"), (math.log10(1.23456e9), "1,230,000,000"), (2.0, None), (16.0, None)],
)
def test_ratios_in_digits(log10: float, shown: str | None) -> None:
    assert numbers.digits(log10) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.5, "0.50"),
        (0.62, "0.62"),
        (0.99986, "0.99986"),
        (0.999, "0.9990"),
        (0.0013, "0.0013"),
        (1.0, "> 0.999999"),
        (0.9999999, "> 0.999999"),
        (1e-9, "< 0.000001"),
        (0.0, "0"),
    ],
)
def test_probabilities_never_claim_certainty(value: float, shown: str) -> None:
    assert numbers.probability(value) == shown


def test_signed_numbers_and_bounds() -> None:
    assert [numbers.signed(x) for x in (1.9, -0.3, 0.0, -0.001)] == ["+1.90", "−0.30", "0.00", "0.00"]
    assert numbers.small(3.21e-10) == "3.3 × 10⁻¹⁰"
    assert numbers.small(9.99e-10) == "1.0 × 10⁻⁹"
    assert numbers.plain_number(10_000.0) == "10,000"
    assert [numbers.plain_number(t) for t in THETAS] == ["0", "0.01", "0.03"]


@pytest.mark.parametrize(
    ("log10", "key"),
    [
        (math.inf, "extremely_strong"),
        (6.0, "extremely_strong"),
        (5.999, "very_strong"),
        (4.0, "very_strong"),
        (3.5, "strong"),
        (2.0, "moderately_strong"),
        (1.0, "moderate"),
        (0.3, "weak"),
        (0.0, "neutral"),
        (1e-12, "neutral"),
        (-0.3, "against_weak"),
        (-3.5, "against_strong"),
        (-6.0, "against_very_strong"),  # "at least 0.000001 but less than 0.0001"
        (-6.1, "against_extremely_strong"),
        (-math.inf, "against_extremely_strong"),
    ],
)
def test_verbal_scale(log10: float, key: str) -> None:
    assert verbal_key(log10) == key


def test_verbal_scale_has_no_gap_and_refuses_what_is_no_number() -> None:
    limits = [(band.low, band.high) for band in BANDS]
    assert all(low == high for (low, _), (_, high) in pairwise(limits))
    assert limits[-1][0] == 0
    with pytest.raises(ValueError, match="not a number"):
        verbal_key(math.nan)


def test_shipped_fonts_are_the_recorded_ones() -> None:
    vendor = tomllib.loads((FONTS / "VENDOR.toml").read_text("utf-8"))
    recorded = {font["file"]: font["sha256"] for font in vendor["font"]}
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in FONTS.glob("*.ttf")}
    assert found == recorded
    assert sum(p.stat().st_size for p in FONTS.glob("*.ttf")) < 3_000_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / vendor["licence_file"]).read_text("utf-8")
