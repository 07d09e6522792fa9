"""The demo: a database marked as one, in which anybody on this machine may be anybody."""

from __future__ import annotations

from django.conf import settings

from amana.casework.accounts.models import Marker

_NAME = "demo"


def is_demo() -> bool:
    """Whether this copy was started as a demo AND its database is marked as one.

    Both: a real database opened with the demo's setting stays closed, and a demo database on a server that
    was not started as a demo has no open door.
    """
    return bool(settings.DEMO) and Marker.objects.filter(name=_NAME).exists()
