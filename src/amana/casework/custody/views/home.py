"""What is in one's hands, what waits for one, and where a thing is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from amana.casework.common.access import needs
from amana.casework.common.faults import in_words
from amana.casework.custody import queries, showing
from amana.casework.custody.models import Discrepancy, Event, Item, Transfer
from amana.casework.custody.reading import read
from amana.casework.custody.rules import HOLD, SETTLE, VIEW
from amana.casework.custody.views.common import SECTION, home
from amana.problems import InputProblem

SHOWN = 20
"""Rows of each kind on the first page; the lists show all."""


@needs(VIEW)
def custody(request: Any) -> HttpResponse:
    """What waits, what is in whose hands; a code that is scanned opens its thing."""
    request.section = SECTION
    user = request.user
    code = request.GET.get("code", "")
    opened, problem = _opened(user, code) if code.strip() else (None, None)
    if opened is not None:
        return redirect(opened)
    mine = queries.items_of_office(user)
    context = {
        "code": code,
        "fault": in_words(problem) if problem else "",
        "late": _rows(queries.late(_open(user)).order_by("offered_at")),
        "to_us": _rows(_open(user).filter(to_office=user.office_id).order_by("offered_at")),
        "from_us": _rows(_open(user).filter(from_office=user.office_id).order_by("offered_at")),
        "lost": list(queries.items(user).filter(state=Item.State.UNLOCATED).order_by("since")[:SHOWN]),
        "found": _discrepancies(user),
        "papers": list(queries.papers_to_confirm(user).order_by("offered_at")[:SHOWN]),
        "counts": list(queries.stocktakes(user).filter(office=user.office_id, ended_at=None)[:SHOWN]),
        "held": mine.exclude(state__in=queries.GONE).count(),
        "by_me": [
            {"item": i, "state": showing.state_of_item(i)}
            for i in mine.filter(holder=user).exclude(state__in=queries.GONE).order_by("-since")[:SHOWN]
        ],
        "may_hold": HOLD in user.granted,
        "may_settle": SETTLE in user.granted,
    }
    return render(request, "custody/home.html", context, status=404 if problem else 200)


def _open(user: Any) -> Any:
    return queries.transfers(user).filter(state=Transfer.State.OFFERED)


def _rows(rows: Any) -> list[dict[str, Any]]:
    return [{"transfer": t, "late": showing.is_late(t)} for t in rows[:SHOWN]]


def _discrepancies(user: Any) -> list[dict[str, Any]]:
    rows = queries.discrepancies_of_office(user).order_by("at")[:SHOWN]
    return [{"found": d, "state": showing.state_of_discrepancy(d)} for d in rows]


def _opened(user: Any, code: str) -> tuple[Any, InputProblem | None]:
    """What was scanned: a thing, a hand-over or a place; or why it is nothing."""
    one = read(code)
    for rows in (queries.items(user), queries.transfers(user), queries.stores(user), queries.carriers(user)):
        found = rows.filter(number=one.number).first() if one.number else None
        if found is not None:
            return found, None
    (named,) = queries.things_by_numbers(user, [one], "code")
    if named.thing is not None and HOLD in user.granted:
        return f"{reverse('custody-take')}?n={one.number}", None
    return None, queries.problem_of(one, False, "code")


@needs(VIEW)
def item(request: Any, number: str) -> HttpResponse:
    """One thing: where it is, who answers for it, since when, and all that happened to it."""
    request.section = SECTION
    user = request.user
    found = queries.item(user, number)
    events = queries.events(found)
    waiting = queries.waiting_in(found)
    hide = waiting is not None and queries.must_read_back(user, waiting)
    rows = list(queries.discrepancies(user).filter(item=found).order_by("at"))
    open_rows = [d for d in rows if d.state != Discrepancy.State.CLOSED]
    transfers = {
        e.transfer_id: str(e.transfer.to_office)
        for e in events
        if e.transfer is not None and e.kind == Event.Kind.OFFERED
    }
    mine = user.has_perm(HOLD, found)
    context = {
        "item": found,
        "state": showing.state_of_item(found),
        "answer": {"where": showing.where(found), "who": showing.answers_for(found)},
        "waiting": waiting,
        "late": waiting is not None and showing.is_late(waiting),
        "facts": showing.facts_of_item(user, found, hide_seal=hide),
        "timeline": showing.timeline(found, events, transfers),
        "events": [showing.told(e, hide_seal=hide) for e in reversed(events)],
        "discrepancies": [{"found": d, "state": showing.state_of_discrepancy(d)} for d in rows],
        "steps": showing.steps_of_item(found, waiting, open_rows),
        "acts": _acts(found, mine, events),
        "may_report": VIEW in user.granted,
        "may_accept": hide,
        "trail": [home()],
    }
    return render(request, "custody/item.html", context)


def _acts(item: Item, mine: bool, events: list[Event]) -> dict[str, bool]:
    """What the reader can do with it now."""
    held = mine and item.state == Item.State.HELD
    divided = any(e.kind == Event.Kind.SPLIT for e in events)
    return {
        "offer": held,
        "move": held,
        "seal": held and not item.seal,
        "open": held and bool(item.seal),
        "missing": held,
        "found": mine and item.state == Item.State.UNLOCATED,
        "emptied": held and divided,
    }
