"""Recording missing persons and moving a search on."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.audit.models import Entry, Subject
from amana.casework.audit.protection import erase_subject, open_text, unsealed
from amana.casework.families.services import NewMember, add_members, make_family
from amana.casework.missing.models import MissingPerson
from amana.casework.missing.queries import alike, persons
from amana.casework.missing.services import (
    MOVES,
    change_person,
    change_state,
    report_people,
    report_person,
)
from amana.numbering import parse
from amana.problems import InputProblems

SAID = {
    "name_ar": "خالد الاختباري", "name_en": "Khaled al-Ikhtibari", "father_ar": "أحمد",
    "mother_ar": "فاطمة المستعار", "mother_en": "Fatima al-Mustaar", "sex": "M", "born": "1986-03",
    "last_seen": "2013", "reference": "SYN-1",
}  # fmt: skip


def codes(found) -> list[tuple[str, str | None]]:
    return [(p.code, p.field) for p in found.value.problems]


@pytest.fixture
def clerk(person):
    return person("interviewer", "NCM")


def test_a_person_gets_a_number_and_a_key_of_their_own(clerk):
    first = report_person(clerk, **SAID, circumstances="Taken at a checkpoint.")
    second = report_person(clerk, **{**SAID, "name_ar": "سمير"})
    assert str(parse(first.number)) == first.number
    assert first.number.startswith("NCM-92-001-")
    assert first.subject_id != second.subject_id
    assert first.subject.kind == Subject.Kind.MISSING
    assert first.state == "reported"
    assert first.office == clerk.office
    assert "checkpoint" not in first.circumstances
    assert unsealed(first, "circumstances") == "Taken at a checkpoint."


def test_the_history_of_a_person_is_sealed(clerk):
    made = report_person(clerk, **SAID, circumstances="Taken at a checkpoint.")
    entry = Entry.objects.get(action="missing.person.reported", object_id=str(made.pk))
    assert entry.sealed
    assert entry.subject == str(made.subject_id)
    for text in ("checkpoint", "Khaled", "خالد"):
        assert text not in entry.values
        assert text not in entry.leaf


def test_many_are_recorded_as_one_by_one_would_be(clerk):
    rows = [{**SAID, "name_en": f"Person {n}", "reference": f"SYN-{n}"} for n in range(3)]
    one_by_one = [report_person(clerk, **row) for row in rows]
    many = report_people(clerk, rows)
    fields = [f.attname for f in MissingPerson._meta.concrete_fields]
    own = {"id", "number", "subject_id", "search"}
    for a, b in zip(one_by_one, many, strict=True):
        assert {f: getattr(a, f) for f in fields if f not in own} == {
            f: getattr(b, f) for f in fields if f not in own
        }
    assert len({p.number for p in (*one_by_one, *many)}) == 6
    entries = Entry.objects.filter(action="missing.person.reported")
    assert entries.count() == 6
    assert {e.object_id for e in entries} == {str(p.pk) for p in (*one_by_one, *many)}


def test_many_are_recorded_with_few_statements(clerk, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        report_people(clerk, [{**SAID, "reference": str(n)} for n in range(100)])


def test_faults_of_all_rows_are_said_together_and_nothing_is_kept(clerk):
    rows = [SAID, {"born": "86"}, {**SAID, "sex": "X", "last_seen": "1980", "name_en": "x" * 121}]
    with pytest.raises(InputProblems) as found:
        report_people(clerk, rows)
    assert {(p.row, p.code, p.field) for p in found.value.problems} == {
        (2, "missing.needs-name", "name_ar"),
        (2, "missing.partial-date", "born"),
        (3, "record.unknown-word", "sex"),
        (3, "record.too-long", "name_en"),
        (3, "missing.seen-before-born", "last_seen"),
    }
    assert not MissingPerson.objects.exists()
    assert not Subject.objects.exists()


def test_a_text_that_no_database_keeps_is_refused_on_every_one(clerk):
    with pytest.raises(InputProblems) as found:
        report_person(clerk, name_en="Kha\0led", born="1986\0")
    assert ("record.unreadable-text", "name_en") in codes(found)
    assert not MissingPerson.objects.exists()


def test_one_person_is_not_row_1_of_anything(clerk):
    with pytest.raises(InputProblems) as found:
        report_person(clerk, name_ar=" ")
    assert [(p.code, p.row) for p in found.value.problems] == [("missing.needs-name", None)]


@pytest.mark.parametrize("role", ["geneticist", "laboratory_analyst", "secretary", "recorder"])
def test_who_does_not_speak_with_families_records_nobody(person, role):
    with pytest.raises(PermissionDenied):
        report_person(person(role, "NCM"), **SAID)
    assert not MissingPerson.objects.exists()


def test_another_office_sees_what_is_shared_and_changes_nothing(person, clerk):
    made = report_person(clerk, **SAID)
    assert list(persons(person("geneticist", "LAB"))) == [made]
    assert not persons(person("interviewer", "PAR")).exists()
    other = person("interviewer", "FMD")
    assert list(persons(other)) == [made]
    with pytest.raises(PermissionDenied):
        change_person(other, made, "why not", name_en="Mine")
    with pytest.raises(PermissionDenied):
        change_state(other, made, "verified", "why not")


def test_a_correction_says_why_and_is_found_by_the_new_name(clerk):
    made = report_person(clerk, **SAID, circumstances="first")
    with pytest.raises(InputProblems) as found:
        change_person(clerk, made, "  ", born="1990-99")
    assert codes(found) == [("record.needs-reason", "reason"), ("missing.partial-date", "born")]
    changed = change_person(clerk, made, "the mother says so", name_ar="مازن", born="١٩٨٧")
    assert changed.born == "1987"
    assert unsealed(changed, "circumstances") == "first"
    assert changed.number == made.number
    assert list(persons(clerk).matching("مازن")) == [changed]
    assert not persons(clerk).matching("خالد").exists()
    changed = change_person(clerk, made, "more was said", circumstances="second")
    assert unsealed(changed, "circumstances") == "second"


def test_what_cannot_be_changed_is_refused(clerk):
    made = report_person(clerk, **SAID)
    for field in ("state", "number", "office", "search"):
        with pytest.raises(TypeError):
            change_person(clerk, made, "because", **{field: "x"})


@pytest.mark.parametrize(
    "words",
    ["خالد", "خَالِد", "الاختباري", "اختباري خالد", "احمد", "أحمد", "فاطمه", "المستعار فاطمة", "khaled",
     "KHALED", "ikhtibari", "al-ikhtibari", "syn-1", "SYN 1"],
)  # fmt: skip
def test_a_person_is_found_in_any_spelling(clerk, words):
    made = report_person(clerk, **SAID)
    report_person(clerk, name_ar="سمير", name_en="Samir")
    assert list(persons(clerk).matching(words)) == [made]


def test_a_person_is_found_by_their_number_as_people_write_it(clerk):
    made = report_person(clerk, **SAID)
    report_person(clerk, name_ar="سمير")
    for written in (made.number, made.number.lower(), made.number.replace("-", " ")):
        assert list(persons(clerk).matching(written)) == [made]


def test_who_may_not_know_names_does_not_find_by_them(person, clerk):
    made = report_person(clerk, **SAID)
    geneticist = person("geneticist", "LAB")
    for words in ("خالد", "khaled", "فاطمة", "احمد"):
        assert not persons(geneticist).matching(words).exists()
    for words in (made.number, "syn-1"):
        assert list(persons(geneticist).matching(words)) == [made]


# --- where a search goes ---------------------------------------------------------------------------


def test_a_search_goes_on_step_by_step(clerk):
    made = report_person(clerk, **SAID)
    for state in ("verified", "active", "located_alive", "active"):
        made = change_state(clerk, made, state, "on the word of the sister")
        assert made.state == state


def test_nobody_is_identified_here(clerk):
    made = report_person(clerk, **SAID)
    assert all("identified" not in after for after in MOVES.values())
    with pytest.raises(InputProblems) as found:
        change_state(clerk, made, "identified", "the DNA says so")
    assert codes(found) == [("missing.board-identifies", "state")]
    made.refresh_from_db()
    assert made.state == "reported"


def test_a_move_that_is_none_and_one_without_a_basis_are_refused(clerk):
    made = change_state(clerk, report_person(clerk, **SAID), "active", "checked")
    with pytest.raises(InputProblems) as found:
        change_state(clerk, made, "reported", " ")
    assert codes(found) == [("record.needs-reason", "reason"), ("missing.no-such-move", "state")]


def test_a_second_record_names_the_first(clerk):
    first, second = report_person(clerk, **SAID), report_person(clerk, **SAID)
    with pytest.raises(InputProblems) as found:
        change_state(clerk, second, "closed_duplicate", "same mother")
    assert codes(found) == [("missing.duplicate-of-whom", "duplicate_of")]
    with pytest.raises(InputProblems) as found:
        change_state(clerk, second, "closed_duplicate", "same mother", duplicate_of=second)
    assert codes(found) == [("missing.duplicate-of-itself", "duplicate_of")]
    closed = change_state(clerk, second, "closed_duplicate", "same mother", duplicate_of=first)
    assert closed.duplicate_of == first
    with pytest.raises(InputProblems):
        change_state(clerk, first, "closed_duplicate", "same mother", duplicate_of=closed)
    again = change_state(clerk, closed, "active", "another mother after all")
    assert again.duplicate_of is None


def test_a_second_record_of_somebody_unseen_is_refused(person, clerk):
    hidden = report_person(person("interviewer", "PAR"), **SAID)
    made = report_person(clerk, **SAID)
    with pytest.raises(PermissionDenied):
        change_state(clerk, made, "closed_duplicate", "same", duplicate_of=hidden)


def test_two_who_change_a_state_at_once_do_not_make_two_truths(clerk):
    made = report_person(clerk, **SAID)
    stale = MissingPerson.objects.get(pk=made.pk)
    change_state(clerk, made, "located_alive", "telephoned")
    with pytest.raises(InputProblems) as found:
        change_state(clerk, stale, "verified", "checked")
    assert codes(found) == [("record.changed-meanwhile", "state")]


def test_found_alive_is_told_wherever_the_record_went(clerk):
    made = report_person(clerk, **SAID)
    family = make_family(clerk)
    (place,) = add_members(clerk, family, [NewMember("M1", "M", missing=made)])
    change_state(clerk, made, "located_alive", "telephoned")
    told = Entry.objects.get(action="missing.state.told")
    assert (told.object_type, told.object_id) == ("families.member", str(place.pk))
    change_state(clerk, MissingPerson.objects.get(pk=made.pk), "active", "it was somebody else")
    assert Entry.objects.filter(action="missing.state.told").count() == 2


# --- somebody recorded already ----------------------------------------------------------------------


def test_somebody_alike_is_found_before_a_second_record_is_made(clerk):
    made = report_person(clerk, **SAID)
    assert alike(clerk, {"name_ar": "خالِد الإختباري", "mother_ar": "فاطمه المستعار"}) == [made]
    assert alike(clerk, {"name_en": "khaled al ikhtibari", "mother_en": "FATIMA al-Mustaar"}) == [made]
    assert alike(clerk, {"name_ar": "سمير", "reference": "syn-1"}) == [made]
    assert alike(clerk, {"name_ar": "خالد الاختباري", "mother_ar": "مريم المستعار"}) == []
    assert alike(clerk, {"name_ar": "خالد الاختباري"}) == []


def test_nobody_learns_of_a_record_of_another_office_from_the_hint(person, clerk):
    report_person(clerk, **SAID)
    assert alike(person("interviewer", "PAR"), SAID) == []


def test_the_hint_by_name_is_only_for_who_may_know_names(person, clerk):
    report_person(clerk, **SAID)
    geneticist = person("geneticist", "LAB")
    assert alike(geneticist, {k: v for k, v in SAID.items() if k != "reference"}) == []


# --- protection -------------------------------------------------------------------------------------


def test_circumstances_are_opened_by_role_for_a_reason(person, clerk):
    made = report_person(clerk, **SAID, circumstances="Taken at a checkpoint.")
    liaison = person("family_liaison", "NCM")
    with pytest.raises(PermissionDenied):
        open_text(clerk, made, "circumstances", "curious")
    assert open_text(liaison, made, "circumstances", "to tell the family") == "Taken at a checkpoint."
    assert Entry.objects.filter(action="protected.opened", object_id=str(made.pk)).count() == 1


def test_an_erased_person_leaves_a_number_and_nothing_else(person, clerk):
    made = report_person(clerk, **SAID, circumstances="Taken at a checkpoint.")
    erase_subject(person("data_protection_officer", "NCM"), made.subject, "wrongly-listed", "came home")
    made.refresh_from_db()
    assert made.number
    for field in ("name_ar", "name_en", "mother_ar", "born", "search", "circumstances", "reference"):
        assert getattr(made, field) == ""
