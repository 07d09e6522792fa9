"""Outlines of areas: corners as people type them or as GeoJSON, and the area inside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from amana.geography.coordinates import parse_position
from amana.geography.plane import Plane
from amana.problems import InputProblem, InputProblems

Corner = tuple[float, float]
"""Latitude and longitude in degrees."""
MOST_CORNERS = 500


def read_outline(text: str) -> list[Corner]:
    """The corners that a text gives: one position on each line in any notation, or a GeoJSON polygon.

    Raises
    ------
    InputProblems
        As :func:`outline_faults`; for a line that is no position, with its number as row.
    """
    text = text.strip()
    if not text:
        return []
    corners = _geojson(text) if text.startswith("{") else _lines(text)
    if problems := outline_faults(corners):
        raise InputProblems(problems)
    return open_ring(corners)


def open_ring(corners: Sequence[Sequence[float]]) -> list[Corner]:
    """The corners without the last one where it repeats the first, as GeoJSON wants it."""
    found = [(float(a), float(b)) for a, b in corners]
    return found[:-1] if len(found) > 1 and found[0] == found[-1] else found


def outline_faults(corners: Sequence[Sequence[float]]) -> list[InputProblem]:
    """What is wrong with corners: not on earth, too few, too many, or lines that cross each other."""
    fault = _fault
    if len(corners) > MOST_CORNERS + 1:
        return [fault("sites.outline-too-many", most=MOST_CORNERS)]
    if any(len(c) != 2 or not (abs(c[0]) < 90 and abs(c[1]) < 180) for c in corners):
        return [fault("sites.outline-not-on-earth")]
    ring = open_ring(corners)
    if len(set(ring)) < 3:
        return [fault("sites.outline-too-few")]
    plane = Plane.around(ring)
    points = [plane.metres(*c) for c in ring]
    if max(max(abs(x), abs(y)) for x, y in points) > 50_000:
        return [fault("sites.outline-too-large")]
    return [fault("sites.outline-crosses")] if _crosses(points) else []


def polygon_area(corners: Sequence[Sequence[float]]) -> float:
    """Square metres inside corners that do not cross, by the trapezoid formula on their own plane."""
    ring = open_ring(corners)
    if len(ring) < 3:
        return 0.0
    plane = Plane.around(ring)
    points = [plane.metres(*c) for c in ring]
    following = [*points[1:], points[0]]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, following, strict=True))) / 2


def _fault(code: str, **params: object) -> InputProblem:
    return InputProblem(code, field="outline", params=params)


def _lines(text: str) -> list[Corner]:
    corners, problems = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            read = parse_position(line)
            corners.append((read.latitude, read.longitude))
        except InputProblems as found:
            problems += [replace(p, row=number, field="outline") for p in found.problems]
    if problems:
        raise InputProblems(problems)
    return corners


def _geojson(text: str) -> list[Corner]:
    """The outer ring of the only polygon in a GeoJSON text (RFC 7946: longitude first)."""
    try:
        return [(float(p[1]), float(p[0])) for p in _ring(json.loads(text))]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        raise InputProblems([_fault("sites.outline-not-geojson")]) from None


def _ring(value: Any) -> Any:
    kind = value["type"]
    if kind == "FeatureCollection":
        (only,) = value["features"]
        return _ring(only)
    if kind == "Feature":
        return _ring(value["geometry"])
    if kind == "MultiPolygon":
        (only,) = value["coordinates"]
        return only[0]
    if kind != "Polygon":
        raise ValueError(kind)
    return value["coordinates"][0]


def _crosses(points: Sequence[tuple[float, float]]) -> bool:
    """Whether two sides that are not neighbours meet."""
    n = len(points)
    sides = [(points[i], points[(i + 1) % n]) for i in range(n)]
    return any(
        _meet(*sides[i], *sides[j]) for i in range(n) for j in range(i + 2, n) if not (i == 0 and j == n - 1)
    )


def _meet(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    def side(p: Corner, q: Corner, r: Corner) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
