from __future__ import annotations

import math

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.audit.models import Entry
from amana.casework.incidents.tests.field import opened, site_of
from amana.casework.sites.models import Site, Spot
from amana.casework.sites.services import add_site, add_spot, add_spots, change_site, correct_spot
from amana.problems import InputProblems

HERE = {"latitude": 34.7, "longitude": 36.7}


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


def faults(call, *args, **fields):
    with pytest.raises(InputProblems) as found:
        call(*args, **fields)
    return {(p.code, p.row, p.field) for p in found.value.problems}


def test_a_site_gets_a_number_of_its_own_office_and_is_not_examined(by, person):
    incident = opened(by)
    assert add_site(by, incident, name_en="A", name_ar="أ").number.startswith("SCD-91-001-")
    other = add_site(person("recorder", "FMD"), incident, name_en="B", name_ar="ب", pcode=" sy04 ")
    assert other.number.startswith("FMD-91-001-")
    assert (other.pcode, other.hazard) == ("SY04", Site.Hazard.UNKNOWN)


def test_a_site_stands_in_an_incident_that_is_seen(by, person):
    incident = opened(by)
    for stranger in (person("recorder", "PAR"), person("hotline_operator"), person("interviewer", "NCM")):
        with pytest.raises(PermissionDenied):
            add_site(stranger, incident, name_en="A", name_ar="أ")
    assert not Site.objects.exists()


def test_names_are_asked_for_in_both_languages(by):
    assert faults(add_site, by, opened(by), name_en="A", name_ar=" ") == {("record.needs", None, "name_ar")}


def test_the_hazard_is_not_changed_like_a_name(by):
    site = site_of(by, opened(by))
    changed = change_site(by, site, "a slip", name_en="West", hazard="cleared")
    assert (changed.name_en, changed.hazard) == ("West", "unknown")
    assert Site.objects.matching("west").exists()
    assert faults(change_site, by, site, " ", name_en="") == {
        ("record.needs-reason", None, "reason"), ("record.needs", None, "name_en")
    }  # fmt: skip


def test_another_office_does_not_write(by, person):
    site = site_of(by, opened(by))
    other = person("recorder", "FMD")
    spot = site.spots.first()
    for write in (
        lambda: change_site(other, site, "why", name_en="Mine"),
        lambda: add_spot(other, site, label="9", **HERE),
        lambda: correct_spot(other, spot, "why", uncertainty_m=1, **HERE),
    ):
        with pytest.raises(PermissionDenied):
            write()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("latitude", 90, "sites.bad-latitude"),
        ("latitude", -91.0, "sites.bad-latitude"),
        ("latitude", math.nan, "sites.bad-latitude"),
        ("longitude", 180.5, "sites.bad-longitude"),
        ("longitude", math.inf, "sites.bad-longitude"),
        ("uncertainty_m", -1.0, "sites.bad-uncertainty"),
        ("uncertainty_m", math.nan, "sites.bad-uncertainty"),
        ("label", "", "record.needs"),
        ("label", "x" * 21, "record.too-long"),
        ("latitude", None, "record.needs"),
    ],
)
def test_a_position_that_is_none_is_refused(by, field, value, code):
    site = site_of(by, opened(by), spots=0)
    given = {"label": "1", **HERE, field: value}
    assert faults(add_spot, by, site, **given) == {(code, None, field)}
    assert not Spot.objects.exists()


def test_every_fault_of_every_row_is_named_and_nothing_is_kept(by):
    site = site_of(by, opened(by), spots=1)
    rows = [
        {"label": "1", **HERE},
        {"label": "2", **HERE},
        {"label": "2", "latitude": 134.7, "longitude": 36.7},
    ]
    assert faults(add_spots, by, site, rows) == {
        ("sites.label-taken", 1, "label"), ("sites.label-taken", 3, "label"),
        ("sites.bad-latitude", 3, "latitude"),
    }  # fmt: skip
    assert Spot.objects.count() == 1


def test_many_spots_make_the_entries_of_single_ones(by):
    incident = opened(by)
    one, many = site_of(by, incident, spots=0), site_of(by, incident, spots=0)
    rows = [{"label": str(i), **HERE} for i in range(3)]
    for row in rows:
        add_spot(by, one, **row)
    add_spots(by, many, rows)
    entries = Entry.objects.filter(action="sites.spot.added")
    assert entries.count() == 6
    assert [s.label for s in many.spots.all()] == [s.label for s in one.spots.all()] == ["0", "1", "2"]


def test_a_corrected_position_keeps_its_label_and_its_reason(by):
    spot = site_of(by, opened(by)).spots.get(label="1")
    corrected = correct_spot(by, spot, "read wrongly", latitude=34.71, longitude=36.71, uncertainty_m=4)
    assert (corrected.label, corrected.latitude) == ("1", 34.71)
    entry = Entry.objects.get(action="sites.spot.corrected")
    assert "read wrongly" in entry.values
    assert faults(correct_spot, by, spot, "", latitude=99, longitude=0, uncertainty_m=1) == {
        ("record.needs-reason", None, "reason"), ("sites.bad-latitude", None, "latitude")
    }  # fmt: skip
