"""Writing sites and spots."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied

from amana.casework.audit.writing import writing
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.incidents.models import Incident
from amana.casework.numbers.services import SITE, take
from amana.casework.sites.models import Site, Spot
from amana.names import fold
from amana.problems import InputProblem

CHANGEABLE = ("name_en", "name_ar", "pcode")
LARGEST_UNCERTAINTY = 100_000.0


def add_site(by: Any, incident: Incident, *, name_en: str, name_ar: str, pcode: str = "") -> Site:
    """A new site of the person's office, in an incident that the office sees.

    Raises
    ------
    InputProblems
        Without a name in both languages.
    """
    if not Incident.objects.visible_to(by).filter(pk=incident.pk).exists():
        raise PermissionDenied("incidents.view")
    site = Site(
        office=by.office, incident=incident, name_en=name_en.strip(), name_ar=name_ar.strip(),
        pcode=pcode.strip().upper(),
    )  # fmt: skip
    refuse(p for p in faults(site) if p.field != "number")
    with writing(by, "sites.site.added", may="sites.record") as log:
        (site.number,) = take(log, by.office, SITE)
        site.search = _search(site)
        log.save(site)
    return site


def change_site(by: Any, site: Site, reason: str, **fields: Any) -> Site:
    """Correct the names or the P-code of a site.

    Its explosive hazard is not among them: it has rules of its own.
    """
    with writing(by, "sites.site.changed", may="sites.record", on=site, reason=reason.strip()) as log:
        site = Site.objects.select_for_update().get(pk=site.pk)
        for field in CHANGEABLE:
            if field in fields:
                setattr(site, field, fields[field].strip())
        site.pcode = site.pcode.upper()
        refuse([*reason_given(reason), *faults(site)])
        site.search = _search(site)
        log.save(site)
    return site


def add_spot(by: Any, site: Site, **fields: Any) -> Spot:
    """One spot; as :func:`add_spots`."""
    return _added(by, site, [fields], numbered=False)[0]


def add_spots(by: Any, site: Site, spots: Sequence[dict[str, Any]]) -> list[Spot]:
    """Spots of a site: ``label``, ``latitude``, ``longitude`` in degrees, ``uncertainty_m``.

    Raises
    ------
    InputProblems
        With every fault of every row: a position that is not on earth, a label that is taken.
    """
    return _added(by, site, spots, numbered=True)


def _added(by: Any, site: Site, spots: Sequence[dict[str, Any]], *, numbered: bool) -> list[Spot]:
    with writing(by, "sites.spot.added", may="sites.record", on=site) as log:
        # The site's lock: two people who give one label at the same moment come one after the other.
        site = Site.objects.select_for_update().get(pk=site.pk)
        taken = set(Spot.objects.filter(site=site).values_list("label", flat=True))
        made, problems = [], []
        for i, fields in enumerate(spots, 1):
            row = i if numbered else None
            spot = Spot(site=site, **{**fields, "label": str(fields.get("label") or "").strip()})
            problems += position_faults(spot, row)
            if spot.label in taken:
                params = {"given": spot.label}
                problems.append(InputProblem("sites.label-taken", row=row, field="label", params=params))
            taken.add(spot.label)
            made.append(spot)
        refuse(problems)
        log.save_new(made)
    return made


def correct_spot(
    by: Any, spot: Spot, reason: str, *, latitude: float, longitude: float, uncertainty_m: float
) -> Spot:
    """Correct where a spot is.  Its label stays, and the old position stays in the history."""
    with writing(by, "sites.spot.corrected", may="sites.record", on=spot, reason=reason.strip()) as log:
        spot = Spot.objects.select_for_update(of=("self",)).select_related("site").get(pk=spot.pk)
        spot.latitude, spot.longitude, spot.uncertainty_m = latitude, longitude, uncertainty_m
        refuse([*reason_given(reason), *position_faults(spot)])
        log.save(spot)
    return spot


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


def _search(site: Site) -> str:
    return fold(" ".join((site.number, site.name_en, site.name_ar, site.pcode)))
