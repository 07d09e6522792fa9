"""Uploads that go on after a broken line, by anybody, with limits; nothing that was acknowledged is lost."""

from __future__ import annotations

import base64
import hashlib
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.files import limits, pending, places
from amana.casework.files.receiving import finished
from amana.casework.files.sealing import CHUNK
from amana.casework.files.services import claim, content_of
from amana.casework.files.tests.made import archive, gps, jpeg, mp4
from amana.problems import InputProblem, InputProblems

pytestmark = pytest.mark.django_db
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
PART = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def _addresses(station: None) -> None: ...


class Browser:
    """What a page does: it has the CSRF cookie, and sends its token in a header."""

    def __init__(self, address: str = "10.0.0.1") -> None:
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR=address)
        self.client.get("/tests/report/")
        self.token = {"HTTP_X_CSRFTOKEN": self.client.cookies["csrftoken"].value}

    def begin(self, length: object, *, name: str = "", sha256: str = "", **headers: str) -> Any:
        told = {"filename": name, "sha256": sha256}
        metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items() if v)
        extra = {"HTTP_UPLOAD_LENGTH": str(length), "HTTP_UPLOAD_METADATA": metadata}
        return self.client.post(
            "/uploads/",
            b"",
            content_type="application/octet-stream",
            **{**TUS, **self.token, **extra, **headers},
        )

    def place(self, data: bytes, **options: Any) -> str:
        answer = self.begin(len(data), **options)
        assert answer.status_code == 201, answer.content
        return str(answer["Location"]).removeprefix("http://testserver")

    def patch(self, place: str, offset: int, data: bytes, **headers: str) -> Any:
        kind = headers.pop("type", PART)
        kept = {**TUS, **self.token, "HTTP_UPLOAD_OFFSET": str(offset), **headers}
        return self.client.patch(place, data, content_type=kind, **kept)

    def offset(self, place: str) -> int:
        answer = self.client.head(place, **TUS)
        assert answer.status_code == 200
        return int(answer["Upload-Offset"])

    def send(self, data: bytes, part: int = CHUNK, **options: Any) -> str:
        place = self.place(data, **options)
        for start in range(0, len(data), part):
            answer = self.patch(place, start, data[start : start + part])
            assert answer.status_code == 204, answer.content
            assert int(answer["Upload-Offset"]) == min(len(data), start + part)
        return place

    @property
    def holder(self) -> str:
        from django.test import RequestFactory

        from amana.casework.files.uploads import holder_of

        request = RequestFactory().get("/")
        request.META["CSRF_COOKIE"] = self.client.cookies["csrftoken"].value
        return holder_of(request)


@pytest.fixture
def sender() -> Browser:
    return Browser()


def token(place: str) -> str:
    return place.strip("/").rpartition("/")[2]


def code(answer: Any) -> str:
    return str(answer.json()["problems"][0]["code"])


def on_disk() -> list[Path]:
    return [p for p in (Path(settings.HOME) / "uploads").rglob("*") if p.is_file() and p.name != "begin.lock"]


# The whole way


@pytest.mark.parametrize("part", [CHUNK, 100_000, 3 * CHUNK])
def test_a_file_goes_in_by_parts_and_becomes_a_stored_one(sender: Browser, offices: Any, part: int) -> None:
    data = jpeg(exif=gps()) + os.urandom(2 * CHUNK + 333)
    place = sender.send(data, part, name="البئر.jpg", sha256=hashlib.sha256(data).hexdigest())
    assert sender.offset(place) == len(data)
    with writing(SYSTEM, "tests.prepared") as log:
        stored = claim(token(place), log, holder=sender.holder, office=offices["SCD"], accept=("image",))
    assert b"".join(content_of(stored).content()) == data
    assert stored.sha256 == hashlib.sha256(data).hexdigest()


def test_it_goes_on_where_it_stopped(sender: Browser, offices: Any) -> None:
    data = mp4(3 * CHUNK)
    place = sender.place(data)
    sender.patch(place, 0, data[:CHUNK])
    assert sender.patch(place, 0, data[:CHUNK]).status_code == 409  # the answer was lost on the way
    assert sender.offset(place) == CHUNK
    assert sender.patch(place, CHUNK, data[CHUNK:]).status_code == 204
    again = {"CONTENT_TYPE": PART, "CONTENT_LENGTH": "0"}
    assert sender.patch(place, len(data), b"", **again).status_code == 204  # asked once more at the end
    found = finished(token(place), holder=sender.holder)
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert b"".join(found.reader().whole(found.sha256)) == data


def test_what_was_written_and_not_acknowledged_is_cut_off(sender: Browser) -> None:
    """As after a power cut in the middle of a part."""
    data = mp4(4 * CHUNK)
    place = sender.place(data)
    sender.patch(place, 0, data[:CHUNK])
    (written,) = [p for p in on_disk() if p.name == "data"]
    with written.open("ab") as file:
        file.write(os.urandom(5000))
    sender.patch(place, CHUNK, data[CHUNK:])
    found = finished(token(place), holder=sender.holder)
    assert b"".join(found.reader().whole(found.sha256)) == data


def test_an_unfinished_upload_is_no_file(sender: Browser) -> None:
    place = sender.place(mp4(CHUNK))
    with pytest.raises(InputProblems) as refused:
        finished(token(place), holder=sender.holder)
    assert refused.value.problems[0].code == "files.unfinished"


def test_it_can_be_taken_back(sender: Browser) -> None:
    place = sender.send(jpeg())
    assert sender.client.delete(place, **TUS, **sender.token).status_code == 204
    assert on_disk() == []
    assert sender.client.head(place, **TUS).status_code == 404
    assert sender.client.delete(place, **TUS, **sender.token).status_code == 404


def test_a_program_may_ask_what_is_spoken(sender: Browser) -> None:
    answer = sender.client.options("/uploads/")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,expiration,termination"


# Who


def test_only_the_browser_that_began_sees_an_upload(sender: Browser) -> None:
    data = jpeg()
    place, other = sender.place(data), Browser()
    assert other.client.head(place, **TUS).status_code == 404
    assert other.patch(place, 0, data).status_code == 404
    assert other.client.delete(place, **TUS, **other.token).status_code == 404
    assert sender.patch(place, 0, data).status_code == 204
    with pytest.raises(InputProblems):
        finished(token(place), holder=other.holder)


def test_nothing_is_begun_from_another_site(sender: Browser) -> None:
    del sender.token["HTTP_X_CSRFTOKEN"]
    assert sender.begin(100).status_code == 403
    assert on_disk() == []


def test_nothing_is_listed_and_nothing_is_read_back(sender: Browser) -> None:
    place = sender.send(jpeg())
    assert sender.client.get("/uploads/").status_code == 405
    assert sender.client.get(place).status_code == 405


def test_identifiers_tell_nothing_and_are_not_on_the_disk(sender: Browser) -> None:
    one, other = token(sender.place(jpeg())), token(sender.place(jpeg()))
    assert one != other
    assert len(one) >= 43
    assert not [p for p in on_disk() if one in str(p) or one.encode() in p.read_bytes()]
    assert not [p for p in on_disk() if b"10.0.0.1" in p.read_bytes()]


def test_what_comes_in_is_sealed_on_the_disk(sender: Browser) -> None:
    place = sender.place(jpeg(), name="Zahrabad.jpg")
    sender.patch(place, 0, jpeg()[:2000])
    for path in on_disk():
        assert path.stat().st_mode & 0o077 == 0
        assert not [m for m in (b"JFIF", b"Zahrabad") if m in path.read_bytes()]


# What


def test_a_file_that_is_never_taken_is_refused_at_its_beginning(sender: Browser) -> None:
    data = archive() + bytes(3 * CHUNK)
    place = sender.place(data)
    answer = sender.patch(place, 0, data[:CHUNK])
    assert (answer.status_code, code(answer)) == (415, "files.wrong-type")
    assert on_disk() == []


def test_a_small_first_part_is_no_reason_to_refuse(sender: Browser) -> None:
    data = jpeg()
    place = sender.place(data)
    assert sender.patch(place, 0, data[:1]).status_code == 204
    assert sender.patch(place, 1, data[1:]).status_code == 204


def test_a_file_that_arrives_changed_is_not_kept(sender: Browser) -> None:
    data = jpeg()
    place = sender.place(data, sha256=hashlib.sha256(data).hexdigest())
    answer = sender.patch(place, 0, data[:-3] + b"\0\0\0")
    assert (answer.status_code, code(answer)) == (460, "files.hash-differs")
    assert answer["Tus-Resumable"] == "1.0.0"
    assert sender.client.head(place, **TUS).status_code == 404


@pytest.mark.parametrize("length", ["", "-1", "0", "1e9", "9" * 30, "x", "١٢"])
def test_a_length_that_is_none_is_refused(sender: Browser, length: str) -> None:
    assert sender.begin(length).status_code == 400
    assert on_disk() == []


def test_every_header_is_checked(sender: Browser) -> None:
    data = jpeg()
    assert sender.begin(10, HTTP_TUS_RESUMABLE="0.2.2").status_code == 412
    assert sender.begin(10, sha256="abc").status_code == 400
    place = sender.place(data)
    assert sender.patch(place, 0, data, HTTP_TUS_RESUMABLE="").status_code == 412
    assert sender.patch(place, 0, data, HTTP_UPLOAD_OFFSET="-1").status_code == 400
    assert sender.patch(place, 5, data).status_code == 409
    assert sender.patch(place, 0, data + b"x").status_code == 413
    assert sender.patch(place, 0, bytes(9 * 1024 * 1024)).status_code == 413
    answer = sender.client.patch(
        place, data, content_type="text/plain", **TUS, **sender.token, HTTP_UPLOAD_OFFSET="0"
    )
    assert answer.status_code == 415
    assert sender.offset(place) == 0
    for metadata in ("filename ***", "a,b,c", "\xff", "filename " + "x" * 9000):
        assert sender.begin(10, HTTP_UPLOAD_METADATA=metadata).status_code == 201


def test_unknown_identifiers_are_not_there(sender: Browser) -> None:
    for one in ("x", "..", "%2e%2e", "a" * 300, "صورة"):
        assert sender.client.head(f"/uploads/{one}/", **TUS).status_code == 404


# How much


def test_limits_hold_for_one_address_and_for_all(sender: Browser, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "LARGEST_FROM_ANYBODY", 1000)
    assert (sender.begin(1001).status_code, sender.begin(1000).status_code) == (413, 201)
    monkeypatch.setattr(limits, "UPLOADS_OF_ONE", 2)
    assert sender.begin(10).status_code == 201
    answer = sender.begin(10)
    assert (answer.status_code, code(answer)) == (429, "files.too-many")
    assert Browser("10.0.0.2").begin(10).status_code == 201
    monkeypatch.setattr(limits, "PENDING_OF_ONE", 1500)
    neighbour = Browser("2001:db8:1:2::77")
    assert neighbour.begin(1000).status_code == 201
    assert Browser("2001:db8:1:2::99").begin(1000).status_code == 429  # the same household
    monkeypatch.setattr(limits, "PENDING", 3000)
    answer = Browser("10.0.0.3").begin(1000)
    assert (answer.status_code, code(answer)) == (503, "files.busy")


def test_people_who_are_signed_in_may_send_more(sender: Browser, person: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "LARGEST_FROM_ANYBODY", 1000)
    monkeypatch.setattr(limits, "UPLOADS_OF_ONE", 0)
    sender.client.force_login(
        person("recorder"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    sender.client.get("/tests/report/")
    sender.token = {"HTTP_X_CSRFTOKEN": sender.client.cookies["csrftoken"].value}
    assert sender.begin(5000).status_code == 201


def test_a_station_may_refuse_as_well(sender: Browser, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "_ASKED", [])
    seen = []

    @limits.limit
    def never(request: Any, size: int) -> InputProblem:
        seen.append((request.META["REMOTE_ADDR"], size))
        return InputProblem("files.too-many")

    assert sender.begin(10).status_code == 429
    assert seen == [("10.0.0.1", 10)]


def test_an_upload_that_waited_a_day_is_gone_and_makes_room(sender: Browser, monkeypatch: Any) -> None:
    place = sender.place(jpeg())
    for path in on_disk():
        os.utime(path, (time.time() - 25 * 3600,) * 2)
    assert sender.client.head(place, **TUS).status_code == 404
    monkeypatch.setattr(limits, "UPLOADS_OF_ONE", 1)
    assert sender.begin(10).status_code == 201
    assert len([p for p in on_disk() if p.name == "about"]) == 1


# Room


def test_no_room_is_said_before_a_byte_is_sent(sender: Browser, monkeypatch: Any) -> None:
    monkeypatch.setattr(places, "KEEP_FREE", 10**18)
    answer = sender.begin(1000)
    assert (answer.status_code, code(answer)) == (507, "files.no-room")
    assert on_disk() == []


def test_a_disk_that_fills_up_loses_nothing_that_was_acknowledged(
    sender: Browser, full_disk: Any, monkeypatch: Any
) -> None:
    data = mp4(3 * CHUNK)
    place = sender.place(data)
    sender.patch(place, 0, data[: CHUNK + 77])
    write, left = os.write, [CHUNK]

    def nearly_full(descriptor: int, part: bytes) -> int:
        if left[0] <= 0:
            raise OSError(28, "no space")
        left[0] -= len(part)
        return write(descriptor, part)

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", nearly_full)
        answer = sender.patch(place, CHUNK + 77, data[CHUNK + 77 :])
        assert (answer.status_code, code(answer)) == (507, "files.no-room")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError(28, "no space")))
        assert sender.patch(place, CHUNK + 77, data[CHUNK + 77 :]).status_code == 507
    assert sender.offset(place) == CHUNK + 77
    assert sender.patch(place, CHUNK + 77, data[CHUNK + 77 :]).status_code == 204
    found = finished(token(place), holder=sender.holder)
    assert b"".join(found.reader().whole(found.sha256)) == data
    full_disk()
    assert sender.begin(10).status_code == 507


# At once


@pytest.mark.django_db(transaction=True)
def test_parts_for_one_place_sent_at_once_are_taken_once(sender: Browser) -> None:
    data = mp4(4 * CHUNK)
    place = sender.place(data)
    for start in range(0, len(data), CHUNK):
        ready, statuses = threading.Barrier(5), []

        def send(start: int = start, ready: Any = ready, statuses: list[int] = statuses) -> None:
            try:
                ready.wait()
                statuses.append(sender.patch(place, start, data[start : start + CHUNK]).status_code)
            finally:
                connection.close()

        threads = [threading.Thread(target=send) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        last = start + CHUNK >= len(data)
        assert sorted(statuses) == [204, 409, 409, 409, 409], (start, last)
    found = finished(token(place), holder=sender.holder)
    assert b"".join(found.reader().whole(found.sha256)) == data


def test_state_that_cannot_be_read_is_an_upload_that_is_gone(sender: Browser) -> None:
    place = sender.place(jpeg())
    (state,) = [p for p in on_disk() if p.name == "state"]
    state.write_bytes(b"gAAAA")
    assert sender.client.head(place, **TUS).status_code == 404
    assert pending.discard_of(set()) == 0
