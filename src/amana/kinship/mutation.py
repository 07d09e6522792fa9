"""Mutation: the probability that a parent's allele is handed down as another.

A matrix has rows for the parent's allele and columns for the child's; rows sum to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from amana.problems import InputProblem, InputProblems

Floats = NDArray[np.float64]
ModelName = Literal["none", "equal", "proportional", "stepwise", "onestep", "dawid", "custom"]
_ROW_TOLERANCE = 1e-6  # matrices are printed with limited digits


@dataclass(frozen=True, eq=False)
class Mutation:
    """How alleles of one marker mutate in fathers and in mothers.

    Attributes
    ----------
    male, female
        Shape (k, k), ``[i, j]`` = P(parent's allele i is handed down as j), in the marker's allele order.
    model, rate_male, rate_female, range, rate2
        What the matrices were made from, for the report; ``custom`` when given as numbers.
    """

    male: Floats
    female: Floats
    model: ModelName = "custom"
    rate_male: float | None = None
    rate_female: float | None = None
    range: float | None = None
    rate2: float | None = None

    def __post_init__(self) -> None:
        problems = [
            InputProblem("mutation.bad-matrix", field=name, params={"shape": str(matrix.shape)})
            for name, matrix in (("male", self.male), ("female", self.female))
            if not _is_stochastic(matrix)
        ]
        if not problems and self.male.shape != self.female.shape:
            problems.append(
                InputProblem("mutation.bad-matrix", field="female", params={"shape": str(self.female.shape)})
            )
        if problems:
            raise InputProblems(problems)


def _is_stochastic(matrix: Floats) -> bool:
    return (
        matrix.ndim == 2
        and matrix.shape[0] == matrix.shape[1]
        and bool(np.all(np.isfinite(matrix)))
        and bool(np.all(matrix >= 0))
        and bool(np.all(np.abs(matrix.sum(axis=1) - 1) <= _ROW_TOLERANCE))
    )


def mutation_model(
    model: ModelName,
    alleles: Sequence[str],
    frequencies: Floats,
    rate_male: float,
    rate_female: float,
    range: float | None = None,
    rate2: float | None = None,
    silent: str | None = None,
) -> Mutation | None:
    """Matrices of a named model, for fathers and mothers.

    A silent allele neither mutates nor arises: nothing is known of its length.

    Returns
    -------
    Mutation, or None for the model ``none`` or when both rates are zero.

    Raises
    ------
    InputProblems
        For an unknown model, a rate outside [0, 1], a missing parameter, or allele names that the model
        cannot order.
    """
    if model == "none" or (rate_male == 0 and rate_female == 0 and not rate2):
        return None
    matrices = [
        mutation_matrix(model, alleles, frequencies, rate, range=range, rate2=rate2, silent=silent)
        for rate in (rate_male, rate_female)
    ]
    return Mutation(matrices[0], matrices[1], model, rate_male, rate_female, range, rate2)


def mutation_matrix(
    model: ModelName,
    alleles: Sequence[str],
    frequencies: Floats,
    rate: float,
    *,
    range: float | None = None,
    rate2: float | None = None,
    silent: str | None = None,
) -> Floats:
    """One matrix of a named model.

    Parameters
    ----------
    model
        ``equal``: every other allele with probability rate/(k-1).
        ``proportional``: in proportion to the frequency of the new allele; stationary
        (Egeland, Kling & Mostad, *Relationship Inference with Familias and R*, 2016).
        ``stepwise``: among alleles that differ by whole repeats, total probability ``rate`` falling off as
        ``range`` ** steps; any other allele (a microvariant against it) with total probability
        ``rate2``, shared equally (Familias' extended stepwise model; same source).
        ``onestep``: one repeat up or down, rate/2 each; the whole rate where there is one neighbour.
        ``dawid``: reversible stepwise (Dawid, Mortera & Pascali 2001; closed form as in
        Egeland & Vigeland 2025).
    frequencies
        Shape (k,); used by ``proportional`` and ``dawid``.
    rate
        Probability of mutation per transmission, in [0, 1]; for ``proportional`` and ``dawid`` the
        expected one over the population.

    Returns
    -------
    Array of shape (k, k).
    """
    problem = _parameter_fault(model, rate, range, rate2)
    if problem is not None:
        raise InputProblems([problem])
    active = [i for i, allele in enumerate(alleles) if allele != silent]
    k = len(active)
    matrix = np.eye(len(alleles))
    if k < 2:
        return matrix
    labels = [alleles[i] for i in active]
    freqs = np.asarray(frequencies, dtype=float)[active]
    if model == "equal":
        inner = np.full((k, k), rate / (k - 1))
        np.fill_diagonal(inner, 1 - rate)
    elif model == "proportional":
        inner = _proportional(freqs / freqs.sum(), rate)
    elif model == "stepwise":
        assert range is not None
        assert rate2 is not None
        inner = _stepwise(_repeats(labels, model), rate, range, rate2)
    elif model == "onestep":
        inner = _onestep(_repeats(labels, model), rate)
    else:
        assert range is not None
        inner = _dawid(_repeats(labels, model), freqs / freqs.sum(), rate, range)
    matrix[np.ix_(active, active)] = inner
    return matrix


def _parameter_fault(
    model: str, rate: float, range: float | None, rate2: float | None
) -> InputProblem | None:
    if model not in get_args(ModelName) or model in ("none", "custom"):
        return InputProblem("mutation.unknown-model", field="model", params={"model": model})
    if not 0 <= rate <= 1:
        return InputProblem("mutation.rate-range", field="rate", params={"value": rate})
    if model in ("stepwise", "dawid") and (range is None or range <= 0 or (model == "dawid" and range >= 1)):
        return InputProblem("mutation.range-needed", field="range", params={"model": model, "value": range})
    if model == "stepwise" and (rate2 is None or rate2 < 0 or rate + rate2 > 1):
        return InputProblem("mutation.rate2-needed", field="rate2", params={"value": rate2})
    return None


def _repeats(alleles: Sequence[str], model: str) -> list[tuple[int, int]]:
    """Whole repeats and extra bases: ``9.3`` is (9, 3)."""
    parsed = []
    for allele in alleles:
        whole, _, part = allele.partition(".")
        if not whole.isdecimal() or (part and not part.isdecimal()):
            raise InputProblems(
                [
                    InputProblem(
                        "mutation.allele-not-numeric",
                        field="allele",
                        params={"allele": allele, "model": model},
                    )
                ]
            )
        extra = int(part or 0)
        if extra and model != "stepwise":
            raise InputProblems(
                [
                    InputProblem(
                        "mutation.allele-not-whole", field="allele", params={"allele": allele, "model": model}
                    )
                ]
            )
        parsed.append((int(whole), extra))
    return parsed


def _proportional(freqs: Floats, rate: float) -> Floats:
    alpha = rate / float(np.sum(freqs * (1 - freqs)))
    matrix = (1 - alpha) * np.eye(len(freqs)) + alpha * freqs[None, :]
    return _checked(matrix, "proportional")


def _stepwise(repeats: Sequence[tuple[int, int]], rate: float, range: float, rate2: float) -> Floats:
    whole = np.array([r[0] for r in repeats], dtype=float)
    extra = np.array([r[1] for r in repeats])
    k = len(repeats)
    same = extra[:, None] == extra[None, :]
    off = ~np.eye(k, dtype=bool)
    steps = np.where(same & off, float(range) ** np.abs(whole[:, None] - whole[None, :]), 0.0)
    reach = steps.sum(axis=1)
    other = (~same).sum(axis=1)
    matrix: Floats = np.divide(rate * steps, reach[:, None], out=np.zeros((k, k)), where=reach[:, None] > 0)
    matrix += np.divide(rate2 * ~same, other[:, None], out=np.zeros((k, k)), where=other[:, None] > 0)
    # An allele with no partner at whole repeats keeps that part of the rate, and likewise for microvariants.
    np.fill_diagonal(matrix, 1 - np.where(reach > 0, rate, 0.0) - np.where(other > 0, rate2, 0.0))
    return matrix


def _onestep(repeats: Sequence[tuple[int, int]], rate: float) -> Floats:
    whole = np.array([r[0] for r in repeats])
    near = np.abs(whole[:, None] - whole[None, :]) == 1
    count = near.sum(axis=1)
    matrix: Floats = np.divide(
        rate * near, count[:, None], out=np.zeros(near.shape), where=count[:, None] > 0
    )
    np.fill_diagonal(matrix, 1 - np.where(count > 0, rate, 0.0))
    return matrix


def _dawid(repeats: Sequence[tuple[int, int]], freqs: Floats, rate: float, range: float) -> Floats:
    k = len(repeats)
    # Steps are counted along the ordered list of alleles, so that gaps in the ladder count once.
    rank = np.argsort(np.argsort([r[0] for r in repeats]))
    steps = np.abs(rank[:, None] - rank[None, :])
    geometric = (1 - range**k) / (1 - range)
    scale = rate * (1 - range) / (2 * range * (k - geometric))
    matrix = scale / freqs[:, None] * float(range) ** steps
    np.fill_diagonal(matrix, 0.0)
    np.fill_diagonal(matrix, 1 - matrix.sum(axis=1))
    return _checked(matrix, "dawid")


def _checked(matrix: Floats, model: str) -> Floats:
    if np.any(matrix < 0):
        raise InputProblems([InputProblem("mutation.rate-too-high", field="rate", params={"model": model})])
    return matrix
