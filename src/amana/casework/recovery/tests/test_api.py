from __future__ import annotations

import pytest

from amana.casework.common.ids import new_id
from amana.casework.incidents.tests.field import lifted, opened, site_of
from amana.casework.numbers.services import lease
from amana.casework.numbers.tests.test_services import device_of
from amana.casework.recovery.models import Unit
from amana.casework.recovery.services import NewUnit, record_lying, split_unit
from amana.numbering import Number


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


def post(client, url, data):
    return client.post(url, data, content_type="application/json")


def test_units_are_listed_by_filter_in_pages(by, sign_in):
    incident = opened(by)
    site = site_of(by, incident, spots=2)
    units = lifted(by, incident, site, count=4)
    client = sign_in(by)
    found = client.get("/api/v1/units", {"incident": incident.number, "page_size": 3}).json()
    assert (found["count"], len(found["items"])) == (4, 3)
    assert found["items"][0]["site"] == site.number
    there = client.get("/api/v1/units", {"site": site.number, "spot": "2"}).json()["items"]
    assert [u["number"] for u in there] == [units[1].number, units[3].number]
    assert client.get("/api/v1/units", {"kind": "ash"}).json()["count"] == 0
    assert client.get("/api/v1/units?kind=%00").json()["count"] == 0


def test_a_unit_is_found_by_its_number_in_any_form(by, sign_in):
    unit, other = lifted(by, opened(by), count=2)
    record_lying(by, unit, other)
    (part,) = split_unit(by, unit, "sorted", [NewUnit(kind="ash")])
    found = sign_in(by).get(f"/api/v1/units/{unit.number.lower()}").json()
    assert (found["number"], found["lay_on"], found["parts"]) == (unit.number, [other.number], [part.number])
    assert sign_in(by).get(f"/api/v1/units/{part.number}").json()["parent"] == unit.number


def test_where_a_unit_lay_is_for_who_sees_sites(by, person, sign_in):
    incident = opened(by)
    site = site_of(by, incident, spots=2)
    (unit,) = lifted(by, incident, site, count=1)
    client = sign_in(person("custodian"))
    found = client.get(f"/api/v1/units/{unit.number}").json()
    assert (found["site"], found["spot"]) == (None, None)
    # Nor does a filter tell it.
    assert client.get("/api/v1/units", {"spot": "no such"}).json()["count"] == 1


def test_one_is_recorded_and_many_are(by, sign_in):
    incident = opened(by)
    site = site_of(by, incident, spots=1)
    client = sign_in(by)
    url = f"/api/v1/incidents/{incident.number}/units"
    one = post(client, url, {"kind": "bone", "site": site.number, "spot": "1", "field_label": "T1"})
    assert (one.status_code, one.json()["spot"]) == (201, "1")
    many = post(client, f"{url}/many", {"units": [{"kind": "bone"}, {"kind": "bag"}]})
    assert [u["kind"] for u in many.json()] == ["bone", "bag"]
    assert Unit.objects.count() == 3


def test_a_device_reports_the_number_it_gave(by, sign_in):
    incident = opened(by)
    device = device_of(by)
    lease(by, device, 4, 10)
    unit = {"kind": "bone", "number": str(Number("SCD", 4, 2)), "device": str(device.pk)}
    url = f"/api/v1/incidents/{incident.number}/units"
    assert post(sign_in(by), url, unit).json()["number"] == unit["number"]
    assert post(sign_in(by), url, unit).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "hand"},
        {"spot": "9"},
        {"number": "SCD-01-001-0"},
        {"device": str(new_id())},
        {"field_label": "x" * 41},
        {"description": "a\0b"},
        {"recovered_at": "2024-12-30T10:30:00"},  # of no zone
        {"recovered_at": "2999-01-01T00:00:00Z"},
    ],
)
def test_what_is_wrong_is_said_with_its_row_and_nothing_is_written(by, sign_in, wrong):
    incident = opened(by)
    url = f"/api/v1/incidents/{incident.number}/units"
    assert post(sign_in(by), url, {"kind": "bone", **wrong}).status_code == 422
    many = {"units": [{"kind": "bone"}, {"kind": "bone", **wrong}]}
    assert post(sign_in(by), f"{url}/many", many).status_code == 422
    assert not Unit.objects.exists()


def test_rights_are_those_of_the_pages(by, person, sign_in):
    incident = opened(by)
    (unit,) = lifted(by, incident, count=1)
    url = f"/api/v1/units/{unit.number}"
    assert sign_in(person("recorder", "PAR")).get(url).status_code == 404
    assert sign_in(person("hotline_operator")).get(url).status_code == 403
    record = f"/api/v1/incidents/{incident.number}/units"
    assert post(sign_in(person("recorder", "PAR")), record, {"kind": "bone"}).status_code == 404
    assert post(sign_in(person("custodian")), record, {"kind": "bone"}).status_code == 403
    assert post(sign_in(person("recorder", "FMD")), record, {"kind": "bone"}).status_code == 201
