"""What is asked of a unit before it is recorded or changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from amana.casework.incidents.checks import faults
from amana.casework.incidents.models import Incident
from amana.casework.numbers.services import RESERVED, leased_to
from amana.casework.recovery.models import Lying, Mission, Surrender, Unit
from amana.casework.sites.models import Spot
from amana.numbering import parse
from amana.problems import InputProblem, InputProblems

if TYPE_CHECKING:
    from amana.casework.recovery.services import NewUnit

_CLOCKS = timedelta(hours=1)
"""By how much the clock of a device in the field may be ahead."""
_AT_ONCE = 500


def faults_of_rows(
    by: Any, incident: Incident, rows: Sequence[NewUnit], units: Sequence[Unit]
) -> Iterator[InputProblem]:
    """Every fault of new units but those of their numbers."""
    named = {u.pk for r in rows for u in (*r.over, *r.under, *((r.parent,) if r.parent else ()))}
    here = _of_incident(by, Unit, named, incident_id=incident.pk)
    spots = _of_incident(by, Spot, {r.spot.pk for r in rows if r.spot}, site__incident_id=incident.pk)
    missions = _of_office(by, Mission, {r.mission.pk for r in rows if r.mission}, site__incident=incident)
    surrenders = _of_office(by, Surrender, {r.surrender.pk for r in rows if r.surrender}, incident=incident)
    # Whoever holds a unit divides it, whoever recovered it.
    of_parents = {r.parent.pk: r.parent for r in rows if r.parent}
    parents = {key: by.has_perm("recovery.record", parent) for key, parent in of_parents.items()}
    for number, (row, unit) in enumerate(zip(rows, units, strict=True), 1):
        # Two fields are not yet known and are not the writer's.
        yield from (p for p in faults(unit, number) if p.field not in ("number", "search"))
        yield from _time_faults(unit, number)
        if row.spot is not None and row.spot.pk not in spots:
            yield InputProblem("recovery.spot-elsewhere", row=number, field="spot")
        if row.parent is not None and (row.parent.pk not in here or not parents[row.parent.pk]):
            yield InputProblem("recovery.parent-elsewhere", row=number, field="parent")
        yield from _origin_faults(row, number, missions, surrenders)
        over, under = {u.pk for u in row.over}, {u.pk for u in row.under}
        if (over | under) - here:
            yield InputProblem("recovery.lies-elsewhere", row=number, field="over")
        if over & under:
            yield InputProblem("recovery.lies-both-ways", row=number, field="under")


def _origin_faults(
    row: NewUnit, number: int, missions: set[Any], surrenders: set[Any]
) -> Iterator[InputProblem]:
    """Whether the mission or the hand-over is one of the office and of the incident, and fits the spot."""
    of_parent = (row.parent.mission_id, row.parent.surrender_id) if row.parent else ()
    if row.mission is not None and row.mission.pk not in {*missions, *of_parent}:
        yield InputProblem("recovery.mission-elsewhere", row=number, field="mission")
    elif row.mission is not None and row.spot is not None and row.spot.site_id != row.mission.site_id:
        yield InputProblem("recovery.mission-at-another-site", row=number, field="spot")
    if row.surrender is not None and row.surrender.pk not in {*surrenders, *of_parent}:
        yield InputProblem("recovery.surrender-elsewhere", row=number, field="surrender")
    if row.mission is not None and row.surrender is not None and row.parent is None:
        yield InputProblem("recovery.mission-and-surrender", row=number, field="surrender")


def place_faults(by: Any, unit: Unit, incident_id: Any) -> Iterator[InputProblem]:
    """Whether a unit that is changed would be at a spot of another incident, or lifted in the future."""
    if unit.spot_id and not _of_incident(by, Spot, {unit.spot_id}, site__incident_id=incident_id):
        yield InputProblem("recovery.spot-elsewhere", field="spot")
    yield from _time_faults(unit)


def lying_faults(by: Any, over: Unit, under: Unit) -> list[InputProblem]:
    """What is wrong with saying that one unit lay on another."""
    if over.pk == under.pk:
        return [InputProblem("recovery.lies-on-itself", field="other")]
    if not _of_incident(by, Unit, {under.pk}, incident_id=over.incident_id):
        return [InputProblem("recovery.lies-elsewhere", field="other")]
    if Lying.objects.filter(over=under, under=over).exists():
        return [InputProblem("recovery.lies-both-ways", field="other")]
    if Lying.objects.filter(over=over, under=under).exists():
        return [InputProblem("recovery.lies-already", field="other")]
    return []


def _of_incident(by: Any, kind: Any, keys: set[Any], **where: Any) -> set[Any]:
    """Which of these the writer sees, and stand in the incident."""
    found: set[Any] = set()
    listed = sorted(keys)
    for start in range(0, len(listed), _AT_ONCE):
        part = kind.objects.visible_to(by).filter(pk__in=listed[start : start + _AT_ONCE], **where)
        found.update(part.values_list("pk", flat=True))
    return found


def _of_office(by: Any, kind: Any, keys: set[Any], **where: Any) -> set[Any]:
    """Which of these are the writer's office's own, and stand in the incident."""
    found: set[Any] = set()
    listed = sorted(keys)
    for start in range(0, len(listed), _AT_ONCE):
        part = kind.objects.filter(pk__in=listed[start : start + _AT_ONCE], office=by.office_id, **where)
        found.update(part.values_list("pk", flat=True))
    return found


def _time_faults(unit: Unit, row: int | None = None) -> Iterator[InputProblem]:
    if unit.recovered_at is not None and unit.recovered_at > timezone.now() + _CLOCKS:
        yield InputProblem("recovery.in-the-future", row=row, field="recovered_at")


class Reported:
    """Numbers that devices gave in the field."""

    def __init__(self, rows: Sequence[NewUnit]) -> None:
        self.rows = rows
        self._read: dict[str, str] = {}

    def number(self, row: NewUnit) -> str:
        """The number of a row as it is kept, after :meth:`faults` found none."""
        return self._read[row.number]

    def faults(self, by: Any) -> Iterator[InputProblem]:
        """What is wrong with them.  Inside a transaction: the blocks are locked."""
        given = [(i, row) for i, row in enumerate(self.rows, 1) if row.number.strip()]
        if not given:
            return
        belongs = leased_to([row.device for _, row in given if row.device is not None])
        seen: set[str] = set()
        for i, row in given:
            try:
                number = parse(row.number)
            except InputProblems as found:
                yield from (
                    InputProblem(p.code, row=i, field="number", params=p.params) for p in found.problems
                )
                continue
            self._read[row.number] = str(number)
            params = {"given": str(number)}
            if row.device is None or row.device.user.office_id != by.office_id:
                yield InputProblem("recovery.number-without-device", row=i, field="number", params=params)
            elif number.place in RESERVED or not belongs(number, row.device):
                params["device"] = row.device.label
                yield InputProblem("recovery.number-not-leased", row=i, field="number", params=params)
            if str(number) in seen:
                yield InputProblem("recovery.number-taken", row=i, field="number", params=params)
            seen.add(str(number))
        listed = sorted(seen)
        taken: set[str] = set()
        for start in range(0, len(listed), _AT_ONCE):
            part = listed[start : start + _AT_ONCE]
            taken.update(Unit.objects.filter(number__in=part).values_list("number", flat=True))
        for i, row in given:
            if (number := self._read.get(row.number)) in taken:
                yield InputProblem("recovery.number-taken", row=i, field="number", params={"given": number})
