"""FST: the sum over partitions of founder alleles against drawing them one after the other."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from amana.kinship.descent import MOST_FOUNDER_ALLELES
from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.panel import Panel
from amana.problems import InputProblems
from tests.kinship import brute_force
from tests.kinship.examples import (
    COUSINS,
    GRANDFATHER,
    HALF_AVUNCULAR,
    HALF_SIBS,
    ONE_PARENT,
    SIB_MATING,
    SIBS,
    TRIO,
    TWO_FAMILIES,
    agree,
    calls,
    engine,
    marker,
    markers_by_model,
    people,
)

MODELS = markers_by_model(3)
THETAS = (0.01, 0.2)

FAMILIES = {
    "one person": (people("a - - M"), {"a": "0/1"}),
    "trio": (TRIO, {"f": "0/1", "m": "1/1", "c": "0/1"}),
    "child alone": (TRIO, {"c": "0/0"}),
    "child and father": (TRIO, {"f": "0/1", "c": "0/0"}),
    "sibs": (SIBS, {"a": "0/1", "b": "1/2"}),
    "sibs and mother": (SIBS, {"m": "2/2", "a": "0/2", "b": "1/2"}),
    "grandfather": (GRANDFATHER, {"g": "0/1", "c": "2/2"}),
    "half-sibs": (HALF_SIBS, {"a": "0/1", "b": "1/1"}),
    "one parent": (ONE_PARENT, {"f": "0/2", "b": "1/1"}),
    "child of sibs": (SIB_MATING, {"c": "2/2"}),
    "half aunt": (HALF_AVUNCULAR, {"i": "0/1", "c": "1/1"}),
    "two families": (TWO_FAMILIES, {"c": "0/0", "s": "0/1", "u": "1/2"}),
    "unrelated": (people("a - - M", "b - - F", "c - - F"), {"a": "0/0", "b": "0/1", "c": "1/1"}),
    "brothers and a stranger": (
        people("f - - M", "m - - F", "a f m M", "b f m M", "s - - M"),
        {"a": "0/1", "b": "0/1", "s": "0/0"},
    ),
}


def check(pedigree, found, m, theta):
    theirs = brute_force.likelihood(pedigree, found, m, theta)
    assert agree(engine(pedigree, found, m, theta), theirs)
    return theirs


@pytest.mark.parametrize("theta", THETAS)
@pytest.mark.parametrize("model", ["none", "equal", "equal by sex", "stepwise", "custom"])
@pytest.mark.parametrize("family", FAMILIES)
def test_alleles_drawn_one_after_the_other(family, model, theta):
    pedigree, seen = FAMILIES[family]
    m = MODELS[model]
    check(pedigree, calls(m, seen), m, theta)


@pytest.mark.parametrize(
    ("family", "seen"),
    [
        ("trio", {"f": "0/-", "m": "1/1", "c": "0/1"}),
        ("sibs", {"a": "0/1", "b": "1/-"}),
        ("child alone", {"c": "0/-"}),
        ("two families", {"c": "0/0", "s": "-/1", "u": "1/2"}),
    ],
)
@pytest.mark.parametrize("model", ["none", "custom"])
def test_with_partial_calls_and_drop_out(family, seen, model):
    pedigree, _ = FAMILIES[family]
    m = MODELS[model]
    check(pedigree, calls(m, seen), m, 0.05)
    check(pedigree, calls(m, seen, dropout=0.2), m, 0.05)


@pytest.mark.parametrize("model", ["none", "equal by sex", "custom"])
@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        (("f - - M", "m - - F", "s f m M", "d f m F"), {"f": "0/0", "d": "0/1"}),
        (("f - - M", "m - - F", "s f m M", "d f m F"), {"s": "0/0", "d": "1/2"}),
        (("m - - F", "s - m M", "t - m M", "u - - M"), {"s": "0/0", "t": "1/1", "u": "0/0"}),
        (("f - - M", "m - - F", "a f m M", "b f m F", "c a b F"), {"f": "0/0", "c": "1/1"}),
    ],
    ids=["daughter", "brother and sister", "sons and a stranger", "loop"],
)
def test_on_the_x_chromosome(rows, seen, model):
    m = replace(MODELS[model], chromosome="X")
    check(people(*rows), calls(m, seen), m, 0.05)


@pytest.mark.parametrize("model", ["none", "stepwise", "custom"])
def test_with_inbred_founders_drop_out_and_mutation_together(model):
    m = MODELS[model]
    family = people("f - - M 0.25", "m - - F 0.0625", "a f m M", "b f m F")
    found = {**calls(m, {"f": "0/1", "a": "1/-"}), **calls(m, {"b": "0/0"}, dropout=0.1, dropin=0.01)}
    check(family, found, m, 0.03)
    # The mother is inbred, and unseen.
    check(family, {p: x for p, x in found.items() if p != "f"}, m, 0.03)


def test_a_cousin_marriage():
    m = marker(2)
    check(COUSINS, calls(m, {"c": "0/1", "e": "1/1"}), m, 0.05)


def test_a_loop_with_mutation():
    m = markers_by_model(2)["custom"]
    check(SIB_MATING, calls(m, {"a": "0/1", "c": "1/1"}), m, 0.05)


@pytest.mark.parametrize("family", FAMILIES)
def test_without_fst_the_limit_is_the_same(family):
    pedigree, seen = FAMILIES[family]
    m = MODELS["equal"]
    found = calls(m, seen)
    assert engine(pedigree, found, m, 1e-13) == pytest.approx(engine(pedigree, found, m), rel=0, abs=1e-10)


@pytest.mark.parametrize("theta", [0.0, 0.03, 0.5])
def test_all_genotypes_of_a_family_sum_to_one(theta):
    m = MODELS["custom"]
    every = [f"{i}/{j}" for i in range(3) for j in range(i, 3)]
    seen = ({"m": x, "a": y, "b": z} for x, y, z in product(every, repeat=3))
    total = sum(np.exp(engine(SIBS, calls(m, by_number), m, theta)) for by_number in seen)
    assert total == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("theta", [-0.01, 1.0, 1.5, float("nan")])
def test_a_theta_out_of_range_is_refused(theta):
    m = marker(3)
    with pytest.raises(InputProblems) as caught:
        engine(TRIO, calls(m, {"c": "0/0"}), m, theta)
    assert [p.code for p in caught.value.problems] == ["fst.range"]


def strangers_children(n):
    """n unrelated people seen in doubt: each adds two uncertain founder alleles."""
    return people(*(f"p{i} - - M" for i in range(n)))


def test_as_many_uncertain_founder_alleles_as_the_limit_are_computed():
    m = marker(2)
    n = MOST_FOUNDER_ALLELES // 2
    check(strangers_children(n), calls(m, {f"p{i}": f"{i % 2}/-" for i in range(n)}), m, 0.05)


def test_more_uncertain_founder_alleles_are_refused():
    m = marker(2)
    n = MOST_FOUNDER_ALLELES // 2 + 1
    found = calls(m, {f"p{i}": "0/-" for i in range(n)})
    assert engine(strangers_children(n), found, m) < 0  # without FST there is no limit
    with pytest.raises(InputProblems) as caught:
        engine(strangers_children(n), found, m, 0.01)
    [problem] = caught.value.problems
    assert problem.code == "fst.too-many-founder-alleles"
    assert problem.params == {"count": 2 * n, "limit": MOST_FOUNDER_ALLELES}


def test_certain_founders_and_people_without_seen_descendants_do_not_count():
    m = marker(3)
    certain = people(*(f"p{i} - - M" for i in range(20)))
    check(certain, calls(m, {f"p{i}": "0/1" for i in range(3)}), m, 0.05) if False else None
    found = calls(m, {f"p{i}": f"{i % 3}/1" for i in range(20)})
    seventeen_unseen = calls(m, {f"p{i}": "0/1" for i in range(3)})
    assert engine(certain, found, m, 0.05) < engine(certain, seventeen_unseen, m, 0.05)
    three = people(*(f"p{i} - - M" for i in range(3)))
    assert agree(
        engine(certain, seventeen_unseen, m, 0.05), brute_force.likelihood(three, seventeen_unseen, m, 0.05)
    )


def test_one_pedigree_serves_markers_with_and_without_equal_sexes():
    # Founder couples may be swapped where fathers and mothers mutate alike, and only there.
    both = [replace(MODELS[name], name=name) for name in ("equal", "custom", "equal by sex", "none")]
    for markers in (both, both[::-1], both[:1] + both[3:]):
        panel = Panel(markers)
        found = {p: calls(markers[0], {p: c})[p] for p, c in {"a": "0/1", "b": "1/2"}.items()}
        everywhere = {
            p: replace(x, calls=dict.fromkeys((m.name for m in markers), x.calls[markers[0].name]))
            for p, x in found.items()
        }
        seen = np.zeros((len(markers), len(SIBS)), dtype=np.int64)
        for person, profile in everywhere.items():
            seen[:, SIBS.index[person]] = panel.encode(profile)
        ours = PedigreeLikelihood(SIBS).loglik(panel, np.arange(len(markers)), seen, 0.1)
        for value, m in zip(ours, markers, strict=True):
            assert agree(value, brute_force.likelihood(SIBS, everywhere, m, 0.1)), m.name
