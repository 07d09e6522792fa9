"""Dividing a unit divides its custody; whoever holds a unit records on it."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.custody import services
from amana.casework.custody.models import Item
from amana.casework.custody.tests.setting import faults, now, sound
from amana.casework.recovery.models import Unit
from amana.casework.recovery.services import NewUnit, change_unit, split_unit

pytestmark = pytest.mark.django_db
PARTS = [NewUnit(kind="bone"), NewUnit(kind="bone")]


def opened(place, item, by=None):
    services.open_seal(by or place.recorder, item, "to examine")
    return now([item])[0]


def test_each_part_inherits_who_where_and_since(place):
    (item,) = place.held(1)
    room = services.add_store(place.keeper, name="Room", kind="room")
    services.move(place.keeper, item, room)
    item = opened(place, item)
    parts = split_unit(place.recorder, item.unit, "two persons", PARTS)
    rows = list(Item.objects.filter(unit__in=parts))
    assert len(rows) == 2
    for part in rows:
        assert (part.state, part.holder_office, part.holder) == ("held", place.scd, place.recorder)
        assert (part.store, part.since, part.seal) == (room, item.since, "")
        event = part.events.get()
        assert (event.kind, event.note, event.seq) == ("from_split", item.number, 1)
    (item,) = now([item])
    assert (item.state, item.events.order_by("seq").last().kind) == ("held", "split")
    sound()


def test_a_unit_in_no_custody_is_divided_without_it(place):
    (unit,) = place.units()
    split_unit(place.recorder, unit, "two persons", PARTS)
    assert not Item.objects.exists()


def test_sealed_offered_disputed_or_not_found_it_is_not_divided(place):
    one, two, three = place.held(3)
    assert faults(split_unit, place.recorder, one.unit, "x", PARTS) == {"custody.sealed"}
    one = opened(place, one)
    assert faults(split_unit, place.recorder, one.unit, "x", PARTS, custody_seen=1) == {
        "custody.changed-meanwhile"
    }
    services.offer(place.recorder, [two], place.fmd, "x")
    services.report_missing(place.keeper, three, "gone")
    for item in (two, three):
        assert faults(split_unit, place.recorder, item.unit, "x", PARTS) == {"custody.wrong-state"}
    assert Unit.objects.count() == 3


def test_whoever_holds_it_divides_and_changes_it_and_nobody_else(place):
    (item,) = place.given(1)
    item = opened(place, item, place.custodian)
    unit = Unit.objects.get(pk=item.unit_id)
    assert faults(split_unit, place.recorder, unit, "x", PARTS) == {"custody.held-elsewhere"}
    parts = split_unit(place.physician, unit, "two persons", PARTS)
    assert {p.office for p in parts} == {place.fmd}
    assert {i.holder_office for i in Item.objects.filter(unit__in=parts)} == {place.fmd}
    change_unit(place.physician, unit, "seen better", description="left arm")
    services.move(place.custodian, item, services.add_store(place.custodian, name="R", kind="room"))
    transfer = services.offer(place.custodian, [item], place.scd, "back", unsealed=True)
    services.accept(place.keeper, transfer, [services.Reading(item, no_seal=True)])
    unit.refresh_from_db()
    with pytest.raises(PermissionDenied):
        change_unit(place.physician, unit, "once more", description="x")
    assert unit.state == "received"  # it has been
    sound()


def test_when_nothing_is_left_the_number_stands_for_its_parts(place):
    (item,) = place.held(1)
    item = opened(place, item)
    assert faults(services.nothing_left, place.recorder, item, "empty") == {"custody.never-divided"}
    split_unit(place.recorder, item.unit, "two persons", PARTS)
    assert faults(services.nothing_left, place.recorder, item, " ") == {"record.needs-reason"}
    services.nothing_left(place.recorder, item, "only the bag is left")
    assert now([item])[0].state == "split"
    assert faults(services.move, place.keeper, item, None) == {"custody.wrong-state"}
    sound()


def test_what_was_entered_by_mistake_ends_with_its_record(place):
    from amana.casework.audit.writing import writing
    from amana.casework.custody.services.things import lock_things

    one, two = (i.unit for i in place.held(2))
    (given,) = place.given(1)

    def end(units):
        with writing(place.recorder, "recovery.batch.withdrawn") as log:
            lock_things(units)
            services.withdraw(log, place.recorder, units, "typed twice")

    assert faults(end, [one, given.unit]) == {"custody.held-elsewhere"}
    end([one, *place.units(1)])
    assert Item.objects.get(unit=one).state == "withdrawn"
    assert Item.objects.get(unit=two).state == "held"
    sound()
