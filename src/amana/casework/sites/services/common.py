"""What the services of sites share."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.audit.writing import Log
from amana.casework.files.models import StoredFile
from amana.casework.files.receiving import Received
from amana.casework.files.services import store
from amana.casework.sites import rules
from amana.casework.sites.models import Site, Stage
from amana.problems import InputProblem

State = Site.State
EARLIEST = 1900
"""The first year of anything that is recorded at a site."""
PAPERS = ("pdf", "image")
"""Kinds of files that a report or a decision may be."""

# What the log calls a change into each state.
_ACTIONS = {
    State.SUSPECTED: "sites.site.reopened",
    State.VERIFIED: "sites.site.verified",
    State.SECURED: "sites.site.secured",
    State.AUTHORISED: "sites.site.authorised",
    State.IN_WORK: "sites.site.work-begun",
    State.COVERED: "sites.site.covered",
    State.COMPLETED: "sites.site.completed",
    State.MONITORED: "sites.site.monitored",
    State.DISTURBED: "sites.site.disturbed",
    State.DISMISSED: "sites.site.dismissed",
}


def locked(site: Site) -> Site:
    """The site as it is now, under its lock: the first that every service of sites takes."""
    found: Site = Site.objects.select_for_update(of=("self",)).select_related("office").get(pk=site.pk)
    return found


def must_see(by: Any, site: Site, permission: str) -> None:
    """For what anybody may say who sees the site, also from another office.

    Raises
    ------
    PermissionDenied
        Where the site is not visible to them.
    """
    if not Site.objects.visible_to(by).filter(pk=site.pk).exists():
        raise PermissionDenied(permission)


def move(log: Log, by: Any, site: Site, after: str, reason: str) -> Stage:
    """Bring a locked site into another state, with who and why; whether it may be is the caller's."""
    stage = Stage(site=site, before=site.state, after=after, reason=reason[:500], by=by)
    site.state, site.state_since = after, stage.at
    if after == State.MONITORED and site.watch_every_days and site.watch_next is None:
        site.watch_next = rules.day_of(stage.at) + datetime.timedelta(days=site.watch_every_days)
    log.save(site, _ACTIONS[State(after)])
    log.save(stage, _ACTIONS[State(after)])
    return stage


def changed_meanwhile(seen: str | None, site: Site) -> list[InputProblem]:
    """That the state the page showed is not the state now; nothing where the page said nothing of it."""
    if seen is None or seen == site.state:
        return []
    params = {"number": site.number, "state": site.get_state_display()}
    return [InputProblem("record.changed-meanwhile", field="after", params=params)]


def answered(moment: datetime.datetime | None) -> list[InputProblem]:
    """That somebody else was quicker."""
    return [] if moment is None else [InputProblem("sites.answered-already")]


def not_in_future(field: str, value: datetime.date | datetime.datetime | None) -> list[InputProblem]:
    """That something which was done was not done tomorrow, nor in another age."""
    if value is None:
        return []
    if value.year < EARLIEST:
        params = {"given": value.year, "least": EARLIEST}
        return [InputProblem("sites.long-ago", field=field, params=params)]
    if isinstance(value, datetime.datetime):
        future = value > timezone.now() + datetime.timedelta(minutes=10)  # clocks differ
    else:
        future = value > rules.today()
    return [InputProblem("sites.in-future", field=field)] if future else []


def needed(record: Any, *fields: str) -> list[InputProblem]:
    """Texts that may be empty in general and must not be here."""
    return [
        InputProblem("record.needs", field=f) for f in fields if not str(getattr(record, f) or "").strip()
    ]


def stripped(fields: dict[str, Any]) -> dict[str, Any]:
    """Texts without the spaces around them."""
    return {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}


def kept(log: Log, by: Any, site: Site, document: Received | None) -> StoredFile | None:
    """A paper that came with a record; stored once nothing stands against the record."""
    if document is None:
        return None
    return store(log, document, office=site.office, by=by, accept=PAPERS)
