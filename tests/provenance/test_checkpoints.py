"""Signatures, keys, erasure, and what no signature covers: both verifiers say the same."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from amana.provenance import (
    Checkpoint,
    Frontier,
    SignedCheckpoint,
    VerifierKey,
    leaf_hash,
    sign_note,
    verify_log,
)
from amana.provenance.entry import encode_url64
from tests.provenance.both import TRUSTED, verdicts
from tests.provenance.build import (
    CHECKPOINTS,
    ERASED_SUBJECT,
    LOG,
    ORIGIN,
    STRANGER,
    WITNESS,
    entries,
    parsed,
    rows,
    sample,
    unit,
    written,
)
from tools import verify_log as verify_log_tool


@pytest.fixture(scope="module")
def whole() -> list[dict[str, Any]]:
    return parsed(sample().lines())


@pytest.fixture
def records(whole):
    return copy.deepcopy(whole)


def notes(records):
    return [r for r in records if r["t"] == "checkpoint"]


@pytest.mark.parametrize("n", range(5))
def test_a_changed_signature(n, records, tmp_path):
    note = notes(records)[n]
    head, _, tail = note["note"].partition(f"— {ORIGIN} ")
    flipped = "B" if tail[20] == "A" else "A"
    note["note"] = f"{head}— {ORIGIN} {tail[:20]}{flipped}{tail[21:]}"
    found = dict(verdicts(written(records, tmp_path / "x")))
    assert found.pop("signature-bad") == {"size": CHECKPOINTS[n], "key": ORIGIN}
    assert found == ({"uncovered": {"first": 14, "last": 16}} if n == 4 else {})


def test_a_changed_cosignature(records, tmp_path):
    note = notes(records)[1]
    head, _, tail = note["note"].partition(f"— {WITNESS.name} ")
    note["note"] = f"{head}— {WITNESS.name} {tail[:6]}{'B' if tail[6] == 'A' else 'A'}{tail[7:]}"
    assert verdicts(written(records, tmp_path / "x")) == [("signature-bad", {"size": 9, "key": WITNESS.name})]


def test_a_changed_size_or_root_of_a_checkpoint(records, tmp_path):
    for old, new in (("\n12\n", "\n11\n"), ("\n\n", "\nmore\n\n"), (ORIGIN + "\n12", ORIGIN + "\n13")):
        bent = copy.deepcopy(records)
        notes(bent)[2]["note"] = notes(bent)[2]["note"].replace(old, new, 1)
        assert [c for c, _ in verdicts(written(bent, tmp_path / "x"))] == ["signature-bad"]


def test_a_checkpoint_of_a_stranger(records, tmp_path):
    frontier = Frontier()
    frontier.extend(leaf_hash(r["leaf"].encode()) for r in entries(records))
    text = str(Checkpoint(ORIGIN, 17, frontier.root()))
    notes(records)[4]["note"] = str(sign_note(text, STRANGER))
    export = written(records, tmp_path / "x")
    assert dict(verdicts(export))["signature-unknown"] == {"size": 17, "keys": (STRANGER.name,)}
    records[0]["keys"].append(str(STRANGER.verifier))
    export = written(records, tmp_path / "x")
    assert dict(verdicts(export))["signature-untrusted"] == {"size": 17, "keys": (STRANGER.name,)}
    assert {c for c, _ in verdicts(export, trusted=[])} == {"key-untrusted"}


def test_a_checkpoint_of_another_log_or_of_none(records, tmp_path):
    log = sample()
    log.sign(origin="example.org/other")
    ((code, params),) = verdicts(written(parsed(log.lines()), tmp_path / "x"))
    assert (code, params["origin"]) == ("checkpoint-origin", "example.org/other")
    notes(records)[0]["note"] = "no note"
    assert verdicts(written(records, tmp_path / "x")) == [("checkpoint-unreadable", {"number": 1})]
    bare = [r for r in records if r["t"] != "checkpoint"]
    assert verdicts(written(bare, tmp_path / "x")) == [("no-checkpoint", {})]


def test_a_key_that_stands_only_in_the_export_is_said_to(records, tmp_path):
    export = written(records, tmp_path / "x")
    found = verdicts(export, trusted=[])
    assert found == [("key-untrusted", {"key": str(k.verifier)}) for k in (LOG, WITNESS)]
    assert verdicts(export, trusted=[WITNESS.verifier]) == [("key-untrusted", {"key": str(LOG.verifier)})]
    assert verdicts(export, trusted=[LOG.verifier]) == [("key-untrusted", {"key": str(WITNESS.verifier)})]
    assert {c for c, _ in verdicts(export, trusted=[STRANGER.verifier])} >= {
        "signature-untrusted",
        "no-checkpoint",
    }


def test_text_of_an_erased_subject_that_is_still_there(records, tmp_path):
    index = next(
        i for i, r in enumerate(entries(records)) if json.loads(r["leaf"])["subject"] == ERASED_SUBJECT
    )
    record = entries(records)[index]
    expected = {"subject": ERASED_SUBJECT, "index": index, "number": 1}
    record["values"] = {"name": "Name 2", "told": "a long story"}
    found = dict(verdicts(written(records, tmp_path / "x")))
    assert found.keys() == {"erased-text", "entry-unsalted"}
    assert found["erased-text"] == expected
    record["values"], record["salt"] = None, encode_url64(bytes(32))
    assert verdicts(written(records, tmp_path / "x")) == [("erased-text", expected)]


def test_text_withheld_though_nobody_was_erased_is_a_warning_with_its_number(records, tmp_path):
    for i in (0, 5, 16):
        entries(records)[i] |= {"salt": None, "values": None}
    export = written(records, tmp_path / "x")
    assert verdicts(export) == [("withheld", {"number": 3, "first": 0}), ("rows-withheld", {"number": 1})]
    rows(records)[0]["values"] = None
    assert ("rows-withheld", {"number": 2}) in verdicts(written(records, tmp_path / "x"))


def test_values_without_their_salt(records, tmp_path):
    entries(records)[3]["salt"] = None
    found = dict(verdicts(written(records, tmp_path / "x")))
    assert found["entry-unsalted"] == {"index": 3, "object": "recovery.unit 3"}


def test_entries_after_the_last_checkpoint_are_said_to_be_uncovered(tmp_path):
    log = sample()
    log.write("unit.created", ("recovery.unit", "6"), unit(6))
    found = verdicts(written(parsed(log.lines()), tmp_path / "x"))
    assert found == [("uncovered", {"first": 17, "last": 17})]


def test_time_that_runs_backwards_in_a_log_that_is_otherwise_whole(tmp_path):
    log = sample()
    log.write("unit.created", ("recovery.unit", "6"), unit(6), at="2026-11-25T21:00:00.000000Z")
    log.sign()
    ((code, params),) = verdicts(written(parsed(log.lines()), tmp_path / "x"))
    assert (code, params["index"], params["at"]) == ("time-backwards", 17, "2026-11-25T21:00:00.000000Z")


def test_a_log_without_entries(tmp_path):
    log = type(sample())()
    log.sign()
    assert verdicts(written(parsed(log.lines()), tmp_path / "x")) == []
    log.notes[0] = sign_note(str(Checkpoint(ORIGIN, 0, bytes(32))), LOG)
    assert [c for c, _ in verdicts(written(parsed(log.lines()), tmp_path / "x"))] == ["checkpoint-mismatch"]


def test_a_forged_key_that_shares_name_and_hash_does_not_displace_a_trusted_one(records, tmp_path):
    """The identifier of a key is four bytes: it can be met by trying. Here the trying is pretended."""
    twin = VerifierKey(LOG.name, 1, STRANGER.verifier.public)
    object.__setattr__(twin, "id", LOG.verifier.id)
    log = sample()
    signed = [SignedCheckpoint(str(note)) for note in log.notes]
    report = verify_log(log.entries, log.rows.values(), signed, origin=ORIGIN, keys=[twin], trusted=TRUSTED)
    assert report.verified
    assert report.findings == ()
    ours, forged = (verify_log_tool.read_key(str(key.verifier)) for key in (LOG, STRANGER))
    forged = forged._replace(name=ours.name, id=ours.id)
    header = {"origin": ORIGIN, "made": "", "keys": [forged]}
    tool = verify_log_tool.Log(header, [ours])
    for note in log.notes:
        tool.checkpoint({"note": str(note)})
    assert len(tool.checkpoints) == len(CHECKPOINTS)
    assert tool.findings == []


def test_the_report_tells_what_was_covered_by_whom():
    log = sample()
    signed = [SignedCheckpoint(str(note)) for note in log.notes]
    report = verify_log(log.entries, log.rows.values(), signed, origin=ORIGIN, trusted=TRUSTED)
    assert report.verified
    assert (report.entries, report.rows_checked, report.rows_erased, report.subjects_erased) == (17, 8, 1, 1)
    assert [c.size for c in report.checkpoints] == list(CHECKPOINTS)
    assert all(c.agrees and c.signers == (ORIGIN,) for c in report.checkpoints)
    assert report.checkpoints[1].witnesses == ((WITNESS.name, 1_795_000_009),)
    assert report.checkpoints[1].until == "2026-11-25T22:00:08.123456Z"
