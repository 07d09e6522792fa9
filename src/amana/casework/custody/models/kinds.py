"""What of custody is seen by people who do not see remains."""

from __future__ import annotations

from typing import Any

NOT_REMAINS = ("sample", "carrier")
"""Kinds of things that are seen without the right to see remains."""


def sees_remains(user: Any) -> bool:
    """Whether somebody sees more of custody than samples and carriers: the laboratory must not."""
    return "recovery.view" in user.granted
