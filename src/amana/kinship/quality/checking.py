"""Whether the samples of each family fit its declared pedigree, and what fits better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from amana.kinship.panel import NOTHING_SEEN, Panel
from amana.kinship.profiles import Role
from amana.kinship.purpose import Act, Scope, require
from amana.kinship.quality.alternatives import PRIORS, Alternative, Kind, alternatives
from amana.kinship.quality.families import FamilyGroup
from amana.kinship.quality.weighing import Weighing
from amana.problems import InputProblem, InputProblems

Floats = NDArray[np.float64]

LN10 = float(np.log(10.0))
AT_ONCE = 2000
"""Families of a group that are weighed together."""
_SHOWN_MARKERS = 5
_NAMED = 0.01
"""Posterior from which an alternative is named in the evidence."""


@dataclass(frozen=True)
class QualitySettings:
    """What is asked for.

    Attributes
    ----------
    flag
        A family is flagged where the alternatives together have at least this posterior probability.
    theta
        FST.
    priors
        Kind to its prior probability in one family.
    """

    flag: float = 0.9
    theta: float = 0.0
    priors: dict[Kind, float] = field(default_factory=lambda: dict(PRIORS))


@dataclass(frozen=True)
class Evidence:
    """One alternative that fits a family.

    Attributes
    ----------
    people, samples
        Names of those whom it is about.
    log10_lr
        Alternative against declaration.
    posterior
        Among the declaration and all alternatives.
    markers
        The markers that speak most for it, with their log10 LR.
    """

    kind: Kind
    people: tuple[str, ...]
    samples: tuple[str, ...]
    log10_lr: float
    posterior: float
    markers: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class CheckedItem:
    """A direct reference against the relatives: log10 LR that it is the person's, against anybody's."""

    family: str
    item: str
    person: str
    log10_lr: float


@dataclass(frozen=True)
class CheckedFamily:
    """What came of one family; all but the first three is for the laboratory alone.

    Attributes
    ----------
    checkable
        Whether its samples can say anything about its declaration.
    flagged
        Whether the samples do not fit the declaration.
    fits
        Posterior probability of the declaration; 1 where nothing could be checked.
    evidence
        Alternatives from the most probable down, of a flagged family.
    items
        Direct references of the family.
    problem
        Why it could not be checked exactly, if so.
    """

    family: str
    checkable: bool
    flagged: bool
    fits: float
    evidence: tuple[Evidence, ...] = ()
    items: tuple[CheckedItem, ...] = ()
    problem: InputProblem | None = None


def check_families(
    groups: Sequence[FamilyGroup],
    panel: Panel,
    settings: QualitySettings | None = None,
    *,
    progress: Callable[[int], object] = int,
) -> tuple[CheckedFamily, ...]:
    """Weigh every family's declared pedigree against its alternatives.

    X markers are not used: a swap between the sexes would change what their calls mean.

    Parameters
    ----------
    progress
        Called with the number of families done, again and again.

    Returns
    -------
    One for each family, in the order of the identifiers.

    Raises
    ------
    InputProblems
        For settings out of range.
    """
    settings = settings or QualitySettings()
    _check(settings)
    for first in (Role.RELATIVE, Role.ITEM):
        require(Act.KINSHIP, first, Role.RELATIVE, Scope.OWN_FAMILY)
    found: list[CheckedFamily] = []
    for group in groups:
        others = alternatives(group.pedigree, group.samples)
        for start in range(0, len(group.families), AT_ONCE):
            part = _some(group, slice(start, start + AT_ONCE))
            found += _checked(_without_x(part, panel), others, panel, settings)
            progress(len(part.families))
    return tuple(sorted(found, key=lambda f: f.family))


def _check(settings: QualitySettings) -> None:
    problems = []
    if not 0 <= settings.theta < 1:
        problems.append(InputProblem("fst.range", field="theta", params={"value": settings.theta}))
    if not 0 < settings.flag < 1:
        problems.append(InputProblem("quality.flag-range", field="flag", params={"value": settings.flag}))
    if min(settings.priors.values()) <= 0 or sum(settings.priors.values()) >= 1:
        problems.append(InputProblem("quality.priors", field="priors"))
    if problems:
        raise InputProblems(problems)


def _some(group: FamilyGroup, part: slice) -> FamilyGroup:
    return FamilyGroup(
        group.pedigree, group.samples, group.families[part], group.persons[part], group.names[part],
        group.seen[part],
    )  # fmt: skip


def _without_x(group: FamilyGroup, panel: Panel) -> FamilyGroup:
    if not group.samples or not panel.on_x.any():
        return group
    seen = np.where(panel.on_x[None, :, None], NOTHING_SEEN, group.seen)
    return FamilyGroup(
        group.pedigree, group.samples, group.families, group.persons, group.names, seen.astype(np.int32)
    )


def _checked(
    group: FamilyGroup, others: Sequence[Alternative], panel: Panel, settings: QualitySettings
) -> list[CheckedFamily]:
    if not others:
        return [CheckedFamily(f, checkable=False, flagged=False, fits=1.0) for f in group.families]
    try:
        weighing = Weighing(group, panel, settings.theta)
        declared = weighing.loglik(group.pedigree, [str(s.bearer) for s in group.samples])
        ratios = np.stack([weighing.loglik(o.pedigree, o.bearers) - declared for o in others])
    except InputProblems as refused:
        problem = refused.problems[0]
        return [
            CheckedFamily(f, checkable=False, flagged=False, fits=1.0, problem=problem)
            for f in group.families
        ]
    log_lr = ratios.sum(axis=2)
    log_prior = _log_priors(others, settings)
    log_posterior = log_prior[:, None] + log_lr
    # The declaration has what no kind that applies here takes.
    taken = sum(settings.priors[k] for k in {o.kind for o in others})
    whole = np.logaddexp.reduce(np.vstack([log_posterior, np.full(log_lr.shape[1], np.log1p(-taken))]))
    posterior = np.exp(log_posterior - whole)
    fits = np.exp(np.log1p(-taken) - whole)
    found = []
    for f, family in enumerate(group.families):
        flagged = bool(1 - fits[f] >= settings.flag)
        evidence = _evidence(group, others, panel, ratios[:, f], posterior[:, f], f) if flagged else ()
        items = _items(group, others, log_lr[:, f], f)
        found.append(CheckedFamily(family, True, flagged, float(fits[f]), evidence, items))
    return found


def _log_priors(others: Sequence[Alternative], settings: QualitySettings) -> Floats:
    kinds = [o.kind for o in others]
    return np.log([settings.priors[k] / kinds.count(k) for k in kinds])


def _evidence(
    group: FamilyGroup, others: Sequence[Alternative], panel: Panel, ratios: Floats, posterior: Floats, f: int
) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    for o in np.argsort(-posterior, kind="stable").tolist():
        if posterior[o] < _NAMED and found:
            break
        one, by_marker = others[o], ratios[o] / LN10
        most = np.argsort(-by_marker, kind="stable")[:_SHOWN_MARKERS].tolist()
        found.append(
            Evidence(
                one.kind,
                tuple(group.persons[f][p] for p in one.people),
                tuple(group.names[f][s] for s in one.samples),
                float(by_marker.sum()),
                float(posterior[o]),
                tuple((panel.markers[m].name, float(by_marker[m])) for m in most if by_marker[m] > 0),
            )
        )
    return tuple(found)


def _items(
    group: FamilyGroup, others: Sequence[Alternative], log_lr: Floats, f: int
) -> tuple[CheckedItem, ...]:
    return tuple(
        CheckedItem(
            group.families[f],
            group.names[f][one.samples[0]],
            group.persons[f][one.people[0]],
            -float(log_lr[o]) / LN10,
        )
        for o, one in enumerate(others)
        if one.kind == Kind.ITEM
    )
