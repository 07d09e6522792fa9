"""Typing results are checked and brought to one spelling."""

from __future__ import annotations

import pytest

from amana.casework.laboratory.calls import digest, parse, read

KNOWN = {"TH01": frozenset({"6", "9.3"}), "Penta D": frozenset({"9", "13"}), "D18S51": frozenset({"14"})}


def problems(written):
    return [(p.code, dict(p.params).get("marker")) for p in read(written, KNOWN).problems]


def test_markers_and_alleles_get_the_spelling_of_the_tables():
    found = read({"tho1": ["9,3", "06"], "PENTA_D": [9, 13.0], "d18s51": ["١٤", None]}, KNOWN)
    assert not found.problems
    assert found.calls == {"TH01": ("9.3", "6"), "Penta D": ("9", "13"), "D18S51": ("14", None)}


def test_an_allele_that_no_table_has_is_taken_where_it_is_a_number():
    assert read({"TH01": ["6", "11.2"]}, KNOWN).calls == {"TH01": ("6", "11.2")}


def test_what_was_not_seen_is_left_open():
    assert read({"TH01": ["?", "6"], "D18S51": [None, ""]}, KNOWN).calls == {"TH01": ("6", None)}
    assert read({"TH01": ["6", None]}, KNOWN).calls == {"TH01": ("6", None)}


@pytest.mark.parametrize(
    ("alleles", "sex"), [(["X", "Y"], "M"), (["x", "x"], "F"), (["X"], ""), (["X", None], ""), (["Y"], "M")]
)
def test_amelogenin_is_read_as_sex(alleles, sex):
    assert read({"AMEL": alleles, "TH01": ["6", "6"]}, KNOWN).sex == sex


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"TH02": ["6", "6"]}, [("laboratory.unknown-marker", "TH02")]),
        ({"DYS391": ["10", "10"]}, [("laboratory.y-marker", "DYS391")]),
        ({"TH01": ["6", "7", "8"]}, [("laboratory.two-alleles", "TH01")]),
        ({"TH01": []}, [("laboratory.two-alleles", "TH01")]),
        ({"TH01": "6"}, [("laboratory.two-alleles", "TH01")]),
        ({"TH01": ["OL", "6"]}, [("laboratory.not-an-allele", "TH01")]),
        ({"TH01": ["silent", "6"]}, [("laboratory.not-an-allele", "TH01")]),
        ({"TH01": ["6", "6"], "tho1": ["6", "6"]}, [("laboratory.marker-twice", "TH01")]),
        ({"AMEL": ["Z", "X"]}, [("laboratory.not-an-allele", "amelogenin")]),
        ({}, [("laboratory.nothing-read", None)]),
        ({"TH01": [None, None]}, [("laboratory.nothing-read", None)]),
        (["TH01"], [("laboratory.calls-shape", None)]),
        (None, [("laboratory.calls-shape", None)]),
    ],
)
def test_what_is_wrong_is_said(written, expected):
    assert problems(written) == expected


def test_every_fault_is_said_at_once():
    assert len(problems({"TH02": ["6", "6"], "TH01": ["bad", "6"], "D18S51": []})) == 3


def test_the_same_result_is_the_same_text_in_any_order():
    one = read({"TH01": ["6", "9.3"], "D18S51": ["14", "14"]}, KNOWN)
    other = read({"d18s51": [14, 14], "th01": [6, "9,3"]}, KNOWN)
    assert one.text == other.text
    assert digest(one.text) == digest(other.text)
    assert parse(one.text) == one.calls
    assert parse("") == {}
