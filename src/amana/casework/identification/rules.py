"""What signatures amount to: pure rules, by person and never by role."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from amana.casework.accounts.independence import Signature, faults
from amana.casework.identification.models import Candidate
from amana.problems import InputProblem

NEEDED = 2
"""Specialists who must agree, independently of each other."""
OPEN = (Candidate.State.GENERATED, Candidate.State.COMPARED)
"""States in which a comparison can be signed."""


def against_signing(
    given: Sequence[Signature], new: Signature, preparers: Collection[str]
) -> list[InputProblem]:
    """What stands against one more signature.

    Who prepared the comparison may sign it, but not together with another who prepared it: then nobody who
    came to it fresh would have looked.
    """
    found = faults([*given, new], needed=NEEDED, preparers=preparers)
    return [p for p in found if p.code != "independence.too-few"]


def state_after(
    agreeing: Sequence[Signature], disagreeing: Sequence[Signature], preparers: Collection[str]
) -> Candidate.State:
    """Where a comparison stands; a disagreement stops it."""
    if not agreeing and not disagreeing:
        return Candidate.State.GENERATED
    if disagreeing or faults(agreeing, needed=NEEDED, preparers=preparers):
        return Candidate.State.COMPARED
    return Candidate.State.REVIEWED
