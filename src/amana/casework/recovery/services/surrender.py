"""Taking in remains that others lifted: without fear, without a name if they wish, with a graded origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.accounts.models import today
from amana.casework.audit.models import Subject
from amana.casework.audit.protection import seal
from amana.casework.audit.writing import Log, writing
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.incidents.models import Incident
from amana.casework.numbers.services import SURRENDER, take
from amana.casework.recovery.gate import CLOCKS
from amana.casework.recovery.models import Surrender
from amana.casework.recovery.provenance import grade
from amana.casework.sites.models import Spot
from amana.problems import InputProblem

RECORD = "recovery.record"
ANSWERS = ("pictures", "position", "shown", "described", "mixed")
CHANGEABLE = ("capacity", "lifted_on", "spot", *ANSWERS)
LONGEST = 10_000
_AT_ONCE = 500


@dataclass(frozen=True)
class NewSurrender:
    """What is said at a hand-over.  ``person`` and ``account`` are sealed, and both may be empty."""

    capacity: str
    person: str = ""
    account: str = ""
    lifted_on: date | None = None
    spot: Spot | None = None
    pictures: bool = False
    position: bool = False
    shown: bool = False
    described: bool = False
    mixed: bool = False
    received_at: datetime | None = None


def take_surrender(by: Any, incident: Incident, **fields: Any) -> Surrender:
    """Record one hand-over; the fields are those of :class:`NewSurrender`."""
    return _taken(by, incident, [NewSurrender(**fields)], numbered=False)[0]


def take_surrenders(by: Any, incident: Incident, rows: Sequence[NewSurrender]) -> list[Surrender]:
    """Record many, all or none: the same rules and entries as one by one, with few statements.

    Raises
    ------
    InputProblems
        With every fault of every row, counted from 1.
    """
    return _taken(by, incident, rows, numbered=True)


def _taken(by: Any, incident: Incident, rows: Sequence[NewSurrender], *, numbered: bool) -> list[Surrender]:
    if not Incident.objects.visible_to(by).filter(pk=incident.pk).exists():
        raise PermissionDenied("incidents.view")
    with writing(by, "recovery.surrender.recorded", may=RECORD) as log:
        here = _spots_here(by, incident.pk, [r.spot for r in rows if r.spot])
        made, problems = [], []
        for i, new in enumerate(rows, 1):
            surrender = Surrender(
                office=by.office, incident=incident, capacity=new.capacity, lifted_on=new.lifted_on,
                spot=new.spot, received_at=new.received_at or timezone.now(), by=by,
                **{name: getattr(new, name) for name in ANSWERS},
            )  # fmt: skip
            surrender.grade = _grade(surrender)
            wrong = [*_faults(surrender, here), *_texts(new.person, new.account)]
            problems += [replace(p, row=i if numbered else None) for p in wrong]
            made.append(surrender)
        refuse(problems)
        _number(log, by, made)
        for new, surrender in zip(rows, made, strict=True):
            surrender.person = seal(surrender.subject, new.person.strip())
            surrender.account = seal(surrender.subject, new.account.strip())
        log.save_new(made)
    return made


def _number(log: Log, by: Any, made: Sequence[Surrender]) -> None:
    subjects = [Subject(kind=Subject.Kind.REPORTER) for _ in made]
    log.save_new(subjects, "audit.subject.added")
    numbers = take(log, by.office, SURRENDER, len(made))
    for surrender, subject, number in zip(made, subjects, numbers, strict=True):
        surrender.subject, surrender.number = subject, number


def change_surrender(
    by: Any, surrender: Surrender, reason: str, *, seen: int | None = None, **fields: Any
) -> Surrender:
    """Correct the answers, or add what was said later; the grade follows anew.

    ``person`` and ``account`` replace what was sealed before, where they are given and not empty.
    """
    with writing(by, "recovery.surrender.changed", may=RECORD, on=surrender, reason=reason.strip()) as log:
        found = Surrender.objects.select_for_update(of=("self",)).select_related("subject", "incident")
        surrender = found.get(pk=surrender.pk)
        for name in CHANGEABLE:
            if name in fields:
                setattr(surrender, name, fields[name])
        surrender.grade = _grade(surrender)
        problems = reason_given(reason)
        if seen is not None and seen != surrender.revision:
            params = {"surrender": surrender.number}
            problems.append(InputProblem("recovery.surrender-changed-meanwhile", params=params))
        if surrender.subject.erased_at is not None:
            problems.append(InputProblem("protected.erased"))
        here = _spots_here(by, surrender.incident_id, [surrender.spot] if surrender.spot else [])
        texts = {name: fields.get(name, "").strip() for name in ("person", "account")}
        refuse([*problems, *_faults(surrender, here), *_texts(**texts)])
        for name, text in texts.items():
            if text:
                setattr(surrender, name, seal(surrender.subject, text))
        surrender.revision += 1
        log.save(surrender)
    return surrender


def _grade(surrender: Surrender) -> str:
    return grade(**{name: bool(getattr(surrender, name)) for name in ANSWERS}).value


def _spots_here(by: Any, incident: Any, spots: Sequence[Spot]) -> set[Any]:
    keys = sorted({s.pk for s in spots})
    found: set[Any] = set()
    for start in range(0, len(keys), _AT_ONCE):
        part = Spot.objects.visible_to(by).filter(pk__in=keys[start : start + _AT_ONCE])
        found.update(part.filter(site__incident=incident).values_list("pk", flat=True))
    return found


def _faults(surrender: Surrender, here: set[Any]) -> list[InputProblem]:
    found = [p for p in faults(surrender) if p.field != "number"]
    if surrender.spot_id and surrender.spot_id not in here:
        found.append(InputProblem("recovery.spot-elsewhere", field="spot"))
    if surrender.lifted_on is not None and surrender.lifted_on > today():
        found.append(InputProblem("recovery.time-in-future", field="lifted_on"))
    if surrender.received_at is not None and surrender.received_at > timezone.now() + CLOCKS:
        found.append(InputProblem("recovery.time-in-future", field="received_at"))
    return found


def _texts(person: str, account: str) -> list[InputProblem]:
    """What no form would keep; the texts themselves go into no message."""
    found = []
    for name, text in (("person", person), ("account", account)):
        if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
            found.append(InputProblem("record.unreadable-text", field=name))
        elif len(text) > LONGEST:
            params = {"length": len(text), "most": LONGEST}
            found.append(InputProblem("record.too-long", field=name, params=params))
    return found
