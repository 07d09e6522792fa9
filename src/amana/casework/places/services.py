"""Bringing a gazetteer in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from amana.casework.accounts.services import permission
from amana.casework.audit.writing import writing
from amana.casework.incidents.checks import refuse
from amana.casework.places.folding import searched, sounded
from amana.casework.places.models import Place
from amana.interchange.gazetteer_files import KINDS, LONGEST_NAME, GazetteerPlace
from amana.names import fold
from amana.problems import InputProblem

_RANKS = {"community": 0, "geonames": 1, "subdistrict": 2, "district": 3, "governorate": 4}
_KEY = "pcode"
_FIELDS = tuple(f.attname for f in Place._meta.concrete_fields if f.attname not in ("id", _KEY))
_BATCH = 500


class Imported(NamedTuple):
    """How many places an import added, changed, and found as they were."""

    added: int
    changed: int
    unchanged: int


def import_places(
    by: Any, places: Sequence[GazetteerPlace], *, source: str, sha256: str, file: str = ""
) -> Imported:
    """Add places and bring those that are there up to date: all of them or none.

    A place that the file lacks stays, since records may name it; a name that the file lacks stays as it was.

    Parameters
    ----------
    source
        Whom to credit.
    sha256
        Digest of the file, for the log.

    Raises
    ------
    InputProblems
        For places that the table cannot hold, and without a source.
    """
    refuse(_faults(places, source))
    with writing(by, "places.gazetteer.imported", may=permission(by)) as log:
        known: dict[str, Place] = {}
        codes = [place.pcode for place in places]
        for start in range(0, len(codes), _BATCH):
            part = codes[start : start + _BATCH]
            known |= {p.pcode: p for p in Place.objects.select_for_update().filter(pcode__in=part)}
        wanted = [_row(place, known.get(place.pcode), source.strip()) for place in places]
        new = [row for row in wanted if row.pcode not in known]
        changed = [row for row in wanted if row.pcode in known and _differs(row, known[row.pcode])]
        Place.objects.bulk_create(
            [*new, *changed], batch_size=_BATCH, update_conflicts=True, unique_fields=[_KEY],
            update_fields=_FIELDS,
        )  # fmt: skip
        counts = Imported(len(new), len(changed), len(wanted) - len(new) - len(changed))
        about = {"source": source.strip(), "file": file, "sha256": sha256}
        log.note("gazetteer", sha256[:16] or "-", {**about, **counts._asdict()})
    return counts


def _row(place: GazetteerPlace, known: Place | None, source: str) -> Place:
    areas = {
        f"admin{n}_{part}": value
        for n, area in enumerate((place.admin1, place.admin2, place.admin3), start=1)
        for part, value in (("pcode", area.pcode), ("en", area.name_en), ("ar", area.name_ar))
    }
    name_en = place.name_en or (known.name_en if known else "")
    name_ar = place.name_ar or (known.name_ar if known else "")
    names = [name for name in (name_ar, name_en, *place.other_names) if name]
    around = [areas[f"admin{n}_{language}"] for n in (1, 2, 3) for language in ("en", "ar")]
    return Place(
        pcode=place.pcode, kind=place.kind, name_en=name_en, name_ar=name_ar,
        other_names=list(place.other_names), latitude=place.latitude, longitude=place.longitude,
        rank=_RANKS[place.kind], source=source,
        search=searched(names), sound=sounded(names),
        around=" ".join(dict.fromkeys(fold(name) for name in around if name)), **areas,
    )  # fmt: skip


def _differs(row: Place, known: Place) -> bool:
    return any(getattr(row, f) != getattr(known, f) for f in _FIELDS)


def _faults(places: Sequence[GazetteerPlace], source: str) -> Iterator[InputProblem]:
    """What a reader of files has already refused; others may call this with rows of their own."""
    if not source.strip() or len(source) > 200:
        yield InputProblem("places.needs-source", field="source")
    seen: set[str] = set()
    for row, place in enumerate(places, start=1):
        code: dict[str, object] = {"pcode": place.pcode[:60]}
        if not (place.pcode.isascii() and place.pcode.isalnum() and len(place.pcode) <= 20):
            yield InputProblem("gazetteer.bad-pcode", row=row, field="pcode", params=code)
        elif place.pcode in seen:
            yield InputProblem("gazetteer.pcode-twice", row=row, field="pcode", params=code)
        seen.add(place.pcode)
        if place.kind not in KINDS:
            params: dict[str, object] = {"given": str(place.kind), "kinds": KINDS}
            yield InputProblem("gazetteer.kind", row=row, field="kind", params=params)
        if not (place.name_en or place.name_ar):
            yield InputProblem("gazetteer.no-name", row=row, field="name_en")
        longest = max(len(place.name_en), len(place.name_ar))
        if longest > LONGEST_NAME:
            params = {"length": longest, "most": LONGEST_NAME}
            yield InputProblem("gazetteer.long-name", row=row, field="name_en", params=params)
        for field, value, most in (("lat", place.latitude, 90), ("lon", place.longitude, 180)):
            if value is not None and not abs(value) <= most:
                params = {"value": value, "most": most}
                yield InputProblem("gazetteer.position", row=row, field=field, params=params)
        if (place.latitude is None) != (place.longitude is None):
            yield InputProblem("gazetteer.half-a-point", row=row, field="lat")
