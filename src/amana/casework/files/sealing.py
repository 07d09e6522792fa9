"""How content stands on the disk: pieces of 256 KiB, each sealed with Fernet under the file's own key.

A sealed piece begins with whose it is and where it belongs, so that no piece can be moved to another place or
another file, and none can be left out: the last one carries how many there are.

    4 bytes   what it is a piece of (a file's content, or its preview)
    16 bytes  identifier of the file
    4 bytes   index of the piece, from 0
    4 bytes   number of pieces in the last one, 0 in the others

Fernet (of the package ``cryptography``) writes base64; here its bytes are kept, which saves a quarter.
"""

from __future__ import annotations

import base64
import hashlib
import io
import struct
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken

CHUNK = 256 * 1024
"""Bytes of content in a piece: also what a browser sends at a time, so that a bad line loses no more."""
CONTENT, PREVIEW = b"AMF1", b"AMP1"
_HEAD = struct.Struct(">4s16sII")
_AROUND = 1 + 8 + 16 + 32  # version, time, initialisation vector and HMAC of a Fernet token


class Damaged(Exception):
    """What stands on the disk is not what was written."""


def new_key() -> bytes:
    """A key for one file."""
    return Fernet.generate_key()


def pieces_of(size: int) -> int:
    """In how many pieces `size` bytes are kept."""
    return max(1, -(-size // CHUNK))


def sealed_length(length: int) -> int:
    """Bytes on the disk of a piece with `length` bytes of content."""
    return _AROUND + 16 * ((_HEAD.size + length) // 16 + 1)


FULL = sealed_length(CHUNK)
"""Bytes on the disk of every piece but the last."""


def sealed_size(size: int) -> int:
    """Bytes on the disk of `size` bytes of content."""
    before = pieces_of(size) - 1
    return before * FULL + sealed_length(size - before * CHUNK)


def seal_piece(
    key: bytes, file_id: UUID, index: int, data: bytes, *, last: bool, what: bytes = CONTENT
) -> bytes:
    """One piece as it stands on the disk."""
    head = _HEAD.pack(what, file_id.bytes, index, index + 1 if last else 0)
    return base64.urlsafe_b64decode(Fernet(key).encrypt(head + data))


def open_piece(
    key: bytes, file_id: UUID, index: int, sealed: bytes, *, pieces: int, what: bytes = CONTENT
) -> bytes:
    """The content of one piece.

    Raises
    ------
    Damaged
        If it was changed, or is not piece `index` of `pieces` of this file.
    """
    try:
        plain = Fernet(key).decrypt(base64.urlsafe_b64encode(sealed))
    except InvalidToken:
        raise Damaged from None
    wanted = _HEAD.pack(what, file_id.bytes, index, pieces if index + 1 == pieces else 0)
    if plain[: _HEAD.size] != wanted:
        raise Damaged
    return plain[_HEAD.size :]


class Filling:
    """Turns bytes as they come into pieces, with what is not yet a whole piece kept back.

    Parameters
    ----------
    length
        How many bytes there will be, where that is known: the last piece is recognised by it.
    index, tail
        Where an earlier filling stopped.
    """

    def __init__(
        self, key: bytes, file_id: UUID, length: int | None = None, index: int = 0, tail: bytes = b""
    ) -> None:
        self._key, self._id, self._length = key, file_id, length
        self.index, self._tail = index, bytearray(tail)

    @property
    def size(self) -> int:
        """Bytes of content so far."""
        return self.index * CHUNK + len(self._tail)

    @property
    def tail(self) -> bytes:
        """What is kept back."""
        return bytes(self._tail)

    def add(self, data: bytes) -> Iterator[bytes]:
        """The pieces that are whole with this data; the one that may be the last is kept back."""
        self._tail += data
        while len(self._tail) > CHUNK or (len(self._tail) == CHUNK and self._more_comes()):
            yield self._sealed(bytes(self._tail[:CHUNK]), last=False)
            del self._tail[:CHUNK]
            self.index += 1

    def end(self) -> bytes:
        """The last piece."""
        return self._sealed(bytes(self._tail), last=True)

    def _more_comes(self) -> bool:
        return self._length is not None and (self.index + 1) * CHUNK < self._length

    def _sealed(self, data: bytes, *, last: bool) -> bytes:
        return seal_piece(self._key, self._id, self.index, data, last=last)


class Reader(io.RawIOBase):
    """The content of a sealed file, read from any place in it; each piece is checked before it is given."""

    def __init__(self, path: Path, key: bytes, file_id: UUID, size: int) -> None:
        self._key, self._id, self.size = key, file_id, size
        self._place = 0
        self._piece: tuple[int, bytes] = (-1, b"")
        try:
            self._file = path.open("rb")
        except OSError:
            raise Damaged from None

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        self._place = max(0, start + offset)
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Up to the end of the piece that this place is in."""
        if self._place >= self.size:
            return 0
        index, within = divmod(self._place, CHUNK)
        data = self._opened(index)[within : within + len(buffer)]
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def _opened(self, index: int) -> bytes:
        if self._piece[0] != index:
            pieces = pieces_of(self.size)
            length = CHUNK if index + 1 < pieces else self.size - index * CHUNK
            try:
                self._file.seek(index * FULL)
                sealed = self._file.read(sealed_length(length))
            except OSError:
                raise Damaged from None
            data = open_piece(self._key, self._id, index, sealed, pieces=pieces)
            if len(data) != length:
                raise Damaged
            self._piece = (index, data)
        return self._piece[1]

    def close(self) -> None:
        """Let go of the file."""
        if not self.closed and hasattr(self, "_file"):
            self._file.close()
        super().close()

    def part(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to `stop`, piece by piece."""
        self.seek(start)
        while self._place < stop:
            data = self.read(min(CHUNK, stop - self._place))
            if not data:
                raise Damaged
            yield data

    def whole(self, sha256: str) -> Iterator[bytes]:
        """All of it; the last piece is given only when the hash of all is the expected one.

        So nobody gets to the end of a file that is not what was given.

        Raises
        ------
        Damaged
            Before the last piece, if the hash is another one.
        """
        digest, held = hashlib.sha256(), b""
        for data in self.part(0, self.size):
            digest.update(data)
            if held:
                yield held
            held = data
        if digest.hexdigest() != sha256:
            raise Damaged
        yield held
