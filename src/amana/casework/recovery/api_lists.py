"""Old cards and lists, for programs: looked at, recorded as one batch, withdrawn whole."""
# Annotations stay objects: pagination resolves their names elsewhere.

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from ninja.pagination import paginate

from amana.casework.common.api import may
from amana.casework.common.faults import in_words
from amana.casework.incidents import queries as incidents
from amana.casework.recovery import queries_batches as queries
from amana.casework.recovery import services
from amana.casework.recovery.models import Batch
from amana.casework.recovery.services.batches import IMPORT
from amana.interchange.unit_rows import LARGEST
from amana.problems import InputProblem, InputProblems

router = Router(tags=["remains"])
VIEW = "recovery.view"


class ListProblemOut(Schema):
    """What is wrong in a file: at which row, in which column, and what to do."""

    code: str
    row: int | None
    field: str | None
    params: dict[str, str]
    text: str


class ProblemsOut(Schema):
    """Everything that is wrong; nothing was saved."""

    problems: list[ListProblemOut]


class LookOut(ProblemsOut):
    """What a file would add.  Nothing was saved; with a problem nothing can be."""

    rows: int
    warnings: list[ListProblemOut]


class BatchOut(Schema):
    """A list that was recorded as one batch."""

    number: str
    office: str
    incident: str
    file_name: str
    sha256: str
    rows: int
    about: str
    at: datetime
    withdrawn_at: datetime | None
    withdrawn_why: str

    @staticmethod
    def resolve_office(batch: Batch) -> str:
        """Code of the office that owns it."""
        return batch.office.code

    @staticmethod
    def resolve_incident(batch: Batch) -> str:
        """Number of its incident."""
        return batch.incident.number


class BatchDetail(BatchOut):
    """A batch with the numbers of its units."""

    units: list[str]

    @staticmethod
    def resolve_units(batch: Batch, context: Any) -> list[str]:
        """In their order."""
        return list(queries.units_of(context["request"].user, batch).values_list("number", flat=True))


class WithdrawIn(Schema):
    """Why it is withdrawn."""

    reason: str


@router.get("/lists", response=list[BatchOut])
@paginate
def lists(request: Any, incident: str = "") -> Any:
    """Lists that one sees, newest first."""
    rows = queries.batches(may(request, VIEW))
    if not incident.isprintable():
        return rows.none()
    return rows.filter(**({"incident__number": incident} if incident else {})).order_by("-number", "pk")


@router.get("/lists/{number}", response=BatchDetail)
def list_(request: Any, number: str) -> Any:
    """One list, with its units."""
    return queries.batch(may(request, VIEW), number)


@router.post("/incidents/{number}/lists/look", response=LookOut)
def look(request: Any, number: str, file: File[UploadedFile]) -> Any:
    """Look at a list (XLSX or CSV) without saving anything: every problem of every row."""
    user = may(request, IMPORT)
    incident = incidents.incident(user, number)
    found = services.look_at_list(user, incident, _content(file), file.name or "")
    return {
        "rows": len(found.rows), "problems": _told(found.problems), "warnings": _told(found.warnings),
    }  # fmt: skip


@router.post("/incidents/{number}/lists", response={201: BatchOut, 422: ProblemsOut})
def record(
    request: Any,
    number: str,
    file: File[UploadedFile],
    about: str = Form("", description="Where the list comes from."),
) -> Any:
    """Record every unit of a list as one batch, or none."""
    user = may(request, IMPORT)
    incident = incidents.incident(user, number)
    data = _content(file)
    try:
        return Status(201, services.import_list(user, incident, data, file.name or "", about))
    except InputProblems as found:
        return Status(422, {"problems": _told(found.problems)})


@router.post("/lists/{number}/withdraw", response=BatchOut)
def withdraw(request: Any, number: str, given: WithdrawIn) -> Any:
    """Withdraw a list whole.  Its units stay on record as withdrawn; no number is given again."""
    user = may(request, IMPORT)
    found = queries.batch(user, number)
    services.withdraw_batch(user, found, given.reason)
    return queries.batch(user, found.number)


def _content(file: UploadedFile) -> bytes:
    if (file.size or 0) > LARGEST:
        params = {"limit": LARGEST // 2**20}
        raise InputProblems([InputProblem("file.too-large", field="file", params=params)])
    return bytes(file.read())


def _told(problems: Sequence[InputProblem]) -> list[dict[str, Any]]:
    return [
        {
            "code": p.code, "row": p.row, "field": p.field, "text": in_words(p),
            "params": {k: str(v) for k, v in p.params.items()},
        }
        for p in problems
    ]  # fmt: skip
