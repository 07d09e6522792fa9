"""Gazetteers: what the rows become, faults with their place, and the files of others."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.interchange import (
    Area,
    GazetteerPlace,
    read_gazetteer,
    read_gazetteer_csv,
    read_geonames,
    read_ocha,
)
from amana.interchange.gazetteer_files import GEONAMES, OCHA
from amana.interchange.gazetteer_files_geonames import likeliest
from amana.problems import InputProblems, render

# Facts of UN OCHA's Common Operational Dataset for Syria, edition of 2015: five of its 5,251 rows.
COMMUNITIES = """\
pcode,name_en,name_ar,adm3_pcode,adm3_en,adm3_ar,adm2_pcode,adm2_en,adm2_ar,adm1_pcode,adm1_en,adm1_ar,lat,lon
C2680,Qabu,القبو,SY040110,Qabu,القبو,SY0401,Homs,مركز حمص,SY04,Homs,حمص,34.841548,36.453843
C2557,Kafram,كفرام,SY040110,Qabu,القبو,SY0401,Homs,مركز حمص,SY04,Homs,حمص,34.862505,36.375781
C3572,Qabu,القبو,SY060200,Jablah,مركز جبلة,SY0602,Jablah,جبلة,SY06,Lattakia,اللاذقية,35.439219,35.910043
C1466,Upper Dhak,الضحاك فوقان\ufffd,SY020303,Raju,راجو,SY0203,Afrin,عفرين,SY02,Aleppo,حلب,36.648539,36.715591
C6044,Mseifra,المسيفرة,SY120007,Mseifra,المسيفرة,SY1200,Dar'a,درعا,SY12,Dar'a,درعا,32.632437,36.341637
"""


def faults(read, data: bytes | str, file: str = "places.csv") -> list[tuple]:
    with pytest.raises(InputProblems) as caught:
        read(data.encode() if isinstance(data, str) else data, file)
    found = [p for p in caught.value.problems if not p.warning]
    for problem in found:
        assert problem.file == file
        for language in ("en", "ar"):
            assert "…" not in render(problem, language)
    return [(p.code.removeprefix("gazetteer."), p.row, p.field) for p in found]


def test_communities_and_the_areas_they_lie_in():
    found = read_ocha(COMMUNITIES.encode(), "places.csv")
    places = {p.pcode: p for p in found.places}
    homs = Area("SY04", "Homs", "حمص"), Area("SY0401", "Homs", "مركز حمص"), Area("SY040110", "Qabu", "القبو")
    assert found.credit == OCHA
    point = {"latitude": 34.841548, "longitude": 36.453843}
    assert places["C2680"] == GazetteerPlace("C2680", "community", "Qabu", "القبو", *homs, **point)
    assert places["SY040110"] == GazetteerPlace("SY040110", "subdistrict", "Qabu", "القبو", *homs[:2])
    assert places["SY04"] == GazetteerPlace("SY04", "governorate", "Homs", "حمص")
    assert Counter(p.kind for p in found.places) == {
        "community": 5, "subdistrict": 4, "district": 4, "governorate": 4,
    }  # fmt: skip


def test_a_name_cut_by_its_source_is_left_out_and_said():
    found = read_ocha(COMMUNITIES.encode(), "places.csv")
    place = next(p for p in found.places if p.pcode == "C1466")
    assert (place.name_en, place.name_ar) == ("Upper Dhak", "")
    (warning,) = found.warnings
    assert (warning.code, warning.row, warning.field) == ("gazetteer.cut-name", 5, "name_ar")
    assert "C1466" in render(warning, "ar")


def test_subdistricts_alone():
    text = "adm3_pcode,adm3_en,adm3_ar,adm2_pcode,adm2_en,adm2_ar,adm1_pcode,adm1_en,adm1_ar\n"
    text += "SY040110,Qabu,القبو,SY0401,Homs,مركز حمص,SY04,Homs,حمص\n"
    kinds = [p.kind for p in read_ocha(text.encode(), "adm3.csv").places]
    assert kinds == ["governorate", "district", "subdistrict"]


def test_an_area_under_two_names_is_said_once():
    text = COMMUNITIES.replace("SY040110,Qabu,القبو", "SY040110,Qabou,القبو", 1)
    found = read_ocha(text.encode(), "places.csv")
    assert [w.code for w in found.warnings] == ["gazetteer.area-differs", "gazetteer.cut-name"]
    assert next(p for p in found.places if p.pcode == "SY040110").name_en == "Qabou"


@pytest.mark.parametrize(
    "text",
    [
        "pcode,name_en,name_ar,lat,lon\nx1,A,أ,٣٣٫٥,36.25\n",
        "ADM4_PCODE;ADM4_EN;ADM4_AR;LATITUDE;LONGITUDE\nX1;A;أ;33,5;36,25\n",
        "code\tname\tالاسم\ty\tx\nX1\tA\tأ\t33.5\t36.25\n",
    ],
)
def test_other_tables(text):
    found = read_gazetteer_csv(text.encode(), "t.csv")
    assert found.places == (GazetteerPlace("X1", "community", "A", "أ", latitude=33.5, longitude=36.25),)
    assert found.credit == ""


def test_kinds_and_places_without_a_point():
    text = "pcode,name,kind,admin1_pcode,admin1_en,lat,lon\nX1,A,district,X,Upper,,\nX2,B,,,,1,2\n"
    one, other, area = read_gazetteer_csv(text.encode(), "t.csv").places
    assert (one.kind, one.latitude, one.admin1) == ("district", None, Area("X", "Upper"))
    assert (other.kind, other.longitude) == ("community", 2.0)
    assert (area.pcode, area.kind) == ("X", "governorate")


def test_all_faults_of_all_rows_at_once():
    text = (
        "pcode,name_en,kind,lat,lon\n,A,,,\nX-2,B,,,\nX3,,,,\nX4,D,planet,,\nX5,E,,133,36\nX6,F,,33,\n"
        f"X6,G,,,\nX8,{'n' * 121},,,\nX9,I,,here,36\n"
    )
    assert faults(read_gazetteer_csv, text) == [
        ("no-pcode", 2, "pcode"),
        ("bad-pcode", 3, "pcode"),
        ("no-name", 4, "name_en"),
        ("kind", 5, "kind"),
        ("position", 6, "lat"),
        ("half-a-point", 7, "lon"),
        ("pcode-twice", 8, "pcode"),
        ("long-name", 9, "name_en"),
        ("position", 10, "lat"),
    ]


@pytest.mark.parametrize(
    ("read", "text", "field"),
    [
        (read_ocha, "pcode,name_en\nX1,A\n", "admin3_pcode"),
        (read_gazetteer_csv, "name_en,lat,lon\nA,1,2\n", "pcode"),
        (read_gazetteer_csv, "pcode,lat,lon\nX1,1,2\n", "name_en"),
        (read_gazetteer_csv, "pcode,name_en,lat\nX1,A,1\n", "lon"),
    ],
)
def test_a_column_that_lacks_is_named(read, text, field):
    assert faults(read, text) == [("file.missing-column", 1, field)]


# GeoNames


RECORD = {
    "geonameid": 163345, "name": "Ţarţūs", "latitude": 34.88902, "longitude": 35.88659, "countrycode": "SY",
    "alternatenames": ["Tartous", "Tartus", "Тартус", "ترطوس", "طرطوس", ""],
}  # fmt: skip


@pytest.mark.parametrize("document", [[RECORD], {"163345": RECORD}])
def test_places_of_geonames(document):
    found = read_geonames(json.dumps(document).encode(), "sy.json")
    assert found.credit == GEONAMES
    assert found.places == (
        GazetteerPlace(
            "GN163345", "geonames", "Ţarţūs", "طرطوس", latitude=34.88902, longitude=35.88659,
            other_names=("ترطوس", "Tartous", "Tartus"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "names", "likely"),
    [
        ("As Suqaylibīyah", ["سقيلبية", "السقيلبية", "صقلبية"], "السقيلبية"),
        ("‘Arīqah", ["تل عمار", "عريقة"], "عريقة"),
        ("Al Karāmah", ["فطسة الثيب", "الكرامة"], "الكرامة"),
        ("Nowhere", [], ""),
    ],
)
def test_the_likeliest_arabic_name(name, names, likely):
    assert likeliest(name, names) == likely


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("[]", "none"),
        ("5", "json.wrong-kind"),
        ("[5]", "json.wrong-kind"),
        ("[" * 50_000, "json.not-json"),
        ([{**RECORD, "latitude": 91}], "json.out-of-range"),
        ([{**RECORD, "longitude": "x"}], "json.wrong-kind"),
        ([{**RECORD, "geonameid": "1; x"}], "json.wrong-kind"),
        ([{"geonameid": 5}], "json.missing-key"),
        ([RECORD, RECORD], "pcode-twice"),
    ],
)
def test_geonames_that_cannot_be_read(document, code):
    text = document if isinstance(document, str) else json.dumps(document)
    assert faults(read_geonames, text, "sy.json")[0][0] == code


# Which format


def test_the_format_is_told_from_the_file():
    assert read_gazetteer(COMMUNITIES.encode(), "a.csv").credit == OCHA
    assert read_gazetteer(json.dumps([RECORD]).encode(), "a").credit == GEONAMES
    assert read_gazetteer(b"pcode,name_en\nX1,A\n", "a.txt").places[0].pcode == "X1"
    assert read_gazetteer(COMMUNITIES.encode(), "a.csv", "csv").credit == ""
    assert faults(read_gazetteer, "name,place\nA,B\n", "a.csv") == [("unknown-format", None, None)]


@given(data=st.binary(max_size=200) | st.text(max_size=200))
def test_junk_gives_places_or_problems(data):
    if isinstance(data, str):
        data = f"pcode,name,lat,lon\n{data}".encode("utf-8", "replace")
    for read in (read_ocha, read_gazetteer_csv, read_geonames, read_gazetteer):
        codes = ["file.x"]
        try:
            read(data, "x")
        except InputProblems as refused:
            codes = [p.code for p in refused.problems if not p.warning]
        assert codes


# The files themselves


def test_the_communities_of_syria(reference_data):
    data = (reference_data / "geography" / "syr_ocha_adm4_communities.csv").read_bytes()
    found = read_gazetteer(data, "adm4.csv")
    assert Counter(p.kind for p in found.places) == {
        "community": 5251, "subdistrict": 270, "district": 61, "governorate": 14,
    }  # fmt: skip
    cut = sorted(str(w.params["pcode"]) for w in found.warnings)
    assert cut == ["C1466", "C2327", "C2929", "C2931", "C3935", "C5770"]
    assert {p.pcode for p in found.places if not p.name_ar} == set(cut)


def test_the_subdistricts_of_syria(reference_data):
    data = (reference_data / "geography" / "syr_ocha_adm3_names.csv").read_bytes()
    assert len(read_gazetteer(data, "adm3.csv").places) == 270 + 61 + 14


def test_the_places_of_geonames_in_syria(reference_data):
    data = (reference_data / "geography" / "geonames_SY_cities500.json").read_bytes()
    found = read_gazetteer(data, "sy.json").places
    assert len(found) == 308
    assert sum(bool(p.name_ar) for p in found) == 306
