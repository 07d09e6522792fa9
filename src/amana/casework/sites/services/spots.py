"""Adding spots and correcting where they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from amana.casework.audit.writing import writing
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.sites import rules
from amana.casework.sites.models import Site, Spot
from amana.casework.sites.services.common import locked, stripped
from amana.geography.coordinates import parse_position
from amana.problems import InputProblem, InputProblems

LARGEST_UNCERTAINTY = 100_000.0
USUAL_UNCERTAINTY = 10.0
"""Metres that count where nobody says how well a position was measured."""
_OWN = ("latitude", "longitude", "written", "measured", "deposition", "note")


def add_spot(by: Any, site: Site, **fields: Any) -> Spot:
    """One spot; as :func:`add_spots`."""
    return _added(by, site, [fields], [None])[0]


def add_spots(
    by: Any, site: Site, spots: Sequence[Mapping[str, Any]], *, rows: Sequence[int | None] | None = None
) -> list[Spot]:
    """Spots of a site, all or none.

    Parameters
    ----------
    spots
        ``label``, and ``position`` in any notation or ``latitude`` and ``longitude`` in degrees on WGS 84;
        ``uncertainty_m``, ``measured``, ``deposition``, ``note``.
    rows
        Where each stands in the file that it comes from; 1, 2, … where not given.

    Raises
    ------
    InputProblems
        With every fault of every row: a position that is not on earth or can be read in two ways, a label
        that is taken.
    """
    return _added(by, site, spots, rows or range(1, len(spots) + 1))


def read_spots(
    site: Site, spots: Sequence[Mapping[str, Any]], rows: Sequence[int | None]
) -> tuple[list[Spot], list[InputProblem]]:
    """The spots as they would be added, and everything that stands against it.  Nothing is written."""
    taken = set(Spot.objects.filter(site=site).values_list("label", flat=True))
    made, problems = [], []
    for row, given in zip(rows, spots, strict=True):
        spot, found = _read(Spot(site=site), {**given, "label": str(given.get("label") or "").strip()}, row)
        problems += found
        if spot.label in taken:
            params = {"given": spot.label}
            problems.append(InputProblem("sites.label-taken", row=row, field="label", params=params))
        taken.add(spot.label)
        made.append(spot)
    return made, problems


def correct_spot(by: Any, spot: Spot, reason: str, **fields: Any) -> Spot:
    """Correct where a spot is or what is said of it.

    Its label stays, and the old position stays in the history.
    """
    with writing(by, "sites.spot.corrected", may=rules.RECORD, on=spot, reason=reason.strip()) as log:
        spot = Spot.objects.select_for_update(of=("self",)).select_related("site").get(pk=spot.pk)
        moved = "position" in fields or "latitude" in fields
        spot, problems = _read(spot, fields | ({"written": ""} if moved else {}), None)
        refuse([*reason_given(reason), *problems])
        log.save(spot)
    return spot


def _added(by: Any, site: Site, spots: Sequence[Mapping[str, Any]], rows: Sequence[int | None]) -> list[Spot]:
    with writing(by, "sites.spot.added", may=rules.RECORD, on=site) as log:
        # The site's lock: two people who give one label at the same moment come one after the other.
        made, problems = read_spots(locked(site), spots, rows)
        refuse(problems)
        log.save_new(made)
    return made


def _read(spot: Spot, given: Mapping[str, Any], row: int | None) -> tuple[Spot, list[InputProblem]]:
    """A spot with what was given for it, and what is wrong with that."""
    given, adding = stripped(dict(given)), spot._state.adding
    for name in _OWN if not adding else ("label", *_OWN):
        if name in given:
            setattr(spot, name, given[name])
    problems, resolution = [], 0.0
    if position := given.get("position"):
        try:
            read = parse_position(position)
        except InputProblems as found:
            problems = [replace(p, row=row, field="position") for p in found.problems]
            spot.latitude = spot.longitude = 0.0  # said once
        else:
            spot.latitude, spot.longitude, resolution = read.latitude, read.longitude, read.resolution_m
            spot.written = position
    uncertainty = given.get("uncertainty_m")
    if uncertainty is None:
        usual = USUAL_UNCERTAINTY if adding else spot.uncertainty_m
        spot.uncertainty_m = max(usual, float(math.ceil(resolution)))
    else:
        spot.uncertainty_m = uncertainty
        if 0 <= uncertainty < resolution and not math.isclose(uncertainty, resolution, rel_tol=0.01):
            params = {"given": uncertainty, "least": math.ceil(resolution)}
            problems.append(
                InputProblem("sites.finer-than-written", row=row, field="uncertainty_m", params=params)
            )
    return spot, [*problems, *position_faults(spot, row)]


def position_faults(spot: Spot, row: int | None = None) -> list[InputProblem]:
    """What is wrong with a spot.  The poles are not places of finds, and a plan could not be drawn there."""
    problems = []
    asked = (
        ("latitude", spot.latitude, -90, 90, "sites.bad-latitude"),
        ("longitude", spot.longitude, -180, 180, "sites.bad-longitude"),
    )
    for field, value, low, high, code in asked:
        if value is not None and not low < value < high:  # not a number is not between either
            problems.append(InputProblem(code, row=row, field=field, params={"given": value}))
    radius = spot.uncertainty_m
    if radius is not None and not (math.isfinite(radius) and 0 <= radius <= LARGEST_UNCERTAINTY):
        problems.append(
            InputProblem(
                "sites.bad-uncertainty", row=row, field="uncertainty_m",
                params={"given": radius, "most": int(LARGEST_UNCERTAINTY)},
            )
        )  # fmt: skip
    return [*problems, *faults(spot, row)]
