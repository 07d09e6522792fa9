"""A signed paper is entered later, is marked so, and makes one consistent order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.custody import services
from amana.casework.custody.models import Discrepancy, Item, Transfer
from amana.casework.custody.services import Paper
from amana.casework.custody.tests.setting import accepted, faults, now, sound
from amana.casework.recovery.models import Unit
from amana.problems import InputProblems

pytestmark = pytest.mark.django_db


def paper(place, things, **fields):
    given = {
        "from_office": place.scd, "to_office": place.fmd, "giver": "Salim, driver", "receiver": "Dr Huda",
        "signed_at": timezone.now() - timedelta(minutes=1), "purpose": "examination",
        "seals": {getattr(t, "number", ""): f"A-{n}" for n, t in enumerate(things, 1)}, **fields,
    }  # fmt: skip
    return Paper(things, **given)


def taken_long_ago(place, count=1):
    """Units in custody since yesterday, and their items."""
    units = place.units(count)
    yesterday = timezone.now() - timedelta(days=1)
    rows = [services.Taking(u, seal=f"A-{n}", at=yesterday) for n, u in enumerate(units, 1)]
    return units, services.take_many(place.recorder, rows)


def test_a_paper_moves_the_things_and_is_marked_everywhere(place):
    units, items = taken_long_ago(place, 2)
    signed = timezone.now() - timedelta(hours=5)
    transfer = services.enter_paper(place.custodian, paper(place, units, signed_at=signed))
    assert (transfer.paper, transfer.state, transfer.paper_by) == (True, "accepted", place.custodian)
    assert (transfer.paper_giver, transfer.paper_receiver) == ("Salim, driver", "Dr Huda")
    assert (transfer.offered_at, transfer.confirmed_by) == (signed, None)
    assert transfer.paper_entered_at > signed
    for item in now(items):
        assert (item.state, item.holder_office, item.holder, item.since) == ("held", place.fmd, None, signed)
        marked = list(item.events.order_by("seq").values_list("kind", "paper", "at"))
        assert marked[1:] == [("offered", True, signed), ("accepted", True, signed)]
        assert marked[0][:2] == ("taken", False)
    assert set(Unit.objects.values_list("state", flat=True)) == {"received"}
    sound()


def test_either_office_enters_it_and_nobody_else(place, person):
    units, _ = taken_long_ago(place, 1)
    stranger = person("custodian", "PAR")
    assert faults(services.enter_paper, stranger, paper(place, units)) == {"custody.not-on-the-paper"}
    services.enter_paper(place.recorder, paper(place, units))
    assert Item.objects.get().holder_office == place.fmd


def test_a_second_person_of_either_office_confirms_it(place, person):
    units, _ = taken_long_ago(place, 1)
    transfer = services.enter_paper(place.custodian, paper(place, units))
    assert faults(services.confirm_paper, place.custodian, transfer) == {"custody.own-paper"}
    transfer = services.confirm_paper(place.physician, transfer)
    assert (transfer.confirmed_by, transfer.contradicted) == (place.physician, False)
    assert faults(services.confirm_paper, place.recorder, transfer) == {"custody.changed-meanwhile"}
    transfer.confirmed_by = transfer.paper_by
    with pytest.raises(IntegrityError), writing(SYSTEM, "tests.twin") as log:
        log.save(transfer)


def test_whoever_finds_that_the_paper_says_something_else_opens_a_discrepancy(place):
    units, items = taken_long_ago(place, 2)
    transfer = services.enter_paper(place.custodian, paper(place, units))
    services.move(place.custodian, items[1], services.add_store(place.custodian, name="R", kind="room"))
    assert faults(services.contradict_paper, place.keeper, transfer, " ") == {"custody.needs-words"}
    transfer = services.contradict_paper(place.keeper, transfer, "only one bag stands on it")
    assert (transfer.state, transfer.contradicted, transfer.confirmed_by) == ("disputed", True, place.keeper)
    assert [i.state for i in now(items)] == ["disputed", "held"]  # the second has gone on since
    assert list(Discrepancy.objects.values_list("kind", "other_office")) == [("paper", place.fmd.pk)] * 2
    sound()


def test_a_thing_in_nobodys_custody_was_the_givers_as_the_paper_says(place):
    units = place.units(1)
    signed = timezone.now() - timedelta(days=2)
    services.enter_paper(place.recorder, paper(place, units, signed_at=signed))
    (item,) = Item.objects.all()
    assert [(e.kind, e.paper) for e in item.events.order_by("seq")] == [
        ("taken", True), ("offered", True), ("accepted", True)
    ]  # fmt: skip
    assert (item.holder_office, item.since) == (place.fmd, signed)
    (other,) = place.units(1)
    reverse = paper(place, [other], from_office=place.fmd, to_office=place.scd)
    assert faults(services.enter_paper, place.recorder, reverse) == {"custody.not-taken"}
    sound()


def test_the_seal_on_the_paper_is_compared_like_any_other(place):
    units, items = taken_long_ago(place, 3)
    one, two, _ = units
    seals = {one.number: "A-1", two.number: "X-9"}
    missing = faults(services.enter_paper, place.recorder, paper(place, units, seals=seals))
    assert missing == {"custody.seal-not-read"}
    transfer = services.enter_paper(place.recorder, paper(place, units, seals=seals, unsealed=True))
    assert transfer.state == "disputed"
    assert [i.state for i in now(items)] == ["held", "disputed", "disputed"]
    assert Discrepancy.objects.filter(kind="seal").count() == 2
    sound()


def test_a_paper_takes_the_place_of_the_offer_that_was_waiting(place):
    units, items = taken_long_ago(place, 2)
    waiting = services.offer(place.recorder, items, place.fmd, "examination")
    # They signed before the offer was typed in: what people meant to do does not stand against it.
    signed = waiting.offered_at - timedelta(hours=2)
    transfer = services.enter_paper(place.custodian, paper(place, units[:1], signed_at=signed))
    assert transfer.state == "accepted"
    waiting.refresh_from_db()
    assert waiting.state == "offered"
    assert sorted(waiting.lines.values_list("outcome", flat=True)) == ["waiting", "withdrawn"]
    assert [i.state for i in now(items)] == ["held", "offered"]
    assert [i.holder_office for i in now(items)] == [place.fmd, place.scd]
    sound()


def test_what_happened_later_elsewhere_stands_against_it_and_is_named(place):
    units, (item,) = taken_long_ago(place, 1)
    services.open_seal(place.recorder, item, "to add the second label")
    opened = now([item])[0].events.get(kind="opened")
    signed = opened.at - timedelta(hours=1)
    with pytest.raises(InputProblems) as caught:
        services.enter_paper(place.custodian, paper(place, units, signed_at=signed, unsealed=True))
    (fault,) = caught.value.problems
    assert fault.code == "custody.order-broken"
    assert fault.params["event"] == "seal opened"
    assert fault.params["number"] == item.number
    assert Item.objects.get().holder_office == place.scd


def test_within_an_office_what_happened_later_stands_beside_it(place):
    units, (item,) = taken_long_ago(place, 1)
    room = services.add_store(place.keeper, name="Room", kind="room")
    services.move(place.keeper, item, room)
    moved = now([item])[0]
    signed = moved.last_at - timedelta(hours=3)
    services.enter_paper(
        place.recorder, paper(place, units, from_office=place.scd, to_office=place.scd, signed_at=signed)
    )
    (item,) = now([item])
    assert (item.holder_office, item.last_at) == (place.scd, moved.last_at)
    # One order again: nothing is written before what happened last.
    assert faults(services.move, place.keeper, item, None, at=signed) == {"custody.before-last-event"}
    sound()


def test_papers_are_entered_in_the_order_in_which_they_were_signed(place, offices):
    units, _ = taken_long_ago(place, 1)
    second = paper(place, units, from_office=place.fmd, to_office=place.lab)
    assert faults(services.enter_paper, place.custodian, second) == {"custody.not-with-the-giver"}
    signed = timezone.now() - timedelta(hours=1)
    services.enter_paper(place.custodian, paper(place, units, signed_at=signed))
    services.enter_paper(place.custodian, second)
    assert Item.objects.get().holder_office == place.lab
    sound()


def test_a_paper_says_who_signed_when_and_what(place):
    units, _ = taken_long_ago(place, 1)
    later = timezone.now() + timedelta(hours=1)
    wrong = paper(place, units, giver=" ", receiver="", purpose="", signed_at=later)
    assert faults(services.enter_paper, place.recorder, wrong) == {"record.needs", "custody.in-the-future"}
    assert faults(services.enter_paper, place.recorder, paper(place, [])) == {"custody.nothing-named"}
    assert not Transfer.objects.exists()


def test_what_is_offered_to_another_office_cannot_have_been_handed_over(place):
    units, items = taken_long_ago(place, 1)
    services.offer(place.recorder, items, place.lab, "typing")
    assert faults(services.enter_paper, place.recorder, paper(place, units)) == {"custody.wrong-state"}
    other, held = taken_long_ago(place, 1)
    transfer = services.offer(place.recorder, held, place.fmd, "x")
    accepted(place.custodian, transfer)
    assert faults(services.enter_paper, place.recorder, paper(place, other)) == {"custody.not-with-the-giver"}
