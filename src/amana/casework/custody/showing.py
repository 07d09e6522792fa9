"""Custody as the pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from amana.casework.common.faults import language
from amana.casework.custody.models import Carrier, Discrepancy, Event, Item, Scan, Store, Transfer
from amana.casework.custody.queries import LATE
from amana.casework.incidents.showing import step
from amana.casework.laboratory.models import Sample
from amana.casework.recovery.models import Unit
from amana.reporting.field import CustodyEvent, custody_table, custody_timeline_svg

_ITEMS = {
    Item.State.HELD: "done",
    Item.State.OFFERED: "active",
    Item.State.DISPUTED: "attention",
    Item.State.UNLOCATED: "blocked",
}
_TRANSFERS = {
    Transfer.State.OFFERED: "waiting",
    Transfer.State.ACCEPTED: "done",
    Transfer.State.PARTLY: "active",
    Transfer.State.DISPUTED: "attention",
}
_DISCREPANCIES = {
    Discrepancy.State.OPEN: "attention",
    Discrepancy.State.ANSWERED: "waiting",
    Discrepancy.State.CLOSED: "closed",
}


def state_of_item(item: Item) -> dict[str, Any]:
    """For ``components/state.html``."""
    return {"kind": _ITEMS.get(Item.State(item.state), "closed"), "word": item.get_state_display()}


def state_of_transfer(transfer: Transfer) -> dict[str, Any]:
    """For ``components/state.html``."""
    kind = _TRANSFERS.get(Transfer.State(transfer.state), "closed")
    return {"kind": kind, "word": transfer.get_state_display()}


def state_of_discrepancy(found: Discrepancy) -> dict[str, Any]:
    """For ``components/state.html``."""
    kind = _DISCREPANCIES[Discrepancy.State(found.state)]
    return {"kind": kind, "word": found.get_state_display()}


def apart(value: object) -> str:
    """A name or a number in a sentence, kept in its own direction."""
    return f"\u2068{value}\u2069"


def answers_for(item: Item) -> str:
    """Who answers for a thing: the person where one is named, and the office."""
    office = apart(item.holder_office)
    if item.holder is None:
        return office
    return _("%(person)s, %(office)s") % {"person": apart(item.holder), "office": office}


def where(item: Item) -> str:
    """The place, or that none is said."""
    if item.store is not None:
        return apart(item.store)
    return _("in the hands of the office; no place is said")


def in_words(item: Item) -> dict[str, Any]:
    """State, place and who answers, for the card on other stations' pages."""
    return {"state": state_of_item(item), "where": where(item), "who": answers_for(item)}


def is_late(transfer: Transfer) -> bool:
    """Whether an offer has waited too long."""
    return transfer.state == Transfer.State.OFFERED and timezone.now() - transfer.offered_at > LATE


# --- what happened ----------------------------------------------------------------------------------------


def told(event: Event, *, hide_seal: bool = False) -> dict[str, Any]:
    """An event as a line of the history.

    Parameters
    ----------
    hide_seal
        For who has still to read the seal back.
    """
    after = []
    if event.from_office_id and event.from_office_id != event.to_office_id:
        names = {"one": apart(event.from_office), "other": apart(event.to_office)}
        after.append(_("from %(one)s to %(other)s") % names)
    if event.kind in _WITH_PERSON and event.to_person is not None:
        after.append(_("answered for by %(person)s") % {"person": apart(event.to_person)})
    if event.kind in _WITH_STORE and event.store is not None:
        after.append(_("kept in %(place)s") % {"place": apart(event.store)})
    late = event.entered_at - event.at > timedelta(minutes=5)
    return {
        "event": event,
        "what": capfirst(event.get_kind_display()),
        "after": after,
        "seal": "" if hide_seal else event.seal if event.kind in _WITH_SEAL else "",
        "read": "" if hide_seal else event.seal_read,
        "note": "" if hide_seal and event.kind == Event.Kind.DISPUTED else event.note,
        "entered_later": event.entered_at if late else None,
    }


_K = Event.Kind
_WITH_PERSON = (_K.TAKEN, _K.ACCEPTED, _K.SETTLED, _K.FROM_SPLIT)
_WITH_STORE = (_K.TAKEN, _K.ACCEPTED, _K.SETTLED, _K.FROM_SPLIT, _K.MOVED, _K.FOUND)
_WITH_SEAL = (_K.TAKEN, _K.SEALED, _K.OFFERED, _K.ACCEPTED, _K.SETTLED)
_DRAWN = {
    _K.TAKEN: "taken",
    _K.FROM_SPLIT: "taken",
    _K.OFFERED: "offered",
    _K.TAKEN_BACK: "withdrawn",
    _K.ACCEPTED: "accepted",
    _K.REFUSED: "refused",
    _K.DISPUTED: "disputed",
    _K.SETTLED: "settled",
    _K.MOVED: "moved",
    _K.MISSING: "missing",
    _K.FOUND: "found",
    _K.EMPTIED: "ended",
    _K.LEFT: "ended",
    _K.WITHDRAWN: "ended",
}
MOST_DRAWN = 40
"""Events in a picture; of a longer history the newest are drawn, and all stand in the list below."""


def timeline(item: Item, events: Sequence[Event], receivers: dict[Any, str]) -> dict[str, Any] | None:
    """Who answered for a thing along time, for ``components/figure.html``; None without anything to draw.

    Parameters
    ----------
    receivers
        Key of a transfer to the office that it is offered to.
    """
    drawn = [_as_drawn(e, receivers) for e in events if e.kind in _DRAWN][-MOST_DRAWN:]
    if not drawn:
        return None
    now = None if drawn[-1].kind == "ended" else timezone.localtime()
    columns, rows = custody_table(drawn, language())
    return {
        "id": "timeline",
        "title": "",
        "svg": mark_safe(
            custody_timeline_svg(drawn, language(), number=item.number, until=now, for_screen=True)
        ),
        "alternative": _("Who answered for it along time; the same stands in the table below."),
        "columns": columns,
        "rows": rows,
    }


def _as_drawn(event: Event, receivers: dict[Any, str]) -> CustodyEvent:
    who = str(event.to_office)
    if event.kind == _K.OFFERED:
        who = receivers.get(event.transfer_id, "")
    elif event.kind == _K.DISPUTED:
        who = str(event.by.office)
    elif event.kind == _K.MOVED:
        who = ""
    place = str(event.store) if event.store is not None and event.kind in _WITH_STORE else ""
    return CustodyEvent(
        kind=_DRAWN[_K(event.kind)],  # type: ignore[arg-type]
        at=timezone.localtime(event.at),
        who=who,
        place=place,
        on_paper=event.paper,
    )


# --- what comes next --------------------------------------------------------------------------------------


def steps_of_item(item: Item, transfer: Transfer | None, open_found: Sequence[Discrepancy]) -> list[Any]:
    """What comes next with a thing and who does it."""
    found = []
    if item.state == Item.State.OFFERED and transfer is not None:
        text = _("%(office)s accepts it, with the seal read back") % {"office": apart(transfer.to_office)}
        found.append(step(text, "custodian", url=transfer.get_absolute_url()))
    if item.state == Item.State.UNLOCATED:
        found.append(step(_("Look for it"), "custodian"))
    for one in open_found:
        found.append(step_of_discrepancy(one, url=one.get_absolute_url()))
    return found


def step_of_discrepancy(found: Discrepancy, url: str | None = None) -> dict[str, Any]:
    """What comes next with something that does not fit."""
    words = {"number": apart(found.number)}
    if found.state == Discrepancy.State.OPEN:
        text = _("Say what was found out about %(number)s") % words
    else:
        text = _("A second person closes %(number)s") % words
    return step(text, "custodian", "duty_officer", url=url)


def steps_of_transfer(transfer: Transfer, found: Sequence[Discrepancy]) -> list[Any]:
    """What comes next with a transfer and who does it."""
    steps = []
    if transfer.state == Transfer.State.OFFERED:
        text = _("%(office)s answers for each thing, with its seal read back")
        steps.append(step(text % {"office": apart(transfer.to_office)}, "custodian"))
    if transfer.paper and transfer.confirmed_by_id is None:
        steps.append(step(_("A second person compares the entry with the paper"), "custodian"))
    steps += [
        step_of_discrepancy(d, url=d.get_absolute_url()) for d in found if d.state != Discrepancy.State.CLOSED
    ]
    return steps


# --- facts ------------------------------------------------------------------------------------------------


def facts_of_item(user: Any, item: Item, *, hide_seal: bool) -> list[dict[str, Any]]:
    """What is known of a thing in custody, with the pages that the reader may open."""
    record = record_of(user, item)
    store = item.store
    if store is not None and not Store.objects.visible_to(user).filter(pk=store.pk).exists():
        store = None
    seal = {"label": _("Seal"), "value": item.seal or _("none"), "kind": "id" if item.seal else "text"}
    if hide_seal:
        seal = {"label": _("Seal"), "value": _("not shown: you read it back when you accept it")}
    found = [
        {"label": _("Number"), "value": item.number, "kind": "id"},
        {"label": _("What it is"), "value": capfirst(item.get_kind_display())},
        {"label": _("Who answers for it"), "value": answers_for(item)},
        {"label": _("Where"), "value": where(item), "url": store and store.get_absolute_url()},
        {"label": _("Since"), "value": item.since, "kind": "time"},
        seal,
        {"label": _("Recorded by"), "value": item.office},
        {"label": _("Last seen at a stock-taking"), "value": item.checked_at, "kind": "time"},
    ]
    if record is not None:
        found.insert(2, {"label": _("Its record"), "value": record["label"], "url": record["url"]})
    return found


def record_of(user: Any, item: Item) -> dict[str, str] | None:
    """The page of the thing's own station, for who may open it."""
    if item.kind == Item.Kind.SAMPLE:
        if not Sample.objects.visible_to(user).filter(pk=item.sample_id).exists():
            return None
        return {"label": item.number, "url": reverse("sample", args=[item.number])}
    if item.kind == Item.Kind.CARRIER:
        if not Carrier.objects.visible_to(user).filter(pk=item.carrier_id).exists():
            return None
        return {"label": item.number, "url": reverse("carrier", args=[item.number])}
    unit = item.unit if item.effect is None else item.effect.unit
    if unit is None or not Unit.objects.visible_to(user).filter(pk=unit.pk).exists():
        return None
    return {"label": unit.number, "url": reverse("unit", args=[unit.number])}


def paper_in_words(transfer: Transfer) -> list[str]:
    """That a transfer comes from a signed paper, who entered it and who compared it."""
    if not transfer.paper:
        return []
    names = {"giver": apart(transfer.paper_giver), "receiver": apart(transfer.paper_receiver)}
    found = [_("Signed on paper by %(giver)s and %(receiver)s.") % names]
    found.append(_("Entered later by %(person)s.") % {"person": apart(transfer.paper_by)})
    if transfer.confirmed_by is None:
        found.append(_("Not confirmed yet: nobody else has compared it with the paper."))
    elif transfer.contradicted:
        found.append(
            _("%(person)s says that the paper says something else.")
            % {"person": apart(transfer.confirmed_by)}
        )
    else:
        found.append(_("Confirmed by %(person)s.") % {"person": apart(transfer.confirmed_by)})
    return found


def state_of_scan(scan: Scan) -> dict[str, Any]:
    """For ``components/state.html``."""
    if scan.settled:
        return {"kind": "done", "word": scan.get_settled_display()}
    kinds = {Scan.Outcome.EXPECTED: "done", Scan.Outcome.ELSEWHERE: "attention"}
    return {"kind": kinds.get(Scan.Outcome(scan.outcome), "blocked"), "word": scan.get_outcome_display()}
