"""That an alert is unfounded: two people, 72 hours, and any news takes it back (decision 0025)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from amana.casework.alerts import rules
from amana.casework.alerts.models import Alert
from amana.casework.alerts.services.acts import acting, become, save
from amana.casework.alerts.services.triage import back_to_triaged
from amana.casework.audit.writing import Log
from amana.casework.incidents.checks import refuse

JUDGE = "alerts.judge"
State = Alert.State


def doubt(by: Any, alert: Alert, reason: str, *, seen: int | None = None) -> Alert:
    """Think it unfounded, and say why.  Nothing is decided: a second person may confirm it after 72 hours."""
    with acting(by, alert, "doubted", may=JUDGE, allowed=rules.DOUBT, seen=seen, reason=reason) as (
        log,
        a,
        found,
    ):
        refuse(found)
        become(a, State.DOUBTED, now := timezone.now())
        a.doubted_by, a.doubted_at = by, now
        save(log, a, now)
    return a


def confirm(by: Any, alert: Alert, reason: str, *, seen: int | None = None) -> Alert:
    """Agree that it is unfounded, as the second person.

    Raises
    ------
    InputProblems
        From whoever thought it first, or before 72 hours are over.
    """
    with acting(by, alert, "confirmed", may=JUDGE, allowed=rules.CONFIRM, seen=seen, reason=reason) as (
        log,
        a,
        found,
    ):
        now = timezone.now()
        refuse(found or rules.against_confirming(a, by, now))
        become(a, State.UNFOUNDED, now)
        save(log, a, now)
    return a


def take_back(by: Any, alert: Alert, reason: str, *, seen: int | None = None) -> Alert:
    """Say that it may be founded after all.  Either of the two may, and any other duty officer."""
    with acting(
        by, alert, "taken-back", may=JUDGE, allowed=rules.TAKE_BACK, seen=seen, reason=reason
    ) as (log, a, found):  # fmt: skip
        refuse(found)
        back_to_triaged(a, now := timezone.now())
        save(log, a, now)
    return a


def news(log: Log, alert: Alert) -> Alert:
    """What follows when something was added to an alert, or another one merged into it.

    Inside the transaction that adds it, with the alert's row locked: one that was thought unfounded waits for
    somebody again.

    Parameters
    ----------
    alert
        The locked alert; of a merged one, the one that it stands in.
    """
    if alert.state in rules.TAKE_BACK and alert.merged_into_id is None:
        back_to_triaged(alert, now := timezone.now())
        save(log, alert, now, "alerts.alert.heard-of-again")
    return alert
