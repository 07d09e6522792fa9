"""Screening: every remains against every missing person of every family, exactly."""

from amana.kinship.screening.hits import Hits, hits_of, largest_difference
from amana.kinship.screening.register import Group, Register, Remains
from amana.kinship.screening.screen import Part, Screening, Settings, merge

__all__ = [
    "Group",
    "Hits",
    "Part",
    "Register",
    "Remains",
    "Screening",
    "Settings",
    "hits_of",
    "largest_difference",
    "merge",
]
