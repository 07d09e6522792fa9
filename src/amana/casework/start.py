"""Django for the command line: set up once, and the tables of a database that has none."""

from __future__ import annotations

import os

from amana.problems import InputProblem, InputProblems


def start(*, as_owner: bool = False) -> None:
    """Set Django up in this process.

    Parameters
    ----------
    as_owner
        Connect as the owner of the tables (``DATABASE_OWNER_URL``), to make or change them.  The rest of
        the process then has the owner's rights: only commands that migrate ask for it.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amana.casework.settings")
    if as_owner:
        os.environ["AMANA_AS_OWNER"] = "1"
    import django

    django.setup()


def migrate_if_new() -> bool:
    """Make the tables of a database that has none, and say whether that was so; call after :func:`start`.

    A database with tables is never changed here: that is ``amana migrate``, after a backup.

    Raises
    ------
    InputProblems
        ``database.needs-migration`` for a database of another version, and ``database.needs-owner`` for a
        new one whose tables somebody else must own.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    if "django_migrations" in connection.introspection.table_names():
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if waiting:
            params = {"count": len(waiting)}
            raise InputProblems([InputProblem("database.needs-migration", params=params)])
        return False
    if os.environ.get("DATABASE_OWNER_URL") and os.environ.get("AMANA_AS_OWNER") != "1":
        raise InputProblems([InputProblem("database.needs-owner")])
    call_command("migrate", verbosity=0, interactive=False)
    from amana.casework.audit.checkpoints import make_checkpoint

    make_checkpoint()  # so that the first verification has something to verify against
    return True
