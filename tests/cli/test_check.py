"""``amana kinship check`` as somebody types it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from amana.cli.entry import main
from amana.simulation.genes import drop_genes
from amana.simulation.register import MUTATION, simulate_register
from amana.simulation.register_writing import write_register
from amana.simulation.tables import demo_table, markers_of
from tests.kinship.examples import people

TRUE = people("father - - M", "mother - - F", "other - - M", "son father mother M", "daughter other mother F")
TELLING = ("not of", "swapped", "outside", "cousin", "posterior", "ليس من", "أبناء عمومة")
MARKERS = markers_of(demo_table("levant"), MUTATION)


def calls_of(seed: int) -> dict[str, dict[str, str]]:
    rng = np.random.default_rng(seed)
    genes = [drop_genes(TRUE, m, rng) for m in MARKERS]
    return {
        p.id: {g.marker.name: "/".join(g.marker.alleles[a] for a in g.of(p.id)[0]) for g in genes}
        for p in TRUE.persons
    }


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    columns = list(dict.fromkeys(c for row in rows for c in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """F1 is as declared, F2's daughter is not the father's."""
    place = tmp_path_factory.mktemp("check")
    write_register(simulate_register(1, 1, seed=4), place / "register")
    rows = []
    for family, seed in (("F1", 1), ("F2", 2)):
        calls = calls_of(seed)
        child = {"F1": "son", "F2": "daughter"}[family]
        rows += [
            {"family": family, "person": "father", "sex": "M", **calls["father"]},
            {"family": family, "person": "mother", "sex": "F", **calls["mother"]},
            {"family": family, "person": "child", "father": "father", "mother": "mother", **calls[child]},
            {"family": family, "person": "lost", "father": "father", "mother": "mother", "missing": "yes"},
        ]
    columns = ("family", "person", "father", "mother", "sex", "missing")
    write(place / "families.csv", [{**dict.fromkeys(columns, ""), **row} for row in rows])
    item = {"item": "razor", "family": "F1", "person": "lost", **calls_of(9)["son"]}
    write(place / "items.csv", [item])
    technician = calls_of(5)["other"]
    write(place / "samples.csv", [
        {"sample": "S1", "role": "remains", "plate": "P1", **calls_of(1)["son"]},
        {"sample": "S2", "role": "remains", "plate": "P1", **technician},
        {"sample": "S3", "role": "relative", "plate": "P1", **calls_of(1)["son"]},
        {"sample": "S4", "role": "blank", "plate": "P1"},
        {"sample": "S5", "role": "remains", "plate": "P2", **calls_of(6)["son"]},
    ])  # fmt: skip
    write(place / "elimination.csv", [
        {"person": "T1", "group": "laboratory", "consent": "elimination", **technician},
    ])  # fmt: skip
    return place


def run(capsys, what: str, folder: Path, *more: object) -> tuple[int, str, str]:
    frequencies = folder / "register" / "frequencies.csv"
    status = main(["kinship", "check", what, "--frequencies", str(frequencies), *map(str, more)])
    out, err = capsys.readouterr()
    return status, out, err


def families(folder: Path) -> tuple[object, ...]:
    return "--families", folder / "families.csv", "--mutation", folder / "register" / "mutation.csv"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_flag_is_discreet(capsys, folder, tmp_path, language):
    out = tmp_path / "flags.csv"
    status, text, _ = run(capsys, "families", folder, *families(folder), "--lang", language, "--out", out)
    assert status == 1
    assert "F2" in text
    assert "F1" not in text
    assert not any(word in text for word in TELLING)
    assert out.read_text(encoding="utf-8") == "family\nF2\n"
    _, text, _ = run(capsys, "families", folder, *families(folder), "--json")
    report = json.loads(text)
    assert report["flagged"] == ["F2"]
    assert not {"evidence", "items"} & set(report)
    assert "father" not in json.dumps({k: v for k, v in report.items() if k != "warnings"})


def test_the_laboratory_sees_why(capsys, folder, tmp_path):
    out = tmp_path / "evidence.csv"
    more = ("--items", folder / "items.csv", "--laboratory", "--json", "--out", out)
    status, text, _ = run(capsys, "families", folder, *families(folder), *more)
    assert status == 1
    report = json.loads(text)
    by_family = {e["family"]: e["alternatives"] for e in report["evidence"]}
    assert (by_family["F1"][0]["kind"], by_family["F1"][0]["samples"]) == ("item", ["razor"])
    assert (by_family["F2"][0]["kind"], by_family["F2"][0]["people"]) == ("father", ["father", "child"])
    assert [(i["item"], i["log10_lr"] < -2) for i in report["items"]] == [("razor", True)]
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(r["family"], r["rank"], r["kind"]) for r in rows} >= {("F1", "1", "item"), ("F2", "1", "father")}
    _, text, _ = run(capsys, "families", folder, *families(folder), "--laboratory", "--lang", "en")
    assert "child not of the declared father father" in text


def test_contamination_is_reported_until_shown_otherwise(capsys, folder, tmp_path):
    out = tmp_path / "matches.csv"
    tables = ("--samples", folder / "samples.csv", "--elimination", folder / "elimination.csv")
    status, text, _ = run(capsys, "contamination", folder, *tables, "--json", "--out", out)
    assert status == 1
    report = json.loads(text)
    matches = {(m["first"], m["second"]): m for m in report["matches"]}
    assert set(matches) == {("S2", "T1"), ("S1", "S3")}
    assert matches["S1", "S3"]["shared"] == ["plate P1"]
    assert report["without_clean_blank"] == [{"unit": "plate", "name": "P2", "unclean": [], "samples": 1}]
    with out.open(encoding="utf-8", newline="") as file:
        assert {(r["first"], r["second"]) for r in csv.DictReader(file)} == set(matches)
    for language, said in (("en", "until shown otherwise"), ("ar", "حتى يثبت غير ذلك")):
        _, text, _ = run(capsys, "contamination", folder, *tables, "--lang", language)
        assert said in text


def test_nothing_found_is_status_0(capsys, folder, tmp_path):
    one = write(tmp_path / "samples.csv", [{"sample": "S1", "role": "remains", **calls_of(1)["son"]}])
    assert run(capsys, "contamination", folder, "--samples", one)[0] == 0


def test_every_fault_is_named_and_nothing_written(capsys, folder, tmp_path):
    marker = MARKERS[0].name
    samples = write(tmp_path / "samples.csv", [
        {"sample": "S1", "role": "suspect", marker: "12/13"},
        {"sample": "S2", "role": "remains", marker: "12/13/14"},
    ])  # fmt: skip
    elimination = write(tmp_path / "elimination.csv", [
        {"person": "T1", "group": "laboratory", "consent": "", marker: "12/13"},
        {"person": "T2", "group": "laboratory", "consent": "any", marker: "12/13"},
    ])  # fmt: skip
    tables = ("--samples", samples, "--elimination", elimination)
    out = tmp_path / "matches.csv"
    status, text, _ = run(capsys, "contamination", folder, *tables, "--json", "--out", out)
    assert status == 2
    assert [(p["code"], p["row"]) for p in json.loads(text)["problems"] if not p["warning"]] == [
        ("register.mixture", 3), ("contamination.bad-role", 2),
        ("contamination.no-consent", 2), ("contamination.no-consent", 3),
    ]  # fmt: skip
    items = write(tmp_path / "items.csv", [{"item": "r", "family": "F1", "person": "who", marker: "12/13"}])
    status, text, _ = run(
        capsys, "families", folder, *families(folder), "--items", items, "--json", "--out", out
    )
    assert [(p["code"], p["row"]) for p in json.loads(text)["problems"] if not p["warning"]] == [
        ("quality.item-of-nobody", 2)
    ]
    assert not out.exists()
    more = ("--out", tmp_path / "x.pdf", "--json")
    status, text, _ = run(capsys, "families", folder, *families(folder), *more)
    assert (status, json.loads(text)["problems"][0]["code"]) == (2, "lineage.output-format")
