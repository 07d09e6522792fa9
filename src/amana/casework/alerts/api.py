"""Alerts for programs: what waits, one alert, every act of the desk.

``seen`` is the ``revision`` that was read: an act on what changed meanwhile is refused.
"""

# Annotations stay objects: pagination resolves their names elsewhere, where AlertFilter is not known.

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from ninja.pagination import paginate

from amana.casework.alerts import queries
from amana.casework.alerts.api_data import (
    AdditionOut,
    AlertDetail,
    AlertFilter,
    AlertIn,
    AlertOut,
    AssignIn,
    CorrectIn,
    LaneOut,
    LikenessOut,
    LinkIn,
    Made,
    MergeIn,
    NewIn,
    OneSummary,
    OneTriage,
    ReasonIn,
    ReceivedOut,
    ReferIn,
    Seen,
    SummaryIn,
    TextIn,
    TriageIn,
    VerdictIn,
    WhyIn,
)
from amana.casework.alerts.api_public import router as public
from amana.casework.alerts.models import Addition, Alert, Likeness
from amana.casework.alerts.services import judging, likeness, linking, merging, opening, receiving, triage
from amana.casework.common.api import may
from amana.casework.incidents import queries as incidents
from amana.casework.sites import queries as sites
from amana.problems import InputProblem, InputProblems

router = Router(tags=["alerts"])
router.add_router("", public)
MOST_AT_ONCE = 500
"""Alerts of one request that acts on many."""


def _found(request: Any, number: str, permission: str) -> Alert:
    may(request, permission)
    return queries.alert(request.user, number)


@router.get("/alerts", response=list[AlertOut])
@paginate
def alerts(request: Any, where: AlertFilter = Query(...)) -> Any:  # noqa: B008
    """Alerts that one sees, the newest first."""
    user = may(request, "alerts.view")
    rows = queries.narrowed(queries.alerts(user), user, **where.dict())
    return rows.order_by("-received_at", "-pk")


@router.get("/alerts/board", response=list[LaneOut])
def board(request: Any) -> Any:
    """How many wait in each state, and how many of them are overdue."""
    may(request, "alerts.view")
    return queries.lanes(queries.waiting_rows(request.user), shown=0)


@router.post("/alerts", response={201: ReceivedOut})
def record(request: Any, given: AlertIn) -> Any:
    """Keep what somebody reported."""
    user = may(request, "alerts.record")
    alert, code = receiving.receive(by=user, **given.dict(exclude_none=True))
    return Status(201, {"alert": alert, "receipt": code})


@router.post("/alerts/acknowledge", response=list[AlertOut])
def acknowledge_many(request: Any, given: list[OneSummary]) -> Any:
    """Acknowledge many, all or none; at most 500 of one's office."""
    user = may(request, "alerts.record")
    named = _named(user, given)
    return triage.acknowledge_many(user, [(a, g.summary) for a, g in zip(named, given, strict=True)])


@router.post("/alerts/triage", response=list[AlertOut])
def triage_many(request: Any, given: list[OneTriage]) -> Any:
    """Triage many, all or none; at most 500 of one's office."""
    user = may(request, "alerts.triage")
    named = _named(user, given)
    pairs = zip(named, given, strict=True)
    return triage.triage_many(user, [(a, triage.Triage(**g.dict(exclude={"number"}))) for a, g in pairs])


def _named(user: Any, given: Sequence[OneSummary | OneTriage]) -> list[Alert]:
    if len(given) > MOST_AT_ONCE:
        params = {"given": len(given), "most": MOST_AT_ONCE}
        raise InputProblems([InputProblem("alerts.too-many-at-once", params=params)])
    numbers = {g.number for g in given if g.number.isprintable()}
    held = {a.number: a for a in queries.alerts(user).filter(number__in=numbers)}
    missing = [
        InputProblem("alerts.no-such-record", row=i, field="number", params={"number": g.number})
        for i, g in enumerate(given, 1)
        if g.number not in held
    ]
    if missing:
        raise InputProblems(missing)
    return [held[g.number] for g in given]


@router.get("/alerts/{number}", response=AlertDetail)
def alert(request: Any, number: str) -> Any:
    """One alert with what belongs to it."""
    return _found(request, number, "alerts.view")


@router.post("/alerts/{number}/acknowledge", response=AlertOut)
def acknowledge(request: Any, number: str, given: SummaryIn) -> Any:
    """Say in one sentence what it is, and have its like looked for."""
    return triage.acknowledge(
        request.user, _found(request, number, "alerts.record"), given.summary, seen=given.seen
    )


@router.post("/alerts/{number}/correct", response=AlertOut)
def correct(request: Any, number: str, given: CorrectIn) -> Any:
    """Say the sentence better."""
    found = _found(request, number, "alerts.record")
    return triage.correct_summary(request.user, found, given.summary, given.reason, seen=given.seen)


@router.post("/alerts/{number}/triage", response=AlertOut)
def triage_one(request: Any, number: str, given: TriageIn) -> Any:
    """Say how soon somebody must act."""
    found = _found(request, number, "alerts.triage")
    return triage.triage(request.user, found, triage.Triage(**given.dict(exclude={"seen"})), seen=given.seen)


@router.post("/alerts/{number}/assign", response=AlertOut)
def assign(request: Any, number: str, given: AssignIn) -> Any:
    """Give it to a person of the office."""
    found = _found(request, number, "alerts.triage")
    to = next((p for p in queries.takers(request.user) if p.username == given.to), None)
    if to is None:
        raise InputProblems([InputProblem("alerts.no-such-person", field="to")])
    return triage.assign(request.user, found, to, seen=given.seen)


@router.post("/alerts/{number}/take", response=AlertOut)
def take(request: Any, number: str, given: Seen) -> Any:
    """Take it oneself."""
    return triage.take(request.user, _found(request, number, "alerts.record"), seen=given.seen)


@router.post("/alerts/{number}/refer", response=AlertOut)
def refer(request: Any, number: str, given: ReferIn) -> Any:
    """Record that it was handed to somebody outside."""
    found = _found(request, number, "alerts.triage")
    return triage.refer(request.user, found, given.to, given.words, seen=given.seen)


@router.post("/alerts/{number}/close", response=AlertOut)
def close(request: Any, number: str, given: ReasonIn) -> Any:
    """Say that it was followed to its end; also for whoever has it."""
    return triage.close(request.user, _found(request, number, "alerts.view"), given.reason, seen=given.seen)


@router.post("/alerts/{number}/reopen", response=AlertOut)
def reopen(request: Any, number: str, given: ReasonIn) -> Any:
    """Open a closed or referred one again."""
    return triage.reopen(
        request.user, _found(request, number, "alerts.triage"), given.reason, seen=given.seen
    )


@router.post("/alerts/{number}/doubt", response=AlertOut)
def doubt(request: Any, number: str, given: ReasonIn) -> Any:
    """Think it unfounded; nothing is decided."""
    return judging.doubt(request.user, _found(request, number, "alerts.judge"), given.reason, seen=given.seen)


@router.post("/alerts/{number}/confirm", response=AlertOut)
def confirm(request: Any, number: str, given: ReasonIn) -> Any:
    """Agree as the second person, after 72 hours."""
    return judging.confirm(
        request.user, _found(request, number, "alerts.judge"), given.reason, seen=given.seen
    )


@router.post("/alerts/{number}/take-back", response=AlertOut)
def take_back(request: Any, number: str, given: ReasonIn) -> Any:
    """Take the doubt back."""
    return judging.take_back(
        request.user, _found(request, number, "alerts.judge"), given.reason, seen=given.seen
    )


@router.post("/alerts/{number}/link", response=AlertOut)
def link(request: Any, number: str, given: LinkIn) -> Any:
    """Link it to an incident or a site."""
    found = _found(request, number, "alerts.triage")
    incident = incidents.incident(request.user, given.incident) if given.incident else None
    site = sites.site(request.user, given.site) if given.site else None
    return linking.link(
        request.user, found, incident=incident, site=site, reason=given.reason, seen=given.seen
    )


@router.post("/alerts/{number}/incident", response={201: Made})
def new_incident(request: Any, number: str, given: NewIn) -> Any:
    """Make an incident from it."""
    found = _found(request, number, "alerts.triage")
    return Status(201, linking.new_incident(request.user, found, **given.dict()))


@router.post("/alerts/{number}/site", response={201: Made})
def new_site(request: Any, number: str, given: NewIn) -> Any:
    """Make a site of its incident from it."""
    found = _found(request, number, "alerts.triage")
    if found.incident is None:
        raise InputProblems([InputProblem("alerts.no-incident-yet")])
    return Status(201, linking.new_site(request.user, found, found.incident, **given.dict()))


@router.post("/alerts/{number}/merge", response=AlertOut)
def merge(request: Any, number: str, given: MergeIn) -> Any:
    """Merge it into another report of the same find."""
    found = _found(request, number, "alerts.triage")
    head = queries.by_number(request.user, given.head)
    if head is None:
        params = {"number": given.head}
        raise InputProblems([InputProblem("alerts.no-such-record", field="head", params=params)])
    return merging.merge(request.user, found, head, given.reason, seen=given.seen, head_seen=given.head_seen)


@router.post("/alerts/{number}/unmerge", response=AlertOut)
def unmerge(request: Any, number: str, given: ReasonIn) -> Any:
    """Take a merge apart."""
    return merging.unmerge(
        request.user, _found(request, number, "alerts.triage"), given.reason, seen=given.seen
    )


@router.post("/alerts/{number}/likenesses", response=list[LikenessOut])
def look_for_like(request: Any, number: str) -> Any:
    """Look for alerts that may be of the same find."""
    return likeness.find(request.user, _found(request, number, "alerts.record"))


@router.post("/alerts/{number}/likenesses/{key}", response=LikenessOut)
def judge(request: Any, number: str, key: UUID, given: VerdictIn) -> Any:
    """Say what one makes of a pair; the same find is said by merging."""
    found = _found(request, number, "alerts.triage")
    pair = next((x for x in queries.likenesses(request.user, found) if x.pk == key), None)
    row = pair or get_object_or_404(Likeness.objects.none())
    return merging.judge(request.user, row, given.verdict, reason=given.reason)


@router.post("/alerts/{number}/open/{part}", response=dict[str, str])
def open_part(request: Any, number: str, part: Literal["account", "reporter"], given: WhyIn) -> Any:
    """Open what was reported, or who reported it; that is an entry of the log."""
    found = _found(request, number, opening.PARTS[part][0])
    return opening.open_part(request.user, found, part, given.reason)


@router.post("/alerts/{number}/additions", response={201: AdditionOut})
def add(request: Any, number: str, given: TextIn) -> Any:
    """Write down what was told later."""
    return Status(201, receiving.add(request.user, _found(request, number, "alerts.record"), given.text))


@router.post("/alerts/{number}/additions/{key}/read", response=AdditionOut)
def mark_read(request: Any, number: str, key: UUID) -> Any:
    """Say that an addition is known."""
    return triage.mark_read(request.user, _addition(request, number, key, "alerts.record"))


@router.post("/alerts/{number}/additions/{key}/open", response=dict[str, str])
def open_addition(request: Any, number: str, key: UUID, given: WhyIn) -> Any:
    """Open what was added; that is an entry of the log."""
    addition = _addition(request, number, key, "protected.alert")
    return {"text": opening.open_addition(request.user, addition, given.reason)}


def _addition(request: Any, number: str, key: UUID, permission: str) -> Addition:
    found = _found(request, number, permission)
    rows = Addition.objects.visible_to(request.user).select_related("alert", "subject")
    return get_object_or_404(rows, pk=key, alert=found)  # type: ignore[no-any-return]
