"""Reading families: trees, consents, and who is found by a number."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from amana.casework.audit.models import Entry
from amana.casework.audit.protection import found_by
from amana.casework.audit.writing import writing
from amana.casework.families.models import Consent, Family, Member, Relative
from amana.casework.families.services import DOCUMENT, PHONE
from amana.casework.missing.models import MissingPerson
from amana.kinship.pedigree import Pedigree, Person
from amana.names import fold_document_number, fold_phone
from amana.problems import InputProblem, InputProblems

LOOKED_UP = "families.relative.looked-up"
LOOKUPS_AN_HOUR = 30
"""Enough for a day of telephone calls, too few to try numbers one by one."""


def consenting(relatives: Iterable[Any], recipient: str) -> set[Any]:
    """Which of these relatives (identifiers) agree today that the recipient uses their data."""
    standing = Consent.objects.filter(relative__in=list(relatives), recipient=recipient, withdrawn_at=None)
    return set(standing.values_list("relative_id", flat=True))


def consent_of(outer: str, recipient: str) -> Exists:
    """For a filter: the relative whose identifier stands in `outer` agrees today."""
    return Exists(Consent.objects.filter(relative=OuterRef(outer), recipient=recipient, withdrawn_at=None))


def with_members(families: QuerySet[Family]) -> QuerySet[Family]:
    """The same families, their members read with as few statements whatever their number."""
    members = Member.objects.select_related("missing", "relative").order_by("label")
    return families.prefetch_related(Prefetch("members", queryset=members))


@dataclass(frozen=True)
class Tree:
    """A family's pedigree by identifiers that people know: numbers, and labels where there is none."""

    family: Family
    members: tuple[Member, ...]
    pedigree: Pedigree
    ids: dict[Any, str]
    """Member to identifier."""

    @property
    def sought(self) -> tuple[str, ...]:
        """Who is still looked for."""
        return tuple(self.ids[m.pk] for m in self.members if m.missing is not None and is_sought(m.missing))


def is_sought(person: MissingPerson) -> bool:
    """Whether a comparison may name the person: not who was found alive, nor a second record of somebody."""
    return person.state not in (MissingPerson.State.LOCATED_ALIVE, MissingPerson.State.DUPLICATE)


def tree_of(family: Family) -> Tree:
    """The tree of a family that was read by :func:`with_members`."""
    members = tuple(family.members.all())
    ids = {m.pk: identifier(family, m) for m in members}
    pedigree = Pedigree(
        Person(ids[m.pk], ids.get(m.father_id), ids.get(m.mother_id), m.sex or None)  # type: ignore[arg-type]
        for m in members
    )
    return Tree(family, members, pedigree, ids)


def identifier(family: Family, member: Member) -> str:
    """The number of whoever stands in a place; of somebody who has none, the label behind the family's."""
    if member.missing is not None:
        return member.missing.number
    if member.relative is not None:
        return member.relative.number
    return f"{family.number} {member.label}"


def find_by_phone(by: Any, phone: str) -> list[Relative]:
    """Relatives with this telephone number, of those whom the person may see."""
    return _find(by, PHONE, "phone", fold_phone(phone))


def find_by_document(by: Any, number: str) -> list[Relative]:
    """Relatives with this document number, of those whom the person may see."""
    return _find(by, DOCUMENT, "document_number", fold_document_number(number))


def _find(by: Any, purpose: str, field: str, folded: str) -> list[Relative]:
    """Look a number up.  Every look-up is an entry, and too many in an hour are refused."""
    if not folded:
        raise InputProblems([InputProblem("families.no-number", field=field)])
    with writing(by, LOOKED_UP, may="families.record") as log:
        hour = timezone.now() - datetime.timedelta(hours=1)
        made = Entry.objects.filter(actor=log.actor.id, action=LOOKED_UP, at__gte=hour).count()
        if made >= LOOKUPS_AN_HOUR:
            params = {"most": LOOKUPS_AN_HOUR}
            raise InputProblems([InputProblem("families.too-many-lookups", field=field, params=params)])
        keys = [key for kind, key in found_by(purpose, folded) if kind == Relative.log_name()]
        found = list(Relative.objects.visible_to(by).filter(pk__in=keys).select_related("place__family"))
        log.note("families.lookup", purpose, {"found": len(found)})
    return found


def by_number(user: Any, model: Any, field: str, number: str) -> Any:
    """The record with a number that somebody typed, of those that they may see; None for an empty text.

    Raises
    ------
    InputProblems
        Where they see none.
    """
    number = number.strip()
    if not number:
        return None
    rows = model.objects.visible_to(user)
    found = rows.filter(number__iexact=number).first() if number.isprintable() else None
    if found is None:
        raise InputProblems([InputProblem("record.no-such-number", field=field, params={"given": number})])
    return found
