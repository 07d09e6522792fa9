"""Writing families, their members, relatives and what these agreed to."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.audit.keyring import keyring
from amana.casework.audit.models import Subject
from amana.casework.audit.protection import remember, seal
from amana.casework.audit.writing import writing
from amana.casework.families.models import Consent, Family, Member, Relative
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.missing.models import MissingPerson
from amana.casework.numbers.services import FAMILY, RELATIVE, take
from amana.kinship.pedigree import Pedigree, Person
from amana.names import fold, fold_document_number, fold_phone
from amana.problems import InputProblem, InputProblems

PHONE, DOCUMENT = "phone", "document"
"""What a relative can be found by."""


@dataclass(frozen=True)
class NewMember:
    """A place to add to a family's tree.  Parents are labels of the same family, there or added too."""

    label: str
    sex: str = ""
    father: str = ""
    mother: str = ""
    missing: MissingPerson | None = None
    relative: Relative | None = None


def make_family(by: Any, *, reference: str = "") -> Family:
    """A family without members yet, of the person's office."""
    return make_families(by, [reference])[0]


def make_families(by: Any, references: Sequence[str]) -> list[Family]:
    """One family for each reference elsewhere, which may be empty.

    Raises
    ------
    InputProblems
        For a reference that is too long.
    """
    refuse(p for r in references for p in faults(Family(reference=r.strip())) if p.field == "reference")
    with writing(by, "families.family.made", may="families.record") as log:
        numbers = take(log, by.office, FAMILY, len(references)) if references else []
        families = [
            Family(office=by.office, number=n, reference=r.strip(), search=fold(f"{n} {r}"))
            for n, r in zip(numbers, references, strict=True)
        ]
        log.save_new(families)
    return families


def add_members(by: Any, family: Family, members: Sequence[NewMember]) -> list[Member]:
    """Add places to a family's tree, all or none.

    Raises
    ------
    InputProblems
        Where the tree would not be one: a label twice, an unknown parent, a father who is not male, somebody
        their own ancestor; where a person already stands in a tree, or their sex is another than the
        place's.  Marriages of relatives are no fault.
    """
    members = [
        dataclasses.replace(m, label=m.label.strip(), father=m.father.strip(), mother=m.mother.strip())
        for m in members
    ]
    with writing(by, "families.members.added", may="families.record", on=family) as log:
        family = Family.objects.select_for_update().get(pk=family.pk)
        there = {m.label: m for m in family.members.all()}
        problems = [p for m in members for p in _place_faults(m)]
        problems += _pedigree_faults([*_rows_of(there.values()), *map(_row_of_new, members)])
        problems += _placed_already(members)
        refuse(problems)
        _seen_by(by, members)
        added = {
            m.label: Member(family=family, label=m.label, sex=_sex(m), missing=m.missing, relative=m.relative)
            for m in members
        }
        places = {label: m.pk for label, m in (there | added).items()}
        for new in members:
            added[new.label].father_id = places[new.father] if new.father else None
            added[new.label].mother_id = places[new.mother] if new.mother else None
        log.save_new(list(added.values()))
    return list(added.values())


def change_member(by: Any, member: Member, reason: str, **fields: Any) -> Member:
    """Correct a place: ``sex``, ``father`` and ``mother`` (members or None), ``missing``, ``relative``."""
    refuse(reason_given(reason))
    with writing(
        by, "families.member.changed", may="families.record", on=member, reason=reason.strip()
    ) as log:
        Family.objects.select_for_update().get(pk=member.family_id)
        member = Member.objects.select_for_update().get(pk=member.pk)
        for field, value in fields.items():
            setattr(member, field, value)
        new = NewMember(member.label, member.sex, missing=member.missing, relative=member.relative)
        others = Member.objects.filter(family_id=member.family_id).exclude(pk=member.pk)
        labels = {m.pk: m.label for m in others} | {member.pk: member.label}
        rows = _rows_of(others, labels) + _rows_of([member], labels)
        problems = _place_faults(new) + _pedigree_faults(rows) + _placed_already([new], member)
        refuse(problems)
        _seen_by(by, [new])
        log.save(member)
    return member


def add_relative(by: Any, *, name: str, phone: str = "", document_number: str = "") -> Relative:
    """A living relative of the person's office, whose name, telephone and document are sealed.

    Raises
    ------
    InputProblems
        Without a name.
    """
    return add_relatives(by, [{"name": name, "phone": phone, "document_number": document_number}])[0]


def add_relatives(by: Any, rows: Sequence[Mapping[str, str]]) -> list[Relative]:
    """Many relatives, all or none."""
    problems = [
        InputProblem("families.needs-name", field="name", row=number if len(rows) > 1 else None)
        for number, row in enumerate(rows, 1)
        if not row.get("name", "").strip()
    ]
    refuse(problems)
    with writing(by, "families.relative.added", may="families.record") as log:
        subjects = [Subject(kind=Subject.Kind.RELATIVE) for _ in rows]
        log.save_new(subjects, "audit.subject.added")
        keys = keyring().of_all(s.pk for s in subjects)
        numbers = take(log, by.office, RELATIVE, len(rows)) if rows else []
        relatives = []
        for row, subject, number in zip(rows, subjects, numbers, strict=True):
            sealed = {
                field: keys[str(subject.pk)].seal.encrypt(row[field].strip().encode()).decode()
                for field in ("name", "phone", "document_number")
                if row.get(field, "").strip()
            }
            relatives.append(Relative(office=by.office, subject=subject, number=number, **sealed))
        log.save_new(relatives)
        for row, relative in zip(rows, relatives, strict=True):
            _remember(relative, row)
    return relatives


def change_relative(by: Any, relative: Relative, reason: str, **fields: str) -> Relative:
    """Correct sealed fields of a relative: ``name``, ``phone``, ``document_number``.

    A number that was corrected still finds the relative under its old form: families write from both.
    """
    problems = reason_given(reason)
    if "name" in fields and not fields["name"].strip():
        problems.append(InputProblem("families.needs-name", field="name"))
    refuse(problems)
    with writing(
        by, "families.relative.changed", may="families.record", on=relative, reason=reason.strip()
    ) as log:
        relative = Relative.objects.select_for_update().select_related("subject").get(pk=relative.pk)
        for field, value in fields.items():
            setattr(relative, field, seal(relative.subject, value.strip()))
        log.save(relative)
        _remember(relative, fields)
    return relative


def record_consent(
    by: Any, relative: Relative, recipients: Iterable[str], *, given_on: datetime.date | None = None
) -> list[Consent]:
    """What a relative agreed to, one consent for each class of recipients; those that stand are not repeated.

    Raises
    ------
    InputProblems
        For no or an unknown class of recipients, or a day still to come.
    """
    return record_consents(by, [(relative, tuple(recipients))], given_on=given_on)


def record_consents(
    by: Any, given: Sequence[tuple[Relative, Sequence[str]]], *, given_on: datetime.date | None = None
) -> list[Consent]:
    """Consents of many relatives, given on one day."""
    day = given_on or timezone.localdate()
    problems = []
    for _relative, recipients in given:
        if not recipients:
            problems.append(InputProblem("families.consent-to-nobody", field="recipients"))
        problems += [
            InputProblem("families.unknown-recipient", field="recipients", params={"value": r})
            for r in recipients
            if r not in Consent.Recipient.values
        ]
    if day > timezone.localdate():
        problems.append(
            InputProblem("families.consent-ahead", field="given_on", params={"date": day.isoformat()})
        )
    refuse(problems)
    for relative, _recipients in given:
        if not by.has_perm("families.record", relative):
            raise PermissionDenied("families.record")
    with writing(by, "families.consent.recorded", may="families.record") as log:
        standing = set(
            Consent.objects.filter(
                relative__in=[relative.pk for relative, _ in given], withdrawn_at=None
            ).values_list("relative_id", "recipient")
        )
        consents = [
            Consent(relative=relative, subject_id=relative.subject_id, recipient=r, given_on=day)
            for relative, recipients in given
            for r in dict.fromkeys(recipients)
            if (relative.pk, r) not in standing
        ]
        log.save_new(consents)
    return consents


def withdraw_consent(by: Any, consent: Consent, reason: str) -> Consent:
    """A relative no longer agrees.  Without consent to the laboratory no comparison uses their profiles.

    Raises
    ------
    InputProblems
        Without a reason, or where it was withdrawn before.
    """
    refuse(reason_given(reason))
    with writing(
        by, "families.consent.withdrawn", may="families.record", on=consent, reason=reason.strip()
    ) as log:
        consent = Consent.objects.select_for_update().select_related("relative").get(pk=consent.pk)
        if consent.withdrawn_at is not None:
            params = {"number": consent.relative.number}
            raise InputProblems([InputProblem("families.consent-withdrawn-before", params=params)])
        consent.withdrawn_at = timezone.now()
        log.save(consent)
    return consent


def _remember(relative: Relative, said: Mapping[str, str]) -> None:
    remember(relative.subject, relative, PHONE, [fold_phone(said.get("phone", ""))])
    remember(relative.subject, relative, DOCUMENT, [fold_document_number(said.get("document_number", ""))])


# --- what a tree must be ----------------------------------------------------------------------------


def _sex(member: NewMember) -> str:
    return member.sex or (member.missing.sex if member.missing else "")


def _row_of_new(member: NewMember) -> Person:
    return Person(member.label, member.father or None, member.mother or None, _sex(member) or None)  # type: ignore[arg-type]


def _rows_of(members: Iterable[Member], labels: Mapping[Any, str] | None = None) -> list[Person]:
    members = list(members)
    named = labels or {m.pk: m.label for m in members}
    return [
        Person(m.label, named.get(m.father_id), named.get(m.mother_id), m.sex or None)  # type: ignore[arg-type]
        for m in members
    ]


def _pedigree_faults(rows: Sequence[Person]) -> list[InputProblem]:
    try:
        Pedigree(rows)
    except InputProblems as found:
        return list(found.problems)
    return []


def _place_faults(member: NewMember) -> list[InputProblem]:
    params: dict[str, object] = {"person": member.label}
    if not member.label:
        return [InputProblem("families.needs-label", field="label")]
    problems = []
    problems += faults(Member(label=member.label, sex=member.sex))
    if member.missing is not None and member.relative is not None:
        problems.append(InputProblem("families.missing-and-relative", field="relative", params=params))
    if member.missing is not None and member.missing.sex and member.sex not in ("", member.missing.sex):
        problems.append(
            InputProblem(
                "families.sex-disagrees", field="sex", params={**params, "number": member.missing.number}
            )
        )
    return problems


def _placed_already(members: Sequence[NewMember], but: Member | None = None) -> list[InputProblem]:
    missing = [m.missing for m in members if m.missing is not None]
    relatives = [m.relative for m in members if m.relative is not None]
    problems = []
    for field, people in (("missing", missing), ("relative", relatives)):
        taken = Member.objects.filter(**{f"{field}__in": [p.pk for p in people]}).exclude(
            pk=but.pk if but else None
        )
        used = set(taken.values_list(f"{field}_id", flat=True))
        seen: set[Any] = set()
        for person in people:
            if person.pk in used or person.pk in seen:
                problems.append(
                    InputProblem("families.placed-already", field=field, params={"number": person.number})
                )
            seen.add(person.pk)
    return problems


def _seen_by(by: Any, members: Sequence[NewMember]) -> None:
    """Nobody puts into a tree whom they may not see."""
    missing = {m.missing.pk for m in members if m.missing is not None}
    relatives = {m.relative.pk for m in members if m.relative is not None}
    if missing and MissingPerson.objects.visible_to(by).filter(pk__in=missing).count() != len(missing):
        raise PermissionDenied("missing.view")
    if relatives and Relative.objects.visible_to(by).filter(pk__in=relatives).count() != len(relatives):
        raise PermissionDenied("families.view")
