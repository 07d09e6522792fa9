"""What a file is, whatever its sender says; and what its name may not do."""

from __future__ import annotations

import io

import pytest

from amana.casework.files.names import clean_name
from amana.casework.files.sniffing import ending, sniff
from amana.casework.files.tests.made import archive, gps, huge_png, jpeg, mp4, png
from amana.problems import InputProblems

HTML = b"<!doctype html><script>fetch('/people/')</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(
    ("data", "kind", "media_type"),
    [
        (jpeg(), "image", "image/jpeg"),
        (jpeg()[:3000], "image", "image/jpeg"),  # a line broke: half a picture is evidence as well
        (png(), "image", "image/png"),
        (huge_png(), "image", "image/png"),  # kept, not decoded
        (mp4(), "video", "video/mp4"),
        (b"%PDF-1.7\n1 0 obj", "pdf", "application/pdf"),
        ("الاسم,العدد\nأحمد,3\n".encode(), "list", "text/csv"),
        ("الاسم;العدد\n".encode("cp1256"), "list", "text/csv"),
        (b"BM,1\nBN,2\n", "list", "text/csv"),
        ("ا".encode() * 5000, "list", "text/csv"),  # the head ends in the middle of a letter
        (
            jpeg() + archive(),
            "image",
            "image/jpeg",
        ),  # both: kept as evidence, shown as a picture
        (jpeg(exif=gps()) + HTML, "image", "image/jpeg"),
    ],
)
def test_a_file_is_what_its_content_is(data: bytes, kind: str, media_type: str) -> None:
    found = sniff(io.BytesIO(data))
    assert (found.kind, found.media_type) == (kind, media_type)
    assert ending(media_type) in ("jpg", "png", "mp4", "pdf", "csv")


@pytest.mark.parametrize(
    "data",
    [
        HTML, b"\n\n  " + HTML, b"\xef\xbb\xbf" + HTML, SVG, archive(), b"MZ\x90\x00" + bytes(200),
        b"\x7fELF" + bytes(200), bytes(5000), b"", b"\xff\xd8\xff\xe0" + HTML, b"\x89PNG\r\n\x1a\n" + HTML,
        b"GIF89a" + HTML, b"RIFF\x00\x00\x00\x00WEBP" + HTML, b"\xff\xd8\xff", b"{\\rtf1 }" + bytes(9),
        b"PK\x03\x04" + bytes(400),
    ],
)  # fmt: skip
def test_what_is_no_file_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(InputProblems) as refused:
        sniff(io.BytesIO(data))
    assert [p.code for p in refused.value.problems] == ["files.wrong-type"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("IMG_1.jpg", "IMG_1.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ahmad\\scan.pdf", "scan.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\0b\r\nSet-Cookie: x.jpg", "abSet-Cookie: x.jpg"),
        ("صورة البئر.jpg", "صورة البئر.jpg"),
        ("می\u200cخواهم.jpg", "می\u200cخواهم.jpg"),
        ("\ud800x.jpg", "x.jpg"),
        ("..", ""),
        ("/", ""),
        ("x" * 500, "x" * 200),
    ],
)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert clean_name(given) == kept
