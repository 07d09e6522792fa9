"""The plan of spots: to scale, not mirrored, readable, and with nothing that a page's policy forbids."""

from __future__ import annotations

import itertools
import math
import re
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.geography import NARROW, WIDE, Plane, PlanSpot, area, draw_plan, length, plan_table
from amana.geography.placement import Box
from amana.geography.plan_parts import round_length, wrapped
from amana.problems import InputProblems, Language
from amana.simulation import al_qabou_demo

LANGUAGES: tuple[Language, ...] = ("en", "ar")
SVG = "{http://www.w3.org/2000/svg}"
ISOLATES = re.compile("[\u2066-\u2069]")
CENTRE = Plane(34.0, 38.0)  # invented, as the demo's spots are


@pytest.fixture(scope="module")
def demo() -> list[PlanSpot]:
    found = al_qabou_demo()
    return [
        PlanSpot(
            spot.id,
            *CENTRE.degrees(spot.east, spot.north),
            uncertainty_m={"AQ-1": 4.0, "AQ-6": 25.0, "AQ-8": 40.0}.get(spot.id),
            units=Counter(u.kind.replace(" ", "_") for u in found.units if u.spot == spot.id),
        )
        for spot in found.spots
    ]


def boxes(svg: str) -> list[Box]:
    marked = [g.get("data-box") for g in ET.fromstring(svg).iter(f"{SVG}g") if g.get("data-box")]
    return [Box(*map(float, text.split())) for text in marked]


def marks(svg: str) -> dict[str, tuple[float, float, float]]:
    found = {}
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        if "data-spot" in group.attrib:
            circle = next(group.iter(f"{SVG}circle"))
            found[group.attrib["data-spot"]] = tuple(float(circle.get(k, "")) for k in ("cx", "cy", "r"))
    return found


def texts(svg: str) -> list[str]:
    return [ISOLATES.sub("", t.text or "") for t in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_no_label_covers_a_label_or_a_mark(demo: list[PlanSpot], language: Language, width: float) -> None:
    svg = draw_plan(demo, language=language, width=width)
    placed = boxes(svg)
    assert len(placed) == 8 + 7  # every spot, every line of the tree
    assert not [pair for pair in itertools.combinations(placed, 2) if pair[0].overlaps(pair[1])]
    found = marks(svg)
    circles = [Box.centred(x, y, 2 * r, 2 * r) for x, y, r in found.values()]
    assert not [1 for box in placed for circle in circles if box.overlaps(circle)]
    assert all(box.left >= 0 and box.right <= width for box in placed)
    (x1, y1, r1), (x2, y2, r2) = found["AQ-1"], found["AQ-2"]  # 10 m apart
    assert math.dist((x1, y1), (x2, y2)) > r1 + r2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_is_to_scale_north_up_and_never_mirrored(demo: list[PlanSpot], language: Language) -> None:
    svg = draw_plan(demo, language=language)
    found = marks(svg)
    assert found["AQ-1"][0] < found["AQ-8"][0]  # west is left
    assert found["AQ-1"][1] < found["AQ-8"][1]  # north is above
    bar = next(g for g in ET.fromstring(svg).iter(f"{SVG}g") if "data-scale" in g.attrib)
    start, end = re.match(r"M([\d.]+) [\d.]+V[\d.]+H([\d.]+)", bar[0].get("d", "")).groups()  # type: ignore[union-attr]
    scale = (float(end) - float(start)) / float(bar.attrib["data-scale"])
    for row in plan_table(demo):
        apart = math.dist(found[row.one][:2], found[row.other][:2])
        # Two decimals of a pixel at each end, and a plane of 600 m.
        assert apart / scale == pytest.approx(row.metres, abs=0.05)


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_what_a_strict_policy_allows(demo: list[PlanSpot], language: Language) -> None:
    svg = draw_plan(demo, language=language, for_screen=True, reported=["x"])
    assert svg.count("http") == 1  # the name space
    assert not re.search(r"style|url\(|@import|<script|<image|href|\son\w+=", svg)
    root = ET.fromstring(svg)
    assert (root.get("role"), root.get("direction"), root.get("class")) == ("img", "ltr", "drawn wide")
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    described = ISOLATES.sub("", root[1].text or "")
    assert "AQ-8" in described
    assert re.search(r"\b600\b", described)
    assert root.find(f".//{SVG}polygon[@stroke-dasharray]") is not None
    numbers = re.compile(r"[\d.,]+")
    assert {numbers.findall(t)[0] for t in texts(svg) if re.fullmatch(r"[\d.]+ (m|م)", t)} == {
        *("10", "102", "136", "142", "205", "113", "240"),
        "200",  # the scale
    }


def test_counts_of_units_stand_beside_a_shape_of_their_kind() -> None:
    kinds = {"body": 1, "body_part": 2, "bone": 3, "bag": 4, "ash_sample": 5, "other": 6}
    svg = draw_plan([PlanSpot("S", 34, 38, units=kinds)])  # type: ignore[arg-type]
    label = next(g for g in ET.fromstring(svg).iter(f"{SVG}g") if "data-box" in g.attrib)
    shapes = [(e.tag.removeprefix(SVG), e.get("fill"), len(e.get("points", "").split())) for e in label]
    drawn = [s for s in shapes if s[0] != "text"]
    assert len(set(drawn)) == len(drawn) == 6
    assert [t.text for t in label.iter(f"{SVG}text")][1:] == ["1", "2", "3", "4", "5", "6"]
    assert {"body", "body part", "bone", "bag", "ash sample", "other unit"} <= set(texts(svg))


def test_numbers_and_labels_are_isolated_in_arabic(demo: list[PlanSpot]) -> None:
    svg = draw_plan(demo, language="ar")
    assert "\u2067\u2066102\u2069 م\u2069" in svg
    assert "\u2068AQ-3\u2069" in svg
    assert ">ش<" in svg


def test_links_lead_from_spots_and_the_picture_can_be_entered(demo: list[PlanSpot]) -> None:
    svg = draw_plan(demo, links={"AQ-3": "/sites/4/spots/3?a=1&b=2"})
    root = ET.fromstring(svg)
    assert root.get("role") == "group"
    (link,) = root.iter(f"{SVG}a")
    assert (link.get("href"), link[0].get("data-spot")) == ("/sites/4/spots/3?a=1&b=2", "AQ-3")
    for bad in ("javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "java\nscript:x"):
        with pytest.raises(ValueError, match="relative or http"):
            draw_plan(demo, links={"AQ-3": bad})


def test_labels_are_text_and_hidden_characters_are_shown() -> None:
    svg = draw_plan([PlanSpot("a\u202eb", 34, 38, label="<b>&\"'\u202e")], reported=["<i>"])
    assert "<b>&\"'<U+202E>" in texts(svg)
    assert "<i>" in texts(svg)
    assert "\u202e" not in svg


def test_what_was_reported_is_wrapped_and_kept(demo: list[PlanSpot]) -> None:
    sentence = "A source reported that the spots lie within five hundred metres of each other, or more."
    assert " ".join(wrapped(sentence, 120, 11)) == sentence
    shown = texts(draw_plan(demo, width=NARROW, reported=[sentence]))
    assert sentence in " ".join(shown)


def test_the_table_has_every_pair_and_marks_those_drawn(demo: list[PlanSpot]) -> None:
    rows = plan_table(demo)
    assert len(rows) == 28
    assert [row.metres for row in rows] == sorted(row.metres for row in rows)
    assert rows[0].metres == pytest.approx(10.0, abs=1e-3)
    assert rows[-1].metres == pytest.approx(600.0, abs=0.05)
    assert sum(row.drawn for row in rows) == 7
    sums = {(row.one, row.other): row.uncertainty_m for row in rows}
    assert sums["AQ-1", "AQ-6"] == 29.0
    assert sums["AQ-1", "AQ-2"] is None


SPOTS = st.lists(
    st.tuples(
        st.floats(-0.01, 0.01), st.floats(-0.01, 0.01), st.none() | st.floats(0, 500), st.text(max_size=30)
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=40)
@given(SPOTS, st.sampled_from(LANGUAGES), st.sampled_from([NARROW, WIDE]))
def test_any_spots_make_a_picture_without_overlap(spots, language: Language, width: float) -> None:
    made = [PlanSpot(str(i), 34 + a, 38 + b, r, text, {"bone": i}) for i, (a, b, r, text) in enumerate(spots)]
    svg = draw_plan(made, language=language, width=width)
    placed = boxes(svg)
    assert not [pair for pair in itertools.combinations(placed, 2) if pair[0].overlaps(pair[1])]
    words = {"en": "some labels find no room", "ar": "بعض الكتابات لا متسع لها"}
    told = any(words[language] in t for t in texts(svg))
    assert told == (len(placed) < len(made) + sum(row.drawn for row in plan_table(made)))


def test_every_fault_of_the_spots_is_told_at_once() -> None:
    spots = [
        PlanSpot("A", 91, 0),
        PlanSpot("A", 0, float("nan"), uncertainty_m=-1.0),
        PlanSpot("B", 0, 0, units={"skull": 1, "bone": -1}),  # type: ignore[dict-item]
    ]
    with pytest.raises(InputProblems) as raised:
        draw_plan(spots)
    assert [p.code.removeprefix("geography.") for p in raised.value.problems] == [
        *("bad-position", "duplicate-spot", "bad-position", "bad-uncertainty", "bad-units", "bad-units")
    ]
    with pytest.raises(InputProblems, match=r"geography\.no-spots"):
        plan_table([])


def test_both_languages_have_the_same_texts_and_values() -> None:
    folder = resources.files("amana.geography")
    english, arabic = (
        tomllib.loads(folder.joinpath(f"texts.{language}.toml").read_text("utf-8")) for language in LANGUAGES
    )
    flat = [{(s, k): t for s, part in table.items() for k, t in part.items()} for table in (english, arabic)]
    assert list(flat[0]) == list(flat[1])
    for key, text in flat[0].items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", flat[1][key])), key


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0 m"), (9.94, "9.9 m"), (9.96, "10 m"), (83.4, "83 m"), (999.6, "1 km"), (1236.0, "1.24 km")],
)
def test_lengths(value: float, shown: str) -> None:
    assert length(value, "en") == shown


def test_areas_and_round_lengths() -> None:
    assert [area(v, "en") for v in (0.0, 61_342.0, 499_400.0, 523_000.0, 12_345_678.0)] == [
        *("0 m²", "61,300 m²", "499,000 m²", "0.523 km²", "12.3 km²")
    ]
    assert area(61_342.0, "ar") == "\u206661,300\u2069 م²"
    assert [round_length(v) for v in (0.7, 1.0, 19.9, 20.0, 99.0, 5000.0)] == [0.5, 1, 10, 20, 50, 5000]
