import datetime
import itertools

import numpy as np
import pytest

from amana.estimation import parse_count
from amana.geography import distance_m
from amana.simulation import CountrySize, simulate_alerts, simulate_sites, simulate_units

SIZE = CountrySize(alerts=2000, sites=300, units=1500, events=7500)
NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def sites():
    return simulate_sites(SIZE, 7)


def test_there_is_as_much_as_was_asked_for_and_always_the_same(sites):
    alerts, again = (list(simulate_alerts(SIZE, sites, 7, NOW)) for _ in range(2))
    units = list(simulate_units(SIZE, sites, 7, NOW))
    assert (len(sites), len(alerts), len(units)) == (300, 2000, 1500)
    assert sum(len(u.events) for u in units) == 7500
    assert alerts == again
    assert alerts != list(simulate_alerts(SIZE, sites, 8, NOW))


def test_time_runs_forward(sites):
    alerts = list(simulate_alerts(SIZE, sites, 7, NOW))
    assert all(a.at <= b.at for a, b in itertools.pairwise(alerts))
    for unit in simulate_units(SIZE, sites, 7, NOW):
        moments = [unit.lifted_at, *(at for _, at in unit.events)]
        assert moments == sorted(moments)
        assert moments[-1] <= NOW
        assert unit.events[0][0] == "taken"
        assert unit.spot < len(sites[unit.site].spots)


def test_a_caller_who_gives_a_position_is_near_the_site(sites):
    far = [
        distance_m(a.latitude, a.longitude, s.latitude, s.longitude) / a.uncertainty_m
        for a in simulate_alerts(SIZE, sites, 7, NOW)
        if a.site is not None and a.latitude is not None
        for s in [min(sites[a.site].spots, key=lambda s, a=a: abs(s.latitude - a.latitude))]
    ]
    assert np.mean(np.array(far) < 3) > 0.9


def test_what_callers_say_is_read_as_a_count(sites):
    said = [parse_count(a.count_words) for a in simulate_alerts(SIZE, sites, 7, NOW)]
    assert all(c.low is not None or c.vague for c in said)
    assert any(c.low is not None and c.high is not None and c.low < c.high for c in said)


def test_a_unit_without_an_event_is_refused(sites):
    with pytest.raises(ValueError, match="at least one"):
        list(simulate_units(CountrySize(units=10, events=9), sites, 7, NOW))
