"""A register of many families and many remains, with known truth: input for screening.

Shapes are mixed as in real registers (the mix itself is assumed, not estimated): both parents; one parent;
one sibling; several siblings; a spouse and two children; two grandparents, a half-sibling and a cousin.  A
fifth of the families have parents who are first cousins, a tenth miss two siblings.  Everybody is synthetic.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amana.kinship.markers import Marker
from amana.kinship.pedigree import Pedigree, Person, Sex
from amana.problems import InputProblem, InputProblems
from amana.simulation.genes import drop_genes
from amana.simulation.tables import MutationSettings, demo_table, markers_of

Ints = NDArray[np.int64]

SHARE_OF_KNOWN = 0.3
"""Share of the remains that are of missing people of the register."""
SHARE_OF_COUSINS = 0.2
SHARE_OF_TWO_MISSING = 0.1
POOR = (0.3, 0.1, 0.3)
"""Poor bone: share of the remains, drop-out of an allele, share of markers that were not typed.  Assumed."""
CLASSES = ("good", "poor")
"""Classes of bone, as declared in the table of remains."""
MUTATION = MutationSettings(rate_male=0.002, rate_female=0.001)
"""Stepwise; assumed, as all of :class:`MutationSettings`."""


@dataclass(frozen=True)
class FamilyShape:
    """One kind of family: pedigree, who has a reference sample, who is missing."""

    name: str
    pedigree: Pedigree
    typed: tuple[str, ...]
    missing: tuple[str, ...]
    cousin_parents: bool = False
    """Whether the parents of the missing person are first cousins."""


def _people(*rows: str) -> list[Person]:
    """People as ``name father mother sex``, - for nobody."""
    found = []
    for row in rows:
        name, father, mother, sex = row.split()
        said: Sex = "M" if sex == "M" else "F"
        found.append(Person(name, None if father == "-" else father, None if mother == "-" else mother, said))
    return found


_COUPLE = ("father - - M", "mother - - F")
_BASE = (
    ("parents", (*_COUPLE, "missing father mother M"), ("father", "mother")),
    ("mother", (*_COUPLE, "missing father mother M"), ("mother",)),
    ("sibling", (*_COUPLE, "missing father mother M", "sister father mother F"), ("sister",)),
    (
        "siblings",
        (*_COUPLE, "missing father mother M", "sister father mother F", "brother father mother M"),
        ("sister", "brother"),
    ),
    (
        "children",
        (*_COUPLE, "missing father mother M", "wife - - F", "son missing wife M", "daughter missing wife F"),
        ("wife", "son", "daughter"),
    ),
    (
        "wider",
        (
            "grandfather - - M", "grandmother - - F", "father grandfather grandmother M", "mother - - F",
            "missing father mother M", "stepfather - - M", "half-sister stepfather mother F",
            "uncle grandfather grandmother M", "aunt - - F", "cousin uncle aunt F",
        ),
        ("grandfather", "grandmother", "half-sister", "cousin"),
    ),
)  # fmt: skip


def shapes() -> tuple[FamilyShape, ...]:
    """Every shape, each also with cousin parents, and each of those also with a second missing sibling."""
    found = []
    for name, rows, typed in _BASE:
        for cousins in (False, True):
            for two in (False, True):
                persons = _people(*rows)
                if two:
                    persons.append(Person("missing-2", "father", "mother", "F"))
                if cousins:
                    persons = _with_cousin_parents(persons)
                label = f"{name}{'-cousins' if cousins else ''}{'-two' if two else ''}"
                missing = ("missing", "missing-2") if two else ("missing",)
                found.append(FamilyShape(label, Pedigree(persons), typed, missing, cousins))
    return tuple(found)


def _with_cousin_parents(persons: list[Person]) -> list[Person]:
    """Father's father and mother's mother become brother and sister."""
    by_id = {p.id: p for p in persons}
    for child, parents in (
        ("father", ("grandfather", "grandmother")), ("mother", ("mother's-father", "mother's-mother")),
    ):  # fmt: skip
        for parent, sex in zip(parents, ("M", "F"), strict=True):
            said: Sex = "M" if sex == "M" else "F"
            by_id.setdefault(parent, Person(parent, sex=said))
        by_id[child] = Person(child, *parents, by_id[child].sex)
    for sibling in ("grandfather", "mother's-mother"):
        by_id[sibling] = Person(sibling, "ancestor", "ancestress", by_id[sibling].sex)
    return [Person("ancestor", sex="M"), Person("ancestress", sex="F"), *by_id.values()]


@dataclass(frozen=True)
class SimulatedFamilies:
    """Families of one shape.

    Attributes
    ----------
    numbers
        Shape (n,): their numbers in the register, from 0.
    alleles
        Shape (n, n_persons, n_markers, 2): index among each marker's alleles.
    """

    shape: FamilyShape
    numbers: Ints
    alleles: NDArray[np.int16]


@dataclass(frozen=True)
class SimulatedRemains:
    """Profiles of remains.

    Attributes
    ----------
    male
        Shape (n,).
    classes
        Class of each: good bone, or poor bone.
    dropout
        Shape (n,): the probability that an allele fails to show, as declared for the class.
    calls
        Shape (n, n_markers, 2): alleles that show, -1 twice where nothing does.
    family, person
        Shape (n,): whose they are, as number of the family and position in its shape; -1 for nobody of the
        register.
    """

    male: NDArray[np.bool_]
    classes: tuple[str, ...]
    dropout: NDArray[np.float64]
    calls: NDArray[np.int16]
    family: Ints
    person: Ints


@dataclass(frozen=True)
class SimulatedRegister:
    """Markers, families by shape, and remains.

    ``mutation`` is what the genes were dropped with, None where nothing mutated.
    """

    seed: int
    mutation: MutationSettings | None
    markers: tuple[Marker, ...]
    families: tuple[SimulatedFamilies, ...]
    remains: SimulatedRemains


def simulate_register(
    remains: int, families: int, seed: int = 1, mutation: MutationSettings | None = MUTATION
) -> SimulatedRegister:
    """Make a register.

    Genes are dropped by shape of family and marker, for all families of the shape at once; founder alleles
    are drawn from the pooled Levant table (:func:`amana.simulation.tables.demo_table`), FST 0.

    Parameters
    ----------
    remains, families
        How many; at least one.
    seed
        The same seed gives the same register; 0 or above.
    mutation
        None: nothing mutates.

    Raises
    ------
    InputProblems
        For a count below one, or a seed below zero.
    """
    problems = [
        InputProblem("simulate.count-range", field=field, params={"value": value})
        for field, value in (("remains", remains), ("families", families))
        if value < 1
    ]
    if seed < 0:
        problems.append(InputProblem("simulate.seed-range", field="seed", params={"value": seed}))
    if problems:
        raise InputProblems(problems)
    rng = np.random.default_rng(seed)
    markers = markers_of(demo_table("levant"), mutation)
    every = shapes()
    base = rng.integers(len(_BASE), size=families)
    cousins = rng.random(families) < SHARE_OF_COUSINS
    two = rng.random(families) < SHARE_OF_TWO_MISSING
    which = base * 4 + cousins * 2 + two
    made = []
    for s, shape in enumerate(every):
        numbers = np.flatnonzero(which == s)
        if len(numbers):
            dropped = [
                drop_genes(shape.pedigree, m, rng, len(numbers)).alleles.astype(np.int16) for m in markers
            ]
            made.append(SimulatedFamilies(shape, numbers, np.stack(dropped, axis=2)))
    return SimulatedRegister(seed, mutation, markers, tuple(made), _remains(rng, markers, made, remains))


def _remains(
    rng: np.random.Generator, markers: tuple[Marker, ...], made: list[SimulatedFamilies], n: int
) -> SimulatedRemains:
    sought = [
        (f, shape.pedigree.index[person])
        for f, (shape, _) in enumerate((one.shape, one.numbers) for one in made)
        for person in shape.missing
    ]
    pool = np.concatenate(
        [np.column_stack([np.full(len(made[f].numbers), f), np.arange(len(made[f].numbers)),
                          np.full(len(made[f].numbers), person)]) for f, person in sought]
    )  # fmt: skip
    n_known = min(len(pool), round(n * SHARE_OF_KNOWN))
    chosen = pool[rng.permutation(len(pool))[:n_known]]
    place = rng.permutation(n)[:n_known]
    true = np.stack(
        [rng.choice(len(m.alleles), size=(n, 2), p=np.asarray(m.frequencies)) for m in markers], axis=1
    ).astype(np.int16)
    male = rng.random(n) < 0.5
    family, person = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    for f, one in enumerate(made):
        mine = chosen[:, 0] == f
        rows, who = chosen[mine, 1], chosen[mine, 2]
        true[place[mine]] = one.alleles[rows, who]
        family[place[mine]], person[place[mine]] = one.numbers[rows], who
        sexes = np.array([p.sex == "M" for p in one.shape.pedigree.persons])
        male[place[mine]] = sexes[who]
    share, dropout, untyped = POOR
    poor = rng.random(n) < share
    lost = (rng.random(true.shape) < dropout) & poor[:, None, None]
    calls = np.where(lost, true[:, :, ::-1], true)  # what is left shows alone
    nothing = lost.all(axis=2) | ((rng.random(true.shape[:2]) < untyped) & poor[:, None])
    calls[nothing] = -1
    classes = tuple(CLASSES[is_poor] for is_poor in poor.tolist())
    return SimulatedRemains(
        male, classes, np.where(poor, dropout, 0.0), np.sort(calls, axis=2).astype(np.int16), family, person
    )


def people_of(one: SimulatedFamilies) -> Iterator[tuple[int, Person, bool, bool]]:
    """Position of each person of a shape, the person, and whether they are typed or missing."""
    for i, person in enumerate(one.shape.pedigree.persons):
        yield i, person, person.id in one.shape.typed, person.id in one.shape.missing
