"""Sites as the pages show them."""

from amana.casework.sites.showing.answers import answer, steps
from amana.casework.sites.showing.counts import counts_shown, tally_shown
from amana.casework.sites.showing.path import path, state_of
from amana.casework.sites.showing.sections import sections
from amana.casework.sites.showing.sizes import sizes

__all__ = ["answer", "counts_shown", "path", "sections", "sizes", "state_of", "steps", "tally_shown"]
