"""Finding things by their number, and the blocks of one's office."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from amana.casework.numbers.models import Block
from amana.numbering import parse
from amana.problems import InputProblems


def numbered(rows: Any, number: str) -> Any:
    """The one of `rows` with this number, in any form that people write it.

    Raises
    ------
    Http404
        If there is none, whatever else the text holds.
    """
    if not number.isprintable():
        raise Http404
    found = rows.filter(number=number).first()
    if found is None:
        try:
            found = rows.filter(number=str(parse(number))).first()
        except InputProblems:
            found = None
    if found is None:
        raise Http404
    return found


def blocks(user: Any) -> Any:
    """Blocks leased to devices of the person's office."""
    if "recovery.record" not in user.granted:
        return Block.objects.none()
    return Block.objects.filter(device__user__office=user.office_id).select_related(
        "series", "device__user__office"
    )
