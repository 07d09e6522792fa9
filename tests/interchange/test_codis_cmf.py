"""CODIS messages: profiles out and in again, other programs' forms, and what they cannot say."""

import dataclasses

import pytest

from amana.interchange import Sender, read_case, read_cmf, write_cmf
from amana.kinship.profiles import Profile
from amana.problems import InputProblems, render_all
from tests.interchange.base import GOOD, edited, read, same_cases, write

SENDER = Sender("AB1234567", "LAB01", "analyst", "2026-01-31T12:00:00")

MESSAGE = """<?xml version="1.0" encoding="UTF-8"?>
<CODISImportFile xmlns="urn:CODISImportFile-schema">
  <HEADERVERSION>3.2</HEADERVERSION>
  <SPECIMEN>
    <SPECIMENID>S1</SPECIMENID>
    <LOCUS><LOCUSNAME>D3S1358</LOCUSNAME>
      <ALLELE><ALLELEVALUE>15</ALLELEVALUE></ALLELE><ALLELE><ALLELEVALUE>16</ALLELEVALUE></ALLELE></LOCUS>
    <LOCUS><LOCUSNAME>THO1</LOCUSNAME><ALLELE><ALLELEVALUE>9.3</ALLELEVALUE></ALLELE></LOCUS>
  </SPECIMEN>
  <SPECIMEN PARTIAL="true">
    <SPECIMENID>K1</SPECIMENID>
    <LOCUS><LOCUSNAME>vWA</LOCUSNAME><ALLELE><ALLELEVALUE>17</ALLELEVALUE></ALLELE></LOCUS>
    <LOCUS><LOCUSNAME>D3S1358</LOCUSNAME>
      <ALLELE><ALLELEVALUE>15</ALLELEVALUE></ALLELE><ALLELE><ALLELEVALUE>&lt;12</ALLELEVALUE></ALLELE></LOCUS>
  </SPECIMEN>
</CODISImportFile>
"""


def message(folder, text, name="m.xml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("text", [
    MESSAGE, MESSAGE.replace(' xmlns="urn:CODISImportFile-schema"', ""), MESSAGE.replace("3.2<", "3.3<"),
    MESSAGE.replace("CODISImport", "CODISRapidImport").replace("<HEADERVERSION>3.2</HEADERVERSION>", ""),
    MESSAGE.replace(' PARTIAL="true"', ' PARTIAL="1"'),
])  # fmt: skip
def test_profiles_of_a_message(tmp_path, text):
    assert dict(read_cmf(message(tmp_path, text))) == {
        "S1": Profile("S1", {"D3S1358": ("15", "16"), "THO1": ("9.3", "9.3")}),
        "K1": Profile("K1", {"vWA": ("17", None), "D3S1358": ("15", None)}),
    }


@pytest.mark.parametrize("name", ["genotypes.xml", "genotypes.cmf"])
def test_a_message_stands_for_the_genotypes_of_a_folder(tmp_path, name):
    case = read(tmp_path)
    write_cmf(case, tmp_path / name, SENDER)
    (tmp_path / "genotypes.csv").unlink()
    again = read_case(tmp_path)
    same_cases(case, again)
    assert name in again.inputs


def test_the_message_says_who_sends_what(tmp_path):
    write_cmf(read(tmp_path), tmp_path / "m.xml", SENDER)
    text = (tmp_path / "m.xml").read_text("utf-8")
    assert text.count("<SPECIMENCATEGORY>Biological Father</SPECIMENCATEGORY>") == 1
    assert text.count("<SPECIMENCATEGORY>Unidentified Person</SPECIMENCATEGORY>") == 1
    assert '<CODISImportFile xmlns="urn:CODISImportFile-schema">' in text
    assert "<HEADERVERSION>3.2</HEADERVERSION>" in text
    assert "<DESTINATIONORI>AB1234567</DESTINATIONORI>" in text
    assert text.count("<ALLELEVALUE>17</ALLELEVALUE>") == 2  # 17/17 stands once, 17/18 once


def test_a_locus_of_the_later_version(tmp_path):
    changes = {n: t.replace("D3S1358", "SE33") for n, t in GOOD.items()}
    write_cmf(read(tmp_path, changes), tmp_path / "m.xml", SENDER)
    assert "<HEADERVERSION>3.3</HEADERVERSION>" in (tmp_path / "m.xml").read_text("utf-8")


def test_incomplete_calls_make_a_partial_specimen(tmp_path):
    case = read(tmp_path, edited("genotypes.csv", "K1,D3S1358,15,15", "K1,D3S1358,15,?"))
    write_cmf(case, tmp_path / "m.xml", SENDER)
    profiles = read_cmf(tmp_path / "m.xml")
    assert profiles["K1"].calls["D3S1358"] == ("15", None)
    assert profiles["S1"].calls["vWA"] == ("17", "17")


def with_victim(case, **changes):
    (victim,) = case.victims
    profile = dataclasses.replace(victim.profile, **changes)
    return dataclasses.replace(case, victims=(dataclasses.replace(victim, profile=profile),))


@pytest.mark.parametrize(("changes", "sender", "codes"), [
    ({"calls": {"D3S1358": ("15", "15"), "TH01": ("6", None)}}, SENDER, {"cmf.one-allele"}),
    ({"replicates": {"TH01": (frozenset("6"),)}}, SENDER, {"cmf.replicates"}),
    ({"calls": {"DXS8378": ("6", "6")}}, SENDER, {"cmf.locus"}),
    ({"sample": "x" * 25}, SENDER, {"cmf.text"}),
    ({"sample": "S1"}, SENDER, {"write.sample-twice"}),
    ({}, Sender("", "LAB01", "u" * 21, "t"), {"cmf.text"}),
])  # fmt: skip
def test_what_a_message_cannot_say_is_refused(tmp_path, changes, sender, codes):
    case = with_victim(read(tmp_path), **changes)
    with pytest.raises(InputProblems) as caught:
        write_cmf(case, tmp_path / "m.xml", sender)
    assert {p.code for p in caught.value.problems} == codes
    assert not (tmp_path / "m.xml").exists()
    for language in ("en", "ar"):
        assert "…" not in render_all(caught.value.problems, language)


def test_probabilities_are_told(tmp_path):
    case = with_victim(read(tmp_path), dropout=0.1)
    assert [w.code for w in write_cmf(case, tmp_path / "m.xml", SENDER)] == ["cmf.chances"]


ENTITIES = '<!DOCTYPE x [<!ENTITY a "b">]>\n<CODISImportFile>&a;</CODISImportFile>'


@pytest.mark.parametrize(("text", "code", "row"), [
    (MESSAGE.replace("3.2<", "2.0<"), "cmf.version", 2),
    (MESSAGE.replace("CODISImportFile", "Something"), "cmf.not-cmf", 2),
    (MESSAGE.replace("SPECIMEN>", "SAMPLE>").replace("<SPECIMEN ", "<SAMPLE "), "cmf.no-specimen", 2),
    (MESSAGE.replace("<SPECIMENID>S1</SPECIMENID>", ""), "cmf.no-identifier", 4),
    (MESSAGE.replace("K1", "S1"), "cmf.specimen-twice", 10),
    (MESSAGE.replace("<LOCUSNAME>THO1</LOCUSNAME>", ""), "cmf.no-locus", 8),
    (MESSAGE.replace("&lt;12", "12</ALLELEVALUE></ALLELE><ALLELE><ALLELEVALUE>13"),
     "genotypes.three-alleles", 13),
    (MESSAGE.replace("</LOCUSNAME><ALLELE><ALLELEVALUE>9.3", "</LOCUS>"), "cmf.not-xml", 8),
    (ENTITIES, "cmf.entities", None),
], ids=range(9))  # fmt: skip
def test_faults_name_their_line(tmp_path, text, code, row):
    with pytest.raises(InputProblems) as caught:
        read_cmf(message(tmp_path, text))
    assert (code, row) in {(p.code, p.row) for p in caught.value.problems}
    for language in ("en", "ar"):
        render_all(caught.value.problems, language)


def test_two_forms_of_genotypes_are_a_fault(tmp_path):
    write(tmp_path)
    message(tmp_path, MESSAGE, "genotypes.xml")
    with pytest.raises(InputProblems) as caught:
        read_case(tmp_path)
    assert "folder.two-forms" in {p.code for p in caught.value.problems}
