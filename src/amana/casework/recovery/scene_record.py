"""How far a scene record has come: what was done, what was not there, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from amana.casework.recovery.models import Mission, SceneStep, Unit
from amana.casework.recovery.scene import Question, Step, steps
from amana.casework.sites.models import Spot

DONE, NONE, PART, MISSING, OPTIONAL = "done", "none", "part", "missing", "optional"
"""Answered; looked for and not there; begun; not said; not asked for where no grave is opened."""


@dataclass(frozen=True)
class Place:
    """One step, of the mission or of one spot, as it stands.

    Attributes
    ----------
    spot
        None for a step of the whole mission, and for one that waits for the first spot.
    row
        The newest row; None where nobody said anything.
    lacking
        Needed questions that are open.
    """

    step: Step
    spot: Spot | None
    row: SceneStep | None
    state: str
    lacking: tuple[Question, ...] = ()

    @property
    def lacks(self) -> bool:
        """Whether something of it is missing."""
        return self.state in (PART, MISSING)


@dataclass(frozen=True)
class SceneRecord:
    """Every step of one mission, in the order of work.

    Attributes
    ----------
    places
        Of the whole mission; then of each spot that was worked on.
    spots
        These spots.
    """

    mission: Mission
    places: tuple[Place, ...]
    spots: tuple[Spot, ...]

    @property
    def missing(self) -> list[Place]:
        """What is missing."""
        return [p for p in self.places if p.lacks]

    @property
    def begun(self) -> bool:
        """Whether anything was said."""
        return any(p.row is not None for p in self.places)

    def place(self, key: str, spot: Any = None) -> Place | None:
        """One step."""
        found = (p for p in self.places if p.step.key == key and (p.spot.pk if p.spot else None) == spot)
        return next(found, None)


def record_of(mission: Mission) -> SceneRecord:
    """The scene record of one mission."""
    return records_of([mission])[mission.pk]


def records_of(missions: Sequence[Mission]) -> dict[Any, SceneRecord]:
    """The scene records of some missions, with three questions to the database."""
    keys = [m.pk for m in missions]
    newest: dict[Any, dict[tuple[str, Any], SceneStep]] = {k: {} for k in keys}
    touched: dict[Any, set[Any]] = {k: set() for k in keys}
    for row in SceneStep.objects.filter(mission__in=keys).select_related("by").order_by("at", "pk"):
        newest[row.mission_id][row.step, row.spot_id] = row
        if row.spot_id:
            touched[row.mission_id].add(row.spot_id)
    # From the spots, of which a site has tens: a mission may have lifted thousands of units.
    lifted = Unit.objects.filter(spot=OuterRef("pk"), mission__in=keys).exclude(state=Unit.State.WITHDRAWN)
    spots = {
        s.pk: s
        for s in Spot.objects.filter(site__in={m.site_id for m in missions})
        .annotate(lifted=Exists(lifted))
        .select_related("site")
    }
    if len(keys) == 1:
        touched[keys[0]] |= {k for k, s in spots.items() if s.lifted}
    else:
        pairs = Unit.objects.filter(mission__in=keys, spot__isnull=False).exclude(state=Unit.State.WITHDRAWN)
        for mission, spot in pairs.order_by().values_list("mission", "spot").distinct():
            touched[mission].add(spot)
    return {m.pk: _record(m, newest[m.pk], [spots[k] for k in touched[m.pk] if k in spots]) for m in missions}


def _record(
    mission: Mission, newest: Mapping[tuple[str, Any], SceneStep], spots: Iterable[Spot]
) -> SceneRecord:
    ordered = sorted(spots, key=lambda s: _natural(s.label))
    places = [_place(mission, s, None, newest.get((s.key, None))) for s in steps().values() if not s.per_spot]
    of_spots = [s for s in steps().values() if s.per_spot]
    for spot in ordered:
        places += [_place(mission, s, spot, newest.get((s.key, spot.pk))) for s in of_spots]
    return SceneRecord(mission, tuple(places), tuple(ordered))


def _place(mission: Mission, step: Step, spot: Spot | None, row: SceneStep | None) -> Place:
    if row is None:
        asked = mission.exhumes or not step.opened
        return Place(step, spot, None, MISSING if asked else OPTIONAL)
    if row.none:
        return Place(step, spot, row, NONE)
    lacking = tuple(step.lacking(row.values))
    return Place(step, spot, row, PART if lacking else DONE, lacking)


def rows_of(mission: Mission, step: Step, spot: Spot | None) -> list[SceneStep]:
    """Everything that was ever said of one step, newest first."""
    found = SceneStep.objects.filter(mission=mission, step=step.key, spot=spot).select_related("by")
    return list(found.order_by("-at", "-pk"))


def _natural(label: str) -> tuple[int, str]:
    """2 before 10, and both before A."""
    return (int(label), "") if label.isascii() and label.isdigit() else (10**9, label)
