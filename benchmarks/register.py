"""How fast records are written with the log, beside bare inserts of the same rows, and verified.

    python benchmarks/register.py [--million] [--rows 20000]

SQLite in a folder of its own, synchronous=FULL, on one core; or PostgreSQL where DATABASE_URL names a server
(``python tools/postgresql.py python benchmarks/register.py``): in its database, which must be empty.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def prepare() -> Any:
    from amana.casework.start import start

    start()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from amana.casework.accounts.models import Holding, Office, User
    from amana.casework.audit.writing import SYSTEM, writing
    from amana.casework.incidents.services import open_incident

    office = Office(code="BEN", kind="civil_defence", name_en="Office", name_ar="مكتب")
    user = User(username="bench", name_en="A measurer", name_ar="قائس", office=office)
    with writing(SYSTEM, "bench.prepared") as log:
        log.save(office)
        log.save(user)
        log.save(Holding(user=user, role="duty_officer"))
    return open_incident(User.objects.get(), name_en="Field", name_ar="حقل"), user


def units(incident: Any, first: int, count: int) -> list[Any]:
    from amana.casework.recovery.models import Unit

    return [
        Unit(
            office=incident.office, incident=incident, number=f"BEN-01-{n}", kind="bone",
            description="عظمة فخذ يسرى", search="عظمه فخذ يسري",
        )
        for n in range(first, first + count)
    ]  # fmt: skip


def logged(rows: list[Any], user: Any) -> None:
    from amana.casework.audit.writing import writing

    with writing(user, "recovery.unit.recorded") as log:
        log.save_new(rows)


def bare(rows: list[Any]) -> None:
    from django.db import transaction
    from django.db.models import QuerySet

    with transaction.atomic():
        QuerySet(type(rows[0])).bulk_create(rows, batch_size=500)
        transaction.set_rollback(True)  # measured without its commit, which flatters it


def single(rows: list[Any], user: Any) -> None:
    for row in rows:
        logged([row], user)


def bare_single(rows: list[Any]) -> None:
    from django.db import transaction

    for row in rows:
        with transaction.atomic():
            row.save_row(force_insert=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="rows of each measurement in bulk")
    parser.add_argument("--million", action="store_true", help="also with a log of a million entries")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="amana-bench-") as folder:
        os.environ["AMANA_HOME"], os.environ["AMANA_KEYS"] = f"{folder}/home", f"{folder}/keys"
        measure(options.rows, [100_000, 1_000_000] if options.million else [100_000])
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def measure(number: int, sizes: list[int]) -> None:
    incident, user = prepare()
    from django.db import connection

    from amana.casework.audit.checkpoints import make_checkpoint
    from amana.casework.audit.models import Tree
    from amana.casework.audit.verification import verify_database

    where = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{where}, {connection.vendor}")
    print(f"{'':44} {'rows/s':>10} {'bare rows/s':>12} {'share':>7}")
    following = 1
    for size in sizes:
        while (missing := size - Tree.objects.get(pk=1).size) > 0:
            part = min(missing, 20_000)
            logged(units(incident, following, part), user)
            following += part
        rows = units(incident, following, number)
        plain = number / timed(partial(bare, rows))
        for row in rows:
            row._state.adding = True
        fast = number / timed(partial(logged, rows, user))
        following += number
        show(f"in bulk, log of {size:,}", fast, plain)
        few = units(incident, following, 200)
        slow = 200 / timed(partial(single, few, user))
        following += 200
        show(f"one by one, each safe on the disk, {size:,}", slow, None)
        make_checkpoint()
        seconds = timed(lambda: report.append(verify_database()))
        assert report[-1].verified, report[-1].findings[:3]
        print(f"{f'verified, log of {report[-1].entries:,}':44} {report[-1].entries / seconds:10,.0f}")
    # Last, because rows past the log would rightly be found.
    few = units(incident, following, 200)
    print(f"{'one by one without a log':44} {200 / timed(partial(bare_single, few)):10,.0f}")


report: list[Any] = []


def show(what: str, ours: float, plain: float | None) -> None:
    line = f"{what:44} {ours:10,.0f}"
    if plain is not None:
        line += f" {plain:12,.0f} {ours / plain:7.0%}"
    print(line)


if __name__ == "__main__":
    main()
