"""The duty board: what waits, how long, who has it; its fragment, its list, its plan."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone, translation

from amana.casework.accounts.models import Sharing
from amana.casework.alerts import queries
from amana.casework.alerts.models import Attachment
from amana.casework.alerts.services.judging import doubt
from amana.casework.alerts.services.merging import merge
from amana.casework.alerts.services.triage import Triage, acknowledge, assign, take, triage
from amana.casework.alerts.tests.desk import WHERE, acknowledged, added, reported, triaged
from amana.casework.audit.models import Entry
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.files.models import StoredFile
from amana.casework.incidents.services import open_incident
from amana.casework.incidents.tests.field import SCRIPT

LATE = {"due_at": timezone.now() - datetime.timedelta(hours=2, minutes=5)}


@pytest.fixture
def duty(person):
    return person("duty_officer")


def text(client, url, **asked):
    response = client.get(url, asked)
    assert response.status_code == 200
    return response.content.decode()


def words(page):
    return re.sub(r"<[^>]+>", "", page)


def lane(page, state):
    return page.split(f'id="lane-{state}"')[1].split("</section>")[0]


def seen_of(page):
    return re.search(r"seen=(\d+\.\d+)", page)[1]


def test_each_stands_in_the_lane_of_its_state_with_who_has_it(duty, person, sign_in):
    leader = person("team_leader")
    new, read, known = reported(duty), acknowledged(duty), triaged(duty, "now")
    given = assign(duty, triaged(duty), leader)
    thought = doubt(duty, triaged(duty), "no such place")
    page = text(sign_in(duty), "/alerts/")
    for alert, state in (
        (new, "received"), (read, "acknowledged"), (known, "triaged"), (given, "assigned"),
        (thought, "doubted"),
    ):  # fmt: skip
        assert alert.number in lane(page, state)
    assert str(leader) in lane(page, "assigned")
    assert "Not read yet. It came by: telephone." in lane(page, "received")
    assert "5 alerts wait." in page
    assert "a second person can decide in" in lane(page, "doubted")


def test_what_is_late_says_so_in_words_and_stands_first(duty, sign_in):
    soon, late = reported(duty), reported(duty, **LATE)
    page = text(sign_in(duty), "/alerts/")
    assert "overdue by 2 hours" in lane(page, "received")
    assert page.index(late.number) < page.index(soon.number)
    assert "2 alerts wait. 1 is overdue." in page


def test_merged_ones_stand_in_their_head_with_what_was_added_to_them(duty, sign_in):
    head, part = acknowledged(duty), acknowledged(duty)
    merge(duty, part, head, "same well")
    added(part)
    page = text(sign_in(duty), "/alerts/")
    assert part.number not in page
    assert "1 new addition" in page
    assert "1 more report" in page
    assert head.number in text(sign_in(duty), "/alerts/", unread="yes")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "rtmp"),
        ({"state": "triaged"}, "tmp"),
        ({"priority": "now"}, "t"),
        ({"priority": "none"}, "r"),
        ({"whose": "mine"}, "m"),
        ({"whose": "nobody"}, "rtp"),
        ({"place": "SY0401"}, "p"),
        ({"place": "sy04"}, "p"),
        ({"days": "2"}, "tmp"),
        ({"words": "WELL"}, "t"),
        ({"words": "بءر"}, ""),
        ({"danger": "yes"}, "r"),
        ({"overdue": "yes"}, "r"),
        ({"photos": "yes"}, ""),
        ({"days": "many"}, ""),
        ({"state": "nowhere"}, ""),
    ],
)
def test_the_filters_stand_in_the_address(duty, sign_in, asked, found):
    made = {
        "r": reported(
            duty, dangers=["mines"], received_at=timezone.now() - datetime.timedelta(days=5), **LATE
        ),
        "t": triage(duty, acknowledged(duty, "Beside a well."), Triage("now")),
        "m": take(duty, triage(duty, acknowledged(duty, "In a field."), Triage("week"))),
        "p": triage(duty, acknowledged(duty, "In a cave.", pcode="SY0401001"), Triage("week")),
    }
    if asked == {"state": "triaged"}:
        found = "tp"
    page = text(sign_in(duty), "/alerts/", **asked)
    assert {k for k, a in made.items() if a.number in page.split('id="lanes"')[1]} == set(found)
    listed = text(sign_in(duty), "/alerts/list/", **asked)
    assert {k for k, a in made.items() if a.number in listed.split("<tbody")[-1]} >= set(found)


def test_with_photos(duty, sign_in):
    plain, shown = reported(duty), reported(duty)
    with writing(SYSTEM, "tests.prepared") as log:
        kept = StoredFile(
            office=duty.office,
            subject=shown.subject,
            kind="image",
            media_type="image/jpeg",
            size=3,
            sha256="ab",
        )
        log.save(kept)
        log.save(Attachment(alert=shown, file=kept))
    page = text(sign_in(duty), "/alerts/", photos="yes")
    assert shown.number in page
    assert plain.number not in page.split('id="lanes"')[1]
    assert "1 photo or file" in page


def test_an_open_board_hears_nothing_until_something_happens(duty, sign_in, django_assert_max_num_queries):
    alert = reported(duty)
    client = sign_in(duty)
    seen = seen_of(text(client, "/alerts/"))
    with django_assert_max_num_queries(6):
        assert client.get("/alerts/lanes/", {"seen": seen}).status_code == 204
    open_incident(duty, name_en="Another thing", name_ar="شيء آخر")
    assert client.get("/alerts/lanes/", {"seen": seen}).status_code == 204
    acknowledge(duty, alert, "Remains.")
    fresh = client.get("/alerts/lanes/", {"seen": seen, "state": "acknowledged"})
    part = fresh.content.decode()
    assert fresh["HX-Trigger"] == "alerts-changed"
    assert alert.number in lane(part, "acknowledged")
    assert part.lstrip().startswith('<div class="stack" id="lanes"')
    assert "hx-swap-oob" in part
    assert "state=acknowledged" in part.split("hx-get=")[1][:80]
    assert client.get("/alerts/lanes/", {"seen": seen_of(part)}).status_code == 204


def test_ages_are_drawn_anew_without_being_said_aloud(duty, sign_in):
    reported(duty)
    client = sign_in(duty)
    size = seen_of(text(client, "/alerts/")).split(".")[0]
    quiet = client.get("/alerts/lanes/", {"seen": f"{size}.1"})
    assert quiet.status_code == 200
    assert "HX-Trigger" not in quiet
    assert "hx-swap-oob" not in quiet.content.decode()


@pytest.mark.parametrize("seen", ["", "x", "-1.5", "1", "١.٢", "9" * 50 + ".1", "1.2.3"])
def test_any_seen_is_answered(duty, sign_in, seen):
    assert sign_in(duty).get("/alerts/lanes/", {"seen": seen}).status_code == 200


def test_over_many_entries_nobody_looks(duty, monkeypatch):
    reported(duty)
    now = queries.head_of_log()
    assert not queries.changed_since(now, now)
    assert queries.changed_since(0, now)
    open_incident(duty, name_en="Another thing", name_ar="شيء آخر")
    assert not queries.changed_since(now, queries.head_of_log())
    monkeypatch.setattr(queries, "_LOOKED_AT", 1)
    assert queries.changed_since(now, queries.head_of_log())


def test_other_offices_see_it_only_when_it_is_shared(duty, person, sign_in):
    alert = acknowledged(duty)
    other = person("duty_officer", "FMD")
    assert alert.number not in text(sign_in(other), "/alerts/")
    with writing(SYSTEM, "tests.prepared") as log:
        shared = Sharing(giver=duty.office, receiver=other.office, scope="alerts", ground="for tests")
        log.save(shared)
    page = text(sign_in(other), "/alerts/")
    assert alert.number in page
    assert "Office SCD" in page
    assert f"/alerts/{alert.number}/acknowledge/" not in page
    assert sign_in(person("recorder")).get("/alerts/").status_code == 403


@pytest.mark.parametrize("rows", [1, 20])
def test_the_board_asks_a_bounded_number_of_questions(duty, sign_in, rows, django_assert_max_num_queries):
    for n in range(rows):
        reported(duty, pcode=f"SY04010{n:02}")
        take(duty, triaged(duty))
    client = sign_in(duty)
    with django_assert_max_num_queries(22):
        text(client, "/alerts/")
    with django_assert_max_num_queries(16):
        text(client, "/alerts/lanes/")


@pytest.mark.parametrize("rows", [1, 20])
def test_the_list_asks_a_bounded_number_of_questions(duty, sign_in, rows, django_assert_max_num_queries):
    for _ in range(rows):
        take(duty, triaged(duty))
    client = sign_in(duty)
    with django_assert_max_num_queries(12):
        text(client, "/alerts/list/")


def test_a_lane_is_cut_and_says_how_many_more(duty, sign_in, monkeypatch):
    monkeypatch.setattr("amana.casework.alerts.queries.SHOWN", 2)
    monkeypatch.setattr(queries.lanes, "__kwdefaults__", {**queries.lanes.__kwdefaults__, "shown": 2})
    for _ in range(5):
        reported(duty)
    page = text(sign_in(duty), "/alerts/", days="9")
    assert page.count("data-row") == 2
    assert "3 more in the list" in words(page)
    assert "/alerts/list/?days=9&amp;state=received&amp;sort=due" in page


def test_the_csv_is_an_entry_of_the_log_and_holds_nothing_that_is_sealed(duty, sign_in):
    acknowledged(duty, "=1+1 beside a well", low=3, high=5, phone="0933123456", reporter="Somebody")
    reported(duty)
    rows = sign_in(duty).get("/alerts.csv", {"words": "well"}).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert "'=1+1 beside a well" in rows[1]
    assert "3–5" in rows[1]
    assert "0933" not in rows[1]
    assert Entry.objects.filter(action="list.exported", object_id="alerts").count() == 1


def test_a_plan_of_few_and_places_of_many(duty, sign_in, monkeypatch):
    first = reported(duty, **WHERE)
    reported(duty, **{**WHERE, "latitude": 34.72})
    reported(duty, pcode="SY0401001")
    client = sign_in(duty)
    page = text(client, "/alerts/plan/")
    assert page.count("<svg") >= 2
    assert f'id="at-{first.pk}"' in page
    assert "Without a position: 1" in words(page)
    monkeypatch.setattr("amana.casework.alerts.plans.DRAWN", 1)
    page = text(client, "/alerts/plan/", state="received")
    assert "More than fit on a plan" in page
    assert "/alerts/?state=received&amp;place=SY0401001" in page
    part = client.get("/alerts/plan/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


def test_it_is_there_in_arabic_and_nothing_acts(duty, sign_in):
    acknowledged(duty, SCRIPT)
    client = sign_in(duty)
    client.cookies["amana_language"] = "ar"
    page = text(client, "/alerts/")
    assert 'dir="rtl"' in page
    assert SCRIPT not in page
    with translation.override("ar"):
        assert str(translation.pgettext("alert", "received")) in page
