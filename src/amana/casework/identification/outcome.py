"""From what the science wing says to the JSON that is kept, without words, and back.

``detail`` is for everybody with ``identification.view``; whatever names a marker or doubts a pedigree goes
into ``laboratory``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, cast

from amana.casework.identification.models import Conclusion as Record
from amana.kinship.joint import NONE, Case, Conclusion, Family, Finding, Identification, Victim, Weighing
from amana.kinship.joint.result import Level
from amana.problems import Language
from amana.reporting.context import Context
from amana.reporting.victim import posterior_in

DOUBTS = frozenset(
    {
        "family.inconsistent", "family.impossible-markers", "support.family-inconsistent",
        "support.nobody-in-doubt",
    }
)  # fmt: skip
"""Findings that say, or let guess, that somebody is not whose child a family says."""
MOST_OTHERS = 5
NOTICED = 1e-6
"""Posterior from which another explanation is shown."""


def plain_number(value: float | None) -> float | str | None:
    """A number that JSON has; text for the two that it has not."""
    if value is None or math.isfinite(value):
        return value
    return "Inf" if value > 0 else "-Inf"


def number(value: float | str | None) -> float | None:
    """The number again."""
    return None if value is None else float(value)


def plain_finding(finding: Finding) -> dict[str, Any]:
    """A finding as JSON."""
    return {"code": finding.code, "params": {k: _plain(v) for k, v in finding.params.items()}}


def _plain(value: object) -> object:
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def finding(stored: Mapping[str, Any]) -> Finding:
    """The finding again."""
    return Finding(stored["code"], stored["params"])


def is_for_the_laboratory(context: Context, found: Any) -> bool:
    """Whether only the laboratory reads it."""
    return found.code in DOUBTS or context.is_for_the_laboratory(found)


def detail_of(context: Context, c: Conclusion) -> dict[str, Any]:
    """What everybody may read of one conclusion."""
    case, result = context.case, context.result
    victim = next(v for v in case.victims if v.id == c.victim)
    own = [f for f in c.findings if not is_for_the_laboratory(context, f)]
    mentioned = {*c.missing, *(m for _, m in c.leans_on), *result.posterior[c.victim]} - {NONE}
    if c.alternative not in (None, NONE):
        mentioned.add(str(c.alternative))
    typed = sum(m.name in victim.profile.calls for m in case.markers)
    return {
        "missing": list(c.missing),
        "family": c.family,
        "group": list(c.group),
        "log10_lr": plain_number(c.log10_lr),
        "log10_glr": plain_number(c.log10_glr),
        "posterior": c.posterior,
        "verbal": c.verbal,
        "alternative": c.alternative,
        "leans_on": [list(pair) for pair in c.leans_on],
        "against": list(c.against),
        "weighings": [_weighing(context, w) for w in c.weighings],
        "least": list(c.weighings).index(c.least_favourable) if c.least_favourable is not None else None,
        "findings": [plain_finding(f) for f in own],
        "one_marker": any(f.code == "support.one-marker" for f in c.findings),
        "views": [
            {
                "name": view.name, "on_list": view.on_list, "times": view.times_missing,
                "posterior": posterior_in(view, c.victim, c.missing),
            }
            for view in result.views
        ],
        "placed": _placed(result, c),
        "others": _others(result, c),
        "nobody": result.posterior[c.victim].get(NONE, 0.0),
        "claims": _claims(result, c),
        "families": {m: context.family_of[m] for m in sorted(mentioned) if m in context.family_of},
        "pairwise": {m: plain_number(lr) for (v, m), lr in result.pairwise.items() if v == c.victim},
        "sex": victim.sex,
        "markers": [typed, len(case.markers)],
        "dropout": victim.profile.dropout,
        "references": len(context.families[c.family].profiles) if c.family else None,
        "typed": sorted(context.families[c.family].profiles) if c.family else [],
    }  # fmt: skip


def _weighing(context: Context, w: Weighing) -> dict[str, Any]:
    reason = w.reason
    shown = reason is not None and not is_for_the_laboratory(context, reason)
    return {
        "rival": w.rival,
        "theta": w.theta,
        "table": w.table,
        "log10_lr": plain_number(w.log10_lr),
        "reason": plain_finding(reason) if reason is not None and shown else None,
    }


def _placed(result: Identification, c: Conclusion) -> str | None:
    """Whose place the figures by rival and by marker are of: that of the best assignment."""
    best = result.assignments[0].pairs.get(c.victim) if result.assignments else None
    return best if best in c.missing else next(iter(c.missing), None)


def _others(result: Identification, c: Conclusion) -> list[dict[str, Any]]:
    """Who else the remains may be, the most probable first."""
    row = {
        m: p for m, p in result.posterior[c.victim].items() if m not in (NONE, *c.missing) and p >= NOTICED
    }
    best = sorted(row, key=lambda m: (-row[m], m))[:MOST_OTHERS]
    return [
        {
            "missing": m,
            "posterior": row[m],
            "log10_lr": plain_number(result.pairwise.get((c.victim, m))),
            "log10_glr": plain_number(result.generalised.get((c.victim, m))),
        }
        for m in best
    ]


def _claims(result: Identification, c: Conclusion) -> dict[str, list[dict[str, Any]]]:
    """For each missing person the other remains that may be theirs."""
    found = {}
    for m in c.missing:
        rows = {v: result.posterior[v].get(m, 0.0) for v in result.victims if v != c.victim}
        best = sorted((v for v in rows if rows[v] >= NOTICED), key=lambda v: (-rows[v], v))[:MOST_OTHERS]
        found[m] = [{"unit": v, "posterior": rows[v]} for v in best]
    return found


def laboratory_of(context: Context, c: Conclusion) -> dict[str, Any]:
    """What the laboratory alone reads of one conclusion."""
    victim = next(v for v in context.case.victims if v.id == c.victim)
    quality = next((q for q in context.result.families if q.family == c.family), None)
    return {
        "by_marker": {m: plain_number(lr) for m, lr in c.by_marker.items()},
        "findings": [plain_finding(f) for f in c.findings if is_for_the_laboratory(context, f)],
        "without": [m.name for m in context.case.markers if m.name not in victim.profile.calls],
        "quality": None
        if quality is None
        else {
            "family": quality.family,
            "consistent": quality.consistent,
            "inconsistent": list(quality.inconsistent_markers),
            "suspects": [list(s) for s in quality.suspects],
        },
    }


def summary_of(context: Context) -> dict[str, Any]:
    """The run as a whole.  The part ``laboratory`` is shown to the laboratory alone."""
    case, result = context.case, context.result
    levels: dict[str, int] = {}
    for c in result.conclusions:
        levels[c.level] = levels.get(c.level, 0) + 1
    found = [*result.findings, *case.warnings]
    return {
        "levels": levels,
        "victims": len(result.victims),
        "missing": len(result.missing),
        "families": len(case.families),
        "markers": len(case.markers),
        "tables": [t.name for t in case.tables],
        "assignments": None if result.assignment_count is None else str(result.assignment_count),
        "without": sorted(set(result.missing) - set(context.supported())),
        "synthetic": case.synthetic,
        "findings": [plain_finding(f) for f in found if not is_for_the_laboratory(context, f)],
        "laboratory": [plain_finding(f) for f in found if is_for_the_laboratory(context, f)],
    }


def essence(level: str, detail: Mapping[str, Any], laboratory: Mapping[str, Any]) -> dict[str, Any]:
    """What two runs must say alike for a signature under one to hold for the other.

    Rounded to nine digits: the last ones depend on the order of additions.
    """
    return {"level": level, "detail": _rounded(detail), "laboratory": _rounded(laboratory)}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, Mapping):
        return {k: _rounded(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(v) for v in value]
    return value


def conclusion_of(record: Record) -> Conclusion:
    """The conclusion again, without what the laboratory alone reads."""
    d = record.detail
    weighings = [
        Weighing(
            w["rival"], w["theta"], w["table"], number(w["log10_lr"]),
            finding(w["reason"]) if w["reason"] else None,
        )
        for w in d["weighings"]
    ]  # fmt: skip
    return Conclusion(
        victim=record.unit.number,
        level=cast(Level, record.level),
        missing=tuple(d["missing"]),
        family=d["family"],
        group=tuple(d["group"]),
        log10_lr=number(d["log10_lr"]),
        log10_glr=number(d["log10_glr"]),
        posterior=d["posterior"],
        verbal=d["verbal"],
        alternative=d["alternative"],
        leans_on=[(v, m) for v, m in d["leans_on"]],
        weighings=weighings,
        least_favourable=None if d["least"] is None else weighings[d["least"]],
        against=tuple(d["against"]),
        findings=[finding(f) for f in d["findings"]],
    )


def context_of(record: Record, language: Language) -> Context:
    """As much of a report's context as its sentences about one conclusion need."""
    d = record.detail
    members: dict[str, list[str]] = {}
    for m, family in d["families"].items():
        members.setdefault(family, []).append(m)
    units = dict.fromkeys([record.unit.number, *d["group"], *(v for v, _ in d["leans_on"])])
    case = Case(
        "",
        (),
        tuple(Victim(u, None) for u in units),  # type: ignore[arg-type]  # no sentence asks for a profile
        _families(members.items()),
        {},
    )
    pairwise = {(record.unit.number, m): float(lr) for m, lr in d["pairwise"].items()}
    result = Identification(
        None, tuple(units), tuple(d["families"]), pairwise, {}, (), None, {}, (), (), (), {}, {}  # type: ignore[arg-type]
    )  # fmt: skip
    return Context(case, result, language, "")


def _families(members: Iterable[tuple[str, list[str]]]) -> tuple[Family, ...]:
    return tuple(Family(f, None, {}, tuple(m)) for f, m in members)  # type: ignore[arg-type]
