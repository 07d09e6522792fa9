"""Scores of results made by hand."""

import json

import pytest

from amana.kinship.joint.result import Conclusion, Identification, Settings
from amana.problems import InputProblems
from amana.simulation import score

TRUTH = {"V1": "M1", "V2": "M2", "V3": "M3", "V4": None}


def conclusion(victim, level, *missing, against=()):
    return Conclusion(victim, level, missing, None, (victim,), None, None, 0.5, "none", against=against)


def result(*conclusions):
    return Identification(
        Settings(),
        [c.victim for c in conclusions],
        ["M1", "M2", "M3"],
        {},
        {},
        [],
        0,
        {},
        [],
        conclusions,
        [],
        {},
        {},
    )


def outcome(found):
    return {v.victim: v.outcome for v in found.victims}


def test_a_perfect_result():
    found = score(
        TRUTH,
        result(
            conclusion("V1", "reaches_threshold", "M1"),
            conclusion("V2", "reaches_threshold", "M2"),
            conclusion("V3", "supports", "M3"),
            conclusion("V4", "inconclusive"),
        ),
    )
    assert set(outcome(found).values()) == {"right"}
    assert (found.at_threshold, found.supported, found.missed) == (2, 1, 0)
    assert (found.false_at_threshold, found.false_supported, found.false_against) == (0, 0, 0)
    assert (found.nobody_listed, found.nobody_left) == (1, 1)


def test_people_who_cannot_be_told_apart_are_right_as_a_set():
    found = score(
        TRUTH,
        result(
            conclusion("V1", "reaches_threshold", "M2", "M1"),
            conclusion("V2", "reaches_threshold", "M2", "M1"),
            conclusion("V3", "reaches_threshold", "M2", "M1"),
            conclusion("V4", "evidence_against"),
        ),
    )
    assert outcome(found) == {"V1": "right", "V2": "right", "V3": "wrong", "V4": "right"}
    assert [v.order_unknown for v in found.victims] == [True, True, True, False]
    assert (found.at_threshold, found.false_at_threshold) == (2, 1)


def test_support_for_somebody_else_is_wrong_at_its_level():
    found = score(
        TRUTH,
        result(
            conclusion("V1", "reaches_threshold", "M2"),
            conclusion("V2", "supports", "M1"),
            conclusion("V3", "inconclusive", "M3"),
            conclusion("V4", "reaches_threshold", "M3"),
        ),
    )
    assert outcome(found) == {"V1": "wrong", "V2": "wrong", "V3": "undetermined", "V4": "wrong"}
    assert (found.false_at_threshold, found.false_supported) == (2, 1)
    assert (found.at_threshold, found.supported, found.missed) == (0, 0, 1)
    assert found.nobody_left == 0


def test_evidence_against_the_right_person_is_wrong_and_against_another_is_not():
    found = score(
        TRUTH,
        result(
            conclusion("V1", "evidence_against", against=("M1", "M2")),
            conclusion("V2", "evidence_against", against=("M1",)),
            conclusion("V3", "reaches_threshold", "M3", against=("M1", "M2")),
            conclusion("V4", "evidence_against", against=("M1", "M2", "M3")),
        ),
    )
    assert outcome(found) == {"V1": "wrong", "V2": "undetermined", "V3": "right", "V4": "right"}
    assert found.false_against == 1
    assert found.missed == 1


def test_what_cannot_be_scored_is_said_at_once():
    with pytest.raises(InputProblems) as found:
        score({"V1": "M1", "V9": None}, result(conclusion("V1", "supports"), conclusion("V1", "supports"),
                                               conclusion("V2", "supports")))  # fmt: skip
    assert [p.code for p in found.value.problems] == [
        "score.victim-without-truth",
        "score.victim-without-conclusion",
        "score.victim-twice",
    ]


def test_a_score_is_plain_data():
    found = score({"V1": "M1"}, result(conclusion("V1", "supports", "M1")))
    plain = json.loads(json.dumps(found.as_dict()))
    assert plain["supported"] == 1
    assert plain["victims"][0]["best"] == ["M1"]
