"""The duty board: what waits, how long, who has it; the list of all alerts; where they are."""

from __future__ import annotations

import time
from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.alerts import plans, queries, showing
from amana.casework.alerts.models import Alert
from amana.casework.common.access import needs
from amana.casework.common.lists import Column, Filters, List, show_list

REDRAWN = 60
"""Seconds after which the ages on a board are drawn anew although nothing happened."""
_YES: list[tuple[str, Any]] = [("", _("all")), ("yes", _("only these"))]


class AlertFilters(Filters):
    """What the board and the list are narrowed by; all of it stands in the address."""

    words = forms.CharField(label=_("Number, or words of the sentence"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("every state")), *Alert.State.choices]
    )
    priority = forms.ChoiceField(
        label=_("How soon"), required=False,
        choices=[("", _("everything")), *((k or "none", label) for k, label in Alert.Priority.choices)],
    )  # fmt: skip
    whose = forms.ChoiceField(
        label=_("Who has it"), required=False,
        choices=[("", _("everybody")), ("mine", _("I have it")), ("nobody", _("nobody has it"))],
    )  # fmt: skip
    place = forms.CharField(label=_("Place, or its P-code"), required=False, max_length=120)
    days = forms.IntegerField(
        label=_("Received in the last days"), required=False, min_value=1, max_value=36_500
    )
    photos = forms.ChoiceField(label=_("With photos or videos"), required=False, choices=_YES)
    danger = forms.ChoiceField(label=_("With danger"), required=False, choices=_YES)
    overdue = forms.ChoiceField(label=_("Overdue"), required=False, choices=_YES)
    unread = forms.ChoiceField(label=_("With additions that nobody read"), required=False, choices=_YES)

    user: Any = None

    @classmethod
    def of(cls, user: Any) -> type[AlertFilters]:
        """The form for one reader, who may ask for what they have themselves."""
        return type(cls.__name__, (cls,), {"user": user})

    def apply(self, rows: Any) -> Any:
        """The alerts that fit."""
        return queries.narrowed(rows, self.user, **self.cleaned_data)


ALERTS = List(
    caption=_("Alerts"),
    columns=(
        Column(_("Number"), lambda a: a.number, "id", "number", ("number",)),
        Column(_("What it is"), showing.headline),
        Column(_("State"), showing.state, "state", "state", ("state", "received_at")),
        Column(_("How soon"), showing.priority, "state", plain=lambda a: a.get_priority_display()),
        Column(_("Next act due"), lambda a: a.due_at, "time", "due", ("due_at",)),
        Column(_("Who has it"), showing.holder),
        Column(_("Place"), showing.place, plain=showing.place),
        Column(
            _("How many"), showing.count, "count",
            plain=lambda a: "" if a.low is None else f"{a.low}–{a.high}" if a.high != a.low else str(a.low),
        ),
        Column(_("What is counted"), lambda a: a.get_counted_display()),
        Column(_("Received"), lambda a: a.received_at, "time", "received", ("received_at",)),
        Column(_("Office"), lambda a: a.office),
    ),
    count=lambda n: ngettext("%(n)d alert", "%(n)d alerts", n) % {"n": n},
    sort="-received",
    url=lambda a: a.get_absolute_url(),
    empty={
        "title": _("No alert yet."),
        "text": _("An alert is one report of remains or graves, from the public form or an operator."),
    },
    export="alerts",
)  # fmt: skip


@needs("alerts.view")
def alerts_list(request: Any, as_csv: bool = False) -> HttpResponse:
    """Every alert that one sees, as a list."""
    request.section = "alerts"
    what = List(**{**ALERTS.__dict__, "filters": AlertFilters.of(request.user)})
    trail = [{"url": reverse("alerts"), "label": _now("Alerts")}]
    rows = queries.alerts(request.user)
    return show_list(
        request, "alerts/list.html", what, rows, {"trail": trail}, as_csv=as_csv,
        export_url=reverse("alerts-csv"),
    )  # fmt: skip


def _narrowed(request: Any) -> tuple[Any, Any, bool]:
    """The form, the rows that wait and fit it, and whether it holds anything."""
    form = AlertFilters.of(request.user)(request.GET)
    rows = queries.waiting_rows(request.user)
    if not form.is_valid():
        return form, rows.none(), True
    filtered = any(v not in (None, "", []) for v in form.cleaned_data.values())
    return form, form.apply(rows), filtered


@needs("alerts.view")
def board(request: Any) -> HttpResponse:
    """The duty board."""
    request.section = "alerts"
    form, rows, filtered = _narrowed(request)
    context = {
        **_lanes(request, rows),
        "table": {"filters": form, "filtered": filtered},
        "may_enter": "alerts.record" in request.user.granted,
        "plan_url": _with_query(request, "alerts-plan"),
        "list_url": _with_query(request, "alerts-list"),
    }
    return render(request, "alerts/board.html", context)


@needs("alerts.view")
def lanes(request: Any) -> HttpResponse:
    """The lanes alone, for a board that stands open: nothing (204) where nothing happened.

    ``seen`` says how long the log was and when the board was drawn.  A quiet board costs one question.
    """
    request.section = "alerts"
    size, drawn = _seen(request.GET.get("seen", ""))
    now = queries.head_of_log()
    changed = queries.changed_since(size, now)
    if not changed and time.time() - drawn < REDRAWN:
        return HttpResponse(status=204)
    _form, rows, _filtered = _narrowed(request)
    response = render(request, "alerts/_lanes.html", {**_lanes(request, rows, now), "news": changed})
    if changed:
        response["HX-Trigger"] = "alerts-changed"
    return response


@needs("alerts.view")
def plan(request: Any) -> HttpResponse:
    """Where the alerts of the board are: a plan, or more than fit on one as places."""
    request.section = "alerts"
    form, rows, filtered = _narrowed(request)
    part = getattr(request, "htmx", False)
    context = {
        "where": plans.where(rows, _query(request), ("narrow",) if part else ("narrow", "wide")),
        "table": {"filters": form, "filtered": filtered},
        "trail": [{"url": _with_query(request, "alerts"), "label": _now("Alerts")}],
        "plan_url": _with_query(request, "alerts-plan"),
    }
    return render(request, "alerts/_where.html" if part else "alerts/plan.html", context)


def _lanes(request: Any, rows: Any, size: int | None = None) -> dict[str, Any]:
    """What the lanes show, and how to ask for them again."""
    size = queries.head_of_log() if size is None else size
    now = timezone.now()
    made = queries.lanes(rows)
    names = showing.place_names([row.alert for lane in made for row in lane.rows])
    user = request.user
    shown = [
        {
            "lane": lane,
            "shape": showing.SHAPES[Alert.State(lane.state)],
            "rows": [showing.board_row(user, row, names, now) for row in lane.rows],
            "more_url": _with_query(request, "alerts-list", state=lane.state, sort="due"),
        }
        for lane in made
    ]
    waiting, late = sum(lane.count for lane in made), sum(lane.overdue for lane in made)
    return {
        "lanes": shown,
        "totals": showing.totals(waiting, late),
        "late": late,
        "at": now,
        "lanes_url": _with_query(request, "alerts-lanes", seen=f"{size}.{int(time.time())}"),
    }


def _seen(given: str) -> tuple[int, int]:
    """Length of the log and time of a board that was drawn; zeros where that cannot be read."""
    size, _dot, drawn = given.partition(".")
    whole = size.isascii() and size.isdigit() and drawn.isascii() and drawn.isdigit() and len(given) < 40
    return (int(size), int(drawn)) if whole else (0, 0)


def _query(request: Any) -> QueryDict:
    """The filters of the address."""
    query = request.GET.copy()
    for name in ("seen", "page", "sort"):
        query.pop(name, None)
    return query  # type: ignore[no-any-return]


def _with_query(request: Any, name: str, **more: str) -> str:
    query = _query(request)
    for key, value in more.items():
        query[key] = value
    text = query.urlencode()
    return f"{reverse(name)}?{text}" if text else reverse(name)
