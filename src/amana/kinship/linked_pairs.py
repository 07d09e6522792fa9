"""Pairs of STR markers of common kits that lie near each other on one chromosome.

Recombination fractions are those tabulated in "An evaluation of the SureID 23comp Human Identification Kit
for kinship testing" (2019, Scientific Reports 9, Table 3): genetic distance between HapMap proxy
SNPs, by Kosambi's function.  Only pairs for which the family studies tabulated beside them agree that there
is linkage are here; the family figure is given for comparison and not used.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from amana.kinship.likelihood import log_likelihood
from amana.kinship.linked import log_likelihood_linked
from amana.kinship.markers import Marker
from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree
from amana.kinship.profiles import Profile
from amana.kinship.screening.register import Register, Remains
from amana.kinship.structure import prune_untyped
from amana.problems import InputProblem, InputProblems

SOURCE = "Scientific Reports 9 (2019), s41598-019-52838-7, Table 3"


@dataclass(frozen=True)
class SyntenicPair:
    """Two markers of one chromosome.

    Attributes
    ----------
    centimorgans
        Genetic distance.
    recombination
        Fraction, by Kosambi's function of the distance.
    in_families
        Fraction that the table gives from family studies; not used.
    """

    first: str
    second: str
    chromosome: int
    centimorgans: float
    recombination: float
    in_families: float
    source: str = SOURCE

    def __str__(self) -> str:
        return f"{self.first} + {self.second}"


SYNTENIC_PAIRS: tuple[SyntenicPair, ...] = (
    SyntenicPair("vWA", "D12S391", 12, 11.9410, 0.1172, 0.1259),
    SyntenicPair("D8S1132", "D8S1179", 8, 16.4809, 0.1591, 0.1443),
    SyntenicPair("SE33", "D6S474", 6, 23.2133, 0.2168, 0.19),
    SyntenicPair("D5S818", "CSF1PO", 5, 27.7611, 0.2522, 0.18),
    SyntenicPair("TH01", "D11S2368", 11, 28.3996, 0.2569, 0.2152),
)
"""Closest first.  Pairs of the table with a fraction above 0.4 are taken as independent."""


def _key(name: str) -> str:
    return name.replace(" ", "").casefold()


def pairs_among(markers: Iterable[str]) -> tuple[tuple[SyntenicPair, str, str], ...]:
    """The pairs of which both markers are there, with the names as given."""
    names = {_key(name): name for name in markers}
    return tuple(
        (pair, names[_key(pair.first)], names[_key(pair.second)])
        for pair in SYNTENIC_PAIRS
        if _key(pair.first) in names and _key(pair.second) in names
    )


def linkage_matters(pedigree: Pedigree, typed: Collection[str]) -> bool:
    """Whether linkage can change the likelihood of such a family.

    It cannot where every parent that matters is a founder with one child: the founder's two haplotypes are in
    equilibrium, so that exchanging the alleles of one marker alone changes nothing (parents and child, for
    instance).  It can where a parent hands down twice, or has a parent that matters.
    """
    kept = prune_untyped(pedigree, set(typed)).persons
    for person in kept:
        children = sum(person.id in (c.father, c.mother) for c in kept)
        founder = person.father is None and person.mother is None
        if children > (1 if founder else 0):
            return True
    return False


def warn_of_linkage(
    families: Iterable[tuple[Pedigree, Collection[str], int]], typed_markers: Iterable[str]
) -> tuple[InputProblem, ...]:
    """A warning where linked markers are taken as independent and that can matter; otherwise nothing.

    Parameters
    ----------
    families
        Pedigrees, each with the people whose profiles count and how many such there are.
    typed_markers
        Markers at which they are typed.
    """
    pairs = pairs_among(typed_markers)
    count = sum(n for pedigree, typed, n in families if linkage_matters(pedigree, typed)) if pairs else 0
    if not count:
        return ()
    named = ", ".join(f"{a} + {b} (ρ {pair.recombination:g})" for pair, a, b in pairs)
    return (InputProblem("linked.ignored", params={"pairs": named, "count": count}, warning=True),)


def warn_of_linkage_in_register(
    register: Register, remains: Remains, panel: Panel
) -> tuple[InputProblem, ...]:
    """The same for a screening: targets whose relatives are typed at a pair that some remains show whole."""
    names = [marker.name for marker in panel.markers]
    at = {name: i for i, name in enumerate(names)}
    shown = [
        (a, b)
        for _, a, b in pairs_among(names)
        if np.any((remains.seen[:, at[a]] > 0) & (remains.seen[:, at[b]] > 0))
    ]

    def families() -> Iterator[tuple[Pedigree, Collection[str], int]]:
        for group in register.groups:
            typed = np.zeros((len(group.targets), len(group.pedigree)), dtype=np.bool_)
            for a, b in shown:
                typed |= (group.seen[:, at[a]] > 0) & (group.seen[:, at[b]] > 0)
            typed[:, group.person] = True
            for row, count in zip(*np.unique(typed, axis=0, return_counts=True), strict=True):
                people = {p.id for p, one in zip(group.pedigree.persons, row, strict=True) if one}
                yield group.pedigree, people, int(count)

    return warn_of_linkage(families(), {name for pair in shown for name in pair})


def log_likelihood_by_pairs(
    pedigree: Pedigree,
    profiles: Mapping[str, Profile],
    markers: Sequence[Marker],
    *,
    theta: float = 0.0,
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Natural log-likelihoods with the markers of a known pair computed together.

    Returns
    -------
    Names of the units, ``"vWA + D12S391"`` for a pair, where the first of it stood; and their logarithms.

    Raises
    ------
    InputProblems
        For FST above zero where there is a pair, and as the two engines.
    """
    at = {marker.name: i for i, marker in enumerate(markers)}
    pairs = pairs_among(m.name for m in markers if m.chromosome == "autosomal")
    if pairs and theta:
        raise InputProblems([InputProblem("linked.theta", field="theta", params={"value": theta})])
    names = [marker.name for marker in markers]
    values: dict[int, float] = {}
    gone: set[int] = set()
    for pair, a, b in pairs:
        first, second = sorted((at[a], at[b]))
        names[first] = f"{names[first]} + {names[second]}"
        both = (markers[first], markers[second])
        values[first] = log_likelihood_linked(pedigree, profiles, both, pair.recombination)
        gone.add(second)
    alone = [i for i in range(len(markers)) if i not in values and i not in gone]
    if alone:
        single = log_likelihood(pedigree, profiles, [markers[i] for i in alone], theta=theta)
        values.update(zip(alone, map(float, single), strict=True))
    order = sorted(values)
    return tuple(names[i] for i in order), tuple(values[i] for i in order)
