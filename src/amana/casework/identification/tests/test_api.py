from __future__ import annotations

from amana.casework.identification.models import Run


def get(client, path, status=200):
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_run_is_asked_for_and_followed(tiny, sign_in):
    client = sign_in(tiny.people["geneticist"])
    body = {"frequencies": [str(tiny.table.pk)], "mutation": {"model": "none"}, "theta": 0.01}
    path = f"/api/v1/incidents/{tiny.incident.number}/runs"
    asked = client.post(path, body, content_type="application/json")
    assert asked.status_code == 202, asked.content
    run = Run.objects.get()
    assert asked.json()["number"] == run.number
    assert get(client, f"jobs/{asked.json()['job']}")["state"] == "waiting"
    again = client.post(path, body, content_type="application/json")
    assert again.status_code == 422
    assert again.json()["problems"][0]["code"] == "run.already-waits"
    bad = client.post(path, {**body, "lr_threshold": 0}, content_type="application/json")
    assert bad.json()["problems"][0]["code"] == "identify.lr-threshold"


def test_runs_conclusions_and_candidates_are_read(compared, sign_in):
    t = compared
    client = sign_in(t.people["geneticist"])
    assert get(client, "runs")["items"][0]["number"] == t.first.number
    detail = get(client, f"runs/{t.first.number}")
    assert detail["changes"] == {}
    assert detail["summary"]["laboratory"]
    rows = get(client, f"runs/{t.first.number}/conclusions")
    assert len(rows) == 5
    assert rows[0]["laboratory"]["by_marker"]
    pair = t.candidate("a", "A-son")
    assert pair.number in {c["number"] for c in get(client, "candidates?level=reaches_threshold")["items"]}
    one = get(client, f"candidates/{pair.number}")
    assert "times more probable" in one["answer"][0]
    assert "\u2066" not in one["answer"][0]


def test_the_laboratory_part_is_for_the_laboratory(compared, sign_in):
    t = compared
    client = sign_in(t.people["secretary"])
    assert "laboratory" not in get(client, f"runs/{t.first.number}")["summary"]
    assert all(c["laboratory"] == {} for c in get(client, f"runs/{t.first.number}/conclusions"))
    number = t.candidate("e", "D-daughter").number
    assert get(client, f"candidates/{number}")["conclusion"]["laboratory"] == {}


def test_who_may_not_gets_403_and_what_is_not_there_404(compared, sign_in):
    t = compared
    client = sign_in(t.people["recorder"])
    for path in ("runs", "candidates", f"runs/{t.first.number}"):
        get(client, path, 403)
    client = sign_in(t.people["stranger"])
    for path in (f"runs/{t.first.number}", f"candidates/{t.candidate('a', 'A-son').number}", "runs/nothing"):
        get(client, path, 404)
    assert get(client, "candidates")["items"] == []
    body = {"frequencies": []}
    answer = client.post(f"/api/v1/incidents/{t.incident.number}/runs", body, content_type="application/json")
    assert answer.status_code == 404
