"""Pages of no station: the language, and whether all is well."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from amana.casework.common.access import open_to_all
from amana.casework.common.health import as_context


@open_to_all
@require_POST
def set_language(request: Any) -> HttpResponse:
    """Remember the language in a cookie, which works before sign-in as well, and go back."""
    following = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(following if safe else "/")
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, httponly=True, samesite="Lax",
            secure=settings.BEHIND_TLS,
        )  # fmt: skip
    return response


@open_to_all
def health(request: Any) -> HttpResponse:
    """Whether this copy can work; 503 if not.  It names no record and no person."""
    found = as_context()
    return render(request, "health.html", found, status=200 if found["healthy"] else 503)
