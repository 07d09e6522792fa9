"""What is still coming in: sealed pieces in ``<home>/uploads``, each upload in a folder of its own.

``data``
    Whole pieces, as they will stand in ``<home>/files``: a finished upload gets its place without being
    written again.
``state``
    Sealed: the file's key, how much is acknowledged, and what is not yet a whole piece.  It is replaced after
    the data is on the disk, so that what was acknowledged survives a power cut, and what was not is cut off.
``about``
    Announced size and a token of the sender's address, for the limits; its age is the upload's age.
``preview``
    Made when the upload is whole.

The folder's name is a digest of the upload's identifier: who reads the disk cannot go on with an upload.
Sealed with a key from the key folder, because what an unknown person sends may be what they must not be
found with.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from django.conf import settings

from amana.casework.audit.keyring import InvalidToken, keyring
from amana.casework.common.ids import new_id
from amana.casework.files.limits import KEPT, Waiting
from amana.casework.files.places import room, sync_folder, uploads_folder, write_all, write_whole
from amana.casework.files.sealing import FULL, Damaged, Filling, Reader, new_key
from amana.problems import InputProblem, InputProblems

NOBODY = "-"
"""Address of what came with a form, for which the limits of uploads do not hold."""


def gone() -> InputProblems:
    """The fault for an upload that is not there: used, expired, somebody else's, or never begun."""
    return InputProblems([InputProblem("files.upload-gone")])


@dataclass
class State:
    """What is known of an upload.

    Attributes
    ----------
    holder
        Token of who began it; nobody else sees it.
    length
        Announced size; None for what comes with a form.
    size, tail
        Acknowledged bytes, and those of them that are not yet a whole piece.
    whole
        What was found when all was there: SHA-256, kind, media type, claims.
    """

    file_id: str
    key: str
    holder: str
    length: int | None
    sha256: str | None = None
    name: str = ""
    pieces: int = 0
    size: int = 0
    tail: str = ""
    whole: dict[str, Any] = field(default_factory=dict)


class Pending:
    """One upload."""

    def __init__(self, token: str, state: State) -> None:
        self.token, self.state = token, state
        self.folder = _folder(token)

    # --- begin and find --------------------------------------------------------------------------

    @classmethod
    def begin(
        cls,
        *,
        holder: str,
        length: int | None,
        address: str = NOBODY,
        name: str = "",
        sha256: str | None = None,
    ) -> Self:
        """A new upload, on the disk when this returns."""
        token = secrets.token_urlsafe(32)
        state = State(str(new_id()), new_key().decode(), holder, length, sha256, name)
        made = cls(token, state)
        with room():
            try:
                made.folder.mkdir(mode=0o700)
                write_whole(made.folder / "about", f"{length or 0} {address}\n".encode())
                made._keep()
                sync_folder(uploads_folder())
            except BaseException:
                made.discard()
                raise
        return made

    @classmethod
    @contextmanager
    def found(cls, token: str, holder: str | None) -> Iterator[Self]:
        """The upload with this identifier, for as long as the block lasts to this caller alone.

        Parameters
        ----------
        holder
            Who asks; None only for a caller that knows the upload as its own.

        Raises
        ------
        InputProblems
            ``files.upload-gone``, also for what is somebody else's.
        """
        folder = _folder(token)
        if not folder.is_dir() or _age(folder) > KEPT.total_seconds():
            raise gone()
        try:
            lock = os.open(folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600)
        except FileNotFoundError:  # removed a moment ago
            raise gone() from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            state = cls._read(folder)
            if holder is not None and not secrets.compare_digest(state.holder, holder):
                raise gone()
            yield cls(token, state)
        finally:
            os.close(lock)

    @staticmethod
    def _read(folder: Path) -> State:
        try:
            sealed = (folder / "state").read_bytes()
            return State(**json.loads(keyring().box("uploads").decrypt(sealed)))
        except (OSError, InvalidToken, ValueError, TypeError):
            raise gone() from None

    def _keep(self) -> None:
        text = json.dumps(self.state.__dict__).encode()
        write_whole(self.folder / "state", keyring().box("uploads").encrypt(text))

    # --- fill ------------------------------------------------------------------------------------

    def append(self, parts: Iterable[bytes]) -> None:
        """Take more bytes; they are acknowledged when this returns, and none of them is if it raises.

        Raises
        ------
        InputProblems
            ``files.no-room``, and ``files.more-than-announced``.
        """
        inlet = Inlet(self)
        try:
            for data in parts:
                inlet.add(data)
            inlet.acknowledge()
        finally:
            inlet.close()

    def end(self) -> None:
        """Write the last piece."""
        inlet = Inlet(self)
        try:
            inlet.end()
        finally:
            inlet.close()

    def keep_whole(self, whole: dict[str, Any], preview: bytes) -> None:
        """Note what was found of the whole, with its sealed preview beside it."""
        with room():
            write_whole(self.folder / "preview", preview)
            self.state.whole, self.state.tail = whole, ""
            self._keep()

    # --- use -------------------------------------------------------------------------------------

    @property
    def file_id(self) -> UUID:
        """Identifier that the stored file will have."""
        return UUID(self.state.file_id)

    @property
    def key(self) -> bytes:
        """The file's key."""
        return self.state.key.encode()

    def reader(self) -> Reader:
        """The content, after :meth:`end`.

        Raises
        ------
        InputProblems
            ``files.upload-gone``.
        """
        try:
            return Reader(self.folder / "data", self.key, self.file_id, self.state.size)
        except Damaged:
            raise gone() from None

    def discard(self) -> None:
        """Remove it."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Inlet:
    """The way in: writes whole pieces as they come.  What is not acknowledged is cut off again."""

    def __init__(self, pending: Pending) -> None:
        state = pending.state
        if state.whole:
            raise RuntimeError("this upload is whole: its data may be a stored file already")
        tail = base64.b64decode(state.tail)
        self._pending = pending
        self._filling = Filling(pending.key, pending.file_id, state.length, state.pieces, tail)
        self._start: int | None = state.pieces * FULL
        with room():
            self._descriptor = os.open(pending.folder / "data", os.O_WRONLY | os.O_CREAT, 0o600)
        self._cut()
        os.lseek(self._descriptor, state.pieces * FULL, os.SEEK_SET)

    @property
    def size(self) -> int:
        """Bytes of content so far."""
        return self._filling.size

    def add(self, data: bytes) -> None:
        """Take these bytes.

        Raises
        ------
        InputProblems
            ``files.no-room``, and ``files.more-than-announced``.
        """
        length = self._pending.state.length
        if length is not None and self.size + len(data) > length:
            raise InputProblems([InputProblem("files.more-than-announced")])
        with room():
            for piece in self._filling.add(data):
                write_all(self._descriptor, piece)

    def acknowledge(self) -> None:
        """What came in is on the disk, and known to be."""
        state = self._pending.state
        before = state.pieces, state.size, state.tail
        try:
            with room():
                os.fsync(self._descriptor)
                state.pieces, state.size = self._filling.index, self.size
                state.tail = base64.b64encode(self._filling.tail).decode()
                self._pending._keep()
        except BaseException:
            state.pieces, state.size, state.tail = before
            raise
        self._start = None

    def end(self) -> None:
        """Write the last piece."""
        with room():
            write_all(self._descriptor, self._filling.end())
            os.fsync(self._descriptor)
        self._start = None

    def close(self) -> None:
        """Let go; without an acknowledgement nothing has happened."""
        if self._descriptor < 0:
            return
        with suppress(OSError):
            self._cut()
        os.close(self._descriptor)
        self._descriptor = -1

    def _cut(self) -> None:
        if self._start is not None:
            os.ftruncate(self._descriptor, self._start)


def _folder(token: str) -> Path:
    return uploads_folder() / hashlib.sha256(token.encode(errors="replace")).hexdigest()[:40]


@contextmanager
def counted() -> Iterator[list[Waiting]]:
    """Everything that is coming in, while nobody else begins an upload."""
    path = uploads_folder() / "begin.lock"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield list(_waiting())


def _waiting() -> Iterator[Waiting]:
    for folder in _folders():
        try:
            size, address = (folder / "about").read_text(encoding="ascii").split()
            there = (folder / "data").stat().st_size if (folder / "data").exists() else 0
        except (OSError, ValueError):
            continue
        yield Waiting(max(int(size), there), address)


def _folders() -> Iterator[Path]:
    with os.scandir(uploads_folder()) as entries:
        yield from (Path(e.path) for e in entries if e.is_dir(follow_symlinks=False))


def _age(path: Path) -> float:
    about = path / "about" if path.is_dir() else path
    try:
        return time.time() - about.stat().st_mtime
    except OSError:
        with suppress(OSError):
            return time.time() - path.stat().st_mtime
        return 0.0


def sweep_uploads() -> int:
    """Remove what has waited too long, whatever it is; returns how many."""
    removed = 0
    for path in list(uploads_folder().iterdir()):
        if path.name == "begin.lock" or _age(path) <= KEPT.total_seconds():
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        removed += 1
    return removed


def discard_of(file_ids: set[UUID]) -> int:
    """Remove uploads that these files came from, where one is still there; returns how many."""
    removed = 0
    for folder in list(_folders()):
        try:
            state = Pending._read(folder)
        except InputProblems:
            continue
        if UUID(state.file_id) in file_ids:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def pending_bytes() -> int:
    """Bytes on the disk of what is coming in."""
    return sum(p.stat().st_size for p in Path(settings.HOME, "uploads").rglob("*") if p.is_file())
