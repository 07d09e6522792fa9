"""What a folder without faults becomes, however it was typed."""

import hashlib

import numpy as np
import pytest

from amana.interchange import read_case, read_case_settings
from tests.interchange.base import GOOD, edited, read, same_cases, write

G, F, R, Q = "genotypes.csv", "families.csv", "remains.csv", "frequencies.csv"


def test_the_case_says_what_the_tables_say(tmp_path):
    case = read(tmp_path)
    (family,), (victim,) = case.families, case.victims
    assert (victim.id, victim.unit, victim.sex, victim.profile.sample) == ("U1", "U1", "M", "K1")
    assert victim.profile.calls == {"D3S1358": ("15", "15"), "TH01": ("6", "7"), "VWA": ("17", "18")}
    assert family.missing == ("son",)
    assert [p.id for p in family.pedigree.persons] == ["dad", "mum", "son"]
    assert family.pedigree["son"].father == "dad"
    assert family.profiles["dad"].calls["TH01"] == ("6", "9.3")
    assert case.eligible == {"U1": ("son",)}
    assert [m.name for m in case.markers] == ["D3S1358", "TH01", "VWA"]
    assert case.markers[1].alleles == ("6", "7", "9.3")
    assert case.markers[1].frequencies.tolist() == [0.25, 0.35, 0.4]
    assert [t.name for t in case.tables] == ["frequencies"]


def test_every_file_that_was_read_has_its_digest(tmp_path):
    case = read(tmp_path, {"case.toml": "", "notes.csv": "not ours"})
    expected = {n: hashlib.sha256(c.encode()).hexdigest() for n, c in {**GOOD, "case.toml": ""}.items()}
    assert case.inputs == expected


def _semicolons(text: str) -> str:
    return text.replace(",", ";").replace("0.", "0,").replace("9.3", "9,3")


SPELLINGS = {
    "byte order mark": {n: "\ufeff" + t for n, t in GOOD.items()},
    "semicolons and decimal commas": {n: _semicolons(t) for n, t in GOOD.items()},
    "tabs": {n: t.replace(",", "\t") for n, t in GOOD.items()},
    "Excel's sep line": {R: "sep=,\n" + GOOD[R]},
    "Windows line ends": {n: t.replace("\n", "\r\n") for n, t in GOOD.items()},
    "UTF-16": {n: t.encode("utf-16") for n, t in GOOD.items()},
    "spaces and direction marks": {
        n: t.replace(",", " ,\u200f").replace("\n", " \u202c\n") for n, t in GOOD.items()
    },
    "Arabic-Indic digits": {
        n: t.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) for n, t in GOOD.items()
    },
    "empty rows and empty columns": {
        R: "\n\nunit,sample,sex,,\n,,,,\nU1,K1,M,,\n,,,,\n",
    },
    "other names of columns": {
        G: GOOD[G].replace("sample,marker,allele1,allele2", "Sample Name,Locus,Allele 1,Allele 2"),
    },
    "Arabic names of columns": {
        R: GOOD[R].replace("unit,sample,sex", "الرفات,العينة,الجنس").replace(",M", ",ذكر"),
        F: GOOD[F]
        .replace("family,person,father,mother,sex", "العائلة,الشخص,الأب,الأم,الجنس")
        .replace("missing", "مفقود"),
    },
    "other spellings of markers": {
        G: GOOD[G].replace("VWA", "vWA").replace("TH01", "THO1").replace("D3S1358", "d3s 1358")
    },
    "other spellings of alleles": {G: GOOD[G].replace(",6,", ",06,").replace("15,16", "15.0,16.0")},
    "sex as numbers": {
        F: GOOD[F].replace(",M,", ",1,").replace(",F,", ",2,"),
        R: GOOD[R].replace(",M", ",male"),
    },
    "unknown as zero": {F: GOOD[F].replace(",,,M", ",0,0,M").replace(",,,F,", ",-,?,F,0")},
    "Missing with a capital": {F: GOOD[F].replace("missing", "Missing")},
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_other_spellings_mean_the_same(tmp_path, name):
    plain, other = tmp_path / "case", tmp_path / "other" / "case"
    plain.mkdir()
    other.mkdir(parents=True)
    one, two = read(plain), read(other, SPELLINGS[name])
    same_cases(one, two)
    assert two.warnings == ()


def test_windows_1256_keeps_arabic_names(tmp_path):
    text = GOOD[F].replace("F1,son", "F1,يوسف").encode("cp1256")
    case = read(tmp_path, {F: text})
    assert case.families[0].missing == ("يوسف",)
    assert [w.code for w in case.warnings] == ["file.windows-1256"]


def test_a_decimal_comma_in_quotation_marks(tmp_path):
    case = read(tmp_path, edited(Q, "6,,0.25", '6,,"0,25"'))
    assert case.markers[1].frequencies[0] == 0.25


@pytest.mark.parametrize("unknown", ["0", "-", "?", "", "NA"])
def test_an_unknown_allele_is_partial(tmp_path, unknown):
    case = read(tmp_path, edited(G, "K1,VWA,17,18", f"K1,VWA,{unknown},18"))
    assert case.victims[0].profile.calls["VWA"] == ("18", None)


@pytest.mark.parametrize("unknown", ["0", "-", "?", "NA"])
def test_an_allele_declared_unknown_is_no_homozygote_and_needs_no_warning(tmp_path, unknown):
    changes = {**edited(G, "K1,VWA,17,18", f"K1,VWA,17,{unknown}"), "case.toml": 'one_allele = "homozygote"'}
    case = read(tmp_path, changes)
    assert case.victims[0].profile.calls["VWA"] == ("17", None)
    assert case.warnings == ()


def test_two_unknown_alleles_are_no_call(tmp_path):
    case = read(tmp_path, edited(G, "K1,VWA,17,18", "K1,VWA,?,?"))
    assert "VWA" not in case.victims[0].profile.calls


def test_one_allele_may_be_declared_a_homozygote(tmp_path):
    case = read(
        tmp_path, {**edited(G, "K1,VWA,17,18", "K1,VWA,17,"), "case.toml": 'one_allele = "homozygote"'}
    )
    assert case.victims[0].profile.calls["VWA"] == ("17", "17")
    assert case.warnings == ()


@pytest.mark.parametrize(
    ("amelogenin", "dropout", "sex"),
    [("X,Y", "", "M"), ("X,X", "", "F"), ("X,", "", None), ("X,X", "0.1", None), ("Y,", "0.1", "M")],
)
def test_amelogenin_gives_the_sex_of_remains(tmp_path, amelogenin, dropout, sex):
    changes = {G: GOOD[G] + f"K1,AMEL,{amelogenin}\n", R: f"unit,sample,sex,dropout\nU1,K1,,{dropout}\n"}
    case = read(tmp_path, changes)
    assert case.victims[0].sex == sex
    assert case.eligible["U1"] == (() if sex == "F" else ("son",))


def test_dropout_and_dropin_reach_the_profiles(tmp_path):
    case = read(tmp_path, {R: "unit,sample,sex,dropout,dropin\nU1,K1,M,0.05,0.01\n"})
    assert (case.victims[0].profile.dropout, case.victims[0].profile.dropin) == (0.05, 0.01)
    assert case.families[0].profiles["dad"].dropout == 0


def test_replicates_take_the_place_of_a_call(tmp_path):
    changes = {
        G: "sample,marker,replicate,allele1,allele2,allele3\nS1,TH01,,6,7,\nK1,TH01,1,6,7,9.3\n"
        "K1,TH01,2,6,,\nK1,TH01,3,,,\nK1,VWA,,17,18,\n"
    }
    case = read(tmp_path, changes)
    profile = case.victims[0].profile
    assert profile.replicates == {"TH01": (frozenset({"6", "7", "9.3"}), frozenset({"6"}), frozenset())}
    assert profile.calls == {"VWA": ("17", "18")}


def test_a_man_has_one_allele_on_x(tmp_path):
    case = read(
        tmp_path,
        {
            G: GOOD[G] + "S1,DXS8378,10,\nK1,DXS8378,11,11\n",
            Q: GOOD[Q].replace("VWA\n", "VWA,DXS8378\n") + "10,,,,0.4\n11,,,,0.6\n",
        },
    )
    assert case.warnings == ()
    assert case.markers[-1].chromosome == "X"
    assert case.families[0].profiles["dad"].calls["DXS8378"] == ("10", "10")


def test_a_marker_nobody_was_typed_for_is_left_out(tmp_path):
    case = read(tmp_path, {Q: GOOD[Q].replace("VWA\n", "VWA,FGA\n") + "20,,,,1\n"})
    assert "FGA" not in [m.name for m in case.markers]
    assert "FGA" in case.tables[0].loci


def test_mutation_models_by_marker_and_for_all_others(tmp_path):
    text = "marker,model,rate_male,rate_female,range,rate2\n"
    text += "*,equal,0.002,,,\nvWA,stepwise,0.003,0.001,0.1,0.0001\n"
    case = read(tmp_path, {"mutation.csv": text + "TH01,none,,,,\n"})
    d3, th01, vwa = case.markers
    assert d3.mutation is not None
    assert (d3.mutation.model, d3.mutation.rate_female) == ("equal", 0.002)
    assert d3.mutation.male.tolist() == [[0.998, 0.002], [0.002, 0.998]]
    assert th01.mutation is None
    assert vwa.mutation is not None
    assert (vwa.mutation.model, vwa.mutation.rate_female, vwa.mutation.range) == ("stepwise", 0.001, 0.1)


def test_an_added_allele_is_in_the_mutation_matrix(tmp_path):
    changes = {
        **edited(G, "K1,VWA,17,18", "K1,VWA,17,19"),
        "mutation.csv": "marker,model,rate_male\n*,equal,0.002\n",
    }
    vwa = read(tmp_path, changes).markers[2]
    assert vwa.alleles == ("16", "17", "18", "19")
    assert vwa.mutation is not None
    assert vwa.mutation.male.shape == (4, 4)


def test_minimum_frequency_of_the_case_wins(tmp_path):
    changes = {**edited(G, "K1,VWA,17,18", "K1,VWA,17,19"), "case.toml": "minimum_frequency = 0.01"}
    vwa = read(tmp_path, changes).markers[2]
    assert vwa.frequencies[3] == pytest.approx(0.01 / 1.01, rel=1e-12)


def test_the_number_of_individuals_gives_the_minimum(tmp_path):
    case = read(tmp_path, {**edited(G, "K1,VWA,17,18", "K1,VWA,17,19"), Q: GOOD[Q] + "N,130,100,125\n"})
    assert case.tables[0].minimum == 5 / 200
    assert case.warnings[0].params["frequency"] == 5 / 200


def test_silent_alleles_by_marker_and_by_row(tmp_path):
    case = read(tmp_path, {"case.toml": "[silent_frequency]\nvWA = 0.01", Q: GOOD[Q] + "silent,,0.001,\n"})
    d3, th01, vwa = case.markers
    assert (d3.silent, th01.silent, vwa.silent) == (None, "silent", "silent")
    assert vwa.alleles[-1] == "silent"
    assert vwa.frequencies[-1] == 0.01
    assert np.isclose(vwa.frequencies.sum(), 1, rtol=1e-15)


def test_who_may_be_whom(tmp_path):
    people = GOOD[F] + "F1,son2,dad,mum,M,missing\nF1,girl,dad,mum,F,missing\nF2,lost,,,,missing\n"
    remains = "unit,sample,sex\nU1,K1,M\nU2,,M\n"
    assert read(tmp_path, {F: people, R: remains}).eligible == {"U1": ("son", "son2", "lost")}
    listed = read(tmp_path, {F: people, R: remains, "eligible.csv": "unit,missing\nU1,son2\n"})
    assert listed.eligible == {"U1": ("son2",)}
    nobody = read(tmp_path, {F: people, R: remains, "eligible.csv": "unit,missing\nU1,*\n"})
    assert nobody.eligible == {"U1": ()}


def test_several_people_in_one_unit(tmp_path):
    changes = {R: "unit,victim,sample,sex\nU1,U1/a,K1,M\nU1,U1/b,K2,M\n", G: GOOD[G] + "K2,TH01,6,6\n"}
    victims = read(tmp_path, changes).victims
    assert [(v.id, v.unit) for v in victims] == [("U1/a", "U1"), ("U1/b", "U1")]


def test_a_parent_without_sex_gets_it_from_the_role(tmp_path):
    case = read(tmp_path, {F: GOOD[F].replace(",M,S1", ",,S1").replace(",F,", ",,")})
    assert [p.sex for p in case.families[0].pedigree.persons] == ["M", "F", "M"]


def test_one_parent_alone_is_fine(tmp_path):
    case = read(
        tmp_path, {F: "family,person,father,mother,sex,sample\nF1,dad,,,M,S1\nF1,son,dad,,M,missing\n"}
    )
    assert case.families[0].pedigree["son"].mother is None
    assert case.warnings == ()


def test_further_tables(tmp_path):
    case = read(tmp_path, {"frequencies-levant.csv": "# source: here\n# licence: MIT\n" + GOOD[Q]})
    assert [(t.name, t.source, t.licence) for t in case.tables] == [
        ("frequencies", "", ""),
        ("levant", "here", "MIT"),
    ]


def test_the_settings_of_a_folder(tmp_path):
    write(tmp_path, {"case.toml": 'name = "Q"\nsynthetic = true\nmanifest = "bus list"\n'})
    case = read_case(tmp_path)
    assert (case.name, case.synthetic) == ("Q", True)
    assert read_case_settings(tmp_path).manifest == "bus list"
    assert read_case_settings(tmp_path / Q).manifest is None


def test_the_folder_names_the_case_if_nothing_else_does(tmp_path):
    assert read(tmp_path).name == tmp_path.name
