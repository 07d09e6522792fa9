"""The case document: what it becomes, what is wrong with it, and that the reference sets are read whole."""

import copy
import gzip
import hashlib
import json

import numpy as np
import pytest

from amana.interchange import joint_document, read_case, read_joint_json
from amana.problems import InputProblems
from tests.interchange.base import same_cases
from tests.interchange.test_fuzzing import DOCUMENT


def document(**changes):
    return {**copy.deepcopy(DOCUMENT), **changes}


def save(folder, content, name="case.json"):
    path = folder / name
    data = json.dumps(content).encode()
    path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    return path


def faults(folder, content):
    with pytest.raises(InputProblems) as caught:
        read_joint_json(save(folder, content))
    return [(p.code, p.field) for p in caught.value.problems if not p.warning]


def test_the_document_becomes_a_case(tmp_path):
    path = save(tmp_path, document())
    case = read_case(path)
    assert case.name == "case"
    assert case.victims[0].profile.calls == {"L1": ("1", "2")}
    assert case.families[0].missing == ("M1",)
    assert case.families[0].profiles["R1"].calls == {"L1": ("1", None)}
    assert case.eligible == {"V1": ("M1",)}
    assert case.inputs == {"case.json": hashlib.sha256(path.read_bytes()).hexdigest()}
    mutation = case.markers[0].mutation
    assert mutation is not None
    assert (mutation.model, mutation.rate_male) == ("equal", 0.1)
    assert mutation.female.tolist() == [[0.9, 0.1], [0.1, 0.9]]


def test_a_packed_document_is_the_same_case(tmp_path):
    packed = save(tmp_path, document(), "case.json.gz")
    case = read_case(packed)
    same_cases(read_case(save(tmp_path, document())), case)
    assert case.inputs == {"case.json.gz": hashlib.sha256(packed.read_bytes()).hexdigest()}


def test_without_pairings_sex_decides(tmp_path):
    content = document()
    del content["pairings"]
    assert read_joint_json(save(tmp_path, content)).eligible == {"V1": ("M1",)}
    content["pm"]["V1"]["sex"] = "F"
    assert read_joint_json(save(tmp_path, content)).eligible == {"V1": ()}


def test_lists_that_r_writes_as_single_values(tmp_path):
    content = document(missing="M1", pairings={"V1": "*"})
    content["am"]["F1"][1]["genotypes"] = []
    case = read_joint_json(save(tmp_path, content))
    assert case.families[0].missing == ("M1",)
    assert case.eligible == {"V1": ()}


def test_an_allele_not_listed_gets_the_minimum(tmp_path):
    content = document()
    content["markers"][0]["mutation"] = None
    content["pm"]["V1"]["genotypes"]["L1"] = ["1", "3"]
    case = read_joint_json(save(tmp_path, content))
    assert case.markers[0].alleles == ("1", "2", "3")
    assert case.markers[0].frequencies[2] == pytest.approx(0.001 / 1.001, rel=1e-12)
    assert [w.code for w in case.warnings] == ["frequencies.allele-added"]


def change(path, value):
    content = document()
    inner = content
    for key in path[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return content


MARKER, PERSON = ("markers", 0), ("am", "F1", 1)
FAULTS = {
    "no families": (("am",), ..., ("json.missing-key", "(top)")),
    "a marker without alleles": ((*MARKER, "alleles"), ..., ("json.missing-key", "markers[0]")),
    "one frequency too few": ((*MARKER, "freqs"), [1.0], ("json.alleles-and-freqs", "markers[0]")),
    "a frequency above one": ((*MARKER, "freqs"), [1.5, 0.5], ("json.out-of-range", "markers[0].freqs[0]")),
    "a frequency of zero": ((*MARKER, "freqs"), [1.0, 0.0], ("json.frequency-zero", "markers[0]")),
    "a sum far from one": ((*MARKER, "freqs"), [0.5, 0.2], ("frequencies.sum", "markers[0].freqs")),
    "a frequency in words": ((*MARKER, "freqs"), [0.5, "half"], ("json.wrong-kind", "markers[0].freqs[1]")),
    "an allele twice": ((*MARKER, "alleles"), ["1", "1"], ("json.allele-twice", "markers[0]")),
    "the Y chromosome": ((*MARKER, "chrom"), "Y", ("json.chromosome", "markers[0].chrom")),
    "a matrix that does not add up": (
        (*MARKER, "mutation", "male", "matrix"),
        [[0.9, 0.2], [0.1, 0.9]],
        ("mutation.bad-matrix", "markers[0].mutation.male"),
    ),
    "a matrix of another size": (
        (*MARKER, "mutation", "male", "matrix"),
        [[1.0]],
        ("json.matrix-shape", "markers[0].mutation.male"),
    ),
    "neither matrix nor model": (
        (*MARKER, "mutation"),
        {"male": {"rate": 0.1}},
        ("json.no-matrix", "markers[0].mutation"),
    ),
    "an allele that the matrix lacks": (
        ("pm", "V1", "genotypes", "L1"),
        ["1", "3"],
        ("json.allele-not-in-matrix", "L1"),
    ),
    "three alleles": (
        ("pm", "V1", "genotypes", "L1"),
        ["1", "2", "1"],
        ("json.two-alleles", "pm.V1.genotypes.L1"),
    ),
    "an unknown marker": (
        ("pm", "V1", "genotypes", "L7"),
        ["1", "2"],
        ("json.unknown-marker", "pm.V1.genotypes.L7"),
    ),
    "an unknown mother": ((*PERSON, "mother"), "R7", ("pedigree.unknown-parent", "am.F1[1].mother")),
    "a mother who is a man": (("am", "F1", 0, "sex"), "M", ("pedigree.mother-wrong-sex", "am.F1[1].mother")),
    "a sex that is none": ((*PERSON, "sex"), "W", ("value.sex", "am.F1[1].sex")),
    "a missing person in no family": (("missing",), ["M1", "M9"], ("families.unknown-missing", "missing")),
    "a missing person with a profile": (
        (*PERSON, "genotypes"),
        {"L1": ["1", "1"]},
        ("families.missing-typed", "am.F1"),
    ),
    "nobody missing": (("missing",), [], ("json.nobody", "missing")),
    "a pairing with nobody": (("pairings", "V1"), ["M9"], ("eligible.unknown-missing", "pairings.V1")),
    "a pairing of nobody": (("pairings", "V9"), ["M1"], ("eligible.unknown-unit", "pairings.V9")),
    "a list for a text": (("pm", "V1", "genotypes"), "none", ("json.wrong-kind", "pm.V1.genotypes")),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_at_its_place(tmp_path, name):
    path, value, expected = FAULTS[name]
    found = faults(tmp_path, change(path, value))
    assert expected in found
    # A missing person who is named wrongly leaves pairings that fit nothing either; no other fault follows.
    assert len({code for code, _ in found}) <= (2 if name == "nobody missing" else 1)


def test_faults_in_several_places_come_together(tmp_path):
    content = change((*MARKER, "chrom"), "Y")
    content["am"]["F1"][1]["mother"] = "R7"
    content["pairings"]["V9"] = []
    content["markers"].append({"name": "L2", "alleles": ["1"], "freqs": [1, 2]})
    assert {code for code, _ in faults(tmp_path, content)} >= {
        "json.chromosome",
        "pedigree.unknown-parent",
        "eligible.unknown-unit",
        "json.out-of-range",
    }


def test_broken_json_names_the_line(tmp_path):
    path = tmp_path / "case.json"
    path.write_text('{\n"name": "a"\n"pm": {}}')
    with pytest.raises(InputProblems) as caught:
        read_joint_json(path)
    (fault,) = caught.value.problems
    assert (fault.code, fault.row) == ("json.not-json", 3)


def test_every_reference_set_is_read_whole(reference_data, tmp_path):
    sets = [p for p in (reference_data / "genetics" / "joint").glob("*.json") if "results" not in p.name]
    assert sets
    for path in sets:
        raw = json.loads(path.read_text())
        case = read_joint_json(path)
        assert case.warnings == ()
        assert [v.id for v in case.victims] == list(raw["pm"])
        assert sorted(m for f in case.families for m in f.missing) == sorted(raw["missing"])
        assert case.eligible == {v: tuple(m for m in ms if m != "*") for v, ms in raw["pairings"].items()}
        for marker, given in zip(case.markers, raw["markers"], strict=True):
            assert marker.alleles == tuple(given["alleles"])
            assert marker.frequencies.tolist() == given["freqs"]
            if given["mutation"]:
                assert marker.mutation is not None
                assert np.array_equal(marker.mutation.male, np.array(given["mutation"]["male"]["matrix"]))
        for family in case.families:
            typed = {p["id"] for p in raw["am"][family.id] if p["genotypes"]}
            assert set(family.profiles) == typed
        again = save(tmp_path, joint_document(case), "again.json")
        same_cases(case, read_joint_json(again))
