"""The demo incident in the browser: a database of its own, marked as a demo, served on this machine alone."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path

from amana.cli.words import words
from amana.problems import Language

STAMP = "program.txt"


def serve_demo(out: Path, port: int, language: Language, *, program: str, fresh: bool) -> int:
    """Make the demo's database unless this program has made it already, then serve it until Ctrl-C.

    Parameters
    ----------
    out
        The demo's folder; the database and its keys stand in it.
    program
        Digest of the program.  A database that another version made is made again: its people are
        invented, and what somebody typed into a demo is not kept.
    """
    home = (out / "casework").resolve()
    keys = (out / "casework-keys").resolve()
    stamp = home / STAMP
    if fresh or not stamp.is_file() or stamp.read_text(encoding="utf-8") != program:
        for folder in (home, keys):
            shutil.rmtree(folder, ignore_errors=True)
    os.environ.update(AMANA_HOME=str(home), AMANA_KEYS=str(keys), AMANA_DEMO="1")
    os.environ.pop("DATABASE_URL", None)  # the demo never writes into somebody's real database
    from amana.casework.start import migrate_if_new, start

    start()
    if not stamp.is_file():
        print(words(language)["demo.preparing"], file=sys.stderr, flush=True)
        from amana.casework.audit.checkpoints import make_checkpoint
        from amana.casework.demo import load_demo
        from amana.casework.identification.demo import ask_demo_run
        from amana.simulation import al_qabou_demo

        migrate_if_new()
        ask_demo_run(load_demo(al_qabou_demo()))
        make_checkpoint()
        stamp.write_text(program, encoding="utf-8")  # last: a database that is half made is made again
    print(words(language)["demo.serving"], flush=True)
    from amana.cli.serve import serve

    return serve("127.0.0.1", free_port(port), language=language)


def free_port(wanted: int) -> int:
    """The wanted port, or any free one where it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
    return wanted
