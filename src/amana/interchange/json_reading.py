"""Looking into JSON without trusting it: every value is checked, every fault noted with its path."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amana.interchange.collecting import Problems
from amana.interchange.text import decode, read_bytes, unzipped
from amana.problems import InputProblem

_INFINITE = {"-Inf": -math.inf, "-inf": -math.inf, "Inf": math.inf, "inf": math.inf}


def load(path: Path, problems: Problems) -> tuple[Any, bytes] | None:
    """Parsed content of a .json or .json.gz file, and its bytes as they lie on the disk."""
    file = path.name
    data = read_bytes(path, file, problems)
    if data is None:
        return None
    text_bytes = unzipped(data, file, problems)
    text = decode(text_bytes, file, problems) if text_bytes is not None else None
    if text is None:
        return None
    document = parse(text, file, problems)
    return None if document is None else (document, data)


def parse(text: str, file: str, problems: Problems) -> Any:
    """A JSON text as values; None with a fault noted, also for a text that says no more than ``null``."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        problems.fault("json.not-json", file, error.lineno, reason=error.msg)
    except (RecursionError, ValueError):
        problems.fault("json.not-json", file, reason="nested too deeply, or a number too long")
    else:
        if found is None:
            problems.fault("json.wrong-kind", file, field="(top)", wanted="object", found="null")
        return found
    return None


@dataclass(frozen=True)
class Node:
    """A value in a JSON document with its path, such as ``markers[3].freqs``."""

    value: Any
    path: str
    file: str
    problems: Problems

    def wrong(self, wanted: str) -> None:
        """Note that the value is not what it should be."""
        self.problems.fault(
            "json.wrong-kind", self.file, field=self.path or "(top)", wanted=wanted, found=_kind(self.value)
        )

    def fault(self, code: str, **params: object) -> None:
        """Note a fault at this place."""
        self.problems.extend([InputProblem(code, self.file, None, self.path or "(top)", params)])

    def get(self, name: str, required: bool = False) -> Node | None:
        """Value of a key; None where it is absent or null.  Faults: not an object, or required and absent."""
        if not isinstance(self.value, dict):
            self.wrong("object")
            return None
        value = self.value.get(name)
        if value is None:
            if required:
                present = tuple(str(k) for k in self.value)
                self.problems.fault(
                    "json.missing-key", self.file, field=self.path or "(top)", key=name, present=present
                )
            return None
        return Node(value, f"{self.path}.{name}" if self.path else name, self.file, self.problems)

    def items(self) -> Iterator[tuple[str, Node]]:
        """Keys and values of an object; an empty list counts as an empty object, as R writes it."""
        if isinstance(self.value, dict):
            for name, value in self.value.items():
                yield (
                    name,
                    Node(value, f"{self.path}.{name}" if self.path else name, self.file, self.problems),
                )
        elif self.value != []:
            self.wrong("object")

    def elements(self) -> Iterator[Node]:
        """Elements of a list; a bare text or number counts as a list of one, as R writes it."""
        if isinstance(self.value, list):
            for place, value in enumerate(self.value):
                yield Node(value, f"{self.path}[{place}]", self.file, self.problems)
        elif isinstance(self.value, (str, int, float)) and not isinstance(self.value, bool):
            yield self
        elif self.value != {}:
            self.wrong("list")

    def text(self) -> str | None:
        """A text, or a number as text."""
        if isinstance(self.value, str) and self.value:
            return self.value
        if isinstance(self.value, (int, float)) and not isinstance(self.value, bool):
            whole = isinstance(self.value, float) and self.value.is_integer() and abs(self.value) < 1e15
            return str(int(self.value)) if whole else str(self.value)
        self.wrong("text")
        return None

    def note(self) -> str:
        """A text that may be empty."""
        return "" if self.value == "" else self.text() or ""

    def texts(self) -> tuple[str, ...]:
        """All texts of a list."""
        return tuple(t for t in (e.text() for e in self.elements()) if t is not None)

    def number(self, low: float = -math.inf, high: float = math.inf) -> float | None:
        """A finite number within [low, high]."""
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
            self.wrong("number")
            return None
        try:
            value = float(self.value)
        except OverflowError:
            value = math.inf
        if not math.isfinite(value) or not low <= value <= high:
            self.problems.fault(
                "json.out-of-range", self.file, field=self.path, value=value, low=low, high=high
            )
            return None
        return value

    def result(self) -> float | None:
        """A reference result: a number, or "-Inf" as text."""
        if isinstance(self.value, str) and self.value in _INFINITE:
            return _INFINITE[self.value]
        if isinstance(self.value, float):
            return self.value
        return self.number()

    def numbers(self, low: float = -math.inf, high: float = math.inf) -> list[float] | None:
        """All numbers of a list, or None with faults noted."""
        found = [e.number(low, high) for e in self.elements()]
        return None if None in found else [f for f in found if f is not None]


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true/false"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, Sequence) else "object" if isinstance(value, Mapping) else "?"
