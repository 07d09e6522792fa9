"""What was reported of the finds of December 2024: sourced statements, each count with its words.

Nothing here is synthetic.  ``data/al_qabou.toml`` holds the statements; this module reads and checks it.
"""

from __future__ import annotations

import datetime
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, cast, get_args

from amana.problems import InputProblem, InputProblems

Counted = Literal[
    "bodies",
    "remains",
    "remains_and_bodies",
    "bodies_represented_by_remains",
    "individuals_represented",
    "graves",
    "spots",
    "not_stated",
]
Basis = Literal[
    "reported",
    "seen_in_video",
    "field_estimate",
    "mni",
    "dna_distinct",
    "model_persons_recovered",
    "model_persons_deposited",
]
Wording = Literal["quoted", "paraphrase"]
FACTS_FILE = "al_qabou.toml"


@dataclass(frozen=True)
class Source:
    """Where statements come from, and what of it was seen."""

    id: str
    name: str
    seen: str


@dataclass(frozen=True)
class CountClaim:
    """How many of what, on what basis, in whose words.

    ``low`` and ``high`` are both None where the words give no number.  ``vague`` words never become a
    point: "some" has no figure, "tens" would be an interval.
    """

    counted: Counted
    basis: Basis
    words: str
    low: int | None = None
    high: int | None = None
    vague: bool = False


@dataclass(frozen=True)
class MeasureClaim:
    """A reported length (``m``) or area (``km2``), with its words."""

    measured: Literal["distance", "area"]
    basis: Basis
    words: str
    low: float
    high: float
    unit: Literal["m", "km2"]


@dataclass(frozen=True)
class Fact:
    """One source says one thing of one day and place.

    ``wording``: whether the words stand in quotation marks in the source seen, or paraphrase it;
    ``quoted`` names the quoted part where it is not the whole.
    """

    id: str
    date: datetime.date
    place: str
    statement: str
    wording: Wording
    source: Source
    quoted: str | None = None
    counts: tuple[CountClaim, ...] = ()
    measures: tuple[MeasureClaim, ...] = ()


@dataclass(frozen=True)
class Tension:
    """Statements that do not fit together, and what is done about it: they are kept, and it is said."""

    facts: tuple[str, ...]
    statement: str
    kept: Literal["both"] = "both"


@dataclass(frozen=True)
class ReportedFacts:
    """All statements, in the order of the file."""

    source: Source
    facts: tuple[Fact, ...]
    tensions: tuple[Tension, ...]

    def __getitem__(self, fact: str) -> Fact:
        return next(f for f in self.facts if f.id == fact)


def largest_hull(greatest_distance: float) -> float:
    """Largest area that points no more than ``greatest_distance`` apart can enclose.

    The isodiametric inequality: no plane set of diameter d is larger than the disc of diameter d, and a
    convex hull has the diameter of its points.

    Parameters
    ----------
    greatest_distance
        In metres.

    Returns
    -------
    Area in square metres, pi d^2 / 4.
    """
    return math.pi * greatest_distance**2 / 4


def least_diameter(area: float) -> float:
    """Least greatest distance, in metres, among points whose hull is ``area`` square metres.

    :func:`largest_hull` turned round.
    """
    return math.sqrt(4 * area / math.pi)


@cache
def load_facts() -> ReportedFacts:
    """The packaged statements on the December 2024 finds."""
    return parse_facts(
        resources.files("amana.simulation").joinpath("data", FACTS_FILE).read_text(encoding="utf-8")
    )


def parse_facts(text: str, file: str = FACTS_FILE) -> ReportedFacts:
    """Read statements from TOML text.

    Raises
    ------
    InputProblems
        With every fault: no TOML, a missing or unknown field, an unknown word for what is counted or for
        the basis, no words, half an interval, an interval that runs backwards, a vague count given as a
        point, a quotation that is not among the words, a fact named twice, a tension between unknown facts.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputProblems(
            [InputProblem("facts.not-toml", file=file, params={"error": str(error)})]
        ) from None
    problems = list(_outline_faults(raw, file)) or list(_faults(raw, file))
    if problems:
        raise InputProblems(problems)
    source = Source(**raw["source"])
    facts = tuple(
        Fact(
            **{k: v for k, v in entry.items() if k not in ("count", "measure")},
            source=source,
            counts=tuple(CountClaim(**c) for c in entry.get("count", ())),
            measures=tuple(MeasureClaim(**m) for m in entry.get("measure", ())),
        )
        for entry in raw["fact"]
    )
    tensions = tuple(
        Tension(tuple(t["facts"]), t["statement"].strip(), t["kept"]) for t in raw.get("tension", ())
    )
    return ReportedFacts(source, facts, tensions)


_TEXT: Mapping[str, tuple[type, ...]] = {"words": (str,), "basis": (str,)}
_SHAPES: Mapping[str, tuple[Mapping[str, tuple[type, ...]], Mapping[str, tuple[type, ...]]]] = {
    # name: (required fields, optional fields)
    "source": ({"id": (str,), "name": (str,), "seen": (str,)}, {}),
    "fact": (
        {"id": (str,), "date": (datetime.date,), "place": (str,), "statement": (str,), "wording": (str,)},
        {"quoted": (str,), "count": (list,), "measure": (list,)},
    ),
    "count": ({"counted": (str,), **_TEXT}, {"low": (int,), "high": (int,), "vague": (bool,)}),
    "measure": (
        {"measured": (str,), "low": (int, float), "high": (int, float), "unit": (str,), **_TEXT},
        {},
    ),
    "tension": ({"facts": (list,), "statement": (str,), "kept": (str,)}, {}),
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "counted": get_args(Counted),
    "basis": get_args(Basis),
    "wording": get_args(Wording),
    "measured": ("distance", "area"),
    "unit": ("m", "km2"),
    "kept": ("both",),
}


def _outline_faults(raw: Mapping[str, Any], file: str) -> Iterable[InputProblem]:
    """Tables where tables belong; the rest is read only when they are."""
    if not isinstance(raw.get("source"), dict):
        yield InputProblem("facts.missing-field", file=file, field="source", params={"fact": "source"})
    for key in ("fact", "tension"):
        if not _tables(raw.get(key, [])):
            yield InputProblem(
                "facts.wrong-type", file=file, field=key, params={"fact": key, "value": str(raw[key])}
            )
        elif key == "fact":
            for entry in raw.get(key, []):
                for part in ("count", "measure"):
                    if not _tables(entry.get(part, [])):
                        params = {"fact": str(entry.get("id", "")), "value": str(entry[part])}
                        yield InputProblem("facts.wrong-type", file=file, field=part, params=params)


def _tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _faults(raw: Mapping[str, Any], file: str) -> Iterable[InputProblem]:
    yield from _field_faults("source", raw.get("source", {}), "source", file)
    seen: set[str] = set()
    for number, entry in enumerate(raw.get("fact", ()), 1):
        name = str(entry.get("id", f"fact {number}"))
        if name in seen:
            yield InputProblem("facts.twice", file=file, field="id", params={"fact": name})
        seen.add(name)
        yield from _field_faults("fact", entry, name, file)
        words = [
            str(claim.get("words", "")) for claim in (*entry.get("count", ()), *entry.get("measure", ()))
        ]
        quoted = entry.get("quoted")
        if quoted is not None and not any(str(quoted) in w for w in words):
            yield InputProblem(
                "facts.quotation-not-in-words", file=file, field="quoted", params={"fact": name}
            )
        for shape in ("count", "measure"):
            for claim in entry.get(shape, ()):
                yield from _field_faults(shape, claim, name, file)
                yield from _interval_faults(claim, name, file)
    for tension in raw.get("tension", ()):
        yield from _field_faults("tension", tension, "tension", file)
        for fact in tension.get("facts", ()):
            if fact not in seen:
                yield InputProblem("facts.unknown-fact", file=file, field="facts", params={"fact": fact})


def _field_faults(shape: str, entry: Mapping[str, Any], name: str, file: str) -> Iterable[InputProblem]:
    required, optional = _SHAPES[shape]
    for field in required:
        if field not in entry or entry[field] == "":
            yield InputProblem("facts.missing-field", file=file, field=field, params={"fact": name})
    for field, value in entry.items():
        kinds = required.get(field) or optional.get(field)
        if kinds is None:
            yield InputProblem("facts.unknown-field", file=file, field=field, params={"fact": name})
        elif not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            yield InputProblem(
                "facts.wrong-type", file=file, field=field, params={"fact": name, "value": str(value)}
            )
        elif field in _WORDS and value not in _WORDS[field]:
            yield InputProblem(
                "facts.unknown-word",
                file=file,
                field=field,
                params={"fact": name, "value": value, "allowed": ", ".join(_WORDS[field])},
            )


def _interval_faults(claim: Mapping[str, Any], name: str, file: str) -> Iterable[InputProblem]:
    low, high = claim.get("low"), claim.get("high")
    params = {"fact": name, "low": str(low), "high": str(high)}
    if (low is None) != (high is None):
        yield InputProblem("facts.half-an-interval", file=file, field="low", params=params)
    elif isinstance(low, (int, float)) and isinstance(high, (int, float)):
        if low > high or low < 0:
            yield InputProblem("facts.interval-backwards", file=file, field="low", params=params)
        elif claim.get("vague") and low == high:
            yield InputProblem("facts.vague-as-a-point", file=file, field="vague", params=params)
    elif low is None and not claim.get("vague") and "counted" in claim:
        yield InputProblem(
            "facts.no-figure-not-vague", file=file, field="vague", params=cast(dict[str, object], params)
        )
