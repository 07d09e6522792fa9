"""The verbs as somebody types them: what is printed, and what wrong input gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from amana.cli.entry import main

REFERENCE = Path(__file__).resolve().parents[2] / "validation" / "reference"
JOINT = next((REFERENCE / "joint").glob("own_three_families_partial.json*"))


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    status = main([*arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_likelihoods_as_json(capsys):
    status, out, _ = run(capsys, "kinship", "likelihood", str(REFERENCE / "kinship_cases.json.gz"), "--json")
    cases = {c["id"]: c["hypotheses"] for c in json.loads(out)["cases"]}
    assert status == 0
    assert cases["01_singleton"]["H1"]["loglik_total"] == pytest.approx(-4.52820914485196, rel=1e-12)
    impossible = cases["02_trio_small"]["H1"]
    assert impossible["loglik"][2] == "-Inf"
    assert impossible["loglik_total"] == "-Inf"


def test_pruning_is_an_option(capsys):
    path = str(REFERENCE / "kinship_cases.json.gz")
    totals = []
    for option in ((), ("--prune-untyped",)):
        _, out, _ = run(capsys, "kinship", "likelihood", path, "--json", *option)
        found = {c["id"]: c["hypotheses"]["H1"]["loglik_total"] for c in json.loads(out)["cases"]}
        totals.append(found["21_grandparent_stepwise24"])
    assert totals == pytest.approx([-150.87371407, -150.86815980], abs=1e-8)


def test_identification_as_json_keeps_the_laboratory_apart(capsys):
    _, out, _ = run(capsys, "identify", str(JOINT), "--prior", "flat", "--json")
    document = json.loads(out)
    assert set(document["pairwise"]) == {"rows", "cols", "lr"}
    assert document["marginal"]["V2"]["M3"] == pytest.approx(0.999999917872667, abs=1e-9)
    assert "laboratory" not in document
    assert "by_marker" not in out
    _, out, _ = run(capsys, "identify", str(JOINT), "--prior", "flat", "--json", "--laboratory")
    assert set(json.loads(out)["laboratory"]["log10_lr_by_marker"]) == set(document["pairwise"]["rows"])


def test_a_manifest_moves_the_posterior_and_not_the_ratio(capsys):
    _, out, _ = run(capsys, "identify", str(JOINT), "--json")
    open_list = json.loads(out)
    _, out, _ = run(capsys, "identify", str(JOINT), "--json", "--manifest", "passengers")
    manifest = json.loads(out)
    assert manifest["settings"]["manifest"] == "passengers"
    for victim, ratios in open_list["generalised_log10_lr"].items():
        assert manifest["generalised_log10_lr"][victim] == pytest.approx(ratios)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_reports_are_written_and_the_table_is_in_the_language(capsys, tmp_path, language):
    status, out, _ = run(capsys, "identify", str(JOINT), "--out", str(tmp_path / "r"), "--lang", language)
    assert status == 0
    assert {"incident.pdf", "laboratory-annex.pdf", "result.json", "victims"} == {
        p.name for p in (tmp_path / "r").iterdir()
    }
    assert ("reaches threshold" if language == "en" else "يبلغ العتبة") in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("identify", "nowhere"), "nowhere"),
        (("identify", str(JOINT), "--prior", "2"), "2"),
        (("identify", str(JOINT), "--prior", "often"), "often"),
        (("identify", str(JOINT), "--theta", "1.5"), "1.5"),
        (("identify", str(JOINT), "--lr-threshold", "nan"), "nan"),
        (("kinship", "likelihood", str(JOINT)), JOINT.name),
        (("kinship", "likelihood", "nowhere.json"), "nowhere.json"),
    ],
)
def test_wrong_input_is_said_and_ends_with_2(capsys, arguments, said):
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert said in err
    assert "Traceback" not in err


def test_the_demo_finds_nothing_false_and_is_not_computed_twice(capsys, tmp_path):
    folder = tmp_path / "demo"
    status, out, _ = run(capsys, "demo", "--out", str(folder), "--json")
    first = json.loads(out)
    assert status == 0
    assert first["wrong"] == 0
    assert first["score"]["at_threshold"] >= 15
    assert first["score"]["nobody_left"] == first["score"]["nobody_listed"] == 2
    assert first["inconsistent_families"] == ["SYN-F10"]
    _, out, _ = run(capsys, "demo", "--out", str(folder), "--json")
    assert json.loads(out)["when"] == first["when"]
    assert json.loads(out) == first
    (folder / "reports" / "en" / "incident.pdf").unlink()
    _, out, _ = run(capsys, "demo", "--out", str(folder), "--no-serve")
    assert (folder / "reports" / "en" / "incident.pdf").is_file()
    assert "nobody listed" in out
