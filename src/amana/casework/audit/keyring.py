"""Keys: of the register, of the log, and one for each data subject.

All stand in the key folder (:mod:`amana.casework.home`), outside the database and its backup:

``master.keys``
    Master keys, newest first, one a line.  They wrap the subjects' keys and other secrets.
``subjects.sqlite3``
    One wrapped key per subject.  Destroying a row destroys every text about that person; that it was
    destroyed is kept, so that a restored database is told to erase the person again.
``index.key``, ``salt.key``
    For lookups by phone or document number, and for the salts of entries that are about no person.
``log.skey``, ``log.checkpoint``, ``witnesses.keys``
    The log's signing key, the last checkpoint signed with it, and the public keys of witnesses
    (:mod:`amana.casework.audit.logkeys`).
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.conf import settings

from amana.casework.keyfiles import secret

SUBJECTS, MASTERS = "subjects.sqlite3", "master.keys"
_TABLES = (
    "CREATE TABLE IF NOT EXISTS subject_key (id TEXT PRIMARY KEY, wrapped BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS destroyed (id TEXT PRIMARY KEY)",
)


class KeysNotThese(Exception):
    """The key folder is not whole, or not the one that this database was written with."""


class KeyDestroyed(Exception):
    """The subject was erased: nothing can open this text any more."""


@dataclass(frozen=True)
class SubjectKey:
    """What one subject's secret gives: a seal for texts and a key for salts, neither telling of the other."""

    secret: bytes

    @cached_property
    def seal(self) -> Fernet:
        """For texts and histories."""
        return Fernet(base64.urlsafe_b64encode(_derived(self.secret, b"amana-seal/1")))

    @cached_property
    def salt(self) -> bytes:
        """For the salts of log entries."""
        return _derived(self.secret, b"amana-salt-key/1")


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=32, info=purpose).derive(key)


class Keyring:
    """The keys in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._masters: tuple[tuple[int, int], MultiFernet] | None = None

    # --- the register's own ---------------------------------------------------------------------

    @cached_property
    def salt(self) -> bytes:
        """Key for the salts of entries that are about no person."""
        return secret(self.folder, "salt")

    def token(self, purpose: str, folded: str) -> str:
        """HMAC-SHA256 of a folded phone or document number, for :class:`~.models.Lookup`."""
        key = secret(self.folder, "index")
        return hmac.digest(key, f"{purpose}\0{folded}".encode(), "sha256").hex()

    @property
    def masters(self) -> MultiFernet:
        """The master keys; read again when the file has changed, so that a rotation needs no restart."""
        path = self.folder / MASTERS
        if not path.exists():
            if self.held():
                raise KeysNotThese("the master keys are gone, and subjects' keys are wrapped with them")
            self._write_masters([Fernet.generate_key()], replace=False)
        state = path.stat()
        stamp = (state.st_mtime_ns, state.st_ino)
        if self._masters is None or self._masters[0] != stamp:
            self._masters = (stamp, MultiFernet([Fernet(k) for k in self._master_keys()]))
        return self._masters[1]

    def _master_keys(self) -> list[bytes]:
        return (self.folder / MASTERS).read_bytes().split()

    def _write_masters(self, keys: Iterable[bytes], *, replace: bool) -> None:
        fresh = self.folder / f".{MASTERS}.{secrets.token_hex(8)}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(b"\n".join(keys) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(fresh, self.folder / MASTERS)
        else:
            with suppress(FileExistsError):
                os.link(fresh, self.folder / MASTERS)
            fresh.unlink()
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)  # the name is on the disk as well
        os.close(folder)

    def rotate(self) -> int:
        """Put a new master key first, wrap every subject's key with it, drop the old ones.

        Returns how many subjects' keys were wrapped again.  A crash in between leaves both keys in the file
        and every row readable; running it again finishes.
        """
        with self._alone(), self._subjects() as db:
            # Under the lock: a key that another process makes meanwhile is wrapped before or after, never
            # with a master key that is about to go.
            self.masters  # noqa: B018 (makes the first one)
            self._write_masters([Fernet.generate_key(), *self._master_keys()], replace=True)
            masters = self.masters
            rows = db.execute("SELECT id, wrapped FROM subject_key").fetchall()
            db.executemany(
                "UPDATE subject_key SET wrapped = ? WHERE id = ?",
                [(masters.rotate(wrapped), key) for key, wrapped in rows],
            )
            db.execute("COMMIT")  # every row is wrapped anew before an old key goes
            self._write_masters(self._master_keys()[:1], replace=True)
            db.execute("BEGIN IMMEDIATE")
        return len(rows)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One rotation at a time, from its first step to its last."""
        with os.fdopen(os.open(self.folder / "rotation.lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def box(self, purpose: str) -> Fernet:
        """A seal for what is about no subject, such as secrets of second factors, under a key of its own.

        Not under the master keys: a rotation wraps the subjects' keys anew and nothing else.
        """
        return Fernet(base64.urlsafe_b64encode(_derived(secret(self.folder, purpose), b"amana-box/1")))

    def opens(self) -> bool:
        """Whether the master keys open a subject's key, if there is any."""
        with self._reading() as db:
            row = db.execute("SELECT wrapped FROM subject_key LIMIT 1").fetchone()
        try:
            return row is None or bool(self.masters.decrypt(row[0]))
        except (InvalidToken, KeysNotThese):
            return False

    def fingerprint(self) -> str:
        """Tells whether these are the keys that a database was written with; says nothing about them."""
        text = "\0".join(self.token("fingerprint", part) for part in ("index", self.salt.hex()))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    # --- subjects --------------------------------------------------------------------------------

    @contextmanager
    def _subjects(self) -> Iterator[sqlite3.Connection]:
        db = self._connected()
        try:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        finally:
            db.close()

    def _connected(self) -> sqlite3.Connection:
        path = self.folder / SUBJECTS
        made = not path.exists() or path.stat().st_size == 0
        db = sqlite3.connect(path, timeout=20, isolation_level=None)
        # DELETE mode: no write-ahead file in which a destroyed key could linger.  The rollback journal is
        # removed, not overwritten; who fears a search of the disk encrypts it, and rotates after an erasure.
        db.execute("PRAGMA secure_delete=ON")
        db.execute("PRAGMA synchronous=FULL")
        if made:
            path.chmod(0o600)
            for table in _TABLES:
                db.execute(table)
        return db

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        db = self._connected()
        try:
            yield db
        finally:
            db.close()

    def make(self, subjects: Iterable[object]) -> None:
        """Keys for new subjects, on the disk before this returns.

        Called before the database's own commit: a key without a subject harms nobody, a subject without a
        key would be lost text.
        """
        wanted = [str(s) for s in subjects]
        with self._subjects() as db:
            masters = self.masters
            rows = [(s, masters.encrypt(os.urandom(32))) for s in wanted]
            db.executemany("INSERT INTO subject_key (id, wrapped) VALUES (?, ?)", rows)

    def of(self, subject: object) -> SubjectKey:
        """The key of one subject.

        Raises
        ------
        KeyDestroyed
            If there is none.
        """
        return self.of_all([subject])[str(subject)]

    def of_all(self, subjects: Iterable[object]) -> dict[str, SubjectKey]:
        """Keys of several subjects, by identifier; none is kept in memory between calls.

        Raises
        ------
        KeyDestroyed
            If one of them has none.
        """
        wanted = list(dict.fromkeys(str(s) for s in subjects))
        found = self.present(wanted)
        if missing := [s for s in wanted if s not in found]:
            raise KeyDestroyed(missing[0])
        return found

    def present(self, subjects: Iterable[object]) -> dict[str, SubjectKey]:
        """Keys of those subjects that still have one."""
        wanted, wrapped = list(dict.fromkeys(str(s) for s in subjects)), {}
        if not wanted:
            return {}
        with self._reading() as db:
            for start in range(0, len(wanted), 500):
                part = wanted[start : start + 500]
                marks = ",".join("?" * len(part))
                wrapped.update(db.execute(f"SELECT id, wrapped FROM subject_key WHERE id IN ({marks})", part))
        try:
            masters = self.masters
            return {key: SubjectKey(masters.decrypt(w)) for key, w in wrapped.items()}
        except InvalidToken:
            # A rotation ended between the two readings; under its lock they fit together.
            with self._alone(), self._reading() as db:
                masters = self.masters
                found = {}
                for key in wrapped:
                    row = db.execute("SELECT wrapped FROM subject_key WHERE id = ?", (key,)).fetchone()
                    if row is not None:
                        found[key] = SubjectKey(masters.decrypt(row[0]))
                return found

    def destroy(self, subjects: Iterable[object]) -> int:
        """Overwrite and remove the keys of these subjects; returns how many were there."""
        gone = [(str(s),) for s in subjects]
        with self._subjects() as db:
            db.executemany("INSERT OR IGNORE INTO destroyed (id) VALUES (?)", gone)
            return sum(db.execute("DELETE FROM subject_key WHERE id = ?", one).rowcount for one in gone)

    def held(self) -> set[str]:
        """Identifiers of every subject that has a key here."""
        with self._reading() as db:
            return {key for (key,) in db.execute("SELECT id FROM subject_key")}

    def destroyed(self) -> set[str]:
        """Identifiers of every subject whose key was destroyed here."""
        with self._reading() as db:
            return {key for (key,) in db.execute("SELECT id FROM destroyed")}


_rings: dict[Path, Keyring] = {}


def keyring() -> Keyring:
    """The keys of this copy."""
    folder = Path(settings.KEYS)
    return _rings.setdefault(folder, Keyring(folder))


__all__ = ["InvalidToken", "KeyDestroyed", "Keyring", "KeysNotThese", "SubjectKey", "keyring"]
