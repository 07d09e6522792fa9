"""Samples under barcodes, typing results, frequency tables."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.audit.models import Entry
from amana.casework.audit.protection import erase_subject
from amana.casework.families.services import add_relative, record_consent, withdraw_consent
from amana.casework.incidents.services import open_incident
from amana.casework.laboratory.calls import parse
from amana.casework.laboratory.models import Profile, Sample
from amana.casework.laboratory.queries import (
    Reference,
    known_markers,
    opened_calls,
    profiles_for_comparison,
    references_of,
    usable_profiles,
)
from amana.casework.laboratory.services import (
    NewProfile,
    NewSample,
    add_frequencies,
    add_profile,
    add_profiles,
    add_sample,
    add_samples,
    fail_sample,
    open_calls,
    receive_sample,
    receive_samples,
    sign_profile,
    withdraw_profile,
)
from amana.casework.recovery.services import record_unit
from amana.problems import InputProblems

TABLE = {"TH01": {"6": 0.4, "9.3": 0.6}, "FGA": {"21": 0.5, "24": 0.5}}
CALLS = {"TH01": ["6", "9.3"], "FGA": ["21", "21"], "AMEL": ["X", "Y"]}


def codes(found) -> list[tuple[str, str | None]]:
    return [(p.code, p.field) for p in found.value.problems]


class World:
    """People of the offices, one unit and one relative who agreed."""

    def __init__(self, person, offices):
        self.recorder = person("recorder+duty_officer", "SCD")
        self.clerk = person("interviewer", "NCM")
        self.collector = person("sample_collector", "NCM")
        self.physician = person("forensic_physician", "FMD")
        self.analyst = person("laboratory_analyst", "LAB")
        self.geneticist = person("geneticist", "LAB")
        self.laboratory = offices["LAB"]
        self.incident = open_incident(self.recorder, name_en="Field", name_ar="حقل")
        self.unit = record_unit(self.recorder, self.incident, kind="bone")
        self.relative = add_relative(self.clerk, name="Invented Name")
        (self.consent,) = record_consent(self.clerk, self.relative, ["laboratory"])
        self.table = add_frequencies(self.analyst, name="Table", source="Somebody, 2020", table=TABLE)

    def sample(self, of="unit"):
        by = self.physician if of == "unit" else self.collector
        made = add_sample(by, laboratory=self.laboratory, material="femur", **{of: getattr(self, of)})
        return receive_sample(self.analyst, made)

    def profile(self, of="unit", **fields):
        return sign_profile(self.geneticist, add_profile(self.analyst, self.sample(of), CALLS, **fields))


@pytest.fixture
def world(person, offices):
    return World(person, offices)


# --- samples ----------------------------------------------------------------------------------------


def test_a_sample_gets_a_barcode_of_the_laboratory_that_tells_nothing(world):
    made = add_sample(world.physician, laboratory=world.laboratory, material=" femur ", unit=world.unit)
    other = add_sample(world.collector, laboratory=world.laboratory, material="swab", relative=world.relative)
    assert made.barcode.startswith("LAB-95-001-")
    assert other.barcode.startswith("LAB-95-002-")
    assert (made.office, made.material, made.state) == (world.laboratory, "femur", "taken")
    assert made.subject is None
    assert other.subject_id == world.relative.subject_id


def test_a_sample_is_of_one(world):
    new = [
        NewSample("femur"),
        NewSample("femur", unit=world.unit, relative=world.relative),
        NewSample(" ", unit=world.unit),
        NewSample("femur", unit=world.unit, taken_on=timezone.localdate() + datetime.timedelta(days=1)),
    ]
    with pytest.raises(InputProblems) as found:
        add_samples(world.physician, new)
    assert [(p.row, p.code) for p in found.value.problems] == [
        (1, "laboratory.sample-of-one"), (2, "laboratory.sample-of-one"), (3, "record.needs"),
        (4, "missing.date-ahead"),
    ]  # fmt: skip
    assert not Sample.objects.exists()


def test_no_sample_of_a_relative_without_consent(world):
    other = add_relative(world.clerk, name="Another")
    record_consent(world.clerk, other, ["commission"])
    withdraw_consent(world.clerk, world.consent, "changed their mind")
    for relative in (other, world.relative):
        with pytest.raises(InputProblems) as found:
            add_sample(world.collector, laboratory=world.laboratory, material="swab", relative=relative)
        assert codes(found) == [("laboratory.no-consent", "relative")]


def test_nobody_samples_what_they_may_not_see(world, person):
    for by, of in (
        (world.collector, {"unit": world.unit}),  # sees families, not remains
        (world.analyst, {"unit": world.unit}),
        (world.analyst, {"relative": world.relative}),
        (person("sample_collector", "PAR"), {"relative": world.relative}),
    ):
        with pytest.raises(PermissionDenied):
            add_sample(by, laboratory=world.laboratory, material="swab", **of)
    assert not Sample.objects.exists()


def test_only_the_laboratory_receives_and_only_once(world):
    made = add_sample(world.physician, laboratory=world.laboratory, material="femur", unit=world.unit)
    with pytest.raises(PermissionDenied):
        receive_sample(world.physician, made)
    assert receive_sample(world.analyst, made).state == "received"
    with pytest.raises(InputProblems) as found:
        receive_samples(world.analyst, [made])
    assert codes(found) == [("laboratory.sample-state", "sample")]


def test_a_sample_without_a_result_says_why(world):
    sample = world.sample()
    with pytest.raises(InputProblems) as found:
        fail_sample(world.analyst, sample, " ")
    assert codes(found) == [("record.needs-reason", "reason")]
    assert fail_sample(world.analyst, sample, "no DNA left").state == "failed"
    with pytest.raises(InputProblems):
        add_profile(world.analyst, sample, CALLS)


# --- profiles ---------------------------------------------------------------------------------------


def test_calls_of_remains_are_plain_and_of_a_relative_sealed(world):
    remains = add_profile(world.analyst, world.sample(), CALLS)
    living = add_profile(world.analyst, world.sample("relative"), CALLS, dropout=0.05, kit="K")
    assert parse(remains.calls) == {"TH01": ("6", "9.3"), "FGA": ("21", "21")}
    assert remains.sealed_calls == ""
    assert living.calls == ""
    assert "TH01" not in living.sealed_calls
    assert parse(opened_calls([living])[living.pk]) == parse(remains.calls)
    for profile in (remains, living):
        assert (profile.markers, profile.sex, profile.state) == (2, "M", "draft")
        assert profile.entered_by == world.analyst
        profile.sample.refresh_from_db()
        assert profile.sample.state == "typed"
    assert (living.dropout, living.kit) == (0.05, "K")
    for entry in Entry.objects.filter(object_id=str(living.pk)):
        assert entry.sealed
        assert "9.3" not in entry.values


def test_profiles_entered_together_are_as_one_by_one(world, django_assert_max_num_queries):
    samples = [world.sample() for _ in range(30)]
    single = add_profile(world.analyst, world.sample(), CALLS)
    with django_assert_max_num_queries(20):
        many = add_profiles(world.analyst, [NewProfile(s, CALLS) for s in samples])
    assert {(p.calls, p.markers, p.sex, p.state) for p in many} == {
        (single.calls, single.markers, single.sex, single.state)
    }
    with pytest.raises(InputProblems) as found:
        add_profiles(
            world.analyst, [NewProfile(samples[0], CALLS), NewProfile(samples[1], {"TH02": ["6", "6"]})]
        )
    assert [(p.row, p.code) for p in found.value.problems] == [(2, "laboratory.unknown-marker")]
    assert Profile.objects.count() == 31


def test_every_fault_of_a_profile_is_said(world):
    with pytest.raises(InputProblems) as found:
        add_profile(
            world.analyst, world.sample(), {**CALLS, "TH02": ["6", "6"]}, dropout=1.0, dropin=-0.1, sex="F"
        )
    assert codes(found) == [
        ("laboratory.unknown-marker", "calls"), ("value.probability", "dropout"),
        ("value.probability", "dropin"), ("laboratory.amelogenin-disagrees", "sex"),
    ]  # fmt: skip


def test_what_was_not_received_is_not_typed(world):
    made = add_sample(world.physician, laboratory=world.laboratory, material="femur", unit=world.unit)
    with pytest.raises(InputProblems) as found:
        add_profile(world.analyst, made, CALLS)
    assert codes(found) == [("laboratory.sample-state", "sample")]


def test_genotypes_are_entered_and_signed_by_the_laboratory_alone(world, person):
    sample = world.sample()
    for by in (world.physician, world.collector, person("sample_collector", "LAB"),
               person("laboratory_analyst", "FMD")):  # fmt: skip
        with pytest.raises(PermissionDenied):
            add_profile(by, sample, CALLS)
    profile = add_profile(world.analyst, sample, CALLS)
    for by in (world.physician, world.collector, person("laboratory_analyst", "FMD")):
        with pytest.raises(PermissionDenied):
            sign_profile(by, profile)


def test_a_result_is_signed_once_and_can_be_withdrawn(world):
    profile = world.profile()
    assert (profile.state, profile.signed_by) == ("signed", world.geneticist)
    assert profile.signed_at is not None
    with pytest.raises(InputProblems) as found:
        sign_profile(world.geneticist, profile)
    assert codes(found) == [("laboratory.profile-state", "profile")]
    with pytest.raises(InputProblems):
        withdraw_profile(world.geneticist, profile, " ")
    assert withdraw_profile(world.geneticist, profile, "plate neighbour").state == "withdrawn"
    profile.sample.refresh_from_db()
    assert profile.sample.state == "received"
    with pytest.raises(InputProblems):
        withdraw_profile(world.geneticist, profile, "again")


def test_a_living_persons_genotypes_are_opened_for_a_reason_on_record(world):
    profile = world.profile("relative")
    with pytest.raises(InputProblems) as found:
        open_calls(world.analyst, profile, " ")
    assert codes(found) == [("protected.needs-reason", "reason")]
    with pytest.raises(PermissionDenied):
        open_calls(world.physician, profile, "curious")
    assert not Entry.objects.filter(action="protected.opened").exists()
    assert open_calls(world.analyst, profile, "second reading")["TH01"] == ("6", "9.3")
    assert Entry.objects.get(action="protected.opened").object_id == str(profile.pk)


# --- what may be compared ---------------------------------------------------------------------------


def test_only_signed_results_with_consent_are_usable(world):
    remains, living = world.profile(), world.profile("relative")
    add_profile(world.analyst, world.sample(), CALLS)  # a draft
    assert set(usable_profiles(world.geneticist)) == {remains, living}
    withdraw_consent(world.clerk, world.consent, "changed their mind")
    assert set(usable_profiles(world.geneticist)) == {remains}
    record_consent(world.clerk, world.relative, ["laboratory"])
    assert set(usable_profiles(world.geneticist)) == {remains, living}


def test_the_latest_signed_result_of_a_sample_is_compared(world):
    profile = world.profile()
    later = add_profile(world.analyst, profile.sample, {"TH01": ["9.3", "9.3"]})
    assert [t.profile for t in profiles_for_comparison(world.geneticist, world.incident)[0]] == [profile]
    later = sign_profile(world.geneticist, later)
    assert [t.profile for t in profiles_for_comparison(world.geneticist, world.incident)[0]] == [later]
    withdraw_profile(world.geneticist, later, "mixed up")
    assert [t.profile for t in profiles_for_comparison(world.geneticist, world.incident)[0]] == [profile]


def test_remains_of_another_incident_are_not_compared(world):
    world.profile()
    other = open_incident(world.recorder, name_en="Other", name_ar="آخر")
    remains, _ = profiles_for_comparison(world.geneticist, other)
    assert remains == []


def test_who_entered_a_profile_does_not_sign_it(world):
    profile = add_profile(world.analyst, world.sample(), CALLS)
    with pytest.raises(InputProblems) as refused:
        sign_profile(world.analyst, profile)
    assert [p.code for p in refused.value.problems] == ["laboratory.own-profile"]
    profile.refresh_from_db()
    assert profile.state == Profile.State.DRAFT


def test_an_erased_relative_is_not_compared(world, person):
    profile = world.profile("relative")
    erase_subject(
        person("data_protection_officer", "NCM"), profile.subject, "withdrawn-consent", "their wish"
    )
    assert profiles_for_comparison(world.geneticist, world.incident)[1] == []
    with pytest.raises(InputProblems) as found:
        open_calls(world.analyst, Profile.objects.get(pk=profile.pk), "second reading")
    assert codes(found) == [("protected.erased", "sealed_calls")]


def test_who_has_no_right_to_genotypes_gets_none(world):
    world.profile()
    for by in (world.physician, world.collector, world.clerk):
        with pytest.raises(PermissionDenied):
            profiles_for_comparison(by, world.incident)


def test_how_far_a_relatives_sample_has_come(world):
    def now():
        return references_of(world.clerk, [world.relative.pk])[world.relative.pk]

    assert now() is Reference.NONE
    sample = world.sample("relative")
    assert now() is Reference.ON_ITS_WAY
    profile = add_profile(world.analyst, sample, CALLS)
    assert now() is Reference.TYPED
    sign_profile(world.geneticist, profile)
    assert now() is Reference.USABLE
    withdraw_consent(world.clerk, world.consent, "changed their mind")
    assert now() is Reference.REFUSED
    assert references_of(world.physician, [world.relative.pk]) == {}


# --- frequency tables -------------------------------------------------------------------------------


def test_a_table_keeps_its_source_and_gives_the_markers(world):
    assert (world.table.name, world.table.source) == ("Table", "Somebody, 2020")
    assert known_markers(world.analyst) == {
        "TH01": frozenset({"6", "9.3"}), "FGA": frozenset({"21", "24"}),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({}, "frequencies.no-markers"),
        ([], "frequencies.no-markers"),
        ({"TH01": {}}, "frequencies.no-alleles"),
        ({"TH01": 1}, "frequencies.no-alleles"),
        ({"TH01": {"6": 0.5, "7": 0.4}}, "frequencies.sum"),
        ({"TH01": {"6": 0.0, "7": 1.0}}, "frequencies.not-positive"),
        ({"TH01": {"6": "half", "7": 0.5}}, "frequencies.not-positive"),
        ({"TH01": {"6": float("nan"), "7": 0.5}}, "frequencies.not-positive"),
        ({"TH01": {"6": True}}, "frequencies.not-positive"),
        ({"TH01": {"\0": 1.0}}, "frequencies.no-alleles"),
    ],
)
def test_a_table_that_is_none_is_refused(world, table, code):
    with pytest.raises(InputProblems) as found:
        add_frequencies(world.analyst, name="T", source="S", table=table)
    assert [c for c, _ in codes(found)] == [code]


def test_a_table_needs_a_source_and_the_right(world):
    with pytest.raises(InputProblems) as found:
        add_frequencies(world.analyst, name=" ", source="", table=TABLE, minimum=2.0)
    assert codes(found) == [
        ("record.needs", "name"), ("record.needs", "source"), ("value.frequency", "minimum"),
    ]  # fmt: skip
    with pytest.raises(PermissionDenied):
        add_frequencies(world.geneticist, name="T", source="S", table=TABLE)
