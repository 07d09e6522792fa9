"""How a result compares with the truth that only a simulation knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from amana.kinship.joint.result import Conclusion, Identification, Level
from amana.problems import InputProblem, InputProblems

Outcome = Literal["right", "wrong", "undetermined"]


@dataclass(frozen=True)
class VictimScore:
    """One victim: who it is, what the result says.

    Attributes
    ----------
    truth
        The missing person it is; None for nobody listed.
    best
        The missing person or persons named by the conclusion.
    outcome
        ``right``: support for a set of persons that contains the truth, or no support for anybody where the
        truth is nobody listed.  ``wrong``: support for somebody else, or evidence against the truth.
        ``undetermined``: no support for anybody, though the person is listed.
    order_unknown
        The set holds several persons who cannot be told apart.
    against_truth
        The result calls DNA evidence against the right person.
    """

    victim: str
    truth: str | None
    best: tuple[str, ...]
    level: Level
    outcome: Outcome
    order_unknown: bool = False
    against_truth: bool = False


@dataclass(frozen=True)
class Score:
    """Counts over all victims, and each victim.

    ``at_threshold`` and ``supported`` count right results at each of the two levels, ``missed`` listed
    persons for whom nothing was said, ``false_at_threshold`` and ``false_supported`` wrong ones at each
    level, ``false_against`` right persons argued against, ``nobody_left`` of ``nobody_listed`` victims that
    belong to nobody listed and were rightly given to nobody.
    """

    victims: tuple[VictimScore, ...]
    at_threshold: int
    supported: int
    missed: int
    false_at_threshold: int
    false_supported: int
    false_against: int
    nobody_listed: int
    nobody_left: int

    def as_dict(self) -> dict[str, object]:
        """For ``--json`` and tables."""
        counts = {name: value for name, value in vars(self).items() if name != "victims"}
        return counts | {"victims": [vars(v) | {"best": list(v.best)} for v in self.victims]}


def score(truth: Mapping[str, str | None], result: Identification) -> Score:
    """Compare a result with the truth.

    Parameters
    ----------
    truth
        Every victim to the missing person it is, or None.

    Raises
    ------
    InputProblems
        Where a victim of the one is absent from the other, or a victim has two conclusions.
    """
    concluded = [c.victim for c in result.conclusions]
    problems = [
        InputProblem("score.victim-without-truth", params={"victim": v}) for v in concluded if v not in truth
    ]
    problems += [
        InputProblem("score.victim-without-conclusion", params={"victim": v})
        for v in truth
        if v not in concluded
    ]
    problems += [
        InputProblem("score.victim-twice", params={"victim": v})
        for v in dict.fromkeys(concluded)
        if concluded.count(v) > 1
    ]
    if problems:
        raise InputProblems(problems)
    victims = tuple(_score_one(truth[c.victim], c) for c in result.conclusions)

    def count(outcome: Outcome, level: Level | None = None) -> int:
        return sum(v.outcome == outcome and v.truth is not None and level in (None, v.level) for v in victims)

    def false(level: Level) -> int:
        return sum(v.level == level and v.outcome == "wrong" for v in victims)

    nobody = [v for v in victims if v.truth is None]
    return Score(
        victims=victims,
        at_threshold=count("right", "reaches_threshold"),
        supported=count("right", "supports"),
        missed=count("undetermined"),
        false_at_threshold=false("reaches_threshold"),
        false_supported=false("supports"),
        false_against=sum(v.against_truth for v in victims),
        nobody_listed=len(nobody),
        nobody_left=sum(v.outcome == "right" for v in nobody),
    )


def _score_one(truth: str | None, conclusion: Conclusion) -> VictimScore:
    named = conclusion.level in ("reaches_threshold", "supports")
    against = truth is not None and truth in conclusion.against
    outcome: Outcome
    if truth is None:
        outcome = "wrong" if named else "right"
    elif named:
        outcome = "right" if truth in conclusion.missing else "wrong"
    else:
        outcome = "wrong" if against else "undetermined"
    return VictimScore(
        victim=conclusion.victim,
        truth=truth,
        best=tuple(conclusion.missing),
        level=conclusion.level,
        outcome=outcome,
        order_unknown=named and len(conclusion.missing) > 1,
        against_truth=against,
    )
