"""Known pairs of linked markers: where they matter, and that both ways of computing are what they say."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from amana.kinship.joint.case import Family, Victim
from amana.kinship.likelihood import log_likelihood
from amana.kinship.linked import log_likelihood_linked
from amana.kinship.linked_pairs import (
    SYNTENIC_PAIRS,
    linkage_matters,
    log_likelihood_by_pairs,
    pairs_among,
    warn_of_linkage_in_register,
)
from amana.kinship.panel import Panel
from amana.kinship.profiles import Profile
from amana.kinship.screening import Register, Remains
from amana.problems import InputProblems
from tests.kinship.examples import SIBS, TRIO, marker, people

NAMES = ("TPOX", "VWA", "D3S1358", "D12S391")
MARKERS = [replace(marker(3), name=name) for name in NAMES]
A, B = MARKERS[0].alleles[:2]


def profile(who, *kinds):
    calls = {"hom": (A, A), "het": (A, B)}
    return Profile(who, {n: calls[k] for n, k in zip(NAMES, kinds, strict=True) if k})


SEEN = {"a": profile("a", "het", "het", "hom", "het"), "b": profile("b", "hom", "hom", "hom", "het")}


def test_the_fractions_are_kosambis_of_their_distances():
    for pair in SYNTENIC_PAIRS:
        assert pair.recombination == pytest.approx(0.5 * math.tanh(pair.centimorgans / 50), abs=5e-5)
    keys = [k for p in SYNTENIC_PAIRS for k in (p.first, p.second)]
    assert len(keys) == len(set(keys))  # no marker in two pairs


def test_names_are_found_in_any_spelling():
    ((pair, first, second),) = pairs_among(["TH01", "vwa", "D12S391", "D5S818"])
    assert (pair.chromosome, first, second) == (12, "vwa", "D12S391")
    assert pairs_among(["vWA", "D5S818"]) == ()


def test_pairs_are_computed_jointly_and_the_rest_alone():
    units, values = log_likelihood_by_pairs(SIBS, SEEN, MARKERS)
    assert units == ("TPOX", "VWA + D12S391", "D3S1358")
    alone = log_likelihood(SIBS, SEEN, MARKERS)
    assert values[::2] == pytest.approx([alone[0], alone[2]], abs=1e-12)
    assert values[1] == log_likelihood_linked(SIBS, SEEN, (MARKERS[1], MARKERS[3]), 0.1172)
    assert abs(values[1] - alone[1] - alone[3]) > 0.01


def test_without_a_pair_nothing_changes_and_fst_is_allowed():
    units, values = log_likelihood_by_pairs(SIBS, SEEN, MARKERS[:3], theta=0.02)
    assert units == NAMES[:3]
    assert values == pytest.approx(list(log_likelihood(SIBS, SEEN, MARKERS[:3], theta=0.02)), abs=1e-12)
    with pytest.raises(InputProblems) as caught:
        log_likelihood_by_pairs(SIBS, SEEN, MARKERS, theta=0.02)
    assert [p.code for p in caught.value.problems] == ["linked.theta"]


HALF = people("f - - M", "a f - M", "b f - M")
GRAND = people("a - - M", "f a - M", "b f - M")
COUSINS = people("f - - M", "m - - F", "p f m M", "q f m M", "a p - M", "b q - M")
DUO = people("a - - M", "b a - M")
FAR = people("x - - M", "f x - M", "a f - M", "y - - F", "b - y F")


@pytest.mark.parametrize(
    ("pedigree", "typed", "matters"),
    [
        (TRIO, "fmc", False), (DUO, "ab", False), (FAR, "ab", False), (SIBS, "a", False),
        (SIBS, "ab", True), (HALF, "ab", True), (GRAND, "ab", True), (COUSINS, "ab", True),
    ],
)  # fmt: skip
def test_where_linkage_matters_is_where_it_changes_the_likelihood(pedigree, typed, matters):
    assert linkage_matters(pedigree, set(typed)) is matters
    kinds = ("het", "hom", "het")
    seen = {who: profile(who, None, k, None, k) for who, k in zip(typed, kinds, strict=False)}
    pair = (MARKERS[1], MARKERS[3])
    tight, free = (log_likelihood_linked(pedigree, seen, pair, r) for r in (0.0, 0.5))
    assert (abs(tight - free) > 1e-9) is matters


def test_a_register_counts_the_targets_whose_relatives_show_both():
    panel = Panel(MARKERS)
    whole, half = profile("k", *["het"] * 4), profile("k", "het", "het", "het", None)
    families = [
        Family("F1", SIBS, {"a": whole}, ("b",)),
        Family("F2", SIBS, {"a": half}, ("b",)),
        Family("F3", TRIO, {"f": whole, "m": whole}, ("c",)),
    ]
    register = Register.of(families, panel)
    (warning,) = warn_of_linkage_in_register(register, Remains.of([Victim("R", whole, None)], panel), panel)
    assert (warning.code, warning.params["count"], warning.warning) == ("linked.ignored", 1, True)
    assert warn_of_linkage_in_register(register, Remains.of([Victim("R", half, None)], panel), panel) == ()
    assert np.all(Remains.of([Victim("R", half, None)], panel).seen[:, :3] > 0)
