"""What the likelihood of a pedigree at one marker is made of.

Every person carries one or two alleles; each allele is a variable.  Four rules tie them:

* a founder's allele comes from the population (``PRIOR``);
* a child's allele is one of its parent's two, each with probability ½, perhaps mutated (``FROM_TWO``), or the
  only one the parent can give (``FROM_ONE``: a father's X, or an unseen founder with a single child, whose
  other allele nobody can have);
* ``FROM_TWO`` may also be written as a two-valued choice with one factor for either allele (``IF_FIRST``,
  ``IF_SECOND``), which can keep tables small where many alleles are possible; see :class:`Choices`;
* what was seen of a person depends on their alleles (``SEEN``);
* a founder whose genotype is certain carries those alleles (``KNOWN``); by symmetry it does not matter
  which came from whom.

People who were not seen and have no descendant who was are left out: they sum to one.
The structure depends only on the pedigree and on who was seen how, so it is shared by all markers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from amana.kinship.pedigree import Pedigree, Person
from amana.problems import InputProblem, InputProblems

Chromosome = Literal["autosomal", "X"]


class Seen(IntEnum):
    """How much was seen of a person at a marker."""

    NOTHING = 0
    SOMETHING = 1
    GENOTYPE = 2


class Rule(IntEnum):
    """Kinds of factor."""

    PRIOR = 0
    FROM_ONE = 1
    FROM_TWO = 2
    SEEN = 3
    KNOWN = 4
    IF_FIRST = 5
    IF_SECOND = 6


class Choices(IntEnum):
    """For which unseen parents' transmissions the choice of allele becomes a variable.

    The likelihood is the same; the cost is not, and which is best depends on the pedigree.
    """

    NONE = 0
    TO_UNSEEN = 1
    TO_UNSEEN_OR_ONLY = 2  # also to an only child
    ALL = 3


@dataclass(frozen=True)
class Factor:
    """One rule over one to three variables.

    ``subject`` is the person for SEEN and KNOWN; for transmissions 0 for a father, 1 for a mother.
    """

    rule: Rule
    scope: tuple[int, ...]
    subject: int = 0


@dataclass(frozen=True)
class Structure:
    """Variables and factors of one pedigree, one pattern of what was seen.

    Attributes
    ----------
    founder_alleles
        Variables drawn from the population whose value is not certain: those that an FST sum runs over.
    inbred
        For each inbred founder among them, the two variables and the probability that they are one by
        descent.
    exchangeable
        Pairs of founder alleles of one unseen founder: swapping them changes nothing.
    couples
        Pairs of unseen founders with the same children, as their alleles.
    known
        Founders of certain genotype (person indices), whose alleles are counted in an FST sum.
    observed
        Person indices of all SEEN and KNOWN factors.
    """

    n_variables: int
    factors: tuple[Factor, ...]
    founder_alleles: tuple[int, ...]
    inbred: tuple[tuple[int, int, float], ...]
    exchangeable: tuple[tuple[int, int], ...]
    couples: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    known: tuple[int, ...]
    observed: tuple[int, ...]
    haploid: tuple[bool, ...]

    @property
    def has_choices(self) -> bool:
        """Whether some transmission is written as a choice."""
        return any(f.rule == Rule.IF_FIRST for f in self.factors)


def build_structure(
    pedigree: Pedigree, seen: Sequence[Seen], chromosome: Chromosome, choices: Choices = Choices.NONE
) -> Structure:
    """Structure for one pattern of what was seen.

    Parameters
    ----------
    seen
        One value per person of the pedigree.
    choices
        How transmissions from unseen parents are written.

    Raises
    ------
    InputProblems
        For a person of unknown sex where the X chromosome needs it.
    """
    return _Builder(pedigree, seen, chromosome, choices).build()


class _Builder:
    def __init__(
        self, pedigree: Pedigree, seen: Sequence[Seen], chromosome: Chromosome, choices: Choices
    ) -> None:
        self.pedigree = pedigree
        self.seen = seen
        self.x = chromosome == "X"
        self.choices = choices
        self.relevant = _relevant(pedigree, seen, self.x)
        self.factors: list[Factor] = []
        self.founder_alleles: list[int] = []
        self.inbred: list[tuple[int, int, float]] = []
        self.exchangeable: list[tuple[int, int]] = []
        self.known: list[int] = []
        self.n = 0
        self.genes: dict[str, tuple[int, ...]] = {}

    def build(self) -> Structure:
        people = [p for p in self.pedigree.persons if p.id in self.relevant]
        if self.x:
            unsexed = [
                InputProblem("pedigree.sex-needed", params={"person": p.id}) for p in people if p.sex is None
            ]
            if unsexed:
                raise InputProblems(unsexed)
        for person in people:
            self._give_genes(person.id)
        for person in people:
            self._transmissions(person.id)
        for person in people:
            self._observation(person.id)
        observed = tuple(i for i, p in enumerate(self.pedigree.persons) if self.seen[i] != Seen.NOTHING)
        haploid = tuple(self._haploid(p.id) for p in self.pedigree.persons)
        return Structure(
            self.n,
            tuple(self.factors),
            tuple(self.founder_alleles),
            tuple(self.inbred),
            tuple(self.exchangeable),
            tuple(self._couples()),
            tuple(self.known),
            observed,
            haploid,
        )

    def _haploid(self, person: str) -> bool:
        return self.x and self.pedigree[person].sex == "M"

    def _state(self, person: str) -> Seen:
        return Seen(self.seen[self.pedigree.index[person]])

    def _new(self) -> int:
        self.n += 1
        return self.n - 1

    def _draw(self) -> int:
        """A variable drawn from the population."""
        variable = self._new()
        self.founder_alleles.append(variable)
        self.factors.append(Factor(Rule.PRIOR, (variable,)))
        return variable

    def _give_genes(self, person: str) -> None:
        p = self.pedigree[person]
        index = self.pedigree.index[person]
        founder = p.father is None and p.mother is None
        if founder and self._state(person) == Seen.GENOTYPE and not p.founder_inbreeding:
            self.genes[person] = tuple(self._new() for _ in range(1 if self._haploid(person) else 2))
            self.factors.append(Factor(Rule.KNOWN, self.genes[person], index))
            self.known.append(index)
        elif founder and self._state(person) == Seen.NOTHING and len(self._relevant_children(person)) == 1:
            self.genes[person] = (self._draw(),)
        elif self._haploid(person):
            self.genes[person] = (self._draw() if p.mother is None else self._new(),)
        else:
            self.genes[person] = tuple(
                self._draw() if parent is None else self._new() for parent in (p.father, p.mother)
            )
            if founder:
                first, second = self.genes[person]
                if p.founder_inbreeding:
                    self.inbred.append((first, second, p.founder_inbreeding))
                elif self._state(person) == Seen.NOTHING:
                    self.exchangeable.append((first, second))

    def _couples(self) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        unseen: dict[tuple[str, ...], tuple[int, int]] = {}
        for person in self.genes:
            genes = self.genes[person]
            if len(genes) == 2 and (genes[0], genes[1]) in self.exchangeable:
                children = tuple(self._relevant_children(person))
                if children in unseen:
                    yield unseen[children], (genes[0], genes[1])
                unseen[children] = (genes[0], genes[1])

    def _relevant_children(self, person: str) -> list[str]:
        # A father hands his X to his daughters alone.
        to_all = not self._haploid(person)
        return [
            c
            for c in self.pedigree.children[person]
            if c in self.relevant and (to_all or self.pedigree[c].sex == "F")
        ]

    def _transmissions(self, person: str) -> None:
        p = self.pedigree[person]
        genes = self.genes[person]
        if p.mother is not None:
            self._transmit(p.mother, person, genes[-1], 1)
        if p.father is not None and not self._haploid(person):
            self._transmit(p.father, person, genes[0], 0)

    def _transmit(self, parent: str, child: str, child_gene: int, parent_is_mother: int) -> None:
        given = self.genes[parent]
        if len(given) == 1:
            self.factors.append(Factor(Rule.FROM_ONE, (*given, child_gene), parent_is_mother))
        elif self._is_choice(parent, child):
            choice = self._new()
            self.factors.append(Factor(Rule.IF_FIRST, (choice, given[0], child_gene), parent_is_mother))
            self.factors.append(Factor(Rule.IF_SECOND, (choice, given[1], child_gene), parent_is_mother))
        else:
            self.factors.append(Factor(Rule.FROM_TWO, (*given, child_gene), parent_is_mother))

    def _is_choice(self, parent: str, child: str) -> bool:
        if self.choices == Choices.NONE or self._state(parent) != Seen.NOTHING:
            return False
        return (
            self.choices == Choices.ALL
            or self._state(child) != Seen.GENOTYPE
            or (self.choices == Choices.TO_UNSEEN_OR_ONLY and len(self._relevant_children(parent)) == 1)
        )

    def _observation(self, person: str) -> None:
        index = self.pedigree.index[person]
        if self._state(person) != Seen.NOTHING and index not in self.known:
            self.factors.append(Factor(Rule.SEEN, self.genes[person], index))


def _relevant(pedigree: Pedigree, seen: Sequence[Seen], x: bool) -> set[str]:
    """People who were seen, and all their ancestors; on the X chromosome a man has none through his
    father.
    """
    found: set[str] = set()
    stack = [p.id for i, p in enumerate(pedigree.persons) if seen[i] != Seen.NOTHING]
    while stack:
        person = stack.pop()
        if person in found:
            continue
        found.add(person)
        p = pedigree[person]
        parents = (p.mother,) if x and p.sex == "M" else (p.father, p.mother)
        stack.extend(parent for parent in parents if parent is not None)
    return found


def prune_untyped(pedigree: Pedigree, typed: Sequence[str] | set[str]) -> Pedigree:
    """The pedigree without untyped people who only link others to the population, as Familias has it.

    Repeatedly removes an untyped person with no children, and an untyped founder with one child, whose
    allele from that side then comes straight from the population.  It changes likelihoods only under a
    mutation model that is not stationary.
    """
    current = {p.id: p for p in pedigree.persons}
    while True:
        children = {
            i: [c.id for c in current.values() if i in (c.father, c.mother)]
            for i in current
            if i not in typed
        }
        gone = {
            i
            for i, below in children.items()
            if not below or (len(below) == 1 and current[i].father is None and current[i].mother is None)
        }
        if not gone:
            return Pedigree(current.values())
        current = {
            i: Person(
                p.id,
                None if p.father in gone else p.father,
                None if p.mother in gone else p.mother,
                p.sex,
                p.founder_inbreeding if i in typed else 0.0,
            )
            for i, p in current.items()
            if i not in gone
        }
