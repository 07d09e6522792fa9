"""Tables of a register: calls as codes, and every fault told with its place."""

from __future__ import annotations

import gzip

import pytest

from amana.interchange import read_families, read_register, read_remains
from amana.problems import InputProblems

REMAINS = """remains,sex,class,dropout,TH01,SE33
R1,M,good,0,9.3/6,19/19
R2,,poor,0.1,7/?,
R3,ذكر,,,OL/6,"25,2/19"
"""
FAMILIES = """family,person,father,mother,sex,missing,SE33,TH01
A,father,,,M,,19/30,6/6
A,son,father,,M,yes,,
B,aunt,,,F,,19/21,
B,niece,,,F,missing,,
"""


def write(path, text, packed=False):
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    return path


def faults(read, path):
    with pytest.raises(InputProblems) as caught:
        read(path)
    return [(p.code, p.file, p.row, p.field) for p in caught.value.problems if not p.warning]


@pytest.mark.parametrize("packed", [False, True])
def test_remains_as_codes(tmp_path, packed):
    found = read_remains(write(tmp_path / "r.csv", REMAINS, packed))
    assert found.ids == ("R1", "R2", "R3")
    assert found.sexes.tolist() == [0, 2, 0]
    assert found.classes == ("good", "poor", "")
    assert (found.dropout.tolist(), found.dropin.tolist()) == ([0.0, 0.1, 0.0], [0.0, 0.0, 0.0])
    assert found.labels == {"TH01": ("6", "7", "9.3"), "SE33": ("19", "25.2")}
    assert found.calls.tolist() == [[[0, 2], [0, 0]], [[1, -1], [-1, -1]], [[0, -1], [0, 1]]]


def test_families_are_coded_like_the_remains(tmp_path):
    remains = read_remains(write(tmp_path / "r.csv", REMAINS))
    found = read_families(write(tmp_path / "f.csv", FAMILIES), remains.labels)
    assert found.labels == {"TH01": ("6", "7", "9.3"), "SE33": ("19", "25.2", "21", "30")}
    assert found.families == ("A", "A", "B", "B")
    assert found.persons == ("father", "son", "aunt", "niece")
    assert found.fathers.tolist() == [-1, 0, -1, -1]
    assert found.mothers.tolist() == [-1, -1, -1, -1]
    assert found.missing.tolist() == [False, True, False, True]
    assert found.starts.tolist() == [0, 2, 4]
    assert found.calls[:, 1].tolist() == [[0, 3], [-1, -1], [0, 2], [-1, -1]]
    assert found.calls[:, 0].tolist() == [[0, 0], [-1, -1], [-1, -1], [-1, -1]]


def test_spellings_of_a_marker_are_one_marker(tmp_path):
    path = write(tmp_path / "r.csv", "remains,sex,th01,AMEL\nR1,M,6/7,X/Y\n")
    found = read_remains(path, {"TH01": ("7", "6"), "SE33": ("19",)})
    assert found.labels == {"TH01": ("7", "6"), "SE33": ("19",)}
    assert found.calls.tolist() == [[[0, 1], [-1, -1]]]
    assert [w.code for w in found.warnings] == [
        "register.unknown-column"
    ]  # amelogenin is no marker of kinship


def test_a_table_without_rows_is_empty(tmp_path):
    found = read_remains(write(tmp_path / "r.csv", "remains,sex,TH01\n"))
    assert (found.ids, found.calls.shape) == ((), (0, 1, 2))
    families = read_families(write(tmp_path / "f.csv", FAMILIES.partition("\n")[0] + "\n"))
    assert (families.starts.tolist(), families.calls.shape) == ([0], (0, 2, 2))


def test_every_fault_of_the_remains_is_told_with_its_place(tmp_path):
    text = "remains,sex,dropout,TH01\nR1,x,0,6\nR1,M,2,6/7\n,M,0,6/7/8\nR4,M,0,6/7,\n"
    assert sorted(faults(read_remains, write(tmp_path / "r.csv", text)), key=str) == sorted(
        [
            ("value.sex", "r.csv", 2, "sex"),
            ("register.bad-call", "r.csv", 2, "TH01"),
            ("register.name-twice", "r.csv", 3, "remains"),
            ("value.rate", "r.csv", 3, "dropout"),
            ("register.no-name", "r.csv", 4, "remains"),
            ("register.mixture", "r.csv", 4, "TH01"),
            ("register.row-width", "r.csv", 5, None),
        ],
        key=str,
    )


def test_every_fault_of_the_families_is_told_with_its_place(tmp_path):
    text = (
        "family,person,father,mother,sex,missing,TH01\n"
        "A,father,,,F,,6/7\n"
        "A,son,father,nobody,M,yes,6/7\n"
        "B,x,y,,M,,\n"
        "B,y,x,,M,yes,\n"
        "A,x,,,M,,\n"
    )
    assert sorted(faults(read_families, write(tmp_path / "f.csv", text)), key=str) == sorted(
        [
            ("register.missing-typed", "f.csv", 3, "missing"),
            ("pedigree.unknown-parent", "f.csv", 3, "mother"),
            ("pedigree.father-wrong-sex", "f.csv", 3, "father"),
            ("pedigree.own-ancestor", "f.csv", 4, None),
            ("register.family-apart", "f.csv", 6, "family"),
        ],
        key=str,
    )


def test_the_sentence_names_people_as_the_table_does(tmp_path):
    text = "family,person,father,mother,sex,missing\nA,dad,,,F,\nA,son,dad,,M,yes\n"
    with pytest.raises(InputProblems) as caught:
        read_families(write(tmp_path / "f.csv", text))
    assert dict(caught.value.problems[0].params) == {"person": "son", "parent": "dad"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.missing-column"),
        (b"remains,TH01\nR1,6/7\n", "file.missing-column"),
        (b"remains,sex,TH01,tho1\n", "file.column-twice"),
        (b"remains,sex\nR1,\xff\n", "file.unreadable"),
        (b'remains,sex\nR1,"M\n', "file.unreadable"),
        (gzip.compress(b"remains,sex\n" * 99, mtime=0)[:-12], "file.unreadable"),
        (gzip.compress(b"remains,sex\n" * 99, mtime=0)[:14] + b"\xff" * 30, "file.unreadable"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_to_be_so(tmp_path, data, code):
    path = tmp_path / "r.csv"
    path.write_bytes(data)
    assert code in {c for c, *_ in faults(read_remains, path)}


def test_a_file_that_is_not_there(tmp_path):
    assert faults(read_remains, tmp_path / "no.csv") == [("file.missing", "no.csv", None, None)]


def test_a_whole_register_tells_the_faults_of_all_its_files(tmp_path):
    remains = write(tmp_path / "r.csv", REMAINS.replace("7/?", "7"))
    families = write(tmp_path / "f.csv", FAMILIES.replace("19/30", "19-30"))
    table = write(tmp_path / "t.csv", "allele,TH01,SE33\n6,0.5,\n7,0.3,\n9.3,0.2,\n19,,0.5\n21,,0.5\n")
    with pytest.raises(InputProblems) as caught:
        read_register(remains, families, table)
    assert [(p.code, p.file, p.row, p.field) for p in caught.value.problems if not p.warning] == [
        ("register.bad-call", "r.csv", 3, "TH01"),
        ("register.bad-call", "f.csv", 2, "SE33"),
    ]
