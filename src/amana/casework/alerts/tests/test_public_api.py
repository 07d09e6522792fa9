"""The public form for programs."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amana.casework.alerts.models import Addition, Alert
from amana.casework.alerts.services.receiving import receive
from amana.casework.alerts.tests.photos import photo
from amana.casework.audit.protection import unsealed

REPORT, STATE, ADD = "/api/v1/report", "/api/v1/report/state", "/api/v1/report/additions"


@pytest.fixture(autouse=True)
def office(person, gazetteer):
    return person("hotline_operator").office


@pytest.fixture
def program():
    return Client(enforce_csrf_checks=True)


def test_a_report_with_files_gives_a_code_and_nothing_else(program):
    said = {
        "account": "bones", "count_words": "about twenty", "position": "34.84155, 36.45384",
        "seen_on": "2025-02-03",
        "dangers": ["mines", "wires"], "digging": "yes", "language": "en", "form": "f",
    }  # fmt: skip
    files = lambda: [SimpleUploadedFile("a.jpg", photo()), SimpleUploadedFile("b.jpg", photo(colour=9))]  # noqa: E731
    response = program.post(REPORT, {**said, "files": files()})
    assert response.status_code == 201, response.content
    assert list(response.json()) == ["receipt"]
    alert = Alert.objects.get()
    assert (alert.dangers, alert.digging, alert.attachments.count()) == (["mines", "wires"], "yes", 2)
    assert program.post(REPORT, {**said, "files": files()}).json() == response.json()
    assert Alert.objects.count() == 1


def test_who_stays_anonymous_leaves_no_name(program):
    program.post(REPORT, {"account": "bones", "reporter": "Somebody", "phone": "0944123456"})
    assert Alert.objects.get().phone == ""
    program.post(REPORT, {"account": "bones", "phone": "0944123456", "anonymous": "false"})
    assert unsealed(Alert.objects.get(anonymous=False), "phone") == "0944123456"


@pytest.mark.parametrize(
    "said",
    [
        {}, {"account": "x" * 20_001}, {"account": "a\0"}, {"account": "x", "dangers": ["bears"]},
        {"account": "x", "counted": "trucks"}, {"account": "x", "seen_on": "2999-01-01"},
        {"account": "x", "seen_on": "soon"}, {"account": "x", "uncertainty_m": "-1"},
        {"account": "x", "uncertainty_m": "nan"}, {"account": "x", "position": "nowhere"},
        {"account": "x", "pcode": "C1"}, {"account": "x", "placed": "place"}, {"account": "x",
        "language": "fr"},
        {"account": "x", "form": "f" * 65}, {"account": "x", "files": [SimpleUploadedFile("a", b"MZ")]},
        {"account": "x", "files-sent": "x", "digging": ""},
    ],
    ids=range(16),
)  # fmt: skip
def test_bad_input_is_refused_with_what_is_wrong(program, said):
    response = program.post(REPORT, said)
    assert response.status_code == 422, response.content
    assert response.json()
    assert not Alert.objects.exists()


def test_the_state_is_told_to_whoever_has_the_code(program):
    _, code = receive(account="bones")
    assert program.get(STATE, headers={"receipt": code}).json() == {"state": "received"}
    wrong = program.get(STATE, headers={"receipt": "1" * 20})
    assert wrong.status_code == 404
    assert program.get(STATE).status_code == 422


def test_words_and_files_are_added_with_the_code(program):
    alert, code = receive(account="bones")
    given = {"receipt": code, "text": "They dig", "form": "f", "files": SimpleUploadedFile("a.jpg", photo())}
    assert program.post(ADD, given).json() == {"state": "received"}
    assert unsealed(Addition.objects.get(), "text") == "They dig"
    assert alert.attachments.count() == 1
    assert program.post(ADD, {"receipt": code}).status_code == 422
    assert program.post(ADD, {"receipt": "1" * 20, "text": "x"}).status_code == 404
    assert Addition.objects.count() == 1


def test_programs_meet_the_same_limits(program, settings):
    settings.REPORT_LIMITS = {"send": (1, 3600), "code": (1, 900)}
    assert program.post(REPORT, {"account": "a"}).status_code == 201
    assert program.post(REPORT, {"account": "b"}).json()["wait"] > 0
    assert program.get(STATE, headers={"receipt": "1" * 20}).status_code == 404
    assert program.get(STATE, headers={"receipt": "1" * 20}).status_code == 429


def test_without_an_office_nothing_is_taken(program, settings):
    settings.ALERT_OFFICE = "NOBODY"
    response = program.post(REPORT, {"account": "bones"})
    assert response.status_code == 422
    assert response.json()["problems"][0]["code"] == "alerts.no-office"


def test_the_description_says_that_no_account_is_needed(program):
    described = program.get("/api/v1/openapi.json").json()["paths"]
    for path in (REPORT, STATE, ADD):
        for operation in described[path].values():
            assert not operation.get("security")
