"""The table of the units that were lifted at a scene."""

from __future__ import annotations

from collections.abc import Sequence

from amana.problems import Language
from amana.reporting.blocks import Block, Cell, heading, paragraph
from amana.reporting.field.scene import RecoveredUnit
from amana.reporting.field.sheet import cell, ruled
from amana.reporting.field.words import code, codes, field_texts, said, stamp, written
from amana.reporting.texts import Runs, joined, unbroken


def units_table(units: Sequence[RecoveredUnit], language: Language) -> list[Block]:
    """Heading, how many, and a row for each unit; what is missing of a unit stands in its row."""
    say = field_texts(language)
    head = heading(say.runs("scene.units_heading"))
    if not units:
        return [head, paragraph(say.runs("scene.units_none"))]
    columns = [
        (say.runs(f"scene.{key}"), width)
        for key, width in (
            ("unit", 2.1),
            ("unit_where", 2.2),
            ("unit_lying", 1.9),
            ("unit_with", 2.4),
            ("unit_state", 2.2),
        )
    ]
    key = "scene.units_lead_one" if len(units) == 1 else "scene.units_lead"
    lead = paragraph(say.runs(key, n=unbroken(len(units))), quiet=True, leads=True)
    return [head, lead, ruled(columns, [_row(unit, language) for unit in units])]


def _row(unit: RecoveredUnit, language: Language) -> list[Cell]:
    say = field_texts(language)

    def told(key: str, value: Runs, name: str, lacking: str = "") -> Runs:
        """A phrase around a value, or that it is not recorded."""
        if value:
            return say.runs(f"scene.{key}", **{name: value})
        return [{"t": say.entries[f"scene.{lacking}"], "quiet": True}] if lacking else []

    depth = say.runs("length.m", number=unbroken(f"{unit.depth_m:g}")) if unit.depth_m is not None else []
    associated = joined((written(x) for x in unit.associated), say.plain("list.comma"))
    lying = [
        told("unit_over", codes(unit.over or (), language), "units"),
        told("unit_under", codes(unit.under or (), language), "units"),
    ]
    unsaid = unit.over is None and unit.under is None
    relations = told("", [], "", "unit_no_relations") if unsaid else []
    if not (unsaid or any(lying)):
        relations = say.runs("scene.unit_alone")
    photos = unbroken(unit.photos) if unit.photos else []
    return [
        cell(
            [{"b": code(unit.number)}],
            said(unit.kind, language),
            told("unit_lifted", stamp(unit.lifted_at), "at"),
            told("unit_photos", photos, "n", "unit_no_photo"),
        ),
        cell(
            told("unit_spot", written(unit.spot), "spot"),
            told("unit_position", written(unit.position), "position", "unit_no_position"),
            told("unit_depth", depth, "depth", "unit_no_depth"),
        ),
        cell(
            written(unit.posture) or told("", [], "", "unit_no_posture"),
            told("unit_facing", written(unit.orientation), "direction", "unit_no_orientation"),
        ),
        cell(*lying, relations, told("unit_with_what", associated, "what")),
        cell(
            written(unit.condition) or told("", [], "", "unit_no_condition"),
            told("unit_bound", written(unit.bindings), "what", "unit_no_bindings"),
        ),
    ]
