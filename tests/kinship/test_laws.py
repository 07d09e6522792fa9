"""Laws that every likelihood obeys, whatever the numbers."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest

from amana.kinship.likelihood import log_likelihood
from amana.kinship.markers import Marker
from amana.kinship.mutation import Mutation
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from tests.kinship.examples import (
    COUSINS,
    GRANDFATHER,
    SIBS,
    TRIO,
    calls,
    custom,
    engine,
    genotypes,
    markers_by_model,
    people,
    profiles,
)

MODELS = markers_by_model()
SMALL = markers_by_model(3)
X_FAMILY = people("f - - M", "m - - F", "s f m M", "d f m F")


def with_call(found, person, call, m):
    return {**found, person: Profile(person, {m.name: call})}


@pytest.mark.parametrize("theta", [0.0, 0.03])
@pytest.mark.parametrize("model", MODELS)
def test_the_expected_lr_of_an_unrelated_person_is_one(model, theta):
    m = MODELS[model]
    references = calls(m, {"f": "0/1", "b": "1/2"})  # father and sister of the missing brother
    apart = Pedigree([*SIBS.persons, Person("stranger", sex="M")])
    base = math.exp(engine(SIBS, references, m, theta))
    chance, expected = 0.0, 0.0
    for call in genotypes(m):
        unrelated = math.exp(engine(apart, with_call(references, "stranger", call, m), m, theta))
        related = math.exp(engine(SIBS, with_call(references, "a", call, m), m, theta))
        assert unrelated > 0
        chance += unrelated / base
        expected += unrelated / base * (related / unrelated)
    assert chance == pytest.approx(1.0, rel=1e-12)
    assert expected == pytest.approx(1.0, rel=1e-12)


def test_the_expected_lr_is_one_at_an_x_marker():
    m = replace(MODELS["equal"], chromosome="X")
    references = calls(m, {"f": "0/0", "d": "0/2"})
    base = math.exp(engine(X_FAMILY, references, m))
    total = sum(
        math.exp(engine(X_FAMILY, with_call(references, "s", c, m), m)) for c in genotypes(m, haploid=True)
    )
    assert total / base == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("pedigree", "seen"),
    [(TRIO, ("f", "c")), (SIBS, ("a", "b")), (GRANDFATHER, ("g", "c"))],
    ids=["father and child", "sibs", "grandfather"],
)
def test_all_genotypes_sum_to_one(pedigree, seen, model):
    m = MODELS[model]
    total = 0.0
    for found in product(genotypes(m), repeat=len(seen)):
        by_person = {p: Profile(p, {m.name: call}) for p, call in zip(seen, found, strict=True)}
        total += math.exp(engine(pedigree, by_person, m))
    assert total == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("d", [0.0, 0.1, 0.5])
def test_with_drop_out_the_rest_is_the_chance_of_seeing_nothing(d):
    m = MODELS["custom"]
    sets = [frozenset({a}) for a in m.alleles]
    sets += [frozenset({a, b}) for a in m.alleles for b in m.alleles if a < b]
    mother = calls(m, {"m": "0/1"})
    total = 0.0
    for seen in sets:
        child = Profile("c", replicates={m.name: (seen,)}, dropout=d)
        total += math.exp(engine(TRIO, {**mother, "c": child}, m) - engine(TRIO, mother, m))
    assert total == pytest.approx(1 - d * d, rel=1e-12)


@pytest.mark.parametrize("theta", [0.0, 0.05])
def test_the_order_of_persons_does_not_matter(theta):
    m = SMALL["custom"]
    found = calls(m, {"f": "0/1", "a": "0/2", "b": "1/1"})
    values = [engine(Pedigree(order), found, m, theta) for order in permutations(SIBS.persons)]
    assert values == pytest.approx([values[0]] * len(values), rel=0, abs=1e-12)


@pytest.mark.parametrize("model", ["none", "equal by sex", "custom"])
def test_the_order_of_alleles_does_not_matter(model):
    m = SMALL[model]
    text = {"f": "8/9", "m": "9/9", "a": "8/9.3"}
    value = engine(SIBS, profiles(m, text), m, 0.02)
    turned = {person: "/".join(reversed(call.split("/"))) for person, call in text.items()}
    assert engine(SIBS, profiles(m, turned), m, 0.02) == value
    for order in permutations(range(3)):
        pick = np.array(order)
        mutation = m.mutation and Mutation(
            m.mutation.male[np.ix_(pick, pick)], m.mutation.female[np.ix_(pick, pick)]
        )
        other = Marker("D", tuple(m.alleles[i] for i in order), m.frequencies[pick], mutation)
        assert engine(SIBS, profiles(other, text), other, 0.02) == pytest.approx(value, rel=0, abs=1e-12)


def test_the_order_of_profiles_and_markers_does_not_matter():
    some = ("none", "equal", "stepwise", "custom")
    markers = [replace(MODELS[name], name=name) for name in some]
    seen = {"f": ("8", "9"), "a": ("9", "9.3")}
    found = {p: Profile(p, dict.fromkeys(some, call)) for p, call in seen.items()}
    values = log_likelihood(SIBS, found, markers)
    turned = log_likelihood(SIBS, dict(reversed(found.items())), markers[::-1])
    np.testing.assert_allclose(turned[::-1], values, rtol=0, atol=1e-13)


def swapped(pedigree):
    """Fathers become mothers and mothers fathers."""
    turned = {"M": "F", "F": "M", None: None}
    return Pedigree(
        Person(p.id, p.mother, p.father, turned[p.sex], p.founder_inbreeding) for p in pedigree.persons
    )


@pytest.mark.parametrize("model", ["none", "equal", "stepwise", "custom"])
@pytest.mark.parametrize("theta", [0.0, 0.05])
def test_which_parent_is_the_father_does_not_matter_on_an_autosome(model, theta):
    m = SMALL[model]
    turned = m if m.mutation is None else replace(m, mutation=Mutation(m.mutation.female, m.mutation.male))
    for pedigree, seen in (
        (SIBS, {"f": "0/1", "a": "0/2", "b": "1/1"}),
        (GRANDFATHER, {"g": "0/1", "c": "2/2"}),
    ):
        found = calls(m, seen)
        ours = engine(pedigree, found, m, theta)
        assert engine(swapped(pedigree), found, turned, theta) == pytest.approx(ours, rel=0, abs=1e-12)


BYSTANDERS = {
    "unrelated": (Person("new", sex="F"),),
    "a couple and their child": (Person("n1", sex="M"), Person("n2", sex="F"), Person("n3", "n1", "n2", "M")),
    "child": (Person("new", "a", None, "F"),),
    "child of both sibs": (Person("new", "a", "b", "F"),),
    "grandchild": (Person("n1", "a", None, "F"), Person("n2", None, "n1", "F")),
}


@pytest.mark.parametrize("bystander", BYSTANDERS)
@pytest.mark.parametrize("theta", [0.0, 0.05])
@pytest.mark.parametrize("model", ["none", "stepwise", "custom"])
def test_untyped_people_who_lead_nowhere_change_nothing(model, theta, bystander):
    m = SMALL[model]
    found = calls(m, {"f": "0/1", "a": "0/2", "b": "1/1"})
    more = Pedigree([*BYSTANDERS[bystander], *SIBS.persons])
    assert engine(more, found, m, theta) == pytest.approx(engine(SIBS, found, m, theta), rel=0, abs=1e-13)


@pytest.mark.parametrize("theta", [0.0, 0.05])
def test_untyped_parents_of_founders_change_nothing_where_mutation_is_stationary(theta):
    grown = people("f p q M", "m r s F", "a f m M", "b f m F", "p - - M", "q - - F", "r - - M", "s - - F")
    for model in ("none", "proportional", "proportional by sex"):
        m = SMALL[model]
        found = calls(m, {"a": "0/2", "b": "1/1"})
        if theta:
            found |= calls(m, {"m": "0/1"})  # or there would be too many founder alleles
            grown = people("f p q M", "m - - F", "a f m M", "b f m F", "p - - M", "q - - F")
        if not theta or model == "none":  # a mutant allele is drawn from all the population, not from the urn
            assert engine(grown, found, m, theta) == pytest.approx(
                engine(SIBS, found, m, theta), rel=0, abs=1e-12
            )


def test_leaving_out_untyped_people_is_not_the_same_where_mutation_is_not_stationary():
    m = MODELS["stepwise"]
    found = calls(m, {"g": "0/1", "c": "1/1"})
    kept = engine(GRANDFATHER, found, m)
    pruned = engine(GRANDFATHER, found, m, without_untyped=True)
    by_hand = engine(people("g - - M", "f g - M", "c f - M"), found, m)
    assert pruned == pytest.approx(by_hand, rel=0, abs=1e-13)
    assert abs(pruned - kept) > 1e-6


@pytest.mark.parametrize("n", [24, 300])
def test_many_markers_do_not_underflow(n):
    rare = np.array([1e-4, 1e-3, 1 - 1.1e-3])
    markers = [Marker(f"D{i}", ("1", "2", "3"), rare, custom(i, 3) if i % 2 else None) for i in range(n)]
    found = {
        p: Profile(p, {m.name: call for m in markers})
        for p, call in {"g": ("1", "1"), "a": ("1", "1"), "c": ("1", "2"), "e": ("1", "1")}.items()
    }
    values = log_likelihood(COUSINS, found, markers, theta=0.0)
    assert np.isfinite(values).all()
    one_by_one = [float(log_likelihood(COUSINS, found, [m])[0]) for m in markers[:6]]
    np.testing.assert_allclose(values[:6], one_by_one, rtol=0, atol=1e-13)
    assert values.sum() < -20.0 * n  # far below the smallest double


def test_a_long_chain_does_not_underflow_within_one_marker():
    tiny = np.array([1e-300, 1 - 1e-300])
    m = Marker("D", ("1", "2"), tiny)
    line = people("p0 - - M", *(f"p{i} p{i - 1} - M" for i in range(1, 40)))
    found = {f"p{i}": Profile(f"p{i}", {"D": ("1", "1")}) for i in range(40)}
    # Each generation brings one rare allele from outside.
    assert engine(line, found, m) == pytest.approx(41 * math.log(1e-300), rel=1e-12)


def test_a_person_without_calls_is_as_good_as_absent():
    m = SMALL["equal"]
    found = calls(m, {"a": "0/1"})
    assert engine(SIBS, {**found, "b": Profile("b")}, m) == engine(SIBS, found, m)
    assert engine(SIBS, {**found, "b": Profile("b", {"D": (None, None)})}, m) == engine(SIBS, found, m)
    assert engine(SIBS, {}, m) == 0.0
