from __future__ import annotations

import pytest

from amana.casework.accounts.queries import owner_of_token

from .test_tokens import make


@pytest.fixture
def api(client):
    def call(secret, path, method="get"):
        headers = {"authorization": f"Bearer {secret}"}
        return getattr(client, method)(f"/api/v1{path}", headers=headers)

    return call


def test_a_token_says_who_calls(api, person):
    user = person("recorder")
    _, secret = make(user)
    me = api(secret, "/me").json()
    assert (me["username"], me["office"]) == (user.username, "SCD")
    assert [r["name"] for r in me["roles"]] == ["recorder"]
    assert "sites.view" in me["permissions"]


@pytest.mark.parametrize("path", ["/me", "/tokens", "/people"])
def test_nobody_calls_without_one(api, client, db, path):
    assert client.get(f"/api/v1{path}").status_code == 401
    assert api("amana_wrong", path).status_code == 401


def test_one_sees_and_revokes_ones_own_tokens(api, person):
    user = person("recorder")
    token, secret = make(user)
    other, other_secret = make(user, label="laptop")
    make(person("recorder"), label="of somebody else")
    listed = api(secret, "/tokens").json()["items"]
    assert {t["label"] for t in listed} == {"tablet 4", "laptop"}
    assert not any("digest" in t or "secret" in t for t in listed)
    assert api(secret, f"/tokens/{other.pk}/revoke", "post").json()["revoked_at"]
    assert owner_of_token(other_secret) is None
    assert api(secret, f"/tokens/{token.pk}/revoke", "post").status_code == 200
    assert api(secret, "/me").status_code == 401


def test_a_token_of_somebody_else_does_not_exist(api, person):
    _, secret = make(person("recorder"))
    theirs, their_secret = make(person("recorder"))
    assert api(secret, f"/tokens/{theirs.pk}/revoke", "post").status_code == 404
    assert api(secret, "/tokens/nonsense/revoke", "post").status_code == 422
    assert owner_of_token(their_secret)


def test_people_are_for_administrators_of_the_office(api, person, sign_in):
    here, elsewhere = person("recorder"), person("recorder", "FMD")
    _, secret = make(here)
    assert api(secret, "/people").status_code == 403
    client = sign_in(person("administrator"))
    people = client.get("/api/v1/people").json()["items"]
    assert here.username in {p["username"] for p in people}
    assert elsewhere.username not in {p["username"] for p in people}
    assert ["recorder"] in [p["roles"] for p in people]


def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    person, sign_in, django_assert_max_num_queries
):
    client = sign_in(person("administrator"))
    with django_assert_max_num_queries(10) as few:
        client.get("/api/v1/people")
    for _ in range(20):
        person("recorder")
    with django_assert_max_num_queries(len(few)):
        client.get("/api/v1/people")
