"""Units that reached somebody who did not recover them: custody says so, this station writes it."""

from __future__ import annotations

from collections.abc import Sequence

from amana.casework.audit.writing import Log
from amana.casework.recovery.models import Unit


def mark_received(log: Log, units: Sequence[Unit]) -> None:
    """Mark units that another office has accepted as received.

    Inside the transaction of the acceptance, which has locked them and asked for the permission.

    Parameters
    ----------
    units
        Locked, in the state `recorded`.
    """
    for unit in units:
        unit.state = Unit.State.RECEIVED
        unit.revision += 1
    log.save_changed(units, ["state", "revision"], "recovery.unit.received")
