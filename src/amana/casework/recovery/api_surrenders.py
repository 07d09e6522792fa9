"""Hand-overs by others and irregularities, for programs."""
# Annotations stay objects: pagination resolves their names elsewhere.

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from ninja.pagination import paginate

from amana.casework.common.api import may
from amana.casework.common.reading import Moment
from amana.casework.incidents import queries as incidents
from amana.casework.recovery import queries_missions, services
from amana.casework.recovery.models import Irregularity, Surrender
from amana.casework.recovery.services.surrender import ANSWERS
from amana.casework.sites.models import Spot
from amana.problems import InputProblem, InputProblems

router = Router(tags=["missions"])
VIEW, RECORD = "recovery.view", "recovery.record"


class SurrenderOut(Schema):
    """A hand-over.  Who it was and what they told is sealed, and is not here."""

    number: str
    office: str
    incident: str
    capacity: str
    lifted_on: date | None
    site: str | None
    spot: str | None
    pictures: bool
    position: bool
    shown: bool
    described: bool
    mixed: bool
    grade: str
    received_at: datetime
    revision: int

    @staticmethod
    def resolve_office(surrender: Surrender) -> str:
        """Code of the office that owns it."""
        return surrender.office.code

    @staticmethod
    def resolve_incident(surrender: Surrender) -> str:
        """Number of its incident."""
        return surrender.incident.number

    @staticmethod
    def resolve_site(surrender: Surrender, context: Any) -> str | None:
        """Number of the site, for who sees sites."""
        return surrender.spot.site.number if surrender.spot and _sees_sites(context) else None

    @staticmethod
    def resolve_spot(surrender: Surrender, context: Any) -> str | None:
        """Label of the spot."""
        return surrender.spot.label if surrender.spot and _sees_sites(context) else None


class SurrenderIn(Schema):
    """What is said at a hand-over; everything but the capacity may be left out."""

    capacity: str
    person: str = ""
    account: str = ""
    lifted_on: date | None = None
    site: str = ""
    spot: str = ""
    pictures: bool = False
    position: bool = False
    shown: bool = False
    described: bool = False
    mixed: bool = False
    received_at: Moment | None = None


class SurrenderChangeIn(Schema):
    """What changes; what is left out stays."""

    reason: str
    seen: int
    capacity: str | None = None
    person: str = ""
    account: str = ""
    lifted_on: date | None = None
    site: str = ""
    spot: str = ""
    pictures: bool | None = None
    position: bool | None = None
    shown: bool | None = None
    described: bool | None = None
    mixed: bool | None = None


def _sees_sites(context: Any) -> bool:
    return "sites.view" in context["request"].user.granted


def _spot(user: Any, incident: Any, site: str, label: str) -> Spot | None:
    if not (site or label):
        return None
    rows = Spot.objects.visible_to(user).filter(site__incident=incident)
    printable = site.isprintable() and label.isprintable()
    found: Spot | None = rows.filter(site__number=site, label=label).first() if printable else None
    if found is None:
        raise InputProblems([InputProblem("recovery.spot-elsewhere", field="spot")])
    return found


@router.get("/surrenders", response=list[SurrenderOut])
@paginate
def surrenders(request: Any, grade: str = "", incident: str = "") -> Any:
    """Hand-overs that one sees."""
    rows = queries_missions.surrenders(may(request, VIEW))
    if not (grade.isprintable() and incident.isprintable()):
        return rows.none()
    given = {k: v for k, v in (("grade", grade), ("incident__number", incident)) if v}
    return rows.filter(**given).order_by("-received_at", "pk")


@router.post("/incidents/{number}/surrenders", response={201: SurrenderOut})
def take_surrender(request: Any, number: str, given: SurrenderIn) -> Any:
    """Take in what somebody hands over; the grade follows from the answers."""
    user = may(request, RECORD)
    incident = incidents.incident(user, number)
    fields = given.dict(exclude={"site", "spot"})
    spot = _spot(user, incident, given.site, given.spot)
    return Status(201, services.take_surrender(user, incident, **fields, spot=spot))


@router.get("/surrenders/{number}", response=SurrenderOut)
def surrender(request: Any, number: str) -> Any:
    """One hand-over."""
    return queries_missions.surrender(may(request, VIEW), number)


@router.post("/surrenders/{number}/change", response=SurrenderOut)
def change_surrender(request: Any, number: str, given: SurrenderChangeIn) -> Any:
    """Correct the answers, or add what was said later."""
    user = may(request, RECORD)
    found = queries_missions.surrender(user, number)
    fields = {n: v for n in (*ANSWERS, "capacity", "lifted_on") if (v := getattr(given, n)) is not None}
    if given.site or given.spot:
        fields["spot"] = _spot(user, found.incident, given.site, given.spot)
    return services.change_surrender(
        user, found, given.reason, seen=given.seen, person=given.person, account=given.account, **fields
    )


# --- irregularities -------------------------------------------------------------------------------


class IrregularityOut(Schema):
    """What was missing when units were lifted."""

    id: UUID
    office: str
    incident: str
    kinds: list[str]
    units: int
    mission: str | None
    at: datetime
    answered_at: datetime | None
    answer: str

    @staticmethod
    def resolve_office(found: Irregularity) -> str:
        """Code of the office that recorded."""
        return found.office.code

    @staticmethod
    def resolve_incident(found: Irregularity) -> str:
        """Number of the incident."""
        return found.incident.number

    @staticmethod
    def resolve_units(found: Any) -> int:
        """How many units."""
        return int(found.lifted)

    @staticmethod
    def resolve_mission(found: Irregularity) -> str | None:
        """Number of the mission, if one was named."""
        return found.mission.number if found.mission else None


class AnswerIn(Schema):
    """What was done about it."""

    answer: str


@router.get("/irregularities", response=list[IrregularityOut])
@paginate
def irregularities(request: Any, answered: bool | None = None) -> Any:
    """What was lifted outside the rules, newest first."""
    rows = queries_missions.irregularities(may(request, VIEW))
    if answered is not None:
        rows = rows.filter(answered_at__isnull=not answered)
    return rows.order_by("-at", "pk")


@router.get("/irregularities/{key}", response=IrregularityOut)
def irregularity(request: Any, key: UUID) -> Any:
    """One of them."""
    return get_object_or_404(queries_missions.irregularities(may(request, VIEW)), pk=key)


@router.post("/irregularities/{key}/answer", response=IrregularityOut)
def answer(request: Any, key: UUID, given: AnswerIn) -> Any:
    """Say what was done about it; never by whoever recorded it."""
    user = may(request, "recovery.answer")
    found = get_object_or_404(queries_missions.irregularities(user), pk=key)
    services.answer_irregularity(user, found, given.answer)
    return queries_missions.irregularities(user).get(pk=key)
