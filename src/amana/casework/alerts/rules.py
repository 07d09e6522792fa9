"""What an alert may become, until when somebody must act, and what stands against an act."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Collection
from typing import Any

from django.utils import timezone

from amana.casework.alerts.models import FIRST_ACT, Alert, Danger, Known
from amana.names import fold
from amana.problems import InputProblem

State, Priority = Alert.State, Alert.Priority

DOUBT_WAITS = datetime.timedelta(hours=72)
"""So long after one person thought an alert unfounded may a second confirm it (decision 0025)."""
PRECISE_M = 100.0
"""A position that is this sure, in metres, becomes a spot of a site that is made from the alert."""

# Targets of the office itself: no standard that is known to us gives them.
_SOON, _HOUR, _DAY = datetime.timedelta(minutes=15), datetime.timedelta(hours=1), datetime.timedelta(days=1)
_TRIAGE, _TRIAGE_SOON = 2 * _HOUR, 2 * _SOON
_SOMEBODY_HAS_IT = {
    Priority.NOW: _HOUR, Priority.TODAY: 12 * _HOUR, Priority.WEEK: 7 * _DAY, Priority.PLANNED: 30 * _DAY,
    Priority.NOT_SAID: _DAY,
}  # fmt: skip
_IT_IS_DONE = {
    Priority.NOW: 12 * _HOUR, Priority.TODAY: _DAY, Priority.WEEK: 14 * _DAY, Priority.PLANNED: 60 * _DAY,
    Priority.NOT_SAID: 2 * _DAY,
}  # fmt: skip

ACKNOWLEDGE, TRIAGE = (State.RECEIVED,), (State.ACKNOWLEDGED, State.TRIAGED, State.ASSIGNED)
ASSIGN, REFER = (State.TRIAGED, State.ASSIGNED), (State.TRIAGED, State.ASSIGNED)
LINK = (State.ACKNOWLEDGED, State.TRIAGED, State.ASSIGNED, State.REFERRED, State.CLOSED)
CLOSE, REOPEN = (State.TRIAGED, State.ASSIGNED, State.REFERRED), (State.CLOSED, State.REFERRED)
DOUBT, CONFIRM = (State.TRIAGED, State.ASSIGNED, State.REFERRED), (State.DOUBTED,)
TAKE_BACK = (State.DOUBTED, State.UNFOUNDED)
CORRECT = tuple(s for s in State if s != State.RECEIVED)
"""States from which each act is open."""

_LONG_NUMBER = re.compile(r"\d(?:[ +\-/]*\d){7,}")


def urgent(alert: Alert) -> bool:
    """Whether what was reported cannot wait, as far as anybody said so before a triage."""
    return alert.digging == Known.YES or Danger.ARMED in alert.dangers or alert.witness_risk


def due(alert: Alert, start: datetime.datetime) -> datetime.datetime | None:
    """When the next act is due, counted from `start`; None where nothing waits."""
    state = State(alert.state)
    if alert.merged_into_id is not None:
        return None
    if state == State.RECEIVED:
        return start + (_SOON if urgent(alert) else FIRST_ACT)
    if state == State.ACKNOWLEDGED:
        return start + (_TRIAGE_SOON if urgent(alert) else _TRIAGE)
    if state == State.TRIAGED:
        return start + _SOMEBODY_HAS_IT[Priority(alert.priority)]
    if state == State.ASSIGNED:
        return start + _IT_IS_DONE[Priority(alert.priority)]
    return start + DOUBT_WAITS if state == State.DOUBTED else None


def is_overdue(alert: Alert, now: datetime.datetime | None = None) -> bool:
    """Whether the act that is due was not done in time."""
    return alert.due_at is not None and alert.due_at < (now or timezone.now())


def searchable(alert: Alert, places: str = "") -> str:
    """What words are looked for in: never what a reporter said."""
    return fold(f"{alert.number} {alert.summary} {places}")


def against(alert: Alert, allowed: Collection[str], seen: int | None) -> list[InputProblem]:
    """What stands against an act: that somebody else acted meanwhile, a merge, or the state."""
    if seen is not None and seen != alert.revision:
        params = {"state": str(alert.get_state_display())}
        return [InputProblem("alerts.changed-meanwhile", field="seen", params=params)]
    if alert.merged_into_id is not None:
        return [InputProblem("alerts.is-merged")]
    if alert.state not in allowed:
        return [InputProblem("alerts.not-in-this-state", params={"state": str(alert.get_state_display())})]
    return []


def against_summary(summary: str) -> list[InputProblem]:
    """That there is one, without a telephone number: every office that sees the alert reads it."""
    if not summary.strip():
        return [InputProblem("record.needs", field="summary")]
    if _LONG_NUMBER.search(fold_digits(summary)):
        return [InputProblem("alerts.number-in-summary", field="summary")]
    return []


def fold_digits(text: str) -> str:
    """The text with every decimal digit as 0-9, for looking at numbers in any script."""
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)


def against_closing(alert: Alert) -> list[InputProblem]:
    """That nobody looked into it: else closing would be a way around the second person of a doubt."""
    followed = (alert.incident_id, alert.site_id, alert.assigned_to_id, alert.referred_to)
    return [] if any(followed) else [InputProblem("alerts.nobody-followed-it")]


def has_it(person: Any, alert: Alert) -> bool:
    """Whether it was given to this person, of its own office, and still is."""
    return (
        alert.state == State.ASSIGNED
        and alert.assigned_to_id == person.pk
        and alert.office_id == person.office_id
    )


def against_confirming(alert: Alert, by: Any, now: datetime.datetime) -> list[InputProblem]:
    """That the second person is the first, or that it is too early."""
    found = []
    if alert.doubted_by_id == by.pk:
        found.append(InputProblem("alerts.same-person"))
    left = DOUBT_WAITS - (now - alert.doubted_at) if alert.doubted_at else DOUBT_WAITS
    if left > datetime.timedelta():
        hours = math.ceil(left / _HOUR)
        found.append(InputProblem("alerts.too-early", params={"hours": hours, "waits": DOUBT_WAITS // _HOUR}))
    return found


def is_precise(alert: Alert) -> bool:
    """Whether its position can stand as a spot."""
    return (
        alert.latitude is not None
        and alert.placed in (Alert.Placed.COORDINATES, Alert.Placed.DEVICE, Alert.Placed.PHOTO)
        and (alert.uncertainty_m is None or alert.uncertainty_m <= PRECISE_M)
    )
