"""Families with all samples that were given for them, in groups that are checked together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amana.kinship.joint.case import Family
from amana.kinship.panel import NOTHING_SEEN, Panel
from amana.kinship.pedigree import Pedigree
from amana.kinship.profiles import Profile, Role
from amana.kinship.purpose import require_role
from amana.kinship.screening.register import renamed
from amana.problems import InputProblem, InputProblems


@dataclass(frozen=True)
class DirectItem:
    """A thing that a person is said to have used (a razor, a toothbrush), or a milk tooth of theirs.

    ``person`` is a member of the family, usually one who is missing.
    """

    id: str
    family: str
    person: str
    profile: Profile


@dataclass(frozen=True)
class Sample:
    """One sample of a family: the position of the person who is said to have given it."""

    bearer: int
    item: bool = False


@dataclass(frozen=True)
class FamilyGroup:
    """Families of one pedigree, of which the same members have samples.

    Attributes
    ----------
    pedigree
        Its people are named by position, ``"0"``, ``"1"``, ...
    samples
        The same in every family.
    families, persons, names
        Of each family: identifier, names of its people, names of its samples (the person's, or the item's).
    seen
        Shape (n_families, n_markers, n_samples): observation numbers.
    """

    pedigree: Pedigree
    samples: tuple[Sample, ...]
    families: tuple[str, ...]
    persons: tuple[tuple[str, ...], ...]
    names: tuple[tuple[str, ...], ...]
    seen: NDArray[np.int32]


def groups_of(
    families: Sequence[Family], panel: Panel, items: Sequence[DirectItem] = ()
) -> tuple[FamilyGroup, ...]:
    """Group families that can be checked together; samples in which nothing was seen are left out.

    Raises
    ------
    InputProblems
        All faults of all profiles; an item of nobody in the family, or of no family; a profile that is not
        of a relative, or of an item, by its own word.
    """
    require_role(Role.RELATIVE, (p for f in families for p in f.profiles.values()))
    require_role(Role.ITEM, (i.profile for i in items))
    known = {f.id: f for f in families}
    problems = [
        InputProblem("quality.item-of-nobody", params={"item": i.id, "family": i.family, "person": i.person})
        for i in items
        if i.family not in known or i.person not in known[i.family].pedigree
    ]
    of_family: dict[str, list[DirectItem]] = {}
    for item in items:
        of_family.setdefault(item.family, []).append(item)
    read: list[Read] = []
    for family in families:
        pedigree = family.pedigree
        given = [(p, p, profile, False) for p, profile in family.profiles.items()]
        given += [(i.id, i.person, i.profile, True) for i in of_family.get(family.id, ())]
        rows = []
        for name, person, profile, is_item in given:
            if person not in pedigree:
                continue
            try:
                seen = panel.encode(profile, pedigree[person].sex)
            except InputProblems as faults:
                problems.extend(faults.problems)
                continue
            rows.append((name, Sample(pedigree.index[person], is_item), seen.astype(np.int32)))
        read.append(Read(family.id, pedigree, tuple(p.id for p in pedigree.persons), tuple(rows)))
    if problems:
        raise InputProblems(problems)
    return group(read)


@dataclass(frozen=True)
class Read:
    """One family as read.

    Attributes
    ----------
    samples
        Name, sample and observation numbers, shape (n_markers,), of each.
    """

    family: str
    pedigree: Pedigree
    persons: tuple[str, ...]
    samples: tuple[tuple[str, Sample, NDArray[np.int32]], ...]


def group(read: Iterable[Read]) -> tuple[FamilyGroup, ...]:
    """Families by pedigree and by who has a sample, in the order of their identifiers."""
    found: dict[tuple[object, ...], list[Read]] = {}
    for one in sorted(read, key=lambda r: r.family):
        kept = tuple(s for s in one.samples if (s[2] != NOTHING_SEEN).any())
        ordered = tuple(sorted(kept, key=lambda s: (s[1].bearer, s[1].item, s[0])))
        pedigree = renamed(one.pedigree)
        key = (pedigree.persons, tuple(s[1] for s in ordered))
        found.setdefault(key, []).append(Read(one.family, pedigree, one.persons, ordered))
    return tuple(
        FamilyGroup(
            those[0].pedigree,
            tuple(s[1] for s in those[0].samples),
            tuple(r.family for r in those),
            tuple(r.persons for r in those),
            tuple(tuple(s[0] for s in r.samples) for r in those),
            np.array([[s[2] for s in r.samples] for r in those], dtype=np.int32).swapaxes(1, 2)
            if those[0].samples
            else np.zeros((len(those), 0, 0), dtype=np.int32),
        )
        for those in found.values()
    )
