from __future__ import annotations

import pytest

from amana.casework.common.ids import new_id
from amana.casework.numbers.tests.test_services import device_of

URL = "/api/v1/numbers/leases"


def post(client, data):
    return client.post(URL, data, content_type="application/json")


def test_a_block_is_leased_listed_and_given_back(person, sign_in):
    by = person("recorder")
    client = sign_in(by)
    device = device_of(by)
    leased = post(client, {"device": str(device.pk), "place": 3, "count": 50})
    assert leased.status_code == 201
    block = leased.json()
    assert (block["prefix"], block["first"], block["last"]) == ("SCD-03", 1, 50)
    assert [b["id"] for b in client.get(URL).json()] == [block["id"]]
    assert client.delete(f"{URL}/{block['id']}").json()["returned_at"]
    assert client.get(URL).json() == []


def test_another_office_sees_neither_device_nor_block(person, sign_in):
    by = person("recorder")
    device = device_of(by)
    wanted = {"device": str(device.pk), "place": 3, "count": 5}
    block = post(sign_in(by), wanted).json()
    other = sign_in(person("recorder", "FMD"))
    assert other.get(URL).json() == []
    assert post(other, wanted).status_code == 404
    assert other.delete(f"{URL}/{block['id']}").status_code == 404
    assert sign_in(person("hotline_operator")).get(URL).status_code == 403


@pytest.mark.parametrize(
    "wrong", [{"count": 0}, {"place": 95}, {"device": "tablet"}, {"count": "many"}, {"count": 10**30}]
)
def test_what_is_wrong_is_said(person, sign_in, wrong):
    by = person("recorder")
    wanted = {"device": str(device_of(by).pk), "place": 3, "count": 5, **wrong}
    assert post(sign_in(by), wanted).status_code == 422


def test_what_is_not_there_is_not_found(person, sign_in):
    client = sign_in(person("recorder"))
    assert post(client, {"device": str(new_id()), "place": 3, "count": 5}).status_code == 404
    assert client.delete(f"{URL}/{new_id()}").status_code == 404
    assert client.delete(f"{URL}/x").status_code == 404
