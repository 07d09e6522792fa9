"""Calibration: the page says what the figures say, and the figures are the program's."""

from __future__ import annotations

import json
import math

import numpy as np

from validation import calibration, calibration_page

FIGURES = json.loads(calibration_page.RESULTS.read_text(encoding="utf-8"))


def test_page_and_pictures_are_made_from_the_figures():
    for path, text in calibration_page.files(FIGURES).items():
        assert path.read_text(encoding="utf-8") == text, f"remake {path.name}"


def test_figures_are_of_every_scenario_as_it_is_now():
    assert [(s["name"], s["what"]) for s in FIGURES] == [(s.name, s.what) for s in calibration.SCENARIOS]


def test_posteriors_of_a_right_model_come_true():
    """The sum of the posteriors is the expected number of true pairs, within four standard deviations."""
    found = calibration.one_world(
        calibration.SCENARIOS[0], np.random.default_rng([1, 0]), calibration.model_markers()
    )
    spread = math.sqrt(float((found.posterior * (1 - found.posterior)).sum()))
    assert abs(found.posterior.sum() - found.true.sum()) < 4 * spread
    assert spread < 6  # otherwise the bound would say nothing


def test_shipped_figures_come_true_where_the_model_is_right():
    right = next(s for s in FIGURES if s["name"] == "right")
    for at in right["thresholds"]:
        assert abs(at["wrong"] - at["expected_wrong"]) <= 4 * math.sqrt(at["expected_wrong"]) + 1
    for support in right["false_support"]:
        assert support["reached"] <= support["pairs"] * 10.0 ** -support["log10_lr"]
