"""The one way to write: permission, rows and log entries in one transaction.

    with writing(by, "recovery.unit.recorded", may="recovery.record", on=spot) as log:
        log.save(Unit(...))

Inside, every row that is saved gets an entry.  The entries get their index last, under the lock of the log's
head, so that their order in the log is the order of commits.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models import QuerySet
from django.utils import timezone

from amana.casework.audit.keyring import KeyDestroyed, SubjectKey, keyring
from amana.casework.audit.models import Entry, Subject, Tree
from amana.casework.common.records import Record
from amana.problems import InputProblem, InputProblems
from amana.provenance import Entry as Leaf
from amana.provenance import Frontier, digests_of, leaf_bytes, leaf_hash, new_nonce, plain, salt_of

SCHEMA_OF_EVENTS = "audit.event/1"
REASON = "_reason"
"""Field of an entry's values that holds the reason given."""


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role, for which office, as the log writes it."""

    id: str
    role: str
    office: str


SYSTEM = Actor("system", "system", "system")


@dataclass
class _Pending:
    actor: Actor
    action: str
    object: tuple[str, str]
    schema: str
    values: dict[str, Any]
    subject: str | None


@dataclass
class _Transaction:
    """What one database transaction will add to the log.

    ``depth`` is how many savepoints are open through :func:`writing`; a savepoint that somebody else opened
    could be rolled back without its entries.
    """

    pending: list[_Pending] = field(default_factory=list)
    depth: int = 0
    closed: bool = False


def _open_transaction() -> _Transaction | None:
    """The one that this connection is in.  On the connection, so that a thread never inherits another's."""
    found: _Transaction | None = getattr(connection, "amana_log", None)
    if found is not None and not connection.in_atomic_block:
        raise RuntimeError("the transaction that was being written has ended without its log")
    return found


@dataclass(frozen=True)
class Log:
    """Writes rows and notes what was done, for one service call."""

    actor: Actor
    action: str
    reason: str
    _transaction: _Transaction

    def save(self, record: Record, action: str | None = None, *, sealed: bool = True) -> None:
        """Insert or update one row.

        Parameters
        ----------
        sealed
            False for a row that an erasure left blank: what stays of it is written under the register's
            key, so that it can still be verified when the person's own is gone.
        """
        self._ready([record])
        new = record._state.adding
        if new and isinstance(record, Subject):
            keyring().make([record.pk])
        record.save_row(force_insert=new)
        self._add(record, action, sealed=sealed)

    def save_new(self, records: Sequence[Record], action: str | None = None) -> None:
        """Insert many rows of one kind: the same entries as one by one, with few statements."""
        if not records:
            return
        self._ready(records)
        kind = type(records[0])
        if kind is Subject:
            keyring().make([r.pk for r in records])
        _insert(records)
        for record in records:
            self._add(record, action)

    def save_changed(
        self, records: Sequence[Record], fields: Sequence[str], action: str | None = None
    ) -> None:
        """Update the same fields of many rows of one kind."""
        if not records:
            return
        self._ready(records)
        rows = QuerySet(type(records[0]))
        _update(records, fields)
        for start in range(0, len(records), 500):
            part = [r.pk for r in records[start : start + 500]]
            # Read again: other fields of a record in memory may be older than its row.
            now = rows.in_bulk(part)
            if len(now) != len(set(part)):
                raise RuntimeError("a row that was to be changed is not there")
            for key in dict.fromkeys(part):
                self._add(now[key], action)

    def _ready(self, records: Sequence[Record] = ()) -> None:
        if self._transaction.closed or getattr(connection, "amana_log", None) is not self._transaction:
            raise RuntimeError("this log has been closed")
        if len(connection.savepoint_ids) != self._transaction.depth:
            raise RuntimeError("inside writing(), what may fail is a writing() of its own, not an atomic()")
        faults = [fault for record in records for fault in record.faults()]
        if faults:
            raise InputProblems(dict.fromkeys(faults))

    def note(
        self,
        object_type: str,
        object_id: object,
        values: Mapping[str, Any] | None = None,
        *,
        action: str | None = None,
        subject: object | None = None,
    ) -> None:
        """An entry about something done that writes no row: a text opened, a sign-in, a file given out."""
        self._ready()
        self._transaction.pending.append(
            _Pending(
                self.actor,
                action or self.action,
                (object_type, str(object_id)),
                SCHEMA_OF_EVENTS,
                self._with_reason({k: plain(v) for k, v in (values or {}).items()}),
                None if subject is None else str(subject),
            )
        )

    def _add(self, record: Record, action: str | None, *, sealed: bool = True) -> None:
        subject = record.subject_id_for_log() if sealed else None
        self._transaction.pending.append(
            _Pending(
                self.actor,
                action or self.action,
                (record.log_name(), str(record.pk)),
                record.SCHEMA,
                self._with_reason(record.logged_values()),
                None if subject is None else str(subject),
            )
        )

    def _with_reason(self, values: dict[str, Any]) -> dict[str, Any]:
        return {**values, REASON: self.reason} if self.reason else values


def _insert(rows: Sequence[models.Model]) -> None:
    """Insert rows of one kind, with all their columns: one statement, run with the values of each row.

    Django's own way of many rows writes a statement as long as its rows, which takes twice as long.
    """
    meta = rows[0]._meta
    columns = meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(c.column) for c in columns)
    marks = ", ".join(["%s"] * len(columns))
    table = connection.ops.quote_name(meta.db_table)
    _run(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows, columns)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _update(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Update these fields of many rows of one kind in the same way.

    A statement that decides by CASE which row gets which value, as Django makes it, takes ten times as long.
    """
    meta, quoted = rows[0]._meta, connection.ops.quote_name
    columns = [meta.get_field(name) for name in fields]
    changed = ", ".join(f"{quoted(c.column)} = %s" for c in columns)  # type: ignore[union-attr]
    statement = f"UPDATE {quoted(meta.db_table)} SET {changed} WHERE {quoted(meta.pk.column)} = %s"
    _run(statement, rows, [*columns, meta.pk])


def _run(statement: str, rows: Sequence[models.Model], columns: Sequence[Any]) -> None:
    here = transaction.get_connection()  # itself: its stand-in would be asked for every value
    ready = [(c.attname, c.get_db_prep_save) for c in columns]
    values = [[prepared(getattr(row, name), here) for name, prepared in ready] for row in rows]
    with here.cursor() as cursor:
        cursor.executemany(statement, values)


@contextmanager
def writing(
    by: Any, action: str, *, may: str | None = None, on: object | None = None, reason: str = ""
) -> Iterator[Log]:
    """Open a transaction in which `by` does one thing.

    Parameters
    ----------
    by
        A user, or an :class:`Actor` for what the program does by itself.
    action
        What is done, such as ``recovery.unit.recorded``.
    may, on
        The permission that is needed, and the object it is needed on.
    reason
        Why, where that must be said.

    Raises
    ------
    PermissionDenied
        Before anything is written.
    """
    if may is not None and not by.has_perm(may, on):
        raise PermissionDenied(may)
    actor = by if isinstance(by, Actor) else by.acting(may)
    outer = _open_transaction()
    if outer is not None:  # the outermost call writes the entries
        mark = len(outer.pending)
        with transaction.atomic():
            outer.depth += 1
            try:
                yield Log(actor, action, reason, outer)
            except BaseException:
                del outer.pending[mark:]  # their rows are rolled back with the savepoint
                raise
            finally:
                outer.depth -= 1
        return
    # Durable: what a service has done when it returns is on the disk, whoever called it.
    with transaction.atomic(durable=True):
        mine = _Transaction(depth=len(connection.savepoint_ids))
        connection.amana_log = mine  # type: ignore[attr-defined]
        try:
            yield Log(actor, action, reason, mine)
            _append(mine.pending)
        finally:
            mine.closed = True
            connection.amana_log = None  # type: ignore[attr-defined]


def _append(pending: Sequence[_Pending]) -> None:
    if not pending:
        return
    sealed, seals = _digested(pending)
    # Foreign keys are compared now: at the commit they could wait for a row that somebody has locked who in
    # turn waits for the head of the log.
    if connection.vendor == "postgresql":
        connection.check_constraints()
    # From here to the commit nobody else can add: the index is the order of commits.
    tree = Tree.objects.select_for_update().get(pk=1)
    _refuse_erased(pending)
    now = timezone.now()
    if tree.last_at is not None and now < tree.last_at:
        now = tree.last_at  # a clock set back must not make the log run backwards
    frontier = Frontier.from_bytes(bytes(tree.frontier))
    entries = []
    hashes = []
    at = _utc(now)
    for offset, (item, (nonce, digests), values) in enumerate(zip(pending, sealed, seals, strict=True)):
        leaf = leaf_bytes(
            Leaf(
                action=item.action, actor=item.actor.id, role=item.actor.role, office=item.actor.office,
                at=at, object=item.object, subject=item.subject, schema=item.schema, nonce=nonce,
                digests=digests,
            )
        )  # fmt: skip
        hashed = leaf_hash(leaf)
        hashes.append(hashed)
        entries.append(
            Entry(
                index=tree.size + offset, at=now, action=item.action, actor=item.actor.id,
                office=item.actor.office, object_type=item.object[0], object_id=item.object[1],
                subject=item.subject, leaf=leaf.decode(), leaf_hash=hashed, values=values,
                sealed=item.subject is not None,
            )
        )  # fmt: skip
    frontier.extend(hashes)
    _insert(entries)
    tree.size, tree.frontier, tree.last_at = frontier.size, frontier.to_bytes(), now
    tree.save()


def _digested(pending: Sequence[_Pending]) -> tuple[list[tuple[str, dict[str, str]]], list[str]]:
    """Digests and the stored values of each entry.  Done before the lock: it is most of the work."""
    ring = keyring()
    keys = _keys(list(dict.fromkeys(i.subject for i in pending if i.subject is not None)))
    digested, values = [], []
    for item in pending:
        nonce = new_nonce()
        key = keys[item.subject] if item.subject is not None else None
        salt = salt_of(key.salt if key else ring.salt, nonce)
        digested.append((nonce, dict(digests_of(item.values, salt))))
        text = json.dumps(item.values, ensure_ascii=False, separators=(",", ":"))
        values.append(key.seal.encrypt(text.encode()).decode() if key else text)
    return digested, values


def _keys(subjects: list[str]) -> dict[str, SubjectKey]:
    try:
        return keyring().of_all(subjects)
    except KeyDestroyed as missing:
        raise InputProblems([no_key(str(missing))]) from None


def no_key(subject: object) -> InputProblem:
    """Why a person's text cannot be opened: they were erased, or the key folder is not whole."""
    erased = Subject.objects.filter(pk=subject).exclude(erased_at=None).exists()
    return InputProblem("protected.erased" if erased else "keys.lost")


def _refuse_erased(pending: Sequence[_Pending]) -> None:
    """Of an erased person nothing is written any more, not even by a slow form.

    Asked under the lock: an erasure has committed before it, or comes after this.
    """
    subjects = list(dict.fromkeys(i.subject for i in pending if i.subject is not None))
    for start in range(0, len(subjects), 500):
        if Subject.objects.filter(pk__in=subjects[start : start + 500]).exclude(erased_at=None).exists():
            raise InputProblems([InputProblem("protected.erased")])


def _utc(at: datetime.datetime) -> str:
    return str(plain(at))


def is_writing() -> bool:
    """Whether this connection is inside :func:`writing`."""
    return _open_transaction() is not None
