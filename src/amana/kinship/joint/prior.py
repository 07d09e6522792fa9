"""Prior probabilities of assignments.

The prior is fixed before any likelihood ratio is shown.  In an *open* incident each victim is,
independently, one of the listed missing persons with probability ``on_list``, and then each eligible one
alike; the one-to-one rule is imposed by leaving out assignments that use a person twice and renormalising.
If the true list is t times longer than the one at hand, the listed persons share 1/t of ``on_list``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from amana.kinship.joint.assignments import Weights
from amana.kinship.joint.result import Settings
from amana.problems import InputProblem, InputProblems

MANIFEST_LOG_ODDS = 1e4
"""Log prior odds that a victim is one of a reliable manifest's persons: certain beyond any likelihood ratio,
and small enough that logarithms keep ten digits."""


def check(settings: Settings) -> None:
    """Raise :class:`InputProblems` unless every setting is within its range."""
    problems = []
    if settings.prior == "open" and not (settings.on_list is not None and 0 < settings.on_list < 1):
        problems.append(
            InputProblem("identify.prior-range", field="prior", params={"value": settings.on_list})
        )
    if settings.prior == "manifest" and not settings.manifest:
        problems.append(InputProblem("identify.manifest-unnamed", field="manifest"))
    if settings.prior not in ("open", "flat", "manifest"):
        problems.append(InputProblem("identify.prior-range", field="prior", params={"value": settings.prior}))
    if not 0 <= settings.theta < 1:
        problems.append(InputProblem("fst.range", field="theta", params={"value": settings.theta}))
    if not settings.lr_threshold > 1:
        problems.append(
            InputProblem(
                "identify.lr-threshold", field="lr-threshold", params={"value": settings.lr_threshold}
            )
        )
    if not 0.5 <= settings.posterior_threshold < 1:
        problems.append(
            InputProblem(
                "identify.posterior-threshold",
                field="posterior-threshold",
                params={"value": settings.posterior_threshold},
            )
        )
    if problems:
        raise InputProblems(problems)


def alike(n_victims: int) -> Weights:
    """All assignments weighed alike."""
    return Weights(np.zeros(n_victims))


def prior_weights(
    victims: Sequence[str], eligible: Mapping[str, Sequence[str]], settings: Settings, times_missing: int = 1
) -> Weights:
    """Log prior weight of each victim being some listed person against being none of them.

    With m eligible persons, p = on_list and t = times_missing the odds are (p / (t m)) : (1 − p / t).
    ``flat`` weighs all assignments alike; ``manifest`` also, among those that place every victim, so far as
    that can be.
    """
    if settings.prior == "flat":
        return alike(len(victims))
    if settings.prior == "manifest":
        return Weights(np.full(len(victims), MANIFEST_LOG_ODDS))
    assert settings.on_list is not None
    listed = settings.on_list / times_missing
    count = np.array([max(1, len(eligible[v])) for v in victims], dtype=float)
    return Weights(np.log(listed / count / (1 - listed)))
