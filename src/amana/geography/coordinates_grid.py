"""UTM and MGRS."""

from __future__ import annotations

import re

from pygeodesy.mgrs import parseMGRS
from pygeodesy.utm import Utm, toUtm8

from amana.geography.coordinates_position import Position, fault

_SOUTHERNMOST, _NORTHERNMOST = -80.0, 84.0
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
# Zones in which land with people lies at 50 to 58 S, where S could be meant as "south": Patagonia, the
# Falklands and South Georgia (recalled from the map).  Elsewhere there is sea, or an island without people.
_BOTH = range(18, 27)
_EDGE = 0.02  # degrees by which a point may lie outside its band: northings near the edge are rounded

_MGRS = re.compile(r"(\d{1,2})[ -]?([A-Z])[ -]?([A-Z]{2})([\d ,;-]*)")
_MGRS_NO_ZONE = re.compile(r"([A-Z]{2})[ ,;-]*(\d{2,}(?:[ ,;-]+\d+)?)")
_POLAR = re.compile(r"[ABYZ] ?[A-Z]{2} ?\d[\d ]*")
_LARGE = re.compile(r"(?<![\d.])\d{6,}|(?<![\d.,])\d{1,3}(?:,\d{3})+(?!\d)")
_NUMBER = r"(?<!\d)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)(?!\d)"
_MEASURE = rf"([EN]?) ?{_NUMBER} ?M? ?([EN]?)"
_ZONE = r"(?:ZONE )?(?<!\d)(\d{1,2})(?!\d) ?(NORTH|SOUTH|[A-Z])?"
_ZONE_FIRST = re.compile(rf"{_ZONE}[ ,;]*{_MEASURE}[ ,;]+{_MEASURE}")
_ZONE_LAST = re.compile(rf"{_MEASURE}[ ,;]+{_MEASURE}[ ,;]+{_ZONE}")
_NO_ZONE = re.compile(rf"{_MEASURE}[ ,;]+{_MEASURE}")


def looks_like_grid(line: str) -> bool:
    """Whether a line is UTM or MGRS, right or wrong: numbers or letters that no degrees have."""
    forms = (_MGRS, _MGRS_NO_ZONE, _POLAR)
    return any(form.fullmatch(line) for form in forms) or _LARGE.search(line) is not None


def read_grid(line: str, text: str) -> Position:
    """The position of a line for which :func:`looks_like_grid` holds; ``text`` is what to show of it.

    Raises
    ------
    InputProblems
    """
    if _POLAR.fullmatch(line):
        raise fault("coordinates.polar", text=text)
    square = _MGRS.fullmatch(line)
    if square:
        return _mgrs(square, text)
    if _MGRS_NO_ZONE.fullmatch(line):
        raise fault("coordinates.mgrs-zone", text=text)
    return _utm(line, text)


def _mgrs(found: re.Match[str], text: str) -> Position:
    zone, band, letters, rest = found.groups()
    groups = re.findall(r"\d+", rest)
    digits = "".join(groups)
    if len(groups) > 2 or len(digits) % 2 or len(digits) > 10:
        raise fault("coordinates.mgrs-digits", text=text, count=len(digits))
    if len(groups) == 2 and len(groups[0]) != len(groups[1]):
        raise fault("coordinates.mgrs-digits", text=text, count=len(digits))
    if band not in _BANDS or not 1 <= int(zone) <= 60:
        raise fault("coordinates.mgrs-square", text=text, square=f"{zone}{band} {letters}")
    half = len(digits) // 2
    # The middle of the square, written one digit finer; pygeodesy wants at least one.
    east, north = (f"{part}5" for part in (digits[:half], digits[half:]))
    try:
        corner = parseMGRS(f"{zone}{band}{letters}{east}{north}")
        latitude, longitude = corner.toLatLon(center=False)[:2]
    except ValueError:
        raise fault("coordinates.mgrs-square", text=text, square=f"{zone}{band} {letters}") from None
    side = 10.0 ** (5 - half)
    # A row of letters comes back every 2000 km: a wrong one puts the square far outside of its band.
    low, high = _band(band)
    margin = side / 110_000 + _EDGE
    if not low - margin <= latitude <= high + margin:
        raise fault("coordinates.mgrs-square", text=text, square=f"{zone}{band} {letters}")
    return Position(float(latitude), float(longitude), side, "mgrs")


def _utm(line: str, text: str) -> Position:
    found = _ZONE_FIRST.fullmatch(line)
    if found:
        zone, letter, before, one, after, before2, two, after2 = found.groups()
        if letter in ("E", "N") and not before + after and {letter, before2, after2} >= {"E", "N"}:
            before, letter = letter, None  # 37 E254321 N3859123
    else:
        found = _ZONE_LAST.fullmatch(line)
        if not found and _NO_ZONE.fullmatch(line):
            raise fault("coordinates.utm-no-zone", text=text)
        if not found:
            raise fault("coordinates.utm-form", text=text)
        before, one, after, before2, two, after2, zone, letter = found.groups()
    marks = before + after, before2 + after2
    if any(len(mark) > 1 for mark in marks) or (marks[0] and marks[0] == marks[1]):
        raise fault("coordinates.utm-form", text=text)
    if marks[0] == "N" or marks[1] == "E":
        one, two = two, one
    if not 1 <= int(zone) <= 60:
        raise fault("coordinates.utm-zone", text=text, zone=zone)
    if not letter:
        raise fault("coordinates.utm-hemisphere", text=text, zone=zone)
    return _in_zone(int(zone), letter, _metres(one), _metres(two), text)


def _in_zone(
    zone: int, letter: str, easting: tuple[float, float], northing: tuple[float, float], text: str
) -> Position:
    east, north = easting[0], northing[0]
    if not (100_000 <= east <= 900_000 and 0 <= north <= 10_000_000):
        raise fault("coordinates.utm-range", text=text, easting=east, northing=north)
    hemisphere = letter[0] if letter in ("N", "NORTH", "SOUTH") else ""
    if letter == "S":
        as_band = _inside("S", _degrees(zone, "N", east, north))
        if as_band and zone in _BOTH:
            raise fault("coordinates.utm-two-ways", text=text, zone=zone)
        hemisphere = "" if as_band else "S"
    if hemisphere:
        place = _degrees(zone, hemisphere, east, north)
    elif letter not in _BANDS:
        raise fault("coordinates.utm-letter", text=text, letter=letter)
    else:
        place = _degrees(zone, "N" if letter >= "N" else "S", east, north)
        if not _inside(letter, place):
            raise fault("coordinates.utm-band", text=text, letter=letter, northing=north)
    if place is None:
        raise fault("coordinates.utm-range", text=text, easting=east, northing=north)
    return Position(*place, max(easting[1], northing[1]), "utm")


def _degrees(zone: int, hemisphere: str, east: float, north: float) -> tuple[float, float] | None:
    """Latitude and longitude; None for what UTM does not cover."""
    try:
        latitude, longitude = Utm(zone, hemisphere, east, north).toLatLon()[:2]
    except ValueError:
        return None
    inside = _SOUTHERNMOST - _EDGE <= latitude <= _NORTHERNMOST + _EDGE
    return (float(latitude), float(longitude)) if inside else None


def _inside(band: str, place: tuple[float, float] | None) -> bool:
    low, high = _band(band)
    return place is not None and low - _EDGE <= place[0] <= high + _EDGE


def _band(letter: str) -> tuple[float, float]:
    """Latitudes of a band: 8 degrees each from 80 S on, the last 12."""
    low = _SOUTHERNMOST + 8 * _BANDS.index(letter)
    return low, _NORTHERNMOST if letter == "X" else low + 8


def _metres(text: str) -> tuple[float, float]:
    """A measure and the unit of its last digit."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    text = text.replace(",", ".")
    return float(text), 10.0 ** -len(text.partition(".")[2])


def utm_of(latitude: float, longitude: float) -> str:
    """``37N 254321 3859123``; see :func:`coordinates.format_position`."""
    utm = _projected(latitude, longitude)
    letter = "N" if utm.hemisphere == "N" else min(utm.band, "M")
    return f"{utm.zone:02d}{letter} {utm.easting:06.0f} {utm.northing:07.0f}"


def mgrs_of(latitude: float, longitude: float) -> str:
    """``37S BU 54321 59123``: the square of one metre in which a place lies."""
    reference = _projected(latitude, longitude).toMgrs()
    return str(reference.toStr(prec=0, sep=" "))


def _projected(latitude: float, longitude: float) -> Utm:
    if not _SOUTHERNMOST <= latitude < _NORTHERNMOST:
        raise fault("coordinates.polar", text=f"{latitude:.5f}, {longitude:.5f}")
    return toUtm8(latitude + 0.0, longitude)  # -0.0 would be south
