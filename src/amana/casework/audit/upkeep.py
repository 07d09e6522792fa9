"""Triggers that stop accidents, and what must be so after every migration.

A trigger stops a slip of the hand and a careless script.  It proves nothing: whoever owns the database can
drop it.  Checkpoints prove (:mod:`amana.casework.audit.checkpoints`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from amana.casework.audit.keyring import keyring
from amana.casework.audit.models import Checkpoint, Cosignature, Entry, Tree
from amana.casework.common.records import Record, audited_models
from amana.casework.common.searching import index_searched_columns

PREFIX = "amana_keep"


def append_only() -> list[type[models.Model]]:
    """Tables whose rows never change once written."""
    return [Entry, Checkpoint, Cosignature]


def fixed_columns() -> dict[type[Record], tuple[str, ...]]:
    """Columns of records that never change: identity and number."""
    return {m: ("id", *getattr(m, "FIXED", ())) for m in audited_models().values()}


def expected_triggers() -> dict[str, tuple[str, str]]:
    """Name to (table, statement) of every trigger, for the database in use."""
    write = _sqlite if connection.vendor == "sqlite" else _postgresql
    found = dict(write())
    return found


def _sqlite() -> Iterable[tuple[str, tuple[str, str]]]:
    def trigger(
        name: str, table: str, when: str, condition: str, message: str
    ) -> tuple[str, tuple[str, str]]:
        name = f"{PREFIX}_{table}_{name}"
        statement = (
            f'CREATE TRIGGER "{name}" BEFORE {when} ON "{table}" '
            f"{condition}BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return name, (table, statement)

    for model in append_only():
        table, key = model._meta.db_table, model._meta.pk.column
        yield trigger("update", table, "UPDATE", "", f"{table} is append-only")
        yield trigger("delete", table, "DELETE", "", f"{table} is append-only")
        # INSERT OR REPLACE deletes without firing a delete trigger unless recursive triggers are on.
        exists = f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}") '
        yield trigger("replace", table, "INSERT", exists, f"{table} is append-only")
    for record, columns in fixed_columns().items():
        table, key = record._meta.db_table, record._meta.pk.column
        yield trigger("delete", table, "DELETE", "", f"rows of {table} are never deleted")
        changed = " OR ".join(f'NEW."{c}" IS NOT OLD."{c}"' for c in columns)
        yield trigger("fixed", table, "UPDATE", f"WHEN {changed} ", f"{', '.join(columns)} never change")
        exists = f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}") '
        yield trigger("replace", table, "INSERT", exists, f"a row of {table} is never replaced")


def _postgresql() -> Iterable[tuple[str, tuple[str, str]]]:
    def trigger(name: str, table: str, when: str, each: str, condition: str, message: str) -> Any:
        name = f"{PREFIX}_{table}_{name}"
        statement = (
            f'CREATE TRIGGER "{name}" BEFORE {when} ON "{table}" FOR EACH {each} {condition}'
            f"EXECUTE FUNCTION {PREFIX}_refuse('{message}')"
        )
        return name, (table, statement)

    for model in append_only():
        table = model._meta.db_table
        yield trigger("change", table, "UPDATE OR DELETE", "ROW", "", f"{table} is append-only")
        yield trigger("truncate", table, "TRUNCATE", "STATEMENT", "", f"{table} is append-only")
    for record, columns in fixed_columns().items():
        table = record._meta.db_table
        yield trigger("delete", table, "DELETE", "ROW", "", f"rows of {table} are never deleted")
        yield trigger("truncate", table, "TRUNCATE", "STATEMENT", "", f"rows of {table} are never deleted")
        changed = " OR ".join(f'NEW."{c}" IS DISTINCT FROM OLD."{c}"' for c in columns)
        condition = f"WHEN ({changed}) "
        yield trigger("fixed", table, "UPDATE", "ROW", condition, f"{', '.join(columns)} never change")


_REFUSE = f"""
CREATE OR REPLACE FUNCTION {PREFIX}_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def install_triggers() -> None:
    """Put every trigger in place, in the form that this version of the program wants."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_REFUSE)
        present = _present(cursor)
        wanted = {n: (t, s) for n, (t, s) in expected_triggers().items() if t in tables}
        for name, table in present.items():
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
        for _, statement in wanted.values():
            cursor.execute(statement)


def missing_triggers() -> list[str]:
    """Names of the triggers that should be there and are not, or are disabled; empty if all is well."""
    with connection.cursor() as cursor:
        present = _present(cursor)
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            as_wanted = dict(cursor.fetchall())
    wanted = expected_triggers()
    missing = set(wanted) - set(present)
    if connection.vendor == "sqlite":  # one of the same name that does nothing is not the same
        missing |= {name for name, (_, statement) in wanted.items() if as_wanted.get(name) != statement}
    return sorted(missing)


def _present(cursor: Any) -> dict[str, str]:
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
            [f"{PREFIX}_%"],
        )
    else:
        cursor.execute(
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname LIKE %s AND t.tgenabled IN ('O', 'A')",
            [f"{PREFIX}_%"],
        )
    return dict(cursor.fetchall())


KEYS = "keys.noted"
"""The action whose entry holds the fingerprint of the keys that this database is written with."""


def keys_fit() -> bool:
    """Whether the key folder is this database's: with another one, texts would be lost and nobody told."""
    known = Entry.objects.filter(action=KEYS).order_by("index").last()
    here = keyring().fingerprint()
    return keyring().opens() and (known is None or json.loads(known.values)["fingerprint"] == here)


def _note_keys() -> None:
    from amana.casework.audit.writing import SYSTEM, writing

    if not Entry.objects.filter(action=KEYS).exists():
        with writing(SYSTEM, KEYS) as log:
            log.note("keys", "all", {"fingerprint": keyring().fingerprint()})


def grant_to_application() -> None:
    """On PostgreSQL with a role of its own for the application: exactly what it needs, and no more."""
    role = settings.APPLICATION_ROLE
    if connection.vendor != "postgresql" or not role or role == connection.settings_dict["USER"]:
        return
    kept = {m._meta.db_table for m in append_only()}
    audited = {m._meta.db_table for m in audited_models().values()}
    with connection.cursor() as cursor:
        cursor.execute(f'GRANT USAGE ON SCHEMA public TO "{role}"')
        cursor.execute(f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
        for table in connection.introspection.table_names():
            rights = "SELECT, INSERT" if table in kept else "SELECT, INSERT, UPDATE"
            if table not in kept | audited:
                rights += ", DELETE"
            if table == "django_migrations":
                rights = "SELECT"
            cursor.execute(f'REVOKE ALL ON "{table}" FROM "{role}"')
            cursor.execute(f'GRANT {rights} ON "{table}" TO "{role}"')


def after_migrate(app_config: Any, **_: Any) -> None:
    """At the end of migrations: the head of the log, the triggers, the rights, and an entry that says so."""
    if app_config is not list(apps.get_app_configs())[-1]:
        return
    if Tree._meta.db_table not in connection.introspection.table_names():
        return
    Tree.objects.get_or_create(pk=1)
    install_triggers()
    index_searched_columns()
    grant_to_application()
    _note_migrations()
    _note_keys()


def _note_migrations() -> None:
    from django.db.migrations.recorder import MigrationRecorder

    from amana.casework.audit.writing import SYSTEM, writing

    applied = [f"{a}.{n}" for a, n in sorted(MigrationRecorder(connection).applied_migrations())]
    last = Entry.objects.filter(action="schema.migrated").order_by("-index").first()
    known: list[str] = [] if last is None else _known(last)
    new = [name for name in applied if name not in known]
    gone = [name for name in known if name not in applied]
    if new or gone:
        with writing(SYSTEM, "schema.migrated") as log:
            log.note("schema", "database", {"applied": applied, "new": new, "gone": gone})


def _known(entry: Entry) -> list[str]:
    return list(json.loads(entry.values)["applied"])


def rotate_keys() -> int:
    """A new master key for the keys of people, with an entry; returns how many were wrapped again."""
    from amana.casework.audit.writing import SYSTEM, writing

    number = keyring().rotate()
    with writing(SYSTEM, "keys.rotated") as log:
        log.note("keys", "masters", {"subjects": number})
    return number


def keys_readable_to_others() -> list[str]:
    """Names in the key folder that somebody else on this machine can read; the folder itself is ``.``."""
    folder = settings.KEYS
    return sorted(
        str(p.relative_to(folder)) for p in [folder, *folder.iterdir()] if p.lstat().st_mode & 0o077
    )


def keys_lost() -> list[str]:
    """Living subjects without a key: what was written about them cannot be opened any more."""
    from amana.casework.audit.models import Subject

    living = [str(pk) for pk in Subject.objects.filter(erased_at=None).values_list("pk", flat=True)]
    held = keyring().held()
    return sorted(s for s in living if s not in held)
