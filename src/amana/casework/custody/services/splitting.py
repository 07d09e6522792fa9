"""What happens to custody when another station divides a unit or withdraws a record.

Called inside that station's transaction, after it has locked its own rows: things before items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from amana.casework.audit.writing import Log
from amana.casework.custody.models import Event, Item
from amana.casework.custody.services import things as kept
from amana.casework.custody.services.book import Book, not_held, stale
from amana.casework.incidents.checks import refuse
from amana.casework.recovery.models import Unit
from amana.problems import InputProblem


@dataclass(frozen=True)
class Held:
    """A unit in custody that is about to be divided; its row is locked."""

    book: Book
    item: Item


def before(log: Log, by: Any, unit: Unit, seen: int | None = None) -> Held | None:
    """Refuse to divide what this office does not have open in its hands; None where it is in no custody.

    Parameters
    ----------
    unit
        Locked by the caller, so that nobody takes it into custody meanwhile.
    seen
        Number of its last event, as the page showed it.

    Raises
    ------
    InputProblems
        For a unit that is held by another office, sealed, offered, disputed or not found, or to which
        something happened since it was seen.
    """
    key = Item.objects.filter(unit=unit).values_list("pk", flat=True).first()
    if key is None:
        return None
    book = Book(log, by)
    (item,) = book.open([Item(pk=key)])
    refuse(stale([item], {key: seen} if seen is not None else None))
    refuse(not_held(by, [item], Event.Kind.SPLIT))
    sealed = InputProblem("custody.sealed", params={"number": item.number, "seal": item.seal})
    refuse([sealed] if item.seal else [])
    return Held(book, item)


def after(held: Held | None, parts: Sequence[Unit], reason: str) -> None:
    """Give each part a row of its own: held by whom, where and since when the unit is."""
    if held is None:
        return
    book, whole = held.book, held.item
    # What is known of the parts begins with the whole.
    office, person, store, since = whole.holder_office_id, whole.holder_id, whole.store_id, whole.since
    event = book.add(whole, Event.Kind.SPLIT, note=reason.strip())
    for part in parts:
        item = kept.new_item(part)
        book.fresh.append(item)
        book.add(
            item, Event.Kind.FROM_SPLIT, at=event.at, office=office, person=person, store=store, since=since,
            note=whole.number,
        )  # fmt: skip
    book.write()


def nothing_left(by: Any, item: Item, reason: str, seen: int | None = None) -> Item:
    """After dividing, nothing is left of a thing: its number stands for what its parts were.

    Raises
    ------
    InputProblems
        Without a reason, or for a thing that was never divided.
    """
    from amana.casework.custody.services.items import acting
    from amana.casework.incidents.checks import reason_given

    wanted = {item.pk: seen} if seen is not None else None
    with acting(by, "custody.item.emptied", [item], Event.Kind.EMPTIED, None, wanted, reason) as (book, rows):
        (item,) = rows
        divided = Event.objects.filter(item=item, kind=Event.Kind.SPLIT).exists()
        never = InputProblem("custody.never-divided", params={"number": item.number})
        refuse([*reason_given(reason), *([] if divided else [never])])
        book.add(item, Event.Kind.EMPTIED, store=None, seal="", note=reason.strip())
    return item


def withdraw(log: Log, by: Any, things: Sequence[kept.Thing], reason: str) -> None:
    """End the custody of things that were entered by mistake; those in no custody are left alone.

    Parameters
    ----------
    things
        Locked by the caller.

    Raises
    ------
    InputProblems
        For a thing that another office holds, or that is offered, disputed or not found.
    """
    book = Book(log, by)
    rows = book.open([Item(pk=key) for key in kept.keys_of_items(things).values()])
    refuse(not_held(by, rows, Event.Kind.WITHDRAWN))
    for item in rows:
        book.add(item, Event.Kind.WITHDRAWN, store=None, note=reason.strip())
    book.write()
