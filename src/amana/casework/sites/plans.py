"""The drawn plan of spots, and the rows of the spots beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.common.faults import language
from amana.casework.sites.models import Spot
from amana.geography import (
    NARROW,
    WIDE,
    PlanSpot,
    distances,
    draw_plan,
    hull_area,
    length,
    nearest_neighbours,
    plan_table,
)
from amana.geography.coordinates import format_position
from amana.problems import InputProblems

# Recovery's words for kinds, as the plan knows them.
_KINDS: dict[str, Any] = {kind: kind for kind in ("body", "body_part", "bone", "bag")} | {"ash": "ash_sample"}
_EVERY_DISTANCE = 20
"""Up to so many spots the table has the distance of every pair; of more, those that are drawn."""
_DRAWN = 80
"""More spots are not drawn on one plan: their labels would not find room, and the page would be too heavy."""

_MATRIX = 2000
"""Of more spots nearest neighbours are not sought."""
LISTED = 200
"""So many spots stand on one page as rows."""

Units = Mapping[Any, Mapping[str, int]]


def anchor(spot: Spot) -> str:
    """Where a page has the row of a spot."""
    return f"spot-{spot.pk}"


def shown_labels(spots: Sequence[Spot]) -> dict[Any, str]:
    """Label of each spot, with the number of its site where two sites use the same one."""
    often = Counter(s.label for s in spots)
    return {s.pk: s.label if often[s.label] == 1 else f"{s.label} · {s.site.number}" for s in spots}


def plan_figure(
    spots: Sequence[Spot],
    units: Units,
    *,
    reported: Sequence[str] = (),
    here: Spot | None = None,
    linked: bool = True,
) -> dict[str, Any] | None:
    """The plan for ``components/figure.html``; None where there is nothing to draw.

    Parameters
    ----------
    units
        How many units of each kind were lifted at each spot, by the spot's identifier.
    reported
        Sentences below it.
    here
        A spot to mark.
    linked
        Whether the page has a row for each spot (:func:`anchor`) to which the spot leads.
    """
    if not spots or len(spots) > _DRAWN:
        return None
    labels = shown_labels(spots)
    if here is not None:
        labels[here.pk] = _("%(spot)s (here)") % {"spot": labels[here.pk]}
    drawn = [
        PlanSpot(
            str(s.pk), s.latitude, s.longitude, s.uncertainty_m, labels[s.pk],
            {_KINDS[kind]: n for kind, n in units.get(s.pk, {}).items()},
        )
        for s in spots
    ]  # fmt: skip
    links = {str(s.pk): f"#{anchor(s)}" for s in spots} if linked else None
    sizes = [
        (
            name,
            draw_plan(
                drawn, language=language(), width=width, links=links, reported=reported, for_screen=True
            ),
        )
        for name, width in (("narrow", NARROW), ("wide", WIDE))
    ]
    svg = mark_safe("".join(format_html('<div class="{}">{}</div>', n, mark_safe(s)) for n, s in sizes))
    return {
        "id": "plan",
        "title": _("Plan of the spots"),
        "svg": svg,
        "alternative": _alternative(len(spots)),
        "columns": [_("From"), _("To"), _("Distance"), _("May be wrong by")],
        "rows": [
            [
                labels_of(row.one, labels),
                labels_of(row.other, labels),
                length(row.metres, language()),
                length(row.uncertainty_m or 0.0, language()),
            ]
            for row in plan_table(drawn)
            if row.drawn or len(drawn) <= _EVERY_DISTANCE
        ],
    }  # fmt: skip


def _alternative(n: int) -> str:
    return ngettext("%(n)d spot, to scale, north up.", "%(n)d spots, to scale, north up.", n) % {"n": n}


def labels_of(key: str, labels: Mapping[Any, str]) -> str:
    """The label of a spot by its identifier as text."""
    return next(label for pk, label in labels.items() if str(pk) == key)


def spot_rows(
    spots: Sequence[Spot], units: Units, kinds: Mapping[str, Any], *, among: Sequence[Spot] | None = None
) -> list[dict[str, Any]]:
    """Each spot with its position in every notation, its nearest neighbour and what was lifted there.

    Parameters
    ----------
    kinds
        Words for the kinds of units.
    among
        All spots, of which `spots` are the first, where only some are shown: the nearest may be another.
    """
    among = spots if among is None else among
    labels = shown_labels(among)
    nearest = _nearest(among, len(spots))
    return [
        {
            "spot": spot,
            "anchor": anchor(spot),
            "label": labels[spot.pk],
            "latitude": f"{spot.latitude:.6f}",
            "longitude": f"{spot.longitude:.6f}",
            "uncertainty": metres(spot.uncertainty_m),
            "notations": notations(spot),
            "written": spot.written,
            "measured": spot.get_measured_display() if spot.measured else "",
            "deposition": spot.get_deposition_display() if spot.deposition else "",
            "note": spot.note,
            "nearest": None
            if found is None
            else {"label": labels[found[0].pk], "distance": metres(found[1])},
            "units": [
                {"kind": kinds[kind], "n": n} for kind, n in sorted(units.get(spot.pk, {}).items()) if n
            ],
        }
        for spot, found in zip(spots, nearest, strict=True)
    ]


def _nearest(spots: Sequence[Spot], first: int) -> list[tuple[Spot, float] | None]:
    """Of the first spots the nearest of all, and how far it is."""
    if len(spots) < 2:
        return [None] * first
    if len(spots) > _MATRIX:
        return [None] * first  # not asked for: a page of so many spots is a list
    matrix = distances([(s.latitude, s.longitude) for s in spots])
    found = nearest_neighbours(matrix)[:first]
    return [None if j is None else (spots[j], float(matrix[i][j])) for i, j in enumerate(found)]


def metres(value: float) -> str:
    """A length in the reader's words."""
    return length(value, language())


def notations(spot: Spot) -> list[dict[str, str]]:
    """The position in degrees with minutes and seconds, UTM and MGRS; decimal degrees stand beside."""
    names = (("dms", _("Degrees, minutes, seconds")), ("utm", "UTM"), ("mgrs", "MGRS"))
    found = []
    for notation, name in names:
        try:
            text = format_position(spot.latitude, spot.longitude, notation)
        except InputProblems:  # near the poles
            continue
        found.append({"name": name, "text": text})
    return found


def outline_area(spots: Iterable[Spot]) -> float:
    """Square metres inside the outline of the spots; 0 for fewer than three."""
    return hull_area([(s.latitude, s.longitude) for s in spots])
