"""The commands as they are typed, on a register of their own: sign, witness, verify, back up, restore."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amana.cli.machine import ROOT
from tools.postgresql import one_more_database

PREPARE = ROOT / "tests" / "path" / "prepare_register.py"
# One process for all commands of a test, as a person's shell would be: starting Django takes longest.
SHELL = """
import contextlib, io, json, runpy, sys
from amana.cli import main
for line in sys.stdin:
    asked, out, err = json.loads(line), io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        if asked[0] == "python":
            status, sys.argv = 0, asked[1:]
            runpy.run_path(asked[1], run_name="__main__")
        else:
            status = main(["--json", *asked])
    sys.__stdout__.write(json.dumps([status, out.getvalue(), err.getvalue()]) + chr(10))
    sys.__stdout__.flush()
"""
PERSON = """
import sys
from amana.casework.start import start
start()
from amana.casework.accounts.models import Office
from amana.casework.audit.keyring import keyring
from amana.casework.audit.models import Subject
from amana.casework.audit.protection import _erase, new_subject, seal
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.missing.models import MissingPerson

if sys.argv[1] == "add":
    with writing(SYSTEM, "tests.added") as log:
        subject = new_subject(log, "missing")
        log.save(MissingPerson(
            office=Office.objects.get(), subject=subject, number="TST-92-001-X", name_en="Zahrabad Nonesuch",
            circumstances=seal(subject, "a story"),
        ))
elif sys.argv[1] == "erase":
    subject = Subject.objects.get()
    with writing(SYSTEM, "subject.erased") as log:
        _erase(log, subject)
    keyring().destroy([subject.pk])
else:
    print(MissingPerson.objects.get().name_en)
"""


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    found = {**os.environ, "AMANA_HOME": str(tmp_path / "home"), "AMANA_KEYS": str(tmp_path / "keys")}
    url = found.get("DATABASE_URL")
    if not url:
        yield found
        return
    with one_more_database(url) as empty:
        yield {**found, "DATABASE_URL": empty}


class Shell:
    """Commands as they are typed, with --json."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SHELL],
            env=environment, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def _ask(self, *words: str) -> tuple[int, str, str]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        status, out, err = json.loads(self.process.stdout.readline())
        return status, out, err

    def __call__(self, *words: object, status: int = 0) -> Any:
        found, out, err = self._ask(*map(str, words))
        assert found == status, out + err
        return json.loads(out)

    def python(self, *words: object) -> str:
        return self._ask("python", *map(str, words))[1].strip()


@pytest.fixture
def amana(environment: dict[str, str], tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(environment, tmp_path)
    yield shell
    shell.process.communicate()


def codes(document: Any) -> set[str]:
    return {p["code"] for p in document["problems"]}


def test_a_register_is_made_signed_witnessed_verified_and_exported(amana: Shell, tmp_path: Path) -> None:
    assert codes(amana("log", "verify", status=2)) == {"database.none"}
    assert amana("migrate")["applied"]
    assert amana("migrate")["applied"] == []
    key = amana("log", "key")["key"]
    stick, other = tmp_path / "stick", tmp_path / "other.skey"
    amana("log", "checkpoint", "--to", stick)
    assert codes(amana("log", "witness", stick, "--key", other, "--name", "other.example/w", status=1)) == {
        "log.new-to-witness"
    }
    done = amana("log", "witness", stick, "--key", other, "--log-key", key)
    assert done["cosigned"][0]["before"] == 0
    taken = amana("log", "import", stick, "--witness-key", done["key"])
    assert taken["cosignatures"][0]["witness"] == "other.example/w"
    amana("log", "checkpoint")
    (kept,) = stick.glob("*/checkpoint")
    report = amana("log", "verify", "--checkpoint", kept)
    assert report["verified"]
    assert [w for c in report["checkpoints"] for w in c["witnesses"]] == ["other.example/w"]
    amana("keys", "rotate")
    assert amana("keys", "check")["keys_lost"] == []
    for name in ("export.jsonl", "export.jsonl.gz"):
        amana("log", "export", name)
        command = [sys.executable, ROOT / "tools" / "verify_log.py", tmp_path / name, "--key", key]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_a_backup_comes_back_and_what_was_lost_is_said(
    amana: Shell, environment: dict[str, str], tmp_path: Path
) -> None:
    amana.python(PREPARE)
    work = tmp_path / "work.py"
    work.write_text(PERSON)
    amana.python(work, "add")
    files = tmp_path / "home" / "files"
    files.mkdir()
    (files / "letter.txt").write_text("a letter")
    made = amana("backup", tmp_path / "disk")
    folder = Path(made["folder"])
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert "files/letter.txt" in names
    assert not [n for n in names if "key" in n]
    assert (tmp_path / "keys" / "salt.key").read_text().strip() not in str(
        [p.read_bytes() for p in folder.rglob("*") if p.is_file()]
    )
    assert codes(amana("backup", tmp_path / "home" / "inside", status=2)) == {"backup.inside"}
    # Afterwards somebody is erased, and the log is signed.
    amana.python(work, "erase")
    later = amana("log", "checkpoint")["size"]
    assert codes(amana("restore", folder, status=2)) == {"restore.exists"}
    done = amana("restore", folder, "--replace")
    assert done["size"] >= made["log"]["size"]
    assert done["lost"] == [done["size"], later - 1]
    assert done["erased"] == 1
    assert amana.python(work, "show") == ""  # erased stays erased
    assert (files / "letter.txt").read_text() == "a letter"
    amana("log", "checkpoint")
    report = amana("log", "verify")
    assert report["verified"], report["findings"]
    assert done["aside"]
    if "DATABASE_URL" not in environment:
        assert (Path(done["aside"]) / "amana.sqlite3").exists()


def test_a_backup_that_was_changed_is_not_restored(
    amana: Shell, environment: dict[str, str], tmp_path: Path
) -> None:
    amana("migrate")
    folder = Path(amana("backup", tmp_path / "disk")["folder"])
    manifest = (folder / "manifest.json").read_text()
    (database,) = folder.glob("database.*")
    whole = database.read_bytes()
    database.write_bytes(whole[:-1] + b"x")
    (folder / "more").write_text("x")
    found = amana("restore", folder, "--replace", status=2)
    assert codes(found) == {"backup.file-changed", "backup.file-added"}
    database.unlink()
    (folder / "more").unlink()
    assert codes(amana("restore", folder, "--replace", status=2)) == {"backup.file-missing"}
    database.write_bytes(whole)
    (folder / "manifest.json").write_text(manifest[:-40])
    assert codes(amana("restore", folder, "--replace", status=2)) == {"backup.no-manifest"}
    assert amana("log", "verify")["verified"]


@pytest.mark.sqlite
def test_a_backup_is_restored_where_nothing_is_left_but_the_keys(
    amana: Shell, environment: dict[str, str], tmp_path: Path
) -> None:
    amana("migrate")
    folder = Path(amana("backup", tmp_path / "disk")["folder"])
    for path in (tmp_path / "home").glob("amana.sqlite3*"):
        path.unlink()
    elsewhere = Shell(environment, tmp_path)
    done = elsewhere("restore", folder)
    assert (done["lost"], done["aside"]) == (None, None)
    assert elsewhere("log", "verify")["verified"]
    elsewhere.process.communicate()
    stranger = Shell({**environment, "AMANA_KEYS": str(tmp_path / "k2"), "AMANA_LOG_ORIGIN": "x/y"}, tmp_path)
    assert codes(stranger("restore", folder, "--replace", status=2)) == {"restore.other-log"}
    stranger.process.communicate()
