"""Sums and maxima over all assignments against going through every one of them."""

from __future__ import annotations

import math
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.kinship.joint import assignments as module
from amana.kinship.joint import chain, components
from amana.kinship.joint.assignments import Assignments, Weights, count_assignments
from amana.kinship.joint.case import Family
from amana.kinship.joint.tables import NOBODY, FamilyTable
from amana.kinship.pedigree import Pedigree


def family_table(name, n_missing, ways):
    """A table from (places, log LR); places are victim numbers or NOBODY."""
    family = Family(name, Pedigree([]), {}, tuple(f"{name}{j}" for j in range(n_missing)))
    places = np.array([w for w, _ in ways], dtype=np.int64).reshape(len(ways), n_missing)
    return FamilyTable(family, places, np.array([x for _, x in ways]))


def random_table(rng, name, n_missing, victims, spread=4.0, gaps=0.3):
    """A family that may take any of some victims; impossible ways are left out with all that contain them."""
    possible = {}
    ways = sorted(product([NOBODY, *victims], repeat=n_missing), key=lambda w: sum(v != NOBODY for v in w))
    for way in ways:
        taken = [v for v in way if v != NOBODY]
        if len(set(taken)) < len(taken):
            continue
        fewer = [
            tuple(NOBODY if j == i else v for j, v in enumerate(way))
            for i in range(n_missing)
            if way[i] != NOBODY
        ]
        if not taken:
            possible[way] = 0.0
        elif all(f in possible for f in fewer) and rng.random() > gaps:
            possible[way] = float(rng.normal(0.0, spread))
    return family_table(name, n_missing, list(possible.items()))


class Enumeration:
    """Every assignment of some tables, with its value (log LR plus log prior weight)."""

    def __init__(self, tables, n_victims, weights):
        self.tables = tables
        self.n_victims = n_victims
        self.value = {}
        for rows in product(*(range(len(t.log_lr)) for t in tables)):
            taken = [v for t, r in zip(tables, rows, strict=True) for v in t.places[r] if v != NOBODY]
            if len(set(taken)) == len(taken):
                prior = math.fsum(weights[v] for v in taken)
                self.value[rows] = math.fsum([t.log_lr[r] for t, r in zip(tables, rows, strict=True)]) + prior
        most = max(self.value.values())
        self.log_total = most + math.log(math.fsum(math.exp(x - most) for x in self.value.values()))

    def probability(self, event):
        """Posterior probability of all assignments for which the event holds."""
        return math.fsum(math.exp(x - self.log_total) for rows, x in self.value.items() if event(rows))

    def taken(self, rows):
        return {int(v) for t, r in zip(self.tables, rows, strict=True) for v in t.places[r]} - {NOBODY}

    def best(self, event):
        return max((x for rows, x in self.value.items() if event(rows)), default=-math.inf)


def setting(seed, sizes=((2, (0, 1, 2)), (1, (1, 3)), (2, (3, 4))), n_victims=5, **more):
    """Random tables and prior weights, with the enumeration."""
    rng = np.random.Generator(np.random.PCG64(seed))
    tables = [random_table(rng, f"F{i}", k, victims, **more) for i, (k, victims) in enumerate(sizes)]
    weights = rng.normal(-1.0, 1.0, n_victims)
    return tables, weights, Enumeration(tables, n_victims, weights)


def compare(found, plain, tolerance=1e-12):
    tables = plain.tables
    assert found.log_total == pytest.approx(plain.log_total, rel=0, abs=1e-11)
    nobody = [plain.probability(lambda rows, v=v: v not in plain.taken(rows)) for v in range(plain.n_victims)]
    np.testing.assert_allclose(found.nobody(), nobody, rtol=1e-10, atol=tolerance)
    for f, (ours, table) in enumerate(zip(found.posterior_of_ways(), tables, strict=True)):
        theirs = [plain.probability(lambda rows, f=f, r=r: rows[f] == r) for r in range(len(table.log_lr))]
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=tolerance)
    column = 0
    marginals = found.marginals()
    for f, table in enumerate(tables):
        for j in range(table.places.shape[1]):
            theirs = [
                plain.probability(lambda rows, f=f, j=j, v=v: tables[f].places[rows[f], j] == v)
                for v in range(plain.n_victims)
            ]
            np.testing.assert_allclose(marginals[:, column], theirs, rtol=1e-10, atol=tolerance)
            column += 1
    assert column == marginals.shape[1]
    np.testing.assert_allclose(marginals.sum(axis=1) + found.nobody(), 1.0, rtol=1e-12)
    for f, (ours, table) in enumerate(zip(found.best_with_each_way(), tables, strict=True)):
        theirs = [plain.best(lambda rows, f=f, r=r: rows[f] == r) for r in range(len(table.log_lr))]
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-11)


def check_ranking(found, plain):
    """Every assignment once, from the best down."""
    listed = list(found.ranked())
    assert len(listed) == len(plain.value)
    assert {rows for _, rows in listed} == set(plain.value)
    values = [value for value, _ in listed]
    np.testing.assert_allclose(values, [plain.value[rows] for _, rows in listed], rtol=0, atol=1e-11)
    assert all(a >= b - 1e-11 for a, b in pairwise(values))


SIZES = {
    "one family": ((3, (0, 1, 2, 3)),),
    "chain": ((2, (0, 1, 2)), (1, (1, 3)), (2, (3, 4))),
    "ring": ((1, (0, 1)), (1, (1, 2)), (1, (2, 3)), (1, (3, 0))),
    "all contend": ((2, (0, 1, 2, 3)), (1, (0, 1, 2, 3)), (1, (0, 1, 2, 3))),
    "apart": ((2, (0, 1)), (1, (2,)), (2, (3, 4))),
    "nobody to place": ((1, ()), (2, (0, 1))),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sizes", SIZES)
def test_sums_maxima_and_ranking(sizes, seed):
    tables, weights, plain = setting(seed, SIZES[sizes])
    found = Assignments(tables, 5, Weights(weights))
    assert found.dropped == 0.0
    compare(found, plain)
    check_ranking(found, plain)


@settings(max_examples=200)
@given(st.data())
def test_any_small_setting(data):
    n_victims = data.draw(st.integers(1, 5))
    victims = st.lists(st.integers(0, n_victims - 1), unique=True, max_size=3).map(tuple)
    sizes = data.draw(st.lists(st.tuples(st.integers(1, 2), victims), min_size=1, max_size=3))
    spread = data.draw(st.sampled_from([1.0, 30.0, 300.0]))
    tables, weights, plain = setting(
        data.draw(st.integers(0, 2**20)),
        sizes,
        n_victims,
        spread=spread,
        gaps=data.draw(st.sampled_from([0, 0.5])),
    )
    found = Assignments(tables, n_victims, Weights(weights))
    compare(found, plain)
    check_ranking(found, plain)


SINGLE = {
    "more victims": ((1, (0, 1, 2, 3, 4)), (1, (0, 1, 2, 3, 4)), (1, (1, 2, 3))),
    "more families": ((1, (0, 1, 2)), (1, (0, 2)), (1, (1, 2)), (1, (0, 1, 2)), (1, (2, 3))),
    "ring": SIZES["ring"],
}


@pytest.mark.parametrize("by_victim", [False, True])
@pytest.mark.parametrize("sizes", SINGLE)
def test_families_of_one_missing_person_read_either_way(sizes, by_victim, monkeypatch):
    whole = components.Component._chains
    monkeypatch.setattr(
        components.Component,
        "_chains",
        lambda self, op: [c for c in whole(self, op) if c[0] == by_victim or len(whole(self, op)) == 1],
    )
    for seed in range(3):
        tables, weights, plain = setting(seed, SINGLE[sizes])
        found = Assignments(tables, 5, Weights(weights))
        compare(found, plain)
        check_ranking(found, plain)


@pytest.mark.parametrize("sizes", SINGLE)
def test_maxima_as_matchings(sizes, monkeypatch):
    monkeypatch.setattr(components.Component, "_best", None)
    for seed in range(3):
        tables, weights, plain = setting(seed, SINGLE[sizes])
        found = Assignments(tables, 5, Weights(weights))
        compare(found, plain)
        for v in range(5):
            theirs = plain.best(lambda rows, v=v, plain=plain: v not in plain.taken(rows))
            assert found.best_without(v) == pytest.approx(theirs, rel=0, abs=1e-11)


@pytest.mark.parametrize("sizes", SIZES)
def test_maxima_by_one_search_each(sizes, monkeypatch):
    monkeypatch.setattr(components.Component, "_best", None)
    monkeypatch.setattr(chain, "FEW_SETS", 1)
    tables, weights, plain = setting(5, SIZES[sizes])
    found = Assignments(tables, 5, Weights(weights))
    for c in found.components:
        c.single = False
    for f, ours in enumerate(found.best_with_each_way()):
        theirs = [plain.best(lambda rows, f=f, r=r: rows[f] == r) for r in range(len(ours))]
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-11)
    for v in range(5):
        theirs = plain.best(lambda rows, v=v: v not in plain.taken(rows))
        assert found.best_without(v) == pytest.approx(theirs, rel=0, abs=1e-11)
    assert all(c.proven for c in found.components)


def test_a_family_that_takes_two_of_the_same_victims_in_any_order():
    # One place too many for the victims: several ways use the same set.
    tables, weights, plain = setting(11, ((3, (0, 1)), (1, (0, 1, 2))), 3, gaps=0.0)
    compare(Assignments(tables, 3, Weights(weights)), plain)


def test_more_victims_than_a_word_has_bits():
    rng = np.random.Generator(np.random.PCG64(2))
    n = 70
    tables = []
    for name, low, high in (("F", 0, n), ("G", 0, n - 3)):
        ways = [((NOBODY,), 0.0), *(((v,), float(rng.normal(0, 3))) for v in range(low, high))]
        tables.append(family_table(name, 1, ways))
    weights = rng.normal(-1.0, 1.0, n)
    plain = Enumeration(tables, n, weights)
    found = Assignments(tables, n, Weights(weights))
    assert found.log_total == pytest.approx(plain.log_total, rel=0, abs=1e-9)
    for f, ours in enumerate(found.posterior_of_ways()):
        theirs = np.zeros(len(ours))
        for rows, value in plain.value.items():
            theirs[rows[f]] += math.exp(value - plain.log_total)
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
    theirs = np.ones(n)
    for rows, value in plain.value.items():
        theirs[list(plain.taken(rows))] -= math.exp(value - plain.log_total)
    np.testing.assert_allclose(found.nobody(), theirs, rtol=0, atol=1e-9)


@pytest.mark.parametrize("allowed", [0.05, 1e-4])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sizes", ["chain", "all contend", "ring"])
def test_leaving_out_sets_loses_no_more_than_it_says(sizes, seed, allowed, monkeypatch):
    monkeypatch.setattr(chain, "FEW_SETS", 1)
    monkeypatch.setattr(chain, "_NARROW", 2)
    monkeypatch.setattr(components, "ALLOWED", (allowed,))
    tables, weights, plain = setting(200 + seed, SIZES[sizes], spread=6.0, gaps=0.1)
    found = Assignments(tables, 5, Weights(weights))
    lost = -math.expm1(min(0.0, found.log_total - plain.log_total))
    assert lost <= found.dropped * (1 + 1e-9) + 1e-12
    assert found.dropped <= allowed * (1 + 1e-9)
    true = [plain.probability(lambda rows, v=v: v not in plain.taken(rows)) for v in range(5)]
    np.testing.assert_allclose(found.nobody(), true, rtol=0, atol=2 * found.dropped + 1e-12)


def test_sets_are_left_out_at_all(monkeypatch):
    monkeypatch.setattr(chain, "FEW_SETS", 1)
    monkeypatch.setattr(components, "ALLOWED", (0.05,))
    dropped = []
    for seed in range(6):
        tables, weights, _ = setting(200 + seed, SIZES["all contend"], spread=6.0, gaps=0.1)
        dropped.append(Assignments(tables, 5, Weights(weights)).dropped)
    assert max(dropped) > 0


def test_small_posteriors_keep_their_digits():
    tables = [family_table("F", 1, [((NOBODY,), 0.0), ((0,), 80.0)])]
    found = Assignments(tables, 1, Weights(np.zeros(1)))
    assert found.nobody()[0] == pytest.approx(math.exp(-80.0), rel=1e-10)
    assert found.marginals()[0, 0] == 1.0


@pytest.mark.parametrize("negligible", [1e-2, 1e-6])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("sizes", ["chain", "all contend", "one family", "ring"])
def test_pruning_leaves_out_no_more_than_it_says_and_no_best(sizes, seed, negligible, monkeypatch):
    monkeypatch.setattr(module, "MOST_VICTIMS_UNPRUNED", 0)
    monkeypatch.setattr(module, "NEGLIGIBLE", negligible)
    tables, weights, plain = setting(100 + seed, SIZES[sizes], spread=20.0, gaps=0.1)
    found = Assignments(tables, 5, Weights(weights))
    assert sum(len(k) - k.sum() for k in found.kept) > 0, "nothing was pruned"
    assert 0 < found.dropped <= negligible

    def uses_a_dropped_way(rows):
        return not all(found.kept[f][r] for f, r in enumerate(rows))

    lost = plain.probability(uses_a_dropped_way)
    assert lost <= found.dropped * (1 + 1e-9)
    assert found.log_total == pytest.approx(plain.log_total + math.log1p(-lost), rel=0, abs=1e-10)

    best, rows = next(found.ranked())
    assert best == pytest.approx(max(plain.value.values()), rel=0, abs=1e-11)
    assert plain.value[rows] == pytest.approx(best, rel=0, abs=1e-11)
    for f, ours in enumerate(found.best_with_each_way()):
        theirs = np.array([plain.best(lambda rows, f=f, r=r: rows[f] == r) for r in range(len(ours))])
        kept = found.kept[f]
        np.testing.assert_allclose(ours[kept], theirs[kept], rtol=0, atol=1e-11)
        # What was left out is never taken for better than it is.
        assert (ours[~kept] <= theirs[~kept] + 1e-11).all()
    true = [plain.probability(lambda rows, v=v: v not in plain.taken(rows)) for v in range(5)]
    np.testing.assert_allclose(found.nobody(), true, rtol=0, atol=2 * found.dropped + 1e-14)


def test_ways_that_tie_are_all_counted_when_they_go(monkeypatch):
    # Victims with the same profile have the same likelihood ratio: the bound must count every one of them.
    monkeypatch.setattr(module, "MOST_VICTIMS_UNPRUNED", 0)
    monkeypatch.setattr(module, "NEGLIGIBLE", 1.5e-3)
    ways = [((NOBODY,), 0.0), *(((v,), math.log(1e-3)) for v in range(4))]
    tables = [family_table("F", 1, ways)]
    found = Assignments(tables, 4, Weights(np.zeros(4)))
    plain = Enumeration(tables, 4, np.zeros(4))
    lost = plain.probability(lambda rows: not found.kept[0][rows[0]])
    assert lost <= found.dropped <= 1.5e-3


def test_a_family_of_very_many_missing_persons_is_pruned_soundly_too(monkeypatch):
    monkeypatch.setattr(module, "MOST_VICTIMS_UNPRUNED", 0)
    monkeypatch.setattr(module, "NEGLIGIBLE", 1e-3)
    rng = np.random.Generator(np.random.PCG64(3))
    tables = [random_table(rng, "F", 1, (0, 1, 2)), random_table(rng, "G", 1, (0, 1, 2))]
    wide = [tuple(v if j == i else NOBODY for j in range(50)) for i in range(50) for v in (0, 1)]
    ways = [((NOBODY,) * 50, 0.0), *((way, float(rng.normal(0.0, 15.0))) for way in wide)]
    tables.append(family_table("W", 50, ways))
    found = Assignments(tables, 3, Weights(np.zeros(3)))
    plain = Enumeration(tables, 3, np.zeros(3))
    lost = plain.probability(lambda rows: not all(found.kept[f][r] for f, r in enumerate(rows)))
    assert 0 < lost <= found.dropped <= 1e-3


def test_few_victims_are_not_pruned():
    tables, weights, _ = setting(1, spread=50.0)
    assert Assignments(tables, 5, Weights(weights)).dropped == 0.0


@pytest.mark.parametrize("sizes", ["all contend", "more victims"])
def test_too_many_sets_are_drawn_from_and_say_so(sizes, monkeypatch):
    monkeypatch.setattr(chain, "MOST_SETS", 3)
    tables, weights, plain = setting(1, {**SIZES, **SINGLE}[sizes], gaps=0.0)
    found = Assignments(tables, 5, Weights(weights))
    (component,) = found.components
    assert component.draws is not None
    assert component.draws.converged
    assert math.isnan(found.log_total)
    tolerance = 5 * component.draws.error
    true = [plain.probability(lambda rows, v=v: v not in plain.taken(rows)) for v in range(5)]
    np.testing.assert_allclose(found.nobody(), true, rtol=0, atol=tolerance)
    for f, ours in enumerate(found.posterior_of_ways()):
        theirs = [plain.probability(lambda rows, f=f, r=r: rows[f] == r) for r in range(len(ours))]
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)
    value, rows = next(found.ranked())
    assert value == pytest.approx(plain.value[rows], rel=0, abs=1e-11)
    assert value == pytest.approx(max(plain.value.values()), rel=0, abs=1e-11)
    truth = math.exp(value - plain.log_total)
    assert found.share(value, rows) == pytest.approx(truth, rel=0, abs=0.03)
    assert component.proven == component.single, "only a matching is exact here"


def count_by_hand(eligible, missing):
    victims = list(eligible)
    total = 0
    for choice in product([None, *missing], repeat=len(victims)):
        placed = [m for m in choice if m is not None]
        fits = all(m is None or m in eligible[v] for v, m in zip(victims, choice, strict=True))
        total += fits and len(set(placed)) == len(placed)
    return total


@settings(max_examples=60)
@given(st.data())
def test_counting_assignments(data):
    missing = [f"M{i}" for i in range(data.draw(st.integers(1, 4)))]
    some = st.lists(st.sampled_from(missing), unique=True).map(tuple)
    eligible = {f"V{i}": data.draw(some) for i in range(data.draw(st.integers(1, 4)))}
    assert count_assignments(eligible, missing) == count_by_hand(eligible, missing)


@pytest.mark.parametrize("n", [3, 5, 7, 20])
def test_counting_where_everyone_may_be_anyone(n):
    missing = [f"M{i}" for i in range(n)]
    by_formula = sum(math.comb(n, k) ** 2 * math.factorial(k) for k in range(n + 1))
    assert count_assignments({f"V{i}": tuple(missing) for i in range(n)}, missing) == by_formula
    assert n != 5 or by_formula == 1546
