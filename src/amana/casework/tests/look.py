"""What the tests of the look share: templates rendered without any station, long names and numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine, RequestContext
from django.test import RequestFactory
from django.urls import path

import amana.casework

CASEWORK = Path(amana.casework.__file__).parent
STATIC = CASEWORK / "static" / "amana"
FONTS = STATIC / "fonts"
TEMPLATES = CASEWORK / "templates"
PIECES = sorted((TEMPLATES / "components").glob("*.html"))
PAGES = sorted(TEMPLATES.glob("*.html"))

LONG_ID = "HMS-04-017-K-AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-000001"
LONG_ARABIC = "عبد الرحمن مصطفى عبد القادر الحموي المعروف بأبي خالد من قرية القبو في ريف حمص الشمالي الشرقي"
MOMENT = datetime(2024, 12, 30, 9, 12, tzinfo=UTC)
ENGINE = Engine(
    dirs=[str(TEMPLATES)],
    libraries={
        "i18n": "django.templatetags.i18n",
        "l10n": "django.templatetags.l10n",
        "static": "django.templatetags.static",
        "amana": "amana.casework.templatetags.amana",
    },
)


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


class Addresses:
    """The addresses that the base page needs, without any station."""

    urlpatterns = (
        path("language/", _nothing, name="set-language"),
        path("health/", _nothing, name="health"),
        path("", _nothing, name="home"),
    )


def rendered(name: str, address: str = "/", **context: Any) -> str:
    request = RequestFactory().get(address)
    return ENGINE.get_template(name).render(RequestContext(request, {"request": request, **context}))


def shown(source: str, **context: Any) -> str:
    return ENGINE.from_string("{% load amana %}" + source).render(Context(context))


NAVIGATION = [{"url": f"/{i}/", "label": LONG_ARABIC[: 9 + i], "current": i == 2} for i in range(8)]
ACCOUNT = {
    "name": LONG_ARABIC, "office": LONG_ARABIC, "role": LONG_ARABIC, "url": "/a/", "sign_out_url": "/o/",
}  # fmt: skip
WAITING = {"kind": "waiting", "word": LONG_ARABIC}


class Reason(forms.Form):
    reason = forms.CharField(label=LONG_ARABIC, help_text="Why", widget=forms.Textarea)
    seal = forms.CharField(label="Seal", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", LONG_ARABIC), ("b", "b")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="Sure")
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


class Balance(HTMLParser):
    """Every element that is opened is closed, in order; identifiers are unique."""

    VOID = frozenset(["meta", "link", "input", "br", "img", "hr", "path", "circle"])

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.described: list[str] = []
        self.feed(markup)
        assert self.open == []
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        given = {k: v or "" for k, v in attrs}
        assert "style" not in given
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"][1:]] if given.get("href", "").startswith("#") else []
        self.described += given.get("aria-describedby", "").split()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
