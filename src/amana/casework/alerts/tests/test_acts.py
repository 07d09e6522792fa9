"""Each act as a page: who gets in, what it shows, what it does, and what was changed meanwhile."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from amana.casework.alerts.models import Addition, Alert
from amana.casework.alerts.services.judging import doubt
from amana.casework.alerts.services.triage import assign, refer, take
from amana.casework.alerts.tests.desk import WHERE, acknowledged, reported, triaged
from amana.casework.incidents.models import Incident
from amana.casework.incidents.services import open_incident
from amana.casework.sites.models import Spot


@pytest.fixture
def duty(person):
    return person("duty_officer")


@pytest.fixture
def desk(duty, sign_in):
    return sign_in(duty)


def now(alert):
    return Alert.objects.get(pk=alert.pk)


def send(client, alert, act, **given):
    url = f"{alert.get_absolute_url()}{act}/"
    assert client.get(url).status_code == 200
    return client.post(url, {"seen": now(alert).revision, **given})


def test_the_whole_way(duty, person, desk):
    leader = person("team_leader")
    alert = reported(duty)
    for act, given, state in (
        ("acknowledge", {"summary": "Remains beside a well."}, "acknowledged"),
        ("triage", {"priority": "now", "danger_to_life": "on"}, "triaged"),
        ("take", {}, "assigned"),
        ("assign", {"to": str(leader.pk)}, "assigned"),
        ("refer", {"to": "Police", "words": "told by telephone"}, "referred"),
        ("reopen", {"reason": "they did not come"}, "triaged"),
        ("doubt", {"reason": "no such place"}, "doubted"),
        ("take-back", {"reason": "it is there"}, "triaged"),
    ):
        response = send(desk, alert, act, **given)
        assert response.status_code == 302, (act, response.context["form"].errors)
        assert response["Location"] == alert.get_absolute_url()
        assert now(alert).state == state, act
    assert now(alert).find_age == "unknown"
    assert now(alert).danger_to_life
    assert send(desk, alert, "correct", summary="Better.", reason="clearer").status_code == 302
    assert now(alert).summary == "Better."


def test_what_changed_meanwhile_is_said_and_can_be_sent_again(duty, desk):
    alert = triaged(duty)
    take(duty, alert)
    asked = {"seen": alert.revision, "to": "Police", "words": "told by telephone"}
    response = desk.post(f"{alert.get_absolute_url()}refer/", asked)
    assert response.status_code == 422
    page = response.content.decode()
    assert (
        "Somebody else has changed this alert since the page was opened. It stands now at: assigned." in page
    )
    assert "told by telephone" in page
    assert f'name="seen" value="{alert.revision + 1}"' in page
    assert (
        desk.post(f"{alert.get_absolute_url()}refer/", {**asked, "seen": alert.revision + 1}).status_code
        == 302
    )


@pytest.mark.parametrize(
    ("act", "given", "said"),
    [
        ("acknowledge", {"summary": " "}, "summary"),
        ("acknowledge", {"summary": "Call 0933123456"}, "a long number"),
        ("triage", {}, "priority"),
        ("assign", {"to": "nobody"}, "to"),
        ("refer", {"to": "Police"}, "words"),
        ("close", {"reason": "done"}, "Nobody has followed"),
        ("merge", {"reason": "same", "head": "SCD-98-999-9"}, "SCD-98-999-9"),
        ("doubt", {}, "reason"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(duty, desk, act, given, said):
    alert = (
        reported(duty) if act == "acknowledge" else acknowledged(duty) if act == "triage" else triaged(duty)
    )
    before = now(alert).revision
    response = send(desk, alert, act, **given)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert now(alert).revision == before


def test_a_second_person_decides(duty, person, desk, sign_in, monkeypatch):
    alert = doubt(duty, triaged(duty), "no such place")
    response = send(desk, alert, "confirm", reason="sure")
    assert "You thought this alert unfounded yourself." in response.content.decode()
    later = timezone.now() + datetime.timedelta(hours=73)
    monkeypatch.setattr("amana.casework.alerts.services.judging.timezone.now", lambda: later)
    assert send(sign_in(person("duty_officer")), alert, "confirm", reason="looked again").status_code == 302
    assert now(alert).state == "unfounded"


def test_whoever_has_it_closes_it(duty, person, sign_in):
    leader, other = person("team_leader"), person("team_leader")
    alert = assign(duty, triaged(duty), leader)
    url = f"{alert.get_absolute_url()}close/"
    assert sign_in(other).get(url).status_code == 403
    assert sign_in(other).post(url, {"seen": alert.revision, "reason": "x"}).status_code == 403
    assert (
        send(sign_in(leader), alert, "close", reason="The team went; nothing was there.").status_code == 302
    )
    assert now(alert).state == "closed"


def test_merging_by_number_and_taking_apart(duty, desk):
    alert, head = acknowledged(duty), triaged(duty)
    assert send(desk, alert, "merge", head=f" {head.number.lower()} ", reason="one well")["Location"] == (
        head.get_absolute_url()
    )
    assert now(alert).merged_into == head
    assert send(desk, alert, "unmerge", reason="two wells").status_code == 302
    assert now(alert).merged_into is None


def test_linking_and_making_incident_and_site(duty, desk):
    alert, incident = acknowledged(duty, **WHERE), open_incident(duty, name_en="One", name_ar="حادثة")
    assert send(desk, alert, "link", incident=str(incident.pk)).status_code == 302
    assert now(alert).incident == incident
    assert send(desk, alert, "link", incident="").status_code == 422  # taken away without a reason
    other = acknowledged(duty, **WHERE)
    response = desk.get(f"{other.get_absolute_url()}site/")
    assert response["Location"] == f"{other.get_absolute_url()}link/"  # an incident first
    response = send(desk, other, "incident", name_en="Well", name_ar="بئر")
    assert response["Location"] == Incident.objects.get(name_en="Well").get_absolute_url()
    assert send(desk, other, "site", name_en="The well", name_ar="البئر").status_code == 302
    assert Spot.objects.get().site == now(other).site


def test_what_was_told_later_is_added(duty, desk):
    alert = doubt(duty, triaged(duty), "no such place")
    assert send(desk, alert, "add", text="They have begun to dig.").status_code == 302
    assert Addition.objects.get().by == duty
    assert now(alert).state == "triaged"


def test_who_gets_in(duty, person, sign_in):
    alert = reported(duty)
    operator, leader, other = (
        person("hotline_operator"), person("team_leader"), person("duty_officer", "FMD")
    )  # fmt: skip
    for act, who in (
        ("acknowledge", operator), ("correct", operator), ("take", operator), ("add", operator),
        ("look", operator),
    ):  # fmt: skip
        assert sign_in(leader).get(f"{alert.get_absolute_url()}{act}/").status_code == 403
        assert sign_in(who).get(f"{alert.get_absolute_url()}{act}/").status_code in (200, 405)
    for act in (
        "triage", "assign", "refer", "link", "incident", "site", "reopen", "merge", "unmerge", "doubt",
        "confirm", "take-back",
    ):  # fmt: skip
        assert sign_in(operator).get(f"{alert.get_absolute_url()}{act}/").status_code == 403
        assert sign_in(other).get(f"{alert.get_absolute_url()}{act}/").status_code == 404


def test_in_arabic(duty, desk):
    alert = refer(duty, triaged(duty), "Police", "told")
    desk.cookies["amana_language"] = "ar"
    page = desk.get(f"{alert.get_absolute_url()}close/").content.decode()
    assert 'dir="rtl"' in page
