"""Missions, for programs and devices."""
# Annotations stay objects: pagination resolves their names elsewhere, where the filters are not known.

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import FilterSchema, Query, Router, Schema, Status
from ninja.pagination import paginate

from amana.casework.common.api import may
from amana.casework.common.faults import in_words
from amana.casework.common.reading import Moment
from amana.casework.recovery import queries_missions, services
from amana.casework.recovery.gate import standing
from amana.casework.recovery.models import Member, Mission
from amana.casework.recovery.services.missions import LEAD
from amana.casework.recovery.services.releasing import RELEASE
from amana.casework.sites import queries as sites
from amana.problems import InputProblem, InputProblems

router = Router(tags=["missions"])
MOST_AT_ONCE = 500
VIEW = "recovery.view"


class MemberIn(Schema):
    """Somebody who joins: the key of an account of one's office, or a name."""

    task: str
    user: UUID | None = None
    name: str = ""


class MemberOut(Schema):
    """Somebody in a team."""

    id: UUID
    name: str
    task: str
    briefed_at: datetime | None
    left_at: datetime | None

    @staticmethod
    def resolve_name(member: Member) -> str:
        """As the account or the team leader writes it."""
        return str(member)


class MissionOut(Schema):
    """A mission.  ``revision`` is sent back as ``seen`` with everything that is done with it."""

    number: str
    office: str
    site: str | None
    name: str
    state: str
    leader: str
    planned_for: date
    plan: str
    exhumes: bool
    briefing: str
    briefed_at: datetime | None
    released_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    stopped_at: datetime | None
    stopped_why: str
    outcome: str
    revision: int

    @staticmethod
    def resolve_office(mission: Mission) -> str:
        """Code of the office that owns it."""
        return mission.office.code

    @staticmethod
    def resolve_site(mission: Mission, context: Any) -> str | None:
        """Number of the site, for who sees sites."""
        return mission.site.number if "sites.view" in context["request"].user.granted else None

    @staticmethod
    def resolve_leader(mission: Mission) -> str:
        """Name of who leads it."""
        return str(mission.leader)


class MissionIn(Schema):
    """A mission to plan.  Without a leader it is led by whoever plans it."""

    planned_for: date
    plan: str
    name: str = ""
    leader: UUID | None = None
    exhumes: bool = False
    members: list[MemberIn] = []


class ManyMissionsIn(Schema):
    """Missions to plan, each at the site with this number."""

    class Row(MissionIn):
        """One of them."""

        site: str

    missions: list[Row]


class PlanIn(Schema):
    """What of a plan changes; what is left out stays."""

    reason: str
    seen: int
    name: str | None = None
    leader: UUID | None = None
    planned_for: date | None = None
    plan: str | None = None
    exhumes: bool | None = None


class BriefingIn(Schema):
    """What the team was told; the members by their keys."""

    briefing: str
    members: list[UUID]
    seen: int
    at: Moment | None = None


class SeenIn(Schema):
    """What the program saw of the mission when it decided."""

    seen: int


class StartIn(SeenIn):
    """The team is on the site since then; now where empty."""

    at: Moment | None = None


class EndIn(StartIn):
    """How it went."""

    outcome: str


class MissionWhyIn(SeenIn):
    """Why it is recalled or given up."""

    reason: str


class UnmetOut(Schema):
    """One thing that is missing before a mission may go, and the roles that can see to it."""

    code: str
    text: str
    who: list[str]


class MissionFilter(FilterSchema):
    """What to look for."""

    state: str = ""
    site: str = ""
    words: str = ""
    since: date | None = None
    until: date | None = None


def _mission(user: Any, number: str) -> Mission:
    return queries_missions.mission(user, number)


def _people(user: Any, keys: list[UUID]) -> dict[UUID, Any]:
    """Accounts of one's office by their keys.

    Raises
    ------
    InputProblems
        With each key that is none.
    """
    found = {u.pk: u for u in queries_missions.colleagues(user)} if keys else {}
    problems = [
        InputProblem("recovery.not-a-colleague", field="user") for k in dict.fromkeys(keys) if k not in found
    ]
    if problems:
        raise InputProblems(problems)
    return found


def _members(user: Any, given: list[MemberIn]) -> list[services.NewMember]:
    people = _people(user, [g.user for g in given if g.user is not None])
    return [services.NewMember(g.task, people.get(g.user) if g.user else None, g.name) for g in given]


@router.get("/missions", response=list[MissionOut])
@paginate
def missions(request: Any, where: MissionFilter = Query(...)) -> Any:  # noqa: B008
    """Missions that one sees, by day and number."""
    user = may(request, VIEW)
    rows = queries_missions.missions(user)
    if not (where.state.isprintable() and where.site.isprintable()):
        return rows.none()
    if where.state:
        rows = rows.filter(state=where.state)
    if where.site:
        rows = rows.filter(site__number=where.site) if "sites.view" in user.granted else rows.none()
    if where.since:
        rows = rows.filter(planned_for__gte=where.since)
    if where.until:
        rows = rows.filter(planned_for__lte=where.until)
    return rows.matching(where.words).order_by("-planned_for", "-number", "pk")


@router.post("/sites/{number}/missions", response={201: MissionOut})
def add_mission(request: Any, number: str, given: MissionIn) -> Any:
    """Plan a mission to a site."""
    user = may(request, LEAD)
    site = sites.site(user, number)
    fields = given.dict(exclude={"members", "leader"})
    if given.leader:
        fields["leader"] = _people(user, [given.leader])[given.leader]
    made = services.add_mission(user, site, **fields, members=_members(user, given.members))
    return Status(201, made)


@router.post("/missions/many", response={201: list[MissionOut]})
def add_missions(request: Any, given: ManyMissionsIn) -> Any:
    """Plan many missions, all or none."""
    user = may(request, LEAD)
    if len(given.missions) > MOST_AT_ONCE:
        params = {"given": len(given.missions), "most": MOST_AT_ONCE}
        raise InputProblems([InputProblem("recovery.too-many-sent", field="missions", params=params)])
    seen = sites.sites(user).filter(number__in={g.site for g in given.missions if g.site.isprintable()})
    by_number = {s.number: s for s in seen}
    unknown = [
        InputProblem("recovery.no-such-site", row=i, field="site", params={"given": g.site[:40]})
        for i, g in enumerate(given.missions, 1)
        if g.site not in by_number
    ]
    if unknown:
        raise InputProblems(unknown)
    people = _people(user, [g.leader for g in given.missions if g.leader])
    rows = [
        services.NewMission(
            by_number[g.site], g.planned_for, g.plan, g.name, people.get(g.leader) if g.leader else None,
            g.exhumes, _members(user, g.members),
        )
        for g in given.missions
    ]  # fmt: skip
    return Status(201, services.add_missions(user, rows))


@router.get("/missions/{number}", response=MissionOut)
def mission(request: Any, number: str) -> Any:
    """One mission."""
    return _mission(may(request, VIEW), number)


@router.get("/missions/{number}/conditions", response=list[UnmetOut])
def conditions(request: Any, number: str) -> Any:
    """What is missing before the mission may go, each with who can see to it; empty where nothing is."""
    found = _mission(may(request, VIEW), number)
    team = [m for m in queries_missions.members(found) if m.left_at is None]
    return [
        {"code": u.problem.code, "text": in_words(u.problem), "who": list(u.who)}
        for u in standing(found, team).unmet
    ]


@router.post("/missions/{number}/change", response=MissionOut)
def change_mission(request: Any, number: str, given: PlanIn) -> Any:
    """Change the plan; the team has to be briefed again."""
    user = may(request, LEAD)
    fields = given.dict(exclude={"reason", "seen"}, exclude_none=True)
    if given.leader:
        fields["leader"] = _people(user, [given.leader])[given.leader]
    return services.change_mission(user, _mission(user, number), given.reason, seen=given.seen, **fields)


@router.get("/missions/{number}/members", response=list[MemberOut])
def members(request: Any, number: str) -> Any:
    """Everybody who is or was in the team, without its leader."""
    return queries_missions.members(_mission(may(request, VIEW), number))


@router.post("/missions/{number}/members", response={201: list[MemberOut]})
def add_members(request: Any, number: str, given: list[MemberIn]) -> Any:
    """People join the team."""
    user = may(request, LEAD)
    return Status(201, services.add_members(user, _mission(user, number), _members(user, given)))


@router.post("/missions/{number}/members/{key}/left", response=MemberOut)
def member_left(request: Any, number: str, key: UUID) -> Any:
    """Somebody leaves the team."""
    user = may(request, LEAD)
    found = _mission(user, number)
    member = get_object_or_404(Member.objects.visible_to(user), mission=found, pk=key)
    return services.member_left(user, member)


@router.post("/missions/{number}/briefing", response=MissionOut)
def brief(request: Any, number: str, given: BriefingIn) -> Any:
    """Record what the team was told."""
    user = may(request, LEAD)
    found = _mission(user, number)
    named = [m for m in queries_missions.members(found) if m.pk in set(given.members)]
    return services.brief_team(user, found, given.briefing, named, at=given.at, seen=given.seen)


@router.post("/missions/{number}/release", response=MissionOut)
def release(request: Any, number: str, given: SeenIn) -> Any:
    """Release a mission that one neither planned nor leads; every unmet condition is a problem."""
    user = may(request, RELEASE)
    return services.release_mission(user, _mission(user, number), seen=given.seen)


@router.post("/missions/{number}/start", response=MissionOut)
def start(request: Any, number: str, given: StartIn) -> Any:
    """The team is on the site."""
    user = may(request, LEAD)
    return services.start_mission(user, _mission(user, number), at=given.at, seen=given.seen)


@router.post("/missions/{number}/end", response=MissionOut)
def end(request: Any, number: str, given: EndIn) -> Any:
    """The team has left the site."""
    user = may(request, LEAD)
    return services.end_mission(user, _mission(user, number), given.outcome, at=given.at, seen=given.seen)


@router.post("/missions/{number}/recall", response=MissionOut)
def recall(request: Any, number: str, given: MissionWhyIn) -> Any:
    """Call the team back; for who leads and for who releases."""
    user = may(request, VIEW)
    return services.recall_mission(user, _mission(user, number), given.reason, seen=given.seen)


@router.post("/missions/{number}/cancel", response=MissionOut)
def cancel(request: Any, number: str, given: MissionWhyIn) -> Any:
    """Give a mission up that never began."""
    user = may(request, LEAD)
    return services.cancel_mission(user, _mission(user, number), given.reason, seen=given.seen)
