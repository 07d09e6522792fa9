"""The enumeration that the engine is held against is right where a sum can be done by hand."""

from __future__ import annotations

import pytest

from amana.kinship.profiles import Profile
from tests.kinship.brute_force import chance_of_sight, likelihood, linked_likelihood
from tests.kinship.examples import ONE_PARENT, TRIO, marker, people, profiles

M = marker(3)
P, Q, R = M.frequencies.tolist()
ONE = people("a - - M")


def test_hardy_weinberg():
    assert likelihood(ONE, profiles(M, {"a": "8/8"}), M) == pytest.approx(P * P, rel=1e-15)
    assert likelihood(ONE, profiles(M, {"a": "9/8"}), M) == pytest.approx(2 * P * Q, rel=1e-15)


def test_one_person_under_fst():
    theta = 0.03
    assert likelihood(ONE, profiles(M, {"a": "8/8"}), M, theta) == pytest.approx(
        P * (theta + (1 - theta) * P), rel=1e-15
    )
    assert likelihood(ONE, profiles(M, {"a": "8/9"}), M, theta) == pytest.approx(
        2 * (1 - theta) * P * Q, rel=1e-15
    )


def test_an_inbred_founder():
    inbred = people("a - - F 0.25")
    assert likelihood(inbred, profiles(M, {"a": "8/8"}), M) == pytest.approx(
        0.25 * P + 0.75 * P * P, rel=1e-15
    )


def test_mendel():
    found = profiles(M, {"f": "8/9", "m": "9/9", "c": "9/9"})
    assert likelihood(TRIO, found, M) == pytest.approx(2 * P * Q * Q * Q / 2, rel=1e-15)
    assert likelihood(TRIO, profiles(M, {"f": "8/8", "m": "9/9", "c": "9/9"}), M) == 0.0


def test_a_parent_not_known_is_the_population():
    found = profiles(M, {"f": "8/8", "a": "8/9"})
    assert likelihood(ONE_PARENT, found, M) == pytest.approx(P * P * Q, rel=1e-15)


def test_linked_markers_without_doubt_of_phase():
    a, b = M, marker(3)
    found = {
        "f": Profile("f", {"D": ("8", "9")}),
        "c": Profile("c", {"D": ("8", "8")}),
    }
    # Both markers are called D, so the same calls stand at both: the father's phase is not known.
    pair = people("f - - M", "c f - M")
    together = linked_likelihood(pair, found, (a, b), 0.0)
    assert together == pytest.approx((2 * P * Q) ** 2 / 2 * (1 / 2) * P * P, rel=1e-15)


@pytest.mark.parametrize(
    ("true", "seen", "chance"),
    [
        (("8", "8"), ("8", "8"), 1 - 0.2**2),
        (("8", "9"), ("8", "9"), 0.8**2),
        (("8", "9"), ("8", "8"), 0.2 * 0.8),
        (("8", "9"), ("9", "9"), 0.2 * 0.8),
        (("8", "8"), ("8", "9"), 0.0),
    ],
)
def test_drop_out_by_class(true, seen, chance):
    profile = Profile("s", {"D": seen}, dropout=0.2)
    assert chance_of_sight(M, profile, true) == pytest.approx(chance, rel=1e-15)
