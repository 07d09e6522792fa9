"""GeneMapper tables and linkage files, alone and in a case folder."""

import pytest

from amana.interchange import read_case_folder, read_genemapper, read_linkage_ped
from amana.problems import InputProblems
from tests.interchange.base import GOOD, place, read, same_cases, write

LONG = (
    "Sample File\tSample Name\tPanel\tMarker\tAllele 1\tAllele 2\tAllele 3\n"
    "a.fsa\tS1\tkit\tAMEL\tX\tY\t\n"
    "a.fsa\tS1\tkit\tD3S1358\t15\t16\t\n"
    "a.fsa\tS1\tkit\tTH01\t6\t9.3\t\n"
    "a.fsa\tS1\tkit\tvWA\t17\t17\t\n"
    "b.fsa\tK1\tkit\tD3S1358\t15\t15\t\n"
    "b.fsa\tK1\tkit\tTH01\t6\t7\t\n"
    "b.fsa\tK1\tkit\tvWA\t17\t18\t\n"
)
WIDE = {
    "suffixes": "Sample Name\tAMEL 1\tAMEL 2\tD3S1358 1\tD3S1358 2\tTH01 1\tTH01 2\tvWA 1\tvWA 2\n"
    "S1\tX\tY\t15\t16\t6\t9.3\t17\t17\nK1\t\t\t15\t15\t6\t7\t17\t18\n",
    "names twice": "Sample\tD3S1358\tD3S1358\tTH01\tTH01\tvWA\tvWA\n"
    "S1\t15\t16\t6\t9.3\t17\t17\nK1\t15\t15\t6\t7\t17\t18\n",
    "allele in the name": "Sample\tD3S1358 Allele 1\tD3S1358 Allele 2\tTH01_1\tTH01_2\tvWA.1\tvWA.2\n"
    "S1\t15\t16\t6\t9.3\t17\t17\nK1\t15\t15\t6\t7\t17\t18\n",
    "pairs": "Sample\tD3S1358\tTH01\tvWA\nS1\t15/16\t6/9.3\t17/17\nK1\t15/15\t6/7\t17/18\n",
}
PED = "F1 dad 0 0 1 15 16 6 9.3 17 17\nF1 mum 0 0 2 0 0 0 0 0 0\nF1 son dad mum 1 0 0 0 0 0 0\n"
DAT = "M D3S1358\nM TH01\nM vWA\n"
MISSING = "person\nson\n"


def test_a_long_table(tmp_path):
    (tmp_path / "t.txt").write_text(LONG)
    profiles = read_genemapper(tmp_path / "t.txt")
    assert profiles["S1"].calls == {"D3S1358": ("15", "16"), "TH01": ("6", "9.3"), "vWA": ("17", "17")}
    assert list(profiles) == ["S1", "K1"]


@pytest.mark.parametrize("name", WIDE)
def test_a_wide_table(tmp_path, name):
    (tmp_path / "t.txt").write_text(WIDE[name])
    assert read_genemapper(tmp_path / "t.txt")["S1"].calls == {
        "D3S1358": ("15", "16"),
        "TH01": ("6", "9.3"),
        "vWA": ("17", "17"),
    }


def test_homozygotes_written_once(tmp_path):
    (tmp_path / "t.txt").write_text(LONG.replace("15\t15\t", "15\t\t"))
    assert read_genemapper(tmp_path / "t.txt")["K1"].calls["D3S1358"] == ("15", None)
    assert read_genemapper(tmp_path / "t.txt", "homozygote")["K1"].calls["D3S1358"] == ("15", "15")


def test_a_third_allele_is_a_fault(tmp_path):
    (tmp_path / "t.txt").write_text(LONG.replace("6\t9.3\t", "6\t9.3\t8"))
    with pytest.raises(InputProblems) as caught:
        read_genemapper(tmp_path / "t.txt")
    assert [place(p) for p in caught.value.problems] == [("genotypes.three-alleles", "t.txt", 4, "Allele 3")]


@pytest.mark.parametrize("text", [LONG, *WIDE.values()])
def test_a_folder_with_a_genemapper_table_is_the_same_case(tmp_path, text):
    one, two = tmp_path / "case", tmp_path / "other" / "case"
    one.mkdir()
    two.mkdir(parents=True)
    case = read(two, {"genotypes.csv": None, "genotypes.txt": text})
    same_cases(read(one), case)
    assert case.warnings == ()


PEDS = {
    "plain": (PED, DAT),
    "an affection status": (
        PED.replace(" 1 15", " 1 2 15").replace(" 2 0 0 ", " 2 1 0 0 ").replace("mum 1 0", "mum 1 1 0"),
        DAT,
    ),
    "an affection status that is named": (
        PED.replace(" 1 15", " 1 2 15").replace(" 2 0 0 ", " 2 1 0 0 ").replace("mum 1 0", "mum 1 1 0"),
        "A sought\n" + DAT,
    ),
    "pairs with a stroke": (
        "F1 dad 0 0 1 15/16 6/9.3 17/17\nF1 mum 0 0 2 0/0 0/0 0/0\nF1 son dad mum 1 0/0 0/0 0/0\n",
        DAT,
    ),
    "a header": ("#FID IID dad mum sex D3S1358 TH01 vWA\n" + PED, None),
    "a header without a mark": (
        "fid iid dad mum sex D3S1358.1 D3S1358.2 TH01.1 TH01.2 vWA.1 vWA.2\n" + PED,
        None,
    ),
    "tabs": (PED.replace(" ", "\t"), DAT),
}


@pytest.mark.parametrize("name", PEDS)
def test_a_linkage_file(tmp_path, name):
    ped, dat = PEDS[name]
    (tmp_path / "f.ped").write_text(ped)
    if dat is not None:
        (tmp_path / "f.dat").write_text(dat)
    dad, mum, son = read_linkage_ped(tmp_path / "f.ped")
    assert (dad.family, dad.id, dad.father, dad.mother, dad.sex) == ("F1", "dad", None, None, "M")
    assert [(r.marker, r.cells) for r in dad.readings] == [
        ("D3S1358", ("15", "16")),
        ("TH01", ("6", "9.3")),
        ("vWA", ("17", "17")),
    ]
    assert (mum.sex, son.father, son.mother) == ("F", "dad", "mum")


def test_a_map_file_names_the_markers(tmp_path):
    (tmp_path / "f.ped").write_text(PED)
    (tmp_path / "f.map").write_text("3 D3S1358 0\n11 TH01 0\n12 vWA 0\n")
    assert [r.marker for r in read_linkage_ped(tmp_path / "f.ped")[0].readings] == ["D3S1358", "TH01", "vWA"]


PED_FAULTS = {
    "no names of markers": (PED, None, ("ped.no-marker-names", "f.ped", None, None)),
    "an odd number of alleles": (PED.replace(" 17 17", " 17"), DAT, ("ped.column-count", "f.ped", 1, None)),
    "a short line": (PED + "F1 x 0\n", DAT, ("ped.too-few-columns", "f.ped", 4, None)),
    "a sex that is none": (PED.replace("mum 0 0 2", "mum 0 0 7"), DAT, ("value.sex", "f.ped", 2, "sex")),
    "a line of the list that means nothing": (PED, DAT + "hello\n", ("ped.bad-dat-line", "f.dat", 4, None)),
    "an empty file": ("", DAT, ("file.empty", "f.ped", None, None)),
}


@pytest.mark.parametrize("name", PED_FAULTS)
def test_a_fault_in_a_linkage_file(tmp_path, name):
    ped, dat, expected = PED_FAULTS[name]
    (tmp_path / "f.ped").write_text(ped)
    if dat is not None:
        (tmp_path / "f.dat").write_text(dat)
    with pytest.raises(InputProblems) as caught:
        read_linkage_ped(tmp_path / "f.ped")
    assert expected in [place(p) for p in caught.value.problems]


REMAINS_ONLY = (
    "\n".join(line for line in GOOD["genotypes.csv"].splitlines() if not line.startswith("S1")) + "\n"
)


def test_a_folder_with_families_in_a_ped_file(tmp_path):
    changes = {"families.csv": None, "families.ped": PED, "families.dat": DAT, "missing.csv": MISSING}
    case = read(tmp_path, {**changes, "genotypes.csv": REMAINS_ONLY})
    (family,) = case.families
    assert family.missing == ("son",)
    assert list(family.profiles) == ["dad"]
    assert family.profiles["dad"].calls["TH01"] == ("6", "9.3")
    assert {"families.ped", "families.dat", "missing.csv"} <= case.inputs.keys()
    assert case.warnings == ()


def test_a_ped_file_without_genotypes_takes_those_of_the_persons_name(tmp_path):
    bare = "".join(" ".join(line.split()[:5]) + "\n" for line in PED.splitlines())
    changes = {"families.csv": None, "families.ped": bare, "missing.csv": MISSING}
    case = read(tmp_path, {**changes, "genotypes.csv": GOOD["genotypes.csv"].replace("S1,", "dad,")})
    assert case.families[0].profiles["dad"].calls["TH01"] == ("6", "9.3")


def test_families_that_use_the_same_names(tmp_path):
    ped = PED + PED.replace("F1", "F2").replace("son", "girl")
    changes = {"families.csv": None, "families.ped": ped, "families.dat": DAT, "genotypes.csv": REMAINS_ONLY}
    case = read(tmp_path, {**changes, "missing.csv": "person,family\nson,F1\ngirl,F2\n"})
    assert [f.missing for f in case.families] == [("son",), ("girl",)]
    assert [f.profiles["dad"].sample for f in case.families] == ["F1/dad", "F2/dad"]


def test_a_missing_person_whom_no_family_has(tmp_path):
    changes = {"families.csv": None, "families.ped": PED, "families.dat": DAT, "missing.csv": "person\nsno\n"}
    write(tmp_path, {**changes, "genotypes.csv": REMAINS_ONLY})
    with pytest.raises(InputProblems) as caught:
        read_case_folder(tmp_path)
    found = {place(p) for p in caught.value.problems if not p.warning}
    assert ("families.unknown-missing", "missing.csv", 2, "person") in found


def test_genotypes_in_a_ped_file(tmp_path):
    ped = "x S1 0 0 1 15 16 6 9.3 17 17\nx K1 0 0 1 15 15 6 7 17 18\n"
    one, two = tmp_path / "case", tmp_path / "other" / "case"
    one.mkdir()
    two.mkdir(parents=True)
    case = read(two, {"genotypes.csv": None, "genotypes.ped": ped, "genotypes.dat": DAT})
    same_cases(read(one), case)
