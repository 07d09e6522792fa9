"""The page of one alert; opening what is sealed; two alerts side by side."""

from __future__ import annotations

import json

import pytest

from amana.casework.alerts.models import Alert, Likeness
from amana.casework.alerts.services.judging import doubt
from amana.casework.alerts.services.likeness import find
from amana.casework.alerts.services.merging import merge
from amana.casework.alerts.services.triage import assign, close, take
from amana.casework.alerts.tests.desk import ACCOUNT, WHERE, acknowledged, added, reported, triaged
from amana.casework.audit.models import Entry
from amana.casework.incidents.tests.field import SCRIPT
from amana.casework.sites.models import Site


@pytest.fixture
def duty(person):
    return person("duty_officer")


def page_of(client, alert):
    response = client.get(alert.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def opened():
    return [json.loads(e.leaf)["object"] for e in Entry.objects.filter(action="protected.opened")]


def acts(response):
    return [a["name"] for a in response.context["acts"]]


def test_it_says_where_it_stands_what_is_missing_and_who_does_what(duty, sign_in):
    response = sign_in(duty).get(acknowledged(duty, low=3, high=5).get_absolute_url())
    page = response.content.decode()
    assert "Remains beside a well." in page
    assert "waits for a triage" in page
    assert "No place: nobody can go there." in page
    assert [(s["text"], s["who"]) for s in response.context["steps"]] == [
        ("Say how soon somebody must act", "Duty officer")
    ]
    assert acts(response)[0] == "alert-triage"


def test_the_acts_are_those_of_the_reader_and_the_state(duty, person, sign_in):
    alert = triaged(duty)
    operator, leader = person("hotline_operator"), person("team_leader")
    client = sign_in(duty)
    assert "alert-close" not in acts(client.get(alert.get_absolute_url()))  # nobody followed it
    assign(duty, alert, leader)
    assert "alert-close" in acts(client.get(alert.get_absolute_url()))
    assert acts(sign_in(operator).get(alert.get_absolute_url())) == [
        "alert-take", "alert-correct", "alert-add"
    ]  # fmt: skip
    assert acts(sign_in(leader).get(alert.get_absolute_url())) == ["alert-close"]
    assert acts(sign_in(person("team_leader")).get(alert.get_absolute_url())) == []
    thought = doubt(duty, triaged(duty), "no such place")
    assert "alert-confirm" not in acts(sign_in(duty).get(thought.get_absolute_url()))
    assert "alert-confirm" in acts(sign_in(person("duty_officer")).get(thought.get_absolute_url()))


def test_what_was_reported_is_closed_until_somebody_says_why(duty, sign_in):
    alert = reported(duty, reporter="Somebody Named", phone="0933123456")
    client = sign_in(duty)
    page = page_of(client, alert)
    assert "skulls" not in page
    assert "0933" not in page
    assert opened() == []
    response = client.post(f"{alert.get_absolute_url()}open/account/", {"why": "triage"})
    page = response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert ACCOUNT in page
    assert "0933" not in page  # who it was is another matter
    assert len(opened()) == 1
    assert "to triage this alert" in page
    response = client.post(
        f"{alert.get_absolute_url()}open/reporter/", {"why": "other", "reason": "he asked"}
    )
    assert "0933123456" in response.content.decode()
    assert len(opened()) == 3


@pytest.mark.parametrize(
    "asked", [{}, {"why": "other"}, {"why": "other", "reason": "  "}, {"why": "nonsense"}]
)
def test_without_a_reason_nothing_is_opened(duty, sign_in, asked):
    alert = reported(duty)
    response = sign_in(duty).post(f"{alert.get_absolute_url()}open/account/", asked)
    assert response.status_code == 422
    assert "skulls" not in response.content.decode()
    assert opened() == []


def test_who_may_open_what(duty, person, sign_in):
    alert = reported(duty, phone="0933123456")
    account, reporter = (f"{alert.get_absolute_url()}open/{p}/" for p in ("account", "reporter"))
    leader = sign_in(person("team_leader"))
    assert leader.post(account, {"why": "team"}).status_code == 200
    assert leader.post(reporter, {"why": "team"}).status_code == 404
    officer = sign_in(person("data_protection_officer"))
    assert officer.post(account, {"why": "team"}).status_code == 404
    assert "Your role may not open it." in page_of(officer, alert)
    assert sign_in(duty).get(account).status_code == 405
    assert sign_in(duty).post(f"{alert.get_absolute_url()}open/search/", {"why": "team"}).status_code == 404


def test_of_another_office_nothing_is_there(duty, person, sign_in):
    alert = reported(duty)
    other = sign_in(person("duty_officer", "FMD"))
    url = alert.get_absolute_url()
    for path in ("", "acknowledge/", "triage/", f"like/{alert.number}/"):
        assert other.get(url + path).status_code == 404
    assert other.post(f"{url}open/account/", {"why": "team"}).status_code == 404
    assert sign_in(person("recorder")).get(url).status_code == 403


def test_opening_an_addition_marks_it_read_for_who_may(duty, person, sign_in):
    alert = reported(duty)
    addition = added(alert)
    url = f"{alert.get_absolute_url()}additions/{addition.pk}/"
    leader = sign_in(person("team_leader"))
    assert "They have begun to dig." in leader.post(url, {"why": "team"}).content.decode()
    addition.refresh_from_db()
    assert addition.read_at is None
    client = sign_in(duty)
    assert "Read 1 addition" in page_of(client, alert)
    assert "They have begun to dig." in client.post(url, {"why": "call"}).content.decode()
    addition.refresh_from_db()
    assert addition.read_by == duty
    assert "Read 1 addition" not in page_of(client, alert)


def test_an_addition_is_marked_without_being_opened(duty, sign_in):
    alert = reported(duty)
    addition = added(alert)
    client = sign_in(duty)
    response = client.post(f"{alert.get_absolute_url()}additions/{addition.pk}/", {"do": "read"})
    assert response.status_code == 302
    assert opened() == []
    addition.refresh_from_db()
    assert addition.read_by == duty
    other = reported(duty)
    assert (
        client.post(f"{other.get_absolute_url()}additions/{addition.pk}/", {"do": "read"}).status_code == 404
    )


def test_the_page_of_a_head_holds_what_was_merged(duty, sign_in):
    head, part = acknowledged(duty, account="The first account."), reported(duty, dangers=["mines"])
    merge(duty, part, head, "one well")
    addition = added(part)
    client = sign_in(duty)
    page = page_of(client, head)
    assert part.number in page
    assert "mines, or a warning of mines" in page
    assert "Read 1 addition" in page
    response = client.post(f"{part.get_absolute_url()}open/account/", {"why": "same", "page": head.number})
    assert ACCOUNT in response.content.decode()
    assert response.context["alert"] == head
    response = client.post(
        f"{part.get_absolute_url()}additions/{addition.pk}/", {"why": "same", "page": head.number}
    )
    assert "They have begun to dig." in response.content.decode()
    page = page_of(client, part)
    assert "It stands in alert" in page
    assert acts(client.get(part.get_absolute_url())) == ["alert-unmerge"]


def test_like_ones_are_shown_with_reasons_and_judged_side_by_side(duty, sign_in):
    one, two = acknowledged(duty, **WHERE), acknowledged(duty, "Also a well.", **WHERE)
    client = sign_in(duty)
    assert "No other alert of the office looks like this one." in page_of(client, two)
    assert client.post(f"{two.get_absolute_url()}look/").status_code == 302
    page = page_of(client, one)  # from the other side as well
    assert "Also a well." in page
    assert "11 of 11 words in common" in page
    url = f"{one.get_absolute_url()}like/{two.number}/"
    page = client.get(url).content.decode()
    assert "34.710100, 36.710200" in page
    assert "skulls" not in page
    both = client.post(url, {"why": "same"}).content.decode()
    assert both.count(ACCOUNT) == 2
    assert len(opened()) == 2
    seen = {"seen": one.revision, "other_seen": two.revision}
    assert client.post(url, {**seen, "verdict": "into-two"}).status_code == 422  # a merge needs a reason
    response = client.post(url, {**seen, "verdict": "into-two", "reason": "one well"})
    assert response["Location"] == two.get_absolute_url()
    one.refresh_from_db()
    assert one.merged_into == two


def test_a_verdict_on_what_changed_meanwhile_is_asked_again(duty, sign_in):
    one, two = triaged(duty, **WHERE), triaged(duty, **WHERE)
    find(duty, one)
    url = f"{one.get_absolute_url()}like/{two.number}/"
    asked = {"seen": one.revision, "other_seen": two.revision, "verdict": "into-one", "reason": "one well"}
    take(duty, two)
    client = sign_in(duty)
    response = client.post(url, asked)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Somebody else has changed this alert" in page
    again = {**asked, "seen": two.revision, "other_seen": two.revision + 1}
    assert f'name="other_seen" value="{again["other_seen"]}"' in page
    assert client.post(url, again).status_code == 302


@pytest.mark.parametrize("verdict", ["related", "different"])
def test_other_verdicts(duty, person, sign_in, verdict):
    one, two = acknowledged(duty, **WHERE), acknowledged(duty, **WHERE)
    find(duty, one)
    url = f"{one.get_absolute_url()}like/{two.number}/"
    asked = {"seen": 1, "other_seen": 1, "verdict": verdict}
    assert sign_in(person("hotline_operator")).post(url, asked).status_code == 403
    assert sign_in(duty).post(url, asked).status_code == 302
    assert Likeness.objects.get().verdict == verdict
    assert sign_in(duty).post(url, {**asked, "verdict": "nothing"}).status_code == 422
    assert sign_in(duty).get(f"{one.get_absolute_url()}like/{acknowledged(duty).number}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 12])
def test_a_bounded_number_of_questions(duty, sign_in, rows, django_assert_max_num_queries):
    head = triaged(duty, **WHERE)
    for _ in range(rows):
        reported(duty, **WHERE)
        merge(duty, acknowledged(duty), head, "one well")
        added(head)
    find(duty, head)
    client = sign_in(duty)
    with django_assert_max_num_queries(30):
        page_of(client, head)


def test_nothing_acts_and_arabic_runs_from_the_right(duty, sign_in):
    alert = acknowledged(duty, SCRIPT, account=SCRIPT)
    client = sign_in(duty)
    client.cookies["amana_language"] = "ar"
    page = page_of(client, alert)
    assert 'dir="rtl"' in page
    assert SCRIPT not in page
    assert (
        SCRIPT
        not in client.post(f"{alert.get_absolute_url()}open/account/", {"why": "call"}).content.decode()
    )


def test_a_closed_one_is_quiet(duty, sign_in):
    alert = close(duty, assign(duty, triaged(duty), duty), "The team went.")
    response = sign_in(duty).get(alert.get_absolute_url())
    assert response.context["steps"] == []
    assert "followed to its end" in response.content.decode()


@pytest.mark.parametrize("number", ["SCD-98-999-0", "%00", "%E2%80%AE", "x" * 300])
def test_a_number_that_is_none_is_not_found(duty, sign_in, number):
    assert sign_in(duty).get(f"/alerts/{number}/").status_code == 404


def test_a_link_leads_to_incident_and_site(duty, sign_in):
    from amana.casework.alerts.services.linking import new_incident, new_site

    alert = acknowledged(duty, **WHERE)
    incident = new_incident(duty, alert, name_en="Well", name_ar="بئر")
    new_site(duty, alert, incident, name_en="The old well", name_ar="البئر القديمة")
    page = page_of(sign_in(duty), Alert.objects.get(pk=alert.pk))
    assert incident.get_absolute_url() in page
    assert Site.objects.get().get_absolute_url() in page
