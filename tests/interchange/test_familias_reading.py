"""Familias files as they come: both parts, missing sexes, other alphabets, and every way to be cut."""

import numpy as np
import pytest

from amana.interchange import read_case, read_kinship_cases
from amana.kinship.likelihood import log_likelihood
from amana.kinship.mutation import mutation_matrix
from amana.problems import InputProblems, render_all
from tests.interchange.familias_files import HEAD, IDENTIFICATION, KINSHIP, fam, swapped


def faults(folder, lines, reader=read_case):
    with pytest.raises(InputProblems) as caught:
        reader(fam(folder, lines))
    for language in ("en", "ar"):
        assert "…" not in render_all(caught.value.problems, language).replace("Missing …", "")
    return [(p.code, p.row) for p in caught.value.problems if not p.warning]


def test_pedigrees_become_hypotheses(tmp_path):
    (case,) = read_kinship_cases(fam(tmp_path, KINSHIP))
    assert case.id == "case"
    assert list(case.hypotheses) == ["related", "uncle"]
    related, uncle = (h.pedigree for h in case.hypotheses.values())
    assert [(p.id, p.father, p.mother, p.sex) for p in related.persons] == [
        ("Father", None, None, "M"), ("Mother", None, None, "F"), ("Child", "Father", "Mother", "M"),
    ]  # fmt: skip
    assert uncle["Child"].father == "extra 3"
    assert uncle["Father"].father == uncle["extra 3"].father == "extra 2"
    assert uncle["Father"].mother == uncle["extra 3"].mother == "extra 1"
    profiles = case.hypotheses["uncle"].profiles
    assert dict(profiles["Father"].calls) == {"D3S1358": ("15", "16"), "TH01": ("6", "9.3")}
    assert dict(profiles["Child"].calls) == {"D3S1358": ("15", "15")}


def test_the_database_gives_markers_and_mutation(tmp_path):
    (case,) = read_kinship_cases(fam(tmp_path, KINSHIP))
    d3, th01 = case.markers
    assert (d3.alleles, d3.frequencies.tolist()) == (("15", "16", "16.3"), [0.5, 0.25, 0.25])
    assert th01.mutation is None
    assert (d3.mutation.model, d3.mutation.rate_female, d3.mutation.rate_male) == ("stepwise", 0.001, 0.002)
    # Row of 15, by hand: 16 is one whole repeat away and takes the rate, 16.3 takes rate2.
    assert np.allclose(d3.mutation.male[0], [1 - 0.0021, 0.002, 0.0001], rtol=1e-14)
    assert np.allclose(d3.mutation.female[0], [1 - 0.0011, 0.001, 0.0001], rtol=1e-14)


def test_paternity_by_hand(tmp_path):
    # Without mutation: father 15/16, child 15/15, mother not typed.  P(child | father) = p(15)/2.
    written = "0.001\n0.002\n4\n4\n3\n0.1\n0.1\n0.0001\n0.0001"
    lines = swapped(KINSHIP, written, "0\n0\n4\n4\n3\n0.1\n0.1\n0\n0")
    (case,) = read_kinship_cases(fam(tmp_path, lines))
    hypothesis = case.hypotheses["related"]
    found = log_likelihood(hypothesis.pedigree, hypothesis.profiles, case.markers)
    assert np.exp(found[0]) == pytest.approx(2 * 0.5 * 0.25 * 0.5 / 2, rel=1e-12)
    assert np.exp(found[1]) == pytest.approx(2 * 0.75 * 0.25, rel=1e-12)


def test_the_dvi_part_becomes_a_case(tmp_path):
    case = read_case(fam(tmp_path, IDENTIFICATION))
    assert [(v.id, v.sex, dict(v.profile.calls)) for v in case.victims] == [
        ("K1", "M", {"D3S1358": ("15", "16"), "TH01": ("6", "6")}), ("K2", None, {"D3S1358": ("16", "16")}),
    ]  # fmt: skip
    first, second = case.families
    assert first.missing == ("Missing person (F1)",)
    assert second.missing == ("Missing female 1", "Missing person (F2)")
    assert first.profiles["Son"].sample == "Son (F1)"
    assert len(case.inputs["case.fam"]) == 64
    assert [w.code for w in case.warnings] == []


def test_a_missing_sex_follows_from_the_other_parent_or_stays_unknown(tmp_path):
    case = read_case(fam(tmp_path, IDENTIFICATION))
    first, second = case.families
    assert first.pedigree["Missing person (F1)"].sex == "M"  # the wife is the mother
    assert second.pedigree["Missing person (F2)"].sex is None
    assert case.eligible == {
        "K1": ("Missing person (F1)", "Missing person (F2)"),
        "K2": ("Missing person (F1)", "Missing female 1", "Missing person (F2)"),
    }


def test_sexes_follow_along_a_chain_of_couples(tmp_path):
    more = "Parent= Missing other\nChild= Son\nParent= Missing other\nChild= X\nParent= Y\nChild= X\n"
    lines = swapped(IDENTIFICATION, "Name= Two\nnRelations= 2\n", "Name= Two\nnRelations= 5\n" + more)
    case = read_case(fam(tmp_path, lines))
    tree = case.families[1].pedigree
    assert {p: tree[p].sex for p in ("Missing person (F2)", "Missing other", "Y")} == {
        "Missing person (F2)": None, "Missing other": None, "Y": None,
    }  # fmt: skip
    assert {tree["Son"].father, tree["Son"].mother} == {"Missing person (F2)", "Missing other"}
    known = swapped(lines, "Name= Missing female 1\n", "Name= Y\n")
    known = [x.replace("Child= Missing female 1", "Child= Z") for x in known]
    tree = read_case(fam(tmp_path, known)).families[1].pedigree
    assert (tree["Y"].sex, tree["Missing other"].sex, tree["Missing person (F2)"].sex) == ("F", "M", "F")


def test_two_parents_of_one_sex_are_a_fault(tmp_path):
    lines = swapped(IDENTIFICATION, "Name= Wife\nGender= Female", "Name= Wife")
    assert read_case(fam(tmp_path, lines)).families[0].pedigree["Missing person (F1)"].sex is None
    lines = swapped(
        lines, "Name= Two\nnRelations= 2\n",
        "Name= Two\nnRelations= 6\nParent= Missing female 1\nChild= A\nParent= B\nChild= A\n"
        "Parent= B\nChild= C\nParent= Son\nChild= C\n",
    )  # fmt: skip
    # B has children with a woman and with a man.
    row = lines.index("Parent= Son") + 1
    assert faults(tmp_path, lines) == [("familias.same-sex", row)]
    lines = swapped(lines, "Name= Missing female 1\nGender= Female", "Name= Missing female 1\nGender= Male")
    assert read_case(fam(tmp_path, lines)).families[1].pedigree["B"].sex == "F"


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("comma", [False, True])
def test_endings_encodings_and_commas(tmp_path, ending, encoding, comma):
    lines = [x.replace(".", ",") if comma and x[:2] in ("0.",) else x for x in IDENTIFICATION]
    case = read_case(fam(tmp_path, lines, ending, encoding))
    assert case.markers[0].frequencies.tolist() == [0.5, 0.25, 0.25]
    assert [w.code for w in case.warnings] == []


@pytest.mark.parametrize(
    ("name", "encoding", "page"), [("Sønn", "cp1252", "1252"), ("ابن", "cp1256", "1256")]
)
def test_old_code_pages(tmp_path, name, encoding, page):
    lines = [x.replace("Son", name) for x in IDENTIFICATION]
    case = read_case(fam(tmp_path, lines, encoding=encoding))
    assert name in case.families[0].pedigree
    assert [(w.code, w.params["page"]) for w in case.warnings] == [("familias.code-page", f"Windows-{page}")]


def test_a_file_without_the_empty_note(tmp_path):
    lines = IDENTIFICATION[:3] + IDENTIFICATION[4:]
    assert len(read_case(fam(tmp_path, lines)).families) == 2


def test_an_allele_that_the_database_lacks_gets_the_minimum(tmp_path):
    lines = swapped(IDENTIFICATION, "Allele1= 16\nAllele2= 16\n", "Allele1= 16\nAllele2= 18\n")
    at = next(i for i, x in enumerate(lines) if x.startswith("3\t"))
    lines[at] = lines[at].replace("Minor allele frequency = 0 ", "Minor allele frequency = 0,01 ")
    case = read_case(fam(tmp_path, lines))
    assert case.markers[0].frequencies[case.markers[0].index["18"]] == pytest.approx(0.01 / 1.01, rel=1e-12)
    assert [w.code for w in case.warnings] == ["frequencies.allele-added"]


@pytest.mark.parametrize(("frequencies", "expected"), [(("0.75", "0.25"), [0.72, 0.24, 0.04]),
                                                       (("0.7", "0.26"), [0.7, 0.26, 0.04])])  # fmt: skip
def test_a_silent_allele(tmp_path, frequencies, expected):
    lines = swapped(IDENTIFICATION, "0.0\n0.0\n#FALSE#\n0\n2\t", "0.0\n0.0\n#TRUE#\n0.04\n2\t")
    lines = swapped(lines, '"6"\n0.75\n"9.3"\n0.25', '"6"\n{}\n"9.3"\n{}'.format(*frequencies))
    th01 = read_case(fam(tmp_path, lines)).markers[1]
    assert (th01.alleles[-1], th01.silent) == ("silent", "silent")
    assert th01.frequencies.tolist() == pytest.approx(expected, rel=1e-12)


def test_sexes_may_have_models_of_their_own(tmp_path):
    lines = swapped(IDENTIFICATION, "0.001\n0.002\n4\n4\n", "0.001\n0.002\n0\n1\n")
    marker = read_case(fam(tmp_path, lines)).markers[0]
    made = [
        mutation_matrix(model, marker.alleles, marker.frequencies, rate)
        for model, rate in (("equal", 0.001), ("proportional", 0.002))
    ]
    assert marker.mutation.model == "custom"
    assert np.array_equal(marker.mutation.female, made[0])
    assert np.array_equal(marker.mutation.male, made[1])


def test_the_simple_stepwise_model_over_partial_repeats_is_told(tmp_path):
    lines = swapped(IDENTIFICATION, "0.001\n0.002\n4\n4\n", "0.001\n0.002\n2\n2\n")
    case = read_case(fam(tmp_path, lines))
    (warning,) = case.warnings
    assert (warning.code, warning.params["markers"]) == ("familias.simple-stepwise", ("D3S1358",))
    assert case.markers[0].mutation.rate2 == 0


def test_drop_out_of_persons(tmp_path):
    lines = [x.replace("Dropout probability = 0 ", "Dropout probability = 0.1 ") for x in KINSHIP]
    lines = swapped(lines, '"Child"\n#FALSE#\n-1', '"Child"\n#FALSE#\n-1 (Consider dropouts)')
    (case,) = read_kinship_cases(fam(tmp_path, lines))
    dropouts = {n: p.dropout for n, p in case.hypotheses["uncle"].profiles.items()}
    assert dropouts == {"Father": 0.0, "Child": 0.1}


def test_theta(tmp_path):
    lines = [x.replace("Fst: 0 ", "Fst: 0.03 ") for x in KINSHIP]
    assert read_kinship_cases(fam(tmp_path, lines))[0].theta == 0.03
    lines = [x.replace("Fst: 0 ", "Fst: 0.03 ") for x in IDENTIFICATION]
    assert [w.code for w in read_case(fam(tmp_path, lines)).warnings] == ["familias.theta"]


REFUSED = {
    "stationary": ("0.001\n0.002\n4\n4\n", "0.001\n0.002\n3\n3\n", "familias.stationary"),
    "several databases": ("#Databases: 1 ", "#Databases: 2 ", "familias.databases"),
    "results": ("#FALSE# (#Databases", "#TRUE# (#Databases", "familias.results"),
    "another version": ("3.1.9 (DVI)", "2.0.1", "familias.version"),
    "a rate above one": ("0.001\n0.002\n4", "1.001\n0.002\n4", "familias.not-a-number"),
    "a sum": ('"15"\n0.5', '"15"\n0.4', "frequencies.sum"),
    "an allele that is no number": ('"16.3"\n0.25', '"rest"\n0.25', "mutation.allele-not-numeric"),
    "an allele twice": ('"16.3"\n0.25', '"16"\n0.25', "familias.allele-twice"),
    "a marker twice": ('"TH01"', '"D3S1358"', "familias.system-twice"),
    "too few alleles": ("3\t(Data", "2\t(Data", "familias.not-a-number"),
    "no missing": ("Name= Two\nnRelations= 2\nParent= Missing person\nChild= Son\nParent= Missing person\n"
                   "Child= Missing female 1", "Name= Two\nnRelations= 1\nParent= Mum\nChild= Son",
                   "familias.nobody-missing"),
    "a gender": ("Name= Wife\nGender= Female", "Name= Wife\nGender= Wife", "value.sex"),
    "a typed missing person": ("Name= Missing female 1\nGender= Female\n[[[[[[DNA data]]]]]]\nnSystems= 0",
                               "Name= Missing female 1\nGender= Female\n[[[[[[DNA data]]]]]]\nnSystems= 1\n"
                               "SystemName= TH01\nAllele1= 6\nAllele2= 6", "families.missing-typed"),
    "one name twice": ("Name= K2", "Name= K1", "familias.person-twice"),
    "one family twice": ("Name= F2", "Name= F1", "familias.family-twice"),
    "pedigrees that differ": ("Name= Reference pedigree\nnRelations= 0", "Name= Other\nnRelations= 0",
                              "familias.pedigrees"),
    "a reference that differs": ("Name= Reference pedigree\nnRelations= 0",
                                 "Name= Reference pedigree\nnRelations= 1\nParent= Dad\nChild= Son",
                                 "familias.reference-differs"),
    "three parents": ("Name= Two\nnRelations= 2", "Name= Two\nnRelations= 4\nParent= A\nChild= Son\n"
                      "Parent= B\nChild= Son", "familias.three-parents"),
    "fewer families": ("Families]]\nnFamilies= 2", "Families]]\nnFamilies= 3", "familias.count"),
    "a heading too deep": ("[[[Family 2 ]]]", "[[[[[[[Family 2 ]]]]]]]", "familias.nesting"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_is_refused_with_its_line(tmp_path, what):
    old, new, code = REFUSED[what]
    found = faults(tmp_path, swapped(IDENTIFICATION, old, new))
    assert code in {c for c, _ in found}
    assert all(row is not None for _, row in found)


KINSHIP_REFUSED = {
    "twins": ("5\n3\n0\n4\n0", "5\n1 Direct\n0\n4\n0", "familias.twins"),
    "a genotype outside": ("2\n0\n1\n0\n0\n1\n1", "2\n0\n7\n0\n0\n1\n1", "familias.genotype-outside"),
    "a relation outside": ("5\n3\n0\n4\n0", "5\n3\n9\n4\n0", "familias.relation-outside"),
    "one name twice": ('"Child"', '"Father"', "familias.person-twice"),
    "one pedigree twice": ('"uncle"', '"related"', "familias.pedigree-twice"),
    "no heading": ('"Known relations"', '"Relations"', "familias.no-heading"),
    "no flag": ('"Mother"\n#FALSE#', '"Mother"\n-1', "familias.not-a-flag"),
    "two drop-outs": ("2\t(DatabaseSize = 2500 , Dropout probability = 0", "2\t(DatabaseSize = 2500 , "
                      "Dropout probability = 0.2", "familias.dropout-by-system"),
}  # fmt: skip


@pytest.mark.parametrize("what", KINSHIP_REFUSED)
def test_pedigrees_that_cannot_be_read_are_refused_with_their_line(tmp_path, what):
    old, new, code = KINSHIP_REFUSED[what]
    lines = swapped(KINSHIP, '"Father"\n#FALSE#\n-1', '"Father"\n#FALSE#\n-1 (Consider dropouts)')
    found = faults(tmp_path, swapped(lines, old, new), read_kinship_cases)
    assert code in {c for c, _ in found}
    assert all(row is not None for _, row in found)


def test_one_missing_person_in_two_families_is_a_fault(tmp_path):
    lines = swapped(IDENTIFICATION, "Name= Son\nnRelations= 2", "Name= Missing: x\nnRelations= 2")
    assert read_case(fam(tmp_path, lines)).families[0].missing == ("x",)
    lines = [line.replace("Missing female 1", "Missing: x") for line in lines]
    row = lines.index("[[Reference Families]]") + 1
    assert faults(tmp_path, lines) == [("familias.person-twice", row)]


def test_the_part_that_is_not_there(tmp_path):
    assert faults(tmp_path, KINSHIP) == [("familias.no-dvi", None)]
    assert faults(tmp_path, IDENTIFICATION, read_kinship_cases) == [("familias.no-pedigrees", None)]
    assert faults(tmp_path, ['"Something else"', *HEAD[1:]])[0] == ("familias.not-familias", 1)


def test_markers_off_the_autosomes_are_left_out_and_told(tmp_path):
    lines = [x.replace("TH01", "DXS8378") for x in IDENTIFICATION]
    case = read_case(fam(tmp_path, lines))
    assert [m.name for m in case.markers] == ["D3S1358"]
    assert {w.code for w in case.warnings} == {"familias.not-autosomal"}


def test_a_cut_file_names_its_last_line(tmp_path):
    end = IDENTIFICATION.index("[Prior]")
    start = IDENTIFICATION.index("[DVI]") - 1
    for length in range(1, end):
        found = faults(tmp_path, IDENTIFICATION[:length])
        assert found, length
        if 4 < length < start:
            assert found == [("familias.ends", length)]


def test_settings_that_are_not_taken_over_are_told(tmp_path):
    lines = swapped(IDENTIFICATION, "Dropout= 0\n", "Dropout= 0.1\n")
    lines = swapped(lines, "UseList= No", "UseList= Yes")
    lines += ["[Familial searching]", "Depth= 3"]
    told = {w.code for w in read_case(fam(tmp_path, lines)).warnings}
    assert told == {"familias.setting", "familias.section"}
