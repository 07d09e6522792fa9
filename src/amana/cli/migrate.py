"""``amana migrate``: make the tables, or bring them up to date, as their owner."""

from __future__ import annotations

import argparse
import json

from amana.cli.words import words


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``migrate``."""
    subparsers.add_parser(
        "migrate",
        help="make the tables of the database, or bring them up to date",
        description="Make or change tables as their owner (DATABASE_OWNER_URL where it is set), then put the "
        "triggers and the application's rights in place. It is an entry of the log. Make a backup first.",
    )


def run(args: argparse.Namespace) -> int:
    """Migrate; everything else happens at its end (amana.casework.audit.upkeep)."""
    from amana.casework.start import start

    start(as_owner=True)
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    call_command("migrate", interactive=False, verbosity=0)
    if args.json:
        print(json.dumps({"applied": names}, indent=1))
    else:
        say = words(args.lang)
        print(say["migrate.done"].format(number=len(names)) if names else say["migrate.nothing"])
    return 0
