"""A whole case against enumeration: the likelihood of every assignment from the pedigrees it makes."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest

from amana.kinship.joint import NONE, Settings, identify
from amana.kinship.joint.solution import Solution
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from tests.kinship import brute_force
from tests.kinship.cases import case
from tests.kinship.examples import custom, marker, people

A = replace(marker(3), name="A", mutation=custom(11, 3))
B = replace(marker(2), name="B")
MARKERS = (A, B)


def seen(sample, a, b, **more):
    calls = {"A": tuple(a.split("/")), "B": tuple(b.split("/"))}
    calls = {m: tuple(None if x == "-" else x for x in c) for m, c in calls.items() if c != ("",)}
    return Profile(sample, calls, **more)


VICTIMS = {
    "V1": ("M", seen("V1", "8/9", "8/9")),
    "V2": ("F", seen("V2", "9/9", "9/9")),
    "V3": ("M", seen("V3", "9/-", "8/8")),
    "V4": ("M", seen("V4", "8/9.3", "9/9", dropout=0.1)),
}
FAMILIES = {
    "F": (
        people("f - - M", "m - - F", "M1 f m M", "M2 f m M", "d f m F"),
        {"m": seen("m", "9/9.3", "8/9"), "d": seen("d", "8/9", "9/9")},
        ("M1", "M2"),
    ),
    "G": (people("M3 - - F", "g - - M", "c g M3 M"), {"c": seen("c", "9/9", "8/9")}, ("M3",)),
}
SMALL = case(MARKERS, VICTIMS, FAMILIES)


def loglik_of_family(family, placed, unrelated, theta):
    """Log-likelihood of a family with the victims placed in it, and others beside it as strangers."""
    pedigree, references, _ = family
    strangers = [Person(v, sex=VICTIMS[v][0]) for v in unrelated]
    found = {**references, **{m: VICTIMS[v][1] for m, v in placed.items()}}
    found |= {v: VICTIMS[v][1] for v in unrelated}
    together = Pedigree([*pedigree.persons, *strangers])
    total = [brute_force.likelihood(together, found, m, theta) for m in MARKERS]
    return math.fsum(math.log(x) if x else -math.inf for x in total)


@cache
def enumerate_case(theta):
    """Assignment (missing person or None for each victim) to (log-likelihood, log LR against nobody)."""
    alone = {v: loglik_of_family((Pedigree([]), {}, ()), {}, [v], 0.0) for v in VICTIMS}
    base = {f: loglik_of_family(parts, {}, [], theta) for f, parts in FAMILIES.items()}
    null = math.fsum([*alone.values(), *base.values()])
    known = {}

    def log_lr(f, placed):
        key = (f, tuple(placed.items()))
        if key not in known:
            together = loglik_of_family(FAMILIES[f], placed, [], theta)
            known[key] = together - loglik_of_family(FAMILIES[f], {}, placed.values(), theta)
        return known[key]

    found = {}
    for choice in product(*([None, *SMALL.eligible[v]] for v in VICTIMS)):
        placed = {m: v for v, m in zip(VICTIMS, choice, strict=True) if m is not None}
        if len(placed) < sum(m is not None for m in choice):
            continue
        total = math.fsum(
            log_lr(f, {m: placed[m] for m in missing if m in placed})
            for f, (_, _, missing) in FAMILIES.items()
        )
        if total > -math.inf:
            found[choice] = (null + total, total)
    return found


THETAS = (0.0, 0.03)


def posterior(log_prior, theta=0.0):
    weight = {c: math.exp(log_lr + log_prior(c)) for c, (_, log_lr) in enumerate_case(theta).items()}
    total = math.fsum(weight.values())
    return {c: w / total for c, w in weight.items()}


def flat(choice):
    return 0.0


def open_prior(on_list, times=1):
    """Each victim on the list with that probability, uniform over eligible persons, listed or not."""

    def log_prior(choice):
        total = 0.0
        for v, m in zip(VICTIMS, choice, strict=True):
            among = len(SMALL.eligible[v]) * times
            total += math.log(on_list / among if m is not None else 1 - on_list / times)
        return total

    return log_prior


def check_marginals(ours, theirs):
    assert list(ours) == list(VICTIMS)
    for i, v in enumerate(VICTIMS):
        assert set(ours[v]) == {*SMALL.eligible[v], NONE}
        for m, p in ours[v].items():
            wanted = None if m == NONE else m
            total = math.fsum(x for c, x in theirs.items() if c[i] == wanted)
            assert p == pytest.approx(total, rel=1e-10)


def test_who_is_eligible_follows_from_sex():
    assert SMALL.eligible == {"V1": ("M1", "M2"), "V2": ("M3",), "V3": ("M1", "M2"), "V4": ("M1", "M2")}


@pytest.mark.parametrize("theta", THETAS)
def test_every_assignment_in_order_with_likelihood_and_posterior(theta):
    found = identify(SMALL, Settings(prior="flat", theta=theta), best=1000)
    ours = {tuple(a.pairs[v] for v in VICTIMS): a for a in found.assignments}
    theirs = enumerate_case(theta)
    by_posterior = posterior(flat, theta)
    assert set(ours) == set(theirs)
    for choice, (loglik, log_lr) in theirs.items():
        if theta == 0.0:
            assert ours[choice].loglik == pytest.approx(loglik, rel=0, abs=1e-10)
        else:  # each family is an urn of its own
            assert ours[choice].loglik is None
        assert ours[choice].log10_lr_vs_null == pytest.approx(log_lr / math.log(10), rel=0, abs=1e-10)
        assert ours[choice].posterior == pytest.approx(by_posterior[choice], rel=1e-9)
    values = [a.log10_lr_vs_null for a in found.assignments]
    assert values == sorted(values, reverse=True)
    assert found.assignment_count == 26  # 13 ways for three men and two brothers, times two for the woman
    check_marginals(found.posterior, by_posterior)


@pytest.mark.parametrize("theta", THETAS)
def test_the_likelihoods_of_families_and_victims(theta):
    found = identify(SMALL, Settings(prior="flat", theta=theta))
    for f, (pedigree, references, _) in FAMILIES.items():
        for m in MARKERS:
            theirs = brute_force.likelihood(pedigree, references, m, theta)
            assert found.loglik_families[f][m.name] == pytest.approx(math.log(theirs), rel=0, abs=1e-12)
    for v, (sex, profile) in VICTIMS.items():
        for m in MARKERS:
            theirs = brute_force.likelihood(Pedigree([Person(v, sex=sex)]), {v: profile}, m)
            assert found.loglik_victims[v][m.name] == pytest.approx(math.log(theirs), rel=0, abs=1e-12)


@pytest.mark.parametrize("theta", THETAS)
def test_pairwise_and_generalised_likelihood_ratios(theta):
    found = identify(SMALL, Settings(prior="open", theta=theta))
    theirs = {c: log_lr / math.log(10) for c, (_, log_lr) in enumerate_case(theta).items()}
    assert found.pairwise.keys() == found.generalised.keys()
    assert {v for v, _ in found.pairwise} == set(VICTIMS)
    for (v, m), ours in found.pairwise.items():
        i = list(VICTIMS).index(v)
        alone = tuple(m if j == i else None for j in range(len(VICTIMS)))
        assert ours == pytest.approx(theirs.get(alone, -math.inf), rel=0, abs=1e-10)
        with_pair = max((x for c, x in theirs.items() if c[i] == m), default=-math.inf)
        without = max(x for c, x in theirs.items() if c[i] != m)
        assert found.generalised[v, m] == pytest.approx(with_pair - without, rel=0, abs=1e-10)


@pytest.mark.parametrize("on_list", [0.05, 0.5, 0.99])
def test_the_open_prior(on_list):
    found = identify(SMALL, Settings(on_list=on_list))
    check_marginals(found.posterior, posterior(open_prior(on_list)))
    for a in found.assignments[:5]:
        choice = tuple(a.pairs[v] for v in VICTIMS)
        assert a.posterior == pytest.approx(posterior(open_prior(on_list))[choice], rel=1e-9)
    posteriors = [a.posterior for a in found.assignments]
    assert posteriors == sorted(posteriors, reverse=True)


def test_the_views_under_other_priors():
    views = {v.name: v for v in identify(SMALL, Settings(on_list=0.3)).views}
    assert list(views) == ["on_list_0.1", "on_list_0.9", "ten_times_missing"]
    check_marginals(views["on_list_0.1"].posterior, posterior(open_prior(0.1)))
    check_marginals(views["on_list_0.9"].posterior, posterior(open_prior(0.9)))
    check_marginals(views["ten_times_missing"].posterior, posterior(open_prior(0.3, times=10)))
    assert (views["ten_times_missing"].on_list, views["ten_times_missing"].times_missing) == (0.3, 10)


def test_with_a_manifest_everyone_who_can_be_placed_is():
    found = identify(SMALL, Settings(prior="manifest", on_list=None, manifest="passenger list"))
    most = max(sum(m is not None for m in c) for c in enumerate_case(0.0))
    assert most == 3  # three men for two brothers
    theirs = posterior(lambda c: 0.0 if sum(m is not None for m in c) == most else -1000.0)
    theirs = {c: p for c, p in theirs.items() if sum(m is not None for m in c) == most}
    for i, v in enumerate(VICTIMS):
        for m in SMALL.eligible[v]:
            total = math.fsum(x for c, x in theirs.items() if c[i] == m)
            assert found.posterior[v][m] == pytest.approx(total, rel=1e-8)
    assert found.posterior["V2"][NONE] == 0.0
    assert found.posterior["V2"]["M3"] == pytest.approx(1.0, abs=1e-12)


def test_the_priors_change_no_likelihood_ratio():
    each = [
        identify(SMALL, s)
        for s in (
            Settings(prior="flat"),
            Settings(on_list=0.9),
            Settings(prior="manifest", on_list=None, manifest="passenger list"),
        )
    ]
    for other in each[1:]:
        assert other.pairwise == each[0].pairwise
        assert other.generalised == pytest.approx(each[0].generalised, rel=0, abs=1e-10)


def test_ineligible_pairs_are_nowhere():
    eligible = {"V1": ("M2",), "V2": (), "V3": ("M1", "M2"), "V4": ()}
    found = identify(replace(SMALL, eligible=eligible), Settings(prior="flat"), best=1000)
    assert set(found.pairwise) == {("V1", "M2"), ("V3", "M1"), ("V3", "M2")}
    assert found.posterior["V2"] == {NONE: 1.0}
    for a in found.assignments:
        assert all(m is None or m in eligible[v] for v, m in a.pairs.items())
    assert len(found.assignments) == found.assignment_count == 5


def test_the_order_of_victims_families_and_markers_does_not_matter():
    turned = case(MARKERS[::-1], dict(reversed(VICTIMS.items())), dict(reversed(FAMILIES.items())))
    one, two = identify(SMALL, Settings()), identify(turned, Settings())
    for v in VICTIMS:
        assert two.posterior[v] == pytest.approx(one.posterior[v], rel=1e-10)
    assert two.pairwise == pytest.approx(one.pairwise, rel=0, abs=1e-12)
    assert two.generalised == pytest.approx(one.generalised, rel=0, abs=1e-10)


def test_references_that_cannot_be_say_nothing_of_the_victims():
    clash = dict(FAMILIES)
    pedigree, references, missing = FAMILIES["F"]
    clash["F"] = (
        pedigree,
        {**references, "m": seen("m", "9/9.3", "8/8"), "d": seen("d", "8/9", "9/9")},
        missing,
    )
    found = identify(case(MARKERS, VICTIMS, clash), Settings(prior="flat"))
    assert found.loglik_families["F"]["B"] == -math.inf
    only_a = [
        brute_force.likelihood(pedigree, {**clash["F"][1], "M1": VICTIMS["V1"][1]}, A),
        brute_force.likelihood(pedigree, clash["F"][1], A),
        brute_force.likelihood(people("v - - M"), {"v": VICTIMS["V1"][1]}, A),
    ]
    assert found.pairwise["V1", "M1"] == pytest.approx(
        math.log10(only_a[0] / only_a[1] / only_a[2]), rel=0, abs=1e-12
    )


def test_a_table_holds_every_way_once_and_finds_it_again():
    solution = Solution(SMALL, Settings(prior="flat"))
    for table in solution.tables:
        assert (table.places[0] == -1).all()
        assert table.log_lr[0] == 0.0
        assert len({tuple(p) for p in table.places}) == len(table.places)
        assert [table.row(p) for p in table.places] == list(range(len(table.places)))
        assert table.row(np.full(table.places.shape[1], 99)) is None
