"""The gate: hazard, waiver, authorisation, state, team, second person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.accounts.models import today
from amana.casework.audit.models import Entry
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.recovery.gate import standing
from amana.casework.recovery.models import Mission
from amana.casework.recovery.services import (
    NewMember,
    add_members,
    add_mission,
    brief_team,
    change_mission,
    recall_mission,
    release_many,
    release_mission,
    start_mission,
)
from amana.casework.recovery.services.missions import present
from amana.casework.recovery.tests.going import (
    allow,
    at_work,
    briefed,
    examine,
    field_of,
    planned,
    released,
    waive,
)
from amana.casework.sites.models import Site, Waiver
from amana.casework.sites.services import hazard
from amana.casework.sites.services.authorising import withdraw_authorisation
from amana.problems import InputProblems

Hazard, State = Site.Hazard, Mission.State


@pytest.fixture
def field(person):
    return field_of(person)


def codes(call, *args, **fields):
    with pytest.raises(InputProblems) as found:
        call(*args, **fields)
    return {p.code for p in found.value.problems}


def in_state(site, state):
    with writing(SYSTEM, "tests.prepared") as log:
        site = Site.objects.get(pk=site.pk)
        site.state = state
        log.save(site)


@pytest.mark.parametrize("exhumes", [False, True])
@pytest.mark.parametrize("allowed", [False, True])
@pytest.mark.parametrize("waived", [False, True])
@pytest.mark.parametrize("result", Hazard.values)
def test_the_gate(field, result, waived, allowed, exhumes):
    """Hazard × waiver × authorisation × graves opened × state of the site, against the rule in words."""
    if result in ("cleared", "restricted", "not_clearable"):
        examine(field, result)
    elif result == "requested":
        hazard.request_clearance(field.leader, field.site)
    if waived and result == "restricted":
        waive(field, field.clearance)
    if allowed:
        allow(field)
    safe = result == "cleared" or (result == "restricted" and waived)
    for state in Site.State.values:
        in_state(field.site, state)
        mission = briefed(field, planned(field, exhumes=exhumes))
        needs_paper = exhumes or state in ("authorised", "in_work")
        wanted = set()
        if not safe:
            wanted.add("sites.needs-waiver" if result == "restricted" else "sites.hazard-not-cleared")
        if state in ("dismissed", "completed"):
            wanted.add("recovery.site-is-closed")
        if not allowed and needs_paper:
            wanted.add("recovery.needs-authorisation")
        if wanted:
            assert codes(release_mission, field.duty, mission) == wanted, state
            assert Mission.objects.get(pk=mission.pk).state == State.PLANNED
            continue
        mission = release_mission(field.duty, mission, seen=mission.revision)
        assert (mission.state, mission.released_by) == (State.RELEASED, field.duty)
        assert mission.released_on.startswith("waiver" if result == "restricted" else "cleared")
        assert (" authorisation " in mission.released_on) == needs_paper
        assert Entry.objects.filter(object_id=str(mission.pk)).latest("index").action == (
            "recovery.mission.released"
        )


def test_everything_that_is_missing_stands_in_one_list_with_who_sees_to_it(field):
    mission = add_mission(field.leader, field.site, planned_for=today(), plan="Open the grave.", exhumes=True)
    found = {u.problem.code: u.who for u in standing(mission, present(mission)).unmet}
    assert found == {
        "sites.hazard-not-cleared": ("clearance_officer",),
        "recovery.needs-authorisation": ("prosecutor", "duty_officer"),
        "recovery.team-of-one": ("team_leader",),
        "recovery.not-briefed": ("team_leader",),
    }
    assert codes(release_mission, field.duty, mission) == set(found)


def test_a_waiver_of_one_person_is_none(field):
    examine(field, "restricted")
    hazard.ask_waiver(
        field.duty, field.site, reason="rain", measures="lane", until=timezone.now() + timedelta(hours=5)
    )
    assert codes(release_mission, field.duty, briefed(field, planned(field))) == {"sites.needs-waiver"}


def test_a_waiver_must_last_until_the_day(field):
    examine(field, "restricted")
    waive(field, field.clearance, hours=1)
    mission = briefed(field, planned(field, planned_for=today() + timedelta(days=3)))
    assert codes(release_mission, field.duty, mission) == {"recovery.waiver-ends-before"}


def test_whoever_planned_or_leads_does_not_release(field, person):
    both = person("team_leader+duty_officer")
    examine(field, "cleared")
    planned_by_both = add_mission(
        both, field.site, planned_for=today(), plan="x", leader=field.leader,
        members=[NewMember("recorder", name="A")],
    )  # fmt: skip
    led_by_both = planned(field, leader=both)
    changed_by_both = change_mission(both, planned(field), "better", plan="y")
    for mission in (planned_by_both, led_by_both, changed_by_both):
        mission = briefed(field, mission)
        assert codes(release_mission, both, mission) == {"recovery.released-by-planner"}
        assert release_mission(field.duty, mission).state == State.RELEASED


def test_only_who_may_releases(field, person):
    examine(field, "cleared")
    mission = briefed(field, planned(field))
    for stranger in (person("team_leader"), person("recorder"), person("duty_officer", "FMD")):
        with pytest.raises(PermissionDenied):
            release_mission(stranger, mission)


def test_everybody_of_the_team_is_briefed_on_the_plan_as_it_is(field):
    examine(field, "cleared")
    mission = briefed(field, planned(field))
    (late,) = add_members(field.leader, mission, [NewMember("driver", name="Late one")])
    assert codes(release_mission, field.duty, mission) == {"recovery.members-not-briefed"}
    mission = brief_team(field.leader, mission, "Stay in the lane.", [late])
    mission = change_mission(field.leader, mission, "rain", plan="other")
    assert codes(release_mission, field.duty, mission) == {"recovery.not-briefed"}
    assert release_mission(field.duty, briefed(field, mission)).state == State.RELEASED


def test_a_page_that_is_out_of_date_releases_nothing(field):
    examine(field, "cleared")
    mission = briefed(field, planned(field))
    seen = mission.revision
    change_mission(field.leader, mission, "rain", plan="something else")
    assert "recovery.mission-changed-meanwhile" in codes(release_mission, field.duty, mission, seen=seen)


def test_the_gate_is_asked_again_at_the_start(field, monkeypatch):
    examine(field, "restricted")
    waiver = waive(field, field.clearance)
    mission = release_mission(field.duty, briefed(field, planned(field)))
    assert Waiver.objects.get(pk=waiver.pk).holds  # nothing is written when a waiver runs out
    later = timezone.now() + timedelta(hours=9)
    monkeypatch.setattr("amana.casework.sites.rules.timezone.now", lambda: later)
    assert codes(start_mission, field.leader, mission) == {"sites.needs-waiver"}


@pytest.mark.parametrize("how", ["reopened", "recorded", "requested", "revoked"])
def test_what_was_released_is_recalled_when_the_hazard_falls(field, person, how):
    restricted = how in ("requested", "revoked")
    examine(field, "restricted" if restricted else "cleared")
    waiver = waive(field, field.clearance) if restricted else None
    waiting, going = released(field), at_work(field)
    other = planned(field)
    entries = Entry.objects.count()
    if how == "reopened":
        hazard.reopen_hazard(field.leader, field.site, "a wire was seen")
    elif how == "recorded":
        examine(field, "not_clearable")
    elif how == "requested":
        hazard.request_clearance(field.leader, field.site)
    else:
        hazard.revoke_waiver(field.clearance, waiver, "the lane is under water")
    for mission in (waiting, going):
        now = Mission.objects.get(pk=mission.pk)
        assert (now.state, now.briefed_at) == (State.RECALLED, None)
        assert now.stopped_why == ("waiver" if how == "revoked" else "hazard")
    assert Mission.objects.get(pk=other.pk).state == State.PLANNED
    told = Entry.objects.filter(index__gte=entries, action="recovery.mission.recalled")
    assert {e.object_id for e in told} == {str(waiting.pk), str(going.pk)}


def test_missions_of_every_office_are_recalled(field, person):
    examine(field, "cleared")
    leader, duty = person("team_leader", "FMD"), person("duty_officer", "FMD")
    mission = add_mission(
        leader, field.site, planned_for=today(), plan="x", members=[NewMember("recorder", name="A")]
    )
    mission = release_mission(duty, brief_team(leader, mission, "x", list(mission.members.all())))
    hazard.reopen_hazard(field.leader, field.site, "a wire was seen")
    assert Mission.objects.get(pk=mission.pk).state == State.RECALLED


def test_a_recall_that_fails_keeps_the_hazard_as_it_was(field, monkeypatch):
    mission = released(field)

    def fail(*args, **kwargs):
        raise RuntimeError("no more paper")

    monkeypatch.setattr("amana.casework.recovery.services.releasing._recalled", fail)
    with pytest.raises(RuntimeError):
        hazard.reopen_hazard(field.leader, field.site, "a wire was seen")
    assert Site.objects.get(pk=field.site.pk).hazard == Hazard.CLEARED
    assert Mission.objects.get(pk=mission.pk).state == State.RELEASED


def test_a_withdrawn_authorisation_recalls_what_relied_on_it(field):
    examine(field, "cleared")
    allowed = allow(field)
    opening, looking = released(field, exhumes=True), released(field)
    withdraw_authorisation(field.prosecutor, allowed, "the court stopped it")
    assert Mission.objects.get(pk=opening.pk).stopped_why == "authorisation"
    assert Mission.objects.get(pk=looking.pk).state == State.RELEASED


def test_a_recalled_mission_goes_again_only_after_a_new_briefing_and_release(field):
    mission = recall_mission(field.leader, at_work(field), "a storm")
    began = mission.started_at
    assert codes(release_mission, field.duty, mission) == {"recovery.not-briefed"}
    mission = release_mission(field.duty, briefed(field, mission))
    assert (mission.state, mission.started_at, mission.stopped_at) == (State.UNDER_WAY, began, None)
    assert len(mission.earlier) == 1


def test_many_are_released_or_none(field):
    examine(field, "cleared")
    ready = [briefed(field, planned(field)) for _ in range(3)]
    with pytest.raises(InputProblems) as found:
        release_many(field.duty, [ready[0], planned(field), ready[1]])
    assert {(p.code, p.row) for p in found.value.problems} == {("recovery.not-briefed", 2)}
    assert not Mission.objects.filter(state=State.RELEASED).exists()
    done = release_many(field.duty, ready)
    assert [m.pk for m in done] == [m.pk for m in ready]
    assert {m.state for m in done} == {State.RELEASED}
