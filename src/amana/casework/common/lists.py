"""Every list filters, sorts, is cut into pages and exports, in one way."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from amana.casework.audit.writing import writing

PER_PAGE = 50
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


class Filters(forms.Form):
    """A filter form in the address.  ``apply`` narrows a queryset by what is filled in."""

    use_required_attribute = False

    def apply(self, rows: Any) -> Any:
        """The rows that fit."""
        raise TypeError("a filter form says how it filters")


@dataclass(frozen=True)
class Column:
    """One column.

    ``value`` gives a cell of the kinds of the tag ``value``; ``plain`` what a spreadsheet gets, by
    default the same.  ``order`` are the columns of the database to sort by.
    """

    label: Any
    value: Callable[[Any], Any]
    kind: str = "text"
    name: str = ""
    order: tuple[str, ...] = ()
    plain: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class List:
    """What a list shows.

    Attributes
    ----------
    count
        Number of rows to a whole phrase, such as "128 recovery units".
    sort
        Name of the column that sorts it at first, with ``-`` before it for descending.
    url
        Row to its page.
    empty
        ``title``, ``text``, ``url``, ``action`` for a list without anything.
    export
        Name of the address of the CSV, which ends in ``.csv``; None where it does not leave the house.
    """

    caption: Any
    columns: Sequence[Column]
    count: Callable[[int], str]
    sort: str
    url: Callable[[Any], str] | None = None
    filters: type[Filters] | None = None
    empty: dict[str, Any] = field(default_factory=dict)
    export: str | None = None


def show_list(
    request: Any,
    template: str,
    what: List,
    rows: QuerySet[Any],
    context: dict[str, Any] | None = None,
    *,
    as_csv: bool = False,
    export_url: str | None = None,
) -> HttpResponse:
    """The page of a list, or with `as_csv` the whole list as CSV, which is an entry of the log."""
    form = what.filters(request.GET) if what.filters else None
    filtered = False
    if form is not None and not form.is_valid():
        rows, filtered = rows.none(), True  # never more than was asked for
    elif form is not None:
        filtered = any(v not in (None, "", []) for v in form.cleaned_data.values())
        rows = form.apply(rows)
    rows = rows.order_by(*_order(what, request.GET.get("sort", "")))
    if as_csv:
        return _csv(request, what, rows, form)
    # First which rows, then what is in them: a database sorts keys much faster than whole rows.
    page = Paginator(rows.values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    keys = list(page.object_list)
    found = {row.pk: row for row in rows.order_by().filter(pk__in=keys)}
    table = {
        "caption": what.caption,
        "columns": [
            # The label as text: each cell names it again, for the cards of a phone.
            {"label": str(c.label), "kind": c.kind, "sort": c.name if c.order else None}
            for c in what.columns
        ],
        "rows": [
            {"url": what.url(row) if what.url else None, "cells": [c.value(row) for c in what.columns]}
            for row in (found[key] for key in keys if key in found)
        ],
        "count": what.count(page.paginator.count),
        "sort": what.sort,
        "filters": form,
        "filtered": filtered,
        "page": page if page.paginator.num_pages > 1 else None,
        "export_url": export_url,
        "empty": what.empty,
    }
    return render(request, template, {**(context or {}), "table": table})


def _order(what: List, asked: str) -> list[str]:
    by_name = {c.name: c for c in what.columns if c.order}
    sort = asked if asked.lstrip("-") in by_name else what.sort
    column, descending = by_name.get(sort.lstrip("-")), sort.startswith("-")
    chosen = column.order if column else ()
    # The key last: without it rows that are alike could change places between two pages.  The same way round,
    # so that an index has the whole order.
    return [f"-{o}" if descending else o for o in (*chosen, "pk")]


def _csv(request: Any, what: List, rows: QuerySet[Any], form: Filters | None) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([str(c.label) for c in what.columns])
    number = 0
    for row in rows.iterator(chunk_size=2000):
        writer.writerow([safe_cell((c.plain or c.value)(row)) for c in what.columns])
        number += 1
    # Which filters, not what was typed: a name that was looked for must not stay in the log.
    used = (
        sorted(k for k, v in form.cleaned_data.items() if v) if form is not None and form.is_valid() else []
    )
    with writing(request.user, "list.exported") as log:
        log.note("list", what.export or "list", {"rows": number, "filters": used})
    # The mark at the start tells spreadsheets that it is UTF-8; without it Arabic comes out broken.
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{what.export or "list"}.csv"'
    return response


def safe_cell(value: Any) -> str:
    """A cell that no spreadsheet runs as a formula."""
    if isinstance(value, dict):  # a cell of the page: its words
        value = value.get("word") or value.get("label") or value.get("verbatim") or ""
    if isinstance(value, (int, float)):
        return str(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip()[:1] in _FORMULA or (text[:1] in "\t\r\n" and text) else text
