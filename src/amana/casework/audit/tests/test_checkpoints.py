"""Signing, witnessing from a stick, and taking the cosignature back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.audit import checkpoints
from amana.casework.audit.checkpoints import hand_over, make_checkpoint, own_key, take_back
from amana.casework.audit.models import Checkpoint, Cosignature
from amana.casework.audit.verification import verify_database
from amana.casework.audit.witness import Witness, WitnessRefused
from amana.casework.audit.writing import SYSTEM, writing
from amana.problems import InputProblems

pytestmark = pytest.mark.django_db


def grow(entries: int) -> None:
    with writing(SYSTEM, "tests.grown") as log:
        for n in range(entries):
            log.note("tests", n)


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path / "other-office" / "witness.skey", "other.example/witness")


@pytest.fixture(autouse=True)
def other_office(tmp_path: Path) -> None:
    (tmp_path / "other-office").mkdir()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


def known() -> dict[str, Any]:
    return {own_key().name: own_key().verifier}


def code_of(refused: Any) -> list[str]:
    return [p.code for p in refused.value.problems]


def test_the_log_s_key_is_made_once_and_is_private(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    key = own_key()
    monkeypatch.setenv("AMANA_LOG_ORIGIN", "example.org/another")
    assert own_key() == key
    assert (settings.KEYS / "log.skey").stat().st_mode & 0o777 == 0o600


def test_a_checkpoint_is_made_only_when_the_log_grew() -> None:
    first = make_checkpoint()
    assert make_checkpoint() == first
    grow(1)
    assert make_checkpoint().size == first.size + 1
    assert Checkpoint.objects.count() == 2


def test_signing_needs_the_right(person: Any) -> None:
    with pytest.raises(PermissionDenied):
        make_checkpoint(person("recorder"))
    assert make_checkpoint(person("auditor"))


def test_a_log_shorter_than_what_was_signed_is_not_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    grow(3)
    note = make_checkpoint().note
    shorter = note.replace(f"\n{checkpoints.statement_of(note).size}\n", "\n999\n")
    monkeypatch.setattr(checkpoints, "last_signed", lambda folder: shorter)
    grow(1)
    with pytest.raises(InputProblems) as refused:
        make_checkpoint()
    assert code_of(refused) == ["log.shorter"]


def test_a_witness_cosigns_again_and_again_and_verification_names_it(witness: Witness, stick: Path) -> None:
    seen = []
    for _ in range(3):
        grow(5)
        hand_over(make_checkpoint(), stick)
        seen += witness.visit(stick, known())
        take_back(stick, SYSTEM, [witness.key.verifier])
    assert [s.before for s in seen] == [0, seen[0].size, seen[1].size]
    assert Cosignature.objects.count() == 3
    make_checkpoint()
    report = verify_database()
    assert report.verified
    assert [name for c in report.checkpoints for name, _ in c.witnesses] == ["other.example/witness"] * 3


def test_a_witness_that_missed_a_visit_gets_its_proof_all_the_same(witness: Witness, stick: Path) -> None:
    for round_ in range(4):
        grow(3)
        hand_over(make_checkpoint(), stick)
        if round_ in (0, 3):
            (done,) = witness.visit(stick, known())
    assert done.before > 0


def test_a_witness_asks_for_the_key_of_a_log_it_does_not_know(witness: Witness, stick: Path) -> None:
    hand_over(make_checkpoint(), stick)
    with pytest.raises(WitnessRefused) as refused:
        witness.visit(stick, {})
    assert code_of(refused) == ["log.new-to-witness"]
    assert not list(stick.glob("*/by-*"))


def test_a_witness_refuses_a_log_that_was_cut_or_rewritten(witness: Witness, stick: Path) -> None:
    grow(4)
    earlier = make_checkpoint()
    place = hand_over(earlier, stick)
    short = {p.name: p.read_text() for p in place.iterdir()}
    grow(4)
    hand_over(make_checkpoint(), stick)
    witness.visit(stick, known())
    for name, text in short.items():
        (place / name).write_text(text)
    with pytest.raises(WitnessRefused) as refused:
        witness.visit(stick, known())
    assert code_of(refused) == ["log.witness-shrunk"]
    # Another history of the same length, signed by the log itself.
    witness.seen[own_key().name] |= {"size": earlier.size, "root": "A" * 43 + "="}
    grow(4)
    hand_over(make_checkpoint(), stick)
    with pytest.raises(WitnessRefused) as refused:
        witness.visit(stick, known())
    assert code_of(refused) == ["log.witness-rewritten"]
    (place / f"from-{earlier.size}").unlink()
    with pytest.raises(WitnessRefused) as refused:
        witness.visit(stick, known())
    assert code_of(refused) == ["log.witness-no-proof"]
    assert witness.visit(stick, known(), begin_anew=True)[0].before == 0
    assert witness.seen[own_key().name]["before"][0]["size"] == earlier.size


def test_a_witness_refuses_a_forged_signature(witness: Witness, stick: Path) -> None:
    place = hand_over(make_checkpoint(), stick)
    text = (place / "checkpoint").read_text()
    lines = text.split("\n")
    lines[1] = str(int(lines[1]) + 1)
    (place / "checkpoint").write_text("\n".join(lines))
    with pytest.raises(WitnessRefused) as refused:
        witness.visit(stick, known())
    assert code_of(refused) == ["log.signature-bad"]


def test_a_witness_remembers_between_two_days(witness: Witness, stick: Path, tmp_path: Path) -> None:
    hand_over(make_checkpoint(), stick)
    witness.visit(stick, known())
    again = Witness(tmp_path / "other-office" / "witness.skey", "ignored")
    assert again.key == witness.key
    assert again.seen == witness.seen


def test_a_cosignature_counts_only_of_a_trusted_witness(witness: Witness, stick: Path, settings: Any) -> None:
    (settings.KEYS / "witnesses.keys").unlink(missing_ok=True)
    place = hand_over(make_checkpoint(), stick)
    with pytest.raises(InputProblems) as refused:
        take_back(stick, SYSTEM, [])
    assert code_of(refused) == ["log.nothing-to-import"]
    witness.visit(stick, known())
    with pytest.raises(InputProblems) as refused:
        take_back(stick, SYSTEM, [])
    assert code_of(refused) == ["log.witness-unknown"]
    assert take_back(stick, SYSTEM, [witness.key.verifier])[0].new
    assert not take_back(stick, SYSTEM, [])[0].new
    (path,) = place.glob("by-*")
    path.write_text(path.read_text().replace("=\n", "A\n"))
    with pytest.raises(InputProblems) as refused:
        take_back(stick, SYSTEM, [])
    assert code_of(refused) == ["log.cosignature-bad"]
