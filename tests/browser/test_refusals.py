"""What a page says when it refuses: in the reader's language, with a way on, and without telling too much."""

from __future__ import annotations

import pytest

from tests.browser.barriers import barriers
from tests.browser.visiting import LANGUAGES, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", LANGUAGES)]

SAYS = {
    "nothing": {"en": "Nothing to see at this address", "ar": "لا شيء"},
    "forbidden": {"en": "You may not do this", "ar": "لا يُسمح لك"},
    "form": {"en": "The form could not be checked", "ar": "تعذّر"},
}


def sound(one, picture, pictures) -> None:
    seen = one.look()
    assert seen["faults"] == []
    assert barriers(one.page) == []
    assert "/" in seen["links"] or picture == "form", "a way on"
    one.picture(pictures, f"refused-{picture}")
    one.page.set_viewport_size(PHONE)
    assert one.too_wide() == []
    one.picture(pictures, f"refused-{picture}")


@pytest.mark.parametrize(
    ("what", "path", "status"),
    [
        ("nothing", "/no/such/page/", 404),
        ("nothing", "/units/SCD-99-999-X/", 404),
        ("forbidden", "/people/", 403),
        ("forbidden", "/incidents/open/", 403),
    ],
)
def test_a_page_that_refuses_says_so(what, path, status, language, visit, pictures):
    one = visit(language)
    one.enter("recorder")
    one.go(path, status=status)
    one.reads(SAYS[what][language])
    text = one.page.locator("main").inner_text()
    assert "accounts.manage" not in text
    assert "incidents.record" not in text
    sound(one, what, pictures)


def test_a_form_that_cannot_be_checked_saves_nothing_and_says_so(language, visit, demo, pictures):
    one = visit(language)
    one.enter("recorder")
    one.go(f"/incidents/{demo.facts['incident']}/units/record/")
    one.page.locator("[name=field_label]").fill("not to be saved")
    one.page.evaluate(
        "() => document.querySelectorAll('main [name=csrfmiddlewaretoken]').forEach(e => e.value = 'x')"
    )
    with one.page.expect_navigation() as answer:
        one.press_submit()
    assert answer.value.status == 403
    one.reads(SAYS["form"][language])
    sound(one, "form", pictures)
    one.go("/units/?words=not+to+be+saved")
    assert one.page.locator("main table tbody tr").count() == 0


def test_who_is_not_signed_in_is_led_to_where_one_signs_in(language, visit, demo):
    one = visit(language)
    one.go("/units/")
    assert one.path == "/sign-in/"
    one.go("/")
    assert one.path == "/sign-in/demo/"
    assert one.look()["faults"] == []
