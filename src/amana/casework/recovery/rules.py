"""Who may record on a unit: the office that recorded it, and the office that holds it in custody."""

from __future__ import annotations

from typing import Any

import rules

from amana.casework.accounts.queries import owner_of
from amana.casework.accounts.rules import granted, own_office

RECORD = "recovery.record"


@rules.predicate  # type: ignore[untyped-decorator]
def held_by_office(user: Any, record: Any) -> bool:
    """Whether the record is a unit, or part of one, that the person's office answers for now."""
    from amana.casework.custody.models import Item
    from amana.casework.recovery.models import Unit

    unit = None if record is None else owner_of(record)
    if not isinstance(unit, Unit):
        return False
    return bool(Item.objects.filter(unit=unit, holder_office=user.office_id).exists())


rules.set_perm(RECORD, granted(RECORD) & (own_office | held_by_office))
