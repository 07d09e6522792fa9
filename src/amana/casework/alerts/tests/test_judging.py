"""Unfounded: two people, 72 hours, and news takes it back."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.alerts import rules
from amana.casework.alerts.models import Alert
from amana.casework.alerts.services import acts, judging
from amana.casework.alerts.services.merging import merge
from amana.casework.alerts.tests.desk import acknowledged, reported, triaged
from amana.casework.alerts.tests.test_triage import codes, entries
from amana.casework.audit.writing import SYSTEM, writing

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def first(person):
    return person("duty_officer")


@pytest.fixture
def second(person):
    return person("duty_officer")


@pytest.fixture
def later(monkeypatch):
    """Has the services see a later time."""
    start = timezone.now()

    def set_to(delta):
        monkeypatch.setattr(timezone, "now", lambda: start + delta)

    return set_to


def heard_of_again(alert):
    with writing(SYSTEM, "tests.added") as log:
        return judging.news(log, acts.locked(alert))


def test_it_takes_two_people_and_72_hours(first, second, later):
    alert = judging.doubt(first, triaged(first), "The place does not exist.")
    assert (alert.state, alert.doubted_by, alert.due_at - alert.since) == ("doubted", first, 72 * HOUR)
    assert codes(judging.confirm, first, alert, "sure") == ["alerts.same-person", "alerts.too-early"]
    assert codes(judging.confirm, second, alert, "looked again") == ["alerts.too-early"]
    later(71.5 * HOUR)
    assert codes(judging.confirm, second, alert, "looked again") == ["alerts.too-early"]
    later(72.1 * HOUR)
    assert codes(judging.confirm, first, alert, "sure") == ["alerts.same-person"]
    assert codes(judging.confirm, second, alert, " ") == ["record.needs-reason"]
    alert = judging.confirm(second, alert, "Looked again.", seen=alert.revision)
    assert (alert.state, alert.due_at, alert.doubted_by) == ("unfounded", None, first)
    assert entries(alert, "alerts.alert.doubted") == entries(alert, "alerts.alert.confirmed") == 1


def test_the_hours_that_are_left_are_said(first, second, later):
    alert = judging.doubt(first, triaged(first), "The place does not exist.")
    later(70.2 * HOUR)
    problem = rules.against_confirming(alert, second, timezone.now())[0]
    assert dict(problem.params) == {"hours": 2, "waits": 72}


@pytest.mark.parametrize("who", [0, 1])
@pytest.mark.parametrize("decided", [False, True])
def test_either_takes_it_back(first, second, later, who, decided):
    alert = judging.doubt(first, triaged(first), "The place does not exist.")
    if decided:
        later(73 * HOUR)
        alert = judging.confirm(second, alert, "Looked again.")
    assert codes(judging.take_back, first, alert, "") == ["record.needs-reason"]
    alert = judging.take_back((first, second)[who], alert, "The place was found.")
    assert (alert.state, alert.doubted_by, alert.doubted_at) == ("triaged", None, None)
    alert = judging.doubt(first, alert, "No, it was not.")
    assert codes(judging.confirm, second, alert, "x") == ["alerts.too-early"]  # the time begins anew


@pytest.mark.parametrize("decided", [False, True])
def test_news_takes_it_back(first, second, later, decided):
    alert = judging.doubt(first, triaged(first), "The place does not exist.")
    if decided:
        later(73 * HOUR)
        alert = judging.confirm(second, alert, "Looked again.")
    alert = heard_of_again(alert)
    assert (alert.state, alert.doubted_by) == ("triaged", None)
    assert entries(alert, "alerts.alert.heard-of-again") == 1


def test_news_changes_nothing_else(first):
    alert = triaged(first)
    assert heard_of_again(alert).revision == alert.revision


def test_a_second_report_of_the_find_takes_the_doubt_back(first):
    alert = judging.doubt(first, triaged(first), "The place does not exist.")
    merge(first, acknowledged(first), alert, "the same well")
    alert.refresh_from_db()
    assert alert.state == "triaged"


def test_only_who_may_judge_and_not_before_a_triage(first, person):
    alert = triaged(first)
    for stranger in (person("hotline_operator"), person("duty_officer", "FMD"), person("team_leader")):
        with pytest.raises(PermissionDenied):
            judging.doubt(stranger, alert, "x")
    assert codes(judging.doubt, first, alert, "") == ["record.needs-reason"]
    for early in (reported(first), acknowledged(first)):
        assert codes(judging.doubt, first, early, "x") == ["alerts.not-in-this-state"]
    assert Alert.objects.filter(state="doubted").count() == 0
