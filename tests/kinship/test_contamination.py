"""Handlers, neighbours and blanks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from amana.kinship.contamination import (
    ContaminationSettings,
    Handler,
    Typed,
    check_contamination,
)
from amana.kinship.direct import same_person
from amana.kinship.markers import Marker
from amana.kinship.panel import Panel
from amana.kinship.profiles import Profile, Role
from amana.problems import InputProblems

LADDER = tuple(str(8 + i) for i in range(8))
MARKERS = [Marker(f"D{i}", LADDER, np.full(8, 1 / 8)) for i in range(12)]


def somebody(seed, name, role=Role.REMAINS, markers=12, **doubts):
    rng = np.random.default_rng(seed)
    calls = {m.name: tuple(rng.choice(LADDER, 2).tolist()) for m in MARKERS}
    return Profile(name, dict(list(calls.items())[:markers]), role=role, **doubts)


def check(samples, handlers=(), **settings):
    return check_contamination(samples, handlers, Panel(MARKERS), ContaminationSettings(**settings))


def test_the_ratio_by_enumeration():
    marker = Marker("D", ("1", "2", "3"), np.array([0.2, 0.3, 0.5]))
    panel = Panel([marker])
    p, d = {"1": 0.2, "2": 0.3, "3": 0.5}, 0.1

    def shown(a, b):  # of somebody a/b with drop-out d: the call 1/1
        if a == b == "1":
            return 1 - d**2
        return d * (1 - d) if "1" in (a, b) else 0.0

    single = sum(p[a] * p[b] * shown(a, b) for a in p for b in p)
    twice = sum(p[a] * p[b] * shown(a, b) ** 2 for a in p for b in p)
    one = panel.encode(Profile("s", {"D": ("1", "1")}, d))
    whole = panel.encode(Profile("t", {"D": ("1", "2")}))
    other = panel.encode(Profile("u", {"D": ("2", "3")}))
    first = np.array([one, one, whole, whole])
    second = np.array([one, whole, other, [0]])
    found = same_person(panel, first, second)[:, 0]
    assert np.allclose(np.exp(found[:2]), [twice / single**2, shown("1", "2") / single], rtol=1e-12, atol=0)
    assert found[2:].tolist() == [-np.inf, 0.0]


def test_under_fst_a_shared_genotype_says_less():
    """1 over the match probability of a heterozygote (Balding and Nichols 1994)."""
    marker, theta = Marker("D", ("1", "2", "3"), np.array([0.2, 0.3, 0.5])), 0.03
    panel = Panel([marker])
    call = panel.encode(Profile("s", {"D": ("1", "2")}))[None, :]
    top = 2 * (theta + (1 - theta) * 0.2) * (theta + (1 - theta) * 0.3)
    found = same_person(panel, call, call, theta)[0, 0]
    assert np.isclose(np.exp(-found), top / ((1 + theta) * (1 + 2 * theta)), rtol=1e-12, atol=0)


def test_a_technician_s_profile_is_found_in_remains():
    technician = somebody(1, "T1", Role.ELIMINATION)
    calls = dict(somebody(1, "", markers=12).calls)
    calls["D3"] = (calls["D3"][0], calls["D3"][0])  # one allele dropped out
    bone = Profile("R1", calls, dropout=0.1, role=Role.REMAINS)
    found = check([Typed(bone), Typed(somebody(2, "R2"))], [Handler(technician, "laboratory")])
    assert [(m.first, m.second, m.group) for m in found.matches] == [("R1", "T1", "laboratory")]
    assert (found.matches[0].compared, found.matches[0].different) == (12, 0)
    assert found.compared == (2, 0)


def test_one_odd_marker_does_not_hide_it():
    calls = dict(somebody(1, "").calls)
    calls["D3"] = tuple(a for a in LADDER if a not in calls["D3"])[:2]
    bone = Profile("R1", calls, role=Role.REMAINS)
    found = check([Typed(bone)], [Handler(somebody(1, "T1", Role.ELIMINATION), "rescuer")])
    assert [m.different for m in found.matches] == [1]


def test_who_dug_is_not_held_against_their_own_sample():
    own = Typed(somebody(1, "S1", Role.RELATIVE), source="F1/father")
    bone = Typed(somebody(1, "R1"), source="grave 3")
    dug = Handler(somebody(1, "T1", Role.ELIMINATION), "family", source="F1/father")
    assert [m.first for m in check([own, bone], [dug]).matches] == ["R1"]


def test_neighbours_match_only_where_something_was_shared():
    twins = [
        Typed(somebody(1, "A"), plate="P1", batch="E1", bag="K1"),
        Typed(somebody(1, "B"), plate="P1", batch="E2", bag="K1"),
        Typed(somebody(1, "C"), plate="P2", batch="E3"),
        Typed(somebody(3, "D"), plate="P1"),
    ]
    found = check(twins)
    assert [(m.first, m.second, m.shared) for m in found.matches] == [
        ("A", "B", (("plate", "P1"), ("bag", "K1")))
    ]
    assert found.compared == (0, 3)
    alike = [replace(t, source="grave 1") for t in twins]
    assert check(alike).matches == ()


def test_a_plate_needs_a_clean_blank():
    blank = Profile("N1", role=Role.BLANK)
    unclean = Profile("N2", {"D0": ("8", "9")}, role=Role.BLANK)
    samples = [
        Typed(somebody(1, "A"), plate="P1", batch="E1"),
        Typed(somebody(2, "B"), plate="P2"),
        Typed(somebody(3, "C"), plate="P3"),
        Typed(blank, plate="P1"), Typed(unclean, plate="P2"), Typed(blank, plate="P2"),
    ]  # fmt: skip
    found = {(b.unit, b.name): (b.blanks, b.samples) for b in check(samples).blanks}
    assert found == {("plate", "P2"): (("N2",), 1), ("plate", "P3"): ((), 1), ("batch", "E1"): ((), 1)}


def test_few_markers_are_told_and_not_compared():
    samples = [Typed(somebody(1, "A", markers=3), plate="P"), Typed(somebody(1, "B"), plate="P")]
    found = check(samples)
    assert (found.too_few, found.compared, found.matches) == (("A",), (0, 0), ())


@pytest.mark.parametrize(
    ("samples", "settings", "code"),
    [
        ([Typed(Profile("A"))], {}, "contamination.no-role"),
        ([Typed(Profile("A", role=Role.ELIMINATION))], {}, "contamination.no-role"),
        ([], {"theta": 1.0}, "fst.range"),
        ([], {"min_markers": 0}, "contamination.min-markers"),
        ([Typed(Profile("A", {"D0": ("99", "9")}, role=Role.ITEM))], {}, "genotype.unknown-allele"),
    ],
)
def test_bad_input_is_refused(samples, settings, code):
    with pytest.raises(InputProblems) as refused:
        check(samples, **settings)
    assert [p.code for p in refused.value.problems] == [code]
