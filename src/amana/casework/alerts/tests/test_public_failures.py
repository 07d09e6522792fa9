"""When the disk is full or the database is gone: a clear answer, and what was typed stays."""

from __future__ import annotations

import errno
import re
import sqlite3

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from amana.casework.alerts import pages_public, views_public
from amana.casework.alerts.models import Alert
from amana.casework.alerts.services import receiving
from amana.casework.alerts.services.receiving import receive
from amana.casework.alerts.tests.photos import photo
from amana.casework.alerts.tests.test_public_form import typed
from amana.casework.files import pending as pending_files
from amana.casework.files import places as places_of_files
from amana.casework.files.models import StoredFile

TYPED = {"do": "send", "form": "f", "language": "en", "account": "عظام عند البئر", "dangers": ["mines"],
         "wish": "contact", "phone": "0944123456"}  # fmt: skip
GONE = [
    OperationalError("server closed the connection unexpectedly"),
    OperationalError("database is locked"),
    sqlite3.OperationalError("disk I/O error"),
    OSError(errno.ENOSPC, "No space left on device"),
]


@pytest.fixture(autouse=True)
def office(person, gazetteer):
    return person("hotline_operator").office


@pytest.fixture
def stranger():
    return Client(enforce_csrf_checks=True)


def fails(fault):
    def work(*_, **__):
        raise fault

    return work


@pytest.mark.parametrize("fault", GONE, ids=str)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_lost_database_says_not_received_and_gives_back_what_was_typed(
    stranger, monkeypatch, fault, language
):
    monkeypatch.setattr(receiving, "writing", fails(fault))
    response = stranger.post("/report/", {**TYPED, "language": language})
    page = response.content.decode()
    assert response.status_code == 503
    if language == "en":
        assert "NOT received" in page
    again = typed(page)
    assert again["account"] == [TYPED["account"]]
    assert again["phone"] == [TYPED["phone"]]
    assert again["dangers"] == ["mines"]
    monkeypatch.undo()
    assert stranger.post("/report/", {**again, "do": "send"}).status_code == 303
    assert Alert.objects.count() == 1


def test_without_any_database_the_page_is_drawn(stranger, monkeypatch, django_db_blocker):
    """Not one question is asked of it: the form, its faults and its notices need none."""
    with monkeypatch.context() as gone:
        gone.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", fails(GONE[0]))
        first = stranger.get("/report/")
        sent = stranger.post("/report/", TYPED)
        find = stranger.post("/report/", {**TYPED, "do": "place", "place_name": "القبو"})
        part = stranger.get("/report/places/", {"words": "القبو"})
        code = stranger.post("/report/code/", {"do": "look", "code": "1" * 20, "language": "en"})
        program = stranger.post("/api/v1/report", {"account": "bones"})
    assert [r.status_code for r in (first, sent, find, part, code, program)] == [503] * 6
    assert "Do not touch" in first.content.decode()
    assert "<form" not in first.content.decode()
    for response in (sent, find):
        assert typed(response.content.decode())["account"] == [TYPED["account"]]
    assert "NOT received" in sent.content.decode()
    assert program.json() == {"wait": 60}


def test_files_that_arrived_survive_a_lost_database(stranger, monkeypatch):
    monkeypatch.setattr(receiving, "writing", fails(GONE[0]))
    page = typed(
        stranger.post("/report/", {**TYPED, "files": SimpleUploadedFile("a.jpg", photo())}).content.decode()
    )
    assert len(page["files-sent"]) == 1
    monkeypatch.undo()
    assert stranger.post("/report/", {**page, "do": "send"}).status_code == 303
    assert Alert.objects.get().attachments.count() == 1


def test_a_disk_that_is_full_names_the_files_and_keeps_the_words(stranger, monkeypatch):
    monkeypatch.setattr(pending_files, "write_all", fails(GONE[-1]))
    response = stranger.post("/report/", {**TYPED, "files": SimpleUploadedFile("a.jpg", photo())})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="at-files"' in page
    assert typed(page)["account"] == [TYPED["account"]]
    assert not Alert.objects.exists()
    # The words alone still go.
    monkeypatch.undo()
    assert stranger.post("/report/", {**typed(page), "do": "send"}).status_code == 303


def test_a_disk_that_fills_while_a_large_file_comes_in_keeps_the_words(stranger, monkeypatch, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    monkeypatch.setattr(places_of_files, "KEEP_FREE", 2**62)
    response = stranger.post("/report/", {**TYPED, "files": SimpleUploadedFile("a.jpg", photo())})
    assert response.status_code == 422
    assert typed(response.content.decode())["account"] == [TYPED["account"]]


def test_a_disk_that_fills_at_the_last_moment_leaves_no_half_report(stranger, monkeypatch):
    monkeypatch.setattr(places_of_files, "put", fails(GONE[-1]))
    response = stranger.post("/report/", {**TYPED, "files": SimpleUploadedFile("a.jpg", photo())})
    assert response.status_code in (422, 503)
    assert typed(response.content.decode())["account"] == [TYPED["account"]]
    assert not Alert.objects.exists()
    assert not StoredFile.objects.exists()


def test_what_was_acknowledged_is_there(stranger, monkeypatch):
    _, code = receive(account="bones")
    monkeypatch.setattr(receiving, "writing", fails(GONE[0]))
    add = {"do": "add", "code": code, "text": "more", "form": "f", "language": "en"}
    page = stranger.post("/report/code/", add)
    assert page.status_code == 503
    assert code in page.content.decode()
    monkeypatch.undo()
    assert stranger.post("/report/code/", {"do": "look", "code": code, "language": "en"}).status_code == 200


def test_the_servers_own_log_quotes_nothing_that_was_typed(stranger, monkeypatch, caplog):
    monkeypatch.setattr(receiving, "writing", fails(OperationalError("row: 0944123456")))
    stranger.post("/report/", TYPED)
    from amana.casework.common.logs import Discreet

    written = "\n".join(Discreet().format(r) for r in caplog.records)
    assert "a report could not be kept" in written
    assert not re.search("0944123456|عظام", written)


def test_a_program_fault_is_no_answer_either(stranger, monkeypatch):
    """Whatever else breaks is told by the page of last resort; it is not hidden here."""
    monkeypatch.setattr(views_public, "receive", fails(ZeroDivisionError()))
    stranger.raise_request_exception = False
    assert stranger.post("/report/", TYPED).status_code == 500
    assert ZeroDivisionError not in pages_public.AWAY
