from __future__ import annotations

import pytest

from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.incidents.tests.field import OVERRIDE, SCRIPT, lifted, opened, site_of
from amana.casework.laboratory.models import Sample
from amana.casework.recovery.services import NewUnit, record_lying, record_unit, split_unit


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


def text_of(response):
    return response.content.decode()


def sample_of(unit, barcode="SCD-95-001-X"):
    sample = Sample(office=unit.office, barcode=barcode, unit=unit, material="femur")
    with writing(SYSTEM, "tests.prepared") as log:
        log.save(sample)
    return sample


def test_a_unit_says_what_it_is_and_where_it_lay(by, sign_in):
    incident = opened(by)
    site = site_of(by, incident)
    unit = record_unit(by, incident, kind="bone", spot=site.spots.get(label="2"), field_label="T7")
    page = text_of(sign_in(by).get(unit.get_absolute_url()))
    for words in (unit.number, "T7", "2 (here)", str(incident), "neither a body nor a person"):
        assert words in page


def test_what_lay_on_what_leads_to_the_other(by, sign_in):
    incident = opened(by)
    top, bottom = lifted(by, incident, count=2)
    record_lying(by, top, bottom)
    assert f'It lay on: <a href="{bottom.get_absolute_url()}"' in text_of(
        sign_in(by).get(top.get_absolute_url())
    )
    assert f'On it lay: <a href="{top.get_absolute_url()}"' in text_of(
        sign_in(by).get(bottom.get_absolute_url())
    )


def test_parts_and_the_unit_they_come_from_lead_to_each_other(by, sign_in):
    (unit,) = lifted(by, opened(by), count=1)
    (part,) = split_unit(by, unit, "sorted", [NewUnit(kind="ash")])
    assert part.get_absolute_url() in text_of(sign_in(by).get(unit.get_absolute_url()))
    assert unit.get_absolute_url() in text_of(sign_in(by).get(part.get_absolute_url()))


def test_barcodes_are_for_the_laboratory_and_the_state_for_everybody(by, person, sign_in):
    (unit,) = lifted(by, opened(by), count=1)
    sample = sample_of(unit)
    url = unit.get_absolute_url()
    field = text_of(sign_in(by).get(url))
    assert sample.barcode not in field
    assert "femur" in field
    assert "taken" in field
    assert sample.barcode in text_of(sign_in(person("forensic_physician")).get(url))
    # The other department sees the unit and has the right, and the sample is not shared with it.
    assert sample.barcode not in text_of(sign_in(person("forensic_physician", "FMD")).get(url))


def test_what_dna_says_is_not_even_mentioned_without_the_right(by, person, sign_in):
    (unit,) = lifted(by, opened(by), count=1)
    assert "DNA" not in text_of(sign_in(by).get(unit.get_absolute_url()))
    assert "What DNA says" in text_of(sign_in(person("board_member")).get(unit.get_absolute_url()))


def test_a_unit_is_shown_by_right_and_office(by, person, sign_in):
    incident = opened(by)
    site = site_of(by, incident)
    (unit,) = lifted(by, incident, site, count=1)
    url = unit.get_absolute_url()
    assert sign_in(person("recorder", "PAR")).get(url).status_code == 404
    assert sign_in(person("hotline_operator")).get(url).status_code == 403
    other = text_of(sign_in(person("recorder", "FMD")).get(url))
    assert "/split/" not in other
    without_sites = text_of(sign_in(person("custodian")).get(url))
    assert site.name_en not in without_sites
    assert "(here)" not in without_sites
    assert sign_in(by).get("/units/%00/").status_code == 404


def test_what_was_typed_never_acts(by, sign_in):
    unit = record_unit(by, opened(by, SCRIPT), kind="bone", field_label=OVERRIDE, description=SCRIPT)
    page = text_of(sign_in(by).get(unit.get_absolute_url()))
    assert SCRIPT not in page
    assert f"<bdi>{OVERRIDE}</bdi>" in page


def test_it_says_what_comes_next_and_who_does_it(by, sign_in):
    (unit,) = lifted(by, opened(by), count=1)
    client = sign_in(by)

    def steps():
        return [(s["text"], s["who"]) for s in client.get(unit.get_absolute_url()).context["steps"]]

    assert ("Say at which spot it lay", "Recorder, Search team leader") in steps()
    assert ("Take a sample", "Forensic physician, Sample collector") in steps()
    sample_of(unit)
    assert ("Type a sample", "Laboratory analyst") in steps()


def test_the_page_is_whole_in_arabic(by, sign_in):
    incident = opened(by)
    (unit,) = lifted(by, incident, site_of(by, incident), count=1)
    client = sign_in(by)
    client.cookies["amana_language"] = "ar"
    page = text_of(client.get(unit.get_absolute_url()))
    assert 'lang="ar" dir="rtl"' in page
    assert f'<bdi class="id">{unit.number}</bdi>' in page
    assert "حقل الحجارة" in page


@pytest.mark.parametrize("rows", [1, 20])
def test_a_bounded_number_of_questions(by, person, sign_in, rows, django_assert_max_num_queries):
    incident = opened(by)
    site = site_of(by, incident, spots=rows)
    unit, *others = lifted(by, incident, site, count=rows + 1)
    for i, other in enumerate(others):
        record_lying(by, unit, other)
        sample_of(unit, f"SCD-95-{i:03d}-X")
    split_unit(by, unit, "sorted", [NewUnit(kind="bone")] * rows)
    client = sign_in(person("forensic_physician+board_member"))
    with django_assert_max_num_queries(30):
        assert client.get(unit.get_absolute_url()).status_code == 200
