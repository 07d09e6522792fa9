"""What the programming interface of sites shares."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from ninja import Schema
from ninja.files import UploadedFile

from amana.casework.common.api import may
from amana.casework.files.receiving import Received, receive
from amana.casework.sites import queries
from amana.casework.sites.models import Site
from amana.casework.sites.services.common import PAPERS


class PartOut(Schema):
    """Something done or seen at a site, when it was entered, and by whom."""

    id: UUID
    at: Any
    by: str

    @staticmethod
    def resolve_by(part: Any) -> str:
        """Who entered it."""
        return str(part.by)


def named(person: Any) -> str | None:
    """A person's name, where there is one."""
    return None if person is None else str(person)


def site_for(request: Any, number: str, permission: str) -> tuple[Any, Site]:
    """The caller, who holds the permission in some role, and the site, if it is visible."""
    user = may(request, permission)
    return user, queries.site(user, number)


def part_for(user: Any, model: Any, site: Site, key: UUID) -> Any:
    """Something of the site that the caller sees."""
    found = queries.part(user, model, site, key)
    if found is None:
        raise Http404
    return found


def paper(upload: UploadedFile) -> Received:
    """A paper that a program sends, taken in before the transaction."""
    return receive(upload, name=upload.name or "", accept=PAPERS)  # type: ignore[arg-type]
