"""Likelihoods of pedigrees against pedprobr and Familias, on the cases that ship with Amana."""

from __future__ import annotations

import math

import pytest

from amana.interchange import KinshipCase, read_kinship_cases
from amana.kinship.likelihood import log_likelihood
from amana.kinship.linked import log_likelihood_linked
from validation.agreement import AS_PRINTED, EXACT, REFERENCE, apart, disagreements, sums_to_one

CASES = read_kinship_cases(REFERENCE / "kinship_cases.json.gz")
INDEPENDENT = [c for c in CASES if c.recombination is None]
LINKED = [c for c in CASES if c.recombination is not None]
WITH_FAMILIAS = [c for c in INDEPENDENT if any(e.familias_lik for e in c.expected.values())]


def loglik(case: KinshipCase, hypothesis: str, *, without_untyped: bool = False) -> list[float]:
    h = case.hypotheses[hypothesis]
    values = log_likelihood(
        h.pedigree, h.profiles, case.markers, theta=case.theta, without_untyped=without_untyped
    )
    return [float(x) for x in values]


def case_id(case: KinshipCase) -> str:
    return case.id


def test_every_kind_of_case_ships():
    assert len(INDEPENDENT) == 37
    assert len(LINKED) == 2
    assert len(WITH_FAMILIAS) == 28
    assert all(e.loglik for c in CASES for e in c.expected.values())


@pytest.mark.parametrize("case", INDEPENDENT, ids=case_id)
def test_every_likelihood_agrees(case):
    assert not case.warnings
    for hypothesis, expected in case.expected.items():
        ours = loglik(case, hypothesis)
        values = zip((m.name for m in case.markers), map(apart, ours, expected.loglik), strict=True)
        assert not disagreements(values, AS_PRINTED), hypothesis
        total = math.fsum(ours) if math.inf not in map(abs, ours) else -math.inf
        assert total == pytest.approx(expected.loglik_total, rel=AS_PRINTED, abs=0)


@pytest.mark.parametrize("case", INDEPENDENT, ids=case_id)
def test_likelihoods_agree_to_rounding_where_frequencies_sum_to_one(case):
    exact = [i for i, marker in enumerate(case.markers) if sums_to_one(marker)]
    assert exact
    for hypothesis, expected in case.expected.items():
        ours = loglik(case, hypothesis)
        values = ((case.markers[i].name, apart(ours[i], expected.loglik[i])) for i in exact)
        assert not disagreements(values, EXACT), hypothesis


@pytest.mark.parametrize("case", WITH_FAMILIAS, ids=case_id)
def test_without_untyped_people_likelihoods_are_those_of_familias(case):
    for hypothesis, expected in case.expected.items():
        if expected.familias_lik is None:
            continue
        ours = loglik(case, hypothesis, without_untyped=True)
        theirs = [math.log(x) if x else -math.inf for x in expected.familias_lik]
        values = zip((m.name for m in case.markers), map(apart, ours, theirs), strict=True)
        assert not disagreements(values, AS_PRINTED), hypothesis


def test_some_likelihoods_differ_with_and_without_untyped_people():
    # Else the test above would say nothing about leaving them out.
    case = next(c for c in CASES if c.id == "21_grandparent_stepwise24")
    kept, left_out = loglik(case, "H1"), loglik(case, "H1", without_untyped=True)
    assert max(map(apart, kept, left_out)) > 1e-4


@pytest.mark.parametrize("case", LINKED, ids=case_id)
def test_linked_markers_agree(case):
    for name, expected in case.expected.items():
        h = case.hypotheses[name]
        ours = log_likelihood_linked(h.pedigree, h.profiles, case.markers, case.recombination)
        [theirs] = expected.loglik
        assert apart(ours, theirs) <= (EXACT if all(map(sums_to_one, case.markers)) else AS_PRINTED)


def test_impossible_data_are_impossible_and_name_their_marker():
    case = next(c for c in CASES if c.id == "02_trio_small")
    assert [math.isinf(x) for x in loglik(case, "H1")] == [False, False, True]
