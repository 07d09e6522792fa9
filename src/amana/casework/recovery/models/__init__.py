"""Tables of recovery."""

from amana.casework.recovery.models.missions import Member, Mission, SceneStep
from amana.casework.recovery.models.origin import Batch, Irregularity, Surrender
from amana.casework.recovery.models.parts import Effect, Hint, Photo
from amana.casework.recovery.models.units import Association, Lying, Unit

__all__ = [
    "Association",
    "Batch",
    "Effect",
    "Hint",
    "Irregularity",
    "Lying",
    "Member",
    "Mission",
    "Photo",
    "SceneStep",
    "Surrender",
    "Unit",
]
