"""Which jobs a person sees: those they asked for, and those on what they may see."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from amana.casework.common.faults import in_words
from amana.casework.jobs.kinds import KINDS
from amana.casework.jobs.models import Job
from amana.problems import InputProblem


def jobs_of(user: Any) -> QuerySet[Job]:
    """What this person asked for, newest first."""
    return Job.objects.filter(asked_by=user).select_related("asked_by")


def visible_job(user: Any, job_id: Any) -> Job | None:
    """A job, if the person asked for it or may see what it works on."""
    job = Job.objects.filter(pk=job_id).select_related("asked_by").first()
    if job is None or job.asked_by_id == user.pk:
        return job
    kind = KINDS.get(job.kind)
    return job if kind is not None and kind.sees(user, job) else None


def title_of(job: Job) -> str:
    """What the job is, in the reader's language."""
    kind = KINDS.get(job.kind)
    return str(kind.title) % job.title if kind is not None else job.kind


def text_of(job: Job) -> str:
    """What it is doing now, as a whole phrase."""
    kind = KINDS.get(job.kind)
    if job.state == Job.State.WAITING:
        again = _("It was interrupted and will be started again.")
        return again if job.attempts else _("It starts as soon as the work before it is finished.")
    if job.state == Job.State.DONE:
        return _("Everything was computed and recorded.")
    if job.state == Job.State.FAILED:
        return _("Nothing was recorded.")
    phrase = str(kind.steps.get(job.step, "")) if kind is not None else ""
    return phrase % {"done": job.done, "total": job.total} if phrase else _("It has begun.")


def percent_of(job: Job) -> int | None:
    """How far, where that is known."""
    return round(100 * job.done / job.total) if job.total else None


def faults_of(job: Job) -> list[str]:
    """What went wrong and what to do, in the reader's language."""
    return [in_words(InputProblem(p["code"], field=p.get("field"), params=p["params"])) for p in job.problem]


def as_progress(job: Job) -> dict[str, Any]:
    """For ``components/progress.html``."""
    kind = KINDS.get(job.kind)
    states = {"waiting": "queued", "running": "running", "done": "done", "failed": "failed"}
    return {
        "id": str(job.pk),
        "title": title_of(job),
        "state": states[job.state],
        "percent": percent_of(job),
        "text": text_of(job),
        "started": job.started_at,
        "part_url": reverse("job-part", args=[job.pk]),
        "page_url": reverse("job", args=[job.pk]),
        "result_url": kind.url(job) if kind is not None and job.state == Job.State.DONE else None,
        "result": str(kind.result) if kind is not None else "",
        "fault": " ".join(faults_of(job)),
    }
