"""Bring a backup back, keep what was there aside, and have the log say what was lost.

A restored database is older than the world around it.  People erased since are erased again, because the key
folder knows their keys were destroyed; and entries that were signed or witnessed since are named as lost, so
that nobody takes a gap for a tidy log.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from amana.casework.audit import backup
from amana.casework.audit.checkpoints import last_witnessed, own_key, signed_before, statement_of
from amana.casework.audit.logkeys import LAST
from amana.casework.audit.models import Tree
from amana.casework.audit.protection import finish_erasures
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.common.searching import is_made_here
from amana.casework.files.places import ask_for_room
from amana.problems import InputProblem, InputProblems
from amana.provenance.signed_note import encode64

_PART = ".part"


@dataclass(frozen=True)
class Restored:
    """What came of it.

    Attributes
    ----------
    size
        Entries that the restored log had.
    lost
        First and last number of the entries that are known to be lost; None where none is known.
    witnessed
        Size of the newest checkpoint known here that another office cosigned; None where none is known.
    erased
        How many people were erased again.
    aside
        Where what was there before is kept; None where nothing was there.
    """

    size: int
    made: str
    lost: tuple[int, int] | None
    witnessed: int | None
    erased: int
    aside: str | None


def restore(folder: Path, *, replace: bool) -> Restored:
    """Bring back a backup.

    Parameters
    ----------
    replace
        Put aside what is there; without it, a database that is there is never touched.

    Raises
    ------
    InputProblems
        When the backup is not as it was written or of another kind of database, or the database is in use.
    """
    found = backup.read_backup(folder)
    engine = found.manifest["database"]
    if engine != connection.vendor:
        params = {"backup": engine, "here": connection.vendor}
        raise InputProblems([InputProblem("restore.other-engine", str(folder), params=params)])
    if found.manifest["log"]["origin"] != own_key().name:
        params = {"backup": found.manifest["log"]["origin"], "here": own_key().name}
        raise InputProblems([InputProblem("restore.other-log", str(folder), params=params)])
    stamp = f"{timezone.now():%Y%m%dT%H%M%SZ}"
    before = _state_before() if _is_there() else {}
    if _is_there() and not replace:
        raise InputProblems([InputProblem("restore.exists")])
    _copy_folders(found)
    aside = _put_aside(stamp) if _is_there() else None
    _bring_back(found)
    _folders(found, stamp)
    connection.close()
    call_command("migrate", interactive=False, verbosity=0)
    return _tell_the_log(found, before, aside, stamp)


def _path() -> Path:
    return Path(connection.settings_dict["NAME"])


def _is_there() -> bool:
    if connection.vendor == "sqlite":
        return _path().exists() and _path().stat().st_size > 0
    return Tree._meta.db_table in connection.introspection.table_names()


def _state_before() -> dict[str, Any]:
    """How long the log was, and what of it was witnessed, as far as the old database still answers."""
    if connection.vendor == "sqlite":
        try:
            db = sqlite3.connect(f"file:{_path()}?mode=ro", uri=True)
            try:
                return _asked(lambda sql: db.execute(sql).fetchone())
            finally:
                db.close()
        except sqlite3.Error:
            return {}
    with connection.cursor() as cursor:
        return _asked(lambda sql: cursor.execute(sql).fetchone())


def _asked(ask: Any) -> dict[str, Any]:
    size = ask("SELECT size FROM audit_tree")
    note = ask(
        "SELECT note FROM audit_checkpoint WHERE id IN (SELECT checkpoint_id FROM audit_cosignature) "
        "ORDER BY size DESC LIMIT 1"
    )
    return {"size": size[0] if size else 0, "witnessed": note[0] if note else None}


def _put_aside(stamp: str) -> str:
    connection.close()
    if connection.vendor == "postgresql":
        name = f"amana_before_{stamp.lower()}"
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER SCHEMA public RENAME TO "{name}"')
        connection.close()
        return name
    place = Path(settings.HOME) / f"before-{stamp}"
    _alone(_path())
    place.mkdir(mode=0o700)
    for end in ("", "-wal", "-shm", "-journal"):
        if (old := _path().with_name(_path().name + end)).exists():
            old.rename(place / old.name)
    return str(place)


def _alone(path: Path) -> None:
    """Refuse while anybody else has the database open; one that is damaged cannot be asked."""
    try:
        db = sqlite3.connect(path, timeout=1, isolation_level=None)
        try:
            # Leaving WAL needs the database for oneself, and leaves it in one file.
            db.execute("PRAGMA journal_mode=DELETE").fetchone()
        finally:
            db.close()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise InputProblems([InputProblem("restore.in-use", str(path))]) from None
    except sqlite3.DatabaseError:
        pass


def _bring_back(found: backup.Backup) -> None:
    source = found.folder / backup.DATABASE[connection.vendor]
    if connection.vendor == "postgresql":
        # The dump makes the schema itself; on a new database an empty one stands in its place.
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS public")
        connection.close()
        _fill_postgresql(source)  # migrating, which follows, makes the indexes that are left out
        return
    fresh = _path().with_name(_path().name + ".part")
    shutil.copyfile(source, fresh)
    fresh.chmod(0o600)
    backup._sync(fresh)
    fresh.rename(_path())
    backup._sync(_path().parent)


def _fill_postgresql(source: Path) -> None:
    """Everything that was dumped, except the indexes that are made with an extension (:mod:`searching`)."""
    contents = backup.postgresql("pg_restore", "--list", str(source)).splitlines()
    # 4021; 1259 17012 INDEX public alerts_alert_search_trigrams amana
    kept = [c for c in contents if not (" INDEX public " in c and is_made_here(c.split()[-2]))]
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as chosen:
        chosen.write("\n".join(kept) + "\n")
        chosen.flush()
        backup.postgresql(
            "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
            f"--use-list={chosen.name}", f"--dbname={connection.settings_dict['NAME']}", str(source),
        )  # fmt: skip


def _copy_folders(found: backup.Backup) -> None:
    """Copy files beside their place, and compare each with its hash: a disk that is full changes nothing."""
    home, listed = Path(settings.HOME), found.manifest["files"]
    ask_for_room(sum(e["size"] for p, e in listed.items() if p.split("/")[0] in backup.FOLDERS))
    try:
        for name in backup.FOLDERS:
            fresh = home / f"{name}{_PART}"
            shutil.rmtree(fresh, ignore_errors=True)
            if not (found.folder / name).is_dir():
                continue
            shutil.copytree(found.folder / name, fresh)
            for path, size, digest in backup._listed(fresh):
                if listed[f"{name}/{path}"] != {"size": size, "sha256": digest}:
                    raise InputProblems([InputProblem("backup.file-changed", f"{name}/{path}")])
            backup._flush(fresh)
    except BaseException:
        for name in backup.FOLDERS:
            shutil.rmtree(home / f"{name}{_PART}", ignore_errors=True)
        raise


def _folders(found: backup.Backup, stamp: str) -> None:
    home = Path(settings.HOME)
    for name in backup.FOLDERS:
        if (home / name).exists():
            place = home / f"before-{stamp}"
            place.mkdir(mode=0o700, exist_ok=True)
            (home / name).rename(place / name)
        if (home / f"{name}{_PART}").is_dir():
            (home / f"{name}{_PART}").rename(home / name)
    backup._sync(home)


def _tell_the_log(found: backup.Backup, before: Mapping[str, Any], aside: str | None, stamp: str) -> Restored:
    size = Tree.objects.get(pk=1).size
    erased = finish_erasures()
    signed, made = signed_before(), found.manifest["made"]
    witnessed = statement_of(before["witnessed"]) if before.get("witnessed") else None
    here = last_witnessed()
    if here is not None and (witnessed is None or here.size > witnessed.size):
        witnessed = statement_of(here.note)
    reached = max(before.get("size", 0), signed.size if signed else 0, witnessed.size if witnessed else 0)
    lost = (size, reached - 1) if reached > size else None
    values = {
        "backup": {"made": made, **found.manifest["log"]},
        "size": size,
        "lost": list(lost) if lost else None,
        "last_witnessed": _named(witnessed),
        "last_signed": _named(signed),
        "erased_again": erased,
    }
    with writing(SYSTEM, "database.restored") as log:
        log.note("database", "restored", values)
    if lost is not None and signed is not None:
        # Kept, but no longer what this log is held against: the entry just written says why.
        last = Path(settings.KEYS) / LAST
        last.rename(last.with_name(f"{LAST}.before-{stamp}"))
    return Restored(size, made, lost, witnessed.size if witnessed else None, erased, aside)


def _named(statement: Any) -> dict[str, Any] | None:
    return None if statement is None else {"size": statement.size, "root": encode64(statement.root)}
