"""``amana kinship same`` and ``blind``."""

from __future__ import annotations

import csv
import json

import pytest

from amana.cli.entry import main

MARKERS = [f"M{m}" for m in range(10)]
BROTHER = ["20/21", "20/22", "20/23", "20/21", "20/22", "20/23", "20/21", "20/22", "20/23", "20/21"]
OTHER = ["24/24", "24/24", "24/24", "24/24", "24/24", "24/24", "24/24", "24/24", "24/24", "24/24"]


@pytest.fixture
def tables(tmp_path):
    with (tmp_path / "frequencies.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["allele", *MARKERS])
        writer.writerows([str(a), *(0.2 for _ in MARKERS)] for a in range(20, 25))
    rows = [
        ("b-skull", "M", "skull", "", "B", BROTHER),
        ("b-femur", "M", "femur", "left", "B", BROTHER),
        ("c-femur", "M", "femur", "left", "C", BROTHER),
        ("d-rib", "M", "rib", "", "B", OTHER),
    ]
    with (tmp_path / "remains.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["remains", "sex", "element", "side", "body", *MARKERS])
        writer.writerows([*r[:5], *r[5]] for r in rows)
    return tmp_path


def call(tables, verb, *more):
    return main(
        ["kinship", verb, "--remains", str(tables / "remains.csv"), "--frequencies",
         str(tables / "frequencies.csv"), *more]
    )  # fmt: skip


def test_same_shows_what_stands_against_a_cluster(tables, capsys):
    assert call(tables, "same", "--min-log10-lr", "6", "--out", str(tables / "pairs.csv"), "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["compared"] == 6
    assert report["pairs"] == 3
    [one] = report["clusters"]
    assert one["members"] == ["b-femur", "b-skull", "c-femur"]
    assert one["twice"] == ["femur left"]
    assert one["bodies"] == ["B", "C"]
    assert not one["joined"]
    assert one["apart"] == one["disagree"] == []
    assert report["torn"] == {"B": [["b-femur", "d-rib"], ["b-skull", "d-rib"]]}
    with (tables / "pairs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(r["first"], r["second"], r["markers"], r["joined"]) for r in rows] == [
        ("b-femur", "b-skull", "10", "no"), ("b-femur", "c-femur", "10", "no"),
        ("b-skull", "c-femur", "10", "no"),
    ]  # fmt: skip
    # Both show a heterozygote of frequency 2 × 0.2 × 0.2 at each of ten markers.
    assert float(rows[0]["log10_lr"]) == pytest.approx(10 * 1.0969100130, abs=1e-6)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("verb", ["same", "blind"])
def test_words(tables, capsys, verb, language):
    assert call(tables, verb, "--min-log10-lr", "2", "--lang", language) == 0
    said = capsys.readouterr().out
    assert "b-skull" in said
    assert "c-femur" in said


def test_blind_bounds_chance(tables, capsys):
    assert call(tables, "blind", "--min-log10-lr", "2", "--out", str(tables / "relatives.csv")) == 0
    with (tables / "relatives.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3
    for row in rows:
        best = max(float(row[f"log10_lr_{r}"]) for r in ("parent_child", "siblings", "half_siblings"))
        # Any of three relations could have been the best.
        assert float(row["chance"]) == pytest.approx(min(6, 3 * 6 * 10**-best), rel=1e-2)
        assert float(row["log10_lr_same"]) > best


@pytest.mark.parametrize("shared", [True, False])
def test_pairs_that_exclude_are_told_from_those_that_say_too_little(tables, capsys, shared):
    # The skull is not typed at M9.  There left and right differ; or they have no marker in common at all.
    calls = {
        "skull": [*BROTHER[:9], ""],
        "left": [*BROTHER[:5], *[""] * 4, "24/24"],
        "right": [*[""] * 4, *BROTHER[4:]] if shared else [*[""] * 5, *BROTHER[5:9], ""],
    }
    rows = [["remains", "sex", *MARKERS], *([name, "M", *c] for name, c in calls.items())]
    (tables / "remains.csv").write_text("\n".join(map(",".join, rows)) + "\n", encoding="utf-8")
    more = ("--min-log10-lr", "4", "--against-sibling", "1")
    assert call(tables, "same", *more, "--json") == 0
    [one] = json.loads(capsys.readouterr().out)["clusters"]
    assert one["members"] == ["left", "right", "skull"]
    assert not one["joined"]
    assert one["apart"] == [["left", "right"]]
    assert one["disagree"] == ([["left", "right"]] if shared else [])
    assert call(tables, "same", *more) == 0
    assert ("Two people: " in capsys.readouterr().out) == shared


def test_a_site_is_no_body(tables, capsys, monkeypatch):
    monkeypatch.setattr("amana.interchange.direct_tables.MOST_IN_A_BODY", 2)
    assert call(tables, "same", "--out", str(tables / "pairs.csv"), "--json") == 2
    said = capsys.readouterr()
    assert "direct.large-body" in said.out + said.err
    assert not (tables / "pairs.csv").exists()


def test_faults_name_the_cell_and_nothing_is_written(tables, capsys):
    path = tables / "remains.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("20/22", "20-22", 1), encoding="utf-8")
    assert call(tables, "same", "--out", str(tables / "pairs.csv")) == 2
    said = capsys.readouterr()
    assert "remains.csv" in said.out + said.err
    assert "M1" in said.out + said.err
    assert not (tables / "pairs.csv").exists()
    assert call(tables, "blind", "--theta", "2", "--out", "pairs.txt") == 2
