"""The export of the log for whoever verifies it elsewhere, with ``tools/verify_log.py`` and nothing else.

What an outsider gets is proof, not people: the salts and values of entries and rows about persons are left
out, and so are those of the laboratory, of comparisons and of accounts.  Their leaves stand in the export all
the same, so that nothing can be taken out or put in unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.audit.checkpoints import make_checkpoint, own_key, signed_checkpoints
from amana.casework.audit.logkeys import witness_keys
from amana.casework.audit.reading import every_row, read_entries
from amana.casework.audit.snapshot import snapshot
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.common.records import audited_models
from amana.problems import InputProblem, InputProblems
from amana.provenance import Header, LoggedEntry, Row, plain, write_export

MAY_SEE_SEALED = "audit.sealed"
NEVER = ("accounts.user", "accounts.token", "accounts.recovery")
"""Types whose values leave this house in no export: they hold digests of passwords and tokens."""
WITHHELD = ("laboratory.", "identification.")
"""Beginnings of types whose values can show a genotype, or who is whose child."""
_EVENTS = "audit.event/"


def export_log(target: IO[bytes], by: Any = SYSTEM, *, with_sealed: bool = False, reason: str = "") -> int:
    """Write an export; returns the number of entries.

    Parameters
    ----------
    with_sealed
        Also what is about persons; for a court, say.  Needs ``audit.sealed`` and a reason.

    Raises
    ------
    PermissionDenied
        Without the right.
    InputProblems
        Without a reason where one is needed.
    """
    if with_sealed:
        if by is SYSTEM or not by.has_perm(MAY_SEE_SEALED):
            raise PermissionDenied(MAY_SEE_SEALED)
        if not reason.strip():
            raise InputProblems([InputProblem("record.needs-reason", field="reason")])
    key = own_key().verifier
    with writing(by, "log.exported", reason=reason.strip()) as log:
        log.note("log", key.name, {"sealed": with_sealed})
    make_checkpoint()
    made = str(plain(timezone.now()))
    export = _Export(with_sealed)
    with snapshot():
        header = Header(key.name, (key, *witness_keys(Path(settings.KEYS))), made)
        write_export(target, header, export.entries(), export.rows(), signed_checkpoints())
    return export.number


class _Export:
    def __init__(self, with_sealed: bool) -> None:
        self.with_sealed = with_sealed
        self.number = 0
        self._now = {
            m.log_name(): (m.SCHEMA, frozenset(m.logged_fields())) for m in audited_models().values()
        }
        # Objects whose last entry has another list of fields than the program has today.
        self._other: dict[tuple[str, str], tuple[str, frozenset[str]]] = {}

    def _shown(self, kind: str, subject: object) -> bool:
        if kind in NEVER:
            return False
        return self.with_sealed or (subject is None and not kind.startswith(WITHHELD))

    def entries(self) -> Iterator[LoggedEntry]:
        for read in read_entries():
            self.number += 1
            leaf, logged = read.leaf, read.logged
            if leaf is not None and leaf.digests and not leaf.schema.startswith(_EVENTS):
                fields = frozenset(f for f in leaf.digests if not f.startswith("_"))
                if self._now.get(leaf.object[0]) != (leaf.schema, fields):
                    self._other[leaf.object] = (leaf.schema, fields)
                else:
                    self._other.pop(leaf.object, None)
            if leaf is None or not self._shown(leaf.object[0], leaf.subject):
                logged = LoggedEntry(logged.index, logged.leaf, None, None, logged.stored_hash)
            yield logged

    def rows(self) -> Iterator[Row]:
        for record in every_row(lambda name: None):
            name = (record.log_name(), str(record.pk))
            schema, fields = self._other.get(name, self._now[name[0]])
            subject = record.subject_id_for_log()
            if not self._shown(name[0], subject):
                yield Row(name, schema, None)
                continue
            values = record.logged_values()
            yield Row(name, schema, {f: v for f, v in values.items() if f in fields})
