"""Printing labels: a reprint is counted, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied

from amana.casework.audit.writing import writing
from amana.casework.incidents.checks import refuse
from amana.casework.recovery.models import Unit
from amana.problems import InputProblem

MOST_LABELS = 500


def count_prints(by: Any, units: Sequence[Unit]) -> list[Unit]:
    """Note that labels of these units are printed; returned with the number of earlier prints in ``prints``.

    Raises
    ------
    PermissionDenied
        For a unit that the person may not record on.
    InputProblems
        For none, or too many at once.
    """
    problems = [] if units else [InputProblem("documents.no-labels", field="units")]
    if len(units) > MOST_LABELS:
        params = {"given": len(units), "most": MOST_LABELS}
        problems.append(InputProblem("recovery.too-many-labels", field="units", params=params))
    refuse(problems)
    with writing(by, "recovery.label.printed", may="recovery.record") as log:
        keys = [u.pk for u in units]
        locked = Unit.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
        found = list(locked.select_related("office", "incident", "spot__site"))
        for unit in found:
            if not by.has_perm("recovery.record", unit):
                raise PermissionDenied("recovery.record")
        for unit in found:
            unit.prints += 1
        log.save_changed(found, ["prints"])
    for unit in found:
        unit.prints -= 1
    return sorted(found, key=lambda u: keys.index(u.pk))
