"""What the queue calls: one function for every kind of job."""

from __future__ import annotations

from django_tasks import task

from amana.casework.jobs import services


@task()
def run_job(job_id: str) -> None:
    """Do the job with this identifier."""
    services.run(job_id)
