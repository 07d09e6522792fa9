"""A disk without room, a database that is gone or busy: said plainly, never a fault of the program."""

import errno

import pytest
from django.db import OperationalError
from django.db.models.query import QuerySet

from amana.casework.common.failures import failure_of
from amana.casework.incidents.models import Incident


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (OperationalError("database is locked"), "busy"),
        (OperationalError("deadlock detected\nDETAIL: …"), "busy"),
        (OperationalError("database or disk is full"), "full"),
        (OperationalError("could not extend file: No space left on device"), "full"),
        (OSError(errno.ENOSPC, "No space left on device"), "full"),
        (OperationalError("connection to server failed: Connection refused"), "gone"),
        (OperationalError("unable to open database file"), "gone"),
        (OSError(errno.EACCES, "Permission denied"), None),
        (ValueError("database is locked"), None),
    ],
)
def test_what_failed_is_told_from_the_error(error, failure):
    assert failure_of(error) == failure


@pytest.mark.parametrize(
    ("error", "status", "english", "arabic"),
    [
        (OperationalError("database or disk is full"), 507, "no room left", "مساحة"),
        (OperationalError("server closed the connection"), 503, "cannot be reached", "تعذّر الوصول"),
        (OperationalError("database is locked"), 503, "Busy", "مشغول"),
    ],
)
def test_a_page_says_it_in_the_readers_language(person, sign_in, monkeypatch, error, status, english, arabic):
    client = sign_in(person("duty_officer"))
    client.raise_request_exception = False
    broken(monkeypatch, error)
    for language, word in (("en", english), ("ar", arabic)):
        client.cookies["amana_language"] = language
        answer = client.post("/incidents/new/", {"name_en": "Field", "name_ar": "حقل"})
        assert answer.status_code == status
        assert word in answer.content.decode()
        assert "Retry-After" in answer
    program = client.get("/api/v1/incidents")
    assert (program.status_code, program.headers["Content-Type"]) == (status, "application/json")


def test_a_page_without_any_database_still_answers(client, db, monkeypatch):
    client.raise_request_exception = False
    client.cookies["sessionid"] = "x" * 32
    with monkeypatch.context() as patch:
        broken(patch, OperationalError("connection refused"), everything=True)
        answer = client.get("/incidents/")
    assert answer.status_code == 503


def test_nothing_is_half_saved(person, sign_in, monkeypatch):
    client = sign_in(person("duty_officer"))
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        broken(patch, OperationalError("database or disk is full"))
        client.post("/incidents/new/", {"name_en": "Field", "name_ar": "حقل"})
    assert not Incident.objects.exists()


def broken(monkeypatch, error, *, everything=False):
    """Reads of incidents (or of everything) and writes of the log fail so."""

    def fail(self, *args, **kwargs):
        raise error

    if everything:
        monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", fail)
        return
    before = QuerySet._fetch_all

    def fetch(self):
        if self.model is Incident:
            raise error
        before(self)

    monkeypatch.setattr(QuerySet, "_fetch_all", fetch)
    monkeypatch.setattr("amana.casework.audit.writing._append", fail)
