"""Custody follows who holds a thing, not who recorded it."""

from __future__ import annotations

from typing import Any

import rules

from amana.casework.accounts.queries import owner_of, sees
from amana.casework.accounts.rules import granted
from amana.casework.custody.models import Discrepancy, Item, Transfer

HOLD, SETTLE, VIEW = "custody.hold", "custody.settle", "custody.view"


def offices_of(record: Any) -> set[Any]:
    """The offices that act on something of custody: the holder, both sides, or the owner."""
    if isinstance(record, Item):
        return {record.holder_office_id}
    if isinstance(record, Transfer):
        return {record.from_office_id, record.to_office_id}
    if isinstance(record, Discrepancy):
        return {record.office_id, record.other_office_id}
    return {owner_of(record).office_id}


@rules.predicate  # type: ignore[untyped-decorator]
def acts_on(user: Any, record: Any) -> bool:
    """Whether the record, if one is named, is in the hands of the person's office."""
    return record is None or user.office_id in offices_of(record)


@rules.predicate  # type: ignore[untyped-decorator]
def sees_or_acts_on(user: Any, record: Any) -> bool:
    """Whether the person's office sees the record's office, or has the record in its hands."""
    return record is None or sees(user, record) or user.office_id in offices_of(record)


rules.set_perm(HOLD, granted(HOLD) & acts_on)
rules.set_perm(SETTLE, granted(SETTLE) & acts_on)
rules.set_perm(VIEW, granted(VIEW) & sees_or_acts_on)
