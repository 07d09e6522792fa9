"""Who descends from whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from amana.problems import InputProblem, InputProblems

Sex = Literal["M", "F"]


@dataclass(frozen=True)
class Person:
    """One member of a pedigree.

    ``father`` and ``mother`` are identifiers or None.  One parent may be known alone: the other
    allele then comes straight from the population.  ``sex`` None means not known.
    ``founder_inbreeding`` is the probability that a founder's two alleles are identical by descent.
    """

    id: str
    father: str | None = None
    mother: str | None = None
    sex: Sex | None = None
    founder_inbreeding: float = 0.0


@dataclass(frozen=True)
class Pedigree:
    """People and their parents; several unconnected families may stand in one pedigree.

    Raises
    ------
    InputProblems
        for a person named twice, an unknown parent, a father who is not male or a mother
        who is not female, a person who is their own ancestor, or an inbreeding coefficient given to a
        non-founder or outside [0, 1].
    """

    persons: tuple[Person, ...]

    def __init__(self, persons: Iterable[Person]) -> None:
        object.__setattr__(self, "persons", tuple(persons))
        problems = tuple(_faults(self.persons))
        if problems:
            raise InputProblems(problems)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Position of each person."""
        return {p.id: i for i, p in enumerate(self.persons)}

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Children of each person, in order."""
        found: dict[str, list[str]] = {p.id: [] for p in self.persons}
        for p in self.persons:
            for parent in {p.father, p.mother} - {None}:
                found[parent].append(p.id)  # type: ignore[index]
        return {k: tuple(v) for k, v in found.items()}

    def __getitem__(self, person: str) -> Person:
        return self.persons[self.index[person]]

    def __contains__(self, person: object) -> bool:
        return person in self.index

    def __len__(self) -> int:
        return len(self.persons)


def _faults(persons: tuple[Person, ...]) -> Iterable[InputProblem]:
    by_id: dict[str, Person] = {}
    for p in persons:
        if p.id in by_id:
            yield InputProblem("pedigree.person-twice", params={"person": p.id})
        by_id[p.id] = p
    for p in persons:
        for role, parent, wanted in (("father", p.father, "M"), ("mother", p.mother, "F")):
            if parent is None:
                continue
            if parent not in by_id:
                yield InputProblem(
                    "pedigree.unknown-parent", field=role, params={"person": p.id, "parent": parent}
                )
            elif by_id[parent].sex not in (wanted, None):
                yield InputProblem(
                    f"pedigree.{role}-wrong-sex", field=role, params={"person": p.id, "parent": parent}
                )
        if p.father is not None and p.father == p.mother:
            yield InputProblem("pedigree.same-parents", params={"person": p.id, "parent": p.father})
        if not 0.0 <= p.founder_inbreeding <= 1.0:
            yield InputProblem(
                "pedigree.inbreeding-range",
                field="founder_inbreeding",
                params={"person": p.id, "value": p.founder_inbreeding},
            )
        elif p.founder_inbreeding and (p.father or p.mother):
            yield InputProblem("pedigree.inbreeding-non-founder", params={"person": p.id})
    yield from _own_ancestors(by_id)


def _own_ancestors(by_id: Mapping[str, Person]) -> Iterable[InputProblem]:
    state: dict[str, int] = {}  # 1 being visited, 2 done
    for start in by_id:
        stack = [(start, False)]
        while stack:
            person, leaving = stack.pop()
            if leaving:
                state[person] = 2
                continue
            if state.get(person) == 2:
                continue
            if state.get(person) == 1:
                yield InputProblem("pedigree.own-ancestor", params={"person": person})
                return
            state[person] = 1
            stack.append((person, True))
            for parent in (by_id[person].father, by_id[person].mother):
                if parent is not None and parent in by_id and state.get(parent) != 2:
                    stack.append((parent, False))
