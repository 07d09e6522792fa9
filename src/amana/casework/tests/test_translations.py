"""Every text of the pages has its Arabic, and what is compiled is what stands in the catalogue."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from tools import translations


@pytest.fixture(scope="module")
def catalogue():
    return translations.stored()


@pytest.fixture(scope="module")
def used():
    return translations.extracted()


def forms(message) -> list[str]:
    return list(message.string) if message.pluralizable else [message.string]


def named(text: str) -> set[str]:
    braced = {name for _, name, _, _ in Formatter().parse(text.replace("%", "")) if name}
    return set(re.findall(r"%\((\w+)\)", text)) | braced


def test_every_text_has_its_arabic(catalogue, used) -> None:
    missing = []
    for message in used:
        known = catalogue.get(message.id, context=message.context)
        if message.id and (known is None or known.fuzzy or not all(forms(known))):
            missing.append(message.id)
    assert missing == []


def test_no_arabic_is_kept_of_a_text_that_is_gone(catalogue, used) -> None:
    known = {(m.id, m.context) for m in used}
    assert [m.id for m in catalogue if m.id and (m.id, m.context) not in known] == []


def test_every_plural_has_the_six_forms_of_arabic(catalogue) -> None:
    assert [m.id for m in catalogue if m.pluralizable and len(m.string) != 6] == []


def test_a_translation_names_the_same_values(catalogue) -> None:
    wrong = []
    for m in catalogue:
        ids = [*m.id] if m.pluralizable else [m.id]
        wanted = set().union(*(named(i) for i in ids))
        for form in forms(m):
            # "one" and "two" may say the number in words.
            if not named(form) <= wanted or (not m.pluralizable and named(form) != wanted):
                wrong.append(m.id)
    assert wrong == []


def test_what_is_compiled_is_what_stands_there(catalogue) -> None:
    assert translations.MO.read_bytes() == translations.compiled(catalogue)
