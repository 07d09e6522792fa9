"""Whether this database says what its log says, and the log what was signed.

The rules of the log are :class:`amana.provenance.LogVerifier`'s; here are those of the database around it:
the columns that repeat parts of an entry, the head of the log, columns that no entry covers yet, triggers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from amana.casework.audit.checkpoints import own_key, signed_checkpoints
from amana.casework.audit.logkeys import last_signed, witness_keys
from amana.casework.audit.models import Subject, Tree
from amana.casework.audit.reading import Read, every_row, read_entries, tables_here
from amana.casework.audit.snapshot import snapshot
from amana.casework.audit.upkeep import missing_triggers
from amana.casework.common.records import Record, audited_models
from amana.provenance import (
    Finding,
    Frontier,
    LogVerifier,
    Report,
    Row,
    SignedCheckpoint,
    VerifierKey,
    leaf_hash,
    plain,
)

Tell = Callable[[str, int, int], None]
"""Told the step (``entries``, ``rows``), how many are done, and how many there are."""

EVERY = 1000


def _silent(step: str, done: int, total: int) -> None:
    """What is told where nobody listens."""


def verify_database(
    *,
    trusted: Iterable[VerifierKey] = (),
    checkpoints: Iterable[SignedCheckpoint] = (),
    tell: Tell = _silent,
) -> Report:
    """Verify the database against its log and the log against its checkpoints.

    Parameters
    ----------
    trusted
        Keys of witnesses, as they were got from them.  This copy's own key and the witnesses that count here
        are trusted anyway: they stand in the key folder.
    checkpoints
        Kept elsewhere, such as on a witness's stick.
    tell
        Called now and then from this thread; it must not write to the database.
    """
    folder = Path(settings.KEYS)
    key = own_key().verifier
    verifier = LogVerifier(key.name, (), (key, *witness_keys(folder), *trusted))
    with snapshot():
        return _Verification(verifier, tell).run([*checkpoints, *_kept_here(folder)])


def _kept_here(folder: Path) -> list[SignedCheckpoint]:
    """Those of the database, and the last one that the key folder remembers."""
    found = signed_checkpoints()
    note = last_signed(folder)
    if note is not None and not any(c.note.startswith(note) for c in found):
        found.append(SignedCheckpoint(note))
    return found


class _Verification:
    def __init__(self, verifier: LogVerifier, tell: Tell) -> None:
        self.verifier = verifier
        self.tell = tell
        self.findings: list[Finding] = []
        self.keyless: Counter[str] = Counter()
        self.first_keyless: dict[str, int] = {}

    def find(self, code: str, *, warning: bool = False, **params: Any) -> None:
        self.findings.append(Finding(code, params, warning))

    def run(self, checkpoints: list[SignedCheckpoint]) -> Report:
        self._entries()
        self._rows()
        for signed in checkpoints:
            self.verifier.checkpoint(signed)
        for name in missing_triggers():
            self.find("log.trigger-missing", trigger=name)
        self._keys()
        report = self.verifier.finish()
        return replace(report, findings=(*self.findings, *report.findings))

    # --- entries --------------------------------------------------------------------------------

    def _entries(self) -> None:
        tree = Tree.objects.filter(pk=1).first() or Tree()
        head, waiting, total = Frontier(), [], tree.size
        self.tell("entries", 0, total)
        length = 0
        for read in read_entries():
            self.verifier.entry(read.logged)
            self._columns(read)
            waiting.append(leaf_hash(read.logged.leaf))
            length = read.row.index + 1
            if len(waiting) == EVERY:
                head.extend(waiting)
                waiting = []
                self.tell("entries", head.size, total)
        head.extend(waiting)
        stored = _frontier(tree)
        if stored is None or tree.size != stored.size or stored != head:
            self.find("log.tree-differs", size=tree.size, length=length)
        self.tell("entries", total, total)

    def _columns(self, read: Read) -> None:
        row, leaf, index = read.row, read.leaf, read.row.index
        if leaf is None:
            return  # the verifier names it
        written = {
            "at": leaf.at, "action": leaf.action, "actor": leaf.actor, "office": leaf.office,
            "object_type": leaf.object[0], "object_id": leaf.object[1], "subject": leaf.subject,
            "sealed": leaf.subject is not None,
        }  # fmt: skip
        for column, value in written.items():
            stored = getattr(row, column)
            if (plain(stored) if column == "at" else stored) != value:
                self.find("log.entry-column", index=index, column=column)
        if read.unreadable:
            self.find("log.entry-unreadable", index=index, object=" ".join(leaf.object))
        if read.key_missing and leaf.subject is not None and (leaf.digests or row.values):
            self.keyless[leaf.subject] += 1
            self.first_keyless.setdefault(leaf.subject, index)

    def _keys(self) -> None:
        """A key that is gone without an erasure is a loss that must be known."""
        gone, erased = list(self.keyless), set()
        for start in range(0, len(gone), 500):
            known = Subject.objects.filter(pk__in=gone[start : start + 500]).exclude(erased_at=None)
            erased |= {str(pk) for pk in known.values_list("pk", flat=True)}
        for subject in gone:
            if subject not in erased:
                params = {"subject": subject, "number": self.keyless[subject]}
                self.find("log.key-missing", index=self.first_keyless[subject], **params)

    # --- rows -----------------------------------------------------------------------------------

    def _rows(self) -> None:
        here = tables_here()
        for model in audited_models().values():
            if model not in here:
                self.find("log.table-missing", table=model._meta.db_table)
        total = sum(model._base_manager.count() for model in here)
        self.tell("rows", 0, total)
        for number, record in enumerate(every_row(self._unreadable), 1):
            self._row(record)
            if number % EVERY == 0:
                self.tell("rows", number, total)
        self.tell("rows", total, total)

    def _unreadable(self, name: tuple[str, str]) -> None:
        self.find("log.row-unreadable", object=" ".join(name))
        if described := self.verifier.described(name):
            self.verifier.row(Row(name, described[0], None))  # it is there, whatever it says

    def _row(self, record: Record) -> None:
        name = (record.log_name(), str(record.pk))
        described = self.verifier.described(name)
        try:
            values = record.logged_values()
        except (ValueError, TypeError):
            self._unreadable(name)
            return
        if described is None:
            self.verifier.row(Row(name, record.SCHEMA, values))
            return
        schema, fields = described
        covered = {f: v for f, v in values.items() if f in fields}
        for column in values.keys() - covered.keys():
            self._uncovered(record, column, values[column])
        self.verifier.row(Row(name, schema, covered))

    def _uncovered(self, record: Record, column: str, value: Any) -> None:
        """A column that is newer than the row's last entry holds what the migration put there."""
        field: models.Field[Any, Any] = record._meta.get_field(column)  # type: ignore[assignment]
        where = {"object": f"{record.log_name()} {record.pk}", "field": column}
        if field.has_default() and callable(field.default) and field.default not in (dict, list):
            self.find("log.row-uncovered", warning=True, **where)
            return
        if value != plain(field.to_python(field.get_default())):
            self.find("log.row-not-default", **where)


def _frontier(tree: Tree) -> Frontier | None:
    try:
        return Frontier.from_bytes(bytes(tree.frontier))
    except ValueError:
        return None
