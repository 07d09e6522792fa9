"""A privileged role without a second factor can do one thing: set one up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

Handler = Callable[[HttpRequest], HttpResponse]
OPEN = ("account_", "mfa_", "usersessions_", "set-language", "health", "recovery-")
"""Names of pages that need no second factor: those that set one up, and those that show nothing."""


def second_factor_first(get_response: Handler) -> Handler:
    """Send those who must have a second factor and have none to where it is made."""

    def middleware(request: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or not user.is_privileged:
            return get_response(request)
        if request.session.get("demo") and settings.DEMO:
            return get_response(request)
        if request.path.startswith((settings.STATIC_URL, "/api/")):
            return get_response(request)
        from django.urls import Resolver404, resolve

        try:
            name = resolve(request.path_info).url_name or ""
        except Resolver404:
            name = ""
        if name.startswith(OPEN) or is_mfa_enabled(user):
            return get_response(request)
        return HttpResponseRedirect(reverse("mfa_index"))

    return middleware
