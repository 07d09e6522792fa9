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
from functools import partial

import numpy as np

from amana.kinship.joint.memory import digest
from amana.kinship.joint.result import NONE, Conclusion, Finding, Level, Weighing
from amana.kinship.joint.rivals import THETAS, UNRELATED, Context, weigh
from amana.kinship.joint.solution import LN10, Bools, Solution
from amana.kinship.joint.tables import NOBODY
from amana.kinship.joint.verbal import verbal_key

SUPPORT_LR = 100.0
SUPPORT_POSTERIOR = 0.9
_ABOUT_ONE = 1.0  # log10 generalised LR up to which another victim may be as good
_NOTICED = 0.01
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

    Victims and missing persons of a family between whom posterior probability is shared form a group, if
    there are at least as many missing persons as victims in it, no victim of it is more probable in another
    family, and none is settled by itself.
    """
    single = {v: best for v in solution.victims.ids if (best := _best_single(solution, v)) is not None}
    found = dict(single)
    negligible = 1 - solution.settings.posterior_threshold
    for f, table in enumerate(solution.tables):
        links = {
            (v, m)
            for v, best in single.items()
            for m in table.family.missing
            if solution.posterior[v].get(m, 0.0) >= negligible and not _is_settled(solution, best)
        }
        while links:
            victims, missing = _component(links)
            links -= {(v, m) for v, m in links if v in victims}
            at_home = all(_family_of(solution, v) == f for v in victims)
            if len(missing) > 1 and len(victims) <= len(missing) and at_home:
                found.update(dict.fromkeys(victims, Pairing(f, victims, missing)))
    return found


def _family_of(solution: Solution, victim: str) -> int:
    """The family that most of a victim's posterior lies in."""
    total = [
        sum(solution.posterior[victim].get(m, 0.0) for m in table.family.missing) for table in solution.tables
    ]
    return int(np.argmax(total))


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
    inconsistent: Sequence[str],
) -> Conclusion:
    """What DNA supports about one victim.

    Parameters
    ----------
    pairing
        From :func:`find_pairings`.
    against
        Missing persons for whom DNA is evidence against.
    inconsistent
        Families whose references do not fit; nothing reaches the threshold there.
    """
    if pairing is None:
        return _nobody(solution, victim, against, inconsistent)
    weight = _weight_of(solution, pairing)
    if weight.level == "inconclusive" and len(pairing.missing) > 1:
        # Too little for the group as a whole: say only who comes closest.
        pairing = _best_single(solution, victim) or pairing
        weight = _weight_of(solution, pairing)
    rivals = _competing(solution, victim, pairing) if weight.log10_glr <= _ABOUT_ONE else []
    if weight.log10_glr <= 0 and not rivals:
        return _nobody(solution, victim, against, inconsistent)
    family = solution.tables[pairing.family].family
    row = solution.best_row(pairing.family, weight.rows)
    placed = _placed(solution, pairing.family, row)
    own_place = next((m for m, v in placed.items() if v == victim), None)
    level = weight.level
    findings = _profile_findings(solution, victim)
    if rivals:
        params = {"victims": ", ".join([victim, *rivals]), "missing": ", ".join(sorted(pairing.missing))}
        findings.append(Finding("support.several-remains", params))
    if family.id in inconsistent:
        findings.append(Finding("support.family-inconsistent", {"family": family.id}))
        level = "supports" if level == "reaches_threshold" else level
    level, sampled = _as_drawn(solution, victim, pairing.family, level)
    findings += sampled
    leans_on = _leans_on(solution, victim, pairing, row, placed, level)
    level, link_findings = _linked(solution, pairing, row, placed, leans_on, level)
    if leans_on and level != "inconclusive":
        named = ", ".join(f"{v} = {m}" for v, m in leans_on)
        findings.append(Finding("support.leans-on", {"pairs": named}))
    by_marker: dict[str, float] = {}
    weighings: Sequence[Weighing] = ()
    least = None
    if own_place is not None:
        by_marker = _by_marker(solution, pairing.family, row, victim)
        if level in ("reaches_threshold", "supports"):
            weighings = _weighings(solution, victim, own_place, placed, pairing)
            computed = [(w.log10_lr, i) for i, w in enumerate(weighings) if w.log10_lr is not None]
            least = weighings[min(computed)[1]] if computed else None
    findings += link_findings
    findings += _pair_findings(solution, pairing, weight, by_marker, level, least, weighings)
    missing = tuple(sorted(pairing.missing, key=lambda m: (-solution.posterior[victim].get(m, 0.0), m)))
    return Conclusion(
        victim=victim,
        level=level,
        missing=missing,
        family=family.id,
        group=tuple(v for v in solution.victims.ids if v in pairing.victims),
        log10_lr=_alone(solution, victim, missing[0]),
        log10_glr=weight.log10_glr,
        posterior=weight.posterior,
        verbal=verbal_key(weight.log10_glr),
        alternative=solution.best_alternative(victim, missing[0]) if len(missing) == 1 else None,
        leans_on=leans_on if level != "inconclusive" else (),
        by_marker=by_marker,
        weighings=weighings,
        least_favourable=least,
        against=against,
        findings=findings,
        sampled=bool(sampled),
    )


def _nobody(
    solution: Solution, victim: str, against: Sequence[str], inconsistent: Sequence[str]
) -> Conclusion:
    """The conclusion about a victim for whom no listed person stands out."""
    eligible = set(solution.case.eligible[victim])
    level: Level = "evidence_against" if eligible and eligible <= set(against) else "inconclusive"
    findings = _profile_findings(solution, victim)
    doubtful = [f.id for f in solution.case.families if f.id in inconsistent and set(f.missing) & eligible]
    if doubtful:
        findings.append(Finding("support.nobody-in-doubt", {"families": ", ".join(doubtful)}))
    nobody = solution.posterior[victim][NONE]
    _, sampled = _as_drawn(solution, victim, None, level)
    return Conclusion(
        victim, level, (), None, (victim,), None, None, nobody, "neutral",
        against=against, findings=[*findings, *sampled], sampled=bool(sampled),
    )  # fmt: skip


def _as_drawn(
    solution: Solution, victim: str, family: int | None, level: Level
) -> tuple[Level, list[Finding]]:
    """What is left of a level where the posterior was drawn or a maximum only searched for.

    A posterior of 0.9999 cannot be shown by dependent draws, so nothing reaches the threshold.
    """
    component = solution.drawn_about(victim, family)
    proven = family is None or solution.is_proven(family)
    if component is None or component.draws is None:
        if proven:
            return level, []
        level = "inconclusive" if level in ("reaches_threshold", "supports") else level
        return level, [Finding("support.searched", {"victim": victim})]
    findings = [Finding("support.sampled", {"victim": victim, "error": f"{component.draws.error:.1e}"})]
    if level == "reaches_threshold":
        level = "supports"
    if not proven or not component.draws.converged:
        code = "support.searched" if component.draws.converged else "support.not-converged"
        findings.append(Finding(code, {"victim": victim}))
        level = "inconclusive" if level == "supports" else level
    return level, findings


def _alone(solution: Solution, victim: str, missing: str) -> float | None:
    if missing not in solution.case.eligible[victim]:
        return None
    return solution.pairwise_log10_lr(victim, missing)


def _competing(solution: Solution, victim: str, pairing: Pairing) -> list[str]:
    """Other victims who fit the same single missing person: perhaps parts of one body."""
    if len(pairing.missing) != 1:
        return []
    (missing,) = pairing.missing
    fits = np.log10(SUPPORT_LR)
    if (_alone(solution, victim, missing) or 0.0) < fits:
        return []
    return [
        v
        for v in solution.victims.ids
        if v != victim
        and solution.posterior[v].get(missing, 0.0) > _NOTICED
        and (_alone(solution, v, missing) or 0.0) >= fits
    ]


def _linked(
    solution: Solution,
    pairing: Pairing,
    row: int,
    placed: Mapping[str, str],
    leans_on: Sequence[tuple[str, str]],
    level: Level,
) -> tuple[Level, list[Finding]]:
    """Whether victims who support each other are tied to this family, and not only to each other."""
    here = set(placed.values())
    together = frozenset(pairing.victims | {v for v, _ in leans_on}) & here
    if level == "inconclusive" or len(together) < 2:
        return level, []
    link = solution.link_to_references(pairing.family, row, together)
    params = {
        "victims": ", ".join(sorted(together)),
        "family": solution.tables[pairing.family].family.id,
        "log10_lr": round(link, 2),
    }
    if link < np.log10(SUPPORT_LR):
        return "inconclusive", [Finding("support.only-each-other", params)]
    if link < np.log10(solution.settings.lr_threshold):
        return level, [Finding("support.weak-link", params)]
    return level, []


@dataclass(frozen=True)
class _Weight:
    """Ways in which a pairing holds, and what they amount to."""

    rows: Bools
    log10_glr: float
    posterior: float
    level: Level


def _weight_of(solution: Solution, pairing: Pairing) -> _Weight:
    rows = solution.ways_with(pairing.family, pairing.victims, pairing.missing)
    glr = solution.event_log10_glr(pairing.family, rows)
    posterior = min(1.0, solution.event_posterior(pairing.family, rows))
    return _Weight(rows, glr, posterior, _level(solution, glr, posterior))


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
    inputs = digest(context, solution.case.markers, solution.case.tables, solution.observed, thetas)
    return solution.memory.get("weighing", inputs, partial(weigh, context, solution.panels, thetas))


def _leans_on(
    solution: Solution,
    victim: str,
    pairing: Pairing,
    row: int,
    placed: Mapping[str, str],
    level: Level,
) -> list[tuple[str, str]]:
    """Other identifications without which the pairing would lose its level.

    Either they are relatives through whom the references reach the victim, or they occupy another
    place that would suit the victim about as well.
    """
    if level not in ("reaches_threshold", "supports"):
        return []
    needed = np.log(solution.settings.lr_threshold if level == "reaches_threshold" else SUPPORT_LR)
    others = [(v, m) for m, v in placed.items() if v not in pairing.victims]

    def support_without(left_out: frozenset[str]) -> float:
        with_pair = solution.log_lr_without(pairing.family, row, left_out)
        return with_pair - solution.log_lr_without(pairing.family, row, left_out | pairing.victims)

    leaning = [(v, m) for v, m in others if support_without(frozenset([v])) < needed]
    if not leaning and others and support_without(frozenset(v for v, _ in others)) < needed:
        leaning = others
    own = support_without(frozenset())
    for m in solution.case.eligible[victim]:
        occupant = solution.occupants.get(m)
        if m in pairing.missing or occupant is None or occupant in pairing.victims:
            continue
        if own - solution.pairwise_log10_lr(victim, m) * LN10 < needed and (occupant, m) not in leaning:
            leaning.append((occupant, m))
    return leaning


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
    pairing: Pairing,
    weight: _Weight,
    by_marker: Mapping[str, float],
    level: Level,
    least: Weighing | None,
    weighings: Sequence[Weighing],
) -> list[Finding]:
    if level not in ("reaches_threshold", "supports"):
        return []
    findings = []
    settings = solution.settings
    needed = np.log10(settings.lr_threshold if level == "reaches_threshold" else SUPPORT_LR)
    if len(pairing.missing) > 1:
        names = {"victims": ", ".join(sorted(pairing.victims)), "missing": ", ".join(sorted(pairing.missing))}
        code = "support.order-unknown" if len(pairing.victims) > 1 else "support.one-of-several"
        findings += [Finding(code, names), Finding("support.what-would-separate", names)]
    total = sum(by_marker.values())
    if by_marker:
        marker = max(by_marker, key=lambda m: by_marker[m])
        if total >= needed > total - by_marker[marker]:
            params: dict[str, object] = {"marker": marker, "log10_lr": round(by_marker[marker], 2)}
            findings.append(Finding("support.one-marker", params))
    if level == "reaches_threshold":
        if least is not None and least.log10_lr is not None and least.log10_lr < needed:
            params = {"rival": least.rival, "theta": least.theta, "table": least.table}
            params["log10_lr"] = round(least.log10_lr, 2)
            findings.append(Finding("support.least-favourable-below", params))
        below = [
            name
            for name, ways in solution.way_posterior_under.items()
            if ways[pairing.family][weight.rows].sum() < settings.posterior_threshold
        ]
        if below:
            findings.append(Finding("support.depends-on-prior", {"views": ", ".join(below)}))
    absent = sorted({w.rival for w in weighings if w.log10_lr is None and w.rival != UNRELATED})
    if absent:
        findings.append(Finding("support.not-weighed", {"rivals": ", ".join(absent)}))
    return findings
