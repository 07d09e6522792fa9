"""Lists of things, hand-overs and discrepancies, with their filters in the address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amana.casework.common.access import needs
from amana.casework.common.lists import Column, Filters, List, show_list
from amana.casework.custody import queries, showing
from amana.casework.custody.models import Discrepancy, Item, Transfer
from amana.casework.custody.reading import read
from amana.casework.custody.rules import VIEW
from amana.casework.custody.views.common import SECTION, home


def _number(rows: Any, text: str, column: str = "number") -> Any:
    """Rows by a number typed in any form, or by a part of it."""
    typed = text.strip()
    if not typed:
        return rows
    whole = read(typed).number
    return rows.filter(**({column: whole} if whole else {f"{column}__icontains": typed}))


class _Filters(Filters):
    """Knows who looks."""

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data)
        self.user = user


# --- things ----------------------------------------------------------------------------------------------


class ItemFilters(_Filters):
    """Number, hands, state, kind and place."""

    number = forms.CharField(label=_("Number"), required=False, max_length=300)
    hands = forms.ChoiceField(
        label=_("In whose hands"),
        required=False,
        choices=[
            ("", _("anybody’s")),
            ("office", _("our office’s")),
            ("me", _("mine")),
            ("others", _("another office’s")),
        ],
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("every state")), *Item.State.choices]
    )
    kind = forms.ChoiceField(
        label=_("What it is"), required=False, choices=[("", _("everything")), *Item.Kind.choices]
    )
    store = forms.CharField(label=_("Number of the place"), required=False, max_length=40)

    def apply(self, rows: Any) -> Any:
        """The things that fit."""
        given = self.cleaned_data
        for name in ("state", "kind"):
            if given[name]:
                rows = rows.filter(**{name: given[name]})
        if given["hands"] == "office":
            rows = rows.filter(holder_office=self.user.office_id)
        elif given["hands"] == "me":
            rows = rows.filter(holder=self.user.pk)
        elif given["hands"] == "others":
            rows = rows.exclude(holder_office=self.user.office_id)
        return _number(_number(rows, given["store"], "store__number"), given["number"])


ITEMS = List(
    caption=_("Things in custody"),
    columns=(
        Column(_("Number"), lambda i: i.number, "id", "number", ("number",)),
        Column(_("What it is"), lambda i: i.get_kind_display(), "text", "kind", ("kind",)),
        Column(_("State"), showing.state_of_item, "state", "state", ("state",)),
        Column(_("Office that answers for it"), lambda i: i.holder_office, "text"),
        Column(_("Who"), lambda i: i.holder, "text"),
        Column(_("Where"), lambda i: i.store, "text"),
        Column(_("Since"), lambda i: i.since, "time", "since", ("since",)),
    ),
    count=lambda n: ngettext("%(n)d thing in custody", "%(n)d things in custody", n) % {"n": n},
    sort="number",
    url=lambda i: i.get_absolute_url(),
    empty={
        "title": _("Nothing is in custody yet."),
        "text": _("Whoever recovers remains, takes a sample or keeps a disk takes it into custody."),
    },
    export="custody",
)


@needs(VIEW)
def items(request: Any, as_csv: bool = False) -> HttpResponse:
    """Every thing in custody that the reader sees."""
    request.section = SECTION
    what = replace(ITEMS, filters=lambda data: ItemFilters(data, request.user))  # type: ignore[arg-type]
    return show_list(
        request, "custody/items.html", what, queries.items(request.user), {"trail": [home()]},
        as_csv=as_csv, export_url=reverse("items-csv"),
    )  # fmt: skip


# --- hand-overs -------------------------------------------------------------------------------------------


class TransferFilters(_Filters):
    """Number, direction, state, how long it waits, paper."""

    number = forms.CharField(label=_("Number"), required=False, max_length=300)
    way = forms.ChoiceField(
        label=_("Direction"),
        required=False,
        choices=[("", _("every direction")), ("to", _("to our office")), ("from", _("from our office"))],
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("every state")), *Transfer.State.choices]
    )
    late = forms.BooleanField(label=_("Waits for more than 24 hours"), required=False)
    paper = forms.ChoiceField(
        label=_("Paper"),
        required=False,
        choices=[
            ("", _("with or without")),
            ("yes", _("from a signed paper")),
            ("open", _("from a paper that nobody has confirmed")),
        ],
    )

    def apply(self, rows: Any) -> Any:
        """The hand-overs that fit."""
        given = self.cleaned_data
        if given["way"] == "to":
            rows = rows.filter(to_office=self.user.office_id)
        elif given["way"] == "from":
            rows = rows.filter(from_office=self.user.office_id)
        if given["state"]:
            rows = rows.filter(state=given["state"])
        if given["late"]:
            rows = queries.late(rows)
        if given["paper"]:
            rows = rows.filter(paper=True)
        if given["paper"] == "open":
            rows = rows.filter(confirmed_by=None)
        return _number(rows, given["number"])


def _paper(transfer: Transfer) -> str:
    if not transfer.paper:
        return _now("no")
    return _now("yes") if transfer.confirmed_by_id else _now("yes, not confirmed")


TRANSFERS = List(
    caption=_("Hand-overs"),
    columns=(
        Column(_("Number"), lambda t: t.number, "id", "number", ("number",)),
        Column(_("Offered at"), lambda t: t.offered_at, "time", "at", ("offered_at",)),
        Column(_("From"), lambda t: t.from_office, "text"),
        Column(_("To"), lambda t: t.to_office, "text"),
        Column(_("Things"), lambda t: t.things, "number", "things", ("things",)),
        Column(_("Purpose"), lambda t: t.purpose, "text"),
        Column(_("State"), showing.state_of_transfer, "state", "state", ("state",)),
        Column(_("From a paper"), _paper, "text"),
    ),
    count=lambda n: ngettext("%(n)d hand-over", "%(n)d hand-overs", n) % {"n": n},
    sort="-at",
    url=lambda t: t.get_absolute_url(),
    empty={
        "title": _("Nothing has been handed over yet."),
        "text": _("Whoever holds things offers them; the receiver accepts each one with its seal read back."),
    },
    export="hand-overs",
)


@needs(VIEW)
def transfers(request: Any, as_csv: bool = False) -> HttpResponse:
    """Every hand-over that the reader sees."""
    request.section = SECTION
    what = replace(TRANSFERS, filters=lambda data: TransferFilters(data, request.user))  # type: ignore[arg-type]
    return show_list(
        request, "custody/transfers.html", what, queries.transfers(request.user), {"trail": [home()]},
        as_csv=as_csv, export_url=reverse("transfers-csv"),
    )  # fmt: skip


# --- discrepancies ----------------------------------------------------------------------------------------


class DiscrepancyFilters(_Filters):
    """Number, state, kind."""

    number = forms.CharField(label=_("Number, of the question or the thing"), required=False, max_length=300)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("every state")), ("not-closed", _("not closed")), *Discrepancy.State.choices],
    )
    kind = forms.ChoiceField(
        label=_("What does not fit"),
        required=False,
        choices=[("", _("everything")), *Discrepancy.Kind.choices],
    )

    def apply(self, rows: Any) -> Any:
        """The discrepancies that fit."""
        given = self.cleaned_data
        if given["state"] == "not-closed":
            rows = rows.exclude(state=Discrepancy.State.CLOSED)
        elif given["state"]:
            rows = rows.filter(state=given["state"])
        if given["kind"]:
            rows = rows.filter(kind=given["kind"])
        typed = given["number"].strip()
        if not typed:
            return rows
        whole = read(typed).number
        if whole:
            return rows.filter(Q(number=whole) | Q(item__number=whole))
        return rows.filter(Q(number__icontains=typed) | Q(item__number__icontains=typed))


DISCREPANCIES = List(
    caption=_("What does not fit"),
    columns=(
        Column(_("Number"), lambda d: d.number, "id", "number", ("number",)),
        Column(_("What does not fit"), lambda d: d.get_kind_display(), "text", "kind", ("kind",)),
        Column(_("Thing"), lambda d: d.item and d.item.number, "id"),
        Column(_("Found by"), lambda d: d.office, "text"),
        Column(_("Concerns"), lambda d: d.other_office, "text"),
        Column(_("Opened at"), lambda d: d.at, "time", "at", ("at",)),
        Column(_("State"), showing.state_of_discrepancy, "state", "state", ("state",)),
    ),
    count=lambda n: ngettext("%(n)d discrepancy", "%(n)d discrepancies", n) % {"n": n},
    sort="-at",
    url=lambda d: d.get_absolute_url(),
    empty={
        "title": _("Nothing that does not fit."),
        "text": _("A seal that differs, something missing or too much is followed here to its end."),
    },
    export="discrepancies",
)


@needs(VIEW)
def discrepancies(request: Any, as_csv: bool = False) -> HttpResponse:
    """What does not fit, as far as the reader sees it."""
    request.section = SECTION
    what = replace(DISCREPANCIES, filters=lambda data: DiscrepancyFilters(data, request.user))  # type: ignore[arg-type]
    return show_list(
        request, "custody/discrepancies.html", what, queries.discrepancies(request.user),
        {"trail": [home()], "now": timezone.now()}, as_csv=as_csv, export_url=reverse("discrepancies-csv"),
    )  # fmt: skip
