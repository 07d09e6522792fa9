"""From a solved case to what DNA supports about each victim.

The program never says who somebody is.  For each victim it takes the missing person (or the set of missing
persons that cannot be told apart) with the highest posterior and asks how much better the best joint
assignment with that pairing explains all the data than the best without it: the generalised likelihood
ratio.  The level is

``reaches_threshold``
    generalised LR and posterior both at or above the thresholds set beforehand (defaults 10,000 and 0.9999);
``supports``
    generalised LR at least :data:`SUPPORT_LR` and posterior at least :data:`SUPPORT_POSTERIOR`;
``evidence_against``
    against every person the victim could be, under every allowance of :mod:`amana.kinship.joint.against`;
``inconclusive``
    anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from amana.kinship.joint.result import NONE, Conclusion, Finding, Level, PosteriorView, Weighing
from amana.kinship.joint.rivals import THETAS, UNRELATED, Context, weigh
from amana.kinship.joint.solution import LN10, Bools, Solution
from amana.kinship.joint.tables import NOBODY
from amana.kinship.joint.verbal import verbal_key

SUPPORT_LR = 100.0
SUPPORT_POSTERIOR = 0.9
FEW_MARKERS = 10
"""A profile with fewer markers is pointed out."""


@dataclass(frozen=True)
class Pairing:
    """Victims and the missing persons they are, in some order: one pair, or a group whose order is
    unknown.
    """

    family: int
    victims: frozenset[str]
    missing: frozenset[str]


def find_pairings(solution: Solution) -> dict[str, Pairing]:
    """For each victim the best pairing that some data support; victims for whom nobody is are left out.

    Within a family, victims and missing persons between whom posterior probability is shared form a group,
    if there are at least as many missing persons as victims in it.
    """
    negligible = 1 - solution.settings.posterior_threshold
    found: dict[str, Pairing] = {}
    for f, table in enumerate(solution.tables):
        links = {
            (v, m)
            for v in solution.victims.ids
            for m in table.family.missing
            if solution.posterior[v].get(m, 0.0) >= negligible
        }
        while links:
            victims, missing = _component(links)
            links -= {(v, m) for v, m in links if v in victims}
            if len(missing) > 1 and len(victims) <= len(missing):
                for v in victims:
                    found[v] = Pairing(f, victims, missing)
    for v in solution.victims.ids:
        best = _best_single(solution, v)
        if best is None:
            continue
        group = found.get(v)
        if group is None or best.family != group.family or _is_settled(solution, best):
            found[v] = best
    return found


def _component(links: set[tuple[str, str]]) -> tuple[frozenset[str], frozenset[str]]:
    first = min(links)
    victims, missing = {first[0]}, {first[1]}
    while True:
        more = {(v, m) for v, m in links if v in victims or m in missing}
        grown = {v for v, _ in more}, {m for _, m in more}
        if grown == (victims, missing):
            return frozenset(victims), frozenset(missing)
        victims, missing = grown


def _best_single(solution: Solution, victim: str) -> Pairing | None:
    listed = {m: p for m, p in solution.posterior[victim].items() if m != NONE and p > 0}
    if not listed:
        return None
    best = max(listed, key=lambda m: (listed[m], m))
    return Pairing(solution.place(best)[0], frozenset([victim]), frozenset([best]))


def _is_settled(solution: Solution, pairing: Pairing) -> bool:
    rows = solution.ways_with(pairing.family, pairing.victims, pairing.missing)
    return solution.event_posterior(pairing.family, rows) >= solution.settings.posterior_threshold


def conclude(
    solution: Solution,
    victim: str,
    pairing: Pairing | None,
    against: Sequence[str],
    views: Sequence[PosteriorView],
    inconsistent: Sequence[str],
) -> Conclusion:
    """What DNA supports about one victim.

    Parameters
    ----------
    pairing
        From :func:`find_pairings`.
    against
        Missing persons for whom DNA is evidence against.
    views
        Posteriors under other priors.
    inconsistent
        Families whose references do not fit.
    """
    eligible = solution.case.eligible[victim]
    findings = _profile_findings(solution, victim)
    doubtful = [f.id for f in solution.case.families if f.id in inconsistent and set(f.missing) & set(eligible)]
    in_doubt = [Finding("support.nobody-in-doubt", {"families": ", ".join(doubtful)})] if doubtful else []
    if pairing is None:
        level: Level = "evidence_against" if eligible and set(eligible) <= set(against) else "inconclusive"
        nobody = solution.posterior[victim][NONE]
        return Conclusion(
            victim,
            level,
            (),
            None,
            (victim,),
            None,
            None,
            nobody,
            "neutral",
            against=against,
            findings=findings + in_doubt,
        )
    rows, glr, posterior, level = _weight_of(solution, pairing)
    if level == "inconclusive" and len(pairing.missing) > 1:
        # Too little for the group as a whole: say only who comes closest.
        pairing = _best_single(solution, victim) or pairing
        rows, glr, posterior, level = _weight_of(solution, pairing)
    if level == "inconclusive" and eligible and set(eligible) <= set(against):
        level = "evidence_against"
    if glr <= 0 or level == "evidence_against":
        return Conclusion(
            victim, level, (), None, (victim,), None, None, solution.posterior[victim][NONE], "neutral",
            against=against, findings=findings,
        )  # fmt: skip
    family = solution.tables[pairing.family].family
    row = solution.best_row(pairing.family, rows)
    missing = tuple(sorted(pairing.missing, key=lambda m: (-solution.posterior[victim].get(m, 0.0), m)))
    placed = _placed(solution, pairing.family, row)
    own_place = next(m for m, v in placed.items() if v == victim)
    by_marker = _by_marker(solution, pairing.family, row, victim)
    weighings: Sequence[Weighing] = ()
    least = None
    if level in ("reaches_threshold", "supports"):
        weighings = _weighings(solution, victim, own_place, placed, pairing)
        computed = [(w.log10_lr, i) for i, w in enumerate(weighings) if w.log10_lr is not None]
        least = weighings[min(computed)[1]] if computed else None
    leans_on, lean_findings = _leans_on(solution, pairing, row, placed, level)
    findings += lean_findings
    findings += _pair_findings(solution, victim, pairing, by_marker, level, least, views, weighings)
    if family.id in inconsistent:
        findings.append(Finding("support.family-inconsistent", {"family": family.id}))
    return Conclusion(
        victim=victim,
        level=level,
        missing=missing,
        family=family.id,
        group=tuple(v for v in solution.victims.ids if v in pairing.victims),
        log10_lr=solution.pairwise_log10_lr(victim, missing[0]) if missing[0] in eligible else None,
        log10_glr=glr,
        posterior=posterior,
        verbal=verbal_key(glr),
        leans_on=leans_on,
        by_marker=by_marker,
        weighings=weighings,
        least_favourable=least,
        against=against,
        findings=findings,
    )


def _weight_of(solution: Solution, pairing: Pairing) -> tuple[Bools, float, float, Level]:
    """Ways in which a pairing holds, its log10 generalised LR, its posterior, and the level these reach."""
    rows = solution.ways_with(pairing.family, pairing.victims, pairing.missing)
    glr = solution.event_log10_glr(pairing.family, rows)
    posterior = min(1.0, solution.event_posterior(pairing.family, rows))
    return rows, glr, posterior, _level(solution, glr, posterior)


def _level(solution: Solution, log10_glr: float, posterior: float) -> Level:
    settings = solution.settings
    if log10_glr >= np.log10(settings.lr_threshold) and posterior >= settings.posterior_threshold:
        return "reaches_threshold"
    if log10_glr >= np.log10(SUPPORT_LR) and posterior >= SUPPORT_POSTERIOR:
        return "supports"
    return "inconclusive"


def _placed(solution: Solution, family: int, row: int) -> dict[str, str]:
    """Missing person to victim in one way."""
    table = solution.tables[family]
    return {
        m: solution.victims.ids[v]
        for m, v in zip(table.family.missing, table.places[row], strict=True)
        if v != NOBODY
    }


def _by_marker(solution: Solution, family: int, row: int, victim: str) -> dict[str, float]:
    """Log10 LR of the victim's place at each marker, the other victims of the way staying where they are."""
    places = solution.tables[family].places[row]
    without = np.where(places == solution.victims.ids.index(victim), NOBODY, places)
    both = solution.models[family].log_lr_by_marker(np.array([places, without]))
    return {m.name: float(x / LN10) for m, x in zip(solution.panel.markers, both[0] - both[1], strict=True)}


def _weighings(
    solution: Solution, victim: str, own_place: str, placed: Mapping[str, str], pairing: Pairing
) -> list[Weighing]:
    by_id = {v.id: v for v in solution.case.victims}
    others = {m: by_id[v] for m, v in placed.items() if v != victim}
    context = Context(solution.tables[pairing.family].family, by_id[victim], own_place, others)
    thetas = sorted({*THETAS, solution.settings.theta})
    return weigh(context, solution.panels, thetas)


def _leans_on(
    solution: Solution, pairing: Pairing, row: int, placed: Mapping[str, str], level: Level
) -> tuple[list[tuple[str, str]], list[Finding]]:
    """Other identifications in the family without which the pairing would lose its level."""
    if level not in ("reaches_threshold", "supports"):
        return [], []
    needed = np.log(solution.settings.lr_threshold if level == "reaches_threshold" else SUPPORT_LR)
    others = [(v, m) for m, v in placed.items() if v not in pairing.victims]

    def support_without(left_out: frozenset[str]) -> float:
        with_pair = solution.log_lr_without(pairing.family, row, left_out)
        return with_pair - solution.log_lr_without(pairing.family, row, left_out | pairing.victims)

    leaning = [(v, m) for v, m in others if support_without(frozenset([v])) < needed]
    if not leaning and others and support_without(frozenset(v for v, _ in others)) < needed:
        leaning = others
    if not leaning:
        return [], []
    named = ", ".join(f"{v} = {m}" for v, m in leaning)
    return leaning, [Finding("support.leans-on", {"pairs": named})]


def _profile_findings(solution: Solution, victim: str) -> list[Finding]:
    typed = int((solution.victims.seen[solution.victims.ids.index(victim)] != 0).sum())
    if typed >= min(FEW_MARKERS, len(solution.panel.markers)):
        return []
    return [
        Finding(
            "support.few-markers", {"victim": victim, "markers": typed, "all": len(solution.panel.markers)}
        )
    ]


def _pair_findings(
    solution: Solution,
    victim: str,
    pairing: Pairing,
    by_marker: Mapping[str, float],
    level: Level,
    least: Weighing | None,
    views: Sequence[PosteriorView],
    weighings: Sequence[Weighing],
) -> list[Finding]:
    findings = []
    needed = np.log10(solution.settings.lr_threshold)
    if len(pairing.missing) > 1:
        names = {"victims": ", ".join(sorted(pairing.victims)), "missing": ", ".join(sorted(pairing.missing))}
        findings.append(Finding("support.order-unknown", names))
        findings.append(Finding("support.what-would-separate", names))
    total = sum(by_marker.values())
    if by_marker and level in ("reaches_threshold", "supports"):
        marker = max(by_marker, key=lambda m: by_marker[m])
        limit = needed if level == "reaches_threshold" else np.log10(SUPPORT_LR)
        if total >= limit > total - by_marker[marker]:
            findings.append(
                Finding("support.one-marker", {"marker": marker, "log10_lr": round(by_marker[marker], 2)})
            )
    if level == "reaches_threshold":
        if least is not None and least.log10_lr is not None and least.log10_lr < needed:
            params = {
                "rival": least.rival,
                "theta": least.theta,
                "table": least.table,
                "log10_lr": round(least.log10_lr, 2),
            }
            findings.append(Finding("support.least-favourable-below", params))
        below = [
            view.name
            for view in views
            if sum(view.posterior[victim].get(m, 0.0) for m in pairing.missing)
            < solution.settings.posterior_threshold
        ]
        if below and len(pairing.victims) == 1:
            findings.append(Finding("support.depends-on-prior", {"views": ", ".join(below)}))
    absent = sorted({w.rival for w in weighings if w.log10_lr is None and w.rival != UNRELATED})
    if absent:
        findings.append(Finding("support.not-weighed", {"rivals": ", ".join(absent)}))
    return findings
