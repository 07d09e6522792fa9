"""Any small pedigree, any typing, any model, any FST: the engine and the enumeration say the same."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from amana.kinship.markers import Marker
from amana.kinship.mutation import Mutation
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from amana.problems import InputProblems
from tests.kinship import brute_force
from tests.kinship.examples import agree, engine, markers_by_model

MOST_NODES = 60_000
"""Of the tree the enumeration walks, roughly; beyond, an example would take seconds."""

BY_NUMBER = {k: markers_by_model(k) for k in (2, 3)}


KINDS = ("full", "full", "full", "none", "none", "partial", "dropout", "replicates")


@st.composite
def markers(draw):
    k = draw(st.sampled_from([2, 3]))
    alleles = ("8", "9", "10")[:k]
    shares = np.array(draw(st.lists(st.integers(1, 40), min_size=k, max_size=k)), dtype=float)
    frequencies = shares / shares.sum()
    model = draw(st.sampled_from(["none", "random", *BY_NUMBER[k]]))
    if model == "random":
        rows = st.lists(st.integers(0, 20), min_size=k, max_size=k).filter(any)
        male, female = (np.array([draw(rows) for _ in range(k)], dtype=float) for _ in range(2))
        mutation = Mutation(male / male.sum(1, keepdims=True), female / female.sum(1, keepdims=True))
    else:
        mutation = BY_NUMBER[k][model].mutation
    # Not with a silent allele: the matrices above would let it mutate, which is fine, so that is allowed too.
    silent = alleles[-1] if draw(st.integers(0, 5)) == 0 else None
    chromosome = draw(st.sampled_from(["autosomal", "autosomal", "X"]))
    return Marker("D", alleles, frequencies, mutation, chromosome, silent)


@st.composite
def pedigrees(draw, most):
    n = draw(st.integers(1, most))
    sexes = draw(st.lists(st.sampled_from("MF"), min_size=n, max_size=n))
    persons = []
    for i in range(n):
        fathers = [p.id for p in persons if p.sex == "M"]
        mothers = [p.id for p in persons if p.sex == "F"]
        # Parents are likely, or most pedigrees would be strangers.
        father = draw(st.sampled_from([None, *fathers, *fathers]))
        mother = draw(st.sampled_from([None, *mothers, *mothers]))
        inbred = 0.0
        if father is None and mother is None and draw(st.integers(0, 4)) == 0:
            inbred = draw(st.sampled_from([0.0625, 0.5, 1.0]))
        persons.append(Person(f"p{i}", father, mother, sexes[i], inbred))
    return Pedigree(draw(st.permutations(persons)))


@st.composite
def typings(draw, pedigree, marker):
    shown = [a for a in marker.alleles if a != marker.silent]
    found = {}
    for person in pedigree.persons:
        kind = draw(st.sampled_from(KINDS))
        if kind == "none":
            continue
        first = draw(st.sampled_from(shown))
        haploid = marker.chromosome == "X" and person.sex == "M"
        second = first if haploid else draw(st.sampled_from(shown))
        doubt = {}
        if kind in ("dropout", "replicates"):
            doubt = {"dropout": draw(st.sampled_from([0.0, 0.1, 0.4]))}
            doubt["dropin"] = draw(st.sampled_from([0.0, 0.05]))
        if kind == "partial":
            found[person.id] = Profile(person.id, {"D": (None, first)})
        elif kind == "replicates":
            sets = st.frozensets(st.sampled_from([first] if haploid else shown), max_size=2)
            sights = tuple(draw(st.lists(sets, min_size=1, max_size=2)))
            found[person.id] = Profile(person.id, replicates={"D": sights}, **doubt)
        else:
            found[person.id] = Profile(person.id, {"D": (first, second)}, **doubt)
    return found


@st.composite
def questions(draw):
    marker = draw(markers())
    pedigree = draw(pedigrees(6))
    found = draw(typings(pedigree, marker))
    return pedigree, found, marker, draw(st.sampled_from([0.0, 0.0, 0.02, 0.3]))


def size(pedigree, found, marker):
    """Leaves of the tree of genotypes at most."""
    total = 1
    for person in pedigree.persons:
        total *= len(brute_force.sights_of(person, found.get(person.id), marker))
    return total


@settings(max_examples=500, suppress_health_check=list(HealthCheck))
@given(questions())
def test_random_pedigrees(question):
    pedigree, found, marker, theta = question
    if size(pedigree, found, marker) > MOST_NODES:
        event("too many genotypes to enumerate")
        return
    ours, codes = None, []
    try:
        ours = engine(pedigree, found, marker, theta)
    except InputProblems as faults:
        codes = [p.code for p in faults.problems]
    if ours is None:
        event("refused")
        assert codes == ["fst.too-many-founder-alleles"]
        assert theta > 0
    else:
        theirs = brute_force.likelihood(pedigree, found, marker, theta)
        event("possible" if theirs else "impossible")
        assert agree(ours, theirs)
