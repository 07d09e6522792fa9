"""The order of the log, its durability, and the triggers."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import pytest
from django.core.management import call_command
from django.db import Error, connection, connections

from amana.casework.accounts.models import Office
from amana.casework.audit.models import Entry, Tree
from amana.casework.audit.tests.filled import fill
from amana.casework.audit.upkeep import append_only, fixed_columns, missing_triggers
from amana.casework.audit.verification import verify_database
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.common import health
from amana.casework.numbers.services import take
from amana.provenance import root_of


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_keep_one_order_and_no_number_twice(offices: dict[str, Office]) -> None:
    failures: list[BaseException] = []

    def write(who: int) -> None:
        try:
            for n in range(20):
                with writing(SYSTEM, "tests.wrote") as log:
                    log.note("tests", f"{who}-{n}")
                    take(log, offices["SCD"], 42)
                    log.note("tests", f"{who}-{n}-again")
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(who,)) for who in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    entries = list(Entry.objects.order_by("index"))
    assert [e.index for e in entries] == list(range(len(entries)))
    assert all(a.at <= b.at for a, b in itertools.pairwise(entries))
    written = [e.object_id for e in entries if e.action == "tests.wrote"]
    for who in range(2):  # each one's own come in their order, and one transaction's lie together
        mine = [w for w in written if w.startswith(f"{who}-")]
        assert mine == [f"{who}-{n}{end}" for n in range(20) for end in ("", "-again")]
    assert all(b == f"{a}-again" for a, b in zip(written[::2], written[1::2], strict=True))
    tree = Tree.objects.get(pk=1)
    assert tree.size == len(entries)
    report = verify_database()
    assert {f.code for f in report.findings} <= {"log.no-checkpoint"}
    assert root_of(bytes(e.leaf_hash) for e in entries)


@pytest.mark.django_db
def test_a_transaction_that_fails_leaves_neither_row_nor_entry(offices: dict[str, Office]) -> None:
    size = Tree.objects.get(pk=1).size
    office = offices["SCD"]

    def fail() -> None:
        with writing(SYSTEM, "tests.failed") as log:
            office.name_en = "never"
            log.save(office)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert Tree.objects.get(pk=1).size == size == Entry.objects.count()
    assert Office.objects.get(pk=office.pk).name_en != "never"


@pytest.mark.django_db
def test_a_clock_set_back_does_not_make_the_log_run_backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime

    from amana.casework.audit import writing as module

    with writing(SYSTEM, "tests.now") as log:
        log.note("tests", 1)
    last = Entry.objects.latest("index").at
    monkeypatch.setattr(module.timezone, "now", lambda: last - datetime.timedelta(days=1))
    with writing(SYSTEM, "tests.later") as log:
        log.note("tests", 2)
    assert Entry.objects.latest("index").at == last


@pytest.mark.django_db
def test_an_acknowledged_write_is_on_the_disk_for_every_connection() -> None:
    seen: list[tuple[bool, str]] = []

    def ask() -> None:
        seen.append(health.durable())
        connections.close_all()

    for _ in range(2):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    seen.append(health.durable())
    assert all(good for good, _ in seen), seen
    if connection.vendor == "sqlite":
        assert {detail for _, detail in seen} == {"synchronous=2"}


REFUSED = {
    "sqlite": [
        'UPDATE {t} SET "{k}" = "{k}"',
        "DELETE FROM {t}",
        "INSERT OR REPLACE INTO {t} SELECT * FROM {t}",
    ],
    "postgresql": ['UPDATE {t} SET "{k}" = "{k}"', "DELETE FROM {t}", "TRUNCATE {t} CASCADE"],
}


@pytest.mark.django_db
def test_the_triggers_refuse_what_must_not_happen_by_accident() -> None:
    from django.db import transaction

    from amana.casework.audit.checkpoints import make_checkpoint
    from amana.casework.audit.models import Checkpoint, Cosignature

    fill()
    Cosignature(checkpoint=make_checkpoint(), witness="w", line="l").save(force_insert=True)
    assert Checkpoint.objects.exists()
    statements = [
        s.format(t=m._meta.db_table, k=m._meta.pk.column)
        for m in append_only()
        for s in REFUSED[connection.vendor]
    ]
    for model, columns in fixed_columns().items():
        table = model._meta.db_table
        statements += [
            s.format(t=table, k="id") for s in REFUSED[connection.vendor] if not s.startswith("UPDATE")
        ]
        statements += [
            f'UPDATE {table} SET "{c}" = NULL WHERE "{c}" IS NOT NULL' for c in columns if c not in ("id",)
        ]
    connection.check_constraints()

    def attempt(statement: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            if statement.startswith("UPDATE") and cursor.rowcount == 0:
                raise Error("a column that no row fills: never change")

    for statement in statements:
        with pytest.raises(Error) as refused:
            attempt(statement)
        assert any(w in str(refused.value) for w in ("append-only", "never")), (statement, refused.value)


@pytest.mark.django_db(transaction=True)
def test_the_triggers_are_back_after_a_migration_that_rebuilds_a_table() -> None:
    from django.db import models

    field = models.CharField(max_length=200, default="", db_column="name_en")
    field.set_attributes_from_name("name_en")
    old = Office._meta.get_field("name_en")
    with connection.schema_editor() as editor:
        editor.alter_field(Office, old, field)  # SQLite makes the whole table anew
        editor.alter_field(Office, field, old)
    if connection.vendor == "sqlite":
        assert any("accounts_office" in name for name in missing_triggers())
        assert not health.triggers()[0]
    call_command("migrate", verbosity=0, interactive=False)
    assert missing_triggers() == []


def test_a_number_is_digested_as_every_database_gives_it_back() -> None:
    from amana.casework.common.records import _number

    assert str(_number({"a": [-0.0, 10**20, 1e20, True, 3, 0.5, None, "x"]})) == str(
        {"a": [0.0, 1e20, 1e20, True, 3, 0.5, None, "x"]}
    )
    assert isinstance(_number(3), int)


@pytest.mark.django_db
def test_records_are_not_written_past_the_log(offices: dict[str, Office]) -> None:
    office: Any = offices["SCD"]
    for act in (
        office.save, office.delete, Office.objects.all().delete, lambda: Office.objects.update(code="x"),
        lambda: Office.objects.bulk_create([office]), lambda: Office.objects.create(code="x"),
    ):  # fmt: skip
        with pytest.raises(RuntimeError):
            act()
