"""Spots as GeoJSON (RFC 7946): a FeatureCollection of Points."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from amana.interchange.collecting import Problems
from amana.interchange.json_reading import Node, parse
from amana.interchange.spot_rows import SpotFile, SpotReading, SpotRow, checked
from amana.interchange.text import decode

_LABELS = ("label", "name", "title", "الاسم")
_UNCERTAINTIES = ("uncertainty_m", "accuracy_m", "accuracy")
_NOTES = ("note", "description", "desc", "ملاحظة")
_WGS84 = re.compile(r"CRS:?84|EPSG:+4326", re.IGNORECASE)


def read_spots_geojson(data: bytes, file: str) -> SpotFile:
    """Spots of a FeatureCollection, of one Feature, or of a bare Point.

    Labels are the property ``label``, ``name`` or ``title``, or the feature's ``id``; uncertainties
    ``uncertainty_m`` or ``accuracy``; notes ``note`` or ``description``.

    Raises
    ------
    InputProblems
        Every fault of every feature; the row is the number of the feature.
    """
    reading = SpotReading(data, file)
    text = decode(data, file, reading.problems) if reading.fits else None
    document = parse(text, file, reading.problems) if text is not None else None
    if document is not None:
        _document(Node(document, "", file, reading.problems), reading)
    return reading.finish()


def _document(top: Node, reading: SpotReading) -> None:
    if not isinstance(top.value, dict):
        top.wrong("object")
        return
    crs = json.dumps(top.value["crs"], default=str)[:500] if top.value.get("crs") else ""
    if crs and not _WGS84.search(crs):
        reading.problems.fault("spots.other-datum", reading.file, None, "crs", given=crs[:120])
        return
    kind = top.value.get("type")
    if kind == "FeatureCollection":
        features = top.get("features", required=True)
        for row, feature in enumerate(features.elements() if features is not None else (), start=1):
            _feature(feature, row, reading)
    elif kind == "Feature":
        _feature(top, 1, reading)
    elif kind == "Point":
        _point(top, Node({}, "", top.file, top.problems), 1, reading, "")
    else:
        given = kind if isinstance(kind, str) else "?"
        reading.problems.fault("spots.not-geojson", reading.file, None, "type", given=given[:60])


def _feature(feature: Node, row: int, reading: SpotReading) -> None:
    # What is found below is noted with the number of the feature.
    inside = Problems()
    feature = replace(feature, problems=inside)
    geometry = feature.get("geometry", required=True)
    properties = feature.get("properties")
    properties = properties or Node({}, f"{feature.path}.properties", feature.file, inside)
    given = feature.value.get("id") if isinstance(feature.value, dict) else None
    name = str(given) if isinstance(given, (str, int, float)) and not isinstance(given, bool) else ""
    if geometry is not None:
        _point(geometry, properties, row, reading, name)
    reading.problems.extend(replace(p, row=row) for p in inside.all)


def _point(geometry: Node, properties: Node, row: int, reading: SpotReading, name: str) -> None:
    kind = geometry.value.get("type") if isinstance(geometry.value, dict) else None
    place = geometry.path or "(top)"
    position = None
    if kind != "Point":
        given = kind[:60] if isinstance(kind, str) else "?"
        reading.problems.fault("spots.not-a-point", reading.file, row, place, given=given)
    else:
        coordinates = geometry.get("coordinates", required=True)
        values = coordinates.value if coordinates is not None else None
        if coordinates is not None and (not isinstance(values, list) or not 2 <= len(values) <= 4):
            reading.problems.fault("spots.coordinates", reading.file, row, coordinates.path)
        elif coordinates is not None:
            longitude, latitude = (n.number() for n in list(coordinates.elements())[:2])
            if latitude is not None and longitude is not None:
                fields = f"{coordinates.path}[1]", f"{coordinates.path}[0]"
                position = reading.degrees(latitude, longitude, row, *fields)
    label, note = _text(properties, _LABELS), _text(properties, _NOTES)
    uncertain = _first(properties, _UNCERTAINTIES)
    uncertainty = None
    if uncertain is not None and isinstance(uncertain.value, str):
        uncertainty = reading.uncertainty(uncertain.value, row, uncertain.path)
    elif uncertain is not None:
        uncertainty = uncertain.number(0, 1_000_000)
    reading.add(
        row, position, label=label or name, uncertainty=uncertainty, note=note,
        label_field=f"{properties.path}.label", note_field=f"{properties.path}.note", position_field=place,
    )  # fmt: skip


def _first(properties: Node, names: Sequence[str]) -> Node | None:
    if not isinstance(properties.value, dict):
        return None
    return next((n for n in map(properties.get, names) if n is not None and n.value != ""), None)


def _text(properties: Node, names: Sequence[str]) -> str:
    if not isinstance(properties.value, dict):
        properties.wrong("object")
        return ""
    found = _first(properties, names)
    return (found.text() or "") if found is not None else ""


def write_spots_geojson(rows: Sequence[SpotRow]) -> bytes:
    """A FeatureCollection that :func:`read_spots_geojson` reads back."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(row.longitude, 9), round(row.latitude, 9)]},
            "properties": {"label": row.label, "uncertainty_m": row.uncertainty_m, "note": row.note},
        }
        for row in checked(rows)
    ]
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8", "replace")
