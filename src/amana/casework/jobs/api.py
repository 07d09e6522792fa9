"""Jobs for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from ninja import Router, Schema

from amana.casework.jobs.models import Job
from amana.casework.jobs.queries import faults_of, text_of, title_of, visible_job

router = Router(tags=["jobs"])


class JobOut(Schema):
    """A job and how far it has come; ``done`` of ``total`` of its present step."""

    id: UUID
    kind: str
    target: str
    title: str
    state: str
    text: str
    step: str
    done: int
    total: int
    attempts: int
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    problems: list[str]


def as_output(job: Job) -> dict[str, Any]:
    """The fields of :class:`JobOut`."""
    own = {f: getattr(job, f) for f in JobOut.model_fields if hasattr(job, f)}
    return {**own, "title": title_of(job), "text": text_of(job), "problems": faults_of(job)}


@router.get("/jobs/{job_id}", response=JobOut, summary="How far a job has come")
def job_detail(request: Any, job_id: UUID) -> Any:
    """The caller asked for it, or may see what it works on."""
    job = visible_job(request.user, job_id)
    if job is None:
        raise Http404
    return as_output(job)
