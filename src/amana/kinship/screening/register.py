"""What is screened: remains as numbers of observations, and targets in groups of one shape.

A *target* is one missing person of one family; the family's other missing members are untyped people of its
pedigree.  Families of the same shape (pedigree and member sought) are evaluated together, whoever they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from amana.kinship.joint.case import Family, Victim
from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree, Person, Sex
from amana.kinship.profiles import Role
from amana.kinship.purpose import require_role
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SEXES: tuple[Sex | None, ...] = ("M", "F", None)


@dataclass(frozen=True)
class Remains:
    """Profiles of remains, in the order of their identifiers.

    Attributes
    ----------
    ids
        Identifiers, ascending.
    sexes
        Shape (n,): position in :data:`SEXES`.
    seen
        Shape (n, n_markers): number of each observation in the panel, 0 where nothing was seen.
    """

    ids: tuple[str, ...]
    sexes: Ints
    seen: Ints

    @classmethod
    def of(cls, victims: Sequence[Victim], panel: Panel) -> Remains:
        """From profiles.

        Raises
        ------
        InputProblems
            All faults of all profiles; a profile that is not of remains by its own word.
        """
        require_role(Role.REMAINS, (v.profile for v in victims))
        ordered = sorted(victims, key=lambda v: v.id)
        rows: list[Ints] = []
        problems: list[InputProblem] = []
        for victim in ordered:
            try:
                rows.append(panel.encode(victim.profile, victim.sex))
            except InputProblems as found:
                problems.extend(found.problems)
        if problems:
            raise InputProblems(problems)
        seen = np.array(rows, dtype=np.int64).reshape(len(ordered), len(panel.markers))
        sexes = np.array([SEXES.index(v.sex) for v in ordered], dtype=np.int64)
        return cls(tuple(v.id for v in ordered), sexes, seen)


@dataclass(frozen=True)
class Group:
    """Targets of one shape.

    Attributes
    ----------
    pedigree
        The shape; its people are named by position.
    person
        Position of the one sought.
    seen
        Shape (n, n_markers, n_persons): observation numbers of the relatives.
    targets
        Shape (n,): number of each target in the register.
    """

    pedigree: Pedigree
    person: int
    seen: NDArray[np.int32]
    targets: Ints

    @cached_property
    def likelihood(self) -> PedigreeLikelihood:
        """The engine of the shape, which keeps what it has prepared."""
        return PedigreeLikelihood(self.pedigree)

    @cached_property
    def stranger(self) -> tuple[PedigreeLikelihood, int]:
        """The engine of the shape with one unrelated person beside it, and that person's position."""
        persons = self.pedigree.persons
        other = Person(str(len(persons)), sex=persons[self.person].sex)
        return PedigreeLikelihood(Pedigree([*persons, other])), len(persons)


@dataclass(frozen=True)
class Register:
    """Targets, in the order of their identifiers.

    Attributes
    ----------
    families, missing
        Identifiers of each target's family and person.
    sexes
        Shape (n,): position in :data:`SEXES`.
    groups
        Every target stands in one.
    """

    families: tuple[str, ...]
    missing: tuple[str, ...]
    sexes: Ints
    groups: tuple[Group, ...]

    def __len__(self) -> int:
        return len(self.families)

    @cached_property
    def where(self) -> tuple[Ints, Ints]:
        """Group of each target, and its row there."""
        group = np.zeros(len(self), dtype=np.int64)
        row = np.zeros(len(self), dtype=np.int64)
        for g, one in enumerate(self.groups):
            group[one.targets] = g
            row[one.targets] = np.arange(len(one.targets))
        return group, row

    @classmethod
    def of(cls, families: Sequence[Family], panel: Panel) -> Register:
        """From families; every missing person is a target.

        Raises
        ------
        InputProblems
            All faults of all reference profiles, and a family named twice; a profile that is not of a
            relative by its own word.
        """
        require_role(Role.RELATIVE, (p for f in families for p in f.profiles.values()))
        problems: list[InputProblem] = []
        named: set[str] = set()
        found: list[tuple[str, str, tuple[object, int], Family, NDArray[np.int32]]] = []
        for family in families:
            if family.id in named:
                problems.append(InputProblem("screen.family-twice", params={"family": family.id}))
            named.add(family.id)
            seen = np.zeros((len(panel.markers), len(family.pedigree)), dtype=np.int32)
            for person, profile in family.profiles.items():
                try:
                    seen[:, family.pedigree.index[person]] = panel.encode(
                        profile, family.pedigree[person].sex
                    )
                except InputProblems as faults:
                    problems.extend(faults.problems)
            shape = _shape(family.pedigree)
            for person in family.missing:
                key = (shape, family.pedigree.index[person])
                found.append((family.id, person, key, family, seen))
        if problems:
            raise InputProblems(problems)
        found.sort(key=lambda f: (f[0], f[1]))
        by_shape: dict[tuple[object, int], list[int]] = {}
        for number, one in enumerate(found):
            by_shape.setdefault(one[2], []).append(number)
        groups = []
        for (_, sought), numbers in by_shape.items():
            pedigree = found[numbers[0]][3].pedigree
            groups.append(
                Group(
                    renamed(pedigree),
                    sought,
                    np.stack([found[n][4] for n in numbers]),
                    np.array(numbers, dtype=np.int64),
                )
            )
        return cls.of_groups(tuple(f[0] for f in found), tuple(f[1] for f in found), tuple(groups))

    @classmethod
    def of_groups(
        cls, families: tuple[str, ...], missing: tuple[str, ...], groups: tuple[Group, ...]
    ) -> Register:
        """From groups that hold every target once."""
        sexes = np.zeros(len(families), dtype=np.int64)
        for group in groups:
            sexes[group.targets] = SEXES.index(group.pedigree.persons[group.person].sex)
        return cls(families, missing, sexes, groups)


def renamed(pedigree: Pedigree) -> Pedigree:
    """The same people, named by their position."""
    name = {p.id: str(i) for i, p in enumerate(pedigree.persons)}
    return Pedigree(
        Person(
            name[p.id],
            None if p.father is None else name[p.father],
            None if p.mother is None else name[p.mother],
            p.sex,
            p.founder_inbreeding,
        )
        for p in pedigree.persons
    )


def _shape(pedigree: Pedigree) -> tuple[object, ...]:
    index = pedigree.index
    return tuple(
        (
            -1 if p.father is None else index[p.father],
            -1 if p.mother is None else index[p.mother],
            p.sex,
            p.founder_inbreeding,
        )
        for p in pedigree.persons
    )


def blocks(count: int, size: int) -> Iterator[slice]:
    """Consecutive stretches of at most ``size``."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
