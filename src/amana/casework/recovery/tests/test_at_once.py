"""Two people at once, and a hazard that falls while somebody releases: real threads, real transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from amana.casework.audit.models import Entry
from amana.casework.recovery.models import Mission, SceneStep
from amana.casework.recovery.services import (
    answer_irregularity,
    record_step,
    record_unit,
    release_mission,
    start_mission,
)
from amana.casework.recovery.tests.going import at_work, briefed, examine, field_of, planned, released
from amana.casework.sites.models import Site
from amana.casework.sites.services import hazard
from amana.problems import InputProblems

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def field(person):
    return field_of(person)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each gives, or the codes of the problems it raises; they begin together."""
    ready = threading.Barrier(len(calls))
    found: list[Any] = [None] * len(calls)

    def run(i: int) -> None:
        try:
            ready.wait(10)
            found[i] = calls[i]()
        except InputProblems as problems:
            found[i] = {p.code for p in problems.problems}
        except BaseException as error:
            found[i] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


@pytest.mark.parametrize("turn", range(3))
def test_two_who_release_at_once_release_once(field, person, turn):
    examine(field, "cleared")
    other = person("duty_officer")
    mission = briefed(field, planned(field))
    results = at_once(
        lambda: release_mission(field.duty, mission, seen=mission.revision),
        lambda: release_mission(other, mission, seen=mission.revision),
    )
    assert sum(isinstance(r, Mission) for r in results) == 1, results
    (refused,) = [r for r in results if isinstance(r, set)]
    assert refused == {"recovery.mission-changed-meanwhile", "recovery.mission-not-in-state"}
    assert Entry.objects.filter(action="recovery.mission.released").count() == 1


@pytest.mark.parametrize("turn", range(4))
def test_a_hazard_that_falls_while_somebody_releases_leaves_no_released_mission(field, turn):
    """Whichever comes first: refused, or released and recalled; never released on a hazard that fell."""
    examine(field, "cleared")
    mission, waiting = briefed(field, planned(field)), released(field)
    results = at_once(
        lambda: release_mission(field.duty, mission),
        lambda: hazard.reopen_hazard(field.leader, field.site, "a wire was seen"),
        lambda: start_mission(field.leader, waiting),
    )
    assert not [r for r in results if isinstance(r, BaseException)], results
    assert Site.objects.get(pk=field.site.pk).hazard == Site.Hazard.UNKNOWN
    assert not Mission.objects.filter(state__in=Mission.STANDING).exists()
    assert Mission.objects.get(pk=waiting.pk).state == Mission.State.RECALLED
    assert Mission.objects.get(pk=mission.pk).state in (Mission.State.RECALLED, Mission.State.PLANNED)


def test_two_who_fill_in_one_step_at_once_overwrite_nothing(field, person):
    mission = at_work(field)
    one, two = person("recorder"), person("recorder")
    results = at_once(
        lambda: record_step(one, mission, "conditions", values={"weather": "rain"}, seen=""),
        lambda: record_step(two, mission, "conditions", values={"weather": "fog"}, seen=""),
    )
    assert sum(isinstance(r, SceneStep) for r in results) == 1, results
    assert [r for r in results if isinstance(r, set)] == [
        {"scene.changed-meanwhile", "scene.say-what-changed"}
    ]
    assert SceneStep.objects.count() == 1


def test_two_who_answer_at_once_answer_once(field, person):
    found = record_unit(person("recorder"), field.incident, kind="bone").irregularity
    other = person("duty_officer")
    results = at_once(
        lambda: answer_irregularity(field.duty, found, "one"),
        lambda: answer_irregularity(other, found, "two"),
    )
    assert [r for r in results if isinstance(r, set)] == [{"recovery.irregularity-answered"}]
    assert Entry.objects.filter(action="recovery.irregularity.answered").count() == 1


def test_units_recorded_while_the_hazard_falls_are_always_recorded(field, person):
    mission = at_work(field)
    spot, recorder = field.site.spots.first(), person("recorder")
    results = at_once(
        lambda: record_unit(recorder, field.incident, kind="bone", spot=spot, mission=mission),
        lambda: hazard.reopen_hazard(field.leader, field.site, "a wire was seen"),
        lambda: record_unit(recorder, field.incident, kind="bone", spot=spot, mission=mission),
    )
    assert not [r for r in results if isinstance(r, (set, BaseException))], results
    assert mission.units.count() == 2
