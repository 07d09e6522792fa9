"""A small log of a made-up register, and its export as lines that a test can spoil."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amana.provenance import (
    COSIGNATURE,
    EVENT,
    Checkpoint,
    Entry,
    Frontier,
    Header,
    LoggedEntry,
    Note,
    Row,
    SignedCheckpoint,
    SignerKey,
    digests_of,
    export_line,
    leaf_bytes,
    leaf_hash,
    salt_of,
    sign_note,
)
from amana.provenance.entry import encode_url64

ORIGIN = "example.org/register"
REGISTER_KEY = bytes(range(32))
LOG = SignerKey(ORIGIN, 1, hashlib.sha256(b"log").digest())
WITNESS = SignerKey("witness.example/office", COSIGNATURE, hashlib.sha256(b"witness").digest())
STRANGER = SignerKey("stranger.example", 1, hashlib.sha256(b"stranger").digest())
ERASED_SUBJECT = "person-2"
CHECKPOINTS = (5, 9, 12, 14, 17)
"""Where the sample is signed."""


def unit(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "number": f"U-{number:04}",
        "kind": "bone",
        "note": "عظمة من حفرة",
        "mass_g": 12.5 + number,
        "count": number,
        "sealed": True,
        "parts": ["left", {"side": "L"}],
        "closed": None,
        **changes,
    }


@dataclass
class Log:
    """Entries, rows and checkpoints as they grow."""

    entries: list[LoggedEntry] = field(default_factory=list)
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    keep_hash: bool = True

    def write(
        self,
        action: str,
        object: tuple[str, str],
        values: dict[str, Any],
        *,
        subject: str | None = None,
        schema: str | None = None,
        at: str | None = None,
    ) -> None:
        i = len(self.entries)
        nonce = encode_url64(hashlib.sha256(b"nonce%d" % i).digest()[:16])
        key = REGISTER_KEY if subject is None else hashlib.sha256(subject.encode()).digest()
        salt = salt_of(key, nonce)
        schema = schema or f"{object[0]}/1"
        at = at or f"2026-11-25T22:{i // 60:02}:{i % 60:02}.123456Z"
        digests = digests_of(values, salt)
        entry = Entry(action, "user-1", "recorder", "office-1", at, object, subject, schema, nonce, digests)
        leaf = leaf_bytes(entry)
        stored = leaf_hash(leaf) if self.keep_hash else None
        self.entries.append(LoggedEntry(i, leaf, salt, values, stored))
        self.frontier.append(leaf_hash(leaf))
        if action.endswith(".deleted"):
            self.rows.pop(object, None)
        elif values and not schema.startswith(EVENT):
            self.rows[object] = Row(object, schema, {k: v for k, v in values.items() if k[0] != "_"})

    def sign(self, witnessed: bool = False, key: SignerKey = LOG, origin: str = ORIGIN) -> None:
        text = str(Checkpoint(origin, self.frontier.size, self.frontier.root()))
        note = sign_note(text, key)
        if witnessed:
            note = note.with_signature(WITNESS.sign(text, at=1_795_000_000 + self.frontier.size))
        self.notes.append(note)

    def erase(self, subject: str) -> None:
        values = {"reason": "asked for it"}
        self.write("subject.erased", ("audit.subject", subject), values, schema=f"{EVENT}1")
        for i, logged in enumerate(self.entries):
            if json.loads(logged.leaf)["subject"] == subject:
                self.entries[i] = LoggedEntry(i, logged.leaf, None, None, logged.stored_hash)

    def lines(self) -> list[bytes]:
        header = Header(ORIGIN, (LOG.verifier, WITNESS.verifier), "2026-11-26T00:00:00.000000Z")
        notes = [SignedCheckpoint(str(note)) for note in self.notes]
        return [export_line(r) for r in (header, *self.entries, *self.rows.values(), *notes)]


def sample(keep_hash: bool = True) -> Log:
    """Seventeen entries: written, corrected, opened, deleted, erased; five checkpoints, two witnessed."""
    log = Log(keep_hash=keep_hash)
    for n in range(5):
        log.write("unit.created", ("recovery.unit", str(n)), unit(n))
    log.sign()
    for n in range(4):
        person = {"name": f"Name {n}", "told": "a long story"}
        log.write("person.created", ("person", str(n)), person, subject=f"person-{n}")
    log.sign(witnessed=True)
    log.write("unit.corrected", ("recovery.unit", "1"), unit(1, kind="tooth", _reason="seen again"))
    log.write("person.opened", ("person", "1"), {"field": "told"}, subject="person-1", schema=f"{EVENT}1")
    log.write("unit.deleted", ("recovery.unit", "4"), {})
    log.sign()
    log.erase(ERASED_SUBJECT)
    log.write("unit.corrected", ("recovery.unit", "0"), unit(0, count=7))
    log.sign()
    log.write("person.corrected", ("person", "0"), {"name": "Name 0b", "told": "x"}, subject="person-0")
    log.write("unit.created", ("recovery.unit", "5"), unit(5))
    log.write("unit.corrected", ("recovery.unit", "2"), unit(2, closed="2026-11-25"))
    log.sign(witnessed=True)
    return log


def parsed(lines: Iterable[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines]


def written(records: Iterable[dict[str, Any]], path: Path) -> Path:
    """The export with these lines, in any spelling of JSON."""
    path.write_bytes(b"".join(json.dumps(r, ensure_ascii=False).encode() + b"\n" for r in records))
    return path


def entries(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [r for r in records if r["t"] == "entry"]


def rows(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [r for r in records if r["t"] == "row"]
