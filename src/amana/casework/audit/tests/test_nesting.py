"""Rows and entries go together, whatever fails inside."""

from __future__ import annotations

import pytest
from django.db import transaction

from amana.casework.accounts.models import Office
from amana.casework.audit.models import Entry, Tree
from amana.casework.audit.protection import ProtectedField, erase_subject, new_subject
from amana.casework.audit.writing import SYSTEM, is_writing, writing
from amana.casework.families.models import Relative
from amana.problems import InputProblems

pytestmark = pytest.mark.django_db


def office(code: str) -> Office:
    return Office(code=code, kind="partner", name_en=code, name_ar=code)


def entries(record: Office) -> int:
    return Entry.objects.filter(object_id=str(record.pk)).count()


def test_an_inner_part_that_fails_takes_its_entries_along() -> None:
    kept, gone = office("AAA"), office("BBB")

    def fail() -> None:
        with writing(SYSTEM, "tests.inner") as inner:
            inner.save(gone)
            raise ZeroDivisionError

    with writing(SYSTEM, "tests.outer") as log:
        log.save(kept)
        with pytest.raises(ZeroDivisionError):
            fail()
    assert Office.objects.filter(pk=kept.pk).exists()
    assert not Office.objects.filter(pk=gone.pk).exists()
    assert (entries(kept), entries(gone)) == (1, 0)
    assert Tree.objects.get().size == Entry.objects.count()


def test_a_savepoint_of_somebody_else_is_refused() -> None:
    with pytest.raises(RuntimeError), writing(SYSTEM, "tests.outer") as log, transaction.atomic():
        log.save(office("AAA"))
    assert not Office.objects.exists()


def test_a_log_that_is_closed_writes_nothing() -> None:
    with writing(SYSTEM, "tests.outer") as log:
        pass
    with pytest.raises(RuntimeError):
        log.save(office("AAA"))
    with pytest.raises(RuntimeError):
        log.note("tests", "1")
    assert not Office.objects.exists()
    assert not is_writing()


def test_a_stale_copy_logs_what_the_row_holds() -> None:
    with writing(SYSTEM, "tests.made") as log:
        made = office("AAA")
        log.save(made)
    stale = Office.objects.get(pk=made.pk)
    with writing(SYSTEM, "tests.changed") as log:
        made.name_en = "changed by another"
        log.save(made)
    stale.name_ar = "جديد"
    with writing(SYSTEM, "tests.changed-too") as log:
        log.save_changed([stale], ["name_ar"])
    last = Entry.objects.filter(object_id=str(made.pk)).last()
    assert '"name_en":"changed by another"' in last.values
    assert '"name_ar":"جديد"' in last.values


@pytest.mark.parametrize("name", ["x" * 121, "a\0b", "\ud800"])
def test_a_text_that_no_database_keeps_is_refused_before_it_is_written(name: str) -> None:
    with pytest.raises(InputProblems), writing(SYSTEM, "tests.made") as log:
        log.save(Office(code="AAA", kind="partner", name_en=name, name_ar="ا"))
    assert not Office.objects.exists()


def test_django_s_own_ways_past_the_log_are_closed() -> None:
    with pytest.raises(RuntimeError):
        Office._base_manager.filter().update(name_en="x")


def test_a_protected_column_takes_no_plain_text(offices: dict[str, Office]) -> None:
    def save() -> None:
        with writing(SYSTEM, "tests.made") as log:
            subject = new_subject(log, "relative")
            log.save(Relative(office=offices["NCM"], subject=subject, number="X", name="INVENTED NAME"))

    with pytest.raises(TypeError) as refused:
        save()
    assert "INVENTED" not in str(refused.value)
    assert ProtectedField().formfield() is None


def test_an_erasure_is_never_part_of_something_else(offices: dict[str, Office], person) -> None:
    with writing(SYSTEM, "tests.made") as log:
        subject = new_subject(log, "relative")
    with pytest.raises(RuntimeError), writing(SYSTEM, "tests.outer"):
        erase_subject(person("data_protection_officer", "NCM"), subject, "court-order", "asked")
