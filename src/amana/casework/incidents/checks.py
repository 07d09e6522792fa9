"""What a record needs before it is written, as problems that forms and programs can show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import ForeignKey

from amana.problems import InputProblem, InputProblems


def faults(record: Any, row: int | None = None) -> list[InputProblem]:
    """Every field that is empty, not one of its words, or not to be kept.  References are the caller's."""
    found = [replace(p, row=row) for p in record.faults()]
    for field in record._meta.concrete_fields:
        if isinstance(field, ForeignKey):
            continue
        value = getattr(record, field.attname)
        if value in field.empty_values or (isinstance(value, str) and not value.strip()):
            if not field.blank:
                found.append(InputProblem("record.needs", row=row, field=field.name))
        elif field.choices and value not in dict(field.flatchoices):
            params = {"given": value}
            found.append(InputProblem("record.unknown-word", row=row, field=field.name, params=params))
    return found


def refuse(problems: Iterable[InputProblem]) -> None:
    """Raise all of them together, if there are any."""
    if problems := list(problems):
        raise InputProblems(problems)


def reason_given(reason: str) -> list[InputProblem]:
    """That a change needs a reason."""
    return [] if reason.strip() else [InputProblem("record.needs-reason", field="reason")]
