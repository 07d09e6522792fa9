"""Positions: published points, every notation there and back, and refusal of what is ambiguous."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amana.geography import distance_m, format_position, parse_position
from amana.geography.coordinates_position import LONGEST
from amana.problems import InputProblems, render

WRITTEN = ("decimal", "dm", "dms", "utm", "mgrs")


def code(text: str) -> str:
    with pytest.raises(InputProblems) as caught:
        parse_position(text)
    (problem,) = caught.value.problems
    for language in ("en", "ar"):
        assert "…" not in render(problem, language), "a value that the sentence names is missing"
    return problem.code


# Points published elsewhere


@pytest.mark.parametrize(
    ("text", "latitude", "longitude", "metres"),
    [
        # GeographicLib, GeoConvert(1), section EXAMPLES: the middle of a square of one kilometre.
        ("38SMB4488", 33.33424, 44.40363, 1.0),
        # GeoConvert(1), section DESCRIPTION: four ways to write one point.
        ("38n 444140.54 3684706.36", 33.3, 44.4, 0.01),
        ("444140.54 3684706.36 38n", 33.3, 44.4, 0.01),
        ("38SMB4414084706", 33.3, 44.4, 1.0),
        ("44d24 33d18N", 33.3, 44.4, 0.01),
        ("33:18 44:24", 33.3, 44.4, 0.01),
        # GeoConvert's page on the web: "roughly the same place", 83 deg 37 min 39 s N, 32 deg 39 min 52 s W.
        ("24XWT783908", 83.6275, -32.6644, 60.0),
        ("25n 504158 9286521", 83.6275, -32.6644, 20.0),
        # AGI, STK help, command Convert MapGridPoint.
        ("43S 476779 3706747", 33.5, 74.75, 1.0),
        # README of tzneal/coordconv, a port of GEOTRANS 3.7 (whose answer is the corner of the square).
        ("16SGC3855124838", 33.6366624, -84.4280571, 1.0),
        ("31NAA6602100000", 0.0, 0.0, 1.0),
        # Palantir Foundry, documentation of "Convert MGRS to GeoPoint" (the corner as well).
        ("4Q FJ 12345 67890", 21.409796671597924, -157.91608117421092, 1.0),
    ],
)
def test_published_points(text, latitude, longitude, metres):
    found = parse_position(text)
    assert distance_m(found.latitude, found.longitude, latitude, longitude) <= metres


def test_published_points_are_written_so():
    # GeoConvert(1): echo E44d24 N33d20 | GeoConvert -m -p -3  gives the square 38SMB4488.
    assert format_position(33 + 20 / 60, 44.4, "mgrs").replace(" ", "")[:7] == "38SMB44"
    assert format_position(33.5, 74.75, "utm") == "43N 476779 3706747"
    assert format_position(0, 0, "mgrs") == "31N AA 66021 00000"
    # mgrs of the National Geospatial-Intelligence Agency, test of parsing: one place in both notations.
    utm, square = parse_position("33 N 474590 8643590"), parse_position("33XVG74594359")
    assert distance_m(utm.latitude, utm.longitude, square.latitude, square.longitude) < 10


# There and back


LATITUDES = st.floats(-79.9, 83.9)
LONGITUDES = st.floats(-180, 180)


@pytest.mark.parametrize("notation", WRITTEN)
@given(latitude=LATITUDES, longitude=LONGITUDES)
@example(latitude=0.0, longitude=180.0)
@example(latitude=-0.0, longitude=0.0)
@example(latitude=-1e-9, longitude=-180.0)
@example(latitude=59.9999999, longitude=5.9999999)  # zone 32 is wider in Norway
@example(latitude=78.0, longitude=20.0)  # zones are others in Svalbard
@example(latitude=38.9, longitude=-77.0)  # zone 18, where S means two things
@example(latitude=-54.9, longitude=-67.0)
def test_what_is_written_is_read_back_within_its_resolution(notation, latitude, longitude):
    found = parse_position(format_position(latitude, longitude, notation))
    assert found.notation == notation
    assert found.resolution_m <= 1.0
    gap = distance_m(found.latitude, found.longitude, latitude, longitude)
    assert gap <= found.resolution_m + 0.01  # the projection there and back: millimetres


@given(latitude=st.floats(-90, 90), longitude=LONGITUDES)
@pytest.mark.parametrize("notation", ["decimal", "dm", "dms"])
def test_degrees_reach_the_poles(notation, latitude, longitude):
    found = parse_position(format_position(latitude, longitude, notation))
    # Half of the last digit of a second, on the meridian and along the parallel.
    assert abs(found.latitude - latitude) <= 0.006 / 3600
    assert abs(found.longitude - longitude) <= 0.006 / 3600


@given(latitude=LATITUDES, longitude=LONGITUDES, digits=st.integers(0, 5))
def test_an_mgrs_square_of_any_size_holds_the_place(latitude, longitude, digits):
    zone, square, east, north = format_position(latitude, longitude, "mgrs").split()
    found = parse_position(f"{zone}{square}{east[:digits]}{north[:digits]}")
    assert found.resolution_m == 10.0 ** (5 - digits)
    # From the middle to a corner is 0.71 of the side; the scale of the projection adds a little.
    gap = distance_m(found.latitude, found.longitude, latitude, longitude)
    assert gap <= found.resolution_m * 0.73


@given(text=st.text(max_size=60) | st.text("0123456789٠١٢٣NSEWشمال.,،;°'\" -+:/@geo", max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        found = parse_position(text)
    except InputProblems as refused:
        codes = [p.code.partition(".")[0] for p in refused.problems]
    else:
        codes = ["coordinates"]
        assert abs(found.latitude) <= 90
        assert abs(found.longitude) <= 180
        assert found.resolution_m > 0
    assert codes == ["coordinates"]


# One place in many hands


@pytest.mark.parametrize(
    "text",
    [
        "33.5102, 36.2913",
        "33.5102,36.2913",
        "33.5102 36.2913",
        "(33.5102; 36.2913)",
        "33,5102 36,2913",
        "33,5102; 36,2913",
        "٣٣٫٥١٠٢، ٣٦٫٢٩١٣",
        "٣٣٫٥١٠٢،٣٦٫٢٩١٣",
        "٣٣،٥١٠٢ ٣٦،٢٩١٣",
        "۳۳٫۵۱۰۲ ۳۶٫۲۹۱۳",
        "\u200f33.5102\u200e، 36.2913\u202c",
        "33.5102N 36.2913E",
        "N33.5102 E36.2913",
        "36.2913 E, 33.5102 N",
        "36.2913E33.5102N",
        "33.5102 north 36.2913 east",
        "٣٣٫٥١٠٢ شمالاً و ٣٦٫٢٩١٣ شرقاً",
        "شمال ٣٣٫٥١٠٢ شرق ٣٦٫٢٩١٣",
        "خط العرض: ٣٣٫٥١٠٢، خط الطول: ٣٦٫٢٩١٣",
        "Longitude 36.2913 Latitude 33.5102",
        "lat=33.5102 lon=36.2913",
        "الإحداثيات: 33.5102, 36.2913",
        "33.5102°, 36.2913°",
        "+33.5102+036.2913/",
        "geo:33.5102,36.2913",
        "GEO:33.5102,36.2913,710;crs=WGS84;u=20",
        "geo:0,0?q=33.5102,36.2913(bi'r)",
        "https://maps.google.com/?q=33.5102,36.2913",
        "الموقع https://maps.google.com/maps?q=33.5102%2C36.2913&z=17&hl=ar.",
        "https://www.google.com/maps/search/33.5102,+36.2913",
        "https://www.openstreetmap.org/?mlat=33.5102&mlon=36.2913#map=15/33.6/36.3",
        "https://maps.apple.com/?ll=33.5102,36.2913&q=Pin",
        "https://waze.com/ul?ll=33.5102%2C36.2913&navigate=yes",
        "https://yandex.com/maps/?ll=36.2913%2C33.5102&z=12",
    ],
)
def test_decimal_degrees_in_every_hand(text):
    found = parse_position(text)
    assert (found.latitude, found.longitude) == (33.5102, 36.2913)
    assert 11 < found.resolution_m < 11.2  # the fourth decimal of the latitude


@pytest.mark.parametrize(
    "text",
    [
        "33°30'36.7\"N 36°17'28.6\"E",
        "33°30′36,7″N 36°17′28,6″E",
        "33º30’36.7’’N, 36º17’28.6’’E",
        "33 30 36.7 N 36 17 28.6 E",
        "33 30 36.7, 36 17 28.6",
        "33:30:36.7 36:17:28.6",
        "33d30m36.7s 36d17m28.6s",
        "N 33° 30' 36.7\" E 36° 17' 28.6\"",
        "٣٣° ٣٠′ ٣٦٫٧″ شمالاً، ٣٦° ١٧′ ٢٨٫٦″ شرقاً",
        "٣٣ درجة ٣٠ دقيقة ٣٦٫٧ ثانية شمال، ٣٦ درجة ١٧ دقيقة ٢٨٫٦ ثانية شرق",
        "https://www.google.com/maps/place/33%C2%B030'36.7%22N+36%C2%B017'28.6%22E",
    ],
)
def test_degrees_minutes_seconds_in_every_hand(text):
    found = parse_position(text)
    assert found.latitude == pytest.approx(33 + 30 / 60 + 36.7 / 3600, abs=1e-12)
    assert found.longitude == pytest.approx(36 + 17 / 60 + 28.6 / 3600, abs=1e-12)
    assert 3.0 < found.resolution_m < 3.2  # a tenth of a second


@pytest.mark.parametrize("text", ["33°30.61'N 36°17.48'E", "33 30.61 36 17.48", "٣٣° ٣٠٫٦١′ ٣٦° ١٧٫٤٨′"])
def test_degrees_and_minutes(text):
    found = parse_position(text)
    assert found.latitude == pytest.approx(33 + 30.61 / 60, abs=1e-12)
    assert found.longitude == pytest.approx(36 + 17.48 / 60, abs=1e-12)
    assert found.notation == "dm"


@pytest.mark.parametrize(
    "text",
    [
        "37N 254321 3859123",
        "37S 254321 3859123",  # the band 32 to 40 N: a southern reading would lie in the sea
        "37 S 0254321 UTM 3859123",
        "37 north 254321 3859123",
        "zone 37S E254321 N3859123",
        "37N 3859123mN 254321mE",
        "254321mE, 3859123mN 37N",
        "37S 254,321 3,859,123",
        "37S 254321,3859123",
        "المنطقة ٣٧ شمال ٢٥٤٣٢١ ٣٨٥٩١٢٣",
        "UTM 37S 254321 3859123",
    ],
)
def test_utm_in_every_hand(text):
    found = parse_position(text)
    assert distance_m(found.latitude, found.longitude, 34.844782, 36.313086) < 0.1
    assert (found.notation, found.resolution_m) == ("utm", 1.0)


@pytest.mark.parametrize(
    "text", ["37S BU 54321 59123", "37SBU5432159123", "٣٧s bu ٥٤٣٢١ ٥٩١٢٣", "37S-BU-54321-59123"]
)
def test_mgrs_in_every_hand(text):
    assert parse_position(text) == parse_position("37S BU 54321 59123")


def test_south_and_west_are_below_zero():
    assert parse_position("33.5S 70.6W").latitude == -33.5
    assert parse_position("-33.5, -70.6").longitude == -70.6
    assert parse_position("35S 254321 7859123").latitude < 0  # the northing does not fit band S
    assert parse_position("-0°30' 36°0'").latitude == -0.5


def test_the_middle_of_a_map_is_no_pin():
    assert parse_position("https://www.google.com/maps/@33.5,36.2,15z").notation == "link_view"
    assert parse_position("https://www.openstreetmap.org/#map=15/33.5/36.2").notation == "link_view"
    pinned = "https://www.google.com/maps/place/x/@33.5,36.2,17z/data=!3m1!3d33.51!4d36.29"
    assert (parse_position(pinned).latitude, parse_position(pinned).notation) == (33.51, "link")


# What is refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "empty"),
        (" ، ", "empty"),
        ("9" * (LONGEST + 1), "too-long"),
        ("العين", "not-understood"),
        ("33.5 near 36.2", "not-understood"),
        ("3.351E+01 36.2", "not-understood"),
        ("1e5 3", "not-understood"),
        ("33.5102", "one-number"),
        ("33°30'36.7\"N", "one-number"),
        ("33.5102 36.2913 700", "not-two"),
        ("1 2 3 4 5 6 7", "not-two"),
        ("33,5102,36,2913", "comma"),
        ("33,36", "comma"),
        ("33.5 - 36.2", "dash"),
        ("33.5-36.2", "dash"),
        ("33.5N 36.2N", "directions"),
        ("N33.5 S36.2", "directions"),
        ("Latitude 36.2E Longitude 33.5N", "directions"),
        ("N E", "directions"),
        ("-33.5S 70.6W", "sign-and-letter"),
        ("33'30\"N 36'17\"E", "units"),
        ("33.5°30'N 36°17'E", "decimals"),
        ("33°75'N 36°17'E", "sixty"),
        ("33°30'60\"N 36°17'0\"E", "sixty"),
        ("133.5 36.2", "exchanged"),
        ("95 200", "latitude-range"),
        ("33.5N 200E", "longitude-range"),
        ("1" * 40 + " 2", "utm-no-zone"),
        ("37 254321 3859123", "utm-hemisphere"),
        ("37 E254321 N3859123", "utm-hemisphere"),
        ("254321 3859123", "utm-no-zone"),
        ("37S 254321", "utm-form"),
        ("61N 254321 3859123", "utm-zone"),
        ("18S 323394 4307396", "utm-two-ways"),  # Washington, or the sea off Patagonia
        ("37R 254321 3859123", "utm-band"),
        ("37A 254321 3859123", "utm-letter"),
        ("37S 3859123 254321", "utm-range"),
        ("37N 254321 99999999", "utm-range"),
        ("BU 54321 59123", "mgrs-zone"),
        ("37SBU5432159", "mgrs-digits"),
        ("37S BU 5432 59123", "mgrs-digits"),
        ("37S BU 123456 123456", "mgrs-digits"),
        ("37SZZ12341234", "mgrs-square"),
        ("37SBI12341234", "mgrs-square"),
        ("61SBU12341234", "mgrs-square"),
        ("37SBK12341234", "mgrs-square"),  # this row lies at 26 N or 44 N
        ("YUB17770380", "polar"),
        ("https://maps.app.goo.gl/abcDEF123", "link"),
        ("geo:here", "link"),
        ("https://[broken/?q=1,2", "link"),
        ("geo:33.5,36.2;crs=nad27", "link-other-datum"),
        ("https://www.google.com/maps/dir/33.5,36.2/33.6,36.3", "link-two"),
    ],
)
def test_what_is_wrong_or_ambiguous_is_said(text, expected):
    assert code(text) == f"coordinates.{expected}"


@pytest.mark.parametrize(
    ("latitude", "longitude", "notation", "expected"),
    [
        (91, 0, "decimal", "not-on-earth"),
        (float("nan"), 0, "dms", "not-on-earth"),
        (84, 0, "utm", "polar"),
        (-80.1, 0, "mgrs", "polar"),
    ],
)
def test_what_cannot_be_written_is_said(latitude, longitude, notation, expected):
    with pytest.raises(InputProblems) as caught:
        format_position(latitude, longitude, notation)
    assert [p.code for p in caught.value.problems] == [f"coordinates.{expected}"]


def test_utm_is_never_written_with_an_s():
    assert format_position(34.84155, 36.45384, "utm") == "37N 267185 3858428"
    assert format_position(-34.9, -58.0, "utm").startswith("21H ")
