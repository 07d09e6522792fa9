"""Opening what a reporter said, or who it was: by role, for a reason, on record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from amana.casework.alerts.models import Addition, Alert
from amana.casework.audit.protection import open_text
from amana.casework.audit.writing import writing

ACCOUNT = ("account", "place_words", "count_words", "when_words")
"""What a reporter said; ``protected.alert`` opens it."""
REPORTER = ("reporter", "phone", "contact")
"""Who it was; ``protected.reporter`` opens it."""
PARTS = {"account": ("protected.alert", ACCOUNT), "reporter": ("protected.reporter", REPORTER)}

REASONS = {
    "triage": _("to triage this alert"),
    "call": _("to call the reporter back"),
    "team": _("to brief the team that goes there"),
    "same": _("to see whether two alerts are of one find"),
    "passing-on": _("to hand it to the office that takes it"),
}
"""Reasons that one tap gives; any other is written."""


def open_part(by: Any, alert: Alert, part: str, reason: str) -> dict[str, str]:
    """What a reporter said, or who it was: every field of it that holds something.

    Parameters
    ----------
    part
        ``account`` or ``reporter``.
    reason
        Why, in words.

    Raises
    ------
    PermissionDenied
        Without the permission on the alert.
    InputProblems
        Without a reason, or when it was erased.
    """
    may, fields = PARTS[part]
    if not by.has_perm(may, alert):
        raise PermissionDenied(may)
    held = [f for f in fields if getattr(alert, f)]
    with writing(by, "protected.opened", reason=reason.strip()):
        return {f: open_text(by, alert, f, reason) for f in held or fields[:1]}


def open_addition(by: Any, addition: Addition, reason: str) -> str:
    """What was added later."""
    return open_text(by, addition, "text", reason)
