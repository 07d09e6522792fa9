"""What a code is good for: how far the report has come, and adding to it; nothing else is told."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amana.casework.alerts.models import Addition, Alert
from amana.casework.alerts.queries_public import CODE_LIVES
from amana.casework.alerts.services.receiving import receive
from amana.casework.alerts.tests.photos import photo
from amana.casework.alerts.tests.test_public_form import typed
from amana.casework.audit.protection import erase_subject, unsealed
from amana.casework.audit.writing import SYSTEM, writing

LANGUAGES = ("en", "ar")
SECRET = "SECRET WORDS"


@pytest.fixture
def stranger():
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def sent(person, gazetteer):
    person("hotline_operator")
    return receive(
        account=SECRET, place_words="SECRET PLACE", pcode="C2680", reporter="SECRET NAME", phone="0944123456",
        anonymous=False, files=(),
    )  # fmt: skip


def look(client, code, **more):
    return client.post("/report/code/", {"do": "look", "code": code, "language": "en", **more})


def become(alert, state, **fields):
    with writing(SYSTEM, "tests.prepared") as log:
        alert.state = state
        for name, value in fields.items():
            setattr(alert, name, value)
        log.save(alert)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("received", "Received."),
        ("doubted", "Being looked at."),
        ("referred", "Passed on."),
        ("closed", "Closed."),
    ],
)
def test_the_code_shows_the_state_in_a_word_and_nothing_of_the_report(stranger, sent, state, word):
    alert, code = sent
    become(alert, state)
    page = look(stranger, code).content.decode()
    assert word in page
    for told in ("SECRET", "0944123456", alert.number, str(alert.pk), "C2680", "Qabu", "القبو", "Office SCD"):
        assert told not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_taken_as_people_write_it(stranger, sent, language):
    _, code = sent
    arabic = code.replace("-", " ").translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    response = look(stranger, arabic, language=language)
    assert response.status_code == 200
    assert b'name="text"' in response.content


def test_wrong_expired_and_erased_look_alike_and_cost_alike(stranger, sent, person):
    erased, code_of_erased = sent
    closed, code_of_closed = receive(account="x")
    become(closed, "closed", closed_at=closed.since - CODE_LIVES)
    erase_subject(person("data_protection_officer"), erased.subject, "withdrawn-consent", "asked for it")
    answers = []
    for code in (code_of_erased, code_of_closed, "1111-1111-1111-1111-1111"):
        with CaptureQueriesContext(connection) as asked:
            response = look(stranger, code)
        page = response.content.decode().replace(code, "")
        answers.append((response.status_code, page, len(asked)))
    forms = {re.sub(r'name="form" value="[^"]*"', "", page) for _, page, _ in answers}
    assert len(forms) == 1
    assert {status for status, _, _ in answers} == {422}
    assert len({cost for _, _, cost in answers}) == 1


def test_words_and_files_are_added_by_a_plain_form(stranger, sent):
    alert, code = sent
    page = typed(look(stranger, code).content.decode())
    given = {**page, "do": "add", "text": "They dig", "files": SimpleUploadedFile("a.jpg", photo())}
    response = stranger.post("/report/code/", given)
    assert response.status_code == 303
    assert code not in response["Location"]
    after = stranger.get(response["Location"]).content.decode()
    assert "They dig" not in after
    assert code not in after
    assert unsealed(Addition.objects.get(), "text") == "They dig"
    assert alert.attachments.count() == 1
    given["files"] = SimpleUploadedFile("a.jpg", photo())
    stranger.post("/report/code/", given)  # the same form once more
    assert Addition.objects.count() == 1


def test_a_wish_to_be_erased_reaches_people(stranger, sent):
    alert, code = sent
    page = typed(look(stranger, code).content.decode())
    stranger.post("/report/code/", {**page, "do": "add", "erase": "on"})
    assert "erased" in unsealed(Addition.objects.get(), "text")
    assert unsealed(Alert.objects.get(pk=alert.pk), "account") == SECRET


def test_with_a_wrong_code_nothing_is_kept(stranger, sent):
    before = stranger.post("/report/code/", {"do": "add", "code": "1" * 20, "text": "x", "form": "f"})
    assert before.status_code == 422
    assert not Addition.objects.exists()


def test_adding_nothing_is_asked_again_with_the_files_that_are_here(stranger, sent):
    _, code = sent
    given = {"do": "add", "code": code, "form": "f", "text": "", "language": "en"}
    response = stranger.post("/report/code/", given)
    assert response.status_code == 422
    assert "Write a few words" in response.content.decode()
    files = [SimpleUploadedFile("a.jpg", photo()), SimpleUploadedFile("b.jpg", b"MZ program")]
    page = typed(stranger.post("/report/code/", {**given, "files": files, "text": "x"}).content.decode())
    assert (len(page["files-sent"]), page["text"], page["code"]) == (1, ["x"], [code])
    assert stranger.post("/report/code/", {**page, "do": "add"}).status_code == 303
    assert Addition.objects.get().attachments.count() == 1


def test_a_state_page_is_kept_nowhere(stranger, sent):
    response = look(stranger, sent[1])
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
