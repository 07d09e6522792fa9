"""Files are part of a backup and come back with it, to the byte; what is damaged in between is found."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from amana.casework.audit import backup, restore
from amana.casework.audit.tests.test_commands import PREPARE, Shell, amana, codes, environment
from amana.problems import InputProblems

__all__ = ["amana", "environment"]
KEEP = """
import io, sys
from amana.casework.start import start
start()
from amana.casework.accounts.models import Office
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.files.models import StoredFile
from amana.casework.files.receiving import receive
from amana.casework.files.services import content_of, store
from amana.casework.files.upkeep import verify_files

if sys.argv[1] == "keep":
    with writing(SYSTEM, "tests.added") as log:
        store(log, io.BytesIO(b"a,b\\n" * 200_000), office=Office.objects.get(), name="list.csv")
found = StoredFile.objects.get()
print(found.sha256, sum(map(len, content_of(found).content())), len(verify_files()))
"""


def test_stored_files_come_back_with_a_backup(amana: Shell, tmp_path: Path) -> None:
    amana.python(PREPARE)
    work = tmp_path / "work.py"
    work.write_text(KEEP)
    before = amana.python(work, "keep")
    assert before.endswith(" 800000 0")
    amana("log", "checkpoint")
    checked = amana("log", "verify", "--files")
    assert (checked["verified"], checked["custody"], checked["files"]) == (True, [], [])
    assert amana("log", "verify")["files"] is None
    folder = Path(amana("backup", tmp_path / "disk")["folder"])
    copies = [p for p in (folder / "files").rglob("*") if p.is_file()]
    assert len(copies) == 2
    shutil.rmtree(tmp_path / "home" / "files")
    amana("restore", folder, "--replace")
    assert amana.python(work, "show") == before
    assert not list((tmp_path / "home").glob("*.part"))
    copy = next(p for p in copies if not p.name.endswith(".preview"))
    held = bytearray(copy.read_bytes())
    held[5000] ^= 1
    copy.write_bytes(held)
    assert codes(amana("restore", folder, "--replace", status=2)) == {"backup.file-changed"}
    assert amana.python(work, "show") == before
    here = next(p for p in (tmp_path / "home" / "files").rglob("*") if p.name == copy.name)
    here.write_bytes(held)
    damaged = amana("log", "verify", "--files", status=1)
    assert [p["code"] for p in damaged["files"]] == ["files.damaged"]
    assert damaged["verified"]


def test_a_copy_that_differs_is_not_put_in_place(tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    folder = tmp_path / "backup"
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "a").write_bytes(b"as it was")
    manifest = {"files": {"files/a": {"size": 9, "sha256": "0" * 64}}}
    with pytest.raises(InputProblems) as refused:
        restore._copy_folders(backup.Backup(folder, manifest))
    assert [p.code for p in refused.value.problems] == ["backup.file-changed"]
    assert list(settings.HOME.iterdir()) == []


def test_a_folder_in_which_others_work_is_copied(tmp_path: Path, monkeypatch: Any) -> None:
    source = tmp_path / "files"
    (source / "ab").mkdir(parents=True)
    for name in ("stays", "erased", ".half"):
        (source / "ab" / name).write_text(name)
    copy = shutil.copy2

    def and_meanwhile(path: str, place: str) -> Any:
        (source / "ab" / "erased").unlink(missing_ok=True)
        return copy(path, place)

    monkeypatch.setattr(shutil, "copy2", and_meanwhile)
    backup._copy(source, tmp_path / "copy")
    assert [p.name for p in (tmp_path / "copy" / "ab").iterdir()] == ["stays"]
