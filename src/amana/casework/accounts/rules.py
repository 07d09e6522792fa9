"""Who may do what on what.

Every permission of ``roles.toml`` becomes a rule here: the role grants it, and the object must belong to the
person's office, or for reading to an office that shares it.  A station's own ``rules.py`` replaces a rule
where more is asked.
"""

from __future__ import annotations

from typing import Any

import rules

from amana.casework.accounts.queries import sees
from amana.casework.accounts.roles import permissions


def granted(permission: str) -> rules.Predicate:
    """Whether one of the person's roles has the permission."""

    @rules.predicate(f"granted:{permission}")  # type: ignore[untyped-decorator]
    def holds(user: Any) -> bool:
        return permission in getattr(user, "granted", ())

    return holds


@rules.predicate  # type: ignore[untyped-decorator]
def own_office(user: Any, record: Any) -> bool:
    """Whether the record, if one is named, belongs to the person's office."""
    return record is None or office_of(record) in (None, user.office_id)


@rules.predicate  # type: ignore[untyped-decorator]
def seen_by_office(user: Any, record: Any) -> bool:
    """Whether the record, if one is named, is of an office whose records of its kind the person sees."""
    return record is None or office_of(record) is None or sees(user, record)


def office_of(record: Any) -> Any:
    """The office that owns a record: its own column, or that of what it is part of."""
    owner = getattr(record, "owner", None)
    return owner.office_id if owner is not None else getattr(record, "office_id", None)


READING = ("view", "names", "genetics", "download", "run", "sign", "propose")
"""Acts on records of an office that shares them; all other acts are for the owner alone."""

for name in permissions():
    reach = seen_by_office if name.partition(".")[2] in READING else own_office
    rules.add_perm(name, granted(name) & reach)
