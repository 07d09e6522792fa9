"""``amana kinship lineage`` as somebody types it."""

from __future__ import annotations

import csv
import json

import pytest

from amana.cli.entry import main

REMAINS = """remains,sex,mt_range,mtdna,DYS19,DYS391,DYS385a,DYS385b,TH01
R1,M,HVS-I HVS-II,16126C 73G 263G 315.1C,14,10,11,14,6/7
R2,M,CR,150T 152C 263G,17,13,11,17,
R3,,,,,,,,
"""
FAMILIES = """family,person,father,mother,sex,missing,mt_range,mtdna,DYS19,DYS391,DYS385
F1,grandfather,,,M,,,,14,10,11-14
F1,father,grandfather,,M,,,,,,
F1,mother,,,F,,CR,73G 263G 309.1C 315.1C 16126C,,,
F1,son,father,mother,M,yes,,,,,
F1,daughter,father,mother,F,yes,,,,,
"""
DATABASE = """count,mt_range,mtdna,DYS19,DYS391,DYS385
99,CR,263G 315.1C,15,11,11/11
"""


@pytest.fixture
def folder(tmp_path):
    for name, text in (("r.csv", REMAINS), ("f.csv", FAMILIES), ("d.csv", DATABASE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(capsys, folder, *more: object) -> tuple[int, str]:
    files = ["--remains", str(folder / "r.csv"), "--families", str(folder / "f.csv")]
    status = main(["kinship", "lineage", *files, *map(str, more)])
    return status, capsys.readouterr().out


def test_with_a_database_there_is_a_number_and_whom_it_is_against(capsys, folder):
    status, text = run(capsys, folder, "--database", folder / "d.csv", "--out", folder / "o.csv", "--json")
    assert status == 0
    report = json.loads(text)
    assert (report["compared"], report["excluded"]) == (
        2,
        1,
    )  # R2 is a man, and the daughter has no Y to share
    (pair,) = report["pairs"]
    assert (pair["remains"], pair["family"], pair["missing"]) == ("R1", "F1", "son")
    told = {e["line"]: e for e in pair["evidence"]}
    assert (told["Y"]["relative"], told["Y"]["meioses"], told["mt"]["relative"]) == (
        "grandfather",
        2,
        "mother",
    )
    assert pair["log10_lr_against_unrelated"] == pytest.approx(sum(e["log10_lr"] for e in told.values()))
    assert "same line" in pair["says"]
    lines = {t["missing"]: t["lines"] for t in report["targets"]}
    assert lines["son"]["Y"] == {"sharing": {"father": 1, "grandfather": 2}, "typed": {"grandfather": 2}}
    assert lines["daughter"]["Y"]["sharing"] == {}
    with (folder / "o.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(r["remains"], r["line"], r["verdict"]) for r in rows} == {
        ("R1", "Y", "match"), ("R1", "mt", "match"), ("R2", "Y", "exclusion"), ("R2", "mt", "exclusion"),
    }  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [("en", "A filter only"), ("ar", "غربلة فقط")])
def test_without_a_database_it_is_a_filter(capsys, folder, language, words):
    status, text = run(capsys, folder, "--lang", language)
    assert status == 0
    assert words in text
    assert "log10 LR" not in text
    status, text = run(capsys, folder, "--json")
    assert json.loads(text)["pairs"][0]["log10_lr_against_unrelated"] is None


def test_every_fault_is_told_with_its_place(capsys, folder):
    (folder / "r.csv").write_text(
        "remains,sex,mt_range,mtdna,DYS19\n"
        "R1,F,,,14\n"
        "R2,M,,73G,x\n"
        "R3,M,CR 9-99999,73G,\n"
        "R4,M,CR,73D 3010A,\n"
        "R5,M,CR,,14\n",
        encoding="utf-8",
    )
    (folder / "f.csv").write_text(
        FAMILIES.replace("F1,son,father,mother,M,yes,,,", "F1,son,father,mother,M,yes,,,14")
    )
    (folder / "d.csv").write_text(DATABASE.replace("99", "few"))
    status, text = run(capsys, folder, "--database", folder / "d.csv", "--json")
    assert status == 2
    found = {(p["code"], p["file"], p["row"]) for p in json.loads(text)["problems"]}
    assert found == {
        ("lineage.y-in-female", "r.csv", 2), ("lineage.bad-y-call", "r.csv", 3),
        ("mtdna.no-range", "r.csv", 3), ("mtdna.bad-range", "r.csv", 4), ("mtdna.ambiguous-d", "r.csv", 5),
        ("mtdna.outside-range", "r.csv", 5), ("mtdna.only-range", "r.csv", 6),
        ("register.missing-typed", "f.csv", 5), ("lineage.bad-count", "d.csv", 2),
        ("lineage.small-database", "d.csv", None),
    }  # fmt: skip


def test_bad_options_and_tables_without_haplotypes(capsys, folder):
    status, text = run(capsys, folder, "--theta", "1", "--confidence", "0", "--out", "x.parquet", "--json")
    assert status == 2
    assert [p["code"] for p in json.loads(text)["problems"]] == [
        "screen.bad-option", "screen.bad-option", "lineage.output-format",
    ]  # fmt: skip
    (folder / "r.csv").write_text("remains,sex,TH01\nR1,M,6/7\n")
    status, text = run(capsys, folder, "--json")
    assert (status, [p["code"] for p in json.loads(text)["problems"]]) == (2, ["lineage.nothing-typed"])
