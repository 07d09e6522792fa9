"""What may follow what at a site, who may do it, and when a mission may be released there."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from amana.casework.accounts.models import today
from amana.casework.sites.models import Authorisation, Clearance, Site, Waiver
from amana.problems import InputProblem

State, Hazard = Site.State, Site.Hazard
RECORD, CLOSE, CLEAR, WAIVE, AUTHORISE = (
    "sites.record", "sites.close", "sites.clear", "sites.waive", "sites.authorise",
)  # fmt: skip
LONGEST_WAIVER = datetime.timedelta(days=30)
OPEN = (
    State.SUSPECTED, State.VERIFIED, State.SECURED, State.AUTHORISED, State.IN_WORK, State.DISTURBED,
)  # fmt: skip
"""States in which something is still to be done."""


# --- states ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One change of state.

    Attributes
    ----------
    may
        The permission that is needed; empty where no person asks for it but something else brings it about.
    needs
        What must be so, by the keys of :func:`missing`; words are always needed.
    """

    before: State
    after: State
    may: str = RECORD
    needs: tuple[str, ...] = ()


STEPS: tuple[Step, ...] = (
    Step(State.SUSPECTED, State.VERIFIED),
    Step(State.VERIFIED, State.SECURED),
    # An authorisation brings this about, and so does securing a site that has one.
    Step(State.SECURED, State.AUTHORISED, "", ("authorisation",)),
    Step(State.COVERED, State.AUTHORISED, "", ("authorisation",)),
    Step(State.MONITORED, State.AUTHORISED, "", ("authorisation",)),
    # A mission that starts brings this about; a person only while one is under way, after a disturbance.
    Step(State.AUTHORISED, State.IN_WORK, RECORD, ("authorisation", "mission-under-way")),
    Step(State.COVERED, State.IN_WORK, RECORD, ("authorisation", "mission-under-way")),
    Step(State.MONITORED, State.IN_WORK, RECORD, ("authorisation", "mission-under-way")),
    Step(State.IN_WORK, State.COVERED, RECORD, ("no-mission-under-way",)),
    Step(State.IN_WORK, State.COMPLETED, CLOSE, ("no-mission-under-way", "no-open-tampering")),
    Step(State.COVERED, State.COMPLETED, CLOSE, ("no-mission-under-way", "no-open-tampering")),
    Step(State.MONITORED, State.COMPLETED, CLOSE, ("no-mission-under-way", "no-open-tampering")),
    Step(State.COVERED, State.MONITORED, RECORD, ("watch",)),
    Step(State.COMPLETED, State.MONITORED, RECORD, ("watch",)),
    Step(State.DISTURBED, State.VERIFIED),
    Step(State.DISTURBED, State.SECURED),
    # Withdrawn authorisation.
    Step(State.AUTHORISED, State.SECURED, "", ()),
    Step(State.IN_WORK, State.SECURED, "", ()),
    # Opened again by a person: new information, or a mistake.
    Step(State.DISMISSED, State.SUSPECTED),
    Step(State.COMPLETED, State.SECURED, CLOSE),
    # Two people, see services.states.
    *(
        Step(state, State.DISMISSED, "", ("second-look", "no-remains", "no-mission-under-way"))
        for state in (State.SUSPECTED, State.VERIFIED, State.SECURED, State.DISTURBED)
    ),
    # A report that somebody was there.
    *(Step(state, State.DISTURBED, "", ("tampering",)) for state in State if state != State.DISTURBED),
)
_BY_PAIR = {(s.before, s.after): s for s in STEPS}


def step(before: str, after: str) -> Step | None:
    """The change from one state to another, if there is such a one."""
    return _BY_PAIR.get((State(before), State(after))) if after in State.values else None


def next_steps(site: Site, user: Any = None) -> list[Step]:
    """Changes that a person can ask for now; of those, with `user`, only what that person may do."""
    found = [s for s in STEPS if s.before == site.state and s.may]
    return found if user is None else [s for s in found if user.has_perm(s.may, site)]


def missing(site: Site, needs: Sequence[str]) -> list[InputProblem]:
    """What is not there of what a change needs."""
    found = []
    if "authorisation" in needs and standing_authorisation(site) is None:
        found.append(InputProblem("sites.needs-authorisation"))
    if "watch" in needs and not site.watch_every_days:
        found.append(InputProblem("sites.needs-watch"))
    if "no-open-tampering" in needs and site.tamperings.filter(closed_at=None).exists():
        found.append(InputProblem("sites.tampering-open"))
    if "no-remains" in needs and _remains(site):
        found.append(InputProblem("sites.remains-recorded"))
    if {"mission-under-way", "no-mission-under-way"} & set(needs):
        under_way = site.missions.filter(state="under_way").exists()
        if under_way and "no-mission-under-way" in needs:
            found.append(InputProblem("sites.mission-under-way"))
        if not under_way and "mission-under-way" in needs:
            found.append(InputProblem("sites.no-mission-under-way"))
    return found


def _remains(site: Site) -> bool:
    """Whether units that may be human were lifted there."""
    units = site.spots.exclude(units=None).exclude(units__state="withdrawn")
    return bool(units.exclude(units__nature__in=("animal", "old")).exists())


# --- hazard ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Release:
    """On what ground a mission may be released.

    Attributes
    ----------
    ground
        What :attr:`Mission.released_on` keeps: ``cleared`` or ``waiver``, and the identifier of the record;
        :func:`ground_in_words` says it to people.
    clearance, waiver
        The records; no waiver where all is cleared.
    until
        When a waiver ends.
    """

    ground: str
    clearance: Clearance
    waiver: Waiver | None = None
    until: datetime.datetime | None = None


def newest_clearance(site: Site) -> Clearance | None:
    """What the site's hazard rests on; None where nobody has asked yet."""
    return Clearance.objects.filter(site=site).order_by("-at", "-pk").first()


def may_release(site: Site) -> Release | list[InputProblem]:
    """The ground on which a mission may be released now, or what stands against it.

    Cleared, or cleared in part with a waiver that two people answer for: nothing else.  Whoever releases
    calls this under the lock of the site, with the site read again.
    """
    clearance = newest_clearance(site)
    if clearance is not None and clearance.result == site.hazard == Hazard.CLEARED:
        return Release(f"cleared {clearance.pk}", clearance)
    if clearance is not None and clearance.result == site.hazard == Hazard.RESTRICTED:
        waiver = standing_waiver(site, clearance)
        if waiver is not None:
            return Release(f"waiver {waiver.pk}", clearance, waiver, waiver.until)
        return [InputProblem("sites.needs-waiver", params={"site": site.number})]
    params = {"site": site.number, "hazard": site.get_hazard_display()}
    return [InputProblem("sites.hazard-not-cleared", params=params)]


def standing_waiver(site: Site, clearance: Clearance | None) -> Waiver | None:
    """The waiver on this clearance that holds now and longest."""
    if clearance is None:
        return None
    return (
        Waiver.objects.filter(site=site, clearance=clearance, revoked_at=None, until__gt=timezone.now())
        .exclude(agreed_at=None)
        .select_related("by", "agreed_by")
        .order_by("-until")
        .first()
    )


def hazard_at(site: Site, moment: datetime.datetime) -> str:
    """What was recorded of the hazard at a moment: later clearances do not reach back."""
    found = Clearance.objects.filter(site=site, at__lte=moment).order_by("-at", "-pk").first()
    return str(found.result) if found is not None else Hazard.UNKNOWN


# --- authorisation --------------------------------------------------------------------------------


def standing_authorisation(site: Site, day: datetime.date | None = None) -> Authorisation | None:
    """An authorisation that allows work on a day (today), the one that lasts longest."""
    day = day or today()
    rows = [a for a in Authorisation.objects.filter(site=site, withdrawn_at=None) if a.holds_on(day)]
    return max(rows, key=lambda a: (a.until or datetime.date.max, a.at), default=None)


# --- what was missing when something was lifted anyway ------------------------------------------------


def irregular(site: Site | None, mission: Any = None, moment: datetime.datetime | None = None) -> list[str]:
    """What the rules for a mission asked for and was not there when remains were lifted.

    Nothing is refused for it.  The words are those of ``recovery.Irregularity.Kind``.

    Parameters
    ----------
    site
        None where it is not known: then nothing can be said of hazard and authority, and both are missing.
    mission
        Of the site; None where no mission lifted.
    moment
        When it was lifted, if that is known; otherwise now counts.
    """
    moment = moment or timezone.now()
    found = []
    if site is None or not _safe_at(site, moment):
        found.append("hazard")
    if mission is None or mission.released_at is None or mission.released_at > moment:
        found.append("mission")
    if site is None or not _authorised_on(site, day_of(moment)):
        found.append("authority")
    return found


def _safe_at(site: Site, moment: datetime.datetime) -> bool:
    hazard = hazard_at(site, moment)
    if hazard != Hazard.RESTRICTED:
        return hazard == Hazard.CLEARED
    waivers = Waiver.objects.filter(site=site, agreed_at__lte=moment, until__gt=moment)
    return any(w.revoked_at is None or w.revoked_at > moment for w in waivers)


def _authorised_on(site: Site, day: datetime.date) -> bool:
    """As it was then: what was withdrawn later still stood."""
    for a in Authorisation.objects.filter(site=site, given_on__lte=day):
        ended = a.withdrawn_at is not None and day_of(a.withdrawn_at) <= day
        if not ended and (a.until is None or day <= a.until):
            return True
    return False


def day_of(moment: datetime.datetime) -> datetime.date:
    """The day it was where the work is done."""
    return moment.astimezone(zoneinfo.ZoneInfo(settings.LOCAL_ZONE)).date()
