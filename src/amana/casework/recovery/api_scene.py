"""Scene records, for programs and devices."""
# Annotations stay objects: pagination resolves their names elsewhere.

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema, Status
from ninja.pagination import paginate

from amana.casework.common.api import may
from amana.casework.recovery import queries_missions, services
from amana.casework.recovery.models import SceneStep
from amana.casework.recovery.scene import steps
from amana.casework.recovery.scene_record import record_of
from amana.casework.sites.models import Spot
from amana.problems import InputProblem, InputProblems

router = Router(tags=["missions"])
MOST_AT_ONCE = 500
VIEW, RECORD = "recovery.view", "recovery.record"


class WordsOut(Schema):
    """The same in both languages."""

    en: str
    ar: str


class ChoiceOut(Schema):
    """One answer to choose."""

    key: str
    words: WordsOut


class QuestionOut(Schema):
    """A question of a step; ``hint`` may be empty."""

    key: str
    kind: str
    label: WordsOut
    hint: dict[str, str]
    needed: bool
    choices: list[ChoiceOut]


class StepOut(Schema):
    """A step of a scene record; ``none`` is empty where "there was none" is no answer."""

    key: str
    title: WordsOut
    why: WordsOut
    per_spot: bool
    opened: bool
    none: dict[str, str]
    questions: list[QuestionOut]

    @staticmethod
    def resolve_questions(step: Any) -> Any:
        """Those that are asked now."""
        return step.asked


class SceneRowOut(Schema):
    """One step as it was filled in; the newest of a step and spot counts."""

    id: UUID
    step: str
    spot: str | None
    values: dict[str, Any]
    none: bool
    change: str
    reason: str
    by: str
    at: datetime

    @staticmethod
    def resolve_spot(row: SceneStep) -> str | None:
        """Label of the spot."""
        return row.spot.label if row.spot else None

    @staticmethod
    def resolve_by(row: SceneStep) -> str:
        """Who filled it in."""
        return str(row.by)


class ScenePlaceOut(Schema):
    """How far one step is: ``done``, ``none``, ``part``, ``missing`` or ``optional``."""

    step: str
    spot: str | None
    state: str
    lacking: list[str]
    newest: UUID | None


class RowIn(Schema):
    """A step to fill in: the label of its spot where it has one.

    ``seen`` is the key of the newest row that the program knew, empty where it knew of none.
    """

    step: str
    spot: str = ""
    values: dict[str, Any] = {}
    none: bool = False
    change: str = ""
    reason: str = ""
    seen: str


@router.get("/scene/steps", response=list[StepOut])
def scene_steps(request: Any) -> Any:
    """The steps of a scene record with their questions, in the order of work."""
    may(request, VIEW)
    return list(steps().values())


@router.get("/missions/{number}/scene", response=list[ScenePlaceOut])
def scene(request: Any, number: str) -> Any:
    """How far the scene record of a mission is."""
    record = record_of(queries_missions.mission(may(request, VIEW), number))
    return [
        {
            "step": p.step.key, "spot": p.spot.label if p.spot else None, "state": p.state,
            "lacking": [q.key for q in p.lacking], "newest": p.row.pk if p.row else None,
        }
        for p in record.places
    ]  # fmt: skip


@router.get("/missions/{number}/scene/rows", response=list[SceneRowOut])
@paginate
def scene_rows(request: Any, number: str) -> Any:
    """Everything that was ever said at the scene, in the order in which it was entered."""
    found = queries_missions.mission(may(request, VIEW), number)
    return SceneStep.objects.filter(mission=found).select_related("spot", "by").order_by("at", "pk")


@router.post("/missions/{number}/scene", response={201: list[SceneRowOut]})
def record_scene(request: Any, number: str, given: list[RowIn]) -> Any:
    """Fill in steps of the scene record, all or none."""
    user = may(request, RECORD)
    found = queries_missions.mission(user, number)
    spots = {s.label: s for s in Spot.objects.filter(site=found.site_id)}
    problems = [
        InputProblem("scene.spot-elsewhere", row=i, field="spot")
        for i, g in enumerate(given, 1)
        if g.spot and g.spot not in spots
    ]
    if len(given) > MOST_AT_ONCE:
        params = {"given": len(given), "most": MOST_AT_ONCE}
        problems = [InputProblem("recovery.too-many-sent", field="steps", params=params)]
    if problems:
        raise InputProblems(problems)
    rows = [
        services.Filled(g.step, g.values, spots.get(g.spot), g.none, g.change, g.reason, g.seen)
        for g in given
    ]
    return Status(201, services.record_steps(user, found, rows))
