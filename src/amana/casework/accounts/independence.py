"""Who counts as independent in one case: people, never roles.

A person who holds several roles is one person.  Whoever typed in a paper that somebody else signed has not
signed it, and cannot stand beside it as the second signer: then one person would have made both signatures.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass

from amana.problems import InputProblem

Person = Hashable
"""Whatever identifies a person: the key of their account."""


@dataclass(frozen=True)
class Signature:
    """One signature.

    Attributes
    ----------
    person
        Who signs, or whose name is on the paper.
    capacity
        In which role; for the record alone, it never makes one person two.
    entered_by
        Who entered the paper; None for a signature given here.
    """

    person: Person
    capacity: str = ""
    entered_by: Person | None = None


def signers(signatures: Iterable[Signature]) -> frozenset[Person]:
    """Everybody who signed, each once."""
    return frozenset(s.person for s in signatures)


def entered_for(signatures: Iterable[Signature]) -> frozenset[Person]:
    """Whoever entered papers: not a signer by that."""
    return frozenset(s.entered_by for s in signatures if s.entered_by is not None)


def independent(signatures: Sequence[Signature]) -> frozenset[Person]:
    """Signers who count: each person once, and no paper that another signer, or its signer, entered.

    A paper that its own signer entered is a signature that could have been given here, where the account
    vouches for it; as a paper it proves less than it claims.
    """
    given_here = frozenset(s.person for s in signatures if s.entered_by is None)
    on_paper = {s for s in signatures if s.entered_by is not None}
    entering = entered_for(on_paper)
    # Somebody who entered another's paper and signed a paper of their own would vouch for two.
    sound = {s.person for s in on_paper if s.entered_by not in given_here and s.entered_by != s.person}
    return given_here | frozenset(p for p in sound if p not in entering)


def faults(
    signatures: Sequence[Signature],
    *,
    needed: int,
    preparers: Collection[Person] = (),
    chair: Person | None = None,
    examiners: Collection[Person] = (),
) -> list[InputProblem]:
    """What stands against these signatures, for one case.

    Parameters
    ----------
    needed
        How many independent people must have signed.
    preparers
        Who prepared what is signed: not all who count may be among them.
    chair, examiners
        Who chairs, and who examined: the chair is none of them.
    """
    found = []
    people = [s.person for s in signatures]
    if len(set(people)) < len(people):
        found.append(InputProblem("independence.signed-twice"))
    by_signer = {s.entered_by for s in signatures if s.entered_by is not None} & set(people)
    if by_signer:
        found.append(InputProblem("independence.paper-entered-by-signer"))
    counted = independent(signatures)
    if len(counted) < needed:
        params = {"needed": needed, "counted": len(counted)}
        found.append(InputProblem("independence.too-few", params=params))
    elif counted and counted <= set(preparers):
        found.append(InputProblem("independence.all-prepared"))
    if chair is not None and chair in examiners:
        found.append(InputProblem("independence.examiner-chairs"))
    return found
