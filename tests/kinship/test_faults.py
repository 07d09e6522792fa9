"""Bad input is told with its code, and all of it at once."""

from __future__ import annotations

import numpy as np
import pytest

from amana.kinship.likelihood import log_likelihood
from amana.kinship.markers import Marker
from amana.kinship.mutation import Mutation, mutation_model
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from amana.problems import InputProblems
from tests.kinship.examples import TRIO, engine, marker, people, profiles

M = marker(3)


def codes(action, *arguments, **more):
    with pytest.raises(InputProblems) as caught:
        action(*arguments, **more)
    return [p.code for p in caught.value.problems]


def pedigree_codes(*rows):
    return codes(people, *rows)


def test_pedigrees_that_cannot_be():
    assert pedigree_codes("a - - M", "a - - F") == ["pedigree.person-twice"]
    assert pedigree_codes("c f - M") == ["pedigree.unknown-parent"]
    assert pedigree_codes("f - - F", "c f - M") == ["pedigree.father-wrong-sex"]
    assert pedigree_codes("m - - M", "c - m M") == ["pedigree.mother-wrong-sex"]
    assert pedigree_codes("a a - M") == ["pedigree.own-ancestor"]
    assert pedigree_codes("a c - M", "b a - M", "c b - M") == ["pedigree.own-ancestor"]
    assert pedigree_codes("f - - M", "c f - M 0.1") == ["pedigree.inbreeding-non-founder"]
    assert pedigree_codes("f - - M 1.5") == ["pedigree.inbreeding-range"]
    assert pedigree_codes("f - - M -0.5") == ["pedigree.inbreeding-range"]


def test_all_faults_of_a_pedigree_come_together():
    found = pedigree_codes("f - - F", "c f x M", "d - - M 2")
    assert sorted(found) == [
        "pedigree.father-wrong-sex",
        "pedigree.inbreeding-range",
        "pedigree.unknown-parent",
    ]


def test_a_parent_of_unknown_sex_may_be_either():
    p = Pedigree([Person("f"), Person("c", "f", None, "M")])
    assert engine(p, profiles(M, {"f": "8/9", "c": "8/8"}), M) < 0


def test_an_unknown_allele_is_named():
    with pytest.raises(InputProblems) as caught:
        engine(TRIO, profiles(M, {"c": "8/44", "f": "55/8"}), M)
    named = {(p.code, p.params["sample"], p.params["allele"]) for p in caught.value.problems}
    assert named == {("genotype.unknown-allele", "c", "44"), ("genotype.unknown-allele", "f", "55")}


def test_unknown_alleles_in_every_kind_of_call():
    assert codes(engine, TRIO, profiles(M, {"c": "44/-"}), M) == ["genotype.unknown-allele"]
    assert codes(engine, TRIO, profiles(M, {"c": "8/44"}, dropout=0.1), M) == ["genotype.unknown-allele"]
    seen = Profile("c", replicates={"D": (frozenset({"8"}), frozenset({"44"}))})
    assert codes(engine, TRIO, {"c": seen}, M) == ["genotype.unknown-allele"]


def test_two_alleles_at_a_mans_x_marker():
    x = marker(3, chromosome="X")
    assert codes(engine, TRIO, profiles(x, {"c": "8/9"}), x) == ["genotype.x-male-heterozygous"]
    seen = Profile("c", replicates={"D": (frozenset({"8"}), frozenset({"9"}))})
    assert codes(engine, TRIO, {"c": seen}, x) == ["genotype.x-male-heterozygous"]
    assert engine(TRIO, profiles(x, {"m": "8/9"}), x) < 0


def test_the_x_chromosome_needs_the_sex():
    x = marker(3, chromosome="X")
    unsexed = people("m - - F", "c - m -", "d - c F")
    assert codes(engine, unsexed, profiles(x, {"c": "8/8"}), x) == ["genotype.x-needs-sex"]
    between = Pedigree([Person("m", sex="F"), Person("c", None, "m"), Person("d", None, "c", "F")])
    assert codes(engine, between, profiles(x, {"m": "8/8", "d": "8/9"}), x) == ["pedigree.sex-needed"]


def test_a_profile_of_nobody_in_the_pedigree():
    assert codes(engine, TRIO, profiles(M, {"stranger": "8/8"}), M) == ["profile.not-in-pedigree"]


def test_faults_of_all_profiles_and_markers_come_together():
    other = marker(2)
    found = {
        "c": Profile("c", {"D": ("1", "8")}),
        "f": Profile("f", {"D": ("8", "2")}),
        "x": Profile("x"),
    }
    assert sorted(codes(log_likelihood, TRIO, found, [other])) == [
        "genotype.unknown-allele",
        "genotype.unknown-allele",
        "profile.not-in-pedigree",
    ]


def test_a_matrix_of_another_size():
    mutation = mutation_model("equal", ("1", "2"), np.array([0.5, 0.5]), 0.1, 0.1)
    assert codes(engine, TRIO, {}, marker(3, mutation=mutation)) == ["mutation.wrong-size"]


@pytest.mark.parametrize(
    "matrix",
    [
        np.array([[0.9, 0.2], [0.1, 0.9]]),
        np.array([[1.1, -0.1], [0.0, 1.0]]),
        np.array([[0.5, 0.5]]),
        np.array([[np.nan, 1.0], [0.0, 1.0]]),
    ],
    ids=["rows do not sum to one", "negative", "not square", "not a number"],
)
def test_matrices_that_are_none(matrix):
    assert codes(Mutation, matrix, np.eye(2)) == ["mutation.bad-matrix"]
    assert codes(Mutation, np.eye(2), matrix) == ["mutation.bad-matrix"]
    assert codes(Mutation, matrix, matrix) == ["mutation.bad-matrix"] * 2


def test_what_is_too_entangled_is_refused():
    n = 24
    alleles = tuple(str(i) for i in range(40))
    frequencies = np.full(40, 1 / 40)
    mutation = mutation_model("stepwise", alleles, frequencies, 0.1, 0.1, 0.5, 0.1)
    m = Marker("D", alleles, frequencies, mutation)
    parents = [Person(f"{sex}{i}", sex=sex) for i in range(n) for sex in ("M", "F")]
    # Every father has children with four mothers, in no simple pattern.
    couples = {(i, j % n) for i in range(n) for j in (3 * i, 7 * i + 1, 11 * i + 2, 17 * i + 5)}
    children = [Person(f"c{i}-{j}", f"M{i}", f"F{j}", "M") for i, j in sorted(couples)]
    found = {c.id: Profile(c.id, {"D": ("3", "17")}) for c in children}
    assert codes(engine, Pedigree([*parents, *children]), found, m) == ["pedigree.too-entangled"]
