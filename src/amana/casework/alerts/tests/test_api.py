"""Alerts for programs: everything that the pages do, refused where they refuse."""

from __future__ import annotations

import pytest

from amana.casework.alerts.models import Addition, Alert
from amana.casework.alerts.receipts import receipt_of
from amana.casework.alerts.services.likeness import find
from amana.casework.alerts.services.triage import assign
from amana.casework.alerts.tests.desk import ACCOUNT, WHERE, acknowledged, added, reported, triaged
from amana.casework.audit.models import Entry

API = "/api/v1/alerts"


@pytest.fixture
def duty(person):
    return person("duty_officer")


@pytest.fixture
def post(duty, sign_in):
    client = sign_in(duty)

    def send(path, given, status=200):
        response = client.post(f"{API}{path}", given, content_type="application/json")
        assert response.status_code == status, response.content
        return response.json()

    return send


def codes(found):
    return [p["code"] for p in found["problems"]]


def test_a_report_is_recorded_and_its_code_given_once(post):
    given = {"account": "Three skulls.", "position": "34.7101, 36.7102", "count_words": "three", "form": "f"}
    made = post("", given, 201)
    alert = Alert.objects.get()
    assert made["alert"]["number"] == alert.number
    assert (made["alert"]["low"], made["alert"]["channel"]) == (3, "phone")
    assert alert.receipt == receipt_of(made["receipt"])
    assert post("", given, 201)["alert"]["number"] == alert.number
    assert codes(post("", {"account": " "}, 422)) == ["alerts.nothing-said"]
    for wrong in ({"channel": "web"}, {"dangers": ["bears"]}, {"seen_on": "yesterday"}, {"language": "fr"}):
        post("", {"account": "x", **wrong}, 422)


def test_the_whole_way(post, duty, person):
    leader, number = person("team_leader"), reported(duty).number
    way = [
        ("acknowledge", {"summary": "Remains beside a well."}, "acknowledged"),
        ("triage", {"priority": "now", "danger_to_life": True}, "triaged"),
        ("take", {}, "assigned"),
        ("assign", {"to": leader.username}, "assigned"),
        ("refer", {"to": "Police", "words": "told"}, "referred"),
        ("close", {"reason": "they took it"}, "closed"),
        ("reopen", {"reason": "they did not"}, "triaged"),
        ("correct", {"summary": "Better.", "reason": "clearer"}, "triaged"),
        ("doubt", {"reason": "no such place"}, "doubted"),
        ("take-back", {"reason": "it is there"}, "triaged"),
    ]
    for revision, (act, given, state) in enumerate(way):
        found = post(f"/{number}/{act}", {"seen": revision, **given})
        assert (found["state"], found["revision"]) == (state, revision + 1), act
    assert codes(post(f"/{number}/take", {"seen": 3}, 422)) == ["alerts.changed-meanwhile"]
    assert codes(post(f"/{number}/assign", {"seen": 10, "to": "nobody"}, 422)) == ["alerts.no-such-person"]
    post(f"/{number}/take", {}, 422)


def test_two_people_make_it_unfounded(post, duty):
    number = triaged(duty).number
    post(f"/{number}/doubt", {"seen": 2, "reason": "no such place"})
    assert codes(post(f"/{number}/confirm", {"seen": 3, "reason": "sure"}, 422)) == [
        "alerts.same-person", "alerts.too-early"
    ]  # fmt: skip


def test_they_are_listed_and_counted(post, duty, client):
    reported(duty, received_at="2020-01-01T00:00:00Z")
    mine = assign(duty, triaged(duty, "now"), duty)
    found = client.get(API, {"page_size": 1}).json()
    assert found["count"] == 2
    assert "account" not in found["items"][0]
    for asked, number in (
        ({"state": "assigned"}, 1), ({"priority": "now"}, 1), ({"days": 30}, 1), ({"whose": "mine"}, 1),
        ({"words": mine.number}, 1), ({"place": "SY04"}, 0), ({"overdue": True}, 0), ({"unread": True}, 0),
    ):  # fmt: skip
        assert client.get(API, asked).json()["count"] == number, asked
    assert client.get(API, {"state": "nowhere"}).status_code == 422
    lanes = {x["state"]: x["count"] for x in client.get(f"{API}/board").json()}
    assert lanes == {"received": 1, "acknowledged": 0, "triaged": 0, "assigned": 1, "doubted": 0}


def test_one_alert_with_what_belongs_to_it(post, duty, client):
    one, two = acknowledged(duty, **WHERE), acknowledged(duty, **WHERE)
    added(one)
    found = client.get(f"{API}/{one.number}").json()
    assert found["additions"][0]["by_reporter"] is True
    assert (found["incident"], found["merged"], found["attachments"]) == (None, [], 0)
    (pair,) = post(f"/{one.number}/likenesses", {})
    assert pair["reasons"][-1] == "11 of 11 words in common"
    assert post(f"/{two.number}/likenesses/{pair['id']}", {"verdict": "related"})["verdict"] == "related"
    post(f"/{two.number}/likenesses/{pair['id']}", {"verdict": "same"}, 422)
    merged = post(f"/{one.number}/merge", {"head": two.number, "reason": "one", "seen": 1, "head_seen": 1})
    assert merged["merged_into"] == two.number
    assert client.get(f"{API}/{two.number}").json()["merged"] == [one.number]
    assert len(client.get(f"{API}/{two.number}").json()["additions"]) == 1
    assert post(f"/{one.number}/unmerge", {"seen": 2, "reason": "two"})["merged_into"] is None
    assert codes(
        post(f"/{one.number}/merge", {"head": "x", "reason": "x", "seen": 3, "head_seen": 1}, 422)
    ) == ["alerts.no-such-record"]


def test_what_is_sealed_is_opened_with_a_reason(post, duty):
    alert = reported(duty, phone="0933123456")
    assert post(f"/{alert.number}/open/account", {"reason": "triage"}) == {"account": ACCOUNT}
    assert post(f"/{alert.number}/open/reporter", {"reason": "call"}) == {"phone": "0933123456"}
    assert codes(post(f"/{alert.number}/open/account", {"reason": " "}, 422)) == ["protected.needs-reason"]
    assert Entry.objects.filter(action="protected.opened").count() == 2
    post(f"/{alert.number}/open/search", {"reason": "x"}, 422)


def test_additions(post, duty):
    alert = reported(duty)
    made = post(f"/{alert.number}/additions", {"text": "They dig."}, 201)
    assert made["by_reporter"] is False
    path = f"/{alert.number}/additions/{made['id']}"
    assert post(f"{path}/open", {"reason": "triage"}) == {"text": "They dig."}
    assert post(f"{path}/read", {})["read_at"] is not None
    post(f"/{reported(duty).number}/additions/{made['id']}/read", {}, 404)
    assert Addition.objects.get().read_by == duty


def test_incident_site_and_link(post, duty):
    alert, names = acknowledged(duty, **WHERE), {"name_en": "Well", "name_ar": "بئر"}
    assert codes(post(f"/{alert.number}/site", {"seen": 1, **names}, 422)) == ["alerts.no-incident-yet"]
    incident = post(f"/{alert.number}/incident", {"seen": 1, **names}, 201)["number"]
    site = post(f"/{alert.number}/site", {"seen": 2, **names}, 201)["number"]
    other = acknowledged(duty)
    post(f"/{other.number}/link", {"seen": 1, "site": site})
    other.refresh_from_db()
    assert other.incident.number == incident
    assert codes(post(f"/{other.number}/link", {"seen": 2}, 422)) == ["record.needs-reason"]
    post(f"/{other.number}/link", {"seen": 2, "site": "SCD-91-999-9"}, 404)


def test_many_at_once(post, duty, person):
    alerts = [reported(duty) for _ in range(3)]
    given = [{"number": a.number, "summary": "Remains."} for a in alerts]
    assert [a["state"] for a in post("/acknowledge", given)] == ["acknowledged"] * 3
    assert codes(post("/acknowledge", given[:1], 422)) == ["alerts.not-in-this-state"]
    assert [a["priority"] for a in post("/triage", [{"number": alerts[0].number, "priority": "week"}])] == [
        "week"
    ]
    theirs = reported(person("duty_officer", "FMD"))
    assert codes(post("/acknowledge", [{"number": theirs.number, "summary": "x"}], 422)) == [
        "alerts.no-such-record"
    ]
    assert codes(post("/triage", [{"number": "a\nb", "priority": "now"}], 422)) == ["alerts.no-such-record"]
    assert codes(post("/acknowledge", given * 200, 422)) == ["alerts.too-many-at-once"]


def test_rights_are_those_of_the_pages(duty, person, sign_in):
    alert = acknowledged(duty, **WHERE)
    other = acknowledged(duty, **WHERE)
    (pair,) = find(duty, alert)
    acts = {
        "alerts.record": ["acknowledge", "correct", "take", "likenesses", "additions"],
        "alerts.triage": [
            "triage", "assign", "refer", "reopen", "link", "incident", "site", "merge", "unmerge",
            f"likenesses/{pair.pk}",
        ],
        "alerts.judge": ["doubt", "confirm", "take-back"],
    }  # fmt: skip
    everything = {
        "seen": 1, "summary": "x", "reason": "x", "priority": "now", "to": "x", "words": "x", "name_en": "x",
        "name_ar": "x", "head": other.number, "head_seen": 1, "verdict": "related", "text": "x",
    }  # fmt: skip

    def status(user, path):
        return (
            sign_in(user)
            .post(f"{API}/{alert.number}/{path}", everything, content_type="application/json")
            .status_code
        )

    for paths in acts.values():
        for path in paths:
            assert status(person("team_leader"), path) == 403, path
            assert status(person("duty_officer", "FMD"), path) == 404, path
    for path in [*acts["alerts.triage"], *acts["alerts.judge"]]:
        assert status(person("hotline_operator"), path) == 403, path
    assert status(person("team_leader"), "close") == 403
    assert status(person("team_leader"), "open/reporter") == 403
    assert status(person("data_protection_officer"), "open/account") == 403
    assert sign_in(person("recorder")).get(f"{API}/{alert.number}").status_code == 403
    assert sign_in(person("duty_officer", "FMD")).get(f"{API}/{alert.number}").status_code == 404
    alert.refresh_from_db()
    assert alert.revision == 1


def test_nobody_without_an_account(client, db):
    assert client.get(API).status_code == 401


@pytest.mark.parametrize("rows", [1, 20])
def test_a_bounded_number_of_questions(duty, sign_in, rows, django_assert_max_num_queries):
    for _ in range(rows):
        assign(duty, triaged(duty), duty)
    client = sign_in(duty)
    with django_assert_max_num_queries(9):
        assert client.get(API).json()["count"] == rows
