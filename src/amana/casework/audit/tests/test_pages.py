"""Pages of the log."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from amana.casework.audit import reports
from amana.casework.audit.checkpoints import make_checkpoint, own_key
from amana.casework.audit.models import Checkpoint, Entry
from amana.casework.audit.tests.filled import fill, overwrite, unguarded
from amana.casework.audit.work import KIND
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.incidents.services import change_incident, open_incident
from amana.casework.jobs.models import Job
from amana.casework.jobs.services import run
from amana.casework.missing.models import MissingPerson

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(person: Any) -> Any:
    by = person("duty_officer", "SCD")
    made = open_incident(by, name_en="Field", name_ar="حقل")
    return change_incident(by, made, "a slip of the pen", place_en="Elsewhere")


def test_the_list_shows_who_did_what_and_filters(person: Any, incident: Any, sign_in: Any) -> None:
    client = sign_in(person("auditor", "SCD"))
    page = client.get(reverse("log")).content.decode()
    assert "A duty_officer" in page
    assert "Opened" in page
    page = client.get(reverse("log"), {"number": incident.number, "action": "incidents."}).content.decode()
    assert "2 entries" in page
    actor = Entry.objects.filter(action="incidents.incident.changed").get().actor
    assert actor in {e.actor for e in Entry.objects.all()}
    page = client.get(reverse("log"), {"office": "SCD", "object": "numbers.series"}).content.decode()
    assert "2 entries" in page
    assert client.get(reverse("log"), {"number": "no such"}).status_code == 200
    assert client.get(reverse("log"), {"since": "2020-01-01", "until": "2020-01-02"}).status_code == 200


def test_the_list_asks_few_questions_however_long(
    person: Any, incident: Any, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in(person("auditor", "SCD"))
    client.get(reverse("log"))
    with django_assert_max_num_queries(18):
        client.get(reverse("log"))
    with writing(SYSTEM, "tests.more") as log:
        for n in range(60):
            log.note("tests", n)
    with django_assert_max_num_queries(18):
        client.get(reverse("log"))


def test_saving_the_list_is_an_entry(person: Any, incident: Any, sign_in: Any) -> None:
    client = sign_in(person("auditor", "SCD"))
    text = client.get(reverse("log-csv")).content.decode()
    assert "SCD" in text
    assert Entry.objects.latest("index").action == "list.exported"


def test_another_office_s_entries_are_not_there(person: Any, incident: Any, sign_in: Any) -> None:
    entry = Entry.objects.get(action="incidents.incident.opened")
    client = sign_in(person("auditor", "PAR"))
    assert client.get(reverse("log-entry", args=[entry.index])).status_code == 404
    client = sign_in(person("auditor", "FMD"))  # SCD shares with it
    assert client.get(reverse("log-entry", args=[entry.index])).status_code == 200


def test_an_entry_says_why_and_proves_itself(person: Any, incident: Any, sign_in: Any) -> None:
    client = sign_in(person("prosecutor", "SCD"))
    entry = Entry.objects.get(action="incidents.incident.changed")
    page = client.get(reverse("log-entry", args=[entry.index])).content.decode()
    assert "a slip of the pen" in page
    assert "Nothing was signed yet" in page
    make_checkpoint()
    page = client.get(reverse("log-entry", args=[entry.index])).content.decode()
    assert "Yes: hashed as it stands here" in page
    assert incident.number in page
    later = Entry.objects.latest("index").index
    with writing(SYSTEM, "tests.later") as log:
        log.note("tests", 1)
    assert "Not yet" in client.get(reverse("log-entry", args=[later + 1])).content.decode()
    unguarded()
    overwrite(Entry, entry.pk, "leaf", entry.leaf.replace('"SCD"', '"XXX"'))
    assert "NO: the log" in client.get(reverse("log-entry", args=[entry.index])).content.decode()
    overwrite(Entry, entry.pk, "leaf", "{}")
    assert client.get(reverse("log-entry", args=[entry.index])).status_code == 200


def test_a_verification_runs_in_the_background_and_is_found_again(
    person: Any, incident: Any, sign_in: Any
) -> None:
    auditor = person("auditor", "SCD")
    client = sign_in(auditor)
    assert client.get(reverse("log-verify")).status_code == 200
    make_checkpoint()
    answer = client.post(reverse("log-verify"))
    job = Job.objects.get(kind=KIND)
    assert answer.url == reverse("log-verification", args=[job.pk])
    assert client.post(reverse("log-verify")).url == answer.url  # not a second one beside it
    assert "Verification of the log" in client.get(answer.url).content.decode()
    run(str(job.pk))
    page = client.get(answer.url).content.decode()
    assert "The database says what its log says" in page
    assert "nothing found" in client.get(reverse("log-verify")).content.decode()
    assert Entry.objects.filter(action="log.verified").exists()


def test_a_verification_that_finds_something_says_it_in_a_sentence(
    person: Any, incident: Any, sign_in: Any
) -> None:
    client = sign_in(person("auditor", "SCD"))
    make_checkpoint()
    unguarded()
    overwrite(type(incident), incident.pk, "place_en", "Somewhere else")
    url = client.post(reverse("log-verify")).url
    job = Job.objects.get(kind=KIND)
    run(str(job.pk))
    assert reports.kept(job.pk)["verified"] is False  # type: ignore[index]
    page = client.get(url).content.decode()
    assert "What was found" in page
    assert str(incident.pk) in page
    assert "place_en" in page


def test_signing_and_downloading(person: Any, incident: Any, sign_in: Any) -> None:
    client = sign_in(person("auditor", "SCD"))
    assert "Nothing was signed yet" in client.get(reverse("log-checkpoints")).content.decode()
    client.post(reverse("log-checkpoints"))
    checkpoint = Checkpoint.objects.get()
    page = client.get(reverse("log-checkpoints")).content.decode()
    assert str(own_key().verifier) in page
    note = client.get(reverse("log-checkpoint-note", args=[checkpoint.pk])).content.decode()
    assert note == checkpoint.note
    program = client.get(reverse("log-program"))
    assert program.content.decode().startswith("#!/usr/bin/env python3")
    other = sign_in(person("prosecutor", "SCD"))
    assert other.post(reverse("log-checkpoints")).status_code == 403


def test_erasing_says_what_goes_and_wants_the_number_typed(person: Any, sign_in: Any) -> None:
    fill()
    listed = MissingPerson.objects.order_by("pk").first()
    assert listed is not None
    officer = person("data_protection_officer", "NCM")
    with writing(SYSTEM, "tests.moved") as log:
        type(officer).objects.filter(pk=officer.pk)
        officer.office = listed.office
        log.save(officer)
    client = sign_in(type(officer).objects.get(pk=officer.pk))
    url = reverse("erase-subject", args=["missing.person", listed.number])
    page = client.get(url).content.decode()
    assert "What will be gone for good" in page
    assert "name in Arabic" in page
    form = {"ground": "court-order", "reason": "order 7", "confirm": "another"}
    assert client.post(url, form).status_code == 422
    assert MissingPerson.objects.get(pk=listed.pk).name_ar
    client.post(url, form | {"confirm": listed.number})
    assert MissingPerson.objects.get(pk=listed.pk).name_ar == ""
    assert "were erased" in client.get(url).content.decode()
    assert client.get(reverse("erase-subject", args=["missing.person", "none"])).status_code == 404
    assert client.get(reverse("erase-subject", args=["incidents.incident", "x"])).status_code == 404


@pytest.mark.parametrize("name", ["log", "log-csv", "log-verify", "log-checkpoints", "log-program"])
def test_who_holds_no_right_gets_no_page(person: Any, sign_in: Any, name: str) -> None:
    assert sign_in(person("recorder", "SCD")).get(reverse(name)).status_code == 403


def test_every_page_reads_in_arabic(person: Any, incident: Any, sign_in: Any) -> None:
    client = sign_in(person("auditor", "SCD"))
    client.cookies["amana_language"] = "ar"
    make_checkpoint()
    for url in (
        reverse("log"),
        reverse("log-verify"),
        reverse("log-checkpoints"),
        reverse("log-entry", args=[1]),
    ):
        page = client.get(url).content.decode()
        assert 'dir="rtl"' in page
