"""Writing what recovery records: every write of this station."""

from amana.casework.recovery.services.batches import import_list, look_at_list, withdraw_batch
from amana.casework.recovery.services.belongings import (
    add_effects,
    add_photos,
    associate,
    undo_association,
    withdraw_effect,
    withdraw_photo,
)
from amana.casework.recovery.services.describing import describe_unit, fill_form, record_with_form
from amana.casework.recovery.services.irregular import answer_irregularity
from amana.casework.recovery.services.missions import (
    NewMember,
    NewMission,
    add_members,
    add_mission,
    add_missions,
    brief_team,
    change_mission,
    member_left,
)
from amana.casework.recovery.services.receiving import mark_received
from amana.casework.recovery.services.releasing import (
    cancel_mission,
    end_mission,
    recall_mission,
    release_many,
    release_mission,
    start_mission,
)
from amana.casework.recovery.services.scene import Filled, record_step, record_steps
from amana.casework.recovery.services.surrender import (
    NewSurrender,
    change_surrender,
    take_surrender,
    take_surrenders,
)
from amana.casework.recovery.services.units import (
    CHANGEABLE,
    NewUnit,
    change_unit,
    record_lying,
    record_unit,
    record_units,
    split_unit,
)

__all__ = [
    "CHANGEABLE",
    "Filled",
    "NewMember",
    "NewMission",
    "NewSurrender",
    "NewUnit",
    "add_effects",
    "add_members",
    "add_mission",
    "add_missions",
    "add_photos",
    "answer_irregularity",
    "associate",
    "brief_team",
    "cancel_mission",
    "change_mission",
    "change_surrender",
    "change_unit",
    "describe_unit",
    "end_mission",
    "fill_form",
    "import_list",
    "look_at_list",
    "mark_received",
    "member_left",
    "recall_mission",
    "record_lying",
    "record_step",
    "record_steps",
    "record_unit",
    "record_units",
    "record_with_form",
    "release_many",
    "release_mission",
    "split_unit",
    "start_mission",
    "take_surrender",
    "take_surrenders",
    "undo_association",
    "withdraw_batch",
    "withdraw_effect",
    "withdraw_photo",
]
