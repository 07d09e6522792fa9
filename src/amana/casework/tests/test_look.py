"""The look: readable by everyone, light, without outside requests."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from amana.casework.tests.look import (
    ACCOUNT,
    FONTS,
    LONG_ARABIC,
    NAVIGATION,
    PAGES,
    PIECES,
    STATIC,
    Addresses,
    Reason,
    rendered,
)  # fmt: skip

CSS = (STATIC / "amana.css").read_text("utf-8")
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)


@pytest.fixture(autouse=True)
def own_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = Addresses
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]


def text_of(template: Path) -> str:
    """A template without its comments."""
    return re.sub(r"{% comment %}.*?{% endcomment %}", "", template.read_text("utf-8"), flags=re.S)


# Colours


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TOKENS = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", RULES.split("\n/* 3.")[0].split("@media")[0]))
SURFACES = ("paper", "card", "sunk", "accent-soft", "attention-soft", "danger-soft")
TEXTS = ("ink", "ink-2", "accent", "attention", "danger")
FILLS = ("accent", "danger")


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)  # the usual example of just not


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_is_readable_on_every_surface(text: str, surface: str) -> None:
    assert contrast(TOKENS[text], TOKENS[surface]) >= 4.5


@pytest.mark.parametrize("fill", FILLS)
def test_text_on_a_fill_is_readable(fill: str) -> None:
    assert contrast(TOKENS["on-fill"], TOKENS[fill]) >= 4.5


@pytest.mark.parametrize("surface", SURFACES)
def test_the_edge_of_a_control_is_seen(surface: str) -> None:
    assert contrast(TOKENS["edge"], TOKENS[surface]) >= 3


def test_outside_the_tokens_a_rule_names_no_colour_of_its_own() -> None:
    """So that the pairs above are all there are."""
    body = re.sub(r":root\s*{[^}]*}", "", RULES)
    assert re.findall(r"#[0-9a-f]{3,8}\b", body) == []
    texts = set(re.findall(r"(?<![-\w])color:\s*([^;}]+)", body))
    assert texts <= {f"var(--{t})" for t in (*TEXTS, "on-fill")} | {"inherit"}
    surfaces = set(re.findall(r"background(?:-color)?:\s*([^;}]+)", body))
    assert surfaces <= {f"var(--{s})" for s in (*SURFACES, *FILLS)} | {"none"}


def test_fills_carry_the_colour_made_for_them() -> None:
    for rule in re.findall(r"[^{}]+{[^{}]*}", RULES):
        if re.search(r"background: var\(--(accent|danger)\)", rule) and "progress" not in rule:
            assert ".btn" in rule, rule


# Files


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?<![-\w])(margin|padding|border)-(left|right|top|bottom)\b",
        r"(?<![-\w])(left|right|top|bottom)\s*:",
        r"(?<![-\w])(min-|max-)?(width|height)\s*:(?![^()]*\))",
        r"text-align:\s*(left|right)",
        r"float:\s*(left|right)",
        r"border-(top|bottom)-(left|right)-radius",
        r"(margin|padding|border-width|inset|border-radius):(\s[^\s;]+){4};",
    ],
)
def test_the_style_sheet_knows_no_left_or_right(pattern: str) -> None:
    assert [m.group() for m in re.finditer(pattern, RULES)] == []


def test_nothing_comes_from_outside() -> None:
    files = [STATIC / "amana.css", STATIC / "amana.js", *PIECES, *PAGES]
    assert [f.name for f in files if re.search(r"https?:|[\"'(]//", f.read_text("utf-8"))] == []
    for name in re.findall(r"url\(\"([^\"]+)\"\)", CSS):
        assert (STATIC / name).is_file(), name


def test_a_page_with_every_font_and_htmx_stays_below_200_kb() -> None:
    import django_htmx

    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
    page = rendered(
        "confirm.html", form=Reason(), question=LONG_ARABIC, navigation=NAVIGATION, account=ACCOUNT
    )
    # The form for everybody has a style and a script of its own, and a lower bound in its own tests; no other
    # page has more than one script besides the common one.
    own = {"board.js", "upload.js"}
    common = [f for f in STATIC.glob("*.*") if f.name not in {"report.css", "report.js", *own}]
    largest = max((STATIC / name for name in own), key=lambda f: f.stat().st_size)
    files = [*common, largest, *FONTS.glob("*.woff2"), htmx]
    assert len(page.encode()) + sum(f.stat().st_size for f in files) < 200_000


def test_files_keep_their_size() -> None:
    assert len(CSS.encode()) < 40_000
    assert (STATIC / "amana.js").stat().st_size < 6_000
    assert {f.name for f in FONTS.glob("*.woff2") if f.stat().st_size > 45_000} == set()


def test_fonts_are_the_ones_that_are_named() -> None:
    vendor = tomllib.loads((FONTS / "VENDOR.toml").read_text("utf-8"))
    named = {font["file"]: font["sha256"] for font in vendor["font"]}
    assert named == {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in FONTS.glob("*.woff2")}
    assert all(font["name"] and font["version"] and font["source"] for font in vendor["font"])
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / vendor["licence_file"]).read_text("utf-8")


def test_an_english_page_loads_no_arabic() -> None:
    for face in re.findall(r"@font-face {([^}]*)}", RULES):
        arabic = "noto-sans-arabic" in face
        assert arabic == ("U+0600-06FF" in face)
        assert not (arabic and re.search(r"U\+00(2|4|6)", face))
        assert "font-display: swap" in face
        assert re.search(r"font-weight: (400|600);", face)  # a range would hide the other faces


# Templates


@pytest.mark.parametrize("template", [*PIECES, *PAGES], ids=lambda p: p.stem)
def test_a_template_holds_no_style_or_script_of_its_own(template: Path) -> None:
    text = text_of(template)
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:|hx-on|hx-vals=.js:", text)
    assert all('src="' in tag and tag.endswith("></script>") for tag in re.findall(r"<script[^>]*>.*", text))


@pytest.mark.parametrize("template", [*PIECES, *PAGES], ids=lambda p: p.stem)
def test_a_template_says_how_it_is_used(template: Path) -> None:
    simple = {"403.html", "403_csrf.html", "404.html", "429.html"}
    assert template.name in simple or "{% comment %}" in template.read_text("utf-8")


@pytest.mark.parametrize(
    "template", [t for t in (*PIECES, *PAGES) if t.name not in ("400.html", "500.html")], ids=lambda p: p.stem
)
def test_every_word_goes_through_translation(template: Path) -> None:
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text_of(template), flags=re.S)
    for attribute in re.findall(r"(?:aria-label|title|alt|placeholder)=\"([^\"]*)\"", text):
        assert not re.search(r"[^\W\d_]", re.sub(r"{[{%].*?[%}]}", "", attribute)), attribute
    bare = re.sub(
        r"<[^>]*>", "", re.sub(r"{[{%].*?[%}]}", "", text, flags=re.S).replace("<!doctype html>", "")
    )
    assert not re.search(r"[^\W\d_]{2}", bare), bare.split()
