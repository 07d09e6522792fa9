"""The list of a hand-over, filled and empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from amana.problems import InputProblems, Language
from amana.reporting.field import Imprint, Party, TransferItem, transfer_pdf
from tests.reporting.field.papers import (
    HOSTILE,
    LANGUAGES,
    assert_on_the_page,
    at,
    folded,
    pages,
    picture_of,
    qr_is_seen,
    t,
    text_of,
    transfer,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_has_its_items_its_places_to_write_and_its_end(tmp_path: Path, language: Language) -> None:
    made = transfer_pdf(transfer(language), language, imprint=Imprint("1.2.3", at(6, 0, 25)))
    assert_on_the_page(made, tmp_path)
    text = text_of(made, tmp_path)
    for said in (
        *("HMS-T-0031-4", "HMS-04-003-3", "S-8803", "UTC+3"),
        t(language, "Seal read back by the receiver", "الختم كما قرأه المستلم"),
        t(language, "Expected at", "الوصول المتوقع"),
        t(language, "End of the list: 3 items", "نهاية القائمة"),
        t(language, "Paper copy.", "نسخة ورقية"),
        t(language, "followed to its end", "الختم أو الرقم المختلف"),
        t(language, "Witness", "الشاهد"),
        t(language, "may be out of date", "وقد لا تكون الأحدث"),
    ):
        assert folded(said) in text, said
    assert qr_is_seen(picture_of(made, tmp_path), transfer(language).url, 24.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_empty_list_has_lines_and_no_item(tmp_path: Path, language: Language) -> None:
    made = transfer_pdf(None, language)
    found = pages(made, tmp_path)
    assert len(found) == 2  # the lines, and where to sign
    text = "".join(found)
    assert folded(t(language, "This list was printed empty", "هذه القائمة فارغة")) in text
    assert folded(t(language, "not recorded", "غير مدون")) not in text
    assert folded(t(language, "End of the list", "نهاية القائمة")) not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_lacks_is_said(tmp_path: Path, language: Language) -> None:
    bare = transfer(
        language, items=[TransferItem("X-1", "")], vehicle="", driver="", left_at=None, giver=Party()
    )
    text = text_of(transfer_pdf(bare, language), tmp_path)
    # Giver, purpose, vehicle, driver, both times, route; of the item its kind and condition.
    assert text.count(folded(t(language, "not recorded", "غير مدون"))) == 9
    assert folded(t(language, "no seal", "بلا ختم")) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_convoy_of_many_items_repeats_the_head(tmp_path: Path, language: Language) -> None:
    found = pages(transfer_pdf(transfer(language, 300), language), tmp_path)
    head = folded(t(language, "Seal read back", "الختم كما قرأه"))
    listed = [page for page in found if "HMS-04-" in page]
    assert len(listed) > 15
    assert all(head in page for page in listed)
    assert "HMS-04-300-0" in "".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_list(tmp_path: Path, language: Language, text: str) -> None:
    party = Party(text, text)
    bad = transfer(
        language,
        number=text,
        giver=party,
        receiver=party,
        witness=party,
        vehicle=text,
        driver=text,
        route=text,
        purpose=text,
        items=[TransferItem(text, text, text, text)] * 3,
    )
    made = transfer_pdf(bad, language, imprint=Imprint("1.2.3", at(9), text, synthetic=True))
    assert_on_the_page(made, tmp_path)


def test_an_address_that_makes_no_code_is_refused() -> None:
    with pytest.raises(InputProblems):
        transfer_pdf(transfer("en", url="https://a.example/a b"), "en")
