"""Joint identification against dvir, on our own sets that ship with Amana."""

from __future__ import annotations

import pytest

from amana.interchange import read_joint_json
from amana.kinship.joint import Settings, identify
from validation.agreement import (
    REFERENCE,
    check_assignments,
    check_marginals,
    check_pairwise,
    load,
)

SETS = sorted(
    p.name.removesuffix(".results.json.gz") for p in (REFERENCE / "joint").glob("*.results.json.gz")
)

MOST_LISTED = 100
"""The reference lists no more assignments than that, and no impossible ones."""


def test_every_set_ships():
    assert SETS == [
        "own_cousin_marriage_brothers",
        "own_three_families_exact",
        "own_three_families_mutation",
        "own_three_families_partial",
    ]


@pytest.mark.parametrize("name", SETS)
def test_every_likelihood_ratio_assignment_and_posterior_agrees(name):
    case = read_joint_json(REFERENCE / "joint" / f"{name}.json.gz")
    theirs = load(REFERENCE / "joint" / f"{name}.results.json.gz")
    assert not case.warnings
    found = identify(case, Settings(prior="flat"), best=theirs["n_assignments"])
    assert found.dropped_mass == 0.0
    assert found.assignment_count == theirs["n_assignments"]
    pairwise = theirs["pairwise"]
    check_pairwise(found, pairwise["rows"], pairwise["cols"], pairwise["matrix"])
    check_assignments(found, theirs["victims"], theirs["assignments"], theirs["loglik"])
    if len(theirs["assignments"]) < MOST_LISTED:
        assert len(found.assignments) == len(theirs["assignments"])
    check_marginals(found, case, theirs["marginal"])
