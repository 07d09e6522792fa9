"""What was lifted can always be recorded; what was missing is flagged, reported and answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.audit.models import Entry
from amana.casework.incidents.tests.field import opened, site_of
from amana.casework.recovery.models import Irregularity, Unit
from amana.casework.recovery.services import (
    NewUnit,
    answer_irregularity,
    cancel_mission,
    recall_mission,
    record_unit,
    record_units,
    release_mission,
    split_unit,
    take_surrender,
)
from amana.casework.recovery.services.irregular import _Missing
from amana.casework.recovery.tests.going import (
    allow,
    at_work,
    briefed,
    examine,
    field_of,
    over,
    planned,
    released,
)
from amana.casework.sites.models import Site
from amana.casework.sites.rules import irregular
from amana.casework.sites.services import hazard
from amana.numbering import parse
from amana.problems import InputProblems


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


def kinds(unit):
    return list(unit.irregularity.kinds) if unit.irregularity else []


@pytest.mark.parametrize("result", Site.Hazard.values)
@pytest.mark.parametrize(
    "state", ["none", "planned", "released", "under_way", "recalled", "cancelled", "ended"]
)
def test_whatever_was_lifted_is_recorded(field, recorder, result, state):
    """In every state of a mission and after every result of an examination."""
    mission = None
    if state in ("planned", "cancelled"):
        mission = planned(field)
        mission = cancel_mission(field.leader, mission, "rain") if state == "cancelled" else mission
    elif state != "none":
        mission = {"released": released, "under_way": at_work, "recalled": at_work, "ended": over}[state](
            field
        )
        mission = recall_mission(field.duty, mission, "shots") if state == "recalled" else mission
    if result == "requested":
        hazard.reopen_hazard(field.leader, field.site, "a wire")
        hazard.request_clearance(field.leader, field.site)
    elif result == "unknown":
        hazard.reopen_hazard(field.leader, field.site, "a wire")
    else:
        examine(field, result)
    unit = record_unit(recorder, field.incident, kind="bone", spot=field.site.spots.first(), mission=mission)
    found = set(kinds(unit))
    # A fall of the hazard recalls; who was ended before that worked by the rules.
    fell = result not in ("cleared",)
    regular = state == "ended" or (state in ("released", "under_way") and not fell)
    assert ("mission" in found) == (not regular)
    assert ("hazard" in found) == (fell and not regular)
    assert ("authority" in found) == (not regular)
    assert "surrendered" not in found


def test_a_unit_of_a_mission_has_its_number_and_no_flag(field, recorder):
    mission = at_work(field)
    unit = record_unit(recorder, field.incident, kind="body", spot=field.site.spots.first(), mission=mission)
    assert parse(unit.number).place == 999 + parse(mission.number).running == 1000
    assert (unit.mission, unit.irregularity) == (mission, None)
    bare = record_unit(recorder, field.incident, kind="body", mission=mission)
    assert (parse(bare.number).place, kinds(bare)) == (1000, ["no_position"])
    # A part that is separated later has the mission, and the flag, of its unit.
    (part,) = split_unit(recorder, bare, "two bones", [NewUnit(kind="bone")])
    assert (part.mission, part.irregularity, parse(part.number).place) == (mission, bare.irregularity, 1000)
    assert Irregularity.objects.count() == 1


def test_the_time_of_lifting_decides(field, recorder):
    mission = at_work(field)
    before = mission.released_at - timedelta(hours=3)
    mission = recall_mission(field.duty, mission, "shots")
    spot = field.site.spots.first()
    cases = [(before, ["hazard", "mission", "authority"]), (mission.started_at, []),
             (None, ["mission", "authority"])]  # fmt: skip
    for moment, wanted in cases:
        unit = record_unit(
            recorder, field.incident, kind="bone", spot=spot, mission=mission, recovered_at=moment
        )
        assert kinds(unit) == wanted
    # Released again: what was lifted in the first period still was by the rules.
    again = release_mission(field.duty, briefed(field, mission))
    unit = record_unit(
        recorder, field.incident, kind="bone", spot=spot, mission=again, recovered_at=mission.started_at
    )
    assert kinds(unit) == []


def test_graves_that_were_opened_by_authority_need_it_still(field, recorder):
    examine(field, "cleared")
    allow(field)
    mission = at_work(field, exhumes=True)
    spot = field.site.spots.first()
    assert kinds(record_unit(recorder, field.incident, kind="bone", spot=spot, mission=mission)) == []
    old = timezone.now() - timedelta(days=40)
    unit = record_unit(recorder, field.incident, kind="bone", spot=spot, recovered_at=old)
    assert kinds(unit) == ["hazard", "mission", "authority"]


def test_one_record_for_one_recording(field, recorder):
    other = site_of(field.duty, field.incident)
    one, two = field.site.spots.first(), other.spots.first()
    rows = [NewUnit(kind="bone", spot=one)] * 3 + [NewUnit(kind="bone", spot=two), NewUnit(kind="bag")]
    units = record_units(recorder, field.incident, rows)
    assert [u.irregularity.site for u in units] == [field.site] * 3 + [other, None]
    assert len({u.irregularity_id for u in units}) == 3
    entries = Entry.objects.filter(action="recovery.irregularity.reported")
    assert entries.count() == 3
    assert units[0].irregularity.units.count() == 3


def test_what_a_surrender_brings_is_flagged_as_such(field, recorder):
    handed = take_surrender(recorder, field.incident, capacity="farmer")
    unit = record_unit(recorder, field.incident, kind="bag", spot=field.site.spots.first(), surrender=handed)
    assert (kinds(unit), unit.surrender) == (["surrendered"], handed)
    assert kinds(record_unit(recorder, field.incident, kind="bag", surrender=handed)) == [
        "surrendered", "no_position",
    ]  # fmt: skip


def test_a_mission_or_surrender_that_does_not_fit_is_a_fault(field, recorder, person):
    mission, handed = at_work(field), take_surrender(recorder, field.incident, capacity="family")
    elsewhere = opened(field.duty)
    spot = site_of(field.duty, field.incident).spots.first()
    assert codes(record_unit, recorder, elsewhere, kind="bone", mission=mission, surrender=handed) == {
        ("recovery.mission-elsewhere", None, "mission"),
        ("recovery.surrender-elsewhere", None, "surrender"),
        ("recovery.mission-and-surrender", None, "surrender"),
    }
    assert codes(record_unit, recorder, field.incident, kind="bone", mission=mission, spot=spot) == {
        ("recovery.mission-at-another-site", None, "spot")
    }
    stranger = person("recorder", "FMD")
    assert codes(record_unit, stranger, field.incident, kind="bone", mission=mission) == {
        ("recovery.mission-elsewhere", None, "mission")
    }
    assert not Unit.objects.exists()


def test_another_person_answers_once(field, recorder, person):
    unit = record_unit(recorder, field.incident, kind="bone")
    both = person("duty_officer+recorder")
    own = record_unit(both, field.incident, kind="bone").irregularity
    assert codes(answer_irregularity, both, own, " ") == {
        ("recovery.answered-by-recorder", None, None), ("record.needs", None, "answer")
    }  # fmt: skip
    for stranger in (person("team_leader"), person("duty_officer", "FMD")):
        with pytest.raises(PermissionDenied):
            answer_irregularity(stranger, unit.irregularity, "seen")
    done = answer_irregularity(field.duty, unit.irregularity, " Spoke with the team. ")
    assert (done.answer, done.answered_by) == ("Spoke with the team.", field.duty)
    assert codes(answer_irregularity, field.duty, done, "again") == {
        ("recovery.irregularity-answered", None, None)
    }
    assert codes(answer_irregularity, field.duty, own, "x" * 501) == {("record.too-long", None, "answer")}


def test_many_rows_take_few_questions_and_say_the_same_as_one_by_one(
    field, recorder, django_assert_max_num_queries
):
    now = timezone.now()
    examine(field, "restricted")
    examine(field, "cleared")
    allow(field)
    spot = field.site.spots.first()
    moments = [now + timedelta(seconds=i - 150) for i in range(300)] + [None]
    rows = [NewUnit(kind="bone", spot=spot, recovered_at=m) for m in moments]
    with django_assert_max_num_queries(25):
        missing = _Missing(rows)
        found = [set(missing.of(r)) for r in rows]
    assert found == [set(irregular(field.site, None, m)) for m in moments]
    assert {frozenset(f) for f in found} > {frozenset({"mission"})}
