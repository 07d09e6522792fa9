"""Identification for programs: runs, conclusions, candidates.  Signing is done by people, on the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from amana.casework.common.api import may
from amana.casework.identification import queries, wording
from amana.casework.identification.inputs import changes_since
from amana.casework.identification.models import Candidate, Conclusion, Run
from amana.casework.identification.services import ask_run
from amana.casework.incidents.models import Incident
from amana.casework.numbers.queries import numbered

router = Router(tags=["identification"])


class Mutation(Schema):
    """How alleles mutate; the rates are needed for every model but ``none``."""

    model: Literal["none", "equal", "proportional", "stepwise", "onestep", "dawid"] = "none"
    rate_male: float | None = None
    rate_female: float | None = None
    range: float | None = None
    rate2: float | None = None


class RunIn(Schema):
    """What is fixed beforehand.  ``frequencies`` are identifiers of tables, the main one first."""

    prior: Literal["open", "flat", "manifest"] = "open"
    on_list: float | None = 0.5
    manifest: str | None = Field(None, max_length=120)
    theta: float = 0.0
    lr_threshold: float = 10_000.0
    posterior_threshold: float = 0.9999
    frequencies: list[UUID] = Field(max_length=50)
    mutation: Mutation = Mutation()


class RunOut(Schema):
    """A run.  ``laboratory`` of the summary is given to those with ``laboratory.genetics`` alone."""

    number: str
    incident: str
    state: str
    settings: dict[str, Any]
    asked_at: datetime
    finished_at: datetime | None
    job: UUID | None
    summary: dict[str, Any]
    inputs: dict[str, str]
    result_sha256: str


class RunDetail(RunOut):
    """A run, with what changed in the records since."""

    changes: dict[str, list[str]]


class ConclusionOut(Schema):
    """What a run says of a unit.  ``laboratory`` is empty without ``laboratory.genetics``."""

    run: str
    unit: str
    level: str
    posterior: float
    detail: dict[str, Any]
    laboratory: dict[str, Any]


class SignatureOut(Schema):
    """A signature."""

    who: str
    post: str
    how: str
    finding: str
    signed_at: datetime
    withdrawn_at: datetime | None
    counts: bool


class CandidateOut(Schema):
    """A pair."""

    number: str
    unit: str
    missing: str
    state: str
    level: str
    run: str
    changed_at: datetime


class CandidateDetail(CandidateOut):
    """A pair with its answer in words (of the caller's language), its conclusion and its signatures."""

    answer: list[str]
    ground: str
    reason: str
    reopened: dict[str, Any]
    conclusion: ConclusionOut
    signatures: list[SignatureOut]


def _run(user: Any, run: Run) -> dict[str, Any]:
    own = {f: getattr(run, f) for f in ("number", "state", "settings", "asked_at", "finished_at", "inputs")}
    summary = dict(run.summary)
    if not user.has_perm(queries.GENETICS, run):
        summary.pop("laboratory", None)
    return {
        **own,
        "incident": run.incident.number,
        "job": run.job_id,
        "summary": summary,
        "result_sha256": run.result_sha256,
    }


def _conclusion(user: Any, c: Conclusion) -> dict[str, Any]:
    return {
        "run": c.run.number,
        "unit": c.unit.number,
        "level": c.level,
        "posterior": c.posterior,
        "detail": c.detail,
        "laboratory": queries.laboratory_part(user, c),
    }


def _candidate(c: Candidate) -> dict[str, Any]:
    return {
        "number": c.number,
        "unit": c.unit.number,
        "missing": c.missing.number,
        "state": c.state,
        "level": c.conclusion.level,
        "run": c.conclusion.run.number,
        "changed_at": c.changed_at,
    }


@router.post("/incidents/{number}/runs", response={202: RunOut}, summary="Ask for a comparison")
def run_ask(request: Any, number: str, asked: RunIn) -> Any:
    """Its job says how far it is."""
    user = may(request, "identification.run")
    incident = numbered(Incident.objects.visible_to(user), number)
    settings = asked.dict()
    settings["frequencies"] = [str(f) for f in settings["frequencies"]]
    return Status(202, _run(user, ask_run(user, incident, settings)))


@router.get("/runs", response=list[RunOut], summary="Comparisons, the newest first")
@paginate
def run_list(request: Any) -> Any:
    """Those that the caller sees."""
    user = may(request, "identification.view")
    return [_run(user, run) for run in queries.runs(user).order_by("-asked_at")]


@router.get("/runs/{number}", response=RunDetail, summary="One comparison")
def run_detail(request: Any, number: str) -> Any:
    """With what changed since."""
    user = may(request, "identification.view")
    run = numbered(queries.runs(user), number)
    return {**_run(user, run), "changes": changes_since(run)}


@router.get("/runs/{number}/conclusions", response=list[ConclusionOut], summary="What it says of each unit")
def run_conclusions(request: Any, number: str) -> Any:
    """In the order of the units."""
    user = may(request, "identification.view")
    run = numbered(queries.runs(user), number)
    rows = Conclusion.objects.visible_to(user).filter(run=run).select_related("run__office", "unit")
    return [_conclusion(user, c) for c in rows.order_by("unit__number")]


@router.get("/candidates", response=list[CandidateOut], summary="Candidates")
@paginate
def candidate_list(request: Any, state: str = "", level: str = "") -> Any:
    """Those that the caller sees; of one state or one level where that is named."""
    user = may(request, "identification.view")
    rows = queries.candidates(user).order_by("number")
    if state:
        rows = rows.filter(state=state)
    if level:
        rows = rows.filter(conclusion__level=level)
    return [_candidate(c) for c in rows]


@router.get("/candidates/{number}", response=CandidateDetail, summary="One candidate")
def candidate_detail(request: Any, number: str) -> Any:
    """With the answer in words."""
    user = may(request, "identification.view")
    c = numbered(queries.candidates(user), number)
    signed = [
        {
            "who": s.who,
            "post": s.external_post,
            "how": s.how,
            "finding": s.finding,
            "signed_at": s.signed_at,
            "withdrawn_at": s.withdrawn_at,
            "counts": s.withdrawn_at is None and s.conclusion_id == c.conclusion_id,
        }
        for s in queries.signatures(c)
    ]
    return {
        **_candidate(c),
        "answer": wording.Told(c.conclusion).plain_answer,
        "ground": c.ground,
        "reason": c.reason,
        "reopened": c.reopened,
        "conclusion": _conclusion(user, c.conclusion),
        "signatures": signed,
    }
