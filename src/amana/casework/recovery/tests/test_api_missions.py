from __future__ import annotations

from typing import Any

import pytest

from amana.casework.accounts.models import today
from amana.casework.common.ids import new_id
from amana.casework.recovery.models import Irregularity, Mission, SceneStep, Surrender
from amana.casework.recovery.services import record_unit, take_surrender
from amana.casework.recovery.tests.going import at_work, briefed, examine, field_of, planned

API = "/api/v1"


@pytest.fixture
def field(person):
    return field_of(person)


def post(client: Any, path: str, body: Any) -> Any:
    return client.post(f"{API}{path}", body, content_type="application/json")


def codes(response):
    assert response.status_code == 422, response.content
    return {p.get("code") for p in response.json()["problems"]}


def test_a_mission_walks_from_plan_to_end(field, person, sign_in):
    client, colleague = sign_in(field.leader), person("recorder")
    plan = {
        "planned_for": today().isoformat(), "plan": "Walk in lines.",
        "members": [{"task": "recorder", "user": str(colleague.pk)}, {"task": "driver", "name": "Somebody"}],
    }  # fmt: skip
    made = post(client, f"/sites/{field.site.number}/missions", plan)
    assert made.status_code == 201
    mission = made.json()
    path = f"/missions/{mission['number']}"
    assert (mission["site"], mission["leader"], mission["state"]) == (
        field.site.number, "A team_leader", "planned"
    )  # fmt: skip
    wanted = {c["code"]: c["who"] for c in client.get(f"{API}{path}/conditions").json()}
    assert wanted == {
        "sites.hazard-not-cleared": ["clearance_officer"],
        "recovery.not-briefed": ["team_leader"],
    }
    people = [m["id"] for m in client.get(f"{API}{path}/members").json()]
    mission = post(
        client, f"{path}/briefing", {"briefing": "The lane.", "members": people, "seen": mission["revision"]}
    ).json()
    assert post(client, f"{path}/release", {"seen": mission["revision"]}).status_code == 403
    duty = sign_in(field.duty)
    assert codes(post(duty, f"{path}/release", {"seen": mission["revision"]})) == {"sites.hazard-not-cleared"}
    examine(field, "cleared")
    assert codes(post(duty, f"{path}/release", {"seen": 0})) == {"recovery.mission-changed-meanwhile"}
    mission = post(duty, f"{path}/release", {"seen": mission["revision"]}).json()
    assert mission["state"] == "released"
    client = sign_in(field.leader)
    mission = post(client, f"{path}/start", {"seen": mission["revision"]}).json()
    assert mission["state"] == "under_way"
    mission = post(client, f"{path}/recall", {"seen": mission["revision"], "reason": "a storm"}).json()
    assert mission["stopped_why"] == "a storm"
    mission = post(client, f"{path}/end", {"seen": mission["revision"], "outcome": "Left."}).json()
    assert mission["state"] == "ended"
    assert codes(post(client, f"{path}/cancel", {"seen": mission["revision"], "reason": "x"})) == {
        "recovery.mission-not-in-state", "recovery.has-started",
    }  # fmt: skip


def test_plans_are_changed_people_join_and_leave(field, sign_in):
    mission = planned(field)
    client, path = sign_in(field.leader), f"/missions/{mission.number}"
    body = {"reason": "rain", "seen": 0, "plan": "Only look.", "leader": str(field.leader.pk)}
    assert post(client, f"{path}/change", body).json()["plan"] == "Only look."
    assert codes(post(client, f"{path}/change", {**body, "seen": 1, "leader": str(field.duty.pk)})) == {
        "recovery.not-a-leader"
    }
    joined = post(client, f"{path}/members", [{"task": "driver", "name": "Somebody else"}])
    assert joined.status_code == 201
    left = post(client, f"{path}/members/{joined.json()[0]['id']}/left", {})
    assert left.json()["left_at"]
    assert post(client, f"{path}/members/{new_id()}/left", {}).status_code == 404
    assert codes(post(client, f"{path}/members", [{"task": "x", "user": str(new_id())}])) == {
        "recovery.not-a-colleague"
    }


def test_many_missions_at_once(field, sign_in):
    client = sign_in(field.leader)
    row = {"site": field.site.number, "planned_for": today().isoformat(), "plan": "Look."}
    made = post(client, "/missions/many", {"missions": [row, {**row, "name": "Second"}]})
    assert [m["name"] for m in made.json()] == [str(field.site), "Second"]
    assert codes(post(client, "/missions/many", {"missions": [row, {**row, "site": "SCD-1"}]})) == {
        "recovery.no-such-site"
    }
    assert codes(post(client, "/missions/many", {"missions": [{**row, "site": "a\0"}]})) == {
        "record.unreadable-text"
    }
    assert codes(post(client, "/missions/many", {"missions": [row] * 501})) == {"recovery.too-many-sent"}
    assert Mission.objects.count() == 2


def test_missions_are_read_by_right_and_filter(field, person, sign_in):
    mission = planned(field)
    client = sign_in(field.leader)
    for query, n in (
        ("", 1), ("?state=planned", 1), ("?state=ended", 0), (f"?site={field.site.number}", 1),
        ("?site=%00", 0),
        (f"?since={today().isoformat()}", 1), ("?until=2020-01-01", 0), ("?words=slope", 1),
        ("?words=xyz", 0),
    ):  # fmt: skip
        assert client.get(f"{API}/missions{query}").json()["count"] == n, query
    assert client.get(f"{API}/missions?since=x").status_code == 422
    assert sign_in(person("odontologist")).get(f"{API}/missions/{mission.number}").json()["site"] is None
    stranger = sign_in(person("team_leader", "PAR"))
    assert stranger.get(f"{API}/missions").json()["count"] == 0
    assert stranger.get(f"{API}/missions/{mission.number}").status_code == 404
    assert sign_in(person("hotline_operator")).get(f"{API}/missions").status_code == 403


def test_the_scene_record(field, person, sign_in):
    mission = at_work(field)
    client = sign_in(person("recorder"))
    steps = client.get(f"{API}/scene/steps").json()
    assert len(steps) == 19
    assert steps[0]["questions"][0]["label"]["ar"]
    path = f"/missions/{mission.number}/scene"
    rows = [
        {"step": "surface", "none": True, "seen": ""},
        {"step": "bindings", "spot": "1", "none": True, "seen": ""},
        {"step": "conditions", "values": {"weather": "rain"}, "seen": ""},
    ]
    made = post(client, path, rows)
    assert made.status_code == 201
    assert [r["spot"] for r in made.json()] == [None, "1", None]
    places = {(p["step"], p["spot"]): p for p in client.get(f"{API}{path}").json()}
    assert places["surface", None]["state"] == "none"
    assert places["bindings", "1"]["state"] == "none"
    assert places["conditions", None]["lacking"] == ["light", "ground"]
    assert places["outline", "1"]["state"] == "optional"
    assert client.get(f"{API}{path}/rows").json()["count"] == 3
    assert codes(post(client, path, rows[:1])) == {"scene.changed-meanwhile", "scene.say-what-changed"}
    newest = places["surface", None]["newest"]
    again = {"step": "surface", "values": {"what": "a shoe"}, "change": "added", "seen": newest}
    assert post(client, path, [again]).status_code == 201
    assert codes(post(client, path, [{"step": "bindings", "spot": "99", "none": True, "seen": ""}])) == {
        "scene.spot-elsewhere"
    }
    assert codes(post(client, path, [rows[0]] * 501)) == {"recovery.too-many-sent"}


@pytest.mark.parametrize(
    "values",
    [
        {"weather": {"a": 1}}, {"weather": [["x"]]}, {"temperature": 1e308}, {"temperature": "9" * 500},
        {"ground": "wet"}, {"ground": [None]}, {"": "x"}, {"weather": "\ud800"}, {"light": 7}, {"x" * 500: 1},
    ],
)  # fmt: skip
def test_bad_answers_are_problems_and_never_faults(field, person, sign_in, values):
    mission = at_work(field)
    client = sign_in(person("recorder"))
    body = [{"step": "conditions", "values": values, "seen": ""}]
    assert post(client, f"/missions/{mission.number}/scene", body).status_code == 422
    assert not SceneStep.objects.exists()


def test_hand_overs(field, person, sign_in):
    client = sign_in(person("recorder"))
    path = f"/incidents/{field.incident.number}/surrenders"
    made = post(client, path, {"capacity": "farmer", "person": "Somebody", "account": "Under the tree."})
    assert made.status_code == 201
    found = made.json()
    assert found["grade"] == "D"
    assert "person" not in found
    body = {
        "reason": "went there", "seen": 0, "shown": True, "site": field.site.number, "spot": "2",
    }  # fmt: skip
    changed = post(client, f"/surrenders/{found['number']}/change", body).json()
    assert (changed["grade"], changed["spot"], changed["capacity"]) == ("B", "2", "farmer")
    assert codes(post(client, f"/surrenders/{found['number']}/change", body)) == {
        "recovery.surrender-changed-meanwhile"
    }
    assert codes(post(client, path, {"capacity": "farmer", "spot": "\0"})) == {"record.unreadable-text"}
    assert codes(post(client, path, {"capacity": "farmer", "spot": "99"})) == {"recovery.spot-elsewhere"}
    assert codes(post(client, path, {"capacity": "x"})) == {"record.unknown-word"}
    assert client.get(f"{API}/surrenders?grade=B").json()["count"] == 1
    assert client.get(f"{API}/surrenders?grade=%00").json()["count"] == 0
    assert client.get(f"{API}/surrenders/{found['number']}").json()["grade"] == "B"
    assert Surrender.objects.count() == 1
    assert sign_in(person("recorder", "PAR")).get(f"{API}/surrenders").json()["count"] == 0


def test_units_are_recorded_with_their_mission_or_hand_over_and_irregularities_answered(
    field, person, sign_in
):
    recorder = person("recorder")
    record_unit(recorder, field.incident, kind="bone")
    take_surrender(recorder, field.incident, capacity="family")
    client = sign_in(field.duty)
    (found,) = client.get(f"{API}/irregularities?answered=false").json()["items"]
    assert (found["kinds"], found["units"]) == (["hazard", "mission", "authority", "no_position"], 1)
    path = f"/irregularities/{found['id']}"
    assert codes(post(client, f"{path}/answer", {"answer": ""})) == {"record.needs"}
    assert post(client, f"{path}/answer", {"answer": "Spoke with them."}).json()["answered_at"]
    assert client.get(f"{API}{path}").json()["answer"] == "Spoke with them."
    assert post(sign_in(recorder), f"{path}/answer", {"answer": "x"}).status_code == 403
    assert Irregularity.objects.get().answered_by == field.duty
    assert client.get(f"{API}/irregularities/{new_id()}").status_code == 404


def test_a_briefing_of_somebody_elses_team_briefs_nobody(field, sign_in):
    examine(field, "cleared")
    one, two = planned(field), briefed(field, planned(field))
    body = {"briefing": "x", "members": [str(two.members.get().pk)], "seen": one.revision}
    assert codes(post(sign_in(field.leader), f"/missions/{one.number}/briefing", body)) == {
        "recovery.nobody-briefed"
    }
