"""Whether the book of custody says what its rows say: every event is gone through again.

For ``amana log verify`` and for tests.  It reads every event; on a register with a million of them that takes
some tens of seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from amana.casework.custody.models import Discrepancy, Event, Item, Line, Transfer
from amana.casework.custody.services.book import CHANGED, EFFECTS, apply, may_follow
from amana.casework.custody.services.offers import state_of
from amana.problems import InputProblem

_COLUMNS = tuple(Item._meta.get_field(name).attname for name in CHANGED)
_EVENT = (
    "item_id", "seq", "kind", "at", "from_office_id", "to_office_id", "to_person_id", "store_id", "since",
    "seal", "paper", "by_id", "transfer__by_id", "transfer_id",
)  # fmt: skip
_K = Event.Kind
_MOVES_OFFICE = frozenset({_K.TAKEN, _K.ACCEPTED, _K.SETTLED, _K.FROM_SPLIT})
_CHANGES_SEAL = frozenset({_K.TAKEN, _K.SEALED, _K.OPENED, _K.SETTLED, _K.EMPTIED, _K.FROM_SPLIT})
_AT_ONCE = 2000


@dataclass
class _Row:
    """What the events make of an item."""

    state: str = ""
    holder_office_id: Any = None
    holder_id: Any = None
    store_id: Any = None
    since: Any = None
    seal: str = ""
    seq: int = 0
    last_at: Any = None
    checked_at: Any = None


def check_custody(tell: Callable[[int], None] | None = None) -> list[InputProblem]:
    """Every difference between events and rows; empty if there is none.

    Parameters
    ----------
    tell
        Told now and then how many things have been looked at.
    """
    return [*_items(tell), *_offers(), *_disputes(), *_transfers()]


def _items(tell: Callable[[int], None] | None) -> Iterator[InputProblem]:
    events = Event.objects.order_by("item_id", "seq").values_list(*_EVENT, named=True)
    by_item = groupby(events.iterator(chunk_size=_AT_ONCE), key=lambda e: e.item_id)
    following = next(by_item, None)
    items = Item.objects.order_by("pk").values_list("pk", "number", *_COLUMNS)
    for n, (key, number, *stored) in enumerate(items.iterator(chunk_size=_AT_ONCE), 1):
        row = _Row()
        if following is not None and following[0] == key:
            for event in following[1]:
                yield from _event(row, event, number)
                apply(row, event)
            following = next(by_item, None)
        else:
            yield InputProblem("custody.check-no-event", params={"number": number})
        for column, value in zip(_COLUMNS, stored, strict=True):
            if getattr(row, column) != value:
                yield InputProblem("custody.check-row", params={"number": number, "column": column})
        if tell is not None and n % _AT_ONCE == 0:
            tell(n)


def _event(row: _Row, event: Any, number: str) -> Iterator[InputProblem]:
    """What is wrong with an event after what came before it."""
    wrong = []
    if event.seq != row.seq + 1:
        wrong.append("seq")
    if event.kind not in EFFECTS or not may_follow(row, event.kind):
        wrong.append("kind")
    if row.seq and event.from_office_id != row.holder_office_id:
        wrong.append("from_office")
    if row.seq and event.to_office_id != row.holder_office_id and event.kind not in _MOVES_OFFICE:
        wrong.append("to_office")
    if row.seq and event.seal != row.seal and event.kind not in _CHANGES_SEAL:
        wrong.append("seal")
    begins = event.kind in EFFECTS and EFFECTS[event.kind].begins
    if row.seq and not begins and event.since != row.since:
        wrong.append("since")
    if row.last_at is not None and event.at < row.last_at and not event.paper:
        wrong.append("at")
    if event.kind == _K.ACCEPTED and not event.paper and event.by_id == event.transfer__by_id:
        wrong.append("by")
    for column in wrong:
        params = {"number": number, "seq": event.seq, "column": column}
        yield InputProblem("custody.check-event", params=params)


def _offers() -> Iterator[InputProblem]:
    """What is offered waits in one transfer, and what waits is offered."""
    waiting = Line.objects.filter(outcome=Line.Outcome.WAITING)
    offered = Item.objects.filter(state=Item.State.OFFERED)
    for number in offered.exclude(pk__in=waiting.values("item")).values_list("number", flat=True):
        yield InputProblem("custody.check-offered", params={"number": number})
    for number in waiting.exclude(item__state=Item.State.OFFERED).values_list("item__number", flat=True):
        yield InputProblem("custody.check-offered", params={"number": number})


def _disputes() -> Iterator[InputProblem]:
    """What is disputed is followed by somebody."""
    followed = Discrepancy.objects.exclude(state=Discrepancy.State.CLOSED).filter(item__isnull=False)
    disputed = Item.objects.filter(state=Item.State.DISPUTED).exclude(pk__in=followed.values("item"))
    for number in disputed.values_list("number", flat=True):
        yield InputProblem("custody.check-disputed", params={"number": number})


def _transfers() -> Iterator[InputProblem]:
    """A transfer has come as far as its lines say."""
    lines = Line.objects.order_by("transfer_id").values_list("transfer_id", "outcome")
    by_transfer = groupby(lines.iterator(chunk_size=_AT_ONCE), key=lambda pair: pair[0])
    following = next(by_transfer, None)
    transfers = Transfer.objects.order_by("pk").values_list("pk", "number", "state", "things")
    for key, number, state, things in transfers.iterator(chunk_size=_AT_ONCE):
        outcomes: list[str] = []
        if following is not None and following[0] == key:
            outcomes = [outcome for _, outcome in following[1]]
            following = next(by_transfer, None)
        if len(outcomes) != things or state != (state_of(set(outcomes)) if outcomes else ""):
            yield InputProblem("custody.check-transfer", params={"number": number})
