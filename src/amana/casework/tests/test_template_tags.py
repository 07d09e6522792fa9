"""Identifiers, numbers, times and lists look the same everywhere."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import RequestContext
from django.test import RequestFactory
from django.utils import timezone as zones
from django.utils.safestring import mark_safe

from amana.casework.templatetags import amana as tags
from amana.casework.tests.look import MOMENT, shown


class Narrow(forms.Form):
    q = forms.CharField(required=False)


def test_an_identifier_is_escaped_and_keeps_its_digits() -> None:
    assert shown("{% id x %}", x="A-1<b>", digits="arabic") == '<bdi class="id">A-1&lt;b&gt;</bdi>'


@pytest.mark.parametrize(
    ("source", "western", "arabic"),
    [
        ("{% number 1234567 %}", "1,234,567", "١٬٢٣٤٬٥٦٧"),
        ("{% number -1.25 decimals=1 %}", "−1.2", "−١٫٢"),
        ("{{ '3 of 10'|digits:digits }}", "3 of 10", "٣ of ١٠"),
        ("{% readers_digits '3 of 10' %}", "3 of 10", "٣ of ١٠"),
        ("{{ 4.849|power }}", "7.06 × 10⁴", "7.06 × 10⁴"),
        ("{{ 0.99986|probability }}", "0.99986", "0.99986"),
    ],
)
def test_digits_are_the_readers(source: str, western: str, arabic: str) -> None:
    for preference, expected in (("western", western), ("arabic", arabic)):
        assert re.sub(r"<[^>]*>", "", shown(source, digits=preference)) == expected


def test_markup_stays_markup_and_text_stays_text() -> None:
    assert shown("{{ x|digits:'arabic' }}", x=mark_safe("<b>1</b>")) == "<b>١</b>"
    assert shown("{{ x|digits:'arabic' }}", x="<b>1</b>") == "&lt;b&gt;١&lt;/b&gt;"


def test_a_logarithm_without_end_is_said_plainly() -> None:
    plain = [re.sub(r"<[^>]*>", "", tags.power(x)) for x in (float("-inf"), float("inf"))]
    assert plain == ["0", "∞"]


def test_a_time_is_the_readers_and_names_its_zone() -> None:
    with zones.override(ZoneInfo("Asia/Damascus")):
        assert shown("{% local_time t %}", t=MOMENT) == (
            '<time datetime="2024-12-30T09:12:00Z">30 December 2024, 12:12 '
            '<bdi class="zone" dir="ltr">UTC+3</bdi></time>'
        )
    with zones.override(ZoneInfo("Europe/Berlin")):
        assert "10:12" in (markup := shown("{% local_time t %}", t=MOMENT))
        assert ">CET<" in markup
    with zones.override(timezone(-timedelta(hours=3, minutes=30))):
        assert "UTC−3:30" in shown("{% local_time t %}", t=MOMENT)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        shown("{% local_time t %}", t=datetime(2024, 12, 30, 9, 12))


def test_a_day_is_the_day_where_the_reader_is() -> None:
    late = datetime(2024, 12, 30, 22, 30, tzinfo=UTC)
    with zones.override(ZoneInfo("Asia/Damascus")):
        assert shown("{% local_date t %}", t=late) == '<time datetime="2024-12-31">31 December 2024</time>'
    assert shown("{% local_date t %}", t=date(2024, 3, 1), digits="arabic") == (
        '<time datetime="2024-03-01">١ March ٢٠٢٤</time>'
    )


def test_a_heading_sorts_and_turns_round() -> None:
    def headings(address: str) -> tuple[str, str]:
        request = RequestFactory().get(address)
        return tuple(tags.sorting(RequestContext(request, {"request": request}), "number", "-number"))

    assert headings("/") == ("?sort=number", "descending")
    assert headings("/?sort=number&page=3&q=a") == ("?sort=-number&q=a", "ascending")
    assert headings("/?sort=state") == ("?sort=number", "")


def test_a_filter_keeps_the_order_and_forgets_the_page() -> None:
    request = RequestFactory().get("/?sort=number&page=3&q=a")
    context = RequestContext(request, {"request": request})
    assert tags.kept_beside(context, Narrow()) == [("sort", "number")]


@pytest.mark.parametrize(
    ("kind", "shown_value", "markup"),
    [
        ("", "<b>", "<bdi>&lt;b&gt;</bdi>"),
        ("text", mark_safe("<i>a</i>"), "<bdi><i>a</i></bdi>"),
        ("no such kind", 5, "<bdi>5</bdi>"),
        ("id", "A<1>", '<bdi class="id">A&lt;1&gt;</bdi>'),
        ("number", 1234567, '<bdi class="n" dir="ltr">١٬٢٣٤٬٥٦٧</bdi>'),
        ("date", date(2024, 12, 16), '<time datetime="2024-12-16">١٦ December ٢٠٢٤</time>'),
        ("lines", "a\n<b>", '<bdi class="pre">a\n&lt;b&gt;</bdi>'),
        ("link", {"url": '/x/?a=1&b="', "label": "<a>"},
         '<a href="/x/?a=1&amp;b=&quot;"><bdi>&lt;a&gt;</bdi></a>'),
        ("number", 0, '<bdi class="n" dir="ltr">٠</bdi>'),
        ("number", None, '<span class="none">not recorded</span>'),
        ("link", "", '<span class="none">not recorded</span>'),
    ],
)  # fmt: skip
def test_a_value_is_shown_by_its_kind_and_never_as_markup(
    kind: str, shown_value: object, markup: str
) -> None:
    assert shown("{% value x kind %}", x=shown_value, kind=kind, digits="arabic") == markup


def test_a_count_in_a_list_is_a_line() -> None:
    found = shown("{% value x 'count' %}", x={"low": 20, "high": 25})
    assert re.sub(r"<[^>]*>", "", found) == "20 to 25"


def test_a_state_is_a_word_and_a_shape_from_a_mapping_or_an_object() -> None:
    class Waits:
        kind, word = "waiting", "<waits>"

    from_mapping = shown("{% mark x %}", x={"kind": "waiting", "word": "<waits>"})
    assert from_mapping == shown("{% mark x %}", x=Waits())
    assert "<circle" in from_mapping
    assert "<span>&lt;waits&gt;</span>" in from_mapping
    assert "M6 1l5 5-5 5-5-5z" in shown("{% mark x %}", x={"kind": "<svg", "word": "w"})
    assert "<svg>" not in shown("{% mark x %}", x={"kind": "<svg>", "word": "w"})
    assert ' tag"' in shown("{% mark x True %}", x=Waits())
