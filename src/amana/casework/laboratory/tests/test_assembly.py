"""The case assembled from records is the case that the records were made from."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.families.models import Consent
from amana.casework.families.services import withdraw_consent
from amana.casework.laboratory.assembly import case_of
from amana.casework.laboratory.services import add_profile, sign_profile, withdraw_profile
from amana.casework.laboratory.tests.conftest import MUTATION
from amana.casework.missing.services import change_state
from amana.kinship.joint.tables import NOBODY, EncodedVictims, FamilyModel
from amana.kinship.panel import Panel


def assembled(demo, by="geneticist"):
    tables = demo.frequencies
    main, others = tables["Levant (pooled)"], [tables["West Asia"]]
    return case_of(demo.people[by], demo.incident, main, others, MUTATION)


def test_the_case_is_the_demos_own(demo, simulated):
    case, inputs = assembled(demo)
    units = {unit.number: label for label, unit in demo.units.items()}
    names = {p.number: key for key, p in {**demo.missing, **demo.relatives}.items()}
    barcodes = {s.barcode: key for key, s in demo.samples.items()}
    victims = {units[v.id]: v for v in case.victims}
    assert victims.keys() == {v.id for v in simulated.case.victims}
    for expected in simulated.case.victims:
        found = victims[expected.id]
        assert found.sex == expected.sex
        assert barcodes[found.profile.sample] == expected.profile.sample
        assert found.profile.calls == expected.profile.calls
        assert found.profile.dropout == expected.profile.dropout
    families = {f.id: f for f in case.families}
    for expected in simulated.case.families:
        record = demo.families[expected.id]
        found = families[record.number]

        def plain(person, key=expected.id, number=record.number):
            return person and names.get(person, person.replace(f"{number} ", f"{key}-"))

        people = {(plain(p.id), plain(p.father), plain(p.mother), p.sex) for p in found.pedigree.persons}
        assert people == {(p.id, p.father, p.mother, p.sex) for p in expected.pedigree.persons}
        assert {plain(m) for m in found.missing} == set(expected.missing)
        assert {plain(p): profile.calls for p, profile in found.profiles.items()} == {
            p: profile.calls for p, profile in expected.profiles.items()
        }
    markers = {m.name: m for m in case.markers}
    assert markers.keys() == {m.name for m in simulated.case.markers}
    for expected in simulated.case.markers:
        found = markers[expected.name]
        assert sorted(found.alleles) == sorted(expected.alleles)
        for allele in expected.alleles:
            assert found.frequencies[found.index[allele]] == pytest.approx(
                expected.frequencies[expected.index[allele]], rel=1e-12
            )
    assert [t.name for t in case.tables] == [t.name for t in simulated.case.tables]
    assert case.synthetic
    assert not case.warnings
    assert inputs == case.inputs
    assert sum(key.startswith("profile ") for key in inputs) == len(demo.profiles)
    assert all(len(value) == hashlib.sha256().digest_size * 2 for value in inputs.values())


def log_lrs(case, family):
    """Log LR of each victim as the first missing person of a family."""
    panel = Panel(case.markers)
    model = FamilyModel(family, panel, EncodedVictims(case.victims, panel))
    places = np.full((len(case.victims), len(family.missing)), NOBODY)
    places[:, 0] = np.arange(len(case.victims))
    return dict(zip([v.id for v in case.victims], model.log_lr_by_marker(places).sum(axis=1), strict=True))


@pytest.mark.parametrize("name", ["SYN-F01", "SYN-F05", "SYN-F06"])
def test_likelihoods_are_those_of_the_demo(demo, simulated, name):
    case, _ = assembled(demo)
    first = next(f for f in simulated.case.families if f.id == name)
    expected = log_lrs(simulated.case, first)
    family = next(f for f in case.families if f.id == demo.families[name].number)
    wanted = demo.missing[first.missing[0]].number
    family = type(family)(
        family.id, family.pedigree, family.profiles, tuple(sorted(family.missing, key=lambda m: m != wanted))
    )
    found = log_lrs(case, family)
    for label, unit in demo.units.items():
        # The tables are divided by sums that differ in the last digit.
        assert found[unit.number] == pytest.approx(expected[label], rel=1e-9, abs=1e-9), label


def test_whoever_has_no_right_to_genotypes_assembles_nothing(demo):
    with pytest.raises(PermissionDenied):
        assembled(demo, "secretary")


def test_a_withdrawn_consent_takes_the_relative_out(demo):
    relative = demo.relatives["SYN-F01-father"]
    consent = Consent.objects.get(relative=relative, recipient="laboratory")
    before, _ = assembled(demo)
    withdraw_consent(demo.people["interviewer"], consent, "they asked for it")
    after, inputs = assembled(demo)
    number = demo.families["SYN-F01"].number
    (had,) = (f for f in before.families if f.id == number)
    (has,) = (f for f in after.families if f.id == number)
    assert had.profiles.keys() - has.profiles.keys() == {relative.number}
    barcode = relative.samples.get().barcode
    assert f"profile {barcode}" in before.inputs
    assert f"profile {barcode}" not in inputs


def test_whoever_was_found_alive_is_nobodys_candidate(demo):
    person = demo.missing["SYN-F04-M2"]
    change_state(demo.people["family_liaison"], person, "located_alive", "telephoned their sister")
    case, _ = assembled(demo)
    (family,) = (f for f in case.families if f.id == demo.families["SYN-F04"].number)
    assert person.number not in family.missing
    assert len(family.missing) == 2
    assert person.number in family.pedigree
    assert all(person.number not in listed for listed in case.eligible.values())


def test_a_family_in_which_nobody_is_sought_any_more_is_left_out(demo):
    person = demo.missing["SYN-F06-M1"]
    change_state(demo.people["family_liaison"], person, "located_alive", "came home")
    case, inputs = assembled(demo)
    number = demo.families["SYN-F06"].number
    assert number not in {f.id for f in case.families}
    assert f"family {number}" not in inputs
    relative = demo.relatives["SYN-F06-cousin"]
    assert f"profile {relative.samples.get().barcode}" not in inputs


def test_a_draft_and_a_withdrawn_profile_are_not_compared(demo):
    victim = next(iter(demo.units.values()))
    sample = victim.samples.get()
    geneticist, analyst = demo.people["geneticist"], demo.people["laboratory_analyst"]
    withdraw_profile(geneticist, sample.profiles.get(), "plate neighbour")
    assert victim.number not in {v.id for v in assembled(demo)[0].victims}
    sample.refresh_from_db()
    again = add_profile(analyst, sample, {"TH01": ["6", "9.3"], "FGA": ["21", "24"]})
    assert victim.number not in {v.id for v in assembled(demo)[0].victims}
    sign_profile(geneticist, again)
    (found,) = (v for v in assembled(demo)[0].victims if v.id == victim.number)
    assert found.profile.calls == {"TH01": ("6", "9.3"), "FGA": ("21", "24")}


def test_a_profile_that_changed_changes_its_digest(demo):
    sample = next(iter(demo.units.values())).samples.get()
    before = assembled(demo)[1][f"profile {sample.barcode}"]
    again = add_profile(demo.people["laboratory_analyst"], sample, {"TH01": ["6", "9.3"]})
    sign_profile(demo.people["geneticist"], again)
    assert assembled(demo)[1][f"profile {sample.barcode}"] != before


def test_reading_the_case_takes_few_statements(demo, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        assembled(demo)
