"""Indexes by which words are found inside folded texts.

A query for a part of a word reads every row unless there is an index of trigrams (extension ``pg_trgm``,
which an owner of the database may install since PostgreSQL 13).  Without it everything is found as well, more
slowly.  On SQLite an index of the texts themselves is read instead of the rows, which are much wider.

The extension has a schema of its own: a restore puts the schema ``public`` aside, and what the indexes are
made with must not go with it.  A backup of the tables therefore comes back without these indexes, and then
gets them (:func:`is_made_here`).
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, connection, models, transaction

from amana.casework.common.records import audited_models

_SCHEMA = "amana_words"
_ENDING = "_trigrams"


def is_made_here(index: str) -> bool:
    """Whether an index of this name is one of these."""
    return index.endswith(_ENDING)


def searched_columns() -> Iterator[tuple[str, str]]:
    """Table and column of every text that lists look for words in."""
    for model in audited_models().values():
        field = next((f for f in model._meta.concrete_fields if f.attname == "search"), None)
        if isinstance(field, models.TextField):
            yield model._meta.db_table, field.column


def index_searched_columns() -> bool:
    """Put the indexes in place; False where this database cannot have them."""
    tables = set(connection.introspection.table_names())
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for table, column in searched_columns():
                if table in tables and "office_id" in _columns(table):
                    cursor.execute(
                        f'CREATE INDEX IF NOT EXISTS "{table[:40]}_{column}_words" '
                        f'ON "{table}" ("office_id", "{column}")'
                    )
        return True
    try:
        # In a savepoint: a refusal must not end the migration that this stands in.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA {_SCHEMA}")
            # It may have been there before, elsewhere.
            cursor.execute(
                "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_trgm'"
            )
            (schema,) = cursor.fetchone()
            for table, column in searched_columns():
                if table in tables:
                    name = f"{table[:40]}_{column}{_ENDING}"
                    cursor.execute(
                        f'CREATE INDEX IF NOT EXISTS "{name}" ON "{table}" '
                        f'USING gin ("{column}" {schema}.gin_trgm_ops)'
                    )
    except DatabaseError:
        return False
    return True


def _columns(table: str) -> set[str]:
    model = next(m for m in audited_models().values() if m._meta.db_table == table)
    return {f.column for f in model._meta.concrete_fields}
