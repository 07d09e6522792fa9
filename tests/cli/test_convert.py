"""``amana kinship convert``, and other programs' files as the verbs take them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from amana.cli.entry import main
from tests.interchange.base import write
from tests.interchange.familias_files import IDENTIFICATION, KINSHIP, fam

REFERENCE = Path(__file__).resolve().parents[2] / "validation" / "reference" / "kinship_cases.json.gz"


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    status = main([str(a) for a in arguments])
    return (status, *capsys.readouterr())


def test_a_reference_case_has_the_same_digits_after_the_round(capsys, tmp_path):
    out = tmp_path / "case.fam"
    options = ("--to", "fam", "--id", "02_trio_small", "--out", out)
    status, _, err = run(capsys, "kinship", "convert", REFERENCE, *options)
    assert (status, err) == (0, "")
    before = json.loads(run(capsys, "kinship", "likelihood", REFERENCE, "--json")[1])["cases"]
    (after,) = json.loads(run(capsys, "kinship", "likelihood", out, "--json")[1])["cases"]
    (same,) = (c["hypotheses"] for c in before if c["id"] == "02_trio_small")
    assert after["hypotheses"] == same


def test_a_folder_goes_to_familias_and_back(capsys, tmp_path):
    (tmp_path / "in").mkdir()
    write(tmp_path / "in")
    file, again = tmp_path / "c.fam", tmp_path / "again"
    assert run(capsys, "kinship", "convert", tmp_path / "in", "--to", "fam", "--out", file)[0] == 0
    status, out, err = run(capsys, "kinship", "convert", file, "--to", "folder", "--out", again)
    assert (status, err) == (0, "")
    assert str(again) in out
    results = [json.loads(run(capsys, "identify", path, "--prior", "flat", "--json")[1])
               for path in (tmp_path / "in", file, again)]  # fmt: skip
    assert results[0]["marginal"] == results[1]["marginal"] == results[2]["marginal"]


def test_what_is_left_out_is_told(capsys, tmp_path):
    (tmp_path / "in").mkdir()
    write(tmp_path / "in")
    convert = ("kinship", "convert", tmp_path / "in", "--to", "fam", "--out")
    status, _, err = run(capsys, *convert, tmp_path / "c.fam")
    assert status == 0
    assert "Identifiers of samples" in err
    status, out, _ = run(capsys, *convert, tmp_path / "d.fam", "--json")
    assert [w["code"] for w in json.loads(out)["warnings"]] == ["familias.write-samples"]


def test_a_message_needs_who_sends_it(capsys, tmp_path):
    (tmp_path / "in").mkdir()
    write(tmp_path / "in")
    options = ("--to", "cmf", "--out", tmp_path / "m.xml")
    status, _, err = run(capsys, "kinship", "convert", tmp_path / "in", *options)
    assert status == 2
    assert "--destination-ori" in err
    assert not (tmp_path / "m.xml").exists()
    sender = ("--destination-ori", "AB1", "--source-lab", "AB2", "--user", "me")
    assert run(capsys, "kinship", "convert", tmp_path / "in", *options, *sender)[0] == 0
    assert "CODISImportFile" in (tmp_path / "m.xml").read_text("utf-8")


def test_familias_files_go_straight_into_the_verbs(capsys, tmp_path):
    status, out, _ = run(capsys, "kinship", "likelihood", fam(tmp_path, KINSHIP))
    assert status == 0
    assert "related" in out
    status, out, _ = run(capsys, "identify", fam(tmp_path, IDENTIFICATION), "--json")
    assert status == 0
    assert set(json.loads(out)["marginal"]) == {"K1", "K2"}


def test_a_familias_case_goes_to_json(capsys, tmp_path):
    path = fam(tmp_path, IDENTIFICATION)
    assert run(capsys, "kinship", "convert", path, "--to", "json", "--out", tmp_path / "c.json")[0] == 0
    one, other = (json.loads(run(capsys, "identify", p, "--json")[1]) for p in (path, tmp_path / "c.json"))
    assert one["marginal"] == other["marginal"]


@pytest.mark.parametrize(("arguments", "code"), [
    (("IN", "--to", "fam", "--out", "IN"), "convert.exists"),
    (("IN", "--to", "fam", "--out", "nowhere/c.fam"), "convert.no-folder"),
    ((REFERENCE, "--to", "fam", "--out", "c.fam"), "convert.which"),
    ((REFERENCE, "--to", "fam", "--out", "c.fam", "--id", "no such"), "convert.which"),
    (("nothing.fam", "--to", "folder", "--out", "c"), "file.missing"),
], ids=["exists", "no folder", "which", "no such", "missing"])  # fmt: skip
def test_wrong_input_writes_nothing(capsys, tmp_path, monkeypatch, arguments, code):
    monkeypatch.chdir(tmp_path)
    Path("IN").mkdir()
    write(Path("IN"))
    status, out, err = run(capsys, "kinship", "convert", *arguments, "--json")
    assert status == 2
    assert code in out + err
    assert [p.name for p in tmp_path.iterdir()] == ["IN"]
