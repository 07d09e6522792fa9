"""Acknowledge, triage, assign, refer, link, close, open again: each with its log and its seen state."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from amana.casework.alerts import rules
from amana.casework.alerts.models import Alert
from amana.casework.alerts.services import linking
from amana.casework.alerts.services.triage import (
    Triage,
    acknowledge,
    acknowledge_many,
    assign,
    close,
    correct_summary,
    mark_read,
    refer,
    reopen,
    take,
    triage,
    triage_many,
)
from amana.casework.alerts.tests.desk import WHERE, acknowledged, added, reported, triaged
from amana.casework.audit.models import Entry
from amana.casework.audit.protection import erase_subject
from amana.casework.incidents.services import open_incident
from amana.casework.sites.models import Site, Spot
from amana.problems import InputProblems

State = Alert.State


@pytest.fixture
def duty(person):
    return person("duty_officer")


def codes(act, *args, **kwargs):
    with pytest.raises(InputProblems) as found:
        act(*args, **kwargs)
    return [p.code for p in found.value.problems]


def entries(alert, action):
    return Entry.objects.filter(object_id=str(alert.pk), action=action).count()


def test_it_goes_from_received_to_closed_and_is_opened_again(duty, person):
    alert = acknowledge(person("hotline_operator"), reported(duty), "Remains beside a well.", seen=0)
    assert (alert.state, alert.revision, alert.summary) == ("acknowledged", 1, "Remains beside a well.")
    alert = triage(duty, alert, Triage("now", danger_to_life=True, find_age="days"), seen=1)
    assert (alert.state, alert.danger_to_life) == ("triaged", True)
    leader = person("team_leader")
    alert = assign(duty, alert, leader, seen=2)
    assert (alert.state, alert.assigned_to) == ("assigned", leader)
    alert = close(duty, alert, "The team found no remains.", seen=3)
    assert (alert.state, alert.due_at) == ("closed", None)
    alert = reopen(duty, alert, "A second place was named.", seen=4)
    assert (alert.state, alert.assigned_to, alert.closed_at) == ("triaged", None, None)
    for done in ("acknowledged", "triaged", "assigned", "closed", "reopened"):
        assert entries(alert, f"alerts.alert.{done}") == 1


def test_the_next_act_has_its_time(duty):
    now = timezone.now()
    urgent = reported(duty, digging="yes")
    assert rules.due(urgent, now) == now + datetime.timedelta(minutes=15)
    assert rules.due(reported(duty), now) == now + datetime.timedelta(hours=1)
    alert = triaged(duty, "week")
    assert alert.due_at - alert.since == datetime.timedelta(days=7)
    again = triage(duty, alert, Triage("now"))
    assert again.since == alert.since
    assert again.due_at - timezone.now() < datetime.timedelta(hours=1)
    assert rules.is_overdue(again, again.due_at + datetime.timedelta(seconds=1))


def test_what_the_page_showed_must_still_hold(duty):
    alert = triaged(duty)
    take(duty, alert, seen=alert.revision)
    assert codes(assign, duty, alert, duty, seen=alert.revision) == ["alerts.changed-meanwhile"]
    assert codes(refer, duty, alert, "Police", "told by telephone", seen=alert.revision) == [
        "alerts.changed-meanwhile"
    ]


@pytest.mark.parametrize("state", State)
def test_an_act_outside_its_states_is_refused(duty, state):
    alert = reported(duty, state=state)
    for act, allowed, args in (
        (acknowledge, rules.ACKNOWLEDGE, ("Remains.",)),
        (triage, rules.TRIAGE, (Triage("now"),)),
        (take, rules.ASSIGN, ()),
        (reopen, rules.REOPEN, ("why",)),
    ):
        if state not in allowed:
            assert codes(act, duty, alert, *args) == ["alerts.not-in-this-state"]


def test_the_summary_is_there_and_holds_no_telephone_number(duty):
    alert = reported(duty)
    assert codes(acknowledge, duty, alert, "  ") == ["record.needs"]
    assert codes(acknowledge, duty, alert, "Call 0933 123 456 for the place") == ["alerts.number-in-summary"]
    assert codes(acknowledge, duty, alert, "هاتف ٠٩٣٣١٢٣٤٥٦") == ["alerts.number-in-summary"]
    assert codes(acknowledge, duty, alert, "x" * 301) == ["record.too-long"]
    assert acknowledge(duty, alert, "20 to 25 remains at 34.7101, 36.7102").state == "acknowledged"
    assert codes(correct_summary, duty, alert, "Better.", " ") == ["record.needs-reason"]
    assert "better" in correct_summary(duty, alert, "Better.", "clearer").search


def test_a_triage_says_how_soon_and_in_words_that_are_known(duty):
    alert = acknowledged(duty)
    assert codes(triage, duty, alert, Triage("")) == ["record.needs"]
    assert codes(triage, duty, alert, Triage("at-once", find_age="old")) == ["record.unknown-word"] * 2


def test_it_is_given_to_people_of_the_office_who_see_alerts(duty, person):
    alert = triaged(duty)
    assert codes(assign, duty, alert, person("recorder")) == ["alerts.sees-no-alerts"]
    assert codes(assign, duty, alert, person("duty_officer", "FMD")) == ["alerts.not-of-the-office"]
    operator = person("hotline_operator")
    assert take(operator, alert).assigned_to == operator
    assert assign(duty, alert, duty).assigned_to == duty


def test_what_nobody_followed_is_not_closed(duty):
    alert = triaged(duty)
    assert codes(close, duty, alert, "spam") == ["alerts.nobody-followed-it"]
    assert codes(close, duty, alert, " ") == ["record.needs-reason", "alerts.nobody-followed-it"]
    assert refer(duty, alert, "Civil police", "Told by telephone.").referred_to == "Civil police"
    assert close(duty, alert, "They took it.").state == "closed"


def test_rights(duty, person):
    alert = reported(duty)
    with pytest.raises(PermissionDenied):
        acknowledge(person("team_leader"), alert, "Remains.")
    with pytest.raises(PermissionDenied):
        acknowledge(person("duty_officer", "FMD"), alert, "Remains.")
    operator = person("hotline_operator")
    alert = acknowledge(operator, alert, "Remains.")
    for act, args in ((triage, (Triage("now"),)), (refer, ("x", "y")), (close, ("x",))):
        with pytest.raises(PermissionDenied):
            act(operator, alert, *args)


def test_many_are_acknowledged_and_triaged_at_once_or_none(duty, person, django_assert_max_num_queries):
    alerts = [reported(duty) for _ in range(30)]
    with django_assert_max_num_queries(25):
        done = acknowledge_many(duty, [(a, f"Remains {i}.") for i, a in enumerate(alerts)])
    assert [a.summary for a in done][:2] == ["Remains 0.", "Remains 1."]
    assert all(entries(a, "alerts.alert.acknowledged") == 1 for a in alerts)
    triage_many(duty, [(a, Triage("week")) for a in done])
    assert Alert.objects.filter(state="triaged", revision=2, priority="week").count() == 30
    assert "remains 29" in Alert.objects.get(pk=alerts[29].pk).search
    more = [reported(duty), alerts[0], reported(duty)]
    with pytest.raises(InputProblems) as found:
        acknowledge_many(duty, [(a, "" if i == 2 else "Remains.") for i, a in enumerate(more)])
    assert [(p.code, p.row) for p in found.value.problems] == [
        ("alerts.not-in-this-state", 2), ("record.needs", 3)
    ]  # fmt: skip
    more[0].refresh_from_db()
    assert more[0].state == "received"
    with pytest.raises(PermissionDenied):
        acknowledge_many(person("duty_officer", "FMD"), [(more[0], "Remains.")])


def test_it_is_linked_and_the_link_is_changed_only_with_a_reason(duty):
    alert = acknowledged(duty)
    one, other = (open_incident(duty, name_en=n, name_ar="حادثة") for n in ("One", "Other"))
    alert = linking.link(duty, alert, incident=one, seen=1)
    assert alert.incident == one
    assert codes(linking.link, duty, alert, incident=other) == ["record.needs-reason"]
    site = linking.new_site(duty, acknowledged(duty, **WHERE), one, name_en="Well", name_ar="بئر")
    assert codes(linking.link, duty, alert, incident=other, site=site, reason="x") == [
        "alerts.site-of-another-incident"
    ]
    assert linking.link(duty, alert, site=site).incident == one
    assert linking.link(duty, alert, reason="another place").site is None


def test_a_site_is_made_from_it_with_its_position_where_that_is_precise(duty):
    incident = linking.new_incident(duty, alert := acknowledged(duty, **WHERE), name_en="Well", name_ar="بئر")
    site = linking.new_site(duty, alert, incident, name_en="Well", name_ar="بئر")
    spot = Spot.objects.get(site=site)
    assert (spot.latitude, spot.uncertainty_m, spot.measured) == (34.7101, 20.0, "described")
    alert.refresh_from_db()
    assert (alert.incident, alert.site) == (incident, site)
    vague = acknowledged(duty, **{**WHERE, "placed": "place", "uncertainty_m": 3000.0})
    assert not Spot.objects.filter(
        site=linking.new_site(duty, vague, incident, name_en="Village", name_ar="قرية")
    ).exists()


def test_nothing_is_made_when_somebody_else_was_quicker(duty):
    alert = acknowledged(duty, **WHERE)
    incident = open_incident(duty, name_en="One", name_ar="حادثة")
    made = codes(linking.new_site, duty, alert, incident, name_en="Well", name_ar="بئر", seen=0)
    assert made == ["alerts.changed-meanwhile"]
    assert not Site.objects.exists()


def test_an_addition_is_read_once(duty, person):
    addition = added(reported(duty))
    first = mark_read(duty, addition)
    assert mark_read(person("hotline_operator"), addition).read_by == duty
    assert first.read_at is not None
    with pytest.raises(PermissionDenied):
        mark_read(person("team_leader"), addition)


@pytest.mark.django_db(transaction=True)
def test_an_alert_goes_on_after_its_reporter_was_erased(duty, person):
    alert = acknowledged(duty)
    addition = added(alert)
    officer = person("data_protection_officer")
    erase_subject(officer, alert.subject, "withdrawn-consent", "asked for it")
    assert triage(duty, alert, Triage("today")).state == "triaged"
    assert mark_read(duty, addition).read_by == duty


@pytest.mark.django_db(transaction=True)
def test_of_two_who_acknowledge_at_once_one_is_told(person):
    people = [person("hotline_operator"), person("duty_officer")]
    alert = reported(people[0])
    start, told, failed = threading.Barrier(2), [], []

    def work(by):
        try:
            start.wait(timeout=30)
            acknowledge(by, alert, f"Read by {by.username}.", seen=0)
        except InputProblems as problems:
            told.extend(p.code for p in problems.problems)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(p,)) for p in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert told == ["alerts.changed-meanwhile"]
    alert.refresh_from_db()
    assert (alert.state, alert.revision) == ("acknowledged", 1)
    assert entries(alert, "alerts.alert.acknowledged") == 1
