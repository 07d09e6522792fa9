"""``amana kinship index`` and ``search`` as somebody types them."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from amana.cli.entry import main
from amana.interchange import HITS_COLUMNS, prepared_files, read_prepared, update_prepared
from amana.simulation.register import simulate_register
from amana.simulation.register_writing import write_register

TABLES = ("families.csv.gz", "frequencies.csv", "mutation.csv")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("register")
    write_register(simulate_register(8, 4, seed=4), place)
    update_prepared(place.parent / "index", *(place / n for n in TABLES))
    return place


@pytest.fixture
def index(folder, tmp_path) -> Path:
    """A prepared register of one's own."""
    return Path(shutil.copytree(folder.parent / "index", tmp_path / "index"))


def run(capsys, what: str, *arguments: object) -> tuple[int, dict]:
    status = main(["kinship", what, *map(str, arguments), "--json"])
    return status, json.loads(capsys.readouterr().out)


def lines(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read().splitlines()


def families(folder: Path, path: Path, change=lambda rows: rows) -> Path:
    """The table of families with its rows changed."""
    header, *rows = lines(folder / "families.csv.gz")
    path.write_text("\n".join([header, *change(rows)]) + "\n", encoding="utf-8")
    return path


def inputs(folder: Path) -> list[object]:
    return ["--frequencies", folder / "frequencies.csv", "--mutation", folder / "mutation.csv"]


def hits(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def remains_file(folder: Path, path: Path, numbers=range(8), change=lambda row: row) -> Path:
    header, *rows = lines(folder / "remains.csv.gz")
    path.write_text("\n".join([header, *(change(rows[i]) for i in numbers)]) + "\n", encoding="utf-8")
    return path


def agree(found: list[dict[str, str]], screened: list[dict[str, str]]) -> None:
    """The same rows, as far as a search keeps them; posteriors rest on sums in single precision there."""
    kept = [r for r in screened if int(r["rank"]) <= 2 or float(r["log10_lr"]) >= 1]
    assert [(r["remains"], r["family"], r["missing"], r["rank"]) for r in found] == [
        (r["remains"], r["family"], r["missing"], r["rank"]) for r in kept
    ]
    for one, other in zip(found, kept, strict=True):
        for column in HITS_COLUMNS[3:]:
            if one[column] or other[column]:
                # Printed with six digits or more; an LR of exactly one is a logarithm of about 1e-17.
                assert float(one[column]) == pytest.approx(float(other[column]), rel=2e-5, abs=1e-9), column


def rare(row: str) -> str:
    """A profile with an allele that no table has at its first marker."""
    cells = row.split(",")
    cells[4] = "77/" + (cells[4].split("/")[0] or "77")
    return ",".join(cells)


@pytest.mark.parametrize("change", [lambda row: row, rare], ids=["as it is", "an allele never seen"])
def test_a_search_says_what_a_screening_of_the_same_profile_says(capsys, folder, tmp_path, change):
    one = remains_file(folder, tmp_path / "one.csv", [0], change)
    options = ["--remains", one, "--top", 2, "--min-log10-lr", 1]
    index = folder.parent / "index"
    before = {p.name: p.stat().st_mtime_ns for p in index.iterdir()}
    status, report = run(capsys, "search", "--index", index, *options, "--out", tmp_path / "found.csv")
    assert status == 0
    assert (report["rows_worked_out"] > 0) == (change is rare)
    status, _ = run(
        capsys, "screen", *options, "--families", folder / "families.csv.gz", *inputs(folder), "--check", 10,
        "--out", tmp_path / "screened.csv",
    )  # fmt: skip
    assert status == 0
    agree(hits(tmp_path / "found.csv"), hits(tmp_path / "screened.csv"))
    assert {p.name: p.stat().st_mtime_ns for p in index.iterdir()} == before


def everything(capsys, index: Path, remains: Path, out: Path) -> list[dict[str, str]]:
    options = ["--remains", remains, "--plain", "--top", 100]
    assert run(capsys, "search", "--index", index, *options, "--out", out)[0] == 0
    return hits(out)


def test_after_an_update_it_is_as_if_made_anew(capsys, folder, tmp_path, index):
    def change(rows: list[str]) -> list[str]:
        """The first family goes, one relative's first call is corrected to a rare allele, a family comes."""
        later = [r for r in rows if not r.startswith("F0000001,")]
        place = next(i for i, r in enumerate(later) if "/" in r)
        cells = later[place].split(",")
        cells[6] = "77/77"
        last = rows[-1].split(",")[0]
        copied = [r.replace(last, "A-new", 1) for r in rows if r.startswith(f"{last},")]
        return [*later[:place], ",".join(cells), *later[place + 1 :], *copied]

    changed = families(folder, tmp_path / "changed.csv", change)
    given = ["--families", changed, *inputs(folder)]
    status, updated = run(capsys, "index", "--index", index, "--verify", *given)
    assert status == 0
    status, anew = run(capsys, "index", "--index", tmp_path / "anew", *given)
    assert status == 0
    assert (updated["universe"], anew["universe"]) == (2, 1)
    assert 0 < updated["computed"] < anew["computed"] / 5  # one marker of 23, and a few rows
    remains = remains_file(folder, tmp_path / "remains.csv")
    found = everything(capsys, index, remains, tmp_path / "1.csv")
    assert found == everything(capsys, tmp_path / "anew", remains, tmp_path / "2.csv")
    assert {r["family"] for r in found} >= {"A-new"}
    named = set(json.loads((index / "manifest.json").read_text("utf-8"))["files"])
    assert {p.name for p in index.iterdir()} == named | {"manifest.json"}
    assert run(capsys, "index", "--index", index, *given)[1]["computed"] == 0


def test_alleles_of_remains_can_be_known_beforehand(capsys, folder, tmp_path, index):
    remains = remains_file(folder, tmp_path / "remains.csv", range(3), rare)
    given = ["--families", folder / "families.csv.gz", *inputs(folder), "--remains", remains]
    assert run(capsys, "index", "--index", index, *given)[1]["universe"] == 2
    _, report = run(
        capsys, "search", "--index", index, "--remains", remains, "--plain", "--out", tmp_path / "a.csv"
    )
    assert report["rows_worked_out"] == 0


def test_fst_is_part_of_what_is_prepared(capsys, folder, tmp_path):
    """Two markers of few alleles and the smallest families: sums under FST are long."""
    table = (folder / "frequencies.csv").read_text(encoding="utf-8").splitlines()
    short = [line if line.startswith("#") else ",".join(line.split(",")[:3]) for line in table]
    (tmp_path / "frequencies.csv").write_text("\n".join(short) + "\n", encoding="utf-8")

    def smallest(rows: list[str]) -> list[str]:
        count = Counter(r.split(",")[0] for r in rows)
        least = min(count.values())
        return [r for r in rows if count[r.split(",")[0]] == least]

    few = families(folder, tmp_path / "few.csv", smallest)
    given = ["--families", few, "--frequencies", tmp_path / "frequencies.csv", "--theta", 0.01]
    index = tmp_path / "index"
    assert run(capsys, "index", "--index", index, *given)[1]["theta"] == 0.01
    one = remains_file(folder, tmp_path / "one.csv", [0])
    options = ["--remains", one, "--top", 2, "--min-log10-lr", 1]
    assert run(capsys, "search", "--index", index, *options, "--out", tmp_path / "found.csv")[0] == 0
    run(capsys, "screen", *options, *given, "--check", 0, "--out", tmp_path / "screened.csv")
    agree(hits(tmp_path / "found.csv"), hits(tmp_path / "screened.csv"))


def damage(index: Path, how: str) -> None:
    manifest = json.loads((index / "manifest.json").read_text("utf-8"))
    table = index / manifest["markers"][0]["segments"][0]
    if how == "cut":
        table.write_bytes(table.read_bytes()[:-8])
    elif how == "flipped":
        data = bytearray(table.read_bytes())
        data[-1] ^= 1
        table.write_bytes(bytes(data))
    elif how == "gone":
        (index / "rows-1.npy").unlink()
    elif how == "changed":
        np.save(index / "rows-1.npy", np.load(index / "rows-1.npy")[:, ::-1])
    elif how == "no manifest":
        (index / "manifest.json").write_text("{", encoding="utf-8")
    else:
        key, value = ("version", 99) if how == "version" else ("markers", 5)
        (index / "manifest.json").write_text(json.dumps(manifest | {key: value}), encoding="utf-8")


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("cut", "prepared.damaged"),
        ("flipped", "prepared.damaged"),
        ("gone", "prepared.damaged"),
        ("changed", "prepared.damaged"),
        ("nonsense", "prepared.damaged"),
        ("no manifest", "prepared.not-one"),
        ("version", "prepared.other-version"),
    ],
)
def test_a_damaged_or_foreign_one_is_refused(capsys, folder, tmp_path, index, how, code):
    damage(index, how)
    out = tmp_path / "hits.csv"
    remains = folder / "remains.csv.gz"
    status, said = run(capsys, "search", "--index", index, "--remains", remains, "--verify", "--out", out)
    assert (status, [p["code"] for p in said["problems"]]) == (2, [code])
    assert not out.exists()


def test_a_crash_leaves_what_was_there(folder, tmp_path, index, monkeypatch):
    before = {p.name: p.read_bytes() for p in index.iterdir()}
    changed = families(folder, tmp_path / "few.csv", lambda rows: [r for r in rows if r < "F0000003"])

    def stopped(self, made):
        raise KeyboardInterrupt

    monkeypatch.setattr(prepared_files._Writer, "finish", stopped)
    with pytest.raises(KeyboardInterrupt):
        update_prepared(index, changed, folder / "frequencies.csv")
    assert {p.name: p.read_bytes() for p in index.iterdir()} == before
    assert read_prepared(index, verify=True).generation == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--top", 0), "screen.bad-option"),
        (("--out", "hits.parquet"), "screen.output-format"),
        (("--index", "nowhere"), "prepared.not-one"),
        (("--remains", "nowhere.csv"), "file.missing"),
    ],
)
def test_wrong_options_of_a_search_are_refused(capsys, folder, tmp_path, options, code):
    given = ["--index", folder.parent / "index", "--remains", folder / "remains.csv.gz"]
    status, said = run(capsys, "search", *given, "--out", tmp_path / "hits.csv", *options)
    assert (status, [p["code"] for p in said["problems"]]) == (2, [code])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_something_else_is_left_alone(capsys, folder, tmp_path):
    place = tmp_path / "mine"
    place.mkdir()
    (place / "letter.txt").write_text("dear", encoding="utf-8")
    given = ["--families", folder / "families.csv.gz", *inputs(folder)]
    status, said = run(capsys, "index", "--index", place, *given)
    assert (status, [p["code"] for p in said["problems"]]) == (2, ["prepared.folder-taken"])
    assert [p.name for p in place.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_both_say_what_they_did(capsys, folder, tmp_path, index, language):
    given = ["--families", str(folder / "families.csv.gz"), *map(str, inputs(folder))]
    assert main(["kinship", "index", "--index", str(index), *given, "--lang", language]) == 0
    out = tmp_path / "hits.csv"
    remains = ["--remains", str(remains_file(folder, tmp_path / "one.csv", [1]))]
    given = ["--index", str(index), *remains, "--plain", "--out", str(out), "--lang", language]
    assert main(["kinship", "search", *given]) == 0
    shown = capsys.readouterr().out
    assert str(out) in shown
    assert str(index) in shown
    assert "chance_hits" in shown
    assert ("missing persons" in shown) == (language == "en")
