"""Filling in a scene record."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.audit.models import Entry
from amana.casework.incidents.tests.field import site_of
from amana.casework.recovery.models import SceneStep
from amana.casework.recovery.services import Filled, record_step, record_steps
from amana.casework.recovery.tests.going import at_work, field_of, planned
from amana.problems import InputProblems

PATH = {"path": "From the road.", "marked": "yes", "cordon": "tape"}


@pytest.fixture
def field(person):
    return field_of(person)


@pytest.fixture
def recorder(person):
    return person("recorder")


def codes(call, *args, **fields):
    with pytest.raises(InputProblems) as found:
        call(*args, **fields)
    return {(p.code, p.row, p.field) for p in found.value.problems}


def test_a_step_is_saved_at_once_also_when_half_is_missing(field, recorder):
    mission = at_work(field)
    made = record_step(recorder, mission, "approach", values={"path": "From the road."})
    assert (made.values, made.none, made.change, made.by) == ({"path": "From the road."}, False, "", recorder)
    none = record_step(recorder, mission, "surface", none=True)
    assert (none.values, none.none) == ({}, True)
    assert Entry.objects.filter(action="recovery.scenestep.recorded").count() == 2


def test_a_correction_is_a_new_row_with_its_reason(field, recorder):
    mission = at_work(field)
    first = record_step(recorder, mission, "approach", values=PATH)
    again = {"values": {**PATH, "cordon": "fence"}}
    assert codes(record_step, recorder, mission, "approach", **again) == {
        ("scene.say-what-changed", None, "change")
    }
    assert codes(record_step, recorder, mission, "approach", **again, change="corrected") == {
        ("record.needs-reason", None, "reason")
    }
    assert codes(record_step, recorder, mission, "approach", **again, change="added", seen="") == {
        ("scene.changed-meanwhile", None, None)
    }
    record_step(recorder, mission, "approach", **again, change="added", seen=str(first.pk))
    record_step(recorder, mission, "approach", values=PATH, change="corrected", reason="it was tape")
    rows = list(SceneStep.objects.filter(mission=mission))
    assert [(r.values["cordon"], r.change, r.reason) for r in rows] == [
        ("tape", "", ""), ("fence", "added", ""), ("tape", "corrected", "it was tape"),
    ]  # fmt: skip


def test_a_spot_has_its_own_steps(field, recorder):
    mission = at_work(field)
    one, two, _ = field.site.spots.order_by("label")
    record_step(recorder, mission, "bindings", spot=one, none=True)
    record_step(recorder, mission, "bindings", spot=two, none=True)
    foreign = site_of(field.duty, field.incident).spots.first()
    assert codes(record_step, recorder, mission, "bindings", none=True) == {
        ("scene.needs-spot", None, "spot")
    }
    assert codes(record_step, recorder, mission, "bindings", spot=foreign, none=True) == {
        ("scene.spot-elsewhere", None, "spot")
    }
    assert codes(record_step, recorder, mission, "surface", spot=one, none=True) == {
        ("scene.no-spot", None, "spot")
    }


def test_every_fault_of_every_step_is_named(field, recorder):
    mission = at_work(field)
    rows = [
        Filled("approach", PATH), Filled("magic"), Filled("approach", PATH), Filled("closing", none=True),
        Filled("surface", {"what": "a shoe"}, none=True), Filled("search", {"how": "guessing"}),
        Filled("left"),
    ]  # fmt: skip
    assert codes(record_steps, recorder, mission, rows) == {
        ("scene.unknown-step", 2, "step"), ("scene.say-what-changed", 3, "change"),
        ("scene.none-is-no-answer", 4, "none"), ("scene.none-and-answers", 5, "none"),
        ("record.unknown-word", 6, "how"), ("scene.nothing-said", 7, "values"),
    }  # fmt: skip
    assert not SceneStep.objects.exists()


def test_it_can_be_filled_in_whatever_the_state_and_only_by_the_office(field, recorder, person):
    mission = planned(field)
    record_step(recorder, mission, "surface", none=True)
    for stranger in (person("recorder", "FMD"), person("duty_officer"), person("photographer")):
        with pytest.raises(PermissionDenied):
            record_step(stranger, mission, "left", none=True)
