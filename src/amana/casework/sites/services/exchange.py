"""Spots from files and into files: GeoJSON, GPX, CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from amana.casework.audit.writing import writing
from amana.casework.sites.models import Site, Spot
from amana.casework.sites.services.spots import add_spots, read_spots
from amana.interchange.spot_rows import SpotFile, SpotRow
from amana.interchange.spots import read_spots as read_file
from amana.interchange.spots_csv import write_spots_csv
from amana.interchange.spots_geojson import write_spots_geojson
from amana.interchange.spots_gpx import write_spots_gpx
from amana.problems import InputProblem, InputProblems

_WRITE: dict[str, tuple[Callable[[Sequence[SpotRow]], bytes], str]] = {
    "geojson": (write_spots_geojson, "application/geo+json"),
    "gpx": (write_spots_gpx, "application/gpx+xml"),
    "csv": (write_spots_csv, "text/csv; charset=utf-8"),
}
FORMATS = tuple(_WRITE)


@dataclass(frozen=True)
class Preview:
    """What a file would add, and everything that stands against it.

    Attributes
    ----------
    spots
        With the row that each has in the file; empty where the file could not be read.
    problems
        By row.  With one of them nothing can be saved.
    warnings
        What the person should know.
    """

    spots: list[tuple[int, Spot]]
    problems: list[InputProblem]
    warnings: list[InputProblem]


def preview_spots(site: Site, data: bytes, file: str) -> Preview:
    """Read a file of spots; nothing is written."""
    try:
        read = read_file(data, file)
    except InputProblems as found:
        problems = [p for p in found.problems if not p.warning]
        return Preview([], _by_row(problems), [p for p in found.problems if p.warning])
    rows, given = _given(site, read, file)
    spots, problems = read_spots(site, given, rows)
    problems = [replace(p, file=file) for p in problems]
    return Preview(list(zip(rows, spots, strict=True)), _by_row(problems), list(read.warnings))


def import_spots(by: Any, site: Site, data: bytes, file: str) -> list[Spot]:
    """Add every spot of a file, or none.

    Raises
    ------
    InputProblems
        With every fault of every row.
    """
    rows, given = _given(site, read_file(data, file), file)
    return add_spots(by, site, given, rows=rows)


def export_spots(by: Any, site: Site, spots: Sequence[Spot], form: str) -> tuple[bytes, str]:
    """Spots as a file in one of :data:`FORMATS`, with its media type.  That it was taken out is on record."""
    write, media_type = _WRITE[form]
    content = write([SpotRow(s.label, s.latitude, s.longitude, s.uncertainty_m, s.note) for s in spots])
    with writing(by, "sites.spot.exported", may="sites.view", on=site) as log:
        log.note(site.log_name(), site.pk, {"rows": len(spots), "format": form})
    return content, media_type


def _given(site: Site, read: SpotFile, file: str) -> tuple[list[int], list[dict[str, Any]]]:
    """Rows with their number in the file; one without a label gets the next number that is free."""
    first = 2 if file.lower().endswith((".csv", ".tsv", ".txt")) else 1
    rows = [getattr(r, "row", 0) or i for i, r in enumerate(read.rows, first)]
    taken = {r.label for r in read.rows} | set(Spot.objects.filter(site=site).values_list("label", flat=True))
    free = (str(n) for n in range(1, len(taken) + len(read.rows) + 2) if str(n) not in taken)
    given = [
        {
            "label": r.label or next(free), "latitude": r.latitude, "longitude": r.longitude,
            "uncertainty_m": r.uncertainty_m, "note": r.note, "written": getattr(r, "written", ""),
        }
        for r in read.rows
    ]  # fmt: skip
    return rows, given


def _by_row(problems: Sequence[InputProblem]) -> list[InputProblem]:
    return sorted(problems, key=lambda p: p.row or 0)
