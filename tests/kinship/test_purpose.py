"""What samples were given for is all that can be done with them."""

from __future__ import annotations

import numpy as np
import pytest

from amana.kinship import purpose
from amana.kinship.contamination import Handler, Typed, check_contamination
from amana.kinship.joint import identify
from amana.kinship.joint.case import Case, Family, Victim
from amana.kinship.lineage import LineageComparison
from amana.kinship.markers import Marker
from amana.kinship.panel import Panel
from amana.kinship.profiles import Profile, Role
from amana.kinship.purpose import Act, Scope, allowed, require
from amana.kinship.quality import check_families, groups_of
from amana.kinship.screening import Register, Remains, Screening
from amana.problems import InputProblems
from tests.kinship.examples import TRIO

MARKER = Marker("D", ("1", "2"), np.array([0.5, 0.5]))


def profile(role: Role | None = None, name: str = "s") -> Profile:
    return Profile(name, {"D": ("1", "2")}, role=role)


def family(role: Role | None = None) -> Family:
    return Family("F", TRIO, {"f": profile(role), "m": profile(role)}, ("c",))


def screening() -> object:
    panel = Panel([MARKER])
    return Screening(Remains.of([], panel), Register.of([family()], panel), panel)


def quality() -> object:
    panel = Panel([MARKER])
    return check_families(groups_of([family()], panel), panel)


def contamination() -> object:
    handlers = [Handler(profile(Role.ELIMINATION, "h"), "laboratory")]
    return check_contamination([Typed(profile(Role.REMAINS))], handlers, Panel([MARKER]))


def neighbours() -> object:
    calls = {f"D{i}": ("1", "2") for i in range(5)}
    markers = [Marker(name, ("1", "2"), np.array([0.5, 0.5])) for name in calls]
    pair = [Typed(Profile(s, calls, role=Role.RELATIVE), plate="P") for s in "ab"]
    return check_contamination(pair, [], Panel(markers))


def joint() -> object:
    return identify(Case("c", [MARKER], [Victim("V", profile())], [family()], {"V": ("c",)}))


COMPARISONS = {
    "screen": screening,
    "lineage": lambda: LineageComparison([]),
    "identify": joint,
    "check families": quality,
    "check contamination": contamination,
    "neighbours": neighbours,
}


@pytest.mark.parametrize("comparison", COMPARISONS.values(), ids=COMPARISONS)
def test_every_comparison_asks_first(comparison, monkeypatch):
    monkeypatch.setattr(purpose, "_ALLOWED", {})
    with pytest.raises(InputProblems) as refused:
        comparison()
    assert {p.code for p in refused.value.problems} == {"purpose.forbidden"}


@pytest.mark.parametrize("act", [Act.KINSHIP, Act.SAME_PERSON])
@pytest.mark.parametrize("first", [Role.RELATIVE, Role.ITEM])
@pytest.mark.parametrize("second", [Role.RELATIVE, Role.ITEM])
@pytest.mark.parametrize("scope", [Scope.ANY, Scope.SHARED])
def test_there_is_no_search_among_families(act, first, second, scope):
    with pytest.raises(InputProblems):
        require(act, first, second, scope)
    require(act, first, second, Scope.OWN_FAMILY)


@pytest.mark.parametrize("scope", Scope)
def test_a_handler_is_compared_for_contamination_alone(scope):
    for other in Role:
        for act in (Act.KINSHIP, Act.SAME_PERSON):
            assert not allowed(act, Role.ELIMINATION, other, scope)
    assert not allowed(Act.CONTAMINATION, Role.ELIMINATION, Role.ELIMINATION, scope)


def test_a_relative_and_remains_are_never_asked_to_be_one_person():
    for scope in Scope:
        assert not allowed(Act.SAME_PERSON, Role.REMAINS, Role.RELATIVE, scope)
        assert allowed(Act.CONTAMINATION, Role.REMAINS, Role.RELATIVE, scope) == (scope == Scope.SHARED)


@pytest.mark.parametrize(
    "place",
    [
        lambda panel: Remains.of([Victim("V", profile(Role.RELATIVE))], panel),
        lambda panel: Register.of([family(Role.REMAINS)], panel),
        lambda panel: groups_of([family(Role.ELIMINATION)], panel),
        lambda panel: check_contamination([], [Handler(profile(Role.RELATIVE), "g")], panel),
        lambda panel: identify(
            Case("c", [MARKER], [Victim("V", profile(Role.RELATIVE))], [family()], {"V": ("c",)})
        ),
    ],
    ids=["remains", "register", "families", "handlers", "case"],
)
def test_a_profile_stands_only_where_it_was_given_for(place):
    with pytest.raises(InputProblems) as refused:
        place(Panel([MARKER]))
    assert {p.code for p in refused.value.problems} == {"purpose.wrong-role"}
