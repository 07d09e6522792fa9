"""Protected text: sealed under the key of the person it is about, opened by role, for a reason, on record.

A protected column holds a seal, never the text; a template, a search or an export that touches it shows
nothing.  Opening is a write: the entry is in the log before the text is returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.dispatch import Signal
from django.utils import timezone

from amana.casework.audit.keyring import KeyDestroyed, keyring
from amana.casework.audit.models import Lookup, Subject
from amana.casework.audit.writing import SYSTEM, Log, is_writing, no_key, writing
from amana.casework.common.records import Record, audited_models
from amana.problems import InputProblem, InputProblems

erased = Signal()
"""Sent with ``subject`` when a person's key is gone: stations remove files that hold what was theirs."""

_SEALED = "gAAAA"  # how every Fernet token begins: version 128 and a time before the year 2106


class ProtectedField(models.TextField):  # type: ignore[type-arg]
    """A column for sealed text.

    Parameters
    ----------
    kind
        Which permission opens it: ``protected.<kind>``.
    """

    def __init__(self, *args: Any, kind: str = "personal", **kwargs: Any) -> None:
        self.protected_kind = kind
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        """Only what is sealed gets into the database.

        Raises
        ------
        TypeError
            For a text that is not; the text itself is not in the message.
        """
        if value and not str(value).startswith(_SEALED):
            raise TypeError(f"{self.name} is protected: seal() the text first")
        return super().get_prep_value(value)

    def formfield(self, **_: Any) -> None:
        """No form of the model shows it."""
        return None

    def deconstruct(self) -> Any:
        """What a migration writes."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "kind": self.protected_kind}


def new_subject(log: Log, kind: str) -> Subject:
    """A new person to protect, with a key of their own."""
    subject = Subject(kind=kind)
    log.save(subject, "audit.subject.added")
    return subject


def seal(subject: Subject, text: str) -> str:
    """The text as only the subject's key opens it; an empty text stays empty."""
    return keyring().of(subject.pk).seal.encrypt(text.encode()).decode() if text else ""


def unsealed(record: Record, field: str) -> str:
    """The text of a protected column, for a calculation that the caller puts on record itself.

    Raises
    ------
    KeyDestroyed
        After the subject's erasure.
    """
    token = getattr(record, field)
    if not token:
        return ""
    return keyring().of(record.subject_id_for_log()).seal.decrypt(token.encode()).decode()


def open_text(by: Any, record: Record, field: str, reason: str) -> str:
    """Show one protected text to one person, who says why.

    Raises
    ------
    PermissionDenied
        Without the permission ``protected.<kind>`` on the record.
    InputProblems
        Without a reason, or when the text was erased.
    """
    column = record._meta.get_field(field)
    assert isinstance(column, ProtectedField)
    if not reason.strip():
        raise InputProblems([InputProblem("protected.needs-reason", field="reason")])
    may = f"protected.{column.protected_kind}"
    with writing(by, "protected.opened", may=may, on=record, reason=reason.strip()) as log:
        log.note(record.log_name(), record.pk, {"field": field}, subject=record.subject_id_for_log())
        try:
            return unsealed(record, field)
        except KeyDestroyed:
            raise InputProblems([no_key(record.subject_id_for_log())]) from None


def remember(subject: Subject, record: Record, purpose: str, folded: Iterable[str]) -> None:
    """Have a record found by these folded numbers, and by no earlier ones (call inside a transaction)."""
    here = {"object_type": record.log_name(), "object_id": str(record.pk)}
    tokens = {keyring().token(purpose, number) for number in folded if number}
    Lookup.objects.filter(purpose=purpose, **here).exclude(token__in=tokens).delete()
    for token in sorted(tokens):
        Lookup.objects.get_or_create(token=token, **here, defaults={"subject": subject, "purpose": purpose})


def found_by(purpose: str, folded: str) -> list[tuple[str, str]]:
    """(kind, identifier) of the records with this number; the caller shows only what its reader may see."""
    token = keyring().token(purpose, folded)
    return list(Lookup.objects.filter(token=token).values_list("object_type", "object_id"))


def erase_subject(by: Any, subject: Subject, ground: str, reason: str) -> None:
    """Erase a person for good: blank their rows, then destroy their key.  The log keeps that it was done.

    The entry comes first and the key goes last, so that a crash in between leaves an erasure that
    :func:`finish_erasures` completes, and never a destroyed key that nobody ordered.

    Parameters
    ----------
    ground
        ``withdrawn-consent``, ``court-order`` or ``wrongly-listed``.
    """
    if not reason.strip():
        raise InputProblems([InputProblem("protected.needs-reason", field="reason")])
    if is_writing():
        raise RuntimeError("an erasure is a transaction of its own: a key cannot be rolled back")
    person = [record for record in about(subject) if record.PERSON]
    if not person or not all(by.has_perm("subjects.erase", record) for record in person):
        raise PermissionDenied("subjects.erase")
    with writing(by, "subject.erased", may="subjects.erase") as log:
        _erase(log, subject)
        # The reason may name the person; it would be kept under no key, and so only the ground is kept.
        log.note("audit.subject", subject.pk, {"ground": ground}, action="subject.erasure-ground")
    keyring().destroy([subject.pk])
    erased.send(Subject, subject=subject)
    _forget_pages()


def _erase(log: Log, subject: Subject) -> None:
    subject = Subject.objects.select_for_update().get(pk=subject.pk)  # no row about them is added meanwhile
    for record in about(subject, lock=True):
        for field, value in _blank(type(record)).items():
            setattr(record, field, value)
        log.save(record, f"{record.log_name()}.erased", sealed=False)
    Lookup.objects.filter(subject=subject).delete()
    subject.erased_at = subject.erased_at or timezone.now()
    log.save(subject, "subject.erased")


def about(subject: Subject, *, lock: bool = False) -> Iterator[Record]:
    """Every row about a person."""
    for model in audited_models().values():
        if model.SUBJECT is not None:
            rows = model._default_manager.filter(**{model.SUBJECT: subject})  # type: ignore[attr-defined]
            yield from rows.select_for_update() if lock else rows


def _forget_pages() -> None:
    """Overwrite what the write-ahead file of SQLite still holds of rows that were blanked."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def erased_columns(model: type[Record]) -> list[models.Field[Any, Any]]:
    """Columns that an erasure makes empty, without those that only repeat others for searching."""
    blank = _blank(model)
    return [f for f in model._meta.concrete_fields if f.attname in blank and f.editable]


def _blank(model: type[Record]) -> dict[str, Any]:
    protected = {f.attname: "" for f in model._meta.concrete_fields if isinstance(f, ProtectedField)}
    return {**protected, **model.ERASED}


def finish_erasures() -> int:
    """Complete erasures that a crash cut short, or that a restored database or key folder knows nothing of.

    Returns how many people were erased (again).
    """
    ordered = Subject.objects.exclude(erased_at=None)
    left = list(ordered.filter(pk__in=keyring().present(ordered.values_list("pk", flat=True))))
    keyring().destroy([subject.pk for subject in left])
    gone = sorted(keyring().destroyed())
    for start in range(0, len(gone), 500):
        for subject in Subject.objects.filter(pk__in=gone[start : start + 500], erased_at=None):
            with writing(SYSTEM, "subject.erased") as log:
                _erase(log, subject)
                note = {"ground": "erased before the database was restored"}
                log.note("audit.subject", subject.pk, note, action="subject.erasure-ground")
            left.append(subject)
    for subject in left:
        erased.send(Subject, subject=subject)
    _forget_pages()
    return len(left)
