"""What lineage markers are worth: databases, the discrete Laplace model, and whom a ratio is against."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.stats import binom

from amana.kinship.lineage import (
    LineageComparison,
    LineageFamily,
    LineageRemains,
    LineageSettings,
    MtDatabase,
    YDatabase,
    YHaplotype,
    combined,
    compare_ystr,
    fit,
    kappa_frequency,
    match_probability,
    parse_y_call,
    shared_lines,
    upper_limit,
    weigh_mt,
    weigh_y,
)
from amana.kinship.lineage.discrete_laplace import resampled
from amana.kinship.lineage.ystr import EXCLUDES_BELOW, RATES
from tests.kinship.lineages import CR, family, mt, y

# Databases


@pytest.mark.parametrize(("count", "size"), [(0, 80), (1, 80), (17, 300)])
def test_the_upper_limit_is_where_so_few_become_unlikely(count, size):
    assert binom.cdf(count, size, upper_limit(count, size)) == pytest.approx(0.05, rel=1e-9)
    assert upper_limit(size, size) == 1.0


def test_counting_in_databases():
    entries = [
        mt("73G 263G 309.1C 315.1C"),
        mt("73G 152Y 263G 315.1C"),
        mt("263G 315.1C"),
        mt("73G", "73-340"),
    ]
    found = MtDatabase(entries, [3, 2, 5, 7]).frequency([mt("73G 152C 263G"), mt("73G 263G")], CR)
    assert (found.count, found.size, found.estimate) == (5, 10, 0.5)
    assert MtDatabase(entries[3:]).frequency([mt("73G")], CR) is None
    known = [y("DYS19=14 DYS385=11/14"), y("DYS19=15 DYS385=11/14"), y("DYS19=15 DYS385=11/?")]
    database = YDatabase(known, [6, 1, 9])
    assert database.frequency([known[0]], ["DYS19", "DYS385"]).count == 6
    assert database.frequency([known[1]], ["DYS19"]).count == 10
    assert database.covered(["DYS19", "DYS385", "DYS391"]) == ("DYS19",)
    new = database.frequency([y("DYS19=16 DYS385=11/14")], ["DYS19", "DYS385"], "kappa")
    # Extended by the new one: eight, two of them seen once.
    assert new.upper == pytest.approx((1 - 2 / 8) / 8) == kappa_frequency(2, 8)


@pytest.fixture(scope="module")
def population():
    """Haplotypes drawn from a known mixture of two clusters at six markers."""
    rng = np.random.default_rng(3)
    weights, centres = np.array([0.7, 0.3]), np.array([[14, 13, 29, 24, 11, 13], [16, 12, 31, 22, 10, 11]])
    p = np.outer([0.8, 1.2], [0.12, 0.1, 0.25, 0.2, 0.15, 0.06])
    cluster = rng.choice(2, 2000, p=weights)
    # The difference of two geometric variables is discrete Laplace.
    steps = rng.geometric(1 - p[cluster]) - rng.geometric(1 - p[cluster])
    return centres[cluster] + steps, weights, centres, p


def true_probability(row, weights, centres, p):
    return float(weights @ np.prod((1 - p) / (1 + p) * p ** np.abs(row - centres), axis=1))


def test_the_discrete_laplace_fit_finds_the_mixture_it_was_drawn_from(population):
    rows, weights, centres, p = population
    found = fit(rows)
    assert len(found.weights) == 2
    order = np.argsort(-found.weights)
    assert (found.centres[order] == centres).all()
    assert np.allclose(found.weights[order], weights, atol=0.035)  # three standard errors of a share
    assert np.allclose(found.dispersions[order], p, rtol=0.2)
    truth = sum(math.log(true_probability(row, weights, centres, p)) for row in rows)
    assert found.log_likelihood == pytest.approx(sum(math.log(found.probability(r)) for r in rows), rel=1e-9)
    # A maximum over eight free numbers: twice the gain is about chi-square, 26 in a thousandth of cases.
    assert truth < found.log_likelihood < truth + 13
    grid = itertools.product(range(60), repeat=2)
    assert sum(found.probability(h, [0, 2]) for h in grid) == pytest.approx(1, abs=1e-6)


def test_the_fit_is_a_maximum(population):
    rows = population[0][:300]
    found = fit(rows, clusters=2)

    def value(at):
        joint = found.weights * np.prod(
            (1 - at) / (1 + at) * at ** np.abs(rows[:, None] - found.centres), axis=2
        )
        return np.log(joint.sum(axis=1)).sum()

    best = value(found.dispersions)
    assert best == pytest.approx(found.log_likelihood, rel=1e-9)
    for k in range(6):
        for factor in (0.98, 1.02):
            moved = found.dispersions.copy()
            moved[:, k] *= factor
            assert value(moved) < best
    for j in range(2):
        moved = found.dispersions.copy()
        moved[j] *= 1.02
        assert value(moved) < best


def test_the_upper_limit_of_the_model_covers_the_truth(population):
    rows, *truth = population
    found = fit(rows[:500], clusters=2)
    drawn = resampled(found, rows[:500], draws=60)
    asked = rows[500:540]
    upper = [np.quantile([d.probability(r) for d in drawn], 0.95) for r in asked]
    below = sum(true_probability(r, *truth) <= u for r, u in zip(asked, upper, strict=True))
    assert below >= 32  # 38 expected of 40; they are not independent


def test_a_large_database_is_modelled_and_a_small_one_counted(population):
    rows, *truth = population
    names = ("DYS19", "DYS391", "DYS390", "DYS392", "DYS393", "DYS437")

    def of(row):
        return YHaplotype({m: (10 * int(v),) for m, v in zip(names, row, strict=True)})

    haplotypes = [of(row) for row in rows[:1100]]
    asked = [of(truth[1][0] + 1)]
    found = YDatabase(haplotypes, draws=20).frequency(asked, names)
    assert (found.method, found.count) == ("discrete-laplace", 0)
    order = [names.index(m) for m in sorted(names)]
    wanted = true_probability((truth[1][0] + 1)[order], truth[0], truth[1][:, order], truth[2][:, order])
    assert wanted / 3 < found.estimate < wanted * 3
    assert found.estimate <= found.upper < upper_limit(0, 1100) / 50
    assert YDatabase(haplotypes[:900]).frequency(asked, names).method == "counting"


# Evidence


def test_a_match_is_weighed_against_somebody_unrelated():
    a = mt("73G 263G")
    told = weigh_mt(a, a, "mother", 2, MtDatabase([mt("263G")] * 99))
    p = match_probability(1 - 0.05 ** (1 / 99), 0.01)
    assert told.match_probability == pytest.approx(p)
    assert told.log10_lr == pytest.approx(math.log10((1 - 0.0043) ** 2 / p))
    assert weigh_mt(a, a, "mother", 2).log10_lr is None
    assert weigh_mt(a, mt("263G"), "mother", 2, MtDatabase([a])).log10_lr is None


def test_no_lineage_says_more_than_theta_allows():
    markers = sorted(RATES)[:12]
    base = YHaplotype({m: parse_y_call("12", m) for m in markers})
    database = YDatabase([YHaplotype({m: parse_y_call("20", m) for m in markers})], [100_000])
    for steps in range(5):
        moved = YHaplotype({**base.calls, "DYS19": (120 + 10 * steps,)})
        for meioses in (1, 5, 20):
            told = weigh_y(moved, base, "uncle", meioses, database, LineageSettings(y_method="counting"))
            assert told.log10_lr <= 2 + 1e-9
            assert told.excluded == (compare_ystr(moved, base, meioses).tail < EXCLUDES_BELOW)


def test_evidence_is_combined_only_against_who_is_not_of_the_line():
    a, h = mt("73G"), y("DYS19=14 DYS391=10")
    database = MtDatabase([mt("rCRS")] * 200)
    told = (weigh_mt(a, a, "mother", 1, database), weigh_y(h, h, "father", 1))
    unrelated = combined(3.5, told)
    assert unrelated.log10_lr == pytest.approx(3.5 + told[0].log10_lr)
    assert (dict(unrelated.added), unrelated.filter_only) == ({"mt": told[0].log10_lr}, ("Y",))
    brother = combined(3.5, told, shared_lines(family(), "son", "brother"))
    assert (brother.log10_lr, brother.neutral, brother.filter_only) == (3.5, ("mt", "Y"), ())
    out = combined(9.0, [weigh_mt(a, mt("150T 152C"), "mother", 1, database)])
    assert (out.log10_lr, out.excluded) == (9.0, ("mt",))
    assert combined(-math.inf, told).log10_lr == -math.inf
    with pytest.raises(ValueError, match="per line"):
        combined(0, [told[0], told[0]])


def test_remains_are_compared_with_the_nearest_who_can_be():
    h = y("DYS19=14 DYS391=10")
    one = LineageFamily(
        "F1", family(), ("son", "daughter"),
        {"uncle": y("DYS392=13"), "cousin": h, "father": y("DYS19=17 DYS391=13")},
        {"mother": mt("73G 150T"), "aunt": mt("73G 150T")},
    )  # fmt: skip
    comparison = LineageComparison([one])
    son, daughter = comparison.targets
    assert son.sharing["Y"] == {"brother": 2, "father": 1, "grandfather": 2, "uncle": 3, "cousin": 4}
    told = comparison.compare(LineageRemains("R1", "M", y("DYS392=13 DYS19=14"), mt("73G")), son)
    assert [(e.line, e.relative, e.verdict) for e in told] == [
        ("Y", "father", "exclusion"), ("mt", "mother", "inconclusive"),
    ]  # fmt: skip
    assert comparison.compare(LineageRemains("R1", "M", h), daughter) == ()
    assert comparison.conflicts() == [("F1", "Y", "cousin", "father")]
