from __future__ import annotations

import pytest

from amana.casework.incidents.tests.field import SCRIPT, lifted, opened, site_of
from amana.casework.recovery.models import Unit
from amana.casework.recovery.queries import per_spot
from amana.casework.recovery.services import NewUnit, record_units, split_unit
from amana.casework.sites import plans, queries
from amana.casework.sites.services import add_spot


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


def test_without_spots_there_is_no_plan(by):
    site_of(by, opened(by), spots=0)
    assert plans.plan_figure([], {}) is None
    assert plans.spot_rows([], {}, {}) == []
    assert plans.outline_area([]) == 0


def test_the_plan_is_drawn_for_desk_and_phone_with_its_distances(by):
    site = site_of(by, opened(by), spots=3)
    figure = plans.plan_figure(queries.spots(by, site=site), {})
    assert figure["svg"].count("<svg") == 2
    assert len(figure["rows"]) == 3
    assert figure["rows"][0][2].endswith(" m")


def test_of_many_spots_the_table_has_the_distances_that_are_drawn(by):
    site = site_of(by, opened(by), spots=21)
    rows = plans.plan_figure(queries.spots(by, site=site), {})["rows"]
    assert 20 <= len(rows) < 60


def test_two_sites_with_one_label_are_told_apart(by):
    incident = opened(by)
    one, other = site_of(by, incident, spots=1), site_of(by, incident, spots=2)
    labels = plans.shown_labels(queries.spots(by, site__incident=incident))
    assert sorted(labels.values()) == sorted([f"1 · {one.number}", f"1 · {other.number}", "2"])


def test_labels_are_in_the_order_that_people_count(by):
    site = site_of(by, opened(by), spots=11)
    assert [s.label for s in queries.spots(by, site=site)] == [str(i) for i in range(1, 12)]


def test_what_was_lifted_is_counted_by_kind_and_parts_of_a_split_are_not_counted_again(by):
    incident = opened(by)
    site = site_of(by, incident, spots=1)
    spot = site.spots.get()
    (bag, _) = record_units(by, incident, [NewUnit(kind="bag", spot=spot), NewUnit(kind="bone", spot=spot)])
    split_unit(by, bag, "sorted", [NewUnit(kind="bone"), NewUnit(kind="bone")])
    counts = per_spot(by, incident=incident)
    assert counts == {spot.pk: {"bag": 1, "bone": 1}}
    (row,) = plans.spot_rows([spot], counts, dict(Unit.Kind.choices))
    assert {(u["kind"], u["n"]) for u in row["units"]} == {
        (Unit.Kind.BAG.label, 1),
        (Unit.Kind.BONE.label, 1),
    }


def test_the_nearest_spot_and_its_distance_are_said(by):
    site = site_of(by, opened(by), spots=0)
    for label, latitude in (("a", 34.70), ("b", 34.71), ("c", 34.712)):
        add_spot(by, site, label=label, latitude=latitude, longitude=36.7)
    rows = plans.spot_rows(queries.spots(by, site=site), {}, {})
    assert [r["nearest"]["label"] for r in rows] == ["b", "c", "b"]
    # 0.002 degrees of latitude on WGS 84 at 34.7 north: 110.93 km a degree.
    assert rows[2]["nearest"]["distance"] == "222 m"


def test_a_label_never_acts(by):
    site = site_of(by, opened(by), spots=0)
    add_spot(by, site, label=SCRIPT[:20], latitude=34.7, longitude=36.7)
    figure = plans.plan_figure(queries.spots(by, site=site), {})
    assert "<script" not in figure["svg"]


def test_a_crowd_of_spots_is_not_drawn(by):
    site = site_of(by, opened(by), spots=81)
    assert plans.plan_figure(queries.spots(by, site=site), {}) is None
    assert len(plans.spot_rows(queries.spots(by, site=site), {}, {})) == 81


def test_units_of_an_incident_lie_at_its_spots(by):
    incident = opened(by)
    site = site_of(by, incident)
    lifted(by, incident, site, count=4)
    assert sum(n for kinds in per_spot(by, spot__site=site).values() for n in kinds.values()) == 4
