"""Alerts as the pages show them: states, ages, what is due, why two are alike, what comes next."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.alerts.models import Alert, Danger, Known
from amana.casework.alerts.queries import Row, places_of
from amana.casework.common.faults import language
from amana.geography import length
from amana.geography.coordinates import format_position

State = Alert.State
SHAPES = {
    State.RECEIVED: "waiting",
    State.ACKNOWLEDGED: "waiting",
    State.TRIAGED: "active",
    State.ASSIGNED: "active",
    State.REFERRED: "done",
    State.DOUBTED: "attention",
    State.UNFOUNDED: "closed",
    State.CLOSED: "closed",
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def state(alert: Alert) -> dict[str, str]:
    """For ``components/state.html``; a merged alert says that it is."""
    if alert.merged_into_id is not None:
        return {"kind": "closed", "word": _("merged into another alert")}
    return {"kind": SHAPES[State(alert.state)], "word": str(alert.get_state_display())}


def priority(alert: Alert) -> dict[str, str]:
    """How soon somebody must act."""
    shapes = {"now": "attention", "today": "attention", "week": "active", "planned": "waiting"}
    return {"kind": shapes.get(alert.priority, "unknown"), "word": str(alert.get_priority_display())}


def span(delta: datetime.timedelta) -> str:
    """A length of time in its largest unit: minutes, hours, days."""
    seconds = max(0, int(delta.total_seconds()))
    if seconds < _HOUR:
        n = seconds // _MINUTE
        return ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n}
    if seconds < 2 * _DAY:
        n = seconds // _HOUR
        return ngettext("%(n)d hour", "%(n)d hours", n) % {"n": n}
    n = seconds // _DAY
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


def age(alert: Alert, now: datetime.datetime | None = None) -> str:
    """How long it has been in its state."""
    return span((now or timezone.now()) - alert.since)


def due(alert: Alert, now: datetime.datetime | None = None) -> dict[str, str] | None:
    """Until when somebody must act, or since when nobody did; None where nothing is due."""
    if alert.due_at is None or alert.merged_into_id is not None:
        return None
    now = now or timezone.now()
    late = alert.due_at < now
    words = {"time": span(now - alert.due_at if late else alert.due_at - now)}
    if alert.state == State.DOUBTED:
        if late:
            return {"kind": "attention", "word": _("a second person can decide now")}
        return {"kind": "waiting", "word": _("a second person can decide in %(time)s") % words}
    if late:
        return {"kind": "blocked", "word": _("overdue by %(time)s") % words}
    return {"kind": "waiting", "word": _("due in %(time)s") % words}


def holder(alert: Alert) -> str:
    """Who has it now, in words; empty where nobody does."""
    if alert.state == State.ASSIGNED and alert.assigned_to is not None:
        return str(alert.assigned_to)
    return alert.referred_to if alert.state == State.REFERRED else ""


def headline(alert: Alert) -> str:
    """The office's own sentence; before there is one, how it came."""
    if alert.summary:
        return alert.summary
    return _("Not read yet. It came by: %(channel)s.") % {"channel": alert.get_channel_display()}


def signs(alert: Alert) -> list[str]:
    """Signs of danger and of haste, as words."""
    found = [str(Danger(d).label) for d in alert.dangers if d in Danger.values and d != Danger.NONE_SEEN]
    if alert.digging == Known.YES:
        found.insert(0, _("somebody is digging"))
    flags = (
        (alert.danger_to_life, Alert._meta.get_field("danger_to_life")),
        (alert.tampering_risk, Alert._meta.get_field("tampering_risk")),
        (alert.weather_risk, Alert._meta.get_field("weather_risk")),
        (alert.witness_risk, Alert._meta.get_field("witness_risk")),
    )
    return [str(f.verbose_name) for flag, f in flags if flag] + found  # type: ignore[union-attr]


def count(alert: Alert) -> dict[str, Any]:
    """What is counted and how many, for ``components/count_line.html``."""
    return {"what": alert.get_counted_display(), "low": alert.low, "high": alert.high, "verbatim": ""}


def position(alert: Alert) -> str | None:
    """In decimal degrees, with its uncertainty."""
    if alert.latitude is None or alert.longitude is None:
        return None
    return format_position(alert.latitude, alert.longitude, "decimal")


def uncertainty(alert: Alert) -> str | None:
    """Radius in words."""
    return None if alert.uncertainty_m is None else length(alert.uncertainty_m, language())


def names_of_places(pcodes: Iterable[str]) -> dict[str, str]:
    """P-code to the place's name in the reader's language, with one question."""
    wanted = sorted({p for p in pcodes if p})
    return {p.pcode: str(p) for p in places_of(wanted)}


def place_names(alerts: Iterable[Alert]) -> dict[str, str]:
    """:func:`names_of_places` of these alerts."""
    return names_of_places(a.pcode for a in alerts)


def place(alert: Alert) -> str:
    """Its P-code, which a list shows without asking for the name of each."""
    return alert.pcode


def totals(waiting: int, late: int) -> str:
    """What waits, in one sentence."""
    said = ngettext("%(n)d alert waits.", "%(n)d alerts wait.", waiting) % {"n": waiting}
    if late:
        said += " " + ngettext("%(n)d is overdue.", "%(n)d are overdue.", late) % {"n": late}
    return said


def board_row(user: Any, row: Row, names: Mapping[str, str], now: datetime.datetime) -> dict[str, Any]:
    """One alert on the board."""
    alert = row.alert
    own = alert.office_id == user.office_id
    return {
        "alert": alert,
        "headline": headline(alert),
        "place": names.get(alert.pcode, alert.pcode),
        "age": age(alert, now),
        "due": due(alert, now),
        "priority": priority(alert) if alert.priority else None,
        "signs": signs(alert),
        "count": count(alert) if alert.low is not None or alert.high is not None else None,
        "holder": holder(alert),
        "office": None if own else alert.office,
        "marks": _marks(row),
        "acknowledge_url": reverse("alert-acknowledge", args=[alert.number])
        if alert.state == State.RECEIVED and own and "alerts.record" in user.granted
        else None,
    }


def _marks(row: Row) -> list[str]:
    found = []
    if row.unread:
        found.append(ngettext("%(n)d new addition", "%(n)d new additions", row.unread) % {"n": row.unread})
    if row.media:
        found.append(ngettext("%(n)d photo or file", "%(n)d photos or files", row.media) % {"n": row.media})
    if row.merged:
        found.append(ngettext("%(n)d more report", "%(n)d more reports", row.merged) % {"n": row.merged})
    return found
