"""The programming interface: one instance, one way in, one shape of faults."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models.enums import Choices
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.security import HttpBearer, SessionAuth

from amana import __version__
from amana.casework.common.faults import in_words
from amana.casework.common.reading import ReadableParser
from amana.problems import InputProblems


class TokenAuth(HttpBearer):
    """``Authorization: Bearer …`` with a token that its owner can revoke."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The owner of the token, who is then the user of the request."""
        from amana.casework.accounts.queries import owner_of_token

        user = owner_of_token(token)
        if user is not None:
            request.user = user
        return user


api = NinjaAPI(
    title="Amana",
    version=__version__,
    description="What the pages show and do, for programs.  Every call is made in a person's name, sees "
    "what that person sees, and is an entry of the log where it writes.",
    auth=[TokenAuth(), SessionAuth(csrf=True)],
    urls_namespace="api",
    parser=ReadableParser(),
    docs_url=None,  # its page would load scripts from outside
    openapi_url="openapi.json",
)


@api.exception_handler(InputProblems)
def refused(request: HttpRequest, exc: InputProblems) -> Any:
    """422 with every problem: code, place, parameters, and the sentence in the caller's language."""
    problems = [
        {
            "code": p.code,
            "file": p.file,
            "row": p.row,
            "field": p.field,
            "params": {k: str(v) for k, v in p.params.items()},
            "text": in_words(p),
        }
        for p in exc.problems
    ]
    return api.create_response(request, {"problems": problems}, status=422)


@api.exception_handler(HttpError)
def unread(request: HttpRequest, exc: HttpError) -> Any:
    """What the parser refused in a body, as any other refusal; else what the framework says."""
    if isinstance(exc.__cause__, InputProblems):
        return refused(request, exc.__cause__)
    return api.create_response(request, {"detail": str(exc)}, status=exc.status_code)


@api.exception_handler(PermissionDenied)
def forbidden(request: HttpRequest, exc: PermissionDenied) -> Any:
    """403 with the permission that is missing."""
    return api.create_response(request, {"missing_permission": str(exc)}, status=403)


def under_name(name: str, choices: type[Choices]) -> Any:
    """The values of choices under a name of their own.

    Choices are all called Kind or Seen, and the description of the interface has one place for each name.
    """
    return StrEnum(name, {c.name: str(c.value) for c in choices})  # type: ignore[attr-defined]


def may(request: Any, permission: str) -> Any:
    """The user, if they hold the permission in some role."""
    if permission not in request.user.granted:
        raise PermissionDenied(permission)
    return request.user
