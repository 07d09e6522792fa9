"""Dense markers against enumeration of every inheritance vector, and against the general engine."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from amana.kinship.dense import MISSING, RELATIONS, DenseMarkers, PairLikelihood, States, recombination
from amana.kinship.likelihood import log_likelihood
from amana.kinship.markers import Marker
from amana.kinship.profiles import Profile
from amana.problems import InputProblems
from tests.kinship.examples import people

# Written out by hand: each person's two alleles as founder alleles, from the meioses in `bits`.
UNTIL = {
    "same-person": lambda b: ((0, 1), (0, 1)),
    "parent-child": lambda b: ((0, 1), (b[0], 2)),
    "full-siblings": lambda b: ((b[0], 2 + b[1]), (b[2], 2 + b[3])),
    "half-siblings": lambda b: ((b[0], 2), (b[1], 3)),
    "grandparent": lambda b: ((0, 1), ((b[0], 2)[b[1]], 3)),
    "avuncular": lambda b: ((b[0], 2 + b[1]), ((b[2], 2 + b[3])[b[4]], 4)),
    "first-cousins": lambda b: (((b[0], 2 + b[1])[b[4]], 4), ((b[2], 2 + b[3])[b[5]], 5)),
}
MEIOSES = {"same-person": 0, "parent-child": 1, "full-siblings": 4, "half-siblings": 2, "grandparent": 2,
           "avuncular": 5, "first-cousins": 6}  # fmt: skip
PEDIGREES = {
    "parent-child": people("a - - M", "b a - M"),
    "full-siblings": people("f - - M", "m - - F", "a f m M", "b f m M"),
    "half-siblings": people("f - - M", "a f - M", "b f - M"),
    "grandparent": people("a - - M", "f a - M", "b f - M"),
    "avuncular": people("f - - M", "m - - F", "a f m M", "p f m M", "b p - M"),
    "first-cousins": people("f - - M", "m - - F", "p f m M", "q f m M", "a p - M", "b q - M"),
}
P = np.array([0.3, 0.8, 0.45, 0.1])
CM = np.array([0.0, 7.0, 7.0, 60.0])
SEEN = {
    "alike": ((1, 2, 0, 1), (1, 2, 1, 1)),
    "unlike": ((0, 1, 2, 0), (1, 1, 1, 0)),
    "missing": ((0, MISSING, 2, 1), (1, 1, MISSING, 1)),
}


def markers(error=0.02, cm=CM, chromosomes=(1, 1, 1, 1)):
    names = tuple(f"rs{i}" for i in range(len(cm)))
    return DenseMarkers(names, np.array(chromosomes), np.asarray(cm, dtype=float), P[: len(cm)], error)


def ours(of, a, b, relations=tuple(RELATIONS)):
    genotypes = np.array([a, b], dtype=np.int8)
    found = PairLikelihood(of, relations).log10_lr(genotypes, np.array([[0, 1]]))[0]
    return dict(zip(relations, found, strict=True))


def as_read(alleles, seen, error):
    """Probability to read a genotype from two true alleles, copy by copy."""
    if seen == MISSING:
        return 1.0
    read = product((0, 1), repeat=2)
    return sum(
        np.prod([1 - error if r == t else error for r, t in zip(pair, alleles, strict=True)])
        for pair in read
        if sum(pair) == seen
    )


def one_marker(drawn, p, seen, error):
    """P(both genotypes as read), summed over the alleles of founders."""
    total = 0.0
    numbers = sorted({i for person in drawn for i in person})
    for alleles in product((0, 1), repeat=len(numbers)):
        of = dict(zip(numbers, alleles, strict=True))
        chance = np.prod([p if x else 1 - p for x in alleles])
        for person, g in zip(drawn, seen, strict=True):
            chance *= as_read([of[i] for i in person], g, error)
        total += chance
    return total


def enumerated(relation, a, b, rho, error):
    """Log10 LR as the sum over all paths of unmerged vectors, with alleles of founders at every marker."""
    m = MEIOSES[relation]
    vectors = list(product((0, 1), repeat=m))
    at = [
        np.array([one_marker(UNTIL[relation](v), p, seen, error) for v in vectors])
        for p, seen in zip(P, zip(a, b, strict=True), strict=False)
    ]
    apart = np.array([[sum(x != y for x, y in zip(u, v, strict=True)) for v in vectors] for u in vectors])
    chances = [r**apart * (1 - r) ** (m - apart) for r in rho]
    letters = "abcd"[: len(at)]
    steps = [x + y for x, y in pairwise(letters)]
    paths = np.einsum(",".join([*letters, *steps]), *at, *chances, optimize=True) / len(vectors)
    return np.log10(paths / of_strangers(a, b, error))


def of_strangers(a, b, error):
    both = zip(P, zip(a, b, strict=True), strict=False)
    return np.prod([one_marker(((0, 1), (2, 3)), p, seen, error) for p, seen in both])


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("relation", RELATIONS)
def test_every_vector(relation, seen):
    a, b = SEEN[seen]
    of = markers()
    theirs = enumerated(relation, a, b, of.recombination[1:], of.error)
    assert ours(of, a, b)[relation] == pytest.approx(theirs, rel=0, abs=1e-12)


@pytest.mark.parametrize("relation", PEDIGREES)
def test_free_recombination_is_the_product_of_markers_in_the_general_engine(relation):
    a, b = (0, 1, 1, MISSING), (1, 1, 2, 1)
    of = markers(0.0, np.zeros(4), (1, 2, 3, 4))
    single = [Marker(n, ("x", "y"), np.array([1 - p, p])) for n, p in zip(of.names, P, strict=True)]
    calls = {0: ("x", "x"), 1: ("x", "y"), 2: ("y", "y")}
    found = {
        who: Profile(who, {n: calls[g] for n, g in zip(of.names, seen, strict=True) if g != MISSING})
        for who, seen in (("a", a), ("b", b))
    }
    related = log_likelihood(PEDIGREES[relation], found, single).sum()
    unrelated = log_likelihood(people("a - - M", "b - - M"), found, single).sum()
    expected = (related - unrelated) / np.log(10)
    assert ours(of, a, b)[relation] == pytest.approx(expected, rel=0, abs=1e-12)
    far = markers(0.0, np.arange(4) * 1e5)
    assert ours(far, a, b)[relation] == pytest.approx(expected, rel=0, abs=1e-12)


@pytest.mark.parametrize("relation", RELATIONS)
def test_no_recombination_is_one_block(relation):
    a, b = SEEN["alike"]
    of = markers(cm=np.zeros(4))
    vectors = product((0, 1), repeat=MEIOSES[relation])
    blocks = [
        np.prod(
            [
                one_marker(UNTIL[relation](v), p, seen, of.error)
                / one_marker(((0, 1), (2, 3)), p, seen, of.error)
                for p, seen in zip(P, zip(a, b, strict=True), strict=True)
            ]
        )
        for v in vectors
    ]
    assert ours(of, a, b)[relation] == pytest.approx(np.log10(np.mean(blocks)), rel=0, abs=1e-12)


def test_the_two_people_and_the_two_alleles_may_be_exchanged():
    a, b = SEEN["missing"]
    of = markers()
    swapped = DenseMarkers(of.names, of.chromosomes, of.centimorgans, 1 - of.frequencies, of.error)
    other = [tuple(g if g == MISSING else 2 - g for g in person) for person in (a, b)]
    backwards = DenseMarkers(
        of.names,
        of.chromosomes,
        (of.centimorgans[-1] - of.centimorgans)[::-1],
        of.frequencies[::-1],
        of.error,
    )
    for found in (ours(of, b, a), ours(swapped, *other), ours(backwards, a[::-1], b[::-1])):
        assert found == pytest.approx(ours(of, a, b), rel=0, abs=1e-12)


def test_markers_nobody_was_typed_at_say_nothing():
    nothing = ours(markers(), [MISSING] * 4, SEEN["alike"][0])
    assert nothing == pytest.approx(dict.fromkeys(RELATIONS, 0.0), abs=1e-12)


def test_the_expected_ratio_of_unrelated_people_is_one():
    of = markers(0.05, CM[:2], (1, 1))
    total = dict.fromkeys(RELATIONS, 0.0)
    genotypes = list(product(range(3), repeat=2))
    for a, b in product(genotypes, repeat=2):
        chance = of_strangers(a, b, 0.05)
        for name, lr in ours(of, a, b).items():
            total[name] += chance * 10**lr
    assert total == pytest.approx(dict.fromkeys(RELATIONS, 1.0), abs=1e-12)


@pytest.mark.parametrize("relation", RELATIONS)
def test_lumped_states_walk_as_all_vectors_do(relation):
    states = States(RELATIONS[relation])
    m = states.relation.meioses
    vectors = np.array(list(product((0, 1), repeat=m))).reshape(2**m, m)
    apart = (vectors[:, None] != vectors[None]).sum(axis=2)
    belongs = np.eye(len(states))[states.classes]
    for r in (0.0, 0.1, 0.37, 0.5):
        whole = r**apart * (1 - r) ** (m - apart)
        lumped = states.transitions(np.array([r]))[0]
        assert np.allclose(whole @ belongs, belongs @ lumped, rtol=0, atol=1e-14)
    counts = {"same-person": 1, "parent-child": 1, "full-siblings": 3, "half-siblings": 2, "grandparent": 2,
              "avuncular": 4, "first-cousins": 7}  # fmt: skip
    assert len(states) == counts[relation]


def test_shared_alleles_of_uncles_are_no_chain_of_their_own():
    """What a first-order chain of shared alleles would give is another number, so it must not be used."""
    states = States(RELATIONS["avuncular"])
    r = 0.2
    one, two = (states.transitions(np.array([x]))[0] for x in (r, 2 * r * (1 - r)))
    onto = np.eye(2)[states.shared]
    first = (states.weights[:, None] * onto).T @ one @ onto / 0.5
    both = (states.weights[:, None] * onto).T @ two @ onto / 0.5
    assert not np.allclose(first @ first, both, atol=1e-3)


def test_many_pairs_whatever_the_threads():
    rng = np.random.Generator(np.random.PCG64(4))
    n = 600
    of = DenseMarkers(
        tuple(map(str, range(n))), np.repeat([1, 2], n // 2), np.tile(np.arange(n // 2) / 3, 2),
        rng.uniform(0.05, 0.95, n), 0.01,
    )  # fmt: skip
    genotypes = rng.integers(0, 4, (30, n)).astype(np.int8)
    pairs = np.array([(i, j) for i in range(30) for j in range(i)])
    engine = PairLikelihood(of, ["first-cousins", "full-siblings"])
    one, two = (engine.log10_lr(genotypes, pairs, threads=t) for t in (1, 2))
    assert np.array_equal(one, two)
    assert np.isfinite(one).all()
    alone = np.array([engine.log10_lr(genotypes, pair[None])[0] for pair in pairs[::50]])
    assert np.array_equal(alone, one[::50])


def test_without_error_what_cannot_be_is_impossible_and_stays_so():
    of = markers(0.0, chromosomes=(1, 1, 2, 2), cm=np.array([0.0, 1.0, 0.0, 1.0]))
    assert ours(of, (0, 1, 1, 1), (2, 1, 1, 1))["parent-child"] == -np.inf
    assert np.isfinite(ours(of, (0, 1, 1, 1), (2, 1, 1, 1))["full-siblings"])


def test_haldane():
    assert recombination(np.array([0.0, 50.0, 1e6])) == pytest.approx([0.0, 0.5 * (1 - np.exp(-1)), 0.5])


def test_faults_are_told_together():
    with pytest.raises(InputProblems) as caught:
        DenseMarkers(("a", "b", "c"), np.array([1, 2, 1]), np.zeros(3), np.array([0.5, 1.0, 0.5]), 0.5)
    assert [p.code for p in caught.value.problems] == ["dense.frequency", "dense.error-range", "dense.order"]
