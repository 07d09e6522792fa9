"""Keeping a file, reading it again, and what may go wrong between."""

from __future__ import annotations

import io
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from amana.casework.audit.checkpoints import make_checkpoint
from amana.casework.audit.models import Entry
from amana.casework.audit.protection import new_subject
from amana.casework.audit.reading import values_of
from amana.casework.audit.verification import verify_database
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.files import places, upkeep
from amana.casework.files.claims import Claims
from amana.casework.files.models import StoredFile
from amana.casework.files.pending import Pending
from amana.casework.files.pictures import placeholder
from amana.casework.files.receiving import Offered, finished, receive, receive_all
from amana.casework.files.sealing import CHUNK, FULL, sealed_size
from amana.casework.files.services import (
    claim,
    claims_of,
    content_of,
    open_file,
    open_name,
    preview,
    shown_picture,
    store,
)
from amana.casework.files.tests.made import archive, gps, jpeg, kept, mp4
from amana.problems import InputProblems

HOME = Path(settings.HOME)


def codes(refused: Any) -> list[str]:
    return [p.code for p in refused.value.problems]


def on_disk(folder: str = "files") -> list[Path]:
    return sorted(p for p in (HOME / folder).rglob("*") if p.is_file() and p.name != "begin.lock")


def read(stored: StoredFile) -> bytes:
    return b"".join(content_of(stored).content())


# Round trip


@pytest.mark.django_db
@pytest.mark.parametrize("of_reporter", [False, True])
def test_a_file_comes_back_to_the_byte(offices: Any, person: Any, of_reporter: bool) -> None:
    data = jpeg((1600, 1200), exif=gps(), quality=95) + os.urandom(2 * CHUNK)
    who = person("photographer")
    stored = kept(offices["SCD"], data, "Ahmad at the well.jpg", of_reporter=of_reporter, by=who)
    assert read(stored) == data
    assert (stored.kind, stored.media_type, stored.size) == ("image", "image/jpeg", len(data))
    assert claims_of(stored).lat == 34.75
    assert open_name(who, stored, "to sort it") == "Ahmad at the well.jpg"
    assert places.place_of(stored.pk).stat().st_size == sealed_size(len(data))
    assert stored.added_by == who
    make_checkpoint()
    report = verify_database()
    assert report.verified, report.findings


@pytest.mark.django_db
def test_nothing_of_it_stands_open_on_the_disk_or_in_the_database(offices: Any) -> None:
    data = jpeg(exif=gps()) + b"PLAIN-MARK" * 100
    stored = kept(offices["SCD"], data, "Zahrabad.jpg", of_reporter=True)
    for path in [*on_disk(), *on_disk("uploads")]:
        held = path.read_bytes()
        assert not [m for m in (b"PLAIN-MARK", b"JFIF", b"Zahrabad", stored.sha256.encode()) if m in held]
        assert path.stat().st_mode & 0o077 == 0
    row = str(StoredFile.objects.filter(pk=stored.pk).values().get())
    assert "Zahrabad" not in row
    assert "34.75" not in row
    entry = Entry.objects.get(action="files.file.added")
    assert entry.sealed
    assert entry.subject == str(stored.subject_id)


@pytest.mark.django_db
def test_without_the_key_folder_the_disk_opens_nothing(offices: Any, tmp_path: Path, settings: Any) -> None:
    stored = kept(offices["SCD"], jpeg())
    settings.KEYS = tmp_path
    with pytest.raises(InputProblems):
        content_of(stored)
    assert preview(stored) == placeholder()


@pytest.mark.django_db
def test_a_stream_can_be_stored_at_once(offices: Any) -> None:
    with writing(SYSTEM, "tests.prepared") as log:
        stored = store(
            log, io.BytesIO(b"a,b\n1,2\n"), office=offices["SCD"], name="list.csv", accept=("list",)
        )
    assert read(stored) == b"a,b\n1,2\n"
    assert claims_of(stored) == Claims()


# Refusals


@pytest.mark.parametrize(
    ("data", "options", "code"),
    [
        (b"<html><script>", {}, "files.wrong-type"),
        (archive(), {}, "files.wrong-type"),
        (jpeg(), {"accept": ("video",)}, "files.wrong-type"),
        (jpeg(), {"largest": 1000}, "files.too-large"),
        (b"", {}, "files.empty"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(data: bytes, options: Any, code: str) -> None:
    with pytest.raises(InputProblems) as refused:
        receive(io.BytesIO(data), name="IMG.jpg", **options)
    assert codes(refused) == [code]
    assert on_disk("uploads") == []


def test_every_fault_of_a_form_is_told_at_once() -> None:
    offered = [Offered(file=io.BytesIO(d)) for d in (jpeg(), b"", archive())] + [Offered(token="unknown")]
    with pytest.raises(InputProblems) as refused:
        receive_all(offered, holder="h", field="photos")
    assert [(p.code, p.row, p.field) for p in refused.value.problems] == [
        ("files.empty", 2, "photos"), ("files.wrong-type", 3, "photos"), ("files.upload-gone", 4, "photos"),
    ]  # fmt: skip
    assert on_disk("uploads") == []
    with pytest.raises(InputProblems) as refused:
        receive_all([Offered(file=io.BytesIO(b""))] * 3, holder="h", most=2)
    assert codes(refused) == ["files.too-many-at-once"]


@pytest.mark.django_db
def test_a_transaction_that_is_rolled_back_leaves_the_upload_to_be_used_again(offices: Any) -> None:
    received = receive(io.BytesIO(jpeg()), holder="me")

    class Broken(Exception):
        pass

    with pytest.raises(Broken), writing(SYSTEM, "tests.prepared") as log:  # noqa: PT012
        store(log, received, office=offices["SCD"])
        raise Broken
    assert not StoredFile.objects.exists()
    assert not Entry.objects.filter(action="files.file.added").exists()
    again = finished(received.token, holder="me")
    with writing(SYSTEM, "tests.prepared") as log:
        stored = store(log, again, office=offices["SCD"])
    assert read(stored) == jpeg()


@pytest.mark.django_db
def test_an_upload_becomes_one_file(offices: Any) -> None:
    received = receive(io.BytesIO(jpeg()), holder="me")
    with writing(SYSTEM, "tests.prepared") as log:
        stored = store(log, received, office=offices["SCD"])
    with pytest.raises(InputProblems) as refused, writing(SYSTEM, "tests.prepared") as log:
        claim(received.token, log, holder="me", office=offices["SCD"])
    assert codes(refused) == ["files.upload-used"]
    received.discard()  # as after the commit
    with pytest.raises(InputProblems) as refused, writing(SYSTEM, "tests.prepared") as log:
        claim(received.token, log, holder="me", office=offices["SCD"])
    assert codes(refused) == ["files.upload-gone"]
    assert read(stored) == jpeg()


@pytest.mark.django_db
def test_two_forms_with_one_upload_at_once_make_one_row(offices: Any, monkeypatch: Any) -> None:
    """The second has looked before the first had committed."""
    received = receive(io.BytesIO(jpeg()), holder="me")
    with writing(SYSTEM, "tests.prepared") as log:
        store(log, received, office=offices["SCD"])
    rows = type(StoredFile.objects.filter())
    monkeypatch.setattr(rows, "exists", lambda self: False)
    with pytest.raises(InputProblems) as refused, writing(SYSTEM, "tests.prepared") as log:
        store(log, received, office=offices["SCD"])
    assert codes(refused) == ["files.upload-used"]
    monkeypatch.undo()
    assert read(StoredFile.objects.get()) == jpeg()


@pytest.mark.django_db(transaction=True)
def test_after_the_commit_the_upload_is_gone_and_the_file_stays(offices: Any) -> None:
    received = receive(io.BytesIO(jpeg()), holder="me")
    with writing(SYSTEM, "tests.prepared") as log:
        stored = store(log, received, office=offices["SCD"])
        assert on_disk("uploads")
    assert on_disk("uploads") == []
    assert read(stored) == jpeg()


@pytest.mark.django_db
def test_where_there_are_no_second_names_the_file_is_copied(offices: Any, monkeypatch: Any) -> None:
    def refused(*_: Any) -> None:
        raise OSError(18, "another disk")

    monkeypatch.setattr(os, "link", refused)
    stored = kept(offices["SCD"], jpeg())
    assert read(stored) == jpeg()
    assert len(on_disk()) == 2


# Opening


@pytest.mark.django_db
def test_each_opening_is_in_the_log_before_a_byte_is_given(offices: Any, person: Any) -> None:
    stored, who = kept(offices["SCD"], jpeg(), of_reporter=True), person("duty_officer")
    with pytest.raises(InputProblems) as refused:
        open_file(who, stored)
    assert codes(refused) == ["protected.needs-reason"]
    with pytest.raises(PermissionDenied):
        open_file(who, stored, "to see", may="laboratory.genetics")
    assert not Entry.objects.filter(action="files.file.opened").exists()
    opened = open_file(who, stored, "triage", what="shown", may="incidents.view", on=stored)
    entry = Entry.objects.get(action="files.file.opened")
    assert (entry.actor, entry.object_id, entry.sealed) == (str(who.pk), str(stored.pk), True)
    assert values_of([entry]) == [{"what": "shown", "_reason": "triage"}]
    assert json.loads(entry.leaf)["role"] == "duty_officer"
    assert b"".join(opened.content()) == jpeg()
    assert opened.file_name == f"{stored.sha256[:16]}.jpg"


@pytest.mark.django_db
def test_a_name_is_opened_for_a_reason_alone(offices: Any, person: Any) -> None:
    stored = kept(offices["SCD"], jpeg(), "x.jpg")
    with pytest.raises(InputProblems):
        open_name(person("duty_officer"), stored, " ")
    assert open_name(person("duty_officer"), stored, "to ask for it") == "x.jpg"
    assert Entry.objects.filter(action="files.file.name-opened").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1000, 2 * CHUNK + 10])
def test_what_is_damaged_is_found_told_and_noted(
    offices: Any, person: Any, size: int, monkeypatch: Any
) -> None:
    data = mp4(size * 2)
    stored, who = kept(offices["SCD"], data), person("duty_officer")
    place = places.place_of(stored.pk)
    held = bytearray(place.read_bytes())
    held[-40] ^= 1
    place.write_bytes(held)
    with pytest.raises(InputProblems) as refused:
        open_file(who, stored, "to see")
    assert codes(refused) == ["files.damaged"]
    assert not Entry.objects.filter(action="files.file.opened").exists()
    assert Entry.objects.filter(action="files.file.found-damaged").count() == 1
    assert [p.code for p in upkeep.verify_files()] == ["files.damaged"]
    # A large one is opened, and its end is never given.
    monkeypatch.setattr("amana.casework.files.services.VERIFIED_FIRST", 100)
    got = b""
    with pytest.raises(InputProblems):  # noqa: PT012
        for part in open_file(who, stored, "to see").content():
            got += part
    assert data.startswith(got)
    assert len(data) - len(got) > CHUNK or len(data) < CHUNK


@pytest.mark.django_db
def test_pieces_that_change_places_are_found(offices: Any) -> None:
    stored = kept(offices["SCD"], mp4(3 * CHUNK))
    place = places.place_of(stored.pk)
    held = place.read_bytes()
    place.write_bytes(held[FULL : 2 * FULL] + held[:FULL] + held[2 * FULL :])
    with pytest.raises(InputProblems) as refused:
        read(stored)
    assert codes(refused) == ["files.damaged"]


@pytest.mark.django_db
def test_what_is_gone_is_told_as_well(offices: Any, person: Any) -> None:
    stored = kept(offices["SCD"], jpeg())
    assert upkeep.stored_files()[0]
    assert upkeep.verify_files() == []
    places.remove(stored.pk)
    with pytest.raises(InputProblems) as refused:
        open_file(person("duty_officer"), stored, "to see")
    assert codes(refused) == ["files.damaged"]
    assert preview(stored) == placeholder()
    assert not upkeep.stored_files()[0]
    assert len(upkeep.verify_files()) == 1


@pytest.mark.django_db
def test_a_picture_that_cannot_be_decoded_is_kept_and_not_shown(offices: Any) -> None:
    stored = kept(offices["SCD"], jpeg()[:3000])
    assert preview(stored) == placeholder()
    with pytest.raises(InputProblems) as refused:
        shown_picture(stored)
    assert codes(refused) == ["files.cannot-show"]
    assert read(stored) == jpeg()[:3000]


# Room


def test_a_full_disk_is_a_clear_fault_and_nothing_half_is_left(full_disk: Any) -> None:
    full_disk()
    with pytest.raises(InputProblems) as refused:
        receive(io.BytesIO(mp4(3 * CHUNK)))
    assert codes(refused) == ["files.no-room"]
    assert on_disk("uploads") == []


@pytest.mark.django_db
def test_a_disk_that_is_full_when_the_file_gets_its_place(offices: Any, monkeypatch: Any) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "no space")

    received = receive(io.BytesIO(jpeg()), holder="me")
    monkeypatch.setattr(os, "link", full)
    with pytest.raises(InputProblems) as refused, writing(SYSTEM, "tests.prepared") as log:
        store(log, received, office=offices["SCD"])
    assert codes(refused) == ["files.no-room"]
    monkeypatch.undo()
    with writing(SYSTEM, "tests.prepared") as log:
        stored = claim(received.token, log, holder="me", office=offices["SCD"])
    assert read(stored) == jpeg()


def test_the_last_room_is_left_to_the_database(monkeypatch: Any) -> None:
    monkeypatch.setattr(places, "KEEP_FREE", 10**18)
    with pytest.raises(InputProblems) as refused:
        receive(io.BytesIO(jpeg()))
    assert codes(refused) == ["files.no-room"]


# Erasure and upkeep


@pytest.mark.django_db
def test_erasing_a_reporter_removes_their_files_and_no_others(offices: Any, person: Any) -> None:
    from amana.casework.audit.keyring import keyring
    from amana.casework.audit.protection import _erase, erased

    mine = kept(offices["SCD"], jpeg(exif=gps()), "me.jpg", of_reporter=True)
    other = kept(offices["SCD"], jpeg(), of_reporter=True)
    assert len(on_disk()) == 4
    with writing(SYSTEM, "subject.erased") as log:  # as erase_subject does for a person on record
        _erase(log, mine.subject)
    keyring().destroy([mine.subject_id])
    erased.send(type(mine.subject), subject=mine.subject)
    row = StoredFile.objects.get(pk=mine.pk)
    assert (row.sha256, row.size, row.name, row.claims, row.sealed_key) == ("", 0, "", "", "")
    assert row.is_erased
    assert len(on_disk()) == 2
    assert not [p for p in on_disk("uploads") if mine.pk.hex in str(p)]
    with pytest.raises(InputProblems) as refused:
        open_file(person("duty_officer"), row, "to see")
    assert codes(refused) == ["protected.erased"]
    assert preview(row) == placeholder()
    assert read(other) == jpeg()
    make_checkpoint()
    assert verify_database().verified
    assert upkeep.verify_files() == []
    assert upkeep.sweep()["erased"] == 0


@pytest.mark.django_db
def test_nothing_is_added_about_an_erased_person(offices: Any) -> None:
    from amana.casework.audit.keyring import keyring
    from amana.casework.audit.protection import _erase

    mine = kept(offices["SCD"], jpeg(), of_reporter=True)
    with writing(SYSTEM, "subject.erased") as log:
        _erase(log, mine.subject)
    keyring().destroy([mine.subject_id])
    received = receive(io.BytesIO(jpeg()))
    with pytest.raises(InputProblems) as refused, writing(SYSTEM, "tests.prepared") as log:
        store(log, received, office=offices["SCD"], subject=mine.subject)
    assert codes(refused) == ["protected.erased"]


@pytest.mark.django_db
def test_what_a_crash_left_of_an_erased_person_is_swept(offices: Any) -> None:
    from amana.casework.audit.protection import _erase

    mine = kept(offices["SCD"], jpeg(), of_reporter=True)
    with writing(SYSTEM, "subject.erased") as log:
        _erase(log, mine.subject)
    assert upkeep.sweep()["erased"] == 1
    assert on_disk() == []


@pytest.mark.django_db
def test_sweeping_takes_what_nobody_needs_and_nothing_else(offices: Any) -> None:
    stored = kept(offices["SCD"], jpeg())
    orphan = receive(io.BytesIO(jpeg()))
    with pytest.raises(KeyboardInterrupt), writing(SYSTEM, "tests.prepared") as log:  # noqa: PT012
        store(log, orphan, office=offices["SCD"])
        raise KeyboardInterrupt
    waiting = Pending.begin(holder="h", length=10)
    old = Pending.begin(holder="h", length=10)
    long_ago = time.time() - 2 * 86400
    os.utime(old.folder / "about", (long_ago, long_ago))
    assert upkeep.orphans() == 1
    assert upkeep.sweep() == {"uploads": 1, "orphans": 0, "erased": 0}
    assert waiting.folder.exists()
    assert not old.folder.exists()
    week = time.time() - upkeep.ORPHANS_KEPT - 60
    for path in on_disk():
        os.utime(path, (week, week))
    assert upkeep.sweep()["orphans"] == 1
    assert not places.place_of(orphan.file_id).exists()
    assert read(stored) == jpeg()


@pytest.mark.django_db
def test_an_upload_that_expired_is_not_found(offices: Any) -> None:
    received = receive(io.BytesIO(jpeg()), holder="me")
    long_ago = time.time() - 25 * 3600
    os.utime(received.pending.folder / "about", (long_ago, long_ago))
    with pytest.raises(InputProblems) as refused:
        finished(received.token, holder="me")
    assert codes(refused) == ["files.upload-gone"]


def test_an_upload_of_somebody_else_is_none() -> None:
    received = receive(io.BytesIO(jpeg()), holder="me")
    for holder in ("you", ""):
        with pytest.raises(InputProblems) as refused:
            finished(received.token, holder=holder)
        assert codes(refused) == ["files.upload-gone"]


@pytest.mark.django_db
def test_a_subject_that_is_new_in_the_same_transaction_seals_the_file(offices: Any) -> None:
    received = receive(io.BytesIO(jpeg()))
    with writing(SYSTEM, "tests.prepared") as log:
        stored = store(log, received, office=offices["SCD"], subject=new_subject(log, "reporter"))
    assert read(StoredFile.objects.get(pk=stored.pk)) == jpeg()
