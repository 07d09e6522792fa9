"""The report of a scene as PDF: what was done and found, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from amana.problems import Language
from amana.reporting.blocks import Block, Cell, heading, items, note, paragraph
from amana.reporting.field.labels import LONGEST_NUMBER
from amana.reporting.field.scene import Attendance, SceneCount, SceneReport, Signer
from amana.reporting.field.scene_missing import missing_in
from amana.reporting.field.scene_units import units_table
from amana.reporting.field.sheet import (
    LONGEST_SIGNER,
    SHEET,
    Imprint,
    cell,
    kept,
    picture,
    ruled,
    sheet,
    two_columns,
)
from amana.reporting.field.words import (
    code,
    field_texts,
    hashed,
    left_to_right,
    lines_of,
    missing,
    moment,
    said,
    shortened,
    stamp,
    written,
    zones,
)
from amana.reporting.texts import Runs, Texts, joined, plain, to_text, unbroken
from amana.reporting.typesetting import pdf

_LONGEST_STATE = 300  # a framed note stays on one page
_SIGNATURE = 11.0
"""Millimetres of a row to sign in."""


def scene_report_pdf(report: SceneReport, language: Language, *, imprint: Imprint | None = None) -> bytes:
    """A scene report as PDF.  Long tables go on over pages with their heads; what is missing is said.

    Raises
    ------
    ValueError
        For a time without its zone.
    """
    say = field_texts(language)
    number = code(shortened(report.number, LONGEST_NUMBER))
    named = "" if report.number else "_none"
    site = written(report.site) or code(report.site_number)
    blocks = [
        *_facts(report, language),
        *_missing(report, language),
        *_hazard(report, language),
        *_people(report, language),
        *_steps(report, language),
        *_plan(report, language),
        *units_table(report.units, language),
        *_photos(report, language),
        *_areas(report, language),
        *_counts(report.counts, language),
        *_signatures(report.signers, language),
    ]
    return pdf(
        sheet(
            language,
            title=say.runs("scene.title", site=site) if site else say.runs("scene.title_none"),
            file_title=to_text(say.runs(f"scene.file_title{named}", number=number)),
            eyebrow=say.runs(f"scene.eyebrow{named}", number=number),
            footer=say.runs("scene.footer"),
            imprint=imprint or Imprint(),
            blocks=blocks,
        ),
        SHEET,
    )


def _time(value: datetime | None, language: Language) -> Runs:
    return missing(language) if value is None else moment(value, language)


def _short(value: datetime | None, language: Language) -> Runs:
    return stamp(value) or missing(language)


def _facts(report: SceneReport, language: Language) -> list[Block]:
    say = field_texts(language)

    def row(key: str, value: Runs) -> tuple[Runs, Runs]:
        return say.runs(f"scene.{key}"), value or missing(language)

    site = [x for x in (written(report.site), code(report.site_number)) if x]
    one = [
        row("number", code(report.number)),
        row("incident", written(report.incident)),
        row("site", joined(site, " ")),
        row("place", written(report.place)),
        row("coordinates", left_to_right(report.coordinates)),
        row("deposition", written(report.deposition)),
        row("datum", written(report.datum)),
    ]
    other = [
        row("office", written(report.office)),
        row("authority", written(report.authority)),
        row("purpose", written(report.purpose)),
        row("began", _time(report.began, language)),
        row("ended", _time(report.ended, language)),
        row("weather", written(report.weather)),
        row("methods", written(report.methods)),
    ]
    found = [two_columns(one, other)]
    names = zones(report.times())
    if names:
        listed = joined((unbroken(name) for name in names), say.plain("list.comma"))
        found.append(paragraph(say.runs("common.times", zones=listed), quiet=True))
    return found


def _missing(report: SceneReport, language: Language) -> list[Block]:
    say = field_texts(language)
    lacking = missing_in(report, language)
    if not lacking:
        return [
            heading(say.runs("scene.missing_heading")),
            note([say.runs("scene.missing_none")], "neutral"),
        ]
    lead = note([say.runs("scene.missing_lead")], "warning")
    return [kept([heading(say.runs("scene.missing_heading")), lead]), items(lacking)]


def _hazard(report: SceneReport, language: Language) -> list[Block]:
    say, hazard = field_texts(language), report.hazard
    head = heading(say.runs("scene.hazard_heading"))
    if hazard is None or not hazard.state:
        told = [say.runs("scene.hazard_unknown")]
        tone = "warning"
    else:
        allowed = {None: "not", False: "not", True: "waiver" if hazard.waived_by else "cleared"}
        told = [
            say.runs(
                f"scene.hazard_{allowed[hazard.allowed]}",
                state=written(shortened(hazard.state, _LONGEST_STATE)),
            )
        ]
        tone = "neutral" if hazard.allowed else "warning"
    if hazard is not None and hazard.lifted_before:
        told.append(say.runs("scene.hazard_before"))
        tone = "warning"
    found = [kept([head, note(told, tone)])]
    if hazard is not None:
        rows = [
            (say.runs("scene.hazard_by"), said(hazard.examined_by, language)),
            (say.runs("scene.hazard_at"), _time(hazard.examined_at, language)),
        ]
        if hazard.waived_by:
            names = joined((written(name) for name in hazard.waived_by), say.plain("list.comma"))
            rows.append((say.runs("scene.hazard_waived"), names))
        if hazard.remarks:
            rows.append((say.runs("scene.hazard_note"), written(hazard.remarks)))
        found.append({"kind": "facts", "rows": [list(row) for row in rows]})
    return found


def _people(report: SceneReport, language: Language) -> list[Block]:
    say = field_texts(language)
    found = [heading(say.runs("scene.team_heading"))]
    if report.team:
        found.append(_attendance(report.team, language))
    else:
        found.append(paragraph(missing(language)))
    found.append(heading(say.runs("scene.present_heading")))
    if report.present:
        found.append(_attendance(report.present, language))
    else:
        found.append(paragraph(say.runs("scene.present_none")))
    return found


def _attendance(people: Sequence[Attendance], language: Language) -> Block:
    say = field_texts(language)
    columns = [
        (say.runs(f"scene.{key}"), width)
        for key, width in (("name", 3), ("role", 2.4), ("from_office", 2.4), ("arrived", 1.9), ("left", 1.9))
    ]
    rows = [
        [
            cell(said(p.name, language)),
            cell(said(p.role, language)),
            cell(said(p.office, language)),
            cell(_short(p.arrived, language)),
            cell(_short(p.left, language)),
        ]
        for p in people
    ]
    return ruled(columns, rows)


def _steps(report: SceneReport, language: Language) -> list[Block]:
    say = field_texts(language)
    head = heading(say.runs("scene.steps_heading"))
    if not report.steps:
        return [head, paragraph(say.runs("scene.steps_none"))]
    columns = [
        (say.runs(f"scene.{key}"), width)
        for key, width in (("step", 3), ("step_state", 1.5), ("step_when", 2.4), ("remarks", 3))
    ]
    rows, nothing = [], plain("–")
    for step in report.steps:
        done = step.state == "done"
        when = [stamp(step.at), written(step.by)] if step.at or step.by else [[] if done else nothing]
        # Only what was done can lack its time; a remark is asked for where it was not.
        told = when if any(when) or not done else [missing(language)]
        remark = written(step.remarks) or (nothing if done else missing(language))
        state = say.runs(f"scene.step_{step.state or 'not_said'}")
        rows.append(
            [cell(said(step.name, language)), cell(state, marked=not done), cell(*told), cell(remark)]
        )
    return [head, ruled(columns, rows)]


def _plan(report: SceneReport, language: Language) -> list[Block]:
    say = field_texts(language)
    head = heading(say.runs("scene.plan_heading"))
    if report.plan is None:
        return [head, paragraph(say.runs("scene.plan_none"))]
    alt = report.plan.description or say.plain("scene.plan_alt")
    return [kept([head, picture(report.plan.svg, alt)])]


def _photos(report: SceneReport, language: Language) -> list[Block]:
    say = field_texts(language)
    head = heading(say.runs("scene.photos_heading"))
    if not report.photos:
        return [head, paragraph(say.runs("scene.photos_none"))]
    columns = [
        (say.runs(f"scene.{key}"), width)
        for key, width in (
            ("photo", 3.6),
            ("photo_of", 2.2),
            ("photo_scale", 1.2),
            ("photo_direction", 1.7),
            ("photo_by", 2.3),
        )
    ]
    scales = {
        True: say.runs("common.yes"),
        False: say.runs("common.no"),
        None: missing(language),
    }
    rows = [
        [
            cell(code(p.file), hashed(p.sha256) if p.sha256 else _quiet(say, "scene.no_hash")),
            cell(said(p.shows, language)),
            cell(scales[p.scale]),
            cell(said(p.direction, language)),
            cell(*lines_of(language, written(p.photographer), stamp(p.at))),
        ]
        for p in report.photos
    ]
    return [head, paragraph(say.runs("scene.photos_lead"), quiet=True, leads=True), ruled(columns, rows)]


def _quiet(say: Texts, key: str) -> Runs:
    return [{"t": say.entries[key], "quiet": True}]


def _areas(report: SceneReport, language: Language) -> list[Block]:
    say = field_texts(language)
    head = heading(say.runs("scene.areas_heading"))
    if not report.areas:
        return [head, paragraph(say.runs("scene.areas_none"))]
    columns = [
        (say.runs(f"scene.{key}"), width)
        for key, width in (("area", 2.5), ("area_how", 2.5), ("area_found", 2.5), ("area_not_found", 2.5))
    ]
    rows = [
        [
            cell(said(a.area, language)),
            cell(*lines_of(language, written(a.how), written(a.by), stamp(a.at))),
            cell(said(a.found, language)),
            cell(said(a.not_found, language)),
        ]
        for a in report.areas
    ]
    return [head, ruled(columns, rows)]


def _counts(counts: Sequence[SceneCount], language: Language) -> list[Block]:
    say = field_texts(language)
    head = heading(say.runs("scene.counts_heading"))
    if not counts:
        return [head, paragraph(say.runs("scene.counts_none"))]
    columns = [
        (say.runs(f"scene.{key}"), width)
        for key, width in (
            ("count_what", 2.2),
            ("count_range", 1.7),
            ("count_basis", 2),
            ("count_words", 2.6),
            ("count_at", 2),
        )
    ]
    rows: list[list[Cell]] = []
    for c in counts:
        words = written(c.words)
        quoted = say.runs("list.quoted", words=words) if words else missing(language)
        rows.append(
            [
                cell(said(c.counted, language), marked=True),
                cell(_range(c, language)),
                cell(said(c.basis, language)),
                cell(quoted),
                cell(*lines_of(language, stamp(c.at), written(c.by))),
            ]
        )
    return [head, paragraph(say.runs("scene.counts_lead"), quiet=True, leads=True), ruled(columns, rows)]


def _range(c: SceneCount, language: Language) -> Runs:
    say = field_texts(language)
    low, high = (unbroken(f"{x:,}") if x is not None else [] for x in (c.low, c.high))
    if low and high:
        return low if c.low == c.high else say.runs("scene.between", low=low, high=high)
    if low:
        return say.runs("scene.from_low", low=low)
    if high:
        return say.runs("scene.to_high", high=high)
    return say.runs("scene.vague") if c.vague else missing(language)


def _signatures(signers: Sequence[Signer], language: Language) -> list[Block]:
    say = field_texts(language)
    columns = [
        (say.runs(f"scene.{key}"), width)
        for key, width in (
            ("signature_role", 2),
            ("signature_name", 2.6),
            ("signature_at", 2),
            ("signature", 3),
        )
    ]
    given = signers or [Signer("")] * 3
    rows = [
        [*(cell(written(shortened(x, LONGEST_SIGNER))) for x in (s.role, s.name)), cell(), cell()]
        for s in given
    ]
    table = ruled(columns, rows, least=_SIGNATURE, together=len(rows) <= 12)
    return [heading(say.runs("scene.signatures_heading")), table]
