"""Counts of the office's own: what counts now, what came before, and what does not fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from amana.casework.common.faults import language
from amana.casework.incidents.models import Basis, Category, Counted
from amana.casework.incidents.showing import in_language
from amana.casework.sites.models import Tally
from amana.casework.sites.queries import latest
from amana.reporting.field.counts import CountClaim
from amana.reporting.field.counts_svg import count_history_svg
from amana.reporting.field.drawing import NARROW, WIDE

_PARTS = (Category.WOMEN, Category.MEN, Category.CHILDREN, Category.UNKNOWN)
_OF_REMAINS = (Counted.REMAINS, Counted.REMAINS_AND_BODIES)
_OF_PEOPLE = (Counted.BODIES, Counted.REPRESENTED_BODIES, Counted.INDIVIDUALS)
_DRAWN = 40
"""More counts are not drawn: the table has them all."""


def counts_shown(tallies: Sequence[Tally], *, title: str = "") -> dict[str, Any]:
    """For ``sites/_counts.html``.

    Parameters
    ----------
    tallies
        Of one site or several, in any order.
    """
    bases = [b.value for b in Basis]
    now = sorted(
        latest(tallies),
        key=lambda t: (t.site_id, t.spot_id is not None, str(t.spot or ""), -bases.index(t.basis), t.counted),
    )
    ordered = sorted(tallies, key=lambda t: (t.counted_on, t.at, t.pk))
    return {
        "latest": [tally_shown(t) for t in now],
        "warnings": warnings(now),
        "history": [tally_shown(t) for t in reversed(ordered)] if len(ordered) > len(now) else [],
        "figure": _figure(ordered, title) if len(ordered) > 1 else None,
    }


def tally_shown(tally: Tally) -> dict[str, Any]:
    """A count for ``components/count.html``, with where, when and by whom."""
    words = in_language(tally.words, tally.words_ar)
    return {
        "what": counted_of(tally),
        "basis": tally.get_basis_display(),
        "low": tally.low,
        "high": tally.high,
        "verbatim": words.text,
        "original": words.original,
        "vague": tally.vague,
        "day": tally.counted_on,
        "site": tally.site,
        "spot": tally.spot.label if tally.spot_id and tally.spot else "",
        "who": str(tally.by),
        "method": tally.method,
    }


def counted_of(count: Any) -> str:
    """What is counted, and of whom where that is not of all."""
    what = str(count.get_counted_display())
    if count.category == Category.ALL:
        return what
    return _("%(counted)s: %(category)s") % {"counted": what, "category": count.get_category_display()}


def warnings(now: Sequence[Tally]) -> list[str]:
    """What does not fit among the counts that count now, as sentences."""
    found = []
    groups: dict[tuple[Any, ...], dict[str, Tally]] = defaultdict(dict)
    places: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for t in now:
        groups[t.site_id, t.spot_id, t.counted, t.basis][t.category] = t
        places[t.site_id, t.spot_id].add(t.counted)
    for by_category in groups.values():
        whole = by_category.get(Category.ALL)
        least = sum(by_category[c].low or 0 for c in _PARTS if c in by_category)
        if whole is not None and whole.high is not None and least > whole.high:
            found.append(_more_than_all(whole, least))
    if any(seen & set(_OF_REMAINS) and seen & set(_OF_PEOPLE) for seen in places.values()):
        found.append(
            _(
                "Remains are counted here, and bodies or people as well. They cannot be compared: several "
                "remains may be of one person."
            )
        )
    return found


def _more_than_all(whole: Tally, least: int) -> str:
    words = _(
        "Women, men, children and unknown together are at least %(least)s %(counted)s, and at most %(most)s "
        "are counted in all (%(basis)s%(where)s). One of the counts is wrong or older than the others."
    )
    where = _(", spot %(spot)s") % {"spot": f"\u2068{whole.spot.label}\u2069"} if whole.spot else ""
    return words % {
        "least": least, "most": whole.high, "counted": whole.get_counted_display(),
        "basis": whole.get_basis_display(), "where": where,
    }  # fmt: skip


def _figure(ordered: Sequence[Tally], title: str) -> dict[str, Any] | None:
    if len(ordered) > _DRAWN:
        return None
    claims = [
        CountClaim(
            counted=counted_of(t), basis=str(t.get_basis_display()), low=t.low, high=t.high,
            words=in_language(t.words, t.words_ar).text, day=t.counted_on, vague=t.vague,
            source=t.spot.label if t.spot else "",
        )
        for t in ordered
    ]  # fmt: skip
    sizes = (("narrow", NARROW), ("wide", WIDE))
    svg = mark_safe(
        "".join(
            format_html(
                '<div class="{}">{}</div>', name,
                mark_safe(count_history_svg(claims, language(), width=width, for_screen=True)),
            )
            for name, width in sizes
        )
    )  # fmt: skip
    return {
        "id": "counts-over-time",
        "title": title or _("Counts over time"),
        "svg": svg,
        "alternative": _("Each count as an interval, in the order of the days."),
        "rows": [],
    }
