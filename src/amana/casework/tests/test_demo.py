"""The demo incident in the records: whole, through the services, by the person whose work it is."""

from __future__ import annotations

import json
import tomllib
from importlib import resources

import pytest

from amana.casework.accounts.models import Marker, User
from amana.casework.accounts.roles import roles
from amana.casework.audit.models import Entry, Tree
from amana.casework.audit.protection import unsealed
from amana.casework.demo import CENTRE, SHARINGS, load_demo
from amana.casework.families.models import Consent, Member
from amana.casework.incidents.models import Count, Fact, Measure, Tension
from amana.casework.laboratory.tests.conftest import demo, simulated
from amana.casework.recovery.models import Lying
from amana.geography.plane import distance_m
from amana.problems import InputProblems

__all__ = ["demo", "simulated"]


def test_everything_of_the_demo_is_there(demo, simulated):
    case = simulated.case
    assert set(demo.units) == {v.id for v in case.victims}
    assert set(demo.missing) == {m for f in case.families for m in f.missing}
    assert set(demo.relatives) == {p for f in case.families for p in f.profiles}
    assert set(demo.families) == {f.id for f in case.families}
    assert Member.objects.count() == sum(len(f.pedigree) for f in case.families)
    assert len(demo.profiles) == len(demo.samples) == len(demo.units) + len(demo.relatives)
    assert all(p.state == "signed" for p in demo.profiles.values())
    assert all(s.state == "typed" for s in demo.samples.values())
    assert list(demo.frequencies) == [t.name for t in case.tables]
    assert Lying.objects.count() == sum(len(u.over) for u in simulated.units)
    assert demo.incident.synthetic
    assert Marker.objects.filter(name="demo").exists()


def test_what_was_reported_stands_with_its_words_in_both_languages(demo, simulated):
    facts = simulated.facts.facts
    assert Fact.objects.count() == len(facts)
    assert Count.objects.count() == sum(len(f.counts) for f in facts)
    assert Measure.objects.count() == sum(len(f.measures) for f in facts)
    assert Tension.objects.count() == len(simulated.facts.tensions)
    for fact in facts:
        row = Fact.objects.get(code=fact.id)
        assert (row.statement, row.place, row.date) == (fact.statement, fact.place, fact.date)
        assert row.statement_ar
        assert row.place_ar
        assert [(c.low, c.high, c.words) for c in fact.counts] == [
            (c.low, c.high, c.words) for c in row.counts.all()
        ]
        assert all(c.words_ar for c in (*row.counts.all(), *row.measures.all()))
    assert all(t.statement_ar for t in Tension.objects.all())


def test_the_arabic_names_the_same_numbers(simulated):
    text = resources.files("amana.casework").joinpath("demo.ar.toml").read_text(encoding="utf-8")
    arabic = tomllib.loads(text)
    assert arabic["fact"].keys() == {f.id for f in simulated.facts.facts}
    for fact in simulated.facts.facts:
        said = arabic["fact"][fact.id]
        claims = [*fact.counts, *fact.measures]
        assert len(said.get("words", ())) == len(claims)
        for claim, words in zip(claims, said.get("words", ()), strict=True):
            digits = [w for w in claim.words.replace(",", " ").split() if w.isdigit()]
            assert [w for w in words.replace("و", " ").split() if w.isdigit()] == digits


def test_there_is_somebody_for_each_role_and_nobody_can_sign_in(demo):
    assert User.objects.count() == len(roles()) + 1
    for name in roles():
        person = demo.people[name]
        assert [r.name for r in User.objects.get(pk=person.pk).roles] == [name]
        assert not person.has_usable_password()
        assert "demo" in person.username
        assert person.name_en.startswith("Demo")
        assert "تجريبي" in person.name_ar
    assert demo.people["geneticist"] != demo.people["geneticist-2"]
    assert len(SHARINGS) == len(set(SHARINGS))


def test_every_entry_is_by_the_person_whose_work_it_is(demo):
    by = {
        "incidents.": "duty_officer", "sites.site.added": "duty_officer", "sites.spot": "recorder",
        "sites.clearance.recorded": "clearance_officer", "recovery.unit.recorded": "recorder",
        "recovery.mission.planned": "team_leader", "recovery.mission.released": "duty_officer",
        "custody.item.taken": "recorder", "custody.transfer.answered": "custodian",
        "alerts.alert.triaged": "duty_officer", "missing.": "interviewer", "families.": "interviewer",
        "laboratory.sample.received": "laboratory_analyst",
        "laboratory.profile.entered": "laboratory_analyst",
        "laboratory.profile.signed": "geneticist", "laboratory.frequencies": "laboratory_analyst",
    }  # fmt: skip
    for action, role in by.items():
        entries = Entry.objects.filter(action__startswith=action)
        assert entries.exists(), action
        assert set(entries.values_list("actor", flat=True)) == {str(demo.people[role].pk)}, action
        assert {json.loads(e.leaf)["role"] for e in entries} == {role}, action
    takers = set(Entry.objects.filter(action="laboratory.sample.added").values_list("actor", flat=True))
    assert takers == {str(demo.people[r].pk) for r in ("sample_collector", "forensic_physician")}
    assert Tree.objects.get().size == Entry.objects.count()


def test_relatives_agreed_and_their_names_are_sealed(demo, simulated):
    assert Consent.objects.filter(recipient="laboratory", withdrawn_at=None).count() == len(demo.relatives)
    key, relative = next(iter(demo.relatives.items()))
    assert simulated.people[key].name_ar in unsealed(relative, "name")
    names = {p.name_ar for k, p in simulated.people.items() if k in demo.relatives}
    for entry in Entry.objects.filter(object_type="families.relative"):
        assert not any(name in entry.values for name in names)


def test_spots_lie_as_far_apart_as_in_the_demo(demo, simulated):
    places = {s.id: s for s in simulated.spots}
    first = demo.spots["AQ-1"]
    assert (first.latitude, first.longitude) == pytest.approx((CENTRE.latitude, CENTRE.longitude))
    for label, spot in demo.spots.items():
        expected = (places[label].east ** 2 + places[label].north ** 2) ** 0.5
        found = distance_m(first.latitude, first.longitude, spot.latitude, spot.longitude)
        assert found == pytest.approx(expected, abs=0.05)
    assert demo.site.pcode == "C2680"


def test_a_demo_is_never_put_beside_real_work(demo, simulated):
    entries = Entry.objects.count()
    with pytest.raises(InputProblems):
        load_demo(simulated)
    assert Entry.objects.count() == entries
