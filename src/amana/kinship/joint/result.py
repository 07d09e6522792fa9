"""What an identification says, as plain data: the command line, the reports and the pages all read this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["reaches_threshold", "supports", "inconclusive", "evidence_against"]
NONE = "none"
"""Key of "none of the listed missing persons" in a posterior."""


@dataclass(frozen=True)
class Finding:
    """Something the reader must know.  Rendered from the catalogue of :mod:`amana.problems` by its code."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """What was fixed before any likelihood ratio was shown.

    ``on_list`` is the prior probability that a victim is on the list of the missing; None with ``prior``
    "flat" (uniform over assignments) or "manifest" (every victim is on the list).
    """

    prior: Literal["open", "flat", "manifest"] = "open"
    on_list: float | None = 0.5
    manifest: str | None = None
    theta: float = 0.0
    lr_threshold: float = 10_000.0
    posterior_threshold: float = 0.9999


@dataclass(frozen=True)
class Assignment:
    """One way of pairing victims with missing persons; None: not one of those listed.

    ``loglik`` is None under FST, where families are urns of their own.  ``sampled``: the posterior rests on
    draws, of which it is a share.
    """

    pairs: Mapping[str, str | None]
    loglik: float | None
    log10_lr_vs_null: float
    posterior: float
    sampled: bool = False


@dataclass(frozen=True)
class PosteriorView:
    """Posterior per victim over missing persons and :data:`NONE` under one prior.

    ``on_list`` as in :class:`Settings`; ``times_missing``: how many times longer the true list is than the
    one given.  ``sampled``: the victims whose figures rest on draws.
    """

    name: str
    on_list: float | None
    times_missing: int
    posterior: Mapping[str, Mapping[str, float]]
    sampled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sampling:
    """How a part of the case that is past exact reach was drawn.

    Attributes
    ----------
    prior
        ``main``, or the name of a :class:`PosteriorView`.
    victims, families
        Whom it is about.
    chains, draws, seed
        Parallel chains, draws kept of each, and the seed: the same case gives the same draws.
    r_hat, effective
        The worst split R-hat and the smallest effective sample size of all that was watched.
    error
        The largest standard error of a probability.
    converged
        Whether the chains agree within the customary limits.
    """

    prior: str
    victims: tuple[str, ...]
    families: tuple[str, ...]
    chains: int
    draws: int
    seed: int
    r_hat: float
    effective: float
    error: float
    converged: bool


@dataclass(frozen=True)
class Weighing:
    """The pair against one rival proposition, under one FST and one frequency table.

    ``rival``: ``unrelated``, ``full_sibling``, ``paternal_uncle_aunt``, ``maternal_uncle_aunt``,
    ``paternal_first_cousin`` or ``maternal_first_cousin`` of the missing person.
    ``log10_lr`` None where it was not computed; ``reason`` then says why.  With a value, ``reason`` says
    how it differs from the main model.
    """

    rival: str
    theta: float
    table: str
    log10_lr: float | None
    reason: Finding | None = None


@dataclass(frozen=True)
class Conclusion:
    """What DNA supports about one victim.

    Attributes
    ----------
    level
        See :mod:`amana.kinship.joint.support`.
    missing
        The best supported missing person; several where they cannot be told apart; empty if nobody.
    group
        The victims that share ``missing`` when order is unknown, this one included.
    log10_lr
        Likelihood ratio of victim against ``missing[0]`` alone, all else unidentified.  Decides nothing.
    log10_glr
        Joint generalised likelihood ratio: best assignment with the pair (or with the group paired
        in any order) against best without.
    posterior
        Of the pair, or of the group paired in any order, under the main prior.
    verbal
        Key of the verbal scale, from ``log10_glr``.
    alternative
        Who the victim is in the best assignment without the pair: a missing person or :data:`NONE`; None
        for a group.
    leans_on
        Other identifications (victim, missing) without which the result would fall below the level.
    by_marker
        Marker to log10 LR of the pair given the other identifications of the best assignment.  For the
        laboratory annex only.
    weighings
        Against unrelated and against close relatives, each FST and table.
    least_favourable
        The smallest of ``weighings``.
    against
        Missing persons for whom DNA is evidence against, under mutation, silent alleles, drop-out and each
        reference left out.
    sampled
        Whether the posterior was drawn, or the generalised LR found by a search that proves nothing.
    """

    victim: str
    level: Level
    missing: tuple[str, ...]
    family: str | None
    group: tuple[str, ...]
    log10_lr: float | None
    log10_glr: float | None
    posterior: float
    verbal: str
    alternative: str | None = None
    leans_on: Sequence[tuple[str, str]] = ()
    by_marker: Mapping[str, float] = field(default_factory=dict)
    weighings: Sequence[Weighing] = ()
    least_favourable: Weighing | None = None
    against: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    sampled: bool = False


@dataclass(frozen=True)
class FamilyQuality:
    """Whether a family's references fit the pedigree.

    ``inconsistent_markers`` have likelihood zero without mutation; ``suspects`` are the members whose
    removal resolves most of them, with the number of markers that remain inconsistent.
    """

    family: str
    inconsistent_markers: Sequence[str]
    suspects: Sequence[tuple[str, int]]
    consistent: bool


@dataclass(frozen=True)
class Identification:
    """Result of :func:`amana.kinship.joint.identify`.

    ``pairwise`` maps (victim, missing) to log10 LR for eligible pairs, -inf for impossible.
    ``generalised`` maps (victim, missing) to the log10 joint generalised LR.
    ``dropped_mass`` bounds the posterior probability that sound pruning left out.
    ``assignments`` are the best, in order; ``assignment_count`` is how many there are in all, impossible ones
    included; None where counting takes too long.  ``sampling``: what was drawn instead of summed; empty where
    everything is exact.
    """

    settings: Settings
    victims: Sequence[str]
    missing: Sequence[str]
    pairwise: Mapping[tuple[str, str], float]
    generalised: Mapping[tuple[str, str], float]
    assignments: Sequence[Assignment]
    assignment_count: int | None
    posterior: Mapping[str, Mapping[str, float]]
    views: Sequence[PosteriorView]
    conclusions: Sequence[Conclusion]
    families: Sequence[FamilyQuality]
    loglik_families: Mapping[str, Mapping[str, float]]
    loglik_victims: Mapping[str, Mapping[str, float]]
    dropped_mass: float = 0.0
    findings: Sequence[Finding] = ()
    sampling: Sequence[Sampling] = ()
