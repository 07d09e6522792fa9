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
    Settings,
    Weighing,
)

__all__ = [
    "NONE",
    "Assignment",
    "Case",
    "Conclusion",
    "Family",
    "FamilyQuality",
    "Finding",
    "Identification",
    "PosteriorView",
    "Settings",
    "Victim",
    "Weighing",
    "identify",
]
