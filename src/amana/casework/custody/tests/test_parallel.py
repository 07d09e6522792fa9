"""Two people at the same moment: one of them is first, the other is told so, and there is one truth."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from amana.casework.audit.verification import verify_database
from amana.casework.custody import services
from amana.casework.custody.models import Event, Item, Line, StockTake, Transfer
from amana.casework.custody.reading import lines
from amana.casework.custody.services import stocktaking
from amana.casework.custody.tests.setting import now, readings, sound
from amana.casework.recovery.models import Unit
from amana.casework.recovery.services import NewUnit, split_unit
from amana.problems import InputProblems

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4
LOST = {"custody.changed-meanwhile"}


def at_once(*acts: Callable[[], Any]) -> list[set[str]]:
    """What each act was refused for; an empty set where it was done."""
    ready, outcomes = threading.Barrier(len(acts)), [set[str]() for _ in acts]
    broken: list[BaseException] = []

    def run(n: int, act: Callable[[], Any]) -> None:
        try:
            ready.wait(timeout=30)
            act()
        except InputProblems as found:
            outcomes[n] = {p.code for p in found.problems}
        except BaseException as error:
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    return outcomes


def whole() -> None:
    """The book is sound, the log verifies, and no thing has two lines that wait."""
    sound()
    assert {f.code for f in verify_database().findings} <= {"log.no-checkpoint"}
    for item in Item.objects.all():
        seqs = list(item.events.order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, item.seq + 1))
        assert Line.objects.filter(item=item, outcome="waiting").count() == (item.state == "offered")


def test_accept_and_accept(place):
    for _ in range(ROUNDS):
        transfer = place.offered(2)
        read = readings(transfer)
        outcomes = at_once(
            lambda t=transfer, r=read: services.accept(place.custodian, t, r),
            lambda t=transfer, r=read: services.accept(place.physician, t, r),
        )
        assert sorted(outcomes, key=len) == [set(), LOST]
        items = now(r.item for r in read)
        assert {i.holder_office for i in items} == {place.fmd}
        assert len({i.holder for i in items}) == 1
        assert Event.objects.filter(item__in=items, kind="accepted").count() == 2
    whole()


def test_accept_and_withdraw(place):
    for _ in range(ROUNDS):
        transfer = place.offered(2)
        read = readings(transfer)
        outcomes = at_once(
            lambda t=transfer, r=read: services.accept(place.custodian, t, r),
            lambda t=transfer: services.withdraw_offer(place.leader, t, "the road is closed"),
        )
        assert sorted(outcomes, key=len) == [set(), LOST]
        accepted = outcomes[0] == set()
        items = now(r.item for r in read)
        assert {i.holder_office for i in items} == {place.fmd if accepted else place.scd}
        assert Transfer.objects.get(pk=transfer.pk).state == ("accepted" if accepted else "withdrawn")
    whole()


def test_split_and_move(place):
    room = services.add_store(place.keeper, name="Room", kind="room")
    for _ in range(ROUNDS):
        (item,) = place.held(1, seal="")
        seen = item.seq
        outcomes = at_once(
            lambda i=item, s=seen: split_unit(
                place.recorder, i.unit, "two persons", [NewUnit(kind="bone")], custody_seen=s
            ),
            lambda i=item, s=seen: services.move(place.keeper, i, room, seen={i.pk: s}),
        )
        assert sorted(outcomes, key=len) == [set(), LOST]
        (whole_item,) = now([item])
        parts = Item.objects.filter(unit__parent=item.unit)
        assert (parts.count(), whole_item.store) == ((1, None) if outcomes[0] == set() else (0, room))
    # Without having seen anything both may be done, in either order: the part is where the whole was then.
    (item,) = place.held(1, seal="")
    outcomes = at_once(
        lambda: split_unit(place.recorder, item.unit, "two persons", [NewUnit(kind="bone")]),
        lambda: services.move(place.keeper, item, room),
    )
    assert outcomes == [set(), set()]
    order = list(item.events.order_by("seq").values_list("kind", flat=True))
    part = Item.objects.get(unit__parent=item.unit)
    assert part.store == (room if order.index("moved") < order.index("split") else None)
    whole()


def test_split_and_split(place):
    for _ in range(ROUNDS):
        (item,) = place.held(1, seal="")
        outcomes = at_once(
            *(
                lambda by=by, i=item: split_unit(
                    by, i.unit, "two persons", [NewUnit(kind="bone")], custody_seen=i.seq
                )
                for by in (place.recorder, place.leader)
            )
        )
        assert sorted(outcomes, key=len) == [set(), LOST]
        assert Unit.objects.filter(parent=item.unit).count() == 1
    whole()


def test_split_and_accept(place):
    """They take the same rows in the same order, things before their custody, and never wait in a circle."""
    for _ in range(ROUNDS):
        transfer = place.offered(1, seal="")
        read = readings(transfer)
        unit = read[0].item.unit
        outcomes = at_once(
            lambda t=transfer, r=read: services.accept(place.custodian, t, r),
            lambda u=unit: split_unit(place.recorder, u, "two persons", [NewUnit(kind="bone")]),
        )
        assert outcomes[0] == set()
        assert outcomes[1] in ({"custody.wrong-state"}, {"custody.held-elsewhere"})
        assert not Unit.objects.filter(parent=unit).exists()
    whole()


def test_scan_and_move(place):
    room = services.add_store(place.keeper, name="Room", kind="room")
    other = services.add_store(place.keeper, name="Other", kind="room")
    items = place.held(ROUNDS)
    services.move_many(place.keeper, items, room)
    stocktake = stocktaking.start(place.keeper, room)
    for item in items:
        outcomes = at_once(
            lambda i=item: stocktaking.scan_many(place.keeper, stocktake, list(lines(i.number))),
            lambda i=item: services.move(place.leader, i, other),
        )
        assert outcomes == [set(), set()]
        (moved,) = now([item])
        assert (moved.state, moved.store) == ("held", other)
        (scan,) = stocktake.scans.filter(item=item)
        kinds = list(item.events.order_by("seq").values_list("kind", flat=True))[2:]
        seen = ["checked", "moved"] if scan.outcome == "expected" else ["moved"]
        assert kinds == seen
    for scan in stocktaking.unsettled(stocktake):
        stocktaking.settle(place.keeper, scan, "moved")
    outcomes = at_once(*(lambda by=by: stocktaking.end(by, stocktake) for by in (place.keeper, place.leader)))
    assert sorted(outcomes, key=len) == [set(), {"custody.stocktake-ended"}]
    whole()


def test_offer_and_offer(place):
    for _ in range(ROUNDS):
        items = place.held(2)
        seen = {i.pk: i.seq for i in items}
        outcomes = at_once(
            lambda i=items, s=seen: services.offer(place.recorder, i, place.fmd, "a", seen=s),
            lambda i=items, s=seen: services.offer(place.leader, i[::-1], place.lab, "b", seen=s),
        )
        assert sorted(outcomes, key=len) == [set(), LOST]
        assert Line.objects.filter(item__in=items).count() == 2
    whole()


def test_take_and_take(place):
    for _ in range(ROUNDS):
        (unit,) = place.units(1)
        outcomes = at_once(
            *(
                lambda by=by, u=unit: services.take_into_custody(by, u)
                for by in (place.recorder, place.leader)
            )
        )
        assert sorted(outcomes, key=len) == [set(), {"custody.already-taken"}]
        assert Item.objects.filter(unit=unit).count() == 1
    whole()


def test_start_and_start(place):
    room = services.add_store(place.keeper, name="Room", kind="room")
    outcomes = at_once(*(lambda by=by: stocktaking.start(by, room) for by in (place.keeper, place.leader)))
    assert sorted(outcomes, key=len) == [set(), {"custody.stocktake-open"}]
    assert StockTake.objects.count() == 1
    whole()


def test_two_close_the_last_two_questions_of_one_thing(place):
    transfer = place.offered(1)
    item = transfer.lines.get().item
    first = services.report(place.keeper, item, "label", "torn")
    services.accept(place.custodian, transfer, [services.Reading(item, seal="B-2")])
    second = item.discrepancies.get(kind="seal")
    for found in (first, second):
        services.answer(place.keeper, found, "looked at")
    decision = services.Decision(place.scd, seal="A-1")
    outcomes = at_once(
        lambda: services.close(place.opener, first, "yes", decision),
        lambda: services.close(place.custodian, second, "yes", decision),
    )
    assert outcomes == [set(), set()]
    (item,) = now([item])
    assert (item.state, item.events.filter(kind="settled").count()) == ("held", 1)
    whole()
