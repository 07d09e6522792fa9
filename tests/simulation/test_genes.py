"""Simulated genes obey Mendel, the table, and the population."""

import math

import numpy as np
import pytest

from amana.kinship.markers import Marker
from amana.kinship.mutation import mutation_model
from amana.kinship.pedigree import Pedigree, Person
from amana.problems import InputProblems
from amana.simulation import (
    DEMO_SHAPES,
    MutationSettings,
    Quality,
    demo_table,
    drop_genes,
    markers_of,
    type_sample,
)

ALLELES = ("12", "13", "14", "15")
FREQUENCIES = np.array([0.1, 0.2, 0.3, 0.4])
MARKER = Marker("D", ALLELES, FREQUENCIES)
TRIO = Pedigree([Person("f", sex="M"), Person("m", sex="F"), Person("c", "f", "m", "M")])
SIX = 6.0  # standard errors: a chance failure about once in 10^9 tests; the seeds are fixed anyway


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def close(observed: float, expected: float, n: int) -> bool:
    """A proportion of n independent trials within six standard errors of its expectation."""
    return abs(observed - expected) <= SIX * math.sqrt(expected * (1 - expected) / n)


@pytest.mark.parametrize("shape", DEMO_SHAPES, ids=lambda s: s.name)
def test_without_mutation_every_child_has_an_allele_of_each_parent(shape):
    pedigree = shape.pedigree("F")
    for marker in (MARKER, markers_of(demo_table("levant"))[16]):
        genes = drop_genes(pedigree, marker, rng(), n=200, theta=0.01)
        assert not genes.mutated.any()
        for person in pedigree.persons:
            for slot, parent in enumerate((person.father, person.mother)):
                if parent is not None:
                    handed = genes.of(person.id)[:, slot, None]
                    assert (handed == genes.of(parent)).any(axis=1).all()


def test_a_parent_hands_down_either_allele_with_one_half():
    n = 40_000
    genes = drop_genes(TRIO, MARKER, rng(), n=n)
    father, child = genes.of("f"), genes.of("c")
    het = father[:, 0] != father[:, 1]
    assert close(float(np.mean(child[het, 0] == father[het, 0])), 0.5, int(het.sum()))


def test_founder_alleles_follow_the_table():
    n = 40_000
    genes = drop_genes(TRIO, MARKER, rng(), n=n)
    for allele, frequency in enumerate(FREQUENCIES):
        assert close(float(np.mean(genes.of("f") == allele)), float(frequency), 2 * n)


def test_founder_frequencies_are_unbiased_under_fst():
    n = 40_000
    genes = drop_genes(TRIO, MARKER, rng(), n=n, theta=0.1)
    for allele, frequency in enumerate(FREQUENCIES):  # one allele of each draw: independent draws
        assert close(float(np.mean(genes.of("f")[:, 0] == allele)), float(frequency), n)


@pytest.mark.parametrize("theta", [0.0, 0.01, 0.1, 0.5])
def test_two_founder_alleles_are_equal_as_fst_says(theta):
    n = 40_000
    genes = drop_genes(TRIO, MARKER, rng(2), n=n, theta=theta)
    expected = theta + (1 - theta) * float(np.sum(FREQUENCIES**2))
    father, mother = genes.of("f"), genes.of("m")
    assert close(float(np.mean(father[:, 0] == father[:, 1])), expected, n)  # within a founder
    assert close(float(np.mean(father[:, 0] == mother[:, 1])), expected, n)  # and between two


@pytest.mark.parametrize("theta", [0.05, 0.3])
def test_a_third_allele_follows_two_equal_ones_as_balding_and_nichols_say(theta):
    n = 80_000
    genes = drop_genes(TRIO, MARKER, rng(3), n=n, theta=theta)
    p = float(FREQUENCIES[3])
    two = (genes.of("f") == 3).all(axis=1)
    expected = (2 * theta + (1 - theta) * p) / (1 + theta)
    assert close(float(np.mean(genes.of("m")[two, 0] == 3)), expected, int(two.sum()))


def test_inbred_founders_and_children_of_cousins_are_homozygous_as_their_inbreeding_says():
    n = 40_000
    inbred = Pedigree([Person("x", sex="F", founder_inbreeding=0.25)])
    expected = 0.25 + 0.75 * float(np.sum(FREQUENCIES**2))
    x = drop_genes(inbred, MARKER, rng(), n=n).of("x")
    assert close(float(np.mean(x[:, 0] == x[:, 1])), expected, n)
    cousins = next(s for s in DEMO_SHAPES if "cousin marriages" in s.name).pedigree("F")
    child = drop_genes(cousins, MARKER, rng(), n=n).of("F-M1")
    expected = 1 / 16 + 15 / 16 * float(np.sum(FREQUENCIES**2))
    assert close(float(np.mean(child[:, 0] == child[:, 1])), expected, n)


def test_mutation_follows_its_matrix_in_fathers_and_in_mothers():
    n = 60_000
    mutation = mutation_model("stepwise", ALLELES, FREQUENCIES, 0.2, 0.05, range=0.1, rate2=1e-6)
    assert mutation is not None
    genes = drop_genes(TRIO, Marker("D", ALLELES, FREQUENCIES, mutation), rng(), n=n)
    for slot, rate in ((0, 0.2), (1, 0.05)):
        assert close(float(np.mean(genes.mutated[:, 2, slot])), rate, n)
    same = genes.of("f")[:, 0] == genes.of("f")[:, 1]
    for parent in range(4):
        handed = genes.of("c")[same & (genes.of("f")[:, 0] == parent), 0]
        for child in range(4):
            assert close(float(np.mean(handed == child)), float(mutation.male[parent, child]), len(handed))


def test_x_markers_go_from_mother_to_son_and_whole_from_father_to_daughter():
    x = Marker("DXS", ALLELES, FREQUENCIES, chromosome="X")
    family = Pedigree([*TRIO.persons, Person("d", "f", "m", "F")])
    genes = drop_genes(family, x, rng(), n=500)
    assert (genes.of("c")[:, 0] == genes.of("c")[:, 1]).all()
    assert (genes.of("c")[:, 0, None] == genes.of("m")).any(axis=1).all()
    assert (genes.of("d")[:, 0] == genes.of("f")[:, 0]).all()
    assert (genes.of("m")[:, 0] != genes.of("m")[:, 1]).any()


def test_the_same_seed_gives_the_same_genes_and_another_seed_others():
    one, two, other = (drop_genes(TRIO, MARKER, rng(s), n=50, theta=0.01).alleles for s in (5, 5, 6))
    assert (one == two).all()
    assert (one != other).any()


def test_the_order_of_members_does_not_break_descent():
    reversed_trio = Pedigree(TRIO.persons[::-1])
    genes = drop_genes(reversed_trio, MARKER, rng(), n=100)
    assert (genes.of("c")[:, 0, None] == genes.of("f")).any(axis=1).all()


def test_faults_are_found_at_once():
    x = Marker("DXS", ALLELES, FREQUENCIES, chromosome="X")
    with pytest.raises(InputProblems) as found:
        drop_genes(Pedigree([Person("a")]), x, rng(), n=0, theta=1.0)
    assert [p.code for p in found.value.problems] == [
        "simulate.theta-range",
        "simulate.count-range",
        "simulate.sex-needed",
    ]


def typed(pair: tuple[str, str], quality: Quality, n: int, marker: Marker = MARKER) -> list[object]:
    generator = rng(9)
    calls = (type_sample("s", {"D": pair}, [marker], generator, quality).calls for _ in range(n))
    return [c.get("D") for c in calls]


def test_a_good_sample_is_read_whole_in_the_order_of_the_alleles():
    assert typed(("14", "12"), Quality(), 5) == [("12", "14")] * 5
    assert typed(("14", "14"), Quality(), 5) == [("14", "14")] * 5


def test_drop_out_has_the_rates_that_the_engine_assumes():
    n, d = 20_000, 0.3
    het = typed(("12", "14"), Quality(dropout=d), n)
    assert set(het) == {("12", "14"), ("12", "12"), ("14", "14"), None}
    assert close(het.count(("12", "14")) / n, (1 - d) ** 2, n)
    assert close(het.count(("12", "12")) / n, d * (1 - d), n)
    assert close(het.count(None) / n, d * d, n)
    hom = typed(("13", "13"), Quality(dropout=d), n)
    assert close(hom.count(("13", "13")) / n, 1 - d * d, n)


def test_a_lost_marker_is_left_out_and_the_drop_out_is_declared():
    n = 20_000
    assert close(typed(("12", "14"), Quality(lost={"D": 0.6}), n).count(None) / n, 0.6, n)
    assert type_sample("s", {"D": ("12", "12")}, [MARKER], rng(), Quality(0.2)).dropout == 0.2


def test_a_silent_allele_is_not_seen():
    marker = Marker("D", (*ALLELES, "silent"), np.append(FREQUENCIES * 0.9, 0.1), silent="silent")
    assert typed(("silent", "14"), Quality(), 3, marker) == [("14", "14")] * 3
    assert typed(("silent", "silent"), Quality(), 3, marker) == [None] * 3


def test_thousands_of_families_of_23_markers_come_with_the_mutation_assumed():
    markers = markers_of(demo_table("levant"), MutationSettings())
    pedigree = DEMO_SHAPES[0].pedigree("F")
    n = 2000
    changed = sum(int(drop_genes(pedigree, m, rng(4), n=n).mutated.sum()) for m in markers)
    transmissions = 23 * n * 4
    assert close(changed / transmissions, 0.001, transmissions)
