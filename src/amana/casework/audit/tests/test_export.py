"""What leaves the house is proof, and the program that shares nothing with Amana verifies it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.audit.checkpoints import own_key
from amana.casework.audit.export import export_log
from amana.casework.audit.models import Entry
from amana.casework.audit.tests.filled import fill
from amana.cli.machine import ROOT
from amana.problems import InputProblems

pytestmark = pytest.mark.django_db


def verified(path: Path) -> dict[str, Any]:
    program = ROOT / "tools" / "verify_log.py"
    command = [sys.executable, "-I", str(program), str(path), "--json", "--key", str(own_key().verifier)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def exported(path: Path, **options: Any) -> str:
    with path.open("wb") as target:
        export_log(target, **options)
    return path.read_text("utf-8")


def test_an_export_verifies_elsewhere_and_a_change_in_it_is_found(tmp_path: Path) -> None:
    fill()
    path = tmp_path / "export.jsonl"
    text = exported(path)
    said = verified(path)
    assert said["verified"], said["findings"]
    path.write_text(text.replace('"name_en":"', '"name_en":"x', 1), "utf-8")
    assert not verified(path)["verified"]


def test_what_is_about_people_or_can_show_a_genotype_is_left_out(tmp_path: Path) -> None:
    made = {m.log_name(): rows for m, rows in fill().items()}
    person, profile, user = (made[k][0] for k in ("missing.person", "laboratory.profile", "accounts.user"))
    text = exported(tmp_path / "x")
    assert made["incidents.incident"][0].name_en in text
    for secret in (person.name_ar, profile.calls, user.password, person.circumstances):
        assert secret not in text


def test_with_sealed_needs_the_right_and_a_reason_and_is_on_record(tmp_path: Path, person: Any) -> None:
    made = {m.log_name(): rows for m, rows in fill().items()}
    officer = person("data_protection_officer")
    path = tmp_path / "x.jsonl"
    with pytest.raises(PermissionDenied):
        export_log(io.BytesIO(), person("auditor"), with_sealed=True, reason="court")
    with pytest.raises(PermissionDenied):
        export_log(io.BytesIO(), with_sealed=True, reason="court")
    with pytest.raises(InputProblems):
        export_log(io.BytesIO(), officer, with_sealed=True)
    text = exported(path, by=officer, with_sealed=True, reason="order 12 of the court")
    assert made["missing.person"][0].name_ar in text
    assert made["accounts.user"][0].password not in text
    assert verified(path)["verified"]
    entry = Entry.objects.get(action="log.exported", actor=str(officer.pk))
    assert json.loads(entry.values) == {"sealed": True, "_reason": "order 12 of the court"}
