"""What a person may see of accounts, and whose records of a kind their office sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from uuid import UUID


def offices_seen(user: Any, scope: str) -> set[UUID]:
    """The person's own office, and those that share records of this scope with it now.

    Kept on the user object, which lives as long as a request.
    """
    from amana.casework.accounts.models import Sharing

    cache: dict[str, set[UUID]] = user.__dict__.setdefault("_offices_seen", {})
    if scope not in cache:
        now = timezone.now()
        given = Sharing.objects.filter(Q(until=None) | Q(until__gt=now), receiver=user.office_id, scope=scope)
        cache[scope] = {user.office_id, *given.values_list("giver_id", flat=True)}
    return cache[scope]


def sees(user: Any, record: Any) -> bool:
    """Whether the person's office sees the office that owns the record, for the record's scope."""
    owner = getattr(record, "owner", None) or record
    return owner.office_id in offices_seen(user, getattr(owner, "SCOPE", ""))
