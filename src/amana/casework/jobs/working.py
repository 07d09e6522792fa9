"""The worker: takes jobs from the queue one after the other, alone for its installation."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import F
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from amana.casework.jobs.models import Job
from amana.casework.jobs.services import find_again
from amana.problems import InputProblem, InputProblems

GRACE = 10.0
"""Seconds that running work gets after a signal to stop; then it is left, to be started again."""
CHECKPOINT_EVERY = 3600.0  # seconds
INTERVAL = 0.5
_log = logging.getLogger("amana.jobs")


class JobWorker(Worker):
    """django-tasks' worker, which leaves work that takes too long to finish rather than keep all waiting."""

    def __init__(self) -> None:
        super().__init__(
            queue_names=["*"], interval=INTERVAL, batch=False, backend_name="default", startup_delay=False,
            max_tasks=None, worker_id=get_random_string(32), excluded_queue_names=[],
        )  # fmt: skip

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """First signal: finish if that is soon.  Second signal, or too late: leave the work as it is."""
        if not self.running_task:
            self.running = False
            sys.exit(0)
        if not self.running:
            leave()
        self.running = False
        _log.warning("stopping: the work that runs has %g seconds to finish", GRACE)
        timer = threading.Timer(GRACE, leave)
        timer.daemon = True
        timer.start()


def leave() -> None:
    """End this process at once; what it was doing is not counted as an attempt and starts again later."""
    with suppress(OperationalError):
        # A result that is being written holds the lock: then this waits for it, and changes nothing.
        Job.objects.filter(state=Job.State.RUNNING, attempts__gt=0).update(
            state=Job.State.WAITING, attempts=F("attempts") - 1
        )
    _log.warning("left the work that runs; it starts again with the next worker")
    os._exit(0)


@contextmanager
def alone(*, wait: bool) -> Iterator[None]:
    """Hold the installation's lock: a worker that finds work marked as running knows that nobody does it.

    Raises
    ------
    InputProblems
        If another worker runs here, unless `wait`.
    """
    path = settings.HOME / "worker.lock"
    with path.open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not wait:
                    raise InputProblems([InputProblem("worker.already-runs")]) from None
                time.sleep(INTERVAL)
        yield


def end_with_parent() -> None:
    """End when standard input ends, as it does when the parent dies, however it dies."""

    def watch() -> None:
        with suppress(OSError, ValueError):
            while os.read(0, 1024):
                pass
        _log.warning("the server is gone; ending")
        os._exit(0)

    threading.Thread(target=watch, daemon=True, name="parent").start()


def work(*, supervised: bool) -> None:
    """Take jobs until a signal says to stop."""
    _log.setLevel(logging.INFO)
    if supervised:
        end_with_parent()
    with alone(wait=supervised):
        worker = JobWorker()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, worker.shutdown)
        lost = find_again()
        _log.info("worker ready; %d interrupted jobs found again", lost)
        connection.close()
        threading.Thread(target=sign_now_and_then, daemon=True, name="checkpoints").start()
        worker.run()


def sign_now_and_then() -> None:
    """Sign the log once an hour where it has grown, so that little of it is ever unsigned."""
    from amana.casework.audit.checkpoints import make_checkpoint

    while True:
        time.sleep(CHECKPOINT_EVERY)
        try:
            make_checkpoint()
        except Exception as error:  # a log that is not whole must not stop the work
            _log.error("no checkpoint: %s", type(error).__name__)
        finally:
            connection.close()
