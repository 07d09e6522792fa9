"""docs/formats.md: every example in it is read, and says what the page says."""

import re
from pathlib import Path

import pytest

from amana.geography import parse_position
from amana.interchange import (
    read_case,
    read_cmf,
    read_gazetteer,
    read_genemapper,
    read_kinship_cases,
    read_linkage_ped,
    read_register,
    read_remains,
    read_spots,
    read_units,
)
from amana.interchange.dense_tables import read_dense
from amana.interchange.lineage_tables import read_lineage
from amana.interchange.quality_tables import read_checked_families, read_contamination
from amana.kinship.lineage import LineageComparison
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


def test_the_familias_file(blocks, tmp_path):
    path = tmp_path / "case.fam"
    path.write_text(content(blocks, "case.fam"), encoding="utf-8")
    case = read_case(path)
    assert case.warnings == ()
    assert case.families[0].pedigree[case.families[0].missing[0]].sex is None
    assert case.markers[0].mutation.rate_male == 0.002


def test_the_codis_message(blocks, tmp_path):
    path = tmp_path / "genotypes.xml"
    path.write_text(content(blocks, "genotypes.xml"), encoding="utf-8")
    profiles = read_cmf(path)
    assert (profiles["R-01"].calls["TH01"], profiles["K-11"].calls["TH01"]) == (("6", "9.3"), ("7", None))


def test_the_tables_of_a_register(blocks, tmp_path):
    save(tmp_path, blocks, "register-remains.csv", "register-families.csv", "frequencies.csv", "mutation.csv")
    names = ("register-remains.csv", "register-families.csv", "frequencies.csv", "mutation.csv")
    found = read_register(*(tmp_path / name for name in names))
    assert found.remains.ids == ("R1", "R2")
    assert (found.register.families, found.register.missing) == (("F1", "F2"), ("son-1", "daughter"))
    assert found.warnings == ()
    remains = read_remains(tmp_path / "register-remains.csv")
    assert (remains.classes, remains.dropout.tolist()) == (("good", "poor"), [0.0, 0.1])
    assert (remains.calls[1] >= 0).tolist() == [[True, True], [False, False], [True, False]]
    assert content(blocks, "register-truth.csv").splitlines()[1:] == ["R1,F1,son-1", "R2,,"]


def test_the_tables_with_lineage_markers(blocks, tmp_path):
    names = ("lineage-remains.csv", "lineage-families.csv", "lineage-database.csv")
    save(tmp_path, blocks, *names)
    found = read_lineage(*(tmp_path / name for name in names[:2]), [tmp_path / names[2]])
    assert [w.code for w in found.warnings] == ["lineage.small-database"]
    comparison = LineageComparison(found.families, found.y_database, found.mt_database)
    (son,) = comparison.targets
    told = comparison.compare(found.remains[0], son)
    assert [(e.line, e.relative, e.meioses, e.verdict) for e in told] == [
        ("Y", "grandfather", 2, "match"), ("mt", "mother", 1, "match"),
    ]  # fmt: skip
    assert [e.frequency.count for e in told] == [0, 59]


def test_the_tables_for_checks(blocks, tmp_path):
    names = ("register-families.csv", "check-items.csv", "check-samples.csv", "check-elimination.csv")
    save(tmp_path, blocks, *names, "frequencies.csv", "mutation.csv")
    families, items, samples, elimination, *frequencies = (
        tmp_path / name for name in (*names, "frequencies.csv", "mutation.csv")
    )
    first, second = read_checked_families(families, *frequencies, items).groups
    assert (first.families, first.names) == (("F1",), (("father", "mother", "razor 1"),))
    assert [s.item for s in first.samples] == [False, False, True]
    assert (second.families, second.names) == (("F2",), (("mother",),))
    found = read_contamination(samples, elimination, frequencies[0])
    assert [(t.profile.role, t.plate, t.bag) for t in found.samples[1:]] == [
        ("remains", "P1", "bag 4"), ("relative", "P1", ""), ("blank", "P1", ""),
    ]  # fmt: skip
    assert [(h.group, h.source) for h in found.handlers] == [("laboratory", ""), ("family", "F1/father")]


def test_every_position_shown_is_read(repository):
    text = (repository / "docs" / "formats.md").read_text("utf-8")
    table = text.partition("## Positions")[2].partition("\n- ")[0]
    examples = re.findall(r"`([^`]+)`", table)
    assert len(examples) >= 10
    for example in examples:
        found = parse_position(example)
        assert 33.4 < found.latitude < 34.9, example
        assert 36.2 < found.longitude < 36.4, example


def test_the_spots(blocks):
    table = read_spots(content(blocks, "spots.csv").encode(), "spots.csv")
    assert [(r.label, r.uncertainty_m) for r in table.rows] == [("1", 5.0), ("2", None)]
    assert table.warnings == ()
    assert read_spots(content(blocks, "spots.geojson").encode(), "spots.geojson").rows == table.rows[:1]


def test_the_old_lists(blocks):
    one, other = read_units(content(blocks, "units.csv").encode(), "units.csv").rows
    assert (one.old_number, one.kind, one.found_on, one.depth_cm) == ("B-7", "bag", "2014-03", 40.0)
    assert other.found_at.isoformat() == "2014-03-05T14:30:00"
    arabic = read_units(content(blocks, "units-ar.csv").encode(), "units-ar.csv")
    assert [(r.old_number, r.kind, r.place) for r in arabic.rows] == [("١٢/أ", "bone", "بئر القرية")]
    assert arabic.warnings == ()


def test_the_gazetteer(blocks):
    found = read_gazetteer(content(blocks, "gazetteer.csv").encode(), "gazetteer.csv", "csv")
    assert [p.pcode for p in found.places] == ["C2680", "SY04", "SY0401", "SY040110"]


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
              "kinship.json", "spots.csv", "spots.geojson", "gazetteer.csv", "units.csv",
              "units-ar.csv", "register-remains.csv", "register-families.csv", "register-truth.csv",
              "lineage-remains.csv", "lineage-families.csv", "lineage-database.csv",
              "check-items.csv", "check-samples.csv", "check-elimination.csv",
              "dense-genotypes.csv", "dense-map.csv", "case.fam",
              "genotypes.xml", "errors"}  # fmt: skip
    assert {file for _, file, _ in blocks} == tested


def test_dense_markers(blocks, tmp_path):
    save(tmp_path, blocks, "dense-genotypes.csv", "dense-map.csv")
    given = read_dense(tmp_path / "dense-genotypes.csv", tmp_path / "dense-map.csv", error=0.001)
    assert given.people == ("bone", "mother")
    assert given.genotypes.tolist() == [[1, 1], [2, 3]]
    assert given.warnings == ()
