"""Keys and codes in a real browser, with an authenticator that Chromium plays."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect, sync_playwright

from amana.casework.accounts.models import Marker
from amana.casework.audit.writing import SYSTEM, writing

from .conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST, CODES, FACTORS = "/account/second-factor/", "/account/recovery-codes/", "/sign-in/second-factor/"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page of the server, with what its console said against it and what it asked for elsewhere."""

    page: Page
    server: str
    complaints: list[str]

    def go(self, path: str) -> None:
        self.page.goto(self.server + path)

    def is_at(self, path: str) -> None:
        expect(self.page).to_have_url(re.compile(re.escape(self.server + path) + r"(\?.*)?$"))

    def press(self, name: str) -> None:
        # Links and buttons of the page itself, not of its header.
        within = self.page.locator("main")
        within.get_by_role("button", name=name, exact=True).or_(
            within.get_by_role("link", name=name, exact=True)
        ).click()

    def sign_in(self, user: Any) -> None:
        self.go("/sign-in/")
        self.page.get_by_label("Sign-in name").fill(user.username)
        self.page.get_by_label("Password", exact=False).first.fill(PASSWORD)
        self.press("Sign in")

    def sign_out(self) -> None:
        self.go("/sign-out/")
        self.press("Sign out")
        self.is_at("/sign-in/")

    def confirm(self) -> None:
        self.is_at("/account/confirm/")
        self.page.get_by_label("Password", exact=False).first.fill(PASSWORD)
        self.press("Confirm")


@pytest.fixture
def visit(chromium: Any, live_server: Any) -> Iterator[Visit]:
    context = chromium.new_context(locale="en", viewport={"width": 390, "height": 844})
    context.set_default_timeout(10_000)
    page = context.new_page()
    server = live_server.url.replace("127.0.0.1", "localhost")  # keys want a name
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.on("request", lambda r: None if r.url.startswith((server, "data:")) else complaints.append(r.url))
    yield Visit(page, server, complaints)
    context.close()
    assert complaints == []


@pytest.fixture
def key(visit: Visit) -> Any:
    """A phone with a fingerprint."""
    cdp = visit.page.context.new_cdp_session(visit.page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return cdp


def test_a_privileged_person_sets_up_a_passkey_and_signs_in_with_it_alone(visit, key, with_password, actions):
    user = with_password("duty_officer")
    visit.sign_in(user)
    visit.is_at(FIRST)
    visit.press("Add a key or passkey")
    visit.confirm()
    visit.page.get_by_label("Name of the key", exact=False).fill("my phone")
    visit.page.get_by_label("Sign in with this key alone", exact=False).check()
    visit.press("Add the key")
    visit.is_at(CODES)
    visit.go("/account/")
    visit.is_at("/account/")
    visit.sign_out()

    visit.press("Sign in with a passkey")
    visit.page.wait_for_url(lambda url: "/sign-in/" not in url)
    visit.go("/account/")
    visit.is_at("/account/")
    assert actions().count("accounts.second-factor-added") == 2
    assert actions().count("accounts.signed-in") == 2


def test_a_key_is_the_second_factor_after_the_password(visit, key, with_password):
    user = with_password("recorder")
    visit.sign_in(user)
    visit.page.wait_for_url(lambda url: "/sign-in/" not in url)
    visit.go(FIRST + "keys/add/")
    visit.confirm()
    visit.press("Add the key")
    visit.is_at(CODES)
    visit.sign_out()
    visit.sign_in(user)
    visit.is_at(FACTORS)
    visit.press("Use the key")
    visit.page.wait_for_url(lambda url: "/sign-in/" not in url)
    visit.go("/account/")
    visit.is_at("/account/")


def test_codes_of_an_app_and_recovery_codes(visit, with_password):
    user = with_password("duty_officer")
    visit.sign_in(user)
    visit.is_at(FIRST)
    visit.press("Set up the app")
    visit.confirm()
    picture = visit.page.locator("main img")
    assert picture.evaluate("img => img.naturalWidth") > 0
    secret = visit.page.locator("main .id").first.inner_text()
    counter = max(totp.yield_hotp_counters_from_time())
    visit.page.get_by_label("Code", exact=False).fill(
        totp.format_hotp_value(totp.hotp_value(secret, counter))
    )
    visit.press("Set up")
    visit.is_at(CODES)
    recovery = visit.page.locator("main .id").first.inner_text()
    assert Authenticator.objects.filter(user=user).count() == 2
    visit.sign_out()
    visit.sign_in(user)
    visit.is_at(FACTORS)
    visit.page.get_by_label("Code", exact=False).fill("000000")
    visit.press("Sign in")
    expect(visit.page.locator("#faults")).to_contain_text("This code is not right")
    visit.page.get_by_label("Code", exact=False).fill(recovery)
    visit.press("Sign in")
    visit.page.wait_for_url(lambda url: "/sign-in/" not in url)
    visit.go("/account/")
    visit.is_at("/account/")


def test_a_key_that_fails_says_so(visit, key, with_password):
    visit.go("/sign-in/")
    visit.press("Sign in with a passkey")  # the phone has none
    expect(visit.page.get_by_text("The key was not used")).to_be_visible()
    visit.is_at("/sign-in/")


def test_one_click_into_the_demo(visit, person, settings):
    person("administrator")
    with writing(SYSTEM, "tests.prepared") as log:
        log.save(Marker(name="demo", value="x"))
    settings.DEMO = True
    visit.go("/sign-in/")
    visit.press("Choose a person")
    visit.page.get_by_role("button", name="Enter").first.click()
    visit.page.wait_for_url(lambda url: "/sign-in/" not in url)
    visit.go("/people/")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("People")
    expect(visit.page.locator(".demo")).to_contain_text("every person on this page is invented")
