"""Lineage markers against strings, enumeration, defining equations and simulated populations."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest

from amana.kinship.lineage import (
    BOTH_LINES,
    MATERNAL_LINE,
    YHaplotype,
    compare_mtdna,
    compare_ystr,
    line_of,
    log10_same_line,
    parse_ranges,
    parse_y_call,
    shared_lines,
    show_ranges,
    typed_on_line,
    y_marker,
)
from amana.kinship.lineage.rcrs import common_ranges, positions, sequence
from amana.kinship.lineage.ystr import EXCLUDES_BELOW, MULTISTEP, RATES, displacement
from amana.kinship.pedigree import Pedigree, Person
from amana.problems import InputProblems
from tests.kinship.lineages import CR, family, mt, y

# Mitochondria


def test_the_reference_is_the_revised_one():
    s = sequence()
    # Positions at which the revision differs from the first sequence, or which every analyst knows
    # (Andrews et al. 1999; from memory): 263 A, 750 A, 1438 A, 3107 gap, 8860 A, 15326 A, 16519 T.
    assert len(s) == 16569
    assert [s[p - 1] for p in (263, 750, 1438, 3107, 8860, 15326, 16519)] == list("AAANAAT")
    assert s[302:315] == "CCCCCCCTCCCCC"


def test_ranges():
    assert parse_ranges("16024 – 16569; 73-340") == ((73, 340), (16024, 16569))
    assert parse_ranges("hvs-i, HV2, 576") == ((73, 340), (576, 576), (16024, 16365))
    assert show_ranges(parse_ranges("16024-576")) == "16024-16569 1-576"
    assert common_ranges(CR, parse_ranges("16300-100 500-700")) == ((1, 100), (500, 576), (16300, 16569))
    assert positions(parse_ranges("ALL")) == 16568
    with pytest.raises(InputProblems) as caught:
        parse_ranges("HV9 0-5 1-16570")
    assert [p.params["given"] for p in caught.value.problems] == ["HV9", "0-5", "1-16570"]


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("A73G 263G", "73G rCRS 263G"),
        ("315.1C", "315+C"),
        ("309.1C 309.2C", "309+CC"),
        ("309.1CC", "303.1C 303.2C"),
        ("523- 524-", "523-524del"),
        ("523d 524d", "515del 516DEL"),
        ("524.1A 524.2C", "514.1A 514.2C"),
        ("249-", "A248del"),
        ("8281-8289d", "8272-8280d"),
        ("T152Y", "152Y"),
        ("263A", "rCRS"),
    ],
)
def test_one_sequence_has_one_description(written, also):
    assert mt(written, "ALL").differences == mt(also, "ALL").differences


def spelled(differences):
    """The whole string of a sequence whose every state is certain."""
    letters = []
    for at, letter in enumerate(sequence(), 1):
        (now,) = differences.get((at, 0), {letter})
        letters.append(now.replace("-", ""))
        k = 1
        while (at, k) in differences:
            letters += differences[at, k]
            k += 1
    return "".join(letters)


def test_moving_an_insertion_or_deletion_keeps_the_sequence():
    rng = random.Random(5)
    for _ in range(60):
        raw = {}
        for _ in range(4):
            at = rng.choice([rng.randint(290, 330), rng.randint(440, 576), rng.randint(16170, 16200)])
            what = rng.choice(["sub", "del", "ins"])
            if what == "sub":
                raw[at, 0] = frozenset(rng.choice("ACGT"))
            elif what == "del":
                for p in range(at, at + rng.randint(1, 3)):
                    raw[p, 0] = frozenset("-")
            elif (at, 1) not in raw:
                for k, letter in enumerate(rng.choices("ACGT", k=rng.randint(1, 3)), 1):
                    raw[at, k] = frozenset(letter)
        text = " ".join(
            f"{p}.{k}{next(iter(v))}" if k else f"{p}{next(iter(v))}" for (p, k), v in sorted(raw.items())
        )
        assert spelled(mt(text, "ALL").differences) == spelled(raw), text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("73", "bad-difference"),
        ("73GA", "bad-difference"),
        ("-73G", "bad-difference"),
        ("hello", "bad-difference"),
        ("16570A", "position"),
        ("16000A", "outside-range"),
        ("C73G", "wrong-reference"),
        ("523D", "ambiguous-d"),
        ("309.2C", "insertion-gap"),
        ("73G 73C", "position-twice"),
    ],
)
def test_what_cannot_be_a_difference_is_refused(text, code):
    with pytest.raises(InputProblems) as caught:
        mt(text)
    assert [p.code for p in caught.value.problems] == [f"mtdna.{code}"]


@pytest.mark.parametrize(
    ("one", "other", "differences", "verdict"),
    [
        ("73G 263G 315.1C", "263G 73G 315+C", 0, "match"),
        ("73G 152Y", "73G", 0, "match"),  # T at 152 in the reference, and Y is C or T
        ("73G 152Y", "73G 152C", 0, "match"),
        ("73G 152R", "73G 152C", 1, "inconclusive"),
        ("73N", "73G", 0, "match"),
        ("249c", "249-", 0, "match"),  # C or nothing
        ("309.1C 309.2C 315.1C", "315.1C", 0, "match"),
        ("16189C 16193.1C", "16189C", 0, "match"),
        ("573.1C 573.2C", "rCRS", 0, "match"),
        ("523- 524-", "rCRS", 1, "inconclusive"),
        ("523- 524-", "524.1A 524.2C", 1, "inconclusive"),  # one event in the AC repeat
        ("310-", "rCRS", 1, "inconclusive"),  # T in the C tract is no length variant
        ("16182C 16183C 16189C", "16189C", 1, "inconclusive"),
        ("16182C 16183C", "rCRS", 2, "exclusion"),
        ("73G 150T", "73G 152C", 2, "exclusion"),
    ],
)
def test_the_rules_of_a_comparison(one, other, differences, verdict):
    a, b = mt(one), mt(other)
    for found in (compare_mtdna(a, b), compare_mtdna(b, a)):
        assert (len(found.differences), found.verdict) == (differences, verdict)
    assert compare_mtdna(a, a).verdict == "match"


def test_only_what_both_have_is_compared():
    found = compare_mtdna(mt("73G 16519C"), mt("16126C", "HVS-I"))
    assert (found.compared, found.differences) == (342, ("16126 T:C",))
    nothing = compare_mtdna(mt("73G"), mt("3010A", "3000-3100"))
    assert (nothing.verdict, nothing.rule) == ("not-comparable", "no-common-range")
    assert compare_mtdna(mt("309.1C"), mt("rCRS")).ignored == ("309.1 C:-",)


# Y-STR


def test_names_and_calls():
    assert [y_marker(n) for n in ("DYS 385 a/b", "Y-GATA-H4.1", "dys389_ii", "DYF387S1")] == [
        "DYS385", "YGATAH4", "DYS389II", "DYF387S1",
    ]  # fmt: skip
    assert [y_marker(n) for n in ("TH01", "DXS8378", "sex", "Y indel")] == [None] * 4
    assert parse_y_call("14,11", "DYS385") == parse_y_call("11-14", "DYS385") == (110, 140)
    assert parse_y_call("17,2", "DYS458") == (172,)
    assert parse_y_call("11/?", "DYS385") == (110, None)
    assert [parse_y_call(t, "DYS19") for t in ("x", "-3", "0", "?")] == [None] * 4


def chain(rate, size=161):
    """Changes of one copy through one meiosis as a matrix over so many repeats."""
    d = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    m = rate / 2 * (1 - MULTISTEP) * MULTISTEP ** np.maximum(d - 1, 0)
    np.fill_diagonal(m, 1 - rate)
    return m


@pytest.mark.parametrize("meioses", [0, 1, 3, 8])
def test_the_change_through_meioses_is_a_power_of_one(meioses):
    found = displacement(0.01, meioses)
    wanted = np.linalg.matrix_power(chain(0.01), meioses)[80, 20:141]
    assert np.allclose(found, wanted, rtol=1e-10, atol=1e-18)
    assert found.sum() == pytest.approx(1, abs=1e-12)


def test_copies_that_are_not_told_apart_are_summed_over():
    rates = {"DYS385": 0.05}
    a = YHaplotype({"DYS385": (110, 140)})
    total = sum(
        10 ** log10_same_line(a, YHaplotype({"DYS385": (10 * i, 10 * j)}), 2, ["DYS385"], rates)
        for i, j in itertools.combinations_with_replacement(range(1, 40), 2)
    )
    assert total == pytest.approx(1, abs=1e-9)
    k = displacement(0.05, 2)
    b = YHaplotype({"DYS385": (110, 130)})
    by_hand = k[60] * k[59] + k[62] * k[57]  # 11 to 11 and 14 to 13, or 11 to 13 and 14 to 11
    assert 10 ** log10_same_line(a, b, 2, ["DYS385"], rates) == pytest.approx(by_hand, rel=1e-12)


def test_steps_and_their_probability():
    a, b = y("DYS19=14 DYS391=10 DYS385=11/14"), y("DYS19=15 DYS391=10 DYS385=12/13")
    found = compare_ystr(a, b, 2)
    assert (found.steps, found.differences) == (3, {"DYS19": "14:15", "DYS385": "11/14:12/13"})
    # Enumerate the sizes of the changes of the four copies.
    sizes = []
    for rate in (RATES["DYS19"], RATES["DYS391"], RATES["DYS385"], RATES["DYS385"]):
        moves = displacement(rate, 2)
        sizes.append([moves[60], *(2 * moves[61:66])])
    less = sum(
        math.prod(s[n] for s, n in zip(sizes, taken, strict=True))
        for taken in itertools.product(range(3), repeat=4)
        if sum(taken) < 3
    )
    assert found.tail == pytest.approx(1 - less, rel=1e-9)
    assert found.verdict == ("exclusion" if found.tail < EXCLUDES_BELOW else "inconclusive")


def test_one_change_in_dys389i_counts_once():
    a, b = y("DYS389I=13 DYS389II=29"), y("DYS389I=14 DYS389II=30")
    assert compare_ystr(a, b, 1).steps == 1
    assert compare_ystr(a, y("DYS389II=30"), 1).steps == 1


def test_partial_calls_microvariants_and_extra_copies():
    assert compare_ystr(y("DYS385=11/?"), y("DYS385=11/14"), 1).verdict == "match"
    assert compare_ystr(y("DYS385=12/?"), y("DYS385=11/14"), 1).steps == 1
    for other in ("DYS458=17", "DYS458=17/18"):
        found = compare_ystr(y("DYS458=17.2"), y(other), 2)
        assert (found.others, found.verdict) == (("DYS458",), "exclusion")
    assert compare_ystr(y("DYS458=17.2"), y("DYS458=18.2"), 2).steps == 1
    assert compare_ystr(y("DYS19=14"), y("DYS391=10"), 1).rule == "no-common-marker"
    assert compare_ystr(y("DYS19=14"), y("DYS19=14"), 1).verdict == "match"


# Lines


def random_pedigree(rng, founders=6, children=18):
    people = [Person(f"p{i:02}", sex=rng.choice("MF")) for i in range(founders)]
    people[0], people[1] = Person("p00", sex="M"), Person("p01", sex="F")
    for i in range(founders, founders + children):
        father = rng.choice([p.id for p in people if p.sex == "M"] + [None])
        mother = rng.choice([p.id for p in people if p.sex == "F"] + [None])
        people.append(Person(f"p{i:02}", father, mother, rng.choice("MF")))
    return Pedigree(people)


def climb(pedigree, person, line):
    found = [person]
    while (up := getattr(pedigree[found[-1]], "father" if line == "Y" else "mother")) is not None:
        found.append(up)
    return found


@pytest.mark.parametrize("line", ["Y", "mt"])
def test_who_shares_a_line_is_who_has_the_same_first_ancestor(line):
    rng = random.Random(8)
    for _ in range(30):
        pedigree = random_pedigree(rng)
        person = rng.choice(pedigree.persons).id
        mine = climb(pedigree, person, line)
        wanted = {}
        for other in pedigree.persons:
            theirs = climb(pedigree, other.id, line)
            if theirs[-1] == mine[-1] and (line == "mt" or pedigree[person].sex == other.sex == "M"):
                shared = len(set(mine) & set(theirs))
                wanted[other.id] = len(mine) + len(theirs) - 2 * shared
        assert line_of(pedigree, person, line) == wanted


def test_the_nearest_typed_relative_through_untyped_people():
    p = family()
    typed = {"cousin", "uncle", "aunts-son", "mother"}
    assert typed_on_line(p, "son", "Y", typed) == {"uncle": 3, "cousin": 4}
    assert list(typed_on_line(p, "son", "mt", typed).items()) == [("mother", 1), ("aunts-son", 4)]
    assert typed_on_line(p, "daughter", "Y", typed) == {}
    assert shared_lines(p, "son", "brother") == BOTH_LINES
    assert shared_lines(p, "son", "daughter") == shared_lines(p, "son", "aunts-son") == MATERNAL_LINE
    assert shared_lines(p, "father", "mother") == frozenset()
