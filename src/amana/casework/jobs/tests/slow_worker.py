"""A worker with a kind of work whose length the test decides: run as a program, in a home of its own.

``python slow_worker.py prepare`` makes the tables and one job, and prints the job's identifier.
``python slow_worker.py work`` is the worker.  The job writes ``begun`` into the home, waits for ``go`` there,
and records its result.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path


def act(work: object) -> None:
    """Begin, wait, record."""
    from django.conf import settings

    home = Path(settings.HOME)
    with (home / "begun").open("a") as file:
        file.write("x")
    while not (home / "go").exists():
        time.sleep(0.05)
    with work.result("tests.made") as log:  # type: ignore[attr-defined]
        log.note("tests", "made")


def main() -> None:
    """See the module."""
    from amana.casework.start import start

    start()
    from amana.casework.jobs import kinds, services

    kinds.KINDS["slow"] = kinds.Kind("slow", act, "Slow work")
    if sys.argv[1] == "work":
        from amana.casework.jobs.working import work

        work(supervised="--supervised" in sys.argv)
        return
    from django.core.management import call_command

    call_command("migrate", skip_checks=True, verbosity=0)
    from amana.casework.accounts.models import Office, User
    from amana.casework.audit.writing import SYSTEM, writing

    office = Office(code="TST", kind="laboratory", name_en="Test office", name_ar="مكتب اختبار")
    user = User(username="somebody", name_en="Somebody", name_ar="شخص", office=office)
    user.set_unusable_password()
    with writing(SYSTEM, "tests.prepared") as log:
        log.save(office)
        log.save(user)
    print(services.start(user, "slow", "T-1").pk)


if __name__ == "__main__":
    main()
