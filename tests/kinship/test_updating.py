"""A changed case against the same case computed from scratch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from amana.kinship.joint import Case, Settings, identify, solve, update
from amana.kinship.joint.memory import digest
from tests.kinship.cases import case, even_markers, profile
from tests.kinship.examples import people

MARKERS = even_markers(8, rate=0.002)


def incident(**changed: str) -> Case:
    """Three families, of whom two contend for the same remains, and one apart by sex."""
    families = {
        "F": (
            people("f - - M", "m - - F", "M1 f m M", "M2 f m M"),
            {"f": profile("f", MARKERS, "10/11"), "m": profile("m", MARKERS, "12/13")},
            ("M1", "M2"),
        ),
        "G": (people("g - - M", "M3 g - M"), {"g": profile("g", MARKERS, "10/14")}, ("M3",)),
        "H": (
            people("h - - F", "k - - M", "M4 k h F"),
            {"h": profile("h", MARKERS, "15/16"), "k": profile("k", MARKERS, "17/18")},
            ("M4",),
        ),
    }
    calls = {"V1": "10/12", "V2": "11/13", "V3": "10/10", "V4": "15/17", "V5": "19/19"} | changed
    sexes = {"V4": "F", "V5": "F"}
    victims = {v: (sexes.get(v, "M"), profile(v, MARKERS, call)) for v, call in calls.items()}
    return case(MARKERS, victims, families)


def with_family(base: Case, name: str, person: str, call: str) -> Case:
    families = [
        replace(f, profiles={**f.profiles, person: profile(person, MARKERS, call)}) if f.id == name else f
        for f in base.families
    ]
    return replace(base, families=families)


CHANGES = {
    "a profile": lambda c: incident(V1="10/13"),
    "a profile of the family apart": lambda c: incident(V4="16/18"),
    "a profile so that the other gets the place": lambda c: incident(V1="19/19"),
    "a reference": lambda c: with_family(c, "G", "g", "10/15"),
    "a victim more": lambda c: incident(V6="11/12"),
    "a victim less": lambda c: replace(
        c, victims=c.victims[1:], eligible={v: m for v, m in c.eligible.items() if v != "V1"}
    ),
    "the order of victims": lambda c: replace(c, victims=c.victims[::-1]),
    "who may be whom": lambda c: replace(c, eligible={**c.eligible, "V1": ("M1",)}),
    "a family less": lambda c: replace(
        c,
        families=c.families[:2],
        eligible={v: tuple(m for m in ms if m != "M4") for v, ms in c.eligible.items()},
    ),
    "a marker less": lambda c: replace(c, markers=c.markers[:-1]),
}


def near(a, b):
    """Equal within rounding; None and infinity only to themselves."""
    return a == b or (None not in (a, b) and abs(a - b) <= 1e-9)


def check_same(one, two):
    assert one.pairwise == pytest.approx(two.pairwise, rel=0, abs=1e-10)
    assert one.generalised == pytest.approx(two.generalised, rel=0, abs=1e-9)
    assert one.findings == two.findings
    assert one.families == two.families
    assert one.assignment_count == two.assignment_count
    for v in two.posterior:
        assert one.posterior[v] == pytest.approx(two.posterior[v], rel=1e-9, abs=1e-14)
    for a, b in zip(one.views, two.views, strict=True):
        for v in b.posterior:
            assert a.posterior[v] == pytest.approx(b.posterior[v], rel=1e-9, abs=1e-14)
    assert len(one.assignments) == len(two.assignments)
    for a, b in zip(one.assignments, two.assignments, strict=True):
        assert a.posterior == pytest.approx(b.posterior, rel=1e-9, abs=1e-300)
    for a, b in zip(one.conclusions, two.conclusions, strict=True):
        assert (a.victim, a.level, a.missing, a.group) == (b.victim, b.level, b.missing, b.group)
        assert (a.leans_on, a.against, a.findings) == (b.leans_on, b.against, b.findings)
        assert a.posterior == pytest.approx(b.posterior, rel=1e-9)
        assert near(a.log10_glr, b.log10_glr)
        assert a.by_marker == pytest.approx(b.by_marker, rel=0, abs=1e-10)
        assert len(a.weighings) == len(b.weighings)
        assert all(near(x.log10_lr, y.log10_lr) for x, y in zip(a.weighings, b.weighings, strict=True))


@pytest.mark.parametrize("theta", [0.0, 0.02])
@pytest.mark.parametrize("change", CHANGES)
def test_an_update_is_what_computing_afresh_gives(change, theta):
    before = solve(incident(), Settings(theta=theta))
    later = CHANGES[change](before.case)
    updated = update(before, later)
    afresh = identify(later, Settings(theta=theta))
    check_same(updated.solved.result, afresh)
    # Every conclusion that differs is named, and no other.
    old = {c.victim: c for c in before.result.conclusions}
    new = {c.victim: c for c in afresh.conclusions}
    expected = set(old) ^ set(new)
    for v in set(old) & set(new):
        a, b = old[v], new[v]
        same = (a.level, set(a.missing), a.group) == (b.level, set(b.missing), b.group)
        if not (same and near(a.posterior, b.posterior) and near(a.log10_glr, b.log10_glr)):
            expected.add(v)
    assert {m.victim for m in updated.moved} == expected


def test_an_update_of_an_update():
    first = solve(incident())
    second = update(first, incident(V1="19/19"))
    third = update(second.solved, incident())
    check_same(third.solved.result, first.result)
    assert {m.victim for m in third.moved} == {m.victim for m in second.moved}


def test_nothing_changed_nothing_computed():
    updated = update(solve(incident()), incident())
    assert not updated.moved
    assert not any(updated.made.values())
    assert updated.reused["table"] == 3
    assert updated.reused["component"] > 0


def test_a_changed_profile_updates_only_its_component():
    updated = update(solve(incident()), incident(V4="16/18"))
    assert (updated.made["table"], updated.reused["table"]) == (1, 2)
    # F and G stay as they are under each of the five weightings; for H two of them are the same, even odds.
    assert (updated.made["component"], updated.reused["component"]) == (4, 5)
    assert updated.made["quality"] == 0
    assert {m.victim for m in updated.moved} <= {"V4", "V5"}


def test_what_moved_says_by_how_much():
    before = solve(incident())
    moved = {m.victim: m for m in update(before, incident(V1="19/19")).moved}
    (one,) = (c for c in before.result.conclusions if c.victim == "V1")
    assert one.level == "reaches_threshold"
    m = moved["V1"]
    assert m.level[0] == "reaches_threshold"
    assert m.level[1] in ("inconclusive", "evidence_against")
    assert m.missing[1] == ()
    assert m.posterior[0] < 0.01 < 0.99 < m.posterior[1]  # of being nobody on the list
    assert m.log10_glr == (one.log10_glr, None)
    more = update(before, incident(V6="11/12")).moved
    (new,) = (m for m in more if m.victim == "V6")
    assert (new.level[0], new.missing[0], new.posterior[0]) == (None, None, None)


def test_digests_see_what_arrays_and_nested_things_hold():
    one, two = even_markers(2), even_markers(2)
    assert digest(one) == digest(two)
    changed = replace(two[0], frequencies=two[0].frequencies + np.array([*[0.0] * 9, 1e-16]))
    assert digest(one) != digest((changed, two[1]))
    assert digest("a", "b") != digest("ab")
    assert digest(("a",), "b") != digest("a", ("b",))
    assert digest({"a": 1}) != digest({"a": 2})
