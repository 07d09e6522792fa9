"""Who may do what on what.

Every permission of ``roles.toml`` becomes a rule here: the role grants it, and the object must belong to the
person's office, or for reading to an office that shares it.  A station's own ``rules.py`` replaces a rule
where more is asked.
"""

from __future__ import annotations

from typing import Any

import rules

from amana.casework.accounts.queries import owner_of, sees
from amana.casework.accounts.roles import permissions


def granted(permission: str) -> rules.Predicate:
    """Whether one of the person's roles has the permission."""

    @rules.predicate(f"granted:{permission}")  # type: ignore[untyped-decorator]
    def holds(user: Any) -> bool:
        return permission in getattr(user, "granted", ())

    return holds


@rules.predicate  # type: ignore[untyped-decorator]
def own_office(user: Any, record: Any) -> bool:
    """Whether the record, if one is named, belongs to the person's office; one without an office does not."""
    return record is None or owner_of(record).office_id == user.office_id


@rules.predicate  # type: ignore[untyped-decorator]
def seen_by_office(user: Any, record: Any) -> bool:
    """Whether the record, if one is named, is of an office whose records of its kind the person sees."""
    return record is None or sees(user, record)


READING = frozenset(
    {
        *("alerts.view", "custody.view"),
        *("incidents.view", "sites.view", "recovery.view", "missing.view", "missing.names", "families.view"),
        *("laboratory.view", "laboratory.genetics", "identification.view", "reports.download"),
        # A comparison joins records of several offices, and specialists answer for it across them.
        *("identification.run", "identification.sign", "identification.propose"),
    }
)
"""What is allowed on records that another office shares; everything else is for the owner alone."""

for name in permissions():
    reach = seen_by_office if name in READING else own_office
    rules.add_perm(name, granted(name) & reach)
