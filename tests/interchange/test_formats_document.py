"""docs/formats.md: every example in it is read, and says what the page says."""

import re
from pathlib import Path

import pytest

from amana.interchange import read_case, read_genemapper, read_kinship_cases, read_linkage_ped
from amana.problems import InputProblems, render_all

pytestmark = pytest.mark.documents

FENCE = re.compile(r"^```(\w+) (?:file=)?(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def blocks(repository):
    text = (repository / "docs" / "formats.md").read_text("utf-8")
    found = [(m[1], m[2], m[3]) for m in FENCE.finditer(text)]
    assert text.count("```") == 2 * len(found), "a block without a file name is read by no test"
    return found


def content(blocks, name, place=0):
    return [text for _, file, text in blocks if file == name][place]


FOLDER = ("genotypes.csv", "families.csv", "remains.csv", "frequencies.csv")
OPTIONAL = ("frequencies-second.csv", "mutation.csv", "eligible.csv", "case.toml")


def save(folder: Path, blocks, *names: str) -> Path:
    for name in names:
        (folder / name).write_text(content(blocks, name), encoding="utf-8")
    return folder


def test_the_needed_tables_are_a_case(blocks, tmp_path):
    case = read_case(save(tmp_path, blocks, *FOLDER))
    assert [w.code for w in case.warnings] == ["frequencies.allele-added"]
    assert case.warnings[0].params["frequency"] == 0.002
    assert case.families[0].profiles["mother"].calls["TH01"] == ("7", None)
    assert case.victims[0].sex == "M"
    assert case.eligible == {"QB-03/1": ("son-1", "son-2")}


def test_all_tables_are_a_case(blocks, tmp_path):
    case = read_case(save(tmp_path, blocks, *FOLDER, *OPTIONAL))
    assert case.name == "Example of the documentation"
    assert case.synthetic
    assert [t.name for t in case.tables] == ["Example", "second"]
    models = {m.name: m.mutation.model for m in case.markers if m.mutation is not None}
    assert models == {"D3S1358": "stepwise", "TH01": "equal", "VWA": "stepwise"}
    assert [m.silent for m in case.markers] == [None, None, "silent"]


@pytest.mark.parametrize("place", [0, 1])
def test_the_genemapper_tables(blocks, tmp_path, place):
    save(tmp_path, blocks, *FOLDER[1:])
    (tmp_path / "genotypes.txt").write_text(content(blocks, "genotypes.txt", place))
    assert read_genemapper(tmp_path / "genotypes.txt")["R-01"].calls["TH01"] == ("6", "9.3")
    assert read_case(tmp_path).victims[0].profile.calls["D3S1358"] == ("15", "18")


def test_the_linkage_files(blocks, tmp_path):
    save(tmp_path, blocks, *FOLDER, "families.ped", "families.dat", "missing.csv")
    (tmp_path / "families.csv").unlink()
    assert [p.id for p in read_linkage_ped(tmp_path / "families.ped")] == ["father", "mother", "son-1"]
    (family,) = read_case(tmp_path).families
    assert (family.missing, list(family.profiles)) == (("son-1",), ["father", "mother"])


def test_the_case_document(blocks, tmp_path):
    case = read_case(save(tmp_path, blocks, "case.json") / "case.json")
    assert case.warnings == ()
    assert [m.chromosome for m in case.markers] == ["autosomal", "X"]
    assert all(m.mutation is not None for m in case.markers)


def test_the_kinship_cases(blocks, tmp_path):
    (case,) = read_kinship_cases(save(tmp_path, blocks, "kinship.json") / "kinship.json")
    assert list(case.hypotheses) == ["H1", "H2"]
    assert case.hypotheses["H1"].profiles["C"].dropout == 0.1


def test_the_fault_shown_is_the_fault_given(blocks, tmp_path):
    save(tmp_path, blocks, *FOLDER)
    families = content(blocks, "families.csv").replace("son-1,father", "son-1,fahter")
    (tmp_path / "families.csv").write_text(families)
    with pytest.raises(InputProblems) as caught:
        read_case(tmp_path)
    faults = [p for p in caught.value.problems if not p.warning]
    assert render_all(faults, "en") == content(blocks, "errors").strip()


def test_every_example_has_a_test(blocks):
    tested = {*FOLDER, *OPTIONAL, "genotypes.txt", "families.ped", "families.dat", "missing.csv", "case.json",
              "kinship.json", "errors"}  # fmt: skip
    assert {file for _, file, _ in blocks} == tested
