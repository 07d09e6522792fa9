"""Which profiles may be compared with which, and how: the limits of purpose, in one place.

People give a sample so that somebody they miss is found.  So a relative's profile is compared with remains
and within the family it was given for, and with nothing else.  There is no police database here, no search
among families, and nothing is read of how somebody looks.  Every comparison asks :func:`require` first; what
stands in no line of :data:`_ALLOWED` is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from amana.kinship.profiles import Profile, Role
from amana.problems import InputProblem, InputProblems


class Act(StrEnum):
    """What a comparison asks."""

    KINSHIP = "kinship"
    SAME_PERSON = "same-person"
    CONTAMINATION = "contamination"


class Scope(StrEnum):
    """What the two samples have in common besides."""

    ANY = "any"
    """Nothing in particular."""
    SHARED = "shared"
    """A plate, a batch or a bag."""
    OWN_FAMILY = "own-family"
    """The declared family."""


_REFERENCES = (Role.RELATIVE, Role.ITEM)
_SAMPLES = (Role.REMAINS, *_REFERENCES)


def _pairs(first: Iterable[Role], second: Iterable[Role]) -> frozenset[frozenset[Role]]:
    others = tuple(second)
    return frozenset(frozenset((a, b)) for a in first for b in others)


_WITH_REMAINS = _pairs([Role.REMAINS], _SAMPLES)
_IN_A_FAMILY = _pairs(_REFERENCES, _REFERENCES)
_ALLOWED: dict[tuple[Act, Scope], frozenset[frozenset[Role]]] = {
    (Act.KINSHIP, Scope.ANY): _WITH_REMAINS,
    (Act.KINSHIP, Scope.OWN_FAMILY): _WITH_REMAINS | _IN_A_FAMILY,
    # Remains and a living relative are never the same person, other than by contamination.
    (Act.SAME_PERSON, Scope.ANY): _pairs([Role.REMAINS], [Role.REMAINS, Role.ITEM]),
    (Act.SAME_PERSON, Scope.OWN_FAMILY): _pairs([Role.REMAINS], [Role.REMAINS, Role.ITEM]) | _IN_A_FAMILY,
    (Act.CONTAMINATION, Scope.ANY): _pairs([Role.ELIMINATION], [*_SAMPLES, Role.BLANK]),
    # Neighbours on a plate are a control of the laboratory's own work: the same person or not, no kinship.
    (Act.CONTAMINATION, Scope.SHARED): _pairs([*_SAMPLES, Role.BLANK], [*_SAMPLES, Role.BLANK]),
}


def allowed(act: Act, first: Role, second: Role, scope: Scope = Scope.ANY) -> bool:
    """Whether two profiles of these roles may be compared so."""
    return frozenset((first, second)) in _ALLOWED.get((act, scope), frozenset())


def require(act: Act, first: Role, second: Role, scope: Scope = Scope.ANY) -> None:
    """Refuse a comparison that the samples were not given for.

    Raises
    ------
    InputProblems
        ``purpose.forbidden``.
    """
    if not allowed(act, first, second, scope):
        params = {"act": str(act), "first": str(first), "second": str(second), "scope": str(scope)}
        raise InputProblems([InputProblem("purpose.forbidden", params=params)])


def require_role(role: Role, profiles: Iterable[Profile]) -> None:
    """Refuse profiles that say they are something else than what they are put in for.

    A relative's profile among the remains, say, would make a screening a search among families.

    Raises
    ------
    InputProblems
        ``purpose.wrong-role`` for each such profile.  One that says nothing is taken as what its place says.
    """
    wrong = [
        InputProblem(
            "purpose.wrong-role",
            params={"sample": p.sample, "role": str(p.role), "wanted": str(role)},
        )
        for p in profiles
        if p.role is not None and p.role != role
    ]
    if wrong:
        raise InputProblems(wrong)
