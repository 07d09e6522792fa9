"""Whether this copy can work, for the health page and for ``amana doctor``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from amana.casework.audit.models import Tree
from amana.casework.audit.upkeep import keys_fit, keys_readable_to_others, missing_triggers

LEAST_FREE = 500 * 10**6
LARGEST_AHEAD = 60  # seconds


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
        (_("The application owns no table"), separate_roles),
        (_("Keys"), keys),
        (_("Keys are those of this database"), fitting_keys),
        (_("Clock"), clock),
        (_("Free space"), space),
        (_("Stored files"), files),
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


def separate_roles() -> tuple[bool, str]:
    """On PostgreSQL the application's role can neither drop a trigger nor empty a table.

    SQLite has no roles, and one role for all is a choice for a trial: without ``DATABASE_OWNER_URL`` nothing
    is asked.
    """
    if connection.vendor != "postgresql" or not os.environ.get("DATABASE_OWNER_URL"):
        return True, connection.vendor
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tableowner = current_user"
        )
        owned = cursor.fetchone()[0]
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        is_super = cursor.fetchone()[0]
    return not owned and not is_super, connection.settings_dict["USER"]


def fitting_keys() -> tuple[bool, str]:
    """The key folder is the one that this database is written with."""
    return keys_fit(), ""


def clock() -> tuple[bool, str]:
    """The log has no time that is still to come: with a clock set back every entry would bear a false one."""
    last = Tree.objects.values_list("last_at", flat=True).get(pk=1)
    ahead = (last - timezone.now()).total_seconds() if last else 0
    return ahead < LARGEST_AHEAD, f"{max(ahead, 0):.0f} s"


def keys() -> tuple[bool, str]:
    """Readable to their owner alone."""
    open_to_others = keys_readable_to_others()
    return not open_to_others, ", ".join(open_to_others[:3])


def space() -> tuple[bool, str]:
    """Room to write."""
    free = shutil.disk_usage(settings.HOME).free
    return free > LEAST_FREE, f"{free / 1e9:.1f} GB"


def files() -> tuple[bool, str]:
    """The newest ones are where they should be."""
    from amana.casework.files.upkeep import stored_files

    return stored_files()


def as_context() -> dict[str, Any]:
    """For ``health.html``."""
    checks = examine()
    return {"checks": checks, "healthy": all(c.good for c in checks)}
