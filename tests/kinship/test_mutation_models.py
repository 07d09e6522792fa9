"""The matrices of the mutation models: by hand, and what defines each."""

from __future__ import annotations

import numpy as np
import pytest

from amana.kinship.mutation import mutation_matrix, mutation_model
from amana.problems import InputProblems

FREQUENCIES = np.array([0.125, 0.25, 0.5, 0.125])
WHOLE = ("8", "9", "10", "12")


def expected_rate(matrix, frequencies=FREQUENCIES):
    return 1 - frequencies @ np.diag(matrix)


def test_equal():
    matrix = mutation_matrix("equal", WHOLE, FREQUENCIES, 0.03)
    assert matrix[0].tolist() == pytest.approx([0.97, 0.01, 0.01, 0.01])


def test_proportional_is_stationary_and_has_the_rate():
    matrix = mutation_matrix("proportional", WHOLE, FREQUENCIES, 0.03)
    np.testing.assert_allclose(FREQUENCIES @ matrix, FREQUENCIES, rtol=1e-14)
    assert expected_rate(matrix) == pytest.approx(0.03, rel=1e-12)
    assert matrix[0, 2] / matrix[0, 1] == pytest.approx(2.0)
    assert matrix[3, 2] == matrix[0, 2]


def test_stepwise_with_a_microvariant():
    matrix = mutation_matrix("stepwise", ("8", "9", "9.3", "11"), FREQUENCIES, 0.06, range=0.5, rate2=0.01)
    # From 8: one step to 9 (weight 1/2), three to 11 (weight 1/8); anything else is 9.3.
    assert matrix[0].tolist() == pytest.approx([0.93, 0.06 * 4 / 5, 0.01, 0.06 / 5])
    # From 9.3 there is no whole step: that part of the rate is kept.
    assert matrix[2].tolist() == pytest.approx([0.01 / 3, 0.01 / 3, 0.99, 0.01 / 3])


def test_onestep():
    matrix = mutation_matrix("onestep", WHOLE, FREQUENCIES, 0.04)
    assert matrix.tolist() == [
        pytest.approx(row)
        for row in ([0.96, 0.04, 0, 0], [0.02, 0.96, 0.02, 0], [0, 0.04, 0.96, 0], [0, 0, 0, 1])
    ]


def test_dawid_is_reversible_and_has_the_rate():
    matrix = mutation_matrix("dawid", WHOLE, FREQUENCIES, 0.02, range=0.3)
    flow = FREQUENCIES[:, None] * matrix
    np.testing.assert_allclose(flow, flow.T, rtol=1e-13)
    assert expected_rate(matrix) == pytest.approx(0.02, rel=1e-12)
    assert flow[0, 2] / flow[0, 1] == pytest.approx(0.3)


@pytest.mark.parametrize("model", ["equal", "proportional", "stepwise", "onestep", "dawid"])
def test_rows_sum_to_one_and_a_silent_allele_stays(model):
    alleles = ("8", "9", "10", "null")
    matrix = mutation_matrix(model, alleles, FREQUENCIES, 0.03, range=0.2, rate2=0.01, silent="null")
    np.testing.assert_allclose(matrix.sum(axis=1), 1.0, rtol=1e-14)
    assert matrix[3].tolist() == [0, 0, 0, 1]
    assert matrix[:3, 3].tolist() == [0, 0, 0]
    assert (matrix >= 0).all()


def test_no_rate_is_no_mutation():
    assert mutation_model("none", WHOLE, FREQUENCIES, 0.1, 0.1) is None
    assert mutation_model("equal", WHOLE, FREQUENCIES, 0.0, 0.0) is None
    mutation = mutation_model("equal", WHOLE, FREQUENCIES, 0.0, 0.1)
    assert mutation is not None
    assert (mutation.male == np.eye(4)).all()


@pytest.mark.parametrize(
    ("model", "alleles", "rate", "more", "code"),
    [
        ("unheard-of", WHOLE, 0.1, {}, "mutation.unknown-model"),
        ("custom", WHOLE, 0.1, {}, "mutation.unknown-model"),
        ("equal", WHOLE, 1.1, {}, "mutation.rate-range"),
        ("equal", WHOLE, float("nan"), {}, "mutation.rate-range"),
        ("stepwise", WHOLE, 0.1, {"rate2": 0.0}, "mutation.range-needed"),
        ("stepwise", WHOLE, 0.1, {"range": 0.1}, "mutation.rate2-needed"),
        ("stepwise", WHOLE, 0.6, {"range": 0.1, "rate2": 0.5}, "mutation.rate2-needed"),
        ("dawid", WHOLE, 0.1, {"range": 1.0}, "mutation.range-needed"),
        ("dawid", WHOLE, 0.9, {"range": 0.1}, "mutation.rate-too-high"),
        ("proportional", WHOLE, 0.99, {}, "mutation.rate-too-high"),
        ("stepwise", ("8", "X"), 0.1, {"range": 0.1, "rate2": 0.0}, "mutation.allele-not-numeric"),
        ("onestep", ("8", "9.3"), 0.1, {}, "mutation.allele-not-whole"),
        ("dawid", ("8", "9.3"), 0.1, {"range": 0.1}, "mutation.allele-not-whole"),
    ],
)
def test_faults(model, alleles, rate, more, code):
    with pytest.raises(InputProblems) as caught:
        mutation_matrix(model, alleles, FREQUENCIES[: len(alleles)], rate, **more)
    assert [p.code for p in caught.value.problems] == [code]
