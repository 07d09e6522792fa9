from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.accounts.models import today
from amana.casework.audit.models import Entry
from amana.casework.incidents.tests.field import site_of
from amana.casework.recovery.models import Member, Mission
from amana.casework.recovery.services import (
    NewMember,
    NewMission,
    add_members,
    add_mission,
    add_missions,
    brief_team,
    cancel_mission,
    change_mission,
    end_mission,
    member_left,
    recall_mission,
    start_mission,
)
from amana.casework.recovery.tests.going import at_work, briefed, field_of, planned, released
from amana.casework.sites.models import Access, Site
from amana.numbering import parse
from amana.problems import InputProblems

State = Mission.State


@pytest.fixture
def field(person):
    return field_of(person)


def codes(call, *args, **fields):
    with pytest.raises(InputProblems) as found:
        call(*args, **fields)
    return {(p.code, p.row, p.field) for p in found.value.problems}


def test_a_mission_is_planned_with_a_number_and_a_team(field):
    mission = planned(field)
    assert (mission.state, mission.leader, mission.office) == ("planned", field.leader, field.leader.office)
    assert parse(mission.number).place == 99
    assert mission.name == str(field.site)
    assert [(str(m), m.task, m.briefed_at) for m in mission.members.all()] == [
        ("Somebody invented", "recorder", None)
    ]
    assert Mission.objects.matching("المنحدر").get() == mission


def test_every_fault_of_a_plan_is_named_at_once(field, person):
    twice = NewMember("digger", name="A B")
    wrong = {
        "plan": " ", "planned_for": today() - timedelta(days=1), "leader": person("recorder"),
        "members": [twice, NewMember("recorder", name="a  b"), NewMember("", user=person("recorder", "FMD")),
                    NewMember("x")],
    }  # fmt: skip
    assert codes(add_mission, field.leader, field.site, **wrong) == {
        ("record.needs", None, "plan"), ("recovery.not-a-leader", None, "leader"),
        ("recovery.day-is-past", None, "planned_for"), ("recovery.member-already", None, "name"),
        ("record.needs", None, "task"), ("recovery.not-a-colleague", None, "user"),
        ("recovery.member-or-name", None, "name"),
    }  # fmt: skip
    assert not Mission.objects.exists()


def test_a_batch_makes_the_same_rows_and_entries_as_single_plans(field):
    row = {"planned_for": today(), "plan": "Look.", "members": [NewMember("recorder", name="A B")]}
    before = Entry.objects.count()
    for _ in range(2):
        add_mission(field.leader, field.site, **row)
    between = Entry.objects.count()
    add_missions(field.leader, [NewMission(site=field.site, **row)] * 2)

    def told(start, stop):
        found = Entry.objects.filter(index__gte=start, index__lt=stop)
        found = found.exclude(action__in=("numbers.taken", "numbers.series.begun"))
        return sorted((e.action, e.object_type, e.actor) for e in found)

    assert told(before, between) == told(between, Entry.objects.count())
    assert Mission.objects.values_list("number").distinct().count() == 4
    bad = [NewMission(site=field.site, **row), NewMission(site=field.site, **{**row, "plan": ""})]
    assert codes(add_missions, field.leader, bad) == {("record.needs", 2, "plan")}
    assert Mission.objects.count() == 4


def test_a_large_batch_takes_few_statements(field, django_assert_max_num_queries):
    rows = [NewMission(field.site, today(), "Look.", name=f"Day {i}") for i in range(400)]
    with django_assert_max_num_queries(25):
        assert len(add_missions(field.leader, rows)) == 400


def test_only_who_leads_plans_and_only_where_the_site_is_seen(field, person):
    row = {"planned_for": today(), "plan": "Look."}
    for stranger in (person("recorder"), person("duty_officer"), person("team_leader", "PAR")):
        with pytest.raises(PermissionDenied):
            add_mission(stranger, field.site, **row)
    # The forensic department sees the site and goes there with a mission of its own.
    mission = add_mission(person("team_leader", "FMD"), field.site, **row)
    assert mission.number.startswith("FMD-99-")
    with pytest.raises(PermissionDenied):
        change_mission(field.leader, mission, "why", plan="x")


def test_a_change_forgets_the_briefing_and_makes_a_planner(field, person):
    mission = briefed(field, planned(field))
    other = person("team_leader")
    changed = change_mission(other, mission, "rain", seen=mission.revision, plan="Only the terrace.")
    assert changed.plan == "Only the terrace."
    assert changed.briefed_at is None
    assert not Member.objects.exclude(briefed_at=None).exists()
    assert set(changed.planners) == {str(field.leader.pk), str(other.pk)}
    assert changed.revision > mission.revision
    assert codes(change_mission, other, mission, "", seen=mission.revision, planned_for=None) == {
        ("record.needs-reason", None, "reason"), ("recovery.mission-changed-meanwhile", None, None),
        ("record.needs", None, "planned_for"),
    }  # fmt: skip


def test_a_released_plan_is_not_changed(field):
    mission = released(field)
    assert codes(change_mission, field.leader, mission, "why", plan="x") == {
        ("recovery.mission-not-in-state", None, None)
    }


def test_people_join_are_briefed_and_leave(field, person):
    mission = planned(field)
    colleague = person("recorder")
    (joined,) = add_members(field.leader, mission, [NewMember("photographer", user=colleague)])
    assert codes(add_members, field.leader, mission, [NewMember("x", user=colleague)]) == {
        ("recovery.member-already", None, "user")
    }
    assert codes(add_members, field.leader, mission, [NewMember("x", user=field.leader)]) == {
        ("recovery.member-already", None, "user")
    }
    assert codes(add_members, field.leader, mission, []) == {("recovery.nobody-named", None, "name")}
    mission = brief_team(field.leader, mission, "Stay in the lane.", [joined])
    assert [m.briefed_at is not None for m in mission.members.order_by("pk")] == [False, True]
    left = member_left(field.leader, joined)
    assert left.left_at is not None
    # Back again: a new row, which says nothing of the old briefing.
    (again,) = add_members(field.leader, mission, [NewMember("photographer", user=colleague)])
    assert again.briefed_at is None


def test_a_briefing_has_words_somebody_and_a_time_that_has_come(field):
    mission = planned(field)
    later = timezone.now() + timedelta(hours=3)
    assert codes(brief_team, field.leader, mission, " ", [], at=later, seen=7) == {
        ("record.needs", None, "briefing"), ("recovery.nobody-briefed", None, "members"),
        ("recovery.time-in-future", None, "briefed_at"), ("recovery.mission-changed-meanwhile", None, None),
    }  # fmt: skip


def test_a_mission_goes_from_start_to_end_and_the_site_knows(field):
    mission = released(field)
    entry_before = Access.objects.count()
    mission = start_mission(field.leader, mission, seen=mission.revision)
    assert mission.state == State.UNDER_WAY
    entry = Access.objects.exclude(purpose="").latest("at")
    assert Access.objects.count() == entry_before + 1
    assert (entry.people, entry.left_at, entry.hazard) == (2, None, "cleared")
    mission = end_mission(field.leader, mission, " All lifted. ")
    assert (mission.state, mission.outcome) == (State.ENDED, "All lifted.")
    entry.refresh_from_db()
    assert entry.left_at == mission.ended_at
    assert Site.objects.get(pk=field.site.pk).state == field.site.state  # without an authorisation


def test_times_have_an_order(field):
    mission = released(field)
    before = mission.released_at - timedelta(minutes=5)
    later = timezone.now() + timedelta(days=1)
    assert codes(start_mission, field.leader, mission, at=before) == {
        ("recovery.before-release", None, "started_at")
    }
    assert codes(start_mission, field.leader, mission, at=later) == {
        ("recovery.time-in-future", None, "started_at")
    }
    mission = start_mission(field.leader, mission)
    assert codes(end_mission, field.leader, mission, "done", at=before) == {
        ("recovery.ends-before-it-begins", None, "ended_at")
    }
    assert codes(end_mission, field.leader, mission, " ", at=later) == {
        ("record.needs", None, "outcome"), ("recovery.time-in-future", None, "ended_at")
    }  # fmt: skip


def test_what_is_not_released_does_not_start(field):
    for mission in (
        planned(field),
        briefed(field, planned(field)),
        cancel_mission(field.leader, planned(field), "no"),
    ):
        found = codes(start_mission, field.leader, mission)
        assert ("recovery.mission-not-in-state", None, None) in found
        assert Mission.objects.get(pk=mission.pk).started_at is None


def test_only_what_has_not_begun_is_cancelled(field):
    mission = at_work(field)
    assert codes(cancel_mission, field.leader, mission, " ") == {
        ("record.needs-reason", None, "reason"), ("recovery.mission-not-in-state", None, None),
        ("recovery.has-started", None, None),
    }  # fmt: skip
    mission = recall_mission(field.duty, mission, "shots were heard")
    assert codes(cancel_mission, field.leader, mission, "why") == {("recovery.has-started", None, None)}
    assert end_mission(field.leader, mission, "Left at once.").state == State.ENDED
    assert codes(end_mission, field.leader, recall_mission(field.leader, released(field), "rain"), "x") == {
        ("recovery.never-started", None, None)
    }


def test_a_recall_says_why_and_forgets_the_briefing(field, person):
    mission = released(field)
    assert codes(recall_mission, field.leader, mission, " ") == {("record.needs-reason", None, "reason")}
    with pytest.raises(PermissionDenied):
        recall_mission(person("recorder"), mission, "why")
    mission = recall_mission(field.leader, mission, "a storm")
    assert (mission.state, mission.stopped_why, mission.briefed_at) == (State.RECALLED, "a storm", None)
    assert codes(recall_mission, field.leader, mission, "again") == {
        ("recovery.mission-not-in-state", None, None)
    }


def test_another_office_reads_and_does_not_write(field, person):
    mission = released(field)
    stranger = person("team_leader+duty_officer", "FMD")
    assert Mission.objects.visible_to(stranger).filter(pk=mission.pk).exists()
    assert not Mission.objects.visible_to(person("team_leader", "PAR")).exists()
    assert not Mission.objects.visible_to(person("hotline_operator")).exists()
    for write in (
        lambda: start_mission(stranger, mission),
        lambda: recall_mission(stranger, mission, "why"),
        lambda: brief_team(stranger, mission, "x", []),
        lambda: add_members(stranger, mission, [NewMember("x", name="y")]),
    ):
        with pytest.raises(PermissionDenied):
            write()


def test_a_mission_at_a_site_of_another_incident_has_that_incident(field):
    other = site_of(field.duty, field.incident)
    assert planned(field).site.incident_id == other.incident_id
