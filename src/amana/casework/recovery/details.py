"""What can be said of a unit: how it lay, its condition, the answers of the one-page form."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

from amana.casework.incidents.checks import faults
from amana.casework.recovery.models import Unit
from amana.problems import InputProblem, Language
from amana.reporting.field import check_answers, dead_body_fields

POSITION = (
    "latitude", "longitude", "depth_cm", "orientation_deg", "posture", "limbs", "ligatures", "blindfold",
)  # fmt: skip
DETAILS = (*POSITION, "condition", "form", "nature")

CONDITIONS: Mapping[str, dict[Language, str]] = {
    "damaged": {"en": "damaged", "ar": "متضررة"},
    "burned": {"en": "burnt", "ar": "محترقة"},
    "decomposed": {"en": "decomposed", "ar": "متحللة"},
    "skeletonised": {"en": "skeletonised", "ar": "هيكل عظمي"},
    "missing": {"en": "missing", "ar": "مفقودة"},
    "scattered": {"en": "scattered or loose", "ar": "متناثرة أو مفككة"},
}
"""Item 22 of the INTERPOL DVI post-mortem form: the condition of each region of the body."""

DEEPEST_CM = 20_000.0
_NATURE = "recovery.nature"


def regions(language: Language) -> dict[str, str]:
    """Regions of the body, by the keys that records use, with the numbers of the INTERPOL form."""
    return {r.key: f"{r.number} · {r.label.of(language)}" for r in dead_body_fields().regions}


def detail_faults(unit: Unit, row: int | None = None) -> Iterator[InputProblem]:
    """What is wrong with the details of a unit."""
    yield from position_faults(unit, row)
    yield from _condition_faults(unit.condition, row)
    for problem in check_answers(answered(unit.form)):
        yield InputProblem(problem.code, row=row, field=problem.field, params=problem.params)


def position_faults(unit: Unit, row: int | None = None) -> Iterator[InputProblem]:
    """Half a position, one that is not on earth, a depth or a direction that cannot be."""
    ranges = (
        ("latitude", -90.0, 90.0, "sites.bad-latitude"),
        ("longitude", -180.0, 180.0, "sites.bad-longitude"),
        ("depth_cm", 0.0, DEEPEST_CM, "recovery.bad-depth"),
        ("orientation_deg", 0.0, 360.0, "recovery.bad-direction"),
    )
    for field, low, high, code in ranges:
        value = getattr(unit, field)
        if value is not None and not (math.isfinite(value) and low <= value <= high):
            params = {"given": value, "most": int(high)}
            yield InputProblem(code, row=row, field=field, params=params)
    if (unit.latitude is None) != (unit.longitude is None):
        missing = "latitude" if unit.latitude is None else "longitude"
        yield InputProblem("recovery.half-a-position", row=row, field=missing)


def _condition_faults(condition: Any, row: int | None) -> Iterator[InputProblem]:
    known = {r.key for r in dead_body_fields().regions}
    if not isinstance(condition, Mapping):
        yield InputProblem("recovery.bad-condition", row=row, field="condition", params={"given": "?"})
        return
    for region, words in condition.items():
        fits = isinstance(words, list) and bool(words) and all(w in CONDITIONS for w in words)
        if region not in known or not fits:
            params = {"given": str(region)[:40]}
            yield InputProblem("recovery.bad-condition", row=row, field="condition", params=params)
        elif "missing" in words and len(words) > 1:
            params = {"region": str(region)}
            yield InputProblem("recovery.missing-and-more", row=row, field="condition", params=params)


def answered(form: Mapping[str, Any]) -> dict[str, Any]:
    """Stored answers as the form takes them: JSON has lists for choices, and text for days and hours."""
    kinds = {key: f.kind for key, f in dead_body_fields().fields.items()}
    return {key: _taken(kinds.get(key), value) for key, value in form.items()}


def _taken(kind: str | None, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str) and kind in ("date", "time"):
        try:
            return date.fromisoformat(value) if kind == "date" else time.fromisoformat(value)
        except ValueError:
            return value  # which the form refuses, with its field
    return value


def _stored(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, (date, time)) else value


def divided(answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers that everybody who sees the unit may read, and those that name people."""
    sensitive = dead_body_fields().sensitive
    given = {k: _stored(v) for k, v in answers.items() if v not in (None, "", ())}
    open_ = {k: v for k, v in given.items() if k not in sensitive}
    return open_, {k: v for k, v in given.items() if k in sensitive}


def nature_faults(by: Any, unit: Unit, before: str) -> Iterator[InputProblem]:
    """Anybody may doubt that something is human; only who can judge says that it is not, or is after all."""
    if unit.nature != before and unit.nature != Unit.Nature.NOT_SURE and _NATURE not in by.granted:
        yield InputProblem("recovery.nature-is-judged", field="nature")


def all_faults(by: Any, unit: Unit, before: str) -> list[InputProblem]:
    """Every fault of a unit whose details change."""
    return [*faults(unit), *detail_faults(unit), *nature_faults(by, unit, before)]
