"""Taking into custody, seals, places, not found and found again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone

from amana.casework.audit.models import Entry
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.custody import services
from amana.casework.custody.models import Discrepancy, Event, Item
from amana.casework.custody.tests.setting import faults, now, sound
from amana.casework.recovery.services import change_unit
from amana.problems import InputProblems

pytestmark = pytest.mark.django_db


def test_taking_makes_the_one_row_that_says_where_who_and_since_when(place):
    (unit,) = place.units()
    store = services.add_store(place.recorder, name="Tent", kind="field")
    at = timezone.now() - timedelta(hours=3)
    item = services.take_into_custody(place.recorder, unit, store=store, seal=" A 17 ", at=at)
    found = Item.objects.get(unit=unit)
    assert found.pk == item.pk
    assert (found.number, found.state, found.seq) == (unit.number, "held", 1)
    assert (found.office, found.holder_office, found.holder) == (place.scd, place.scd, place.recorder)
    assert (found.store, found.since, found.last_at, found.seal) == (store, at, at, "A 17")
    event = found.events.get()
    assert (event.kind, event.at, event.by, event.seal) == ("taken", at, place.recorder, "A 17")
    assert event.entered_at > at
    actions = set(Entry.objects.filter(object_type__startswith="custody.").values_list("action", flat=True))
    assert actions == {"custody.item.taken", "custody.store.added"}
    sound()


def test_nobody_takes_twice_nor_what_is_withdrawn_nor_of_another_office(place, person):
    one, other = place.units(2)
    services.take_into_custody(place.recorder, one)
    change_unit(place.recorder, other, "mistake", state="withdrawn")
    other.refresh_from_db()
    assert faults(services.take_into_custody, place.leader, one) == {"custody.already-taken"}
    assert faults(services.take_into_custody, place.leader, other) == {"custody.withdrawn"}
    (third,) = place.units()
    assert faults(services.take_into_custody, place.custodian, third) == {"custody.not-yours-to-take"}
    assert faults(services.take_many, place.recorder, [services.Taking(third), services.Taking(third)]) == {
        "custody.named-twice"
    }
    with pytest.raises(PermissionDenied):
        services.take_into_custody(person("photographer", "SCD"), third)
    assert Item.objects.count() == 1
    sound()


def test_what_is_wrong_with_a_place_a_person_or_a_time_is_said(place):
    (unit,) = place.units()
    foreign = services.add_store(place.custodian, name="Room", kind="room")
    closed = services.add_store(place.recorder, name="Old", kind="room")
    services.close_store(place.recorder, closed, "gone")
    closed.refresh_from_db()
    tomorrow = timezone.now() + timedelta(days=1)
    take = services.take_into_custody
    assert faults(take, place.recorder, unit, store=foreign, holder=place.custodian, at=tomorrow) == {
        "custody.store-elsewhere", "custody.holder-elsewhere", "custody.in-the-future"
    }  # fmt: skip
    assert faults(take, place.recorder, unit, store=closed, seal="x" * 61) == {
        "custody.store-closed", "record.too-long"
    }  # fmt: skip


def test_a_sample_is_taken_by_whose_unit_it_is_of(place):
    (sample,) = place.samples()
    assert sample.office == place.lab
    item = services.take_into_custody(place.physician, sample, seal="S1")
    assert (item.number, item.office_id, item.holder_office_id) == (
        sample.barcode,
        place.lab.pk,
        place.fmd.pk,
    )
    (other,) = place.samples()
    assert faults(services.take_into_custody, place.recorder, other) == {"custody.not-yours-to-take"}
    services.take_into_custody(place.analyst, other)
    sound()


def test_carriers_are_kept_as_things(place):
    carrier = services.add_carrier(place.keeper, kind="disk", description="from the office safe")
    item = services.take_into_custody(place.keeper, carrier, seal="D1")
    assert (item.kind, item.number) == ("carrier", carrier.number)
    assert faults(services.add_carrier, place.keeper, kind="disk", description=" ", sha256="xyz") == {
        "record.needs", "custody.not-sha256"
    }  # fmt: skip


def test_a_seal_is_opened_with_a_reason_before_another_is_put_on(place):
    (item,) = place.held()
    assert faults(services.seal, place.leader, item, "A-2") == {"custody.sealed-already"}
    assert faults(services.open_seal, place.leader, item, " ") == {"record.needs-reason"}
    services.open_seal(place.leader, item, "to examine")
    assert faults(services.open_seal, place.leader, item, "again") == {"custody.no-seal"}
    assert faults(services.seal, place.leader, item, "no seal") == {"custody.needs-seal"}
    services.seal(place.leader, item, "A-2")
    (item,) = now([item])
    assert (item.seal, item.holder, item.seq) == ("A-2", place.recorder, 3)
    opened = item.events.get(kind="opened")
    assert (opened.seal, opened.seal_read, opened.note) == ("", "A-1", "to examine")
    assert Entry.objects.filter(action="custody.item.unsealed").count() == 2
    sound()


def test_moving_changes_where_and_since_but_not_who(place):
    (item,) = place.held()
    room = services.add_store(place.keeper, name="Room", kind="room")
    services.move(place.keeper, item, room)
    (moved,) = now([item])
    assert (moved.store, moved.holder) == (room, place.recorder)
    assert moved.since > item.since
    assert faults(services.move, place.keeper, item, room) == {"custody.already-there"}
    assert faults(services.move, place.custodian, item, None) == {"custody.held-elsewhere"}
    services.move(place.keeper, item, None, note="to the scales")
    assert now([item])[0].store is None
    sound()


def test_what_somebody_else_did_meanwhile_is_said_and_nothing_is_saved(place):
    (item,) = place.held()
    room = services.add_store(place.keeper, name="Room", kind="room")
    seen = {item.pk: item.seq}
    services.move(place.keeper, item, room)
    before = Event.objects.count()
    for act in (
        lambda: services.move(place.leader, item, None, seen=seen),
        lambda: services.open_seal(place.leader, item, "why", seen=seen),
        lambda: services.report_missing(place.leader, item, "gone", seen=seen),
        lambda: services.offer(place.leader, [item], place.fmd, "examination", seen=seen),
    ):
        assert faults(act) == {"custody.changed-meanwhile"}
    assert Event.objects.count() == before


def test_a_time_never_lies_before_what_happened_last(place):
    (item,) = place.held()
    room = services.add_store(place.keeper, name="Room", kind="room")
    earlier = timezone.now() - timedelta(hours=1)
    assert faults(services.move, place.keeper, item, room, at=earlier) == {"custody.before-last-event"}
    later = timezone.now() + timedelta(hours=1)
    assert faults(services.move, place.keeper, item, room, at=later) == {"custody.in-the-future"}
    services.move(place.keeper, item, room, at=item.last_at + timedelta(microseconds=1))
    sound()


def test_not_found_opens_a_discrepancy_and_found_again_does_not_close_it(place):
    (item,) = place.held()
    assert faults(services.report_missing, place.keeper, item, " ") == {"custody.needs-words"}
    services.report_missing(place.keeper, item, "shelf is empty")
    (item,) = now([item])
    assert (item.state, item.holder_office) == ("unlocated", place.scd)
    found = Discrepancy.objects.get()
    assert (found.kind, found.item, found.state) == ("stock", item, "open")
    assert faults(services.move, place.keeper, item, None) == {"custody.wrong-state"}
    assert faults(services.offer, place.keeper, [item], place.fmd, "x", unsealed=True) == {
        "custody.wrong-state"
    }
    room = services.add_store(place.keeper, name="Room", kind="room")
    services.found_again(place.keeper, item, store=room)
    (item,) = now([item])
    assert (item.state, item.store) == ("held", room)
    assert Discrepancy.objects.get().state == "open"
    sound()


def test_the_database_keeps_one_event_under_a_number(place):
    (item,) = place.held()
    event = item.events.get()
    twin = Event(
        item=item, seq=1, kind="moved", at=event.at, by=place.keeper, to_office=place.scd, since=event.at
    )
    with pytest.raises(IntegrityError), writing(SYSTEM, "tests.twin") as log:
        log.save(twin)


def test_a_batch_says_and_writes_what_single_acts_do(place):
    singles = [
        services.take_into_custody(place.recorder, u, seal=f"B{n}") for n, u in enumerate(place.units(3))
    ]
    between = Entry.objects.count()
    units = place.units(3)
    start = Entry.objects.count()
    many = services.take_many(place.recorder, [services.Taking(u, seal=f"B{n}") for n, u in enumerate(units)])

    def told(first, last):
        rows = Entry.objects.filter(index__gte=first, index__lt=last, object_type__startswith="custody.")
        return sorted(rows.values_list("action", "object_type", "actor", "office"))

    assert told(start, Entry.objects.count()) == told(0, between)
    columns = ("state", "holder_office_id", "holder_id", "seal", "seq")
    assert [[getattr(i, c) for c in columns] for i in singles] == [
        [getattr(i, c) for c in columns] for i in many
    ]


def test_a_large_batch_takes_few_statements(place, django_assert_max_num_queries):
    units = place.units(600)
    with django_assert_max_num_queries(40):
        items = services.take_many(place.recorder, [services.Taking(u) for u in units])
    with django_assert_max_num_queries(60):
        services.offer(place.recorder, items, place.fmd, "x", unsealed=True)
    sound()


def test_every_fault_of_every_row_is_named(place):
    one, other = place.units(2)
    services.take_into_custody(place.recorder, one)
    with pytest.raises(InputProblems) as caught:
        services.take_many(
            place.recorder, [services.Taking(one), services.Taking(other, holder=place.custodian)]
        )
    assert {(p.code, p.row) for p in caught.value.problems} == {
        ("custody.already-taken", 1), ("custody.holder-elsewhere", 2)
    }  # fmt: skip
    assert not Item.objects.filter(unit=other).exists()


def test_stores_stand_in_each_other_but_never_in_themselves(place):
    room = services.add_store(place.keeper, name="Room", kind="room")
    shelf = services.add_store(place.keeper, name="Shelf", kind="slot", within=room)
    assert faults(services.add_store, place.keeper, name=" room ", kind="room") == {"custody.store-named-so"}
    assert faults(services.change_store, place.keeper, room, "wrong", within=shelf) == {
        "custody.store-in-itself"
    }
    foreign = services.add_store(place.custodian, name="Room", kind="room")
    assert faults(services.add_store, place.keeper, name="X", kind="room", within=foreign) == {
        "custody.store-elsewhere"
    }
    (item,) = place.held()
    services.move(place.keeper, item, shelf)
    assert faults(services.close_store, place.keeper, room, "closed") == {"custody.store-not-empty"}
    services.move(place.keeper, item, None)
    services.close_store(place.keeper, room, "closed")
    room.refresh_from_db()
    assert room.closed_at is not None
