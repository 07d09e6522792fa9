"""Missing persons for programs."""

from __future__ import annotations

import json

import pytest

from amana.casework.missing.models import MissingPerson


@pytest.fixture
def api(demo, sign_in):
    """Calls the interface as somebody of the demo."""

    def call(role, method, path, body=None, **query):
        client = sign_in(demo.people[role])
        if method == "GET":
            return client.get(f"/api/v1{path}", query)
        return client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")

    return call


def test_names_are_given_by_right(demo, api):
    number = demo.missing["SYN-F05-M1"].number
    named = api("interviewer", "GET", f"/missing/{number}").json()
    assert named["names"]["name_en"] == "Samer al-Tajribi"
    assert named["has_circumstances"] is True
    assert "demonstration" not in json.dumps(named)
    assert api("geneticist", "GET", f"/missing/{number}").json()["names"] is None
    for item in api("geneticist", "GET", "/missing").json()["items"]:
        assert item["names"] is None


def test_the_list_filters_and_finds_names_only_by_right(demo, api):
    number = demo.missing["SYN-F05-M1"].number
    assert [i["number"] for i in api("interviewer", "GET", "/missing", words="سامر").json()["items"]] == [
        number
    ]
    assert api("geneticist", "GET", "/missing", words="سامر").json()["count"] == 0
    assert api("interviewer", "GET", "/missing", sex="F").json()["count"] == sum(
        p.sex == "F" for p in demo.missing.values()
    )


@pytest.mark.parametrize("query", [{"state": "x"}, {"sex": "\0"}, {"state": "\0"}, {"words": "\0\0x"}])
def test_what_nobody_can_be_is_an_empty_list(demo, api, query):
    assert api("interviewer", "GET", "/missing", **query).json()["count"] == 0


def test_one_and_many_are_recorded(demo, api):
    made = api("interviewer", "POST", "/missing", {"name_ar": "زيد", "born": "1990"})
    assert made.status_code == 201
    assert MissingPerson.objects.get(number=made.json()["number"]).name_ar == "زيد"
    many = api("interviewer", "POST", "/missing/batch", {"people": [{"name_ar": "أ"}, {"name_en": "B"}]})
    assert many.status_code == 201
    assert len({p["number"] for p in many.json()}) == 2


def test_problems_have_codes_and_sentences(demo, api):
    before = MissingPerson.objects.count()
    answer = api("interviewer", "POST", "/missing", {"born": "86"})
    assert answer.status_code == 422
    assert {(p["code"], p["field"]) for p in answer.json()["problems"]} == {
        ("missing.needs-name", "name_ar"),
        ("missing.partial-date", "born"),
    }
    assert api("interviewer", "POST", "/missing/batch", {"people": [{}] * 2}).status_code == 422
    assert MissingPerson.objects.count() == before


@pytest.mark.parametrize("number", ["NCM-92-999-0", "x", "%00", "١"])
def test_a_number_that_nobody_has_is_not_found(demo, api, number):
    assert api("interviewer", "GET", f"/missing/{number}").status_code == 404


def test_rights_hold_for_programs_too(demo, api):
    number = demo.missing["SYN-F05-M1"].number
    for role in ("laboratory_analyst", "recorder", "partner"):
        assert api(role, "GET", "/missing").status_code == 403
        assert api(role, "GET", f"/missing/{number}").status_code == 403
    for role in ("geneticist", "secretary"):
        assert api(role, "POST", "/missing", {"name_ar": "زيد"}).status_code == 403
        assert api(role, "POST", "/missing/batch", {"people": []}).status_code == 403


def test_nobody_calls_without_signing_in(demo, client):
    assert client.get("/api/v1/missing").status_code == 401
