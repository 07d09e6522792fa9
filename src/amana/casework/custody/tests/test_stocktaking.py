"""Going through a store with a scanner."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.custody import services
from amana.casework.custody.models import Discrepancy, Scan
from amana.casework.custody.reading import lines
from amana.casework.custody.services import stocktaking
from amana.casework.custody.tests.setting import faults, now, sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(place):
    return services.add_store(place.keeper, name="Room", kind="room")


def scanned(by, stocktake, *texts):
    return stocktaking.scan_many(by, stocktake, list(lines("\n".join(texts))))


def test_what_is_scanned_is_seen_and_what_is_not_is_not_found(place, room):
    shelf = services.add_store(place.keeper, name="Shelf", kind="slot", within=room)
    items = place.held(3)
    services.move_many(place.keeper, items[:2], room)
    services.move(place.keeper, items[2], shelf)
    stocktake = stocktaking.start(place.keeper, room)
    assert [i.pk for i in stocktaking.missing(stocktake)] == [i.pk for i in items]
    made = scanned(place.keeper, stocktake, items[0].number, f"https://x.example/u/{items[2].number}/")
    assert [s.outcome for s in made] == ["expected", "expected"]
    assert scanned(place.leader, stocktake, items[0].number.lower()) == []  # once is enough
    (first,) = now(items[:1])
    assert first.checked_at is not None
    assert first.since < first.checked_at
    stocktake = stocktaking.end(place.leader, stocktake)
    assert [i.state for i in now(items)] == ["held", "unlocated", "held"]
    found = Discrepancy.objects.get()
    assert (found.kind, found.item.pk) == ("stock", items[1].pk)
    assert stocktake.number in found.words
    assert faults(scanned, place.keeper, stocktake, items[1].number) == {"custody.stocktake-ended"}
    sound()


def test_what_does_not_belong_is_moved_found_again_or_followed_by_choice(place, room):
    stray, lost, foreign = *place.held(2), place.given(1)[0]
    services.report_missing(place.keeper, lost, "gone")
    stocktake = stocktaking.start(place.keeper, room)
    scanned(place.keeper, stocktake, stray.number, lost.number, foreign.number, "629104150", "a crate")
    by_item = {s.item_id: s for s in Scan.objects.filter(item__isnull=False)}
    assert {s.outcome for s in by_item.values()} == {"elsewhere"}
    waiting = faults(stocktaking.end, place.keeper, stocktake)
    assert waiting == {"custody.scan-not-settled"}
    settle = stocktaking.settle
    assert faults(settle, place.keeper, by_item[foreign.pk], "moved") == {"custody.cannot-settle-so"}
    assert faults(settle, place.keeper, by_item[stray.pk], "found") == {"custody.cannot-settle-so"}
    settle(place.keeper, by_item[stray.pk], "moved")
    settle(place.keeper, by_item[lost.pk], "found")
    settle(place.keeper, by_item[foreign.pk], "discrepancy", "stood behind the door")
    again = faults(settle, place.leader, by_item[stray.pk], "discrepancy")
    assert again == {"custody.changed-meanwhile"}
    unknown = list(Scan.objects.filter(outcome="unknown").order_by("read"))
    settle(place.keeper, unknown[0], "misread")
    settle(place.keeper, unknown[1], "discrepancy", "no label")
    stocktaking.end(place.keeper, stocktake)
    assert [i.store for i in now([stray, lost])] == [room, room]
    assert [i.state for i in now([stray, lost, foreign])] == ["held", "held", "held"]
    extra = Discrepancy.objects.filter(kind="extra").order_by("number")
    assert [(d.item_id, d.other_office_id) for d in extra] == [(foreign.pk, place.fmd.pk), (None, None)]
    sound()


def test_what_was_moved_meanwhile_is_neither_missing_nor_lost(place, room):
    other = services.add_store(place.keeper, name="Other", kind="room")
    items = place.held(3)
    services.move_many(place.keeper, items[:2], room)
    stocktake = stocktaking.start(place.keeper, room)
    services.move(place.leader, items[0], other)
    services.offer(place.leader, [items[1]], place.fmd, "examination")
    services.move(place.leader, items[2], room)
    assert [s.outcome for s in scanned(place.keeper, stocktake, items[1].number)] == ["expected"]
    stocktaking.end(place.keeper, stocktake)
    assert [i.state for i in now(items)] == ["held", "offered", "held"]
    assert not Discrepancy.objects.exists()
    sound()


def test_one_goes_through_a_store_at_a_time(place, room):
    first = stocktaking.start(place.keeper, room)
    assert faults(stocktaking.start, place.leader, room) == {"custody.stocktake-open"}
    stocktaking.end(place.keeper, first)
    stocktaking.start(place.leader, room)
    with pytest.raises(PermissionDenied):
        stocktaking.start(place.custodian, room)
    assert faults(scanned, place.keeper, stocktaking.StockTake.objects.first(), "") == {
        "custody.nothing-named"
    }


def test_what_the_reader_does_not_see_is_not_in_the_register(place, room, person):
    secret = place.given(1)[0]
    stranger = person("custodian", "PAR")
    own = services.add_store(stranger, name="Room", kind="room")
    stocktake = stocktaking.start(stranger, own)
    (scan,) = scanned(stranger, stocktake, secret.number)
    assert (scan.outcome, scan.item) == ("unknown", None)


def test_a_whole_store_takes_few_statements(place, room, django_assert_max_num_queries):
    items = place.held(300, seal="")
    services.move_many(place.keeper, items, room)
    stocktake = stocktaking.start(place.keeper, room)
    with django_assert_max_num_queries(25):
        scanned(place.keeper, stocktake, *(i.number for i in items[:250]))
    with django_assert_max_num_queries(30):
        stocktaking.end(place.keeper, stocktake)
    assert Discrepancy.objects.count() == 50
    sound()
