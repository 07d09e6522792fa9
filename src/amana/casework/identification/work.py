"""The long work of this station: one comparison of everything with everything."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amana.casework.identification.files import write_files
from amana.casework.identification.fixed import settings_of
from amana.casework.identification.inputs import fingerprint
from amana.casework.identification.models import Run
from amana.casework.identification.services.runs import KIND, record_opened, record_result, run_failed
from amana.casework.jobs.kinds import job
from amana.casework.jobs.models import Job
from amana.casework.jobs.services import Work
from amana.casework.laboratory.assembly import case_of
from amana.casework.laboratory.models import Frequencies
from amana.kinship.joint import identify
from amana.problems import InputProblem, InputProblems


def _sees(user: Any, of: Job) -> bool:
    return Run.objects.visible_to(user).filter(number=of.target).exists()


@job(
    KIND,
    title=_("Comparison of all remains of incident %(incident)s with all families"),
    steps={
        "read": _("Reading profiles, families and frequency tables"),
        "families": _("Computing for every family how remains can be placed in it"),
        "references": _("Checking whether the reference samples fit their families"),
        "pairs": _("Comparing remains with every missing person: %(done)s of %(total)s"),
        "assignments": _("Weighing all assignments together"),
        "remains": _("Weighing against rivals: %(done)s of %(total)s remains"),
        "reports": _("Writing the reports: %(done)s of %(total)s languages"),
        "record": _("Recording the result"),
    },
    url=lambda of: reverse("run", args=[of.target]),
    result=_("Open the result"),
    sees=_sees,
    failed=run_failed,
)
def identify_incident(work: Work) -> None:
    """Build the case, identify, write the reports, record."""
    run = Run.objects.select_related("incident", "asked_by", "office").get(number=work.job.target)
    if run.state != Run.State.ASKED:
        return
    work.progress.step("read")
    tables = Frequencies.objects.in_bulk(run.settings["frequencies"], field_name="id")
    by_id = {str(pk): table for pk, table in tables.items()}
    main, *others = [by_id[pk] for pk in run.settings["frequencies"]]
    known = fingerprint(run.asked_by, run.incident)
    try:
        case, inputs = case_of(run.asked_by, run.incident, main, others, run.settings["mutation"])
        record_opened(run, inputs)
    except PermissionDenied:
        # The role of who asked has ended in the meantime.
        raise InputProblems([InputProblem("run.right-ended")]) from None
    result = identify(case, settings_of(run.settings), progress=work.progress.step)
    files = write_files(
        run.number, case, result, lambda done, total: work.progress.step("reports", done, total)
    )
    work.progress.step("record")
    with work.result("identification.run.finished") as log:
        record_result(run, case, result, inputs, fingerprint=known, files=files, log=log)
