"""Kinship cases: every field of the format, faults at their place, and the reference file read whole."""

import copy
import gzip
import json
import math

import pytest

from amana.interchange import read_kinship_cases
from amana.problems import InputProblems
from tests.interchange.test_fuzzing import KINSHIP


def cases(folder, content, name="k.json"):
    path = folder / name
    data = json.dumps(content).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return read_kinship_cases(path)


def one(**changes):
    content = copy.deepcopy(KINSHIP)
    content["cases"][0].update(changes)
    return content


def individual(person, father=None, mother=None, sex="M", component=1, **more):
    return {"id": person, "father": father, "mother": mother, "sex": sex, "component": component,
            "genotypes": {}, **more}  # fmt: skip


def test_fields_of_a_case(tmp_path):
    content = one(title="A title", theta=0.03, dropin=0.01)
    content["cases"][0]["hypotheses"]["H1"].update(loglik_total="-Inf", familias_lik=[0])
    (case,) = cases(tmp_path, content)
    assert (case.id, case.title, case.theta, case.recombination) == ("a", "A title", 0.03, None)
    hypothesis, expected = case.hypotheses["H1"], case.expected["H1"]
    assert [p.id for p in hypothesis.pedigree.persons] == ["R1", "M1"]
    assert hypothesis.profiles["R1"].calls == {"L1": ("1", None)}
    assert (hypothesis.profiles["R1"].dropout, hypothesis.profiles["R1"].dropin) == (0.1, 0.01)
    assert (expected.loglik, expected.loglik_total, expected.familias_lik) == (
        (-math.inf,),
        -math.inf,
        (0.0,),
    )


def test_packed_and_bare_forms(tmp_path):
    assert cases(tmp_path, one(), "k.json.gz")[0].id == "a"
    assert cases(tmp_path, one()["cases"])[0].id == "a"
    assert cases(tmp_path, one()["cases"][0])[0].id == "a"


def test_silent_allele_x_and_founder_inbreeding(tmp_path):
    markers = [
        {"name": "L1", "chrom": 23, "alleles": ["1", "2", "n"], "freqs": [0.5, 0.4, 0.1], "mutation": None},
        {"name": "L2", "chrom": "7", "alleles": ["1", "2"], "freqs": [0.5, 0.5], "mutation": None},
    ]
    people = [individual("A", founder_inbreeding=0.25, genotypes={"L1": ["2", "2"]})]
    content = one(markers=markers, silent_allele="n", dropout={}, hypotheses={"H": {"individuals": people}})
    (case,) = cases(tmp_path, content)
    assert [(m.chromosome, m.silent) for m in case.markers] == [("X", "n"), ("autosomal", None)]
    assert case.hypotheses["H"].pedigree["A"].founder_inbreeding == 0.25
    assert case.expected["H"].loglik is None


def test_replicates(tmp_path):
    people = [individual("A", replicates={"L1": [["1", "2"], ["1"], []]})]
    (case,) = cases(tmp_path, one(dropout={"A": 0.2}, hypotheses={"H": {"individuals": people}}))
    profile = case.hypotheses["H"].profiles["A"]
    assert profile.replicates == {"L1": (frozenset({"1", "2"}), frozenset({"1"}), frozenset())}
    assert profile.dropout == 0.2


def test_an_allele_not_listed_gets_the_minimum_with_a_warning(tmp_path):
    marker = {**KINSHIP["cases"][0]["markers"][0], "mutation": None}
    people = [individual("A", genotypes={"L1": ["9", None]})]
    (case,) = cases(tmp_path, one(markers=[marker], dropout={}, hypotheses={"H": {"individuals": people}}))
    assert case.markers[0].alleles == ("1", "2", "9")
    assert [w.code for w in case.warnings] == ["frequencies.allele-added"]


RELATED = {"individuals": [individual("F", component=2), individual("C", father="F")]}
TWICE = {"individuals": [individual("A"), individual("A")]}
FAULTS = {
    "theta below zero": ({"theta": -0.1}, ("json.out-of-range", "cases[0].theta")),
    "a recombination rate for one marker": ({"recombination": 0.1}, ("cases.linked-markers", "cases[0]")),
    "a recombination rate above one half": (
        {"recombination": 0.6},
        ("json.out-of-range", "cases[0].recombination"),
    ),
    "drop-out of nobody": ({"dropout": {"Z": 0.1}}, ("cases.unknown-person", "cases[0]")),
    "a parent in another component": (
        {"hypotheses": {"H": RELATED}, "dropout": {}},
        ("cases.parent-elsewhere", "cases[0].hypotheses.H.individuals[1].father"),
    ),
    "a person twice": (
        {"hypotheses": {"H": TWICE}, "dropout": {}},
        ("pedigree.person-twice", "cases[0].hypotheses.H.individuals[1]"),
    ),
    "no hypothesis": ({"hypotheses": {}, "dropout": {}}, ("json.nobody", "cases[0].hypotheses")),
    "no individuals": (
        {"hypotheses": {"H": {}}, "dropout": {}},
        ("json.missing-key", "cases[0].hypotheses.H"),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_at_its_place(tmp_path, name):
    changes, expected = FAULTS[name]
    with pytest.raises(InputProblems) as caught:
        cases(tmp_path, one(**changes))
    assert [(p.code, p.field) for p in caught.value.problems] == [expected]


def test_a_case_twice(tmp_path):
    content = one()
    content["cases"] *= 2
    with pytest.raises(InputProblems) as caught:
        cases(tmp_path, content)
    assert [(p.code, p.field) for p in caught.value.problems] == [("cases.id-twice", "cases[1]")]


def test_the_reference_file_is_read_whole(reference_data):
    path = reference_data / "genetics" / "kinship_cases.json"
    raw = json.loads(path.read_text())["cases"]
    found = read_kinship_cases(path)
    assert [c.id for c in found] == [c["id"] for c in raw]
    for case, given in zip(found, raw, strict=True):
        assert case.warnings == ()
        assert (case.theta, case.recombination) == (given["theta"], given.get("recombination"))
        assert [m.frequencies.tolist() for m in case.markers] == [m["freqs"] for m in given["markers"]]
        for name, hypothesis in given["hypotheses"].items():
            people = hypothesis["individuals"]
            assert [p.id for p in case.hypotheses[name].pedigree.persons] == [p["id"] for p in people]
            calls = {p["id"]: p["genotypes"] for p in people if p["genotypes"]}
            read = {
                p: {m: list(c) for m, c in x.calls.items()} for p, x in case.hypotheses[name].profiles.items()
            }
            assert read == calls
            expected = [-math.inf if v == "-Inf" else v for v in hypothesis["loglik"]]
            assert list(case.expected[name].loglik or ()) == expected
