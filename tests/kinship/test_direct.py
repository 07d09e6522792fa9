"""Remains against remains: beside the engine for pedigrees, and beside every pair one by one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from amana.kinship.direct import (
    HALF_SIBLINGS,
    PARENT_CHILD,
    SAME_PERSON,
    SIBLINGS,
    cluster,
    compare,
    compare_all,
)
from amana.kinship.joint.case import Victim
from amana.kinship.likelihood import log_likelihood
from amana.kinship.markers import Marker
from amana.kinship.mutation import Mutation, mutation_model
from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from amana.kinship.screening import Remains

RELATIONS = (SAME_PERSON, SIBLINGS, PARENT_CHILD, HALF_SIBLINGS)
ALONE = Pedigree([Person("first", sex="M")])
APART = Pedigree([Person("first", sex="M"), Person("second", sex="M")])


def markers(n: int = 6, mutation: bool = False) -> list[Marker]:
    rng = np.random.default_rng(3)
    found = []
    for m in range(n):
        labels = tuple(str(10 + a) for a in range(4))
        p = rng.dirichlet(np.full(4, 5.0))
        model = mutation_model("equal", labels, p, 0.01, 0.01) if mutation else None
        found.append(Marker(f"M{m}", labels, p, mutation=model))
    return found


def victims(of: list[Marker], n: int, *, poor: bool) -> list[Victim]:
    rng = np.random.default_rng(4)
    found = []
    for v in range(n):
        calls = {}
        for m in of:
            a, b = rng.choice(m.alleles, size=2, p=m.frequencies)
            if not (poor and rng.random() < 0.2):
                calls[m.name] = (str(a), None) if poor and rng.random() < 0.2 else (str(a), str(b))
        doubt = (0.1, 0.02) if poor and v % 2 else (0.0, 0.0)
        found.append(Victim(f"R{v:02}", Profile(f"R{v:02}", calls, *doubt), "M"))
    found.append(Victim("twin", Profile("twin", found[0].profile.calls), "M"))
    return found


@pytest.mark.parametrize("theta", [0.0, 0.03])
@pytest.mark.parametrize("mutation", [False, True])
def test_relatives_are_what_the_general_engine_says(theta, mutation):
    of = markers(3, mutation)
    panel = Panel(of)
    bones = victims(of, 5, poor=True)
    remains = Remains.of(bones, panel)
    by_id = {v.id: v.profile for v in bones}
    every = np.array(list(combinations(range(len(bones)), 2)))
    got = compare(remains, panel, every, RELATIONS, theta=theta)
    for p, (i, j) in enumerate(every.tolist()):
        a, b = by_id[remains.ids[i]], by_id[remains.ids[j]]
        # A marker counts where both were typed.
        common = [m for m in of if m.name in a.calls and m.name in b.calls]
        apart = log_likelihood(APART, {"first": a, "second": b}, common, theta=theta).sum()
        for r, relation in enumerate(RELATIONS[1:], start=1):
            both = [
                log_likelihood(relation.pedigree, {"first": x, "second": y}, common, theta=theta).sum()
                for x, y in ((a, b), (b, a))
            ]
            expected = (max(both) - apart) / np.log(10)
            assert got.log10_lr[p, r] == pytest.approx(expected, rel=0, abs=1e-9), (relation.name, i, j)


def test_same_person_by_every_genotype():
    """P(a | g) P(b | g) P(g), summed here over the genotypes."""
    of = markers(2)
    panel = Panel(of)
    bones = victims(of, 5, poor=True)
    remains = Remains.of(bones, panel)
    by_id = {v.id: v.profile for v in bones}
    every = np.array(list(combinations(range(len(bones)), 2)))
    got = compare(remains, panel, every, [SAME_PERSON])

    def of_genotype(profile: Profile, m: Marker, pair: tuple[str, str]) -> float:
        # P(profile, genotype) / P(genotype), the genotype as that of a child whose parents fix it.
        people = Pedigree([Person("f", sex="M"), Person("m", sex="F"), Person("x", "f", "m", "M")])
        fixed = {k: Profile(k, {m.name: (a, a)}) for k, a in zip("fm", pair, strict=True)}
        with_child = log_likelihood(people, {**fixed, "x": profile}, [m])[0]
        return float(np.exp(with_child - log_likelihood(people, fixed, [m])[0]))

    for p, (i, j) in enumerate(every.tolist()):
        a, b = by_id[remains.ids[i]], by_id[remains.ids[j]]
        expected = 0.0
        for m in of:
            both = one = other = 0.0
            for x, px in zip(m.alleles, m.frequencies, strict=True):
                for y, py in zip(m.alleles, m.frequencies, strict=True):
                    la, lb = of_genotype(a, m, (x, y)), of_genotype(b, m, (x, y))
                    both, one, other = both + px * py * la * lb, one + px * py * la, other + px * py * lb
            with np.errstate(divide="ignore"):
                expected += np.log10(both) - np.log10(one * other)
        assert got.log10_lr[p, 0] == pytest.approx(expected, rel=0, abs=1e-9)
        assert got.log10_by_marker[p].sum() == pytest.approx(expected, rel=0, abs=1e-9)


@pytest.mark.parametrize("relation", RELATIONS, ids=lambda r: r.name)
@pytest.mark.parametrize("least", [-2.0, 0.0, 1.0])
def test_no_pair_is_lost_by_leaving_early(relation, least):
    of = markers(mutation=True)
    panel = Panel(of)
    remains = Remains.of(victims(of, 60, poor=True), panel)
    every = np.array(list(combinations(range(len(remains.ids)), 2)))
    values = compare(remains, panel, every, [relation]).log10_lr[:, 0]
    found = compare_all(remains, panel, [relation], least=least, threads=2)
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [
        tuple(p) for p in every[values >= least].tolist()
    ]
    assert 0 < len(found) < len(every) or least != 0.0
    assert found.compared == len(every)


def test_a_bound_on_chance_pairs():
    of = markers(12)
    panel = Panel(of)
    remains = Remains.of(victims(of, 150, poor=False), panel)
    found = compare_all(remains, panel, [SIBLINGS], least=0.5)
    assert len(found) <= found.compared * 10**-0.5 + 1  # all but the twin are unrelated
    assert np.array_equal(found.chance, np.minimum(found.compared, found.compared * 10.0**-found.log10_lr))


def test_chance_counts_every_way_to_an_lr():
    """Unrelated pairs, every genotype with its probability: the share that reaches x, and the bound."""
    p = np.array([0.07, 0.23, 0.7])
    labels = ("1", "2", "3")
    # A step up is likelier than a step down, so that parent and child are not interchangeable.
    steps = np.array([[0.9, 0.1, 0.0], [0.01, 0.89, 0.1], [0.0, 0.01, 0.99]])
    marker = Marker("L", labels, p, mutation=Mutation(steps, steps))
    genotypes = [(a, b) for i, a in enumerate(labels) for b in labels[i:]]
    share = [p[labels.index(a)] * p[labels.index(b)] * (1 + (a != b)) for a, b in genotypes]
    bones = [Victim(f"{w}{g}", Profile(f"{w}{g}", {"L": c}), "M")
             for w in "ab" for g, c in enumerate(genotypes)]  # fmt: skip
    panel = Panel([marker])
    n = len(genotypes)
    every = np.array([(a, n + b) for a in range(n) for b in range(n)])
    weight = np.array([share[a] * share[b] for a in range(n) for b in range(n)])
    three = [PARENT_CHILD, SIBLINGS, HALF_SIBLINGS]
    got = compare(Remains.of(bones, panel), panel, every, three)
    assert got.orders.tolist() == [2, 1, 1]  # siblings may change places, parent and child may not
    best = got.log10_lr.max(axis=1)
    bound = got.chance_of_best(3) / got.compared
    for p_best, most in zip(best, bound, strict=True):
        assert weight[best >= p_best - 1e-12].sum() <= most + 1e-12
        assert most == pytest.approx(min(1, 4 * 10**-p_best), rel=1e-12)
    assert (bound < 1).any()


def test_joined_only_where_all_pairs_agree():
    of = markers(12)
    panel = Panel(of)
    bones = victims(of, 4, poor=False)
    whole = bones[0].profile.calls
    left = Profile("left", {m: c for m, c in whole.items() if m not in ("M9", "M10", "M11")})
    right = Profile("right", {m: c for m, c in whole.items() if m in ("M9", "M10", "M11")})
    remains = Remains.of([*bones, Victim("left", left, "M"), Victim("right", right, "M")], panel)
    where = {name: i for i, name in enumerate(remains.ids)}
    found = compare_all(remains, panel, [SAME_PERSON], least=1.0, also=[SIBLINGS])
    made = cluster(found, least=1.0, against_sibling=0.5)
    assert len(made.clusters) == 1
    one = made.clusters[0]
    assert set(one.members) == {where[n] for n in ("R00", "twin", "left", "right")}
    # The two halves have no marker in common, so nothing says that they are one person.
    assert one.apart == (tuple(sorted((where["left"], where["right"]))),)
    assert not one.joined


def test_conflicts_are_named():
    of = markers(12)
    panel = Panel(of)
    remains = Remains.of(victims(of, 3, poor=False), panel)
    found = compare_all(remains, panel, [SAME_PERSON], least=3.0, also=[SIBLINGS])
    twins = [remains.ids.index("R00"), remains.ids.index("twin")]
    places, bodies = [""] * 4, ["A", "A", "", ""]
    for x in twins:
        places[x] = "femur left"
    bodies[twins[1]] = "B"
    made = cluster(
        found, least=3.0, against_sibling=0.5, places=places, bodies=bodies, excluded=[(0, 1)]
    )  # fmt: skip
    assert made.clusters[0].places == ("femur left",)
    assert not made.clusters[0].joined
    assert made.spread == {0: ("A", "B")}
    assert made.torn == {"A": ((0, 1),)}


def test_order_of_the_remains_is_of_no_account():
    of = markers()
    panel = Panel(of)
    bones = victims(of, 20, poor=True)
    one = compare_all(Remains.of(bones, panel), panel, [SIBLINGS], least=0.0)
    other = compare_all(Remains.of(bones[::-1], panel), panel, [SIBLINGS], least=0.0)
    assert np.array_equal(one.first, other.first)
    assert np.allclose(one.log10_lr, other.log10_lr, rtol=0, atol=1e-12)
