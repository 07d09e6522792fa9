"""Joint identification: which victims DNA supports to be which missing persons, all at once."""

from amana.kinship.joint.case import Case, Family, Victim
from amana.kinship.joint.identify import identify
from amana.kinship.joint.result import (
    NONE,
    Assignment,
    Conclusion,
    FamilyQuality,
    Finding,
    Identification,
    PosteriorView,
    Sampling,
    Settings,
    Weighing,
)
from amana.kinship.joint.updating import Moved, Solved, Updated, solve, update

__all__ = [
    "NONE",
    "Assignment",
    "Case",
    "Conclusion",
    "Family",
    "FamilyQuality",
    "Finding",
    "Identification",
    "Moved",
    "PosteriorView",
    "Sampling",
    "Settings",
    "Solved",
    "Updated",
    "Victim",
    "Weighing",
    "identify",
    "solve",
    "update",
]
