from __future__ import annotations

import pytest

URL = "/api/v1/places"


@pytest.fixture
def client_of(person, sign_in):
    return sign_in(person("partner", "PAR"))  # the gazetteer is for everybody who is signed in


def test_places_are_found_by_words(gazetteer, client_of):
    found = client_of.get(URL, {"words": "القبو"}).json()
    assert [p["pcode"] for p in found][:2] == ["C2680", "C3572"]
    assert client_of.get(URL, {"words": "القبو", "limit": 1}).json() == found[:1]
    shared = client_of.get(URL, {"words": "القبو", "shared": "true"}).json()
    assert [p["pcode"] for p in shared] == ["C2680", "C3572", "C5432"]


def test_one_place_with_its_areas(gazetteer, client_of):
    found = client_of.get(f"{URL}/c2680").json()
    assert (found["name_ar"], found["latitude"], found["source"]) == ("القبو", 34.841548, "UN OCHA")
    assert found["within"] == "Qabu sub-district, Homs district, Homs governorate"
    assert [(a["level"], a["pcode"]) for a in found["areas"]] == [(3, "SY040110"), (2, "SY0401"), (1, "SY04")]


def test_the_nearest_place(gazetteer, client_of):
    found = client_of.get(f"{URL}/nearest", {"position": "37S BU 67184 58428"}).json()
    assert (found["place"]["pcode"], found["resolution_m"]) == ("C2680", 1.0)
    assert found["metres"] < 2


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{URL}/C9999999", 404),
        (f"{URL}/%00", 404),
        (f"{URL}/%ED%A0%80", 404),
        (URL, 422),
        (f"{URL}?words=x&limit=0", 422),
        (f"{URL}?words=x&limit=1000", 422),
        (f"{URL}?words=%00", 200),
        (f"{URL}/nearest", 422),
        (f"{URL}/nearest?position=here", 422),
        (f"{URL}/nearest?position=37S%20BU%205", 422),
    ],
)
def test_what_is_wrong_is_said(gazetteer, client_of, address, status):
    assert client_of.get(address).status_code == status


def test_without_a_gazetteer_nothing_is_near(client_of):
    assert client_of.get(f"{URL}/nearest", {"position": "33.5 36.2"}).status_code == 404
    assert client_of.get(URL, {"words": "القبو"}).json() == []


def test_nobody_gets_in_without_signing_in(gazetteer, client):
    for address in (f"{URL}?words=x", f"{URL}/C2680", f"{URL}/nearest?position=1,2"):
        assert client.get(address).status_code == 401


@pytest.mark.parametrize("limit", [1, 20])
def test_a_search_takes_few_queries(gazetteer, client_of, django_assert_max_num_queries, limit):
    with django_assert_max_num_queries(8):  # session, person, roles; then the code and the name
        client_of.get(URL, {"words": "القبو", "limit": limit})
