"""Families for programs."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def api(demo, sign_in):
    """Reads the interface as somebody of the demo."""

    def call(role, path):
        return sign_in(demo.people[role]).get(f"/api/v1{path}")

    return call


def test_a_tree_is_given_by_numbers_and_labels(demo, simulated, api):
    family = demo.families["SYN-F05"]
    shown = api("geneticist", f"/families/{family.number}").json()
    assert shown["sought"] == [demo.missing[f"SYN-F05-M{n}"].number for n in (1, 2)]
    members = {m["label"]: m for m in shown["members"]}
    assert (members["M1"]["father"], members["M1"]["mother"]) == ("father", "mother")
    assert members["mother"]["reference"] == "usable"
    assert members["father"]["reference"] is None
    said = json.dumps(shown, ensure_ascii=False)
    assert not any(p.given[0] in said for p in simulated.people.values())


def test_lists_are_by_right(demo, api):
    assert api("interviewer", "/families").json()["count"] == 12
    for role in ("laboratory_analyst", "recorder", "partner", "prosecutor"):
        assert api(role, "/families").status_code == 403
        assert api(role, f"/families/{demo.families['SYN-F05'].number}").status_code == 403


@pytest.mark.parametrize("number", ["NCM-93-999-0", "x", "%00"])
def test_a_number_that_no_family_has_is_not_found(demo, api, number):
    assert api("interviewer", f"/families/{number}").status_code == 404
