"""What every request goes through."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation

Handler = Callable[[HttpRequest], HttpResponse]

# Nothing from outside, no script or style in the page itself: what somebody typed can never run.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def strict_pages(get_response: Handler) -> Handler:
    """Forbid outside requests, and keep pages with people in them out of shared caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


class LanguageMiddleware(LocaleMiddleware):
    """The language that was chosen here (sign-in chooses the person's own), else the browser's."""

    def process_request(self, request: HttpRequest) -> None:
        """Set the language before anything is written."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        else:
            super().process_request(request)


def time_zone_of_the_reader(get_response: Handler) -> Handler:
    """Show times where the reader is; they are stored in UTC."""

    def middleware(request: Any) -> HttpResponse:
        user = getattr(request, "user", None)
        signed_in = user is not None and user.is_authenticated
        with timezone.override(user.zone if signed_in else zoneinfo.ZoneInfo(settings.LOCAL_ZONE)):
            return get_response(request)

    return middleware
