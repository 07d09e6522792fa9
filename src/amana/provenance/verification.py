"""Does the log hold, and does the register say what the log says?

``tools/verify_log.py`` is a second implementation of these rules that shares nothing with this one.  An
object's row is described by its entries that carry digests; entries about events (:data:`EVENT`), and fields
whose names begin with ``_``, say nothing about it.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from amana.provenance.checkpoint import Checkpoint, parse_checkpoint
from amana.provenance.entry import DELETED, ERASED, EVENT, SUBJECT, Entry, digest, digests_of, parse_leaf
from amana.provenance.export_format import Header, LoggedEntry, Row, SignedCheckpoint, read_export
from amana.provenance.merkle import Frontier, leaf_hash
from amana.provenance.report import Finding, Report, VerifiedCheckpoint
from amana.provenance.signed_note import (
    COSIGNATURE,
    SIGNATURE,
    Malformed,
    VerifierKey,
    cosigned_at,
    parse_note,
    verify_note,
)

MOST_FINDINGS = 10_000
_DIGEST_LENGTH = 43


@dataclass(slots=True)
class _State:
    """What the last entry says of an object."""

    index: int
    action: str
    subject: str | None
    schema: str
    salt: bytes | None
    names: tuple[str, ...]
    packed: str  # the digests one after the other: a tenth of the memory of a dict
    row_seen: bool = False

    def digests(self) -> dict[str, str]:
        cuts = range(0, len(self.packed), _DIGEST_LENGTH)
        return {n: self.packed[i : i + _DIGEST_LENGTH] for n, i in zip(self.names, cuts, strict=True)}


class LogVerifier:
    """Takes entries, then rows, then checkpoints, and reports.

    Parameters
    ----------
    origin
        Name of the log.
    keys
        Keys that the export names itself: they show that it is of one piece, not whose it is.
    trusted
        Keys that the verifier has from elsewhere.
    """

    def __init__(
        self, origin: str, keys: Iterable[VerifierKey] = (), trusted: Iterable[VerifierKey] = ()
    ) -> None:
        self.origin = origin
        self.trusted = frozenset(trusted)
        # Trusted keys last: they win where another key was made to share a name and identifier.
        self.keys = (*(key for key in keys if key not in self.trusted), *self.trusted)
        self._findings: list[Finding] = []
        self._left_out = 0
        self._hashes: list[bytes] = []
        self._times = bytearray()  # 27 bytes an entry
        self._expected = 0
        self._last_at = ""
        self._objects: dict[tuple[str, str], _State] = {}
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._erased: set[str] = set()
        self._texts: dict[str, list[int]] = {}  # subject: first entry with text, how many
        self._nulls: dict[str | None, list[int]] = {}  # the same, without text
        self._rows: Counter[str] = Counter()
        self._notes = 0
        self._checkpoints: list[VerifiedCheckpoint] = []
        self._weak_keys: dict[str, None] = {}

    def _find(self, finding: Finding) -> None:
        if len(self._findings) < MOST_FINDINGS:
            self._findings.append(finding)
        else:
            self._left_out += 1

    # --- Entries ----------------------------------------------------------------------------------

    def entry(self, logged: LoggedEntry) -> None:
        """Take the next entry."""
        index = logged.index
        if index > self._expected:
            self._find(Finding("log.index-missing", {"first": self._expected, "last": index - 1}))
        elif index < self._expected:
            self._find(Finding("log.index-repeated", {"index": index}))
        self._expected = max(self._expected, index + 1)
        self._hashes.append(leaf_hash(logged.leaf))
        try:
            entry = parse_leaf(logged.leaf)
        except Malformed:
            self._find(Finding("log.entry-malformed", {"index": index}))
            self._times += b" " * 27
            return
        where = {"index": index, "object": " ".join(entry.object)}
        if logged.stored_hash is not None and logged.stored_hash != self._hashes[-1]:
            self._find(Finding("log.entry-altered", where))
        if entry.at < self._last_at:
            params = {"index": index, "at": entry.at, "before": self._last_at}
            self._find(Finding("log.time-backwards", params))
        self._last_at = entry.at
        self._times += entry.at.encode()
        if entry.action == ERASED and entry.object[0] == SUBJECT:
            self._erased.add(entry.object[1])
        self._check_values(entry, logged, where)
        if entry.schema.startswith(EVENT):
            return
        if entry.digests or entry.action.endswith(DELETED):
            names = tuple(n for n in entry.digests if not n.startswith("_"))
            self._objects[entry.object] = _State(
                index,
                entry.action,
                entry.subject,
                entry.schema,
                logged.salt,
                self._names.setdefault(names, names),
                "".join(entry.digests[n] for n in names),
            )

    def _check_values(self, entry: Entry, logged: LoggedEntry, where: Mapping[str, Any]) -> None:
        salt, values, subject = logged.salt, logged.values, entry.subject
        if not entry.digests and not values:
            return
        if subject is not None and (salt is not None or values is not None):
            self._texts.setdefault(subject, [logged.index, 0])[1] += 1
        if values is None:
            self._nulls.setdefault(subject, [logged.index, 0])[1] += 1
        elif salt is None:
            self._find(Finding("log.entry-unsalted", where))
        else:
            for name in differing(values, entry.digests, salt):
                self._find(Finding("log.entry-differs", {**where, "field": name}))

    # --- Rows -------------------------------------------------------------------------------------

    def described(self, object: tuple[str, str]) -> tuple[str, tuple[str, ...]] | None:
        """Schema and fields of the last entry that describes an object's row; None where there is none."""
        state = self._objects.get(object)
        return None if state is None else (state.schema, state.names)

    def row(self, row: Row) -> None:
        """Take the next row; every entry must have been taken."""
        name = " ".join(row.object)
        state = self._objects.get(row.object)
        if state is None:
            self._find(Finding("log.row-without-entry", {"object": name}))
        elif state.action.endswith(DELETED):
            self._find(Finding("log.row-of-deleted", {"object": name, "index": state.index}))
        elif state.row_seen:
            self._find(Finding("log.row-repeated", {"object": name}))
        else:
            state.row_seen = True
            self._compare(row, state, name)

    def _compare(self, row: Row, state: _State, name: str) -> None:
        where = {"object": name, "index": state.index}
        if row.schema != state.schema:
            params = {**where, "schema": row.schema, "written": state.schema}
            self._find(Finding("log.row-schema", params))
        elif state.subject in self._erased:
            self._rows["erased"] += 1
        elif state.salt is None or row.values is None:
            self._rows["withheld"] += 1
        else:
            self._rows["checked"] += 1
            for field_name in differing(row.values, state.digests(), state.salt):
                self._find(Finding("log.row-differs", {**where, "field": field_name}))

    # --- Checkpoints ------------------------------------------------------------------------------

    def checkpoint(self, signed: SignedCheckpoint) -> None:
        """Take a checkpoint, from the export or from elsewhere, after all entries."""
        self._notes += 1
        try:
            note = parse_note(signed.note)
            found = parse_checkpoint(note.text)
        except Malformed:
            self._find(Finding("log.checkpoint-unreadable", {"number": self._notes}))
            return
        size = {"size": found.size}
        if found.origin != self.origin:
            params = {**size, "origin": found.origin, "expected": self.origin}
            self._find(Finding("log.checkpoint-origin", params))
            return
        signers = verify_note(note, self.keys)
        for key, _ in signers.bad:
            self._find(Finding("log.signature-bad", {**size, "key": key.name}))
        if not signers.good and not signers.bad:
            names = tuple(s.name for s in note.signatures)
            self._find(Finding("log.signature-unknown", {**size, "keys": names}))
        if not signers.accepted:
            return
        good = tuple(key for key, _ in signers.good)
        trusts_a_log = any(key.algorithm == SIGNATURE for key in self.trusted)
        if trusts_a_log and self.trusted.isdisjoint(good):
            names = tuple(key.name for key in good)
            self._find(Finding("log.signature-untrusted", {**size, "keys": names}))
            return
        self._weak_keys |= {str(key): None for key in good if key not in self.trusted}
        self._checkpoints.append(
            VerifiedCheckpoint(
                found.size,
                found.root,
                self._until(found),
                tuple(key.name for key in good if key.algorithm == SIGNATURE),
                tuple((k.name, cosigned_at(s.value)) for k, s in signers.good if k.algorithm == COSIGNATURE),
                agrees=False,
            )
        )

    def _until(self, found: Checkpoint) -> str | None:
        if not 0 < found.size <= len(self._hashes):
            return None
        return self._times[27 * (found.size - 1) : 27 * found.size].decode().strip() or None

    def _roots(self) -> tuple[VerifiedCheckpoint, ...]:
        """Compare every checkpoint with the log; only the first of a row that disagrees is told."""
        done: list[VerifiedCheckpoint] = []
        frontier, good, length = Frontier(), 0, len(self._hashes)
        wrong: list[tuple[int, int]] = []  # (last size that agreed, size)
        short: set[int] = set()
        for c in sorted(self._checkpoints, key=operator.attrgetter("size")):
            agrees = False
            if c.size > length:
                short.add(c.size)
            else:
                frontier.extend(self._hashes[frontier.size : c.size])
                agrees = frontier.root() == c.root
                if agrees:
                    good = c.size
                else:
                    wrong.append((good, c.size))
            done.append(VerifiedCheckpoint(c.size, c.root, c.until, c.signers, c.witnesses, agrees))
        for first in dict.fromkeys(first for first, _ in wrong):
            sizes = [size for start, size in wrong if start == first]
            params = {
                "size": sizes[0],
                "first": first,
                "last": max(sizes[0] - 1, first),
                "number": len(sizes),
            }
            self._find(Finding("log.checkpoint-mismatch", params))
        for size in sorted(short):
            self._find(Finding("log.shorter", {"size": size, "length": length}))
        covered = max((c.size for c in done), default=0)
        if not done:
            self._find(Finding("log.no-checkpoint"))
        elif covered < length:
            self._find(Finding("log.uncovered", {"first": covered, "last": length - 1}, warning=True))
        return tuple(done)

    # --- The end ----------------------------------------------------------------------------------

    def finish(self) -> Report:
        """What was found."""
        for key, state in self._objects.items():
            if not (state.row_seen or state.action.endswith(DELETED)):
                params = {"object": " ".join(key), "index": state.index, "action": state.action}
                self._find(Finding("log.row-missing", params))
        for subject in sorted(self._erased & self._texts.keys()):
            first, number = self._texts[subject]
            self._find(Finding("log.erased-text", {"subject": subject, "index": first, "number": number}))
        held = [counts for subject, counts in self._nulls.items() if subject not in self._erased]
        if held:
            params = {"number": sum(n for _, n in held), "first": min(first for first, _ in held)}
            self._find(Finding("log.withheld", params, warning=True))
        if self._rows["withheld"]:
            self._find(Finding("log.rows-withheld", {"number": self._rows["withheld"]}, warning=True))
        checkpoints = self._roots()
        for text in self._weak_keys:
            self._find(Finding("log.key-untrusted", {"key": text}, warning=True))
        return Report(
            tuple(self._findings),
            self._left_out,
            len(self._hashes),
            len(self._objects),
            self._rows["checked"],
            self._rows["erased"],
            self._rows["withheld"],
            len(self._erased),
            checkpoints,
        )


def differing(values: Mapping[str, Any], digests: Mapping[str, str], salt: bytes) -> list[str]:
    """Names of the fields whose value is not the one that was digested, or that one side lacks."""
    try:
        made = digests_of(values, salt)
    except (ValueError, RecursionError):
        made = {}
        for name, value in values.items():
            try:
                made[name] = digest(name, value, salt)
            except (ValueError, RecursionError):
                made[name] = ""  # not a value that could have been digested
    if made == digests:
        return []
    return sorted(n for n in made.keys() | digests.keys() if made.get(n) != digests.get(n))


def verify_log(
    entries: Iterable[LoggedEntry],
    rows: Iterable[Row],
    checkpoints: Iterable[SignedCheckpoint],
    *,
    origin: str,
    keys: Iterable[VerifierKey] = (),
    trusted: Iterable[VerifierKey] = (),
) -> Report:
    """Verify a log that is at hand; see :class:`LogVerifier` for the parameters."""
    verifier = LogVerifier(origin, keys, trusted)
    for entry in entries:
        verifier.entry(entry)
    for row in rows:
        verifier.row(row)
    for signed in checkpoints:
        verifier.checkpoint(signed)
    return verifier.finish()


def verify_export(
    path: Path, *, trusted: Iterable[VerifierKey] = (), checkpoints: Iterable[SignedCheckpoint] = ()
) -> Report:
    """Verify an export, with further checkpoints that were kept elsewhere.

    Raises
    ------
    InputProblems
        When the file is not an export from beginning to end.
    """
    verifier = LogVerifier("")
    for record in chain(read_export(path), checkpoints):
        match record:
            case Header():
                verifier = LogVerifier(record.origin, record.keys, trusted)
            case LoggedEntry():
                verifier.entry(record)
            case Row():
                verifier.row(record)
            case SignedCheckpoint():
                verifier.checkpoint(record)
    return verifier.finish()
