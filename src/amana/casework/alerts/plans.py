"""Where alerts are: a drawn plan of a few, and of many how many each named place has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.alerts import queries, showing
from amana.casework.alerts.models import Alert
from amana.casework.common.faults import language
from amana.geography import NARROW, WIDE, PlanSpot, draw_plan
from amana.numbering import parse
from amana.problems import InputProblems, Language

_WIDTHS = {"narrow": NARROW, "wide": WIDE}
DRAWN = 80
"""More positions are not drawn on one plan: their labels would not find room."""


def where(rows: Any, filters: Any, widths: Sequence[str] = tuple(_WIDTHS)) -> dict[str, Any]:
    """A plan with a row for each alert, or a row for each place.

    Parameters
    ----------
    filters
        What the address holds, kept in the addresses of the places.
    widths
        For which screens it is drawn: ``narrow``, ``wide``.
    """
    found = queries.positions(rows, DRAWN)
    if not found or len(found) > DRAWN:
        return {"figure": None, "places": _places(rows, filters), "too_many": len(found) > DRAWN}
    names = showing.place_names(found)
    labels = _labels(found)
    return {
        "figure": _figure(found, labels, widths),
        "rows": [
            {
                "label": labels[a.pk],
                "alert": a,
                "headline": showing.headline(a),
                "place": names.get(a.pcode, a.pcode),
                "position": showing.position(a),
                "uncertainty": showing.uncertainty(a),
                "anchor": _anchor(a),
            }
            for a in found
        ],
        "without": rows.filter(latitude=None).count(),
    }


def _labels(found: list[Alert]) -> dict[Any, str]:
    """The running part of each number, which is short enough for a plan; the whole one of two alike."""
    short = {a.pk: _running(a.number) for a in found}
    often = list(short.values())
    return {a.pk: short[a.pk] if often.count(short[a.pk]) == 1 else a.number for a in found}


def _running(number: str) -> str:
    try:
        return str(parse(number).running)
    except InputProblems:
        return number


def _anchor(alert: Alert) -> str:
    return f"at-{alert.pk}"


def _figure(found: list[Alert], labels: dict[Any, str], widths: Sequence[str]) -> dict[str, Any]:
    spots = tuple(
        (str(a.pk), float(a.latitude or 0.0), float(a.longitude or 0.0), a.uncertainty_m, labels[a.pk])
        for a in found
    )
    svg = mark_safe(
        "".join(
            format_html(
                '<div class="{}">{}</div>',
                _class(name, widths),
                mark_safe(_drawn(spots, _WIDTHS[name], language())),
            )
            for name in widths
        )
    )
    n = len(found)
    return {
        "id": "plan",
        "title": _("Plan of the alerts"),
        "svg": svg,
        "alternative": ngettext(
            "%(n)d alert, to scale, north up.", "%(n)d alerts, to scale, north up.", n
        ) % {"n": n},
        "caption": _("The number at each mark is the running number of the alert."),
    }  # fmt: skip


def _class(name: str, widths: Sequence[str]) -> str:
    """One of two is hidden by the width of the screen; a plan that is alone is always shown."""
    return name if len(widths) > 1 else "drawn-alone"


@lru_cache(maxsize=16)
def _drawn(spots: tuple[Any, ...], width: float, words: Language) -> str:
    """One plan.  Several boards show the same one, and drawing many labels takes long."""
    drawn = [PlanSpot(key, lat, lon, radius, label) for key, lat, lon, radius, label in spots]
    links = {key: f"#at-{key}" for key, *_rest in spots}
    return draw_plan(
        drawn, language=words, title=_("Plan of the alerts"), width=width, links=links, for_screen=True
    )


def _places(rows: Any, filters: Any) -> list[dict[str, Any]]:
    counted = queries.by_place(rows)
    names = showing.names_of_places([c["pcode"] for c in counted])
    return [
        {
            "name": names.get(c["pcode"], c["pcode"]),
            "pcode": c["pcode"],
            "count": c["n"],
            "late": c["late"],
            "url": _narrowed(filters, c["pcode"]) if c["pcode"] else None,
        }
        for c in counted
    ]


def _narrowed(filters: Any, pcode: str) -> str:
    query = filters.copy()
    query["place"] = pcode
    return f"{reverse('alerts')}?{query.urlencode()}"
