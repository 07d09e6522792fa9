"""Likelihoods by going through every genotype of every person, in plain Python floats.

Slow and simple on purpose, and independent: it takes the engine's plain input (pedigree, profiles, marker)
and nothing else of it.  Founder alleles come one after the other from the urn of Balding & Nichols (1994):
the n-th is allele a with probability (θ·(how often a came before) + (1 − θ)·p_a) / (1 + (n − 2)·θ).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from amana.kinship.markers import Marker
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile

Genes = tuple[int, ...]


def likelihood(
    pedigree: Pedigree, profiles: Mapping[str, Profile], marker: Marker, theta: float = 0.0
) -> float:
    """P(profiles at the marker | pedigree)."""
    people = parents_first(pedigree.persons)
    sights = [sights_of(p, profiles.get(p.id), marker) for p in people]
    population = Urn(marker.frequencies.tolist(), theta)
    matrices = matrices_of(marker)
    k = len(marker.alleles)

    def below(i: int, genes: dict[str, Genes], drawn: Genes) -> float:
        if i == len(people):
            return 1.0
        person = people[i]
        total = 0.0
        for own, sight in sights[i].items():
            for chance, after in births(person, own, genes, drawn):
                if chance:
                    total += sight * chance * below(i + 1, {**genes, person.id: own}, after)
        return total

    def births(
        person: Person, own: Genes, genes: dict[str, Genes], drawn: Genes
    ) -> Iterator[tuple[float, Genes]]:
        if is_inbred_founder(person) and len(own) == 2:
            if own[0] == own[1]:
                chance, after = population.draw(own[0], drawn)
                yield person.founder_inbreeding * chance, after
            one, after = population.draw(own[0], drawn)
            two, after = population.draw(own[1], after)
            yield (1 - person.founder_inbreeding) * one * two, after
            return
        chance, after = 1.0, drawn
        parents = (person.mother,) if len(own) == 1 else (person.father, person.mother)
        for parent, gene, matrix in zip(parents, own, matrices[-len(own) :], strict=True):
            if parent is None:
                p, after = population.draw(gene, after)
            else:
                p = math.fsum(matrix[g][gene] for g in genes[parent]) / len(genes[parent])
            chance *= p
        yield chance, after

    return below(0, {}, (0,) * k)


class Urn:
    """Draws founder alleles; what was drawn is kept as a count of each allele."""

    def __init__(self, frequencies: Sequence[float], theta: float) -> None:
        self.frequencies = frequencies
        self.theta = theta

    def draw(self, allele: int, drawn: Genes) -> tuple[float, Genes]:
        """Probability of the allele after those drawn, and the counts with it."""
        after = tuple(n + (a == allele) for a, n in enumerate(drawn))
        before = sum(drawn)
        if before == 0:
            return self.frequencies[allele], after
        top = self.theta * drawn[allele] + (1 - self.theta) * self.frequencies[allele]
        return top / (1 + (before - 1) * self.theta), after


def linked_likelihood(
    pedigree: Pedigree,
    profiles: Mapping[str, Profile],
    markers: tuple[Marker, Marker],
    recombination: float,
) -> float:
    """P(profiles at both markers | pedigree), over all gametes; a gamete is an allele at either marker."""
    people = parents_first(pedigree.persons)
    gametes = list(product(range(len(markers[0].alleles)), range(len(markers[1].alleles))))
    matrices = [matrices_of(m) for m in markers]
    frequencies = [m.frequencies.tolist() for m in markers]
    sights = [[sights_of(p, profiles.get(p.id), m) for m in markers] for p in people]

    def handed_down(gamete: Genes, parent: tuple[Genes, ...], role: int) -> float:
        first, second = parent[0], parent[-1]
        picked = {
            first: 0.0,
            second: 0.0,
            (first[0], second[1]): 0.0,
            (second[0], first[1]): 0.0,
        }
        for whole in (first, second):
            picked[whole] += (1 - recombination) / 2
        for crossed in ((first[0], second[1]), (second[0], first[1])):
            picked[crossed] += recombination / 2
        return math.fsum(
            p * matrices[0][role][g[0]][gamete[0]] * matrices[1][role][g[1]][gamete[1]]
            for g, p in picked.items()
        )

    def below(i: int, genes: dict[str, tuple[Genes, ...]]) -> float:
        if i == len(people):
            return 1.0
        person = people[i]
        roles = (1,) if is_haploid(person, markers[0]) else (0, 1)
        total = 0.0
        for own in product(gametes, repeat=len(roles)):
            p = 1.0
            for locus in (0, 1):
                p *= sights[i][locus].get(tuple(g[locus] for g in own), 0.0)
            for role, gamete in zip(roles, own, strict=True):
                if p == 0.0:
                    break
                parent = person.mother if role else person.father
                if parent is None:
                    p *= frequencies[0][gamete[0]] * frequencies[1][gamete[1]]
                else:
                    p *= handed_down(gamete, genes[parent], role)
            if p:
                total += p * below(i + 1, {**genes, person.id: own})
        return total

    return below(0, {})


def parents_first(persons: Sequence[Person]) -> list[Person]:
    """The people in their order, but everyone after their parents."""
    waiting, ordered = list(persons), []
    while waiting:
        there = {p.id for p in ordered}
        person = next(p for p in waiting if {p.father, p.mother} - {None} <= there)
        waiting.remove(person)
        ordered.append(person)
    return ordered


def is_haploid(person: Person, marker: Marker) -> bool:
    return marker.chromosome == "X" and person.sex == "M"


def is_inbred_founder(person: Person) -> bool:
    return person.father is None and person.mother is None and person.founder_inbreeding > 0


def matrices_of(marker: Marker) -> list[list[list[float]]]:
    """Father's and mother's mutation matrix."""
    k = len(marker.alleles)
    if marker.mutation is None:
        return [[[float(i == j) for j in range(k)] for i in range(k)]] * 2
    return [marker.mutation.male.tolist(), marker.mutation.female.tolist()]


def sights_of(person: Person, profile: Profile | None, marker: Marker) -> dict[Genes, float]:
    """P(what was seen of a person | genes), for all genes for which it is not zero."""
    copies = 1 if is_haploid(person, marker) else 2
    found = {}
    for genes in product(range(len(marker.alleles)), repeat=copies):
        p = chance_of_sight(marker, profile, [marker.alleles[g] for g in genes]) if profile else 1.0
        if p:
            found[genes] = p
    return found


def chance_of_sight(marker: Marker, profile: Profile, true: Sequence[str]) -> float:
    """P(call or typings | true alleles)."""
    typings = profile.replicates.get(marker.name, ())
    if any(typings):
        return math.prod(chance_of_typing(marker, profile, set(typing), true) for typing in typings)
    call = [allele for allele in profile.calls.get(marker.name, ()) if allele is not None]
    if not call:
        return 1.0
    if len(call) == 1 and len(true) == 2:
        return float(call[0] in true)
    return chance_of_typing(marker, profile, set(call), true)


def chance_of_typing(marker: Marker, profile: Profile, seen: set[str], true: Sequence[str]) -> float:
    """P(set of alleles seen | true alleles), over all ways in which single copies can be lost."""
    d, c = profile.dropout, profile.dropin
    own = {allele for allele in true if allele != marker.silent}
    total = 0.0
    for kept in product((True, False), repeat=len(true)):
        visible = {a for a, k in zip(true, kept, strict=True) if k and a != marker.silent}
        if visible == seen & own:
            total += math.prod(1 - d if k else d for k in kept)
    extra = seen - own
    if not extra:
        return total * (1 - c)
    return total * math.prod(c * float(marker.frequencies[marker.index[a]]) for a in extra)
