"""Where files stand on the disk, and what happens when there is no room.

``<home>/files/ab/<identifier>``
    Sealed content, and ``<identifier>.preview`` beside it.  Part of every backup.
``<home>/uploads/<digest>/``
    What is still coming in, sealed as well (:mod:`.pending`).  In no backup, and gone after a day.

Both must be on one disk for a file to get its place without being copied; where they are not, it is copied.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings

from amana.problems import InputProblem, InputProblems

KEEP_FREE = 200 * 10**6
"""Bytes that are left free, so that the database can always write."""
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def files_folder() -> Path:
    """Where content is kept."""
    return _made(Path(settings.HOME) / "files")


def uploads_folder() -> Path:
    """Where content comes in."""
    return _made(Path(settings.HOME) / "uploads")


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def place_of(file_id: UUID) -> Path:
    """Where a file's content is.  The end of the identifier is random, its beginning is the time."""
    return Path(settings.HOME) / "files" / file_id.hex[-2:] / file_id.hex


def preview_place(file_id: UUID) -> Path:
    """Where a file's preview is."""
    place = place_of(file_id)
    return place.with_name(f"{place.name}.preview")


def no_room() -> InputProblems:
    """The one fault for a disk that is full."""
    return InputProblems([InputProblem("files.no-room")])


@contextmanager
def room() -> Iterator[None]:
    """Turn a full disk into ``files.no-room``.

    Raises
    ------
    InputProblems
        When a write in the block finds no room.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise no_room() from None
        raise


def ask_for_room(length: int) -> None:
    """Refuse before anything is written what would fill the disk.

    Raises
    ------
    InputProblems
        ``files.no-room``.
    """
    if shutil.disk_usage(settings.HOME).free - length < KEEP_FREE:
        raise no_room()


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte, or raise."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def write_whole(place: Path, data: bytes) -> None:
    """A file that is there whole or not at all, on the disk when this returns."""
    fresh = place.with_name(f"{place.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        write_all(descriptor, data)
        os.fsync(descriptor)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
    os.replace(fresh, place)
    sync_folder(place.parent)


def sync_folder(folder: Path) -> None:
    """The names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put(source: Path, place: Path) -> None:
    """Give what came in its place, under a second name: the first stays until the row is committed.

    A row that is rolled back leaves a file without a row, which :func:`.upkeep.sweep` removes, and the
    upload can be claimed again.
    """
    files_folder()
    if not place.parent.exists():
        place.parent.mkdir(mode=0o700, exist_ok=True)
        sync_folder(place.parent.parent)
    os.utime(source)  # its age counts from now
    try:
        os.link(source, place)
    except FileExistsError:
        return  # from an attempt that was rolled back, or is a moment ahead: the same content either way
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise
        _copied(source, place)  # another disk, or one without second names
    sync_folder(place.parent)


def _copied(source: Path, place: Path) -> None:
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        shutil.copyfile(source, fresh)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(fresh, place)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def remove(file_id: UUID) -> bool:
    """Remove a file's content and preview; whether any was there."""
    found = False
    for place in (place_of(file_id), preview_place(file_id)):
        with suppress(FileNotFoundError):
            place.unlink()
            found = True
    if found:
        sync_folder(place_of(file_id).parent)
    return found
