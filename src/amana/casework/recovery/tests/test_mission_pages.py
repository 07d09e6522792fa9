from __future__ import annotations

from datetime import timedelta

import pytest

from amana.casework.accounts.models import today
from amana.casework.audit.models import Entry
from amana.casework.incidents.tests.field import SCRIPT
from amana.casework.recovery.models import Mission
from amana.casework.recovery.services import (
    NewMember,
    NewMission,
    add_missions,
    change_mission,
    recall_mission,
    record_units,
)
from amana.casework.recovery.services.units import NewUnit
from amana.casework.recovery.tests.going import (
    at_work,
    briefed,
    examine,
    field_of,
    over,
    planned,
    released,
)
from amana.casework.sites.services import hazard

State = Mission.State


@pytest.fixture
def field(person):
    return field_of(person)


def text_of(response):
    return response.content.decode()


def seen(mission):
    return {"seen": Mission.objects.get(pk=mission.pk).revision}


def now(mission):
    return Mission.objects.get(pk=mission.pk)


def test_a_mission_walks_from_plan_to_end_by_forms_alone(field, sign_in):
    client = sign_in(field.leader)
    plan = f"/sites/{field.site.number}/missions/plan/"
    page = text_of(client.get(plan))
    assert "A team_leader" in page
    sent = {
        "name": "First day", "planned_for": today().isoformat(), "leader": str(field.leader.pk),
        "plan": "Walk in lines.", "team": "Somebody, recorder\n\nAnother one، driver\n",
    }  # fmt: skip
    response = client.post(plan, sent)
    mission = Mission.objects.get()
    assert response["Location"] == mission.get_absolute_url()
    assert [(m.name, m.task) for m in mission.members.all()] == [
        ("Somebody", "recorder"), ("Another one", "driver")
    ]  # fmt: skip
    url = mission.get_absolute_url()
    page = text_of(client.get(url))
    assert "It may not go yet: 2 things are missing." in page
    assert "/release/" not in page
    people = [str(m.pk) for m in mission.members.all()]
    client.post(f"{url}briefing/", {"briefing": "The lane.", "members": people, **seen(mission)})
    examine(field, "cleared")
    assert "Nothing is missing." in text_of(client.get(url))

    client = sign_in(field.duty)
    page = text_of(client.get(f"{url}release/"))
    for words in ("Yes, if you answer for it.", "Walk in lines.", "The lane.", "driver"):
        assert words in page
    assert client.post(f"{url}release/", seen(mission)).status_code == 302
    assert now(mission).state == State.RELEASED

    client = sign_in(field.leader)
    assert client.post(f"{url}start/", seen(mission)).status_code == 302
    assert now(mission).state == State.UNDER_WAY
    response = client.post(f"{url}end/", {"outcome": "", **seen(mission)})
    assert response.status_code == 400
    client.post(f"{url}end/", {"outcome": "All lifted.", **seen(mission)})
    assert (now(mission).state, now(mission).outcome) == (State.ENDED, "All lifted.")


def test_the_release_page_names_all_that_is_missing_and_who_sees_to_it(field, sign_in):
    mission = planned(field, exhumes=True)
    page = text_of(sign_in(field.duty).get(f"{mission.get_absolute_url()}release/"))
    for words in (
        "No, not yet.", "Explosive clearance officer", "No authorisation is in force on that day",
        "The team was not briefed", "Prosecutor, Duty officer",
    ):  # fmt: skip
        assert words in page
    assert "Release with my name" not in page
    assert sign_in(field.duty).post(f"{mission.get_absolute_url()}release/", seen(mission)).status_code == 400
    assert now(mission).state == State.PLANNED


def test_whoever_planned_is_told_that_another_person_releases(field, person, sign_in):
    both = person("team_leader+duty_officer")
    examine(field, "cleared")
    mission = briefed(field, planned(field, leader=both))
    client = sign_in(both)
    url = mission.get_absolute_url()
    assert "Another person releases it." in text_of(client.get(f"{url}release/"))
    assert f"{url}release/" not in text_of(client.get(url))
    assert client.post(f"{url}release/", seen(mission)).status_code == 400
    assert now(mission).state == State.PLANNED


def test_a_form_that_is_out_of_date_does_nothing(field, sign_in):
    examine(field, "cleared")
    mission = briefed(field, planned(field))
    old = seen(mission)
    briefed(field, change_mission(field.leader, mission, "rain", plan="Open the grave."))
    response = sign_in(field.duty).post(f"{mission.get_absolute_url()}release/", old)
    assert response.status_code == 400
    assert "was changed after this page was opened" in text_of(response)
    assert now(mission).state == State.PLANNED


def test_a_recall_stands_on_every_page(field, person, sign_in):
    mission = at_work(field)
    hazard.reopen_hazard(field.leader, field.site, "a wire was seen")
    client = sign_in(field.leader)
    for url in (mission.get_absolute_url(), "/field/"):
        page = text_of(client.get(url))
        assert "It is recalled. Leave the site by the way you came." in page
        assert "The explosive hazard of the site is no longer cleared." in page
    for who in ("recorder", "custodian", "prosecutor"):
        assert "RECALLED" in text_of(sign_in(person(who)).get("/"))


def test_a_ground_that_has_gone_is_said_before_anybody_writes_it(field, sign_in, monkeypatch):
    mission = released(field)
    monkeypatch.setattr("amana.casework.recovery.gate.may_release", lambda site: [])
    page = text_of(sign_in(field.leader).get(mission.get_absolute_url()))
    assert "the ground for it has gone" in page


def test_a_mission_is_recalled_by_a_form_with_its_reason(field, person, sign_in):
    mission = released(field)
    url = f"{mission.get_absolute_url()}recall/"
    assert sign_in(person("recorder")).get(url).status_code == 403
    client = sign_in(field.duty)
    assert client.post(url, {"reason": " ", **seen(mission)}).status_code == 400
    assert client.post(url, {"reason": "shots", **seen(mission)}).status_code == 302
    assert now(mission).stopped_why == "shots"
    assert "by radio or telephone" in text_of(client.get(mission.get_absolute_url()))


def test_the_team_is_changed_by_forms(field, person, sign_in):
    mission = planned(field)
    colleague = person("recorder")
    client = sign_in(field.leader)
    url = f"{mission.get_absolute_url()}team/"
    assert client.post(url, {"user": str(colleague.pk), "task": "photographs"}).status_code == 302
    assert client.post(url, {"name": "", "task": "x"}).status_code == 400
    member = mission.members.get(user=colleague)
    client.post(f"{url}{member.pk}/left/")
    assert mission.members.get(user=colleague).left_at is not None
    assert client.get(f"{url}{member.pk}/left/").status_code == 405


def test_a_plan_is_changed_and_given_up_by_forms(field, sign_in):
    mission = planned(field)
    client = sign_in(field.leader)
    url = mission.get_absolute_url()
    sent = {
        "name": "Second try", "planned_for": today().isoformat(), "leader": str(field.leader.pk),
        "plan": "Only look.", "reason": "rain", **seen(mission),
    }  # fmt: skip
    assert "Only look" not in text_of(client.get(f"{url}change/"))
    assert client.post(f"{url}change/", sent).status_code == 302
    assert (now(mission).name, now(mission).plan) == ("Second try", "Only look.")
    assert client.post(f"{url}cancel/", {"reason": "no car", **seen(mission)}).status_code == 302
    assert now(mission).state == State.CANCELLED


def test_the_page_of_the_field_shows_ones_own_missions_with_the_first_one_first(field, person, sign_in):
    member = person("recorder")
    later = planned(field, planned_for=today() + timedelta(days=2), name="Later one")
    mine = at_work(field, name="This one", members=[NewMember("recorder", user=member)])
    planned(field, leader=person("team_leader"), name="Not mine")
    old = over(field, name="Old one")
    page = text_of(sign_in(field.leader).get("/field/"))
    assert page.index("This one") < page.index("Later one")
    assert "Not mine" not in page
    assert old.name not in page
    assert later.name in page
    page = text_of(sign_in(member).get("/field/"))
    assert "This one" in page
    assert "Later one" not in page
    assert f"/units/record/?mission={mine.number}" in page
    assert f"{mine.get_absolute_url()}scene/" in page
    assert "You are in no mission" in text_of(sign_in(person("recorder")).get("/field/"))


def test_a_mission_is_shown_by_right_and_office(field, person, sign_in):
    mission = released(field)
    url = mission.get_absolute_url()
    assert sign_in(person("recorder", "PAR")).get(url).status_code == 404
    assert sign_in(person("hotline_operator")).get(url).status_code == 403
    other = text_of(sign_in(person("team_leader", "FMD")).get(url))
    assert "/recall/" not in other
    assert "/start/" not in other
    assert sign_in(person("team_leader", "FMD")).post(f"{url}start/", seen(mission)).status_code == 403
    assert sign_in(field.leader).get("/missions/%00/").status_code == 404
    assert text_of(sign_in(field.leader).get(f"/missions/{mission.number.lower().replace('-', ' ')}/"))


def test_what_was_typed_never_acts(field, sign_in):
    mission = planned(field, name=SCRIPT, plan=SCRIPT, members=[NewMember(SCRIPT, name=SCRIPT)])
    client = sign_in(field.leader)
    url = mission.get_absolute_url()
    for page in (url, "/missions/", "/field/", f"{url}team/", f"{url}briefing/", f"{url}scene/"):
        assert SCRIPT not in text_of(client.get(page))


def test_the_list_filters_sorts_and_exports(field, sign_in):
    one = planned(field, name="Terrace")
    two = released(field, name="Well", planned_for=today() + timedelta(days=3))
    client = sign_in(field.leader)

    def shown(query):
        return {n for n in (one.number, two.number) if n in text_of(client.get(f"/missions/?{query}"))}

    assert shown("") == {one.number, two.number}
    assert shown("words=terrace") == {one.number}
    assert shown("state=released") == {two.number}
    assert shown(f"since={(today() + timedelta(days=1)).isoformat()}") == {two.number}
    assert shown(f"until={today().isoformat()}") == {one.number}
    assert shown("opened=yes") == set()
    assert shown("since=nonsense") == set()
    before = Entry.objects.count()
    csv = text_of(client.get("/missions.csv?words=well"))
    assert two.number in csv
    assert one.number not in csv
    assert Entry.objects.get(index__gte=before, action="list.exported").object_id == "missions"


@pytest.mark.parametrize("rows", [1, 20])
def test_a_bounded_number_of_questions(field, person, sign_in, rows, django_assert_max_num_queries):
    made = add_missions(
        field.leader,
        [
            NewMission(
                field.site, today(), "Look.", name=f"Day {i}", members=[NewMember("x", name="A B")] * 1
            )
            for i in range(rows)
        ],
    )
    recorder = person("recorder")
    spots = list(field.site.spots.all())
    record_units(
        recorder, field.incident,
        [NewUnit(kind="bone", spot=spots[i % 3], mission=made[0]) for i in range(rows)],
    )  # fmt: skip
    client = sign_in(field.leader)
    with django_assert_max_num_queries(12):
        client.get("/missions/")
    with django_assert_max_num_queries(32):
        client.get(made[0].get_absolute_url())
    with django_assert_max_num_queries(20):
        client.get(f"{made[0].get_absolute_url()}scene/")
    with django_assert_max_num_queries(14 + 6 * rows):
        # The gate is asked for each mission somebody is in: tens at most.
        client.get("/field/")


def test_the_pages_are_whole_in_arabic(field, sign_in):
    mission = recall_mission(field.leader, at_work(field), "عاصفة")
    client = sign_in(field.leader)
    client.cookies["amana_language"] = "ar"
    for url in (mission.get_absolute_url(), "/field/", f"{mission.get_absolute_url()}scene/", "/missions/"):
        page = text_of(client.get(url))
        assert 'lang="ar" dir="rtl"' in page
        assert mission.number in page
