"""What the form for one body or body part asks, from ``dead_body.toml``, and whether answers fit it."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from amana.problems import InputProblem
from amana.reporting.field.words import NO_WORDS, Words

Kind = Literal["choice", "choices", "text", "number", "date", "time", "yes_no", "regions"]
Value = str | bool | float | date | time | tuple[str, ...] | Mapping[str, str]
"""``choice`` and ``text``: str · ``choices``: tuple of keys · ``number``: int or float · ``date``: date ·
``time``: time · ``yes_no``: bool · ``regions``: region to words about it, empty where it was looked for
and is not there."""

_PATH = Path(__file__).parent / "dead_body.toml"
LONGEST_TEXT = 2000
"""Characters of one free text."""


@dataclass(frozen=True)
class Option:
    """One of the answers that a field offers, or a region of the body; ``number`` is its number on paper."""

    key: str
    label: Words
    number: str = ""


@dataclass(frozen=True)
class Field:
    """One question.

    Attributes
    ----------
    key
        Under which the answer is stored; it never changes.
    hint
        What to write; empty where the label says enough.
    sensitive
        Whether the answer is read only by those who may.
    paper, lines
        Width in twelfths of a line, and lines, on paper.
    """

    key: str
    kind: Kind
    label: Words
    options: tuple[Option, ...] = ()
    hint: Words = NO_WORDS
    unit: Words = NO_WORDS
    sensitive: bool = False
    paper: int = 12
    lines: int = 1

    def option(self, key: str) -> Option:
        """The option with this key."""
        return next(o for o in self.options if o.key == key)


@dataclass(frozen=True)
class Section:
    """Questions that belong together; ``letter`` is that of the field manual, or empty."""

    key: str
    label: Words
    fields: tuple[Field, ...]
    letter: str = ""


@dataclass(frozen=True)
class Sections:
    """The whole form: sections in their order, and the regions of the body."""

    sections: tuple[Section, ...]
    regions: tuple[Option, ...]

    def __iter__(self) -> Iterator[Section]:
        return iter(self.sections)

    @property
    def fields(self) -> Mapping[str, Field]:
        """All fields by their key, in their order."""
        return {f.key: f for section in self.sections for f in section.fields}

    @property
    def sensitive(self) -> frozenset[str]:
        """Keys of the fields that are read only by those who may."""
        return frozenset(key for key, f in self.fields.items() if f.sensitive)

    def region(self, key: str) -> Option:
        """The region with this key."""
        return next(r for r in self.regions if r.key == key)


@cache
def dead_body_fields() -> Sections:
    """The form as it is printed and asked on screen.

    Raises
    ------
    ValueError
        Where ``dead_body.toml`` contradicts itself.
    """
    data = tomllib.loads(_PATH.read_text("utf-8"))
    found = Sections(
        tuple(
            Section(s["key"], Words(**s["label"]), tuple(map(_field, s["field"])), s.get("letter", ""))
            for s in data["section"]
        ),
        tuple(Option(r["key"], Words(**r["label"]), r["number"]) for r in data["region"]),
    )
    if len(found.fields) != sum(len(s.fields) for s in found):
        raise ValueError("a key stands for two fields")
    return found


def _field(data: dict[str, Any]) -> Field:
    options = tuple(Option(o["key"], Words(**o["label"])) for o in data.get("options", ()))
    words: dict[str, Any] = {k: Words(**data[k]) for k in ("label", "hint", "unit") if k in data}
    rest = {k: v for k, v in data.items() if k != "options" and k not in words}
    found = Field(options=options, **words, **rest)
    if found.kind not in get_args(Kind) or bool(options) != found.kind.startswith("choice"):
        raise ValueError(f"{found.key}: kind and options do not fit")
    return found


def check_answers(values: Mapping[str, object]) -> list[InputProblem]:
    """What of these answers does not fit the form: a problem each, with the key as its field.

    ``dead-body.no-such-field``, ``dead-body.no-such-option`` (also for a region) and
    ``dead-body.not-a-value`` (the wrong type, a number that is not above zero, a text longer than
    :data:`LONGEST_TEXT`).
    """
    fields, found = dead_body_fields().fields, []
    for key, value in values.items():
        field = fields.get(key)
        if field is None:
            found.append(InputProblem("dead-body.no-such-field", field=key, params={"key": key}))
            continue
        known = {o.key for o in (dead_body_fields().regions if field.kind == "regions" else field.options)}
        if not _is_of_kind(value, field.kind):
            found.append(InputProblem("dead-body.not-a-value", field=key))
        elif isinstance(value, str) and field.kind == "choice":
            found += _unknown(field, [value], known)
        elif isinstance(value, tuple | Mapping):
            found += _unknown(field, list(value), known)
    return found


def _unknown(field: Field, chosen: list[str], known: set[str]) -> list[InputProblem]:
    return [
        InputProblem("dead-body.no-such-option", field=field.key, params={"option": key})
        for key in chosen
        if key not in known
    ]


def _is_of_kind(value: object, kind: Kind) -> bool:
    if kind in ("choice", "text"):
        return isinstance(value, str) and len(value) <= LONGEST_TEXT
    if kind == "choices":
        return isinstance(value, tuple) and all(isinstance(key, str) for key in value)
    if kind == "regions":
        return isinstance(value, Mapping) and all(
            isinstance(key, str) and isinstance(words, str) and len(words) <= LONGEST_TEXT
            for key, words in value.items()
        )
    if kind == "number":
        return (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
            and value > 0
        )
    if kind == "date":
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, time if kind == "time" else bool)
