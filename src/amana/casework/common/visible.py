"""Reading starts here: what of a table one person may see."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self

from django.db.models import Q

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
    NAMES, NUMBERS
        Permission without which words are looked for in these columns alone, because finding a row by a name
        tells the name.
    """

    VIEW: ClassVar[str]
    SCOPE: ClassVar[str]
    OFFICE: ClassVar[str] = "office_id"
    NAMES: ClassVar[str | None] = None
    NUMBERS: ClassVar[tuple[str, ...]] = ("number",)

    def visible_to(self, user: Any) -> Self:
        """What this person may see, and nothing else."""
        if not user.is_authenticated or self.VIEW not in user.granted:
            return self.none()
        found = self.filter(**{f"{self.OFFICE}__in": offices_seen(user, self.SCOPE)})
        # Hints are what a queryset hands on to every queryset made from it.
        found._hints = {**self._hints, "by_name": self.NAMES is None or self.NAMES in user.granted}
        return found

    def matching(self, text: str) -> Self:
        """Rows whose folded text holds every word, in any spelling that Arabic names are met in."""
        by_name = self._hints.get("by_name", self.NAMES is None)
        columns = [("search", "contains")] if by_name else [(c, "icontains") for c in self.NUMBERS]
        found = self
        for token in fold_tokens(text):
            found = found.filter(reduce(or_, (Q(**{f"{c}__{how}": token}) for c, how in columns)))
        return found
