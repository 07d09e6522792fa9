"""Reading custody: where a thing is, who answers for it, since when, and how that came about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from amana.casework.accounts.models import Office, User
from amana.casework.custody.models import (
    Carrier,
    Discrepancy,
    Event,
    Item,
    Line,
    StockTake,
    Store,
    Transfer,
    sees_remains,
)
from amana.casework.custody.models.kinds import NOT_REMAINS
from amana.casework.custody.reading import Read, read
from amana.casework.custody.rules import HOLD, VIEW
from amana.casework.custody.services import things as kept
from amana.casework.laboratory.models import Sample
from amana.casework.numbers.queries import numbered
from amana.casework.numbers.services import CARRIER, EFFECT, SAMPLE
from amana.casework.recovery.models import Effect, Unit
from amana.numbering import parse
from amana.problems import InputProblem

LATE = timedelta(hours=24)
"""After so long an offer that nobody answered is shown to everybody whom it concerns."""
GONE = (Item.State.SPLIT, Item.State.LEFT, Item.State.WITHDRAWN)
"""States in which nobody holds anything any more."""
_PLACES, _OFFICES = ("holder", "store"), ("holder_office", "office")
"""Offices are not joined: a database may begin with the few of them, and then sort every thing of each."""


# --- things ------------------------------------------------------------------------------------------


def items(user: Any) -> Any:
    """Things in custody that the person sees, with where they are."""
    return Item.objects.visible_to(user).select_related(*_PLACES).prefetch_related(*_OFFICES)


def items_of_office(user: Any) -> Any:
    """Those that the person's office answers for: they are seen anyway, so that nothing else is asked."""
    if VIEW not in user.granted:
        return Item.objects.none()
    rows = Item.objects.filter(holder_office=user.office_id)
    rows = rows if sees_remains(user) else rows.filter(kind__in=NOT_REMAINS)
    return rows.select_related(*_PLACES).prefetch_related(*_OFFICES)


def item(user: Any, number: str) -> Item:
    """One of them, by its number in any form that people write; 404 if there is none."""
    found: Item = numbered(items(user), number)
    return found


def item_by_number(user: Any, text: str) -> tuple[Item | None, InputProblem | None]:
    """The thing whose number or code was typed or scanned; or what is wrong with it, if it looks like one."""
    one = read(text)
    if not one.number:
        return None, one.problem
    return items(user).filter(number=one.number).first(), None


def items_by_numbers(user: Any, numbers: Iterable[str]) -> dict[str, Item]:
    """Things that the person sees, by their numbers."""
    found: dict[str, Item] = {}
    for part in kept.parts(numbers):
        found.update({i.number: i for i in items(user).filter(number__in=part)})
    return found


def events(item: Item) -> list[Event]:
    """What happened to a thing, in the order in which it was written."""
    rows = Event.objects.filter(item=item).order_by("seq")
    return list(rows.select_related("by", "from_office", "to_office", "to_person", "store", "transfer"))


def card_for(user: Any, thing: Any) -> dict[str, Any] | None:
    """Where a thing is, who answers for it, since when: for ``custody/_card.html``.

    One query.  None for who does not see custody.  Effects that are in no custody of their own are where
    their unit is.
    """
    if "custody.view" not in user.granted:
        return None
    from amana.casework.custody import showing

    kind = kept.kind_of(thing)
    rows = items(user).filter(**{kind: thing.pk})
    if isinstance(thing, Effect):
        rows = items(user).filter(Q(effect=thing.pk) | Q(unit=thing.unit_id)).order_by("kind")
    found = rows.first()
    return {
        **(showing.in_words(found) if found is not None else {}),
        "item": found,
        "number": kept.number_of(thing),
        "with_unit": found is not None and found.kind != kind,
        "may_take": HOLD in user.granted and (found is None or found.kind != kind),
    }


def not_here(by: Any, samples: Sequence[Sample]) -> list[str]:
    """Barcodes of the samples that custody says the person's office does not have in its hands."""
    found: list[str] = []
    for part in kept.parts([s.pk for s in samples]):
        elsewhere = Item.objects.filter(sample__in=part).exclude(
            holder_office=by.office_id, state=Item.State.HELD
        )
        found += elsewhere.order_by("number").values_list("number", flat=True)
    return found


# --- things by number, in custody or not ----------------------------------------------------------------


class Named(NamedTuple):
    """What was scanned or typed: the thing it is, or why it is none."""

    read: Read
    thing: kept.Thing | None
    problem: InputProblem | None


def things_by_numbers(user: Any, reads: Sequence[Read], field: str = "things") -> list[Named]:
    """Units, samples, effects and carriers that the person sees, by what was scanned."""
    numbers = [r.number for r in reads if r.number]
    found: dict[str, kept.Thing] = {}
    for part in kept.parts(numbers):
        found.update(_of_numbers(user, part))
    return [Named(r, found.get(r.number), problem_of(r, r.number in found, field)) for r in reads]


def _of_numbers(user: Any, numbers: Sequence[str]) -> dict[str, kept.Thing]:
    """By the second part of a number one sees what it numbers."""
    by_place: dict[int, list[str]] = {}
    for number in numbers:
        place = parse(number).place
        by_place.setdefault(place if place in (SAMPLE, EFFECT, CARRIER) else 0, []).append(number)
    units = Unit.objects.visible_to(user) if sees_remains(user) else Unit.objects.none()
    effects = Effect.objects.visible_to(user) if sees_remains(user) else Effect.objects.none()
    rows: list[kept.Thing] = []
    rows += units.filter(number__in=by_place.get(0, []))
    rows += samples_seen(user).filter(barcode__in=by_place.get(SAMPLE, []))
    rows += effects.filter(number__in=by_place.get(EFFECT, [])).select_related("unit")
    rows += Carrier.objects.visible_to(user).filter(number__in=by_place.get(CARRIER, []))
    return {kept.number_of(row): row for row in rows}


def samples_seen(user: Any) -> Any:
    """Samples that somebody may take: of their office, its units and relatives, or that they see anyway."""
    own = Q(office=user.office_id) | Q(unit__office=user.office_id) | Q(relative__office=user.office_id)
    held = Item.objects.filter(holder_office=user.office_id, unit__isnull=False).values("unit")
    visible = Sample.objects.visible_to(user).values("pk")
    found = Sample._base_manager.filter(own | Q(pk__in=visible) | Q(unit__in=held))
    return found.select_related("unit", "relative") if HOLD in user.granted else found.none()


def problem_of(one: Read, found: bool, field: str) -> InputProblem | None:
    """Why a scan is nothing that the person sees."""
    if found:
        return None
    if one.problem is not None:
        return InputProblem(one.problem.code, field=field, params=one.problem.params)
    return InputProblem("custody.no-such-thing", field=field, params={"given": one.text[:80]})


# --- transfers --------------------------------------------------------------------------------------------


def transfers(user: Any) -> Any:
    """Transfers that the person sees."""
    rows = Transfer.objects.visible_to(user).select_related("to_person")
    return rows.prefetch_related("from_office", "to_office", "by")


def transfer(user: Any, number: str) -> Transfer:
    """One of them; 404 if there is none."""
    rows = transfers(user).select_related("settled_by", "paper_by", "confirmed_by", "paper_file")
    found: Transfer = numbered(rows, number)
    return found


def lines(user: Any, transfer: Transfer) -> list[Line]:
    """Its things, as far as the person sees them."""
    rows = Line.objects.filter(transfer=transfer).select_related("item", "by")
    if not sees_remains(user):
        rows = rows.filter(item__kind__in=("sample", "carrier"))
    return list(rows.order_by("item__number"))


def must_read_back(user: Any, transfer: Transfer) -> bool:
    """Whether the person may still have to read the seals back: then they are not shown the given ones."""
    return (
        transfer.state == Transfer.State.OFFERED
        and user.office_id == transfer.to_office_id
        and user.pk != transfer.by_id
    )


def waiting_in(item: Item) -> Transfer | None:
    """The transfer that a thing waits in."""
    rows = Line.objects.filter(item=item, outcome=Line.Outcome.WAITING)
    line = rows.select_related("transfer__from_office", "transfer__to_office", "transfer__by").first()
    return line.transfer if line is not None else None


def receivers() -> Any:
    """Offices that something can be offered to: all of them."""
    return Office.objects.all().order_by("code")


def receiving_people(office: Any) -> list[User]:
    """People of an office who may receive things."""
    rows = (
        User.objects.filter(office=office, is_active=True).prefetch_related("holdings").order_by("username")
    )
    return [u for u in rows if HOLD in u.granted]


def late(rows: Any) -> Any:
    """Those that have waited for more than a day."""
    return rows.filter(state=Transfer.State.OFFERED, offered_at__lt=timezone.now() - LATE)


def papers_to_confirm(user: Any) -> Any:
    """Hand-overs from a paper between the person's office and another that somebody else entered."""
    rows = transfers(user).filter(paper=True, confirmed_by=None).exclude(paper_by=user.pk)
    return rows.filter(Q(from_office=user.office_id) | Q(to_office=user.office_id))


# --- the rest -----------------------------------------------------------------------------------------------


def discrepancies(user: Any) -> Any:
    """What does not fit, as far as the person sees it."""
    return Discrepancy.objects.visible_to(user).select_related(
        "item", "transfer", "office", "other_office", "by", "answered_by", "closed_by", "held_by"
    )


def discrepancies_of_office(user: Any) -> Any:
    """What is not closed and is for the person's office to follow."""
    rows = discrepancies(user).exclude(state=Discrepancy.State.CLOSED)
    return rows.filter(Q(office=user.office_id) | Q(other_office=user.office_id))


def discrepancy(user: Any, number: str) -> Discrepancy:
    """One of them; 404 if there is none."""
    found: Discrepancy = numbered(discrepancies(user), number)
    return found


def stores(user: Any) -> Any:
    """Places of storage that the person sees."""
    return Store.objects.visible_to(user).select_related("office", "within")


def stores_with_numbers(user: Any) -> Any:
    """Places, each with how many things the book says are in it."""
    inside = Item.objects.filter(store=OuterRef("pk")).exclude(state__in=GONE).order_by().values("store")
    held = Subquery(inside.annotate(n=Count("pk")).values("n"))
    return stores(user).annotate(held=Coalesce(held, 0))


def store(user: Any, number: str) -> Store:
    """One of them; 404 if there is none."""
    found: Store = numbered(stores(user), number)
    return found


def own_stores(user: Any) -> Any:
    """Stores of the person's office that are in use, in which they can put things."""
    return Store.objects.filter(office=user.office_id, closed_at=None).order_by("name", "number")


def carriers(user: Any) -> Any:
    """Carriers of data that the person sees."""
    return Carrier.objects.visible_to(user).select_related("office", "item__holder_office", "item__store")


def carrier(user: Any, number: str) -> Carrier:
    """One of them; 404 if there is none."""
    found: Carrier = numbered(carriers(user), number)
    return found


def stocktakes(user: Any) -> Any:
    """Stock-takings that the person sees."""
    return StockTake.objects.visible_to(user).select_related("store", "by", "office")


def stocktake(user: Any, number: str) -> StockTake:
    """One of them; 404 if there is none."""
    found: StockTake = numbered(stocktakes(user), number)
    return found
