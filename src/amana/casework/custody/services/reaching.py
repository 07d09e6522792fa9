"""What custody's acceptance means for other stations: a unit reaches the mortuary, a sample its laboratory.

The unit is `received` when an office other than the one that recovered it accepts it for the first time; the
sample when its laboratory does.  Both are written by their own station, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from amana.casework.audit.writing import Log
from amana.casework.custody.models import Item
from amana.casework.custody.services import things as kept
from amana.casework.laboratory.models import Sample
from amana.casework.recovery.models import Unit


@dataclass(frozen=True)
class Reach:
    """Rows that may be received by this act, locked, by key."""

    units: Mapping[Any, Unit]
    samples: Mapping[Any, Sample]


def reaching(office: Any, items: Sequence[Item]) -> Reach:
    """Lock what acceptance by an office may change, before anything of custody: that is the order everywhere.

    Parameters
    ----------
    office
        Key of the office that accepts.
    """
    units = Unit._base_manager.filter(state=Unit.State.RECORDED).exclude(office=office).order_by()
    samples = Sample._base_manager.filter(state=Sample.State.TAKEN, office=office).order_by()
    return Reach(
        kept.locked(units, [i.unit_id for i in items if i.unit_id]),
        kept.locked(samples, [i.sample_id for i in items if i.sample_id]),
    )


def reached(log: Log, reach: Reach, accepted: Sequence[Item]) -> None:
    """Have what was accepted received by its own station."""
    from amana.casework.laboratory.services import mark_received as receive_samples
    from amana.casework.recovery.services import mark_received as receive_units

    receive_units(log, [reach.units[i.unit_id] for i in accepted if i.unit_id in reach.units])
    receive_samples(log, [reach.samples[i.sample_id] for i in accepted if i.sample_id in reach.samples])
