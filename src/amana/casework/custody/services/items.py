"""What the holder does with things: take, seal, open, move; missing and found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from amana.casework.accounts.models import User
from amana.casework.audit.writing import Log, writing
from amana.casework.custody import seals
from amana.casework.custody.models import Discrepancy, Event, Item, Store
from amana.casework.custody.rules import HOLD
from amana.casework.custody.services import things as kept
from amana.casework.custody.services.book import Book, not_held, stale, twice, wrong_time
from amana.casework.custody.services.opening import Found, open_discrepancies
from amana.casework.incidents.checks import reason_given, refuse
from amana.casework.recovery.models import Unit
from amana.problems import InputProblem, InputProblems

LONGEST_SEAL = 60
Seen = Mapping[Any, int]
"""Key of an item to the number of its last event, as a page or a program saw it."""


@dataclass(frozen=True)
class Taking:
    """A thing that is taken into custody.

    Attributes
    ----------
    holder
        Who answers for it: by default the person who takes it.
    store
        Where it is put.
    at
        When; now by default.
    """

    thing: kept.Thing
    holder: User | None = None
    store: Store | None = None
    seal: str = ""
    at: datetime | None = None
    note: str = ""


def item_for(log: Log, by: Any, thing: kept.Thing) -> Item:
    """The one row of a thing, locked; not saved yet where nothing has happened to it."""
    return Book(log, by).open_things([thing])[0]


# --- taking into custody ------------------------------------------------------------------------------


def take_into_custody(by: Any, thing: kept.Thing, **fields: Any) -> Item:
    """Take one thing; the fields are those of :class:`Taking`.

    Raises
    ------
    InputProblems
        With every fault.
    """
    with one_row():
        return take_many(by, [Taking(thing, **fields)])[0]


def take_many(by: Any, rows: Sequence[Taking]) -> list[Item]:
    """Take things into custody, all or none.

    A thing is taken by the office that recorded it; a sample also by the office whose unit or relative it is
    of, since whoever takes it holds it until the laboratory has it.

    Raises
    ------
    InputProblems
        For a thing of another office, one that somebody answers for already or that was withdrawn, a person
        or a store of another office, a time to come.
    """
    with writing(by, "custody.item.taken", may=HOLD) as log:
        book = Book(log, by)
        items = book.open_things([r.thing for r in rows])
        mine = _may_take(by, [r.thing for r in rows])
        taken: set[Any] = set()
        problems = []
        for number, (row, item) in enumerate(zip(rows, items, strict=True), 1):
            faults = [
                *_taking_faults(by, row, item, mine, taken),
                *place_faults(by, row.store, row.holder),
                *seal_faults(row.seal),
                *wrong_time([item], row.at, book.now),
            ]
            problems += [replace(p, row=number) for p in faults]
            taken.add(item.pk)
        refuse(problems)
        for row, item in zip(rows, items, strict=True):
            book.add(
                item, Event.Kind.TAKEN, at=row.at, office=by.office_id, person=(row.holder or by).pk,
                store=row.store.pk if row.store else None, seal=seals.written(row.seal), note=row.note,
            )  # fmt: skip
        book.write()
    return items


def _taking_faults(by: Any, row: Taking, item: Item, mine: set[Any], taken: set[Any]) -> list[InputProblem]:
    params = {"number": item.number}
    if item.pk in taken:
        return [InputProblem("custody.named-twice", field="things", params=params)]
    if item.seq and item.state != Item.State.LEFT:
        return [InputProblem("custody.already-taken", field="things", params=params)]
    if getattr(row.thing, "state", "") == Unit.State.WITHDRAWN:
        return [InputProblem("custody.withdrawn", field="things", params=params)]
    if row.thing.pk not in mine:
        return [InputProblem("custody.not-yours-to-take", field="things", params=params)]
    return []


def _may_take(by: Any, things: Sequence[kept.Thing]) -> set[Any]:
    """Keys of the things that the person's office may take for the first time."""
    own = {t.pk for t in things if kept.office_of(t) == by.office_id}
    samples = [t for t in things if kept.kind_of(t) == Item.Kind.SAMPLE and t.pk not in own]
    for sample in samples:
        source = sample.unit or sample.relative
        if source is not None and source.office_id == by.office_id:
            own.add(sample.pk)
    units = {s.unit_id: s.pk for s in samples if s.unit_id and s.pk not in own}
    for part in kept.parts(units):
        held = Item.objects.filter(unit__in=part, holder_office=by.office_id).values_list("unit", flat=True)
        own |= {units[unit] for unit in held}
    return own


# --- seals --------------------------------------------------------------------------------------------


def seal(by: Any, item: Item, number: str, *, at: datetime | None = None, seen: Seen | None = None) -> Item:
    """Put a seal on a thing that has none.

    Raises
    ------
    InputProblems
        Without a number, or while another seal is on it: that one is opened first.
    """
    with acting(by, "custody.item.sealed", [item], Event.Kind.SEALED, at, seen) as (book, (item,)):
        problems = seal_faults(number)
        if seals.says_none(number):
            problems.append(InputProblem("custody.needs-seal", field="seal"))
        if item.seal:
            params = {"number": item.number}
            problems.append(InputProblem("custody.sealed-already", field="seal", params=params))
        refuse(problems)
        book.add(item, Event.Kind.SEALED, at=at, seal=seals.written(number))
    return item


def open_seal(
    by: Any, item: Item, reason: str, *, at: datetime | None = None, seen: Seen | None = None
) -> Item:
    """Open the seal of a thing, and say why.

    Raises
    ------
    InputProblems
        Without a reason, or where there is no seal.
    """
    with acting(by, "custody.item.unsealed", [item], Event.Kind.OPENED, at, seen, reason) as (book, (item,)):
        none = [] if item.seal else [InputProblem("custody.no-seal", params={"number": item.number})]
        refuse([*reason_given(reason), *none])
        book.add(item, Event.Kind.OPENED, at=at, seal="", seal_read=item.seal, note=reason.strip())
    return item


# --- places -------------------------------------------------------------------------------------------


def move(by: Any, item: Item, store: Store | None, **fields: Any) -> Item:
    """Put one thing elsewhere within the office; see :func:`move_many`."""
    return move_many(by, [item], store, **fields)[0]


def move_many(
    by: Any, items: Sequence[Item], store: Store | None, *, note: str = "", at: datetime | None = None,
    seen: Seen | None = None,
) -> list[Item]:  # fmt: skip
    """Put things into a store of the office that holds them; None: out of every store, in somebody's hands.

    Raises
    ------
    InputProblems
        For a store of another office or out of use, or a thing that is there already.
    """
    with acting(by, "custody.item.moved", items, Event.Kind.MOVED, at, seen) as (book, rows):
        key = store.pk if store else None
        there = [
            InputProblem("custody.already-there", field="store", params={"number": i.number})
            for i in rows
            if i.store_id == key
        ]
        refuse([*place_faults(by, store, None), *there])
        for item in rows:
            book.add(item, Event.Kind.MOVED, at=at, store=key, note=note)
    return rows


def report_missing(
    by: Any, item: Item, words: str, *, at: datetime | None = None, seen: Seen | None = None
) -> Item:
    """The thing is not where it should be: it stands as not found, and a discrepancy is opened.

    Raises
    ------
    InputProblems
        Without words on what was looked for and where.
    """
    with acting(by, "custody.item.missing", [item], Event.Kind.MISSING, at, seen) as (book, (item,)):
        refuse([] if words.strip() else [InputProblem("custody.needs-words", field="words")])
        book.add(item, Event.Kind.MISSING, at=at, note=words.strip())
        book.write()
        open_discrepancies(book, [Found(Discrepancy.Kind.STOCK, words, item=item)])
    return item


def found_again(
    by: Any, item: Item, *, store: Store | None = None, note: str = "", at: datetime | None = None,
    seen: Seen | None = None,
) -> Item:  # fmt: skip
    """A thing that was not found is there again; its discrepancy stays open until two people closed it."""
    with acting(by, "custody.item.found", [item], Event.Kind.FOUND, at, seen) as (book, (item,)):
        refuse(place_faults(by, store, None))
        book.add(item, Event.Kind.FOUND, at=at, store=store.pk if store else None, note=note.strip())
    return item


# --- what these share -----------------------------------------------------------------------------------


@contextmanager
def acting(
    by: Any,
    action: str,
    items: Sequence[Item],
    kind: Event.Kind,
    at: datetime | None,
    seen: Seen | None,
    reason: str = "",
) -> Iterator[tuple[Book, list[Item]]]:
    """Open the book for things that the person's office holds; what is added inside is written at the end.

    Raises
    ------
    InputProblems
        For things held elsewhere, in another state, changed since they were seen, and a wrong time.
    """
    with writing(by, action, may=HOLD, reason=reason.strip()) as log:
        book = Book(log, by)
        rows = book.open(items)
        changed = stale(rows, seen)
        refuse([] if items else [InputProblem("custody.nothing-named", field="things")])
        refuse(changed or [*twice(rows), *not_held(by, rows, kind)])
        refuse(wrong_time(rows, at, book.now))
        yield book, rows
        book.write()


@contextmanager
def one_row() -> Iterator[None]:
    """One thing is not row 1 of anything."""
    try:
        yield
    except InputProblems as found:
        raise InputProblems([replace(p, row=None) for p in found.problems]) from None


def place_faults(by: Any, store: Store | None, holder: User | None) -> list[InputProblem]:
    """A store or a person that is not of the office, or is no more."""
    found = []
    if store is not None and store.office_id != by.office_id:
        found.append(InputProblem("custody.store-elsewhere", field="store", params={"store": store.name}))
    elif store is not None and store.closed_at is not None:
        found.append(InputProblem("custody.store-closed", field="store", params={"store": store.name}))
    if holder is not None and (holder.office_id != by.office_id or not holder.is_active):
        found.append(InputProblem("custody.holder-elsewhere", field="holder"))
    return found


def seal_faults(number: str, field: str = "seal") -> list[InputProblem]:
    """A seal number that could not be kept as it is."""
    if len(number.strip()) > LONGEST_SEAL:
        params = {"length": len(number.strip()), "most": LONGEST_SEAL}
        return [InputProblem("record.too-long", field=field, params=params)]
    return []
