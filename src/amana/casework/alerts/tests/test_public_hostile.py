"""What somebody may send on purpose or with a broken program: refused in words, never a fault of ours."""

from __future__ import annotations

import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amana.casework.alerts.models import Alert
from amana.casework.alerts.tests.photos import photo
from amana.casework.alerts.tests.test_public_form import typed
from amana.casework.audit.protection import unsealed

OVERRIDES = "\u202eevil\u202c \u2066x\u2069 \u200f"
TEXTS = (
    "a\0b", "\0", "\x01\x1b[31m", OVERRIDES, "\ufffe\uffff", "𝒳" * 50, "<script>alert(1)</script>",
    "{{ 7*7 }}{% now %}", "%s%n%x", "' OR 1=1 --", "../../etc/passwd", "-5", "NaN", "inf", "1e400", "9" * 400,
    "٩" * 300, "\r\n\r\nSet-Cookie: a=b", "𐏿" * 20, " " * 5000,
)  # fmt: skip
FIELDS = (
    "account", "counted", "count_words", "place_name", "place_for", "pcode", "position", "placed",
    "placed_as",
    "accuracy", "as_written", "place_words", "seen_on", "when_words", "dangers", "digging", "touched",
    "photo_place", "wish", "reporter", "phone", "contact", "form", "language", "do", "files", "files-sent",
)  # fmt: skip


@pytest.fixture(autouse=True)
def office(person, gazetteer, settings):
    settings.REPORT_LIMITS = {"send": (10**6, 3600), "look": (10**6, 3600), "code": (10**6, 900)}
    return person("hotline_operator").office


@pytest.fixture
def stranger():
    return Client(enforce_csrf_checks=True)


def sound(response) -> None:
    assert response.status_code < 500, response.content.decode()[:500]


@pytest.mark.parametrize("text", TEXTS, ids=lambda t: ascii(t)[:30])
def test_any_text_in_any_field_is_kept_or_refused(stranger, text):
    for field in FIELDS:
        sound(stranger.post("/report/", {"do": "send", "account": "bones", "language": "en", field: text}))
        sound(stranger.post("/report/", {"do": "place", "account": "bones", field: text}))
        sound(stranger.post("/report/code/", {"do": "add", "code": "1" * 20, field: text}))
        sound(stranger.post("/api/v1/report", {"account": "bones", field: text}))
    sound(stranger.post("/report/code/", {"do": "look", "code": text}))
    sound(stranger.get("/report/places/", {"words": text}))
    sound(stranger.post("/report/photo/", {"upload": text, "form": text}))
    sound(stranger.post("/api/v1/report/additions", {"receipt": text, "text": text}))


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head", "options"])
def test_every_method_has_an_answer(stranger, method):
    for address in ("/report/", "/report/code/", "/report/places/", "/report/photo/", "/report/code/added/",
                    "/report/received/x/", "/api/v1/report", "/api/v1/report/state"):  # fmt: skip
        sound(getattr(stranger, method)(address))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="account"\r\n\r\n\xff\xfe\xed\xa0\x80\r\n--x--',
        "multipart/form-data; boundary=x"),
        (
            b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--",
            "multipart/form-data; boundary=x",
        ),
        (b'{"account": "bones"}', "application/json"),
        (b"account=%ED%A0%80&do=send", "application/x-www-form-urlencoded"),
        (b"account=%00&do=send", "application/x-www-form-urlencoded"),
        (b"&=&=&%=%", "application/x-www-form-urlencoded"),
        (b"account=x", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"account=x", "application/x-www-form-urlencoded; charset=none"),
        (b"\xff" * 100, "text/plain"),
        (b"account=x", ""),
    ],
    ids=range(13),
)  # fmt: skip
def test_broken_requests_are_answered(stranger, body, kind):
    for address in (
        "/report/",
        "/report/code/",
        "/report/photo/",
        "/api/v1/report",
        "/api/v1/report/additions",
    ):
        sound(stranger.generic("POST", address, body, content_type=kind))


@pytest.mark.parametrize("in_files", [False, True])
def test_ten_megabytes_of_text_are_refused_and_what_came_before_stays(stranger, in_files):
    said = {"do": "send", "form": "f", "language": "en", "account": "bones", "place_words": "x" * 10_000_000}
    if in_files:
        response = stranger.post("/report/", said)
        assert typed(response.content.decode())["account"] == ["bones"]
    else:
        response = stranger.post(
            "/report/", "&".join(f"{k}={v}" for k, v in said.items()), "application/x-www-form-urlencoded"
        )
    assert response.status_code == 413
    assert not Alert.objects.exists()
    sound(stranger.post("/api/v1/report", said))


def test_a_thousand_files_are_refused_and_the_words_stay(stranger):
    files = [SimpleUploadedFile(f"{i}.jpg", b"x") for i in range(1000)]
    response = stranger.post("/report/", {"do": "send", "language": "en", "account": "bones", "files": files})
    assert response.status_code == 413
    assert typed(response.content.decode())["account"] == ["bones"]
    sound(stranger.post("/api/v1/report", {"account": "bones", "files": files}))


def test_more_files_than_a_report_takes_are_told(stranger):
    files = [SimpleUploadedFile(f"{i}.jpg", photo()) for i in range(13)]
    response = stranger.post("/report/", {"do": "send", "language": "en", "account": "bones", "files": files})
    assert response.status_code == 422
    assert "12" in response.content.decode()


def test_two_thousand_fields_are_refused(stranger):
    sound(stranger.post("/report/", {f"f{i}": "x" for i in range(2000)}))


def test_a_field_that_comes_twice_makes_no_fault(stranger):
    twice = {f: ["bones", "x"] for f in FIELDS if f != "files"}
    sound(stranger.post("/report/", {**twice, "do": ["send", "place"]}))
    sound(stranger.post("/report/code/", {"code": ["1" * 20, "2" * 20], "do": ["add", "look"]}))
    sound(stranger.post("/api/v1/report", {"account": ["bones", "x"], "dangers": ["mines", "mines", "x"]}))


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few kilobytes that says it is 3.6 gigapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10**6))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [bomb(), photo()[:60], b"\xff\xd8\xff", b"", b"PK\x03\x04" + b"\0" * 100, b"<svg onload='x'/>", b"GIF89a",
     b"%PDF-1.4", b"\0" * 4096, photo() + b"tail" * 999],
    ids=range(10),
)  # fmt: skip
def test_any_file_is_kept_or_refused(stranger, content):
    for name in ("a.jpg", "../../x.jpg", "\u202egpj.exe", "a" * 400, "a\0b.jpg", "."):
        file = SimpleUploadedFile("x", content)
        file._name = name  # as no browser would send it
        sound(stranger.post("/report/", {"do": "send", "account": "bones", "files": file, "form": name[:9]}))


def test_marks_of_direction_stay_in_the_words_and_cannot_leave_them(stranger):
    stranger.post("/report/", {"do": "send", "account": OVERRIDES})
    assert unsealed(Alert.objects.get(), "account") == OVERRIDES.strip()


def test_what_was_typed_is_shown_again_as_text(stranger):
    page = stranger.post(
        "/report/", {"do": "place", "account": "</textarea><script>x</script>", "place_name": '"><img src=x>',
                     "form": '"><b>', "language": "en"},
    ).content.decode()  # fmt: skip
    assert "<script>x" not in page
    assert "<img" not in page
    assert '"><b>' not in page


def test_a_form_without_any_token_is_a_report(stranger):
    response = stranger.post("/report/", {"account": "bones"})
    assert response.status_code == 303
    assert Alert.objects.count() == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=60), max_size=8))
def test_whatever_is_sent_is_answered(stranger, said):
    sound(
        stranger.post(
            "/report/", {"account": "bones", **{k: v.encode("utf-8", "replace") for k, v in said.items()}}
        )
    )
