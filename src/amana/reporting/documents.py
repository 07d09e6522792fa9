"""An identification as one JSON document."""

from __future__ import annotations

import math
from collections.abc import Sequence

from amana.kinship.joint.result import Conclusion, Finding, Identification, Weighing
from amana.problems import Language, sentence


def identification_document(
    result: Identification, language: Language, *, laboratory: bool, hidden: Sequence[Finding] = ()
) -> dict[str, object]:
    """Everything a program may want of a result.

    Parameters
    ----------
    laboratory
        Whether to add what can reveal genotypes or wrong paternity: figures by marker, and findings about
        samples.
    hidden
        Findings that belong to the laboratory.
    """
    document: dict[str, object] = {
        "settings": dict(vars(result.settings)),
        "pairwise": {
            "rows": list(result.victims),
            "cols": list(result.missing),
            "lr": [[_lr(result.pairwise.get((v, m))) for m in result.missing] for v in result.victims],
        },
        "assignment_count": result.assignment_count,
        "assignments": [
            {
                "assignment": dict(a.pairs),
                "loglik": a.loglik,
                "log10_lr_vs_null": a.log10_lr_vs_null,
                "posterior": a.posterior,
                "sampled": a.sampled,
            }
            for a in result.assignments
        ],
        "marginal": {v: dict(row) for v, row in result.posterior.items()},
        "marginal_under": {
            view.name: {v: dict(row) for v, row in view.posterior.items()} for view in result.views
        },
        "generalised_log10_lr": {
            v: {m: _number(g) for (w, m), g in result.generalised.items() if w == v} for v in result.victims
        },
        "support": {c.victim: _conclusion(c, language, laboratory, hidden) for c in result.conclusions},
        "dropped_posterior_bound": result.dropped_mass,
        "sampling": [dict(vars(s)) for s in result.sampling],
        "findings": [_finding(f, language) for f in result.findings if laboratory or f not in hidden],
    }
    if laboratory:
        document["laboratory"] = {
            "loglik_families": {f: _numbers(x) for f, x in result.loglik_families.items()},
            "loglik_victims": {v: _numbers(x) for v, x in result.loglik_victims.items()},
            "log10_lr_by_marker": {c.victim: _numbers(c.by_marker) for c in result.conclusions},
            "families": [
                {
                    "family": q.family,
                    "consistent": q.consistent,
                    "inconsistent_markers": list(q.inconsistent_markers),
                    "suspects": [list(s) for s in q.suspects],
                }
                for q in result.families
            ],
        }
    return document


def _conclusion(
    c: Conclusion, language: Language, laboratory: bool, hidden: Sequence[Finding]
) -> dict[str, object]:
    return {
        "level": c.level,
        "missing": list(c.missing),
        "family": c.family,
        "group": list(c.group),
        "log10_lr_pair_alone": _number(c.log10_lr),
        "log10_glr": _number(c.log10_glr),
        "posterior": c.posterior,
        "verbal": c.verbal,
        "sampled": c.sampled,
        "leans_on": [list(pair) for pair in c.leans_on],
        "least_favourable": c.least_favourable and _weighing(c.least_favourable),
        "weighings": [_weighing(w) for w in c.weighings],
        "evidence_against": list(c.against),
        "findings": [_finding(f, language) for f in c.findings if laboratory or f not in hidden],
    }


def _weighing(w: Weighing) -> dict[str, object]:
    return {
        "rival": w.rival,
        "theta": w.theta,
        "table": w.table,
        "log10_lr": _number(w.log10_lr),
        "note": w.reason and w.reason.code,
    }


def _finding(finding: Finding, language: Language) -> dict[str, object]:
    what, remedy = sentence(finding.code, finding.params, language)
    return {"code": finding.code, "params": dict(finding.params), "what": what, "remedy": remedy}


def _lr(log10_lr: float | None) -> float | str | None:
    """The ratio itself; text where it has no JSON number."""
    if log10_lr is None:
        return None
    return 10**log10_lr if log10_lr < 308 else "Inf"


def _number(value: float | None) -> float | str | None:
    if value is None or math.isfinite(value):
        return value
    return "Inf" if value > 0 else "-Inf"


def _numbers(values: object) -> dict[str, object]:
    assert hasattr(values, "items")
    return {k: _number(v) for k, v in values.items()}
