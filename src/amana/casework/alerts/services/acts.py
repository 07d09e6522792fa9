"""What every act on an alert does: read it again under its lock, refuse, write."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from amana.casework.alerts import rules
from amana.casework.alerts.models import Alert
from amana.casework.audit.writing import Log, writing
from amana.casework.incidents.checks import reason_given
from amana.casework.places.queries import place_of
from amana.problems import InputProblem


@contextmanager
def acting(
    by: Any,
    alert: Alert,
    done: str,
    *,
    may: str,
    allowed: Collection[str],
    seen: int | None,
    reason: str | None = None,
    why: str = "",
) -> Iterator[tuple[Log, Alert, list[InputProblem]]]:
    """One act on one alert: gives the log, the locked alert, and the faults that are known so far.

    Parameters
    ----------
    allowed
        States from which the act is open.
    seen
        Revision that the page showed; None where nothing was shown.
    reason
        Why, which has to be said.
    why
        Why, where it may be left out.
    """
    said = (why if reason is None else reason).strip()
    with writing(by, f"alerts.alert.{done}", may=may, on=alert, reason=said) as log:
        found = locked(alert)
        faults = rules.against(found, allowed, seen)
        yield log, found, faults + ([] if reason is None else reason_given(said))


def locked(alert: Alert) -> Alert:
    """The row as it is now, under its lock."""
    rows = Alert.objects.select_for_update(of=("self",)).select_related("subject")
    return rows.get(pk=alert.pk)  # type: ignore[no-any-return]


def become(alert: Alert, state: str, now: datetime.datetime) -> None:
    """Change the state, and from when it holds."""
    alert.state, alert.since = state, now


def save(log: Log, alert: Alert, now: datetime.datetime | None = None, action: str | None = None) -> None:
    """Write the alert with what follows from it; with `now`, the time that the next act has begins anew.

    What stays of an alert whose reporter was erased is about nobody, and is written under the register's key.
    """
    prepare(alert, now)
    log.save(alert, action, sealed=alert.subject.erased_at is None)


def prepare(alert: Alert, now: datetime.datetime | None, names: Callable[[str], str] | None = None) -> None:
    """What follows from a changed alert: its revision, the words to find it by, when the next act is due.

    Parameters
    ----------
    names
        :func:`names_of`, or one that remembers.
    """
    alert.revision += 1
    alert.search = rules.searchable(alert, (names or names_of)(alert.pcode))
    if now is not None:
        alert.due_at = rules.due(alert, now)


def place_names(alert: Alert) -> str:
    """What it is found by, besides its number and its sentence."""
    return names_of(alert.pcode)


def names_of(pcode: str) -> str:
    """A P-code and the names of its place in both languages."""
    place = place_of(pcode) if pcode else None
    return f"{pcode} {place.name_en} {place.name_ar}" if place is not None else pcode
