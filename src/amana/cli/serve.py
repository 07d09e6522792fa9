"""``amana serve``: the pages, and the worker beside them."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from types import FrameType
from typing import Any

from amana.cli.words import words
from amana.problems import InputProblem, InputProblems, Language

HOST, PORT, THREADS = "127.0.0.1", 8000, 8
LONGEST_PAUSE, STEADY = 30.0, 60.0
"""Seconds: between two starts of a worker that keeps dying, and after which one counts as steady."""
PATIENCE = 20.0
"""Seconds that a worker gets to stop."""


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``serve``."""
    parser = subparsers.add_parser(
        "serve",
        help="serve the pages, with the worker beside them",
        description="Serves the casework to browsers and runs the worker that does long work. Data and keys "
        "stand where AMANA_HOME and AMANA_KEYS say (docs/administrator.en.md).",
    )
    parser.add_argument("--host", default=HOST, help=f"address to listen on (default {HOST}: this machine)")
    parser.add_argument("--port", type=int, default=PORT, help=f"port (default {PORT}; 0: a free one)")
    parser.add_argument("--no-worker", action="store_true", help="leave long work to `amana worker`")
    parser.add_argument("--migrate", action="store_true", help="bring the tables up to this version first")


def run(args: argparse.Namespace) -> int:
    """Prepare, and serve until stopped."""
    from amana.casework.start import start

    start()
    prepare_tables(migrate=args.migrate)
    return serve(args.host, args.port, language=args.lang, with_worker=not args.no_worker)


def serve(host: str, port: int, *, language: Language = "en", with_worker: bool = True) -> int:
    """Serve until stopped; Django is set up and its tables are there.

    Prints the address on a line of its own once connections are taken.

    Raises
    ------
    InputProblems
        If the address cannot be listened on.
    """
    from django.urls import get_resolver
    from waitress.server import create_server

    from amana.casework.audit.upkeep import keys_fit
    from amana.casework.wsgi import application

    if not keys_fit():
        raise InputProblems([InputProblem("keys.not-these")])
    get_resolver().url_patterns  # noqa: B018 (every page is there before the first reader comes)
    try:
        server: Any = create_server(
            application, host=host, port=port, threads=THREADS, ident="Amana", **_proxy()
        )
    except (OSError, ValueError) as error:
        params = {"host": host, "port": port, "reason": getattr(error, "strerror", "") or error}
        raise InputProblems([InputProblem("serve.cannot-listen", params=params)]) from None
    say = words(language)
    shown = "localhost" if host in (HOST, "localhost", "::1") else host
    print(f"http://{shown}:{server.effective_port}", flush=True)
    print(say["serve.stop"], file=sys.stderr, flush=True)
    worker = Supervisor(language) if with_worker else None
    signal.signal(signal.SIGTERM, _stop)
    try:
        if worker is not None:
            worker.start()
        server.run()  # returns after KeyboardInterrupt and SystemExit
    finally:
        server.close()
        if worker is not None:
            worker.stop()
    print(say["serve.stopped"], file=sys.stderr, flush=True)
    return 0


def _stop(signum: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _proxy() -> dict[str, object]:
    """Whose word about the reader's address and https is taken: nobody's, unless a proxy stands before."""
    from django.conf import settings

    if not settings.BEHIND_TLS:
        return {}
    return {
        "trusted_proxy": os.environ.get("AMANA_PROXY", HOST),
        "trusted_proxy_headers": {"x-forwarded-proto", "x-forwarded-for"},
    }


def prepare_tables(*, migrate: bool) -> None:
    """Make the tables of a new database, or with `migrate` change those of an old one first.

    The change is made in a process of its own, because it connects as the owner of the tables.

    Raises
    ------
    InputProblems
        If the change fails, or the tables are of another version and nobody asked to change them.
    """
    from amana.casework.start import migrate_if_new

    if migrate and subprocess.run([sys.executable, "-m", "amana", "migrate"], check=False).returncode:
        raise InputProblems([InputProblem("serve.migration-failed")])
    migrate_if_new()


class Supervisor:
    """Keeps one worker running: started again when it dies, later and later while it keeps dying."""

    def __init__(self, language: Language) -> None:
        self._say = words(language)
        self._stopping = threading.Event()
        self._worker: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Start the worker."""
        self._thread.start()

    def _run(self) -> None:
        pause = 1.0
        while not self._stopping.is_set():
            began = time.monotonic()
            with self._lock:
                if self._stopping.is_set():
                    return
                # Its standard input is a pipe that nobody writes to: it ends when this process ends, also
                # after kill -9.  Its own session: Ctrl-C reaches it through us, once.
                self._worker = subprocess.Popen(
                    [sys.executable, "-m", "amana", "worker", "--supervised"],
                    stdin=subprocess.PIPE,
                    start_new_session=True,
                )
            status = self._worker.wait()
            if self._stopping.is_set():
                return
            pause = 1.0 if time.monotonic() - began > STEADY else min(2 * pause, LONGEST_PAUSE)
            line = self._say["serve.worker_ended"].format(status=status, seconds=f"{pause:g}")
            print(line, file=sys.stderr, flush=True)
            self._stopping.wait(pause)

    def stop(self) -> None:
        """Stop the worker and wait until it has stopped."""
        self._stopping.set()
        with self._lock:
            worker = self._worker
        if worker is not None and worker.poll() is None:
            worker.terminate()
            try:
                worker.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                worker.kill()
        self._thread.join(PATIENCE)
