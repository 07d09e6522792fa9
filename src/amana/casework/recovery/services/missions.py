"""Planning missions: the plan, the team and the briefing.  Releasing and what follows is in ``release``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.accounts.models import User, today
from amana.casework.audit.writing import Log, writing
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.numbers.services import MISSION, take
from amana.casework.recovery.gate import CLOCKS
from amana.casework.recovery.models import Member, Mission
from amana.casework.sites.models import Site
from amana.names import fold
from amana.problems import InputProblem

LEAD = "recovery.lead"
CHANGEABLE = ("name", "leader", "planned_for", "plan", "exhumes")
State = Mission.State


@dataclass(frozen=True)
class NewMember:
    """Somebody who joins a team: a person with an account, or a name."""

    task: str
    user: User | None = None
    name: str = ""


@dataclass(frozen=True)
class NewMission:
    """A mission to plan.  The leader is the planner where none is named; the name is the site's."""

    site: Site
    planned_for: date
    plan: str
    name: str = ""
    leader: User | None = None
    exhumes: bool = False
    members: Sequence[NewMember] = field(default=())


# --- reading again under lock ---------------------------------------------------------------------


def locked(mission: Mission) -> Mission:
    """The mission as it is now, its site locked first.

    Whoever changes a hazard holds the site and then recalls missions: in this order nobody waits in a circle,
    and a mission is never released on a hazard that has just fallen.
    """
    site = Site.objects.select_for_update().get(pk=mission.site_id)
    found = Mission.objects.select_for_update(of=("self",)).select_related("leader", "office")
    mission = found.get(pk=mission.pk)
    mission.site = site
    return mission


def unchanged(mission: Mission, seen: int | None) -> list[InputProblem]:
    """That the mission still is as somebody saw it when they decided."""
    if seen is None or seen == mission.revision:
        return []
    return [InputProblem("recovery.mission-changed-meanwhile", params={"mission": mission.number})]


def must_be(mission: Mission, *states: Mission.State) -> list[InputProblem]:
    """That the mission is in one of these states."""
    if mission.state in states:
        return []
    params = {"mission": mission.number, "state": str(mission.get_state_display())}
    return [InputProblem("recovery.mission-not-in-state", params=params)]


def present(mission: Mission) -> list[Member]:
    """Who is in the team now, without its leader."""
    return list(Member.objects.filter(mission=mission, left_at=None).select_related("user"))


def saved(log: Log, mission: Mission) -> Mission:
    """Write a mission that was changed."""
    mission.revision += 1
    log.save(mission)
    return mission


# --- the plan -------------------------------------------------------------------------------------


def add_mission(by: Any, site: Site, **fields: Any) -> Mission:
    """Plan a mission; the fields are those of :class:`NewMission`."""
    return _added(by, [NewMission(site=site, **fields)], numbered=False)[0]


def add_missions(by: Any, rows: Sequence[NewMission]) -> list[Mission]:
    """Plan many missions, all or none: the same rules and entries as one by one, with few statements.

    Raises
    ------
    InputProblems
        With every fault of every row, counted from 1.
    """
    return _added(by, rows, numbered=True)


def _added(by: Any, rows: Sequence[NewMission], *, numbered: bool) -> list[Mission]:
    wanted = {r.site.pk for r in rows}
    seen = set(Site.objects.visible_to(by).filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - seen:
        raise PermissionDenied("sites.view")
    with writing(by, "recovery.mission.planned", may=LEAD) as log:
        made, joined, problems = [], [], []
        able: dict[Any, bool] = {}
        for i, new in enumerate(rows, 1):
            row = i if numbered else None
            mission = Mission(
                office=by.office, site=new.site, name=new.name.strip() or str(new.site),
                leader=new.leader or by, planned_for=new.planned_for, plan=new.plan.strip(),
                exhumes=new.exhumes, planners=[str(by.pk)],
            )  # fmt: skip
            problems += [p for p in faults(mission, row) if p.field not in ("number", "search")]
            problems += [replace(p, row=row) for p in _leader(by, mission.leader, able)]
            if mission.planned_for is not None and mission.planned_for < today():
                problems.append(InputProblem("recovery.day-is-past", row=row, field="planned_for"))
            members, wrong = _members(by, mission, new.members, [])
            problems += [replace(p, row=row) for p in wrong]
            made.append(mission)
            joined += members
        refuse(problems)
        for mission, number in zip(made, take(log, by.office, MISSION, len(made)), strict=True):
            mission.number = number
            mission.search = _search(mission)
        log.save_new(made)
        log.save_new(joined, "recovery.member.added")
    return made


def change_mission(
    by: Any, mission: Mission, reason: str, *, seen: int | None = None, **fields: Any
) -> Mission:
    """Change the plan.  The team has to be briefed again, and whoever changed it does not release it."""
    with writing(by, "recovery.mission.changed", may=LEAD, on=mission, reason=reason.strip()) as log:
        mission = locked(mission)
        for name in CHANGEABLE:
            if name in fields:
                value = fields[name]
                setattr(mission, name, value.strip() if isinstance(value, str) else value)
        problems = [
            *reason_given(reason), *unchanged(mission, seen), *must_be(mission, State.PLANNED, State.RECALLED)
        ]  # fmt: skip
        problems += [p for p in faults(mission) if p.field not in ("number", "search")]
        problems += _leader(by, mission.leader, {})
        if "planned_for" in fields and mission.planned_for is not None and mission.planned_for < today():
            problems.append(InputProblem("recovery.day-is-past", field="planned_for"))
        refuse(problems)
        mission.planners = sorted({*mission.planners, str(by.pk)})
        mission.search = _search(mission)
        forget_briefing(log, mission)
        return saved(log, mission)


def forget_briefing(log: Log, mission: Mission) -> None:
    """What the team was told no longer holds.  What was said stays in the history."""
    mission.briefed_at = None
    told = [m for m in present(mission) if m.briefed_at is not None]
    for member in told:
        member.briefed_at = None
    log.save_changed(told, ["briefed_at"], "recovery.member.changed")


def _leader(by: Any, leader: User, able: dict[Any, bool]) -> list[InputProblem]:
    if leader.pk not in able:
        able[leader.pk] = leader.office_id == by.office_id and LEAD in leader.granted
    return [] if able[leader.pk] else [InputProblem("recovery.not-a-leader", field="leader")]


# --- the team -------------------------------------------------------------------------------------


def add_members(by: Any, mission: Mission, members: Sequence[NewMember]) -> list[Member]:
    """People join the team.  They count as not briefed until :func:`brief_team` names them."""
    with writing(by, "recovery.member.added", may=LEAD, on=mission) as log:
        mission = locked(mission)
        made, problems = _members(by, mission, members, present(mission))
        if not members:
            problems.append(InputProblem("recovery.nobody-named", field="name"))
        refuse([*must_be(mission, *Mission.OPEN), *problems])
        log.save_new(made)
        saved(log, mission)
    return made


def _members(
    by: Any, mission: Mission, members: Iterable[NewMember], there: Sequence[Member]
) -> tuple[list[Member], list[InputProblem]]:
    taken = {("user", m.user_id) if m.user_id else ("name", fold(m.name)) for m in there}
    made, problems = [], []
    for new in members:
        member = Member(mission=mission, user=new.user, name=new.name.strip(), task=new.task.strip())
        problems += faults(member)
        who = ("user", new.user.pk) if new.user else ("name", fold(member.name))
        if (new.user is None) == (not member.name):
            problems.append(InputProblem("recovery.member-or-name", field="name"))
        elif new.user is not None and (new.user.office_id != by.office_id or not new.user.is_active):
            problems.append(InputProblem("recovery.not-a-colleague", field="user"))
        elif who in taken or (new.user is not None and new.user.pk == mission.leader_id):
            problems.append(InputProblem("recovery.member-already", field="user" if new.user else "name"))
        taken.add(who)
        made.append(member)
    return made, problems


def member_left(by: Any, member: Member) -> Member:
    """Somebody leaves the team; that they were in it stays."""
    with writing(by, "recovery.member.left", may=LEAD, on=member.mission) as log:
        mission = locked(member.mission)
        member = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
        refuse(must_be(mission, *Mission.OPEN))
        if member.left_at is None:
            member.left_at = timezone.now()
            log.save(member)
            saved(log, mission)
    return member


# --- the briefing ---------------------------------------------------------------------------------


def brief_team(
    by: Any,
    mission: Mission,
    text: str,
    members: Iterable[Member],
    *,
    at: datetime | None = None,
    seen: int | None = None,
) -> Mission:
    """Record that people of the team were told the plan and the dangers.

    Again for who joined later: then with the same words or new ones.
    """
    at = at or timezone.now()
    with writing(by, "recovery.mission.briefed", may=LEAD, on=mission) as log:
        mission = locked(mission)
        team = {m.pk: m for m in present(mission)}
        named = [team[m.pk] for m in members if m.pk in team]
        mission.briefing, mission.briefed_at = text.strip(), at
        problems = [
            *unchanged(mission, seen), *must_be(mission, *Mission.OPEN),
            *(p for p in mission.faults() if p.field == "briefing"),
        ]  # fmt: skip
        if not mission.briefing:
            problems.append(InputProblem("record.needs", field="briefing"))
        if not named:
            problems.append(InputProblem("recovery.nobody-briefed", field="members"))
        if at > timezone.now() + CLOCKS:
            problems.append(InputProblem("recovery.time-in-future", field="briefed_at"))
        refuse(problems)
        for member in named:
            member.briefed_at = at
        log.save_changed(named, ["briefed_at"], "recovery.member.briefed")
        return saved(log, mission)


def _search(mission: Mission) -> str:
    site = mission.site
    return fold(" ".join((mission.number, mission.name, site.number, site.name_en, site.name_ar)))
