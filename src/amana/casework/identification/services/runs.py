"""Asking for a run, and recording what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana import __version__
from amana.casework.audit.writing import SYSTEM, Log, writing
from amana.casework.identification import outcome
from amana.casework.identification.files import Files, remove_annexes, write_files
from amana.casework.identification.fixed import checked
from amana.casework.identification.inputs import fingerprint as standing
from amana.casework.identification.models import Candidate, Conclusion, Run
from amana.casework.incidents.models import Incident
from amana.casework.jobs.models import Job
from amana.casework.jobs.services import start
from amana.casework.laboratory.models import Sample
from amana.casework.missing.models import MissingPerson
from amana.casework.numbers.services import CANDIDATE, RUN, take
from amana.casework.recovery.models import Unit
from amana.kinship.joint import Case, Identification
from amana.problems import InputProblem, InputProblems
from amana.reporting.context import Context

KIND = "identify"
NAMED = (Conclusion.Level.REACHES, Conclusion.Level.SUPPORTS)
"""Levels that make a candidate."""


def ask_run(by: Any, incident: Incident, settings: Mapping[str, Any]) -> Run:
    """Fix the settings and ask for the comparison of all remains of an incident with all families.

    Parameters
    ----------
    settings
        Any of ``prior``, ``on_list``, ``manifest``, ``theta``, ``lr_threshold``, ``posterior_threshold``,
        ``mutation`` (as :func:`amana.casework.laboratory.assembly.case_of` takes it) and ``frequencies``:
        identifiers of tables, the main one first.  They are kept as they are used and never changed.

    Raises
    ------
    InputProblems
        For settings out of range, or while another run of this incident waits.
    """
    if "laboratory.genetics" not in by.granted:
        raise PermissionDenied("laboratory.genetics")
    with writing(by, "identification.run.asked", may="identification.run", on=incident) as log:
        fixed = checked(by, settings)
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        waiting = Run.objects.filter(incident=incident, office=by.office, state=Run.State.ASKED).first()
        if waiting is not None:
            raise InputProblems([InputProblem("run.already-waits", params={"run": waiting.number})])
        (number,) = take(log, by.office, RUN)
        run = Run(office=by.office, incident=incident, number=number, settings=fixed, asked_by=by)
        run.job = start(by, KIND, number, incident=incident.number)
        log.save(run)
    return run


def record_opened(run: Run, inputs: Mapping[str, str]) -> None:
    """Put on record which profiles were opened for a run, before anything is said of them."""
    opened = sorted(k.partition(" ")[2] for k in inputs if k.startswith("profile "))
    with writing(run.asked_by, "identification.profiles.opened", may="laboratory.genetics") as log:
        log.note("identification.run", run.pk, {"run": run.number, "profiles": opened})


def record_result(
    run: Run,
    case: Case,
    result: Identification,
    inputs: Mapping[str, str],
    *,
    fingerprint: Mapping[str, str] | None = None,
    files: Files | None = None,
    log: Log | None = None,
) -> Run:
    """Record what a run says: a conclusion for every set of remains, and the candidates that follow.

    In one transaction; a run that is finished already stays as it is.

    Parameters
    ----------
    fingerprint
        What stood in the records when the case was read; by default what stands there now.
    files
        What was written; by default the result and the reports are written now.
    log
        Of a transaction that is open.
    """
    files = files if files is not None else write_files(run.number, case, result)
    if log is None:
        with writing(SYSTEM, "identification.run.finished") as own:
            return _record(own, run, Context(case, result, "en", __version__), inputs, fingerprint, files)
    return _record(log, run, Context(case, result, "en", __version__), inputs, fingerprint, files)


def _record(
    log: Log,
    run: Run,
    context: Context,
    inputs: Mapping[str, str],
    known: Mapping[str, str] | None,
    files: Files,
) -> Run:
    result = context.result
    rows = Run.objects.select_for_update(of=("self",)).select_related("incident", "asked_by", "office")
    run = rows.get(pk=run.pk)
    if run.state != Run.State.ASKED:
        return run
    numbers = list(result.victims)
    units = {u.number: u for u in Unit.objects.filter(incident=run.incident, number__in=numbers)}
    conclusions = [
        Conclusion(
            run=run,
            unit=units[c.victim],
            level=c.level,
            # Without bound: no number of a database; the detail says so.
            log10_glr=c.log10_glr if isinstance(outcome.plain_number(c.log10_glr), float) else None,
            posterior=c.posterior,
            detail=outcome.detail_of(context, c),
            laboratory=outcome.laboratory_of(context, c),
        )
        for c in result.conclusions
    ]
    log.save_new(conclusions, "identification.conclusion.recorded")
    _candidates(log, run, conclusions)
    run.state, run.finished_at = Run.State.DONE, timezone.now()
    run.inputs = dict(inputs)
    run.fingerprint = dict(known) if known is not None else standing(run.asked_by, run.incident)
    run.summary = outcome.summary_of(context)
    run.reports, run.result_sha256 = files.reports, files.result_sha256
    log.save(run, "identification.run.finished")
    return run


def _candidates(log: Log, run: Run, conclusions: Sequence[Conclusion]) -> None:
    """A candidate for everyone that a conclusion names; those whose conclusion changed are opened again."""
    by_unit = {c.unit_id: c for c in conclusions}
    existing = list(
        Candidate.objects.select_for_update(of=("self",))
        .filter(office=run.office, unit__in=by_unit)
        .select_related("missing", "conclusion")
        .order_by("number")
    )
    for candidate in existing:
        _compare(log, run, candidate, by_unit[candidate.unit_id])
    known = {(c.unit_id, c.missing.number) for c in existing}
    wanted = [(c, m) for c in conclusions if c.level in NAMED for m in c.detail["missing"]]
    wanted = [(c, m) for c, m in wanted if (c.unit_id, m) not in known]
    if not wanted:
        return
    people = {p.number: p for p in MissingPerson.objects.filter(number__in={m for _, m in wanted})}
    numbers = take(log, run.office, CANDIDATE, len(wanted))
    log.save_new(
        [
            Candidate(office=run.office, number=n, unit_id=c.unit_id, missing=people[m], conclusion=c)
            for n, (c, m) in zip(numbers, wanted, strict=True)
        ],
        "identification.candidate.generated",
    )


def _compare(log: Log, run: Run, candidate: Candidate, now: Conclusion) -> None:
    """Leave a candidate as it is where the new run says the same; else open it again and say why."""
    before = candidate.conclusion
    if outcome.essence(before.level, before.detail, before.laboratory) == outcome.essence(
        now.level, now.detail, now.laboratory
    ):
        return
    m = candidate.missing.number
    named = [now.level in NAMED and m in now.detail["missing"]]
    named.append(before.level in NAMED and m in before.detail["missing"])
    if not named[0] and not named[1] and before.level == now.level:
        why = "figures"
    elif not named[0]:
        why = "no-longer-supported"
    elif before.level != now.level:
        why = "level"
    elif sorted(before.detail["missing"]) != sorted(now.detail["missing"]):
        why = "alternatives"
    else:
        why = "figures"
    candidate.reopened = {
        "run": run.number,
        "why": why,
        "from": candidate.state,
        "before": _short(before),
        "after": _short(now),
    }
    candidate.conclusion, candidate.state = now, Candidate.State.GENERATED
    candidate.ground = candidate.reason = ""
    candidate.changed_at = timezone.now()
    log.save(candidate, "identification.candidate.reopened")


def _short(c: Conclusion) -> dict[str, Any]:
    return {"level": c.level, "log10_glr": c.detail["log10_glr"], "posterior": c.posterior}


def run_failed(job: Job, problems: Sequence[InputProblem]) -> None:
    """Mark the run of a job that was given up; its settings stay on record."""
    with writing(SYSTEM, "identification.run.failed") as log:
        run = Run.objects.select_for_update().filter(job=job, state=Run.State.ASKED).first()
        if run is not None:
            run.state, run.finished_at = Run.State.FAILED, timezone.now()
            log.save(run)


def forget_annexes(subject: Any) -> int:
    """Remove the laboratory annexes that hold genotypes of a person who was erased; how many runs had one.

    What a run concluded stays: it is about the remains.  The annex can be made again by a new run, without
    this person's samples.
    """
    barcodes = Sample.objects.filter(subject=subject).values_list("barcode", flat=True)
    wanted = {f"profile {barcode}" for barcode in barcodes}
    runs = [run for run in Run.objects.filter(state=Run.State.DONE) if wanted & set(run.inputs)]
    removed = [run for run in runs if remove_annexes(run.number)]
    if removed:
        with writing(SYSTEM, "identification.annex.removed") as log:
            for run in removed:
                log.note(run.log_name(), run.pk)
    return len(removed)
