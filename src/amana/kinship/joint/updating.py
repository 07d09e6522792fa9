"""A case that changed: what that reaches is computed again, and every conclusion that moved is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amana.kinship.joint.case import Case
from amana.kinship.joint.identify import BEST_ASSIGNMENTS, identify
from amana.kinship.joint.memory import Memory
from amana.kinship.joint.result import NONE, Conclusion, Identification, Level, Settings

ROUNDING = 1e-9
"""Differences of a posterior or of a log10 ratio up to that are rounding, not a move."""


@dataclass(frozen=True)
class Solved:
    """An identification together with what is needed to update it."""

    case: Case
    settings: Settings
    result: Identification
    memory: Memory
    best: int = BEST_ASSIGNMENTS


@dataclass(frozen=True)
class Moved:
    """A conclusion that is not what it was.

    ``level`` and ``missing`` hold what was and what is; None where the victim was not in the case or is not
    any more.  ``posterior``: of what the *later* conclusion says (of ``none`` if nobody), before and now;
    ``log10_glr`` of the two conclusions.
    """

    victim: str
    level: tuple[Level | None, Level | None]
    missing: tuple[tuple[str, ...] | None, tuple[str, ...] | None]
    posterior: tuple[float | None, float | None]
    log10_glr: tuple[float | None, float | None]


@dataclass(frozen=True)
class Updated:
    """The new identification, which conclusions moved, and how much was computed again.

    ``reused`` and ``made``: results of each kind (``table``, ``component``, ``quality``, ``against``,
    ``weighing``) that were found again and that were computed.
    """

    solved: Solved
    moved: Sequence[Moved]
    reused: Mapping[str, int]
    made: Mapping[str, int]


def solve(case: Case, settings: Settings | None = None, *, best: int = BEST_ASSIGNMENTS) -> Solved:
    """As :func:`amana.kinship.joint.identify`, keeping what an update needs."""
    settings = settings or Settings()
    memory = Memory()
    return Solved(case, settings, identify(case, settings, best=best, memory=memory), memory, best)


def update(previous: Solved, case: Case) -> Updated:
    """The identification of a case that differs from an earlier one.

    Tables are kept row by row: only ways that have a changed victim in them are computed again.  Components
    whose tables and prior are what they were are kept as they are.

    Raises
    ------
    InputProblems
        As :func:`amana.kinship.joint.identify`.
    """
    memory = Memory(previous.memory)
    result = identify(case, previous.settings, best=previous.best, memory=memory)
    memory.forget_before()
    solved = Solved(case, previous.settings, result, memory, previous.best)
    return Updated(solved, moved(previous.result, result), memory.reused, memory.made)


def moved(before: Identification, after: Identification) -> list[Moved]:
    """Conclusions that are not what they were, in the order of victims; those that left come last."""
    old = {c.victim: c for c in before.conclusions}
    new = {c.victim: c for c in after.conclusions}
    found = [_compared(v, old.get(v), c, before, after) for v, c in new.items()]
    found += [_compared(v, c, None, before, after) for v, c in old.items() if v not in new]
    return [m for m in found if m is not None]


def _compared(
    victim: str,
    old: Conclusion | None,
    new: Conclusion | None,
    before: Identification,
    after: Identification,
) -> Moved | None:
    said = new or old
    assert said is not None
    posterior = (
        None if old is None else _posterior(before, old, said),
        None if new is None else _posterior(after, new, said),
    )
    glr = (None if old is None else old.log10_glr, None if new is None else new.log10_glr)
    if old is not None and new is not None:
        same = old.level == new.level and set(old.missing) == set(new.missing) and old.group == new.group
        if same and _near(*posterior) and _near(*glr):
            return None
    return Moved(
        victim,
        (None if old is None else old.level, None if new is None else new.level),
        (None if old is None else tuple(old.missing), None if new is None else tuple(new.missing)),
        posterior,
        glr,
    )


def _posterior(result: Identification, own: Conclusion, said: Conclusion) -> float:
    """Posterior of what is said of a victim, in one of the two results."""
    if own.missing == said.missing and own.group == said.group:
        return own.posterior
    row = result.posterior[own.victim]
    return sum(row.get(m, 0.0) for m in said.missing or (NONE,))


def _near(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return a == b or abs(a - b) <= ROUNDING
