"""``amana kinship power`` and ``next`` as somebody types them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from amana.cli.entry import main
from amana.interchange.power_tables import NEXT_COLUMNS, POWER_COLUMNS

FREQUENCIES = "Allele,A,B\n10,0.3,0.25\n11,0.5,0.25\n12,0.2,0.5\n"
FAMILIES = """family,person,father,mother,sex,missing,available,cost,A,B
F1,father,,,M,,,,10/11,11/12
F1,mother,,,F,,yes,2,,
F1,son,father,mother,M,yes,,,,
F1,daughter,father,mother,F,,yes,,,
F2,father,,,M,,,,,
F2,mother,,,F,,نعم,,,
F2,son,father,mother,M,yes,,,,
F2,second,father,mother,M,yes,,,,
F2,daughter,father,mother,F,,no,,10/10,12/12
"""


@pytest.fixture
def files(tmp_path) -> list[str]:
    (tmp_path / "frequencies.csv").write_text(FREQUENCIES, encoding="utf-8")
    (tmp_path / "families.csv").write_text(FAMILIES, encoding="utf-8")
    return [
        "--families", str(tmp_path / "families.csv"), "--frequencies", str(tmp_path / "frequencies.csv"),
        "--threshold", "0.3", "--out", str(tmp_path / "out.csv"),
    ]  # fmt: skip


def run(capsys, what: str, *arguments: str) -> tuple[int, str]:
    status = main(["kinship", what, *arguments])
    return status, capsys.readouterr().out


def table(files: list[str]) -> list[dict[str, str]]:
    with Path(files[-1]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_power_of_every_missing_person_is_written(capsys, files):
    status, out = run(capsys, "power", *files, "--json")
    assert status == 0
    report = json.loads(out)
    rows = table(files)
    assert tuple(rows[0]) == POWER_COLUMNS
    assert [(r["family"], r["missing"]) for r in rows] == [("F1", "son"), ("F2", "second"), ("F2", "son")]
    assert rows[1]["mean_found"] == rows[2]["mean_found"]  # brothers
    assert report["missing"] == 3
    weak = {r["family"] for r in rows if r["under_powered"]}
    assert weak == set(report["under_powered_families"])
    expected = sum(float(r["p_reached_found"]) for r in rows)
    assert report["expected_reached"] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_next_of_one_family_is_exact_and_ranked(capsys, files, language):
    assert run(capsys, "next", *files, "--family", "F1", "--lang", language)[0] == 0
    rows = table(files)
    assert tuple(rows[0]) == NEXT_COLUMNS
    assert {r["persons"] for r in rows} == {"mother", "daughter"}
    assert {r["persons"]: r["cost"] for r in rows} == {"mother": "2", "daughter": "1"}
    assert {r["basis"] for r in rows} == {"exact"}
    rates = [float(r["reached_gain"]) / float(r["cost"]) for r in rows]
    assert rates == sorted(rates, reverse=True)
    assert all(float(r["log10_lr_gain"]) > 0 for r in rows)


def test_next_of_a_register_keeps_to_the_budget_and_says_the_bound(capsys, files):
    status, out = run(capsys, "next", *files, "--budget", "2", "--draws", "50", "--aim", "log10-lr", "--json")
    assert status == 0
    report = json.loads(out)
    assert report["cost"] <= 2
    assert 0 < report["gain"] <= report["bound"]
    gains = sum(s["log10_lr_gain"] for s in report["samples"])
    assert gains == pytest.approx(report["gain"])
    assert [r["basis"] for r in table(files)] == ["shape"] * len(report["samples"])
    # One sample of the mother serves both sons of the second family.
    assert ("F2", ["mother"]) in [(s["family"], s["persons"]) for s in report["samples"]]


def test_shuffled_families_give_the_same_bytes(capsys, files):
    arguments = [*files, "--budget", "3", "--draws", "50"]
    assert run(capsys, "next", *arguments)[0] == 0
    first = Path(files[-1]).read_bytes()
    lines = FAMILIES.splitlines()
    Path(files[1]).write_text("\n".join([lines[0], *lines[5:], *lines[1:5]]), encoding="utf-8")
    assert run(capsys, "next", *arguments)[0] == 0
    assert Path(files[-1]).read_bytes() == first


@pytest.mark.parametrize(
    ("what", "options", "code"),
    [
        ("next", ["--family", "F9"], "power.unknown-family"),
        ("next", ["--budget", "0"], "screen.bad-option"),
        ("power", ["--limit", "2"], "screen.bad-option"),
        ("power", ["--out", "hits.parquet"], "power.output-format"),
    ],
)
def test_what_cannot_be_asked_is_refused(capsys, files, what, options, code):
    status, out = run(capsys, what, *files, *options, "--json")
    assert status == 2
    assert [p["code"] for p in json.loads(out)["problems"]] == [code]
    assert not Path(files[-1]).exists()


def test_without_the_column_nobody_is_taken_to_be_alive(capsys, files):
    cut = [",".join(c for i, c in enumerate(line.split(",")) if i != 6) for line in FAMILIES.splitlines()]
    Path(files[1]).write_text("\n".join(cut), encoding="utf-8")
    status, out = run(capsys, "next", *files, "--json")
    assert (status, json.loads(out)["problems"][0]["code"]) == (2, "power.nobody-available")
    assert run(capsys, "next", *files, "--family", "F2", "--all-untyped")[0] == 0
    assert {r["persons"] for r in table(files)} == {"father", "mother"}


def test_bad_cells_are_told_together(capsys, files):
    text = FAMILIES.replace(",yes,2,", ",perhaps,-1,")
    Path(files[1]).write_text(text, encoding="utf-8")
    status, out = run(capsys, "next", *files, "--json")
    assert status == 2
    found = [(p["code"], p["row"], p["field"]) for p in json.loads(out)["problems"]]
    assert found == [("register.bad-available", 3, "available"), ("register.bad-cost", 3, "cost")]
