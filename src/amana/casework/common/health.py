"""Whether this copy can work, for the health page and for ``amana doctor``."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from amana.casework.audit.upkeep import keys_readable_to_others, missing_triggers

LEAST_FREE = 500 * 10**6


@dataclass(frozen=True)
class Check:
    """One thing looked at.  ``detail`` names no record and no person."""

    name: str
    good: bool
    detail: str = ""

    @property
    def state(self) -> dict[str, str]:
        """For ``components/state.html``."""
        return (
            {"kind": "done", "word": _("works")}
            if self.good
            else {"kind": "blocked", "word": _("does not work")}
        )


def examine() -> list[Check]:
    """Every check; none raises."""
    checks: list[tuple[str, Callable[[], tuple[bool, str]]]] = [
        (_("Database"), database),
        (_("Writing survives a power cut"), durable),
        (_("Triggers of the log"), triggers),
        (_("Keys"), keys),
        (_("Free space"), space),
    ]
    found = []
    for name, check in checks:
        try:
            good, detail = check()
        except Exception as error:  # a check that breaks is a check that failed
            good, detail = False, type(error).__name__
        found.append(Check(name, good, detail))
    return found


def database() -> tuple[bool, str]:
    """Answers, and has the tables that this version wants."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not waiting, connection.vendor


def durable() -> tuple[bool, str]:
    """An acknowledged write is on the disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            level = cursor.fetchone()[0]
            return level >= 2, f"synchronous={level}"
        cursor.execute("SHOW synchronous_commit")
        level = cursor.fetchone()[0]
        return level != "off", f"synchronous_commit={level}"


def triggers() -> tuple[bool, str]:
    """All in place."""
    missing = missing_triggers()
    return not missing, ", ".join(missing[:3])


def keys() -> tuple[bool, str]:
    """Readable to their owner alone."""
    open_to_others = keys_readable_to_others()
    return not open_to_others, ", ".join(open_to_others[:3])


def space() -> tuple[bool, str]:
    """Room to write."""
    free = shutil.disk_usage(settings.HOME).free
    return free > LEAST_FREE, f"{free / 1e9:.1f} GB"


def as_context() -> dict[str, Any]:
    """For ``health.html``."""
    checks = examine()
    return {"checks": checks, "healthy": all(c.good for c in checks)}
