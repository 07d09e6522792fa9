"""A database with rows of every kind of record, whatever there is, and ways to change it past the log."""

from __future__ import annotations

import datetime
import itertools
import uuid
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils import timezone

from amana.casework.audit import upkeep
from amana.casework.audit.models import Subject
from amana.casework.audit.protection import ProtectedField, seal
from amana.casework.audit.writing import SYSTEM, Log, writing
from amana.casework.common.records import Record, audited_models

ROWS = 2
_running = itertools.count(1)


def fill() -> dict[type[Record], list[Record]]:
    """Two rows of every audited table, in the order in which they need each other."""
    made: dict[type[models.Model], list[Any]] = {}
    with writing(SYSTEM, "tests.filled") as log:
        waiting = list(audited_models().values())
        while waiting:
            ready = [m for m in waiting if _needs(m) <= made.keys()]
            assert ready, f"these need each other: {waiting}"
            for model in ready:
                made[model] = [_make(log, model, made, i) for i in range(ROWS)]
                waiting.remove(model)
    return {m: rows for m, rows in made.items() if issubclass(m, Record)}


def _needs(model: type[Record]) -> set[type[models.Model]]:
    return {
        f.related_model
        for f in model._meta.concrete_fields
        if f.is_relation and f.related_model is not model and f.related_model in audited_models().values()
    }


def _make(log: Log, model: type[Record], made: dict[Any, list[Any]], i: int) -> Record:
    pointers = [
        f for f in model._meta.concrete_fields if f.is_relation and f.null and f.related_model in made
    ]
    # A check may want one of several pointers: the first choice that satisfies every constraint is taken.
    for size in range(len(pointers) + 1):
        for some in itertools.combinations(pointers, size):
            record = _record(model, made, i, set(some))
            try:
                record.validate_constraints()
            except ValidationError:
                continue
            log.save(record)
            return record
    raise AssertionError(f"no {model.__name__} satisfies its constraints")


def _record(model: type[Record], made: dict[Any, list[Any]], i: int, pointed: set[Any]) -> Record:
    values: dict[str, Any] = {}
    seen: dict[Any, int] = {}
    for field in model._meta.concrete_fields:
        if field.primary_key or field.name == "erased_at":
            continue
        if field.is_relation:
            if (field.null and field not in pointed) or field.related_model not in made:
                continue
            k = seen[field.related_model] = seen.get(field.related_model, -1) + 1
            values[field.attname] = made[field.related_model][(i + k) % ROWS].pk
        elif not isinstance(field, ProtectedField):
            values[field.attname] = _value(field, i)
    record = model(**values)
    for field in model._meta.concrete_fields:
        if isinstance(field, ProtectedField):
            subject = record.subject_id_for_log()
            text = f"protected {next(_running)}"
            setattr(record, field.attname, seal(Subject.objects.get(pk=subject), text) if subject else "")
    return record


def _value(field: Any, i: int) -> Any:
    if field.choices:
        return field.flatchoices[i % len(field.flatchoices)][0]
    n = next(_running)
    day = datetime.date(2025, 1, 1) + datetime.timedelta(days=n)
    for kind, value in (
        (models.BooleanField, False), (models.FloatField, 0.25 + n / 8192), (models.DecimalField, Decimal(n)),
        (models.IntegerField, 5), (models.DateTimeField, timezone.now()), (models.DateField, day),
        (models.JSONField, {"of": [n, 1e20, 0.5, None]}), (models.UUIDField, uuid.uuid4()),
    ):  # fmt: skip
        if isinstance(field, kind):
            return value
    longest = field.max_length or 40
    return f"v{n:05} نصّ"[:longest] if longest > 6 else str(n)[-longest:]


def other_value(field: Any, record: Record) -> Any:
    """Another value that the column can hold."""
    now = getattr(record, field.attname)
    if isinstance(field, models.BooleanField):
        return not now
    if isinstance(field, (models.FloatField, models.IntegerField, models.DecimalField)):
        return (now or 0) + 1
    if isinstance(field, models.DateTimeField):
        return (now or timezone.now()) + datetime.timedelta(microseconds=1)
    if isinstance(field, models.DateField):
        return (now or datetime.date(2025, 1, 1)) + datetime.timedelta(days=1)
    if isinstance(field, models.JSONField):
        return {"of": "another"}
    if field.is_relation or isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, ProtectedField):
        return "gAAAAA~"  # no seal of ours, but what a column of seals takes
    return "~" if now != "~" else "^"


def unguarded() -> None:
    """Take every trigger and check away, as whoever owns the tables can."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        for name, table in upkeep._present(cursor).items():
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints=ON")
            return
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in audited_models().values():
            for check in (c for c in model._meta.constraints if isinstance(c, models.CheckConstraint)):
                cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT "{check.name}"')


def overwrite(model: type[models.Model], pk: Any, column: str, value: Any) -> None:
    """Change one value with nothing but the database."""
    field: Any = model._meta.get_field(column)
    stored = field.get_db_prep_save(value, connection)
    pk = model._meta.pk.get_db_prep_value(pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s WHERE "{model._meta.pk.column}" = %s',
            [stored, pk],
        )
        assert cursor.rowcount == 1


def remove(model: type[models.Model], pk: Any) -> None:
    """Delete one row with nothing but the database."""
    pk = model._meta.pk.get_db_prep_value(pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{model._meta.db_table}" WHERE "{model._meta.pk.column}" = %s', [pk])
        assert cursor.rowcount == 1


def put_in(record: models.Model) -> None:
    """Insert a row past the log."""
    models.QuerySet(type(record)).bulk_create([record])
