"""A person at a browser: what they do, and what every page they see must hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import Demo

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LANGUAGES = ("en", "ar")
HEAVIEST = 200_000
"""Bytes that a page with everything it loads may weigh."""
BANNER = {"en": "every person on this page is invented", "ar": "كل شخص في هذه الصفحة مختلَق"}
DOWNLOADS = re.compile(r"\.(csv|txt|py|pdf|json|geojson|gpx|xlsx)$|/reports/")

_SEEN = """() => ({
  language: document.documentElement.lang,
  direction: document.documentElement.dir,
  headings: [...document.querySelectorAll("h1")].map(h => h.textContent.trim()),
  banner: document.querySelector(".demo")?.textContent ?? "",
  weight: [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0),
  navigation: [...document.querySelectorAll("header .nav.wide a")].map(a => a.getAttribute("href")),
  links: [...document.querySelectorAll("main a[href]")].map(a => a.getAttribute("href")),
})"""
_TOO_WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const holds = e => { for (let p = e.parentElement; p; p = p.parentElement)
    if (getComputedStyle(p).overflowX !== "visible") return true; return false; };
  return [...document.querySelectorAll("body *")].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > page.clientWidth + 1 || box.left < -1) && !holds(e);
  }).map(e => e.outerHTML.slice(0, 160));
}"""


def kind_of(link: str) -> str:
    """The kind of page at an address of ours: its name among the addresses."""
    return str(resolve(urlsplit(link).path).url_name)


@dataclass
class Visit:
    """One browser of one person; what its console and its requests complained of is kept."""

    page: Page
    demo: Demo
    language: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str, *, status: int = 200) -> None:
        """Open an address of the demo."""
        answer = self.page.goto(self.demo.url + path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"

    def enter(self, role: str) -> None:
        """Sign in with one click."""
        self.go("/sign-in/demo/")
        self.page.locator(f"button[value='demo-{role.replace('_', '-')}']").click()
        self.page.wait_for_url(self.demo.url + "/")

    def leave(self) -> None:
        """Forget who was signed in, and keep the language."""
        self.page.context.clear_cookies(name="sessionid")

    @property
    def path(self) -> str:
        """Where the browser is."""
        return urlsplit(self.page.url).path

    def press(self, text: str) -> None:
        """Follow a link or press a button of the page itself, not of its header, by its words."""
        within = self.page.locator("main")
        found = within.get_by_role("button", name=text, exact=True).or_(
            within.get_by_role("link", name=text, exact=True)
        )
        found.first.click()

    def press_submit(self) -> None:
        """Press the first button of the form that asks for something, whatever its words."""
        self.page.locator("main form[method=post] .actions button").first.click()

    def reads(self, text: str) -> None:
        """The page says this."""
        expect(self.page.locator("main")).to_contain_text(text)

    def look(self) -> dict[str, Any]:
        """What is on the page, with the faults that no page may have."""
        seen = dict(self.page.evaluate(_SEEN))
        where, faults = f"{self.path} ({self.language})", []
        if seen["language"] != self.language:
            faults.append(f"lang is {seen['language']}")
        if seen["direction"] != {"en": "ltr", "ar": "rtl"}[self.language]:
            faults.append(f"dir is {seen['direction']}")
        if len(seen["headings"]) != 1 or not seen["headings"][0]:
            faults.append(f"headings are {seen['headings']}")
        if BANNER[self.language] not in seen["banner"]:
            faults.append("no banner of the demo")
        if seen["weight"] >= HEAVIEST:
            faults.append(f"weighs {seen['weight']} bytes")
        faults += [f"too wide: {e}" for e in self.too_wide()]
        seen["faults"] = [f"{where}: {f}" for f in faults]
        return seen

    def too_wide(self) -> list[str]:
        """What makes the page scroll sideways."""
        return list(self.page.evaluate(_TOO_WIDE))

    def picture(self, folder: Path | None, name: str) -> None:
        """Keep a picture of the whole page, if a folder for pictures was named."""
        if folder is not None:
            width = self.page.viewport_size["width"] if self.page.viewport_size else 0
            self.page.screenshot(path=folder / f"{name}-{self.language}-{width}.png", full_page=True)


def worth_opening(links: Sequence[str]) -> Iterator[str]:
    """The links of a page that lead to other pages of the demo, without downloads."""
    for link in links:
        parts = urlsplit(link)
        if parts.path.startswith("/") and not parts.netloc and not DOWNLOADS.search(parts.path):
            yield link


def is_complaint(message: Any) -> bool:
    """Whether a line of the console is a fault; that a page answered 4xx, its test has asked for."""
    refused = "the server responded with a status of 4" in message.text
    return message.type == "error" and not (refused and "/static/" not in message.location["url"])


@contextmanager
def visiting(browser: Browser, demo: Demo, language: str, **options: Any) -> Iterator[Visit]:
    """A fresh browser in a language; fails at the end if a page complained or asked for anything outside."""
    context = browser.new_context(**{"viewport": DESK, "locale": language, **options})
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "amana_language", "value": language, "url": demo.url}])
    page = context.new_page()
    visit = Visit(page, demo, language)
    page.on("console", lambda m: visit.complaints.append(m.text) if is_complaint(m) else None)
    page.on("pageerror", lambda e: visit.complaints.append(str(e)))
    own = (demo.url + "/", "data:")
    page.on("request", lambda r: None if r.url.startswith(own) else visit.complaints.append(r.url))
    try:
        yield visit
    finally:
        context.close()
    assert visit.complaints == []
