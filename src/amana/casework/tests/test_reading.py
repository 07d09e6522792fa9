"""The programming interface refuses what no database keeps, wherever it stands, and names the place."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from amana.casework.custody.forms import at_field
from amana.casework.incidents.forms import fields_of
from amana.casework.incidents.services import open_incident
from amana.casework.incidents.tests.field import lifted, opened
from amana.casework.recovery.forms_missions import moment
from amana.casework.recovery.models import Unit


def refused(answer) -> list[tuple[str, str | None]]:
    assert answer.status_code == 422, answer.content
    return [(p["code"], p["field"]) for p in answer.json()["problems"]]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"things": ["SCD-01", "a\0"], "purpose": "x"}, [("record.unreadable-text", "things.1")]),
        ({"a\ud800": 1}, [("record.unreadable-text", None)]),
        ({"x": {"y": [1, 10**30]}}, [("record.number-too-large", "x.y.1")]),
        ({"x": float("nan"), "y": float("inf")}, [
            ("record.number-too-large", "x"), ("record.number-too-large", "y")
        ]),
        ({"k" * 61: "\0"}, [("record.unreadable-text", None)]),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_by_its_place(person, sign_in, given, found):
    client = sign_in(person("recorder"))
    sent = client.post("/api/v1/custody/hand-overs", json.dumps(given), content_type="application/json")
    assert refused(sent) == found


def test_a_body_that_is_no_json_is_said_to_be_none(person, sign_in):
    client = sign_in(person("recorder"))
    answer = client.post("/api/v1/custody/hand-overs", "{", content_type="application/json")
    assert (answer.status_code, answer.json()) == (400, {"detail": "Cannot parse request body"})


def test_pages_of_a_list(person, sign_in):
    duty = person("duty_officer")
    for n in range(3):
        open_incident(duty, name_en=f"Field {n}", name_ar="حقل")
    client = sign_in(duty)

    def rows(**query):
        return [i["number"] for i in client.get("/api/v1/incidents", query).json()["items"]]

    assert len(rows(page_size=2)) == 2
    assert len({*rows(page_size=2), *rows(page_size=2, page=2)}) == 3
    assert rows(page=10**9, page_size=10**6) == []
    for wrong in ({"page": 0}, {"page": 2**61}, {"page_size": 2**61}, {"page_size": 0}):
        assert client.get("/api/v1/incidents", wrong).status_code == 422


ENDS = ("0001-01-01T00:00", "9999-12-31T23:59")


@pytest.mark.parametrize("at", [f"{end}:00{zone}" for end in ENDS for zone in ("+14:00", "Z", "-14:00")])
def test_a_time_that_another_time_zone_does_not_have_is_refused(person, sign_in, at):
    by = person("recorder+duty_officer")
    incident = opened(by)
    (unit,) = lifted(by, incident, count=1)
    client = sign_in(by)
    given = {"kind": "bone", "recovered_at": at}
    url = f"/api/v1/incidents/{incident.number}/units"
    assert client.post(url, given, "application/json").status_code == 422
    given = {"things": [unit.number], "seals": {unit.number: "A1"}, "at": at}
    assert client.post("/api/v1/custody/things", given, "application/json").status_code == 422


@pytest.mark.parametrize("zone", ["Asia/Damascus", "America/Los_Angeles"])
@pytest.mark.parametrize("at", ENDS)
def test_a_form_does_not_take_it_either(at, zone):
    with timezone.override(zone):
        assert at_field().clean("2024-12-31T12:00")
        for field in (at_field(), moment("when"), fields_of(Unit, ["recovered_at"])["recovered_at"]):
            with pytest.raises(ValidationError):
                field.clean(at)
