"""``amana serve``: the pages, and the worker beside them."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import socket
import subprocess
import sys
from types import FrameType
from typing import Any

from amana.cli.supervising import Supervisor
from amana.cli.words import words
from amana.problems import InputProblem, InputProblems, Language

HOST, PORT, THREADS = "127.0.0.1", 8000, 8
MOST_PROCESSES = 32


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
    parser.add_argument(
        "--processes",
        type=int,
        default=1,
        metavar="N",
        help="processes that serve pages (default 1; about one for each core where many people work at once)",
    )
    # Given by `amana serve` to the processes beside it: the socket that they share.
    parser.add_argument("--socket", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--no-worker", action="store_true", help="leave long work to `amana worker`")
    parser.add_argument("--migrate", action="store_true", help="bring the tables up to this version first")


def run(args: argparse.Namespace) -> int:
    """Prepare, and serve until stopped."""
    from amana.casework.start import start

    start()
    if args.socket is not None:
        return _serve_beside(args.socket)
    if not 1 <= args.processes <= MOST_PROCESSES:
        params = {"given": args.processes, "most": MOST_PROCESSES}
        raise InputProblems([InputProblem("serve.processes", params=params)])
    prepare_tables(migrate=args.migrate)
    return serve(
        args.host, args.port, language=args.lang, with_worker=not args.no_worker, processes=args.processes
    )


def serve(
    host: str, port: int, *, language: Language = "en", with_worker: bool = True, processes: int = 1
) -> int:
    """Serve until stopped; Django is set up and its tables are there.

    Prints the address on a line of its own once connections are taken.

    Raises
    ------
    InputProblems
        If the address cannot be listened on.
    """
    from amana.casework.audit.upkeep import keys_fit

    if not keys_fit():
        raise InputProblems([InputProblem("keys.not-these")])
    try:
        listening = _listen(host, port)
    except (OSError, ValueError, OverflowError) as error:
        params = {"host": host, "port": port, "reason": getattr(error, "strerror", "") or error}
        raise InputProblems([InputProblem("serve.cannot-listen", params=params)]) from None
    server = _server(listening)
    say = words(language)
    shown = "localhost" if host in (HOST, "localhost", "::1") else host
    print(f"http://{shown}:{listening.getsockname()[1]}", flush=True)
    print(say["serve.stop"], file=sys.stderr, flush=True)
    number = listening.fileno()
    beside = [
        Supervisor(["serve", "--socket", str(number)], say["serve.server_ended"], keep=[number])
        for _ in range(processes - 1)
    ]
    if with_worker:
        beside.append(Supervisor(["worker", "--supervised"], say["serve.worker_ended"]))
    signal.signal(signal.SIGTERM, _stop)
    try:
        for process in beside:
            process.start()
        server.run()  # returns after KeyboardInterrupt and SystemExit
    finally:
        server.close()
        for process in beside:
            process.stop()
    print(say["serve.stopped"], file=sys.stderr, flush=True)
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections, bound once for every process that serves."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(1024)
    except BaseException:
        made.close()
        raise
    return made


def _server(listening: socket.socket) -> Any:
    from django.urls import get_resolver
    from waitress.server import create_server

    from amana.casework.wsgi import application

    get_resolver().url_patterns  # noqa: B018 (every page is there before the first reader comes)
    # What is loaded by now stays: a collection that walks it at every page would only cost time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    return create_server(
        application, sockets=[listening], threads=THREADS, ident="Amana",
        **_proxy(),
    )  # fmt: skip


def _serve_beside(number: int) -> int:
    """Serve on a socket that another process opened, until that process ends."""
    from amana.casework.jobs.working import end_with_parent

    end_with_parent()
    signal.signal(signal.SIGTERM, _stop)
    server = _server(socket.socket(fileno=number))
    try:
        server.run()
    finally:
        server.close()
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
