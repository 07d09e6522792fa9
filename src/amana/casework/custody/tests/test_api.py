"""Custody for programs: the same rules as the pages, and no fault of the server for odd input."""

from __future__ import annotations

import pytest

from amana.casework.custody.models import Item, Line, StockTake, Transfer
from amana.casework.custody.services import add_store
from amana.casework.custody.tests.setting import Setting, accepted, sound

API = "/api/v1/custody"


@pytest.fixture
def who(person, offices) -> Setting:
    return Setting(person, offices)


def post(client, path, given):
    return client.post(f"{API}/{path}", given, content_type="application/json")


def codes(response) -> list[str]:
    assert response.status_code == 422, response.content
    return [p["code"] for p in response.json()["problems"]]


def test_where_a_thing_is_and_who_answers_for_it(who, sign_in):
    (item,) = who.held()
    client = sign_in(who.custodian)
    found = client.get(f"{API}/things/{item.number.lower()}").json()
    assert (found["holder_office"], found["holder"], found["sealed"]) == ("SCD", who.recorder.username, True)
    assert "A-1" not in str(found)
    assert [e["kind"] for e in client.get(f"{API}/things/{item.number}/events").json()] == ["taken"]
    assert client.get(f"{API}/things", {"office": "SCD"}).json()["count"] == 1
    assert client.get(f"{API}/things", {"office": "FMD"}).json()["count"] == 0
    assert sign_in(who.courier).get(f"{API}/things/{item.number}").status_code == 404


def test_things_go_from_one_office_to_another_with_the_seal_read_back(who, sign_in):
    (unit,) = who.units()
    giver = sign_in(who.recorder)  # one browser: whoever signs in last is in
    taken = post(giver, "things", {"things": [unit.number], "seals": {unit.number: "A 1"}})
    assert taken.status_code == 201, taken.content
    made = post(
        giver, "hand-overs", {"things": [unit.number], "to_office": "FMD", "purpose": "examination"}
    ).json()
    assert (made["state"], made["things"]) == ("offered", 1)
    receiver = sign_in(who.custodian)
    told = receiver.get(f"{API}/hand-overs/{made['number']}/things").json()
    assert [t["outcome"] for t in told] == ["waiting"]
    assert "seal_given" not in told[0]
    path = f"hand-overs/{made['number']}/accept"
    assert post(receiver, path, {"readings": [{"number": unit.number}]}).status_code == 422
    done = post(receiver, path, {"readings": [{"number": unit.number, "seal": "a1"}]})
    assert done.json()["state"] == "accepted", done.content
    assert Item.objects.get().holder_office.code == "FMD"
    assert "custody.changed-meanwhile" in codes(
        post(receiver, path, {"readings": [{"number": unit.number, "seal": "a1"}]})
    )
    sound()


def test_nobody_accepts_their_own_offer_and_another_seal_is_a_discrepancy(who, sign_in):
    transfer = who.offered()
    (line,) = transfer.lines.all()
    path = f"hand-overs/{transfer.number}/accept"
    given = {"readings": [{"number": line.item.number, "seal": "B-9"}]}
    assert post(sign_in(who.recorder), path, given).status_code == 422
    assert Transfer.objects.get().state == "offered"
    assert post(sign_in(who.custodian), path, given).json()["state"] == "disputed"
    (found,) = sign_in(who.custodian).get(f"{API}/discrepancies").json()["items"]
    assert (found["kind"], found["state"]) == ("seal", "open")
    answered = post(sign_in(who.custodian), f"discrepancies/{found['number']}/answer", {"words": "misread"})
    assert answered.json()["answer"] == "misread"
    close = f"discrepancies/{found['number']}/close"
    same = post(sign_in(who.custodian), close, {"words": "yes", "holder": "FMD", "seal": "A-1"})
    assert same.status_code == 422
    assert Line.objects.get().outcome == "disputed"


def test_a_place_is_gone_through(who, sign_in):
    client = sign_in(who.custodian)
    place = post(client, "places", {"name": "Room 1", "kind": "room"}).json()
    items = who.given(2)
    moved = post(client, "move", {"things": [i.number for i in items], "store": place["number"]})
    assert {i["store"] for i in moved.json()} == {place["number"]}
    begun = post(client, f"places/{place['number']}/go-through", {}).json()
    scans = post(client, f"stock-takings/{begun['number']}/scans", {"codes": [items[0].number]}).json()
    assert [s["outcome"] for s in scans] == ["expected"]
    assert post(client, f"stock-takings/{begun['number']}/end", {}).json()["ended_at"]
    assert StockTake.objects.get().ended_by == who.custodian
    assert Item.objects.get(number=items[1].number).state == "unlocated"
    sound()


def test_a_seal_is_put_on_and_opened_and_an_old_page_is_told(who, sign_in):
    (item,) = who.held(seal="")
    client = sign_in(who.recorder)
    path = f"things/{item.number}"
    assert post(client, f"{path}/seal", {"seal": "C-1", "seen": item.seq}).json()["sealed"] is True
    assert "custody.changed-meanwhile" in codes(
        post(client, f"{path}/open", {"reason": "to look", "seen": item.seq})
    )
    assert post(client, f"{path}/open", {"reason": "to look"}).json()["sealed"] is False
    assert post(client, f"{path}/missing", {"reason": "looked in every room"}).json()["state"] == "unlocated"


def test_an_offer_is_taken_back_and_a_paper_waits_for_a_second_person(who, sign_in):
    transfer = who.offered()
    taken = post(sign_in(who.recorder), f"hand-overs/{transfer.number}/take-back", {"words": "rain"})
    assert taken.json()["state"] == "withdrawn"
    (unit,) = who.units()
    given = {
        "things": [unit.number], "from_office": "SCD", "to_office": "FMD", "giver": "A giver",
        "receiver": "A receiver", "signed_at": "2025-01-05T10:00:00Z", "purpose": "examination",
        "unsealed": True,
    }  # fmt: skip
    made = post(sign_in(who.recorder), "papers", given)
    assert made.json()["confirmed"] is False, made.content
    confirm = f"papers/{made.json()['number']}/confirm"
    assert post(sign_in(who.recorder), confirm, {}).status_code == 422
    assert post(sign_in(who.custodian), confirm, {}).json()["confirmed"] is True


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("things", {"things": ["\0"]}),
        ("things", {"things": ["x" * 5000]}),
        ("things", {"things": ["٠١-٠٢"], "store": "\0"}),
        ("move", {"things": ["nothing"], "store": "nowhere"}),
        ("hand-overs", {"things": ["\ud800"], "to_office": "\0", "purpose": "x"}),
        ("hand-overs", {"things": ["SCD-01-001-2"], "to_office": "ZZZ", "purpose": "x"}),
        ("places", {"name": "\0", "kind": "room"}),
        ("places", {"name": "", "kind": "room", "within": "\0"}),
    ],
)
def test_odd_input_is_refused_in_words(who, sign_in, path, given):
    response = post(sign_in(who.recorder), path, given)
    assert response.status_code == 422, response.content
    assert all(p["text"] for p in response.json()["problems"])


def test_who_may_not_is_told_which_permission_is_missing(who, person, sign_in):
    store = add_store(who.custodian, name="Room", kind="room")
    transfer = who.offered()
    accepted(who.custodian, transfer)
    duty = sign_in(person("duty_officer"))
    assert post(duty, "things", {"things": ["x"]}).json() == {"missing_permission": "custody.hold"}
    assert sign_in(person("interviewer")).get(f"{API}/things").status_code == 403
    assert post(sign_in(who.recorder), f"places/{store.number}/go-through", {}).status_code in (403, 404)
