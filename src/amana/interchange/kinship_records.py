"""What a kinship case holds, whichever file it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from amana.kinship.markers import Marker
from amana.kinship.pedigree import Pedigree
from amana.kinship.profiles import Profile
from amana.problems import InputProblem


@dataclass(frozen=True)
class Hypothesis:
    """Who descends from whom, and whose profiles are known.  Unrelated components stand in one pedigree."""

    pedigree: Pedigree
    profiles: Mapping[str, Profile]


@dataclass(frozen=True)
class Expected:
    """Reference results of one hypothesis: natural logarithms, one per marker (linked markers: one for both).

    ``familias_lik`` are likelihoods, not logarithms.  Anything may be absent.
    """

    loglik: tuple[float, ...] | None = None
    loglik_total: float | None = None
    familias_lik: tuple[float, ...] | None = None


@dataclass(frozen=True)
class KinshipCase:
    """One case of a file.

    ``recombination`` None: markers are independent; otherwise the rate between two linked markers.
    """

    id: str
    title: str
    markers: tuple[Marker, ...]
    theta: float
    recombination: float | None
    hypotheses: Mapping[str, Hypothesis]
    expected: Mapping[str, Expected] = field(default_factory=dict)
    warnings: Sequence[InputProblem] = ()
