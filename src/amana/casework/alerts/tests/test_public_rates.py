"""Limits without an address being kept; whoever meets one loses nothing that was typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from amana.casework.alerts import rates
from amana.casework.alerts.models import Alert
from amana.casework.alerts.services.receiving import receive
from amana.casework.alerts.tests.photos import photo
from amana.casework.alerts.tests.test_public_form import typed

ADDRESS = "203.0.113.77"


@pytest.fixture(autouse=True)
def office(person, gazetteer):
    cache.clear()
    yield person("hotline_operator").office
    cache.clear()


@pytest.fixture
def stranger():
    return Client(enforce_csrf_checks=True, REMOTE_ADDR=ADDRESS)


def send(client, form, **said):
    return client.post("/report/", {"do": "send", "form": form, "language": "en", "account": "bones", **said})


def test_a_village_behind_one_address_may_report(stranger):
    assert rates.limit("send").most >= 30
    assert {send(stranger, f"{i}").status_code for i in range(30)} == {303}


def test_past_the_limit_nothing_typed_and_no_file_is_lost(stranger, settings):
    settings.REPORT_LIMITS = {"send": (1, 3600)}
    assert send(stranger, "a").status_code == 303
    response = send(stranger, "b", account="other bones", files=SimpleUploadedFile("a.jpg", photo()))
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3600
    page = typed(response.content.decode())
    assert (page["account"], page["form"], len(page["files-sent"])) == (["other bones"], ["b"], 1)
    settings.REPORT_LIMITS = {"send": (9, 3600)}
    assert stranger.post("/report/", {**page, "do": "send"}).status_code == 303
    assert Alert.objects.count() == 2


def test_another_address_is_not_held_back(stranger, settings):
    settings.REPORT_LIMITS = {"send": (1, 3600)}
    send(stranger, "a")
    assert send(Client(REMOTE_ADDR="203.0.113.78"), "b").status_code == 303
    assert send(stranger, "c").status_code == 429


def test_a_window_ends(stranger, settings, monkeypatch):
    settings.REPORT_LIMITS = {"send": (1, 60)}
    now = [1_800_000_000.0]
    monkeypatch.setattr(rates.time, "time", lambda: now[0])
    send(stranger, "a")
    assert send(stranger, "b").status_code == 429
    now[0] += 60
    assert send(stranger, "b").status_code == 303


def test_wrong_codes_are_counted_and_right_ones_are_not(stranger, settings):
    settings.REPORT_LIMITS = {"code": (3, 900)}
    _, code = receive(account="bones")
    ask = {"do": "look", "language": "en"}
    for _ in range(5):
        assert stranger.post("/report/code/", {**ask, "code": code}).status_code == 200
    for _ in range(3):
        assert stranger.post("/report/code/", {**ask, "code": "1" * 20}).status_code == 422
    assert stranger.post("/report/code/", {**ask, "code": "1" * 20}).status_code == 429
    # From now on a right one is told the same: nobody goes on trying.
    refused = stranger.post("/report/code/", {**ask, "code": code})
    assert refused.status_code == 429
    assert typed(refused.content.decode())["code"] == [code]


def test_what_files_weigh_is_counted(stranger, settings):
    settings.REPORT_LIMITS = {"megabytes": (2, 86400)}
    heavy = b"\xff\xd8\xff" + b"0" * 2_000_000
    for form, status in (("a", 422), ("b", 429)):
        file = SimpleUploadedFile("a.jpg", heavy)
        assert send(stranger, form, files=file).status_code == status
    request = RequestFactory().post("/uploads/", REMOTE_ADDR=ADDRESS)
    request.user = type("Nobody", (), {"is_authenticated": False})
    assert rates.too_many_megabytes(request, 5_000_000).code == "files.too-many"
    request.user = type("Somebody", (), {"is_authenticated": True})
    assert rates.too_many_megabytes(request, 5_000_000) is None


def test_no_address_is_kept_anywhere(stranger, settings):
    send(stranger, "a", files=SimpleUploadedFile("a.jpg", photo()))
    stranger.post("/report/code/", {"do": "look", "code": "1" * 20})
    stranger.get("/report/", headers={"user-agent": "Secret Phone 9"})
    kept = [p for p in Path(settings.HOME).rglob("*") if p.is_file()]
    assert kept
    for needle in (ADDRESS.encode(), b"Secret Phone"):
        assert [p for p in kept if needle in p.read_bytes()] == []


def test_what_an_address_is_counted_under_changes_every_day_and_cannot_be_made_again(monkeypatch):
    request = RequestFactory().get("/report/", REMOTE_ADDR=ADDRESS)
    one, same = rates._who(request, 100 * 86400), rates._who(request, 100 * 86400 + 5)
    other_day = rates._who(request, 101 * 86400)
    cache.clear()  # the salt is forgotten
    assert one == same
    assert len({one, other_day, rates._who(request, 100 * 86400)}) == 3


def test_a_household_with_many_addresses_of_the_sixth_version_is_one():
    def who(address: str) -> str:
        return rates._who(RequestFactory().get("/", REMOTE_ADDR=address), 0)

    assert who("2001:db8:1:2::1") == who("2001:db8:1:2:ffff::9")
    assert who("2001:db8:1:2::1") != who("2001:db8:1:3::1")
    assert who("::ffff:203.0.113.5") == who("203.0.113.5")
    assert who("nonsense") == who("")


def test_a_cache_that_cannot_be_written_keeps_nobody_from_reporting(stranger, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rates.cache, "set", full)
    monkeypatch.setattr(rates.cache, "add", full)
    assert send(stranger, "a").status_code == 303
