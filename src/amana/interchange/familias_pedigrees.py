"""From Familias' pairs of parent and child to pedigrees, without guessing a sex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from amana.interchange.collecting import Problems
from amana.kinship.pedigree import Pedigree, Person, Sex
from amana.problems import InputProblems

Relation = tuple[str, str, int]
"""Parent, child, and the line where they stand."""

_OTHER: Mapping[Sex, Sex] = {"M": "F", "F": "M"}


@dataclass(frozen=True)
class _Couples:
    """Sex of everybody as far as it is known or follows, and who stands as father where it is not."""

    sexes: dict[str, Sex | None]
    fathers: frozenset[str]


def pedigree_of(
    sexes: Mapping[str, Sex | None], relations: Sequence[Relation], file: str, row: int, problems: Problems
) -> Pedigree | None:
    """The pedigree of some persons, or None where a fault was noted; ``row`` is where the pedigree begins.

    A parent of unknown sex gets the one that follows from the other parent of a child.  Where nothing
    follows, the sex stays unknown, and which of two parents stands as father has no meaning.
    """
    parents: dict[str, dict[str, int]] = {}
    for parent, child, line in relations:
        parents.setdefault(child, {}).setdefault(parent, line)
    already = len(problems.faults)
    for child, found in parents.items():
        if len(found) > 2:
            line = max(found.values())
            problems.fault("familias.three-parents", file, line, "Child", person=child, parents=tuple(found))
    couples = _couples(sexes, parents, file, problems) if len(problems.faults) == already else None
    if couples is None or len(problems.faults) > already:
        return None
    persons = []
    for person, sex in couples.sexes.items():
        roles: dict[str, str] = {}
        for parent in parents.get(person, ()):
            roles["father" if _is_father(parent, couples) else "mother"] = parent
        persons.append(Person(person, roles.get("father"), roles.get("mother"), sex))
    try:
        return Pedigree(persons)
    except InputProblems as error:
        for p in error.problems:
            at = max(parents.get(str(p.params.get("person")), {"": row}).values())
            problems.fault(p.code, file, at, p.field, **p.params)
        return None


def _is_father(parent: str, couples: _Couples) -> bool:
    sex = couples.sexes[parent]
    return sex == "M" if sex else parent in couples.fathers


def _couples(
    sexes: Mapping[str, Sex | None], parents: Mapping[str, Mapping[str, int]], file: str, problems: Problems
) -> _Couples:
    """Walks through everybody who had a child together: the two of each couple differ in sex."""
    partners: dict[str, dict[str, int]] = {}
    for found in parents.values():
        if len(found) == 2:
            (one, _), (other, line) = found.items()
            partners.setdefault(one, {})[other] = line
            partners.setdefault(other, {})[one] = line
    known = dict(sexes)
    fathers = {p for found in parents.values() if len(found) == 1 for p in found} - partners.keys()
    reached: dict[str, bool] = {}  # person to side
    for first in partners:
        if first in reached:
            continue
        group, reached[first] = [first], True
        for person in group:
            for partner, line in partners[person].items():
                if partner not in reached:
                    reached[partner] = not reached[person]
                    group.append(partner)
                elif reached[partner] == reached[person]:
                    problems.fault("familias.same-sex", file, line, "Parent", person=person, partner=partner)
        told = [(p, sex) for p in group if (sex := known[p]) is not None]
        fathers |= {p for p in group if reached[p]}
        if not told:
            continue
        first_told, its_sex = told[0]
        for person in group:
            follows = its_sex if reached[person] == reached[first_told] else _OTHER[its_sex]
            if known[person] not in (None, follows):
                line = max(partners[person].values())
                partner = next(iter(partners[person]))
                problems.fault("familias.same-sex", file, line, "Parent", person=person, partner=partner)
            known[person] = follows
    return _Couples(known, frozenset(fathers))
