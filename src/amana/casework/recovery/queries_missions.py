"""Reading missions, teams, hand-overs and irregularities."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from amana.casework.accounts.models import User, today
from amana.casework.numbers.queries import numbered
from amana.casework.recovery.models import Irregularity, Member, Mission, Surrender, Unit
from amana.casework.recovery.services.missions import LEAD

MOST_TODAY = 30


def missions(user: Any) -> Any:
    """Missions that the person sees."""
    return Mission.objects.visible_to(user).select_related("site__incident", "office", "leader")


def mission(user: Any, number: str) -> Mission:
    """One of them, by its number in any form that people write it; 404 if there is none."""
    found: Mission = numbered(missions(user).select_related("released_by"), number)
    return found


def members(mission: Mission) -> list[Member]:
    """Everybody who is or was in the team, without its leader."""
    return list(Member.objects.filter(mission=mission).select_related("user").order_by("pk"))


def mine(user: Any) -> list[Mission]:
    """What a person goes on: the missions they lead or are in the team of, at work first, then by day."""
    own = Q(leader=user.pk) | Q(pk__in=Member.objects.filter(user=user.pk, left_at=None).values("mission_id"))
    state = Mission.State
    coming = Q(state=state.PLANNED, planned_for__gte=today()) | Q(
        state__in=(state.RELEASED, state.UNDER_WAY, state.RECALLED)
    )
    rows = (
        missions(user).filter(own, coming, office=user.office_id).order_by("planned_for", "pk")[:MOST_TODAY]
    )
    order = (state.RECALLED, state.UNDER_WAY, state.RELEASED, state.PLANNED)
    return sorted(rows, key=lambda m: (order.index(state(m.state)), m.planned_for))


def colleagues(user: Any) -> list[User]:
    """Everybody of the person's office who may sign in, with their roles."""
    people = User.objects.filter(office=user.office_id, is_active=True).prefetch_related("holdings")
    return list(people.order_by("username"))


def leaders(user: Any) -> list[User]:
    """Those of them who may lead a mission."""
    return [u for u in colleagues(user) if LEAD in u.granted]


def units_of(user: Any, mission: Mission) -> Any:
    """Units that the mission lifted."""
    return Unit.objects.visible_to(user).filter(mission=mission).select_related("spot")


def kinds_lifted(user: Any, mission: Mission) -> dict[str, int]:
    """How many units of each kind the mission lifted; what was split later was one."""
    rows = Unit.objects.visible_to(user).filter(mission=mission, parent=None)
    rows = rows.exclude(state=Unit.State.WITHDRAWN).order_by().values_list("kind").annotate(n=Count("pk"))
    return dict(rows)


# --- hand-overs -----------------------------------------------------------------------------------


def surrenders(user: Any) -> Any:
    """Hand-overs that the person sees; who it was stays sealed."""
    rows = Surrender.objects.visible_to(user).select_related("incident", "office", "spot__site", "by")
    return rows.annotate(lifted=_units("surrender"))


def surrender(user: Any, number: str) -> Surrender:
    """One of them."""
    found: Surrender = numbered(surrenders(user).select_related("subject"), number)
    return found


# --- irregularities -------------------------------------------------------------------------------


def irregularities(user: Any) -> Any:
    """Irregularities that the person sees, with how many units."""
    rows = Irregularity.objects.visible_to(user)
    rows = rows.select_related("incident", "office", "site", "mission", "by", "answered_by")
    return rows.annotate(lifted=_units("irregularity"))


def to_answer(user: Any) -> Any:
    """Those that this person can answer."""
    rows = irregularities(user).filter(office=user.office_id, answered_at=None)
    return rows.exclude(by=user.pk) if "recovery.answer" in user.granted else rows.none()


def origin_of(user: Any, unit: Unit) -> dict[str, Any]:
    """The mission that lifted a unit or the hand-over it came with, and what was missing then.

    For ``recovery/_origin.html``; None for each that there is not or that the person does not see.
    """

    def one(rows: Any, key: Any) -> Any:
        return rows.filter(pk=key).first() if key else None

    return {
        "mission": one(missions(user), unit.mission_id),
        "surrender": one(surrenders(user), unit.surrender_id),
        "irregularity": one(irregularities(user), unit.irregularity_id),
    }


def _units(field: str) -> Any:
    """A count for each row of a page alone: joined, the whole table would be counted first."""
    counted = (
        Unit.objects.filter(**{field: OuterRef("pk")})
        .order_by()
        .values(field)
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
