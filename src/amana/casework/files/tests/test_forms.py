"""Files that come with a form, with or without script, small or large; and what a full disk does to it."""

from __future__ import annotations

import hashlib
import io
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from amana.casework.files.sealing import CHUNK
from amana.casework.files.tests.made import jpeg, mp4
from amana.casework.files.tests.test_uploads import Browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("station")]
LARGE = mp4(3 * 1024 * 1024)


def on_disk() -> list[Path]:
    return [p for p in (Path(settings.HOME) / "uploads").rglob("*") if p.is_file() and p.name != "begin.lock"]


def named(data: bytes, name: str = "a.jpg") -> Any:
    found = io.BytesIO(data)
    found.name = name
    return found


def told(answer: Any) -> list[tuple[int, str]]:
    return [(size, sha) for _, size, sha in answer.json()["files"]]


@pytest.mark.parametrize("data", [jpeg(), LARGE])
def test_a_plain_form_brings_files(client: Any, data: bytes) -> None:
    answer = client.post("/tests/report/", {"words": "w", "files": [named(data), named(jpeg(), "b.jpg")]})
    assert told(answer) == [(len(d), hashlib.sha256(d).hexdigest()) for d in (data, jpeg())]


def test_a_large_file_never_lies_open_on_the_disk(client: Any, monkeypatch: Any) -> None:
    from amana.casework.files import handlers

    data, seen = LARGE + b"PLAIN-MARK" * 50_000, []
    finish = handlers.finish

    def looked(pending: Any) -> Any:
        seen.extend(p for p in on_disk() if b"PLAIN-MARK" in p.read_bytes())
        seen.append(pending.state.size)
        return finish(pending)

    monkeypatch.setattr(handlers, "finish", looked)
    assert told(client.post("/tests/report/", {"words": "w", "files": named(data)}))[0][0] == len(data)
    assert seen == [len(data)]


def test_a_file_that_nobody_takes_is_gone_with_the_request(client: Any) -> None:
    client.post("/language/", {"language": "en", "files": named(LARGE)})
    assert on_disk() == []


def test_a_form_with_another_fault_keeps_the_files_that_came(client: Any) -> None:
    answer = client.post("/tests/report/", {"words": "", "files": [named(LARGE), named(jpeg())]})
    assert answer.status_code == 422
    tokens = re.findall(r'name="files-sent" value="([^"]+)"', answer.content.decode())
    assert len(tokens) == 2
    assert "2 files are here already" in answer.content.decode()


def test_the_kept_files_are_taken_with_the_next_try() -> None:
    sender = Browser()
    form = {
        "words": "",
        "files": [named(LARGE), named(jpeg())],
        "csrfmiddlewaretoken": sender.client.cookies["csrftoken"].value,
    }
    answer = sender.client.post("/tests/report/", form)
    tokens = re.findall(r'name="files-sent" value="([^"]+)"', answer.content.decode())
    again = sender.client.post("/tests/report/", form | {"words": "w", "files": [], "files-sent": tokens})
    assert [size for size, _ in told(again)] == [len(LARGE), len(jpeg())]
    other = Browser()
    form["csrfmiddlewaretoken"] = other.client.cookies["csrftoken"].value
    stolen = other.client.post("/tests/report/", form | {"words": "w", "files": [], "files-sent": tokens})
    assert stolen.status_code == 422


def test_what_was_sent_before_the_form_and_with_it_come_together() -> None:
    sender = Browser()
    place = sender.send(mp4(2 * CHUNK), name="v.mp4")
    token = place.strip("/").rpartition("/")[2]
    form = {"words": "w", "files": named(jpeg()), "files-sent": [token, token],
            "csrfmiddlewaretoken": sender.client.cookies["csrftoken"].value}  # fmt: skip
    answer = sender.client.post("/tests/report/", form)
    assert [name for name, _, _ in answer.json()["files"]] == ["v.mp4", "a.jpg"]


@pytest.mark.parametrize("data", [b"<html><script>" + bytes(40), b"<html>" * 600_000])
def test_a_wrong_file_is_a_fault_of_its_field(client: Any, data: bytes) -> None:
    answer = client.post("/tests/report/", {"words": "w", "files": named(data, "photo.jpg")})
    assert answer.status_code == 422
    assert "This kind of file is not taken here" in answer.content.decode()
    assert on_disk() == []


def test_a_full_disk_is_a_fault_of_the_field_and_leaves_nothing(client: Any, monkeypatch: Any) -> None:
    write, left = os.write, [1_000_000]

    def nearly_full(descriptor: int, part: bytes) -> int:
        if left[0] <= 0:
            raise OSError(28, "no space")
        left[0] -= len(part)
        return write(descriptor, part)

    monkeypatch.setattr(os, "write", nearly_full)
    answer = client.post("/tests/report/", {"words": "w", "files": named(LARGE)})
    assert answer.status_code == 422
    assert "There is no room left" in answer.content.decode()
    assert [p for p in on_disk() if p.name == "data"] == []


def test_the_input_says_what_the_script_needs_and_works_without_it(client: Any) -> None:
    page = client.get("/tests/report/").content.decode()
    tag = re.search(r"<input type=\"file\"[^>]*>", page)
    assert tag is not None
    for part in (
        'name="files"',
        "multiple",
        'accept="image/*,video/*"',
        'data-url="/uploads/"',
        "data-text-sending=",
    ):
        assert part in tag.group()
    assert "required" not in tag.group()


def test_a_large_file_reads_like_any_other(rf: Any) -> None:
    request = rf.post("/", {"f": SimpleUploadedFile("x.csv", b"a,b\n" * 1_000_000)})
    found = request.FILES["f"]
    assert type(found).__name__ == "SealedFile"
    assert found.size == 4_000_000
    assert found.read(9) == b"a,b\na,b\na"
    assert b"".join(found.chunks()) == b"a,b\n" * 1_000_000
    assert sum(1 for _ in found) == 1_000_000
    request.close()
    assert on_disk() == []
