"""Accounts for programs."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import paginate

from amana.casework.accounts import credentials, queries
from amana.casework.accounts.models import MANAGE, Token
from amana.casework.common.api import may

router = Router(tags=["accounts"])


class RoleOut(Schema):
    """A role held today."""

    name: str
    en: str
    ar: str
    privileged: bool


class Me(Schema):
    """Who calls."""

    id: UUID
    username: str
    name_en: str
    name_ar: str
    office: str
    language: str
    time_zone: str
    roles: list[RoleOut]
    permissions: list[str]


class TokenOut(Schema):
    """A token, without its secret, which nobody has but its owner."""

    id: UUID
    kind: str
    label: str
    made_at: datetime.datetime
    expires_at: datetime.datetime | None
    revoked_at: datetime.datetime | None


class PersonOut(Schema):
    """Somebody of the office."""

    id: UUID
    username: str
    name_en: str
    name_ar: str
    is_active: bool
    has_second_factor: bool
    roles: list[str]

    @staticmethod
    def resolve_roles(user: Any) -> list[str]:
        """Names of the roles held today."""
        return [r.name for r in user.roles]


@router.get("/me", response=Me)
def me(request: Any) -> dict[str, Any]:
    """Who calls, in which roles, and what they may do."""
    user = request.user
    return {
        "id": user.pk, "username": user.username, "name_en": user.name_en, "name_ar": user.name_ar,
        "office": user.office.code, "language": user.language, "time_zone": user.time_zone,
        "roles": list(user.roles), "permissions": sorted(user.granted),
    }  # fmt: skip


@router.get("/tokens", response=list[TokenOut])
@paginate
def tokens(request: Any) -> Any:
    """One's own tokens."""
    return Token.objects.visible_to(request.user).filter(user=request.user)


@router.post("/tokens/{token_id}/revoke", response=TokenOut)
def revoke(request: Any, token_id: UUID) -> Token:
    """End a token: one's own, or as an administrator one of the office."""
    token = get_object_or_404(Token.objects.visible_to(request.user).select_related("user"), pk=token_id)
    return credentials.revoke_token(request.user, token)


@router.get("/people", response=list[PersonOut])
@paginate
def people(request: Any) -> Any:
    """The people of the office, for its administrators."""
    return queries.people(may(request, MANAGE)).order_by("username")
