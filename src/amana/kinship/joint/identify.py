"""The whole identification of a case."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from amana.kinship.joint.against import evidence_against
from amana.kinship.joint.assignments import count_assignments
from amana.kinship.joint.case import Case
from amana.kinship.joint.memory import Memory, digest
from amana.kinship.joint.prior import check
from amana.kinship.joint.quality import family_quality
from amana.kinship.joint.result import (
    Assignment,
    Conclusion,
    FamilyQuality,
    Finding,
    Identification,
    PosteriorView,
    Settings,
)
from amana.kinship.joint.rivals import tables_without
from amana.kinship.joint.solution import LN10, Solution
from amana.kinship.joint.support import conclude, find_pairings
from amana.kinship.joint.tables import NOBODY
from amana.kinship.profiles import Role
from amana.kinship.purpose import Act, require, require_role
from amana.problems import InputProblem, InputProblems

BEST_ASSIGNMENTS = 200

Progress = Callable[[str, int, int], None]
"""Told of each stage (``families``, ``references``, ``pairs``, ``assignments``, ``remains``) how many of how
many are done, as far as that is known; always in the thread that identifies."""


def _silent(stage: str, done: int, total: int) -> None:
    """Nobody listens."""


def identify(
    case: Case,
    settings: Settings | None = None,
    *,
    best: int = BEST_ASSIGNMENTS,
    progress: Progress = _silent,
    memory: Memory | None = None,
) -> Identification:
    """What DNA supports about every victim of a case.

    Parameters
    ----------
    settings
        Prior, FST and thresholds, fixed beforehand.
    best
        How many of the best assignments to list.
    progress
        Called as the work goes on; it changes nothing.
    memory
        What was computed before; see :func:`amana.kinship.joint.update`.

    Raises
    ------
    InputProblems
        For settings out of range, a case that contradicts itself, one too large for exact work, or a profile
        in a place that it was not given for.
    """
    settings = settings or Settings()
    check(settings)
    require(Act.KINSHIP, Role.REMAINS, Role.RELATIVE)
    require_role(Role.REMAINS, (v.profile for v in case.victims))
    require_role(Role.RELATIVE, (p for f in case.families for p in f.profiles.values()))
    _check_case(case)
    progress("families", 0, 0)
    memory = memory or Memory()
    solution = Solution(case, settings, memory)
    progress("references", 0, 0)
    quality = [
        memory.get("quality", digest(case.markers, f), partial(family_quality, f, case.markers))
        for f in case.families
    ]
    inconsistent = [q.family for q in quality if not q.consistent]
    pairwise = {}
    for i, v in enumerate(solution.victims.ids):
        progress("pairs", i, len(solution.victims.ids))
        pairwise.update({(v, m): solution.pairwise_log10_lr(v, m) for m in case.eligible[v]})
    limit = -float(np.log10(settings.lr_threshold))
    # References that do not fit cannot speak against anyone.
    doubtful = {m for f in case.families if f.id in inconsistent for m in f.missing}
    low = {
        v: [m for m in case.eligible[v] if m not in doubtful and pairwise[v, m] <= limit]
        for v in solution.victims.ids
    }
    against = evidence_against(case, low, limit, memory)
    progress("assignments", 0, 0)
    pairings = find_pairings(solution)
    views = _views(solution)
    solution.prepare()

    def about(victim: str) -> Conclusion:
        return conclude(solution, victim, pairings.get(victim), tuple(against.get(victim, ())), inconsistent)

    # The likelihoods are computed outside the interpreter's lock.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        conclusions = []
        for conclusion in threads.map(about, solution.victims.ids):
            conclusions.append(conclusion)
            progress("remains", len(conclusions), len(solution.victims.ids))
    return Identification(
        settings=settings,
        victims=solution.victims.ids,
        missing=solution.missing,
        pairwise=pairwise,
        generalised={pair: solution.pair_log10_glr(*pair) for pair in pairwise},
        assignments=_ranked(solution, best),
        assignment_count=count_assignments(case.eligible, solution.missing),
        posterior=solution.posterior,
        views=views,
        conclusions=conclusions,
        families=quality,
        loglik_families={m.family.id: _by_marker(solution, m.loglik) for m in solution.models},
        loglik_victims={
            v: _by_marker(solution, x)
            for v, x in zip(solution.victims.ids, solution.victims.loglik, strict=True)
        },
        dropped_mass=solution.by_prior.dropped,
        findings=_findings(solution, case, quality),
        sampling=solution.sampling(),
    )


def _by_marker(solution: Solution, values: NDArray[np.float64]) -> dict[str, float]:
    return {m.name: float(x) for m, x in zip(solution.panel.markers, values, strict=True)}


def _ranked(solution: Solution, best: int) -> list[Assignment]:
    # Under FST every family is an urn of its own and no likelihood of the whole case exists.
    base = None
    if solution.settings.theta == 0.0:
        base = float(
            sum(m.loglik[np.isfinite(m.loglik)].sum() for m in solution.models)
            + solution.victims.loglik.sum()
        )
    ranked = []
    drawn = any(c.draws is not None for c in solution.by_prior.components)
    for value, rows in islice(solution.by_prior.ranked(), best):
        pairs: dict[str, str | None] = dict.fromkeys(solution.victims.ids)
        log_lr = 0.0
        for table, row in zip(solution.tables, rows, strict=True):
            log_lr += float(table.log_lr[row])
            for m, v in zip(table.family.missing, table.places[row], strict=True):
                if v != NOBODY:
                    pairs[solution.victims.ids[v]] = m
        loglik = None if base is None else base + log_lr
        share = solution.by_prior.share(value, rows)
        ranked.append(Assignment(pairs, loglik, log_lr / LN10, share, drawn))
    return ranked


def _views(solution: Solution) -> list[PosteriorView]:
    """The posterior under other priors than the main one."""
    return [
        PosteriorView(
            name,
            on_list,
            times,
            solution.posterior_of(assignments),
            tuple(
                solution.victims.ids[v]
                for c in assignments.components
                if c.draws is not None
                for v in c.victims
            ),
        )
        for name, (on_list, times, assignments) in solution.other_views.items()
    ]


def _findings(solution: Solution, case: Case, quality: Sequence[FamilyQuality]) -> list[Finding]:
    findings = []
    for q in quality:
        if not q.consistent:
            params = {
                "family": q.family,
                "markers": ", ".join(q.inconsistent_markers),
                "count": len(q.inconsistent_markers),
                "suspects": ", ".join(person for person, _ in q.suspects) or "-",
            }
            findings.append(Finding("family.inconsistent", params))
    for model in solution.models:
        impossible = [
            m.name for m, x in zip(solution.panel.markers, model.loglik, strict=True) if x == -np.inf
        ]
        if impossible:
            params = {"family": model.family.id, "markers": ", ".join(impossible)}
            findings.append(Finding("family.impossible-markers", params))
    for table, markers in tables_without(case).items():
        findings.append(
            Finding("identify.table-lacks-markers", {"table": table, "markers": ", ".join(markers)})
        )
    if solution.by_prior.dropped:
        findings.append(Finding("identify.pruned", {"bound": f"{solution.by_prior.dropped:.1e}"}))
    for drawn in solution.sampling():
        if drawn.prior != "main":
            continue
        params = {
            "victims": len(drawn.victims),
            "families": len(drawn.families),
            "chains": drawn.chains,
            "draws": drawn.draws,
            "seed": drawn.seed,
            "r_hat": f"{drawn.r_hat:.3f}",
            "effective": int(drawn.effective),
            "error": f"{drawn.error:.1e}",
        }
        findings.append(Finding("identify.sampled", params))
        if not drawn.converged:
            findings.append(Finding("identify.sampled-not-converged", params))
    return findings


def _check_case(case: Case) -> None:
    problems = []
    for kind, names in (
        ("victim", [v.id for v in case.victims]),
        ("family", [f.id for f in case.families]),
        ("missing", [m for f in case.families for m in f.missing]),
        ("marker", [m.name for m in case.markers]),
        ("table", [t.name for t in case.tables]),
    ):
        for name, count in Counter(names).items():
            if count > 1:
                problems.append(InputProblem("case.named-twice", field=kind, params={"name": name}))
        if not names and kind != "table":
            problems.append(InputProblem(f"case.no-{kind}"))
    listed = {m for f in case.families for m in f.missing}
    sex_of = {m: f.pedigree[m].sex for f in case.families for m in f.missing if m in f.pedigree}
    problems += [
        InputProblem("case.eligible-unknown-victim", params={"victim": v})
        for v in case.eligible
        if v not in {victim.id for victim in case.victims}
    ]
    for family in case.families:
        for m in family.missing:
            if m not in family.pedigree:
                problems.append(
                    InputProblem("case.missing-not-in-family", params={"family": family.id, "missing": m})
                )
            if m in family.profiles:
                problems.append(
                    InputProblem("case.missing-has-profile", params={"family": family.id, "missing": m})
                )
        for person in family.profiles:
            if person not in family.pedigree:
                problems.append(InputProblem("profile.not-in-pedigree", params={"person": person}))
    for v in case.victims:
        if v.id not in case.eligible:
            problems.append(InputProblem("case.victim-without-eligibility", params={"victim": v.id}))
        if not 0 <= v.profile.dropout < 1 or not 0 <= v.profile.dropin < 1:
            problems.append(InputProblem("profile.dropout-range", params={"sample": v.profile.sample}))
        for m, count in Counter(case.eligible.get(v.id, ())).items():
            if count > 1:
                problems.append(InputProblem("case.named-twice", field="eligible", params={"name": m}))
            if m in listed and sex_of.get(m) and v.sex and sex_of[m] != v.sex:
                problems.append(
                    InputProblem("case.eligible-wrong-sex", params={"victim": v.id, "missing": m})
                )
            if m not in listed:
                problems.append(InputProblem("case.eligible-unknown", params={"victim": v.id, "missing": m}))
    if problems:
        raise InputProblems(problems)
