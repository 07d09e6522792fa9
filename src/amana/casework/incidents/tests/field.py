"""Invented incidents, sites and units for the tests of the field's stations."""

from __future__ import annotations

from typing import Any

from amana.casework.incidents.models import Fact, Incident
from amana.casework.incidents.services import add_fact, add_source, add_tension, open_incident
from amana.casework.recovery.models import Unit
from amana.casework.recovery.services import NewUnit, record_units
from amana.casework.sites.models import Site
from amana.casework.sites.services import add_site, add_spots

SCRIPT = "<script>alert(1)</script>"
OVERRIDE = "\u202egnihton\u202c"

BODIES = {"counted": "bodies", "basis": "reported", "low": 21, "high": 21, "words": "21 bodies"}
MIXED = {"counted": "remains_and_bodies", "basis": "reported", "low": 21, "high": 21,
         "words": "21 remains and bodies", "words_ar": "21 رفاتاً وجثة"}  # fmt: skip
AREA = {"measured": "area", "basis": "reported", "low": 1.0, "high": 1.0, "unit": "km2",
        "words": "one square kilometre"}  # fmt: skip


def opened(by: Any, name: str = "Field of stones") -> Incident:
    return open_incident(by, name_en=name, name_ar="حقل الحجارة", place_en="Somewhere", place_ar="مكان ما")


def said(by: Any, incident: Incident, sources: int = 2, facts: int = 1) -> list[Fact]:
    """Statements of several sources, with a count each, an area, and a tension between the first two."""
    made = []
    for s in range(sources):
        source = add_source(by, incident, name=f"Newspaper {s}", seen="an excerpt")
        for _ in range(facts):
            fact = add_fact(
                by, source, statement=f"{s} said it.", statement_ar="قيل ذلك.", wording="quoted",
                place="Hill", counts=[MIXED if s % 2 else BODIES], measures=[AREA],
            )  # fmt: skip
            made.append(fact)
    if len(made) > 1:
        add_tension(by, incident, facts=[made[0].code, made[1].code], statement="They do not fit.")
    return made


def site_of(by: Any, incident: Incident, spots: int = 3) -> Site:
    site = add_site(by, incident, name_en="East slope", name_ar="المنحدر الشرقي", pcode="sy0401")
    rows = [
        {"label": str(i + 1), "latitude": 34.70 + i / 1000, "longitude": 36.70 + (i * i % 7) / 1000}
        for i in range(spots)
    ]
    add_spots(by, site, rows)
    return site


def lifted(by: Any, incident: Incident, site: Site | None = None, count: int = 3) -> list[Unit]:
    spots = list(site.spots.order_by("label")) if site else [None]
    return record_units(
        by, incident, [NewUnit(kind="bone", spot=spots[i % len(spots)]) for i in range(count)]
    )
