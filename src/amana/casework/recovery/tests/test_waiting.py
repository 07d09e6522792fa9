from __future__ import annotations

import pytest

from amana.casework.common.waiting import everything_for
from amana.casework.recovery.scene import steps
from amana.casework.recovery.scene_record import record_of, records_of
from amana.casework.recovery.services import (
    Filled,
    NewMember,
    recall_mission,
    record_steps,
    record_unit,
    release_mission,
)
from amana.casework.recovery.tests.going import at_work, briefed, examine, field_of, over, planned, released


@pytest.fixture
def field(person):
    return field_of(person)


def texts(user):
    return [w.text for w in everything_for(type(user).objects.get(pk=user.pk))]


def having(user, words):
    return [t for t in texts(user) if words in t]


def test_a_briefed_mission_waits_for_a_second_person(field, person):
    both = person("team_leader+duty_officer")
    planned(field)
    assert not having(field.duty, "Release mission")
    mission = briefed(field, planned(field, name="Terrace", leader=both))
    assert having(field.duty, "Release mission Terrace")
    assert not having(both, "Release mission")  # leads it
    assert not having(person("duty_officer", "FMD"), "Release mission")
    assert not having(field.leader, "Release mission")
    examine(field, "cleared")
    release_mission(field.duty, mission)
    assert not having(field.duty, "Release mission")


def test_many_are_counted(field):
    for _ in range(6):
        briefed(field, planned(field))
    assert having(field.duty, "6 missions wait for the release")


def test_a_recalled_mission_is_shown_to_everybody_of_the_office(field, person):
    mission = recall_mission(field.duty, at_work(field, name="Terrace"), "shots")
    for role in ("recorder", "custodian", "clearance_officer", "photographer"):
        assert having(person(role), "RECALLED: mission Terrace")
    assert not having(person("recorder", "FMD"), "RECALLED")
    assert not having(person("hotline_operator"), "RECALLED")
    release_mission(field.duty, briefed(field, mission))
    assert not having(person("recorder"), "RECALLED")


def test_a_scene_record_that_lacks_something_waits_after_the_end(field, person):
    member, recorder = person("recorder"), person("recorder")
    at_work(field, name="Not ended")
    mission = over(field, name="Terrace", members=[NewMember("recorder", user=member)])
    n = len(record_of(mission).missing)
    for who in (field.leader, member):
        assert having(who, f"Complete the scene record of Terrace: {n} steps are missing")
    assert not having(recorder, "scene record")
    assert not having(person("team_leader"), "scene record")
    rows = [
        Filled(key, none=True) if step.none else Filled(key, _whole(step))
        for key, step in steps().items()
        if not step.per_spot
    ]
    record_steps(recorder, mission, rows)
    assert not having(field.leader, "scene record")
    # A unit at a new spot asks for the steps of that spot.
    record_unit(recorder, field.incident, kind="bone", mission=mission, spot=field.site.spots.first())
    assert having(field.leader, "Complete the scene record of Terrace")


def _whole(step):
    given = {
        "text": "words", "number": 3, "yesno": True, "time": "2026-03-01T10:00+03:00",
        "position": "34.73, 36.71", "people": [{"who": "Officer"}],
    }  # fmt: skip
    chosen = {"choice": lambda q: q.choices[0].key, "choices": lambda q: [q.choices[0].key]}
    return {q.key: chosen[q.kind](q) if q.kind in chosen else given[q.kind] for q in step.questions}


def test_many_records_are_read_as_one_by_one(field, person, django_assert_max_num_queries):
    recorder = person("recorder")
    made = [released(field) for _ in range(4)]
    spots = list(field.site.spots.all())
    for i, mission in enumerate(made):
        record_steps(
            recorder, mission, [Filled("surface", none=True), Filled("bindings", spot=spots[0], none=True)]
        )
        record_unit(recorder, field.incident, kind="bone", mission=mission, spot=spots[i % 3])
    with django_assert_max_num_queries(4):
        together = records_of(made)
    for mission in made:
        alone = record_of(mission)
        found = together[mission.pk]
        assert [(p.step.key, p.spot, p.state) for p in found.places] == [
            (p.step.key, p.spot, p.state) for p in alone.places
        ]
        assert found.spots == alone.spots
