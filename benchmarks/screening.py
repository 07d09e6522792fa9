"""How fast a register is screened, beside the bare addition of the same rows.

    python benchmarks/screening.py [--remains N] [--families M] [--keep FOLDER]

Makes a synthetic register (``amana simulate register``), screens it as ``amana kinship screen`` does, files
in to ranked hits out, and prints seconds by phase.  The yardstick, in the same run and with the same blocks:
a loop that only adds the rows of each remains (``sweep.add_rows``).  Memory is the largest of this process.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from amana.interchange import read_register, write_hits
from amana.kinship.screening import Screening, Settings, hits_of, largest_difference
from amana.kinship.screening import screen as screening_module
from amana.kinship.screening.sweep import add_rows, sweep
from amana.simulation import simulate_register, write_register


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--remains", type=int, default=100_000)
    parser.add_argument("--families", type=int, default=100_000)
    parser.add_argument("--keep", help="folder of a register that is made once and used again")
    options = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"NumPy {np.__version__}"
    )
    with tempfile.TemporaryDirectory(prefix="amana-bench-") as temporary:
        folder = Path(options.keep or temporary) / "register"
        if not folder.exists():
            write_register(simulate_register(options.remains, options.families, seed=1), folder)
        _warm(Path(temporary) / "small")
        _whole(folder, Path(temporary) / "hits.csv")


def _read(folder: Path):
    return read_register(
        *(folder / n for n in ("remains.csv.gz", "families.csv.gz", "frequencies.csv", "mutation.csv"))
    )


def _warm(folder: Path) -> None:
    """Compile everything before anything is timed."""
    write_register(simulate_register(50, 50, seed=2), folder)
    given = _read(folder)
    screening = Screening(given.remains, given.register, given.panel)
    hits_of(screening, screening.part())


def _whole(folder: Path, out: Path) -> None:
    started = time.perf_counter()
    given = _read(folder)
    read = time.perf_counter()
    screening = Screening(given.remains, given.register, given.panel, Settings())
    part = screening.part()
    screened = time.perf_counter()
    hits = hits_of(screening, part)
    explained = time.perf_counter()
    write_hits(out, hits, given.remains, given.register)
    done = time.perf_counter()
    n = len(given.remains.ids) * len(given.register)
    print(f"{len(given.remains.ids):,} remains × {len(given.register):,} targets = {n:.3g} LRs")
    for name, seconds in (
        ("reading the files", read - started), ("tables and sweep", screened - read),
        ("hits: chance and rivals", explained - screened), ("writing", done - explained),
        ("files in to hits out", done - started),
    ):  # fmt: skip
        print(f"  {name:26} {seconds:8.1f} s")
    print(f"  of all threads: tables {part.seconds['tables']:.1f} s, sweep {part.seconds['sweep']:.1f} s")
    each = 1e9 * part.seconds["sweep"] / n
    print(f"  {n / (done - started):.3g} LRs a second in all; sweep {each:.2f} ns/LR/thread")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  {len(hits):,} hits; peak memory {memory:.2f} GB")
    difference = largest_difference(screening)
    print(f"  largest relative difference to the general engine, 2,000 pairs: {difference:.1e}")
    _yardstick(screening)


def _yardstick(screening: Screening) -> None:
    """The sweep of one block beside the bare addition of its rows, on one thread."""
    tables = screening.tables.shared(0, slice(0, screening_module.BLOCK)).table(slice(None))
    quick = tables.astype(np.float32)
    rows, width = screening.calls.rows, quick.shape[1]
    targets, k = screening.register.groups[0].targets[:width], screening.settings.top
    total = np.empty(width, dtype=np.float32)
    state = (
        np.full((len(rows), k), 0.0), np.zeros((len(rows), k), dtype=np.int64),
        np.full((width, k), 0.0), np.zeros((width, k), dtype=np.int64), np.zeros(len(rows)),
        np.empty(8192), np.empty((8192, 2), dtype=np.int64),
    )  # fmt: skip
    bare, ours = [], []
    for _ in range(3):
        t = time.perf_counter()
        add_rows(rows, quick, total)
        bare.append(time.perf_counter() - t)
        t = time.perf_counter()
        n = 0
        while n < len(rows):
            n, _ = sweep(n, rows, quick, tables, targets, 1e-3, 20.0, *state)
        ours.append(time.perf_counter() - t)
    lrs = len(rows) * width
    print(
        f"one block of {width} targets, one thread: bare addition {lrs / min(bare):.3g} LR/s, "
        f"sweep {lrs / min(ours):.3g} LR/s, {100 * min(bare) / min(ours):.0f} % of it (bar: 60 %)"
    )


if __name__ == "__main__":
    main()
