"""Files of spots: there and back, every fault with its place, and hostile files."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.interchange.spot_rows import LARGEST, MOST, SpotRow
from amana.interchange.spots import read_spots
from amana.interchange.spots_csv import read_spots_csv, write_spots_csv
from amana.interchange.spots_geojson import read_spots_geojson, write_spots_geojson
from amana.interchange.spots_gpx import read_spots_gpx, write_spots_gpx
from amana.problems import InputProblems, render, render_all

FORMATS = {
    "s.csv": (read_spots_csv, write_spots_csv),
    "s.geojson": (read_spots_geojson, write_spots_geojson),
    "s.gpx": (read_spots_gpx, write_spots_gpx),
}


def faults(data: bytes | str, file: str) -> list[tuple]:
    with pytest.raises(InputProblems) as caught:
        read_spots(data.encode() if isinstance(data, str) else data, file)
    found = [p for p in caught.value.problems if not p.warning]
    assert found
    for problem in found:
        assert problem.file == file
        assert "…" not in render(problem, "ar")
    return [(p.code, p.row, p.field) for p in found]


def collection(*features: object, **more: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


def feature(*coordinates: object, **properties: object) -> dict:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": coordinates},
        "properties": properties,
    }


def gpx(inside: str) -> str:
    return f'<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">{inside}</gpx>'


# There and back


TEXTS = st.text(st.characters(exclude_categories=("C", "Z", "Nd")), max_size=12) | st.sampled_from(
    ["=1+1", "-3", "'=x", "''+y", "@here", "نقطة 1", "a, b; c", 'say "x"', "<b>&amp;"]
)
ROWS = st.lists(
    st.builds(
        SpotRow,
        label=TEXTS,
        latitude=st.floats(-90, 90),
        longitude=st.floats(-180, 180),
        uncertainty_m=st.none() | st.floats(0, 100_000),
        note=TEXTS,
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize("file", FORMATS)
@given(rows=ROWS)
def test_what_is_written_is_read_back(file, rows):
    read, write = FORMATS[file]
    found = read(write(rows), file).rows
    assert [(r.label, r.note) for r in found] == [(r.label, r.note) for r in rows]
    for one, other in zip(found, rows, strict=True):
        assert one.latitude == pytest.approx(other.latitude, abs=1e-9)
        assert one.longitude == pytest.approx(other.longitude, abs=1e-9)
        if other.uncertainty_m is None:
            assert one.uncertainty_m is None
        else:
            assert one.uncertainty_m == pytest.approx(other.uncertainty_m, abs=1e-3)


@pytest.mark.parametrize("file", FORMATS)
def test_one_plan_is_the_same_in_every_format(file):
    rows = [SpotRow("1", 34.84155, 36.45384, 5.0, "بئر"), SpotRow("2", 34.8416, 36.4539)]
    assert read_spots(FORMATS[file][1](rows), file).rows == tuple(rows)


@pytest.mark.parametrize("file", FORMATS)
def test_what_lies_nowhere_is_not_written(file):
    with pytest.raises(InputProblems) as caught:
        FORMATS[file][1]([SpotRow("1", 0, 0), SpotRow("2", float("nan"), 0), SpotRow("3", 0, 181)])
    assert [(p.code, p.row) for p in caught.value.problems] == [
        ("coordinates.not-on-earth", 2),
        ("coordinates.not-on-earth", 3),
    ]


def test_a_spreadsheet_runs_no_label():
    text = write_spots_csv([SpotRow("=HYPERLINK(1)", 1, 2, note="+1")]).decode("utf-8-sig")
    assert text.splitlines()[1].startswith("'=HYPERLINK(1),1.00000,2.00000,,'+1")


# Tables


@pytest.mark.parametrize(
    "text",
    [
        "label,latitude,longitude,uncertainty_m\nA,33.5102,36.2913,5\n",
        "\ufefflabel;latitude;longitude;uncertainty_m\r\nA;33,5102;36,2913;5 m\r\n",
        "id\tname\tlat\tlon\taccuracy\n9\tA\t33.5102\t36.2913\t±5\n",
        "الاسم,خط العرض,خط الطول,الدقة بالمتر\nA,٣٣٫٥١٠٢,٣٦٫٢٩١٣,٥ م\n",
        "label,position,uncertainty_m\nA,\"33.5102, 36.2913\",5\n",
        "label;الموقع;الخطأ\nA;33.5102N 36.2913E;5\n",
        "label,lat,lon,location,error\nA,33.5102,36.2913,behind the school,5\n",
        "# plan of a site\nlabel,latitude,longitude,uncertainty_m\nA,33.5102 N,36.2913 E,5\n",
    ],
)  # fmt: skip
def test_tables_as_offices_write_them(text):
    assert read_spots(text.encode(), "s.csv").rows == (SpotRow("A", 33.5102, 36.2913, 5.0),)


def test_every_notation_in_one_column():
    text = "label;position\n1;37S BU 54321 59123\n2;37N 254321 3859123\n3;34°50'41.2\"N 36°18'47.1\"E\n"
    found = read_spots(text.encode(), "s.csv")
    assert {(round(r.latitude, 3), round(r.longitude, 3)) for r in found.rows} == {(34.845, 36.313)}
    assert found.warnings == ()


def test_a_square_is_not_taken_for_a_point():
    found = read_spots(b"label,position,uncertainty\n1,37SBU5459,\n2,37SBU5459,50\n", "s.csv")
    assert [r.uncertainty_m for r in found.rows] == [1000.0, 50.0]
    assert [(w.code, w.row, w.field) for w in found.warnings] == [("spots.coarse", 2, "position")]


def test_all_faults_of_all_rows_at_once():
    text = (
        "label,lat,lon,uncertainty_m\nA,133.5,36.2,5\nB,33.5,,5\nC,33.5,36.2,far\nD,33.5,200,5\n"
        f"{'x' * 201},33.5,36.2,5\nF,here,there,5\nG,33.5,36.2,-1\nH,33.5,36.2,1e400\n"
    )
    assert faults(text, "s.csv") == [
        ("coordinates.exchanged", 2, "lat"),
        ("spots.no-position", 3, "lon"),
        ("spots.uncertainty", 4, "uncertainty_m"),
        ("coordinates.longitude-range", 5, "lon"),
        ("spots.text-too-long", 6, "label"),
        ("coordinates.not-understood", 7, "lat"),
        ("spots.uncertainty", 8, "uncertainty_m"),
        ("spots.uncertainty", 9, "uncertainty_m"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("label,x1\nA,5\n", [("spots.no-position-column", 1, None)]),
        ("label,lat\nA,5\n", [("file.missing-column", 1, "longitude")]),
        ("lat,lat,lon\n1,2,3\n", [("file.column-twice", 1, "lat")]),
        ("lat,lon\n", [("file.no-rows", None, None)]),
        ("", [("file.empty", None, None)]),
        (
            "label,lat,lon,position\nA,33.5102,36.2913,34.5 36.2913\n",
            [("spots.two-positions", 2, "position")],
        ),
    ],
)
def test_tables_that_cannot_be_read(text, expected):
    assert faults(text, "s.csv") == expected


def test_a_label_twice_is_said():
    found = read_spots(b"label,lat,lon\nA,1.00001,2.00001\nA,1.00002,2.00001\n", "s.csv")
    assert [(w.code, w.row, w.params["first"]) for w in found.warnings] == [("spots.label-twice", 3, 2)]


# GeoJSON


def test_geojson_as_programs_write_it():
    text = collection(
        feature(36.2913, 33.5102, name="A", accuracy=5, description="x"),
        feature(36.2913, 33.5102, 700.5, label="B", uncertainty_m="7.5 m"),
        {**feature(36.2913, 33.5102), "id": 12, "properties": None},
        crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
    )
    at = 33.5102, 36.2913
    assert read_spots(text.encode(), "s.json").rows == (
        SpotRow("A", *at, 5.0, "x"),
        SpotRow("B", *at, 7.5),
        SpotRow("12", *at),
    )
    assert read_spots(json.dumps(feature(1, 2)).encode(), "plan").rows == (SpotRow("", 2.0, 1.0),)
    assert read_spots(b'{"type": "Point", "coordinates": [1, 2]}', "p.json").rows == (SpotRow("", 2.0, 1.0),)


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        (collection(feature(36.2, 133.5)), "coordinates.latitude-range", 1),
        (collection(feature(236.2, 33.5)), "coordinates.longitude-range", 1),
        (collection(feature("36", 33.5)), "json.wrong-kind", 1),
        (collection(feature(True, 33.5)), "json.wrong-kind", 1),
        (collection(feature(36.2)), "spots.coordinates", 1),
        (collection(feature(36.2, 33.5), feature()), "spots.coordinates", 2),
        (collection({"type": "Feature", "properties": {}}), "json.missing-key", 1),
        (collection({"geometry": {"type": "LineString", "coordinates": []}}), "spots.not-a-point", 1),
        (collection(5), "json.wrong-kind", 1),
        (collection(feature(1, 2, accuracy=-5)), "json.out-of-range", 1),
        (collection(feature(1, 2, accuracy=[5])), "json.wrong-kind", 1),
        (collection({**feature(1, 2), "properties": [1]}), "json.wrong-kind", 1),
        (collection(feature(1, 2, label={"a": 1})), "json.wrong-kind", 1),
        (collection(feature(1, 2), crs={"properties": {"name": "EPSG:32637"}}), "spots.other-datum", None),
        (collection(), "spots.none", None),
        ('{"type": "FeatureCollection"}', "json.missing-key", None),
        ('{"type": "Topology"}', "spots.not-geojson", None),
        ("[1, 2]", "json.wrong-kind", None),
        ("null", "json.wrong-kind", None),
        ('{"a": ', "json.not-json", 1),
        ("[" * 100_000, "json.not-json", None),
        ('{"type": "Point", "coordinates": [NaN, 1e999]}', "json.out-of-range", 1),
        ('{"type": "Point", "coordinates": [' + "9" * 5000 + ", 1]}", "json.not-json", None),
        ('{"type": "Point", "coordinates": [' + "9" * 400 + ", 1]}", "json.out-of-range", 1),
    ],
)
def test_geojson_that_cannot_be_read(text, code, row):
    found = faults(text, "s.geojson")
    assert (found[0][0], found[0][1]) == (code, row) or (code, None) == found[0][:2]


# GPX


def test_gpx_as_receivers_write_it():
    text = gpx(
        '<metadata><name>day</name></metadata><wpt lat="33.5102" lon="36.2913"><ele>700</ele><time/>'
        '<name>A</name><cmt>x</cmt><sym>Flag</sym></wpt><wpt lat="-33.5" lon="+36.0"/>'
        "<trk><trkseg/></trk>"
    )
    found = read_spots(text.encode(), "s.gpx")
    assert found.rows == (SpotRow("A", 33.5102, 36.2913, note="x"), SpotRow("", -33.5, 36.0))
    assert [w.code for w in found.warnings] == ["spots.gpx-tracks"]
    for other in (
        text.replace("GPX/1/1", "GPX/1/0"),
        text.replace(' xmlns="http://www.topografix.com/GPX/1/1"', ""),
    ):
        assert read_spots(other.encode(), "plan.xml.gpx").rows == found.rows
    assert (
        read_spots(f'<?xml version="1.0" encoding="windows-1256"?>{text}'.encode("cp1256"), "s.gpx").rows
        == found.rows
    )


def test_what_is_written_is_gpx():
    text = write_spots_gpx([SpotRow("A\x00\x1f", 33.5, 36.2, 5, "n")]).decode()
    assert 'xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="Amana">' in text
    assert '<wpt lat="33.50000" lon="36.20000">' in text
    assert "<name>A</name>" in text


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
)


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        (f"{LAUGHS}]><gpx>&j;</gpx>", "spots.xml-entities", None),
        ('<!DOCTYPE g [<!ENTITY x SYSTEM "secret.txt">]><gpx>&x;</gpx>', "spots.xml-entities", None),
        ("<!DOCTYPE gpx><gpx/>", "spots.xml-entities", None),
        ("<gpx><wpt", "spots.not-xml", 1),
        ("<gpx>\n&nbsp;</gpx>", "spots.not-xml", 2),
        ('<?xml version="1.0" encoding="klingon"?><gpx/>', "spots.not-xml", None),
        ("", "spots.not-xml", None),
        ("<kml/>", "spots.not-gpx", None),
        (gpx(""), "spots.none", None),
        (gpx("<trk/><rte/>"), "spots.gpx-tracks-alone", None),
        (gpx('<wpt lat="33.5" lon="36.2"/><wpt lat="33.5"/>'), "spots.bad-number", 2),
        (gpx('<wpt lat="nan" lon="inf"/>'), "spots.bad-number", 1),
        (gpx('<wpt lat="1e5" lon="36"/>'), "spots.bad-number", 1),
        (gpx('<wpt lat="91" lon="36"/>'), "coordinates.latitude-range", 1),
        ("<gpx>" + "<a>" * 300_000 + "</a>" * 300_000 + "</gpx>", "spots.none", None),
    ],
)  # fmt: skip
def test_gpx_that_cannot_be_read(text, code, row):
    found = faults(text, "s.gpx")[0]
    assert found[0] == code
    assert row in (None, found[1])


# Sizes and junk


@pytest.mark.parametrize("file", FORMATS)
def test_a_file_too_large_is_not_read(file):
    assert faults(b"x" * (LARGEST + 1), file) == [("file.too-large", None, None)]


@pytest.mark.parametrize("file", FORMATS)
def test_too_many_spots_are_refused(file):
    data = FORMATS[file][1]([SpotRow(str(i), 1 + i * 1e-6, 2) for i in range(MOST + 1)])
    assert faults(data, file) == [("spots.too-many", None, None)]


@pytest.mark.parametrize("file", FORMATS)
@pytest.mark.parametrize(
    "data", [b"PK\x03\x04\0\0", b"\xff\xfe\0", b"\0\0\0", b"\x80\x81", b"\xef\xbb\xbf", b"{", b"<"]
)
def test_what_is_no_text_is_refused(file, data):
    assert faults(data, file)


GOOD = {file: write([SpotRow("A", 33.5102, 36.2913, 5.0, "x")]) for file, (_, write) in FORMATS.items()}


@settings(max_examples=150)
@given(
    file=st.sampled_from([*FORMATS, "plan"]), place=st.integers(0, 500), junk=st.binary(max_size=6),
    whole=st.none() | st.binary(max_size=120),
)  # fmt: skip
def test_junk_gives_spots_or_problems(file, place, junk, whole):
    good = GOOD.get(file, GOOD["s.csv"])
    at = place % len(good)
    problems = ()
    try:
        read_spots(good[:at] + junk + good[at + len(junk) :] if whole is None else whole, file)
    except InputProblems as error:
        problems = error.problems
    assert not problems or any(not p.warning for p in problems)
    for language in ("en", "ar"):
        assert len(render_all(problems, language).splitlines()) == len(problems)
