"""When the database or the disk fails: a page that says what was saved and what to do, and needs neither."""

from __future__ import annotations

import errno
import sys
from typing import Any, Literal

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

Failure = Literal["busy", "full", "gone"]

_STATUS: dict[Failure, int] = {"busy": 503, "full": 507, "gone": 503}
_BUSY = ("locked", "deadlock", "could not serialize")
"""A lock that was waited for in vain (SQLite), a deadlock and a serialisation failure (PostgreSQL)."""
_FULL = ("disk is full", "no space left", "could not extend file")
_GONE = ("unable to open database", "disk i/o error", "readonly database", "malformed", "not a database")


def failure_of(error: BaseException | None) -> Failure | None:
    """What failed beside the program itself; None for a fault of the program.

    A database that reports anything else that is operational (refused connections, a server that was
    stopped) counts as gone.
    """
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "full"
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    text = str(error).lower()
    if any(word in text for word in _FULL):
        return "full"
    if isinstance(error, OperationalError) and any(word in text for word in _BUSY):
        return "busy"
    if isinstance(error, OperationalError | InterfaceError) or any(word in text for word in _GONE):
        return "gone"
    return None


def unavailable(request: Any, failure: Failure) -> HttpResponse:
    """The answer, in the reader's language, to a person or to a program."""
    title, text, remedy = _said(failure)
    if request.path.startswith("/api/"):
        found = {"problems": [{"code": f"unavailable.{failure}", "text": f"{title} {text} {remedy}"}]}
        response: HttpResponse = JsonResponse(found, status=_STATUS[failure])
    else:
        # Without the request: what every page knows of its reader is in the database.
        page = render_to_string(
            "unavailable.html", {"title": title, "text": text, "remedy": remedy, "rtl": get_language_bidi()}
        )
        response = HttpResponse(page, status=_STATUS[failure])
    response["Retry-After"] = "5" if failure == "busy" else "60"
    return response


def _said(failure: Failure) -> tuple[str, str, str]:
    if failure == "full":
        return (
            _("There is no room left on the disk."),
            _("What you just sent was not saved. Everything that was confirmed before is safe."),
            _("Keep what you typed. Tell the administrator, who has to make room, and send it again then."),
        )
    if failure == "gone":
        return (
            _("The register cannot be reached at this moment."),
            _("What you just sent may not have been saved. Everything that was confirmed before is safe."),
            _("Keep what you typed. Before you send it again, look in a few minutes whether it is there."),
        )
    return (
        _("Busy at this moment"),
        _("Somebody else is saving a great deal. Nothing of yours was saved, and nothing was lost."),
        _("Go back, wait a few seconds, and send it again; what you typed is still in the form."),
    )


def failed(request: Any) -> HttpResponse:
    """Django's handler for what no page caught."""
    failure = failure_of(sys.exc_info()[1])
    if failure is not None:
        return unavailable(request, failure)
    if request.path.startswith("/api/"):
        text = _("The fault is in Amana. What was confirmed as saved is safe; your last step may not be.")
        return JsonResponse({"problems": [{"code": "program.fault", "text": text}]}, status=500)
    return HttpResponse(render_to_string("500.html"), status=500)
