from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.audit.models import Entry, Tree
from amana.casework.incidents.models import Count, Fact, Incident, Source
from amana.casework.incidents.services import (
    add_count,
    add_fact,
    add_measure,
    add_source,
    add_tension,
    change_incident,
    open_incident,
)
from amana.casework.incidents.tests.field import AREA, BODIES, MIXED, opened, said
from amana.problems import InputProblems


def codes(call, *args, **fields):
    with pytest.raises(InputProblems) as found:
        call(*args, **fields)
    return {(p.code, p.field) for p in found.value.problems}


def test_an_incident_gets_a_number_and_an_entry(person):
    by = person("duty_officer")
    incident = open_incident(by, name_en="Field", name_ar="حقل")
    assert incident.number == "SCD-90-001-" + incident.number[-1]
    entry = Entry.objects.get(action="incidents.incident.opened")
    assert (entry.object_id, entry.actor, entry.office) == (str(incident.pk), str(by.pk), "SCD")
    assert Tree.objects.get().size == Entry.objects.count()


def test_nothing_is_written_without_the_right(person):
    with pytest.raises(PermissionDenied):
        open_incident(person("recorder"), name_en="Field", name_ar="حقل")
    assert not Incident.objects.exists()
    assert not Entry.objects.filter(action__startswith="incidents.").exists()


def test_another_office_reads_but_does_not_write(person):
    incident = open_incident(person("duty_officer", "SCD"), name_en="Field", name_ar="حقل")
    reader = person("forensic_physician", "FMD")
    assert list(Incident.objects.visible_to(reader)) == [incident]
    assert not Incident.objects.visible_to(person("partner", "PAR")).exists()
    for write in (
        lambda: change_incident(reader, incident, "why not", name_en="Mine"),
        lambda: add_source(reader, incident, name="n", seen="s"),
        lambda: add_tension(reader, incident, facts=[], statement="x"),
    ):
        with pytest.raises(PermissionDenied):
            write()


def test_a_change_needs_a_reason(person):
    by = person("duty_officer")
    incident = opened(by)
    assert codes(change_incident, by, incident, " ", name_en="Other") == {("record.needs-reason", "reason")}
    assert change_incident(by, incident, "a slip", name_en="Other").name_en == "Other"
    assert Incident.objects.matching("other").exists()


def test_a_change_keeps_the_number_and_the_office(person, offices):
    by = person("duty_officer")
    incident = opened(by)
    number = incident.number
    changed = change_incident(by, incident, "a slip", number="X", office=offices["PAR"], state="closed")
    assert (changed.number, changed.office, changed.state) == (number, offices["SCD"], "closed")


def test_every_fault_of_an_incident_is_named_at_once(person):
    by = person("duty_officer")
    assert codes(open_incident, by, name_en=" ", name_ar="ح" * 121, place_en="a\0b") == {
        ("record.needs", "name_en"),
        ("record.too-long", "name_ar"),
        ("record.unreadable-text", "place_en"),
    }
    assert codes(change_incident, by, opened(by), "why", state="lost") == {("record.unknown-word", "state")}


def test_short_names_are_given_where_none_is_and_are_taken_once(person):
    by = person("duty_officer")
    incident = opened(by)
    sources = [add_source(by, incident, name="Paper", seen="all") for _ in range(2)]
    assert [s.code for s in sources] == ["S1", "S2"]
    assert codes(add_source, by, incident, name="Paper", seen="all", code="S1") == {
        ("incidents.short-name-taken", "code")
    }
    assert codes(add_source, by, incident, name="Paper", seen="all", code="a/b") == {
        ("incidents.bad-short-name", "code")
    }
    assert add_source(by, opened(by), name="Paper", seen="all", code="S1").code == "S1"


def test_a_statement_is_written_whole_or_not_at_all(person):
    by = person("duty_officer")
    source = add_source(by, opened(by), name="Paper", seen="all")
    wrong = {**BODIES, "low": 25, "high": 20}
    found = codes(add_fact, by, source, statement="", wording="quoted", counts=[wrong], measures=[AREA])
    assert found == {("record.needs", "statement"), ("count.interval-backwards", "low")}
    assert not Fact.objects.exists()
    add_fact(by, source, statement="Said.", wording="quoted", counts=[BODIES, MIXED], measures=[AREA])
    assert Entry.objects.filter(action="incidents.count.added").count() == 2
    assert Entry.objects.filter(action="incidents.measure.added").count() == 1


@pytest.mark.parametrize(
    ("count", "fault"),
    [
        ({**BODIES, "words": " "}, ("count.needs-words", "words")),
        ({**BODIES, "high": None}, ("count.half-an-interval", "high")),
        ({**BODIES, "low": None}, ("count.half-an-interval", "low")),
        ({**BODIES, "low": None, "high": None}, ("count.no-figure-not-vague", "vague")),
        ({**BODIES, "vague": True}, ("count.vague-as-a-point", "vague")),
        ({**BODIES, "basis": "hearsay"}, ("record.unknown-word", "basis")),
        ({**BODIES, "counted": ""}, ("record.needs", "counted")),
    ],
)
def test_a_count_that_says_more_or_less_than_its_words_is_refused(person, count, fault):
    by = person("duty_officer")
    (fact,) = said(by, opened(by), sources=1)
    assert codes(add_count, by, fact, **count) == {fault}


def test_a_new_count_stands_beside_the_old_one(person):
    by = person("duty_officer")
    (fact,) = said(by, opened(by), sources=1)
    add_count(by, fact, **{**BODIES, "low": 19, "high": 24, "words": "19 to 24", "basis": "mni"})
    assert sorted(Count.objects.values_list("low", flat=True)) == [19, 21]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"unit": "m"}, ("incidents.unit-of-another-measure", "unit")),
        ({"low": 2.0}, ("count.interval-backwards", "low")),
        ({"high": None}, ("count.half-an-interval", "high")),
        ({"low": -1.0}, ("count.interval-backwards", "low")),
        ({"high": float("nan")}, ("count.interval-backwards", "low")),
        ({"words": ""}, ("count.needs-words", "words")),
    ],
)
def test_a_measure_has_its_unit_and_an_interval(person, changed, fault):
    by = person("duty_officer")
    (fact,) = said(by, opened(by), sources=1)
    assert codes(add_measure, by, fact, **{**AREA, **changed}) == {fault}


def test_a_tension_is_between_two_statements_that_are_there(person):
    by = person("duty_officer")
    incident = opened(by)
    said(by, incident)
    assert codes(add_tension, by, incident, facts=["F1", "F9"], statement="x") == {
        ("incidents.unknown-fact", "facts")
    }
    assert codes(add_tension, by, incident, facts=["F1", "F1"], statement="x") == {
        ("incidents.tension-of-one", "facts")
    }
    assert Source.objects.count() == 2
