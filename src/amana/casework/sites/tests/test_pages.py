from __future__ import annotations

import pytest

from amana.casework.incidents.tests.field import SCRIPT, lifted, opened, said, site_of
from amana.casework.sites.models import Site, Spot
from amana.casework.sites.services import add_site

NAMES = {"name_en": "East", "name_ar": "شرق"}
SPOT = {"label": "A1", "position": "34.70000, 36.70000", "uncertainty_m": "10"}


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


def text_of(response):
    return response.content.decode()


def test_a_site_says_in_words_that_nobody_examined_it(by, sign_in):
    site = site_of(by, opened(by))
    page = text_of(sign_in(by).get(site.get_absolute_url()))
    assert "Explosive hazard: not examined" in page
    assert "Do not enter it to search." in page
    assert "Explosive clearance officer" in page


def test_the_outline_stands_beside_what_was_reported_and_replaces_nothing(by, sign_in):
    incident = opened(by)
    said(by, incident)
    page = text_of(sign_in(by).get(site_of(by, incident).get_absolute_url()))
    assert "Area inside the outline of the spots" in page
    assert "one square kilometre" in page


def test_a_site_is_shown_by_right_and_office(by, person, sign_in):
    incident = opened(by)
    site = site_of(by, incident)
    url = site.get_absolute_url()
    assert sign_in(person("recorder", "PAR")).get(url).status_code == 404
    assert sign_in(person("hotline_operator")).get(url).status_code == 403
    other = sign_in(person("recorder", "FMD")).get(url)
    assert other.status_code == 200
    assert "/add/" not in text_of(other)
    assert sign_in(by).get("/sites/%00/").status_code == 404


def test_an_office_sees_units_on_the_plan_only_by_right(by, person, sign_in):
    incident = opened(by)
    site = site_of(by, incident)
    lifted(by, incident, site)
    url = site.get_absolute_url()
    assert "bone: <bdi" in text_of(sign_in(by).get(url))
    assert "bone: <bdi" not in text_of(sign_in(person("information_officer")).get(url))


def test_the_list_filters_and_exports(by, person, sign_in):
    site = site_of(by, opened(by))
    client = sign_in(by)
    assert site.number in text_of(client.get("/sites/", {"words": "sy0401"}))
    assert site.number not in text_of(client.get("/sites/", {"hazard": "cleared"}))
    assert site.number in client.get("/sites.csv").content.decode()
    assert "No site yet." in text_of(sign_in(person("partner", "PAR")).get("/sites/"))


def test_the_forms_write(by, sign_in):
    incident = opened(by)
    client = sign_in(by)
    assert client.post(f"/incidents/{incident.number}/sites/add/", NAMES).status_code == 302
    site = Site.objects.get()
    assert client.post(f"/sites/{site.number}/spots/add/", SPOT).status_code == 302
    spot = Spot.objects.get()
    correction = {**SPOT, "position": "34.80000, 36.70000", "reason": "read wrongly"}
    assert client.post(f"/sites/{site.number}/spots/{spot.pk}/", correction).status_code == 302
    change = {**NAMES, "pcode": "SY04", "reason": "found"}
    assert client.post(f"/sites/{site.number}/change/", change).status_code == 302
    site.refresh_from_db()
    spot.refresh_from_db()
    assert (site.pcode, spot.latitude) == ("SY04", 34.8)
    assert "read wrongly" in text_of(client.get(f"/sites/{site.number}/spots/{spot.pk}/"))
    for address in ("change/", "spots/add/", f"spots/{spot.pk}/"):
        assert client.get(f"/sites/{site.number}/{address}").status_code == 200


def test_a_position_out_of_range_is_a_fault_beside_its_field_and_stays_typed(by, sign_in):
    site = site_of(by, opened(by), spots=0)
    response = sign_in(by).post(
        f"/sites/{site.number}/spots/add/", {**SPOT, "position": "367.1, 36.7", "label": SCRIPT[:8]}
    )
    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["position"]
    assert 'value="367.1, 36.7"' in text_of(response)
    assert SCRIPT[:8] not in text_of(response)


def test_forms_are_for_the_owner(by, person, sign_in):
    incident = opened(by)
    site = site_of(by, incident)
    spot = site.spots.first()
    for address in ("change/", "spots/add/", f"spots/{spot.pk}/"):
        url = f"/sites/{site.number}/{address}"
        assert sign_in(person("recorder", "FMD")).get(url).status_code == 403
        assert sign_in(person("clearance_officer")).get(url).status_code == 403
        assert sign_in(person("recorder", "PAR")).get(url).status_code == 404
    other = site_of(by, incident, spots=0)
    assert sign_in(by).get(f"/sites/{other.number}/spots/{spot.pk}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 20])
def test_a_bounded_number_of_questions(by, sign_in, rows, django_assert_max_num_queries):
    incident = opened(by)
    said(by, incident, sources=rows)
    site = site_of(by, incident, spots=rows)
    lifted(by, incident, site, count=rows)
    for _ in range(rows):
        add_site(by, incident, **NAMES)
    client = sign_in(by)
    with django_assert_max_num_queries(25):
        client.get(site.get_absolute_url())
    with django_assert_max_num_queries(12):
        client.get("/sites/")
