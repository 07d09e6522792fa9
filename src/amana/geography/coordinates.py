"""Positions as people write them, on WGS 84: degrees, UTM, MGRS, geo addresses and links of map programs.

What can be read in two ways is refused, with how to write it: a wrong position on remains is worse than a
question.  The projections are those of pygeodesy (MIT licence).
"""

from __future__ import annotations

from pygeodesy.dms import latDMS, lonDMS

from amana.geography.coordinates_degrees import read_degrees
from amana.geography.coordinates_grid import looks_like_grid, mgrs_of, read_grid, utm_of
from amana.geography.coordinates_links import link_in, read_link
from amana.geography.coordinates_position import LONGEST, Notation, Position, Written, fault, placed
from amana.geography.coordinates_text import plain

__all__ = ["Notation", "Position", "Written", "format_position", "parse_position"]


def parse_position(text: str) -> Position:
    """The position that a text gives.

    Read are decimal degrees, degrees with minutes, and degrees with minutes and seconds, in Western, Arabic
    or extended Arabic digits, with signs, letters (N, S, E, W) or words in English and Arabic; UTM with zone
    and band letter or hemisphere; MGRS of any precision; ``geo:`` addresses (RFC 5870); links of map
    programs that hold numbers.  Without letters or labels the latitude comes first.

    An MGRS reference is a square, so that its middle is returned; a number with decimals is taken as rounded.
    ``resolution_m`` is the side of the square that the digits tell apart, never a statement of how well the
    place was measured.  ``S`` behind a UTM zone is the band 32-40 N where the northing fits it, and
    refused where land lies at both readings (zones 18 to 26: South America and its islands).

    Raises
    ------
    InputProblems
        One ``coordinates.…`` problem, which says what was read and how to write it.
    """
    if len(text) > LONGEST:
        raise fault("coordinates.too-long", length=len(text), most=LONGEST)
    link = link_in(text)
    if link is not None:
        return read_link(link)
    line = plain(text)
    if not line:
        raise fault("coordinates.empty")
    if looks_like_grid(line):
        return read_grid(line, text)
    return placed(read_degrees(line, text))


def format_position(latitude: float, longitude: float, notation: Written) -> str:
    """A position in one of the notations, with digits for less than a metre (UTM and MGRS: one metre).

    Western digits and Latin letters, so that every receiver and map takes it; :func:`parse_position` reads it
    back.  UTM is written with ``N`` for all that lies north of the equator and with the band letter (C to M)
    south of it: an ``S`` would mean two things.  MGRS is truncated, as its definition wants; the others are
    rounded.

    Raises
    ------
    InputProblems
        ``coordinates.not-on-earth`` for numbers that are no position, ``coordinates.polar`` for UTM and MGRS
        outside 80 S to 84 N.
    """
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise fault("coordinates.not-on-earth", latitude=latitude, longitude=longitude)
    if notation == "utm":
        return utm_of(latitude, longitude)
    if notation == "mgrs":
        return mgrs_of(latitude, longitude)
    if notation == "decimal":
        return f"{_decimal(latitude)}, {_decimal(longitude)}"
    digits = -4 if notation == "dm" else -2  # below zero: zeros at the end stay
    return f"{latDMS(latitude, form=notation, prec=digits)} {lonDMS(longitude, form=notation, prec=digits)}"


def _decimal(degrees: float) -> str:
    text = f"{degrees:.6f}"
    return text.removeprefix("-") if float(text) == 0 else text
