"""How large a site is: calculated from its spots, and reported; and what the difference means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from amana.casework.common.faults import language
from amana.casework.incidents.models import Measure
from amana.casework.incidents.showing import in_language
from amana.casework.sites.models import Site
from amana.geography import area

ALIKE = 0.25
"""Up to this part of the larger one two areas are said to agree: outlines of a few spots are rough."""
_TIMES = 10.0
"""From here on a ratio is written without decimals."""


class Reported(NamedTuple):
    """An area that somebody gave, in square metres from least to most."""

    low: float
    high: float
    words: str
    source: str
    url: str


def sizes(site: Site, outline: float, measures: Sequence[Measure]) -> dict[str, Any] | None:
    """The outline of the spots beside what was reported, each with a sentence on the difference.

    Parameters
    ----------
    outline
        Square metres inside the outline of the spots; 0 where there are fewer than three.
    measures
        Reported lengths and areas of the incident.

    Returns
    -------
    None where nothing is known.
    """
    rows = [
        {
            "words": r.words,
            "source": r.source,
            "url": r.url,
            "area": _between(r.low, r.high),
            "means": difference(outline, r.low, r.high) if outline else "",
        }
        for r in _reported(site, measures)
    ]
    if not rows and not outline:
        return None
    return {"outline": area(outline, language()) if outline else "", "reported": rows}


def difference(outline: float, low: float, high: float) -> str:
    """What it means that a calculated and a reported area are not the same; a sentence."""
    if low * (1 - ALIKE) <= outline <= high * (1 + ALIKE):
        return _("The outline of the recorded spots and the reported area are about the same.")
    if outline < low:
        words = _(
            "The reported area is about %(times)s times the outline of the recorded spots: either not all "
            "spots are recorded, or the report includes ground where nothing was found."
        )
        return words % {"times": _times(low / outline)}
    words = _(
        "The outline of the recorded spots is about %(times)s times the reported area: the finds reach "
        "further than was reported, or a position is wrong."
    )
    return words % {"times": _times(outline / high)}


def _times(ratio: float) -> str:
    text = f"{ratio:,.0f}" if ratio >= _TIMES else f"{ratio:.1f}".removesuffix(".0")
    return f"\u2068{text}\u2069"


def _reported(site: Site, measures: Sequence[Measure]) -> list[Reported]:
    found = []
    if site.reported_area_m2:
        words = site.reported_area_words
        found.append(Reported(site.reported_area_m2, site.reported_area_m2, words, "", ""))
    for m in measures:
        if m.measured != "area":
            continue
        words = in_language(m.words, m.words_ar).text
        url = f"{site.incident.get_absolute_url()}#fact-{m.fact_id}"
        found.append(Reported(m.low * 1e6, m.high * 1e6, words, m.fact.source.code, url))
    return found


def _between(low: float, high: float) -> str:
    if low == high:
        return area(low, language())
    return _("%(low)s to %(high)s") % {"low": area(low, language()), "high": area(high, language())}
