"""A session ends in time; a privileged role without a second factor can do one thing: set one up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.accounts.demo import is_demo
from amana.casework.accounts.sessions import has_run_out

Handler = Callable[[HttpRequest], HttpResponse]
OPEN = ("account_", "mfa_", "usersessions_")
"""Beginnings of names of pages that need no second factor: those that make one."""
OPEN_PAGES = ("set-language", "health", "recovery-use")
"""Pages that show nothing of the casework."""
_API = "api"


def second_factor_first(get_response: Handler) -> Handler:
    """Send those who must have a second factor and have none to where it is made.

    A session that began before a second factor existed does not outlive it (``signals``), so a session of
    somebody who has one was either opened with it or made it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: Any, *_: Any) -> HttpResponse | None:
        user, match = request.user, request.resolver_match
        if not user.is_authenticated or not user.is_privileged:
            return None
        name = match.url_name or ""
        if not match.namespaces and (name.startswith(OPEN) or name in OPEN_PAGES):
            return None
        if (request.session.get("demo") and is_demo()) or is_mfa_enabled(user):
            return None
        if match.namespaces[:1] == [_API]:
            return JsonResponse({"missing": "second factor"}, status=403)
        return HttpResponseRedirect(reverse("mfa_index"))

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def sessions_end(get_response: Handler) -> Handler:
    """End a session whose time is over, and say so."""

    def middleware(request: Any) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated and has_run_out(request):
            logout(request)
            messages.info(
                request, _("Your session had ended, to protect what you can see. Please sign in again.")
            )
            if request.method == "GET" and not request.path.startswith("/api/"):
                return redirect_to_login(request.get_full_path())
        return get_response(request)

    return middleware
