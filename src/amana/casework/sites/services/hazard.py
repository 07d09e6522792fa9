"""Explosive hazard: asked for, recorded, opened again; and the waiver of two people.

Every row of :class:`Clearance` is written under the site's lock together with ``site.hazard``, so that the
two are always the same.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from amana.casework.audit.writing import Log, writing
from amana.casework.files.receiving import Received
from amana.casework.incidents.checks import faults, refuse
from amana.casework.sites import rules
from amana.casework.sites.models import Clearance, Site, Waiver
from amana.casework.sites.services.common import (
    kept,
    locked,
    must_see,
    needed,
    not_in_future,
    stripped,
)
from amana.casework.sites.signals import hazard_fell
from amana.problems import InputProblem

Hazard = Site.Hazard
RESULTS = (Hazard.CLEARED, Hazard.RESTRICTED, Hazard.NOT_CLEARABLE)
"""What an examination can find."""
_RELEASABLE = (Hazard.CLEARED, Hazard.RESTRICTED)


def request_clearance(
    by: Any, site: Site, *, area: str = "", note: str = "", seen: str | None = None
) -> Clearance:
    """Ask for an examination.

    Of a site that is cleared in part it ends the waiver: there the next result is recorded without asking.

    Parameters
    ----------
    seen
        Identifier of the newest clearance that the person had before them; empty where there was none.

    Raises
    ------
    InputProblems
        For a site that is cleared, or where it is asked for already.
    """
    with writing(by, "sites.clearance.requested", may=rules.RECORD, on=site) as log:
        site, before = _locked(site, seen)
        problems = []
        if site.hazard in (Hazard.CLEARED, Hazard.REQUESTED):
            problems.append(InputProblem(f"sites.clearance-{site.hazard}"))
        fields = stripped({"area": area, "note": note})
        return _write(log, by, site, before, Clearance(result=Hazard.REQUESTED, **fields), problems)


def record_clearance(
    by: Any,
    site: Site,
    *,
    result: str,
    document: Received | None = None,
    seen: str | None = None,
    **fields: Any,
) -> Clearance:
    """What an examination found.

    Parameters
    ----------
    result
        ``cleared``, ``restricted`` or ``not_clearable``.
    document
        The report, as it was taken in (:mod:`amana.casework.files.receiving`).
    fields
        ``organisation``, ``method``, ``done_on``, ``reference``; ``area`` says which part is cleared and
        ``note`` what remains dangerous: both are needed where not all is cleared, the note where nothing is.
    """
    with writing(by, "sites.clearance.recorded", may=rules.CLEAR, on=site) as log:
        site, before = _locked(site, seen)
        made = Clearance(result=result, **stripped(fields))
        problems = needed(made, "organisation", "method", "reference")
        if made.done_on is None:
            problems.append(InputProblem("record.needs", field="done_on"))
        problems += not_in_future("done_on", made.done_on)
        if result not in RESULTS:
            problems.append(InputProblem("sites.not-a-result", field="result", params={"given": result}))
        elif result == Hazard.RESTRICTED:
            problems += needed(made, "area", "note")
        elif result == Hazard.NOT_CLEARABLE:
            problems += needed(made, "note")
        return _write(log, by, site, before, made, problems, document)


def reopen_hazard(by: Any, site: Site, note: str) -> Clearance:
    """New signs of danger: the hazard is unknown again, whatever was found before.

    Anybody who records sites may say so of every site that they see, and no page that is out of date stands
    against it.  Where an examination is asked for already, it stays asked for.
    """
    with writing(by, "sites.hazard.reopened", may=rules.RECORD) as log:
        must_see(by, site, rules.RECORD)
        site, before = _locked(site, None)
        result = Hazard.REQUESTED if site.hazard == Hazard.REQUESTED else Hazard.UNKNOWN
        made = Clearance(result=result, note=note.strip())
        return _write(log, by, site, before, made, needed(made, "note"))


def _locked(site: Site, seen: str | None) -> tuple[Site, Clearance | None]:
    site = locked(site)
    before = rules.newest_clearance(site)
    if seen is not None and seen != (str(before.pk) if before else ""):
        params = {"hazard": site.get_hazard_display()}
        refuse([InputProblem("sites.hazard-changed-meanwhile", params=params)])
    return site, before


def _write(
    log: Log,
    by: Any,
    site: Site,
    before: Clearance | None,
    made: Clearance,
    problems: list[InputProblem],
    document: Received | None = None,
) -> Clearance:
    made.site, made.by = site, by
    if before is not None:  # a clock set back must not make an older one the newest
        made.at = max(made.at, before.at + datetime.timedelta(microseconds=1))
    told = {p.field for p in problems}
    refuse([*problems, *(p for p in faults(made) if p.field not in told)])
    made.document = kept(log, by, site, document)
    log.save(made)
    was, site.hazard = site.hazard, made.result
    log.save(site, "sites.site.hazard-changed")
    _end_waivers(log, site)
    if was in _RELEASABLE and not isinstance(rules.may_release(site), rules.Release):
        hazard_fell.send(sender=Site, site=site, log=log, why="hazard")
    return made


def _end_waivers(log: Log, site: Site) -> None:
    """A waiver stands on one clearance and ends with it; nobody's name stands for that."""
    now = timezone.now()
    ended = list(Waiver.objects.select_for_update().filter(site=site, revoked_at=None, until__gt=now))
    for waiver in ended:
        waiver.revoked_at = now
    log.save_changed(ended, ["revoked_at"], "sites.waiver.ended")


# --- the waiver -----------------------------------------------------------------------------------


def ask_waiver(
    by: Any, site: Site, *, reason: str, measures: str, until: datetime.datetime, seen: str | None = None
) -> Waiver:
    """The first of two people asks that work in the cleared part may begin.

    Raises
    ------
    InputProblems
        Where the site is not cleared in part, one waits already, or it would last more than 30 days.
    """
    with writing(by, "sites.waiver.asked", may=rules.WAIVE, on=site) as log:
        site, clearance = _locked(site, seen)
        asked = Waiver(
            site=site, clearance=clearance, by=by, reason=reason.strip(), measures=measures.strip(),
            until=until,
        )  # fmt: skip
        problems = faults(asked)
        if clearance is None or site.hazard != Hazard.RESTRICTED:
            problems.append(InputProblem("sites.waiver-only-restricted"))
        if until is not None:
            problems += _until_faults(until)
        if Waiver.objects.filter(
            site=site, agreed_at=None, revoked_at=None, until__gt=timezone.now()
        ).exists():
            problems.append(InputProblem("sites.waiver-waits"))
        refuse(problems)
        log.save(asked)
    return asked


def agree_waiver(by: Any, waiver: Waiver) -> Waiver:
    """The second person takes responsibility as well.  Never the one who asked.

    Raises
    ------
    InputProblems
        By the person who asked; where it waits no more, or the hazard changed.
    """
    with writing(by, "sites.waiver.agreed", may=rules.WAIVE, on=waiver.site) as log:
        site, clearance = _locked(waiver.site, None)
        waiver = Waiver.objects.select_for_update().get(pk=waiver.pk)
        problems = []
        if waiver.by_id == by.pk:
            problems.append(InputProblem("sites.second-person"))
        if not waiver.waits:
            problems.append(InputProblem("sites.waiver-waits-no-more"))
        elif site.hazard != Hazard.RESTRICTED or clearance is None or waiver.clearance_id != clearance.pk:
            problems.append(InputProblem("sites.waiver-only-restricted"))
        refuse(problems)
        waiver.agreed_by, waiver.agreed_at = by, timezone.now()
        log.save(waiver)
    return waiver


def revoke_waiver(by: Any, waiver: Waiver, why: str) -> Waiver:
    """End a waiver, or refuse one that waits.  Anybody who may waive may end it."""
    with writing(by, "sites.waiver.revoked", may=rules.WAIVE, on=waiver.site, reason=why.strip()) as log:
        site = locked(waiver.site)
        waiver = Waiver.objects.select_for_update().get(pk=waiver.pk)
        held = waiver.holds
        problems = [] if held or waiver.waits else [InputProblem("sites.waiver-over")]
        waiver.revoked_by, waiver.revoked_at, waiver.revoked_why = by, timezone.now(), why.strip()
        refuse([*problems, *needed(waiver, "revoked_why"), *faults(waiver)])
        log.save(waiver)
        if held and not isinstance(rules.may_release(site), rules.Release):
            hazard_fell.send(sender=Site, site=site, log=log, why="waiver")
    return waiver


def _until_faults(until: datetime.datetime) -> list[InputProblem]:
    now = timezone.now()
    if now < until <= now + rules.LONGEST_WAIVER:
        return []
    return [InputProblem("sites.waiver-until", field="until", params={"most": rules.LONGEST_WAIVER.days})]
