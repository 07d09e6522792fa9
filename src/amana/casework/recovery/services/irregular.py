"""What was lifted where the rules were not met: recorded all the same, flagged, reported, answered."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from amana.casework.audit.writing import Log, writing
from amana.casework.incidents.checks import refuse
from amana.casework.incidents.models import Incident
from amana.casework.recovery.gate import needs_authorisation, went_by_the_rules
from amana.casework.recovery.models import Irregularity, Mission, Unit
from amana.casework.sites.models import Authorisation, Clearance, Site, Waiver
from amana.casework.sites.rules import irregular
from amana.problems import InputProblem

if TYPE_CHECKING:
    from amana.casework.recovery.services.units import NewUnit

ANSWER = "recovery.answer"
Kind = Irregularity.Kind
_ORDER = {kind: i for i, kind in enumerate(Kind.values)}


def flag(
    log: Log, by: Any, incident: Incident, rows: Sequence[NewUnit], units: Sequence[Unit]
) -> list[Irregularity]:
    """Set on each unit what was missing when it was lifted, and save one record for all that lack the same.

    Of a recording at one site that is one record.  Parts that are separated later have what their unit has.

    Parameters
    ----------
    rows, units
        What was given, and the units made of it, not saved yet.
    """
    missing = _Missing(rows)
    made: dict[tuple[Any, ...], Irregularity] = {}
    for row, unit in zip(rows, units, strict=True):
        if row.parent is not None:
            unit.irregularity_id = row.parent.irregularity_id
            continue
        site = missing.site(row)
        kinds = missing.of(row)
        if not kinds:
            continue
        key = (site.pk if site else None, row.mission.pk if row.mission else None, *kinds)
        if key not in made:
            made[key] = Irregularity(
                office=by.office, incident=incident, site=site, mission=row.mission, kinds=list(kinds), by=by,
            )  # fmt: skip
        unit.irregularity = made[key]
    log.save_new(list(made.values()), "recovery.irregularity.reported")
    return list(made.values())


def answer_irregularity(by: Any, irregularity: Irregularity, text: str) -> Irregularity:
    """Say what was done about it.  Never by whoever recorded it; what was answered stays.

    Raises
    ------
    InputProblems
        Without words; by whoever recorded; when it was answered already.
    """
    with writing(by, "recovery.irregularity.answered", may=ANSWER, on=irregularity) as log:
        irregularity = Irregularity.objects.select_for_update(of=("self",)).get(pk=irregularity.pk)
        problems = []
        if irregularity.answered_at is not None:
            problems.append(InputProblem("recovery.irregularity-answered"))
        if irregularity.by_id == by.pk:
            problems.append(InputProblem("recovery.answered-by-recorder"))
        if not text.strip():
            problems.append(InputProblem("record.needs", field="answer"))
        irregularity.answer = text.strip()
        refuse([*problems, *irregularity.faults()])
        irregularity.answered_by, irregularity.answered_at = by, timezone.now()
        log.save(irregularity)
    return irregularity


class _Missing:
    """What was missing for each of many rows, with few questions to the database.

    What :func:`amana.casework.sites.rules.irregular` says of a site changes only when a clearance, a waiver
    or an authorisation begins or ends: rows between two such moments have one answer.
    """

    def __init__(self, rows: Sequence[NewUnit]) -> None:
        spots = {r.spot.site_id for r in rows if r.spot is not None}
        missions = {r.mission.site_id for r in rows if r.mission is not None}
        self.now = timezone.now()
        self._sites = Site.objects.in_bulk(spots | missions)
        keys = {r.mission.pk for r in rows if r.mission is not None}
        # Read again: the state of a mission decides.
        self._missions = Mission.objects.select_related("site").in_bulk(keys)
        self._changes: dict[Any, tuple[list[datetime], list[Any]]] = {}
        self._known: dict[tuple[Any, ...], list[str]] = {}

    def site(self, row: NewUnit) -> Site | None:
        """Where it lay: the site of the spot, or of the mission."""
        if row.spot is not None:
            return self._sites[row.spot.site_id]
        return self._sites[row.mission.site_id] if row.mission is not None else None

    def of(self, row: NewUnit) -> tuple[str, ...]:
        """The words of :class:`Irregularity.Kind`, in their order."""
        found = set()
        mission = self._missions[row.mission.pk] if row.mission is not None else None
        if row.surrender is not None:
            found.add(Kind.SURRENDERED.value)
        elif went_by_the_rules(mission, row.recovered_at):
            assert mission is not None
            moment = row.recovered_at or mission.ended_at or self.now
            found |= set(self._at(self.site(row), moment)) - {Kind.MISSION.value}
            if not needs_authorisation(mission):
                found -= {Kind.AUTHORITY.value}
        else:
            found |= {*self._at(self.site(row), row.recovered_at or self.now), Kind.MISSION.value}
        if row.spot is None and getattr(row, "latitude", None) is None:
            found.add(Kind.NO_POSITION.value)
        return tuple(sorted(found, key=lambda k: _ORDER[k]))

    def _at(self, site: Site | None, moment: datetime) -> list[str]:
        if site is None:
            return irregular(None, None, moment)
        moments, days = self._turning_points(site)
        day = timezone.localdate(moment)
        key = (site.pk, bisect_right(moments, moment), bisect_left(days, day), bisect_right(days, day))
        if key not in self._known:
            self._known[key] = irregular(site, None, moment)
        return self._known[key]

    def _turning_points(self, site: Site) -> tuple[list[datetime], list[Any]]:
        if site.pk not in self._changes:
            moments = list(Clearance.objects.filter(site=site).values_list("at", flat=True))
            for row in Waiver.objects.filter(site=site).values_list("agreed_at", "until", "revoked_at"):
                moments += [m for m in row if m is not None]
            days = []
            for given, until, withdrawn in Authorisation.objects.filter(site=site).values_list(
                "given_on", "until", "withdrawn_at"
            ):
                days += [d for d in (given, until) if d is not None]
                days += [timezone.localdate(withdrawn)] if withdrawn is not None else []
            self._changes[site.pk] = (sorted(moments), sorted(days))
        return self._changes[site.pk]
