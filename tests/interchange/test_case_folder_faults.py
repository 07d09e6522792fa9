"""One spoilt file at a time: code, file, row and column of the fault, and that nothing else is blamed."""

import pytest

from amana.interchange import read_case, read_case_folder
from amana.problems import InputProblems
from tests.interchange.base import GOOD, edited, place, problems, read, write

G, F, R, Q = "genotypes.csv", "families.csv", "remains.csv", "frequencies.csv"

FAULTS = {
    # genotypes.csv
    "rows that disagree": (
        {G: GOOD[G] + "S1,TH01,6,7\n"},
        ("genotypes.rows-disagree", G, 8, "allele1"),
    ),
    "three alleles": (
        {G: GOOD[G].replace("allele2", "allele2,allele3").replace("S1,D3S1358,15,16", "S1,D3S1358,15,16,17")},
        ("genotypes.three-alleles", G, 2, "allele3"),
    ),
    "a marker that no kit has": (
        edited(G, "S1,TH01,6,9.3", "S1,TH011,6,9.3"),
        ("genotypes.unknown-marker", G, 3, "marker"),
    ),
    "no sample named": (edited(G, "S1,TH01", ",TH01"), ("genotypes.no-sample", G, 3, "sample")),
    "no marker named": (edited(G, "S1,TH01", "S1,"), ("genotypes.no-marker", G, 3, "marker")),
    "amelogenin that is neither X nor Y": (
        {G: GOOD[G] + "S1,AMEL,X,Z\n"},
        ("genotypes.amelogenin", G, 8, "allele2"),
    ),
    "two sexes in one sample": (
        {G: GOOD[G] + "S1,AMEL,X,Y\nS1,AMEL,X,X\n"},
        ("genotypes.amelogenin-twice", G, 9, None),
    ),
    "a column that is missing": (
        edited(G, "allele2\n", "second\n"),
        ("file.missing-column", G, 1, "allele2"),
    ),
    "too many cells": (edited(G, "S1,TH01,6,9.3", "S1,TH01,6,9,3"), ("file.too-many-cells", G, 3, None)),
    "a quotation mark left open": (edited(G, "K1,D3S1358", 'K1,"D3S1358'), ("file.open-quote", G, 5, None)),
    # families.csv
    "an unknown parent": (edited(F, "son,dad", "son,dda"), ("pedigree.unknown-parent", F, 4, "father")),
    "a father who is a woman": (
        edited(F, "dad,,,M", "dad,,,F"),
        ("pedigree.father-wrong-sex", F, 4, "father"),
    ),
    "a person twice": ({F: GOOD[F] + "F1,mum,,,F,\n"}, ("pedigree.person-twice", F, 5, "person")),
    "their own ancestor": (edited(F, "F1,dad,,", "F1,dad,son,"), ("pedigree.own-ancestor", F, 2, "person")),
    "a sex that is none": (edited(F, "mum,,,F", "mum,,,W"), ("value.sex", F, 3, "sex")),
    "nobody sought": (edited(F, "missing", ""), ("families.nobody-missing", F, 2, "sample")),
    "no family named": ({F: GOOD[F] + ",x,,,M,\n"}, ("families.no-family", F, 5, "family")),
    "no person named": ({F: GOOD[F] + "F1,,,,M,\n"}, ("families.no-person", F, 5, "person")),
    "a reserved name": (
        {F: GOOD[F] + "F1,none,dad,mum,M,missing\n"},
        ("families.reserved-name", F, 5, "person"),
    ),
    "one missing name in two families": (
        {F: GOOD[F] + "F2,son,,,M,missing\n"},
        ("families.missing-twice", F, 5, "person"),
    ),
    "an unknown sample": (edited(F, ",M,S1", ",M,S2"), ("sample.unknown", F, 2, "sample")),
    "inbreeding of a person with parents": (
        {
            F: "family,person,father,mother,sex,sample,inbreeding\nF1,dad,,,M,S1,\nF1,mum,,,F,,\n"
            "F1,son,dad,mum,M,missing,0.1\n"
        },
        ("pedigree.inbreeding-non-founder", F, 4, "person"),
    ),
    # remains.csv
    "a sample of a relative": (edited(R, "U1,K1", "U1,S1"), ("sample.used-twice", R, 2, "sample")),
    "a unit twice": ({R: GOOD[R] + "U1,S9,M\n"}, ("remains.unit-twice", R, 3, "unit")),
    "no unit": ({R: GOOD[R] + ",S9,M\n"}, ("remains.no-unit", R, 3, "unit")),
    "a probability that is none": (
        {R: "unit,sample,sex,dropout\nU1,K1,M,1.5\n"},
        ("value.probability", R, 2, "dropout"),
    ),
    "only a header": ({R: "unit,sample,sex\n"}, ("file.no-rows", R, None, None)),
    "nothing at all": ({R: ""}, ("file.empty", R, None, None)),
    "no file": ({R: None}, ("folder.file-missing", R, None, None)),
    "a spreadsheet": ({R: b"PK\x03\x04rest"}, ("file.spreadsheet", R, None, None)),
    "a picture": ({R: b"\x89PNG\x00\xff"}, ("file.not-text", R, None, None)),
    "a column twice": (
        {R: "unit,sample,sex,sex\nU1,K1,M,M\n"},
        ("file.column-twice", R, 1, "sex"),
    ),
    # frequencies.csv
    "not a number": (edited(Q, "6,,0.25", "6,,a quarter"), ("frequencies.not-a-number", Q, 2, "TH01")),
    "a frequency of zero": (edited(Q, "6,,0.25", "6,,0"), ("frequencies.not-positive", Q, 2, "TH01")),
    "a percentage": (edited(Q, "6,,0.25", "6,,25"), ("frequencies.not-positive", Q, 2, "TH01")),
    "a negative frequency": (edited(Q, "6,,0.25", "6,,-0.25"), ("frequencies.not-positive", Q, 2, "TH01")),
    "a sum far from one": (edited(Q, "6,,0.25", "6,,0.2"), ("frequencies.sum", Q, None, "TH01")),
    "an allele twice": ({Q: GOOD[Q] + "15,,,\n"}, ("frequencies.allele-twice", Q, 9, "allele")),
    "values without an allele": ({Q: GOOD[Q] + ",,,0.1\n"}, ("frequencies.no-allele", Q, 9, "allele")),
    "an empty column": (
        edited(Q, "allele,D3S1358,TH01,VWA\n", "allele,D3S1358,TH01,VWA,FGA\n"),
        ("frequencies.no-alleles", Q, None, "FGA"),
    ),
    "no allele column": (edited(Q, "allele,", "size of it,"), ("file.missing-column", Q, 1, "allele")),
    "no marker at all": ({Q: "allele\n12\n"}, ("frequencies.no-markers", Q, 1, None)),
    "values without a marker": (edited(Q, "TH01,VWA", "TH01,"), ("frequencies.no-marker-name", Q, 1, None)),
    "one marker in two spellings": (
        edited(Q, "TH01,VWA", "TH01,th-01"),
        ("file.column-twice", Q, 1, "th-01"),
    ),
    "two tables of one name": (
        {"frequencies-b.csv": "# name: frequencies\n" + GOOD[Q]},
        ("frequencies.name-twice", "frequencies-b.csv", None, None),
    ),
    "a minimum that is none": ({Q: "# minimum: high\n" + GOOD[Q]}, ("value.frequency", Q, None, "minimum")),
    # mutation.csv
    "an unknown model": (
        {"mutation.csv": "marker,model,rate_male\n*,jumping,0.1\n"},
        ("mutation.unknown-model", "mutation.csv", 2, "model"),
    ),
    "a model for no marker": (
        {"mutation.csv": "marker,model,rate_male\nFGA,equal,0.1\n"},
        ("mutation.unknown-marker", "mutation.csv", 2, "marker"),
    ),
    "a marker with two models": (
        {"mutation.csv": "marker,model,rate_male\nvWA,equal,0.1\nVWA,none,0\n"},
        ("mutation.marker-twice", "mutation.csv", 3, "marker"),
    ),
    "a rate above one": (
        {"mutation.csv": "marker,model,rate_male\n*,equal,1.1\n"},
        ("value.rate", "mutation.csv", 2, "rate_male"),
    ),
    "no rate": (
        {"mutation.csv": "marker,model,rate_male\n*,equal,\n"},
        ("mutation.no-rate", "mutation.csv", 2, "rate_male"),
    ),
    "stepwise without range": (
        {"mutation.csv": "marker,model,rate_male\n*,stepwise,0.002\n"},
        ("mutation.range-needed", "mutation.csv", 2, "range"),
    ),
    "one-step with microvariants": (
        {"mutation.csv": "marker,model,rate_male\nTH01,onestep,0.002\n"},
        ("mutation.allele-not-whole", "mutation.csv", 2, "model"),
    ),
    # eligible.csv
    "an unknown unit": (
        {"eligible.csv": "unit,missing\nU7,son\n"},
        ("eligible.unknown-unit", "eligible.csv", 2, "unit"),
    ),
    "an unknown missing person": (
        {"eligible.csv": "unit,missing\nU1,dad\n"},
        ("eligible.unknown-missing", "eligible.csv", 2, "missing"),
    ),
    # case.toml
    "not TOML": ({"case.toml": "name = \n"}, ("toml.not-toml", "case.toml", 1, None)),
    "an unknown setting": (
        {"case.toml": "sythetic = true"},
        ("toml.unknown-key", "case.toml", None, "sythetic"),
    ),
    "text for a switch": (
        {"case.toml": 'synthetic = "yes"'},
        ("toml.not-yes-no", "case.toml", None, "synthetic"),
    ),
    "a number for a name": ({"case.toml": "name = 7"}, ("toml.not-text", "case.toml", None, "name")),
    "a frequency of two": (
        {"case.toml": "minimum_frequency = 2"},
        ("value.frequency", "case.toml", None, "minimum_frequency"),
    ),
    "a silent frequency of nothing": (
        {"case.toml": "[silent_frequency]\nTH01 = 0"},
        ("value.frequency", "case.toml", None, "silent_frequency.TH01"),
    ),
    "an unknown way to read one allele": (
        {"case.toml": 'one_allele = "double"'},
        ("toml.one-allele", "case.toml", None, "one_allele"),
    ),
    "X markers that are no list": (
        {"case.toml": 'x_markers = "TH01"'},
        ("toml.not-a-list", "case.toml", None, "x_markers"),
    ),
    "an X marker that is not there": (
        {"case.toml": 'x_markers = ["DXS8378"]'},
        ("toml.unknown-marker", "case.toml", None, "x_markers"),
    ),
    "a man with two alleles on X": (
        {"case.toml": 'x_markers = ["D3S1358"]'},
        ("genotypes.x-male-two-alleles", G, 2, "allele2"),
    ),
    "an X marker and a person without sex": (
        {
            "case.toml": 'x_markers = ["VWA"]',
            **edited(F, "son,dad,mum,M", "son,dad,mum,"),
            **edited(G, "K1,VWA,17,18", "K1,VWA,17,17"),
        },
        ("pedigree.sex-needed", F, 4, "sex"),
    ),
    "an X marker and remains without sex": (
        {"case.toml": 'x_markers = ["VWA"]', **edited(R, "K1,M", "K1,?")},
        ("genotype.x-needs-sex", R, 2, "sex"),
    ),
    # the folder
    "a table in two forms": (
        {"remains.txt": GOOD[R]},
        ("folder.two-forms", "remains.txt", None, None),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_at_its_place(tmp_path, name):
    changes, expected = FAULTS[name]
    found = problems(tmp_path, changes)
    assert [place(p) for p in found if not p.warning] == [expected]


def test_the_good_folder_has_neither_fault_nor_warning(tmp_path):
    assert read(tmp_path).warnings == ()


def test_a_similar_column_is_suggested(tmp_path):
    (fault,) = problems(tmp_path, edited(R, "unit,sample,sex", "unit,sampel,sex"))
    assert place(fault) == ("file.missing-column-near", R, 1, "sample")
    assert fault.params["near"] == "sampel"


def test_a_similar_sample_is_suggested(tmp_path):
    changes = {**edited(F, ",M,S1", ",M,SS1")}
    (fault,) = [p for p in problems(tmp_path, changes) if not p.warning]
    assert fault.params["known"] == ("S1",)


def test_all_faults_of_all_files_come_together(tmp_path):
    changes = {
        G: GOOD[G] + "S1,TH01,6,7\nS1,AMEL,X,Z\n",
        F: GOOD[F].replace("son,dad", "son,dda").replace(",F,\n", ",W,\n"),
        R: "unit,sample,sex\nU1,S1,M\nU1,K1,M\n",
        Q: GOOD[Q].replace("9.3,,0.4", "9.3,,many"),
        "mutation.csv": "marker,model,rate_male\n*,jumping,0.1\n",
        "eligible.csv": "unit,missing\nU7,son\n",
        "case.toml": "sythetic = true",
    }
    found = {place(p) for p in problems(tmp_path, changes) if not p.warning}
    assert found == {
        ("genotypes.rows-disagree", G, 8, "allele1"),
        ("genotypes.amelogenin", G, 9, "allele2"),
        ("pedigree.unknown-parent", F, 4, "father"),
        ("value.sex", F, 3, "sex"),
        ("sample.used-twice", R, 2, "sample"),
        ("remains.unit-twice", R, 3, "unit"),
        ("frequencies.not-a-number", Q, 4, "TH01"),
        ("mutation.unknown-model", "mutation.csv", 2, "model"),
        ("eligible.unknown-unit", "eligible.csv", 2, "unit"),
        ("toml.unknown-key", "case.toml", None, "sythetic"),
    }


def test_an_empty_folder_names_every_file_that_is_needed(tmp_path):
    with pytest.raises(InputProblems) as caught:
        read_case_folder(tmp_path)
    assert {(p.code, p.file) for p in caught.value.problems} == {
        ("folder.file-missing", name) for name in (G, F, R, Q)
    }


@pytest.mark.parametrize(
    ("name", "code"), [("nowhere", "case.not-there"), ("case.docx", "case.unknown-form")]
)
def test_what_is_no_case_is_said_to_be_none(tmp_path, name, code):
    (tmp_path / "case.docx").write_text("x")
    with pytest.raises(InputProblems) as caught:
        read_case(tmp_path / name)
    assert [p.code for p in caught.value.problems] == [code]


WARNINGS = {
    "one allele": (edited(G, "S1,VWA,17,17", "S1,VWA,17,"), ("genotypes.single-allele", G, 4, "allele2")),
    "off ladder": (edited(G, "S1,VWA,17,17", "S1,VWA,17,OL-low"), ("genotypes.off-ladder", G, 4, "allele2")),
    "a marker of a kit that the table lacks": (
        {G: GOOD[G] + "S1,SE33,17,29.2\n"},
        ("genotypes.marker-not-in-table", G, 8, "marker"),
    ),
    "a Y marker": ({G: GOOD[G] + "S1,DYS391,10,\n"}, ("genotypes.y-marker", G, None, "marker")),
    "an allele that the table lacks": (
        edited(G, "S1,VWA,17,17", "S1,VWA,17,21"),
        ("frequencies.allele-added", Q, None, "VWA"),
    ),
    "a sum that is rounded": (edited(Q, "6,,0.25", "6,,0.249"), ("frequencies.renormalised", Q, None, None)),
    "a sample of nobody": ({G: GOOD[G] + "S9,TH01,6,7\n"}, ("sample.unused", G, 8, "sample")),
    "a sample without results": (
        {G: GOOD[G] + "S9,TH01,?,?\n", F: GOOD[F].replace("mum,,,F,", "mum,,,F,S9")},
        ("genotypes.nothing-usable", G, 8, "sample"),
    ),
    "amelogenin of the other sex": (
        {G: GOOD[G] + "S1,AMEL,X,X\n"},
        ("genotypes.amelogenin-disagrees", F, 2, "sex"),
    ),
    "nobody typed": (
        {F: GOOD[F] + "F2,lost,,,M,missing\n"},
        ("families.nobody-typed", F, 5, "sample"),
    ),
    "remains without a sample": ({R: GOOD[R] + "U2,,F\n"}, ("remains.no-sample", R, 3, "sample")),
    "no marker in common": (
        {
            R: GOOD[R] + "U2,K2,M\n",
            G: GOOD[G] + "K2,FGA,20,21\n",
            Q: "allele,D3S1358,TH01,VWA,FGA\n6,,0.25,,\n7,,0.35,,\n9.3,,0.4,,\n15,0.5,,,\n"
            "16,0.5,,0.2,\n17,,,0.5,\n18,,,0.3,\n20,,,,0.5\n21,,,,0.5\n",
        },
        ("remains.no-common-marker", R, 3, "sample"),
    ),
    "a pair of different sex": (
        {R: "unit,sample,sex\nU1,K1,F\n", "eligible.csv": "unit,missing\nU1,son\n"},
        ("eligible.sex-disagrees", "eligible.csv", None, "missing"),
    ),
    "a silent allele": (
        {"case.toml": "silent_frequency = 0.01"},
        ("frequencies.silent-added", Q, None, None),
    ),
    "Windows-1256": (
        {R: "unit,sample,sex\nU1,K1,ذكر\n".encode("cp1256")},
        ("file.windows-1256", R, None, None),
    ),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_a_warning_is_given_and_the_case_is_read(tmp_path, name):
    changes, expected = WARNINGS[name]
    case = read(tmp_path, changes)
    assert [place(p) for p in case.warnings] == [expected]
    assert all(p.warning for p in case.warnings)


def test_warnings_come_after_faults_where_there_are_both(tmp_path):
    found = problems(tmp_path, {**edited(G, "S1,VWA,17,17", "S1,VWA,17,"), R: "unit,sample,sex\nU1,K1,Q\n"})
    assert [p.warning for p in found] == [False, True]


def test_one_of_many_renames_is_enough(tmp_path):
    write(tmp_path)
    (tmp_path / R).rename(tmp_path / "Remains.CSV")
    assert [v.id for v in read_case_folder(tmp_path).victims] == ["U1"]
