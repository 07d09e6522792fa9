from __future__ import annotations

import pytest

from amana.casework.incidents.tests.field import SCRIPT, lifted, opened, site_of
from amana.casework.recovery.models import Lying, Unit


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


def test_a_unit_is_recorded_with_what_it_lay_on(by, sign_in):
    incident = opened(by)
    site = site_of(by, incident, spots=1)
    one, other = lifted(by, incident, count=2)
    response = sign_in(by).post(
        f"/incidents/{incident.number}/units/record/",
        {
            "kind": "bone", "spot": str(site.spots.get().pk), "field_label": "T1",
            "recovered_at": "2024-12-30T10:30", "over": f"{one.number.lower()}، {other.number}",
        },
    )  # fmt: skip
    unit = Unit.objects.get(field_label="T1")
    assert response.headers["Location"] == unit.get_absolute_url()
    assert Lying.objects.filter(over=unit).count() == 2
    # Typed as the time of the place, three hours ahead of UTC.
    assert unit.recovered_at.isoformat() == "2024-12-30T07:30:00+00:00"


def test_a_form_keeps_what_was_typed_and_says_which_number_is_wrong(by, sign_in):
    incident = opened(by)
    response = sign_in(by).post(
        f"/incidents/{incident.number}/units/record/",
        {"kind": "bone", "field_label": SCRIPT, "over": "SCD-01-009-0, tag 3"},
    )
    page = response.content.decode()
    assert response.status_code == 400
    assert len(response.context["form"].errors["over"]) == 2
    assert "&lt;script&gt;" in page
    assert SCRIPT not in page
    assert not Unit.objects.exists()


def test_only_spots_of_the_incident_can_be_chosen(by, sign_in):
    incident = opened(by)
    other = site_of(by, opened(by), spots=1).spots.get()
    url = f"/incidents/{incident.number}/units/record/"
    assert str(other.pk) not in sign_in(by).get(url).content.decode()
    assert sign_in(by).post(url, {"kind": "bone", "spot": str(other.pk)}).status_code == 400


def test_change_split_and_lying_are_saved(by, sign_in):
    unit, other = lifted(by, opened(by), count=2)
    client = sign_in(by)
    base = unit.get_absolute_url()
    assert client.post(f"{base}change/", {"kind": "bag", "state": "received"}).status_code == 400
    changed = {"kind": "bag", "state": "received", "reason": "seen better"}
    assert client.post(f"{base}change/", changed).status_code == 302
    assert (
        client.post(f"{base}split/", {"kind": "bone", "how_many": 3, "reason": "sorted"}).status_code == 302
    )
    assert client.post(f"{base}lying/", {"which": "under", "other": other.number}).status_code == 302
    unit.refresh_from_db()
    assert (unit.kind, unit.state, unit.parts.count()) == ("bag", "received", 3)
    assert Lying.objects.get().over == other
    assert client.post(f"{base}lying/", {"which": "over", "other": other.number}).status_code == 400


def test_forms_are_for_the_owner(by, person, sign_in):
    incident = opened(by)
    (unit,) = lifted(by, incident, count=1)
    for address in ("change/", "split/", "lying/"):
        url = unit.get_absolute_url() + address
        assert sign_in(by).get(url).status_code == 200
        assert sign_in(person("forensic_physician", "FMD")).get(url).status_code == 403
        assert sign_in(person("custodian")).get(url).status_code == 403
        assert sign_in(person("recorder", "PAR")).get(url).status_code == 404
    record = f"/incidents/{incident.number}/units/record/"
    assert sign_in(person("forensic_physician", "FMD")).get(record).status_code == 200
    assert sign_in(person("custodian")).get(record).status_code == 403
    assert sign_in(person("recorder", "PAR")).get(record).status_code == 404
