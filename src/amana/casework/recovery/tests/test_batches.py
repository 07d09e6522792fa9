"""Old lists: every problem is told before anything is saved, all is recorded or nothing, withdrawn whole."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.audit.models import Entry, Subject
from amana.casework.audit.protection import unsealed
from amana.casework.custody import services as custody
from amana.casework.custody.models import Item
from amana.casework.files.models import StoredFile
from amana.casework.files.services import content_of
from amana.casework.incidents.tests.field import opened, site_of
from amana.casework.laboratory.services import NewSample, add_samples
from amana.casework.recovery.models import Batch, Effect, Hint, Irregularity, Unit
from amana.casework.recovery.services import (
    NewUnit,
    change_unit,
    import_list,
    look_at_list,
    record_unit,
    split_unit,
    withdraw_batch,
)
from amana.casework.recovery.services.belongings import add_effects
from amana.interchange.units_table import units_csv, units_workbook
from amana.problems import InputProblems

GOOD = [
    {"old_number": "١٢/أ", "kind": "bag", "description": "كيس أبيض", "found_on": "2014/3", "pieces": "3",
     "place": "بئر القرية", "position": "34.84160, 36.45380", "depth_cm": "40", "sex": "male", "age": "30-40",
     "clothing": "سترة زرقاء", "stored_in": "shelf 3", "supposed_name": "Somebody Invented"},
    {"old_number": "B-7", "kind": "bone", "found_on": "2014-03-05 14:30"},
]  # fmt: skip


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


@pytest.fixture
def incident(by):
    return opened(by)


def listed(*rows, form=units_csv):
    return form("en", rows)


def entered(by, incident, *rows):
    return import_list(by, incident, listed(*(rows or GOOD)), "old.csv", "Book of the village, 2014")


def codes(problems):
    return [(p.row, p.code) for p in problems]


def refused(act, *args, **kwargs):
    with pytest.raises(InputProblems) as caught:
        act(*args, **kwargs)
    return caught.value.problems


@pytest.mark.parametrize("form", [units_csv, units_workbook])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_template_comes_back_as_units(by, incident, form, language):
    batch = import_list(by, incident, form(language, GOOD), "old", "Book of the village, 2014")
    one, other = Unit.objects.filter(batch=batch).order_by("number")
    assert (one.field_label, one.kind, one.depth_cm) == ("١٢/أ", "bag", 40.0)
    assert (round(one.latitude, 4), round(one.longitude, 4)) == (34.8416, 36.4538)
    assert one.form == {
        "recovered_place": "بئر القرية", "recovered_coordinates": "34.84160, 36.45380", "sex": "male",
        "clothing": "سترة زرقاء", "stored_place": "shelf 3",
    }  # fmt: skip
    # What no field takes stays word for word, under the list's own names.
    assert one.description.splitlines()[0] == "كيس أبيض"
    assert [line.partition(": ")[2] for line in one.description.splitlines()[1:]] == ["30-40", "3", "2014/3"]
    assert other.recovered_at.isoformat().startswith("2014-03-05T")
    assert (batch.rows, batch.incident, batch.office) == (2, incident, by.office)
    # Lifted without a mission: recorded all the same, and flagged.
    assert {u.irregularity_id for u in (one, other)} <= set(Irregularity.objects.values_list("pk", flat=True))
    assert "no_position" not in one.irregularity.kinds
    assert "no_position" in other.irregularity.kinds


def test_a_supposed_name_is_sealed_and_nowhere_else(by, incident):
    batch = entered(by, incident)
    hint = Hint.objects.get()
    assert hint.unit.batch == batch
    assert unsealed(hint, "answers") == '{"possible_identity": "Somebody Invented"}'
    for unit in Unit.objects.all():
        assert "Invented" not in f"{unit.description}{unit.form}{unit.search}"
    assert not Entry.objects.filter(values__icontains="Invented").exists()
    assert Subject.objects.count() == 1


def test_every_problem_is_told_by_row_and_nothing_is_saved(by, incident):
    site = site_of(by, incident, spots=1)
    before = Entry.objects.count()
    found = look_at_list(
        by, incident,
        listed(
            {"kind": "bone"},
            {"kind": "box", "depth_cm": "deep"},
            {"old_number": "x" * 41},
            {"kind": "bone", "found_on": "2999", "sex": "green", "latitude": "34"},
            {"kind": "bone", "position": "here", "spot": "1", "pieces": "many"},
            {"kind": "bone", "site": site.number},
        ),
        "old.csv",
    )  # fmt: skip
    assert codes(found.problems) == [
        (3, "units.kind"), (3, "units.depth"),
        (4, "record.too-long"), (4, "units.no-kind"),
        (5, "units.choice"), (5, "units.half-position"), (5, "recovery.in-the-future"),
        (6, "units.pieces"), (6, "coordinates.not-understood"), (6, "units.spot-without-site"),
        (7, "units.site-without-spot"),
    ]  # fmt: skip
    assert {p.file for p in found.problems} == {"old.csv"}
    assert found.problems[1].field == "depth in cm"
    assert (Unit.objects.count(), Batch.objects.count(), Entry.objects.count()) == (0, 0, before)


def test_what_only_the_register_knows_is_told_by_row_too(by, incident, person):
    site = site_of(by, incident, spots=1)
    record_unit(by, incident, kind="bone", field_label="B-7")
    rows = [
        {"kind": "bone", "site": site.number.lower(), "spot": "1", "old_number": "B-7"},
        {"kind": "bone", "site": site.number, "spot": "nine"},
        {"kind": "bone", "site": "SCD-91-999-X", "spot": "1"},
        {"kind": "box"},
    ]
    found = look_at_list(by, incident, listed(*rows), "old.csv")
    assert codes(found.problems) == [(3, "recovery.spot-elsewhere"), (4, "recovery.site-elsewhere"),
                                     (5, "units.kind")]  # fmt: skip
    assert codes(found.warnings) == [(2, "recovery.old-number-known")]
    problems = refused(import_list, by, incident, listed(*rows), "old.csv", "a book")
    assert codes(problems) == codes(found.problems)
    assert Unit.objects.count() == 1
    batch = import_list(by, incident, listed(rows[0]), "old.csv", "a book")
    assert batch.units.get().spot == site.spots.get()


def test_one_file_is_entered_once(by, incident):
    batch = entered(by, incident)
    problems = refused(entered, by, incident)
    assert [(p.code, p.params) for p in problems] == [
        ("recovery.batch-imported-already", {"batch": batch.number})
    ]
    withdraw_batch(by, batch, "typed from the wrong book")
    again = entered(by, incident)
    numbers = Unit.objects.values_list("number", flat=True)
    assert len(set(numbers)) == len(numbers) == 4
    assert again.number != batch.number


def test_where_the_list_comes_from_must_be_said(by, incident):
    problems = refused(import_list, by, incident, listed(*GOOD), "old.csv", " ")
    assert [(p.code, p.field) for p in problems] == [("record.needs", "about")]
    problems = refused(import_list, by, incident, listed(*GOOD), "old.csv", "x" * 301)
    assert [p.field for p in problems] == ["about"]


def test_two_thousand_rows_take_few_statements(by, incident, django_assert_max_num_queries):
    site = site_of(by, incident, spots=3)
    rows = [
        {"old_number": f"{n}", "kind": "bone", "site": site.number, "spot": str(n % 3 + 1), "sex": "male",
         "position": "34.84160, 36.45380", "description": f"row {n}"}
        for n in range(2000)
    ]  # fmt: skip
    data = listed(*rows, form=units_workbook)
    with django_assert_max_num_queries(20):
        assert not look_at_list(by, incident, data, "old.xlsx").problems
    with django_assert_max_num_queries(80):
        batch = import_list(by, incident, data, "old.xlsx", "a book")
    assert Unit.objects.filter(batch=batch).count() == 2000
    with django_assert_max_num_queries(60):
        withdraw_batch(by, batch, "typed twice")
    assert set(Unit.objects.values_list("state", flat=True)) == {"withdrawn"}


# --- withdrawing -----------------------------------------------------------------------------------


def test_a_batch_is_withdrawn_whole(by, incident):
    batch = entered(by, incident)
    other = record_unit(by, incident, kind="bone")
    one = batch.units.order_by("number").first()
    (effect,) = add_effects(by, one, [{"code": "24.0101", "words": "shirt"}])
    custody.take_many(by, [custody.Taking(one), custody.Taking(effect)])
    assert {p.code for p in refused(withdraw_batch, by, batch, " ")} == {"record.needs-reason"}
    withdraw_batch(by, batch, "typed from the wrong book")
    assert set(batch.units.values_list("state", flat=True)) == {"withdrawn"}
    assert Unit.objects.get(pk=other.pk).state == "recorded"
    assert Effect.objects.get().state == "withdrawn"
    assert set(Item.objects.values_list("state", flat=True)) == {"withdrawn"}
    batch = Batch.objects.get()
    assert (batch.withdrawn_why, batch.withdrawn_at is not None) == ("typed from the wrong book", True)
    problems = refused(withdraw_batch, by, batch, "again")
    assert {p.code for p in problems} == {"recovery.batch-withdrawn-already"}


def test_what_moved_in_custody_keeps_the_batch(by, incident, offices):
    batch = entered(by, incident)
    one = batch.units.order_by("number").first()
    item = custody.take_into_custody(by, one, seal="A-1")
    custody.offer(by, [item], offices["FMD"], "examination")
    problems = refused(withdraw_batch, by, batch, "typed twice")
    assert [(p.code, p.params["numbers"]) for p in problems] == [("recovery.batch-in-custody", one.number)]
    assert set(batch.units.values_list("state", flat=True)) == {"recorded"}
    assert Batch.objects.get().withdrawn_at is None


def test_what_was_sampled_examined_or_divided_keeps_the_batch(by, incident, person, offices):
    batch = entered(by, incident)
    one, other = batch.units.order_by("number")
    physician = person("forensic_physician")
    add_samples(physician, [NewSample(material="femur", unit=one)], laboratory=offices["LAB"])
    split_unit(by, other, "two persons", [NewUnit(kind="bone")])
    change_unit(by, other, "looked at", state="examined")
    problems = refused(withdraw_batch, by, batch, "typed twice")
    assert [p.code for p in problems] == [
        "recovery.batch-in-laboratory", "recovery.batch-examined", "recovery.batch-divided",
    ]  # fmt: skip


def test_who_may(by, incident, person):
    data = listed(*GOOD)
    foreign = person("recorder", "PAR")
    with pytest.raises(PermissionDenied):
        look_at_list(foreign, incident, data, "old.csv")
    with pytest.raises(PermissionDenied):
        import_list(foreign, incident, data, "old.csv", "a book")
    with pytest.raises(PermissionDenied):
        import_list(person("anthropologist"), incident, data, "old.csv", "a book")
    batch = entered(by, incident)
    with pytest.raises(PermissionDenied):
        withdraw_batch(foreign, batch, "x")
    with pytest.raises(PermissionDenied):
        withdraw_batch(person("recorder", "FMD"), batch, "x")


def test_the_list_is_kept_as_it_was_given(by, incident):
    data = listed(*GOOD)
    batch = import_list(by, incident, data, "old.csv", "Book of the village, 2014")
    assert b"".join(content_of(batch.file).content()) == data
    assert (batch.file.sha256, batch.file.office) == (batch.sha256, by.office)
    refused(import_list, by, incident, data, "again.csv", "The same book")
    assert StoredFile.objects.count() == 1


def test_nothing_more_is_recorded_with_a_withdrawn_unit(by, incident, person):
    batch = entered(by, incident)
    unit = batch.units.first()
    withdraw_batch(by, batch, "The wrong book")
    unit.refresh_from_db()
    worn = refused(add_effects, by, unit, [{"code": "no such"}])
    assert (None, "recovery.unit-withdrawn") in codes(worn)
    analyst = person("laboratory_analyst", "LAB")
    sampled = refused(add_samples, analyst, [NewSample(unit=unit, material="bone")])
    assert codes(sampled) == [(None, "recovery.unit-withdrawn")]
    assert not Effect.objects.filter(unit=unit).exclude(state=Effect.State.WITHDRAWN).exists()
