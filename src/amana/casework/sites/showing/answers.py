"""The short answer on top of a site's page, and what comes next."""

from __future__ import annotations

import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from amana.casework.incidents.showing import step
from amana.casework.sites import queries, rules
from amana.casework.sites.models import Site
from amana.casework.sites.queries import Parts

State, Hazard = Site.State, Site.Hazard
_CARDS = {Hazard.CLEARED: "note", Hazard.REQUESTED: "warn", Hazard.RESTRICTED: "warn"}


def answer(site: Site, release: Any) -> dict[str, Any]:
    """Whether one may go there, in two sentences.

    Parameters
    ----------
    release
        What :func:`~amana.casework.sites.rules.may_release` says.
    """
    return {
        "card": _CARDS.get(Hazard(site.hazard), "stop"),
        "hazard": _hazard(site.hazard),
        "release": _release(release),
        "until": release.until if isinstance(release, rules.Release) else None,
    }


def _hazard(hazard: str) -> str:
    return {
        Hazard.UNKNOWN: _("Nobody has examined this site for mines and shells. Do not enter it to search."),
        Hazard.REQUESTED: _("Clearance is asked for and not finished. Do not enter it to search."),
        Hazard.CLEARED: _("The site was examined and cleared."),
        Hazard.RESTRICTED: _("Part of the site is cleared. Stay inside that part."),
        Hazard.NOT_CLEARABLE: _("The site cannot be cleared. Do not enter it."),
    }[Hazard(hazard)]


def _release(release: Any) -> str:
    if not isinstance(release, rules.Release):
        return _("No mission may be released here.")
    if release.waiver is None:
        return _("A mission may be released.")
    return _("A mission may be released into the cleared part: two people answer for it.")


def steps(site: Site, parts: Parts, release: Any, *, spots: int, user: Any) -> list[dict[str, Any]]:
    """What comes next and who does it.  A step leads where its reader may go."""
    number = site.number

    def url(name: str, may: str, *args: Any) -> str | None:
        return reverse(name, args=[number, *args]) if user.has_perm(may, site) else None

    found = []
    for report in parts.tamperings:
        if report.closed_at is None:
            where = url("tampering-close", rules.CLOSE, report.pk)
            found.append(step(_("Deal with the report of a disturbance"), "duty_officer", url=where))
    if site.hazard != Hazard.CLEARED:
        text = _("Have the explosive hazard examined")
        if site.hazard == Hazard.REQUESTED:
            text = _("Finish the clearance")
        where = url("clearance-record", rules.CLEAR)
        if where is None and site.hazard == Hazard.UNKNOWN:
            where = url("clearance-request", rules.RECORD)
        found.append(step(text, "clearance_officer", url=where, state=queries.hazard(site)))
    for waiver in parts.waivers:
        if waiver.waits:
            where = url("waiver-agree", rules.WAIVE, waiver.pk) if waiver.by_id != user.pk else None
            found.append(
                step(_("Agree to the waiver, or refuse it"), "duty_officer", "clearance_officer", url=where)
            )
    found += _by_state(site, parts, url)
    for asked in parts.dismissals:
        if asked.looked_at is None:
            where = url("site-look-again", rules.CLOSE, asked.pk) if asked.by_id != user.pk else None
            found.append(step(_("Look a second time whether remains are there"), "duty_officer", url=where))
    found += _by_day(site, parts, url)
    if not spots and site.state in rules.OPEN:
        found.append(
            step(_("Record the spots"), "team_leader", "recorder", url=url("spot-add", rules.RECORD))
        )
    return found


def _by_state(site: Site, parts: Parts, url: Any) -> list[dict[str, Any]]:
    record = ("team_leader", "recorder")

    def to(after: str) -> Any:
        return url("site-state", rules.RECORD, after)

    if site.state == State.SUSPECTED:
        return [step(_("Find out whether remains are there"), *record, url=to("verified"))]
    if site.state in (State.VERIFIED, State.DISTURBED):
        return [step(_("Secure the site"), *record, url=to("secured"))]
    if site.state == State.SECURED:
        where = url("authorisation-add", rules.AUTHORISE)
        return [step(_("Get the authorisation of the authority"), "duty_officer", "prosecutor", url=where)]
    if site.state == State.AUTHORISED:
        return [step(_("Plan a mission and begin it"), "team_leader")]
    if site.state == State.IN_WORK:
        return [step(_("When the work ends: cover the site or complete it"), "duty_officer", "team_leader")]
    if site.state == State.COVERED:
        return [step(_("Have it watched, or complete it"), "duty_officer", "team_leader")]
    return []


def _by_day(site: Site, parts: Parts, url: Any) -> list[dict[str, Any]]:
    day, found = rules.today(), []
    if site.watch_next is not None:
        late = site.watch_next < day
        kind, word = ("attention", _("overdue")) if late else ("waiting", _("waiting"))
        row = step(
            _("Visit the site"), "team_leader", "recorder", url=url("visit-record", rules.RECORD),
            state={"kind": kind, "word": word},
        )  # fmt: skip
        found.append(row | {"due": site.watch_next})
    if site.state in (State.AUTHORISED, State.IN_WORK):
        standing = [a for a in parts.authorisations if a.holds_on(day)]
        last = max((a.until or datetime.date.max for a in standing), default=None)
        if last is None or last <= day + datetime.timedelta(days=queries.EXPIRES_SOON):
            text = (
                _("Have the authorisation prolonged")
                if last
                else _("The authorisation has ended: get another")
            )
            row = step(text, "duty_officer", "prosecutor", url=url("authorisation-add", rules.AUTHORISE))
            found.append(row | ({"due": last} if last else {}))
    inside = [a for a in parts.accesses if a.left_at is None]
    for access in inside:
        if timezone.now() - access.entered_at > datetime.timedelta(hours=12):
            text = _("Ask whether everybody is out: %(who)s") % {"who": f"\u2068{access.organisation}\u2069"}
            found.append(step(text, "team_leader", "recorder", url="#access"))
    return found
