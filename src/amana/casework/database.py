"""Which database: SQLite in the home folder, or PostgreSQL by ``DATABASE_URL``.

On PostgreSQL two roles are meant: the owner of the tables, with whom they are made and changed
(``DATABASE_OWNER_URL``, used by ``amana migrate`` alone), and the application's role, which can neither
drop a trigger nor truncate a table.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

OWNER = "AMANA_AS_OWNER"
"""Set to 1 by the commands that make or change tables: they connect as the owner."""

# FULL: in WAL mode NORMAL may lose the last commits when power is cut, and an acknowledged custody
# event must not be lost.  IMMEDIATE: a transaction that will write takes the lock at its start, so two
# writers wait for each other and neither fails half way.
_SQLITE = (
    # Recursive triggers: what REPLACE deletes fires the triggers that refuse deletion.
    "PRAGMA journal_mode=WAL;PRAGMA recursive_triggers=ON;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
    "PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-16000;"
    # What is deleted is overwritten: an erased text must not linger in free pages.
    "PRAGMA secure_delete=ON"
)


_VARIABLES = 32_766
"""How many values one statement may carry since SQLite 3.32 (sqlite.org/limits.html, no. 9)."""


def many_values_at_once() -> None:
    """Let a batch of rows be few statements on SQLite too: Django assumes the old limit, 999."""
    from django.db.backends.sqlite3.base import DatabaseWrapper  # its features alone import in a circle

    if sqlite3.sqlite_version_info >= (3, 32):
        DatabaseWrapper.features_class.max_query_params = _VARIABLES  # type: ignore[assignment]


def databases(home: Path) -> dict[str, dict[str, Any]]:
    """Django's ``DATABASES``."""
    url = os.environ.get("DATABASE_URL", "")
    if os.environ.get(OWNER) == "1":
        url = os.environ.get("DATABASE_OWNER_URL") or url
    if url:
        return {"default": _postgresql(url)}
    return {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(home / "amana.sqlite3"),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _SQLITE},
            # A file, as in real use: an in-memory database has neither WAL nor locks.
            "TEST": {"NAME": str(home / "test.sqlite3")},
        }
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        # Settings cannot raise a rendered problem yet; this is read by an administrator at start.
        print(
            "DATABASE_URL must look like postgresql://role:password@host:5432/database "
            f"(it starts with {url.split('://')[0]!r}).",
            file=sys.stderr,
        )
        sys.exit(2)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def application_role() -> str:
    """The PostgreSQL role that the application connects as, to which the owner gives rights; or nothing."""
    return unquote(urlsplit(os.environ.get("DATABASE_URL", "")).username or "")
