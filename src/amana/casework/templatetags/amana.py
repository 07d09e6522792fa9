"""What templates need to show identifiers, numbers, times and lists the same way everywhere.

``{% load amana %}``.  Digits follow the context variable ``digits`` (``"western"`` or ``"arabic"``), which
comes from the reader's preference; identifiers and powers of ten are never converted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.http import QueryDict
from django.template import Context
from django.template.base import render_value_in_context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext_lazy

from amana.reporting import numbers

register = template.Library()

_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_ARABIC_NUMBER = str.maketrans("0123456789,.%", "٠١٢٣٤٥٦٧٨٩٬٫٪")
_MINUS = "\u2212"


class Sorting(NamedTuple):
    """Where a column's heading leads, and how the list is sorted by it now."""

    url: str
    direction: str
    """``ascending``, ``descending`` or empty: the value of ``aria-sort``."""


# Identifiers and numbers


@register.simple_tag(name="id")
def identifier(value: object) -> SafeString:
    """``{% id unit.number %}``: an identifier that neither breaks nor flips in Arabic text."""
    return format_html('<bdi class="id">{}</bdi>', value)


@register.filter
def digits(value: object, preference: str = "western") -> str:
    """``{{ text|digits:digits }}``: the text with its digits as the reader prefers; markup stays markup."""
    text = conditional_escape(value) if isinstance(value, SafeString) else str(value)
    if preference != "arabic":
        return text
    converted = text.translate(_ARABIC_INDIC)
    return mark_safe(converted) if isinstance(text, SafeString) else converted


@register.simple_tag(takes_context=True)
def readers_digits(context: Context, text: object) -> str:
    """``{% readers_digits job.text %}``: a ready phrase, its digits as the reader prefers."""
    return digits(text, context.get("digits", "western"))


@register.simple_tag(takes_context=True)
def number(context: Context, value: float | Decimal, decimals: int | None = None) -> SafeString:
    """``{% number 12345 %}``: grouped by thousands, in the reader's digits, isolated."""
    text = f"{value:,}" if decimals is None else f"{value:,.{decimals}f}"
    text = text.replace("-", _MINUS)
    return _number(text.translate(_ARABIC_NUMBER) if _arabic(context) else text)


@register.filter
def power(log10_value: float) -> SafeString:
    """``{{ hit.log10_lr|power }}``: ``7.06 × 10⁴`` for 4.849; 0 and ∞ for a logarithm without end."""
    if math.isinf(log10_value):
        return _number("0" if log10_value < 0 else "∞")
    return _number(numbers.power(log10_value))


@register.filter
def probability(value: float) -> SafeString:
    """``{{ posterior|probability }}``: ``0.62``, ``0.99986``, ``> 0.999999``; never a bare one."""
    return _number(numbers.probability(value))


def _number(text: str) -> SafeString:
    # The direction is said in the markup as well, so that it holds without the style sheet.
    return format_html('<bdi class="n" dir="ltr">{}</bdi>', text)


def _arabic(context: Context) -> bool:
    return context.get("digits") == "arabic"


# Times and dates


@register.simple_tag(takes_context=True)
def local_time(context: Context, value: datetime) -> SafeString:
    """``{% local_time entry.at %}``: date, time and zone in the reader's zone, with the machine time beside.

    Raises
    ------
    ValueError
        If ``value`` names no zone: a time whose zone is guessed is worse than none.
    """
    local = timezone.localtime(value)
    shown = gettext("%(date)s, %(time)s") % {"date": _day(local), "time": f"{local:%H:%M}"}
    return format_html(
        '<time datetime="{}">{} <bdi class="zone" dir="ltr">{}</bdi></time>',
        value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        digits(shown, context.get("digits", "western")),
        _zone(local),
    )


@register.simple_tag(takes_context=True)
def local_date(context: Context, value: date) -> SafeString:
    """``{% local_date grave.opened %}``: a day; of a moment, the day it was where the reader is."""
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return format_html(
        '<time datetime="{}">{}</time>',
        day.isoformat(),
        digits(_day(day), context.get("digits", "western")),
    )


_MONTHS = (
    pgettext_lazy("month", "January"),
    pgettext_lazy("month", "February"),
    pgettext_lazy("month", "March"),
    pgettext_lazy("month", "April"),
    pgettext_lazy("month", "May"),
    pgettext_lazy("month", "June"),
    pgettext_lazy("month", "July"),
    pgettext_lazy("month", "August"),
    pgettext_lazy("month", "September"),
    pgettext_lazy("month", "October"),
    pgettext_lazy("month", "November"),
    pgettext_lazy("month", "December"),
)


def _day(day: date) -> str:
    # Own names: Django's Arabic months are not those of the Levant.
    return gettext("%(day)s %(month)s %(year)s") % {
        "day": day.day,
        "month": _MONTHS[day.month - 1],
        "year": day.year,
    }


def _zone(moment: datetime) -> str:
    """``CET``; ``UTC+3`` where the zone has no letters of its own, as Damascus since 2022."""
    name = moment.tzname() or ""
    if name.isalpha():
        return name
    offset = moment.utcoffset() or timedelta()
    minutes = round(abs(offset).total_seconds() / 60)
    sign = _MINUS if offset < timedelta() else "+"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")


# Lists


@register.simple_tag(takes_context=True)
def sorting(context: Context, key: str, default: str = "") -> Sorting:
    """``{% sorting column.sort table.sort as sort %}``: a second use of a heading turns the order round.

    The order is in the address (``sort=number``, ``sort=-number``), so that it can be sent to a colleague;
    the page number falls away.
    """
    query = _query(context)
    now = query.get("sort", default)
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    query.pop("page", None)
    query["sort"] = f"-{key}" if direction == "ascending" else key
    return Sorting(f"?{query.urlencode()}", direction)


@register.simple_tag(takes_context=True)
def kept_beside(context: Context, form: Iterable[Any]) -> list[tuple[str, str]]:
    """``{% kept_beside table.filters as rest %}``: what else the address holds, such as the order.

    For hidden fields of a filter form; the page number falls away.
    """
    own = {field.html_name for field in form} | {"page"}
    return [(name, value) for name, values in _query(context).lists() if name not in own for value in values]


@register.filter
def filled(fields: Iterable[Any]) -> bool:
    """Whether any of these form fields holds something."""
    return any(field.value() not in (None, "", []) for field in fields)


def _query(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if request is not None else QueryDict(mutable=True)


# States


@register.simple_tag
def state(kind: str, word: str) -> dict[str, str]:
    """``{% state "waiting" word as shown %}``: what components/state.html takes, from a kind and a word."""
    return {"kind": kind, "word": word}


_SHAPES = {
    "done": '<path d="M1.5 6.5l3 3 6-7"/>',
    "active": '<circle cx="6" cy="6" r="4.7"/>'
    '<path d="M6 1.3a4.7 4.7 0 0 1 0 9.4z" fill="currentColor" stroke="none"/>',
    "waiting": '<circle cx="6" cy="6" r="4.7"/>',
    "attention": '<path d="M6 1.5l5 9H1z"/>',
    "blocked": '<path d="M1.5 1.5h9v9h-9zM3.5 3.5l5 5M8.5 3.5l-5 5"/>',
    "closed": '<path d="M2 2h8v8H2z" fill="currentColor"/>',
    "for": '<path d="M6 1v10M1 6h10"/>',
    "against": '<path d="M1 6h10"/>',
}
_DIAMOND = '<path d="M6 1l5 5-5 5-5-5z"/>'


@register.simple_tag
def mark(shown: Any, tag: object = False) -> SafeString:
    """``{% mark state tag %}``: a state as a word and a shape; see components/state.html."""
    kind, word = _two(shown, "kind", "word")
    return mark_safe(
        f'<span class="state state-{conditional_escape(kind)}{" tag" if tag else ""}">'
        '<svg viewBox="0 0 12 12" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" '
        f'stroke-width="1.6">{_SHAPES.get(kind, _DIAMOND)}</svg>'
        f"<span>{conditional_escape(word)}</span></span>"
    )


def _two(thing: Any, first: str, second: str) -> tuple[Any, Any]:
    """Two entries of a mapping, or attributes of an object."""
    if isinstance(thing, Mapping):
        return thing[first], thing[second]
    return getattr(thing, first), getattr(thing, second)


# Values


@register.simple_tag(takes_context=True)
def value(context: Context, shown: Any, kind: str = "") -> SafeString:
    """``{% value unit.number "id" %}``: one value by its kind, the same in tables, facts and histories.

    Kinds: id, number, time, date, state, count, power (a log10), probability, link ({"url", "label"}), lines
    (text with its line breaks); anything else is text of either direction.  None and "" are shown as not
    recorded.  In Python, since a list holds hundreds of them.
    """
    if shown is None or shown == "":
        return mark_safe(f'<span class="none">{conditional_escape(gettext("not recorded"))}</span>')
    own = _KINDS.get(kind)
    if own is not None:
        return own(context, shown)
    return mark_safe(f"<bdi>{render_value_in_context(shown, context)}</bdi>")


def _link(context: Context, shown: Any) -> SafeString:
    url, label = _two(shown, "url", "label")
    return mark_safe(f'<a href="{conditional_escape(url)}"><bdi>{conditional_escape(label)}</bdi></a>')


def _count(context: Context, shown: Any) -> SafeString:
    line = context.template.engine.get_template("components/count_line.html")
    with context.push(count=shown):
        return line.render(context)


_KINDS: dict[str, Callable[[Context, Any], SafeString]] = {
    "id": lambda context, shown: identifier(shown),
    "number": number,
    "time": local_time,
    "date": local_date,
    "state": lambda context, shown: mark(shown),
    "count": _count,
    "power": lambda context, shown: power(shown),
    "probability": lambda context, shown: probability(shown),
    "link": _link,
    "lines": lambda context, shown: format_html('<bdi class="pre">{}</bdi>', shown),
}


@register.simple_tag(takes_context=True)
def rows(context: Context, table: Mapping[str, Any]) -> SafeString:
    """``{% rows table %}``: the rows of components/table.html; each cell names its column, for a phone.

    In Python, since a list is one row of markup many times over.
    """
    columns = [
        (c["kind"], conditional_escape(c["label"]), ' class="number"' if c["kind"] == "number" else "")
        for c in table["columns"]
    ]
    found = []
    for row in table["rows"]:
        url = conditional_escape(row["url"]) if row.get("url") else ""
        found.append('\n<tr role="row">')
        for n, ((kind, label, css), cell) in enumerate(zip(columns, row["cells"], strict=True)):
            shown = value(context, cell, kind)
            if n:
                found.append(f'<td role="cell" data-label="{label}"{css}><span>{shown}</span></td>')
                continue
            shown = f'<a href="{url}">{shown}</a>' if url else shown
            found.append(f'<th role="rowheader" scope="row" data-label="{label}"><span>{shown}</span></th>')
        found.append("</tr>")
    return mark_safe("".join(found))


# Files


@register.simple_tag
def asset(path: str) -> str:
    """Address of a static file even when hashed names are missing: for the pages of last resort."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"
