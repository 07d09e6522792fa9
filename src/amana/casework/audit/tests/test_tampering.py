"""Whatever is changed past the log, in any column of any audited table, is found and named."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from amana.casework.audit.checkpoints import make_checkpoint, whole_note
from amana.casework.audit.models import Checkpoint, Entry, Tree
from amana.casework.audit.tests.filled import fill, other_value, overwrite, put_in, remove, unguarded
from amana.casework.audit.verification import verify_database
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.common.ids import new_id
from amana.casework.common.records import Record, audited_models
from amana.provenance import Frontier, Report, SignedCheckpoint, leaf_hash, node_hash

pytestmark = pytest.mark.django_db

KINDS = sorted(audited_models())


@pytest.fixture
def rows() -> dict[str, list[Record]]:
    made = fill()
    make_checkpoint()
    assert not faults(verify_database())
    return {model.log_name(): records for model, records in made.items()}


@contextmanager
def behind_its_back() -> Iterator[None]:
    with transaction.atomic():
        unguarded()
        yield
        transaction.set_rollback(True)


def faults(report: Report) -> list[tuple[str, dict[str, Any]]]:
    """Findings that are no warnings, without the triggers that the test itself took away."""
    found = [(f.code, dict(f.params)) for f in report.findings if not f.warning]
    return [(code, params) for code, params in found if code != "log.trigger-missing"]


def name_of(record: Record) -> str:
    return f"{record.log_name()} {record.pk}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_value_of_any_column_is_named(rows: dict[str, list[Record]], kind: str) -> None:
    record = rows[kind][0]
    for field in record._meta.concrete_fields:
        value = new_id() if field.primary_key else other_value(field, record)
        with behind_its_back():
            overwrite(type(record), record.pk, field.attname, value)
            found = faults(verify_database())
        if field.primary_key:
            codes = {(code, params["object"]) for code, params in found}
            assert ("log.row-missing", name_of(record)) in codes
            assert ("log.row-without-entry", f"{kind} {value}") in codes
        else:
            assert [(c, p["object"], p["field"]) for c, p in found] == [
                ("log.row-differs", name_of(record), field.attname)
            ], field.attname


@pytest.mark.parametrize("kind", KINDS)
def test_a_deleted_an_inserted_and_a_swapped_row_are_named(rows: dict[str, list[Record]], kind: str) -> None:
    first, second = rows[kind]
    with behind_its_back():
        remove(type(first), first.pk)
        assert [(c, p["object"]) for c, p in faults(verify_database())] == [
            ("log.row-missing", name_of(first))
        ]
    with behind_its_back():
        more = copy.copy(first)
        more.pk = new_id()
        for field in more._meta.concrete_fields:
            unique = field.unique or any(field.name in c.fields for c in _unique(more))
            if unique and not field.primary_key:
                setattr(more, field.attname, other_value(field, first))
        put_in(more)
        assert [(c, p["object"]) for c, p in faults(verify_database())] == [
            ("log.row-without-entry", name_of(more))
        ]
    with behind_its_back():
        other = new_id()
        for pk, new in ((first.pk, other), (second.pk, first.pk), (other, second.pk)):
            overwrite(type(first), pk, "id", new)
        assert {p["object"] for _, p in faults(verify_database())} == {name_of(first), name_of(second)}


def _unique(record: Record) -> list[Any]:
    return [c for c in record._meta.constraints if hasattr(c, "fields")]


@pytest.mark.sqlite  # PostgreSQL refuses such a value itself
def test_a_value_that_no_column_can_hold_is_named_and_hides_nothing(rows: dict[str, list[Record]]) -> None:
    first, second = rows["accounts.sharing"]
    with behind_its_back():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_sharing SET since = '2025-13-45 00:00' WHERE id = %s", [first.pk.hex]
            )
        overwrite(type(second), second.pk, "ground", "another")
        found = {(c, p["object"]) for c, p in faults(verify_database())}
    assert ("log.row-unreadable", name_of(first)) in found
    assert ("log.row-differs", name_of(second)) in found


ENTRY_COLUMNS = {
    "at": None, "action": "x.changed", "actor": "x", "office": "x", "object_type": "x", "object_id": "x",
    "subject": "x", "values": "{}", "sealed": None, "leaf_hash": bytes(32),
}  # fmt: skip


@pytest.mark.parametrize("column", ENTRY_COLUMNS)
@pytest.mark.parametrize("sealed", [False, True])
def test_a_changed_column_of_an_entry_is_named(
    rows: dict[str, list[Record]], column: str, sealed: bool
) -> None:
    entry = Entry.objects.filter(sealed=sealed).exclude(values="{}").order_by("index")[3]
    value = ENTRY_COLUMNS[column]
    if column == "sealed":
        value = not sealed
    if column == "at":
        value = other_value(Entry._meta.get_field("at"), entry)  # type: ignore[arg-type]
    with behind_its_back():
        overwrite(Entry, entry.pk, column, value)
        found = faults(verify_database())
    assert found
    assert {params["index"] for _, params in found} == {entry.index}


def test_an_altered_leaf_is_named_and_with_its_hash_made_again_still_found(
    rows: dict[str, list[Record]],
) -> None:
    entry = Entry.objects.filter(actor="system").order_by("index")[5]
    leaf = entry.leaf.replace('"actor":"system"', '"actor":"nobody"')
    with behind_its_back():
        overwrite(Entry, entry.pk, "leaf", leaf)
        assert ("log.entry-altered", entry.index) in {
            (c, p.get("index")) for c, p in faults(verify_database())
        }
    with behind_its_back():
        overwrite(Entry, entry.pk, "leaf", leaf)
        overwrite(Entry, entry.pk, "actor", "nobody")
        overwrite(Entry, entry.pk, "leaf_hash", leaf_hash(leaf.encode()))
        codes = {c for c, _ in faults(verify_database())}
        assert codes == {"log.tree-differs", "log.checkpoint-mismatch"}
        _head_made_again()
        assert {c for c, _ in faults(verify_database())} == {"log.checkpoint-mismatch"}


def _head_made_again() -> None:
    frontier = Frontier()
    frontier.extend(bytes(h) for h in Entry.objects.order_by("index").values_list("leaf_hash", flat=True))
    Tree.objects.filter(pk=1).update(size=frontier.size, frontier=frontier.to_bytes())


def test_a_deleted_entry_and_one_put_in_are_found(rows: dict[str, list[Record]]) -> None:
    entry = Entry.objects.order_by("index")[4]
    with behind_its_back():
        remove(Entry, entry.pk)
        found = faults(verify_database())
        assert ("log.index-missing", {"first": 4, "last": 4}) in found
    with behind_its_back():
        last = Entry.objects.order_by("index").last()
        assert last is not None
        last.index += 1
        put_in(last)
        assert "log.tree-differs" in {c for c, _ in faults(verify_database())}


def test_a_tail_cut_off_is_found_by_what_was_signed(rows: dict[str, list[Record]]) -> None:
    make_checkpoint()
    with writing(SYSTEM, "tests.more") as log:
        for n in range(3):
            log.note("tests", n)
    witnessed = SignedCheckpoint(whole_note(make_checkpoint()))
    with behind_its_back():
        # Everything that this database knows of the last three entries goes.
        for entry in Entry.objects.order_by("-index")[:3]:
            remove(Entry, entry.pk)
        remove(Checkpoint, Checkpoint.objects.order_by("-size")[0].pk)
        _head_made_again()
        found = faults(verify_database(checkpoints=[witnessed]))
        assert {c for c, _ in found} == {"log.shorter"}
        # The key folder remembers what was signed, and alone is enough.
        assert {c for c, _ in faults(verify_database())} == {"log.shorter"}


def test_a_table_that_is_gone_is_named(rows: dict[str, list[Record]]) -> None:
    with behind_its_back():
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE incidents_tension")
        found = faults(verify_database())
    assert ("log.table-missing", {"table": "incidents_tension"}) in found
    assert {p["object"] for c, p in found if c == "log.row-missing"} == {
        name_of(r) for r in rows["incidents.tension"]
    }


def test_missing_triggers_are_named(rows: dict[str, list[Record]]) -> None:
    with behind_its_back():
        found = verify_database().findings
    assert any(f.params.get("trigger", "").endswith("audit_entry_delete") for f in found) or any(
        f.params.get("trigger", "").endswith("audit_entry_change") for f in found
    )


def test_an_entry_about_an_object_does_not_describe_its_row(rows: dict[str, list[Record]]) -> None:
    record = rows["incidents.incident"][0]
    with writing(SYSTEM, "tests.looked") as log:
        log.note(record.log_name(), record.pk, {"place_en": "elsewhere"})
    with writing(SYSTEM, "tests.changed", reason="because") as log:
        log.save(record)
    make_checkpoint()
    assert not faults(verify_database())


def test_a_key_that_is_gone_without_an_erasure_is_named(rows: dict[str, list[Record]]) -> None:
    from amana.casework.audit.keyring import keyring

    person = rows["missing.person"][0]
    subject = str(person.subject_id_for_log())
    with keyring()._subjects() as db:
        db.execute("DELETE FROM subject_key WHERE id = ?", (subject,))
    found = faults(verify_database())
    assert [(c, p["subject"]) for c, p in found] == [("log.key-missing", subject)]


def test_a_column_that_no_entry_covers_yet_must_hold_what_the_migration_put_there(
    rows: dict[str, list[Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = rows["accounts.office"][0]
    kind = type(office)
    whole = kind.logged_values
    with monkeypatch.context() as patched, writing(SYSTEM, "tests.older-version") as log:
        patched.setattr(
            kind, "logged_values", lambda r: {k: v for k, v in whole(r).items() if k != "name_ar"}
        )
        log.save(office)
    make_checkpoint()
    assert [(c, p["object"], p["field"]) for c, p in faults(verify_database())] == [
        ("log.row-not-default", name_of(office), "name_ar")
    ]


def test_the_stored_tree_makes_the_proofs_of_the_plain_one() -> None:
    from amana.casework.audit.proofs import StoredTree
    from amana.provenance import consistency_proof, inclusion_proof, root_of

    leaves = [leaf_hash(bytes([n])) for n in range(70)]
    tree = StoredTree()
    for size in range(1, 71):
        tree.extend(leaves[size - 1 : size])
        assert tree.root(0, size) == root_of(leaves[:size])
        for index in range(0, size, 7):
            assert tree.inclusion(index, size) == inclusion_proof(leaves[:size], index)
        for old in range(1, size + 1, 5):
            assert tree.consistency(old, size) == consistency_proof(leaves[:size], old)
    assert tree.root(0, 2) == node_hash(*leaves[:2])
