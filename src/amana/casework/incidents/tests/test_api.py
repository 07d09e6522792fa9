from __future__ import annotations

import pytest

from amana.casework.incidents.models import Fact
from amana.casework.incidents.tests.field import BODIES, opened, said


def post(client, url, data):
    return client.post(url, data, content_type="application/json")


def test_incidents_are_listed_in_pages(person, sign_in):
    by = person("duty_officer")
    numbers = [opened(by).number for _ in range(3)]
    client = sign_in(by)
    found = client.get("/api/v1/incidents", {"page_size": 2}).json()
    assert found["count"] == 3
    assert [i["number"] for i in found["items"]] == numbers[:0:-1]
    assert client.get("/api/v1/incidents", {"words": "river"}).json()["count"] == 0


def test_one_incident_comes_with_every_statement(person, sign_in):
    by = person("duty_officer")
    incident = opened(by)
    said(by, incident)
    found = sign_in(by).get(f"/api/v1/incidents/{incident.number}").json()
    assert [s["code"] for s in found["sources"]] == ["S1", "S2"]
    count = found["sources"][1]["facts"][0]["counts"][0]
    assert (count["counted"], count["low"], count["words"]) == (
        "remains_and_bodies", 21, "21 remains and bodies"
    )  # fmt: skip
    assert found["tensions"][0]["facts"] == ["F1", "F2"]


def test_rights_are_those_of_the_pages(person, sign_in):
    incident = opened(person("duty_officer"))
    url = f"/api/v1/incidents/{incident.number}"
    assert sign_in(person("partner", "PAR")).get(url).status_code == 404
    assert sign_in(person("interviewer", "NCM")).get(url).status_code == 403
    names = {"name_en": "a", "name_ar": "ب"}
    assert post(sign_in(person("recorder")), "/api/v1/incidents", names).status_code == 403
    other = post(sign_in(person("forensic_physician", "FMD")), f"{url}/sources", {"name": "n", "seen": "s"})
    assert other.status_code == 403


def test_nobody_without_an_account_gets_an_answer(client, db):
    assert client.get("/api/v1/incidents").status_code == 401


@pytest.mark.parametrize("number", ["SCD-90-009-0", "%00", "..", "%E2%80%AE"])
def test_a_number_that_is_none_is_not_found(person, sign_in, number):
    assert sign_in(person("duty_officer")).get(f"/api/v1/incidents/{number}").status_code == 404


def test_an_incident_is_opened_and_told_about(person, sign_in):
    client = sign_in(person("duty_officer"))
    opened = post(client, "/api/v1/incidents", {"name_en": "Field", "name_ar": "حقل", "began": "2024-12-30"})
    assert opened.status_code == 201
    url = f"/api/v1/incidents/{opened.json()['number']}"
    assert post(client, f"{url}/sources", {"name": "Paper", "seen": "all"}).json()["code"] == "S1"
    fact = {
        "source": "S1", "date": "2024-12-30", "statement": "Said.", "wording": "quoted", "counts": [BODIES]
    }  # fmt: skip
    added = post(client, f"{url}/facts", fact)
    assert added.status_code == 201
    assert str(Fact.objects.get().date) == "2024-12-30"
    assert post(client, f"{url}/facts", {**fact, "source": "S\0"}).status_code == 422
    assert post(client, f"{url}/facts", {**fact, "source": "S9"}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"counts": [{**BODIES, "high": None}]},
        {"counts": [{**BODIES, "basis": "hearsay"}]},
        {"statement": "a\0b"},
        {"place": "x" * 121},
        {"wording": "sung"},
        {"date": "yesterday"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(person, sign_in, wrong):
    by = person("duty_officer")
    incident = opened(by)
    said(by, incident, sources=1)
    fact = {"source": "S1", "statement": "Said.", "wording": "quoted", **wrong}
    assert post(sign_in(by), f"/api/v1/incidents/{incident.number}/facts", fact).status_code == 422
    assert Fact.objects.count() == 1
