from __future__ import annotations

import pytest

from amana.casework.incidents.tests.field import SCRIPT, lifted, opened, site_of
from amana.casework.recovery.services import record_unit


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("shape", ["{}", " {} ", "lower", "spaces", "arabic", "together"])
def test_a_number_in_any_form_opens_its_unit(by, sign_in, shape):
    (unit,) = lifted(by, opened(by), count=1)
    number = unit.number
    if shape == "lower":
        number = number.lower()
    elif shape == "spaces":
        number = number.replace("-", " ")
    elif shape == "arabic":
        number = number[:-1].translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) + number[-1]
    else:
        number = shape.format(number) if "{" in shape else number
    response = sign_in(by).get("/units/", {"words": number})
    assert (response.status_code, response.headers.get("Location")) == (302, unit.get_absolute_url())


def test_a_wrong_check_character_is_said(by, sign_in):
    (unit,) = lifted(by, opened(by), count=1)
    wrong = unit.number[:-1] + ("A" if unit.number[-1] != "A" else "B")
    response = sign_in(by).get("/units/", {"words": wrong})
    assert response.status_code == 200
    assert response.context["number_fault"]
    assert unit.get_absolute_url() not in text_of(response)
    assert not sign_in(by).get("/units/", {"words": "hand"}).context["number_fault"]


def test_a_number_of_another_office_opens_nothing(by, person, sign_in):
    (unit,) = lifted(by, opened(by), count=1)
    response = sign_in(person("recorder", "PAR")).get("/units/", {"words": unit.number})
    assert response.status_code == 200
    assert unit.get_absolute_url() not in text_of(response)


def test_it_filters_by_incident_spot_kind_state_sample_and_words(by, sign_in):
    incident = opened(by)
    site = site_of(by, incident, spots=2)
    one, other = lifted(by, incident, site, count=2)
    record_unit(by, opened(by), kind="ash", description="burnt soil")
    client = sign_in(by)

    def found(**where):
        return [r["cells"][0] for r in client.get("/units/", where).context["table"]["rows"]]

    assert found(incident=incident.number) == [one.number, other.number]
    assert found(spot="2") == [other.number]
    assert len(found(kind="ash")) == 1
    assert len(found(words="Burnt")) == 1
    assert found(state="sampled") == []
    assert len(found(sampled="no")) == 3
    assert found(sampled="yes") == []
    assert len(found(sort="-number")) == 3


def test_the_filter_names_only_incidents_that_one_sees(by, person, sign_in):
    incident = opened(by)
    assert incident.number in text_of(sign_in(by).get("/units/"))
    page = text_of(sign_in(person("recorder", "PAR")).get("/units/"))
    assert incident.number not in page
    assert "No unit yet." in page


def test_the_list_needs_the_right(person, sign_in):
    assert sign_in(person("hotline_operator")).get("/units/").status_code == 403
    assert sign_in(person("hotline_operator")).get("/units.csv").status_code == 403


def test_the_csv_holds_every_row(by, sign_in):
    incident = opened(by)
    lifted(by, incident, count=60)
    record_unit(by, incident, kind="bone", field_label="=cmd")
    lines = sign_in(by).get("/units.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 62
    assert "'=cmd" in lines[-1]


@pytest.mark.parametrize("rows", [1, 20])
def test_a_bounded_number_of_questions(by, sign_in, rows, django_assert_max_num_queries):
    for _ in range(rows):
        incident = opened(by, SCRIPT)
        lifted(by, incident, site_of(by, incident, spots=1), count=1)
    client = sign_in(by)
    with django_assert_max_num_queries(14):
        assert SCRIPT not in text_of(client.get("/units/"))
