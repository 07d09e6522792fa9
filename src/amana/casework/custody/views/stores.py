"""Places of storage and carriers of data."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.audit.queries import history_of
from amana.casework.common.access import needs
from amana.casework.common.lists import Column, List, show_list
from amana.casework.custody import forms, queries, services, showing
from amana.casework.custody.models import Carrier, Store
from amana.casework.custody.rules import HOLD, VIEW
from amana.casework.custody.services.stocktaking import stores_within
from amana.casework.custody.views.common import SECTION, home, must_hold, trail_to_store
from amana.casework.incidents.editing import show_form

SHOWN = 200


def _store_state(store: Store) -> dict[str, Any]:
    closed = store.closed_at is not None
    return {"kind": "closed" if closed else "done", "word": _now("out of use") if closed else _now("in use")}


STORES = List(
    caption=_("Places"),
    columns=(
        Column(_("Name"), lambda s: s.name, "text", "name", ("name",)),
        Column(_("Number"), lambda s: s.number, "id", "number", ("number",)),
        Column(_("Kind"), lambda s: s.get_kind_display(), "text", "kind", ("kind",)),
        Column(_("Inside"), lambda s: s.within, "text"),
        Column(_("Things"), lambda s: s.held, "number"),
        Column(_("Office"), lambda s: s.office, "text"),
        Column(_("State"), _store_state, "state"),
    ),
    count=lambda n: ngettext("%(n)d place", "%(n)d places", n) % {"n": n},
    sort="name",
    url=lambda s: s.get_absolute_url(),
    empty={
        "title": _("No place yet."),
        "text": _("Name the rooms, containers and shelves in which your office keeps things."),
    },
    export="places",
)


@needs(VIEW)
def stores(request: Any, as_csv: bool = False) -> HttpResponse:
    """Where things are kept."""
    request.section = SECTION
    context = {"may_add": HOLD in request.user.granted, "trail": [home()]}
    return show_list(
        request, "custody/stores.html", STORES, queries.stores_with_numbers(request.user), context,
        as_csv=as_csv, export_url=reverse("stores-csv"),
    )  # fmt: skip


@needs(VIEW)
def store(request: Any, number: str) -> HttpResponse:
    """One place: what is in it, what it stands in, when it was gone through."""
    request.section = SECTION
    user = request.user
    found = queries.store(user, number)
    inside = stores_within(found)
    held = queries.items(user).filter(store__in=inside).exclude(state__in=queries.GONE)
    counts = list(queries.stocktakes(user).filter(store=found).order_by("-began_at")[:10])
    context = {
        "store": found,
        "state": _store_state(found),
        "held": held.count(),
        "rows": [
            {"item": i, "state": showing.state_of_item(i)} for i in held.order_by("number")[:SHOWN]
        ],
        "inside": list(queries.stores(user).filter(within=found).order_by("name")),
        "counts": counts,
        "running": next((c for c in counts if c.ended_at is None), None),
        "may_hold": user.has_perm(HOLD, found) and found.closed_at is None,
        "history": history_of(found, user),
        "trail": trail_to_store(),
    }  # fmt: skip
    return render(request, "custody/store.html", context)


@needs(HOLD)
def add_store(request: Any) -> HttpResponse:
    """Name a place."""

    def save(form: Any) -> HttpResponse:
        made = services.add_store(request.user, **form.cleaned_data)
        messages.success(request, _now("The place is added."))
        return redirect(made)

    return show_form(
        request, forms.StoreForm(request.POST or None, user=request.user), title=_now("Add a place"),
        about=_now("A room, a container, a shelf: wherever somebody would look for a thing."),
        submit=_now("Add the place"), save=save, trail=trail_to_store(), section=SECTION,
    )  # fmt: skip


@needs(HOLD)
def change_store(request: Any, number: str) -> HttpResponse:
    """Correct a place."""
    found = queries.store(request.user, number)
    must_hold(request, found)

    def save(form: Any) -> HttpResponse:
        reason = form.cleaned_data.pop("reason")
        services.change_store(request.user, found, reason, **form.cleaned_data)
        messages.success(request, _now("The change is saved."))
        return redirect(found)

    initial = {"name": found.name, "kind": found.kind, "within": found.within}
    form = forms.ChangeStoreForm(request.POST or None, initial=initial, user=request.user, without=found.pk)
    return show_form(
        request, form, title=_now("Change the place %(name)s") % {"name": showing.apart(found)},
        submit=_now("Save the change"), save=save, trail=trail_to_store(found), section=SECTION,
    )  # fmt: skip


@needs(HOLD)
def close_store(request: Any, number: str) -> HttpResponse:
    """Take a place out of use."""
    found = queries.store(request.user, number)
    must_hold(request, found)

    def save(form: Any) -> HttpResponse:
        services.close_store(request.user, found, form.cleaned_data["reason"])
        messages.success(request, _now("The place is out of use."))
        return redirect(found)

    return show_form(
        request, forms.ReasonForm(request.POST or None),
        title=_now("Take %(name)s out of use") % {"name": showing.apart(found)},
        submit=_now("Take it out of use"), save=save, trail=trail_to_store(found), section=SECTION,
    )  # fmt: skip


# --- carriers of data -------------------------------------------------------------------------------------


def _item_of(carrier: Carrier) -> Any:
    return getattr(carrier, "item", None)


CARRIERS = List(
    caption=_("Carriers of data"),
    columns=(
        Column(_("Number"), lambda c: c.number, "id", "number", ("number",)),
        Column(_("Kind"), lambda c: c.get_kind_display(), "text", "kind", ("kind",)),
        Column(_("Description"), lambda c: c.description, "text"),
        Column(_("Serial number"), lambda c: c.serial, "id"),
        Column(
            _("Office that answers for it"), lambda c: _item_of(c) and _item_of(c).holder_office, "text"
        ),
        Column(_("Where"), lambda c: _item_of(c) and _item_of(c).store, "text"),
    ),
    count=lambda n: ngettext("%(n)d carrier of data", "%(n)d carriers of data", n) % {"n": n},
    sort="-number",
    url=lambda c: c.get_absolute_url(),
    empty={
        "title": _("No carrier of data yet."),
        "text": _("A disk, a card, a telephone or a case of papers that is kept as an object."),
    },
    export="carriers",
)  # fmt: skip


@needs(VIEW)
def carriers(request: Any, as_csv: bool = False) -> HttpResponse:
    """Disks, cards, telephones and papers that are kept as objects."""
    request.section = SECTION
    context = {"may_add": HOLD in request.user.granted, "trail": [home()]}
    return show_list(
        request, "custody/carriers.html", CARRIERS, queries.carriers(request.user), context,
        as_csv=as_csv, export_url=reverse("carriers-csv"),
    )  # fmt: skip


@needs(VIEW)
def carrier(request: Any, number: str) -> HttpResponse:
    """One carrier: what it is, and where."""
    request.section = SECTION
    found = queries.carrier(request.user, number)
    facts = [
        {"label": _now("Number"), "value": found.number, "kind": "id"},
        {"label": _now("Kind"), "value": found.get_kind_display()},
        {"label": _now("Description"), "value": found.description},
        {"label": _now("Serial number"), "value": found.serial, "kind": "id"},
        {"label": _now("SHA-256 of its image"), "value": found.sha256, "kind": "id"},
        {"label": _now("Office"), "value": found.office},
    ]
    context = {
        "carrier": found,
        "facts": facts,
        "custody": queries.card_for(request.user, found),
        "history": history_of(found, request.user),
        "trail": [home(), {"url": reverse("carriers"), "label": _now("Carriers of data")}],
    }
    return render(request, "custody/carrier.html", context)


@needs(HOLD)
def add_carrier(request: Any) -> HttpResponse:
    """Give a carrier a number."""

    def save(form: Any) -> HttpResponse:
        made = services.add_carrier(request.user, **form.cleaned_data)
        messages.success(
            request,
            _now("Write this number on its bag: %(number)s. Then take it into custody.")
            % {"number": made.number},
        )
        return redirect(made)

    return show_form(
        request, forms.CarrierForm(request.POST or None), title=_now("Add a carrier of data"),
        submit=_now("Add it"), save=save,
        trail=[home(), {"url": reverse("carriers"), "label": _now("Carriers of data")}], section=SECTION,
    )  # fmt: skip
