"""Files that come with a form: the larger ones are sealed as they arrive, and never lie open on the disk.

Django would write them to a temporary folder as they are, and a crash would leave them there.  Small requests
stay in memory (``FILE_UPLOAD_MAX_MEMORY_SIZE``).
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from amana.casework.files.limits import LARGEST
from amana.casework.files.names import clean_name
from amana.casework.files.pending import Inlet, Pending
from amana.casework.files.places import ask_for_room
from amana.casework.files.receiving import Received, finish, too_large_fault
from amana.casework.files.sealing import CHUNK
from amana.problems import InputProblems

_ASK_EVERY = 64 * CHUNK


class SealedFile(UploadedFile):
    """A file of a request, sealed on the disk; it reads like any other.

    Attributes
    ----------
    problems
        What went wrong while it came in, such as a full disk; raised when the file is used.
    """

    def __init__(self, pending: Pending | None, problems: InputProblems | None, **known: Any) -> None:
        super().__init__(**known)
        self._pending, self.problems, self._kept = pending, problems, False
        if pending is not None and pending.state.size:
            pending.end()
            self.file = pending.reader()

    def received_by(self, holder: str) -> Received:
        """The file as it is stored; from now on it stays when the request ends.

        Raises
        ------
        InputProblems
            What went wrong while it came in, and those of :func:`~.receiving.finish`.
        """
        if self.problems is not None or self._pending is None:
            raise self.problems or InputProblems([])
        self._pending.state.holder = holder
        found = finish(self._pending)
        self._kept = True
        return found

    def close(self) -> None:
        """At the end of the request: remove what nobody took."""
        if self.file is not None:
            self.file.close()
        if self._pending is not None and not self._kept:
            self._pending.discard()


class SealingHandler(FileUploadHandler):
    """Seals one file of a request after the other.

    A fault is kept with the file and the rest of the request is read, so that a page can say what was wrong.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self._pending: Pending | None = None
        self._inlet: Inlet | None = None
        self._problems: InputProblems | None = None
        self._asked = 0
        try:
            ask_for_room(_ASK_EVERY)
            self._pending = Pending.begin(holder="", length=None, name=clean_name(self.file_name or ""))
            self._inlet = Inlet(self._pending)
        except InputProblems as found:
            self._fail(found)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Some of it."""
        if self._inlet is None:
            return
        try:
            if start + len(raw_data) > LARGEST:
                raise too_large_fault(LARGEST)
            if start - self._asked > _ASK_EVERY:
                ask_for_room(_ASK_EVERY)
                self._asked = start
            self._inlet.add(raw_data)
        except InputProblems as found:
            self._fail(found)

    def file_complete(self, file_size: int) -> SealedFile:
        """All of it."""
        pending, problems = self._pending, self._problems
        if self._inlet is not None:
            try:
                self._inlet.acknowledge()
            except InputProblems as found:
                self._fail(found)
                pending, problems = None, found
            else:
                self._inlet.close()
                self._inlet = None
        self._pending = None
        known = {
            "name": self.file_name, "content_type": self.content_type, "size": file_size,
            "charset": self.charset, "content_type_extra": self.content_type_extra,
        }  # fmt: skip
        try:
            return SealedFile(pending, problems, **known)
        except InputProblems as found:  # no room for the last piece
            if pending is not None:
                pending.discard()
            return SealedFile(None, found, **known)

    def upload_interrupted(self) -> None:
        """The line broke."""
        self._fail(None)

    def _fail(self, problems: InputProblems | None) -> None:
        self._problems = problems
        if self._inlet is not None:
            self._inlet.close()
            self._inlet = None
        if self._pending is not None:
            self._pending.discard()
            self._pending = None
