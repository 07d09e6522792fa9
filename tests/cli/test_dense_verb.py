"""``amana kinship dense`` and ``amana kinship likelihood --linked`` as somebody types them."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from amana.cli.entry import main
from amana.kinship.dense import RELATIONS, DenseMarkers, PairLikelihood

MAP = """marker,chromosome,cM,allele1,allele2,frequency
rs2,chr1,9.5,C,T,0.25
rs1,1,2,A,G,0.5
rs3,2,0.1,AT,-,0.4
"""
GENOTYPES = """marker\tbone\tmother\tman
rs1\tAG\tA/A\tgg
rs2\tCT\tC T\t
rs3\tAT/-\tAT/AT\t-/-
rs9\tAA\tAA\tAA
"""
# Copies of the first allele in the order of the map; 3 is not typed.
READ = np.array([(1, 1, 1), (2, 1, 2), (0, 3, 0)], dtype=np.int8)


@pytest.fixture
def folder(tmp_path):
    for name, text in (("g.tsv", GENOTYPES), ("m.csv", MAP), ("p.csv", "first,second\nmother,man\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(capsys, folder, *more):
    files = ["--genotypes", str(folder / "g.tsv"), "--map", str(folder / "m.csv")]
    status = main(["kinship", "dense", *files, *map(str, more)])
    return status, capsys.readouterr().out


def test_the_tables_are_read_and_every_relation_is_told(capsys, folder):
    status, text = run(capsys, folder, "--error", "0.01", "--out", folder / "o.csv", "--json")
    assert status == 0
    report = json.loads(text)
    markers = DenseMarkers(
        ("rs1", "rs2", "rs3"), np.array([1, 1, 2]), np.array([2, 9.5, 0.1]), np.array([0.5, 0.25, 0.4]), 0.01
    )
    expected = PairLikelihood(markers).log10_lr(READ, np.array([(0, 1), (0, 2)]))
    assert [(p["first"], p["second"], p["markers"]) for p in report["pairs"]] == [
        ("bone", "mother", 3), ("bone", "man", 2),
    ]  # fmt: skip
    for pair, lr in zip(report["pairs"], expected, strict=True):
        assert list(pair["log10_lr"].values()) == pytest.approx(list(lr), rel=1e-12)
    assert len(report["warnings"]) == 1  # rs9
    with (folder / "o.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(r["avuncular"]) for r in rows] == pytest.approx(
        list(expected[:, list(RELATIONS).index("avuncular")]), rel=1e-9
    )


@pytest.mark.parametrize(("language", "said"), [("en", "no identification"), ("ar", "تحديدًا للهوية")])
def test_pairs_and_relations_are_a_choice(capsys, folder, language, said):
    status, text = run(
        capsys, folder, "--pairs", folder / "p.csv", "--relation", "parent-child", "--lang", language
    )
    assert status == 0
    assert said in text
    assert "mother" in text
    assert "bone" not in text


def test_every_fault_is_told_with_its_place(capsys, folder):
    (folder / "m.csv").write_text(
        MAP.replace("chr1", "X").replace("A,G,0.5", "A,A,1").replace(",0.1,", ",b,")
    )
    (folder / "p.csv").write_text("first,second\nbone,nobody\n")
    status, text = run(capsys, folder, "--json")
    assert status == 2
    assert {(p["code"], p["file"], p["row"]) for p in json.loads(text)["problems"]} == {
        ("dense.chromosome", "m.csv", 2), ("dense.frequency", "m.csv", 3), ("dense.two-alleles", "m.csv", 3),
        ("dense.bad-position", "m.csv", 4),
    }  # fmt: skip
    (folder / "m.csv").write_text(MAP)
    status, text = run(capsys, folder, "--pairs", folder / "p.csv", "--json")
    assert [p["code"] for p in json.loads(text)["problems"]] == ["dense.unknown-sample"]
    (folder / "g.tsv").write_text(GENOTYPES.replace("AG", "AC"))
    status, text = run(capsys, folder, "--json")
    found = [(p["code"], p["row"], p["field"]) for p in json.loads(text)["problems"]]
    assert ("dense.bad-genotype", 2, "bone") in found
    status, text = run(capsys, folder, "--out", "x.parquet", "--json")
    assert (status, json.loads(text)["problems"][0]["code"]) == (2, "dense.output-format")


def person(who, parents, calls):
    return {"id": who, "father": parents[0], "mother": parents[1], "sex": "M", "genotypes": calls}


def case(**more):
    q = {"14": 0.25, "15": 0.75}
    seen = {"vWA": ["14", "15"], "D12S391": ["14", "14"]}
    related = [person("f", (None, None), {}), person("a", ("f", None), seen), person("b", ("f", None), seen)]
    return {
        "id": "half",
        "markers": [{"name": n, "alleles": list(q), "freqs": list(q.values())} for n in seen],
        "hypotheses": {
            "H1": {"individuals": related},
            "H2": {"individuals": [person(w, (None, None), seen) for w in "ab"]},
        },
        **more,
    }


def likelihood(capsys, path, *more):
    status = main(["kinship", "likelihood", str(path), *more])
    return (status, *capsys.readouterr())


def test_linked_pairs_are_warned_of_and_computed_jointly_if_asked(capsys, tmp_path):
    path = tmp_path / "half.json"
    path.write_text(json.dumps(case()), encoding="utf-8")
    status, out, err = likelihood(capsys, path)
    assert status == 0
    assert "vWA + D12S391 (ρ 0.1172)" in err
    _, out, _ = likelihood(capsys, path, "--json")
    (apart,) = json.loads(out)["cases"]
    assert len(apart["warnings"]) == 1
    _, out, err = likelihood(capsys, path, "--json", "--linked")
    (jointly,) = json.loads(out)["cases"]
    assert err == ""
    assert jointly["markers"] == ["vWA + D12S391"]
    assert "warnings" not in jointly
    # The same as a case that states the rate itself.
    path.write_text(json.dumps(case(recombination=0.1172)), encoding="utf-8")
    _, out, err = likelihood(capsys, path, "--json")
    (stated,) = json.loads(out)["cases"]
    assert err == ""
    for name in ("H1", "H2"):
        joint, alone = (c["hypotheses"][name]["loglik_total"] for c in (jointly, apart))
        assert joint == pytest.approx(stated["hypotheses"][name]["loglik_total"], rel=1e-14)
        assert (abs(joint - alone) > 1e-3) is (name == "H1")


def test_fst_with_linked_pairs_is_refused(capsys, tmp_path):
    path = tmp_path / "half.json"
    path.write_text(json.dumps(case()), encoding="utf-8")
    status, out, _ = likelihood(capsys, path, "--linked", "--theta", "0.02", "--json")
    assert status == 2
    assert {(p["code"], p["field"]) for p in json.loads(out)["problems"]} == {
        ("linked.theta", "half.H1"), ("linked.theta", "half.H2"),
    }  # fmt: skip
