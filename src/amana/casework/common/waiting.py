"""What waits for a person, gathered from every station for the home page.

A station's ``waiting.py`` holds functions with ``@waiting``; each gives what waits for one person, and
nothing that this person may not see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Waiting:
    """One thing: where it is done, what it is as a whole sentence, and since when it waits."""

    url: str
    text: str
    since: datetime


Source = Callable[[Any], Iterable[Waiting]]
_SOURCES: list[Source] = []


def waiting(source: Source) -> Source:
    """Have a function asked for the home page."""
    _SOURCES.append(source)
    return source


@cache
def _discovered() -> None:
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("waiting")


def everything_for(user: Any) -> list[Waiting]:
    """All that waits for this person, the oldest first."""
    _discovered()
    return sorted((w for source in _SOURCES for w in source(user)), key=lambda w: w.since)
