"""The form for one body or body part on paper: empty for a pen, or filled from a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

from amana.problems import InputProblem, InputProblems, Language
from amana.reporting.blocks import report
from amana.reporting.field.dead_body import Field, Section, Value, check_answers, dead_body_fields
from amana.reporting.field.labels import Label, label_data
from amana.reporting.field.sheet import Imprint
from amana.reporting.field.words import day, field_texts, missing, written
from amana.reporting.texts import Runs, joined, plain, to_text, unbroken
from amana.reporting.typesetting import pdf

FORM = Path(__file__).parent / "dead_body.typ"
_LINE = 12
_HEAD, _BESIDE = ("recovered",), ("reporting",)  # sections beside the place of the label
_LONG = 400
_GAP = {"en": 2.3, "ar": 0.95}  # millimetres between lines for a pen; a line of Naskh is higher


@dataclass(frozen=True)
class DeadBodyForm:
    """A form that has its number.

    Attributes
    ----------
    label
        As it is printed in its place on the form.
    values
        Answers by the key of their field.  Without any, the form has its label and is otherwise empty, for a
        pen.
    withheld
        Keys of fields whose answers this reader may not see: the form says so.
    """

    label: Label
    values: Mapping[str, Value] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()


def dead_body_form_pdf(
    form: DeadBodyForm | None, language: Language, *, imprint: Imprint | None = None
) -> bytes:
    """The form as PDF: empty without ``form``, then always on one page.

    A filled form grows with its texts and may go on to another page; what has no answer is said to be not
    recorded.

    Raises
    ------
    InputProblems
        As :func:`~amana.reporting.field.dead_body.check_answers` and
        :func:`~amana.reporting.field.labels.labels_pdf`.
    """
    if form is not None:
        faults = check_answers(form.values)
        fields = dead_body_fields().fields
        faults += [
            InputProblem("dead-body.no-such-field", field=key, params={"key": key})
            for key in sorted(form.withheld - fields.keys())
        ]
        if faults:
            raise InputProblems(faults)
    return pdf(form_data(form, language, imprint or Imprint()), FORM)


def form_data(form: DeadBodyForm | None, language: Language, imprint: Imprint) -> dict[str, Any]:
    """The form as data for ``dead_body.typ``."""
    say = field_texts(language)
    title = say.runs("form.title")
    number = form.label.number if form else ""
    key = "form.file_title_number" if number else "form.file_title"
    printed = imprint.runs(language)
    document = report(
        language,
        title=title,
        file_title=to_text(say.runs(key, number=unbroken(number))),
        eyebrow=[],
        tag=None,
        banner=say.runs("common.synthetic") if imprint.synthetic else None,
        footer=say.runs("form.foot") + (plain(" · ") + printed if printed else []),
        page=say.runs("common.page", page={"page": "current"}, pages={"page": "last"}),
        program=[],
        blocks=[],
    )
    sections = dead_body_fields()
    drawn = {s.key: _section(s, form, language) for s in sections}
    return document | {
        "lead": say.runs("form.lead"),
        "label": label_data(form.label, language) if form else None,
        "label_here": say.runs("form.label_here"),
        "head": [drawn.pop(key) for key in _HEAD],
        "beside": [drawn.pop(key) for key in _BESIDE],
        "sections": list(drawn.values()),
        "gap": 0.6 if form and form.values else _GAP[language] - (0.35 if imprint.synthetic else 0),
    }


def _section(section: Section, form: DeadBodyForm | None, language: Language) -> dict[str, Any]:
    say = field_texts(language)
    cells = [_cell(f, form, language) for f in section.fields]
    if section.key in _BESIDE:
        cells.append(_empty(say.plain("form.signature")))
    rows: list[dict[str, Any]] = []
    for drawn in cells:
        if not rows or rows[-1]["rest"] < drawn["span"]:
            rows.append({"cells": [], "rest": _LINE, "long": False})
        rows[-1]["cells"].append(drawn)
        rows[-1]["rest"] -= drawn["span"]
        rows[-1]["long"] = rows[-1]["long"] or drawn["long"]
    regions = any(f.kind == "regions" for f in section.fields)
    sensitive = all(f.sensitive for f in section.fields)
    return {
        "letter": section.letter,
        "label": section.label.of(language),
        "rows": rows,
        "note": _region_key(language) if regions else [],
        "remark": say.runs("form.sensitive") if sensitive else [],
    }


def _region_key(language: Language) -> Runs:
    say = field_texts(language)
    named = (
        unbroken(r.number) + plain(f"\u00a0{r.label.of(language)}".replace(" ", "\u00a0"))
        for r in dead_body_fields().regions
    )
    return say.runs("form.region_key") + plain(" ") + joined(named, say.plain("list.comma"))


def _empty(label: str, span: int = _LINE, lines: int = 1) -> dict[str, Any]:
    return {
        "label": label,
        "hint": "",
        "boxes": [],
        "pen": True,
        "unit": None,
        "lines": lines,
        "value": [],
        "span": span,
        "long": False,
    }


def _cell(asked: Field, form: DeadBodyForm | None, language: Language) -> dict[str, Any]:
    """One field, empty or with its answer."""
    drawn = _empty(asked.label.of(language), asked.paper, asked.lines)
    if form is None or not form.values:
        drawn["hint"] = asked.hint.of(language)
        drawn["boxes"] = _boxes(asked, None, language)
        drawn["pen"] = asked.kind not in ("choice", "choices", "yes_no")
        drawn["unit"] = asked.unit.of(language) or None
        return drawn
    drawn["pen"] = False
    if asked.key in form.withheld:
        drawn["value"] = [{"t": field_texts(language).entries["common.withheld"], "quiet": True}]
        return drawn
    value = form.values.get(asked.key)
    drawn["boxes"] = _boxes(asked, value, language)
    drawn["value"] = missing(language) if value in (None, "", ()) else _answer(asked, value, language)
    drawn["long"] = sum(len(str(run.get("t", ""))) for run in drawn["value"]) > _LONG
    return drawn


def _boxes(asked: Field, value: Value | None, language: Language) -> list[list[object]]:
    say = field_texts(language)
    if asked.kind == "yes_no":
        return [[say.entries["common.yes"], value is True], [say.entries["common.no"], value is False]]
    if asked.kind == "regions":
        found = isinstance(value, Mapping)
        return [
            [say.entries["form.none"], found and not value],
            [say.entries["form.seen"], found and bool(value)],
        ]
    chosen = value if isinstance(value, tuple) else (value,)
    return [[o.label.of(language), o.key in chosen] for o in asked.options]


def _answer(asked: Field, value: Value | None, language: Language) -> Runs:
    """What stands behind the label, or behind its boxes."""
    if asked.kind == "number":
        unit = asked.unit.of(language)
        return unbroken(f"{value:g}") + (plain(f" {unit}") if unit else [])
    if isinstance(value, time):
        return unbroken(f"{value:%H:%M}")
    if isinstance(value, date):
        return plain(day(value, language))
    if isinstance(value, Mapping):
        regions = dead_body_fields()
        named = (
            plain(regions.region(key).label.of(language)) + (plain(": ") + written(words) if words else [])
            for key, words in value.items()
        )
        return joined(named, field_texts(language).plain("list.semicolon"))
    return written(value) if asked.kind == "text" and isinstance(value, str) else []
