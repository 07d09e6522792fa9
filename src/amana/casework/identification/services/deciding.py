"""What follows from signatures: proposing to the board, or excluding with reasons.  The board decides."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from amana.casework.audit.writing import writing
from amana.casework.identification import outcome
from amana.casework.identification.inputs import changes_since
from amana.casework.identification.models import Candidate, Conclusion
from amana.casework.identification.services.signing import PROPOSE, SIGN, locked, settle
from amana.problems import InputProblem, InputProblems

State = Candidate.State


def in_doubt(conclusion: Conclusion) -> bool:
    """Whether the laboratory has something to clear up before the board sees this comparison."""
    return any(f["code"] in outcome.DOUBTS for f in conclusion.laboratory.get("findings", ()))


def before_the_board(candidate: Candidate) -> list[InputProblem]:
    """What still stands between a comparison and the board."""
    found = []
    if candidate.state != State.REVIEWED:
        found.append(InputProblem("candidate.not-reviewed", params={"candidate": candidate.number}))
    if in_doubt(candidate.conclusion):
        found.append(InputProblem("candidate.laboratory-not-finished"))
    if changes_since(candidate.conclusion.run):
        found.append(InputProblem("candidate.inputs-changed"))
    return found


def propose(by: Any, candidate: Candidate) -> Candidate:
    """Put a comparison that two independent specialists signed before the board.

    Raises
    ------
    InputProblems
        With everything that is missing.
    """
    with writing(by, "identification.candidate.proposed", may=PROPOSE, on=candidate) as log:
        candidate = locked(candidate)
        problems = before_the_board(candidate)
        if problems:
            raise InputProblems(problems)
        candidate.state, candidate.changed_at = State.PROPOSED, timezone.now()
        log.save(candidate)
    return candidate


def exclude(by: Any, candidate: Candidate, ground: str, reason: str) -> Candidate:
    """Exclude that the unit belongs to the person, on a ground and with a reason that stay readable."""
    problems = []
    if ground not in Candidate.Ground.values:
        problems.append(InputProblem("record.needs", field="ground"))
    if not reason.strip():
        problems.append(InputProblem("record.needs-reason", field="reason"))
    if problems:
        raise InputProblems(problems)
    with writing(
        by, "identification.candidate.excluded", may=SIGN, on=candidate, reason=reason.strip()
    ) as log:
        candidate = locked(candidate)
        if candidate.state == State.EXCLUDED:
            raise InputProblems([InputProblem("candidate.not-open", params={"candidate": candidate.number})])
        candidate.state, candidate.ground, candidate.reason = State.EXCLUDED, ground, reason.strip()
        candidate.changed_at = timezone.now()
        log.save(candidate)
    return candidate


def take_back_exclusion(by: Any, candidate: Candidate, reason: str) -> Candidate:
    """Open an excluded candidate again; signatures that stand count as they did."""
    if not reason.strip():
        raise InputProblems([InputProblem("record.needs-reason", field="reason")])
    with writing(
        by, "identification.candidate.exclusion-taken-back", may=SIGN, on=candidate, reason=reason.strip()
    ) as log:
        candidate = locked(candidate)
        if candidate.state != State.EXCLUDED:
            raise InputProblems(
                [InputProblem("candidate.not-excluded", params={"candidate": candidate.number})]
            )
        settle(log, candidate)
    return candidate
