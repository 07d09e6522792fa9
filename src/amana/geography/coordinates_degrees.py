"""Latitude and longitude in degrees, with or without minutes and seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from pygeodesy.dms import parseDMS

from amana.geography.coordinates_position import Angle, Notation, Pair, fault

Axis = Literal["latitude", "longitude"]

_TOKEN = re.compile(
    r"""(?P<number>(?:(?<![\d°'".])[+-])?\d+(?:\.\d+)?)
    |(?P<unit>[°'"])
    |(?P<direction>NORTH|SOUTH|EAST|WEST|[NSEW](?![A-Z]))
    |(?P<axis>LAT|LON)
    |(?P<separator>;)
    |(?P<dash>-)
    |(?P<nothing>\s+|(?<=\d):(?=\d))
    |(?P<other>[^\W\d_]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_UNITS = "°'\""
_NOTATIONS: tuple[Notation, ...] = ("decimal", "dm", "dms")
_STEPS = (1.0, 1 / 60, 1 / 3600)
_AXES: dict[str, Axis] = {"N": "latitude", "S": "latitude", "E": "longitude", "W": "longitude"}
_LABELS: dict[str, Axis] = {"LAT": "latitude", "LON": "longitude"}
_POWER = re.compile(r"\d(?:\.\d+)?E([+-]?)\d+")
_ISO_6709 = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)/?")


@dataclass
class _Part:
    """What belongs to one of the two."""

    numbers: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    direction: str = ""
    label: str = ""


def read_degrees(line: str, text: str) -> Pair:
    """The two angles of a line (:func:`coordinates_text.plain`); ``text`` is what to show of it.

    Raises
    ------
    InputProblems
    """
    power = _POWER.search(line)
    if power and (power[1] or len(re.findall(r"[NSEW]", line)) == 1):  # 3.35E+01, as spreadsheets write
        raise fault("coordinates.not-understood", text=text, part=power.group())
    iso = _ISO_6709.fullmatch(line)
    if iso:
        return Pair(decimal(iso[1]), decimal(iso[2]), "decimal", labelled=True)
    parts = _halves(_parts(_without_commas(line, text), text), text)
    one, other = parts
    axes = (_axis(one, text), _axis(other, text))
    if axes[0] is not None and axes[0] == axes[1]:
        raise fault("coordinates.directions", text=text)
    angles = (_angle(one, text), _angle(other, text))
    if axes[0] == "longitude" or axes[1] == "latitude":
        angles = angles[::-1]
    notation = _NOTATIONS[max(len(p.numbers) for p in parts) - 1]
    return Pair(*angles, notation, labelled=axes != (None, None))


def decimal(number: str) -> Angle:
    """An angle in decimal degrees."""
    return Angle(float(number), 10.0 ** -len(number.partition(".")[2]))


def _without_commas(line: str, text: str) -> str:
    """Decimal commas as points, other commas as semicolons.

    Where a number has a point, no comma is one.  Otherwise a comma between two digits is, if what is left
    still tells two numbers apart.
    """
    if re.search(r"\d\.\d", line):
        return line.replace(",", ";")
    between = r"(?<=\d),(?=\d)"
    if re.search(between, line):
        chained = re.search(r"\d,\d+,\d", line)
        if chained or len(re.findall(r"\d+(?:,\d+)?", line)) < 2:
            raise fault("coordinates.comma", text=text)
        line = re.sub(between, ".", line)
    return line.replace(",", ";")


def _parts(line: str, text: str) -> list[_Part]:
    tokens = [(str(m.lastgroup), m.group()) for m in _TOKEN.finditer(line) if m.lastgroup != "nothing"]
    kinds = [kind for kind, _ in tokens]
    # N33 E36, or 33N 36E: the first letter shows on which side of its number letters stand.
    before = "direction" in kinds and "number" in kinds[kinds.index("direction") :]
    before = before and "number" not in kinds[: kinds.index("direction")]
    found = [_Part()]

    def closed() -> _Part:
        if found[-1].numbers or found[-1].direction:
            found.append(_Part())
        return found[-1]

    for at, (kind, value) in enumerate(tokens):
        part = found[-1]
        if kind == "number":
            follows = tokens[at + 1][1] if at + 1 < len(tokens) else ""
            if part.numbers and (follows == "°" or (part.units and part.units[-1] == '"')):
                part = closed()
            part.numbers.append(value)
        elif kind == "unit" and part.numbers and len(part.units) < len(part.numbers):
            part.units += [""] * (len(part.numbers) - len(part.units) - 1) + [value]
        elif kind == "direction":
            if before and part.numbers:
                part = closed()
            if part.direction or not (before or part.numbers):
                raise fault("coordinates.directions", text=text)
            part.direction = value[0]
            if not before:
                closed()
        elif kind == "axis":
            part = closed() if part.numbers else part
            part.label = value
        elif kind == "separator":
            if part.numbers:
                closed()
        elif kind == "dash":
            raise fault("coordinates.dash", text=text)
        else:
            raise fault("coordinates.not-understood", text=text, part=value)
    return [p for p in found if p.numbers or p.direction]


def _halves(parts: list[_Part], text: str) -> tuple[_Part, _Part]:
    """Two parts; numbers in a row without any sign between them are cut in the middle."""
    if len(parts) == 1 and not parts[0].direction and len(parts[0].numbers) in (2, 4, 6):
        (whole,) = parts
        if not any(whole.units):
            half = len(whole.numbers) // 2
            parts = [_Part(whole.numbers[:half], label=whole.label), _Part(whole.numbers[half:])]
    if not parts or not any(p.numbers for p in parts):
        raise fault("coordinates.no-number", text=text)
    if len(parts) == 1 and (len(parts[0].numbers) == 1 or parts[0].direction or any(parts[0].units)):
        raise fault("coordinates.one-number", text=text, read=" ".join(parts[0].numbers))
    if len(parts) != 2 or any(len(p.numbers) not in (1, 2, 3) for p in parts):
        raise fault("coordinates.not-two", text=text, read=tuple(" ".join(p.numbers) for p in parts))
    return parts[0], parts[1]


def _axis(part: _Part, text: str) -> Axis | None:
    by_direction, by_label = _AXES.get(part.direction), _LABELS.get(part.label)
    if by_direction and by_label and by_direction != by_label:
        raise fault("coordinates.directions", text=text)
    return by_direction or by_label


def _angle(part: _Part, text: str) -> Angle:
    units = part.units + [""] * (len(part.numbers) - len(part.units))
    if any(unit and unit != _UNITS[at] for at, unit in enumerate(units)):
        raise fault("coordinates.units", text=text)
    first, *smaller = part.numbers
    signed = first[0] in "+-"
    if signed and part.direction:
        raise fault("coordinates.sign-and-letter", text=text, number=first, letter=part.direction)
    if any(n[0] in "+-" for n in smaller):
        raise fault("coordinates.dash", text=text)
    if any("." in n for n in part.numbers[:-1]):
        raise fault("coordinates.decimals", text=text, number=next(n for n in part.numbers if "." in n))
    for number in smaller:
        if float(number) >= 60:
            raise fault("coordinates.sixty", text=text, number=number)
    last = part.numbers[-1]
    step = _STEPS[len(smaller)] * 10.0 ** -len(last.partition(".")[2])
    written = "".join(n + unit for n, unit in zip(part.numbers, "°′″", strict=False))
    degrees = float(parseDMS(written.lstrip("+-")))
    negative = first.startswith("-") or part.direction in ("S", "W")
    return Angle(-degrees if negative and degrees else degrees, step)
