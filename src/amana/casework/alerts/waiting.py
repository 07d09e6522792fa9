"""What of alerts waits for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.alerts import queries, showing
from amana.casework.alerts.models import Alert
from amana.casework.common.waiting import Waiting, waiting

ONE_BY_ONE = 5
"""So many alerts are named each; more are counted."""
State = Alert.State


@waiting
def waiting_for(user: Any) -> Iterable[Waiting]:
    """Alerts to read, to triage, to give to somebody, to decide as the second person, and one's own."""
    if "alerts.view" not in user.granted:
        return
    own = queries.waiting_rows(user).filter(office=user.office_id)
    yield from _grouped(
        own.filter(state=State.ASSIGNED, assigned_to=user.pk),
        lambda a: _("You have alert %(number)s: %(what)s") % a,
        lambda n: ngettext("You have %(n)d alert", "You have %(n)d alerts", n),
        "whose=mine",
        lambda a: a.assigned_at or a.since,
    )
    if "alerts.record" in user.granted:
        yield from _grouped(
            own.filter(state=State.RECEIVED),
            lambda a: _("Read and acknowledge alert %(number)s") % a,
            lambda n: ngettext("Read and acknowledge %(n)d alert", "Read and acknowledge %(n)d alerts", n),
            "state=received",
        )
        yield from _unread(user)
    if "alerts.triage" in user.granted:
        yield from _grouped(
            own.filter(state=State.ACKNOWLEDGED),
            lambda a: _("Triage alert %(number)s: %(what)s") % a,
            lambda n: ngettext("Triage %(n)d alert", "Triage %(n)d alerts", n),
            "state=acknowledged",
        )
        yield from _grouped(
            own.filter(state=State.TRIAGED),
            lambda a: _("Give alert %(number)s to somebody: %(what)s") % a,
            lambda n: ngettext("Give %(n)d alert to somebody", "Give %(n)d alerts to somebody", n),
            "state=triaged",
        )
    if "alerts.judge" in user.granted:
        yield from _grouped(
            own.filter(state=State.DOUBTED, due_at__lte=timezone.now()).exclude(doubted_by=user.pk),
            lambda a: _("Decide as the second person whether alert %(number)s is unfounded") % a,
            lambda n: ngettext(
                "Decide as the second person whether %(n)d alert is unfounded",
                "Decide as the second person whether %(n)d alerts are unfounded",
                n,
            ),
            "state=doubted",
            lambda a: a.due_at or a.since,
        )


def _grouped(
    rows: Any,
    each: Callable[[dict[str, str]], str],
    many: Callable[[int], str],
    query: str,
    since: Callable[[Alert], datetime] = lambda a: a.since,
) -> Iterable[Waiting]:
    """A few one by one, those that are due first; of more how many, with the oldest."""
    found = list(rows.order_by("due_at", "pk")[: ONE_BY_ONE + 1])
    if len(found) <= ONE_BY_ONE:
        for a in found:
            words = {"number": a.number, "what": showing.headline(a)}
            yield Waiting(a.get_absolute_url(), each(words), since(a))
        return
    n = rows.count()
    yield Waiting(f"{reverse('alerts')}?{query}", many(n) % {"n": n}, min(since(a) for a in found))


def _unread(user: Any) -> Iterable[Waiting]:
    """Additions that nobody read, by the alert whose page they stand on."""
    rows = queries.unread(user)
    first = rows.first()
    if first is None:
        return
    n = rows.count()
    text = ngettext("Read %(n)d addition to an alert", "Read %(n)d additions to alerts", n) % {"n": n}
    head = first.alert.merged_into or first.alert
    url = f"{head.get_absolute_url()}#additions" if n == 1 else f"{reverse('alerts-list')}?unread=yes"
    yield Waiting(url, text, first.at)
