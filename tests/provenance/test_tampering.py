"""Whatever is changed in an export is found and named, by both verifiers alike."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from amana.provenance import (
    EVENT,
    LoggedEntry,
    digests_of,
    leaf_bytes,
    leaf_hash,
    parse_leaf,
)
from amana.provenance.entry import encode_url64
from amana.provenance.export_format import Row
from tests.provenance.both import verdicts
from tests.provenance.build import CHECKPOINTS, entries, parsed, rows, sample, unit, written


@pytest.fixture(scope="module")
def whole() -> list[dict[str, Any]]:
    return parsed(sample().lines())


@pytest.fixture
def records(whole):
    return copy.deepcopy(whole)


def other(value: Any) -> Any:
    """A value of the same kind that is not this one."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return value + "ٱ"
        case list():
            return [*value, 1]
    return "something"


def rehash(record, leaf):
    """Change a leaf and its stored hash with it, as somebody does who knows how."""
    record["leaf"] = leaf
    record["hash"] = encode_url64(leaf_hash(leaf.encode()))


def range_of(index):
    """The entries between the checkpoints around one entry."""
    size = min(c for c in CHECKPOINTS if c > index)
    first = max(c for c in (0, *CHECKPOINTS) if c <= index)
    return {"size": size, "first": first, "last": size - 1, "number": sum(c >= size for c in CHECKPOINTS)}


def test_nothing_is_found_where_nothing_was_changed(records, tmp_path):
    assert verdicts(written(records, tmp_path / "x.jsonl")) == []


def test_every_changed_value_of_every_entry(records, tmp_path):
    tried = 0
    for i, record in enumerate(entries(records)):
        for field, value in (record["values"] or {}).items():
            record["values"][field] = other(value)
            found = verdicts(written(records, tmp_path / "x.jsonl"))
            name = " ".join(json.loads(record["leaf"])["object"])
            assert found == [("entry-differs", {"index": i, "object": name, "field": field})]
            record["values"][field] = value
            tried += 1
    assert tried > 60


def test_every_changed_value_of_every_row(records, tmp_path):
    tried = 0
    for record in rows(records):
        for field, value in record["values"].items():
            record["values"][field] = other(value)
            found = verdicts(written(records, tmp_path / "x.jsonl"))
            name = " ".join(record["object"])
            if name == "person 2":
                assert found == []  # its subject's key is destroyed: counted as erased, not compared
            else:
                assert [(code, p["object"], p["field"]) for code, p in found] == [
                    ("row-differs", name, field)
                ]
                tried += 1
            record["values"][field] = value
    assert tried > 35


@pytest.mark.parametrize("kind", ["entry", "row"])
def test_a_field_left_out_or_added(kind, records, tmp_path):
    record = next(r for r in records if r["t"] == kind)
    code = f"{kind}-differs"
    taken = record["values"].pop("note")
    assert [(c, p["field"]) for c, p in verdicts(written(records, tmp_path / "x"))] == [(code, "note")]
    record["values"] |= {"note": taken, "extra": None}
    assert [(c, p["field"]) for c, p in verdicts(written(records, tmp_path / "x"))] == [(code, "extra")]


@pytest.mark.parametrize(("before", "after"), [(1, 1.0), (1, True), (0, False), (None, ""), (12.5, "12.5")])
def test_a_value_of_another_type_is_another_value(before, after, tmp_path):
    log = sample()
    log.write("unit.created", ("recovery.unit", "t"), {"x": before})
    log.sign()
    records = parsed(log.lines())
    next(r for r in rows(records) if r["object"][1] == "t")["values"]["x"] = after
    assert [c for c, _ in verdicts(written(records, tmp_path / "x"))] == ["row-differs"]


@pytest.mark.parametrize("field", ["action", "actor", "role", "office", "subject", "schema", "nonce"])
def test_every_field_of_a_leaf(field, records, tmp_path):
    for i, record in enumerate(entries(records)):
        whole = record["leaf"], record["hash"]
        leaf = json.loads(record["leaf"])
        leaf[field] = {"nonce": "A" * 22, "schema": "other/1"}.get(field, (leaf[field] or "") + "x")
        changed = json.dumps(leaf, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        record["leaf"] = changed
        found = dict(verdicts(written(records, tmp_path / "x"), isolated=False))
        assert found["entry-altered"]["index"] == i  # named exactly, for its stored hash is another
        assert found["checkpoint-mismatch"] == range_of(i)
        rehash(record, changed)
        found = dict(verdicts(written(records, tmp_path / "x"), isolated=False))
        assert "entry-altered" not in found
        assert found["checkpoint-mismatch"] == range_of(i)  # named as narrowly as signatures allow
        record["leaf"], record["hash"] = whole


@pytest.mark.parametrize("keep_hash", [True, False])
def test_a_row_and_its_entry_changed_together(keep_hash, tmp_path):
    log = sample(keep_hash)
    i, name = 16, ("recovery.unit", "2")
    values = unit(2, mass_g=99.0)
    entry = parse_leaf(log.entries[i].leaf)
    salt = log.entries[i].salt
    assert salt is not None
    forged = leaf_bytes(
        type(entry)(*(getattr(entry, f) for f in entry.__slots__ if f != "digests"), digests_of(values, salt))
    )
    stored = leaf_hash(forged) if keep_hash else None
    log.entries[i] = LoggedEntry(i, forged, salt, values, stored)
    log.rows[name] = Row(name, "recovery.unit/1", values)
    assert verdicts(written(parsed(log.lines()), tmp_path / "x")) == [
        ("checkpoint-mismatch", {"size": 17, "first": 14, "last": 16, "number": 1})
    ]


@pytest.mark.parametrize(
    "spoil", [str.upper, lambda t: t.replace(",", ", "), lambda t: t[:-1], lambda t: "[]"]
)
def test_a_leaf_that_no_log_writes(spoil, records, tmp_path):
    rehash(entries(records)[6], spoil(entries(records)[6]["leaf"]))
    found = dict(verdicts(written(records, tmp_path / "x")))
    assert found["entry-malformed"] == {"index": 6}
    assert found["checkpoint-mismatch"] == range_of(6)


@pytest.mark.parametrize("i", range(17))
def test_a_deleted_entry(i, records, tmp_path):
    del records[1 + i]
    found = dict(verdicts(written(records, tmp_path / "x")))
    if i < 16:
        assert found["index-missing"] == {"first": i, "last": i}
    assert found["shorter"] == {"size": 17, "length": 16}


@pytest.mark.parametrize("i", range(17))
def test_a_deleted_entry_with_the_others_renumbered(i, records, tmp_path):
    del records[1 + i]
    for n, record in enumerate(entries(records)):
        record["i"] = n
    found = dict(verdicts(written(records, tmp_path / "x")))
    assert "index-missing" not in found
    assert found["shorter"] == {"size": 17, "length": 16}
    if i < 14:
        assert found["checkpoint-mismatch"] == {**range_of(i), "number": range_of(i)["number"] - 1}


@pytest.mark.parametrize("renumbered", [True, False])
@pytest.mark.parametrize("i", [0, 4, 5, 10, 16])
def test_an_inserted_entry(i, renumbered, records, tmp_path):
    twin = copy.deepcopy(records[1 + i])
    records.insert(2 + i, twin)
    if renumbered:
        for n, record in enumerate(entries(records)):
            record["i"] = n
    found = verdicts(written(records, tmp_path / "x"))
    codes = dict(found)
    if not renumbered:
        assert codes["index-repeated"] == {"index": i}
    if i < 16:
        assert codes["checkpoint-mismatch"] == range_of(i + 1)
    else:  # behind the last checkpoint no signature speaks of it
        assert codes["uncovered"] == {"first": 17, "last": 17}


@pytest.mark.parametrize("renumbered", [True, False])
@pytest.mark.parametrize("i", [0, 3, 4, 8, 15])
def test_swapped_entries(i, renumbered, records, tmp_path):
    a, b = records[1 + i], records[2 + i]
    records[1 + i], records[2 + i] = b, a
    if renumbered:
        a["i"], b["i"] = b["i"], a["i"]
    found = verdicts(written(records, tmp_path / "x"))
    codes = dict(found)
    assert codes["time-backwards"]["before"] == json.loads(b["leaf"])["at"]
    assert codes["checkpoint-mismatch"] == range_of(i)
    assert ("index-missing" in codes and "index-repeated" in codes) is not renumbered


def test_swapped_rows(records, tmp_path):
    a, b = rows(records)[:2]
    a["object"], b["object"] = b["object"], a["object"]
    found = verdicts(written(records, tmp_path / "x"))
    assert {c for c, _ in found} == {"row-differs"}
    assert {p["object"] for _, p in found} == {"recovery.unit 0", "recovery.unit 1"}
    assert {"number", "kind"} <= {p["field"] for _, p in found}


def test_the_order_of_rows_says_nothing(records, tmp_path):
    first, last = records.index(rows(records)[0]), records.index(rows(records)[-1])
    records[first : last + 1] = reversed(records[first : last + 1])
    assert verdicts(written(records, tmp_path / "x")) == []


def test_rows_removed_added_repeated_brought_back_or_of_another_schema(records, tmp_path):
    for i, row in enumerate(rows(records)):
        without = [r for r in records if r is not row]
        ((code, params),) = verdicts(written(without, tmp_path / "x"))
        assert (code, params["object"]) == ("row-missing", " ".join(row["object"]))
        twice = [*records]
        twice.insert(records.index(row), row)
        assert verdicts(written(twice, tmp_path / "x")) == [
            ("row-repeated", {"object": " ".join(row["object"])})
        ]
        if i > 1:
            continue
        for object, code in (
            (["recovery.unit", "9"], "row-without-entry"),
            (["recovery.unit", "4"], "row-of-deleted"),
        ):
            more = [*records]
            more.insert(records.index(row), {**row, "object": object})
            ((found, params),) = verdicts(written(more, tmp_path / "x"))
            assert (found, params["object"]) == (code, " ".join(object))
        other_schema = [{**r, "schema": "recovery.unit/2"} if r is row else r for r in records]
        ((found, params),) = verdicts(written(other_schema, tmp_path / "x"))
        assert (found, params["schema"], params["written"]) == (
            "row-schema",
            "recovery.unit/2",
            "recovery.unit/1",
        )


@pytest.mark.parametrize("keep", [16, 14, 9, 1])
def test_a_tail_cut_off_against_a_checkpoint_that_a_witness_kept(keep, tmp_path):
    """Entries, rows and checkpoints all cut back to an earlier time, as if nothing had happened since."""
    log = sample()
    kept = tmp_path / "kept.txt"
    kept.write_text(str(log.notes[-1]), "utf-8")
    short = type(log)()
    for logged in log.entries[:keep]:
        entry = parse_leaf(logged.leaf)
        short.entries.append(logged)
        short.frontier.append(leaf_hash(logged.leaf))
        if entry.action.endswith(".deleted"):
            short.rows.pop(entry.object)
        elif entry.digests and not entry.schema.startswith(EVENT):
            values = logged.values and {k: v for k, v in logged.values.items() if not k.startswith("_")}
            short.rows[entry.object] = Row(entry.object, entry.schema, values)
    short.sign()
    export = written(parsed(short.lines()), tmp_path / "x")
    if keep >= 14:
        assert verdicts(export) == []  # without the witness nothing shows it
    assert ("shorter", {"size": 17, "length": keep}) in verdicts(export, kept=[kept])


def test_a_history_written_anew_against_a_checkpoint_that_a_witness_kept(tmp_path):
    """The register itself signs another history: only the witness's checkpoint tells."""
    log = sample()
    kept = tmp_path / "kept.txt"
    kept.write_text(str(log.notes[1]), "utf-8")
    anew = type(log)()
    for n in range(12):
        anew.write("unit.created", ("recovery.unit", str(n)), unit(n, note="another"))
    anew.sign()
    export = written(parsed(anew.lines()), tmp_path / "x")
    assert verdicts(export) == []
    assert verdicts(export, kept=[kept]) == [
        ("checkpoint-mismatch", {"size": 9, "first": 0, "last": 8, "number": 1})
    ]


def test_an_event_neither_describes_a_row_nor_stands_in_for_one(tmp_path):
    log = sample()
    log.write("unit.opened", ("recovery.unit", "1"), {"field": "note"}, schema=f"{EVENT}1")
    log.write("signed-in", ("accounts.user", "7"), {"from": "here"}, schema=f"{EVENT}1")
    log.sign()
    assert verdicts(written(parsed(log.lines()), tmp_path / "good")) == []
    log.rows["accounts.user", "7"] = Row(("accounts.user", "7"), f"{EVENT}1", {"from": "here"})
    found = verdicts(written(parsed(log.lines()), tmp_path / "bad"))
    assert found == [("row-without-entry", {"object": "accounts.user 7"})]


def test_the_log_s_own_objects_have_rows_like_all_others(tmp_path):
    log = sample()
    log.write("subject.added", ("audit.subject", "9"), {"kind": "missing"})
    log.sign()
    assert verdicts(written(parsed(log.lines()), tmp_path / "good")) == []
    del log.rows["audit.subject", "9"]
    ((code, params),) = verdicts(written(parsed(log.lines()), tmp_path / "bad"))
    assert (code, params["object"]) == ("row-missing", "audit.subject 9")


def test_a_reason_is_about_the_entry_and_not_about_the_row(tmp_path):
    records = parsed(sample().lines())
    (corrected,) = [r for r in entries(records) if '"unit.corrected"' in r["leaf"] and "_reason" in r["leaf"]]
    corrected["values"]["_reason"] = "another"
    found = verdicts(written(records, tmp_path / "x"))
    assert [(code, params["field"]) for code, params in found] == [("entry-differs", "_reason")]
