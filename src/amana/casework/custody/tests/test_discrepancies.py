"""What does not fit is followed by two people to an end, which decides who holds the thing."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.custody import services
from amana.casework.custody.models import Discrepancy, Item, Line, Transfer
from amana.casework.custody.services import Decision, Finding, Reading
from amana.casework.custody.tests.setting import accepted, faults, now, sound
from amana.casework.recovery.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def disputed(place):
    """A thing whose receiver read another seal, and its discrepancy."""
    transfer = place.offered(1)
    item = transfer.lines.get().item
    services.accept(place.custodian, transfer, [Reading(item, seal="A-8")])
    return now([item])[0], Discrepancy.objects.get()


def test_it_is_answered_then_closed_by_a_second_person(place, disputed):
    item, found = disputed
    assert faults(services.answer, place.keeper, found, " ") == {"custody.needs-words"}
    found = services.answer(place.keeper, found, "the seal was changed at the checkpoint, see protocol 4")
    assert (found.state, found.answered_by) == ("answered", place.keeper)
    decision = Decision(place.fmd, seal="A-8")
    assert faults(services.close, place.keeper, found, "agreed", decision) == {"custody.own-answer"}
    assert faults(services.answer, place.leader, found, "again") == {"custody.changed-meanwhile"}
    room = services.add_store(place.custodian, name="Cold room", kind="container")
    found = services.close(place.custodian, found, "agreed", Decision(place.fmd, room, "A-8"))
    assert (found.state, found.closed_by, found.held_by) == ("closed", place.custodian, place.fmd)
    (item,) = now([item])
    assert (item.state, item.holder_office, item.store, item.seal) == ("held", place.fmd, room, "A-8")
    settled = item.events.get(kind="settled")
    assert found.number in settled.note
    assert Line.objects.get().outcome == "accepted"
    assert Transfer.objects.get().state == "accepted"
    assert Unit.objects.get().state == "received"
    sound()


def test_it_can_go_back_to_the_giver(place, disputed):
    item, found = disputed
    since = item.since
    services.answer(place.custodian, found, "it never left the truck")
    services.close(place.keeper, found, "agreed", Decision(place.scd, seal="A-1"))
    (item,) = now([item])
    assert (item.state, item.holder_office, item.holder) == ("held", place.scd, place.recorder)
    assert item.since == since  # it was theirs all the time
    assert Line.objects.get().outcome == "refused"
    assert Transfer.objects.get().state == "refused"
    assert Unit.objects.get().state == "recorded"
    sound()


def test_no_office_is_made_to_answer_by_others_alone(place, disputed, person):
    _, found = disputed
    services.answer(place.keeper, found, "they have it")
    second = person("custodian", "SCD")
    assert faults(services.close, second, found, "yes", Decision(place.fmd)) == {"custody.nobody-of-holder"}
    assert faults(services.close, second, found, "yes", Decision(place.lab)) == {"custody.not-a-side"}
    assert faults(services.close, second, found, "yes") == {"custody.needs-decision"}
    services.close(second, found, "we take it back", Decision(place.scd, seal="A-1"))
    sound()


def test_only_the_two_offices_act_and_only_with_the_right(place, disputed, person):
    _, found = disputed
    for stranger in (person("custodian", "PAR"), person("photographer", "FMD"), place.analyst):
        with pytest.raises(PermissionDenied):
            services.answer(stranger, found, "x")
    services.answer(place.recorder, found, "x")
    for stranger in (person("custodian", "PAR"), place.leader):  # who holds things, but does not settle
        with pytest.raises(PermissionDenied):
            services.close(stranger, found, "x", Decision(place.scd))


def test_an_answer_that_does_not_convince_is_opened_again(place, disputed):
    _, found = disputed
    services.answer(place.keeper, found, "no idea")
    assert faults(services.reopen, place.keeper, found, "why") == {"custody.own-answer"}
    assert faults(services.reopen, place.custodian, found, "") == {"record.needs-reason"}
    found = services.reopen(place.custodian, found, "that is no answer")
    assert (found.state, found.answer, found.answered_by) == ("open", "", None)
    assert faults(services.close, place.custodian, found, "x") == {"custody.changed-meanwhile"}


def test_the_last_of_several_decides(place):
    transfer = place.offered(1)
    item = transfer.lines.get().item
    first = services.report(place.keeper, item, "label", "the second label is torn")
    services.accept(place.custodian, transfer, [Reading(item, Finding.BROKEN, words="cut open")])
    second = Discrepancy.objects.get(kind="broken")
    for found in (first, second):
        services.answer(place.keeper, found, "looked at")
    closer = place.physician
    services.report(place.physician, item, "other", "wet")  # by the receiver, who sees it
    third = Discrepancy.objects.get(kind="other")
    services.close(place.custodian, second, "yes")  # two are still open
    assert now([item])[0].state == "disputed"
    services.answer(place.keeper, third, "rain")
    services.close(closer, third, "yes")
    with pytest.raises(PermissionDenied):
        services.close(closer, first, "yes", Decision(place.fmd))  # was between people of one office
    duty = place.opener
    assert faults(services.close, duty, first, "yes") == {"custody.needs-decision"}
    services.close(duty, first, "yes", Decision(place.scd, seal="A-3"))
    assert (now([item])[0].state, now([item])[0].seal) == ("held", "A-3")
    sound()


def test_what_is_reported_by_hand_changes_nobodys_custody(place):
    (item,) = place.given(1)
    found = services.report(place.recorder, item, "label", "the photograph shows another label")
    assert (found.office, found.other_office) == (place.scd, place.fmd)
    assert now([item])[0].state == "held"
    assert faults(services.report, place.recorder, item, "seal", "x") == {"record.unknown-word"}
    assert faults(services.report, place.recorder, item, "other", "") == {"custody.needs-words"}
    services.answer(place.custodian, found, "there are two labels")
    services.close(place.physician, found, "seen")
    sound()


def test_the_database_wants_two_people(place, disputed):
    _, found = disputed
    found = services.answer(place.keeper, found, "x")
    found.state, found.closed_by = "closed", place.keeper
    with pytest.raises(IntegrityError), writing(SYSTEM, "tests.twin") as log:
        log.save(found)


def test_closing_a_loss_leaves_it_not_found(place):
    (item,) = place.held(1)
    services.report_missing(place.keeper, item, "not on its shelf")
    found = Discrepancy.objects.get()
    services.answer(place.keeper, found, "believed lost when the truck burnt")
    services.close(place.opener, found, "reported to the prosecutor")
    assert Item.objects.get().state == "unlocated"
    sound()


def test_a_store_given_with_the_decision_is_the_holders(place, disputed):
    _, found = disputed
    services.answer(place.keeper, found, "x")
    room = services.add_store(place.keeper, name="Room", kind="room")
    assert faults(services.close, place.custodian, found, "x", Decision(place.fmd, room)) == {
        "custody.store-elsewhere"
    }
    assert accepted  # the other way of ending is tested with transfers
