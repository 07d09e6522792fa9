"""Reading a gazetteer, whatever format it has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, get_args

from amana.interchange.gazetteer_files import Gazetteer
from amana.interchange.gazetteer_files_csv import read_gazetteer_csv, read_ocha
from amana.interchange.gazetteer_files_geonames import read_geonames
from amana.problems import InputProblem, InputProblems

GazetteerFormat = Literal["ocha", "geonames", "csv"]
FORMATS: tuple[GazetteerFormat, ...] = get_args(GazetteerFormat)

_READERS: Mapping[GazetteerFormat, Callable[[bytes, str], Gazetteer]] = {
    "ocha": read_ocha,
    "geonames": read_geonames,
    "csv": read_gazetteer_csv,
}
# The columns that the Common Operational Datasets have in their several editions.
_OCHA = re.compile(rb"\badm(?:in)?3_?pcode\b", re.IGNORECASE)
_CODE = re.compile(rb"\bp-?code\b", re.IGNORECASE)


def read_gazetteer(data: bytes, file: str, format: GazetteerFormat | None = None) -> Gazetteer:
    """Places of a file; without a format it is told from the name of the file and the first row.

    Raises
    ------
    InputProblems
        Every fault of every row; ``gazetteer.unknown-format`` where the format cannot be told.
    """
    return _READERS[format or _told(data, file)](data, file)


def _told(data: bytes, file: str) -> GazetteerFormat:
    start = data[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if file.casefold().endswith(".json") or start[:1] in (b"[", b"{"):
        return "geonames"
    head = start.partition(b"\n")[0]
    if _OCHA.search(head):
        return "ocha"
    if _CODE.search(head):
        return "csv"
    raise InputProblems([InputProblem("gazetteer.unknown-format", file)])
