"""Power and gains against enumeration of all genotypes, and laws that hold for every family."""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import numpy as np
import pytest

from amana.kinship.joint.case import Family
from amana.kinship.markers import Marker
from amana.kinship.mutation import mutation_model
from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.power import (
    Asked,
    Calls,
    Package,
    PowerSettings,
    ShapeValues,
    Sought,
    gains_of,
    packages_of,
    plan,
    power_of,
)
from amana.kinship.power.families import TOGETHER
from amana.kinship.power.laws import drawn
from amana.kinship.profiles import Profile
from amana.kinship.screening.register import Register
from tests.kinship.brute_force import likelihood
from tests.kinship.examples import people

SIBS = people("f - - M", "m - - F", "x f m M", "s f m F", "t f m F")
WIDER = people("g - - M", "f g - M", "x f - M", "u g - F")


def markers(n=3, k=3, *, mutation=True, seed=1, chromosome="autosomal") -> list[Marker]:
    rng = np.random.default_rng(seed)
    found = []
    for i in range(n):
        p = rng.dirichlet(np.ones(k) * 3)
        alleles = tuple(str(8 + a) for a in range(k))
        model = mutation_model("stepwise", alleles, p, 0.05, 0.02, range=0.3, rate2=1e-3)
        found.append(Marker(f"{chromosome}{i}", alleles, p, model if mutation else None, chromosome))
    return found


def calls(marker, sex="F"):
    if marker.chromosome == "X" and sex == "M":
        return [(a, a) for a in marker.alleles]
    return list(combinations_with_replacement(marker.alleles, 2))


def profile(name, which, sex="F", seed=0) -> Profile:
    rng = np.random.default_rng([seed, sum(map(ord, name))])
    return Profile(name, {m.name: calls(m, sex)[rng.integers(len(calls(m, sex)))] for m in which})


def family(pedigree, typed, missing, which, name="F", seed=0) -> Family:
    profiles = {t: profile(t, which, pedigree[t].sex, seed) for t in typed}
    return Family(name, pedigree, profiles, missing)


def enumerated(one: Family, marker: Marker, theta=0.0, extra=None):
    """(P(call | found), P(call | unrelated), LR) of every call of x, from the independent enumeration."""
    profiles = {n: Profile(n, {marker.name: p.calls[marker.name]}) for n, p in one.profiles.items()}
    profiles.update(extra or {})
    sex = one.pedigree["x"].sex
    beside = Pedigree([*one.pedigree.persons, Person("stranger", sex=sex)])
    base = likelihood(one.pedigree, profiles, marker, theta)
    rows = []
    for call in calls(marker, sex):
        bone = Profile("bone", {marker.name: call})
        found = likelihood(one.pedigree, {**profiles, "x": bone}, marker, theta) / base
        unrelated = likelihood(beside, {**profiles, "stranger": bone}, marker, theta) / base
        rows.append((found, unrelated))
    return np.array(rows)


def sums(rows_by_marker):
    """P if found, P if unrelated and log10 LR of every combination of calls."""
    found, unrelated = [], []
    for rows in product(*rows_by_marker):
        p, q = np.prod(np.array(rows), axis=0)
        found.append(p)
        unrelated.append(q)
    p, q = np.array(found), np.array(unrelated)
    with np.errstate(divide="ignore"):
        return p, q, np.log10(p) - np.log10(q)


def clear(x, gap):
    """A threshold that no value lies near, so that the grid counts exactly, with values on both sides."""
    values = np.unique(x[np.isfinite(x)])
    gaps = np.diff(values)
    middle = np.flatnonzero(gaps > gap)
    at = middle[len(middle) // 2]
    return float(values[at] + gaps[at] / 2)


@pytest.mark.parametrize(
    ("pedigree", "typed", "theta", "mutation"),
    [(SIBS, ("s",), 0.0, True), (SIBS, ("f", "m"), 0.0, False), (SIBS, ("f", "s"), 0.03, True)],
)
def test_power_is_what_going_through_all_genotypes_gives(pedigree, typed, theta, mutation):
    which = markers(2, mutation=mutation)
    one = family(pedigree, typed, ("x",), which)
    if not mutation:  # most families of random calls cannot be
        which = [Marker(m.name, m.alleles, np.array([0.1, 0.6, 0.3])) for m in which]
        shown = {m.name: ("8", "9") for m in which}
        one = Family("F", pedigree, {t: Profile(t, shown) for t in typed}, ("x",))
    panel = Panel(which)
    p, q, x = sums([enumerated(one, m, theta) for m in which])
    assert p.sum() == pytest.approx(1.0, abs=1e-12)
    threshold = clear(x, 0.3)
    settings = PowerSettings(threshold, threshold, 0.5, theta, threads=1)
    found = power_of(Register.of([one], panel), panel, settings)
    real = p > 0
    mean = (p[real] * x[real]).sum()
    assert found.mean_found[0] == pytest.approx(mean, abs=1e-10)
    assert found.sd_found[0] == pytest.approx(np.sqrt((p[real] * (x[real] - mean) ** 2).sum()), abs=1e-10)
    share = q[real] / q[real].sum()
    mean = (share * x[real]).sum()
    assert found.mean_unrelated[0] == pytest.approx(mean, abs=1e-10)
    assert found.sd_unrelated[0] == pytest.approx(np.sqrt((share * (x[real] - mean) ** 2).sum()), abs=1e-10)
    assert found.zero[0] == pytest.approx(q[~real].sum(), abs=1e-10)
    assert (found.zero[0] > 0.1) == (not mutation)
    # No value is within reach of the grid's rounding of two markers.
    assert found.reached[0] == pytest.approx(p[x > threshold].sum(), abs=1e-10)
    assert found.reached_by_chance[0] == pytest.approx(q[x > threshold].sum(), abs=1e-10)
    assert found.excluded[0] == pytest.approx(q[x < threshold].sum(), abs=1e-10)
    assert found.under_powered[0] == (p[x > threshold].sum() < 0.5)


@pytest.mark.parametrize("chromosome", ["autosomal", "X"])
def test_the_expected_lr_of_somebody_unrelated_is_one(chromosome):
    which = markers(2, 4, chromosome=chromosome)
    panel = Panel(which)
    one = family(SIBS, ("f", "s"), ("x",), which)
    group = Register.of([one], panel).groups[0]
    for theta in (0.0, 0.02):
        sought = Sought(group.pedigree, group.person, Calls(panel), theta)
        for m in range(2):
            law = sought.law(m, group.seen[:, m].astype(np.int64))
            assert law.found.sum() == pytest.approx(1.0)
            assert law.unrelated.sum() == pytest.approx(1.0)
            assert (law.unrelated * 10**law.log10_lr).sum() == pytest.approx(1.0)
            assert law.found.shape == (1, 4 if chromosome == "X" else 10)


def test_a_silent_allele_is_seen_as_it_would_be():
    p = np.array([0.5, 0.4, 0.1])
    marker = Marker("A", ("8", "9", "S"), p, silent="S")
    panel = Panel([marker])
    one = Family("F", SIBS, {"s": Profile("s", {"A": ("8", "8")})}, ("x",))
    group = Register.of([one], panel).groups[0]
    law = Sought(group.pedigree, group.person, Calls(panel)).law(0, group.seen[:, 0].astype(np.int64))
    numbers = Calls(panel).of(0, "M").numbers
    assert len(numbers) == 4  # 8/8, 8/9, 9/9 and nothing
    expected = likelihood(SIBS, {**one.profiles, "x": Profile("x", {"A": ("8", "8")})}, marker)
    expected /= likelihood(SIBS, one.profiles, marker)
    at = int(np.flatnonzero(numbers == panel.encode(Profile("", {"A": ("8", "8")}))[0])[0])
    assert law.found[0, at] == pytest.approx(expected)
    nothing = int(np.flatnonzero(numbers == 0)[0])
    assert law.unrelated[0, nothing] == pytest.approx(0.01)
    assert law.log10_lr[0, nothing] == 0.0


def test_the_gain_of_a_relative_is_what_going_through_all_genotypes_gives():
    which = markers(3, 2)
    panel = Panel(which)
    one = family(WIDER, ("g",), ("x",), which)
    register = Register.of([one], panel)
    by_marker = {}
    for candidate in ("u", "f"):
        rows = []
        for marker in which:
            base = likelihood(WIDER, one.profiles, marker)
            of_marker = []
            for call in calls(marker):
                extra = {candidate: Profile("c", {marker.name: call})}
                weight = likelihood(WIDER, {**one.profiles, **extra}, marker) / base
                of_marker += [(weight * p, weight * q, p / q) for p, q in enumerated(one, marker, 0.0, extra)]
            rows.append(of_marker)
        by_marker[candidate] = rows
    index = WIDER.index
    for candidate, rows in by_marker.items():
        mean = sum(p * np.log10(lr) for of_marker in rows for p, _, lr in of_marker)
        p, _, lr = np.array([np.prod(some, axis=0) for some in product(*rows)]).T
        x = np.log10(lr)
        threshold = 0.31
        near = p[np.abs(x - threshold) < 0.1].sum()
        _, (found,) = gains_of(register.groups[0], 0, [index[candidate]], Calls(panel), threshold)
        assert found.log10_lr == pytest.approx(mean, abs=1e-10)
        # Values within twice the grid's step may be counted on either side.
        assert abs(found.reached - p[x >= threshold].sum()) <= near + 1e-12
        assert 0.02 < found.reached < 0.9


@pytest.mark.parametrize("theta", [0.0, 0.02])
def test_no_relative_takes_anything_away_and_a_stranger_adds_nothing(theta):
    which = markers(2, 2)
    panel = Panel(which)
    pedigree = people("f - - M", "m - - F", "x f m M", "s f m F", "t f m F", "z - - M")
    for seed in range(1 if theta else 4):
        register = Register.of([family(pedigree, ("s",), ("x",), which, seed=seed)], panel)
        who = [pedigree.index[c] for c in "fmtz"]
        before, found = gains_of(register.groups[0], 0, who, Calls(panel), 0.5, theta)
        gains = [f.log10_lr - before.log10_lr for f in found]
        assert min(gains[:3]) > 1e-4
        if theta == 0:
            assert gains[3] == pytest.approx(0.0, abs=1e-12)
            assert found[3].reached == pytest.approx(before.reached, abs=1e-12)


def test_averages_over_a_shape_are_averages_of_the_exact_gains():
    (marker,) = markers(1)
    panel = Panel([marker])
    calls_ = Calls(panel)
    pedigree = people("f - - M", "m - - F", "x f m M", "s f m F", "t f m F")
    candidates = [pedigree.index["f"], pedigree.index["t"]]
    exact = np.zeros((3, 2))
    for call in calls(marker):
        one = Family("F", pedigree, {"s": Profile("s", {marker.name: call})}, ("x",))
        weight = likelihood(pedigree, one.profiles, marker)
        before, found = gains_of(Register.of([one], panel).groups[0], 0, candidates, calls_, 0.4)
        exact += weight * np.array([(v.log10_lr, v.reached) for v in (before, *found)])
    shape = ShapeValues(pedigree, [*candidates, pedigree.index["s"]], calls_, 0.4, draws=4000)
    s, x = pedigree.index["s"], pedigree.index["x"]
    values = [shape.value(x, (s, *more)) for more in ((), candidates[:1], candidates[1:])]
    # Standard errors of 4,000 stratified draws are below 0.004.
    np.testing.assert_allclose([(v.log10_lr, v.reached) for v in values], exact, rtol=0, atol=0.015)


def test_people_are_drawn_as_the_model_has_them():
    (marker,) = markers(1)
    panel = Panel([marker])
    pedigree = people("f - - M", "m - - F", "s f m F")
    both = [Sought(pedigree, i, Calls(panel), 0.05) for i in (0, 2)]
    n = 6000
    seen = drawn(both, 0, n, np.random.default_rng(1))
    assert (seen[:, 1] == 0).all()
    for a, b in product(calls(marker), repeat=2):
        who = {"f": Profile("f", {marker.name: a}), "s": Profile("s", {marker.name: b})}
        p = likelihood(pedigree, who, marker, 0.05)
        row = [panel.encode(who[i])[0] for i in "fs"]
        assert (seen[:, [0, 2]] == row).all(axis=1).mean() == pytest.approx(p, abs=4 * np.sqrt(p / n) + 1e-4)


def test_the_order_and_the_company_of_families_change_nothing():
    which = markers(3)
    panel = Panel(which)
    families = [family(SIBS, ("s",), ("x", "t"), which, f"A{i:03}", seed=i) for i in range(TOGETHER + 7)]
    families += [family(WIDER, ("g", "u"), ("x",), which, f"B{i}", seed=i) for i in range(3)]
    whole = power_of(Register.of(families, panel), panel)
    turned = power_of(Register.of(families[::-1], panel), panel, PowerSettings(threads=1))
    for name, values in vars(whole).items():
        np.testing.assert_allclose(values, getattr(turned, name), rtol=0, atol=1e-9, err_msg=name)
    alone = power_of(Register.of(families[5:6], panel), panel)
    np.testing.assert_allclose(alone.quantiles_found, whole.quantiles_found[10:12], rtol=0, atol=1e-9)
    assert len(power_of(Register.of([], panel), panel)) == 0


def test_a_family_that_cannot_be_says_nothing_at_that_marker():
    which = markers(2, mutation=False)
    panel = Panel(which)
    calls_ = {"f": ("8", "8"), "s": ("9", "9")}
    profiles = {p: Profile(p, {which[0].name: c, which[1].name: ("8", "9")}) for p, c in calls_.items()}
    found = power_of(Register.of([Family("F", SIBS, profiles, ("x",))], panel), panel)
    assert found.inconsistent.tolist() == [1]
    assert found.markers.tolist() == [1]
    assert found.mean_found[0] > 0


def test_packages_and_plan():
    which = markers(4)
    panel = Panel(which)
    index = SIBS.index
    pedigree = Register.of([family(SIBS, ("s",), ("x",), which)], panel).groups[0].pedigree
    place = {n: index[n] for n in "fmxst"}
    candidates = (place["f"], place["m"], place["t"])
    asked = [
        Asked("A", pedigree, (place["x"],), (place["s"],), candidates, (1.0, 1.0, 1.0)),
        Asked("B", pedigree, (place["x"],), (), candidates, (1.0, 2.0, 1.0)),
    ]
    now, packages = packages_of(asked, Calls(panel), PowerSettings(0.5), draws=100)
    assert now[0].log10_lr > 0.05
    # Nobody typed: what is left is that the model is not quite stationary and parents stand between.
    assert 0 <= now[1].log10_lr < 0.002
    assert [p.persons for p in packages[0]][:3] == [(c,) for c in candidates]
    assert len(packages[0]) == 6
    assert all(p.log10_lr > 0 for of in packages for p in of)
    both = next(p for p in packages[1] if p.persons == (place["f"], place["m"]))
    assert both.cost == 3.0


@pytest.mark.parametrize("seed", range(6))
def test_no_choice_gains_more_than_the_bound_and_the_plan_keeps_to_the_budget(seed):
    rng = np.random.default_rng(seed)
    packages = [
        [Package((j,), float(rng.integers(1, 5)), float(rng.random()), float(rng.random())) for j in range(3)]
        for _ in range(5)
    ]
    budget = 7.0
    found = plan(packages, budget)
    best = max(
        sum(p.reached for p in some if p) for some in product(*([None, *of] for of in packages))
         if sum(p.cost for p in some if p) <= budget
    )  # fmt: skip
    assert found.cost == pytest.approx(sum(p.cost for p in found.chosen.values()))
    assert found.cost <= budget
    assert found.gain <= best + 1e-12
    assert best <= found.bound + 1e-12
    assert found.gain >= 0.7 * best


def test_two_samples_that_only_help_together_are_taken_together():
    pair = [Package((0,), 1.0, 0.0, 1.0), Package((1,), 1.0, 0.0, 1.0), Package((0, 1), 2.0, 0.9, 3.0)]
    single = [Package((0,), 1.0, 0.3, 1.0)]
    assert plan([single, pair], 2.0).chosen[1].persons == (0, 1)
