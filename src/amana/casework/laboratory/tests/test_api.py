"""The laboratory for programs: barcodes, and genotypes by right."""

from __future__ import annotations

import json

import pytest

from amana.casework.audit.models import Entry


@pytest.fixture
def api(demo, sign_in):
    """Calls the interface as somebody of the demo."""

    def call(role, method, path, body=None, **query):
        client = sign_in(demo.people[role])
        if method == "GET":
            return client.get(f"/api/v1{path}", query)
        return client.post(f"/api/v1{path}", json.dumps(body or {}), content_type="application/json")

    return call


@pytest.fixture
def remains(demo):
    return demo.samples[next(k for k in demo.samples if k.startswith("SYN-B"))]


@pytest.fixture
def living(demo):
    return demo.samples[next(k for k in demo.samples if k.startswith("SYN-R"))]


def test_genotypes_are_given_by_right_and_those_of_the_living_stay_sealed(demo, api, remains, living):
    (shown,) = api("laboratory_analyst", "GET", f"/samples/{remains.barcode}").json()["profiles"]
    assert "SE33" in shown["calls"]
    assert shown["markers"] > 0
    (shown,) = api("laboratory_analyst", "GET", f"/samples/{living.barcode}").json()["profiles"]
    assert shown["sealed"] is True
    assert shown["calls"] is None
    (shown,) = api("forensic_physician", "GET", f"/samples/{remains.barcode}").json()["profiles"]
    assert [shown[f] for f in ("calls", "markers", "sex", "dropout")] == [None] * 4


def test_an_analyst_is_told_no_unit_and_no_relative(demo, api, remains, living):
    for sample in (remains, living):
        shown = api("laboratory_analyst", "GET", f"/samples/{sample.barcode}").json()
        assert (shown["unit"], shown["relative"]) == (None, None)
    assert api("geneticist", "GET", f"/samples/{remains.barcode}").json()["unit"] == remains.unit.number
    assert api("geneticist", "GET", f"/samples/{living.barcode}").json()["relative"] == living.relative.number


def test_genotypes_of_the_living_are_opened_for_a_reason(demo, api, living):
    path = f"/samples/{living.barcode}/profiles/{living.profiles.get().pk}/open"
    assert api("geneticist", "POST", path, {"reason": " "}).status_code == 422
    assert "SE33" in api("geneticist", "POST", path, {"reason": "second reading"}).json()
    assert Entry.objects.filter(action="protected.opened").count() == 1
    assert api("forensic_physician", "POST", path, {"reason": "curious"}).status_code == 403


def test_a_sample_goes_its_way(demo, api):
    unit = next(iter(demo.units.values())).number
    new = {"material": "molar", "unit": unit, "laboratory": "LAB"}
    made = api("forensic_physician", "POST", "/samples", new)
    assert made.status_code == 201
    barcode = made.json()["barcode"]
    assert api("laboratory_analyst", "POST", f"/samples/{barcode}/receive").json()["state"] == "received"
    calls = {"TH01": ["6", None], "FGA": ["21", "24"]}
    entered = api("laboratory_analyst", "POST", f"/samples/{barcode}/profiles", {"calls": calls})
    assert entered.status_code == 201
    assert entered.json()["calls"] == {"FGA": ["21", "24"], "TH01": ["6", None]}
    path = f"/samples/{barcode}/profiles/{entered.json()['id']}/sign"
    assert api("geneticist", "POST", path).json()["state"] == "signed"
    assert api("geneticist", "POST", path).status_code == 422


@pytest.mark.parametrize(
    "new",
    [
        {"material": "molar"},
        {"material": "molar", "unit": "SCD-01-999-0"},
        {"material": "molar", "unit": "\0"},
        {"material": "molar", "relative": "NCM-94-001-R"},
        {"material": "", "laboratory": "XXX"},
    ],
)
def test_a_sample_that_cannot_be_is_refused_in_words(demo, api, new):
    answer = api("forensic_physician", "POST", "/samples", new)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["text"]


def test_tables_are_listed_and_read(demo, api):
    listed = api("geneticist", "GET", "/frequencies").json()["items"]
    assert [t["name"] for t in listed] == ["Levant (pooled)", "West Asia"]
    shown = api("geneticist", "GET", f"/frequencies/{listed[0]['id']}").json()
    assert sum(shown["table"]["TH01"].values()) == pytest.approx(1.0)


def test_rights_hold_for_programs_too(demo, api, remains):
    key = remains.profiles.get().pk
    for role in ("recorder", "interviewer", "partner"):
        for path in ("/samples", f"/samples/{remains.barcode}", "/frequencies"):
            assert api(role, "GET", path).status_code == 403
        assert api(role, "POST", "/samples", {"material": "x"}).status_code == 403
    for role in ("forensic_physician", "sample_collector"):
        assert api(role, "POST", f"/samples/{remains.barcode}/profiles", {"calls": {}}).status_code == 403
        assert api(role, "POST", f"/samples/{remains.barcode}/profiles/{key}/sign").status_code == 403


@pytest.mark.parametrize(
    "path", ["/samples/x", "/samples/%00", "/frequencies/00000000-0000-0000-0000-000000000000"]
)
def test_what_is_not_there_is_not_found(demo, api, path):
    assert api("geneticist", "GET", path).status_code == 404
    assert api("geneticist", "GET", "/frequencies/x").status_code == 422
