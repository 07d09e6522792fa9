"""Taking content in, and finding out what it is: before any transaction, because it may take long."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any
from uuid import UUID

from amana.casework.files.claims import Claims, claims_in
from amana.casework.files.limits import LARGEST, too_large
from amana.casework.files.names import clean_name
from amana.casework.files.pending import Pending, gone
from amana.casework.files.pictures import blurred
from amana.casework.files.places import ask_for_room
from amana.casework.files.sealing import CHUNK, PREVIEW, Damaged, Reader, seal_piece
from amana.casework.files.sniffing import KINDS, sniff
from amana.problems import InputProblem, InputProblems

_ASK_EVERY = 64  # pieces


@dataclass(frozen=True)
class Received:
    """A file that is here, whole and sealed, and of no record yet.

    ``token`` finds it again for a day; a form that had another fault carries it in place of the file.
    """

    pending: Pending

    @property
    def token(self) -> str:
        """Identifier of the upload."""
        return self.pending.token

    @property
    def file_id(self) -> UUID:
        """Identifier that the stored file will have."""
        return self.pending.file_id

    @property
    def size(self) -> int:
        """Bytes that were given."""
        return self.pending.state.size

    @property
    def sha256(self) -> str:
        """Their hash, in hex."""
        return str(self.pending.state.whole["sha256"])

    @property
    def kind(self) -> str:
        """One of :data:`~.sniffing.KINDS`."""
        return str(self.pending.state.whole["kind"])

    @property
    def media_type(self) -> str:
        """From the content."""
        return str(self.pending.state.whole["media_type"])

    @property
    def name(self) -> str:
        """What the sender called it, cleaned."""
        return self.pending.state.name

    @property
    def claims(self) -> Claims:
        """What the file says of place and time."""
        return Claims(**self.pending.state.whole["claims"])

    def reader(self) -> Reader:
        """The content."""
        return self.pending.reader()

    def discard(self) -> None:
        """Remove it; what was stored from it stays."""
        self.pending.discard()


@dataclass(frozen=True)
class Offered:
    """One file as a form brings it: in the form itself, or as the identifier of a finished upload."""

    file: Any = None
    token: str = ""


def receive(
    stream: IO[bytes],
    *,
    name: str = "",
    holder: str = "",
    accept: Sequence[str] = KINDS,
    largest: int = LARGEST,
) -> Received:
    """Take in a file that comes with a request or from the disk.

    Call it before the transaction that stores it: the database is not kept waiting meanwhile.

    Parameters
    ----------
    holder
        Who may use it later by its token (:func:`~.uploads.holder_of`); nobody else where empty.
    accept
        Kinds that are taken.
    largest
        Bytes.

    Raises
    ------
    InputProblems
        ``files.no-room``, ``files.too-large``, ``files.empty``, ``files.wrong-type``; nothing is left behind.
    """
    ready = getattr(stream, "received_by", None)
    if ready is not None:  # sealed while the request was read
        received: Received = ready(holder)
        try:
            return checked(received, accept, largest)
        except InputProblems:
            received.discard()
            raise
    size = getattr(stream, "size", None)
    if size is not None and size > largest:
        raise too_large_fault(largest)
    ask_for_room(size or 0)
    pending = Pending.begin(
        holder=holder, length=None, name=clean_name(name or getattr(stream, "name", "") or "")
    )
    try:
        pending.append(_parts(stream, largest))
        return checked(finish(pending), accept, largest)
    except BaseException:
        pending.discard()
        raise


def _parts(stream: IO[bytes], largest: int) -> Iterator[bytes]:
    if getattr(stream, "seekable", bool)():
        stream.seek(0)
    size = pieces = 0
    while data := stream.read(CHUNK):
        size += len(data)
        if size > largest:
            raise too_large_fault(largest)
        if (pieces := pieces + 1) % _ASK_EVERY == 0:
            ask_for_room(_ASK_EVERY * CHUNK)
        yield data


def too_large_fault(most: int) -> InputProblems:
    """The fault of a file with more than `most` bytes, to be raised."""
    return InputProblems([too_large(most)])


def finish(pending: Pending) -> Received:
    """Look at what came in whole: hash, type, claims, preview.

    Raises
    ------
    InputProblems
        ``files.empty``, ``files.hash-differs``, ``files.wrong-type``, ``files.no-room``.
    """
    if pending.state.whole:
        return Received(pending)
    if not pending.state.size:
        raise InputProblems([InputProblem("files.empty")])
    pending.end()
    try:
        with pending.reader() as content:
            digest = hashlib.sha256()
            for part in content.part(0, content.size):
                digest.update(part)
            declared = pending.state.sha256
            if declared is not None and declared != digest.hexdigest():
                raise InputProblems([InputProblem("files.hash-differs")])
            found = sniff(content)  # type: ignore[arg-type]
            claims = claims_in(content, found.media_type)
            preview = blurred(content, found.media_type)
    except Damaged:
        raise gone() from None
    whole = {
        "sha256": digest.hexdigest(), "kind": found.kind, "media_type": found.media_type,
        "claims": claims.as_json(),
    }  # fmt: skip
    pending.keep_whole(whole, seal_piece(pending.key, pending.file_id, 0, preview, last=True, what=PREVIEW))
    return Received(pending)


def checked(received: Received, accept: Sequence[str], largest: int) -> Received:
    """The file, if it is of a kind and size that is wanted here.

    Raises
    ------
    InputProblems
        ``files.wrong-type``, ``files.too-large``.
    """
    if received.kind not in accept:
        raise InputProblems([InputProblem("files.wrong-type")])
    if received.size > largest:
        raise too_large_fault(largest)
    return received


def finished(token: str, *, holder: str, accept: Sequence[str] = KINDS, largest: int = LARGEST) -> Received:
    """An upload of which everything is here.

    Raises
    ------
    InputProblems
        ``files.upload-gone``, also for what is somebody else's; ``files.unfinished``; and those of
        :func:`receive`.
    """
    with Pending.found(token, holder) as pending:
        if pending.state.size != pending.state.length and not pending.state.whole:
            raise InputProblems([InputProblem("files.unfinished")])
        return checked(finish(pending), accept, largest)


def receive_all(
    offered: Iterable[Offered],
    *,
    holder: str,
    accept: Sequence[str] = KINDS,
    largest: int = LARGEST,
    most: int = 20,
    field: str = "files",
) -> list[Received]:
    """Everything that a form brings, or every fault of it.

    Raises
    ------
    InputProblems
        With every fault, in the form's field, and with the file's place in the form as its row.
    """
    rows = list(offered)
    if len(rows) > most:
        raise InputProblems([InputProblem("files.too-many-at-once", field=field, params={"most": most})])
    found: list[Received] = []
    faults: list[InputProblem] = []
    for row, one in enumerate(rows, 1):
        try:
            if one.token:
                found.append(finished(one.token, holder=holder, accept=accept, largest=largest))
            else:
                found.append(receive(one.file, holder=holder, accept=accept, largest=largest))
        except InputProblems as problems:
            faults += [replace(p, field=field, row=row if len(rows) > 1 else None) for p in problems.problems]
    if faults:
        uploads = {one.token for one in rows if one.token}  # these stay, to be named again
        for received in found:
            if received.token not in uploads:
                received.discard()
        raise InputProblems(faults)
    return found
