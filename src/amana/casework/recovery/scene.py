"""The steps of a scene record, as ``scene.toml`` has them, and what answers to their questions may be.

Pure: no database.  After the Minnesota Protocol on the Investigation of Potentially Unlawful Death (OHCHR
2016, HR/PUB/17/4), sections on the scene, on the recovery of human remains and on the excavation of graves.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from amana.geography.coordinates import parse_position
from amana.problems import InputProblem, InputProblems

KINDS = ("text", "number", "yesno", "choice", "choices", "time", "position", "people")
MOST_PEOPLE, LONGEST_TEXT, LONGEST_NAME = 40, 4000, 120
_LANGUAGES = ("en", "ar")
_PERSON = ("who", "office", "arrived", "left")
_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫،−", "01234567890123456789..-")


@dataclass(frozen=True)
class Choice:
    """One answer to choose."""

    key: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """One question of a step.

    Attributes
    ----------
    needed
        Without an answer to it the step counts as begun, not as done.
    retired
        No longer asked; kept because old records answer it.
    """

    key: str
    kind: str
    label: Mapping[str, str]
    hint: Mapping[str, str]
    needed: bool
    choices: tuple[Choice, ...]
    retired: bool

    def words_of(self, key: str, language: str) -> str:
        """What a choice says."""
        return next((c.words[language] for c in self.choices if c.key == key), key)


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes
    ----------
    per_spot
        Whether each spot has its own, or the mission has one.
    opened
        Whether it is asked only where graves are opened.
    none
        What "looked for, and there was none" says here; empty where that is no answer.
    """

    key: str
    title: Mapping[str, str]
    why: Mapping[str, str]
    per_spot: bool
    opened: bool
    none: Mapping[str, str]
    questions: tuple[Question, ...]

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions that are asked now."""
        return tuple(q for q in self.questions if not q.retired)

    def question(self, key: str) -> Question | None:
        """One of them."""
        return next((q for q in self.questions if q.key == key), None)

    def lacking(self, values: Mapping[str, Any]) -> list[Question]:
        """Needed questions that these answers leave open."""
        return [q for q in self.asked if q.needed and values.get(q.key) in (None, "", [])]


@cache
def steps() -> Mapping[str, Step]:
    """Every step by its key, in the order of work."""
    raw = tomllib.loads((Path(__file__).parent / "scene.toml").read_text("utf-8"))
    return {s["key"]: _step(s) for s in raw["step"]}


def _step(raw: Mapping[str, Any]) -> Step:
    return Step(
        raw["key"], raw["title"], raw["why"], raw.get("per", "mission") == "spot", raw.get("opened", False),
        raw.get("none", {}), tuple(_question(q) for q in raw["question"]),
    )  # fmt: skip


def _question(raw: Mapping[str, Any]) -> Question:
    choices = tuple(Choice(c["key"], {n: c[n] for n in _LANGUAGES}) for c in raw.get("choices", ()))
    return Question(
        raw["key"], raw["kind"], raw["label"], raw.get("hint", {}), raw.get("needed", False), choices,
        raw.get("retired", False),
    )  # fmt: skip


def read_answers(step: Step, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[InputProblem]]:
    """The answers to a step as they are kept, and what is wrong with them.

    Numbers may be text in Western or Arabic digits; a position is text in any form that
    :func:`~amana.geography.coordinates.parse_position` reads, or is already ``{"latitude", "longitude"}``; a
    time is aware, or a text of ISO 8601 with its zone; each of the ``people`` has ``who``, and may have
    ``office``, ``arrived`` and ``left``.  Empty answers are left out.
    """
    kept: dict[str, Any] = {}
    problems: list[InputProblem] = []
    for key, value in given.items():
        question = step.question(key) if isinstance(key, str) else None
        if question is None:
            params = {"given": str(key)[:80], "step": step.key}
            problems.append(InputProblem("scene.unknown-question", field="values", params=params))
            continue
        if value is None or (isinstance(value, str) and not value.strip()) or value == []:
            continue
        try:
            read = _READERS[question.kind](question, value)
        except InputProblems as found:
            problems += [InputProblem(p.code, field=key, params=p.params) for p in found.problems]
        else:
            if read not in ("", [], None):
                kept[key] = read
    return kept, problems


def _wrong(code: str, **params: Any) -> InputProblems:
    return InputProblems([InputProblem(f"scene.{code}", params=params)])


def _text(question: Question, value: Any, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        raise _wrong("not-text")
    text = value.strip()
    if len(text) > longest:
        raise InputProblems([InputProblem("record.too-long", params={"length": len(text), "most": longest})])
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise InputProblems([InputProblem("record.unreadable-text")])
    return text


def _number(question: Question, value: Any) -> float | int:
    number: float | None = None
    if isinstance(value, str):
        text = value.strip().translate(_WESTERN)
        # A single comma is a decimal mark; anything else with commas could be thousands.
        text = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
        try:
            number = float(text) if len(text) < 30 else None
        except ValueError:
            number = None
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value) if abs(value) < 1e15 else None
    if number is None or not math.isfinite(number) or abs(number) > 1e9:
        raise _wrong("not-a-number", given=str(value)[:40])
    return int(number) if number == int(number) else number


def _yesno(question: Question, value: Any) -> bool:
    words = {"yes": True, "no": False}
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value not in words:
        raise _wrong("not-yes-or-no", given=str(value)[:40])
    return words[value]


def _choice(question: Question, value: Any) -> str:
    if not isinstance(value, str) or value not in {c.key for c in question.choices}:
        raise InputProblems([InputProblem("record.unknown-word", params={"given": str(value)[:40]})])
    return value


def _choices(question: Question, value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)):
        raise InputProblems([InputProblem("record.unknown-word", params={"given": str(value)[:40]})])
    chosen = {_choice(question, v) for v in value}
    return [c.key for c in question.choices if c.key in chosen]


def _time(question: Question, value: Any) -> str:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise _wrong("not-a-time", given=value[:40]) from None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _wrong("not-a-time", given=str(value)[:40])
    try:
        at = value.astimezone(UTC)
    except (OverflowError, ValueError):
        raise _wrong("not-a-time", given=str(value)[:40]) from None
    if not MINYEAR < at.year < MAXYEAR:  # read in another time zone it may be no time
        raise _wrong("not-a-time", given=str(value)[:40])
    return at.isoformat(timespec="minutes").replace("+00:00", "Z")


def _position(question: Question, value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        read = parse_position(value)
        latitude, longitude = read.latitude, read.longitude
        return {"latitude": latitude, "longitude": longitude, "written": value.strip()[:120]}
    if not isinstance(value, Mapping) or not set(value) <= {"latitude", "longitude", "written"}:
        raise _wrong("not-a-position")
    numbers = [value.get(k) for k in ("latitude", "longitude")]
    if any(isinstance(n, bool) or not isinstance(n, (int, float)) or not math.isfinite(n) for n in numbers):
        raise _wrong("not-a-position")
    latitude, longitude = (float(n) for n in numbers)  # type: ignore[arg-type]
    if not (-90 < latitude < 90 and -180 < longitude < 180):
        raise _wrong("not-a-position")
    written = _text(question, value.get("written", ""), 120)
    return {"latitude": latitude, "longitude": longitude, **({"written": written} if written else {})}


def _people(question: Question, value: Any) -> list[dict[str, str]]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(p, Mapping) for p in value):
        raise _wrong("not-people")
    if len(value) > MOST_PEOPLE:
        raise _wrong("too-many-people", given=len(value), most=MOST_PEOPLE)
    found = []
    for person in value:
        if not set(person) <= set(_PERSON):
            raise _wrong("not-people")
        row = {k: _text(question, person.get(k) or "", LONGEST_NAME) for k in _PERSON}
        for k in ("arrived", "left"):
            row[k] = _hour(row[k])
        row = {k: v for k, v in row.items() if v}
        if row and "who" not in row:
            raise _wrong("nobody-named")
        if row:
            found.append(row)
    return found


def _hour(text: str) -> str:
    """``8:05`` in any digits as ``08:05``."""
    if not text:
        return ""
    hours, _, minutes = text.translate(_WESTERN).replace(".", ":").partition(":")
    if not (hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        raise _wrong("not-an-hour", given=text[:20])
    if not (int(hours) < 24 and int(minutes) < 60 and len(hours) <= 2 and len(minutes) == 2):
        raise _wrong("not-an-hour", given=text[:20])
    return f"{int(hours):02d}:{minutes}"


_READERS = {
    "text": _text, "number": _number, "yesno": _yesno, "choice": _choice, "choices": _choices, "time": _time,
    "position": _position, "people": _people,
}  # fmt: skip
