"""Every component and page is whole in both languages, with the longest names and numbers."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context
from django.utils import translation
from django.utils.safestring import mark_safe

from amana.casework.tests.look import (
    ACCOUNT,
    ENGINE,
    LONG_ARABIC,
    LONG_ID,
    MOMENT,
    NAVIGATION,
    PIECES,
    WAITING,
    Addresses,
    Balance,
    Reason,
    rendered,
)  # fmt: skip


@pytest.fixture(autouse=True)
def own_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = Addresses
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]


class Narrow(forms.Form):
    q = forms.CharField(label="Words", required=False)
    state = forms.CharField(label="State", required=False)


def table(**changed: Any) -> dict[str, Any]:
    kinds: dict[str, Any] = {
        "id": LONG_ID, "text": LONG_ARABIC, "number": 1234567, "time": MOMENT, "date": MOMENT.date(),
        "state": WAITING, "count": {"low": 20, "high": 25}, "power": 4.849, "probability": 0.99986,
        "link": {"url": "/x/", "label": LONG_ARABIC}, "lines": "a\nb", "": None,
    }  # fmt: skip
    return {
        "caption": "Units",
        "columns": [{"label": f"L{k}", "kind": k, "sort": "number" if k == "id" else None} for k in kinds],
        "rows": [{"url": "/units/1/", "cells": list(kinds.values())}],
        "count": "128 units",
        "filters": Narrow({"state": "open"}),
        "page": Paginator(range(128), 10).page(2),
        "export_url": "/units.csv",
        "empty": {"title": LONG_ARABIC, "text": "…", "url": "/new/", "action": "Record one"},
    } | changed


COUNT = {"what": "Bodies", "basis": "seen in video", "low": 20, "high": 25, "verbatim": LONG_ARABIC}
JOB = {
    "id": "7", "title": LONG_ARABIC, "percent": 30.5, "text": "3 of 10", "started": MOMENT, "part_url": "/p/",
    "page_url": "/j/", "stop_url": "/s/", "result_url": "/r/", "result": "Open", "fault": LONG_ARABIC,
}  # fmt: skip
PROTECTED = {
    "id": "w",
    "title": LONG_ARABIC,
    "url": "/open/",
    "text": LONG_ARABIC,
    "opened_at": MOMENT,
    "entry": 7,
}
STEPS = [
    {"text": LONG_ARABIC, "who": LONG_ARABIC, "due": MOMENT, "state": WAITING, "url": "/x/"},
    {"text": LONG_ID},
]
CHANGE = {"field": "Seal", "kind": "id", "before": None, "after": LONG_ID}
ENTRY = {"at": MOMENT, "who": LONG_ARABIC, "act": "Corrected", "number": 4711, "changes": [CHANGE]}
FACTS = [{"label": "Unit", "value": LONG_ID, "kind": "id", "url": "/x/", "basis": LONG_ARABIC}]
MEDIA = {
    "id": "file-1", "url": "/x/", "back": "/units/", "title": LONG_ARABIC, "kind": "image",
    "kind_label": LONG_ARABIC,
    "size": 1234567, "sha256": "e3b0c442" * 8, "erased": False, "can_show": True, "needs_reason": False,
    "opened": False, "error": None,
}  # fmt: skip
FIGURE = {
    "id": "f", "title": LONG_ARABIC, "svg": mark_safe("<svg></svg>"), "alternative": LONG_ARABIC,
    "caption": LONG_ID, "columns": ["A", "B"], "rows": [["a", LONG_ID]],
}  # fmt: skip
CASES: dict[str, list[dict[str, Any]]] = {
    "account": [{"account": ACCOUNT}],
    "confirm": [
        {"form": Reason(), "submit": "Do", "consequences": [LONG_ARABIC], "danger": d} for d in (0, 1)
    ],
    "count": [{"count": COUNT | c} for c in ({}, {"high": None}, {"low": None}, {"low": None, "high": None})],
    "count_line": [{"count": COUNT}, {"count": {"low": None, "high": None}}],
    "facts": [{"facts": FACTS}],
    "faults": [{"form": Reason({})}, {"form": Reason()}],
    "field": [{"field": f} for f in Reason({})],
    "figure": [{"figure": FIGURE}],
    "filters": [{"table": table()}],
    "form": [{"form": Reason({"seal": LONG_ID}), "submit": LONG_ARABIC, "cancel_url": "/x/", "upload": True}],
    "history": [{"entries": [ENTRY | {"reason": LONG_ARABIC, "office": "O", "url": "/l/"}]}, {"entries": []}],
    "htmx": [{}],
    "language": [{}],
    "media": [
        {"media": MEDIA | m}
        for m in (
            {},
            {"needs_reason": True, "error": LONG_ARABIC},
            {"opened": True},
            {"erased": True},
            {"opened": True, "kind": "video"},
            {"opened": True, "kind": "sound"},
            {"can_show": False},
        )
    ],
    "messages": [
        {"messages": [SimpleNamespace(level_tag=t) for t in ("success", "info", "warning", "error")]}
    ],
    "navigation": [{"navigation": NAVIGATION}],
    "next_steps": [{"steps": STEPS}, {"steps": []}],
    "pagination": [{"page": Paginator(range(128), 10).page(n)} for n in (1, 2, 13)],
    "progress": [{"job": JOB | {"state": s}} for s in ("queued", "running", "done", "failed", "stopped")],
    "protected": [
        {"protected": PROTECTED | p} for p in ({"opened": True}, {"may_open": True, "error": "Why?"}, {})
    ],
    "refresh": [{"seconds": 5}],
    "state": [{"state": WAITING, "tag": t} for t in (True, False)],
    "table": [{"table": table(**t)} for t in ({}, {"rows": []}, {"rows": [], "filtered": True})],
}


def test_every_component_is_tried() -> None:
    assert {p.stem for p in PIECES} == set(CASES)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", sorted(CASES))
def test_a_component_is_whole_in_both_languages(name: str, language: str) -> None:
    with translation.override(language):
        for context in CASES[name]:
            digits = {"en": "western", "ar": "arabic"}[language]
            markup = rendered(f"components/{name}.html", "/units/?sort=number", digits=digits, **context)
            Balance(markup)
            if LONG_ID in markup and name != "form":
                assert LONG_ID in re.sub(r"<[^>]*>", "", markup)  # whole and with its own digits


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", ["confirm", "health", "403", "403_csrf", "404"])
def test_a_page_is_whole_in_both_languages(name: str, language: str) -> None:
    context = {
        "form": Reason(), "question": LONG_ARABIC, "navigation": NAVIGATION, "account": ACCOUNT,
        "is_demo": True, "trail": [{"url": "/", "label": LONG_ARABIC}],
        "checks": [{"name": "Database", "state": WAITING}],
    }  # fmt: skip
    with translation.override(language):
        markup = rendered(f"{name}.html", **context)
    Balance(markup)
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in markup
    assert markup.count("<h1>") == 1
    assert '<a class="skip" href="#content">' in markup
    assert f'value="{"en" if language == "ar" else "ar"}"' in markup  # the other language is offered


def test_a_page_for_somebody_not_signed_in_is_whole() -> None:
    Balance(rendered("404.html"))


@pytest.mark.parametrize("name", ["400", "500"])
def test_the_pages_of_last_resort_need_nothing(name: str, settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    markup = ENGINE.get_template(f"{name}.html").render(Context())
    Balance(markup)
    assert 'href="/static/amana/amana.css"' in markup
    assert '<section class="card" lang="ar" dir="rtl">' in markup


def test_a_fault_is_said_beside_its_field_and_on_top_and_nothing_typed_is_lost() -> None:
    markup = rendered("components/form.html", form=Reason({"seal": "A-<7>"}), submit="Save")
    page = Balance(markup)
    assert page.links == ["id_reason", "id_kind_0", "id_sure"]
    assert set(page.links) <= set(page.ids)
    assert {"id_reason_helptext", "id_reason_error", "id_kind_error", "id_sure_error"} <= set(page.described)
    assert set(page.described) <= set(page.ids)
    assert 'value="A-&lt;7&gt;"' in markup
    assert markup.count("(required)") == 3


def test_states_differ_by_shape_and_not_by_colour_alone() -> None:
    kinds = ["done", "active", "waiting", "attention", "blocked", "closed", "for", "against", "unknown"]
    shapes = set()
    for kind in kinds:
        markup = rendered("components/state.html", state={"kind": kind, "word": "a word"})
        assert "a word" in markup
        shapes.add(re.search(r"<svg.*</svg>", markup).group())  # type: ignore[union-attr]
    assert len(shapes) == len(kinds)


def test_protected_text_is_not_in_the_page_until_it_is_opened() -> None:
    for may_open in (True, False):
        closed = PROTECTED | {"may_open": may_open}
        assert LONG_ARABIC not in rendered("components/protected.html", protected=closed | {"title": "T"})


def test_only_a_job_that_is_not_over_asks_again() -> None:
    for state, asks in (("queued", True), ("running", True), ("done", False), ("failed", False)):
        assert ("hx-get" in rendered("components/progress.html", job=JOB | {"state": state})) == asks


def test_vague_words_stay_words() -> None:
    vague = COUNT | {"low": None, "high": None, "verbatim": "tens of thousands"}
    markup = rendered("components/count.html", count=vague)
    assert markup.count("tens of thousands") == 1
    assert not re.search(r"\d", re.sub(r"<[^>]*>", "", markup))
