from __future__ import annotations

import pytest

from amana.casework.audit.models import Entry
from amana.casework.incidents.tests.field import SCRIPT, opened


def test_the_list_shows_what_one_sees(person, sign_in):
    incident = opened(person("duty_officer"))
    assert incident.number in sign_in(person("forensic_physician", "FMD")).get("/incidents/").content.decode()
    page = sign_in(person("partner", "PAR")).get("/incidents/").content.decode()
    assert incident.number not in page
    assert "No incident yet." in page
    assert sign_in(person("interviewer", "NCM")).get("/incidents/").status_code == 403


def test_who_may_open_one_is_shown_how(person, sign_in):
    assert "/incidents/open/" in sign_in(person("duty_officer")).get("/incidents/").content.decode()
    assert "/incidents/open/" not in sign_in(person("recorder")).get("/incidents/").content.decode()


def test_it_filters_by_words_in_any_spelling_and_by_state(person, sign_in):
    by = person("duty_officer")
    incident = opened(by)
    client = sign_in(by)
    assert incident.number in client.get("/incidents/", {"words": "حقل الحجاره"}).content.decode()
    assert incident.number not in client.get("/incidents/", {"words": "river"}).content.decode()
    assert incident.number not in client.get("/incidents/", {"state": "closed"}).content.decode()


def test_the_csv_is_an_entry_of_the_log_and_holds_no_formula(person, sign_in):
    by = person("duty_officer")
    opened(by, "=1+1")
    text = sign_in(by).get("/incidents.csv").content.decode("utf-8-sig")
    assert "'=1+1" in text
    assert Entry.objects.filter(action="list.exported", object_id="incidents").count() == 1


@pytest.mark.parametrize("rows", [1, 20])
def test_a_bounded_number_of_questions(person, sign_in, rows, django_assert_max_num_queries):
    by = person("duty_officer")
    for _ in range(rows):
        opened(by, SCRIPT)
    client = sign_in(by)
    with django_assert_max_num_queries(12):
        assert SCRIPT not in client.get("/incidents/").content.decode()
