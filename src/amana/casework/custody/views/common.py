"""What the pages of custody share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.custody import queries
from amana.casework.custody.models import Item, Store, Transfer
from amana.casework.custody.reading import Read
from amana.casework.custody.rules import HOLD
from amana.casework.custody.services import things as kept
from amana.casework.files.receiving import Received, receive_all
from amana.casework.files.uploads import holder_of
from amana.casework.incidents.editing import show_form
from amana.problems import InputProblem, InputProblems

SECTION = "custody"


def home() -> dict[str, str]:
    """The first step of every trail."""
    return {"url": reverse("custody"), "label": _("Custody")}


def trail_to_item(item: Item) -> list[dict[str, str]]:
    """The pages above one of a thing's."""
    return [home(), {"url": item.get_absolute_url(), "label": item.number}]


def trail_to_transfer(transfer: Transfer) -> list[dict[str, str]]:
    """The pages above one of a transfer's."""
    return [
        home(),
        {"url": reverse("transfers"), "label": _("Hand-overs")},
        {"url": transfer.get_absolute_url(), "label": transfer.number},
    ]


def trail_to_store(store: Store | None = None) -> list[dict[str, str]]:
    """The pages above one of a store's."""
    found = [home(), {"url": reverse("stores"), "label": _("Places")}]
    return [*found, {"url": store.get_absolute_url(), "label": str(store)}] if store else found


def must_hold(request: Any, record: Any) -> None:
    """Refuse the page of a form that could never be saved.

    Raises
    ------
    PermissionDenied
        When the record is in other hands.
    """
    if not request.user.has_perm(HOLD, record):
        raise PermissionDenied(HOLD)


def act_on_item(
    request: Any,
    number: str,
    make_form: Callable[[Any, dict[str, Any]], Any],
    save: Callable[[Item, dict[str, Any], dict[Any, int]], Any],
    *,
    title: str,
    submit: str,
    done: str,
    about: str = "",
) -> HttpResponse:
    """One act on one thing, with what the page showed carried along.

    Parameters
    ----------
    make_form
        A form out of what was sent, if anything, and the values it starts with.
    save
        Calls the service with the thing, what was typed and what was seen.
    title
        With ``%(number)s``.
    """
    item = queries.item(request.user, number)
    must_hold(request, item)
    form = make_form(request.POST or None, {"seen": item.seq})

    def saved(form: Any) -> HttpResponse:
        seen = form.seen_of(item)
        given = {k: v for k, v in form.cleaned_data.items() if k != "seen"}
        save(item, given, seen)
        messages.success(request, done)
        return redirect(item)

    return show_form(
        request, form, title=title % {"number": item.number}, about=about, submit=submit, save=saved,
        trail=trail_to_item(item), section=SECTION,
    )  # fmt: skip


def items_named(user: Any, reads: Sequence[Read], field: str = "things") -> list[Item]:
    """Things in custody by what was scanned.

    Raises
    ------
    InputProblems
        With each scan that is none that the person sees.
    """
    found = queries.items_by_numbers(user, [r.number for r in reads if r.number])
    problems: list[InputProblem] = []
    for one in reads:
        problem = queries.problem_of(one, one.number in found, field)
        if problem is not None:
            problems.append(problem)
    if problems:
        raise InputProblems(problems)
    return [found[r.number] for r in reads]


def things_named(user: Any, reads: Sequence[Read], field: str = "things") -> list[kept.Thing]:
    """Units, samples, effects and carriers by what was scanned, in custody or not.

    Raises
    ------
    InputProblems
        With each scan that is none that the person sees.
    """
    named = queries.things_by_numbers(user, reads, field)
    problems = [n.problem for n in named if n.problem is not None]
    if problems:
        raise InputProblems(problems)
    return [n.thing for n in named if n.thing is not None]


def picture_of(request: Any, given: dict[str, Any], accept: Sequence[str]) -> Received | None:
    """The picture that a form brought, taken in before the transaction; taken out of what was typed."""
    offered = given.pop("picture", None) or []
    found = receive_all(offered, holder=holder_of(request), accept=accept, most=1, field="picture")
    return found[0] if found else None


def printable(text: str) -> str:
    """Part of an address; nothing has a name that cannot be printed.

    Raises
    ------
    Http404
        For anything else.
    """
    if not text.isprintable():
        raise Http404
    return text
