"""Processes that `amana serve` keeps beside itself."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Sequence

LONGEST_PAUSE, STEADY = 30.0, 60.0
"""Seconds: between two starts of a process that keeps dying, and after which one counts as steady."""
PATIENCE = 20.0
"""Seconds that a process gets to stop."""


class Supervisor:
    """Keeps one process running: started again when it dies, later and later while it keeps dying.

    Parameters
    ----------
    command
        What follows ``amana``.  Its process ends when its standard input ends.
    ended
        The sentence that says it died, with ``{status}`` and ``{seconds}``.
    keep
        File descriptors that it inherits.
    """

    def __init__(self, command: Sequence[str], ended: str, keep: Sequence[int] = ()) -> None:
        self._command, self._ended, self._keep = tuple(command), ended, tuple(keep)
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=self._command[0], daemon=True)

    def start(self) -> None:
        """Start the process."""
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
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "amana", *self._command],
                    stdin=subprocess.PIPE,
                    start_new_session=True,
                    pass_fds=self._keep,
                )
            status = self._process.wait()
            if self._stopping.is_set():
                return
            pause = 1.0 if time.monotonic() - began > STEADY else min(2 * pause, LONGEST_PAUSE)
            line = self._ended.format(status=status, seconds=f"{pause:g}")
            print(line, file=sys.stderr, flush=True)
            self._stopping.wait(pause)

    def stop(self) -> None:
        """Stop the process and wait until it has stopped."""
        self._stopping.set()
        with self._lock:
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join(PATIENCE)
