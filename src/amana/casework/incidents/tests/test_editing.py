from __future__ import annotations

import pytest

from amana.casework.incidents.models import Count, Fact, Incident, Measure, Source, Tension
from amana.casework.incidents.tests.field import SCRIPT, opened, said

NAMES = {"name_en": "Field", "name_ar": "حقل"}
FACT = {"statement": "Said.", "wording": "quoted", "date": "2024-12-16"}
COUNT = {"counted": "bodies", "basis": "reported", "low": "20", "high": "25", "words": "20 to 25"}


@pytest.fixture
def duty(person):
    return person("duty_officer")


def test_an_incident_is_opened_by_its_form(duty, sign_in):
    response = sign_in(duty).post("/incidents/open/", NAMES)
    incident = Incident.objects.get()
    assert response.headers["Location"] == incident.get_absolute_url()


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(duty, sign_in):
    response = sign_in(duty).post("/incidents/open/", {"name_en": SCRIPT, "name_ar": ""})
    page = response.content.decode()
    assert response.status_code == 400
    assert "&lt;script&gt;" in page
    assert SCRIPT not in page
    assert 'id="faults"' in page
    assert not Incident.objects.exists()


def test_only_the_owner_gets_the_forms(duty, person, sign_in):
    incident = opened(duty)
    (fact,) = said(duty, incident, sources=1)
    addresses = [
        f"/incidents/{incident.number}/{rest}"
        for rest in (
            "change/", "sources/add/", f"sources/{fact.source.code}/facts/add/",
            f"facts/{fact.code}/counts/add/", f"facts/{fact.code}/measures/add/", "tensions/add/",
        )
    ]  # fmt: skip
    for address in addresses:
        assert sign_in(duty).get(address).status_code == 200
        assert sign_in(person("recorder")).get(address).status_code == 403
        assert sign_in(person("forensic_physician", "FMD")).get(address).status_code == 403
        assert sign_in(person("duty_officer", "PAR")).get(address).status_code == 404


def test_a_change_is_saved_with_its_reason(duty, sign_in):
    incident = opened(duty)
    url = f"/incidents/{incident.number}/change/"
    client = sign_in(duty)
    assert client.post(url, {**NAMES, "state": "open"}).status_code == 400
    assert client.post(url, {**NAMES, "state": "open", "reason": "a slip"}).status_code == 302
    incident.refresh_from_db()
    assert incident.name_en == "Field"


def test_a_source_leads_to_its_first_statement(duty, sign_in):
    incident = opened(duty)
    response = sign_in(duty).post(
        f"/incidents/{incident.number}/sources/add/", {"name": "Paper", "seen": "all of it"}
    )
    assert response.headers["Location"] == f"/incidents/{incident.number}/sources/S1/facts/add/"


@pytest.mark.parametrize(("more", "counts"), [({}, 0), (COUNT, 1)])
def test_a_statement_is_added_with_a_count_or_without(duty, sign_in, more, counts):
    incident = opened(duty)
    said(duty, incident, sources=1)
    url = f"/incidents/{incident.number}/sources/S1/facts/add/"
    before = Count.objects.count()
    response = sign_in(duty).post(url, {**FACT, **more})
    assert response.status_code == 302
    assert Fact.objects.count() == 2
    assert Count.objects.count() - before == counts


def test_half_a_count_is_a_fault_beside_its_field(duty, sign_in):
    incident = opened(duty)
    said(duty, incident, sources=1)
    url = f"/incidents/{incident.number}/sources/S1/facts/add/"
    response = sign_in(duty).post(url, {**FACT, **COUNT, "high": ""})
    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["high"]
    assert Fact.objects.count() == 1


def test_counts_measures_and_tensions_are_added(duty, sign_in):
    incident = opened(duty)
    said(duty, incident, sources=2)
    client = sign_in(duty)
    base = f"/incidents/{incident.number}"
    assert client.post(f"{base}/facts/F1/counts/add/", COUNT).status_code == 302
    measure = {
        "measured": "distance",
        "basis": "reported",
        "low": 80,
        "high": 600,
        "unit": "m",
        "words": "80 m",
    }
    assert client.post(f"{base}/facts/F1/measures/add/", measure).status_code == 302
    tension = {"facts": ["F1", "F2"], "statement": "No."}
    assert client.post(f"{base}/tensions/add/", tension).status_code == 302
    assert (Count.objects.count(), Measure.objects.count(), Tension.objects.count()) == (3, 3, 2)
    assert client.post(f"{base}/tensions/add/", {"facts": ["F1"], "statement": "No."}).status_code == 400


def test_what_is_not_there_is_not_found(duty, sign_in):
    incident = opened(duty)
    base = f"/incidents/{incident.number}"
    for address in ("sources/S9/facts/add/", "facts/F9/counts/add/", "facts/%00/counts/add/"):
        assert sign_in(duty).get(f"{base}/{address}").status_code == 404
    assert not Source.objects.exists()
