"""Exact likelihood of what was seen in a pedigree."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from amana.kinship.descent import Tying, tyings
from amana.kinship.evaluation import evaluate
from amana.kinship.markers import Marker
from amana.kinship.opening import Seeing, open_genotypes
from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree
from amana.kinship.profiles import Profile
from amana.kinship.structure import (
    Choices,
    Chromosome,
    Rule,
    Seen,
    Structure,
    build_structure,
    prune_untyped,
)
from amana.kinship.terms import PackedTerms, pack_terms
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_WORK = 1e10
_WORTH_SPLITTING = 500  # tasks × terms; below that, threads cost more than they save


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count())


class _Kind(NamedTuple):
    """What a structure depends on besides the pattern of who was seen.

    ``open`` is the number of a person whose alleles are not summed over, or -1.
    """

    on_x: bool
    many_alleles: bool
    substructured: bool
    sexes_alike: bool
    open: int = -1


@dataclass(frozen=True)
class _Prepared:
    """A structure ready to evaluate, with all its tyings."""

    tyings: tuple[Tying, ...]
    terms: PackedTerms
    known: Ints
    n_known: int
    observed: Ints
    haploid: NDArray[np.bool_]
    open: Ints  # variables that are not summed over


class PedigreeLikelihood:
    """Likelihoods in one pedigree, for any markers and observations.

    What does not depend on them (who can be left out, the order of elimination, the ways founder alleles
    can be one by descent) is worked out once for each pattern of who was seen.

    Parameters
    ----------
    pedigree
        May hold several unconnected families; FST runs over the founders of all of them.
    """

    def __init__(self, pedigree: Pedigree) -> None:
        self.pedigree = pedigree
        self._prepared: dict[tuple[bytes, _Kind], _Prepared] = {}

    def loglik(
        self, panel: Panel, marker: Ints, seen: Ints, theta: float = 0.0, *, most_work: float = MOST_WORK
    ) -> Floats:
        """Natural log-likelihoods.

        Parameters
        ----------
        panel
            The markers and the pool of observations.
        marker
            Shape (n,): marker of each task.
        seen
            Shape (n, n_persons): observation numbers from :meth:`Panel.encode`.
        theta
            FST, in [0, 1).
        most_work
            Table entries to go through for one marker, by a rough estimate, above which the work is refused.

        Returns
        -------
        Array of shape (n,); -inf for data that cannot be.

        Raises
        ------
        InputProblems
            If θ is out of range, FST would have to run over too many founder alleles, or the
            pedigree is too entangled for exact work.
        """
        if not 0.0 <= theta < 1.0:
            raise InputProblems([InputProblem("fst.range", field="theta", params={"value": theta})])
        how = panel.how_seen(seen)
        on_x = panel.on_x[marker]
        many_alleles = ~panel.packed.lumpable[marker]
        pattern = np.ascontiguousarray(np.column_stack([on_x, many_alleles, how]).astype(np.int8))
        rows = pattern.view(np.dtype((np.void, pattern.shape[1]))).ravel()
        _, first, group = np.unique(rows, return_index=True, return_inverse=True)
        result = np.empty(len(marker))
        for g, t in enumerate(first):
            prepared = self._prepare(
                how[t],
                _Kind(bool(on_x[t]), bool(many_alleles[t]), theta > 0, panel.sexes_alike and not on_x[t]),
            )
            if float(prepared.terms.cost.sum()) > most_work:
                raise self._too_entangled()
            if len(first) == 1:
                return self._evaluate(prepared, panel, marker, seen, float(theta))
            tasks = np.flatnonzero(group == g)
            result[tasks] = self._evaluate(prepared, panel, marker[tasks], seen[tasks], float(theta))
        return result

    def _evaluate(self, prepared: _Prepared, panel: Panel, marker: Ints, seen: Ints, theta: float) -> Floats:
        log_weight = np.array([t.log_weight(theta, prepared.n_known) for t in prepared.tyings])
        pool = panel.observations

        def run(marker: Ints, seen: Ints) -> Floats:
            p = prepared
            return np.asarray(
                evaluate(
                    p.terms,
                    log_weight,
                    p.known,
                    p.observed,
                    p.haploid,
                    panel.packed,
                    pool,
                    theta,
                    marker,
                    seen,
                )
            )

        cores = os.cpu_count() or 1
        if cores > 1 and len(marker) * len(log_weight) >= _WORTH_SPLITTING:
            shares = min(len(marker), 4 * cores)  # markers differ much in cost
            total = np.concatenate(
                list(_threads().map(run, np.array_split(marker, shares), np.array_split(seen, shares)))
            )
        else:
            total = run(marker, seen)
        if np.any(np.isnan(total)):
            raise self._too_entangled()
        return total

    def _too_entangled(self) -> InputProblems:
        return InputProblems([InputProblem("pedigree.too-entangled", params={"persons": len(self.pedigree)})])

    def genotypes(
        self, panel: Panel, marker: int, seen: Ints, person: int, theta: float = 0.0
    ) -> tuple[Floats, Floats]:
        """Likelihood of what was seen together with each genotype of one more person.

        Parameters
        ----------
        panel
            The markers and the pool of observations.
        marker
            Number of the marker.
        seen
            Shape (n, n_persons), as in :meth:`loglik`; what it says of ``person`` does not count.
        person
            Number of the person in the pedigree.
        theta
            FST, in [0, 1); the person's alleles count among the founders' where they are one.

        Returns
        -------
        Natural log of a factor of each row, shape (n,), -inf where what was seen cannot be; and tables of
        shape (n, k, k) over the alleles of the marker: exp(factor) × [i, j] is P(seen, first allele i,
        second allele j).  A single copy of an X chromosome is on the diagonal.

        Raises
        ------
        InputProblems
            As :meth:`loglik`.
        """
        if not 0.0 <= theta < 1.0:
            raise InputProblems([InputProblem("fst.range", field="theta", params={"value": theta})])
        how = panel.how_seen(seen)
        how[:, person] = Seen.SOMETHING
        on_x = bool(panel.on_x[marker])
        kind = _Kind(on_x, True, theta > 0, panel.sexes_alike and not on_x, person)
        patterns, group = np.unique(how, axis=0, return_inverse=True)
        k = int(panel.packed.n_alleles[marker])
        factor, table = np.empty(len(seen)), np.empty((len(seen), k, k))
        for g, pattern in enumerate(patterns):
            prepared = self._prepare(pattern, kind)
            if float(prepared.terms.cost.sum()) > MOST_WORK:
                raise self._too_entangled()
            weight = np.array([t.log_weight(theta, prepared.n_known) for t in prepared.tyings])
            rows = np.flatnonzero(group.ravel() == g)
            how_seen = Seeing(prepared.known, pattern == Seen.GENOTYPE, prepared.haploid)
            factor[rows], table[rows] = open_genotypes(
                prepared.terms, weight, prepared.open, how_seen, panel, float(theta), int(marker), seen[rows]
            )
        if np.any(np.isnan(factor)):
            raise self._too_entangled()
        return factor, table

    def _prepare(self, how: NDArray[np.int8], kind: _Kind) -> _Prepared:
        key = (how.tobytes(), kind)
        if key not in self._prepared:
            structure, open_ = self._best_structure([Seen(int(h)) for h in how], kind)
            ways = tuple(tyings(structure, substructured=kind.substructured, sexes_alike=kind.sexes_alike))
            self._prepared[key] = _Prepared(
                ways,
                pack_terms(structure, ways, many_alleles=kind.many_alleles, kept=open_),
                np.array(structure.known, dtype=np.int64),
                sum(1 if structure.haploid[p] else 2 for p in structure.known),
                np.array(structure.observed, dtype=np.int64),
                np.array(structure.haploid, dtype=np.bool_),
                np.array(open_, dtype=np.int64),
            )
        return self._prepared[key]

    def _best_structure(self, seen: Sequence[Seen], kind: _Kind) -> tuple[Structure, tuple[int, ...]]:
        """The way of writing transmissions that promises the least work; and the variables left open."""
        chromosome: Chromosome = "X" if kind.on_x else "autosomal"
        choices = list(Choices) if kind.many_alleles else [Choices.NONE]
        written = [
            _opened(build_structure(self.pedigree, seen, chromosome, choice), kind.open) for choice in choices
        ]

        def cost(one: tuple[Structure, tuple[int, ...]]) -> float:
            structure, kept = one
            untied = tyings(structure, substructured=False)[-1:]
            return float(pack_terms(structure, untied, many_alleles=True, kept=kept).cost[0])

        return min(written, key=cost) if len(written) > 1 else written[0]


def _opened(structure: Structure, person: int) -> tuple[Structure, tuple[int, ...]]:
    """The structure without what was seen of a person, whose variables are named."""
    if person < 0:
        return structure, ()
    (theirs,) = (f for f in structure.factors if f.rule == Rule.SEEN and f.subject == person)
    others = tuple(f for f in structure.factors if f is not theirs)
    observed = tuple(p for p in structure.observed if p != person)
    return replace(structure, factors=others, observed=observed), theirs.scope


def log_likelihood(
    pedigree: Pedigree,
    profiles: Mapping[str, Profile],
    markers: Sequence[Marker],
    *,
    theta: float = 0.0,
    without_untyped: bool = False,
) -> Floats:
    """Natural log-likelihood of the profiles at each marker.

    Parameters
    ----------
    profiles
        Person to profile; who is absent was not typed.
    theta
        FST over all founders of all components.
    without_untyped
        Familias' convention: see :func:`amana.kinship.structure.prune_untyped`.

    Returns
    -------
    Array of shape (n_markers,); -inf for data that cannot be.  Markers are independent: the total is the sum.
    """
    if without_untyped:
        pedigree = prune_untyped(pedigree, {i for i, p in profiles.items() if p.calls or p.replicates})
    panel = Panel(markers)
    seen = np.zeros((len(panel.markers), len(pedigree)), dtype=np.int64)
    problems: list[InputProblem] = []
    for person, profile in profiles.items():
        if person not in pedigree:
            problems.append(InputProblem("profile.not-in-pedigree", params={"person": person}))
            continue
        try:
            seen[:, pedigree.index[person]] = panel.encode(profile, pedigree[person].sex)
        except InputProblems as faults:
            problems.extend(faults.problems)
    if problems:
        raise InputProblems(problems)
    return PedigreeLikelihood(pedigree).loglik(panel, np.arange(len(panel.markers)), seen, theta)
