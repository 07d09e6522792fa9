"""Family quality: whether the samples of a family fit the relations that were declared."""

from amana.kinship.quality.alternatives import PRIORS, Alternative, Kind, alternatives
from amana.kinship.quality.checking import (
    CheckedFamily,
    CheckedItem,
    Evidence,
    QualitySettings,
    check_families,
)
from amana.kinship.quality.families import DirectItem, FamilyGroup, Sample, groups_of

__all__ = [
    "PRIORS",
    "Alternative",
    "CheckedFamily",
    "CheckedItem",
    "DirectItem",
    "Evidence",
    "FamilyGroup",
    "Kind",
    "QualitySettings",
    "Sample",
    "alternatives",
    "check_families",
    "groups_of",
]
