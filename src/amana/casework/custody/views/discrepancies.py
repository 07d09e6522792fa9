"""One thing that does not fit, and its way to an end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from amana.casework.audit.queries import history_of
from amana.casework.common.access import needs
from amana.casework.custody import forms, queries, services, showing
from amana.casework.custody.models import Discrepancy, Item, Transfer
from amana.casework.custody.rules import HOLD, SETTLE, VIEW
from amana.casework.custody.services.discrepancies import decision_due, sides
from amana.casework.custody.views.common import SECTION, home
from amana.casework.incidents.editing import show_form


def _trail(found: Discrepancy) -> list[dict[str, Any]]:
    return [
        home(),
        {"url": reverse("discrepancies"), "label": _("What does not fit")},
        {"url": found.get_absolute_url(), "label": found.number},
    ]


@needs(VIEW)
def discrepancy(request: Any, number: str) -> HttpResponse:
    """What was seen, what was found out, how it ended."""
    request.section = SECTION
    user = request.user
    found = queries.discrepancy(user, number)
    answers = found.state == Discrepancy.State.OPEN and (
        user.has_perm(HOLD, found) or user.has_perm(SETTLE, found)
    )
    second = found.state == Discrepancy.State.ANSWERED and user.has_perm(SETTLE, found)
    context = {
        "found": found,
        "state": showing.state_of_discrepancy(found),
        "kind": capfirst(found.get_kind_display()),
        "facts": _facts(user, found),
        "may_answer": answers,
        "may_close": second and found.answered_by_id != user.pk,
        "own_answer": second and found.answered_by_id == user.pk,
        "steps": [] if found.state == Discrepancy.State.CLOSED else [showing.step_of_discrepancy(found)],
        "history": history_of(found, user),
        "trail": _trail(found)[:2],
    }
    return render(request, "custody/discrepancy.html", context)


def _facts(user: Any, found: Discrepancy) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"label": _("Found by"), "value": found.by, "basis": str(found.office)},
        {"label": _("Found at"), "value": found.at, "kind": "time"},
    ]
    if found.other_office is not None:
        rows.append({"label": _("Concerns"), "value": found.other_office})
    if found.item is not None:
        seen = Item.objects.visible_to(user).filter(pk=found.item_id).exists()
        url = found.item.get_absolute_url() if seen else None
        rows.append({"label": _("Thing"), "value": found.item.number, "kind": "id", "url": url})
    if found.transfer is not None:
        seen = Transfer.objects.visible_to(user).filter(pk=found.transfer_id).exists()
        url = found.transfer.get_absolute_url() if seen else None
        rows.append({"label": _("Hand-over"), "value": found.transfer.number, "kind": "id", "url": url})
    if found.held_by is not None:
        rows.append({"label": _("Who answers for it since"), "value": found.held_by})
    return rows


@needs(VIEW)
def answer(request: Any, number: str) -> HttpResponse:
    """Say what was found out."""
    found = queries.discrepancy(request.user, number)

    def save(form: Any) -> HttpResponse:
        services.answer(request.user, found, form.cleaned_data["words"])
        messages.success(request, _("It is answered, and waits for a second person."))
        return redirect(found)

    return show_form(
        request, forms.WordsForm(request.POST or None),
        title=_("Answer %(number)s") % {"number": found.number}, quoted=found.words, submit=_("Answer it"),
        save=save, trail=_trail(found), section=SECTION,
    )  # fmt: skip


@needs(SETTLE)
def reopen(request: Any, number: str) -> HttpResponse:
    """Do not agree with the answer."""
    found = queries.discrepancy(request.user, number)

    def save(form: Any) -> HttpResponse:
        services.reopen(request.user, found, form.cleaned_data["reason"])
        messages.success(request, _("It is open again."))
        return redirect(found)

    return show_form(
        request, forms.ReasonForm(request.POST or None),
        title=_("Open %(number)s again") % {"number": found.number}, quoted=found.answer,
        submit=_("Open it again"), save=save, trail=_trail(found), section=SECTION,
    )  # fmt: skip


@needs(SETTLE)
def close(request: Any, number: str) -> HttpResponse:
    """Agree with the answer; for a disputed thing, say who answers for it from now on."""
    user = request.user
    found = queries.discrepancy(user, number)
    item = found.item
    due = item is not None and decision_due(found, item)
    form: Any = forms.CloseForm(request.POST or None)
    if due and item is not None:
        form = forms.DecideForm(request.POST or None, user=user, sides=sides(found, item, found.transfer))

    def save(form: Any) -> HttpResponse:
        given = form.cleaned_data
        decision = services.Decision(given["holder"], given["store"], given["seal"]) if due else None
        services.close(user, found, given["words"], decision)
        messages.success(request, _("It is closed."))
        return redirect(found)

    about = _("Of the two people who answer and close, one is of the office that answers for the thing then.")
    return show_form(
        request, form, title=_("Close %(number)s") % {"number": found.number}, about=about if due else "",
        quoted=found.answer, submit=_("Close it"), save=save, trail=_trail(found), section=SECTION,
    )  # fmt: skip
