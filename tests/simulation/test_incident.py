"""The demo incident holds what it promises."""

import collections

import numpy as np
import pytest

from amana.problems import InputProblems
from amana.simulation import al_qabou_demo, distances, hull_area, largest_hull
from amana.simulation.incident import CONDITIONS, MISSING_SINCE, Spot


@pytest.fixture(scope="module")
def demo():
    return al_qabou_demo()


@pytest.fixture(scope="module")
def missing(demo):
    return {m: family for family in demo.case.families for m in family.missing}


def victim_of(demo, person):
    (unit,) = [v for v, p in demo.truth.items() if p == person]
    return next(v for v in demo.case.victims if v.id == unit)


def test_the_numbers(demo, missing):
    assert len(demo.case.victims) == len(demo.units) == len(demo.truth) == 23
    assert 20 <= len(demo.case.victims) <= 25
    assert len(demo.case.families) == 12
    assert len(missing) == 23
    assert max(len(f.missing) for f in demo.case.families) == 4
    assert len(demo.case.markers) == 23


def test_everything_is_marked_synthetic(demo):
    assert demo.case.synthetic
    assert "synthetic" in demo.case.name
    assert all(p.synthetic for p in demo.people.values())
    ids = [f.id for f in demo.case.families] + list(demo.people)
    ids += [v.profile.sample for v in demo.case.victims]
    ids += [p.sample for f in demo.case.families for p in f.profiles.values()]
    assert all(i.startswith("SYN-") for i in ids)


def test_the_truth_is_one_to_one_and_agrees_with_sex(demo, missing):
    named = [p for p in demo.truth.values() if p is not None]
    assert len(set(named)) == len(named) == 21
    assert set(named) <= set(missing)
    for victim in demo.case.victims:
        person = demo.truth[victim.id]
        if person is not None:
            assert victim.sex in (None, demo.people[person].sex)
            assert person in demo.case.eligible[victim.id]


def test_eligibility_is_by_sex_and_age_class(demo, missing):
    narrowed = 0
    for victim in demo.case.victims:
        eligible = set(demo.case.eligible[victim.id])
        of_the_sex = {m for m in missing if victim.sex in (None, demo.people[m].sex)}
        assert eligible <= of_the_sex
        truth = demo.truth[victim.id]
        assert truth is None or truth in eligible
        if victim.sex is None:
            assert eligible == of_the_sex
        narrowed += eligible != of_the_sex
    assert narrowed > 0


def test_some_remains_belong_to_nobody_listed_and_some_missing_are_not_there(demo, missing):
    assert len(demo.features.nobody_listed) == 2
    assert {v for v, p in demo.truth.items() if p is None} == set(demo.features.nobody_listed)
    assert set(demo.features.not_there) == set(missing) - set(demo.truth.values())
    assert len(demo.features.not_there) == 2


def test_partial_profiles_declare_their_drop_out_and_lack_markers(demo):
    assert len(demo.features.partial) == 6
    for victim in demo.case.victims:
        if victim.id in demo.features.partial:
            assert victim.profile.dropout in {q.dropout for q in CONDITIONS.values()} - {0.0}
            assert len(victim.profile.calls) < 23
        else:
            assert victim.profile.dropout == 0
            assert len(victim.profile.calls) == 23
    assert any(v.sex is None for v in demo.case.victims)


def test_children_and_women_are_among_them(demo):
    assert len(demo.features.children) >= 2
    assert len(demo.features.women) >= 2
    assert all(MISSING_SINCE - demo.people[c].born < 18 for c in demo.features.children)
    assert all(demo.people[w].sex == "F" for w in demo.features.women)
    assert set(demo.features.children) | set(demo.features.women) <= set(demo.truth.values())


def impossible(demo, parent, child):
    """Markers at which two complete profiles share no allele."""
    return [m for m in parent.calls if not set(parent.calls[m]) & set(child.calls[m])]


def test_the_inconsistent_reference_fits_neither_child_and_the_mother_fits_both(demo):
    ((family_id, father),) = demo.features.inconsistent.items()
    family = next(f for f in demo.case.families if f.id == family_id)
    typed_children = [p.id for p in family.pedigree.persons if p.father == father and p.id in family.profiles]
    assert len(typed_children) == 2  # so that leaving the father out, and nobody else, mends it
    for child in typed_children:
        assert len(impossible(demo, family.profiles[father], family.profiles[child])) >= 3
        mother = family.pedigree[child].mother
        assert not impossible(demo, family.profiles[mother], family.profiles[child])


def test_all_other_typed_parents_and_children_agree_but_for_the_mutations_listed(demo):
    wrong = set(demo.features.inconsistent.values())
    for family in demo.case.families:
        for person in family.pedigree.persons:
            for parent in {person.father, person.mother} & set(family.profiles) - wrong:
                if person.id in family.profiles:
                    child = family.profiles[person.id]
                elif person.id in demo.truth.values():
                    child = victim_of(demo, person.id).profile
                else:
                    continue
                if child.dropout:
                    continue
                for marker in impossible(demo, family.profiles[parent], child):
                    assert (person.id, marker) in demo.features.mutations


def test_those_who_cannot_be_told_apart_have_the_same_parents_and_no_descendants(demo, missing):
    assert {len(g) for g in demo.features.exchangeable} == {2}
    assert {demo.people[g[0]].sex for g in demo.features.exchangeable} == {"M", "F"}
    for group in demo.features.exchangeable:
        pedigree = missing[group[0]].pedigree
        assert len({(pedigree[p].father, pedigree[p].mother, pedigree[p].sex) for p in group}) == 1
        assert not any(pedigree.children[p] for p in group)
        assert set(group) <= set(demo.truth.values())


def test_one_is_reached_only_through_others_who_are_missing_too(demo, missing):
    ((person, through),) = demo.features.leans.items()
    family = missing[person]
    assert set(through) <= set(family.missing) & set(demo.truth.values())
    assert set(family.pedigree.children[person]) == set(through)
    assert family.pedigree[person].father is family.pedigree[person].mother is None


def test_cousin_marriages_interlock(demo):
    (family,) = [f for f in demo.case.families if "cousin marriages" in demo.shapes[f.id]]
    assert len(family.missing) == 2
    grandparents = []
    for m in family.missing:
        parents = (family.pedigree[m].father, family.pedigree[m].mother)
        grandparents.append(
            {g for p in parents for g in (family.pedigree[p].father, family.pedigree[p].mother)}
        )
    assert grandparents[0] == grandparents[1]


def test_spots_fit_the_reported_distances_and_therefore_not_the_reported_area(demo):
    between = distances(demo.spots)
    assert len(demo.spots) == 8
    assert min(between.values()) == pytest.approx(10, abs=1e-9)
    assert max(between.values()) == pytest.approx(600, abs=1e-9)
    assert hull_area(demo.spots) < largest_hull(600) < 0.2828e6


def test_hull_area_of_known_figures():
    square = [
        Spot("a", 0, 0),
        Spot("b", 2, 0),
        Spot("c", 2, 3),
        Spot("d", 0, 3),
        Spot("e", 1, 1),
        Spot("f", 1, 0),
    ]
    assert hull_area(square) == 6
    assert hull_area(square[:2]) == 0


def test_units_are_labelled_by_spot_and_some_lie_on_others(demo):
    numbers = [u.number for u in demo.units]
    assert len(set(numbers)) == len(numbers)
    assert all(u.number.startswith(f"{u.spot}-") for u in demo.units)
    assert {u.spot for u in demo.units} == {s.id for s in demo.spots}
    spot_of = {u.number: u.spot for u in demo.units}
    over = [(u, below) for u in demo.units for below in u.over]
    assert len(over) >= 3
    assert all(spot_of[below] == u.spot and below != u.number for u, below in over)
    assert [v.unit for v in demo.case.victims] == numbers


def test_neither_number_nor_barcode_tells_the_family(demo):
    barcodes = [v.profile.sample for v in demo.case.victims]
    assert sorted(barcodes) != barcodes
    families = [p[:7] for p in demo.truth.values() if p]
    assert families != sorted(families)


def test_names_follow_descent(demo, missing):
    for family in demo.case.families:
        for person in family.pedigree.persons:
            named = demo.people[person.id]
            if person.father is not None:
                father = demo.people[person.father]
                assert (named.father, named.grandfather, named.family_name) == (
                    father.given,
                    father.father,
                    father.family_name,
                )
                assert named.born - father.born >= 15
            if person.mother is not None:
                assert demo.people[person.mother].given[0] in named.mother[0]
                assert named.born - demo.people[person.mother].born >= 15
    assert len({demo.people[m].name_ar for m in missing}) == len(missing)


def test_family_names_are_not_shared_between_families(demo, missing):
    of_men = collections.defaultdict(set)
    for m, family in missing.items():
        if demo.people[m].sex == "M":
            of_men[family.id].add(demo.people[m].family_name)
    assert all(len(names) == 1 for names in of_men.values())
    assert len({n for names in of_men.values() for n in names}) == len(of_men)


def test_the_same_seed_gives_the_same_demo_and_another_seed_another():
    def fingerprint(d):
        return (
            dict(d.truth),
            [dict(v.profile.calls) for v in d.case.victims],
            [(p.sample, dict(p.calls)) for f in d.case.families for p in f.profiles.values()],
            [p.name_ar for p in d.people.values()],
        )

    one, two, other = (fingerprint(al_qabou_demo(seed=s)) for s in (7, 7, 8))
    assert one == two
    assert all(a != b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_the_features_do_not_depend_on_the_seed(seed):
    demo = al_qabou_demo(seed=seed)
    assert len(demo.features.nobody_listed) == len(demo.features.not_there) == 2
    assert len(demo.features.partial) == 6
    family_id, father = next(iter(demo.features.inconsistent.items()))
    family = next(f for f in demo.case.families if f.id == family_id)
    children = [p.id for p in family.pedigree.persons if p.father == father and p.id in family.profiles]
    assert all(len(impossible(demo, family.profiles[father], family.profiles[c])) >= 2 for c in children)


def test_relatives_share_more_than_strangers(demo):
    def shared(a, b):
        return np.mean([bool(set(a.calls[m]) & set(b.calls[m])) for m in a.calls if m in b.calls])

    father = next(f for f in demo.case.families if demo.shapes[f.id] == "two parents")
    son = victim_of(demo, father.missing[0]).profile
    parent = father.profiles[f"{father.id}-father"]
    strangers = [
        shared(parent, v.profile) for v in demo.case.victims if demo.truth[v.id] != father.missing[0]
    ]
    assert shared(parent, son) > 0.95
    assert max(strangers) < 0.95


def test_faults_of_the_call_are_problems():
    for arguments, code in (({"seed": -1}, "simulate.seed-range"), ({"theta": 1.0}, "simulate.theta-range")):
        with pytest.raises(InputProblems) as found:
            al_qabou_demo(**arguments)
        assert [p.code for p in found.value.problems] == [code]
