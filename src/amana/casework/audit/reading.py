"""The log and the audited rows of this database, as :mod:`amana.provenance` takes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.db import connection

from amana.casework.audit.keyring import SubjectKey, keyring
from amana.casework.audit.models import Entry
from amana.casework.common.records import Record, audited_models
from amana.provenance import Entry as Leaf
from amana.provenance import LoggedEntry, Malformed, parse_leaf, salt_of

CHUNK = 2000


@dataclass(frozen=True)
class Read:
    """One entry as it was read.

    Attributes
    ----------
    row
        The row of the table of entries.
    leaf
        What its leaf says; None where that cannot be read.
    logged
        What is verified or exported.
    unreadable
        The stored values cannot be read although their key is there.
    key_missing
        The key of the subject is not there.
    """

    row: Entry
    leaf: Leaf | None
    logged: LoggedEntry
    unreadable: bool = False
    key_missing: bool = False


def read_entries() -> Iterator[Read]:
    """Every entry in order, with salts and values where the key is there."""
    rows = Entry.objects.order_by("index").iterator(chunk_size=CHUNK)
    for part in batched_rows(rows):
        keys = keyring().present(e.subject for e in part if e.subject)
        for row in part:
            yield _read(row, keys)


def batched_rows(rows: Iterator[Entry]) -> Iterator[Sequence[Entry]]:
    """In parts of one look into the key folder each."""
    part: list[Entry] = []
    for row in rows:
        part.append(row)
        if len(part) == CHUNK:
            yield part
            part = []
    if part:
        yield part


def _read(row: Entry, keys: dict[str, SubjectKey]) -> Read:
    leaf_bytes, stored = row.leaf.encode(), bytes(row.leaf_hash)
    plain = LoggedEntry(row.index, leaf_bytes, None, None, stored)
    try:
        leaf = parse_leaf(leaf_bytes)
    except Malformed:
        return Read(row, None, plain)
    # The leaf says whose key it is: the column beside it may have been changed.
    key = keys.get(leaf.subject) if leaf.subject is not None else None
    if leaf.subject is not None and key is None and leaf.subject != row.subject:
        key = keyring().present([leaf.subject]).get(leaf.subject)
    if leaf.subject is not None and key is None:
        return Read(row, leaf, plain, key_missing=True)
    salt = salt_of(key.salt if key else keyring().salt, leaf.nonce)
    try:
        text = key.seal.decrypt(row.values.encode()).decode() if key else row.values
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError
    except (InvalidToken, ValueError, UnicodeError, RecursionError):
        return Read(row, leaf, LoggedEntry(row.index, leaf_bytes, salt, None, stored), unreadable=True)
    return Read(row, leaf, LoggedEntry(row.index, leaf_bytes, salt, values, stored))


def values_of(rows: Sequence[Entry]) -> list[dict[str, Any] | None]:
    """What these entries recorded; None where it was erased."""
    keys = keyring().present(e.subject for e in rows if e.subject)
    return [None if (v := _read(row, keys).logged.values) is None else dict(v) for row in rows]


def read_rows(model: type[Record], unreadable: Callable[[tuple[str, str]], None]) -> Iterator[Record]:
    """Every row of an audited table.

    A value that no longer fits its column makes one row unreadable, which `unreadable` is told, and does not
    hide the others.
    """
    last = None
    try:
        for record in model._base_manager.order_by("pk").iterator(chunk_size=CHUNK):
            yield record
            last = record.pk
    except (ValueError, TypeError):
        column, table = model._meta.pk.column, model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{column}" FROM "{table}" ORDER BY "{column}"')
            keys = [key for (key,) in cursor.fetchall()]
        if last is not None:
            keys = [key for key in keys if str(key) > _stored(model, last)]
        for key in keys:
            try:
                yield model._base_manager.get(pk=key)
            except (ValueError, TypeError, ValidationError, model.DoesNotExist):
                unreadable((model.log_name(), _shown(model, key)))


def _shown(model: type[Record], key: Any) -> str:
    try:
        return str(model._meta.pk.to_python(key))
    except ValidationError:
        return str(key)


def _stored(model: type[Record], key: Any) -> str:
    return str(model._meta.pk.get_db_prep_value(key, connection))


def every_row(unreadable: Callable[[tuple[str, str]], None]) -> Iterator[Record]:
    """Every row of every audited table that is there."""
    for model in tables_here():
        yield from read_rows(model, unreadable)


def tables_here() -> list[type[Record]]:
    """Audited models whose table exists; that one is gone is for verification to say."""
    tables = set(connection.introspection.table_names())
    return [m for m in audited_models().values() if m._meta.db_table in tables]
