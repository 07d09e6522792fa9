"""What a model says of its own fields, as problems that a form and the programming interface can show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, ForeignKey, TextField

from amana.problems import InputProblem, InputProblems

_CODES = {"max_length": "record.too-long", "invalid_choice": "record.unknown-word"}


def faults(record: Any, row: int | None = None) -> list[InputProblem]:
    """Every field that is empty, too long, or not one of its words.  References are the caller's to check.

    SQLite keeps what PostgreSQL refuses; asked here, both refuse it in words.
    """
    found = []
    for field in record._meta.concrete_fields:
        if isinstance(field, ForeignKey):
            continue
        value = getattr(record, field.attname)
        if isinstance(field, CharField | TextField) and isinstance(value, str) and "\0" in value:
            found.append(InputProblem("record.unreadable", row=row, field=field.name))
            continue
        if value in field.empty_values or (isinstance(value, str) and not value.strip()):
            if not field.blank:
                found.append(InputProblem("record.needs", row=row, field=field.name))
            continue
        try:
            field.clean(value, record)
        except ValidationError as error:
            code = error.error_list[0].code or ""
            params: dict[str, object] = {"given": value}
            if code == "max_length":
                params = {"given": len(value), "most": field.max_length}
            code = _CODES.get(code, "record.unreadable")
            found.append(InputProblem(code, row=row, field=field.name, params=params))
    return found


def refuse(problems: Iterable[InputProblem]) -> None:
    """Raise all of them together, if there are any."""
    if problems := list(problems):
        raise InputProblems(problems)


def reason_given(reason: str) -> list[InputProblem]:
    """That a change needs a reason."""
    return [] if reason.strip() else [InputProblem("record.needs-reason", field="reason")]
