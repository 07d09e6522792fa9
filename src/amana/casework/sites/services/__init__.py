"""Writing sites and what is done at them."""

from amana.casework.sites.services.authorising import (
    attach_document,
    record_authorisation,
    record_entry,
    record_exit,
    withdraw_authorisation,
)
from amana.casework.sites.services.counting import add_tally
from amana.casework.sites.services.exchange import FORMATS, export_spots, import_spots, preview_spots
from amana.casework.sites.services.hazard import (
    agree_waiver,
    ask_waiver,
    record_clearance,
    reopen_hazard,
    request_clearance,
    revoke_waiver,
)
from amana.casework.sites.services.places import CHANGEABLE, add_site, add_sites, change_site
from amana.casework.sites.services.searching import record_search
from amana.casework.sites.services.spots import add_spot, add_spots, correct_spot, read_spots
from amana.casework.sites.services.states import (
    ask_dismissal,
    change_state,
    look_again,
    mission_started,
)
from amana.casework.sites.services.watching import (
    close_tampering,
    record_visit,
    report_tampering,
    set_watch,
)

__all__ = [
    "CHANGEABLE",
    "FORMATS",
    "add_site",
    "add_sites",
    "add_spot",
    "add_spots",
    "add_tally",
    "agree_waiver",
    "ask_dismissal",
    "ask_waiver",
    "attach_document",
    "change_site",
    "change_state",
    "close_tampering",
    "correct_spot",
    "export_spots",
    "import_spots",
    "look_again",
    "mission_started",
    "preview_spots",
    "read_spots",
    "record_authorisation",
    "record_clearance",
    "record_entry",
    "record_exit",
    "record_search",
    "record_visit",
    "reopen_hazard",
    "report_tampering",
    "request_clearance",
    "revoke_waiver",
    "set_watch",
    "withdraw_authorisation",
]
