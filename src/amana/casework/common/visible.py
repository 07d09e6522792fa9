"""Reading starts here: what of a table one person may see."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from amana.casework.accounts.queries import offices_seen
from amana.casework.common.records import RecordQuerySet
from amana.names import fold_tokens


class OwnedQuerySet(RecordQuerySet):
    """Rows that an office owns, directly or through what they are part of.

    Attributes
    ----------
    VIEW
        Permission without which nothing is seen.
    SCOPE
        Which :class:`~amana.casework.accounts.models.Sharing` opens another office's rows.
    OFFICE
        Path to the owning office's column.
    """

    VIEW: ClassVar[str]
    SCOPE: ClassVar[str]
    OFFICE: ClassVar[str] = "office_id"

    def visible_to(self, user: Any) -> Self:
        """What this person may see, and nothing else."""
        if not user.is_authenticated or self.VIEW not in user.granted:
            return self.none()
        return self.filter(**{f"{self.OFFICE}__in": offices_seen(user, self.SCOPE)})

    def matching(self, text: str) -> Self:
        """Rows whose folded text holds every word, in any spelling that Arabic names are met in."""
        found = self
        for token in fold_tokens(text):
            found = found.filter(search__contains=token)
        return found
