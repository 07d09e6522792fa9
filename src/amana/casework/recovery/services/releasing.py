"""Releasing missions, and what follows: start, recall, end, cancellation.

Nothing is released before the gate (:mod:`amana.casework.recovery.gate`) is open, and by nobody who planned
or leads the mission.  When the hazard of a site falls, every mission there is recalled in the transaction in
which it falls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from amana.casework.accounts.models import today
from amana.casework.audit.writing import Log, writing
from amana.casework.incidents.checks import reason_given, refuse
from amana.casework.recovery.gate import CLOCKS, needs_authorisation, second_person, standing
from amana.casework.recovery.models import Mission
from amana.casework.recovery.services.missions import (
    LEAD,
    State,
    forget_briefing,
    locked,
    must_be,
    present,
    saved,
    unchanged,
)
from amana.casework.sites.models import Access
from amana.casework.sites.services.authorising import record_entry, record_exit
from amana.casework.sites.services.states import mission_started
from amana.casework.sites.signals import authorisation_fell, hazard_fell
from amana.problems import InputProblem, InputProblems

RELEASE, SITES = "recovery.release", "sites.record"


def release_mission(by: Any, mission: Mission, *, seen: int | None = None) -> Mission:
    """Let a mission go.

    Raises
    ------
    InputProblems
        With everything that is missing, and when the one who releases planned or leads it.
    """
    with writing(by, "recovery.mission.released", may=RELEASE, on=mission) as log:
        return _released(log, by, locked(mission), seen)


def release_many(by: Any, missions: Sequence[Mission]) -> list[Mission]:
    """Release many, all or none.

    Raises
    ------
    InputProblems
        With every fault of every mission, counted from 1 in the order given.
    """
    made: dict[Any, Mission] = {}
    problems: list[InputProblem] = []
    with writing(by, "recovery.mission.released", may=RELEASE) as log:
        rows = {m.pk: i for i, m in enumerate(missions, 1)}
        # Sites in one order, so that no two batches wait for each other.
        for mission in sorted(missions, key=lambda m: (m.site_id, m.pk)):
            own = by.has_perm(RELEASE, mission)
            try:
                if not own:
                    raise InputProblems([InputProblem("recovery.mission-of-another-office")])
                made[mission.pk] = _released(log, by, locked(mission), None)
            except InputProblems as found:
                problems += [replace(p, row=rows[mission.pk]) for p in found.problems]
        refuse(sorted(problems, key=lambda p: p.row or 0))
    return [made[m.pk] for m in missions]


def _released(log: Log, by: Any, mission: Mission, seen: int | None) -> Mission:
    before = standing(mission, present(mission))
    refuse(
        [
            *unchanged(mission, seen), *must_be(mission, State.PLANNED, State.RECALLED),
            *second_person(by, mission), *before.problems,
        ]
    )  # fmt: skip
    assert before.release is not None
    if mission.state == State.RECALLED and mission.released_at is not None:
        mission.earlier = [*mission.earlier, [_iso(mission.released_at), _iso(mission.stopped_at)]]
    mission.state = State.UNDER_WAY if mission.started_at else State.RELEASED
    mission.released_by, mission.released_at = by, timezone.now()
    ground = before.release.ground
    if before.authorisation is not None and needs_authorisation(mission):
        ground += f" authorisation {before.authorisation.pk}"
    mission.released_on = ground
    mission.stopped_at, mission.stopped_why = None, ""
    return saved(log, mission)


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()


def start_mission(
    by: Any, mission: Mission, *, at: datetime | None = None, seen: int | None = None
) -> Mission:
    """The team is on the site.  What the release rested on is asked again: a waiver may have ended since."""
    now = timezone.now()
    at = at or now
    with writing(by, "recovery.mission.started", may=LEAD, on=mission) as log:
        mission = locked(mission)
        problems = [*unchanged(mission, seen), *must_be(mission, State.RELEASED)]
        team = present(mission)
        problems += standing(mission, team, today()).problems
        if at > now + CLOCKS:
            problems.append(InputProblem("recovery.time-in-future", field="started_at"))
        elif mission.released_at is not None and at < mission.released_at:
            problems.append(InputProblem("recovery.before-release", field="started_at"))
        refuse(problems)
        mission.state, mission.started_at = State.UNDER_WAY, at
        saved(log, mission)
        mission_started(by, mission.site, mission)
        if by.has_perm(SITES, mission.site):
            record_entry(
                by, mission.site, organisation=str(mission.office), people=len(team) + 1, entered_at=at,
                purpose=f"{mission.number} {mission.name}"[:200],
            )  # fmt: skip
    return mission


def end_mission(
    by: Any, mission: Mission, outcome: str, *, at: datetime | None = None, seen: int | None = None
) -> Mission:
    """The team has left the site, and says how it went.  A recalled team that was at work ends so too."""
    now = timezone.now()
    at = at or now
    with writing(by, "recovery.mission.ended", may=LEAD, on=mission) as log:
        mission = locked(mission)
        mission.outcome = outcome.strip()
        problems = [*unchanged(mission, seen), *must_be(mission, State.UNDER_WAY, State.RECALLED)]
        problems += [p for p in mission.faults() if p.field == "outcome"]
        if not mission.outcome:
            problems.append(InputProblem("record.needs", field="outcome"))
        if mission.started_at is None:
            problems.append(InputProblem("recovery.never-started"))
        elif at < mission.started_at:
            problems.append(InputProblem("recovery.ends-before-it-begins", field="ended_at"))
        if at > now + CLOCKS:
            problems.append(InputProblem("recovery.time-in-future", field="ended_at"))
        refuse(problems)
        mission.state, mission.ended_at = State.ENDED, at
        saved(log, mission)
        for entry in Access.objects.filter(
            site=mission.site, left_at=None, purpose__startswith=f"{mission.number} "
        ):
            if by.has_perm(SITES, mission.site) and entry.entered_at <= at:
                record_exit(by, entry, at)
    return mission


def recall_mission(by: Any, mission: Mission, reason: str, *, seen: int | None = None) -> Mission:
    """Call a team back, or stop it from going.  Whoever leads may, and whoever releases."""
    may = RELEASE if RELEASE in by.granted else LEAD
    with writing(by, "recovery.mission.recalled", may=may, on=mission, reason=reason.strip()) as log:
        mission = locked(mission)
        refuse([*reason_given(reason), *unchanged(mission, seen), *must_be(mission, *Mission.STANDING)])
        return _recalled(log, mission, reason.strip())


def _recalled(log: Log, mission: Mission, why: str) -> Mission:
    mission.state, mission.stopped_at, mission.stopped_why = State.RECALLED, timezone.now(), why[:300]
    forget_briefing(log, mission)
    mission.revision += 1
    log.save(mission, "recovery.mission.recalled")
    return mission


def cancel_mission(by: Any, mission: Mission, reason: str, *, seen: int | None = None) -> Mission:
    """Give a mission up that never began."""
    with writing(by, "recovery.mission.cancelled", may=LEAD, on=mission, reason=reason.strip()) as log:
        mission = locked(mission)
        problems = [*reason_given(reason), *unchanged(mission, seen)]
        problems += must_be(mission, State.PLANNED, State.RELEASED, State.RECALLED)
        if mission.started_at is not None:
            problems.append(InputProblem("recovery.has-started"))
        refuse(problems)
        mission.state, mission.stopped_at, mission.stopped_why = (
            State.CANCELLED, timezone.now(), reason.strip()[:300],
        )  # fmt: skip
        return saved(log, mission)


# --- what happens by itself -----------------------------------------------------------------------


@receiver(hazard_fell)
def recall_all(sender: object, site: Any, log: Log, why: str, **_: Any) -> None:
    """Recall every mission at a site that can no longer be released, of whatever office it is."""
    _recall_those(log, site, why)


@receiver(authorisation_fell)
def recall_unauthorised(sender: object, site: Any, log: Log, why: str, **_: Any) -> None:
    """Recall the missions that needed the authorisation which no longer stands."""
    _recall_those(log, site, "authorisation", only=lambda m: " authorisation " in m.released_on)


def _recall_those(log: Log, site: Any, why: str, only: Any = None) -> None:
    rows = Mission.objects.select_for_update(of=("self",)).filter(site=site, state__in=Mission.STANDING)
    for mission in rows.order_by("pk"):
        mission.site = site
        if only is None or only(mission):
            _recalled(log, mission, why)
