"""Screening: every remains against every missing person of every family, exactly."""

from amana.kinship.screening.hits import Hits, hits_of, largest_difference
from amana.kinship.screening.lookup import best_of, log_lr, search
from amana.kinship.screening.prepared import Prepared, PreparedMarker
from amana.kinship.screening.preparing import on_panel, prepare
from amana.kinship.screening.register import Group, Register, Remains
from amana.kinship.screening.screen import Part, Screening, Settings, merge

__all__ = [
    "Group",
    "Hits",
    "Part",
    "Prepared",
    "PreparedMarker",
    "Register",
    "Remains",
    "Screening",
    "Settings",
    "best_of",
    "hits_of",
    "largest_difference",
    "log_lr",
    "merge",
    "on_panel",
    "prepare",
    "search",
]
