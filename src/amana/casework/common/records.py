"""The base of every audited record."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.utils.encoding import force_str

from amana.casework.common.ids import new_id
from amana.problems import InputProblem
from amana.provenance import plain

_LARGEST = 2**31 - 1  # what an integer column of PostgreSQL holds


@cache
def _choices_of(field: models.Field[Any, Any]) -> dict[Any, Any]:
    return dict(field.flatchoices)


class RecordQuerySet(models.QuerySet[Any]):
    """Reads only: a bulk write past the log would be a row that nobody answers for."""

    def _refused(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("records are written through amana.casework.audit.writing alone")

    update = delete = bulk_create = bulk_update = _refused


class Record(models.Model):
    """A row that is written only through :func:`amana.casework.audit.writing.writing`.

    Attributes
    ----------
    SCHEMA
        Name and version of the list of fields that the log digests, such as ``recovery.unit/1``.  A change
        of the fields is a new version: ``audit/field_lists.toml`` holds every version, and a test compares.
    SUBJECT
        Field that names the person the row is about (:class:`amana.casework.audit.models.Subject`), whose
        key seals the row's history and whose erasure blanks the row; None where it is about no person.
    ERASED
        What each personal field becomes when the subject is erased.
    PERSON
        True where the row is the person, not something about them: its office decides whether to erase.
    """

    SCHEMA: ClassVar[str]
    SUBJECT: ClassVar[str | None] = None
    ERASED: ClassVar[Mapping[str, Any]] = {}
    PERSON: ClassVar[bool] = False

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        # Django itself writes through the base manager, as in `unit.parts.add(other)`.
        base_manager_name = "objects"

    def save(self, *_: Any, **__: Any) -> None:
        """Refuse: see :meth:`save_row`."""
        raise RuntimeError("records are written through amana.casework.audit.writing alone")

    def delete(self, *_: Any, **__: Any) -> Any:
        """Refuse: nothing is deleted; a state says that something no longer holds."""
        raise RuntimeError("records are never deleted")

    def save_row(self, *, force_insert: bool) -> None:
        """Insert or update the row.  For the log alone, which adds the entry."""
        super().save(force_insert=force_insert)

    def _get_FIELD_display(self, field: models.Field[Any, Any]) -> Any:
        """What a choice is called.  Django's own builds its dictionary at each call: in a list, hundreds."""
        value = getattr(self, field.attname)
        return force_str(_choices_of(field).get(value, value), strings_only=True)

    @classmethod
    def log_name(cls) -> str:
        """What the log calls this kind of object: the schema without its version."""
        return cls.SCHEMA.partition("/")[0]

    @classmethod
    def logged_fields(cls) -> list[str]:
        """Columns that the log digests: all of them."""
        return sorted(f.attname for f in cls._meta.concrete_fields)

    def logged_values(self) -> dict[str, Any]:
        """The row as plain JSON values, by column."""
        return {f.attname: _logged(f, getattr(self, f.attname)) for f in self._meta.concrete_fields}

    def faults(self) -> list[InputProblem]:
        """What no database would keep as it is: text that is too long or has characters without meaning.

        Refused before anything is written, on every database alike: one would cut it, another refuse it, and
        the log would hold what no row does.
        """
        found = []
        for f in self._meta.concrete_fields:
            value = getattr(self, f.attname)
            if isinstance(value, str):
                if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
                    found.append(InputProblem("record.unreadable-text", field=f.name))
                elif f.max_length is not None and len(value) > f.max_length:
                    params = {"length": len(value), "most": f.max_length}
                    found.append(InputProblem("record.too-long", field=f.name, params=params))
            elif isinstance(value, int) and isinstance(f, models.IntegerField) and abs(value) > _LARGEST:
                found.append(InputProblem("record.number-too-large", field=f.name, params={"most": _LARGEST}))
        return found

    def subject_id_for_log(self) -> Any:
        """Identifier of the person the row is about, or None."""
        return getattr(self, f"{self.SUBJECT}_id") if self.SUBJECT else None


def _logged(field: models.Field[Any, Any], value: Any) -> Any:
    """A value as every database gives it back: the log is compared with what is read."""
    if hasattr(value, "resolve_expression"):
        raise TypeError(f"{field.name}: the log holds values, not expressions")
    value = field.to_python(value)
    if isinstance(field, models.DecimalField) and value is not None:
        return f"{value:.{field.decimal_places}f}"
    return _number(plain(value)) if isinstance(field, (models.FloatField, models.JSONField)) else plain(value)


def _number(value: Any) -> Any:
    """Numbers that databases write in their own way: -0.0 as 0.0, and 1e+20 as a long integer."""
    if isinstance(value, dict):
        return {k: _number(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_number(v) for v in value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return float(value) if abs(value) >= 2**53 else value + 0


def audited_models() -> dict[str, type[Record]]:
    """Every kind of record, by the name that the log uses."""
    found = {m.log_name(): m for m in apps.get_models() if issubclass(m, Record)}
    return dict(sorted(found.items()))
