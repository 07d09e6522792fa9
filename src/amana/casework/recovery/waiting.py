"""What of missions, hand-overs and irregularities waits for a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.common.waiting import Waiting, waiting
from amana.casework.recovery import queries_missions
from amana.casework.recovery.models import Mission
from amana.casework.recovery.scene_record import records_of

ONE_BY_ONE = 5
"""So many are named each; more are counted."""
MOST_LOOKED_AT = 40
LOOK_BACK = timedelta(days=60)
"""Scene records of missions that ended longer ago are asked for by nobody any more."""
State = Mission.State


@waiting
def recalled(user: Any) -> Iterable[Waiting]:
    """Teams that must leave a site: for everybody of the office who sees missions."""
    rows = queries_missions.missions(user).filter(office=user.office_id, state=State.RECALLED)
    for found in rows.order_by("stopped_at")[:20]:
        text = _("RECALLED: mission %(name)s, %(number)s. Nobody enters the site; tell the team now") % {
            "name": found.name, "number": found.number,
        }  # fmt: skip
        yield Waiting(found.get_absolute_url(), text, found.stopped_at)


@waiting
def to_release(user: Any) -> Iterable[Waiting]:
    """Briefed missions that wait for a second person."""
    if "recovery.release" not in user.granted:
        return
    rows = queries_missions.missions(user).filter(office=user.office_id, state=State.PLANNED)
    rows = rows.exclude(briefed_at=None).exclude(leader=user.pk).exclude(planners__icontains=f'"{user.pk}"')
    yield from _grouped(
        rows,
        "briefed_at",
        lambda m: _("Release mission %(name)s of %(day)s, or say what is missing")
        % {"name": m.name, "day": m.planned_for},
        lambda n: ngettext(
            "%(n)d mission waits for the release", "%(n)d missions wait for the release", n
        ) % {"n": n},
        f"{reverse('missions')}?state=planned",
        lambda m: reverse("mission-release", args=[m.number]),
    )  # fmt: skip


@waiting
def to_answer(user: Any) -> Iterable[Waiting]:
    """What was lifted outside the rules and nobody has answered."""
    yield from _grouped(
        queries_missions.to_answer(user),
        "at",
        lambda i: _("Answer what was lifted outside the rules: %(what)s") % {"what": i},
        lambda n: ngettext(
            "%(n)d recording outside the rules waits for an answer",
            "%(n)d recordings outside the rules wait for an answer", n,
        ) % {"n": n},
        f"{reverse('irregularities')}?answered=no",
        lambda i: i.get_absolute_url(),
    )  # fmt: skip


@waiting
def scenes(user: Any) -> Iterable[Waiting]:
    """Scene records that lack something after the end: for who led, and for who records."""
    if not {"recovery.lead", "recovery.record"} & user.granted:
        return
    since = timezone.now() - LOOK_BACK
    rows = queries_missions.missions(user).filter(
        office=user.office_id, state=State.ENDED, ended_at__gte=since
    )
    if "recovery.lead" in user.granted:
        rows = rows.filter(leader=user.pk)
    else:
        rows = rows.filter(members__user=user.pk)
    ended = list(rows.order_by("ended_at").distinct()[:MOST_LOOKED_AT])
    records = records_of(ended) if ended else {}
    for found in ended:
        n = len(records[found.pk].missing)
        if n:
            text = ngettext(
                "Complete the scene record of %(name)s: %(n)d step is missing",
                "Complete the scene record of %(name)s: %(n)d steps are missing",
                n,
            ) % {"name": found.name, "n": n}
            yield Waiting(reverse("mission-scene", args=[found.number]), text, found.ended_at)


def _grouped(rows: Any, since: str, each: Any, many: Any, all_url: str, url: Any) -> Iterable[Waiting]:
    count = rows.count()
    if count > ONE_BY_ONE:
        oldest = rows.order_by(since).values_list(since, flat=True)[0]
        yield Waiting(all_url, many(count), oldest)
        return
    for row in rows.order_by(since) if count else ():
        yield Waiting(url(row), each(row), getattr(row, since))
