"""Positions in ``geo:`` addresses and in links of map programs.  No link is ever opened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from amana.geography.coordinates_degrees import decimal, read_degrees
from amana.geography.coordinates_position import Notation, Pair, Position, fault, placed
from amana.geography.coordinates_text import plain
from amana.problems import InputProblems

_LINK = re.compile(r"(?:https?://|geo:)\S+", re.IGNORECASE)
_NUMBER = r"([+-]?\d{1,3}(?:\.\d+)?)"
_TWO = re.compile(rf"(?:loc:|point\.)?\s*{_NUMBER}\s*[,~_ ]\s*{_NUMBER}(?![\d.])")
_GEO = re.compile(rf"geo:{_NUMBER},{_NUMBER}(?:,[+-]?\d+(?:\.\d+)?)?(;[^?]*)?(?:\?(.*))?", re.IGNORECASE)
_PIN = re.compile(rf"!3d{_NUMBER}!4d{_NUMBER}")
_VIEW = re.compile(rf"@{_NUMBER},{_NUMBER}")
_ZOOMED = re.compile(rf"\d+(?:\.\d+)?/{_NUMBER}/{_NUMBER}")
_POINTS = ("q", "query", "ll", "pt", "sp", "loc", "location", "point", "coordinate", "destination", "daddr",
           "whatshere[point]")  # fmt: skip
_VIEWS = ("center", "cp", "sll")
_NAMED = (("mlat", "mlon"), ("lat", "lon"), ("lat", "lng"), ("latitude", "longitude"))


def link_in(text: str) -> str | None:
    """The first link in a text."""
    found = _LINK.search(text)
    return found.group().rstrip(".,;،؛)>") if found else None


def read_link(link: str) -> Position:
    """The position that a link holds: its pin where it has one, else the middle of the map that it shows.

    Raises
    ------
    InputProblems
        ``coordinates.link`` for one without numbers, as the short links are; ``coordinates.link-two`` for a
        way between two places; ``coordinates.link-other-datum`` for a ``geo:`` address that is not WGS 84.
    """
    if link[:4].lower() == "geo:":
        return placed(_geo(link))
    try:
        parts = urlsplit(link)
        pairs = parse_qsl(parts.query, max_num_fields=100) + parse_qsl(parts.fragment, max_num_fields=100)
        yandex = "yandex" in (parts.hostname or "")
    except ValueError:
        raise fault("coordinates.link", text=link) from None
    asked = {key.casefold(): value for key, value in reversed(pairs)}
    path = unquote(parts.path.replace("+", " "))
    found = list(_pins(path, asked, yandex)) or list(_views(path, asked))
    if not found:
        raise fault("coordinates.link", text=link)
    if len({(p.latitude.degrees, p.longitude.degrees) for p in found}) > 1:
        raise fault("coordinates.link-two", text=link)
    return placed(found[0])


def _geo(link: str) -> Pair:
    """RFC 5870, and Android's ``geo:0,0?q=…`` where the place is in the question."""
    found = _GEO.fullmatch(link)
    if not found:
        raise fault("coordinates.link", text=link)
    latitude, longitude, parameters, query = found.groups()
    crs = re.search(r";crs=([^;]*)", parameters or "", re.IGNORECASE)
    if crs and crs[1].casefold() != "wgs84":
        raise fault("coordinates.link-other-datum", text=link, datum=crs[1])
    asked = dict(parse_qsl(query or "", max_num_fields=100)).get("q", "")
    inside = _TWO.match(asked)
    if inside and float(latitude) == float(longitude) == 0:
        latitude, longitude = inside.groups()
    return _pair(latitude, longitude, "geo")


def _pins(path: str, asked: Mapping[str, str], yandex: bool) -> Iterator[Pair]:
    pinned = _PIN.findall(path)
    if pinned:
        yield _pair(*pinned[-1])
        return
    for one, other in _NAMED:
        if re.fullmatch(_NUMBER, asked.get(one, "")) and re.fullmatch(_NUMBER, asked.get(other, "")):
            yield _pair(asked[one], asked[other])
            return
    for key in _POINTS:
        pair = _two(asked.get(key, ""))
        if pair is not None:
            # Yandex alone writes the longitude first.
            yield Pair(pair.longitude, pair.latitude, "link", labelled=True) if yandex else pair
            return
    for segment in path.split("/"):
        pair = None if segment.startswith("@") else _two(segment)
        if pair is not None:
            yield pair


def _views(path: str, asked: Mapping[str, str]) -> Iterator[Pair]:
    view = _VIEW.search(path) or _ZOOMED.fullmatch(asked.get("map", ""))
    if view:
        yield _pair(view[1], view[2], "link_view")
    for key in _VIEWS:
        pair = _two(asked.get(key, ""))
        if pair is not None:
            yield Pair(pair.latitude, pair.longitude, "link_view", labelled=True)


def _two(value: str) -> Pair | None:
    """Two numbers, or a position in degrees with its signs, as the value of a key or a piece of a path."""
    found = _TWO.match(value)
    if found:
        return _pair(found[1], found[2])
    if "°" not in value:
        return None
    try:
        pair = read_degrees(plain(value), value)
    except InputProblems:
        return None
    return Pair(pair.latitude, pair.longitude, "link", labelled=True)


def _pair(latitude: str, longitude: str, notation: Notation = "link") -> Pair:
    return Pair(decimal(latitude), decimal(longitude), notation, labelled=True)
