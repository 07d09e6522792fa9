"""Keeping files, and opening them on record.

A station takes a file in (:func:`~.receiving.receive` or :func:`~.receiving.finished`), then in its own
transaction stores it and saves the record that links to it:

    received = receive(request.FILES["photo"], accept=("image",))
    with writing(by, "recovery.photo.added", may="recovery.photograph", on=unit) as log:
        stored = store(log, received, office=by.office, by=by)
        log.save(Photo(unit=unit, file=stored))

Whoever may see that record may open the file through it; the station asks, and says so here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.db import IntegrityError, transaction

from amana.casework.accounts.models import Office
from amana.casework.audit.keyring import InvalidToken, KeyDestroyed, keyring
from amana.casework.audit.models import Subject
from amana.casework.audit.writing import SYSTEM, Log, no_key, writing
from amana.casework.files import places
from amana.casework.files.claims import Claims
from amana.casework.files.limits import LARGEST
from amana.casework.files.models import StoredFile
from amana.casework.files.pending import gone
from amana.casework.files.pictures import Unusable, placeholder, shown
from amana.casework.files.receiving import Received, checked, finished, receive
from amana.casework.files.sealing import PREVIEW, Damaged, Reader, open_piece
from amana.casework.files.sniffing import KINDS, ending
from amana.problems import InputProblem, InputProblems

SHOWN, ORIGINAL = "shown", "original"
"""What is opened: a file to look at it here, or the original to take it away."""
VERIFIED_FIRST = 32 * 1024 * 1024
"""Up to this size all of a file is compared with its hash before its first byte is given."""


# Keeping


def store(
    log: Log,
    source: Received | IO[bytes],
    *,
    office: Office,
    name: str = "",
    subject: Subject | None = None,
    by: Any = None,
    accept: Sequence[str] = KINDS,
    largest: int = LARGEST,
) -> StoredFile:
    """Keep a file: its content is on the disk before this returns, its row is committed with the caller's.

    Parameters
    ----------
    source
        What was received; or a stream, which is then read while the transaction is open, so only small ones.
    name
        What the sender called it, where `source` does not say.
    subject
        The reporter whose file it is: their key seals it, their erasure removes it.
    by
        Who added it; None for somebody without an account.

    Raises
    ------
    InputProblems
        Those of :func:`~.receiving.receive`; ``files.upload-used`` for an upload that is stored already.
    """
    own = not isinstance(source, Received)
    received = receive(source, name=name, accept=accept, largest=largest) if own else source
    checked(received, accept, largest)
    if StoredFile.objects.filter(pk=received.file_id).exists():
        raise _used()
    with places.room():
        try:
            places.put(received.pending.folder / "data", places.place_of(received.file_id))
            places.put(received.pending.folder / "preview", places.preview_place(received.file_id))
        except FileNotFoundError:
            raise gone() from None
    stored = StoredFile(
        id=received.file_id, office=office, subject=subject, added_by=by,
        kind=received.kind, media_type=received.media_type, size=received.size, sha256=received.sha256,
        name=_sealed(subject, received.name.encode()),
        claims=_sealed(subject, json.dumps(received.claims.as_json()).encode()) if received.claims else "",
        sealed_key=_sealed(subject, received.pending.key),
    )  # fmt: skip
    try:
        with writing(log.actor, "files.file.added", reason=log.reason) as inner:
            inner.save(stored)
    except IntegrityError:  # two forms with one upload, at once
        raise _used() from None
    transaction.on_commit(received.discard)
    return stored


def claim(
    token: str,
    log: Log,
    *,
    holder: str,
    office: Office,
    subject: Subject | None = None,
    by: Any = None,
    accept: Sequence[str] = KINDS,
    largest: int = LARGEST,
) -> StoredFile:
    """Keep a finished upload.  If the transaction is rolled back, the upload is still there.

    Parameters
    ----------
    token
        Identifier of the upload, as the form brought it.
    holder
        :func:`~.uploads.holder_of` the request.

    Raises
    ------
    InputProblems
        Those of :func:`~.receiving.finished` and :func:`store`.
    """
    received = finished(token, holder=holder, accept=accept, largest=largest)
    return store(log, received, office=office, subject=subject, by=by, accept=accept, largest=largest)


def _used() -> InputProblems:
    return InputProblems([InputProblem("files.upload-used")])


def _sealed(subject: Subject | None, data: bytes) -> str:
    if not data:
        return ""
    try:
        box = keyring().of(subject.pk).seal if subject is not None else keyring().box("files")
    except KeyDestroyed:
        assert subject is not None
        raise InputProblems([no_key(subject.pk)]) from None
    return box.encrypt(data).decode()


def _unsealed(stored: StoredFile, token: str) -> bytes:
    if stored.is_erased:
        raise InputProblems([InputProblem("protected.erased")])
    try:
        box = keyring().of(stored.subject_id).seal if stored.subject_id else keyring().box("files")
        return box.decrypt(token.encode()) if token else b""
    except KeyDestroyed:
        raise InputProblems([no_key(stored.subject_id)]) from None
    except InvalidToken:
        raise Damaged from None


# Reading


def claims_of(stored: StoredFile) -> Claims:
    """What the file says of place and time, for a calculation or an offer that the caller puts on record.

    Raises
    ------
    InputProblems
        After an erasure.
    """
    text = _unsealed(stored, stored.claims)
    return Claims(**json.loads(text)) if text else Claims()


def open_name(
    by: Any, stored: StoredFile, reason: str, *, may: str | None = None, on: object | None = None
) -> str:
    """Show what the sender called the file: it may name a witness, so that it was shown is on record.

    Raises
    ------
    InputProblems
        Without a reason, or after an erasure.
    """
    _ask_reason(stored, reason, always=True)
    with writing(by, "files.file.name-opened", may=may, on=on, reason=reason.strip()) as log:
        log.note("files.file", stored.pk, {"field": "name"}, subject=stored.subject_id)
    return _unsealed(stored, stored.name).decode()


@dataclass(frozen=True)
class Opened:
    """A file that was opened, with the stream of its content."""

    stored: StoredFile
    reader: Reader

    @property
    def file_name(self) -> str:
        """What it is called outside: by its hash, never as its sender called it."""
        return f"{self.stored.sha256[:16]}.{ending(self.stored.media_type)}"

    def content(self) -> Iterator[bytes]:
        """All of it; without its last piece if it is not what was given.

        Raises
        ------
        InputProblems
            ``files.damaged``.
        """
        with self.reader, damage_told(self.stored):
            yield from self.reader.whole(self.stored.sha256)

    def part(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to `stop`, each piece checked by its seal.

        Raises
        ------
        InputProblems
            ``files.damaged``.
        """
        with self.reader, damage_told(self.stored):
            yield from self.reader.part(start, stop)


def open_file(
    by: Any,
    stored: StoredFile,
    reason: str = "",
    *,
    what: str = ORIGINAL,
    may: str | None = None,
    on: object | None = None,
) -> Opened:
    """Open a file: the entry is in the log before the first byte is given.

    Parameters
    ----------
    reason
        Why; it must be said for a file that is a reporter's own.
    what
        :data:`SHOWN` or :data:`ORIGINAL`.
    may, on
        The station's permission and the record that links to the file; the caller has asked already, here
        they are asked again and name the role in the log.

    Raises
    ------
    PermissionDenied
        Without the permission.
    InputProblems
        Without a reason; after an erasure; ``files.damaged`` for what is not what was given.
    """
    _ask_reason(stored, reason)
    opened = content_of(stored)
    if stored.size <= VERIFIED_FIRST:
        with damage_told(stored):
            for _ in opened.reader.whole(stored.sha256):
                pass
    with writing(by, "files.file.opened", may=may, on=on, reason=reason.strip()) as log:
        log.note("files.file", stored.pk, {"what": what}, subject=stored.subject_id)
    return opened


def _ask_reason(stored: StoredFile, reason: str, *, always: bool = False) -> None:
    if (always or stored.subject_id) and not reason.strip():
        raise InputProblems([InputProblem("protected.needs-reason", field="reason")])


def content_of(stored: StoredFile) -> Opened:
    """The content without an entry: for a calculation that the caller puts on record, or after an opening.

    Raises
    ------
    InputProblems
        After an erasure; ``files.damaged``.
    """
    with damage_told(stored):
        key = _unsealed(stored, stored.sealed_key)
        return Opened(stored, Reader(places.place_of(stored.pk), key, stored.pk, stored.size))


def shown_picture(stored: StoredFile) -> bytes:
    """A picture to look at: upright, without what the camera wrote into it.

    Raises
    ------
    InputProblems
        ``files.cannot-show`` for what is not decoded here; ``files.damaged``.
    """
    with content_of(stored).reader as content, damage_told(stored):
        try:
            return shown(content, stored.media_type)
        except Unusable:
            raise InputProblems([InputProblem("files.cannot-show")]) from None


def preview(stored: StoredFile) -> bytes:
    """A small blurred grey JPEG; a flat grey one for whatever has none.  Never an error, never an entry."""
    try:
        key = _unsealed(stored, stored.sealed_key)
        sealed = places.preview_place(stored.pk).read_bytes()
        return open_piece(key, stored.pk, 0, sealed, pieces=1, what=PREVIEW)
    except (Damaged, OSError, InputProblems):
        return placeholder()


class damage_told:
    """In the block: what is damaged is noted in the log and becomes ``files.damaged``."""

    def __init__(self, stored: StoredFile) -> None:
        self._stored = stored

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        """Tell of damage.

        Raises
        ------
        InputProblems
            ``files.damaged``.
        """
        if not isinstance(error, Damaged):
            return
        with writing(SYSTEM, "files.file.found-damaged") as log:
            log.note(
                "files.file",
                self._stored.pk,
                {"sha256": self._stored.sha256},
                subject=self._stored.subject_id,
            )
        raise InputProblems([damaged(self._stored)]) from None


def damaged(stored: StoredFile) -> InputProblem:
    """The fault of a file whose content is not what was given, or is gone."""
    return InputProblem("files.damaged", params={"sha256": stored.sha256[:16]})
