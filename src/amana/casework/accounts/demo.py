"""The demo: a database marked as one, in which anybody on this machine may be anybody."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from allauth.core import context
from django.conf import settings

from amana.casework.accounts.models import Marker, User
from amana.casework.audit.writing import SYSTEM, writing
from amana.problems import InputProblem, InputProblems

_NAME = "demo"
_HERE = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")
_THROUGH_A_PROXY = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)


def is_demo() -> bool:
    """Whether this copy was started as a demo AND its database is marked as one.

    Both: a real database opened with the demo's setting stays closed, and a demo database on a server that
    was not started as a demo has no open door.  The answer is kept for the request and no longer, so that a
    database that is exchanged under a running server is never taken for the other.
    """
    if not settings.DEMO:
        return False
    request = context.request
    if request is None:
        return _is_marked()
    if not hasattr(request, "_is_demo"):
        request._is_demo = _is_marked()
    return bool(request._is_demo)


def _is_marked() -> bool:
    return Marker.objects.filter(name=_NAME).exists()


def mark_as_demo() -> None:
    """Mark an empty database as a demo.

    Raises
    ------
    InputProblems
        When people are in it already: real work never becomes a demo.
    """
    if User.objects.exists():
        raise InputProblems([InputProblem("accounts.not-an-empty-database")])
    with writing(SYSTEM, "accounts.marked-as-demo") as log:
        log.save(Marker(name=_NAME, value="every person is invented"))


def is_open(request: Any) -> bool:
    """Whether this request may choose whom to be: a demo, asked from this machine, under its own name."""
    meta = request.META
    try:
        here = ipaddress.ip_address(meta.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        here = False
    # A page elsewhere whose name resolves to this machine still sends its own name.
    named = _HERE.fullmatch(meta.get("HTTP_HOST", "")) is not None
    return here and named and not any(h in meta for h in _THROUGH_A_PROXY) and is_demo()
