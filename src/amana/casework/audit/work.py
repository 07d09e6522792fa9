"""The work that this station does in the background."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amana.casework.audit.reports import Background, keep
from amana.casework.audit.verification import verify_database
from amana.casework.jobs.kinds import job
from amana.casework.jobs.models import Job
from amana.casework.jobs.services import Work
from amana.provenance import Report

KIND = "verify-log"


def _address(job: Job) -> str:
    return reverse("log-verification", args=[job.pk])


@job(
    KIND,
    title=_("Verification of the log"),
    steps={
        "entries": _("%(done)s of %(total)s entries"),
        "rows": _("%(done)s of %(total)s rows of the database"),
    },
    url=_address,
    result=_("Read the report"),
    sees=lambda user, job: "audit.verify" in user.granted,
)
def verify(work: Work) -> None:
    """Verify the database against its log, and keep the report."""
    report = _verified(work)
    keep(work.job.pk, report)
    values: dict[str, Any] = {
        "verified": report.verified,
        "entries": report.entries,
        "codes": sorted({f.code for f in report.findings}),
    }
    with work.result("log.verified") as log:
        log.note("log", work.job.target, values)


def _verified(work: Work) -> Report:
    if connection.in_atomic_block:  # another connection would not see what this one has not committed
        return verify_database()
    background = Background()
    background.start()
    while background.is_alive():
        background.join(0.5)
        work.progress.step(*background.state)
    if background.error is not None:
        raise background.error
    assert background.report is not None
    return background.report
