"""Spots as the waypoints of a GPX 1.1 file, as receivers give and take them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as Tree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from amana.interchange.spot_rows import (
    SpotFile,
    SpotReading,
    SpotRow,
    checked,
    degrees_text,
    metres_text,
    printable,
)
from amana.interchange.text import clean

GPX = "http://www.topografix.com/GPX/1/1"
_GPX_1_0 = "http://www.topografix.com/GPX/1/0"
_OWN = "urn:amana:spots:1"  # of our extension: GPX has no place for an uncertainty in metres
_DEGREES = re.compile(r"[+-]?\d{1,3}(?:\.\d*)?", re.ASCII)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_spots_gpx(data: bytes, file: str) -> SpotFile:
    """Waypoints, with their name as label and their description or comment as note.

    Tracks and routes are not read; a warning says so.

    Raises
    ------
    InputProblems
        Every fault of every waypoint; the row is the number of the waypoint.
    """
    reading = SpotReading(data, file)
    root = _parsed(data, reading) if reading.fits else None
    if root is not None:
        namespace = next((n for n in (GPX, _GPX_1_0, "") if root.tag == _tag(n, "gpx")), None)
        if namespace is None:
            reading.problems.fault("spots.not-gpx", file, found=printable(root.tag)[:60])
        else:
            _waypoints(root, namespace, reading)
    return reading.finish()


def _parsed(data: bytes, reading: SpotReading) -> Tree.Element | None:
    try:
        root: Tree.Element = fromstring(data, forbid_dtd=True)
        return root
    except DefusedXmlException:
        reading.problems.fault("spots.xml-entities", reading.file)
    except Tree.ParseError as error:
        reading.problems.fault("spots.not-xml", reading.file, error.position[0])
    except (LookupError, ValueError):  # an encoding that nobody knows
        reading.problems.fault("spots.not-xml", reading.file)
    return None


def _tag(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}" if namespace else name


def _waypoints(root: Tree.Element, namespace: str, reading: SpotReading) -> None:
    def text(point: Tree.Element, *names: str) -> str:
        found = (printable(point.findtext(_tag(namespace, name)) or "") for name in names)
        return next((f for f in found if f), "")

    others = sum(1 for child in root if child.tag in (_tag(namespace, "trk"), _tag(namespace, "rte")))
    points = root.findall(_tag(namespace, "wpt"))
    if others and not points:
        reading.problems.fault("spots.gpx-tracks-alone", reading.file, count=others)
    elif others:
        reading.problems.warn("spots.gpx-tracks", reading.file, count=others)
    for row, point in enumerate(points, start=1):
        degrees = [clean(point.get(name, "")) for name in ("lat", "lon")]
        position = None
        for name, value in zip(("lat", "lon"), degrees, strict=True):
            if not _DEGREES.fullmatch(value):
                reading.problems.fault("spots.bad-number", reading.file, row, name, value=value[:60])
        if all(map(_DEGREES.fullmatch, degrees)):
            position = reading.degrees(float(degrees[0]), float(degrees[1]), row, "lat", "lon")
        written = point.findtext(f"{_tag(namespace, 'extensions')}/{_tag(_OWN, 'uncertainty_m')}") or ""
        reading.add(
            row, position, label=text(point, "name"), note=text(point, "desc", "cmt"),
            uncertainty=reading.uncertainty(written, row, "uncertainty_m"),
            label_field="name", note_field="desc", position_field="lat",
        )  # fmt: skip


def write_spots_gpx(rows: Sequence[SpotRow]) -> bytes:
    """Waypoints that every receiver takes and :func:`read_spots_gpx` reads back."""
    Tree.register_namespace("amana", _OWN)
    root = Tree.Element("gpx", {"xmlns": GPX, "version": "1.1", "creator": "Amana"})
    for row in checked(rows):
        degrees = {"lat": degrees_text(row.latitude), "lon": degrees_text(row.longitude)}
        point = Tree.SubElement(root, "wpt", degrees)
        # The order is that of the schema.
        for name, value in (("name", row.label), ("desc", row.note)):
            if value:
                Tree.SubElement(point, name).text = _NOT_XML.sub("", value)
        if row.uncertainty_m is not None:
            extensions = Tree.SubElement(point, "extensions")
            Tree.SubElement(extensions, _tag(_OWN, "uncertainty_m")).text = metres_text(row.uncertainty_m)
    Tree.indent(root)
    written: bytes = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
