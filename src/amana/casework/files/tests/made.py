"""Files for the tests, and a station that keeps them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from amana.casework.audit.protection import new_subject
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.files.models import StoredFile
from amana.casework.files.receiving import receive
from amana.casework.files.services import store


def picture(size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Two halves of different colours: recognisable, and not empty."""
    made = Image.new("RGB", size, (200, 30, 30))
    made.paste((20, 60, 200), (size[0] // 2, 0, size[0], size[1]))
    return made


GPS: dict[int, Any] = {
    1: "N", 2: (34.0, 45.0, 0.0), 3: "E", 4: (36.0, 30.0, 0.0),
    7: (IFDRational(9), IFDRational(12), IFDRational(30)), 29: "2024:12:30",
    16: "M", 17: IFDRational(2705, 10),
}  # fmt: skip


def gps(lat: float = 34.75, lon: float = 36.5, south: bool = False, west: bool = False) -> Image.Exif:
    """As a telephone writes it."""

    def parts(value: float) -> tuple[IFDRational, ...]:
        whole = int(value)
        return IFDRational(whole), IFDRational(int((value - whole) * 60)), IFDRational(0)

    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Tecno", "Tecno Spark 7"
    exif[0x8825] = GPS | {
        1: "S" if south else "N",
        2: parts(lat),
        3: "W" if west else "E",
        4: parts(lon),
    }
    exif[0x8769] = {0x9003: "2024:12:30 12:12:28", 0x9011: "+03:00"}
    return exif


def jpeg(size: tuple[int, int] = (640, 480), **options: Any) -> bytes:
    target = io.BytesIO()
    picture(size).save(target, "JPEG", **options)
    return target.getvalue()


def png(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    picture(size).convert(mode).save(target, "PNG")
    return target.getvalue()


def huge_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """3.6 thousand million pixels in a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def mp4(size: int = 4096) -> bytes:
    """The beginning of a video, and nothing that plays."""
    return b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)) * (size // 256)


def archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("page.html", "<script>alert(1)</script>")
    return target.getvalue()


def kept(
    office: Any, content: bytes, name: str = "IMG_1.jpg", *, of_reporter: bool = False, **more: Any
) -> Any:
    """A stored file; with a reporter it is theirs."""
    received = receive(io.BytesIO(content), name=name)
    with writing(SYSTEM, "tests.prepared") as log:
        subject = new_subject(log, "reporter") if of_reporter else None
        stored = store(log, received, office=office, subject=subject, **more)
    return StoredFile.objects.get(pk=stored.pk)
