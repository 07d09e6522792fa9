"""What a mission needs before it may go, and who can see to it.

One list, so that nobody learns of the second obstacle after the first is gone.  Read under the lock of the
site when somebody acts on it (:func:`amana.casework.recovery.services.missions.locked`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from amana.casework.accounts.models import today
from amana.casework.recovery.models import Member, Mission
from amana.casework.sites.models import Authorisation, Site
from amana.casework.sites.rules import Release, may_release, standing_authorisation
from amana.problems import InputProblem

_CLOSED = (Site.State.DISMISSED, Site.State.COMPLETED)
_BY_AUTHORITY = (Site.State.AUTHORISED, Site.State.IN_WORK)
_CLEARS, _WAIVES = ("clearance_officer",), ("duty_officer", "clearance_officer", "team_leader")
_AUTHORISES, _LEADS, _CLOSES = ("prosecutor", "duty_officer"), ("team_leader",), ("duty_officer",)
CLOCKS = timedelta(hours=1)
"""By how much the clock of a device in the field may be off."""


@dataclass(frozen=True)
class Unmet:
    """One thing that is missing, and the roles that can see to it."""

    problem: InputProblem
    who: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """Where a mission stands before the gate."""

    release: Release | None
    authorisation: Authorisation | None
    unmet: tuple[Unmet, ...]

    @property
    def problems(self) -> list[InputProblem]:
        """What is missing, to be refused with."""
        return [u.problem for u in self.unmet]


def needs_authorisation(mission: Mission) -> bool:
    """Whether somebody must have allowed the work: graves are opened, or the site is worked by authority."""
    return mission.exhumes or mission.site.state in _BY_AUTHORITY


def standing(mission: Mission, members: Iterable[Member], day: date | None = None) -> Standing:
    """What stands for and against a mission that would go on a day (the one it is planned for).

    Parameters
    ----------
    members
        Of the team now, without its leader.
    """
    planned = day or mission.planned_for
    unmet: list[Unmet] = []
    release = may_release(mission.site)
    if not isinstance(release, Release):
        unmet += [Unmet(p, _WAIVES if p.code == "sites.needs-waiver" else _CLEARS) for p in release]
        release = None
    elif release.until is not None and timezone.localdate(release.until) < planned:
        unmet.append(Unmet(InputProblem("recovery.waiver-ends-before"), _WAIVES))
    if mission.site.state in _CLOSED:
        unmet.append(Unmet(InputProblem("recovery.site-is-closed"), _CLOSES))
    authorisation = standing_authorisation(mission.site, planned)
    if authorisation is None and needs_authorisation(mission):
        unmet.append(Unmet(InputProblem("recovery.needs-authorisation"), _AUTHORISES))
    if planned < today():
        unmet.append(Unmet(InputProblem("recovery.day-is-past"), _LEADS))
    unmet += [Unmet(p, _LEADS) for p in _team(mission, list(members))]
    return Standing(release, authorisation, tuple(unmet))


def _team(mission: Mission, members: list[Member]) -> list[InputProblem]:
    found = []
    if not mission.leader.is_active:
        found.append(InputProblem("recovery.leader-gone"))
    if not members:
        found.append(InputProblem("recovery.team-of-one"))
    if mission.briefed_at is None:
        found.append(InputProblem("recovery.not-briefed"))
    elif missing := [str(m) for m in members if m.briefed_at is None]:
        found.append(InputProblem("recovery.members-not-briefed", params={"names": ", ".join(missing)}))
    return found


def second_person(by: Any, mission: Mission) -> list[InputProblem]:
    """That whoever releases neither planned it nor leads it."""
    if str(by.pk) in mission.planners or by.pk == mission.leader_id:
        return [InputProblem("recovery.released-by-planner")]
    return []


def went_by_the_rules(mission: Mission | None, moment: datetime | None) -> bool:
    """Whether a mission was released when something was lifted; for an unknown time, whether it is now."""
    if mission is None or mission.released_at is None or mission.state == Mission.State.CANCELLED:
        return False
    if moment is None:
        return mission.state != Mission.State.RECALLED
    end = mission.stopped_at if mission.state == Mission.State.RECALLED else mission.ended_at
    periods = [(mission.released_at, end)]
    periods += [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in mission.earlier]
    return any(a - CLOCKS <= moment and (b is None or moment <= b + CLOCKS) for a, b in periods)
