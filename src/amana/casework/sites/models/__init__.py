"""Tables of sites."""

from amana.casework.sites.models.access import Access, Authorisation
from amana.casework.sites.models.findings import Search, Tally
from amana.casework.sites.models.hazard import Clearance, Waiver
from amana.casework.sites.models.parts import Dismissal, SitePart, Stage
from amana.casework.sites.models.places import Deposition, Site
from amana.casework.sites.models.spots import Spot
from amana.casework.sites.models.watching import Tampering, Watch

__all__ = [
    "Access",
    "Authorisation",
    "Clearance",
    "Deposition",
    "Dismissal",
    "Search",
    "Site",
    "SitePart",
    "Spot",
    "Stage",
    "Tally",
    "Tampering",
    "Waiver",
    "Watch",
]
