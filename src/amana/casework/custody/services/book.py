"""The book of custody: every event, and the one row that it changes.

Nothing else writes either.  :data:`EFFECTS` says which event may follow which state; :func:`apply` says what
an event makes of the row, for the services and for :mod:`amana.casework.custody.checking` alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from amana.casework.audit.writing import Log
from amana.casework.custody.models import Event, Item, Transfer
from amana.casework.custody.services import things as kept
from amana.problems import InputProblem

KEEP: Any = object()
"""A place, person or seal that an event does not change."""

_HELD, _OFFERED, _DISPUTED = Item.State.HELD, Item.State.OFFERED, Item.State.DISPUTED
_NEW = "new"
MOST_NAMED = 50
"""So many things are named in faults about their times; the others have the same fault."""


class Effect(NamedTuple):
    """What an event does: the states in which it may happen, the state after it, whether `since` begins anew.

    ``after`` is None where the state stays.
    """

    before: tuple[str, ...]
    after: Item.State | None
    begins: bool = False


_K = Event.Kind
EFFECTS: Mapping[str, Effect] = {
    _K.TAKEN: Effect((_NEW, Item.State.LEFT), _HELD, begins=True),
    _K.SEALED: Effect((_HELD,), None),
    _K.OPENED: Effect((_HELD,), None),
    _K.OFFERED: Effect((_HELD,), _OFFERED),
    _K.TAKEN_BACK: Effect((_OFFERED,), _HELD),
    _K.ACCEPTED: Effect((_OFFERED,), _HELD, begins=True),
    _K.REFUSED: Effect((_OFFERED,), _HELD),
    _K.DISPUTED: Effect((_OFFERED, _HELD), _DISPUTED),
    _K.SETTLED: Effect((_DISPUTED,), _HELD, begins=True),
    _K.MOVED: Effect((_HELD,), None, begins=True),
    _K.CHECKED: Effect((_HELD,), None),
    _K.MISSING: Effect((_HELD,), Item.State.UNLOCATED, begins=True),
    _K.FOUND: Effect((Item.State.UNLOCATED,), _HELD, begins=True),
    _K.SPLIT: Effect((_HELD,), None),
    _K.EMPTIED: Effect((_HELD,), Item.State.SPLIT, begins=True),
    _K.FROM_SPLIT: Effect((_NEW,), _HELD, begins=True),
    _K.LEFT: Effect((_HELD,), Item.State.LEFT, begins=True),
    _K.WITHDRAWN: Effect((_HELD,), Item.State.WITHDRAWN, begins=True),
}

CHANGED = ("state", "holder_office", "holder", "store", "since", "seal", "seq", "last_at", "checked_at")
"""Columns of an item that events change."""


def may_follow(item: Item, kind: str) -> bool:
    """Whether this can happen to an item now."""
    state = item.state if item.seq else _NEW
    return state in EFFECTS[kind].before


def apply(item: Item, event: Event) -> None:
    """Make the row say what holds after an event."""
    item.state = EFFECTS[event.kind].after or item.state
    item.holder_office_id, item.holder_id = event.to_office_id, event.to_person_id
    item.store_id, item.since, item.seal = event.store_id, event.since, event.seal
    item.last_at = event.at if item.last_at is None else max(item.last_at, event.at)
    if event.kind == Event.Kind.CHECKED:
        item.checked_at = event.at
    item.seq = event.seq


@dataclass
class Book:
    """Events of one act, written together at its end."""

    log: Log
    by: Any
    events: list[Event] = field(default_factory=list)
    fresh: list[Item] = field(default_factory=list)
    _changed: dict[Any, Item] = field(default_factory=dict)
    _now: datetime | None = None

    @property
    def now(self) -> datetime:
        """Asked after the locks are held: whoever waited for another does not come before them."""
        if self._now is None:
            self._now = timezone.now()
        return self._now

    def open(self, items: Iterable[Item]) -> list[Item]:
        """The rows of items as they stand, locked, in the order asked for."""
        wanted = [i.pk for i in items]
        found = kept.locked(Item.objects.all(), wanted)
        return [found[key] for key in wanted]

    def open_things(self, things: Sequence[kept.Thing]) -> list[Item]:
        """The rows of things, locked, in their order; made here for a thing that has none yet."""
        kept.lock_things(things)
        keys = kept.keys_of_items(things)
        rows = kept.locked(Item.objects.all(), keys.values())
        found: dict[tuple[str, Any], Item] = {name: rows[key] for name, key in keys.items()}
        for thing in things:
            name = (kept.kind_of(thing), thing.pk)
            if name not in found:
                found[name] = kept.new_item(thing)
                self.fresh.append(found[name])
        return [found[(kept.kind_of(t), t.pk)] for t in things]

    def add(
        self,
        item: Item,
        kind: Event.Kind,
        *,
        at: datetime | None = None,
        office: Any = KEEP,
        person: Any = KEEP,
        store: Any = KEEP,
        seal: str = KEEP,
        since: datetime | None = None,
        seal_read: str = "",
        transfer: Transfer | None = None,
        note: str = "",
        paper: bool = False,
    ) -> Event:
        """Something happened to an item that is open here.  The caller has asked whether it may.

        Parameters
        ----------
        at
            When; now by default, and never before what happened last.
        office, person, store
            Keys of who answers from now on, and where it is; unchanged by default.
        since
            Since when that holds, where it did not begin with this.
        """
        at = at or max(self.now, item.last_at or self.now)
        begins = EFFECTS[kind].begins
        event = Event(
            item=item, seq=item.seq + 1, kind=kind, at=at, entered_at=self.now, by=self.by,
            from_office_id=item.holder_office_id if item.seq else None,
            to_office_id=item.holder_office_id if office is KEEP else office,
            to_person_id=item.holder_id if person is KEEP else person,
            store_id=item.store_id if store is KEEP else store,
            since=since or (max(at, item.since) if begins and item.seq else at if begins else item.since),
            transfer=transfer, seal=item.seal if seal is KEEP else seal, seal_read=seal_read,
            note=note[:300], paper=paper,
        )  # fmt: skip
        apply(item, event)
        self.events.append(event)
        self._changed[item.pk] = item
        return event

    def write(self) -> None:
        """Save what was added: one row and one entry of the log for each item and each event."""
        self.write_items()
        self.log.save_new(self.events)
        self.events = []

    def write_items(self) -> None:
        """Save the rows alone, for what has to point to them before their events are written."""
        fresh = [i for i in self.fresh if i.seq]
        self.log.save_new(fresh)
        known = {i.pk for i in fresh}
        self.log.save_changed([i for pk, i in self._changed.items() if pk not in known], CHANGED)
        self.fresh, self._changed = [], {}


# --- what stands against an event -------------------------------------------------------------------


def stale(items: Sequence[Item], seen: Mapping[Any, int] | None) -> list[InputProblem]:
    """Items to which something happened since the page was shown.

    Parameters
    ----------
    seen
        Key of an item to the number of its last event, as the page showed it.
    """
    return [
        InputProblem("custody.changed-meanwhile", field="things", params={"number": item.number})
        for item in items
        if seen and item.pk in seen and seen[item.pk] != item.seq
    ]


def not_held(by: Any, items: Sequence[Item], kind: Event.Kind) -> list[InputProblem]:
    """Items that the person's office does not hold, or in whose state this cannot happen."""
    found = []
    for item in items:
        params = {"number": item.number}
        if not item.seq:
            found.append(InputProblem("custody.not-taken", field="things", params=params))
        elif item.holder_office_id != by.office_id:
            found.append(InputProblem("custody.held-elsewhere", field="things", params=params))
        elif not may_follow(item, kind):
            params["state"] = str(item.get_state_display())
            found.append(InputProblem("custody.wrong-state", field="things", params=params))
    return found


def wrong_time(items: Sequence[Item], at: datetime | None, now: datetime) -> list[InputProblem]:
    """A time that is still to come, or before the last thing that happened."""
    if at is None:
        return []
    if at > now:
        return [InputProblem("custody.in-the-future", field="at", params={"at": moment(at)})]
    late = [i for i in items if i.last_at is not None and at < i.last_at][:MOST_NAMED]
    events = at_last(late)
    return [
        InputProblem("custody.before-last-event", field="at", params=conflict(i, events[i.pk])) for i in late
    ]


def conflict(item: Item, event: Event) -> dict[str, str]:
    """How a fault names the event that a time does not go with."""
    return {"number": item.number, "event": str(event.get_kind_display()), "at": moment(event.at)}


def at_last(items: Sequence[Item]) -> dict[Any, Event]:
    """Of each item the event that happened last."""
    rows = Event.objects.filter(item__in=[i.pk for i in items]).order_by("at", "seq")
    return {event.item_id: event for event in rows}


def moment(at: datetime) -> str:
    """A time in a fault, where the reader is."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def twice(items: Sequence[Item]) -> list[InputProblem]:
    """Things that are named more than once."""
    seen: set[Any] = set()
    found = []
    for item in items:
        if item.pk in seen:
            found.append(InputProblem("custody.named-twice", field="things", params={"number": item.number}))
        seen.add(item.pk)
    return found
