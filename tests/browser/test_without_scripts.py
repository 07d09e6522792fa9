"""With scripts off, as on an old or locked-down machine, everything still works."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visiting import LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", LANGUAGES)]


def test_lists_forms_and_faults_need_no_script(language, visit, demo):
    one = visit(language, java_script_enabled=False)
    one.enter("recorder")
    one.page.locator("header .nav.wide a[href='/units/']").click()
    rows = one.page.locator("main table tbody tr")
    every = rows.count()
    assert every >= len(demo.facts["units"])
    one.page.locator("form.filters summary").click()
    one.page.locator("form.filters [name=kind]").select_option("bone")
    one.page.locator("form.filters button").first.click()
    assert 0 < rows.count() < every
    expect(one.page.locator("form.filters details")).to_have_attribute("open", "")
    one.page.locator("main thead a[href*='sort=']").first.click()
    assert "kind=bone" in one.page.url

    one.go(f"/incidents/{demo.facts['incident']}/units/record/")
    one.page.locator("[name=field_label]").fill("bag 9")
    one.page.locator("[name=over]").fill("no number at all")
    one.press_submit()
    expect(one.page.locator("#faults")).to_be_visible()
    expect(one.page.locator("[name=field_label]")).to_have_value("bag 9")

    one.page.locator("form.language button").first.click()
    other = {"en": "ar", "ar": "en"}[language]
    expect(one.page.locator("html")).to_have_attribute("lang", other)


def test_a_protected_text_is_opened_and_a_job_followed_without_a_script(language, visit, demo):
    one = visit(language, java_script_enabled=False)
    one.enter("family_liaison")
    one.go(f"/relatives/{demo.facts['relatives'][10 + LANGUAGES.index(language)]}/")
    sealed = one.page.locator("#sealed details", has=one.page.locator("form[action*='/phone/']"))
    sealed.locator("summary").click()
    sealed.locator("[name=reason]").fill("To arrange a visit")
    sealed.locator("button").click()
    expect(one.page.locator(".protected-text")).to_contain_text("0900 000")

    auditor = visit(language, java_script_enabled=False)
    auditor.enter("auditor")
    auditor.go("/log/verify/")
    auditor.press_submit()
    auditor.page.wait_for_url("**/log/verify/*/")
    for _ in range(240):
        again = auditor.page.locator(".progress a[id$='-look']")
        if not again.count():
            break
        auditor.page.wait_for_timeout(500)
        again.click()
    if auditor.page.locator(".progress a.btn").count():
        auditor.page.locator(".progress a.btn").click()
    expect(auditor.page.locator("main dl.facts").first).to_be_visible()
