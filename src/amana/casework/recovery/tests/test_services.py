from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.audit.models import Entry
from amana.casework.incidents.services import change_incident
from amana.casework.incidents.tests.field import lifted, opened, site_of
from amana.casework.numbers.services import lease
from amana.casework.numbers.tests.test_services import device_of
from amana.casework.recovery.models import Lying, Unit
from amana.casework.recovery.services import (
    NewUnit,
    change_unit,
    record_lying,
    record_unit,
    record_units,
    split_unit,
)
from amana.numbering import Number, parse
from amana.problems import InputProblems


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


def faults(call, *args, **fields):
    with pytest.raises(InputProblems) as found:
        call(*args, **fields)
    return {(p.code, p.row, p.field) for p in found.value.problems}


def test_a_unit_gets_the_number_of_its_site(by):
    incident = opened(by)
    site_of(by, incident, spots=0)
    site = site_of(by, incident, spots=1)
    unit = record_unit(by, incident, kind="body", spot=site.spots.get(), field_label=" T1 ")
    assert parse(unit.number) == Number("SCD", 2, 1)
    assert (unit.office, unit.field_label, unit.state) == (by.office, "T1", Unit.State.RECORDED)
    assert parse(record_unit(by, incident, kind="bone").number) == Number("SCD", 1, 1)


def test_every_office_that_sees_an_incident_can_record_what_it_lifted(by, person):
    incident = change_incident(by, opened(by), "ended", state="closed")
    unit = record_unit(person("forensic_physician", "FMD"), incident, kind="bone")
    assert unit.number.startswith("FMD-01-001-")
    assert unit.office.code == "FMD"
    for stranger in (person("recorder", "PAR"), person("hotline_operator"), person("interviewer", "NCM")):
        with pytest.raises(PermissionDenied):
            record_unit(stranger, incident, kind="bone")
    assert Unit.objects.count() == 1


def test_a_batch_makes_the_same_rows_and_entries_as_single_records(by):
    incident = opened(by)
    site = site_of(by, incident, spots=1)
    spot, base = site.spots.get(), record_unit(by, incident, kind="body")
    rows = [
        {"kind": "bone", "spot": spot, "field_label": "a", "over": [base]},
        {"kind": "bag", "description": "ash and soil"},
    ]
    before = Entry.objects.count()
    single = [record_unit(by, incident, **row) for row in rows]
    between = Entry.objects.count()
    many = record_units(by, incident, [NewUnit(**row) for row in rows])

    def told(start, end):
        skipped = ("numbers.taken", "numbers.series.begun")
        found = Entry.objects.filter(index__gte=start, index__lt=end).exclude(action__in=skipped)
        return sorted((e.action, e.object_type, e.actor, e.office) for e in found)

    assert told(before, between) == told(between, Entry.objects.count())
    values = ("kind", "spot_id", "field_label", "description", "office_id", "incident_id", "state")
    assert [[getattr(u, v) for v in values] for u in single] == [
        [getattr(u, v) for v in values] for u in many
    ]
    assert all(Lying.objects.filter(over=u, under=base).exists() for u in (single[0], many[0]))


def test_a_large_batch_takes_few_statements(by, django_assert_max_num_queries):
    incident = opened(by)
    spots = list(site_of(by, incident, spots=20).spots.all())
    rows = [NewUnit(kind="bone", spot=spots[i % 20], field_label=str(i)) for i in range(1500)]
    # SQLite takes 999 values in a statement: 66 units, or 83 entries.
    with django_assert_max_num_queries(60):
        units = record_units(by, incident, rows)
    assert [parse(u.number).running for u in units] == list(range(1, 1501))
    assert Entry.objects.filter(action="recovery.unit.recorded").count() == 1500


def test_every_fault_of_every_row_is_named_and_nothing_is_kept(by):
    incident, other = opened(by), opened(by)
    spot = site_of(by, other, spots=1).spots.get()
    (stranger,) = lifted(by, other, count=1)
    rows = [
        NewUnit(kind="bone"),
        NewUnit(kind="hand", spot=spot, field_label="x" * 41),
        NewUnit(kind="bone", parent=stranger, over=[stranger]),
        NewUnit(kind="bone", recovered_at=timezone.now() + timedelta(days=1), number="SCD-01-001-0"),
    ]
    assert faults(record_units, by, incident, rows) == {
        ("record.unknown-word", 2, "kind"), ("record.too-long", 2, "field_label"),
        ("recovery.spot-elsewhere", 2, "spot"), ("recovery.parent-elsewhere", 3, "parent"),
        ("recovery.lies-elsewhere", 3, "over"), ("recovery.in-the-future", 4, "recovered_at"),
        ("numbering.bad-check", 4, "number"),
    }  # fmt: skip
    assert Unit.objects.count() == 1
    assert faults(record_unit, by, incident, kind="hand") == {("record.unknown-word", None, "kind")}


def test_a_device_reports_numbers_of_its_own_block(by):
    incident = opened(by)
    device = device_of(by)
    lease(by, device, 4, 10)
    number = str(Number("SCD", 4, 7))
    unit = record_unit(
        by, incident, kind="bone", number=f" {number.lower().replace('-', ' ')}", device=device
    )
    assert unit.number == number
    taken = ("recovery.number-taken", None, "number")
    assert faults(record_unit, by, incident, kind="bone", number=number, device=device) == {taken}


def test_a_number_that_nobody_leased_is_refused(by, person):
    incident = opened(by)
    device, foreign = device_of(by), device_of(person("recorder", "FMD"))
    lease(by, device, 4, 10)
    outside, inside = str(Number("SCD", 4, 11)), str(Number("SCD", 4, 1))
    for number, who, code in (
        (outside, device, "recovery.number-not-leased"),
        (str(Number("FMD", 4, 1)), device, "recovery.number-not-leased"),
        (inside, device_of(by), "recovery.number-not-leased"),
        (inside, foreign, "recovery.number-without-device"),
        (inside, None, "recovery.number-without-device"),
        ("tag 7", device, "numbering.bad-format"),
    ):
        assert faults(record_unit, by, incident, kind="bone", number=number, device=who) == {
            (code, None, "number")
        }
    twice = [NewUnit(kind="bone", number=inside, device=device)] * 2
    assert faults(record_units, by, incident, twice) == {("recovery.number-taken", 2, "number")}
    assert not Unit.objects.exists()


def test_a_change_never_touches_number_office_or_incident(by, offices):
    incident, other = opened(by), opened(by)
    (unit,) = lifted(by, incident, count=1)
    changed = change_unit(
        by, unit, "seen better", kind="body_part", description="left hand", state="examined", number="X",
        incident=other, office=offices["FMD"],
    )  # fmt: skip
    assert (changed.number, changed.incident, changed.office) == (unit.number, incident, by.office)
    assert (changed.kind, changed.state) == ("body_part", "examined")
    assert Unit.objects.matching("LEFT hand").get() == unit
    assert "seen better" in Entry.objects.get(action="recovery.unit.changed").values


def test_a_change_needs_a_reason_and_a_spot_of_the_incident(by):
    (unit,) = lifted(by, opened(by), count=1)
    spot = site_of(by, opened(by), spots=1).spots.get()
    assert faults(change_unit, by, unit, " ", spot=spot, kind="") == {
        ("record.needs-reason", None, "reason"), ("recovery.spot-elsewhere", None, "spot"),
        ("record.needs", None, "kind"),
    }  # fmt: skip


def test_another_office_does_not_write(by, person):
    one, other = lifted(by, opened(by), count=2)
    stranger = person("forensic_physician", "FMD")
    for write in (
        lambda: change_unit(stranger, one, "why", kind="bag"),
        lambda: split_unit(stranger, one, "why", [NewUnit(kind="bone")]),
        lambda: record_lying(stranger, one, other),
    ):
        with pytest.raises(PermissionDenied):
            write()


def test_a_split_makes_children_and_the_unit_keeps_its_number(by):
    incident = opened(by)
    site = site_of(by, incident, spots=1)
    (unit,) = lifted(by, incident, site, count=1)
    parts = split_unit(by, unit, "two persons", [NewUnit(kind="bone"), NewUnit(kind="ash")])
    assert [parse(p.number) for p in parts] == [Number("SCD", 1, 2), Number("SCD", 1, 3)]
    assert {(p.parent, p.spot_id, p.incident) for p in parts} == {(unit, unit.spot_id, incident)}
    assert Unit.objects.get(pk=unit.pk).number == unit.number
    entries = Entry.objects.filter(action="recovery.unit.split", object_type="recovery.unit")
    assert entries.count() == 2
    assert all("two persons" in e.values for e in entries)
    assert faults(split_unit, by, unit, "", []) == {
        ("record.needs-reason", None, "reason"), ("recovery.split-into-nothing", None, "parts")
    }  # fmt: skip


def test_what_lay_on_what_is_said_once_and_one_way(by):
    incident = opened(by)
    top, bottom = lifted(by, incident, count=2)
    (stranger,) = lifted(by, opened(by), count=1)
    record_lying(by, top, bottom)
    for over, under, code in (
        (top, bottom, "recovery.lies-already"),
        (bottom, top, "recovery.lies-both-ways"),
        (top, top, "recovery.lies-on-itself"),
        (top, stranger, "recovery.lies-elsewhere"),
    ):
        assert faults(record_lying, by, over, under) == {(code, None, "other")}
    both = NewUnit(kind="bone", over=[top], under=[top])
    assert faults(record_units, by, incident, [both]) == {("recovery.lies-both-ways", 1, "under")}
    middle = record_unit(by, incident, kind="bone", over=[bottom], under=[top])
    assert {(p.over_id, p.under_id) for p in Lying.objects.all()} == {
        (top.pk, bottom.pk), (middle.pk, bottom.pk), (top.pk, middle.pk)
    }  # fmt: skip
