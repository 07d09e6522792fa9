"""Documents and pictures of the field: what is printed, carried, signed and stuck on where remains are found.

Labels, the form for one body, the report of a scene, the list of a hand-over; and two pictures, who answered
for a unit and how many were counted.  Plain data in, PDF bytes or SVG text out, in English and Arabic.  What
is not recorded is said, never left blank, except where a line is for a pen.
"""

from amana.reporting.field.counts import CountClaim, count_table
from amana.reporting.field.counts_svg import count_history_svg
from amana.reporting.field.custody import CustodyEvent, CustodyKind, custody_table
from amana.reporting.field.custody_svg import custody_timeline_svg
from amana.reporting.field.dead_body import (
    Field,
    Option,
    Section,
    Sections,
    check_answers,
    dead_body_fields,
)
from amana.reporting.field.dead_body_form import DeadBodyForm, dead_body_form_pdf
from amana.reporting.field.drawing import NARROW, WIDE
from amana.reporting.field.labels import Label, labels_pdf
from amana.reporting.field.qr import qr_svg
from amana.reporting.field.scene import (
    Attendance,
    Hazard,
    RecoveredUnit,
    SceneCount,
    ScenePhoto,
    ScenePlan,
    SceneReport,
    SearchedArea,
    Signer,
    Step,
)
from amana.reporting.field.scene_report import scene_report_pdf
from amana.reporting.field.sheet import Imprint
from amana.reporting.field.transfer import Party, Transfer, TransferItem, transfer_pdf
from amana.reporting.field.words import Words

__all__ = [
    "NARROW",
    "WIDE",
    "Attendance",
    "CountClaim",
    "CustodyEvent",
    "CustodyKind",
    "DeadBodyForm",
    "Field",
    "Hazard",
    "Imprint",
    "Label",
    "Option",
    "Party",
    "RecoveredUnit",
    "SceneCount",
    "ScenePhoto",
    "ScenePlan",
    "SceneReport",
    "SearchedArea",
    "Section",
    "Sections",
    "Signer",
    "Step",
    "Transfer",
    "TransferItem",
    "Words",
    "check_answers",
    "count_history_svg",
    "count_table",
    "custody_table",
    "custody_timeline_svg",
    "dead_body_fields",
    "dead_body_form_pdf",
    "labels_pdf",
    "qr_svg",
    "scene_report_pdf",
    "transfer_pdf",
]
