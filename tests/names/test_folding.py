"""The fold of names: laws for any text, listed spellings, and real pairs of spellings."""

import csv
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from amana.names import fold, fold_letters, fold_tokens, lam_alef_key

ARABIC = st.text(
    st.sampled_from(
        [*"ابتةهىيئؤأإآٱءعدروملسصحنكکگیہھ", *" \u0640\u064b\u0651\u0654\u0670\u200f\u2067-'’٣۳3٫"]
    )
)
WORDS = st.lists(
    st.sampled_from(
        ["عبد", "رب", "ابو", "أم", "ال", "الله", "هللا", "اهلل", "الدين", "محمد", "al", "Abd", "ا", "x"]
    ),
).map(" ".join)


@settings(max_examples=400)
@given(st.one_of(st.text(), ARABIC, WORDS))
@example("عبد رب النبي")
@example("ا ال")
@example("\u1fb3\u0345")
@example("\ufdfa\ufdf2")
@example("\u0130I\u0131")
def test_folding_twice_changes_nothing_and_no_text_fails(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert fold_letters(fold_letters(text)) == fold_letters(text)
    assert fold_tokens(text) == tuple(once.split(" ")) if once else fold_tokens(text) == ()
    assert lam_alef_key(text) == lam_alef_key(once)


def test_every_single_character_folds_to_what_stays() -> None:
    for point in range(0x110000):
        once = fold(chr(point))
        assert fold(once) == once, hex(point)


@given(st.text())
def test_nothing_is_left_that_cannot_be_seen_or_is_a_sign(text: str) -> None:
    assert not [c for c in fold(text) if c != " " and unicodedata.category(c)[0] in "PSZC"]


@given(ARABIC, st.sampled_from("\u0640\u064e\u0651\u200d\u200f\u2066\ufeff\u06e1"), st.integers(0, 50))
def test_marks_and_hidden_characters_anywhere_make_no_difference(text: str, mark: str, at: int) -> None:
    assert fold(text[:at] + mark + text[at:]) == fold(text)


VARIANTS = [
    ("أحمد", "احمد", "أَحْمَد", "احمـــد", "\u202bأحمد\u202c", "ا\u0654حمد", "ﺃﺣﻤﺪ"),
    ("إبراهيم", "ابراهيم", "ٱبراهیم"),
    ("آمنة", "امنه", "آمنۃ", "ا\u0653منة", "امنہ"),
    ("يحيى", "يحيي", "یحیی"),
    ("عائشة", "عايشة", "عاىشه"),
    ("مؤمن", "مومن"),
    ("علاء", "علا"),
    ("كريم", "کریم", "ڪريم"),
    ("عبد الله", "عبدالله", "عبد اللّٰه", "عبد ﷲ", "عبد هللا", "عبدهللا", "عبد اهلل", "عبد  الله "),
    ("عبد رب النبي", "عبدرب النبي", "عبدربالنبي"),
    ("أبو محمد", "ابومحمد", "أبو\u00a0محمد"),
    ("أبو عبد الرحمن", "ابوعبد الرحمن", "ابو عبدالرحمن"),
    ("أم كلثوم", "امكلثوم"),
    ("ال حسن", "آل حسن", "الحسن", "الـ حسن"),
    ("نور الدين", "نورالدين"),
    ("هبة الله", "هبهالله", "هبةالله"),
    ("عطا الله", "عطاءالله", "عطالله"),
    ("بيان ١٢", "بيان ۱۲", "بيان 12", "بيان １２"),
    ("Al-Hassan", "al hassan", "AL‑HASSAN", "Alhassan"),
    ("Ma‘arra", "Ma'arra", "Maʿarra", "maarra"),
    ("José Müller", "jose muller", "JOSE\u0301 MU\u0308LLER"),
    ("Işık", "isik", "IŞIK"),
    ("Straße", "STRASSE"),
    ("Abd al-Rahman", "Abdal Rahman", "abd alrahman"),
]  # fmt: skip


@pytest.mark.parametrize("variants", VARIANTS, ids=lambda v: fold(v[0]))
def test_spellings_of_one_name_fold_to_one_form(variants: tuple[str, ...]) -> None:
    assert len({fold(v) for v in variants}) == 1, {v: fold(v) for v in variants}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("حسن", "حسين"),
        ("رغد", "رعد"),
        ("صالح", "صلاح"),
        ("محمد العبد احمد", "محمد العبداحمد"),
        ("هلال", "الله"),
        ("عبد", "عبيد"),
        ("نور", "نورا"),
    ],
)
def test_names_that_differ_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_the_wider_key_undoes_the_swap_of_lam_and_alef_and_costs_what_it_says() -> None:
    assert lam_alef_key("سلامة") == lam_alef_key("سالمة")
    assert lam_alef_key("صالح") == lam_alef_key("صلاح")
    assert lam_alef_key("حسن") != lam_alef_key("حسين")


def test_vowel_signs_of_other_scripts_stay() -> None:
    assert fold("कि") != fold("कु")


def test_real_spellings_of_one_person(reference_data) -> None:
    """6,302 pairs of one person in two official lists; only shares leave this test.

    Measured here: 0.6477 as written, 0.7909 letters alone, 0.8580 folded, 0.9649 with the wider key.  What
    the fold leaves is nearly all lam-alef swapped by a PDF reader, which it must not undo: صالح and صلاح are
    two names.  The floors are the measured shares, cut to three digits.
    """
    with (reference_data / "linkage" / "arabic_true_pairs_dev.csv").open(encoding="utf-8") as file:
        pairs = [(row["name_a"], row["name_b"]) for row in csv.DictReader(file)]
    assert len(pairs) == 6302

    def share(key) -> float:
        return sum(key(a) == key(b) for a, b in pairs) / len(pairs)

    assert share(str) == pytest.approx(0.6477, abs=5e-5)  # the file is the one that was measured
    assert share(fold_letters) >= 0.790
    assert share(fold) >= 0.857
    assert share(lam_alef_key) >= 0.964


def test_different_people_of_the_real_list_keep_different_folds(reference_data) -> None:
    """Folding makes no two of the 6,302 different full names equal (measured: 6,302 remain)."""
    with (reference_data / "linkage" / "arabic_true_pairs_dev.csv").open(encoding="utf-8") as file:
        names = {row["name_a"] for row in csv.DictReader(file)}
    lost = len(names) - len({fold(name) for name in names})
    assert lost == 0
