from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.accounts.models import today
from amana.casework.audit.models import Entry, Subject
from amana.casework.audit.protection import erase_subject, open_text
from amana.casework.incidents.tests.field import opened, site_of
from amana.casework.recovery.models import Surrender
from amana.casework.recovery.provenance import RULES, grade
from amana.casework.recovery.services import (
    NewSurrender,
    change_surrender,
    record_unit,
    take_surrender,
    take_surrenders,
)
from amana.problems import InputProblems

WHO, TOLD = "Somebody invented, 0999", "We found him under the olive tree."


@pytest.fixture
def recorder(person):
    return person("recorder")


@pytest.fixture
def incident(person):
    return opened(person("duty_officer"))


def codes(call, *args, **fields):
    with pytest.raises(InputProblems) as found:
        call(*args, **fields)
    return {(p.code, p.row, p.field) for p in found.value.problems}


def test_the_grade_follows_from_the_answers_alone():
    """All 32 combinations, against the rule as it is shown to people."""
    assert [g for g, _ in RULES] == list(Surrender.Grade)
    for pictures, position, shown, described, mixed in product((False, True), repeat=5):
        if pictures and position and not mixed:
            wanted = "A"
        elif (position or shown) and not mixed:
            wanted = "B"
        elif position or shown or described:
            wanted = "C"
        else:
            wanted = "D"
        found = grade(pictures=pictures, position=position, shown=shown, described=described, mixed=mixed)
        assert found == wanted


@pytest.mark.parametrize("capacity", Surrender.Capacity.values)
def test_who_hands_over_does_not_change_the_grade(recorder, incident, capacity):
    answers = {"pictures": True, "position": True}
    assert take_surrender(recorder, incident, capacity=capacity, **answers).grade == "A"


def test_nothing_but_the_capacity_has_to_be_said(recorder, incident):
    handed = take_surrender(recorder, incident, capacity="family")
    assert (handed.grade, handed.person, handed.account) == ("D", "", "")
    assert handed.number.startswith("SCD-9905-")


def test_person_and_account_are_sealed_and_opened_by_role(recorder, incident, person):
    handed = take_surrender(recorder, incident, capacity="rescuer", person=WHO, account=TOLD)
    for entry in Entry.objects.all():
        assert WHO not in entry.values
        assert TOLD not in entry.values
    handed = Surrender.objects.get(pk=handed.pk)
    assert WHO not in handed.person
    duty = person("duty_officer")
    assert open_text(duty, handed, "person", "to ask for a sample") == WHO
    assert open_text(person("team_leader"), handed, "account", "to find the place") == TOLD
    for stranger, field in (
        (recorder, "person"), (person("team_leader"), "person"), (recorder, "account"),
        (person("duty_officer", "FMD"), "person"),
    ):  # fmt: skip
        with pytest.raises(PermissionDenied):
            open_text(stranger, handed, field, "curious")


def test_they_can_be_erased_and_the_remains_stay(recorder, incident, person):
    handed = take_surrender(recorder, incident, capacity="family", person=WHO, account=TOLD)
    unit = record_unit(recorder, incident, kind="bag", surrender=handed)
    erase_subject(person("data_protection_officer"), handed.subject, "withdrawn-consent", "they asked")
    handed = Surrender.objects.get(pk=handed.pk)
    assert (handed.person, handed.account, handed.grade) == ("", "", "D")
    assert handed.units.get() == unit
    assert ("protected.erased", None, None) in codes(
        change_surrender, recorder, handed, "more", account="again"
    )


def test_a_correction_grades_anew_and_keeps_what_was_said(recorder, incident, person):
    handed = take_surrender(recorder, incident, capacity="farmer", described=True, account=TOLD)
    spot = site_of(person("duty_officer"), incident, spots=1).spots.get()
    changed = change_surrender(recorder, handed, "went there", seen=0, shown=True, spot=spot, account=" ")
    assert (handed.grade, changed.grade, changed.spot) == ("C", "B", spot)
    assert open_text(person("team_leader"), changed, "account", "to see") == TOLD
    changed = change_surrender(recorder, changed, "three sacks", seen=1, mixed=True)
    assert changed.grade == "C"
    assert codes(change_surrender, recorder, changed, " ", seen=1) == {
        ("record.needs-reason", None, "reason"), ("recovery.surrender-changed-meanwhile", None, None)
    }  # fmt: skip


def test_faults_of_a_hand_over(recorder, incident, person):
    spot = site_of(person("duty_officer"), opened(person("duty_officer")), spots=1).spots.get()
    tomorrow = today() + timedelta(days=1)
    wrong = {
        "capacity": "enemy", "spot": spot, "lifted_on": tomorrow, "account": "x" * 10_001, "person": "\0",
        "received_at": timezone.now() + timedelta(days=1),
    }  # fmt: skip
    assert codes(take_surrender, recorder, incident, **wrong) == {
        ("record.unknown-word", None, "capacity"), ("recovery.spot-elsewhere", None, "spot"),
        ("recovery.time-in-future", None, "lifted_on"), ("record.too-long", None, "account"),
        ("record.unreadable-text", None, "person"), ("recovery.time-in-future", None, "received_at"),
    }  # fmt: skip
    assert not Subject.objects.exists()


def test_a_batch_is_as_single_ones(recorder, incident):
    row = {"capacity": "family", "person": WHO, "described": True}
    before = Entry.objects.count()
    for _ in range(2):
        take_surrender(recorder, incident, **row)
    between = Entry.objects.count()
    take_surrenders(recorder, incident, [NewSurrender(**row)] * 2)

    def told(start, stop):
        found = Entry.objects.filter(index__gte=start, index__lt=stop)
        found = found.exclude(action__in=("numbers.taken", "numbers.series.begun"))
        return sorted((e.action, e.object_type) for e in found)

    assert told(before, between) == told(between, Entry.objects.count())
    assert codes(take_surrenders, recorder, incident, [NewSurrender("family"), NewSurrender("")]) == {
        ("record.needs", 2, "capacity")
    }


def test_only_who_records_takes_in_and_only_in_an_incident_that_is_seen(incident, person):
    for stranger in (person("recorder", "PAR"), person("duty_officer"), person("photographer")):
        with pytest.raises(PermissionDenied):
            take_surrender(stranger, incident, capacity="family")
    handed = take_surrender(person("anthropologist", "FMD"), incident, capacity="family")
    assert handed.office.code == "FMD"
    with pytest.raises(PermissionDenied):
        change_surrender(person("recorder"), handed, "why", mixed=True)
