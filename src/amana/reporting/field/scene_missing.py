"""What a scene report lacks, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from amana.problems import Language
from amana.reporting.field.labels import LONGEST_NUMBER
from amana.reporting.field.scene import RecoveredUnit, ScenePhoto, SceneReport
from amana.reporting.field.words import codes, field_texts, shortened
from amana.reporting.texts import Runs, joined, unbroken

_NAMED = 12
"""So many units are named; of more, the first."""
_FACTS = (
    *("number", "incident", "site", "place", "coordinates", "deposition", "datum"),
    *("office", "authority", "purpose", "began", "ended", "weather", "methods"),
)
_OF_UNIT: tuple[tuple[str, Callable[[RecoveredUnit], bool]], ...] = (
    ("position", lambda u: not u.position),
    ("depth", lambda u: u.depth_m is None),
    ("orientation", lambda u: not u.orientation),
    ("photo", lambda u: not u.photos),
)
_OF_PHOTO: tuple[tuple[str, Callable[[ScenePhoto], bool]], ...] = (
    ("hash", lambda p: not p.sha256),
    ("scale", lambda p: not p.scale),
    ("direction", lambda p: not p.direction),
    ("photographer", lambda p: not p.photographer),
)


def missing_in(report: SceneReport, language: Language) -> list[Runs]:
    """All that the report asks for and that is not recorded, a line each; empty where nothing lacks."""
    say = field_texts(language)
    found: list[Runs] = []
    facts = [say.runs(f"scene.{key}") for key in _FACTS if not getattr(report, key)]
    if facts:
        names = joined(facts, say.plain("list.comma"))
        found.append(say.runs("scene.missing_facts", names=names))
    hazard = report.hazard
    if hazard is None or not hazard.state or not hazard.examined_by or hazard.examined_at is None:
        found.append(say.runs("scene.missing_hazard"))
    if not report.team:
        found.append(say.runs("scene.missing_team"))
    undone = sum(step.state in (None, "not_done") for step in report.steps)
    if undone or not report.steps:
        key = "scene.missing_steps" if undone else "scene.steps_none"
        found.append(say.runs(key, n=unbroken(undone)))
    if report.plan is None:
        found.append(say.runs("scene.missing_plan"))
    found += _units(report.units, language)
    found += _photos(report.photos, language)
    if not report.areas:
        found.append(say.runs("scene.missing_areas"))
    if not report.counts:
        found.append(say.runs("scene.missing_counts"))
    return found


def _units(units: Sequence[RecoveredUnit], language: Language) -> list[Runs]:
    say = field_texts(language)
    found = []
    for what, lacks in _OF_UNIT:
        numbers = [u.number for u in units if lacks(u)]
        if numbers:
            key = "scene.missing_units_many" if len(numbers) > _NAMED else "scene.missing_units"
            found.append(
                say.runs(
                    key,
                    what=say.runs(f"scene.what_{what}"),
                    n=unbroken(len(numbers)),
                    units=codes((shortened(x, LONGEST_NUMBER) for x in numbers[:_NAMED]), language),
                )
            )
    return found


def _photos(photos: Sequence[ScenePhoto], language: Language) -> list[Runs]:
    say = field_texts(language)
    if not photos:
        return [say.runs("scene.missing_photos_none")]
    counted = [(what, sum(lacks(p) for p in photos)) for what, lacks in _OF_PHOTO]
    return [
        say.runs("scene.missing_photos", what=say.runs(f"scene.what_{what}"), n=unbroken(n))
        for what, n in counted
        if n
    ]
