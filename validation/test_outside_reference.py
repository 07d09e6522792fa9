"""Joint identification against dvir, on all reference sets; and that what ships is what was computed."""

from __future__ import annotations

import gzip
import math

import pytest

from amana.interchange import read_joint_json
from amana.kinship.joint import Settings, identify
from validation.agreement import (
    AS_PRINTED,
    REFERENCE,
    apart,
    check_assignments,
    check_marginals,
    check_pairwise,
    differ,
    disagreements,
    load,
)
from validation.ship_reference import sources

SETS = (
    "KETPchap481",
    "KETPchap484",
    "KETPexer497",
    "example1",
    "example2",
    "fire",
    "grave",
    "icmp",
    "symmetricSibs",
)
FLAT = Settings(prior="flat")


def as_list(values):
    """R writes a vector of length one as a bare number."""
    return values if isinstance(values, list) else [values]


def check_by_marker(ours, theirs, markers):
    assert ours.keys() == theirs.keys()
    values = [
        ((name, marker), apart(ours[name][marker], x))
        for name in theirs
        for marker, x in zip(markers, as_list(theirs[name]), strict=True)
    ]
    assert not disagreements(values, AS_PRINTED)


@pytest.mark.parametrize("name", SETS)
def test_everything_that_dvir_computes_agrees(name, reference_data):
    folder = reference_data / "genetics" / "joint"
    case = read_joint_json(folder / f"{name}.json")
    theirs = load(folder / f"{name}.results.json")
    joint = theirs["dviJoint"]
    found = identify(case, FLAT, best=joint["n_assignments"])
    markers = [m.name for m in case.markers]

    pairwise = theirs["pairwiseLR"]
    check_pairwise(found, pairwise["rows"], pairwise["cols"], pairwise["matrix"])
    check_by_marker(found.loglik_families, theirs["loglik_am"], markers)
    check_by_marker(found.loglik_victims, theirs["loglik_pm"], markers)
    separate = [*found.loglik_families.values(), *found.loglik_victims.values()]
    null = math.fsum(x for row in separate for x in row.values())
    assert apart(null, theirs["loglik0"]) <= AS_PRINTED

    assert found.dropped_mass == 0.0
    assert found.assignment_count == joint["n_assignments"] == theirs["grid_size"]["size"]
    assert len(found.assignments) == joint["n_possible"]
    top = joint["top200"]
    possible = [i for i, x in enumerate(top["loglik"]) if x is not None]
    check_assignments(
        found, top["victims"], [top["assignments"][i] for i in possible], [top["loglik"][i] for i in possible]
    )
    impossible = [row for i, row in enumerate(top["assignments"]) if i not in possible]
    ours = [tuple(a.pairs[v] or "*" for v in top["victims"]) for a in found.assignments]
    assert not {tuple(row) for row in impossible} & set(ours)

    # Brothers who cannot be told apart make several assignments the best.
    tied = [a.pairs for a in found.assignments if apart(a.loglik, joint["best_loglik"]) <= AS_PRINTED]
    assert joint["best"] in [{v: m or "*" for v, m in pairs.items()} for pairs in tied]
    assert apart(found.assignments[0].loglik, joint["best_loglik"]) <= AS_PRINTED
    assert found.assignments[0].log10_lr_vs_null == pytest.approx(joint["log10LR_best_vs_null"], abs=1e-8)
    assert differ(found.assignments[0].posterior, joint["posterior_flat_prior_best"]) <= AS_PRINTED
    check_marginals(found, case, joint["marginal_posteriors_flat"])


def test_all_reference_sets_are_compared(reference_data):
    results = (reference_data / "genetics" / "joint").glob("*.results.json")
    outside = {p.name.removesuffix(".results.json") for p in results if not p.name.startswith("own_")}
    assert outside == set(SETS)


def test_what_ships_is_what_was_computed(reference_data):
    made_from = sources(reference_data / "genetics")
    shipped = {str(p.relative_to(REFERENCE)) for p in REFERENCE.rglob("*.gz")}
    assert shipped == set(made_from)
    for name, source in made_from.items():
        data = (REFERENCE / name).read_bytes()
        assert data[4:8] == bytes(4), f"{name} holds a time"
        assert gzip.decompress(data) == source.read_bytes(), name
