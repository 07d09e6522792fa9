"""Counts of the office's own.  A new one is added; an old one stays as it was."""

from __future__ import annotations

from typing import Any

from amana.casework.audit.writing import writing
from amana.casework.incidents.checks import faults, refuse
from amana.casework.incidents.models import Basis
from amana.casework.incidents.services import count_faults
from amana.casework.sites import rules
from amana.casework.sites.models import Site, Spot, Tally
from amana.casework.sites.services.common import not_in_future, stripped
from amana.estimation import parse_count
from amana.problems import InputProblem


def add_tally(by: Any, site: Site, *, spot: Spot | None = None, **fields: Any) -> Tally:
    """One count at a site or at one of its spots.

    Parameters
    ----------
    fields
        ``counted``, ``basis``, ``category``, ``words``, ``words_ar``, ``counted_on``, ``method``; ``low``,
        ``high`` and ``vague`` where the words are not to be read for them.

    Raises
    ------
    InputProblems
        Without words, for an interval that runs backwards, or an MNI that does not say how it was counted.
    """
    with writing(by, "sites.tally.added", may=rules.RECORD, on=site) as log:
        given = _read(stripped(fields))
        made = Tally(site=site, spot=spot, by=by, **given)
        problems = interval_faults(given)
        told = {p.field for p in problems}
        problems += [p for p in faults(made) if p.field not in told]
        problems += not_in_future("counted_on", made.counted_on)
        if made.basis == Basis.MNI and not made.method:
            problems.append(InputProblem("sites.mni-needs-method", field="method"))
        if spot is not None and spot.site_id != site.pk:
            problems.append(InputProblem("sites.spot-of-another-site", field="spot"))
        refuse(problems)
        log.save(made)
    return made


def _read(given: dict[str, Any]) -> dict[str, Any]:
    """What the words say, where no numbers are given beside them."""
    low, high, vague = (given.get(name) for name in ("low", "high", "vague"))
    if given.get("words") and not vague:
        claim = parse_count(given["words"])
        if low is None and high is None:
            low, high, vague = claim.low, claim.high, claim.vague
        elif vague is None:
            vague = claim.vague and low != high
    return given | {"low": low, "high": high, "vague": bool(vague)}


def interval_faults(given: dict[str, Any]) -> list[InputProblem]:
    """What is wrong with the interval; unlike a source's count it may have one end: "at least 3"."""
    low, high = given.get("low"), given.get("high")
    if (low is None) != (high is None) and given.get("words") and not given.get("vague"):
        only = low if high is None else high
        params = {"low": low, "high": high}
        return [InputProblem("count.interval-backwards", field="low", params=params)] if only < 0 else []
    return count_faults(given)
