from __future__ import annotations

import re

import pytest
from django.utils import translation

from amana.casework.incidents.models import Incident
from amana.casework.incidents.services import add_fact, add_source, change_incident
from amana.casework.incidents.tests.field import AREA, OVERRIDE, SCRIPT, lifted, opened, said, site_of


@pytest.fixture
def duty(person):
    return person("duty_officer+recorder")


def text_of(response):
    return response.content.decode()


def test_statements_stand_side_by_side_with_their_words(duty, sign_in):
    incident = opened(duty)
    said(duty, incident)
    page = text_of(sign_in(duty).get(incident.get_absolute_url()))
    assert page.index("Newspaper 0") < page.index("Newspaper 1")
    for words in ("21 bodies", "21 remains and bodies", "one square kilometre", "They do not fit."):
        assert words in page
    assert "Seen of it:" in page


def test_counts_of_different_things_are_never_added_up(duty, sign_in):
    incident = opened(duty)
    said(duty, incident, sources=4)
    response = sign_in(duty).get(incident.get_absolute_url())
    groups = response.context["groups"]
    assert [(g["counted"], len(g["counts"])) for g in groups] == [("bodies", 2), ("remains and bodies", 2)]
    section = text_of(response).split('id="counts"')[1].split("</section>")[0]
    assert re.findall(r"\d\d+", re.sub(r"<[^>]+>", " ", section)) == ["21"] * 8  # each with its words


def test_an_arabic_version_is_marked_as_a_translation(duty, sign_in, client):
    incident = opened(duty)
    said(duty, incident)
    url = incident.get_absolute_url()
    client = sign_in(duty)
    assert "قيل ذلك." not in text_of(client.get(url))
    client.cookies["amana_language"] = "ar"
    page = text_of(client.get(url))
    assert 'dir="rtl"' in page
    with translation.override("ar"):
        marked = translation.gettext("translation")
    assert f'قيل ذلك.</bdi> <span class="mark">({marked})' in page
    assert "0 said it." in page  # the words that were translated


def test_the_plan_leads_to_the_spots(duty, sign_in):
    incident = opened(duty)
    site = site_of(duty, incident)
    lifted(duty, incident, site)
    page = text_of(sign_in(duty).get(incident.get_absolute_url()))
    assert page.count('<div class="picture"') == 1
    for spot in site.spots.all():
        assert f'href="#spot-{spot.pk}"' in page
        assert page.count(f'id="spot-{spot.pk}"') == 1
    assert "not examined" in page


def test_who_does_not_see_remains_or_sites_does_not_learn_of_them(duty, person, sign_in):
    incident = opened(duty)
    site = site_of(duty, incident)
    units = lifted(duty, incident, site)
    page = text_of(sign_in(person("hotline_operator")).get(incident.get_absolute_url()))
    assert site.number not in page
    assert "East slope" not in page
    assert all(u.number not in page for u in units)
    assert "<svg" not in page.split('class="cols"')[1].replace('<svg viewBox="0 0 12 12"', "")


def test_what_was_typed_never_acts(duty, sign_in):
    incident = opened(duty, SCRIPT)
    source = add_source(duty, incident, name=SCRIPT, seen=OVERRIDE)
    add_fact(
        duty, source, statement=SCRIPT, wording="quoted", place=OVERRIDE, measures=[{**AREA, "words": SCRIPT}]
    )
    site_of(duty, incident)
    page = text_of(sign_in(duty).get(incident.get_absolute_url()))
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    # Where a direction can be turned round, it is inside an isolate that ends it.
    for found in re.finditer("\u202e", page):
        assert page.rindex("<bdi", 0, found.start()) > page.rindex("</bdi>", 0, found.start())


def test_an_incident_of_another_office_is_not_there(duty, person, sign_in):
    incident = opened(duty)
    assert sign_in(person("partner", "PAR")).get(incident.get_absolute_url()).status_code == 404
    assert sign_in(person("interviewer", "NCM")).get(incident.get_absolute_url()).status_code == 403
    response = sign_in(person("forensic_physician", "FMD")).get(incident.get_absolute_url())
    assert response.status_code == 200
    assert "/change/" not in text_of(response)


@pytest.mark.parametrize("number", ["SCD-90-009-0", "%00", "%E2%80%AE", "x" * 300])
def test_a_number_that_is_none_is_not_found(duty, sign_in, number):
    assert sign_in(duty).get(f"/incidents/{number}/").status_code == 404


def test_an_empty_incident_says_what_to_do(duty, person, sign_in):
    incident = opened(duty)
    page = text_of(sign_in(duty).get(incident.get_absolute_url()))
    assert f"/incidents/{incident.number}/sources/add/" in page
    assert "Write down who said what" in page
    assert "Add the site and its spots" in page
    reader = text_of(sign_in(person("board_member", "NCM")).get(incident.get_absolute_url()))
    assert "/add/" not in reader
    assert "Write down who said what" in reader


def test_the_next_steps_name_who_does_them(duty, sign_in):
    incident = opened(duty)
    lifted(duty, incident, site_of(duty, incident), count=2)
    steps = sign_in(duty).get(incident.get_absolute_url()).context["steps"]
    assert ("Take samples of 2 units", "Forensic physician, Sample collector") in [
        (s["text"], s["who"]) for s in steps
    ]
    change_incident(duty, incident, "all done", state=Incident.State.CLOSED)
    assert sign_in(duty).get(incident.get_absolute_url()).context["steps"] == []


@pytest.mark.parametrize("rows", [1, 20])
def test_the_page_asks_a_bounded_number_of_questions(duty, sign_in, rows, django_assert_max_num_queries):
    incident = opened(duty)
    said(duty, incident, sources=rows, facts=2)
    site = site_of(duty, incident, spots=rows)
    lifted(duty, incident, site, count=rows)
    client = sign_in(duty)
    url = incident.get_absolute_url()
    client.get(url)
    with django_assert_max_num_queries(40):
        assert client.get(url).status_code == 200


def test_a_page_full_of_statements_stays_light(duty, sign_in):
    incident = opened(duty)
    said(duty, incident, sources=3, facts=4)
    lifted(duty, incident, site_of(duty, incident, spots=12), count=40)
    assert len(sign_in(duty).get(incident.get_absolute_url()).content) < 200_000
