"""Asking for long work, doing it, and finding it again after a crash.

A job may be started more than once (a worker that was killed, a second worker), so what it makes is written
in one transaction and only while the job is unfinished: :meth:`Work.result`.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.db import OperationalError, connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from amana.casework.audit.writing import SYSTEM, Log, writing
from amana.casework.jobs.kinds import KINDS, Kind
from amana.casework.jobs.models import Job
from amana.problems import InputProblem, InputProblems

MOST_ATTEMPTS = 3
BETWEEN_WRITES = 1.0
"""Seconds between two writes of progress within a step."""

_log = logging.getLogger("amana.jobs")


class Taken(Exception):
    """Another run of the same job finished first."""


def start(by: Any, kind: str, target: str, **title: str) -> Job:
    """Ask for a piece of work, in the transaction of what asks for it: neither stands without the other.

    Parameters
    ----------
    kind
        An entry of :data:`KINDS`.
    target
        Number of what it works on.
    title
        What the kind's title names.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    with writing(by, "jobs.job.asked") as log:
        job = Job.objects.create(kind=kind, target=target, title=title, asked_by=by)
        _enqueue(job)
        log.note("jobs.job", job.pk, {"kind": kind, "target": target})
    return job


def _enqueue(job: Job) -> None:
    from amana.casework.jobs.tasks import run_job

    run_job.enqueue(str(job.pk))


class Progress:
    """Says how far a job has come: at once at a new step, otherwise about once a second."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._step = ""
        self._written = 0.0

    def step(self, name: str, done: int = 0, total: int = 0) -> None:
        """`done` of `total` of a step of the kind.

        Never called inside the transaction that writes the result: nobody would see it before the end.
        """
        assert not connection.in_atomic_block or _inside_a_test(), "progress belongs outside the result"
        now = time.monotonic()
        if name == self._step and done < total and now - self._written < BETWEEN_WRITES:
            return
        self._step, self._written = name, now
        # A database that is busy for a moment must not end an hour's work.
        with suppress(OperationalError):
            Job.objects.filter(pk=self._job.pk, state=Job.State.RUNNING).update(
                step=name, done=done, total=total
            )


def _inside_a_test() -> bool:
    """Django's tests run in a transaction of their own."""
    return any(getattr(a, "_from_testcase", False) for a in connection.atomic_blocks)


class Work:
    """What a kind's function is given: the job, its progress, and the one way to write its result."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.progress = Progress(job)

    @contextmanager
    def result(self, action: str, by: Any = SYSTEM) -> Iterator[Log]:
        """The transaction of the result, at the end of which the job is done.

        Raises
        ------
        Taken
            If the job was finished in the meantime: nothing is written then.
        """
        with writing(by, action) as log:
            job = Job.objects.select_for_update().get(pk=self.job.pk)
            if not job.unfinished:
                raise Taken
            yield log
            job.state, job.finished_at = Job.State.DONE, timezone.now()
            job.done = job.total
            job.save()
        self.job = job


def run(job_id: str) -> None:
    """Do one job.  Faults of the data and of the program end in the job's own row and nowhere else."""
    job = _claimed(job_id)
    if job is None:
        return
    kind = KINDS.get(job.kind)
    if kind is None:
        give_up(job, [InputProblem("job.kind-unknown", params={"kind": job.kind})])
        return
    work = Work(job)
    try:
        kind.run(work)
        if work.job.unfinished:  # a kind without a record to write
            with work.result("jobs.job.done"):
                pass
    except Taken:
        return
    except InputProblems as found:
        give_up(job, found.problems)
    except Exception as error:
        # Where it happened, without the message: that can hold what somebody typed.
        places = "".join(traceback.format_tb(error.__traceback__))
        _log.error("job %s (%s): %s\n%s", job.pk, job.kind, type(error).__name__, places)
        give_up(job, [InputProblem("job.unexpected", params={"kind": type(error).__name__})])


def _claimed(job_id: str) -> Job | None:
    """The job, now running and counted as one more attempt; None where there is nothing left to do."""
    from django.db import transaction

    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id).first()
        if job is None or not job.unfinished:
            return None
        tired = job.attempts >= MOST_ATTEMPTS
        if not tired:
            job.state, job.started_at = Job.State.RUNNING, timezone.now()
            job.attempts += 1
            job.step, job.done, job.total = "", 0, 0
            job.save()
    if tired:
        give_up(job, [InputProblem("job.gave-up", params={"attempts": job.attempts})])
        return None
    return job


def give_up(job: Job, problems: Sequence[InputProblem]) -> None:
    """End a job as failed, with codes and parameters, and have its kind mark what it was for."""
    kind: Kind | None = KINDS.get(job.kind)
    with writing(SYSTEM, "jobs.job.failed") as log:
        job = Job.objects.select_for_update().get(pk=job.pk)
        if not job.unfinished:
            return
        job.state, job.finished_at = Job.State.FAILED, timezone.now()
        job.problem = [
            {"code": p.code, "params": {k: _plain(v) for k, v in p.params.items()}, "field": p.field}
            for p in problems
        ]
        job.save()
        log.note("jobs.job", job.pk, {"codes": [p.code for p in problems]})
        if kind is not None:
            kind.failed(job, list(problems))


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def find_again() -> int:
    """Put jobs back into the queue whose worker is gone; called when a worker starts, which is alone.

    Returns
    -------
    How many.
    """
    from amana.casework.jobs.tasks import run_job

    running = DBTaskResult.objects.running().filter(task_path=run_job.module_path)
    ended = {"status": "FAILED", "finished_at": timezone.now(), "exception_class_path": "worker.gone"}
    running.update(**ended)
    ready = DBTaskResult.objects.filter(status="READY", task_path=run_job.module_path)
    waiting = {args["args"][0] for args in ready.values_list("args_kwargs", flat=True)}
    lost = [j for j in Job.objects.filter(state__in=Job.UNFINISHED) if str(j.pk) not in waiting]
    for job in lost:
        _enqueue(job)
    return len(lost)
