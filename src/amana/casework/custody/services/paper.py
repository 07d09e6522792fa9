"""A hand-over that people signed on paper, entered later.

One person enters it; until a second one has compared it with the paper it stands as not confirmed, on every
page and in every event.  It must fit what is known: see :func:`order_faults`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amana.casework.accounts.models import Office
from amana.casework.audit.writing import Log, writing
from amana.casework.custody import seals
from amana.casework.custody.models import Discrepancy, Event, Item, Line, Transfer
from amana.casework.custody.rules import HOLD
from amana.casework.custody.services import things as kept
from amana.casework.custody.services.accepting import Acceptance, Reading, answer
from amana.casework.custody.services.book import MOST_NAMED, Book, conflict, moment, twice
from amana.casework.custody.services.discrepancies import word_faults
from amana.casework.custody.services.items import seal_faults
from amana.casework.custody.services.offers import MOST_THINGS, line_of, settle_transfer
from amana.casework.custody.services.opening import Found, open_discrepancies
from amana.casework.custody.services.reaching import reached, reaching
from amana.casework.files.models import StoredFile
from amana.casework.files.services import Received, store
from amana.casework.incidents.checks import faults, refuse
from amana.casework.numbers.services import TRANSFER, take
from amana.problems import InputProblem

PICTURES = ("image", "pdf")
"""Kinds of files that can show a paper."""
_NOT_OF_THE_THING = (Event.Kind.OFFERED, Event.Kind.TAKEN_BACK)
"""What people meant to do; it does not say where the thing was."""


@dataclass(frozen=True)
class Paper:
    """What stands on a signed paper.

    Attributes
    ----------
    things
        What was handed over; a thing in nobody's custody yet was taken by the giver, as the paper says.
    giver, receiver
        Names as they stand there.
    seals
        Number of a thing to the seal that the paper names.
    unsealed
        That the paper names no seal for the others.
    """

    things: Sequence[kept.Thing]
    from_office: Office
    to_office: Office
    giver: str
    receiver: str
    signed_at: datetime
    purpose: str
    vehicle: str = ""
    seals: Mapping[str, str] | None = None
    unsealed: bool = False
    picture: Received | None = None


def enter_paper(by: Any, paper: Paper) -> Transfer:
    """Enter a signed hand-over, by either of its offices.

    A thing that waits in an offer between the two offices is answered by it: that offer is done.

    Raises
    ------
    InputProblems
        With every fault, among them the event that a thing cannot have gone through if the paper is right.
    """
    with writing(by, "custody.transfer.papered", may=HOLD) as log:
        reach = reaching(paper.to_office.pk, _known(paper.things))
        kept.lock_things(paper.things)
        waiting = _waiting_transfers(paper)
        book = Book(log, by)
        items = book.open_things(paper.things)
        refuse(_faults(by, paper, items, waiting, book.now))
        stored = _kept(log, by, paper.picture)
        transfer = Transfer(
            from_office=paper.from_office, to_office=paper.to_office, by=by, things=len(items),
            purpose=paper.purpose.strip(), vehicle=paper.vehicle.strip(), offered_at=paper.signed_at,
            paper=True, paper_giver=paper.giver.strip(), paper_receiver=paper.receiver.strip(),
            paper_signed_at=paper.signed_at, paper_file=stored, paper_by=by, paper_entered_at=book.now,
        )  # fmt: skip
        (transfer.number,) = take(log, by.office, TRANSFER)
        log.save(transfer)
        _take_back(book, items, waiting)
        lines: list[Line] = []
        found: list[Found] = []
        how = Acceptance(transfer, at=paper.signed_at)
        for item in items:
            read = (paper.seals or {}).get(item.number, "")
            _given(book, item, paper, read)
            lines.append(line_of(transfer, item, {}))
            book.add(item, Event.Kind.OFFERED, at=paper.signed_at, transfer=transfer, paper=True)
            found += answer(book, lines[-1], item, Reading(item, seal=read), how, paper=True)
        settle_transfer(transfer, by, book.now, lines)
        book.write_items()  # the lines point to them
        log.save_new(lines)
        book.write()
        open_discrepancies(book, found)
        log.save(transfer)
        reached(log, reach, [i for i in items if i.state == Item.State.HELD])
    return transfer


def _kept(log: Log, by: Any, picture: Received | None) -> StoredFile | None:
    return store(log, picture, office=by.office, by=by, accept=PICTURES) if picture is not None else None


def add_picture(by: Any, transfer: Transfer, picture: Received) -> Transfer:
    """Add the picture of a paper that was entered without one.

    Raises
    ------
    InputProblems
        For a transfer without a paper, or one that has its picture.
    """
    with writing(by, "custody.transfer.pictured", may=HOLD, on=transfer) as log:
        transfer = kept.locked(Transfer.objects.all(), [transfer.pk])[transfer.pk]
        if not transfer.paper or transfer.paper_file_id is not None:
            refuse([InputProblem("custody.changed-meanwhile", params={"number": transfer.number})])
        transfer.paper_file = _kept(log, by, picture)
        log.save(transfer)
    return transfer


def _known(things: Sequence[kept.Thing]) -> list[Item]:
    """Items of things, for the locks that come before all others."""
    return [kept.new_item(t) for t in things]


def _given(book: Book, item: Item, paper: Paper, read: str) -> None:
    """What the giver had before is theirs from the paper on, where nothing was written down."""
    if not item.seq:
        book.add(
            item, Event.Kind.TAKEN, at=paper.signed_at, office=paper.from_office.pk, person=None,
            seal=seals.written(read), paper=True,
        )  # fmt: skip


def _waiting_transfers(paper: Paper) -> dict[Any, tuple[Transfer, Line]]:
    """Key of an item to the offer between the two offices that it waits in, locked."""
    between = {"transfer__from_office": paper.from_office, "transfer__to_office": paper.to_office}
    rows = Line.objects.filter(outcome=Line.Outcome.WAITING, **between)
    keys = kept.keys_of_items(paper.things).values()
    lines = [line for part in kept.parts(keys) for line in rows.filter(item__in=part)]
    transfers = kept.locked(Transfer.objects.all(), [line.transfer_id for line in lines])
    fresh = Line.objects.filter(pk__in=[line.pk for line in lines], outcome=Line.Outcome.WAITING)
    return {line.item_id: (transfers[line.transfer_id], line) for line in fresh}


def _take_back(book: Book, items: Sequence[Item], waiting: Mapping[Any, tuple[Transfer, Line]]) -> None:
    """The electronic offers end, since the paper took their place."""
    lines = []
    for item in items:
        if item.pk in waiting:
            transfer, line = waiting[item.pk]
            line.outcome, line.by, line.at = Line.Outcome.WITHDRAWN, book.by, book.now
            lines.append(line)
            book.add(item, Event.Kind.TAKEN_BACK, at=item.last_at, transfer=transfer, paper=True)
    book.log.save_changed(lines, ["outcome", "by", "at"])
    for transfer in {t.pk: t for t, _ in waiting.values()}.values():
        settle_transfer(transfer, book.by, book.now)
        book.log.save(transfer)


# --- what must hold -------------------------------------------------------------------------------------


def _faults(
    by: Any, paper: Paper, items: Sequence[Item], waiting: Collection[Any], now: datetime
) -> list[InputProblem]:
    if by.office_id not in (paper.from_office.pk, paper.to_office.pk):
        return [InputProblem("custody.not-on-the-paper")]
    said = Transfer(
        purpose=paper.purpose, vehicle=paper.vehicle, paper_giver=paper.giver, paper_receiver=paper.receiver
    )
    found = [
        p
        for p in faults(said)
        if p.field in ("purpose", "vehicle", "paper_giver", "paper_receiver")
    ]  # fmt: skip
    for field, text in (("paper_giver", paper.giver), ("paper_receiver", paper.receiver)):
        if not text.strip():
            found.append(InputProblem("record.needs", field=field))
    if not items:
        found.append(InputProblem("custody.nothing-named", field="things"))
    if len(items) > MOST_THINGS:
        params = {"given": len(items), "most": MOST_THINGS}
        found.append(InputProblem("custody.too-many-things", field="things", params=params))
    found += twice(items)
    if paper.signed_at > now:
        params = {"at": moment(paper.signed_at)}
        found.append(InputProblem("custody.in-the-future", field="signed_at", params=params))
    for thing, item in zip(paper.things, items, strict=True):
        found += _thing_faults(paper, thing, item, waiting)
    held = [i for i in items if i.seq and i.holder_office_id == paper.from_office.pk]
    return found + order_faults(held, paper.to_office.pk, paper.signed_at)


def _thing_faults(
    paper: Paper, thing: kept.Thing, item: Item, waiting: Collection[Any]
) -> list[InputProblem]:
    params = {"number": item.number}
    found = []
    if not item.seq and kept.office_of(thing) != paper.from_office.pk:
        found.append(InputProblem("custody.not-taken", field="things", params=params))
    elif item.seq and item.holder_office_id != paper.from_office.pk:
        found.append(InputProblem("custody.not-with-the-giver", field="things", params=params))
    elif item.seq and item.state != Item.State.HELD and item.pk not in waiting:
        params["state"] = str(item.get_state_display())
        found.append(InputProblem("custody.wrong-state", field="things", params=params))
    elif getattr(thing, "state", "") == Item.State.WITHDRAWN:
        found.append(InputProblem("custody.withdrawn", field="things", params=params))
    read = (paper.seals or {}).get(item.number, "")
    if not paper.unsealed and not read.strip():
        found.append(InputProblem("custody.seal-not-read", field="seals", params=params))
    return found + seal_faults(read, "seals")


def order_faults(items: Sequence[Item], receiver: Any, signed_at: datetime) -> list[InputProblem]:
    """What happened to a thing after the paper was signed, and cannot have if the paper is right.

    A paper may be older than what was entered since, as long as all of it has one order: what happened later
    happened where the receiver answers for it.  An offer made or taken back later says what people meant to
    do, not where the thing was.

    Parameters
    ----------
    receiver
        Key of the office that received it.

    Returns
    -------
    list
        One fault for each thing, which names the first such event.
    """
    late = [i for i in items if i.last_at is not None and i.last_at > signed_at][:MOST_NAMED]
    rows = Event.objects.filter(item__in=[i.pk for i in late], at__gt=signed_at).order_by("at", "seq")
    first: dict[Any, Event] = {}
    for event in rows:
        here = event.to_office_id == receiver and event.from_office_id in (None, receiver)
        if event.kind not in _NOT_OF_THE_THING and not here:
            first.setdefault(event.item_id, event)
    return [
        InputProblem("custody.order-broken", field="signed_at", params=conflict(i, first[i.pk]))
        for i in late
        if i.pk in first
    ]


# --- the second person ------------------------------------------------------------------------------------


def confirm_paper(by: Any, transfer: Transfer) -> Transfer:
    """A second person, of either office, has compared the entry with the paper.

    Raises
    ------
    InputProblems
        For what one entered oneself, or what is confirmed already.
    """
    with writing(by, "custody.transfer.confirmed", may=HOLD, on=transfer) as log:
        transfer = _unconfirmed(by, transfer)
        transfer.confirmed_by, transfer.confirmed_at = by, Book(log, by).now
        log.save(transfer)
    return transfer


def contradict_paper(by: Any, transfer: Transfer, words: str) -> Transfer:
    """A second person says that the paper says something else: what it moved is disputed.

    A thing that has gone on since is not touched; its discrepancy is opened all the same.

    Raises
    ------
    InputProblems
        Without words, for what one entered oneself, or what is confirmed already.
    """
    with writing(by, "custody.transfer.contradicted", may=HOLD, on=transfer) as log:
        transfer = _unconfirmed(by, transfer)
        refuse(word_faults(words, "words"))
        book = Book(log, by)
        lines = list(Line.objects.filter(transfer=transfer, outcome=Line.Outcome.ACCEPTED).order_by("pk"))
        rows = {i.pk: i for i in book.open([Item(pk=line.item_id) for line in lines])}
        found = _contradicted(book, transfer, lines, rows, words)
        log.save_changed([x for x in lines if x.outcome == Line.Outcome.DISPUTED], ["outcome", "why"])
        book.write()
        open_discrepancies(book, found)
        transfer.confirmed_by, transfer.confirmed_at, transfer.contradicted = by, book.now, True
        settle_transfer(transfer, by, book.now)
        log.save(transfer)
    return transfer


def _contradicted(
    book: Book, transfer: Transfer, lines: Sequence[Line], rows: Mapping[Any, Item], words: str
) -> list[Found]:
    other = transfer.from_office_id if book.by.office_id == transfer.to_office_id else transfer.to_office_id
    newest = {(e.item_id, e.seq): e for e in Event.objects.filter(transfer=transfer)}
    found = []
    for line in lines:
        item = rows[line.item_id]
        untouched = (item.pk, item.seq) in newest and item.state == Item.State.HELD
        if untouched:
            line.outcome, line.why = Line.Outcome.DISPUTED, words.strip()[:300]
            book.add(item, Event.Kind.DISPUTED, transfer=transfer, note=words.strip())
        found.append(Found(Discrepancy.Kind.PAPER, words, item, line, transfer, other))
    return found


def _unconfirmed(by: Any, transfer: Transfer) -> Transfer:
    found: Transfer = kept.locked(Transfer.objects.all(), [transfer.pk])[transfer.pk]
    params = {"number": found.number}
    if not found.paper or found.confirmed_by_id is not None:
        refuse([InputProblem("custody.changed-meanwhile", params=params)])
    if found.paper_by_id == by.pk:
        refuse([InputProblem("custody.own-paper", params={"transfer": found.number})])
    return found
