from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from amana.casework.incidents.tests.field import opened, site_of
from amana.casework.sites.models import Spot

SPOT = {"label": "A1", "latitude": 34.7, "longitude": 36.7}


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


def post(client, url, data):
    return client.post(url, data, content_type="application/json")


def test_sites_and_spots_are_added_and_listed(by, sign_in):
    incident = opened(by)
    client = sign_in(by)
    site = post(client, "/api/v1/sites", {"incident": incident.number, "name_en": "E", "name_ar": "ش"})
    assert site.status_code == 201
    url = f"/api/v1/sites/{site.json()['number']}"
    assert client.get(url).json()["incident"] == incident.number
    assert post(client, f"{url}/spots", [SPOT, {**SPOT, "label": "A2"}]).status_code == 201
    assert [s["label"] for s in client.get(f"{url}/spots").json()] == ["A1", "A2"]
    assert client.get("/api/v1/sites").json()["count"] == 1


@pytest.mark.parametrize(
    "wrong", [{"latitude": 91}, {"label": ""}, {"latitude": "north"}, {"uncertainty_m": -1}, {"label": "a\0"}]
)
def test_what_is_wrong_is_said_and_nothing_is_written(by, sign_in, wrong):
    site = site_of(by, opened(by), spots=0)
    url = f"/api/v1/sites/{site.number}/spots"
    assert post(sign_in(by), url, [SPOT, {**SPOT, "label": "A2", **wrong}]).status_code == 422
    assert not Spot.objects.exists()


def test_rights_are_those_of_the_pages(by, person, sign_in):
    incident = opened(by)
    site = site_of(by, incident)
    url = f"/api/v1/sites/{site.number}"
    assert sign_in(person("recorder", "PAR")).get(url).status_code == 404
    assert sign_in(person("recorder", "PAR")).get(f"{url}/spots").status_code == 404
    assert sign_in(person("hotline_operator")).get(url).status_code == 403
    assert post(sign_in(person("recorder", "FMD")), f"{url}/spots", [SPOT]).status_code == 403
    unseen = {"incident": incident.number, "name_en": "E", "name_ar": "ش"}
    assert post(sign_in(person("recorder", "PAR")), "/api/v1/sites", unseen).status_code == 404
    assert sign_in(by).get("/api/v1/sites/%00").status_code == 404


def test_spots_come_from_a_file_looked_at_first(by, sign_in):
    site = site_of(by, opened(by), spots=0)
    url = f"/api/v1/sites/{site.number}/spots/import"
    client = sign_in(by)

    def table():
        return {"file": SimpleUploadedFile("spots.csv", b"label,latitude,longitude\nB1,34.7,36.7\n")}

    looked = client.post(url, table())
    assert (looked.status_code, looked.json()["spots"][0]["label"]) == (200, "B1")
    assert not Spot.objects.exists()
    assert client.post(f"{url}?dry_run=false", table()).status_code == 201
    assert Spot.objects.get().label == "B1"
    again = client.post(f"{url}?dry_run=false", table())
    assert again.status_code == 422
    assert Spot.objects.count() == 1
