"""Pictures by Pillow: what is shown of them before and after they are opened.

Before: a few dozen grey squares, blurred, from which nobody can be recognised.  After: the picture without
what the camera wrote into the file.  The original is never sent to be looked at, only to be kept as evidence.

A picture can be made to harm the program that opens it, so only common formats are decoded, one picture at a
time, up to a size that memory bears.
"""

from __future__ import annotations

import io
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from PIL import Image, ImageFilter, ImageOps

DECODED = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
}
"""Types that are decoded, with Pillow's formats for them."""
MOST_PIXELS = 64_000_000
"""For pictures that are decoded whole: about 250 MB."""
MOST_PIXELS_SCALED = 256_000_000
"""For JPEG that can be decoded at a smaller scale, as 200-megapixel telephones make."""
MOST_BYTES = 64_000_000
"""Of a file; a larger one is kept and not decoded, because some decoders read all of it into memory."""
MOST_SCANS = 40
"""Of a progressive JPEG; cameras and programs make about ten, and each costs as much as a picture."""
SQUARES, PREVIEW_SIDE, SHOWN_SIDE = 20, 320, 4096

Image.MAX_IMAGE_PIXELS = None  # asked here, with limits that differ by format, before anything is decoded
_one_at_a_time = threading.Lock()

# Whatever a decoder may raise for bytes that were made to break it; a warning where warnings are errors.
_BROKEN = (
    OSError, ValueError, TypeError, SyntaxError, KeyError, IndexError, AttributeError, OverflowError,
    ZeroDivisionError, struct.error, MemoryError, EOFError, RuntimeError, AssertionError,
    Image.DecompressionBombError, Warning,
)  # fmt: skip


class Unusable(Exception):
    """It is no picture of its type, or not one that is decoded here."""


@contextmanager
def opened_picture(content: Any, media_type: str) -> Iterator[Image.Image | None]:
    """The picture with its size and properties, not yet decoded; None for what is not decoded here.

    Raises
    ------
    Unusable
        If it does not begin as a picture of its type.
    """
    if media_type not in DECODED or content.seek(0, io.SEEK_END) > MOST_BYTES:
        yield None
        return
    content.seek(0)
    with _broken_is_unusable():
        # Another file under Pillow, which closes what it is given.
        picture = Image.open(_Lent(content), formats=DECODED[media_type])
    with picture:
        yield picture


class _Lent(io.RawIOBase):
    """A stream that stays open when its user closes it."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._content.seek(offset, whence))

    def tell(self) -> int:
        return int(self._content.tell())

    def readinto(self, buffer: Any) -> int:
        data = self._content.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def _broken_is_unusable() -> Iterator[None]:
    try:
        yield
    except _BROKEN:
        raise Unusable from None


def blurred(content: Any, media_type: str) -> bytes:
    """A small grey JPEG in which nothing is recognised; :func:`placeholder` where there is none."""
    try:
        with opened_picture(content, media_type) as picture:
            if picture is None:
                return placeholder()
            small = _decoded(picture, "L", SQUARES)
        with _broken_is_unusable():
            scale = PREVIEW_SIDE / max(small.size)
            size = tuple(max(1, round(side * scale)) for side in small.size)
            small.thumbnail((SQUARES, SQUARES))
            large = small.resize(size, Image.Resampling.BICUBIC)
            return _jpeg(large.filter(ImageFilter.GaussianBlur(8)), quality=60)
    except Unusable:
        return placeholder()


def shown(content: Any, media_type: str) -> bytes:
    """The picture as JPEG, upright, at most :data:`SHOWN_SIDE` pixels, without anything but its pixels.

    Raises
    ------
    Unusable
        If it cannot be decoded, or would take too much memory.
    """
    with opened_picture(content, media_type) as picture:
        if picture is None:
            raise Unusable
        whole = _decoded(picture, "RGB", SHOWN_SIDE)
    with _broken_is_unusable():
        whole.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
        return _jpeg(whole, quality=90)


def _decoded(picture: Image.Image, mode: str, side: int) -> Image.Image:
    """Pixels, upright, in one mode; JPEG at the smallest scale that is not below `side`."""
    with _one_at_a_time, _broken_is_unusable():
        scaled = picture.format in ("JPEG", "MPO") and not _is_progressive(picture)
        if picture.width * picture.height > (MOST_PIXELS_SCALED if scaled else MOST_PIXELS):
            raise Unusable
        if _is_progressive(picture) and _scans(picture) > MOST_SCANS:
            raise Unusable
        picture.draft(mode, (side, side))
        if picture.width * picture.height > MOST_PIXELS:
            raise Unusable
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        if mode == "RGB" and upright.has_transparency_data:
            white = Image.new("RGBA", upright.size, "white")
            white.alpha_composite(upright.convert("RGBA"))
            upright = white
        return upright.convert(mode)


def _is_progressive(picture: Image.Image) -> bool:
    return bool(picture.info.get("progressive") or picture.info.get("progression"))


def _scans(picture: Image.Image) -> int:
    """How often a scan begins in the file: no fewer than there are."""
    file: Any = picture.fp
    place, found, before = file.tell(), 0, b""
    file.seek(0)
    while data := file.read(1 << 20):
        found += (before + data).count(b"\xff\xda")
        before = data[-1:]
    file.seek(place)
    return found


def _jpeg(picture: Image.Image, *, quality: int) -> bytes:
    picture.info = {}  # Pillow would write a comment and a colour profile again
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality)
    return target.getvalue()


@cache
def placeholder() -> bytes:
    """A flat grey rectangle, for what has no preview."""
    return _jpeg(Image.new("L", (PREVIEW_SIDE, PREVIEW_SIDE * 3 // 4), 214), quality=60)
