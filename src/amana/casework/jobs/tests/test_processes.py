"""Workers and the server as processes of their own: killed, stopped, found again."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).with_name("slow_worker.py")
PATIENCE = 60.0


class Copy:
    """An installation of its own, on SQLite, in a folder that goes away."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        (self.home / "static").mkdir(parents=True, exist_ok=True)
        self.env = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DATABASE_OWNER_URL")}
        self.env |= {"AMANA_HOME": str(self.home), "AMANA_KEYS": str(root / "keys"), "LANG": "C.UTF-8"}
        self.started: list[subprocess.Popen[Any]] = []

    def program(self, *arguments: str, **options: Any) -> subprocess.Popen[Any]:
        """Start a Python program in this installation."""
        process = subprocess.Popen(
            [sys.executable, *arguments], env=self.env, stderr=subprocess.PIPE, text=True, **options
        )
        self.started.append(process)
        return process

    def job(self) -> tuple[str, int]:
        """State and attempts of the one job."""
        return self._row("SELECT state, attempts FROM jobs_job")

    def made(self) -> int:
        """How often its result is in the log."""
        return self._row("SELECT COUNT(*) FROM audit_entry WHERE action = 'tests.made'")[0]

    def _row(self, statement: str) -> Any:
        database = sqlite3.connect(self.home / "amana.sqlite3")
        try:
            return database.execute(statement).fetchone()
        finally:
            database.close()

    @property
    def begun(self) -> int:
        """How often the work has begun."""
        file = self.home / "begun"
        return len(file.read_text()) if file.exists() else 0

    def go(self) -> None:
        """Let the work end."""
        (self.home / "go").touch()


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for something, but not for ever."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with tables and one job, made once."""
    made = Copy(tmp_path_factory.mktemp("prepared"))
    done = subprocess.run(
        [sys.executable, PROGRAM, "prepare"], env=made.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return made.home.parent


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    """One without tables."""
    yield from _ended(Copy(tmp_path))


@pytest.fixture
def busy(tmp_path: Path, prepared: Path) -> Iterator[Copy]:
    """One with a job that waits."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    yield from _ended(Copy(tmp_path))


def _ended(made: Copy) -> Iterator[Copy]:
    yield made
    for process in made.started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_work_that_was_killed_in_the_middle_is_done_once_by_the_next_worker(busy):
    first = busy.program(str(PROGRAM), "work")
    until(lambda: busy.begun == 1, "the first worker begins")
    first.kill()
    first.wait()
    assert busy.job() == ("running", 1)
    second = busy.program(str(PROGRAM), "work")
    until(lambda: busy.begun == 2, "the second worker begins")
    busy.go()
    until(lambda: busy.job()[0] == "done", "the job is done")
    assert (busy.job(), busy.made()) == (("done", 2), 1)
    second.terminate()
    assert second.wait(PATIENCE) == 0


def test_a_worker_that_is_told_to_stop_leaves_work_uncounted(busy):
    worker = busy.program(str(PROGRAM), "work")
    until(lambda: busy.begun == 1, "the worker begins")
    worker.terminate()
    time.sleep(0.3)
    assert worker.poll() is None  # it waits for the work a moment
    worker.terminate()
    assert worker.wait(PATIENCE) == 0
    assert busy.job() == ("waiting", 0)


def test_a_worker_that_is_told_to_stop_finishes_what_ends_soon(busy):
    worker = busy.program(str(PROGRAM), "work")
    until(lambda: busy.begun == 1, "the worker begins")
    worker.terminate()
    busy.go()
    assert worker.wait(PATIENCE) == 0
    assert (busy.job(), busy.made()) == (("done", 1), 1)


def test_a_worker_dies_with_its_parent_and_another_waits_for_its_place(busy):
    worker = busy.program(str(PROGRAM), "work", "--supervised", stdin=subprocess.PIPE)
    until(lambda: busy.begun == 1, "the worker begins")
    alone = busy.program("-m", "amana", "worker")
    assert alone.wait(PATIENCE) == 2
    worker.stdin.close()  # what the kernel does when the parent is killed
    worker.stdin = None
    assert worker.wait(PATIENCE) == 0


def test_serve_makes_its_tables_answers_restarts_its_worker_and_stops(copy):
    server = copy.program("-m", "amana", "serve", "--port", "0", stdout=subprocess.PIPE)
    address = server.stdout.readline().strip()
    assert address.startswith("http://localhost:")
    until(lambda: _healthy(address), "the pages answer")
    until(lambda: len(_workers(copy)) == 1, "a worker runs")
    (first,) = _workers(copy)
    os.kill(first, signal.SIGKILL)
    until(lambda: bool(_workers(copy)) and first not in _workers(copy), "another worker runs")
    server.terminate()
    assert server.wait(PATIENCE) == 0
    assert not _workers(copy)
    assert "Stopped." in server.stderr.read()


def test_the_worker_ends_when_the_server_is_killed(copy):
    server = copy.program("-m", "amana", "serve", "--port", "0", stdout=subprocess.PIPE)
    server.stdout.readline()
    until(lambda: len(_workers(copy)) == 1, "a worker runs")
    server.kill()
    until(lambda: not _workers(copy), "the worker ends")


def test_more_processes_share_one_address_are_restarted_and_end_with_the_first(copy):
    arguments = ("serve", "--port", "0", "--no-worker", "--processes", "2")
    server = copy.program("-m", "amana", *arguments, stdout=subprocess.PIPE)
    address = server.stdout.readline().strip()
    until(lambda: len(_workers(copy, b"--socket")) == 1, "a second process serves")
    (first,) = _workers(copy, b"--socket")
    os.kill(first, signal.SIGKILL)
    until(lambda: bool(_workers(copy, b"--socket")) and first not in _workers(copy, b"--socket"), "another")
    until(lambda: _healthy(address), "the pages answer")
    server.kill()
    until(lambda: not _workers(copy, b"--socket"), "it ends with the first")


def test_a_number_of_processes_that_cannot_be_is_refused(copy):
    server = copy.program("-m", "amana", "serve", "--port", "0", "--processes", "0", stdout=subprocess.PIPE)
    assert server.wait(PATIENCE) == 2
    assert "0 is not a number of processes" in server.stderr.read()


def test_serve_does_not_touch_tables_of_another_version(busy):
    database = sqlite3.connect(busy.home / "amana.sqlite3")
    database.execute("DELETE FROM django_migrations WHERE app = 'jobs'")
    database.commit()
    database.close()
    server = busy.program("-m", "amana", "serve", "--port", "0", "--no-worker", stdout=subprocess.PIPE)
    assert server.wait(PATIENCE) == 2
    assert server.stdout.read() == ""


def _healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/", timeout=5) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as refused:
        refused.close()
        return False
    except OSError:
        return False


def _workers(copy: Copy, what: bytes = b"worker") -> list[int]:
    """Workers of this installation, by their environment; or what else was started so."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        ours = f"AMANA_HOME={copy.home}".encode() in environment.split(b"\0")
        if ours and b"\0" + what + b"\0" in command:
            found.append(int(process.name))
    return found
