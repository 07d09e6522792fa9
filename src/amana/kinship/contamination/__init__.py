"""Contamination: elimination profiles, neighbours on a plate, in a batch or a bag, and blanks."""

from amana.kinship.contamination.checking import (
    BlankFault,
    Contamination,
    ContaminationSettings,
    Handler,
    Match,
    Typed,
    check_contamination,
)

__all__ = [
    "BlankFault",
    "Contamination",
    "ContaminationSettings",
    "Handler",
    "Match",
    "Typed",
    "check_contamination",
]
