"""Areas that were searched, with what was not found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amana.casework.audit.writing import writing
from amana.casework.incidents.checks import faults, refuse
from amana.casework.sites import rules
from amana.casework.sites.models import Search, Site
from amana.casework.sites.outlines import open_ring, outline_faults, polygon_area
from amana.casework.sites.services.common import not_in_future, stripped
from amana.problems import InputProblem


def record_search(by: Any, site: Site, *, outline: Sequence[Sequence[float]] = (), **fields: Any) -> Search:
    """One search: ``method``, ``searched_on``, ``team``, ``area``, ``found``, ``not_found``, ``conditions``.

    Parameters
    ----------
    outline
        Corners as latitude and longitude; the area inside is calculated and kept with them.

    Raises
    ------
    InputProblems
        Where it says neither what was found nor what was looked for in vain.
    """
    with writing(by, "sites.search.recorded", may=rules.RECORD, on=site) as log:
        made = Search(site=site, by=by, **stripped(fields))
        problems = [*faults(made), *not_in_future("searched_on", made.searched_on)]
        if outline:
            wrong = outline_faults(outline)
            problems += wrong
            if not wrong:
                made.outline = [list(c) for c in open_ring(outline)]
                made.area_m2 = round(polygon_area(made.outline), 1)
        if not made.found and not made.not_found:
            problems.append(InputProblem("sites.search-needs-result", field="not_found"))
        refuse(problems)
        log.save(made)
    return made
