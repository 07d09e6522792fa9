"""From tables to markers: added alleles, sums, silent alleles, other tables."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.kinship.frequencies import (
    DEFAULT_MINIMUM,
    allele_order,
    build_markers,
    markers_under,
    minimum_frequency,
    normalised,
)
from amana.kinship.markers import FrequencyTable
from amana.kinship.mutation import Mutation, mutation_model
from amana.problems import InputProblems


def table(minimum=None, **loci):
    return FrequencyTable("t", loci, minimum=minimum)


def test_the_minimum_is_five_over_twice_the_number_of_people():
    assert minimum_frequency(125) == 0.02
    assert minimum_frequency(None) == DEFAULT_MINIMUM == 0.001
    with pytest.raises(InputProblems):
        minimum_frequency(0)


def test_alleles_are_in_the_order_of_their_numbers():
    labels = ["10", "9.3", "9", "silent", "X", "100", "A"]
    assert sorted(labels, key=allele_order) == ["9", "9.3", "10", "100", "A", "X", "silent"]


def test_an_allele_that_the_table_lacks_gets_the_minimum():
    (marker,), (warning,) = build_markers(table(0.02, L={"9": 0.5, "10": 0.5}), {"L": {"9", "8"}})
    assert marker.alleles == ("8", "9", "10")
    assert np.allclose(marker.frequencies, np.array([0.02, 0.5, 0.5]) / 1.02, rtol=1e-15)
    assert (warning.code, warning.params["frequency"]) == ("frequencies.allele-added", 0.02)


def test_sums_near_one_are_taken_as_given():
    given_ = {"1": 0.5, "2": 0.5 + 5e-7}
    (marker,), warnings = build_markers(table(L=given_), {"L": {"1"}})
    assert marker.frequencies.tolist() == [0.5, 0.5 + 5e-7]
    assert warnings == ()


@pytest.mark.parametrize("last", [0.475, 0.4999, 0.525])
def test_sums_within_three_hundredths_are_scaled_with_a_warning(last):
    (marker,), warnings = build_markers(table(L={"1": 0.5, "2": last}), {"L": set()})
    assert math.isclose(marker.frequencies.sum(), 1, rel_tol=1e-15)
    assert [w.code for w in warnings] == ["frequencies.renormalised"]


@pytest.mark.parametrize("last", [0.46, 0.54, math.nan])
def test_other_sums_are_refused(last):
    with pytest.raises(InputProblems) as caught:
        build_markers(table(L={"1": 0.5, "2": last}), {"L": set()})
    assert "frequencies.sum" in [p.code for p in caught.value.problems]


def test_only_observed_markers_in_the_order_of_the_table():
    loci = {"A": {"1": 1.0}, "B": {"1": 1.0}, "C": {"1": 1.0}}
    markers, warnings = build_markers(table(**loci), {"C": {"1"}, "A": set(), "Z": {"1"}}, x_markers=["C"])
    assert [(m.name, m.chromosome) for m in markers] == [("A", "autosomal"), ("C", "X")]
    assert [(w.code, w.params["marker"]) for w in warnings] == [("frequencies.marker-not-in-table", "Z")]


def test_the_silent_frequency_is_kept_and_the_others_share_the_rest():
    (marker,), _ = build_markers(table(L={"1": 0.25, "2": 0.75}), {"L": set()}, silent_frequency=0.2)
    assert marker.silent == "silent"
    assert marker.alleles == ("1", "2", "silent")
    assert np.allclose(marker.frequencies, [0.2, 0.6, 0.2], rtol=1e-15)


@given(
    st.dictionaries(st.integers(5, 40).map(str), st.floats(0.01, 1), min_size=1),
    st.sets(st.integers(1, 50).map(str)),
)
def test_whatever_is_seen_is_in_the_marker_and_the_sum_is_one(weights, seen):
    values = normalised(np.array(list(weights.values())))
    locus = dict(zip(weights, values.tolist(), strict=True))
    (marker,), warnings = build_markers(table(L=locus), {"L": seen})
    assert set(marker.alleles) == set(locus) | seen
    assert math.isclose(marker.frequencies.sum(), 1, rel_tol=1e-12)
    assert len(warnings) == len(seen - set(locus))


def test_another_table_brings_its_frequencies_and_the_same_mutation_model():
    (marker,), _ = build_markers(table(L={"1": 0.5, "2": 0.5}), {"L": {"1"}}, silent_frequency=0.1)
    mutation = mutation_model("equal", marker.alleles, marker.frequencies, 0.01, 0.002, silent="silent")
    marker = dataclasses.replace(marker, mutation=mutation)
    (other,), _ = markers_under(table(L={"1": 0.2, "2": 0.3, "3": 0.5}), [marker], {"L": {"1"}})
    assert other.alleles == ("1", "2", "3", "silent")
    assert np.allclose(other.frequencies, [0.18, 0.27, 0.45, 0.1], rtol=1e-12)
    assert other.mutation is not None
    assert (other.mutation.rate_male, other.mutation.rate_female) == (0.01, 0.002)
    assert np.allclose(other.mutation.male[0], [0.99, 0.005, 0.005, 0], rtol=1e-12)


def test_a_matrix_serves_another_table_only_with_the_same_alleles():
    (marker,), _ = build_markers(table(L={"9": 0.5, "10": 0.5}), {"L": set()})
    matrix = np.array([[0.9, 0.1], [0.3, 0.7]])
    marker = dataclasses.replace(
        marker, alleles=("10", "9"), frequencies=np.array([0.5, 0.5]), mutation=Mutation(matrix, matrix)
    )
    (other,), _ = markers_under(table(L={"9": 0.2, "10": 0.8}), [marker], {"L": set()})
    assert other.alleles == ("9", "10")
    assert other.mutation is not None
    assert other.mutation.male.tolist() == [[0.7, 0.3], [0.1, 0.9]]
    none, warnings = markers_under(table(L={"9": 0.2, "10": 0.7, "11": 0.1}), [marker], {"L": set()})
    assert none == ()
    assert [w.code for w in warnings] == ["frequencies.mutation-not-carried"]
