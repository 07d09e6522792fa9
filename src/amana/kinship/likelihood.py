"""Exact likelihood of what was seen in a pedigree."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from amana.kinship.elimination import Plan, make_plan
from amana.kinship.evaluation import evaluate
from amana.kinship.markers import Marker
from amana.kinship.panel import Panel
from amana.kinship.pedigree import Pedigree
from amana.kinship.profiles import Profile
from amana.kinship.structure import Factor, Rule, Seen, Structure, build_structure, prune_untyped, tyings
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_FOUNDER_ALLELES = 8
"""Uncertain founder alleles that an FST sum is taken over: 4,140 partitions."""

_TYPICAL_SIZE = 12.0  # values of the allele of a person who was not seen; only steers the order
_SEEN_SIZE = 2.0
_WORTH_SPLITTING = 500  # tasks × terms; below that, threads cost more than they save


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count())


@dataclass(frozen=True)
class _Term:
    """One way in which founder alleles are one by descent, ready to evaluate."""

    log_weight: float
    plan: Plan
    rule: Ints
    subject: Ints


@dataclass(frozen=True)
class _Prepared:
    terms: tuple[_Term, ...]
    known: Ints
    observed: Ints
    haploid: NDArray[np.bool_]


class PedigreeLikelihood:
    """Likelihoods in one pedigree, for many observations.

    Parameters
    ----------
    pedigree
        May hold several unconnected families; FST runs over the founders of all of them.
    panel
        The markers and the pool of observations.
    theta
        FST, in [0, 1).
    """

    def __init__(self, pedigree: Pedigree, panel: Panel, theta: float = 0.0) -> None:
        if not 0.0 <= theta < 1.0:
            raise InputProblems([InputProblem("fst.range", field="theta", params={"value": theta})])
        self.pedigree = pedigree
        self.panel = panel
        self.theta = float(theta)
        self._prepared: dict[tuple[bytes, bool], _Prepared] = {}

    def loglik(self, marker: Ints, seen: Ints) -> Floats:
        """Natural log-likelihoods.

        Parameters
        ----------
        marker
            Shape (n,): marker of each task.
        seen
            Shape (n, n_persons): observation numbers from :meth:`Panel.encode`.

        Returns
        -------
        Array of shape (n,); -inf for data that cannot be.

        Raises
        ------
        InputProblems
            If FST would have to run over more than :data:`MOST_FOUNDER_ALLELES`, or the pedigree is too
            entangled for exact work.
        """
        how = np.ascontiguousarray(self.panel.how_seen(seen))
        on_x = self.panel.on_x[marker]
        pattern = np.column_stack([on_x.astype(np.int8), how])
        _, first, group = np.unique(
            pattern.view(np.dtype((np.void, pattern.shape[1]))).ravel(), return_index=True, return_inverse=True
        )
        if len(first) == 1:
            return self._evaluate(self._prepare(how[0], bool(on_x[0])), marker, seen)
        result = np.empty(len(marker))
        for g, t in enumerate(first):
            tasks = np.flatnonzero(group == g)
            result[tasks] = self._evaluate(self._prepare(how[t], bool(on_x[t])), marker[tasks], seen[tasks])
        return result

    def _evaluate(self, prepared: _Prepared, marker: Ints, seen: Ints) -> Floats:
        cores = os.cpu_count() or 1
        if cores > 1 and len(marker) * len(prepared.terms) >= _WORTH_SPLITTING:
            parts = zip(np.array_split(marker, cores), np.array_split(seen, cores), strict=True)
            return np.concatenate(list(_threads().map(lambda part: self._evaluate_here(prepared, *part), parts)))
        return self._evaluate_here(prepared, marker, seen)

    def _evaluate_here(self, prepared: _Prepared, marker: Ints, seen: Ints) -> Floats:
        parts = [
            evaluate(
                term.plan,
                term.rule,
                term.subject,
                prepared.known,
                prepared.observed,
                prepared.haploid,
                self.panel.packed,
                self.panel.observations,
                self.theta,
                marker,
                seen,
            )
            for term in prepared.terms
        ]
        if len(parts) == 1 and prepared.terms[0].log_weight == 0.0:
            total = parts[0]
        else:
            weighted = np.array(parts) + np.array([[term.log_weight] for term in prepared.terms])
            total = np.logaddexp.reduce(weighted, axis=0)
        if np.any(np.isnan(total)):
            raise InputProblems([InputProblem("pedigree.too-entangled", params={"persons": len(self.pedigree)})])
        return np.asarray(total)

    def _prepare(self, how: NDArray[np.int8], on_x: bool) -> _Prepared:
        key = (how.tobytes(), on_x)
        if key not in self._prepared:
            structure = build_structure(self.pedigree, [Seen(int(h)) for h in how], "X" if on_x else "autosomal")
            terms = tuple(
                _term(structure, weight, representative)
                for weight, representative in tyings(structure, self.theta, MOST_FOUNDER_ALLELES)
            )
            self._prepared[key] = _Prepared(
                terms,
                np.array(structure.known, dtype=np.int64),
                np.array(structure.observed, dtype=np.int64),
                np.array(structure.haploid, dtype=np.bool_),
            )
        return self._prepared[key]


def _term(structure: Structure, weight: float, representative: Sequence[int]) -> _Term:
    number = {v: i for i, v in enumerate(dict.fromkeys(representative))}
    factors: list[Factor] = []
    drawn: set[int] = set()
    sizes = np.full(len(number), _TYPICAL_SIZE)
    for factor in structure.factors:
        scope = tuple(number[representative[v]] for v in factor.scope)
        if factor.rule == Rule.PRIOR:
            if scope[0] in drawn:
                continue  # one by descent with an allele already drawn
            drawn.add(scope[0])
        elif factor.rule == Rule.SEEN:
            sizes[list(scope)] = _SEEN_SIZE
        elif factor.rule == Rule.KNOWN:
            sizes[list(scope)] = 1.0
        factors.append(Factor(factor.rule, scope, factor.subject))
    return _Term(
        float(np.log(weight)),
        make_plan(len(number), [f.scope for f in factors], sizes),
        np.array([int(f.rule) for f in factors], dtype=np.int64),
        np.array([f.subject for f in factors], dtype=np.int64),
    )


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
    return PedigreeLikelihood(pedigree, panel, theta).loglik(np.arange(len(panel.markers)), seen)
