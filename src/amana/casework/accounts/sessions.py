"""How long a sign-in lasts, and how it is ended from elsewhere."""

from __future__ import annotations

import time
from typing import Any

from allauth.usersessions.models import UserSession
from django.utils import timezone

WHOLE = 12 * 3600
"""Seconds after which one signs in again, however busy: a shift."""
IDLE = 2 * 3600
"""Seconds without a request after which one signs in again: longer than an interview is typed."""
NOTED = 300
"""Seconds between two notes of when a session was last used: a note is a write, and most pages only read."""

_BEGAN, _SEEN = "amana_began", "amana_seen"


def begin(request: Any) -> None:
    """Start the clocks at a sign-in."""
    now = int(time.time())
    request.session[_BEGAN] = request.session[_SEEN] = now


def has_run_out(request: Any) -> bool:
    """Whether the time is over; where it is not, note that the session was used."""
    now = int(time.time())
    session = request.session
    began, seen = session.get(_BEGAN, now), session.get(_SEEN, 0)
    if now - began >= WHOLE or (seen and now - seen >= IDLE):
        return True
    if now - seen >= NOTED:
        session[_BEGAN], session[_SEEN] = began, now
        UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())
    return False


def end_sessions(user: Any, *, keep: str | None = None) -> int:
    """End a person's sessions, but for the one with the key `keep`, and say how many."""
    ended = [s for s in UserSession.objects.filter(user_id=user.pk) if s.session_key != keep]
    for session in ended:
        session.end()
    return len(ended)
