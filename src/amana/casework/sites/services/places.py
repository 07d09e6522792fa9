"""Adding sites, and correcting what describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied

from amana.casework.audit.writing import writing
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.incidents.models import Incident
from amana.casework.numbers.services import SITE, take
from amana.casework.sites import rules
from amana.casework.sites.models import Site
from amana.casework.sites.placing import unknown_codes
from amana.casework.sites.services.common import locked, stripped
from amana.names import fold
from amana.problems import InputProblem

CHANGEABLE = (
    "name_en", "name_ar", "pcode", "deposition", "risk", "risk_words", "access_words", "reported_area_m2",
    "reported_area_words",
)  # fmt: skip
"""What a correction may touch.  Hazard and state are not among them: they have rules of their own."""
LARGEST_AREA = 1e10
"""Square metres; ten thousand square kilometres are no site."""


def add_site(by: Any, incident: Incident, **fields: Any) -> Site:
    """A new site of the person's office; as :func:`add_sites`."""
    return _added(by, incident, [fields], numbered=False)[0]


def add_sites(by: Any, incident: Incident, rows: Sequence[Mapping[str, Any]]) -> list[Site]:
    """New sites of the person's office in an incident that it sees, with few statements.

    Parameters
    ----------
    rows
        ``name_en`` and ``name_ar``, and any of the other :data:`CHANGEABLE`.

    Raises
    ------
    InputProblems
        With every fault of every row: a name that is missing in one language, a word that is none.
    """
    return _added(by, incident, rows, numbered=True)


def _added(by: Any, incident: Incident, rows: Sequence[Mapping[str, Any]], *, numbered: bool) -> list[Site]:
    if not Incident.objects.visible_to(by).filter(pk=incident.pk).exists():
        raise PermissionDenied("incidents.view")
    made, problems = [], []
    for i, row in enumerate(rows, 1):
        site = Site(office=by.office, incident=incident, **stripped(dict(row)))
        site.pcode = site.pcode.upper()
        problems += description_faults(site, i if numbered else None)
        made.append(site)
    unknown = unknown_codes(s.pcode for s in made)
    problems += [
        _unknown(s.pcode, i if numbered else None) for i, s in enumerate(made, 1) if s.pcode in unknown
    ]
    refuse(problems)
    if not made:
        return []
    with writing(by, "sites.site.added", may=rules.RECORD) as log:
        for site, number in zip(made, take(log, by.office, SITE, len(made)), strict=True):
            site.number = number
            site.search = search_text(site)
        log.save_new(made)
    return made


def change_site(by: Any, site: Site, reason: str, **fields: Any) -> Site:
    """Correct what describes a site; the old words stay in its history.

    Raises
    ------
    InputProblems
        Without a reason, or for a field that becomes wrong.
    """
    with writing(by, "sites.site.changed", may=rules.RECORD, on=site, reason=reason.strip()) as log:
        site = locked(site)
        before = site.pcode
        for field, value in stripped(fields).items():
            if field in CHANGEABLE:
                setattr(site, field, value)
        site.pcode = site.pcode.upper()
        problems = [*reason_given(reason), *description_faults(site)]
        if site.pcode != before and unknown_codes([site.pcode]):
            problems.append(_unknown(site.pcode))
        refuse(problems)
        site.search = search_text(site)
        log.save(site)
    return site


def _unknown(pcode: str, row: int | None = None) -> InputProblem:
    return InputProblem("sites.unknown-pcode", row=row, field="pcode", params={"given": pcode})


def description_faults(site: Site, row: int | None = None) -> list[InputProblem]:
    """What is wrong with the words and figures that describe a site."""
    found = [p for p in faults(site, row) if p.field != "number"]
    area = site.reported_area_m2
    if area is not None and not 0 < area <= LARGEST_AREA:
        params = {"given": area}
        found.append(InputProblem("sites.bad-area", row=row, field="reported_area_m2", params=params))
    return found


def search_text(site: Site) -> str:
    """What words are looked for in."""
    return fold(" ".join((site.number, site.name_en, site.name_ar, site.pcode)))
