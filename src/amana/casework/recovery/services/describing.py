"""Writing how a unit lay, its condition, and the answers of the one-page form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from amana.casework.audit.protection import new_subject, seal
from amana.casework.audit.writing import Log, writing
from amana.casework.incidents.checks import reason_given, refuse
from amana.casework.incidents.models import Incident
from amana.casework.recovery.details import DETAILS, all_faults, answered, divided
from amana.casework.recovery.models import Hint, Unit
from amana.casework.recovery.services.units import NewUnit, record_unit
from amana.problems import InputProblem
from amana.reporting.field import check_answers


def describe_unit(by: Any, unit: Unit, reason: str = "", *, seen: int | None = None, **fields: Any) -> Unit:
    """Say how a unit lay or what its condition is.  A reason is needed where something that was said changes.

    Parameters
    ----------
    seen
        ``revision`` of the unit as the page showed it; None where nothing was shown.
    fields
        Of :data:`~amana.casework.recovery.details.DETAILS`.

    Raises
    ------
    InputProblems
        With every fault; ``record.changed-meanwhile`` if somebody else changed the unit since.
    """
    with writing(by, "recovery.unit.described", may="recovery.record", on=unit, reason=reason.strip()) as log:
        return _described(log, by, unit, reason, seen, fields)


def fill_form(
    by: Any, unit: Unit, answers: Mapping[str, Any], reason: str = "", *, seen: int | None = None
) -> Unit:
    """Answer the one-page form of a unit.  Answers that name people are sealed apart (:class:`Hint`).

    Parameters
    ----------
    answers
        By key, as :func:`amana.reporting.field.check_answers` takes them.  What is not among them stays.
    """
    open_, naming = divided(answers)
    with writing(by, "recovery.unit.described", may="recovery.record", on=unit, reason=reason.strip()) as log:
        refuse(check_answers(answered(answers)))
        form = {**Unit.objects.get(pk=unit.pk).form, **open_}
        unit = _described(log, by, unit, reason, seen, {"form": form})
        if naming:
            subject = new_subject(log, "missing")
            text = json.dumps(naming, ensure_ascii=False, sort_keys=True)
            hint = Hint(unit=unit, by=by, subject=subject, answers=seal(subject, text))
            log.save(hint, "recovery.hint.recorded")
    return unit


def record_with_form(by: Any, incident: Incident, answers: Mapping[str, Any], **fields: Any) -> Unit:
    """Record one unit together with its form, both or neither.

    Parameters
    ----------
    fields
        Of :class:`~amana.casework.recovery.services.units.NewUnit`, and of
        :data:`~amana.casework.recovery.details.DETAILS`.
    """
    details = {k: fields.pop(k) for k in DETAILS if k in fields}
    with writing(by, "recovery.unit.recorded", may="recovery.record"):
        unit = record_unit(by, incident, **fields)
        if details:
            unit = describe_unit(by, unit, **details)
        return fill_form(by, unit, answers) if answers else unit


def _described(
    log: Log, by: Any, unit: Unit, reason: str, seen: int | None, fields: Mapping[str, Any]
) -> Unit:
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    refuse(changed_meanwhile(unit, seen))
    before = {name: getattr(unit, name) for name in DETAILS}
    for name in DETAILS:
        if name in fields:
            setattr(unit, name, fields[name])
    changed = [n for n in DETAILS if getattr(unit, n) != before[n]]
    overwritten = [n for n in changed if not _only_adds(before[n], getattr(unit, n))]
    refuse(
        [
            *(reason_given(reason) if overwritten else []),
            *all_faults(by, unit, before["nature"]),
        ]
    )
    if changed:
        unit.revision += 1
        log.save(unit)
    return unit


def changed_meanwhile(unit: Unit, seen: int | None) -> list[InputProblem]:
    """That the unit is no longer what the page showed."""
    if seen is None or seen == unit.revision:
        return []
    return [InputProblem("recovery.changed-meanwhile", params={"number": unit.number})]


def _only_adds(before: Any, after: Any) -> bool:
    """Whether nothing that was said is taken away or changed."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return all(after.get(key) == value for key, value in before.items())
    return before in (None, "", Unit.Nature.HUMAN)


__all__ = ["NewUnit", "changed_meanwhile", "describe_unit", "fill_form", "record_with_form"]
