"""What a picture says of itself: where, when, in which direction and with what it was taken.

Claims: a clock can be wrong, a place can be written by anybody, and messengers take both away.  They are
offered to a person and never taken as a fact.

Tags are those of EXIF 2.32 (CIPA DC-008-2019), sections 4.6.4 to 4.6.6.
"""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import asdict, dataclass
from typing import Any

from amana.casework.files.pictures import _BROKEN, Unusable, opened_picture

_GPS, _EXIF = 0x8825, 0x8769
_MAKE, _MODEL = 0x010F, 0x0110
_TAKEN, _TAKEN_OFFSET = 0x9003, 0x9011
_LAT_REF, _LAT, _LON_REF, _LON = 1, 2, 3, 4
_GPS_TIME, _GPS_DATE, _DIRECTION_REF, _DIRECTION = 7, 29, 16, 17


@dataclass(frozen=True)
class Claims:
    """What a file says; None where it says nothing, or nothing that makes sense.

    Attributes
    ----------
    lat, lon
        Degrees, WGS 84 as a rule (the datum is not checked).
    taken_at
        ISO 8601 by the camera's clock; with an offset from UTC only where the camera wrote one.
    gps_at
        ISO 8601 in UTC, from the satellites.
    direction
        Degrees that the camera looked to, clockwise from north.
    magnetic
        Whether that north is the magnetic one; None where it is not said.
    camera
        Maker and model.
    """

    lat: float | None = None
    lon: float | None = None
    taken_at: str | None = None
    gps_at: str | None = None
    direction: float | None = None
    magnetic: bool | None = None
    camera: str | None = None

    def __bool__(self) -> bool:
        return any(value is not None for value in asdict(self).values())

    def as_json(self) -> dict[str, Any]:
        """Only what is claimed."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def claims_in(content: Any, media_type: str) -> Claims:
    """The claims of a picture; none for other files and for what cannot be read."""
    try:
        with opened_picture(content, media_type) as picture:
            if picture is None:
                return Claims()
            exif = picture.getexif()
            return _claims(dict(exif), dict(exif.get_ifd(_EXIF)), dict(exif.get_ifd(_GPS)))
    except (Unusable, *_BROKEN):
        return Claims()


def _claims(main: dict[int, Any], exif: dict[int, Any], gps: dict[int, Any]) -> Claims:
    lat = _degrees(gps.get(_LAT), gps.get(_LAT_REF), "S", 90)
    lon = _degrees(gps.get(_LON), gps.get(_LON_REF), "W", 180)
    if lat is None or lon is None or (lat == 0 and lon == 0):  # what a camera without reception writes
        lat = lon = None
    direction = _number(gps.get(_DIRECTION))
    if direction is not None:
        direction = round(direction % 360, 2) if 0 <= direction <= 360 else None
    north = _text(gps.get(_DIRECTION_REF))[:1]
    parts = [_text(main.get(_MAKE)), _text(main.get(_MODEL))]
    if parts[0] and parts[1].lower().startswith(parts[0].lower()):
        parts = parts[1:]
    return Claims(
        lat=lat, lon=lon, taken_at=_taken(exif), gps_at=_gps_time(gps), direction=direction,
        magnetic=None if direction is None or north not in ("M", "T") else north == "M",
        camera=" ".join(p for p in parts if p)[:80] or None,
    )  # fmt: skip


def _number(value: Any) -> float | None:
    try:
        found = float(value)
    except _BROKEN:
        return None
    return found if math.isfinite(found) else None


def _degrees(value: Any, ref: Any, negative: str, most: int) -> float | None:
    """Degrees, minutes and seconds with a letter, as one number with a sign."""
    try:
        parts = [_number(part) for part in tuple(value)[:3]]
    except TypeError:
        return None
    letter = _text(ref)[:1].upper()
    if not parts or None in parts or not letter:
        return None
    found = sum(float(part or 0) / 60**i for i, part in enumerate(parts))
    if not 0 <= found <= most:
        return None
    return round(-found if letter == negative else found, 7)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "ignore")
    return re.sub(r"[^\w .:+/()-]", "", str(value or "")).strip()


def _taken(exif: dict[int, Any]) -> str | None:
    try:
        found = datetime.datetime.strptime(_text(exif.get(_TAKEN)), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    offset = re.fullmatch(r"([+-])(\d\d):(\d\d)", _text(exif.get(_TAKEN_OFFSET)))
    if offset and int(offset[2]) < 15 and int(offset[3]) < 60:
        minutes = int(f"{offset[1]}{int(offset[2]) * 60 + int(offset[3])}")
        found = found.replace(tzinfo=datetime.timezone(datetime.timedelta(minutes=minutes)))
    return found.isoformat()


def _gps_time(gps: dict[int, Any]) -> str | None:
    try:
        day = datetime.datetime.strptime(_text(gps.get(_GPS_DATE)), "%Y:%m:%d")
        parts = [_number(part) for part in tuple(gps[_GPS_TIME])[:3]]
        hour, minute, second = (int(part or 0) for part in parts)
        return day.replace(hour=hour, minute=minute, second=second, tzinfo=datetime.UTC).isoformat()
    except (ValueError, KeyError, TypeError):
        return None
