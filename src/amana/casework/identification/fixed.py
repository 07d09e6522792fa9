"""What is fixed before anything is computed: checked, and in the shape that a run keeps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from amana.casework.laboratory.models import Frequencies
from amana.kinship.joint import Settings
from amana.kinship.joint.prior import check
from amana.kinship.mutation import mutation_model
from amana.problems import InputProblem, InputProblems
from amana.simulation.tables import MutationSettings

MODELS = ("none", "equal", "proportional", "stepwise", "onestep", "dawid")
MUTATION = {"model": "stepwise", **vars(MutationSettings())}
"""Offered where nobody says otherwise: assumed rates, not estimates; the person who asks decides."""
_FIELDS = {"prior": "on_list", "lr-threshold": "lr_threshold", "posterior-threshold": "posterior_threshold"}


def defaults() -> dict[str, Any]:
    """What the form offers."""
    return {**vars(Settings()), "mutation": dict(MUTATION)}


def settings_of(stored: Mapping[str, Any]) -> Settings:
    """Settings for :func:`amana.kinship.joint.identify`."""
    return Settings(
        prior=stored["prior"],
        on_list=stored["on_list"],
        manifest=stored["manifest"],
        theta=stored["theta"],
        lr_threshold=stored["lr_threshold"],
        posterior_threshold=stored["posterior_threshold"],
    )


def checked(by: Any, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings complete, with tables by identifier, the main one first.

    Raises
    ------
    InputProblems
        With everything that is wrong.
    """
    given = {**defaults(), **settings}
    problems: list[InputProblem] = []
    fixed = {
        "prior": str(given["prior"]),
        "on_list": _number(given, "on_list", problems) if given["prior"] == "open" else None,
        "manifest": str(given["manifest"] or "").strip() or None if given["prior"] == "manifest" else None,
        **{name: _number(given, name, problems) for name in ("theta", "lr_threshold", "posterior_threshold")},
    }
    if not problems:
        try:
            check(settings_of(fixed))
        except InputProblems as found:
            problems += [
                InputProblem(p.code, field=_FIELDS.get(p.field or "", p.field), params=p.params)
                for p in found.problems
            ]
    fixed["mutation"] = _mutation(given["mutation"], problems)
    fixed["frequencies"] = _tables(by, given.get("frequencies") or (), problems)
    if problems:
        raise InputProblems(problems)
    return fixed


def _number(given: Mapping[str, Any], name: str, problems: list[InputProblem]) -> float:
    try:
        value = float(given[name])
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        problems.append(InputProblem("run.not-a-number", field=name, params={"value": str(given[name])}))
    return value


def _mutation(given: Mapping[str, Any] | None, problems: list[InputProblem]) -> dict[str, Any]:
    given = given or {"model": "none"}
    model = given.get("model")
    if model not in MODELS:
        problems.append(
            InputProblem("mutation.unknown-model", field="mutation_model", params={"model": model})
        )
        return {}
    if model == "none":
        return {"model": "none"}
    needed = ["rate_male", "rate_female"]
    needed += ["range"] if model in ("stepwise", "dawid") else []
    needed += ["rate2"] if model == "stepwise" else []
    before = len(problems)
    fixed: dict[str, Any] = {"model": model, **{n: _number(given, n, problems) for n in needed}}
    if len(problems) == before:
        # Tried on alleles that every model can order: what is wrong is then the rates'.
        alleles, even = ("10", "11", "12"), np.full(3, 1 / 3)
        try:
            mutation_model(
                model, alleles, even, fixed["rate_male"], fixed["rate_female"], fixed.get("range"),
                fixed.get("rate2"),
            )  # fmt: skip
        except InputProblems as found:
            problems += [InputProblem(p.code, field="rate_male", params=p.params) for p in found.problems]
    return fixed


def _tables(by: Any, given: Sequence[Any], problems: list[InputProblem]) -> list[str]:
    asked = [str(g) for g in given]
    seen = {str(f.pk) for f in Frequencies.objects.visible_to(by)}
    if not asked:
        problems.append(InputProblem("run.no-frequencies", field="frequencies"))
    elif not set(asked) <= seen:
        problems.append(InputProblem("run.unknown-frequencies", field="frequencies"))
    return list(dict.fromkeys(asked))
