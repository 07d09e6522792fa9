"""Filling in a scene record: step by step, in any order, each saved at once and never overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from amana.casework.audit.writing import writing
from amana.casework.incidents.checks import refuse
from amana.casework.recovery.models import Mission, SceneStep
from amana.casework.recovery.scene import read_answers, steps
from amana.casework.sites.models import Spot
from amana.problems import InputProblem

RECORD = "recovery.record"
Change = SceneStep.Change


@dataclass(frozen=True)
class Filled:
    """One step as it was filled in.

    Attributes
    ----------
    none
        It was looked for, and there was none.
    change, reason
        For a step that was filled in before: ``added`` later, or ``corrected`` and why.
    seen
        Key of the newest row that the writer had before them, empty where there was none; None where nobody
        looked at a page.
    """

    step: str
    values: Mapping[str, Any] = field(default_factory=dict)
    spot: Spot | None = None
    none: bool = False
    change: str = ""
    reason: str = ""
    seen: str | None = None


def record_step(by: Any, mission: Mission, step: str, **fields: Any) -> SceneStep:
    """Fill in one step; the fields are those of :class:`Filled`."""
    return _recorded(by, mission, [Filled(step=step, **fields)], numbered=False)[0]


def record_steps(by: Any, mission: Mission, rows: Sequence[Filled]) -> list[SceneStep]:
    """Fill in many steps of a mission, all or none.

    Raises
    ------
    InputProblems
        With every fault of every row, counted from 1.
    """
    return _recorded(by, mission, rows, numbered=True)


def _recorded(by: Any, mission: Mission, rows: Sequence[Filled], *, numbered: bool) -> list[SceneStep]:
    with writing(by, "recovery.scenestep.recorded", may=RECORD, on=mission) as log:
        # The mission's lock: of two who fill in one step at once, the second sees the first.
        mission = Mission.objects.select_for_update(of=("self",)).get(pk=mission.pk)
        newest = {
            (s, spot): str(key)
            for s, spot, key in SceneStep.objects.filter(mission=mission)
            .order_by("at", "pk")
            .values_list("step", "spot_id", "pk")
        }
        known = {r.spot.pk for r in rows if r.spot is not None}
        here = set(Spot.objects.filter(pk__in=known, site=mission.site_id).values_list("pk", flat=True))
        made, problems = [], []
        for i, row in enumerate(rows, 1):
            step, wrong = _made(by, mission, row, newest, here)
            problems += [replace(p, row=i if numbered else None) for p in wrong]
            if step is not None:
                newest[step.step, step.spot_id] = str(step.pk)
                made.append(step)
        refuse(problems)
        log.save_new(made)
    return made


def _made(
    by: Any, mission: Mission, row: Filled, newest: Mapping[tuple[str, Any], str], here: set[Any]
) -> tuple[SceneStep | None, list[InputProblem]]:
    step = steps().get(row.step)
    if step is None:
        params = {"given": str(row.step)[:40]}
        return None, [InputProblem("scene.unknown-step", field="step", params=params)]
    problems: list[InputProblem] = []
    if step.per_spot and row.spot is None:
        problems.append(InputProblem("scene.needs-spot", field="spot"))
    elif row.spot is not None and (not step.per_spot or row.spot.pk not in here):
        code = "scene.no-spot" if not step.per_spot else "scene.spot-elsewhere"
        problems.append(InputProblem(code, field="spot"))
    values, wrong = read_answers(step, row.values)
    problems += wrong
    if row.none and not step.none:
        problems.append(InputProblem("scene.none-is-no-answer", field="none"))
    elif row.none and values:
        problems.append(InputProblem("scene.none-and-answers", field="none"))
    elif not row.none and not values and not wrong:
        problems.append(InputProblem("scene.nothing-said", field="values"))
    before = newest.get((row.step, row.spot.pk if row.spot else None), "")
    if row.seen is not None and row.seen != before:
        problems.append(InputProblem("scene.changed-meanwhile"))
    problems += _change_faults(row, before)
    made = SceneStep(
        mission=mission, spot=row.spot, step=row.step, values=values, none=row.none, by=by,
        change=row.change if before else Change.FIRST, reason=row.reason.strip() if before else "",
    )  # fmt: skip
    return made, [*problems, *(p for p in made.faults() if p.field == "reason")]


def _change_faults(row: Filled, before: str) -> list[InputProblem]:
    if not before:
        return []
    if row.change not in (Change.ADDED, Change.CORRECTED):
        return [InputProblem("scene.say-what-changed", field="change")]
    if row.change == Change.CORRECTED and not row.reason.strip():
        return [InputProblem("record.needs-reason", field="reason")]
    return []
