"""Writing custody.  What happens to a thing is an event, written with the thing's one row under its lock."""

from amana.casework.custody.services.accepting import (
    Acceptance,
    Extra,
    Finding,
    Reading,
    accept,
    accept_many,
)
from amana.casework.custody.services.discrepancies import Decision, answer, close, reopen, report
from amana.casework.custody.services.items import (
    Taking,
    found_again,
    item_for,
    move,
    move_many,
    open_seal,
    report_missing,
    seal,
    take_into_custody,
    take_many,
)
from amana.casework.custody.services.offers import Offer, offer, offer_many, withdraw_offer
from amana.casework.custody.services.paper import (
    PICTURES,
    Paper,
    add_picture,
    confirm_paper,
    contradict_paper,
    enter_paper,
)
from amana.casework.custody.services.places import add_carrier, add_store, change_store, close_store
from amana.casework.custody.services.splitting import nothing_left, withdraw

__all__ = [
    "PICTURES",
    "Acceptance",
    "Decision",
    "Extra",
    "Finding",
    "Offer",
    "Paper",
    "Reading",
    "Taking",
    "accept",
    "accept_many",
    "add_carrier",
    "add_picture",
    "add_store",
    "answer",
    "change_store",
    "close",
    "close_store",
    "confirm_paper",
    "contradict_paper",
    "enter_paper",
    "found_again",
    "item_for",
    "move",
    "move_many",
    "nothing_left",
    "offer",
    "offer_many",
    "open_seal",
    "reopen",
    "report",
    "report_missing",
    "seal",
    "take_into_custody",
    "take_many",
    "withdraw",
    "withdraw_offer",
]
