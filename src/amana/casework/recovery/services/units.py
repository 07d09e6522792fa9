"""Writing recovery units.

What was lifted, by whomever, can always be recorded: an office that sees an incident records its own units in
it, whatever state the incident or the site is in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from amana.casework.accounts.models import Token
from amana.casework.audit.writing import Log, writing
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.incidents.models import Incident
from amana.casework.numbers.services import ANYWHERE, place_of_mission, place_of_site, take
from amana.casework.recovery.checks import Reported, faults_of_rows, lying_faults, place_faults
from amana.casework.recovery.models import Lying, Mission, Surrender, Unit
from amana.casework.recovery.services.irregular import flag
from amana.casework.sites.models import Site, Spot
from amana.names import fold
from amana.numbering import parse
from amana.problems import InputProblem, InputProblems

CHANGEABLE = ("kind", "spot", "field_label", "recovered_at", "description", "state")


@dataclass(frozen=True)
class NewUnit:
    """What is recorded of a unit that was lifted.

    Attributes
    ----------
    number, device
        A number that a device gave from a block leased to it; the next number where empty.
    over, under
        Units that this one lay on, and units that lay on this one.
    mission, surrender
        Whose team lifted it, or with which hand-over it came; neither where nobody knows.
    """

    kind: str
    spot: Spot | None = None
    number: str = ""
    device: Token | None = None
    field_label: str = ""
    parent: Unit | None = None
    recovered_at: datetime | None = None
    description: str = ""
    over: Sequence[Unit] = ()
    under: Sequence[Unit] = ()
    mission: Mission | None = None
    surrender: Surrender | None = None


def record_unit(by: Any, incident: Incident, **fields: Any) -> Unit:
    """Record one unit; the fields are those of :class:`NewUnit`.

    Raises
    ------
    InputProblems
        With every fault.
    """
    try:
        return record_units(by, incident, [NewUnit(**fields)])[0]
    except InputProblems as found:
        # One unit is not row 1 of anything.
        raise InputProblems([replace(p, row=None) for p in found.problems]) from None


def record_units(by: Any, incident: Incident, rows: Sequence[NewUnit]) -> list[Unit]:
    """Record many units, all or none: the same rules and entries as one by one, with few statements.

    Raises
    ------
    InputProblems
        With every fault of every row, counted from 1.
    """
    if not Incident.objects.visible_to(by).filter(pk=incident.pk).exists():
        raise PermissionDenied("incidents.view")
    with writing(by, "recovery.unit.recorded", may="recovery.record") as log:
        return _recorded(log, by, incident, rows)


def split_unit(
    by: Any, unit: Unit, reason: str, parts: Sequence[NewUnit], *, custody_seen: int | None = None
) -> list[Unit]:
    """Separate parts from a unit.  Each becomes a unit of its own below it; the unit keeps its number.

    Where the unit is in custody, its parts are held by whom and where it is.

    Parameters
    ----------
    custody_seen
        Number of the unit's last event in custody, as the page showed it.

    Raises
    ------
    InputProblems
        Without a reason, without a part, or for a part that is wrong; for a unit that is held by another
        office, sealed, offered, disputed or not found.
    """
    from amana.casework.custody.services import splitting  # whose tables refer to those of this station

    with writing(by, "recovery.unit.split", may="recovery.record", on=unit, reason=reason.strip()) as log:
        found = Unit.objects.select_for_update(of=("self",))
        unit = found.select_related("incident", "spot", "mission", "surrender").get(pk=unit.pk)
        nothing = [] if parts else [InputProblem("recovery.split-into-nothing", field="parts")]
        refuse([*reason_given(reason), *nothing])
        held = splitting.before(log, by, unit, custody_seen)
        rows = [
            replace(
                p,
                parent=unit,
                spot=unit.spot,
                recovered_at=p.recovered_at or unit.recovered_at,
                mission=unit.mission,
                surrender=unit.surrender,
            )
            for p in parts
        ]
        made = _recorded(log, by, unit.incident, rows)
        splitting.after(held, made, reason)
        return made


def change_unit(by: Any, unit: Unit, reason: str, **fields: Any) -> Unit:
    """Correct a unit, or say how far it has come.  Its number and its incident never change.

    Raises
    ------
    InputProblems
        Without a reason, for a spot of another incident, or for a field that becomes wrong.
    """
    with writing(by, "recovery.unit.changed", may="recovery.record", on=unit, reason=reason.strip()) as log:
        unit = Unit.objects.select_for_update().get(pk=unit.pk)
        for field in CHANGEABLE:
            if field in fields:
                setattr(unit, field, fields[field])
        refuse([*reason_given(reason), *faults(unit), *place_faults(by, unit, unit.incident_id)])
        unit.search = _search(unit)
        log.save(unit)
    return unit


def record_lying(by: Any, over: Unit, under: Unit) -> Lying:
    """That one unit lay on another.

    Raises
    ------
    InputProblems
        For a unit on itself, in two incidents, recorded already, or recorded the other way round.
    """
    with writing(by, "recovery.lying.recorded", may="recovery.record", on=over) as log:
        # Both in one order, so that two people who record the two directions wait for each other.
        list(Unit.objects.select_for_update().filter(pk__in=(over.pk, under.pk)).order_by("pk"))
        refuse(lying_faults(by, over, under))
        lying = Lying(over=over, under=under)
        log.save(lying)
    return lying


def _recorded(log: Log, by: Any, incident: Incident, rows: Sequence[NewUnit]) -> list[Unit]:
    units = [
        Unit(
            office=by.office, incident=incident, spot=row.spot, kind=row.kind, parent=row.parent,
            field_label=row.field_label.strip(), description=row.description.strip(),
            recovered_at=row.recovered_at, mission=row.mission, surrender=row.surrender,
        )
        for row in rows
    ]  # fmt: skip
    reported = Reported(rows)
    refuse([*faults_of_rows(by, incident, rows, units), *reported.faults(by)])
    waiting: dict[int, list[Unit]] = defaultdict(list)
    place_of = _places(rows)
    for row, unit in zip(rows, units, strict=True):
        if row.number.strip():
            unit.number = reported.number(row)
        else:
            waiting[place_of(row)].append(unit)
    for place in sorted(waiting):  # in one order, so that no two batches wait for each other
        numbers = take(log, by.office, place, len(waiting[place]))
        for unit, number in zip(waiting[place], numbers, strict=True):
            unit.number = number
    for unit in units:
        unit.search = _search(unit)
    flag(log, by, incident, rows, units)
    log.save_new(units)
    pairs = {
        pair
        for row, unit in zip(rows, units, strict=True)
        for pair in (*((unit.pk, u.pk) for u in row.over), *((u.pk, unit.pk) for u in row.under))
    }
    log.save_new([Lying(over_id=o, under_id=u) for o, u in sorted(pairs)], "recovery.lying.recorded")
    return units


def _places(rows: Sequence[NewUnit]) -> Any:
    """Second part of the number of a row: of what it was part of, of its mission, of its site, or 1."""
    sites = Site.objects.in_bulk({r.spot.site_id for r in rows if r.spot is not None})

    def place(row: NewUnit) -> int:
        if row.parent is not None:
            return parse(row.parent.number).place
        if row.mission is not None:
            return place_of_mission(parse(row.mission.number).running)
        return ANYWHERE if row.spot is None else place_of_site(parse(sites[row.spot.site_id].number).running)

    return place


def _search(unit: Unit) -> str:
    return fold(" ".join((unit.number, unit.field_label, unit.description)))
