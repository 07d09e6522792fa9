"""What of identification waits for a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amana.casework.common.waiting import Waiting, waiting
from amana.casework.identification.queries import to_propose, to_sign

ONE_BY_ONE = 5
"""So many comparisons are named each; more are counted."""


@waiting
def waiting_for(user: Any) -> Iterable[Waiting]:
    """Comparisons to sign and proposals to make."""
    yield from _grouped(
        to_sign(user),
        lambda c: _("Sign whether unit %(unit)s is compared rightly with missing person %(missing)s") % c,
        lambda n: (
            ngettext(
                "%(n)d comparison waits for a specialist’s signature",
                "%(n)d comparisons wait for a specialist’s signature",
                n,
            )
            % {"n": n}
        ),
        "sign",
    )
    yield from _grouped(
        to_propose(user),
        lambda c: (
            _("Put the comparison of unit %(unit)s with missing person %(missing)s before the board") % c
        ),
        lambda n: (
            ngettext(
                "%(n)d comparison can be put before the board",
                "%(n)d comparisons can be put before the board",
                n,
            )
            % {"n": n}
        ),
        "propose",
    )


def _grouped(rows: Any, each: Any, many: Any, name: str) -> Iterable[Waiting]:
    count = rows.count()
    if count > ONE_BY_ONE:
        oldest = rows.order_by("changed_at").values_list("changed_at", flat=True)[0]
        yield Waiting(f"{reverse('candidates')}?waiting={name}", many(count), oldest)
        return
    for c in rows.order_by("changed_at") if count else ():
        words = {"unit": c.unit.number, "missing": c.missing.number}
        yield Waiting(c.get_absolute_url(), each(words), c.changed_at)
