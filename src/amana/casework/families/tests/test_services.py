"""Trees, relatives and what these agreed to."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.audit.models import Entry, Lookup
from amana.casework.audit.protection import open_text, unsealed
from amana.casework.families.models import Consent, Member, Relative
from amana.casework.families.queries import consenting, tree_of, with_members
from amana.casework.families.services import (
    NewMember,
    add_members,
    add_relative,
    add_relatives,
    change_member,
    change_relative,
    make_families,
    make_family,
    record_consent,
    withdraw_consent,
)
from amana.casework.missing.services import report_person
from amana.problems import InputProblems


def codes(found) -> list[tuple[str, str | None]]:
    return [(p.code, p.field) for p in found.value.problems]


@pytest.fixture
def clerk(person):
    return person("interviewer", "NCM")


COUSINS = [
    NewMember("grandfather", "M"),
    NewMember("grandmother", "F"),
    NewMember("uncle", "M", "grandfather", "grandmother"),
    NewMember("aunt", "F", "grandfather", "grandmother"),
    NewMember("husband-of-aunt", "M"),
    NewMember("wife-of-uncle", "F"),
    NewMember("father", "M", "uncle", "wife-of-uncle"),
    NewMember("mother", "F", "husband-of-aunt", "aunt"),
    NewMember("M1", "M", "father", "mother"),
]


def tree(family):
    return tree_of(with_members(type(family).objects.filter(pk=family.pk)).get())


def test_families_get_numbers(clerk):
    first, second = make_families(clerk, ["SYN-F01", ""])
    third = make_family(clerk, reference=" SYN-F03 ")
    assert [f.number[:10] for f in (first, second, third)] == ["NCM-93-001", "NCM-93-002", "NCM-93-003"]
    assert third.reference == "SYN-F03"


@pytest.mark.parametrize(
    ("reference", "code"), [("x" * 41, "record.too-long"), ("a\0b", "record.unreadable-text")]
)
def test_a_reference_that_cannot_be_kept_is_refused(clerk, reference, code):
    with pytest.raises(InputProblems) as found:
        make_family(clerk, reference=reference)
    assert codes(found) == [(code, "reference")]


def test_a_marriage_of_cousins_is_a_tree_like_any_other(clerk):
    family = make_family(clerk)
    members = add_members(clerk, family, list(reversed(COUSINS)))
    assert len(members) == len(COUSINS)
    pedigree = tree(family).pedigree
    child = f"{family.number} M1"
    assert (pedigree[child].father, pedigree[child].mother) == (
        f"{family.number} father",
        f"{family.number} mother",
    )


def test_a_tree_grows_from_what_is_there(clerk):
    family = make_family(clerk)
    add_members(clerk, family, COUSINS)
    add_members(clerk, family, [NewMember("sister", "F", "father", "mother")])
    assert tree(family).pedigree[f"{family.number} sister"].father == f"{family.number} father"


def test_what_is_no_tree_is_refused_as_a_whole(clerk):
    family = make_family(clerk)
    add_members(clerk, family, [NewMember("father", "M"), NewMember("mother", "F")])
    bad = [
        NewMember("father", "M"),
        NewMember("son", "M", "mother", "nobody"),
        NewMember("a", "M", "b"),
        NewMember("b", "M", "a"),
        NewMember(""),
        NewMember("c", "X"),
    ]
    with pytest.raises(InputProblems) as found:
        add_members(clerk, family, bad)
    assert {c for c, _ in codes(found)} >= {
        "pedigree.person-twice", "pedigree.unknown-parent", "pedigree.father-wrong-sex",
        "pedigree.own-ancestor", "families.needs-label", "record.unknown-word",
    }  # fmt: skip
    assert Member.objects.count() == 2


def test_a_missing_person_stands_in_one_tree_and_with_their_own_sex(clerk):
    family, other = make_families(clerk, ["", ""])
    missing = report_person(clerk, name_ar="خالد", sex="M")
    with pytest.raises(InputProblems) as found:
        add_members(clerk, family, [NewMember("M1", "F", missing=missing)])
    assert codes(found) == [("families.sex-disagrees", "sex")]
    (place,) = add_members(clerk, family, [NewMember("M1", missing=missing)])
    assert place.sex == "M"
    with pytest.raises(InputProblems) as found:
        add_members(clerk, other, [NewMember("M1", "M", missing=missing)])
    assert codes(found) == [("families.placed-already", "missing")]


def test_nobody_is_missing_and_a_relative_at_once_nor_in_two_places(clerk):
    family = make_family(clerk)
    missing, relative = report_person(clerk, name_ar="خالد"), add_relative(clerk, name="A")
    with pytest.raises(InputProblems) as found:
        add_members(clerk, family, [NewMember("M1", missing=missing, relative=relative)])
    assert codes(found) == [("families.missing-and-relative", "relative")]
    with pytest.raises(InputProblems) as found:
        add_members(clerk, family, [NewMember("a", relative=relative), NewMember("b", relative=relative)])
    assert codes(found) == [("families.placed-already", "relative")]


def test_nobody_unseen_is_put_into_a_tree(person, clerk):
    hidden = report_person(person("interviewer", "PAR"), name_ar="سمير")
    with pytest.raises(PermissionDenied):
        add_members(clerk, make_family(clerk), [NewMember("M1", missing=hidden)])


def test_a_tree_of_another_office_is_read_and_not_changed(person, clerk):
    family = make_family(clerk)
    other = person("interviewer", "FMD")
    assert list(type(family).objects.visible_to(other)) == [family]
    with pytest.raises(PermissionDenied):
        add_members(other, family, [NewMember("father", "M")])


def test_a_place_is_corrected_for_a_reason_and_stays_a_tree(clerk):
    family = make_family(clerk)
    father, son, stranger = add_members(
        clerk, family, [NewMember("father", "M"), NewMember("son", "M", "father"), NewMember("stranger", "M")]
    )
    with pytest.raises(InputProblems) as found:
        change_member(clerk, father, " ", father=son)
    assert codes(found) == [("record.needs-reason", "reason")]
    with pytest.raises(InputProblems) as found:
        change_member(clerk, father, "mixed up", father=son)
    assert [c for c, _ in codes(found)] == ["pedigree.own-ancestor"]
    assert change_member(clerk, son, "a slip", father=stranger).father == stranger


# --- relatives --------------------------------------------------------------------------------------


def test_a_relative_is_sealed_whole(clerk):
    made = add_relative(clerk, name="Invented Name", phone="0944 123 456", document_number="ن-012")
    row = Relative.objects.get(pk=made.pk)
    assert "Invented" not in str(row.__dict__)
    assert "944" not in row.phone
    assert [unsealed(row, f) for f in ("name", "phone", "document_number")] == [
        "Invented Name", "0944 123 456", "ن-012",
    ]  # fmt: skip
    for entry in Entry.objects.filter(object_id=str(made.pk)):
        assert entry.sealed
        assert "Invented" not in entry.values
    assert all("944" not in token for token in Lookup.objects.values_list("object_id", flat=True))
    assert Lookup.objects.count() == 2


def test_many_relatives_are_as_one_by_one(clerk):
    rows = [{"name": f"Name {n}", "phone": f"0944 000 {n:03d}"} for n in range(3)]
    many = add_relatives(clerk, rows)
    one = add_relative(clerk, **rows[0])
    assert unsealed(many[0], "name") == unsealed(one, "name") == "Name 0"
    assert unsealed(many[2], "document_number") == ""
    assert len({r.number for r in (*many, one)}) == 4
    assert len({r.subject_id for r in (*many, one)}) == 4
    with pytest.raises(InputProblems) as found:
        add_relatives(clerk, [rows[0], {"name": " "}])
    assert [(p.code, p.row) for p in found.value.problems] == [("families.needs-name", 2)]
    assert Relative.objects.count() == 4


def test_a_relatives_name_is_opened_by_role(person, clerk):
    made = add_relative(clerk, name="Invented Name")
    with pytest.raises(PermissionDenied):
        open_text(person("secretary", "NCM"), made, "name", "curious")
    assert open_text(clerk, made, "name", "to telephone") == "Invented Name"


def test_a_corrected_number_is_the_only_way_to_the_relative(clerk):
    made = add_relative(clerk, name="Invented Name", phone="0944 123 456")
    changed = change_relative(clerk, made, "new telephone", phone="0955 000 111")
    assert unsealed(changed, "phone") == "0955 000 111"
    assert unsealed(changed, "name") == "Invented Name"
    assert Lookup.objects.filter(object_id=str(made.pk)).count() == 1  # the old one may be another person's


# --- consent ----------------------------------------------------------------------------------------


def test_consent_is_for_each_recipient_by_itself(clerk):
    relative = add_relative(clerk, name="A")
    given = record_consent(clerk, relative, ["laboratory", "commission"])
    assert sorted(c.recipient for c in given) == ["commission", "laboratory"]
    assert record_consent(clerk, relative, ["laboratory"]) == []
    assert consenting([relative.pk], "laboratory") == {relative.pk}
    assert consenting([relative.pk], "court") == set()


def test_withdrawn_consent_stays_on_record_and_no_longer_holds(clerk):
    relative = add_relative(clerk, name="A")
    (given,) = record_consent(clerk, relative, ["laboratory"])
    with pytest.raises(InputProblems) as found:
        withdraw_consent(clerk, given, " ")
    assert codes(found) == [("record.needs-reason", "reason")]
    withdrawn = withdraw_consent(clerk, given, "changed their mind")
    assert withdrawn.withdrawn_at is not None
    assert consenting([relative.pk], "laboratory") == set()
    with pytest.raises(InputProblems) as found:
        withdraw_consent(clerk, given, "again")
    assert [c for c, _ in codes(found)] == ["families.consent-withdrawn-before"]
    (again,) = record_consent(clerk, relative, ["laboratory"])
    assert consenting([relative.pk], "laboratory") == {relative.pk}
    assert Consent.objects.count() == 2
    assert again.pk != given.pk


def test_consent_that_is_none_is_refused(clerk):
    relative = add_relative(clerk, name="A")
    ahead = timezone.localdate() + datetime.timedelta(days=1)
    for recipients, day, code in (
        ([], None, "families.consent-to-nobody"),
        (["police"], None, "families.unknown-recipient"),
        (["laboratory"], ahead, "families.consent-ahead"),
    ):
        with pytest.raises(InputProblems) as found:
            record_consent(clerk, relative, recipients, given_on=day)
        assert [c for c, _ in codes(found)] == [code]
    assert not Consent.objects.exists()


def test_another_office_neither_records_nor_withdraws_consent(person, clerk):
    relative = add_relative(clerk, name="A")
    other = person("interviewer", "FMD")
    with pytest.raises(PermissionDenied):
        record_consent(other, relative, ["laboratory"])
    (given,) = record_consent(clerk, relative, ["laboratory"])
    with pytest.raises(PermissionDenied):
        withdraw_consent(other, given, "why not")
