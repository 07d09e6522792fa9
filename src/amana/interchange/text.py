"""Bytes to text, and text to numbers, as offices really write them."""

from __future__ import annotations

import difflib
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterable
from pathlib import Path

from amana.interchange.collecting import Problems

LARGEST = 256 * 2**20
"""Bytes; a larger file is not one of ours, and must not fill the memory."""

_WESTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫\u00a0\u202f", "01234567890123456789.  ")
# Direction marks and byte order marks come along when text is copied from a document.
_INVISIBLE = dict.fromkeys([0x061C, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def clean(text: str) -> str:
    """Without spaces around, with single spaces inside, with Western digits, without invisible marks.

    >>> clean(" ١٢ ")
    '12'
    """
    return " ".join(text.translate(_WESTERN).translate(_INVISIBLE).split())


def number(text: str) -> float | None:
    """A number written with decimal point or decimal comma, or None.

    >>> number("0,25"), number("٠٫٢٥"), number("a few")
    (0.25, 0.25, None)
    """
    text = clean(text)
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else None


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three known names most like ``name``; if none is like it, the first five."""
    names = [k for k in dict.fromkeys(known) if k]
    folded = {n.casefold(): n for n in names}
    close = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    return tuple(folded[c] for c in close) or tuple(names[:5])


def read_bytes(path: Path, file: str, problems: Problems) -> bytes | None:
    """Content of a file, or None with a fault noted."""
    try:
        if path.stat().st_size > LARGEST:
            problems.fault("file.too-large", file, limit=LARGEST // 2**20)
            return None
        return path.read_bytes()
    except FileNotFoundError:
        problems.fault("file.missing", file)
    except OSError as error:
        problems.fault("file.unreadable", file, reason=error.strerror or type(error).__name__)
    return None


def unzipped(data: bytes, file: str, problems: Problems) -> bytes | None:
    """Content of gzip data; other data as it is."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as unpacked:
            found = unpacked.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error):
        problems.fault("file.bad-gzip", file)
        return None
    if len(found) > LARGEST:
        problems.fault("file.too-large", file, limit=LARGEST // 2**20)
        return None
    return found


def digest(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, file: str, problems: Problems) -> str | None:
    """Text of a file in UTF-8, UTF-16 with mark, or (said in a warning) Windows-1256."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        problems.fault("file.spreadsheet", file)
        return None
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"\0" in data:
            problems.fault("file.not-text", file)
            return None
        text = data.decode("cp1256")
        problems.warn("file.windows-1256", file)
    if "\0" in text:
        problems.fault("file.not-text", file)
        return None
    if not clean(text):
        problems.fault("file.empty", file)
        return None
    return text
