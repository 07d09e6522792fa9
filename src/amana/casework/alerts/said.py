"""What a reporter says: tidied, read, and checked before anything is written."""

from __future__ import annotations

import datetime
import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from amana.casework.accounts.models import today
from amana.casework.alerts.models import Alert, Danger
from amana.casework.incidents.checks import faults
from amana.casework.incidents.models import Counted
from amana.casework.places.queries import place_of
from amana.estimation import parse_count
from amana.geography.coordinates import parse_position
from amana.names import fold_phone
from amana.problems import InputProblem, InputProblems

LONGEST: Mapping[str, int] = {
    "account": 20_000, "place_words": 2000, "count_words": 500, "when_words": 500, "reporter": 200,
    "phone": 60, "contact": 1000,
}  # fmt: skip
"""Characters of each text that is sealed."""
SEALED = tuple(LONGEST)
OPEN = ("counted", "seen_on", "dangers", "digging", "touched", "anonymous", "language", "pcode", "summary")
WHERE = ("position", "placed", "latitude", "longitude", "uncertainty_m")
FIELDS = (*SEALED, *OPEN, *WHERE)
"""What can be said.  ``position`` is a text in any notation; the numbers are for what measured them."""

EARLIEST = datetime.date(1900, 1, 1)
LEAST_UNSURE_M, VIEW_M, PLACE_M = 10.0, 1000.0, 2000.0
"""Metres of uncertainty: of coordinates at best, of the middle of a map, of a place known by its name."""
_LARGEST_UNSURE_M = 1e6
_POSITIONS = (Alert.Placed.COORDINATES, Alert.Placed.DEVICE, Alert.Placed.PHOTO)


@dataclass
class Said:
    """What was said, ready to be kept.

    Attributes
    ----------
    values
        Columns that stand open, by name.
    texts
        What will be sealed, by name; empty ones are left out.
    place
        The place of the P-code, if one was given.
    problems
        Everything that stands against keeping it.
    """

    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    place: Any = None
    problems: list[InputProblem] = field(default_factory=list)

    @property
    def phone(self) -> str:
        """The telephone number as it is looked for."""
        return fold_phone(self.texts.get("phone", ""))

    def digest(self) -> str:
        """Of all of it: the same words give the same digest."""
        text = json.dumps([self.values, self.texts], sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read(
    given: Mapping[str, Any],
    *,
    with_files: bool = False,
    row: int | None = None,
    find: Callable[[str], Any] = place_of,
) -> Said:
    """Read what was said; what is wrong with it stands in ``problems``.

    Parameters
    ----------
    given
        Any of :data:`FIELDS`.
    with_files
        Whether photos or videos come with it, which can be a report without words.
    row
        For lists: where it stands.
    find
        Gives the place of a P-code, or None.

    Raises
    ------
    TypeError
        For a field that is none of these: a fault of the program.
    """
    if unknown := set(given) - set(FIELDS):
        raise TypeError(f"no such field of an alert: {sorted(unknown)}")
    said = Said()
    for name, most in LONGEST.items():
        if text := _tidy(given.get(name)):
            said.texts[name] = text
            said.problems += _text_faults(name, text, most)
    for name in OPEN:
        if given.get(name) not in (None, ""):
            said.values[name] = given[name]
    _count(said)
    _dangers(said)
    _day(said)
    _where(said, given, find)
    if not with_files and not said.texts.get("account"):
        said.problems.append(InputProblem("alerts.nothing-said", field="account"))
    said.problems += [p for p in faults(Alert(**said.values)) if p.field in said.values]
    if row is not None:
        said.problems = [replace(p, row=row) for p in said.problems]
    return said


def _tidy(text: Any) -> str:
    return str(text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _text_faults(name: str, text: str, most: int) -> list[InputProblem]:
    """What no column sees, because it will be sealed."""
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        return [InputProblem("record.unreadable-text", field=name)]
    if len(text) > most:
        return [InputProblem("record.too-long", field=name, params={"length": len(text), "most": most})]
    return []


def _count(said: Said) -> None:
    """The interval that the words give, and of what they count where that was not said apart."""
    words = said.texts.get("count_words")
    if not words:
        return
    claim = parse_count(words)
    said.values["low"], said.values["high"] = claim.low, claim.high
    if "counted" not in said.values and claim.counted in Counted.values:
        said.values["counted"] = claim.counted


def _dangers(said: Said) -> None:
    named = said.values.get("dangers", [])
    if not isinstance(named, (list, tuple)):
        named = [named]
    unknown = [d for d in named if d not in Danger.values]
    said.values["dangers"] = [d.value for d in Danger if d.value in named]
    said.problems += [
        InputProblem("record.unknown-word", field="dangers", params={"given": str(d)[:80]}) for d in unknown
    ]


def _day(said: Said) -> None:
    day = said.values.get("seen_on")
    if day is None:
        return
    if day > today() + datetime.timedelta(days=1):  # a telephone may stand in another zone
        said.problems.append(InputProblem("alerts.day-to-come", field="seen_on", params={"day": str(day)}))
    elif day < EARLIEST:
        said.problems.append(InputProblem("alerts.day-too-early", field="seen_on", params={"day": str(day)}))


def _where(said: Said, given: Mapping[str, Any], find: Callable[[str], Any]) -> None:
    """Position and place: coordinates before the middle of a named place."""
    _position(said, given)
    code = said.values.get("pcode")
    if code is None:
        return
    said.values["pcode"] = code = str(code).strip().upper()
    said.place = find(code) if code.isascii() and code.isalnum() else None
    if said.place is None:
        said.problems.append(InputProblem("alerts.no-such-place", field="pcode", params={"given": code[:20]}))
    elif "latitude" not in said.values and said.place.latitude is not None:
        said.values |= {
            "latitude": said.place.latitude, "longitude": said.place.longitude, "uncertainty_m": PLACE_M,
            "placed": Alert.Placed.PLACE,
        }  # fmt: skip


def _position(said: Said, given: Mapping[str, Any]) -> None:
    text, unsure = _tidy(given.get("position")), _metres(given.get("uncertainty_m"))
    numbers = (given.get("latitude"), given.get("longitude"))
    if text:
        try:
            found = parse_position(text)
        except InputProblems as problems:
            said.problems += [replace(p, field="position") for p in problems.problems]
            return
        least = VIEW_M if found.notation == "link_view" else LEAST_UNSURE_M
        position = (found.latitude, found.longitude)
        unsure = max(unsure or 0.0, found.resolution_m, 0.0 if unsure else least)
    elif numbers != (None, None):
        if not _on_earth(*numbers):
            params = {"latitude": str(numbers[0])[:20], "longitude": str(numbers[1])[:20]}
            said.problems.append(InputProblem("coordinates.not-on-earth", field="position", params=params))
            return
        position = (float(numbers[0]), float(numbers[1]))  # type: ignore[arg-type]
    else:
        return
    placed = given.get("placed") or Alert.Placed.COORDINATES
    if placed not in _POSITIONS:
        params = {"given": str(placed)[:80]}
        said.problems.append(InputProblem("record.unknown-word", field="placed", params=params))
        return
    said.values |= {
        "latitude": position[0], "longitude": position[1], "uncertainty_m": unsure, "placed": str(placed),
    }  # fmt: skip


def _on_earth(latitude: Any, longitude: Any) -> bool:
    try:
        return abs(float(latitude)) <= 90 and abs(float(longitude)) <= 180
    except (TypeError, ValueError, OverflowError):
        return False


def _metres(value: Any) -> float | None:
    """A number of metres; what makes no sense as one says nothing."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return min(found, _LARGEST_UNSURE_M) if math.isfinite(found) and found > 0 else None
