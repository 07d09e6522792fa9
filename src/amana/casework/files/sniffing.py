"""What a file is, from its content alone: a name or a type that a sender gives is never believed."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

import filetype

from amana.casework.files.pictures import Unusable, opened_picture
from amana.problems import InputProblem, InputProblems

HEAD = 8192
"""Bytes from the beginning that are enough to know a file by."""

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS: Mapping[str, Mapping[str, str]] = {
    "image": {
        "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif",
        "image/heic": "heic", "image/avif": "avif", "image/tiff": "tif", "image/bmp": "bmp",
    },
    "video": {
        "video/mp4": "mp4", "video/x-m4v": "m4v", "video/quicktime": "mov", "video/3gpp": "3gp",
        "video/webm": "webm", "video/x-matroska": "mkv", "video/x-msvideo": "avi", "video/mpeg": "mpg",
    },
    "sound": {
        "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/ogg": "ogg", "audio/amr": "amr", "audio/aac": "aac",
        "audio/x-wav": "wav", "audio/x-flac": "flac",
    },
    "pdf": {"application/pdf": "pdf"},
    "list": {"text/csv": "csv", _XLSX: "xlsx", "application/vnd.oasis.opendocument.spreadsheet": "ods"},
}  # fmt: skip
KINDS = tuple(_KINDS)
"""Every kind that there is."""
_KIND_OF = {media_type: kind for kind, types in _KINDS.items() for media_type in types}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Sniffed:
    """What a file is: one of :data:`KINDS`, and its media type."""

    kind: str
    media_type: str


def ending(media_type: str) -> str:
    """The ending that a name gets when it is given out."""
    return _KINDS[_KIND_OF[media_type]][media_type] if media_type in _KIND_OF else "bin"


def sniffed_head(head: bytes) -> Sniffed | None:
    """What a file seems to be by its beginning; None for what Amana never takes."""
    guess = filetype.guess(head)
    media_type = guess.mime if guess is not None else None
    # The letters BM alone make a bitmap for the library; many a list begins with them.
    if media_type in (None, "image/bmp") and _is_table(head):
        media_type = "text/csv"
    if media_type not in _KIND_OF:
        return None
    return Sniffed(_KIND_OF[media_type], media_type)


def _is_table(head: bytes) -> bool:
    """Plain text that is no markup and no program; whether its columns make sense is for its reader."""
    text = _as_text(head)
    return (
        text is not None and not _CONTROLS.search(text) and text.lstrip("\ufeff \t\r\n")[:1] not in ("<", "")
    )


def _as_text(head: bytes) -> str | None:
    if b"\0" in head:
        return None
    for encoding in ("utf-8-sig", "cp1256"):
        # A letter of several bytes may be cut at the end of the head.
        for cut in range(4 if len(head) >= HEAD else 1):
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


def sniff(content: IO[bytes]) -> Sniffed:
    """What a file is; a picture that Amana can show must open as what it begins like.

    Raises
    ------
    InputProblems
        ``files.wrong-type`` for everything that is not one of :data:`KINDS`, such as web pages, drawings with
        script in them, archives and programs, whatever their names are.
    """
    content.seek(0)
    head = read_up_to(content, HEAD)
    found = sniffed_head(head)
    if found is None:
        raise InputProblems([InputProblem("files.wrong-type")])
    try:
        with opened_picture(content, found.media_type):
            pass
    except Unusable:
        raise InputProblems([InputProblem("files.wrong-type")]) from None
    return found


def read_up_to(content: Any, most: int) -> bytes:
    """Up to `most` bytes, also from a stream that gives fewer at a time."""
    found = io.BytesIO()
    while (left := most - found.tell()) > 0 and (data := content.read(left)):
        found.write(data)
    return found.getvalue()
