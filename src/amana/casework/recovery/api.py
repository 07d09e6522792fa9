"""Recovery units, for programs and devices."""
# Annotations stay objects: pagination resolves their names elsewhere, where UnitFilter is not known.

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import FilterSchema, Query, Router, Schema, Status
from ninja.pagination import paginate

from amana.casework.accounts.models import Token
from amana.casework.common.api import may
from amana.casework.common.reading import Moment
from amana.casework.incidents import queries as incidents
from amana.casework.incidents.models import Incident
from amana.casework.recovery import (
    api_lists,
    api_missions,
    api_scene,
    api_surrenders,
    api_units,
    queries,
    services,
)
from amana.casework.recovery.models import Unit
from amana.casework.sites.models import Spot
from amana.problems import InputProblem, InputProblems

router = Router(tags=["remains"])
MOST_AT_ONCE = 5000


class UnitOut(Schema):
    """A unit.  `spot` and `site` are left out for who does not see sites."""

    number: str
    office: str
    incident: str
    kind: str
    state: str
    field_label: str
    parent: str | None
    site: str | None
    spot: str | None
    recovered_at: datetime | None
    description: str

    @staticmethod
    def resolve_office(unit: Unit) -> str:
        """Code of the office that owns it."""
        return unit.office.code

    @staticmethod
    def resolve_incident(unit: Unit) -> str:
        """Number of its incident."""
        return unit.incident.number

    @staticmethod
    def resolve_parent(unit: Unit) -> str | None:
        """Number of the unit that it was separated from."""
        return unit.parent.number if unit.parent else None

    @staticmethod
    def resolve_site(unit: Unit, context: Any) -> str | None:
        """Number of the site."""
        return unit.spot.site.number if unit.spot and _sees_sites(context) else None

    @staticmethod
    def resolve_spot(unit: Unit, context: Any) -> str | None:
        """Label of the spot."""
        return unit.spot.label if unit.spot and _sees_sites(context) else None


class UnitDetail(UnitOut):
    """A unit with what lay on what and what was separated from it."""

    lay_on: list[str]
    on_it_lay: list[str]
    parts: list[str]

    @staticmethod
    def resolve_lay_on(unit: Unit, context: Any) -> list[str]:
        """Units that this one lay on."""
        return [u.number for u in queries.lying(context["request"].user, unit)[0]]

    @staticmethod
    def resolve_on_it_lay(unit: Unit, context: Any) -> list[str]:
        """Units that lay on this one."""
        return [u.number for u in queries.lying(context["request"].user, unit)[1]]

    @staticmethod
    def resolve_parts(unit: Unit, context: Any) -> list[str]:
        """Units that were separated from this one."""
        return [u.number for u in queries.parts(context["request"].user, unit)]


class UnitIn(Schema):
    """A unit that was lifted.  `number` and `device`: a number that the device gave from its block."""

    kind: Unit.Kind
    site: str = ""
    spot: str = ""
    number: str = ""
    device: UUID | None = None
    field_label: str = ""
    recovered_at: Moment | None = None
    description: str = ""


class UnitsIn(Schema):
    """Many units of one incident."""

    units: list[UnitIn]


class UnitFilter(FilterSchema):
    """What to look for."""

    incident: str = ""
    site: str = ""
    spot: str = ""
    kind: str = ""
    state: str = ""
    words: str = ""


def _sees_sites(context: Any) -> bool:
    return "sites.view" in context["request"].user.granted


@router.get("/units", response=list[UnitOut])
@paginate
def units(request: Any, where: UnitFilter = Query(...)) -> Any:  # noqa: B008
    """Units that one sees."""
    user = may(request, "recovery.view")
    paths = {"incident": "incident__number", "kind": "kind", "state": "state"}
    if "sites.view" in user.granted:
        paths |= {"site": "spot__site__number", "spot": "spot__label"}
    given = {path: value for name, path in paths.items() if (value := getattr(where, name))}
    if not all(v.isprintable() for v in given.values()):
        return Unit.objects.none()
    found = queries.units(user).select_related("parent").filter(**given).matching(where.words)
    return found.order_by("number", "pk")


@router.get("/units/{number}", response=UnitDetail)
def unit(request: Any, number: str) -> Any:
    """One unit, by its number in any form that people write."""
    return queries.unit(may(request, "recovery.view"), number)


@router.post("/incidents/{number}/units", response={201: UnitOut})
def record_unit(request: Any, number: str, given: UnitIn) -> Any:
    """Record a unit."""
    user = may(request, "recovery.record")
    incident = incidents.incident(user, number)
    (row,) = _rows(user, incident, [given], numbered=False)
    return Status(201, services.record_unit(user, incident, **vars(row)))


@router.post("/incidents/{number}/units/many", response={201: list[UnitOut]})
def record_units(request: Any, number: str, given: UnitsIn) -> Any:
    """Record many units, all or none."""
    user = may(request, "recovery.record")
    incident = incidents.incident(user, number)
    if len(given.units) > MOST_AT_ONCE:
        params = {"given": len(given.units), "most": MOST_AT_ONCE}
        raise InputProblems([InputProblem("recovery.too-many-at-once", field="units", params=params)])
    return Status(
        201, services.record_units(user, incident, _rows(user, incident, given.units, numbered=True))
    )


def _rows(
    user: Any, incident: Incident, given: Sequence[UnitIn], *, numbered: bool
) -> list[services.NewUnit]:
    """What was sent, with spots and devices in place of their names.

    Raises
    ------
    InputProblems
        With every spot and device that is not there.
    """
    seen = Spot.objects.visible_to(user).filter(site__incident=incident).select_related("site")
    spots = {(s.site.number, s.label): s for s in seen}
    wanted = {g.device for g in given if g.device}
    devices = Token.objects.filter(pk__in=wanted, user__office=user.office_id, kind=Token.Kind.DEVICE)
    by_key = {d.pk: d for d in devices.select_related("user__office")}
    rows, problems = [], []
    for i, unit in enumerate(given, 1):
        row = i if numbered else None
        spot = spots.get((unit.site, unit.spot)) if unit.spot or unit.site else None
        if (unit.spot or unit.site) and spot is None:
            problems.append(InputProblem("recovery.spot-elsewhere", row=row, field="spot"))
        if unit.device and unit.device not in by_key:
            problems.append(InputProblem("recovery.no-such-device", row=row, field="device"))
        rows.append(
            services.NewUnit(
                kind=unit.kind.value, spot=spot, number=unit.number, device=by_key.get(unit.device),
                field_label=unit.field_label, recovered_at=unit.recovered_at, description=unit.description,
            )
        )  # fmt: skip
    if problems:
        raise InputProblems(problems)
    return rows


for _part in (api_missions, api_scene, api_surrenders, api_units, api_lists):
    router.add_router("", _part.router)
