"""Invented pictures for tests: grey squares, with a position in their metadata where one is wanted."""

from __future__ import annotations

import io

from PIL import Image


def photo(
    gps: tuple[float, float] | None = None, colour: int = 120, size: tuple[int, int] = (32, 24)
) -> bytes:
    """A small JPEG."""
    picture = Image.new("RGB", size, (colour, colour, colour))
    exif = Image.Exif()
    if gps is not None:
        latitude, longitude = gps
        exif.get_ifd(0x8825).update(
            {1: "N", 2: _parts(latitude), 3: "E", 4: _parts(longitude)}
        )  # fmt: skip
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif)
    return made.getvalue()


def _parts(degrees: float) -> tuple[float, float, float]:
    whole = int(degrees)
    minutes = (degrees - whole) * 60
    return (float(whole), float(int(minutes)), round((minutes - int(minutes)) * 60, 4))
