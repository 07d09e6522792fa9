"""Whether profiles came from where they are said to: handlers, neighbours in the laboratory, blanks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from amana.kinship.direct.samepair import same_person
from amana.kinship.panel import NOTHING_SEEN, Panel
from amana.kinship.profiles import Profile, Role
from amana.kinship.purpose import Act, Scope, require, require_role
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]

Unit = Literal["plate", "batch", "bag"]
UNITS: tuple[Unit, ...] = ("plate", "batch", "bag")
WITH_BLANKS: tuple[Unit, ...] = ("plate", "batch")
"""Units that need a blank: a bag has none."""
FAILURE = 1e-3
"""Probability that a marker of one of two profiles is not the donor's: a call mistyped, one allele added.
Assumed.  Without it one odd marker would hide a contamination."""
LN10 = float(np.log(10.0))
_AT_ONCE = 200_000  # pairs


@dataclass(frozen=True)
class Typed:
    """One sample as it went through the laboratory; ``profile.role`` says what it is of.

    Attributes
    ----------
    source
        What or whom it was taken from; two samples of one source should match.
    plate, batch, bag
        What it shared with other samples; empty where nothing is known.
    """

    profile: Profile
    source: str = ""
    plate: str = ""
    batch: str = ""
    bag: str = ""


@dataclass(frozen=True)
class Handler:
    """Somebody whose DNA may be on samples, and who agreed to be compared for this alone.

    Attributes
    ----------
    group
        Laboratory, rescuer, porter, mortuary, family who dug, in any words.
    source
        Whose reference sample is theirs too: a member of a family who dug, for one.
    """

    profile: Profile
    group: str
    source: str = ""


@dataclass(frozen=True)
class ContaminationSettings:
    """``min_log10_lr``: a pair of at least this is a match; FST; markers that a comparison needs."""

    min_log10_lr: float = 6.0
    theta: float = 0.01
    min_markers: int = 5


@dataclass(frozen=True)
class Match:
    """Two samples that may hold one person's DNA.

    Attributes
    ----------
    first, second
        The sample, and the other sample or the handler.
    group
        Of the handler; empty for another sample.
    shared
        Unit and name of what the two samples shared.
    log10_lr
        One person against two unrelated ones.
    compared, different
        Markers typed in both, and those of them at which no genotype shows both.
    """

    first: str
    second: str
    group: str
    shared: tuple[tuple[Unit, str], ...]
    log10_lr: float
    compared: int
    different: int


@dataclass(frozen=True)
class BlankFault:
    """A plate or batch whose work is not covered by a clean blank.

    Attributes
    ----------
    blanks
        Its blanks that showed alleles; none where it has no blank at all.
    samples
        How many samples went through it.
    """

    unit: Unit
    name: str
    blanks: tuple[str, ...]
    samples: int


@dataclass(frozen=True)
class Contamination:
    """What was found.

    Attributes
    ----------
    matches
        The strongest first.  Each stands as contamination until shown otherwise.
    blanks
        Plates and batches without a clean blank.
    compared
        Pairs of samples that were compared, with handlers and among neighbours.
    too_few
        Samples with fewer markers than a comparison needs.
    """

    matches: tuple[Match, ...]
    blanks: tuple[BlankFault, ...]
    compared: tuple[int, int]
    too_few: tuple[str, ...]


def check_contamination(
    samples: Sequence[Typed],
    handlers: Sequence[Handler],
    panel: Panel,
    settings: ContaminationSettings | None = None,
) -> Contamination:
    """Compare every sample with every handler, and with what shared a plate, a batch or a bag with it.

    Raises
    ------
    InputProblems
        For settings out of range, a sample without a role, a handler's profile that is of something else by
        its own word, faults of profiles, and a comparison that is not allowed.
    """
    settings = settings or ContaminationSettings()
    _check(samples, settings)
    require_role(Role.ELIMINATION, (h.profile for h in handlers))
    seen, of_handlers = _encoded([s.profile for s in samples], [h.profile for h in handlers], panel)
    enough = (seen != NOTHING_SEEN).sum(axis=1) >= settings.min_markers
    roles = [s.profile.role or Role.REMAINS for s in samples]
    for role in set(roles) if handlers else ():
        require(Act.CONTAMINATION, Role.ELIMINATION, role)
    matches: list[Match] = []
    n_handled = 0
    usable = np.flatnonzero(enough)
    for h, handler in enumerate(handlers):
        others = [i for i in usable.tolist() if not handler.source or samples[i].source != handler.source]
        those = np.array(others, dtype=np.int64)
        n_handled += len(those)
        found = _matches(panel, seen[those], np.broadcast_to(of_handlers[h], seen[those].shape), settings)
        for i, lr, compared, different in found:
            one = samples[those[i]].profile.sample
            matches.append(Match(one, handler.profile.sample, handler.group, (), lr, compared, different))
    neighbours = _neighbours(samples, enough)
    for a, b in {(roles[i], roles[j]) for i, j in neighbours}:
        require(Act.CONTAMINATION, a, b, Scope.SHARED)
    order = list(neighbours)
    for start in range(0, len(order), _AT_ONCE):
        pairs = np.array(order[start : start + _AT_ONCE], dtype=np.int64)
        for p, lr, compared, different in _matches(panel, seen[pairs[:, 0]], seen[pairs[:, 1]], settings):
            i, j = order[start + p]
            names = samples[i].profile.sample, samples[j].profile.sample
            matches.append(Match(*names, "", neighbours[i, j], lr, compared, different))
    matches.sort(key=lambda m: (-m.log10_lr, m.first, m.second))
    too_few = tuple(
        s.profile.sample
        for s, role, good in zip(samples, roles, enough, strict=True)
        if not good and role != Role.BLANK
    )
    return Contamination(
        tuple(matches), tuple(_blanks(samples, seen)), (n_handled, len(order)), tuple(sorted(too_few))
    )


def _check(samples: Sequence[Typed], settings: ContaminationSettings) -> None:
    problems = []
    if not 0 <= settings.theta < 1:
        problems.append(InputProblem("fst.range", field="theta", params={"value": settings.theta}))
    if settings.min_markers < 1:
        problems.append(InputProblem("contamination.min-markers", params={"value": settings.min_markers}))
    problems += [
        InputProblem("contamination.no-role", params={"sample": s.profile.sample})
        for s in samples
        if s.profile.role in (None, Role.ELIMINATION)
    ]
    if problems:
        raise InputProblems(problems)


def _encoded(first: Sequence[Profile], second: Sequence[Profile], panel: Panel) -> tuple[Ints, Ints]:
    """Observation numbers, shapes (n, n_markers); X markers are left out, whoever the people are."""
    rows: list[Ints] = []
    problems: list[InputProblem] = []
    for profile in (*first, *second):
        try:
            rows.append(np.where(panel.on_x, NOTHING_SEEN, panel.encode(profile, "F")))
        except InputProblems as faults:
            problems.extend(faults.problems)
    if problems:
        raise InputProblems(problems)
    seen = np.array(rows, dtype=np.int64).reshape(len(first) + len(second), len(panel.markers))
    return seen[: len(first)], seen[len(first) :]


def _matches(
    panel: Panel, first: Ints, second: Ints, settings: ContaminationSettings
) -> Iterator[tuple[int, float, int, int]]:
    """Number, log10 LR, markers compared and different of each pair that matches."""
    both = (first != NOTHING_SEEN) & (second != NOTHING_SEEN)
    by_marker = same_person(panel, first, second, settings.theta)
    failed = np.logaddexp(np.log1p(-FAILURE) + by_marker, np.log(FAILURE))
    total = np.where(both, failed, 0.0).sum(axis=1) / LN10
    compared = both.sum(axis=1)
    good = (total >= settings.min_log10_lr) & (compared >= settings.min_markers)
    for i in np.flatnonzero(good).tolist():
        yield i, float(total[i]), int(compared[i]), int(np.isneginf(by_marker[i]).sum())


def _neighbours(
    samples: Sequence[Typed], enough: NDArray[np.bool_]
) -> dict[tuple[int, int], tuple[tuple[Unit, str], ...]]:
    """Pairs of samples of different sources that shared something, and what."""
    found: dict[tuple[int, int], tuple[tuple[Unit, str], ...]] = {}
    for unit in UNITS:
        together: dict[str, list[int]] = {}
        for i, sample in enumerate(samples):
            if (name := getattr(sample, unit)) and enough[i]:
                together.setdefault(name, []).append(i)
        for name, members in together.items():
            for i, j in combinations(members, 2):
                if not samples[i].source or samples[i].source != samples[j].source:
                    found[i, j] = (*found.get((i, j), ()), (unit, name))
    return found


def _blanks(samples: Sequence[Typed], seen: Ints) -> Iterator[BlankFault]:
    """A unit passes if it has a blank and every blank in it shows nothing."""
    for unit in WITH_BLANKS:
        together: dict[str, list[int]] = {}
        for i, sample in enumerate(samples):
            if name := getattr(sample, unit):
                together.setdefault(name, []).append(i)
        for name, members in sorted(together.items()):
            blanks = [i for i in members if samples[i].profile.role == Role.BLANK]
            dirty = [i for i in blanks if (seen[i] != NOTHING_SEEN).any()]
            if dirty or not blanks:
                names = tuple(sorted(samples[i].profile.sample for i in dirty))
                yield BlankFault(unit, name, names, len(members) - len(blanks))
