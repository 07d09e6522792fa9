"""The form for one body: its questions, its answers, and the form on paper."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from amana.problems import InputProblems, Language
from amana.reporting.field import (
    DeadBodyForm,
    Imprint,
    check_answers,
    dead_body_fields,
    dead_body_form_pdf,
)
from amana.reporting.field.dead_body_form import form_data
from tests.reporting.field.papers import (
    HOSTILE,
    LANGUAGES,
    assert_on_the_page,
    at,
    folded,
    is_readable_back,
    label,
    pages,
    picture_of,
    qr_is_seen,
    t,
    text_of,
)


def answers(language: Language) -> dict[str, Any]:
    """One answer to every question."""
    found: dict[str, Any] = {}
    for field in dead_body_fields().fields.values():
        found[field.key] = {
            "choice": field.options[0].key if field.options else "",
            "choices": tuple(o.key for o in field.options[:2]),
            "text": t(language, "seen and described", "شوهد ووُصف"),
            "number": 174,
            "date": date(2026, 11, 24),
            "time": time(14, 5),
            "yes_no": True,
            "regions": {"left_arm": t(language, "old, 10 cm", "قديم، 10 سم")},
        }[field.kind]
    return found


# The questions


def test_the_form_has_the_sections_of_the_field_manual_in_their_order() -> None:
    letters = [s.letter for s in dead_body_fields() if s.letter]
    assert letters == ["A1", "A2", "A3", "A4", "A5", "A6", "B", "C", "D", "E"]
    keys = dead_body_fields().fields.keys()
    for key in (
        *("recovered_place", "recovered_coordinates", "circumstances", "others_nearby", "completeness"),
        *("preservation", "sex", "sex_reason", "age", "height", "build", "hair_colour", "hair_length"),
        *("baldness", "facial_hair", "body_hair", "ears", "nose", "deformities", "missing_limbs", "implants"),
        *("scars", "tattoos", "piercings", "birthmarks", "circumcision", "injuries", "teeth", "clothing"),
        *("footwear", "eyewear", "effects", "documents", "fingerprints", "photographs", "possible_identity"),
        *("identity_basis", "status", "stored_in", "released_to", "authorised_by"),
    ):
        assert key in keys, key


def test_every_word_of_the_form_exists_in_both_languages() -> None:
    form = dead_body_fields()
    words = [s.label for s in form] + [r.label for r in form.regions]
    for field in form.fields.values():
        words += [field.label, *(o.label for o in field.options)]
        words += [w for w in (field.hint, field.unit) if any(w)]
    for en, ar in words:
        assert en, ar
        assert any("\u0600" <= c <= "\u06ff" for c in ar), en


def test_keys_are_of_one_kind_and_options_are_told_apart() -> None:
    form = dead_body_fields()
    assert len({r.key for r in form.regions}) == len({r.number for r in form.regions}) == 12
    for field in form.fields.values():
        for one in ("key", "label"):
            assert len({getattr(o, one) for o in field.options}) == len(field.options), field.key
        assert field.key.isidentifier()
        assert 1 <= field.paper <= 12


def test_what_names_people_is_sensitive() -> None:
    assert dead_body_fields().sensitive == {
        *("reported_by", "documents", "possible_identity", "identity_basis", "identity_reason"),
        "released_to",
    }


def test_good_answers_have_no_fault_and_each_bad_one_has_its_own() -> None:
    assert check_answers(answers("en")) == []
    assert check_answers({"scars": {}, "height_cm": 170.5, "photographs": ()}) == []
    bad = {
        "nonsense": "x",
        "sex": "man",
        "photographs": ("face", "ghost"),
        "scars": {"wing": "x"},
        "height_cm": float("nan"),
        "age_reason": "x" * 2001,
        "recovered_on": at(9),
        "burnt": "yes",
        "recovered_time": "14:05",
        "tattoos": ["left_arm"],
    }
    assert {(p.field, p.code.removeprefix("dead-body.")) for p in check_answers(bad)} == {
        ("nonsense", "no-such-field"),
        *((key, "no-such-option") for key in ("sex", "photographs", "scars")),
        *((key, "not-a-value") for key in ("height_cm", "age_reason", "recovered_on", "burnt")),
        *((key, "not-a-value") for key in ("recovered_time", "tattoos")),
    }
    assert [p.code for p in check_answers({"height_cm": True})] == ["dead-body.not-a-value"]


# On paper


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", [None, DeadBodyForm(label())])
@pytest.mark.parametrize("imprint", [None, Imprint("1.2.3", at(9), "Layla H.", synthetic=True)])
def test_the_empty_form_is_one_page_with_every_question_and_answer(
    tmp_path: Path, language: Language, form: DeadBodyForm | None, imprint: Imprint | None
) -> None:
    made = dead_body_form_pdf(form, language, imprint=imprint)
    found = pages(made, tmp_path)
    assert len(found) == 1
    assert_on_the_page(made, tmp_path)
    for section in dead_body_fields():
        if is_readable_back(section.label.of(language)):
            assert folded(section.label.of(language)) in found[0]
        for field in section.fields:
            for words in (field.label, *(o.label for o in field.options)):
                if is_readable_back(words.of(language)):
                    assert folded(words.of(language)) in found[0], words
    assert "×" not in found[0]  # nothing is ticked
    assert ("HMS-04-017-6" in found[0]) == (form is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_filled_form_ticks_and_says_what_is_recorded(tmp_path: Path, language: Language) -> None:
    values = {"sex": "probably_male", "height_cm": 174, "scars": {"left_arm": "ABC"}, "tattoos": {}}
    values |= {"photographs": ("face", "marks"), "others_nearby": False, "recovered_on": date(2026, 11, 24)}
    made = dead_body_form_pdf(DeadBodyForm(label(), values), language)
    text = text_of(made, tmp_path)
    assert text.count("×") == 6
    for said in ("174" + t(language, "cm", "سم"), "ABC", t(language, "24 November 2026", "تشرين الثاني")):
        assert folded(said) in text
    # Every other question is answered by saying that it is not recorded.
    asked = len(dead_body_fields().fields)
    assert text.count(folded(t(language, "not recorded", "غير مدون"))) == asked - len(values)
    assert qr_is_seen(picture_of(made, tmp_path), label().url, 27.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_with_every_answer_lacks_nothing(tmp_path: Path, language: Language) -> None:
    text = text_of(dead_body_form_pdf(DeadBodyForm(label(), answers(language)), language), tmp_path)
    assert folded(t(language, "not recorded", "غير مدون")) not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_withheld_is_said_and_not_printed(tmp_path: Path, language: Language) -> None:
    values = answers(language) | {"possible_identity": "SECRET"}
    form = DeadBodyForm(label(), values, dead_body_fields().sensitive)
    assert "SECRET" not in str(form_data(form, language, Imprint()))
    text = text_of(dead_body_form_pdf(form, language), tmp_path)
    assert text.count(folded(t(language, "withheld", "محجوب"))) == 6


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_form(tmp_path: Path, language: Language, text: str) -> None:
    values = {key: text for key, f in dead_body_fields().fields.items() if f.kind == "text"}
    made = dead_body_form_pdf(DeadBodyForm(label(), values | {"scars": {"head": text}}), language)
    assert_on_the_page(made, tmp_path)


def test_the_longest_texts_go_on_to_more_pages_and_stay_on_them(tmp_path: Path) -> None:
    values = dict.fromkeys(("circumstances", "clothing", "effects", "teeth"), "word " * 399 + "END")
    made = dead_body_form_pdf(DeadBodyForm(label(), values), "en")
    assert_on_the_page(made, tmp_path)
    found = pages(made, tmp_path)
    assert len(found) > 1
    assert "".join(found).count("END") == 4


def test_a_bad_answer_is_refused() -> None:
    with pytest.raises(InputProblems) as raised:
        dead_body_form_pdf(DeadBodyForm(label(), {"sex": "man"}, frozenset({"ghost"})), "en")
    assert {p.field for p in raised.value.problems} == {"sex", "ghost"}
