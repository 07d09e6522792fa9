"""Every write of identification: asking for a run, recording what it says, signing and what follows."""

from amana.casework.identification.services.deciding import exclude, propose, take_back_exclusion
from amana.casework.identification.services.runs import ask_run, record_result
from amana.casework.identification.services.signing import (
    sign_comparison,
    sign_on_paper,
    withdraw_signature,
)

__all__ = [
    "ask_run",
    "exclude",
    "propose",
    "record_result",
    "sign_comparison",
    "sign_on_paper",
    "take_back_exclusion",
    "withdraw_signature",
]
