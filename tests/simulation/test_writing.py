"""The demo on disk: a case that reads back as it was, its truth, its facts, and the verb that writes it."""

import csv
import json
import tomllib

import pytest

from amana.cli import main
from amana.interchange import read_case_folder
from amana.problems import InputProblems
from amana.simulation import al_qabou_demo, load_facts, read_truth, write_demo


@pytest.fixture(scope="module")
def demo():
    return al_qabou_demo()


@pytest.fixture(scope="module")
def folder(demo, tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "case"
    write_demo(demo, path)
    return path


def test_the_folder_holds_the_case_and_its_answer(folder):
    assert {p.name for p in folder.iterdir()} == {
        "case.toml",
        "eligible.csv",
        "families.csv",
        "frequencies-west-asia.csv",
        "frequencies.csv",
        "genotypes.csv",
        "incident.toml",
        "mutation.csv",
        "people.csv",
        "remains.csv",
        "truth.csv",
    }


def test_the_case_reads_back_as_it_was(demo, folder):
    case = read_case_folder(folder)
    assert case.synthetic
    assert case.name == demo.case.name
    assert list(case.victims) == list(demo.case.victims)
    assert [f.id for f in case.families] == [f.id for f in demo.case.families]
    for read, made in zip(case.families, demo.case.families, strict=True):
        assert read.missing == made.missing
        assert read.pedigree.persons == made.pedigree.persons
        assert dict(read.profiles) == dict(made.profiles)
    assert {v: set(m) for v, m in case.eligible.items()} == {v: set(m) for v, m in demo.case.eligible.items()}
    assert [t.loci for t in case.tables] == [t.loci for t in demo.case.tables]
    assert [t.minimum for t in case.tables] == [t.minimum for t in demo.case.tables]
    for read, made in zip(case.markers, demo.case.markers, strict=True):
        assert (read.name, read.alleles) == (made.name, made.alleles)
        assert (read.frequencies == made.frequencies).all()
        assert (read.mutation.male == made.mutation.male).all()
        assert (read.mutation.female == made.mutation.female).all()


def test_truth_reads_back(demo, folder):
    assert read_truth(folder) == dict(demo.truth)


def test_people_are_all_there_and_marked(demo, folder):
    with (folder / "people.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [r["person"] for r in rows] == list(demo.people)
    assert {r["synthetic"] for r in rows} == {"true"}
    assert sum(r["role"] == "missing" for r in rows) == 23
    assert all(r["name_ar"] and r["name_en"] for r in rows)


def test_the_incident_keeps_reported_and_synthetic_apart(demo, folder):
    incident = tomllib.loads((folder / "incident.toml").read_text(encoding="utf-8"))
    assert incident["synthetic"] is True
    assert incident["mutation"]["basis"] == "assumed"
    assert all(f["synthetic"] is False for f in incident["fact"])
    assert all(s["synthetic"] is True for s in (*incident["spot"], *incident["unit"]))
    words = [c.words for f in load_facts().facts for c in f.counts]
    assert [c["words"] for f in incident["fact"] for c in f.get("count", ())] == words
    assert [u["number"] for u in incident["unit"]] == [u.number for u in demo.units]
    assert incident["tension"][0]["statement"] == load_facts().tensions[0].statement


def test_the_same_seed_writes_the_same_bytes_over_an_earlier_demo(demo, folder, tmp_path):
    write_demo(al_qabou_demo(seed=1), tmp_path)
    write_demo(al_qabou_demo(), tmp_path)
    for made in folder.iterdir():
        assert (tmp_path / made.name).read_bytes() == made.read_bytes()


def test_a_folder_of_something_else_is_left_alone(demo, tmp_path):
    (tmp_path / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputProblems) as found:
        write_demo(demo, tmp_path)
    assert [p.code for p in found.value.problems] == ["simulate.folder-not-empty"]
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(InputProblems) as found:
        write_demo(demo, tmp_path / "letter.txt")
    assert [p.code for p in found.value.problems] == ["simulate.not-a-folder"]


def test_truth_that_is_not_there_or_of_another_form_is_a_problem(tmp_path):
    with pytest.raises(InputProblems) as found:
        read_truth(tmp_path)
    assert [p.code for p in found.value.problems] == ["file.missing"]
    (tmp_path / "truth.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputProblems) as found:
        read_truth(tmp_path)
    assert [p.code for p in found.value.problems] == ["simulate.not-a-truth"]


@pytest.mark.parametrize(("language", "word"), [("en", "synthetic"), ("ar", "مصطنع")])
def test_the_verb_writes_and_says_what(tmp_path, capsys, language, word):
    assert main(["simulate", "incident", "--lang", language, "--out", str(tmp_path / "d")]) == 0
    out = capsys.readouterr().out
    assert word in out
    assert " 23 " in out
    assert (tmp_path / "d" / "truth.csv").is_file()


def test_the_verb_in_json(tmp_path, capsys):
    assert main(["simulate", "incident", "--seed", "3", "--json", "--out", str(tmp_path)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["synthetic"] is True
    assert printed["seed"] == 3
    assert printed["remains"] == 23
    assert "incident.toml" in printed["files"]


def test_the_verb_with_a_folder_of_something_else_exits_2(tmp_path, capsys):
    (tmp_path / "letter.txt").write_text("x", encoding="utf-8")
    assert main(["simulate", "incident", "--out", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
