"""The definition of the scene record, and the answers it takes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from amana.casework.recovery import scene

RAW = tomllib.loads((Path(scene.__file__).parent / "scene.toml").read_text("utf-8"))["step"]


def test_every_step_and_question_speaks_both_languages():
    def both(words):
        return set(words) == {"en", "ar"} and all(w.strip() == w and w for w in words.values())

    for step in RAW:
        assert both(step["title"]), step["key"]
        assert both(step["why"]), step["key"]
        assert step["why"]["en"].endswith("."), step["key"]
        assert both(step.get("none", {"en": "-", "ar": "-"})), step["key"]
        for question in step["question"]:
            assert both(question["label"]), (step["key"], question["key"])
            assert both(question.get("hint", {"en": "-", "ar": "-"}))
            for choice in question.get("choices", []):
                assert both({n: choice[n] for n in ("en", "ar")})


def test_keys_are_unique_and_kinds_known():
    keys = [s["key"] for s in RAW]
    assert len(keys) == len(set(keys)) == 19
    for step in RAW:
        assert set(step) <= {"key", "title", "why", "per", "opened", "none", "question"}
        assert step.get("per", "mission") in ("mission", "spot")
        asked = [q["key"] for q in step["question"]]
        assert len(asked) == len(set(asked))
        assert any(q.get("needed") for q in step["question"]), step["key"]
        for question in step["question"]:
            assert question["kind"] in scene.KINDS
            assert set(question) <= {"key", "kind", "needed", "label", "hint", "choices", "retired"}
            assert bool(question.get("choices")) == (question["kind"] in ("choice", "choices"))
            chosen = [c["key"] for c in question.get("choices", [])]
            assert len(chosen) == len(set(chosen))


def test_what_the_protocol_asks_for_is_there():
    """Beside each other: what casework.md 3.4 lists for the scene, and the step that takes it."""
    assert set(scene.steps()) >= {
        "arrival", "approach", "danger", "conditions", "datum", "overview", "search", "surface", "outline",
        "toolmarks", "lying", "bindings", "projectiles", "loose", "samples", "burnt", "public", "left",
        "closing",
    }  # fmt: skip
    assert {k for k, s in scene.steps().items() if s.opened} == {"outline", "toolmarks"}


def read(key, **values):
    kept, problems = scene.read_answers(scene.steps()[key], values)
    return kept, {(p.code, p.field) for p in problems}


def test_answers_are_kept_in_one_form():
    kept, wrong = read(
        "datum", datum=" A well ", position="34°43'48\"N 36°42'36\"E", method="phone", error_m="٣٫٥",
        grid_m="1,5", north="",
    )  # fmt: skip
    assert not wrong
    assert kept["datum"] == "A well"
    assert kept["position"]["latitude"] == pytest.approx(34.73, abs=1e-9)
    assert kept["position"]["written"].startswith("34°")
    assert (kept["error_m"], kept["grid_m"]) == (3.5, 1.5)
    assert "north" not in kept
    kept, wrong = read("bindings", what=["neck", "wrists", "neck"], kept="no", units="AQ-1")
    assert (kept, wrong) == ({"what": ["wrists", "neck"], "kept": False, "units": "AQ-1"}, set())
    kept, wrong = read(
        "arrival", arrived="2026-03-01T10:00+03:00",
        people=[{"who": "Officer", "office": "Police", "arrived": "٨:٠٥", "left": ""}, {"who": " "}],
    )  # fmt: skip
    assert kept == {
        "arrived": "2026-03-01T07:00Z",
        "people": [{"who": "Officer", "office": "Police", "arrived": "08:05"}],
    }


@pytest.mark.parametrize(
    ("key", "question", "value", "code"),
    [
        ("datum", "error_m", "much", "scene.not-a-number"),
        ("datum", "error_m", "1,000,000", "scene.not-a-number"),
        ("datum", "error_m", float("nan"), "scene.not-a-number"),
        ("datum", "error_m", True, "scene.not-a-number"),
        ("datum", "error_m", 10**400, "scene.not-a-number"),
        ("datum", "datum", 7, "scene.not-text"),
        ("datum", "datum", "x" * 4001, "record.too-long"),
        ("datum", "datum", "a\0b", "record.unreadable-text"),
        ("datum", "method", "radar", "record.unknown-word"),
        ("datum", "method", ["phone"], "record.unknown-word"),
        ("datum", "position", "somewhere", None),
        ("datum", "position", {"latitude": 91, "longitude": 0}, "scene.not-a-position"),
        ("datum", "position", {"latitude": "34", "longitude": 36}, "scene.not-a-position"),
        ("datum", "position", {"latitude": 34, "longitude": 36, "name": "x"}, "scene.not-a-position"),
        ("conditions", "ground", "dry", "record.unknown-word"),
        ("conditions", "ground", [["dry"]], "record.unknown-word"),
        ("approach", "marked", "maybe", "scene.not-yes-or-no"),
        ("arrival", "arrived", "2026-03-01T10:00", "scene.not-a-time"),
        ("arrival", "arrived", "0001-01-01T00:00+14:00", "scene.not-a-time"),
        ("arrival", "people", "Officer", "scene.not-people"),
        ("arrival", "people", [{"name": "Officer"}], "scene.not-people"),
        ("arrival", "people", [{"office": "Police"}], "scene.nobody-named"),
        ("arrival", "people", [{"who": "A", "arrived": "25:00"}], "scene.not-an-hour"),
        ("arrival", "people", [{"who": "A"}] * 41, "scene.too-many-people"),
        ("arrival", "weather", "rain", "scene.unknown-question"),
    ],
)
def test_wrong_answers_are_named(key, question, value, code):
    kept, wrong = read(key, **{question: value})
    assert not kept
    ((found, field),) = wrong
    assert found == code or (code is None and found.startswith("coordinates."))
    assert field == ("values" if code == "scene.unknown-question" else question)
