"""``amana kinship screen`` and ``merge`` as somebody types them."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from amana.cli import screen as verb
from amana.cli.entry import main
from amana.interchange import HITS_COLUMNS
from amana.simulation.register import simulate_register
from amana.simulation.register_writing import write_register


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("register")
    write_register(simulate_register(30, 12, seed=4), place)
    return place


def files(folder: Path) -> list[str]:
    return [
        "--remains", str(folder / "remains.csv.gz"), "--families", str(folder / "families.csv.gz"),
        "--frequencies", str(folder / "frequencies.csv"), "--mutation", str(folder / "mutation.csv"),
    ]  # fmt: skip


def run(capsys, *arguments: object, what: str = "screen") -> tuple[int, str, str]:
    status = main(["kinship", what, "--check", "100", *map(str, arguments)])
    out, err = capsys.readouterr()
    return status, out, err


def codes(out: str) -> list[str]:
    return [p["code"] for p in json.loads(out)["problems"]]


def test_the_true_ones_stand_first(capsys, folder, tmp_path):
    out = tmp_path / "hits.csv"
    status, text, _ = run(capsys, *files(folder), "--out", out, "--json")
    assert status == 0
    report = json.loads(text)
    assert report["likelihood_ratios"] == report["remains"] * report["targets"]
    assert report["largest_relative_difference"] < 1e-8
    assert set(report["seconds"]) == {"reading", "screening", "hits", "check", "writing"}
    assert len(report["inputs"]) == 4
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == HITS_COLUMNS
    with gzip.open(next(folder.glob("*truth*")), "rt", encoding="utf-8", newline="") as file:
        truth = {r["remains"]: (r["family"], r["missing"]) for r in csv.DictReader(file) if r["family"]}
    best = {r["remains"]: r for r in rows if r["rank"] == "1"}
    strong = {name: r for name, r in best.items() if float(r["log10_lr"]) > 6}
    assert len(strong) >= 3
    for name, row in strong.items():
        assert truth[name] == (row["family"], row["missing"]), row
        assert float(row["posterior"]) > 0.99
        assert float(row["chance_hits"]) < 1e-3


def test_what_was_finished_is_not_done_again(capsys, folder, tmp_path, monkeypatch):
    whole = tmp_path / "whole.csv"
    run(capsys, *files(folder), "--out", whole)
    out = tmp_path / "hits.csv"
    computed = []
    original = verb.Screening.part

    def part(self, index=0, of=1):
        computed.append(index)
        if len(computed) == 4:
            raise KeyboardInterrupt
        return original(self, index, of)

    monkeypatch.setattr(verb.Screening, "part", part)
    assert run(capsys, *files(folder), "--out", out)[0] == 130
    assert not out.exists()
    assert computed == [0, 1, 2, 3]
    assert run(capsys, *files(folder), "--out", out)[0] == 0
    assert computed[4:] == list(range(3, 16))
    assert out.read_bytes() == whole.read_bytes()
    assert not out.with_name(out.name + ".parts").exists()


def test_other_files_or_options_begin_anew(capsys, folder, tmp_path, monkeypatch):
    out = tmp_path / "hits.csv"
    monkeypatch.setattr(verb, "hits_of", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
    assert run(capsys, *files(folder), "--out", out)[0] == 130
    monkeypatch.undo()
    assert run(capsys, *files(folder), "--top", 2, "--out", out)[0] == 0
    straight = tmp_path / "straight.csv"
    run(capsys, *files(folder), "--top", 2, "--out", straight)
    assert out.read_bytes() == straight.read_bytes()


def test_shards_on_several_machines_give_the_same_table(capsys, folder, tmp_path):
    whole, merged = tmp_path / "whole.csv", tmp_path / "merged.csv"
    run(capsys, *files(folder), "--out", whole)
    parts = [tmp_path / f"{i}.npz" for i in (1, 2, 3)]
    for i, path in enumerate(parts, 1):
        assert run(capsys, *files(folder), "--shard", f"{i}/3", "--threads", i, "--out", path)[0] == 0
    assert run(capsys, *files(folder), "--out", merged, parts[2], parts[0], parts[1], what="merge")[0] == 0
    assert merged.read_bytes() == whole.read_bytes()

    _, out, _ = run(capsys, *files(folder), "--out", merged, *parts[:2], "--json", what="merge")
    assert codes(out) == ["screen.part-missing"]
    _, out, _ = run(capsys, *files(folder), "--top", 3, "--out", merged, *parts, "--json", what="merge")
    assert codes(out) == ["screen.part-of-another"]
    parts[0].write_bytes(b"not a part")
    _, out, _ = run(capsys, *files(folder), "--out", merged, *parts, "--json", what="merge")
    assert codes(out) == ["screen.part-unreadable"]
    status, out, _ = run(capsys, *files(folder), "--shard", "1/3", "--out", parts[0], "--json")
    assert (status, codes(out)) == (2, ["screen.part-unreadable"])
    assert parts[0].read_bytes() == b"not a part"
    assert merged.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--top", 0), "screen.bad-option"),
        (("--theta", 1), "screen.bad-option"),
        (("--share-known", 0), "screen.bad-option"),
        (("--memory", 0), "screen.bad-option"),
        (("--shard", "0/3"), "screen.bad-shard"),
        (("--shard", "one"), "screen.bad-shard"),
        (("--out", "hits.parquet"), "screen.output-format"),
        (("--remains", "nowhere.csv"), "file.missing"),
    ],
)
def test_wrong_options_are_refused_before_any_work(capsys, folder, tmp_path, options, code):
    given = [*files(folder), "--out", tmp_path / "hits.csv", *options]
    status, out, _ = run(capsys, *given, "--json")
    assert status == 2
    assert code in codes(out)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_summary_warns_of_chance(capsys, folder, tmp_path, language):
    _, out, _ = run(capsys, *files(folder), "--out", tmp_path / "hits.csv", "--lang", language)
    assert "chance_hits" in out
    assert ("identification" in out) == (language == "en")
