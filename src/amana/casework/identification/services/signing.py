"""Specialists answer for a comparison: here, or on paper that another person enters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.accounts.independence import Signature as Given
from amana.casework.audit.writing import Log, writing
from amana.casework.identification import rules
from amana.casework.identification.models import Candidate, Signature
from amana.names import fold
from amana.problems import InputProblem, InputProblems

SIGN, PROPOSE = "identification.sign", "identification.propose"
State = Candidate.State


def sign_comparison(
    by: Any, candidate: Candidate, finding: str, words: str = "", *, seen: Any = None
) -> Signature:
    """Sign a comparison as the specialist who is signed in.

    Parameters
    ----------
    seen
        Identifier of the conclusion that the person has before them: a run may have changed it meanwhile.

    Raises
    ------
    InputProblems
        Where the comparison is not open, changed meanwhile, or the person does not count as independent.
    """
    with writing(by, "identification.comparison.signed", may=SIGN, on=candidate) as log:
        candidate = locked(candidate)
        new = Signature(
            candidate=candidate, conclusion=candidate.conclusion, person=by, how=Signature.How.HERE,
            finding=finding, words=words.strip(), entered_by=by,
        )  # fmt: skip
        _take(log, candidate, new, seen)
    return new


def sign_on_paper(
    by: Any,
    candidate: Candidate,
    finding: str,
    *,
    paper_sha256: str,
    specialist: Any = None,
    external_name: str = "",
    external_post: str = "",
    words: str = "",
    seen: Any = None,
) -> Signature:
    """Enter a specialist's signed paper.  Both names stand; who enters it has signed nothing.

    Parameters
    ----------
    specialist
        The account of who signed, who may belong to another office; or
    external_name, external_post
        name, and post with institution, of a specialist without an account.
    paper_sha256
        Of the scan, in hex.
    """
    may = PROPOSE if PROPOSE in by.granted else SIGN
    with writing(by, "identification.comparison.signed-on-paper", may=may, on=candidate) as log:
        candidate = locked(candidate)
        problems = _paper_faults(specialist, external_name, external_post, paper_sha256)
        if problems:
            raise InputProblems(problems)
        new = Signature(
            candidate=candidate, conclusion=candidate.conclusion, person=specialist,
            external_name="" if specialist else external_name.strip(),
            external_post="" if specialist else external_post.strip(), how=Signature.How.PAPER,
            finding=finding, words=words.strip(), paper_sha256=paper_sha256.strip().lower(), entered_by=by,
        )  # fmt: skip
        _take(log, candidate, new, seen)
    return new


def withdraw_signature(by: Any, signature: Signature, reason: str) -> Signature:
    """Take one's own signature back, before the comparison is proposed; it stays on record as withdrawn."""
    if not reason.strip():
        raise InputProblems([InputProblem("record.needs-reason", field="reason")])
    if by.pk not in (signature.person_id, signature.entered_by_id):
        raise PermissionDenied(SIGN)
    may = SIGN if signature.person_id == by.pk else None
    with writing(
        by, "identification.signature.withdrawn", may=may, on=signature, reason=reason.strip()
    ) as log:
        candidate = locked(signature.candidate)
        signature = Signature.objects.select_for_update().get(pk=signature.pk)
        current = signature.conclusion_id == candidate.conclusion_id
        if candidate.state not in (*rules.OPEN, State.REVIEWED) or not current:
            raise InputProblems([_not_open(candidate)])
        if signature.withdrawn_at is None:
            signature.withdrawn_at = timezone.now()
            log.save(signature)
            settle(log, candidate)
    return signature


def locked(candidate: Candidate) -> Candidate:
    """The candidate under its lock."""
    related = ("conclusion__run__asked_by", "unit", "missing", "office")
    return Candidate.objects.select_for_update(of=("self",)).select_related(*related).get(pk=candidate.pk)


def standing(candidate: Candidate) -> list[Signature]:
    """Signatures under the present conclusion that nobody took back."""
    return list(
        candidate.signatures.filter(conclusion=candidate.conclusion_id, withdrawn_at=None).select_related(
            "person", "entered_by"
        )
    )


def given(candidate: Candidate, signatures: Iterable[Signature]) -> list[Given]:
    """Signatures by the people who made them.

    A name on paper that is the name of somebody in the same case counts as that person: otherwise one person
    could stand under two names.
    """
    signatures = list(signatures)
    people = [s.person for s in signatures] + [s.entered_by for s in signatures]
    by_name: dict[str, str] = {}
    # Where two have one name, whoever signed comes first: what is doubtful counts less, never more.
    for p in [q for q in people if q is not None] + [candidate.conclusion.run.asked_by]:
        for name in (p.name_en, p.name_ar):
            by_name.setdefault(fold(name), str(p.pk))
    return [
        Given(
            str(s.person_id)
            if s.person_id
            else by_name.get(fold(s.external_name), f"name:{fold(s.external_name)}"),
            entered_by=str(s.entered_by_id) if s.how == Signature.How.PAPER else None,
        )
        for s in signatures
    ]


def preparers(candidate: Candidate) -> set[str]:
    """Who prepared the comparison: whoever fixed the settings and asked for the run."""
    return {str(candidate.conclusion.run.asked_by_id)}


def settle(log: Log, candidate: Candidate) -> None:
    """Put a candidate into the state that its signatures amount to."""
    there = standing(candidate)
    agreeing = [s for s in there if s.finding == Signature.Finding.AGREES]
    disagreeing = [s for s in there if s.finding == Signature.Finding.DISAGREES]
    state = rules.state_after(given(candidate, agreeing), given(candidate, disagreeing), preparers(candidate))
    if state != candidate.state or candidate.reason:
        candidate.state, candidate.ground, candidate.reason = state, "", ""
        candidate.changed_at = timezone.now()
        log.save(candidate, f"identification.candidate.{state}")


def _take(log: Log, candidate: Candidate, new: Signature, seen: Any) -> None:
    problems = []
    if candidate.state not in (*rules.OPEN, State.REVIEWED):
        problems.append(_not_open(candidate))
    if seen is not None and str(seen) != str(candidate.conclusion_id):
        problems.append(InputProblem("candidate.changed-meanwhile"))
    if new.finding not in Signature.Finding.values:
        problems.append(InputProblem("candidate.needs-finding", field="finding"))
    if new.finding == Signature.Finding.DISAGREES and not new.words:
        problems.append(InputProblem("candidate.disagreement-needs-words", field="words"))
    there = standing(candidate)
    *before, mine = given(candidate, [*there, new])
    problems += rules.against_signing(before, mine, preparers(candidate))
    if problems:
        raise InputProblems(problems)
    log.save(new)
    settle(log, candidate)


def _not_open(candidate: Candidate) -> InputProblem:
    return InputProblem("candidate.not-open", params={"candidate": candidate.number})


def _paper_faults(specialist: Any, name: str, post: str, digest: str) -> list[InputProblem]:
    found = []
    if not re.fullmatch(r"[0-9a-fA-F]{64}", digest.strip()):
        found.append(InputProblem("candidate.needs-scan", field="paper_sha256"))
    if specialist is not None and name.strip():
        found.append(InputProblem("candidate.account-or-name", field="external_name"))
    elif specialist is not None:
        if SIGN not in specialist.granted:
            found.append(InputProblem("candidate.not-a-specialist", field="specialist"))
    else:
        found += [
            InputProblem("record.needs", field=field)
            for field, value in (("external_name", name), ("external_post", post))
            if not value.strip()
        ]
    return found
