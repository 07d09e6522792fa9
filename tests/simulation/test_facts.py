"""What was reported keeps its words, and what does not fit together is said."""

import itertools
import math

import pytest

from amana.problems import InputProblems
from amana.simulation import largest_hull, load_facts, parse_facts
from amana.simulation.facts import least_diameter

HEAD = """
[source]
id = "s"
name = "n"
seen = "all"
"""


def fact(claim: str, more: str = "") -> str:
    return f"""{HEAD}
[[fact]]
id = "f"
date = 2024-12-30
place = "p"
statement = "s"
wording = "quoted"
{more}
{claim}
"""


def codes(text: str) -> list[str]:
    with pytest.raises(InputProblems) as found:
        parse_facts(text)
    return [p.code for p in found.value.problems]


@pytest.mark.parametrize(
    ("name", "day", "counted", "low", "high", "words"),
    [
        ("qabou-spots", 30, "spots", 8, 8, "eight spots"),
        ("qabou-preliminary", 30, "not_stated", 20, 25, "between 20 and 25"),
        ("airport-road", 16, "bodies", 21, 21, "21 unidentified bodies"),
        ("adra", 17, "bodies_represented_by_remains", 7, 7, "remains of seven bodies"),
        ("sayyida-zeinab", 18, "remains_and_bodies", 21, 21, "21 remains and bodies"),
    ],
)
def test_counts_say_what_is_counted_in_the_words_of_their_source(name, day, counted, low, high, words):
    found = load_facts()[name]
    (claim,) = found.counts
    assert (claim.counted, claim.low, claim.high, claim.words) == (counted, low, high, words)
    assert found.date.isoformat() == f"2024-12-{day}"
    assert found.source.name.startswith("Syrian Civil Defence")


def test_the_preliminary_assessment_is_a_field_estimate_and_all_else_is_reported():
    bases = {f.id: {c.basis for c in (*f.counts, *f.measures)} for f in load_facts().facts}
    assert bases.pop("qabou-preliminary") == {"field_estimate"}
    assert set().union(*bases.values()) == {"reported"}


@pytest.mark.parametrize("name", ["qabou-layers", "qabou-children-women"])
def test_vague_words_get_no_figure(name):
    (claim,) = load_facts()[name].counts
    assert claim.vague
    assert claim.low is None
    assert claim.high is None
    assert claim.words


def test_distance_and_area_are_both_kept_and_their_tension_is_said():
    facts = load_facts()
    (distance,) = facts["qabou-distances"].measures
    (area,) = facts["qabou-area"].measures
    assert (distance.low, distance.high, distance.unit) == (10, 600, "m")
    assert (area.low, area.high, area.unit) == (3, 3, "km2")
    (tension,) = facts.tensions
    assert set(tension.facts) == {"qabou-distances", "qabou-area"}
    assert tension.kept == "both"
    assert largest_hull(distance.high) < 0.1 * area.low * 1e6
    assert f"{largest_hull(600) / 1e6:.2f} km2" in tension.statement


def test_quoted_words_are_marked_apart_from_paraphrase():
    quoted = {f.id: f.quoted for f in load_facts().facts if f.wording == "quoted"}
    assert quoted == {"qabou-preliminary": None, "sayyida-zeinab": "remains and bodies"}


def test_the_bound_is_the_disc_and_turns_round():
    assert largest_hull(600) == pytest.approx(math.pi * 300**2, rel=1e-15)
    assert least_diameter(largest_hull(600)) == pytest.approx(600, rel=1e-15)
    assert 1954 < least_diameter(3e6) < 1955


def test_no_regular_polygon_of_that_diameter_beats_the_bound():
    # Polygons with an odd number of corners come close to the disc from below.
    for corners in (3, 5, 7, 101):
        points = [
            (math.cos(2 * math.pi * i / corners), math.sin(2 * math.pi * i / corners)) for i in range(corners)
        ]
        diameter = max(math.dist(a, b) for a, b in itertools.combinations(points, 2))
        area = corners / 2 * math.sin(2 * math.pi / corners)
        assert area <= largest_hull(diameter)
    assert area == pytest.approx(largest_hull(diameter), rel=1e-3)


def test_the_chain_of_the_documentation_nearly_reaches_three_square_kilometres():
    # Eight points on a half circle, 600 m from each to the next: docs/demo.md.
    radius = 600 / (2 * math.sin(math.pi / 14))
    assert 7 / 2 * radius**2 * math.sin(math.pi / 7) == pytest.approx(2.76e6, rel=2e-3)


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        (
            '[[fact.count]]\ncounted="people"\nbasis="reported"\nwords="w"\nlow=1\nhigh=2',
            "facts.unknown-word",
        ),
        ('[[fact.count]]\ncounted="bodies"\nbasis="reported"\nlow=1\nhigh=2', "facts.missing-field"),
        ('[[fact.count]]\ncounted="bodies"\nbasis="reported"\nwords="w"\nlow=1', "facts.half-an-interval"),
        (
            '[[fact.count]]\ncounted="bodies"\nbasis="reported"\nwords="w"\nlow=2\nhigh=1',
            "facts.interval-backwards",
        ),
        (
            '[[fact.count]]\ncounted="bodies"\nbasis="reported"\nwords="tens"\nlow=10\nhigh=10\nvague=true',
            "facts.vague-as-a-point",
        ),
        ('[[fact.count]]\ncounted="bodies"\nbasis="reported"\nwords="tens"', "facts.no-figure-not-vague"),
        (
            '[[fact.count]]\ncounted="bodies"\nbasis="reported"\nwords="w"\nlow=true\nhigh=2',
            "facts.wrong-type",
        ),
        (
            '[[fact.count]]\ncounted="bodies"\nbasis="reported"\nwords="w"\nvague=true\nx=1',
            "facts.unknown-field",
        ),
        ("count = 3", "facts.wrong-type"),
        ('quoted = "bodies"', "facts.quotation-not-in-words"),
        ('[[tension]]\nfacts=["f","g"]\nstatement="s"\nkept="both"', "facts.unknown-fact"),
    ],
)
def test_each_fault_is_named(claim, code):
    assert codes(fact(claim)) == [code]


def test_all_faults_are_found_at_once():
    text = fact('[[fact.count]]\ncounted="people"\nbasis="hearsay"\nwords=""\nlow=3\nhigh=1').replace(
        'place = "p"', ""
    )
    assert sorted(codes(text)) == [
        "facts.interval-backwards",
        "facts.missing-field",
        "facts.missing-field",
        "facts.unknown-word",
        "facts.unknown-word",
    ]


def test_what_is_no_toml_or_has_no_source_is_a_problem():
    assert codes("fact = ") == ["facts.not-toml"]
    assert codes("") == ["facts.missing-field"]


def test_a_fact_named_twice_is_a_problem():
    twice = fact("") + fact("").replace(HEAD, "")
    assert codes(twice) == ["facts.twice"]
