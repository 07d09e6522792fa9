"""Offering things, and taking an offer back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.accounts.models import User
from amana.casework.common.access import needs
from amana.casework.common.faults import add_to_form
from amana.casework.custody import forms, queries, services
from amana.casework.custody.models import Item
from amana.casework.custody.reading import read
from amana.casework.custody.rules import HOLD
from amana.casework.custody.views.common import SECTION, home, items_named, must_hold, trail_to_transfer
from amana.casework.incidents.editing import show_form
from amana.problems import InputProblem, InputProblems

LISTED = 100
"""Things to pick from; with more, a place is chosen first, or they are scanned."""


@needs(HOLD)
def offer(request: Any) -> HttpResponse:
    """Pick from what the office holds, or scan it, and say to whom it goes."""
    request.section = SECTION
    user = request.user
    form = forms.OfferForm(request.POST or None, initial={"things": request.GET.get("n", "")[:60]})
    if request.method == "POST" and form.is_valid():
        try:
            transfer = _offered(request, form.cleaned_data)
        except InputProblems as problems:
            add_to_form(form, problems)
        else:
            text = ngettext(
                "%(n)d thing is offered as %(number)s. You answer for it until it is accepted.",
                "%(n)d things are offered as %(number)s. You answer for them until they are accepted.",
                transfer.things,
            )
            messages.success(request, text % {"n": transfer.things, "number": transfer.number})
            return redirect(transfer)
    store = request.GET.get("store", "")
    held = queries.items(user).filter(holder_office=user.office_id, state=Item.State.HELD)
    if store and store.isprintable():
        held = held.filter(store__number=store)
    context = {
        "form": form,
        "held": list(held.order_by("number")[:LISTED]),
        "more": max(0, held.count() - LISTED),
        "picked": set(request.POST.getlist("pick")),
        "stores": list(queries.own_stores(user)),
        "store": store,
        "trail": [home()],
    }
    return render(request, "custody/offer.html", context, status=400 if form.errors else 200)


def _offered(request: Any, given: dict[str, Any]) -> Any:
    reads = list(given["things"])
    typed = {r.number for r in reads}
    reads += [read(number) for number in request.POST.getlist("pick")[:LISTED] if number not in typed]
    items = items_named(request.user, reads)
    seen = {i.pk: int(s) for i in items if (s := request.POST.get(f"seen-{i.pk}", "")).isdecimal()}
    person = _person(given["to_person"], given["to_office"])
    return services.offer(
        request.user, items, given["to_office"], given["purpose"], to_person=person,
        vehicle=given["vehicle"], unsealed=given["unsealed"], at=given["at"], seen=seen,
    )  # fmt: skip


def _person(name: str, office: Any) -> User | None:
    """Who is meant, by sign-in name.

    Raises
    ------
    InputProblems
        For a name that nobody of that office has.
    """
    if not name.strip():
        return None
    found = User.objects.filter(username=name.strip(), office=office).first()
    if found is None:
        raise InputProblems([InputProblem("custody.cannot-receive", field="to_person")])
    return found


@needs(HOLD)
def withdraw(request: Any, number: str) -> HttpResponse:
    """Take back what waits of an offer."""
    transfer = queries.transfer(request.user, number)
    must_hold(request, transfer)

    def save(form: Any) -> HttpResponse:
        services.withdraw_offer(request.user, transfer, form.cleaned_data["reason"])
        messages.success(request, _("What waited of it is taken back. Your office holds it as before."))
        return redirect(transfer)

    return show_form(
        request,
        forms.ReasonForm(request.POST or None),
        title=_("Take back the offer %(number)s") % {"number": transfer.number},
        about=_("What was accepted already stays with the receiver."),
        submit=_("Take back the offer"),
        save=save,
        trail=trail_to_transfer(transfer),
        section=SECTION,
    )
