"""Genotype tables: our own genotypes.csv and the exports of GeneMapper, long and wide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from amana.interchange.collecting import Problems
from amana.interchange.tables import Table, find_columns, read_table
from amana.interchange.text import read_bytes
from amana.interchange.typings import OneAllele, Reading, collect, profile
from amana.interchange.vocabulary import column_keys, is_amelogenin, key, marker_key, plausible_marker
from amana.kinship.profiles import Profile

_ALLELE_COLUMN = re.compile(r"allele(\d+)")
_SUFFIX = re.compile(r"(.+?)(?:[\s_./-]+(?:allele[\s_]*)?|[\s_./-]*allele[\s_]*)[12ab]", re.IGNORECASE)
_PAIR = re.compile(r"[/|;,]")


def genotype_readings(data: bytes, file: str, problems: Problems) -> list[Reading]:
    """Readings of a genotype table in any of the known forms; faults of form are noted."""
    table = read_table(data, file, problems)
    if table is None:
        return []
    if _is_wide(table):
        return list(_wide(table, problems))
    return list(_long(table, problems))


def read_genemapper(path: str | Path, one_allele: OneAllele = "partial") -> Mapping[str, Profile]:
    """Profiles by sample from a GeneMapper genotype table (or our genotypes.csv), long or wide.

    Amelogenin is left out.  Marker names are those of the file, at their first spelling.
    ``one_allele``: GeneMapper writes a homozygote once unless told to duplicate homozygous alleles;
    "homozygote" reads a single allele so, "partial" (as elsewhere) as one allele known and one not.

    Raises
    ------
    InputProblems
    """
    path = Path(path)
    problems = Problems()
    data = read_bytes(path, path.name, problems)
    typings = (
        collect(genotype_readings(data, path.name, problems), path.name, problems) if data is not None else {}
    )
    names: dict[str, str] = {}
    for typing in typings.values():
        for folded, name in typing.names.items():
            names.setdefault(folded, name)
    profiles = {s: profile(t, names, problems, one_allele=one_allele) for s, t in typings.items()}
    problems.raise_faults()
    return profiles


def _is_wide(table: Table) -> bool:
    has_marker_column = any(key(h) in column_keys("marker") for h in table.header)
    markers = [m for m in (_wide_marker(h) for h in table.header) if m]
    return not has_marker_column and len(markers) >= 1


def _wide_marker(header: str) -> str | None:
    """Marker of a column of a wide table (``D3S1358``, ``D3S1358 1``, ``vWA_2``, ``TH01 Allele 1``)."""
    # Folded, "D3S1358 1" looks like a marker D3S13581, so the name without suffix is tried first.
    for name in (*(m[1] for m in [_SUFFIX.fullmatch(header)] if m), header):
        if plausible_marker(name) or is_amelogenin(name):
            return name
    return None


def _long(table: Table, problems: Problems) -> Iterator[Reading]:
    columns = find_columns(table, ("sample", "marker", "allele1", "allele2"), ("replicate",), problems)
    if columns is None:
        return
    taken = {columns["allele1"], columns["allele2"]}
    more = [
        place
        for place, header in enumerate(table.header)
        if place not in taken and _ALLELE_COLUMN.fullmatch(key(header))
    ]
    places = [columns["allele1"], columns["allele2"], *more]
    names = tuple(table.header[p] for p in places)
    for row in table.rows:
        cells = tuple(row.cells[p] for p in places)
        replicate = row.cells[columns["replicate"]] if "replicate" in columns else ""
        sample, marker = row.cells[columns["sample"]], row.cells[columns["marker"]]
        yield Reading(sample, marker, cells, row.number, names, replicate)


def _wide(table: Table, problems: Problems) -> Iterator[Reading]:
    columns = find_columns(table, ("sample",), (), problems)
    if columns is None:
        return
    places: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for place, header in enumerate(table.header):
        marker = _wide_marker(header)
        if marker is None and _SUFFIX.fullmatch(header):
            marker = _SUFFIX.fullmatch(header)[1]  # type: ignore[index]
        if marker is not None and place != columns["sample"]:
            places.setdefault(marker_key(marker), []).append(place)
            names.setdefault(marker_key(marker), marker)
    for row in table.rows:
        for marker, at in places.items():
            cells = tuple(row.cells[p] for p in at)
            if len(at) == 1:  # both alleles in one cell
                cells = tuple(part.strip() for part in _PAIR.split(cells[0])) if cells[0] else ()
            if any(cells):
                columns_of = tuple(table.header[p] for p in at) * len(cells)
                yield Reading(row.cells[columns["sample"]], names[marker], cells, row.number, columns_of)
