"""Two linked markers against enumeration over gametes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from amana.kinship.linked import log_likelihood_linked
from amana.kinship.profiles import Profile
from amana.problems import InputProblems
from tests.kinship import brute_force
from tests.kinship.examples import SIB_MATING, SIBS, TRIO, agree, custom, engine, marker, people

A = replace(marker(2), name="A")
B = replace(marker(3), name="B")
PLAIN = (A, B)
MUTATING = (replace(A, mutation=custom(5, 2)), replace(B, mutation=custom(6, 3)))

FAMILIES = {
    "trio": (TRIO, {"f": ("01", "02"), "m": ("00", "11"), "c": ("00", "12")}),
    "sibs": (SIBS, {"a": ("01", "02"), "b": ("00", "22")}),
    "sibs and father": (SIBS, {"f": ("01", "01"), "a": ("01", "02"), "b": ("00", "00")}),
    "grandfather": (
        people("g - - M", "f g - M", "c f - M"),
        {"g": ("01", "12"), "c": ("00", "22")},
    ),
    "loop": (SIB_MATING, {"f": ("01", "12"), "m": ("00", "01"), "c": ("00", "11")}),
    "first marker only": (TRIO, {"f": ("01", None), "c": ("00", None)}),
}


def seen(markers, by_number):
    found = {}
    for person, pair in by_number.items():
        calls = {
            m.name: (m.alleles[int(text[0])], m.alleles[int(text[1])])
            for m, text in zip(markers, pair, strict=True)
            if text is not None
        }
        found[person] = Profile(person, calls)
    return found


def check(pedigree, found, markers, recombination):
    theirs = brute_force.linked_likelihood(pedigree, found, markers, recombination)
    ours = log_likelihood_linked(pedigree, found, markers, recombination)
    assert agree(ours, theirs)
    return theirs


@pytest.mark.parametrize("recombination", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("markers", [PLAIN, MUTATING], ids=["no mutation", "mutation"])
@pytest.mark.parametrize("family", [f for f in FAMILIES if f != "loop"])
def test_all_gametes(family, markers, recombination):
    pedigree, by_number = FAMILIES[family]
    check(pedigree, seen(markers, by_number), markers, recombination)


@pytest.mark.parametrize("recombination", [0.0, 0.1, 0.5])
def test_a_loop(recombination):
    pedigree, by_number = FAMILIES["loop"]
    assert check(pedigree, seen(PLAIN, by_number), PLAIN, recombination) > 0


@pytest.mark.parametrize("recombination", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("markers", [PLAIN, MUTATING], ids=["no mutation", "mutation"])
def test_on_the_x_chromosome(markers, recombination):
    on_x = tuple(replace(m, chromosome="X") for m in markers)
    family = people("f - - M", "m - - F", "s f m M", "d f m F")
    found = seen(on_x, {"f": ("00", "11"), "s": ("11", "22"), "d": ("01", "12")})
    assert check(family, found, on_x, recombination) > 0
    grandson = people("g - - M", "m g - F", "s - m M", "t - m M")
    found = seen(on_x, {"g": ("00", "11"), "s": ("00", "22"), "t": ("11", "11")})
    check(grandson, found, on_x, recombination)


@pytest.mark.parametrize("doubt", [{"dropout": 0.2}, {"dropout": 0.1, "dropin": 0.02}], ids=str)
def test_doubtful_and_partial_calls(doubt):
    found = seen(PLAIN, {"a": ("01", "02"), "b": ("00", "22")})
    found["b"] = replace(found["b"], **doubt)
    found["a"] = Profile("a", {"A": ("8", None), "B": ("9", "9")})
    check(SIBS, found, PLAIN, 0.1)


def test_a_silent_allele():
    markers = (replace(A, silent="9"), B)
    found = seen(markers, {"a": ("00", "02"), "b": ("00", "22")})
    check(SIBS, found, markers, 0.1)


@pytest.mark.parametrize("family", FAMILIES)
def test_unlinked_markers_are_independent(family):
    pedigree, by_number = FAMILIES[family]
    found = seen(MUTATING, by_number)
    together = log_likelihood_linked(pedigree, found, MUTATING, 0.5)
    assert together == pytest.approx(sum(engine(pedigree, found, m) for m in MUTATING), rel=0, abs=1e-12)


def test_linkage_matters():
    pedigree, by_number = FAMILIES["sibs"]
    found = seen(PLAIN, by_number)
    assert len({round(log_likelihood_linked(pedigree, found, PLAIN, r), 6) for r in (0.0, 0.1, 0.5)}) == 3


def test_impossible_data():
    found = seen(PLAIN, {"f": ("00", "00"), "c": ("11", "00")})
    assert check(TRIO, found, PLAIN, 0.1) == 0.0


@pytest.mark.parametrize(
    ("markers", "recombination", "codes"),
    [
        (PLAIN, 0.6, ["linked.recombination-range"]),
        (PLAIN, -0.1, ["linked.recombination-range"]),
        ((A, replace(B, chromosome="X")), 0.1, ["linked.chromosomes"]),
        ((A, replace(B, chromosome="X")), 0.6, ["linked.recombination-range", "linked.chromosomes"]),
    ],
)
def test_faults_are_told_together(markers, recombination, codes):
    with pytest.raises(InputProblems) as caught:
        log_likelihood_linked(TRIO, {}, markers, recombination)
    assert [p.code for p in caught.value.problems] == codes


def test_a_person_of_unknown_sex_cannot_be_placed_on_the_x_chromosome():
    on_x = tuple(replace(m, chromosome="X") for m in PLAIN)
    unsexed = people("m - - F", "c - m -")
    with pytest.raises(InputProblems):
        log_likelihood_linked(unsexed, seen(on_x, {"c": ("00", "11")}), on_x, 0.1)


def test_a_profile_of_nobody_in_the_pedigree_is_refused():
    with pytest.raises(InputProblems) as caught:
        log_likelihood_linked(TRIO, seen(PLAIN, {"stranger": ("00", "11")}), PLAIN, 0.1)
    assert [p.code for p in caught.value.problems] == ["profile.not-in-pedigree"]
