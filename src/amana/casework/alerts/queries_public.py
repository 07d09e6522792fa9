"""What somebody without an account is told: who receives reports, and how far their own has come."""

from __future__ import annotations

import datetime
from enum import StrEnum

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from amana.casework.accounts.models import Holding, Office, today
from amana.casework.accounts.roles import roles
from amana.casework.alerts.models import Alert
from amana.casework.alerts.receipts import receipt_of

CODE_LIVES = datetime.timedelta(days=180)
"""So long after a report was closed its code still works."""
_RECEIVING = ("alerts.record", "alerts.triage")
_State = Alert.State


class Stage(StrEnum):
    """All that a reporter is told of the state."""

    RECEIVED = "received"
    LOOKED_AT = "looked_at"
    PASSED_ON = "passed_on"
    CLOSED = "closed"


# A doubt is no word for a reporter: it is being looked at.
_STAGES = {
    _State.RECEIVED: Stage.RECEIVED, _State.ACKNOWLEDGED: Stage.LOOKED_AT, _State.TRIAGED: Stage.LOOKED_AT,
    _State.ASSIGNED: Stage.LOOKED_AT, _State.DOUBTED: Stage.LOOKED_AT, _State.REFERRED: Stage.PASSED_ON,
    _State.UNFOUNDED: Stage.CLOSED, _State.CLOSED: Stage.CLOSED,
}  # fmt: skip


def receiving_office() -> Office | None:
    """The office that reports of the public go to; None where nobody would read them.

    The one that ``AMANA_ALERT_OFFICE`` names by its code, otherwise the first with an active duty officer or
    operator.
    """
    named = getattr(settings, "ALERT_OFFICE", "")
    if named:
        return Office.objects.filter(code=named).first()
    reading = [r.name for r in roles().values() if r.may.intersection(_RECEIVING)]
    day = today()
    held = Holding.objects.filter(
        Q(end=None) | Q(end__gte=day), role__in=reading, start__lte=day, ended_at=None, user__is_active=True
    )
    return Office.objects.filter(pk__in=held.values("user__office_id")).order_by("code").first()


def by_receipt(code: str) -> Alert | None:
    """The alert of a code; None for a wrong, an expired and an erased one alike, after the same work."""
    found = (
        Alert.objects.filter(receipt=receipt_of(code))
        .select_related("office", "subject", "merged_into")
        .first()
    )
    if found is None or _has_expired(found) or found.subject.erased_at is not None:
        return None
    return found  # type: ignore[no-any-return]


def _has_expired(alert: Alert) -> bool:
    closed = alert.state in (_State.CLOSED, _State.UNFOUNDED)
    return closed and timezone.now() - (alert.closed_at or alert.since) > CODE_LIVES


def stage_of(alert: Alert) -> Stage:
    """How far a report has come; of one that was merged, how far the find has that it is of."""
    kept = alert.merged_into or alert
    return _STAGES[_State(kept.state)]
