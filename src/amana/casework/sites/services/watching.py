"""Visits to a site, and reports that somebody was there."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from amana.casework.audit.writing import Log, writing
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.sites import rules
from amana.casework.sites.models import Site, Tampering, Watch
from amana.casework.sites.services.common import answered, locked, move, must_see, needed, not_in_future
from amana.casework.sites.services.hazard import reopen_hazard
from amana.problems import InputProblem

State = Site.State
LONGEST_PAUSE = 366


def set_watch(
    by: Any, site: Site, every_days: int | None, reason: str, *, first: datetime.date | None = None
) -> Site:
    """Have a site visited every so many days; None ends it.

    Parameters
    ----------
    first
        Day of the next visit; as many days from today as the pause is, where it is not given.
    """
    with writing(by, "sites.watch.set", may=rules.RECORD, on=site, reason=reason.strip()) as log:
        site = locked(site)
        problems = reason_given(reason)
        if every_days is not None and not 1 <= every_days <= LONGEST_PAUSE:
            params = {"given": every_days, "most": LONGEST_PAUSE}
            problems.append(InputProblem("sites.watch-days", field="every_days", params=params))
        if every_days is None and site.state == State.MONITORED:
            problems.append(InputProblem("sites.needs-watch", field="every_days"))
        refuse(problems)
        site.watch_every_days = every_days
        site.watch_next = None
        if every_days is not None:
            site.watch_next = first or rules.today() + datetime.timedelta(days=every_days)
        log.save(site)
    return site


def record_visit(
    by: Any,
    site: Site,
    *,
    seen: str,
    note: str = "",
    visited_at: datetime.datetime | None = None,
    kind: str = Tampering.Kind.OTHER,
    going_on: bool = False,
) -> Watch:
    """What a visit showed.  A disturbed site makes a :class:`Tampering` of ``kind``.

    A visit moves the next one on; one that did not reach the site does not.
    """
    with writing(by, "sites.watch.visited", may=rules.RECORD, on=site) as log:
        site = locked(site)
        made = Watch(site=site, by=by, seen=seen, note=note.strip(), visited_at=visited_at or timezone.now())
        problems = [*faults(made), *not_in_future("visited_at", made.visited_at)]
        if seen == Watch.Seen.DISTURBED:
            problems += needed(made, "note")
            if kind not in Tampering.Kind.values:
                params = {"given": kind}
                problems.append(InputProblem("record.unknown-word", field="kind", params=params))
        refuse(problems)
        log.save(made)
        day = rules.day_of(made.visited_at)
        if site.watch_every_days and seen != Watch.Seen.NOT_REACHED:
            due = day + datetime.timedelta(days=site.watch_every_days)
            if site.watch_next is None or due > site.watch_next:
                site.watch_next = due
                log.save(site, "sites.watch.moved")
        if seen == Watch.Seen.DISTURBED:
            _tampered(
                log, by, site,
                Tampering(kind=kind, words=made.note, happened_on=day, going_on=going_on, visit=made),
            )  # fmt: skip
    return made


def report_tampering(
    by: Any,
    site: Site,
    *,
    kind: str,
    words: str,
    happened_on: datetime.date | None = None,
    going_on: bool = False,
    danger: str = "",
) -> Tampering:
    """Somebody dug, burnt, built or took something.  The site is disturbed until people have been there.

    Anybody who records sites may say so of every site that they see.

    Parameters
    ----------
    danger
        New signs of explosive hazard, in words: then the hazard is unknown again.
    """
    with writing(by, "sites.tampering.reported", may=rules.RECORD) as log:
        must_see(by, site, rules.RECORD)
        site = locked(site)
        made = Tampering(kind=kind, words=words.strip(), happened_on=happened_on, going_on=going_on)
        made.site, made.by = site, by
        refuse([*faults(made), *not_in_future("happened_on", happened_on)])
        if danger.strip():
            reopen_hazard(by, site, danger)
            site = locked(site)
        return _tampered(log, by, site, made)


def close_tampering(by: Any, tampering: Tampering, outcome: str) -> Tampering:
    """A duty officer says what was done about a report."""
    with writing(by, "sites.tampering.closed", may=rules.CLOSE, on=tampering.site) as log:
        tampering = Tampering.objects.select_for_update().get(pk=tampering.pk)
        problems = answered(tampering.closed_at)
        tampering.closed_by, tampering.closed_at = by, timezone.now()
        tampering.outcome = outcome.strip()
        refuse([*problems, *needed(tampering, "outcome"), *faults(tampering)])
        log.save(tampering)
    return tampering


def _tampered(log: Log, by: Any, site: Site, made: Tampering) -> Tampering:
    made.site, made.by = site, by
    log.save(made)
    if site.state != State.DISTURBED:
        move(log, by, site, State.DISTURBED, made.words)
    return made
