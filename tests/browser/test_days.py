"""A day in the life: each role does its work, in both languages; nobody needs what another test wrote."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.barriers import barriers
from tests.browser.visiting import LANGUAGES, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", LANGUAGES)]

PATIENCE = 120_000
"""Milliseconds for work in the background on a busy machine."""
PASSWORD = "four quiet words here"


def number(language: str) -> int:
    """Another row of the demo for each language, because what is done to one is done."""
    return 1 + LANGUAGES.index(language)


def test_two_geneticists_sign_and_the_secretary_puts_it_before_the_board(language, visit, demo):
    wanted = demo.facts["candidates"][number(language)]
    address = f"/candidates/{wanted}/"
    for role, name in (("geneticist", "first"), ("geneticist-2", "second")):
        one = visit(language)
        one.enter(role)
        one.page.locator("#waiting a[href*='waiting=sign']").click()
        one.page.locator(f"main table a[href='{address}']").click()
        expect(one.page.locator("#answer")).to_be_visible()
        waterfall = one.page.locator("#by-marker")
        assert waterfall.locator("svg").bounding_box()["height"] > 200
        waterfall.locator("summary").click()
        rows = waterfall.locator("table tbody th").all_inner_texts()
        assert set(demo.facts["markers"]) & {r.strip() for r in rows}, "each marker is read by its name"
        one.page.locator(f"main a[href='{address}sign/']").click()
        one.press_submit()  # without a finding nothing is signed
        expect(one.page.locator("#faults")).to_be_visible()
        one.page.locator("input[name=finding]").first.check()
        one.page.locator("textarea[name=words]").fill(f"Read marker by marker, {name}.")
        one.press_submit()
        one.page.wait_for_url(f"**{address}")
        expect(one.page.locator(".message.success")).to_be_visible()
        expect(one.page.locator("#signatures")).to_contain_text(f"Read marker by marker, {name}.")
        assert one.page.locator(f"main a[href='{address}sign/']").count() == 0

    secretary = visit(language)
    secretary.enter("secretary")
    secretary.page.locator(f"#waiting a[href='{address}']").first.click()
    assert secretary.page.locator("#by-marker").count() == 0
    secretary.page.locator(f"main a[href='{address}propose/']").click()
    secretary.press_submit()
    secretary.page.wait_for_url(f"**{address}")
    expect(secretary.page.locator(".message.success")).to_be_visible()
    expect(secretary.page.locator(".head .state-done")).to_be_visible()


def test_a_recorder_mistypes_a_number_corrects_it_and_finds_the_unit_again(language, visit, demo):
    one = visit(language, viewport=PHONE, has_touch=True, is_mobile=True)
    one.enter("recorder")
    one.page.locator("header .menu.narrow summary").tap()
    one.page.locator("header .menu.narrow a[href='/incidents/']").tap()
    one.page.locator(f"main table a[href='/incidents/{demo.facts['incident']}/']").tap()
    one.page.locator("main a[href$='/units/record/']").first.tap()

    right = demo.facts["units"][0]
    wrong = right[:-1] + ("A" if right[-1] != "A" else "C")
    kind = one.page.locator("[name=kind]").first
    kind.select_option(index=1)
    chosen = kind.input_value()
    one.page.locator("[name=field_label]").fill("كيس ٧ / bag 7")
    one.page.locator("[name=over]").fill(wrong)
    one.press_submit()
    over = one.page.locator("[name=over]")
    expect(over).to_have_attribute("aria-invalid", "true")
    said = one.page.locator(".field.wrong", has=over)
    expect(said).to_contain_text(wrong)
    assert (said.bounding_box()["y"]) < over.bounding_box()["y"] + over.bounding_box()["height"]
    expect(over).to_have_value(wrong)
    expect(one.page.locator("[name=field_label]")).to_have_value("كيس ٧ / bag 7")
    expect(one.page.locator("[name=kind]").first).to_have_value(chosen)
    assert barriers(one.page) == []
    assert one.too_wide() == []

    over.fill(right)
    one.press_submit()
    one.page.wait_for_url(re.compile(r"/units/SCD-\d\d-\d+-./$"))
    made = one.path.strip("/").split("/")[-1]
    expect(one.page.locator(".message.success")).to_contain_text(made)
    expect(one.page.locator("main")).to_contain_text("bag 7")

    digits = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩") if language == "ar" else {}
    sloppy = made.lower().replace("-", " ").translate(digits)
    one.go("/units/")
    one.page.locator("main input[name=words]").fill(sloppy)
    one.page.locator("form.filters button").first.tap()
    one.page.wait_for_url(f"**/units/{made}/")


def test_an_interviewer_records_a_missing_person_and_finds_them_in_another_spelling(language, visit):
    given = {"en": ("إيمان", "ايمان"), "ar": ("هبة", "هبه")}[language]
    one = visit(language)
    one.enter("interviewer")
    one.page.locator("header .nav.wide a[href='/missing/']").click()
    one.page.locator("main a[href='/missing/report/']").first.click()
    one.page.locator("[name=name_ar]").fill(f"{given[0]} المختلَقة")
    one.page.locator("[name=mother_ar]").fill("أمّ للاختبار")
    one.page.locator("[name=sex]").first.select_option("F")
    one.page.locator("[name=born]").fill("1987-13")
    one.press_submit()
    expect(one.page.locator("[name=born]")).to_have_attribute("aria-invalid", "true")
    expect(one.page.locator("[name=name_ar]")).to_have_value(f"{given[0]} المختلَقة")
    one.page.locator("[name=born]").fill("1987-04")
    one.page.locator("[name=last_seen]").fill("2013")
    one.press_submit()
    one.page.wait_for_url(re.compile(r"/missing/NCM-[^/]+/$"))
    expect(one.page.locator("h1")).to_contain_text(given[0])
    expect(one.page.locator("main")).to_contain_text("1987-04")
    made = one.path
    one.go("/missing/")
    one.page.locator("main input[name=words]").fill(f"{given[1]} المختلقه")
    one.page.locator("form.filters button").first.click()
    found = one.page.locator("main table tbody tr")
    expect(found).to_have_count(1)
    expect(found.locator(f"a[href='{made}']")).to_be_visible()


def test_a_liaison_opens_a_telephone_and_the_auditor_finds_that_and_verifies_the_log(language, visit, demo):
    relative = demo.facts["relatives"][number(language)]
    one = visit(language)
    one.enter("family_liaison")
    one.go(f"/relatives/{relative}/")
    assert "0900 000" not in one.page.content()
    sealed = one.page.locator("#sealed details", has=one.page.locator("form[action*='/phone/']"))
    sealed.locator("summary").click()
    sealed.locator("button").click()  # the browser itself asks for the reason
    assert one.path == f"/relatives/{relative}/"
    sealed.locator("[name=reason]").fill("To arrange a visit / لترتيب زيارة")
    sealed.locator("button").click()
    expect(one.page.locator(".protected-text")).to_contain_text("0900 000")
    assert barriers(one.page) == []

    auditor = visit(language)
    auditor.enter("auditor")
    auditor.page.locator("header .nav.wide a[href='/log/']").click()
    auditor.page.locator("form.filters summary").click()
    auditor.page.locator("[name=number]").fill(relative)
    auditor.page.locator("[name=action]").fill("protected.opened")
    auditor.page.locator("form.filters button").first.click()
    rows = auditor.page.locator("main table tbody tr")
    expect(rows).to_have_count(1)
    rows.locator("a").first.click()
    auditor.reads("protected.opened")
    # The reason can name the person: it is sealed like all that is said of them, and not for this role.
    assert "To arrange a visit" not in auditor.page.content()
    assert "0900 000" not in auditor.page.content()

    auditor.go("/log/checkpoints/")
    auditor.press_submit()
    expect(auditor.page.locator(".message.success")).to_be_visible()
    assert auditor.page.locator("main table tbody tr").count() > 0
    auditor.go("/log/verify/")
    auditor.press_submit()
    auditor.page.wait_for_url("**/log/verify/*/")
    done = auditor.page.locator(".progress a.btn:not(.quiet)")
    report = auditor.page.locator("main dl.facts")
    done.or_(report).first.wait_for(timeout=PATIENCE)
    if done.count():
        done.click()
    expect(report.first).to_be_visible()
    good = {"en": "The database says what its log says", "ar": "قاعدة البيانات"}[language]
    expect(auditor.page.locator(".head .sub")).to_contain_text(good)
    assert auditor.page.locator(".card.stop").count() == 0
    assert auditor.look()["faults"] == []


def test_a_protection_officer_erases_a_relative(language, visit):
    liaison = visit(language)
    liaison.enter("family_liaison")
    liaison.go("/relatives/add/")  # somebody new: no comparison rests on them
    liaison.page.locator("[name=name]").fill("قريبة مختلَقة / An invented relative")
    liaison.page.locator("[name=phone]").fill(f"0900 111 00{number(language)}")
    liaison.press_submit()
    liaison.page.wait_for_url("**/relatives/NCM-*/")
    relative = liaison.path.strip("/").split("/")[-1]
    assert liaison.page.locator("form[action*='/phone/']").count() == 1

    one = visit(language)
    one.enter("data_protection_officer")
    one.go(f"/relatives/{relative}/")
    one.page.locator("main a[href^='/erase/']").click()
    expect(one.page.locator(".card.stop li").first).to_be_visible()
    one.page.locator("[name=ground]").first.check()
    one.page.locator("[name=reason]").fill("Letter 1 of the family, kept on paper")
    one.page.locator("[name=confirm]").fill("SCD-01-001-2")
    one.press_submit()
    expect(one.page.locator("[name=confirm]")).to_have_attribute("aria-invalid", "true")
    expect(one.page.locator("[name=reason]")).to_have_value("Letter 1 of the family, kept on paper")
    one.page.locator("[name=confirm]").fill(relative)
    one.press_submit()
    expect(one.page.locator(".message.success")).to_be_visible()
    assert one.page.locator("main form").count() == 0
    assert one.look()["faults"] == []

    liaison.go(f"/relatives/{relative}/")
    assert liaison.page.locator("form[action*='/phone/']").count() == 0
    assert liaison.look()["faults"] == []
    liaison.go("/relatives/find/")
    liaison.page.locator("[name=phone]").fill(f"0900 111 00{number(language)}")
    liaison.press_submit()
    expect(liaison.page.locator("#found")).to_be_visible()
    assert liaison.page.locator("#found a").count() == 0


def test_an_administrator_adds_a_person_who_then_comes_in_with_a_code(language, visit):
    username = f"new-interviewer-{language}"
    one = visit(language)
    one.enter("administrator")
    one.page.locator("header .nav.wide a[href='/people/']").click()
    one.page.locator("main a[href='/people/new/']").click()
    one.page.locator("[name=username]").fill(username)
    one.page.locator("[name=name_ar]").fill("شخص جديد مختلَق")
    one.page.locator("[name=name_en]").fill("Invented New Person")
    one.page.locator("main [name=language]").select_option(language)
    one.press_submit()
    one.page.wait_for_url(re.compile(r"/people/[0-9a-f-]{36}/$"))
    one.page.locator("main a[href$='/roles/']").first.click()
    one.page.locator("[name=roles][value=interviewer]").check()
    one.page.locator("[name=roles][value=family_liaison]").check()
    one.press_submit()
    expect(one.page.locator(".message.success")).to_be_visible()
    one.page.locator("main a[href$='/first-code/']").first.click()
    one.press_submit()
    code = one.page.locator(".protected-text").inner_text().strip()
    assert one.look()["faults"] == []

    new = visit(language, viewport=PHONE)
    new.go("/sign-in/code/")
    new.page.locator("[name=username]").fill(username)
    new.page.locator("[name=code]").fill("AAAA-AAAA-AAAA-AAAA")
    for field in ("password", "again"):
        new.page.locator(f"[name={field}]").fill(PASSWORD)
    new.press_submit()
    expect(new.page.locator("#faults")).to_be_visible()
    expect(new.page.locator("[name=username]")).to_have_value(username)
    new.page.locator("[name=code]").fill(code.lower())
    for field in ("password", "again"):
        new.page.locator(f"[name={field}]").fill(PASSWORD)
    new.press_submit()
    new.page.wait_for_url("**/sign-in/")
    new.page.locator("[name=login]").fill(username)
    new.page.locator("[name=password]").fill(PASSWORD)
    new.page.locator("main form[method=post] button").first.click()
    new.page.wait_for_url("**/account/second-factor/")
    new.go("/missing/")
    assert new.path == "/account/second-factor/", "before the second factor no other page opens"


@pytest.mark.parametrize(
    ("role", "sees", "hidden"),
    [
        (
            "hotline_operator",
            1,
            ("/units/", "/custody/", "/missing/", "/candidates/", "/samples/", "/log/", "/people/"),
        ),
        (
            "partner",
            0,
            ("/alerts/", "/units/", "/custody/", "/missing/", "/samples/", "/log/", "/people/"),
        ),
    ],
)
def test_who_needs_little_sees_little(role, sees, hidden, language, visit, demo):
    one = visit(language)
    one.enter(role)
    expect(one.page.locator("header .nav.wide a")).to_have_count(3)
    one.go("/incidents/")
    assert one.page.locator("main table tbody tr").count() == sees
    if not sees:
        expect(one.page.locator("main .empty")).to_be_visible()
    one.go(f"/incidents/{demo.facts['incident']}/", status=200 if sees else 404)
    for path in hidden:
        one.go(path, status=403)
    one.go(f"/units/{demo.facts['units'][0]}/", status=403)


def test_everything_can_be_done_with_the_keyboard_alone(language, visit):
    one = visit(language)
    one.enter("photographer")
    press, focused = one.page.keyboard.press, one.page.locator(":focus")
    press("Tab")
    expect(focused).to_have_class("skip")
    expect(focused).to_be_in_viewport()
    press("Enter")
    expect(one.page.locator("main")).to_be_focused()

    one.go("/")
    for _ in range(12):
        press("Tab")
        if one.page.evaluate("() => document.activeElement.matches('.menu.wide summary')"):
            break
    press("Enter")
    expect(one.page.locator(".menu.wide .menu-panel")).to_be_visible()
    press("Tab")
    press("Enter")
    one.page.wait_for_url("**/account/")

    one.page.locator("main a[href='/account/tokens/new/']").focus()
    press("Enter")
    one.page.wait_for_url("**/tokens/new/")
    label = one.page.locator("[name=label]")
    for _ in range(30):
        press("Tab")
        if one.page.evaluate("() => document.activeElement.name === 'label'"):
            break
    expect(label).to_be_focused()
    outline = label.evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid", "where one is, can be seen"
    one.page.keyboard.type("Tablet 3")
    press("Enter")
    expect(one.page.locator(".protected-text, .message.success").first).to_be_visible()
