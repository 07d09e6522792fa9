"""Backups: the database as of one moment, the files, and a list of what they are.  Never the keys.

<folder>/amana-20261125T223000Z/
    manifest.json       what it holds, with SHA-256 of every file, and how long the log was
    checkpoint          the log's signed checkpoint of that moment
    database.sqlite3    or database.dump, in PostgreSQL's custom format
    files/ runs/        what people put in, and results
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from amana import __version__
from amana.casework.audit.checkpoints import make_checkpoint, statement_of, whole_note
from amana.casework.audit.writing import SYSTEM, writing
from amana.cli import machine
from amana.problems import InputProblem, InputProblems
from amana.provenance.signed_note import encode64

MANIFEST, CHECKPOINT = "manifest.json", "checkpoint"
DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
FOLDERS = ("files", "runs")
"""Folders of the home that belong to the records; caches, static files and logs do not."""


@dataclass(frozen=True)
class Backup:
    """A backup that was made or read."""

    folder: Path
    manifest: dict[str, Any]


def make_backup(target: Path) -> Backup:
    """Write a backup into a new folder below `target`.

    Raises
    ------
    InputProblems
        When the folder lies inside what is backed up or beside the keys, or a program is missing.
    """
    _refuse_place(target.resolve())
    moment = timezone.now()
    with writing(SYSTEM, "database.backed-up") as log:
        log.note("database", "backup", {"version": __version__})
    checkpoint = make_checkpoint()
    name = f"amana-{moment:%Y%m%dT%H%M%SZ}"
    fresh, place = target / f".{name}.part", target / name
    fresh.mkdir(parents=True)
    fresh.chmod(0o700)
    try:
        dump(fresh / DATABASE[connection.vendor])
        for folder in FOLDERS:
            if (Path(settings.HOME) / folder).is_dir():
                _copy(Path(settings.HOME) / folder, fresh / folder)
        (fresh / CHECKPOINT).write_text(whole_note(checkpoint), encoding="utf-8")
        statement = statement_of(checkpoint.note)
        manifest = {
            "amana": __version__,
            "made": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            "database": connection.vendor,
            "migrations": sorted(f"{a}.{n}" for a, n in MigrationRecorder(connection).applied_migrations()),
            "log": {"origin": statement.origin, "size": statement.size, "root": encode64(statement.root)},
            "files": {p: {"size": s, "sha256": d} for p, s, d in _listed(fresh)},
        }
        with (fresh / MANIFEST).open("w", encoding="utf-8") as file:
            json.dump(manifest, file, indent=1, sort_keys=True)
            file.write("\n")
        _flush(fresh)
        fresh.rename(place)  # with this it is a backup; before it was a folder that nobody takes for one
        _sync(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return Backup(place, manifest)


def _copy(source: Path, target: Path) -> None:
    """Copy a folder while others write into it.

    The database was copied before, so every file of a row is here, unless its person was erased meanwhile.
    Names that begin with a dot are of files that are not whole yet.
    """

    def one(path: str, place: str) -> str:
        with suppress(FileNotFoundError):
            shutil.copy2(path, place)
        return place

    shutil.copytree(source, target, copy_function=one, ignore=shutil.ignore_patterns(".*"))


def _refuse_place(target: Path) -> None:
    home, keys = Path(settings.HOME).resolve(), Path(settings.KEYS).resolve()
    for taken in (home, keys):
        if target == taken or taken in target.parents:
            raise InputProblems([InputProblem("backup.inside", str(target), params={"folder": str(taken)})])
    for folder in FOLDERS:
        if keys == home / folder or home / folder in keys.parents:
            raise InputProblems([InputProblem("backup.keys-inside", str(keys))])


def dump(target: Path) -> None:
    """The database as of one moment, while others write."""
    if connection.vendor == "sqlite":
        source = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True)
        try:
            # Whole pages are written again: nothing that was deleted comes along.
            source.execute("VACUUM INTO ?", (str(target),))
        finally:
            source.close()
        target.chmod(0o600)
        return
    arguments = ["--format=custom", "--no-owner", "--no-privileges", "--schema=public", f"--file={target}"]
    postgresql("pg_dump", *arguments)


def postgresql(program: str, *arguments: str) -> str:
    """Run one of PostgreSQL's programs on this database; the password is in no command line.

    Raises
    ------
    InputProblems
        When it is not there, or says that something is wrong.
    """
    initdb = machine.find_postgresql()
    beside = initdb.resolve().parent / program if initdb else Path()
    path = beside if beside.is_file() else machine.on_path(program)
    if path is None:
        raise InputProblems([InputProblem("backup.no-program", params={"program": program})])
    known = connection.settings_dict
    options = known.get("OPTIONS", {})
    named = {
        "PGDATABASE": known["NAME"], "PGUSER": known["USER"], "PGPASSWORD": known["PASSWORD"],
        "PGHOST": known["HOST"] or options.get("host", ""), "PGPORT": known["PORT"],
        "PGSSLMODE": options.get("sslmode", ""), "PGSSLROOTCERT": options.get("sslrootcert", ""),
    }  # fmt: skip
    environment = {**os.environ, **{k: str(v) for k, v in named.items() if v}}
    done = subprocess.run(
        [str(path), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        params = {"program": program, "reason": done.stderr.strip()[-400:]}
        raise InputProblems([InputProblem("backup.program-failed", params=params)])
    return done.stdout


def _listed(folder: Path) -> list[tuple[str, int, str]]:
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found.append((path.relative_to(folder).as_posix(), path.stat().st_size, digest))
    return found


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_backup(folder: Path) -> Backup:
    """A backup whose every file is as it was written.

    Raises
    ------
    InputProblems
        With every file that is missing, changed or more than was written.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed, engine, log = manifest["files"], manifest["database"], manifest["log"]
        _ = DATABASE[engine], log["size"], log["root"], log["origin"], manifest["made"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputProblems([InputProblem("backup.no-manifest", str(folder))]) from None
    found = {p: (s, d) for p, s, d in _listed(folder) if p != MANIFEST}
    problems = [
        InputProblem("backup.file-changed", path)
        for path, entry in listed.items()
        if path in found and found[path] != (entry["size"], entry["sha256"])
    ]
    problems += [InputProblem("backup.file-missing", path) for path in listed.keys() - found.keys()]
    problems += [InputProblem("backup.file-added", path) for path in found.keys() - listed.keys()]
    if problems:
        raise InputProblems(problems)
    return Backup(folder, manifest)
