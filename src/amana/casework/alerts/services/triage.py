"""What the desk does with an alert: acknowledge, triage, assign, refer, link, close, open again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.accounts.models import User
from amana.casework.alerts import rules
from amana.casework.alerts.models import Addition, Alert
from amana.casework.alerts.services import likeness
from amana.casework.alerts.services.acts import acting, become, names_of, prepare, save
from amana.casework.audit.writing import writing
from amana.casework.incidents.checks import faults, refuse
from amana.problems import InputProblem

RECORD, TRIAGE = "alerts.record", "alerts.triage"
State = Alert.State


@dataclass(frozen=True)
class Triage:
    """What a duty officer makes of an alert."""

    priority: str
    danger_to_life: bool = False
    tampering_risk: bool = False
    weather_risk: bool = False
    witness_risk: bool = False
    find_age: str = Alert.Age.UNKNOWN


_TRIAGED = tuple(asdict(Triage("")))


def acknowledge(
    by: Any, alert: Alert, summary: str, *, seen: int | None = None, compare: bool = True
) -> Alert:
    """Say that somebody read it, in one sentence of the office's own without names, and look for its like.

    Parameters
    ----------
    compare
        Whether alerts that may be of the same find are looked for (:func:`.likeness.find`).

    Raises
    ------
    InputProblems
        If somebody else was quicker, or without a sentence.
    """
    with acting(by, alert, "acknowledged", may=RECORD, allowed=rules.ACKNOWLEDGE, seen=seen) as (
        log,
        a,
        found,
    ):
        _acknowledged(a, by, summary, now := timezone.now())
        refuse([*found, *rules.against_summary(summary), *a.faults()])
        save(log, a, now)
    if compare:
        likeness.find(by, a)
    return a


def acknowledge_many(by: Any, given: Sequence[tuple[Alert, str]]) -> list[Alert]:
    """:func:`acknowledge` for many, all or none, without comparing them."""
    return _many(
        by, "acknowledged", RECORD, rules.ACKNOWLEDGE, given,
        ("state", "since", "acknowledged_by", "acknowledged_at", "summary"),
        lambda a, summary, now: (_acknowledged(a, by, summary, now), rules.against_summary(summary))[1],
    )  # fmt: skip


def _acknowledged(alert: Alert, by: Any, summary: str, now: Any) -> None:
    become(alert, State.ACKNOWLEDGED, now)
    alert.acknowledged_by, alert.acknowledged_at, alert.summary = by, now, summary.strip()


def triage(by: Any, alert: Alert, given: Triage, *, seen: int | None = None) -> Alert:
    """Say how soon somebody must act, and what threatens people and the find; again when more is known."""
    with acting(by, alert, "triaged", may=TRIAGE, allowed=rules.TRIAGE, seen=seen) as (log, a, found):
        problems = _triaged(a, given, now := timezone.now())
        refuse([*found, *problems])
        save(log, a, now)
    return a


def triage_many(by: Any, given: Sequence[tuple[Alert, Triage]]) -> list[Alert]:
    """:func:`triage` for many, all or none."""
    return _many(by, "triaged", TRIAGE, rules.TRIAGE, given, ("state", "since", *_TRIAGED), _triaged)


def _triaged(alert: Alert, given: Triage, now: Any) -> list[InputProblem]:
    for field, value in asdict(given).items():
        setattr(alert, field, value)
    if alert.state == State.ACKNOWLEDGED:
        become(alert, State.TRIAGED, now)
    if not given.priority:
        return [InputProblem("record.needs", field="priority")]
    return [p for p in faults(alert) if p.field in _TRIAGED]


def assign(by: Any, alert: Alert, to: User, *, seen: int | None = None) -> Alert:
    """Give it to a person of the office, who from then on answers for it."""
    with acting(by, alert, "assigned", may=TRIAGE, allowed=rules.ASSIGN, seen=seen) as (log, a, found):
        refuse([*found, *_against_assigning(a, to)])
        _assigned(log, a, to)
    return a


def take(by: Any, alert: Alert, *, seen: int | None = None) -> Alert:
    """Take it oneself."""
    with acting(by, alert, "taken", may=RECORD, allowed=rules.ASSIGN, seen=seen) as (log, a, found):
        refuse(found)
        _assigned(log, a, by)
    return a


def _assigned(log: Any, alert: Alert, to: User) -> None:
    become(alert, State.ASSIGNED, now := timezone.now())
    alert.assigned_to, alert.assigned_at = to, now
    save(log, alert, now)


def _against_assigning(alert: Alert, to: User) -> list[InputProblem]:
    if to.office_id != alert.office_id or not to.is_active:
        return [InputProblem("alerts.not-of-the-office", field="to", params={"person": str(to)})]
    if "alerts.view" not in to.granted:
        return [InputProblem("alerts.sees-no-alerts", field="to", params={"person": str(to)})]
    return []


def refer(by: Any, alert: Alert, to: str, words: str, *, seen: int | None = None) -> Alert:
    """Hand it to somebody outside the office, with what was told them; it can be opened again."""
    with acting(by, alert, "referred", may=TRIAGE, allowed=rules.REFER, seen=seen, reason=words) as (
        log,
        a,
        found,
    ):
        if not to.strip():
            found = [*found, InputProblem("record.needs", field="to")]
        a.referred_to = to.strip()
        refuse([*found, *a.faults()])
        become(a, State.REFERRED, now := timezone.now())
        save(log, a, now)
    return a


def close(by: Any, alert: Alert, reason: str, *, seen: int | None = None) -> Alert:
    """Say that it was followed to its end, and how.  One that nobody followed is not closed.

    Whoever has it may close it as well.
    """
    may = TRIAGE if not rules.has_it(by, alert) else "alerts.view"
    with acting(by, alert, "closed", may=may, allowed=rules.CLOSE, seen=seen, reason=reason) as (
        log,
        a,
        found,
    ):
        if not found and may != TRIAGE and not rules.has_it(by, a):
            raise PermissionDenied(TRIAGE)  # somebody else has it by now
        refuse([*found, *rules.against_closing(a)])
        become(a, State.CLOSED, now := timezone.now())
        a.closed_at = now
        save(log, a, now)
    return a


def reopen(by: Any, alert: Alert, reason: str, *, seen: int | None = None) -> Alert:
    """Open a closed or referred alert again, to be given to somebody."""
    with acting(by, alert, "reopened", may=TRIAGE, allowed=rules.REOPEN, seen=seen, reason=reason) as (
        log,
        a,
        found,
    ):
        refuse(found)
        back_to_triaged(a, now := timezone.now())
        save(log, a, now)
    return a


def back_to_triaged(alert: Alert, now: Any) -> None:
    """Nobody has it, nobody doubts it, it is not closed: it waits for somebody again."""
    become(alert, State.TRIAGED, now)
    alert.assigned_to = alert.assigned_at = None
    alert.doubted_by = alert.doubted_at = alert.closed_at = None


def correct_summary(by: Any, alert: Alert, summary: str, reason: str, *, seen: int | None = None) -> Alert:
    """Say the office's own sentence better; the old one stays in the history."""
    with acting(
        by, alert, "corrected", may=RECORD, allowed=rules.CORRECT, seen=seen, reason=reason
    ) as (log, a, found):  # fmt: skip
        a.summary = summary.strip()
        refuse([*found, *rules.against_summary(summary), *a.faults()])
        save(log, a)
    return a


def mark_read(by: Any, addition: Addition) -> Addition:
    """Say that what was added is known; it stays the first reader's."""
    with writing(by, "alerts.addition.read", may=RECORD, on=addition) as log:
        addition = (
            Addition.objects.select_for_update(of=("self",)).select_related("subject").get(pk=addition.pk)
        )
        if addition.read_at is None:
            addition.read_by, addition.read_at = by, timezone.now()
            log.save(addition, sealed=addition.subject.erased_at is None)
    return addition


def _many(
    by: Any, done: str, may: str, allowed: Sequence[str], given: Sequence[tuple[Alert, Any]],
    fields: Sequence[str], change: Any,
) -> list[Alert]:  # fmt: skip
    """The same act on many alerts of the person's office: every fault with its row, then all or none."""
    if any(a.office_id != by.office_id for a, _ in given):
        raise PermissionDenied(may)
    with writing(by, f"alerts.alert.{done}", may=may) as log:
        rows = Alert.objects.select_for_update().filter(pk__in=[a.pk for a, _ in given]).order_by("pk")
        held = {a.pk: a for a in rows}
        problems, now, names = [], timezone.now(), cache(names_of)
        for row, (asked, what) in enumerate(given, 1):
            alert = held[asked.pk]
            stands = rules.against(alert, allowed, None) or change(alert, what, now)
            problems += [_of_row(p, row) for p in (*stands, *alert.faults())]
            prepare(alert, now, names)
        refuse(problems)
        log.save_changed(list(held.values()), (*fields, "revision", "search", "due_at"))
    return [held[a.pk] for a, _ in given]


def _of_row(problem: InputProblem, row: int) -> InputProblem:
    return InputProblem(problem.code, row=row, field=problem.field, params=problem.params)
