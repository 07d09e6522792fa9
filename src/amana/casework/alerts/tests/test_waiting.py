"""What of alerts waits for whom."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from amana.casework.alerts.services.judging import doubt
from amana.casework.alerts.services.merging import merge
from amana.casework.alerts.services.triage import assign
from amana.casework.alerts.tests.desk import acknowledged, added, reported, triaged
from amana.casework.alerts.waiting import ONE_BY_ONE, waiting_for


@pytest.fixture
def duty(person):
    return person("duty_officer")


def texts(user):
    user.__dict__.pop("_offices_seen", None)
    return [w.text for w in waiting_for(user)]


def test_each_act_waits_for_who_may_do_it(duty, person):
    operator, leader, second = person("hotline_operator"), person("team_leader"), person("duty_officer")
    new, read, known = reported(duty), acknowledged(duty), triaged(duty)
    given = assign(duty, triaged(duty), leader)
    assert texts(operator) == [f"Read and acknowledge alert {new.number}"]
    assert texts(leader) == [f"You have alert {given.number}: Remains beside a well."]
    assert (
        texts(duty)
        == texts(second)
        == [
            f"Read and acknowledge alert {new.number}",
            f"Triage alert {read.number}: Remains beside a well.",
            f"Give alert {known.number} to somebody: Remains beside a well.",
        ]
    )
    for nobody in (person("recorder"), person("duty_officer", "FMD"), person("prosecutor", "NCM")):
        assert texts(nobody) == []


def test_the_second_person_is_asked_after_72_hours_and_the_first_never(duty, person, monkeypatch):
    second = person("duty_officer")
    alert = doubt(duty, triaged(duty), "no such place")
    assert texts(second) == []
    later = timezone.now() + datetime.timedelta(hours=73)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert texts(second) == [f"Decide as the second person whether alert {alert.number} is unfounded"]
    assert texts(duty) == []


def test_additions_wait_on_the_page_they_stand_on(duty, person):
    head, part = assign(duty, triaged(duty), person("team_leader")), acknowledged(duty)
    merge(duty, part, head, "one well")
    added(part)
    (one,) = [w for w in waiting_for(duty) if "addition" in w.text]
    assert (one.text, one.url) == ("Read 1 addition to an alert", f"{head.get_absolute_url()}#additions")
    added(head)
    (two,) = [w for w in waiting_for(duty) if "addition" in w.text]
    assert (two.text, two.url) == ("Read 2 additions to alerts", "/alerts/list/?unread=yes")


@pytest.mark.parametrize("rows", [1, ONE_BY_ONE + 20])
def test_many_are_counted_with_a_bounded_number_of_questions(duty, rows, django_assert_max_num_queries):
    for _ in range(rows):
        reported(duty)
    with django_assert_max_num_queries(12):
        found = texts(duty)
    if rows > 1:
        assert found == [f"Read and acknowledge {rows} alerts"]


def test_the_home_page_has_them(duty, sign_in):
    alert = reported(duty)
    assert f"Read and acknowledge alert {alert.number}" in sign_in(duty).get("/").content.decode()
