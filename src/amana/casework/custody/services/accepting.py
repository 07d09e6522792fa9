"""Receiving: each thing of an offer with its seal read back, or why it is not taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from amana.casework.accounts.models import User
from amana.casework.audit.writing import writing
from amana.casework.custody import seals
from amana.casework.custody.models import Discrepancy, Event, Item, Line, Store, Transfer
from amana.casework.custody.rules import HOLD
from amana.casework.custody.services import things as kept
from amana.casework.custody.services.book import Book, stale, wrong_time
from amana.casework.custody.services.items import Seen, one_row, place_faults, seal_faults
from amana.casework.custody.services.offers import settle_transfer
from amana.casework.custody.services.opening import Found, open_discrepancies
from amana.casework.custody.services.reaching import reached, reaching
from amana.casework.incidents.checks import refuse
from amana.problems import InputProblem


class Finding(StrEnum):
    """What the receiver finds of one thing."""

    GOOD = "good"
    OTHERWISE = "otherwise"
    """Taken, but in another condition than it was given: a discrepancy is opened."""
    REFUSED = "refused"
    ABSENT = "absent"
    BROKEN = "broken"
    LABEL = "label"


_DISPUTES = {
    Finding.ABSENT: Discrepancy.Kind.ABSENT,
    Finding.BROKEN: Discrepancy.Kind.BROKEN,
    Finding.LABEL: Discrepancy.Kind.LABEL,
}


@dataclass(frozen=True)
class Reading:
    """What the receiver read of one thing.

    Attributes
    ----------
    seal
        The number on the seal, as read; never filled in from the offer.
    no_seal
        That there is none, said on purpose.
    words
        Why it is refused, or what does not fit.
    """

    item: Item
    finding: Finding = Finding.GOOD
    seal: str = ""
    no_seal: bool = False
    condition: str = ""
    words: str = ""


@dataclass(frozen=True)
class Extra:
    """Something that came along and is not on the list.

    Attributes
    ----------
    item
        Its row, where its label says what it is and the receiver may see it.
    read
        What its label says.
    """

    read: str
    words: str = ""
    item: Item | None = None


@dataclass(frozen=True)
class Acceptance:
    """What one person receives of one transfer.  Things that are not named go on waiting.

    Attributes
    ----------
    reason
        Why somebody else receives than was named, where that is so.
    holder
        Who answers for the things: by default the person who receives them.
    """

    transfer: Transfer
    readings: Sequence[Reading] = ()
    extras: Sequence[Extra] = ()
    store: Store | None = None
    holder: User | None = None
    at: datetime | None = None
    reason: str = ""
    seen: Seen | None = None


def accept(by: Any, transfer: Transfer, readings: Sequence[Reading], **fields: Any) -> Transfer:
    """Receive things of one transfer; the fields are those of :class:`Acceptance`.

    Raises
    ------
    InputProblems
        With every fault.
    """
    with one_row():
        return accept_many(by, [Acceptance(transfer, readings, **fields)])[0]


def accept_many(by: Any, acceptances: Sequence[Acceptance]) -> list[Transfer]:
    """Receive things of several transfers, all or none.

    Where the seal read back is the one that was given, or both sides say that there is none, the thing is
    accepted.  Where it differs, the thing is disputed and a discrepancy is opened: nobody corrects it away.

    Raises
    ------
    InputProblems
        For one's own offer, an offer to another office, a thing that does not wait (any more), a seal that
        was not read, a refusal without words.
    """
    with writing(by, "custody.transfer.answered", may=HOLD) as log:
        book = Book(log, by)
        everything = [r.item for a in acceptances for r in a.readings]
        reach = reaching(by.office_id, everything)
        transfers = _locked(acceptances)
        lines = _lines(transfers)
        more = [x.item for a in acceptances for x in a.extras if x.item is not None]
        rows = {i.pk: i for i in book.open([*everything, *more])}
        refuse(_meanwhile(acceptances, lines, rows))
        refuse(
            replace(p, row=number)
            for number, a in enumerate(acceptances, 1)
            for p in _faults(by, replace(a, transfer=transfers[a.transfer.pk]), rows, book.now)
        )
        found: list[Found] = []
        answered: list[Line] = []
        for a in acceptances:
            transfer = transfers[a.transfer.pk]
            for reading in a.readings:
                line = lines[(transfer.pk, reading.item.pk)]
                found += answer(book, line, rows[reading.item.pk], reading, a)
                answered.append(line)
            found += _extras(book, transfer, a, rows)
        log.save_changed(answered, ["outcome", "seal_read", "condition_read", "why", "by", "at"])
        book.write()
        open_discrepancies(book, found)
        for transfer in transfers.values():
            mine = [line for (key, _), line in lines.items() if key == transfer.pk]
            settle_transfer(transfer, by, book.now, mine)
        log.save_changed(list(transfers.values()), ["state", "settled_at", "settled_by"])
        reached(log, reach, [rows[x.item_id] for x in answered if x.outcome == Line.Outcome.ACCEPTED])
    return list(transfers.values())


def _locked(acceptances: Sequence[Acceptance]) -> dict[Any, Transfer]:
    rows = Transfer.objects.select_related("from_office", "to_office", "to_person")
    return kept.locked(rows, [a.transfer.pk for a in acceptances])


def _lines(transfers: Mapping[Any, Transfer]) -> dict[tuple[Any, Any], Line]:
    """Every line of the transfers, by (transfer, item)."""
    found: dict[tuple[Any, Any], Line] = {}
    for part in kept.parts(transfers):
        for line in Line.objects.filter(transfer__in=part).order_by():
            found[(line.transfer_id, line.item_id)] = line
    return found


def _meanwhile(
    acceptances: Sequence[Acceptance], lines: Mapping[Any, Line], rows: Mapping[Any, Item]
) -> list[InputProblem]:
    """Things that somebody else has answered, or whose offer was taken back, since the page was shown."""
    found = []
    for a in acceptances:
        named: set[Any] = set()
        for reading in a.readings:
            item, params = rows[reading.item.pk], {"number": reading.item.number}
            line = lines.get((a.transfer.pk, item.pk))
            if line is None:
                found.append(InputProblem("custody.not-on-the-list", field="things", params=params))
            elif line.outcome != Line.Outcome.WAITING:
                found.append(InputProblem("custody.changed-meanwhile", field="things", params=params))
            elif item.pk in named:
                found.append(InputProblem("custody.named-twice", field="things", params=params))
            named.add(item.pk)
        for extra in a.extras:
            if extra.item is not None and (a.transfer.pk, extra.item.pk) in lines:
                params = {"number": extra.item.number}
                found.append(InputProblem("custody.on-the-list", field="extras", params=params))
        known = [rows[r.item.pk] for r in a.readings]
        found += [p for p in stale(known, a.seen) if p not in found]
    return found


def _faults(by: Any, a: Acceptance, rows: Mapping[Any, Item], now: datetime) -> list[InputProblem]:
    found = receiving_faults(by, a.transfer, a.reason)
    if found:
        return found
    if not a.readings and not a.extras:
        found.append(InputProblem("custody.nothing-named", field="things"))
    found += place_faults(by, a.store, a.holder)
    found += wrong_time([rows[r.item.pk] for r in a.readings], a.at, now)
    for reading in a.readings:
        found += reading_faults(reading)
    for extra in a.extras:
        if not extra.read.strip() or len(extra.read) > 80:
            found.append(InputProblem("custody.needs-words", field="extras"))
    return found


def receiving_faults(by: Any, transfer: Transfer, reason: str = "") -> list[InputProblem]:
    """Why this person cannot receive this transfer: nobody accepts their own offer."""
    params = {"transfer": transfer.number}
    if transfer.by_id == by.pk:
        return [InputProblem("custody.own-offer", params=params)]
    if transfer.to_office_id != by.office_id:
        return [InputProblem("custody.not-the-receiver", params=params)]
    if transfer.to_person_id not in (None, by.pk) and not reason.strip():
        params["person"] = str(transfer.to_person)
        return [InputProblem("custody.for-another-person", field="reason", params=params)]
    return []


def reading_faults(reading: Reading) -> list[InputProblem]:
    """A seal that was not read, or words that are missing."""
    params = {"number": reading.item.number}
    found = [replace(p, params={**p.params, **params}) for p in seal_faults(reading.seal)]
    unread = not reading.no_seal and not reading.seal.strip()
    if unread and reading.finding in (Finding.GOOD, Finding.OTHERWISE):
        found.append(InputProblem("custody.seal-not-read", field="seal", params=params))
    if reading.no_seal and not seals.says_none(reading.seal):
        found.append(InputProblem("custody.seal-and-none", field="seal", params=params))
    if reading.finding != Finding.GOOD and not reading.words.strip():
        found.append(InputProblem("custody.say-why", field="words", params=params))
    if len(reading.words) > 300:
        params = {"length": len(reading.words), "most": 300}
        found.append(InputProblem("record.too-long", field="words", params=params))
    if len(reading.condition) > 200:
        params = {"length": len(reading.condition), "most": 200}
        found.append(InputProblem("record.too-long", field="condition", params=params))
    return found


def answer(
    book: Book, line: Line, item: Item, reading: Reading, a: Acceptance, *, paper: bool = False
) -> list[Found]:
    """Write down what became of one thing; gives what does not fit."""
    transfer, by = a.transfer, book.by
    read = seals.written(reading.seal)
    line.seal_read, line.condition_read = read, reading.condition.strip()
    line.by, line.at, line.why = by, a.at or book.now, reading.words.strip()
    event: dict[str, Any] = {"at": a.at, "transfer": transfer, "seal_read": read, "paper": paper}
    kind, words = _disputed(line, reading, read)
    if reading.finding == Finding.REFUSED:
        line.outcome = Line.Outcome.REFUSED
        book.add(item, Event.Kind.REFUSED, note=line.why, **event)
        return []
    if kind is not None:
        line.outcome, line.why = Line.Outcome.DISPUTED, words[:300]
        book.add(item, Event.Kind.DISPUTED, note=words, **event)
        return [Found(kind, words, item, line, transfer, transfer.from_office_id)]
    line.outcome = Line.Outcome.ACCEPTED
    person = a.holder.pk if a.holder else None if paper else by.pk
    book.add(
        item, Event.Kind.ACCEPTED, office=transfer.to_office_id, person=person,
        store=a.store.pk if a.store else None, note=a.reason.strip() or line.condition_read, **event,
    )  # fmt: skip
    if reading.finding == Finding.OTHERWISE:
        other = transfer.from_office_id
        return [Found(Discrepancy.Kind.CONDITION, reading.words, item, line, transfer, other)]
    return []


def _disputed(line: Line, reading: Reading, read: str) -> tuple[Discrepancy.Kind | None, str]:
    """What makes it disputed, and the words for that; None where nothing does."""
    if reading.finding in _DISPUTES:
        return _DISPUTES[reading.finding], reading.words.strip()
    if seals.same(line.seal_given, read):
        return None, ""
    given, back = line.seal_given or "—", read or "—"
    added = f" {reading.words.strip()}" if reading.words.strip() else ""
    return Discrepancy.Kind.SEAL, f"{given} ≠ {back}.{added}"


def _extras(book: Book, transfer: Transfer, a: Acceptance, rows: Mapping[Any, Item]) -> list[Found]:
    """Things that came along without being offered: one that the giver holds is disputed from now on."""
    found = []
    for extra in a.extras:
        item = rows[extra.item.pk] if extra.item is not None else None
        words = " ".join(filter(None, (extra.read.strip(), extra.words.strip())))
        with_giver = item is not None and item.holder_office_id == transfer.from_office_id
        if item is not None and with_giver and item.state == Item.State.HELD:
            book.add(item, Event.Kind.DISPUTED, at=a.at, transfer=transfer, note=words)
        other = transfer.from_office_id
        found.append(Found(Discrepancy.Kind.EXTRA, words, item, None, transfer, other))
    return found
