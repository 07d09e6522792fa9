"""What is shown of a file: blurred until somebody opens it on record, and never what could do harm."""

from __future__ import annotations

import io
import re
import time
from typing import Any

import pytest
from django.utils import translation
from PIL import Image

from amana.casework.audit.models import Entry
from amana.casework.files import places
from amana.casework.files.models import StoredFile
from amana.casework.files.sealing import CHUNK
from amana.casework.files.serving import NOT_THERE, asked_range, media
from amana.casework.files.tests.made import archive, gps, jpeg, kept, mp4
from amana.problems import InputProblems

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("station")]
POLYGLOT = jpeg((400, 300), exif=gps()) + b"<html><script>alert(document.domain)</script>" + archive()


def address(stored: StoredFile, how: str = "") -> str:
    return f"/tests/files/{stored.pk}/" + (f"?as={how}" if how else "")


def openings() -> int:
    return Entry.objects.filter(action="files.file.opened").count()


def body(answer: Any) -> bytes:
    return answer.getvalue() if answer.streaming else answer.content


def sources(answer: Any) -> list[str]:
    """What the page shows."""
    return re.findall(r'<img src="([^"]+)"', answer.content.decode())


@pytest.fixture
def reader(person: Any, sign_in: Any) -> Any:
    return sign_in(person("recorder"))


def test_until_it_is_opened_only_the_preview_is_given(offices: Any, reader: Any) -> None:
    stored = kept(offices["SCD"], POLYGLOT)
    answer = reader.get(address(stored, "preview"))
    assert answer["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.content)).size == (320, pytest.approx(240, abs=4))
    for how in ("", "shown", "original"):
        answer = reader.get(address(stored, how))
        assert answer["Content-Type"].startswith("text/html")
        assert sources(answer) == [address(stored, "preview")]
    assert openings() == 0


def test_opening_is_logged_once_and_shows_pixels_alone(offices: Any, reader: Any) -> None:
    stored = kept(offices["SCD"], POLYGLOT)
    answer = reader.post(address(stored), {"what": "shown", "next": "/units/"})
    assert answer["Location"] == f"/units/#file-{stored.pk}"
    assert openings() == 1
    assert sources(reader.get(address(stored))) == [address(stored, "shown")]
    for _ in range(2):
        shown = reader.get(address(stored, "shown"))
        assert shown["Content-Type"] == "image/jpeg"
        for word in (b"Tecno", b"script", b"PK\x03\x04"):
            assert word not in shown.content
        assert Image.open(io.BytesIO(shown.content)).size == (400, 300)
    assert openings() == 1
    # To look at it is not to take it away.
    assert reader.get(address(stored, "original"))["Content-Type"].startswith("text/html")


def test_the_original_is_given_to_keep_with_its_hash(offices: Any, reader: Any) -> None:
    stored = kept(offices["SCD"], POLYGLOT, "witness Ahmad.jpg")
    answer = reader.post(address(stored), {"what": "original"}, follow=True)
    assert body(answer) == POLYGLOT
    assert answer["X-SHA-256"] == stored.sha256
    assert answer["Content-Disposition"] == f'attachment; filename="{stored.sha256[:16]}.jpg"'
    assert "Ahmad" not in str(answer.headers)
    assert openings() == 1


@pytest.mark.parametrize("how", ["preview", "shown", "original"])
def test_nothing_is_run_guessed_framed_or_kept(offices: Any, reader: Any, how: str) -> None:
    stored = kept(offices["SCD"], POLYGLOT)
    reader.post(address(stored), {"what": "shown"})
    reader.post(address(stored), {"what": "original"})
    answer = reader.get(address(stored, how))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert not answer["Content-Type"].startswith("text/html")


def test_who_may_not_see_the_record_is_told_nothing(offices: Any, person: Any, sign_in: Any) -> None:
    stored = kept(offices["SCD"], jpeg())
    client = sign_in(person("recorder", "PAR"))
    for how in ("", "preview", "shown", "original"):
        assert client.get(address(stored, how)).status_code == 404
    assert client.post(address(stored), {"what": "shown"}).status_code == 404
    assert sign_in(person("interviewer")).get(address(stored)).status_code == 403
    assert openings() == 0


def test_a_reporters_file_is_opened_for_a_reason(offices: Any, reader: Any) -> None:
    stored = kept(offices["SCD"], jpeg(), of_reporter=True)
    assert 'name="reason"' in reader.get(address(stored)).content.decode()
    answer = reader.post(address(stored), {"what": "shown", "reason": " "})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert openings() == 0
    assert reader.post(address(stored), {"what": "shown", "reason": "triage"}).status_code == 302
    assert openings() == 1


def test_an_opening_ends_after_a_while(offices: Any, reader: Any, monkeypatch: Any) -> None:
    stored = kept(offices["SCD"], jpeg())
    reader.post(address(stored), {"what": "shown"})
    assert reader.get(address(stored, "shown"))["Content-Type"] == "image/jpeg"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 16 * 60)
    assert reader.get(address(stored, "shown"))["Content-Type"].startswith("text/html")


def test_one_persons_opening_opens_nothing_for_another(offices: Any, person: Any, sign_in: Any) -> None:
    stored = kept(offices["SCD"], jpeg())
    sign_in(person("recorder")).post(address(stored), {"what": "shown"})
    other = sign_in(person("recorder"))
    assert other.get(address(stored, "shown"))["Content-Type"].startswith("text/html")


def test_nobody_is_sent_to_another_site(offices: Any, reader: Any) -> None:
    stored = kept(offices["SCD"], jpeg())
    for place in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        answer = reader.post(address(stored), {"what": "shown", "next": place})
        assert answer["Location"] == address(stored)


def test_a_video_is_given_from_any_place(offices: Any, reader: Any) -> None:
    data = mp4(3 * CHUNK)
    stored = kept(offices["SCD"], data, "v.mp4")
    reader.post(address(stored), {"what": "shown"})
    page = reader.get(address(stored)).content.decode()
    assert re.search(r"<video controls muted playsinline preload=\"none\"", page)
    whole = reader.get(address(stored, "shown"))
    assert (body(whole), whole["Accept-Ranges"], whole["Content-Type"]) == (data, "bytes", "video/mp4")
    for header, start, stop in (
        ("bytes=0-", 0, len(data)), ("bytes=5-9", 5, 10), ("bytes=262142-262146", CHUNK - 2, CHUNK + 3),
        ("bytes=-7", len(data) - 7, len(data)), ("bytes=9-99999999", 9, len(data)),
    ):  # fmt: skip
        part = reader.get(address(stored, "shown"), HTTP_RANGE=header)
        assert (part.status_code, body(part)) == (206, data[start:stop])
        assert part["Content-Range"] == f"bytes {start}-{stop - 1}/{len(data)}"
        assert part["Content-Length"] == str(stop - start)
    refused = reader.get(address(stored, "shown"), HTTP_RANGE=f"bytes={len(data)}-")
    assert (refused.status_code, refused["Content-Range"]) == (416, f"bytes */{len(data)}")
    assert openings() == 1


def test_ranges_as_they_are_written() -> None:
    assert asked_range("", 10) is None
    assert asked_range("bytes=0-1,4-5", 10) is None
    assert asked_range("lines=0-1", 10) is None
    assert asked_range("bytes=-", 10) is None
    assert asked_range("bytes=5-2", 10) == NOT_THERE
    assert asked_range("bytes=-0", 10) == NOT_THERE
    assert asked_range("bytes=-99", 10) == (0, 10)


def test_what_is_damaged_is_said_on_the_page(offices: Any, reader: Any) -> None:
    stored = kept(offices["SCD"], jpeg())
    places.place_of(stored.pk).write_bytes(b"x")
    answer = reader.post(address(stored), {"what": "original"})
    assert answer.status_code == 422
    assert "is not what was given any more" in answer.content.decode()


def test_a_picture_that_cannot_be_shown_can_still_be_saved(offices: Any, reader: Any) -> None:
    stored = kept(offices["SCD"], jpeg()[:3000])
    reader.post(address(stored), {"what": "shown"})
    assert reader.get(address(stored, "shown")).status_code == 422
    assert body(reader.post(address(stored), {"what": "original"}, follow=True)) == jpeg()[:3000]


def test_papers_and_lists_are_saved_and_never_shown(offices: Any, reader: Any) -> None:
    stored = kept(offices["SCD"], b"%PDF-1.7\n1 0 obj\n<< /JS (app.alert(1)) >>")
    page = reader.get(address(stored)).content.decode()
    assert 'value="shown"' not in page
    answer = reader.post(address(stored), {"what": "original"}, follow=True)
    assert answer["Content-Disposition"].startswith("attachment;")


def test_an_erased_file_says_so(offices: Any, reader: Any) -> None:
    from amana.casework.audit.protection import _erase
    from amana.casework.audit.writing import SYSTEM, writing

    stored = kept(offices["SCD"], jpeg(), of_reporter=True)
    with writing(SYSTEM, "subject.erased") as log:
        _erase(log, stored.subject)
    page = reader.get(address(stored)).content.decode()
    assert "erased with the person" in page
    assert "<form" not in page.split("<main", 1)[1].split("</main>")[0]
    assert reader.post(address(stored), {"what": "shown", "reason": "x"}).status_code == 422


def test_programs_get_it_in_one_answer_that_is_logged(offices: Any, reader: Any) -> None:
    stored = kept(offices["SCD"], jpeg(), of_reporter=True)
    with pytest.raises(InputProblems):
        reader.get(f"/tests/given/{stored.pk}/")
    assert body(reader.get(f"/tests/given/{stored.pk}/?reason=copy")) == jpeg()
    assert body(reader.get(f"/tests/given/{stored.pk}/?reason=copy")) == jpeg()
    assert openings() == 2


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_is_whole_in_both_languages(offices: Any, reader: Any, language: str) -> None:
    from amana.casework.tests.look import Balance

    stored = kept(offices["SCD"], jpeg())
    reader.cookies["amana_language"] = language
    page = reader.get(address(stored)).content.decode()
    Balance(page)
    assert page.count("<h1>") == 1
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in page


def test_what_the_component_wants(offices: Any, rf: Any) -> None:
    request = rf.get("/units/")
    request.session = {}
    with translation.override("en"):
        found = media(request, kept(offices["SCD"], jpeg()), "/x/")
    assert found["title"] == "Picture"
    assert found["back"] == "/units/"
    assert not found["opened"]
