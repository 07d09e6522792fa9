"""Offering things to somebody else, and taking an offer back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from amana.casework.accounts.models import Office, User
from amana.casework.audit.writing import writing
from amana.casework.custody.models import Event, Item, Line, Transfer
from amana.casework.custody.rules import HOLD
from amana.casework.custody.services import things as kept
from amana.casework.custody.services.book import Book, not_held, stale, twice, wrong_time
from amana.casework.custody.services.items import Seen, one_row
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.numbers.services import TRANSFER, take
from amana.problems import InputProblem

MOST_THINGS = 2000
"""Things in one transfer: more than any convoy carries, and few enough for a page and a transaction."""


@dataclass(frozen=True)
class Offer:
    """Things that their holder offers to somebody else.

    Attributes
    ----------
    to_person
        Who is to take them; anybody of the office where None.
    unsealed
        Keys of the things that the giver says have no seal, or True for all that have none.
    conditions
        Key of a thing to the state it is given in, where that is said.
    """

    things: Sequence[Item]
    to_office: Office
    purpose: str
    to_person: User | None = None
    vehicle: str = ""
    unsealed: Collection[Any] | bool = ()
    conditions: Mapping[Any, str] = field(default_factory=dict)
    at: datetime | None = None
    seen: Seen | None = None


def offer(by: Any, things: Sequence[Item], to_office: Office, purpose: str, **fields: Any) -> Transfer:
    """Offer things; the fields are those of :class:`Offer`.

    Raises
    ------
    InputProblems
        With every fault.
    """
    with one_row():
        return offer_many(by, [Offer(things, to_office, purpose, **fields)])[0]


def offer_many(by: Any, offers: Sequence[Offer]) -> list[Transfer]:
    """Make several offers, all or none.  Until something is accepted the giver answers for it.

    Raises
    ------
    InputProblems
        For things that the person's office does not hold, that are offered, disputed or not found, that have
        no seal and of which that was not said; for an offer to oneself, without things or without a purpose.
    """
    with writing(by, "custody.transfer.offered", may=HOLD) as log:
        book = Book(log, by)
        everything = book.open([i for o in offers for i in o.things])
        rows = _shared_out(offers, everything)
        changed = [p for o, items in zip(offers, rows, strict=True) for p in stale(items, o.seen)]
        refuse(changed or twice(everything))
        refuse(
            replace(p, row=number)
            for number, (o, items) in enumerate(zip(offers, rows, strict=True), 1)
            for p in offer_faults(by, o, items, book.now)
        )
        transfers = [_transfer(by, o, book.now) for o in offers]
        numbers = take(log, by.office, TRANSFER, len(transfers)) if transfers else []
        for transfer, number in zip(transfers, numbers, strict=True):
            transfer.number = number
        log.save_new(transfers)
        log.save_new(
            [
                line_of(t, i, o.conditions)
                for t, o, items in zip(transfers, offers, rows, strict=True)
                for i in items
            ]
        )
        for transfer, o, items in zip(transfers, offers, rows, strict=True):
            for item in items:
                book.add(item, Event.Kind.OFFERED, at=o.at, transfer=transfer)
        book.write()
    return transfers


def _shared_out(offers: Sequence[Offer], items: Sequence[Item]) -> list[list[Item]]:
    """The open rows, by offer."""
    rest = iter(items)
    return [[next(rest) for _ in o.things] for o in offers]


def _transfer(by: Any, o: Offer, now: datetime) -> Transfer:
    return Transfer(
        from_office=by.office, to_office=o.to_office, by=by, to_person=o.to_person, things=len(o.things),
        purpose=o.purpose.strip(), vehicle=o.vehicle.strip(), offered_at=o.at or now,
    )  # fmt: skip


def line_of(transfer: Transfer, item: Item, conditions: Mapping[Any, str]) -> Line:
    """A thing of a transfer, waiting, with the seal that it has."""
    return Line(
        transfer=transfer, item=item, seal_given=item.seal,
        condition_given=conditions.get(item.pk, "").strip(),
    )  # fmt: skip


def offer_faults(by: Any, o: Offer, items: Sequence[Item], now: datetime) -> list[InputProblem]:
    """What stands against an offer of items that are open."""
    found = [p for p in faults(_transfer(by, o, now)) if p.field in ("purpose", "vehicle")]
    found += receiver_faults(by, o.to_office, o.to_person)
    if not items:
        found.append(InputProblem("custody.nothing-named", field="things"))
    if len(items) > MOST_THINGS:
        params = {"given": len(items), "most": MOST_THINGS}
        found.append(InputProblem("custody.too-many-things", field="things", params=params))
    found += not_held(by, items, Event.Kind.OFFERED)
    found += wrong_time(items, o.at, now)
    for item in items:
        silent = o.unsealed is not True and (o.unsealed is False or item.pk not in o.unsealed)
        if not item.seal and silent:
            params = {"number": item.number}
            found.append(InputProblem("custody.say-no-seal", field="unsealed", params=params))
        if len(o.conditions.get(item.pk, "")) > 200:
            params = {"length": len(o.conditions[item.pk]), "most": 200}
            found.append(InputProblem("record.too-long", field="condition_given", params=params))
    return found


def receiver_faults(by: Any, office: Office, person: User | None) -> list[InputProblem]:
    """Somebody who cannot receive: of another office, without the right, or the giver."""
    if person is None:
        return []
    if person.office_id != office.pk or not person.is_active or HOLD not in person.granted:
        return [InputProblem("custody.cannot-receive", field="to_person")]
    return [InputProblem("custody.to-oneself", field="to_person")] if person.pk == by.pk else []


def withdraw_offer(by: Any, transfer: Transfer, reason: str) -> Transfer:
    """Take back what waits of an offer; what was accepted, refused or disputed stays so.

    Raises
    ------
    InputProblems
        Without a reason, for somebody who is not of the giving office, or where nothing waits any more.
    """
    with writing(by, "custody.transfer.withdrawn", may=HOLD, on=transfer, reason=reason.strip()) as log:
        (transfer,) = kept.locked(Transfer.objects.all(), [transfer.pk]).values()
        refuse(reason_given(reason))
        if by.office_id != transfer.from_office_id:
            refuse([InputProblem("custody.not-the-giver", params={"transfer": transfer.number})])
        book = Book(log, by)
        lines = waiting_lines(transfer)
        if not lines:
            refuse([InputProblem("custody.changed-meanwhile", params={"number": transfer.number})])
        for line, item in zip(lines, book.open([line.item for line in lines]), strict=True):
            line.outcome, line.by, line.at = Line.Outcome.WITHDRAWN, by, book.now
            book.add(item, Event.Kind.TAKEN_BACK, transfer=transfer, note=reason.strip())
        log.save_changed(lines, ["outcome", "by", "at"])
        settle_transfer(transfer, by, book.now)
        log.save(transfer)
        book.write()
    return transfer


def waiting_lines(transfer: Transfer) -> list[Line]:
    """What waits of a transfer that is locked."""
    rows = Line.objects.filter(transfer=transfer, outcome=Line.Outcome.WAITING)
    return list(rows.select_related("item").order_by("item__number"))


def settle_transfer(transfer: Transfer, by: Any, now: datetime, lines: Sequence[Line] | None = None) -> None:
    """Say how far a transfer has come by its lines; the caller saves it."""
    outcomes = (
        {line.outcome for line in lines}
        if lines is not None
        else set(Line.objects.filter(transfer=transfer).order_by().values_list("outcome", flat=True))
    )
    before, transfer.state = transfer.state, state_of(outcomes)
    if Line.Outcome.WAITING not in outcomes and (transfer.settled_at is None or before != transfer.state):
        transfer.settled_at, transfer.settled_by = now, by


def state_of(outcomes: Collection[str]) -> Transfer.State:
    """How far a transfer has come whose lines have these outcomes."""
    o, s = Line.Outcome, Transfer.State
    if o.WAITING in outcomes:
        return s.OFFERED
    if o.DISPUTED in outcomes:
        return s.DISPUTED
    whole = {o.ACCEPTED: s.ACCEPTED, o.REFUSED: s.REFUSED, o.WITHDRAWN: s.WITHDRAWN}
    if len(set(outcomes)) == 1:
        return whole[o(next(iter(outcomes)))]
    return s.PARTLY if o.ACCEPTED in outcomes else s.REFUSED
