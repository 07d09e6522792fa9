"""What else could be true of a family: a small set of named pedigrees beside the declared one.

Every alternative is an ordinary pedigree together with who bears each sample, so that one engine weighs all
of them.  Only what the samples can tell apart from the declaration is listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from amana.kinship.pedigree import Pedigree, Person, Sex
from amana.kinship.quality.families import Sample


class Kind(StrEnum):
    """Ways in which a declaration can be wrong."""

    FATHER = "father"
    """Not the declared father's: another man's child, or siblings who share the mother only."""
    MOTHER = "mother"
    UNRELATED = "unrelated"
    """A sample is of somebody outside the family."""
    SWAPPED = "swapped"
    SAME_PERSON = "same-person"
    """Two samples under two names are of one person."""
    COUSINS = "cousins"
    """A couple are first cousins, undeclared."""
    ITEM = "item"
    """A thing is not that of the person whom it is said to be of."""


PRIORS: Mapping[Kind, float] = {
    Kind.FATHER: 0.02,
    Kind.MOTHER: 0.005,
    Kind.UNRELATED: 0.01,
    Kind.SWAPPED: 0.005,
    Kind.SAME_PERSON: 0.005,
    Kind.COUSINS: 0.05,
    Kind.ITEM: 0.05,
}
"""Prior probability of each kind in one family, shared equally by the alternatives of the kind.  Assumed, not
estimated from any population: they are there so that what is rare needs more evidence than what is not."""


@dataclass(frozen=True)
class Alternative:
    """One pedigree that may be true instead.

    Attributes
    ----------
    people, samples
        Positions of the people, and of the samples, that it is about.
    pedigree
        People of the declared pedigree keep their names; added ones are named with a letter before a number.
    bearers
        For each sample the name of the person whose it is.
    """

    kind: Kind
    people: tuple[int, ...]
    samples: tuple[int, ...]
    pedigree: Pedigree
    bearers: tuple[str, ...]


def alternatives(pedigree: Pedigree, samples: Sequence[Sample]) -> tuple[Alternative, ...]:
    """All alternatives for a pedigree whose people are named by position.

    Parameters
    ----------
    samples
        At least two for anything to be told.
    """
    if len(samples) < 2:
        return ()
    makers = (_other_parent, _unrelated, _swapped, _same_person, _cousins)
    bearers = tuple(str(s.bearer) for s in samples)
    return tuple(one for make in makers for one in make(pedigree, samples, bearers))


def relevant(pedigree: Pedigree, bearers: Sequence[str]) -> frozenset[str]:
    """Bearers of samples and all their ancestors."""
    return frozenset(bearers) | frozenset(a for b in set(bearers) for a in _ancestors(pedigree, b))


def _ancestors(pedigree: Pedigree, person: str) -> set[str]:
    found: set[str] = set()
    stack = [person]
    while stack:
        p = pedigree[stack.pop()]
        new = {parent for parent in (p.father, p.mother) if parent is not None} - found
        found |= new
        stack.extend(new)
    return found


def _changed(pedigree: Pedigree, changed: Mapping[str, Person], added: Sequence[Person] = ()) -> Pedigree:
    return Pedigree([*(changed.get(p.id, p) for p in pedigree.persons), *added])


def _other_parent(
    pedigree: Pedigree, samples: Sequence[Sample], bearers: tuple[str, ...]
) -> Iterator[Alternative]:
    there = relevant(pedigree, bearers)
    for kind, role, sex in ((Kind.FATHER, "father", "M"), (Kind.MOTHER, "mother", "F")):
        by_parent: dict[str, list[Person]] = {}
        for p in pedigree.persons:
            parent = getattr(p, role)
            # Links between two people without samples say little and cost most.
            if parent is not None and p.id in there and {p.id, parent} & {*bearers}:
                by_parent.setdefault(parent, []).append(p)
        for parent, children in by_parent.items():
            sets = [[c] for c in children] + ([children] if len(children) > 1 else [])
            for those in sets:
                made = _with_other(pedigree, those, role, "M" if sex == "M" else "F")
                # Told apart only if the declared parent is still tied to somebody of whom there is a sample.
                if ({parent} | _ancestors(made, parent)) & relevant(made, bearers):
                    people = (int(parent), *(int(c.id) for c in those))
                    yield Alternative(kind, people, _samples_of(samples, people), made, bearers)


def _with_other(pedigree: Pedigree, children: Sequence[Person], role: str, sex: Sex) -> Pedigree:
    changed = {
        c.id: replace(c, father="x0") if role == "father" else replace(c, mother="x0") for c in children
    }
    return _changed(pedigree, changed, [Person("x0", sex=sex)])


def _samples_of(samples: Sequence[Sample], people: Sequence[int]) -> tuple[int, ...]:
    return tuple(i for i, s in enumerate(samples) if s.bearer in people)


def _unrelated(
    pedigree: Pedigree, samples: Sequence[Sample], bearers: tuple[str, ...]
) -> Iterator[Alternative]:
    for i, sample in enumerate(samples):
        made = _changed(pedigree, {}, [Person("x0", sex=pedigree.persons[sample.bearer].sex)])
        others = (*bearers[:i], "x0", *bearers[i + 1 :])
        if _is_tied(pedigree, bearers, i):
            kind = Kind.ITEM if sample.item else Kind.UNRELATED
            yield Alternative(kind, (sample.bearer,), (i,), made, others)


def _is_tied(pedigree: Pedigree, bearers: Sequence[str], i: int) -> bool:
    """Whether the bearer of a sample is kin of, or is, the bearer of another."""
    mine = {bearers[i]} | _ancestors(pedigree, bearers[i])
    return any(
        bearers[i] in _ancestors(pedigree, other) or mine & ({other} | _ancestors(pedigree, other))
        for j, other in enumerate(bearers)
        if j != i
    )


def _swapped(
    pedigree: Pedigree, samples: Sequence[Sample], bearers: tuple[str, ...]
) -> Iterator[Alternative]:
    for i, j in combinations(range(len(samples)), 2):
        if bearers[i] != bearers[j] and not _alike(pedigree, bearers[i], bearers[j]):
            swapped = list(bearers)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            yield Alternative(
                Kind.SWAPPED, (samples[i].bearer, samples[j].bearer), (i, j), pedigree, tuple(swapped)
            )


def _alike(pedigree: Pedigree, a: str, b: str) -> bool:
    """Whether two people stand in the pedigree alike: brothers without children, say, or a couple."""

    def parents(of: Person, rename: Mapping[str, str]) -> tuple[str, frozenset[str]]:
        known = frozenset(rename.get(p, p) for p in (of.father, of.mother) if p is not None)
        return rename.get(of.id, of.id), known

    before = {parents(p, {}) for p in pedigree.persons}
    return before == {parents(p, {a: b, b: a}) for p in pedigree.persons}


def _same_person(
    pedigree: Pedigree, samples: Sequence[Sample], bearers: tuple[str, ...]
) -> Iterator[Alternative]:
    for i, j in combinations(range(len(samples)), 2):
        if bearers[i] == bearers[j]:
            continue
        people = (samples[i].bearer, samples[j].bearer)
        whose = [bearers[i]] if _alike(pedigree, bearers[i], bearers[j]) else [bearers[i], bearers[j]]
        for person in whose:
            both = tuple(person if s in (i, j) else b for s, b in enumerate(bearers))
            yield Alternative(Kind.SAME_PERSON, people, (i, j), pedigree, both)


def _cousins(
    pedigree: Pedigree, samples: Sequence[Sample], bearers: tuple[str, ...]
) -> Iterator[Alternative]:
    there = relevant(pedigree, bearers)
    couples = dict.fromkeys(
        (p.father, p.mother)
        for p in pedigree.persons
        if {p.father, p.mother} <= there and {p.id, p.father, p.mother} & {*bearers}
    )
    for father, mother in couples:
        assert father is not None
        assert mother is not None
        if ({father} | _ancestors(pedigree, father)) & ({mother} | _ancestors(pedigree, mother)):
            continue
        made = pedigree
        for person in (father, mother):
            made = _below_a_sibling(made, person)
        # Both have a free place above them, or nothing was added.
        if len({p.id for p in made.persons if p.father == "a0"}) == 2:
            people = (int(father), int(mother))
            yield Alternative(Kind.COUSINS, people, _samples_of(samples, people), made, bearers)


def _below_a_sibling(pedigree: Pedigree, person: str) -> Pedigree:
    """The pedigree with one parent of a person a child of the couple ``a0`` and ``b0``."""
    p = pedigree[person]
    founders = [
        parent
        for parent in (p.father, p.mother)
        if parent is not None and pedigree[parent].father is None and pedigree[parent].mother is None
    ]
    couple = [Person("a0", sex="M"), Person("b0", sex="F")] if "a0" not in pedigree else []
    if founders:
        above = replace(pedigree[founders[0]], father="a0", mother="b0", founder_inbreeding=0.0)
        return _changed(pedigree, {above.id: above}, couple)
    new = f"p{person}"
    if p.father is None:
        changed = replace(p, father=new, founder_inbreeding=0.0)
        parent = Person(new, "a0", "b0", "M")
    elif p.mother is None:
        changed = replace(p, mother=new, founder_inbreeding=0.0)
        parent = Person(new, "a0", "b0", "F")
    else:
        return pedigree
    return _changed(pedigree, {person: changed}, [parent, *couple])
