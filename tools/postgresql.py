"""A PostgreSQL server that lives as long as a test run, in a folder of its own.

    with cluster() as url:
        …  # postgresql://amana@/amana?host=/tmp/…

No port is opened: it is reached through a socket in that folder.  It loses everything when the machine
stops, which is what makes it quick; never keep anything in it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from amana.cli import machine

ROLE, DATABASE = "amana", "amana"
_QUICK = (
    "fsync=off",
    "synchronous_commit=on",
    "full_page_writes=off",
    "max_connections=60",
    "shared_buffers=128MB",
)


@contextmanager
def cluster() -> Iterator[str]:
    """Start a server and yield the address of an empty database, owned by a role that is no superuser.

    Raises
    ------
    RuntimeError
        Where PostgreSQL is not installed or does not start.
    """
    initdb = machine.find_postgresql()
    if initdb is None:
        raise RuntimeError("PostgreSQL 15 or later is not installed")
    programs = initdb.resolve().parent
    folder = Path(tempfile.mkdtemp(prefix="amana-postgresql-"))
    data, log = folder / "data", folder / "log"
    try:
        # PostgreSQL refuses to run as root; Debian's package has made a user for it.
        before = _as_postgres() if os.geteuid() == 0 else []
        if before:
            shutil.chown(folder, "postgres", "postgres")
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        for name in [n for n in environment if n.startswith("PG")]:
            del environment[name]

        def call(program: str, *arguments: str) -> None:
            command = [*before, str(programs / program), *arguments]
            done = subprocess.run(
                command, capture_output=True, text=True, env=environment, cwd=folder, check=False
            )
            if done.returncode:
                told = log.read_text(errors="replace") if log.exists() else ""
                raise RuntimeError(f"{program}: {done.stderr or done.stdout}\n{told}")

        call("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = ["listen_addresses=''", f"unix_socket_directories='{folder}'", *_QUICK]
        with (data / "postgresql.auto.conf").open("a") as file:
            file.write("\n".join(settings) + "\n")
        # Its output goes to the log alone: a pipe would be held open as long as the server lives.
        call("pg_ctl", "-D", str(data), "-l", str(log), "-w", "-t", "60", "start", "-s")
        try:
            sql = f"CREATE ROLE {ROLE} LOGIN CREATEDB CREATEROLE"
            connected = ("-h", str(folder), "-U", "postgres", "-q", "-v", "ON_ERROR_STOP=1")
            call(
                "psql",
                *connected,
                "-d",
                "postgres",
                "-c",
                sql,
                "-c",
                f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
            )
            yield f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(folder), safe='/')}"
        finally:
            call("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop", "-s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def one_more_database(url: str) -> Iterator[str]:
    """Make an empty database beside the one that `url` names, yield its address, and drop it.

    Sessions that a killed program left behind are ended first.  ``DROP DATABASE … WITH (FORCE)`` does
    not do: it fails where the server itself is just tidying that database, which only waiting ends.
    """
    import psycopg

    name = f"amana_{os.getpid()}_{time.time_ns()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            mine = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = %s"
            )
            server.execute(mine, [name, ROLE])
            server.execute(f"DROP DATABASE {name}")


def _as_postgres() -> list[str]:
    for program in ("runuser", "/usr/sbin/runuser", "/sbin/runuser"):
        if found := shutil.which(program):
            return [found, "-u", "postgres", "--"]
    raise RuntimeError("running as root, and there is no runuser to become the user postgres")


def main() -> int:
    """Run a command beside a server: ``python tools/postgresql.py COMMAND …`` with DATABASE_URL set."""
    with cluster() as url:
        return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
