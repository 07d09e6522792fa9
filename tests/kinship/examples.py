"""Small pedigrees, markers and mutation models for the engine's tests.  Every person is made up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations_with_replacement

import numpy as np

from amana.kinship.likelihood import log_likelihood
from amana.kinship.markers import Marker
from amana.kinship.mutation import Mutation, mutation_model
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Call, Profile

ROUNDING = 1e-12
"""Relative; nothing but the order of sums differs."""

ALLELES = ("8", "9", "9.3", "10")
FREQUENCIES = (0.125, 0.25, 0.5, 0.125)  # sums of these are exact in binary
WHOLE = ("8", "9", "10", "12")


def custom(seed: int, k: int = 4) -> Mutation:
    """Any two matrices, unlike each other."""
    rng = np.random.Generator(np.random.PCG64(seed))
    male, female = (0.8 * np.eye(k) + 0.2 * rng.dirichlet(np.ones(k), size=k) for _ in range(2))
    return Mutation(male, female)


def markers_by_model(k: int = 4) -> dict[str, Marker]:
    """One marker with each mutation model, its rates large so that mistakes show; the first k alleles."""
    freqs = np.array(FREQUENCIES[:k]) / sum(FREQUENCIES[:k])
    some, whole = ALLELES[:k], WHOLE[:k]
    models = {
        "none": (some, None),
        "equal": (some, mutation_model("equal", some, freqs, 0.05, 0.05)),
        "equal by sex": (some, mutation_model("equal", some, freqs, 0.09, 0.02)),
        "proportional": (some, mutation_model("proportional", some, freqs, 0.06, 0.06)),
        "proportional by sex": (some, mutation_model("proportional", some, freqs, 0.06, 0.01)),
        "stepwise": (some, mutation_model("stepwise", some, freqs, 0.08, 0.03, range=0.1, rate2=0.01)),
        "onestep": (whole, mutation_model("onestep", whole, freqs, 0.07, 0.02)),
        "dawid": (whole, mutation_model("dawid", whole, freqs, 0.04, 0.01, range=0.3)),
        "custom": (some, custom(1, k)),
    }
    return {name: Marker("D", alleles, freqs, mutation) for name, (alleles, mutation) in models.items()}


def marker(k: int = 3, **more: object) -> Marker:
    """A marker without mutation."""
    freqs = np.array(FREQUENCIES[:k]) / sum(FREQUENCIES[:k])
    return Marker("D", ALLELES[:k], freqs, **more)  # type: ignore[arg-type]


def people(*rows: str) -> Pedigree:
    """A pedigree from rows such as ``"child father mother F"``; ``-`` for a parent not known."""
    persons = []
    for row in rows:
        person, father, mother, sex, *f = row.split()
        known = [None if x == "-" else x for x in (father, mother, sex)]
        persons.append(Person(person, known[0], known[1], known[2], float(f[0]) if f else 0.0))  # type: ignore[arg-type]
    return Pedigree(persons)


def profiles(marker: Marker, calls: Mapping[str, str], **doubts: float) -> dict[str, Profile]:
    """Profiles from calls such as ``"8/9"``; ``8/-`` is one allele known."""
    found = {}
    for person, text in calls.items():
        first, second = (None if a == "-" else a for a in text.split("/"))
        found[person] = Profile(person, {marker.name: (first, second)}, **doubts)  # type: ignore[arg-type]
    return found


def calls(marker: Marker, by_number: Mapping[str, str], **doubts: float) -> dict[str, Profile]:
    """Profiles from calls such as ``"0/1"`` by number of the allele, so that they suit every marker."""
    named = {
        person: "/".join(a if a == "-" else marker.alleles[int(a)] for a in call.split("/"))
        for person, call in by_number.items()
    }
    return profiles(marker, named, **doubts)


def genotypes(marker: Marker, *, haploid: bool = False) -> list[Call]:
    """Every call that a complete profile can show."""
    if haploid:
        return [(a, a) for a in marker.alleles]
    return list(combinations_with_replacement(marker.alleles, 2))


def engine(
    pedigree: Pedigree, found: Mapping[str, Profile], marker: Marker, theta: float = 0.0, **more: bool
) -> float:
    """The engine's log-likelihood at one marker."""
    return float(log_likelihood(pedigree, found, [marker], theta=theta, **more)[0])


def agree(log_ours: float, theirs: float, tolerance: float = ROUNDING) -> bool:
    """Whether a logarithm and a likelihood say the same; zero only agrees with zero."""
    if theirs == 0.0 or math.isinf(log_ours):
        return theirs == 0.0 and log_ours == -math.inf
    return abs(math.expm1(log_ours - math.log(theirs))) <= tolerance


TRIO = people("f - - M", "m - - F", "c f m M")
SIBS = people("f - - M", "m - - F", "a f m M", "b f m F")
HALF_SIBS = people("f - - M", "m - - F", "n - - F", "a f m M", "b f n F")
GRANDFATHER = people("g - - M", "h - - F", "f g h M", "m - - F", "c f m M")
ONE_PARENT = people("f - - M", "a f - F", "b - a F")
SIB_MATING = people("f - - M", "m - - F", "a f m M", "b f m F", "c a b F")
COUSINS = people("g - - M", "h - - F", "a g h M", "b g h F", "c a - M", "d - b F", "e c d F")
DOUBLE_COUSINS = people(
    "g - - M", "h - - F", "i - - M", "j - - F",
    "a g h M", "b g h M", "c i j F", "d i j F",
    "x a c M", "y b d F", "z x y M",
)  # fmt: skip
HALF_AVUNCULAR = people("g - - M", "h - - F", "i - - F", "a g h F", "b g i M", "c b a F")
TWO_FAMILIES = people("f - - M", "c f - F", "s - - M", "t - - F", "u s t M")
