"""Offering, receiving with the seal read back, refusing, disputing, taking back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.custody import services
from amana.casework.custody.models import Discrepancy, Item, Line, Transfer
from amana.casework.custody.services import Extra, Finding, Reading
from amana.casework.custody.tests.setting import accepted, faults, now, readings, sound
from amana.casework.laboratory.services import receive_samples
from amana.casework.recovery.models import Unit

pytestmark = pytest.mark.django_db


def test_until_it_is_accepted_the_giver_answers(place):
    transfer = place.offered(2)
    for item in Item.objects.all():
        assert (item.state, item.holder_office, item.holder) == ("offered", place.scd, place.recorder)
        assert item.since < transfer.offered_at
    assert (transfer.state, transfer.things, transfer.from_office) == ("offered", 2, place.scd)
    sound()


def test_the_receiver_reads_every_seal_back_and_answers_from_then_on(place):
    transfer = place.offered(2)
    room = services.add_store(place.custodian, name="Cold room", kind="container")
    transfer = accepted(place.custodian, transfer, store=room)
    assert (transfer.state, transfer.settled_by) == ("accepted", place.custodian)
    for item in Item.objects.all():
        assert (item.state, item.holder_office, item.holder) == ("held", place.fmd, place.custodian)
        assert (item.store, item.office) == (room, place.scd)
        assert [e.kind for e in item.events.order_by("seq")] == ["taken", "offered", "accepted"]
    assert set(Unit.objects.values_list("state", flat=True)) == {"received"}
    sound()


def test_a_seal_is_the_same_in_another_spelling(place):
    transfer = place.offered(1)
    line = transfer.lines.get()
    services.accept(place.custodian, transfer, [Reading(line.item, seal="a - ١")])
    assert now([line.item])[0].state == "held"
    assert now([line.item])[0].seal == "A-1"


def test_nobody_accepts_their_own_offer_nor_any_of_the_giving_side(place, person):
    transfer = place.offered(1)
    assert faults(accepted, place.recorder, transfer) == {"custody.own-offer"}
    assert faults(accepted, place.leader, transfer) == {"custody.not-the-receiver"}
    with pytest.raises(PermissionDenied):
        accepted(person("photographer", "FMD"), transfer)
    stranger = person("custodian", "PAR")
    assert faults(accepted, stranger, transfer) == {"custody.not-the-receiver"}
    assert Transfer.objects.get().state == "offered"


def test_within_an_office_another_person_accepts(place):
    items = place.held(1)
    transfer = services.offer(place.recorder, items, place.scd, "into the store", to_person=place.keeper)
    assert faults(accepted, place.recorder, transfer) == {"custody.own-offer"}
    accepted(place.keeper, transfer)
    (item,) = now(items)
    assert (item.holder_office, item.holder) == (place.scd, place.keeper)
    assert item.unit.state == "recorded"  # it has not left who recovered it
    sound()


def test_who_is_named_receives_or_somebody_else_says_why(place):
    transfer = place.offered(1, to_person=place.custodian)
    assert faults(accepted, place.physician, transfer) == {"custody.for-another-person"}
    accepted(place.physician, transfer, reason="the custodian is ill")
    (item,) = now(line.item for line in transfer.lines.all())
    assert item.holder == place.physician
    assert item.events.get(kind="accepted").note == "the custodian is ill"


def test_another_seal_is_a_dispute_and_a_discrepancy_never_a_fix(place):
    transfer = place.offered(2)
    first, second = transfer.lines.order_by("item__number")
    transfer = services.accept(
        place.custodian, transfer, [Reading(first.item, seal="A-9"), Reading(second.item, seal="A-2")]
    )
    assert transfer.state == "disputed"
    one, two = now([first.item, second.item])
    assert (one.state, one.holder_office, one.seal) == ("disputed", place.scd, "A-1")
    assert (two.state, two.holder_office) == ("held", place.fmd)
    found = Discrepancy.objects.get()
    assert (found.kind, found.item, found.office, found.other_office) == ("seal", one, place.fmd, place.scd)
    assert "A-1" in found.words
    assert "A-9" in found.words
    line = Line.objects.get(item=one)
    assert (line.outcome, line.seal_given, line.seal_read) == ("disputed", "A-1", "A-9")
    assert Unit.objects.get(pk=one.unit_id).state == "recorded"
    # Nobody can go on with it.
    for act in (
        lambda: services.move(place.keeper, one, None),
        lambda: services.offer(place.keeper, [one], place.fmd, "again"),
        lambda: services.open_seal(place.keeper, one, "look"),
    ):
        assert faults(act) == {"custody.wrong-state"}
    sound()


def test_no_seal_is_said_on_both_sides(place):
    items = place.held(2, seal="")
    assert faults(services.offer, place.recorder, items, place.fmd, "x") == {"custody.say-no-seal"}
    transfer = services.offer(place.recorder, items, place.fmd, "x", unsealed={i.pk for i in items})
    one, two = items
    assert faults(services.accept, place.custodian, transfer, [Reading(one)]) == {"custody.seal-not-read"}
    services.accept(place.custodian, transfer, [Reading(one, no_seal=True), Reading(two, seal="B-7")])
    assert [i.state for i in now(items)] == ["held", "disputed"]
    sealed = place.offered(1)
    line = sealed.lines.get()
    services.accept(place.custodian, sealed, [Reading(line.item, no_seal=True)])
    assert now([line.item])[0].state == "disputed"
    other = place.offered(1)
    both = [Reading(other.lines.get().item, seal="A-1", no_seal=True)]
    assert faults(services.accept, place.custodian, other, both) == {"custody.seal-and-none"}
    sound()


def test_what_is_not_there_broken_or_mislabelled_is_disputed_with_words(place):
    transfer = place.offered(3)
    items = [line.item for line in transfer.lines.order_by("item__number")]
    kinds = (Finding.ABSENT, Finding.BROKEN, Finding.LABEL)
    silent = [Reading(i, k) for i, k in zip(items, kinds, strict=True)]
    assert faults(services.accept, place.custodian, transfer, silent) == {"custody.say-why"}
    said = [Reading(i, k, words="seen") for i, k in zip(items, kinds, strict=True)]
    services.accept(place.custodian, transfer, said)
    assert {i.state for i in now(items)} == {"disputed"}
    assert set(Discrepancy.objects.values_list("kind", flat=True)) == {"absent", "broken", "label"}
    sound()


def test_part_can_be_refused_with_a_reason_and_stays_with_the_giver(place):
    transfer = place.offered(2)
    first, second = (line.item for line in transfer.lines.order_by("item__number"))
    refused = Reading(first, Finding.REFUSED, words="no room")
    transfer = services.accept(place.custodian, transfer, [refused, Reading(second, seal="A-2")])
    assert transfer.state == "partly"
    one, two = now([first, second])
    assert (one.state, one.holder_office, one.holder) == ("held", place.scd, place.recorder)
    assert (two.holder_office, Line.objects.get(item=one).why) == (place.fmd, "no room")
    assert not Discrepancy.objects.exists()
    services.offer(place.leader, [one], place.fmd, "once more")
    sound()


def test_another_condition_is_accepted_and_followed(place):
    transfer = place.offered(1)
    item = transfer.lines.get().item
    reading = Reading(item, Finding.OTHERWISE, seal="A-1", condition="bag torn", words="torn on the way")
    services.accept(place.custodian, transfer, [reading])
    assert now([item])[0].holder_office == place.fmd
    assert Discrepancy.objects.get().kind == "condition"
    assert Line.objects.get().condition_read == "bag torn"


def test_a_transfer_can_be_received_in_several_steps(place):
    transfer = place.offered(3)
    first, *rest = readings(transfer)
    transfer = services.accept(place.custodian, transfer, [first])
    assert (transfer.state, transfer.settled_at) == ("offered", None)
    transfer = services.accept(place.physician, transfer, rest)
    assert transfer.state == "accepted"
    again = faults(services.accept, place.physician, transfer, [first])
    assert again == {"custody.changed-meanwhile"}
    sound()


def test_what_came_along_without_being_listed_is_followed(place):
    transfer, stray = place.offered(1), place.held(1)[0]
    extras = [Extra(stray.number, item=stray), Extra("a shoe", words="in the same crate")]
    services.accept(place.custodian, transfer, readings(transfer), extras=extras)
    (stray,) = now([stray])
    assert (stray.state, stray.holder_office) == ("disputed", place.scd)
    found = Discrepancy.objects.order_by("number")
    assert [(d.kind, d.item, d.transfer) for d in found] == [
        ("extra", stray, transfer), ("extra", None, transfer)
    ]  # fmt: skip
    other = place.offered(1)
    listed = other.lines.get().item
    twice = {"extras": [Extra(listed.number, item=listed)]}
    assert faults(services.accept, place.custodian, other, readings(other), **twice) == {
        "custody.on-the-list"
    }
    sound()


def test_an_offer_is_taken_back_by_the_giver_while_it_waits(place):
    transfer = place.offered(2)
    first, _ = readings(transfer)
    services.accept(place.custodian, transfer, [first])
    assert faults(services.withdraw_offer, place.custodian, transfer, "no") == {"custody.not-the-giver"}
    assert faults(services.withdraw_offer, place.leader, transfer, "") == {"record.needs-reason"}
    transfer = services.withdraw_offer(place.leader, transfer, "the road is closed")
    assert transfer.state == "partly"
    back = Item.objects.exclude(pk=first.item.pk).get()
    assert (back.state, back.holder) == ("held", place.recorder)
    assert faults(services.withdraw_offer, place.leader, transfer, "again") == {"custody.changed-meanwhile"}
    sound()


def test_what_cannot_be_offered_is_refused_with_every_fault(place, person):
    held, (elsewhere,) = place.held(1), place.given(1)
    offer = services.offer
    assert faults(offer, place.recorder, [*held, elsewhere], place.fmd, " ", to_person=place.recorder) == {
        "record.needs", "custody.held-elsewhere", "custody.cannot-receive"
    }  # fmt: skip
    assert faults(offer, place.recorder, [], place.fmd, "x") == {"custody.nothing-named"}
    assert faults(offer, place.recorder, [*held, *held], place.fmd, "x") == {"custody.named-twice"}
    assert faults(offer, place.recorder, held, place.scd, "x", to_person=place.recorder) == {
        "custody.to-oneself"
    }
    without = person("board_member", "FMD")
    assert faults(offer, place.recorder, held, place.fmd, "x", to_person=without) == {
        "custody.cannot-receive"
    }
    tomorrow = timezone.now() + timedelta(days=1)
    assert faults(offer, place.recorder, held, place.fmd, "x", at=tomorrow) == {"custody.in-the-future"}
    offer(place.recorder, held, place.fmd, "x")
    assert faults(offer, place.recorder, held, place.fmd, "x") == {"custody.wrong-state"}


def test_receiving_never_lies_before_the_offer(place):
    transfer = place.offered(1)
    earlier = transfer.offered_at - timedelta(minutes=5)
    assert faults(accepted, place.custodian, transfer, at=earlier) == {"custody.before-last-event"}


def test_a_sample_reaches_its_laboratory_by_acceptance_alone(place):
    (sample,) = place.samples()
    item = services.take_into_custody(place.physician, sample, seal="S-1")
    assert faults(receive_samples, place.analyst, [sample]) == {"laboratory.held-elsewhere"}
    transfer = services.offer(place.physician, [item], place.lab, "typing")
    assert faults(receive_samples, place.analyst, [sample]) == {"laboratory.held-elsewhere"}
    accepted(place.analyst, transfer)
    sample.refresh_from_db()
    assert sample.state == "received"
    sound()


def test_several_offers_at_once_are_all_or_none(place):
    one, two = place.held(2)
    offers = [services.Offer([one], place.fmd, "x"), services.Offer([two], place.lab, " ")]
    assert faults(services.offer_many, place.recorder, offers) == {"record.needs"}
    assert not Transfer.objects.exists()
    made = services.offer_many(
        place.recorder, [services.Offer([one], place.fmd, "x"), services.Offer([two], place.fmd, "y")]
    )
    done = services.accept_many(place.custodian, [services.Acceptance(t, readings(t)) for t in made])
    assert [t.state for t in done] == ["accepted", "accepted"]
    sound()
