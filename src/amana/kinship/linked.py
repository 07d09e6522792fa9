"""Two linked markers: the likelihood of both together.

Each transmission from a person with two copies picks one of them at either marker; the picks agree except
after a recombination.  So to the rules of :mod:`amana.kinship.structure` come one two-valued variable per
transmission and marker, and a factor that ties the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from amana.kinship.elimination import make_plan, sum_product
from amana.kinship.markers import Marker
from amana.kinship.observation import Observation, observe
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.profiles import Profile
from amana.problems import InputProblem, InputProblems

Floats = NDArray[np.float64]


def log_likelihood_linked(
    pedigree: Pedigree,
    profiles: Mapping[str, Profile],
    markers: tuple[Marker, Marker],
    recombination: float,
) -> float:
    """Natural log-likelihood of the profiles at two linked markers.

    Founders are in linkage equilibrium and FST is zero.

    Parameters
    ----------
    recombination
        Probability that a transmission recombines between the markers, in [0, 0.5].

    Raises
    ------
    InputProblems
        For a rate outside that range, markers on different chromosomes, or faults of the profiles.
    """
    problems = []
    if not 0.0 <= recombination <= 0.5:
        problems.append(
            InputProblem("linked.recombination-range", field="recombination", params={"value": recombination})
        )
    if markers[0].chromosome != markers[1].chromosome:
        problems.append(
            InputProblem("linked.chromosomes", params={"first": markers[0].name, "second": markers[1].name})
        )
    problems += [
        InputProblem("profile.not-in-pedigree", params={"person": person})
        for person in profiles
        if person not in pedigree
    ]
    if "X" in (markers[0].chromosome, markers[1].chromosome):
        problems += [
            InputProblem("pedigree.sex-needed", params={"person": p.id})
            for p in pedigree.persons
            if p.sex is None
        ]
    if problems:
        raise InputProblems(problems)
    graph = _Graph()
    people = pedigree.persons
    genes = [_genes(graph, people, marker, profiles) for marker in markers]
    # P(pick at the first marker, pick at the second)
    split = 0.5 * np.array([[1 - recombination, recombination], [recombination, 1 - recombination]])
    for child in people:
        for role, parent in ((0, child.father), (1, child.mother)):
            if parent is None or (role == 0 and _haploid(child, markers[0])):
                continue
            picks = [_transmit(graph, genes[i][parent], genes[i][child.id], role, markers[i]) for i in (0, 1)]
            if None not in picks:
                graph.add((picks[0], picks[1]), split)  # type: ignore[arg-type]
    return graph.log_sum()


class _Graph:
    """Variables with the values each may take, and factors."""

    def __init__(self) -> None:
        self.values: list[NDArray[np.int64]] = []
        self.scopes: list[tuple[int, ...]] = []
        self.tables: list[Floats] = []

    def variable(self, values: NDArray[np.int64]) -> int:
        self.values.append(values)
        return len(self.values) - 1

    def add(self, scope: tuple[int, ...], table: Floats) -> None:
        self.scopes.append(scope)
        self.tables.append(table)

    def log_sum(self) -> float:
        size = np.array([len(v) for v in self.values], dtype=np.int64)
        if np.any(size == 0):
            return float("-inf")
        plan = make_plan(len(size), self.scopes, size)
        values = np.concatenate([np.ascontiguousarray(t).ravel() for t in self.tables])
        offset = np.array(list(accumulate((t.size for t in self.tables), initial=0)), dtype=np.int64)
        total = float(sum_product(plan, size, values, offset))
        if np.isnan(total):
            raise InputProblems(
                [InputProblem("pedigree.too-entangled", params={"persons": len(self.values)})]
            )
        return total


def _haploid(person: Person, marker: Marker) -> bool:
    return marker.chromosome == "X" and person.sex == "M"


def _genes(
    graph: _Graph, people: tuple[Person, ...], marker: Marker, profiles: Mapping[str, Profile]
) -> dict[str, tuple[int, ...]]:
    """Give everyone their alleles at one marker, with population frequencies and observations."""
    genes: dict[str, tuple[int, ...]] = {}
    k = len(marker.alleles)
    for person in people:
        haploid = _haploid(person, marker)
        profile = profiles.get(person.id)
        observation = observe(marker, profile, haploid=haploid) if profile else None
        table = _table(observation, k)
        able = np.flatnonzero(np.diag(table) if haploid else table.any(axis=1))
        parents = (person.mother,) if haploid else (person.father, person.mother)
        own = tuple(graph.variable(able) for _ in parents)
        genes[person.id] = own
        if haploid:
            graph.add(own, np.diag(table)[able])
        else:
            graph.add(own, table[np.ix_(able, able)])
        if person.founder_inbreeding:
            f = marker.frequencies[able]
            both = person.founder_inbreeding * np.diag(f) + (1 - person.founder_inbreeding) * np.outer(f, f)
            graph.add(own, both if not haploid else f)
            continue
        for gene, parent in zip(own, parents, strict=True):
            if parent is None:
                graph.add((gene,), marker.frequencies[able])
    return genes


def _table(observation: Observation | None, k: int) -> Floats:
    """P(seen | alleles) over all pairs of a marker's alleles."""
    if observation is None:
        return np.ones((k, k))
    local = np.full(k, len(observation.alleles))
    local[list(observation.alleles)] = np.arange(len(observation.alleles))
    return np.asarray(observation.table[np.ix_(local, local)])


def _transmit(
    graph: _Graph, parent: tuple[int, ...], child: tuple[int, ...], role: int, marker: Marker
) -> int | None:
    """Hand one of the parent's alleles to the child; returns the variable that says which."""
    gene = child[-1] if role else child[0]
    if marker.mutation is None:
        matrix: Floats = np.eye(len(marker.alleles))
    else:
        matrix = marker.mutation.female if role else marker.mutation.male
    to = graph.values[gene]
    if len(parent) == 1:
        graph.add((parent[0], gene), matrix[np.ix_(graph.values[parent[0]], to)])
        return None
    pick = graph.variable(np.arange(2))
    first, second = (matrix[np.ix_(graph.values[p], to)] for p in parent)
    shape = (len(first), len(second), len(to))
    table = np.stack([np.broadcast_to(first[:, None, :], shape), np.broadcast_to(second[None, :, :], shape)])
    graph.add((pick, parent[0], parent[1], gene), table)
    return pick
