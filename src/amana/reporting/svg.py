"""Small helpers for drawing SVG as text: no library, no outside resource."""

from __future__ import annotations

import unicodedata
from xml.sax.saxutils import escape, quoteattr

INK, SOFT, LINE, PAPER = "#1d2730", "#56616b", "#dedad0", "#ffffff"
ACCENT, ACCENT_SOFT, ATTENTION, ATTENTION_SOFT, AGAINST = (
    "#1d5c57",
    "#d7e7e3",
    "#7a4f00",
    "#fbf1dc",
    "#8f2626",
)
FAMILY = "Noto Sans, Noto Naskh Arabic, Noto Sans Arabic, Noto Sans Math, sans-serif"
SCREEN_FAMILY = "Noto Sans, Noto Sans Arabic, system-ui, sans-serif"
LEAST_READABLE = 360.0
"""Wider drawings would become smaller than drawn in the 358 pixels that a telephone of 390 leaves."""
_KEPT = "\u200c\u200d"  # the joiners that Arabic-script names need


def visible(text: str) -> str:
    """``text`` with control and direction characters written out, so that none can act or hide.

    An identifier comes from a file; a right-to-left override in it would show another identifier than it is.
    """
    return "".join(
        c
        if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        else f"<U+{ord(c):04X}>"
        for c in text
    )


def isolated(text: str) -> str:
    """An identifier or a signed number inside text of any direction (left-to-right isolate)."""
    return f"\u2066{text}\u2069"


def phrase(text: str, language: str) -> str:
    """A phrase of the reader's language inside a drawing, whose own direction is always left-to-right."""
    return f"\u2067{text}\u2069" if language == "ar" else text


def text_width(text: str, size: float) -> float:
    """Estimate of the width of ``text`` in Noto Sans at ``size``, rather too wide than too narrow."""
    return sum(_width(c) for c in text) * size


def _width(c: str) -> float:
    if unicodedata.category(c) in ("Mn", "Cf"):
        return 0.0
    if c in "il.,:;|'!jI ":
        return 0.29
    if c in "frt()-":
        return 0.42
    if c in "mwMW@%":
        return 0.95
    return 0.68 if c.isupper() else 0.58


def element(name: str, content: str | None = None, /, **attributes: object) -> str:
    """One element; ``_`` in an attribute's name stands for ``-``.  Content is taken as markup."""
    inside = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(number(value))}"
        for key, value in attributes.items()
    )
    return f"<{name}{inside}/>" if content is None else f"<{name}{inside}>{content}</{name}>"


def words(
    text: str,
    x: float,
    y: float,
    *,
    size: float = 11,
    anchor: str = "middle",
    colour: str = INK,
    **more: object,
) -> str:
    """One line of text; ``anchor`` is ``start`` (left edge at x), ``middle`` or ``end``."""
    return element("text", escape(text), x=x, y=y, font_size=size, text_anchor=anchor, fill=colour, **more)


def number(value: object) -> str:
    """Attribute value: floats with at most two decimals and no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def document(
    width: float,
    height: float,
    title: str,
    content: str,
    *,
    description: str = "",
    for_screen: bool = False,
    role: str = "img",
    enlarged: float = 1.0,
) -> str:
    """A whole SVG, drawn left-to-right whatever page it stands on.

    Only presentation attributes, because a strict content security policy forbids ``style``.  For the screen
    it has the fonts of the screen, is ``enlarged`` where there is room, and has classes for a style sheet:
    ``drawn`` may shrink to its container (``max-inline-size: 100%; block-size: auto``); one that would become
    too small to read on a telephone is ``drawn wide`` and stays as it is in a container that scrolls.
    """
    described = element("desc", escape(description)) if description else ""
    screen = {"class_": "drawn wide" if width > LEAST_READABLE else "drawn"} if for_screen else {}
    return element(
        "svg",
        element("title", escape(title)) + described + content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(float(width))} {number(float(height))}",
        width=float(width) * enlarged,
        height=float(height) * enlarged,
        role=role,
        direction="ltr",
        font_family=SCREEN_FAMILY if for_screen else FAMILY,
        **screen,
    )
