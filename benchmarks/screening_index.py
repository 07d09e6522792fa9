"""How fast one profile is looked up in a prepared register, beside the bare addition of the same numbers.

    python benchmarks/screening_index.py [--families M] [--searches N]

Makes a synthetic register (``amana simulate register``), prepares it in a folder, and looks single profiles
up in it, a third of them of poor bone with drop-out.  The yardstick, in the same run and for the same
profiles: a loop that only fetches one number a marker and target and adds it.  Memory is the largest of this
process.
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from amana.interchange import read_prepared, read_remains_for, update_prepared
from amana.kinship.screening import Prepared, Register, Remains, Settings, best_of, prepare, search
from amana.kinship.screening.lookup import add
from amana.simulation import simulate_register, write_register

BAR = 0.2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--families", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=200)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"NumPy {np.__version__}, load at the start {load:.1f}"
    )
    with tempfile.TemporaryDirectory(prefix="amana-bench-") as temporary:
        folder = Path(temporary)
        write_register(simulate_register(20, 20, seed=2), folder / "small")
        _files_to_hits(folder / "small", folder / "small-index")  # everything is compiled before it is timed
        write_register(simulate_register(options.searches, options.families, seed=1), folder / "register")
        _run(folder)


def _tables(folder: Path) -> tuple[Path, Path, Path]:
    return folder / "families.csv.gz", folder / "frequencies.csv", folder / "mutation.csv"


def _files_to_hits(register: Path, index: Path) -> None:
    update_prepared(index, *_tables(register))
    prepared, remains, _, _ = read_remains_for(read_prepared(index), register / "remains.csv.gz")
    search(prepared, remains, Settings())


def _timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def _said(name: str, seconds: list[float]) -> None:
    times = 1e3 * np.array(seconds)
    print(f"  {name:44} median {np.median(times):8.1f} ms, max {times.max():8.1f} ms, of {len(times)}")


def _run(folder: Path) -> None:
    register, index = folder / "register", folder / "index"
    built = _timed(lambda: update_prepared(index, *_tables(register)))
    size = sum(p.stat().st_size for p in index.iterdir()) / 2**30
    opened = _timed(lambda: read_prepared(index))
    given = read_prepared(index)
    prepared, remains, _, _ = read_remains_for(given, register / "remains.csv.gz")
    rows = sum(m.n_rows for m in prepared.markers)
    print(f"{len(prepared.register):,} targets, {len(prepared.markers)} markers, {rows:,} rows")
    print(f"  files in to prepared register {built:.1f} s, {size:.2f} GB on disk; opening it {opened:.2f} s")
    _searches(prepared, remains)
    _changes(prepared)
    _files(folder, index)
    _new_allele(folder, index)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  peak memory {memory:.2f} GB, pages of mapped tables among it")


def _one(remains: Remains, i: int) -> Remains:
    return Remains(remains.ids[i : i + 1], remains.sexes[i : i + 1], remains.seen[i : i + 1])


def _searches(prepared: Prepared, remains: Remains) -> None:
    each = [_one(remains, i) for i in range(len(remains.ids))]
    best_of(prepared, remains, Settings())  # the tables are read once from the disk
    bare, found, plain, whole = [], [], [], []
    for i, one in enumerate(each):
        columns = [m.column(0, 0) for m, o in zip(prepared.markers, one.seen[0], strict=True) if o]
        used = [r for r, o in zip(prepared.rows, one.seen[0], strict=True) if o]
        total = np.zeros(len(prepared.register))

        def add_all(total: np.ndarray = total, columns: list = columns, used: list = used) -> None:
            for column, rows in zip(columns, used, strict=True):
                add(total, column, rows)

        bare.append(_timed(add_all))
        found.append(_timed(lambda one=one: best_of(prepared, one, Settings())))
        if i < 50:
            plain.append(_timed(lambda one=one: search(prepared, one, Settings(), explained=False)))
        if i < 20:
            whole.append(_timed(lambda one=one: search(prepared, one, Settings())))
    _said("yardstick: bare fetch and add", bare)
    _said("one profile, every LR, the best kept", found)
    _said("the same with rank and posterior", plain)
    _said("the same with chance, sibling and uncle", whole)
    for name, seconds in (("ranked hits", found + plain), ("hits with every column", whole)):
        verdict = "met" if max(seconds) <= BAR else "MISSED"
        print(f"  bar: {name} of one profile within {BAR} s each time: {verdict}")


def _changed(register: Register, g: int) -> Register:
    """The register with another profile, that of a neighbour of the same shape, in one family."""
    seen = register.groups[g].seen.copy()
    seen[0] = seen[-1]
    groups = list(register.groups)
    groups[g] = replace(groups[g], seen=seen)
    return replace(register, groups=tuple(groups))


def _changes(prepared: Prepared) -> None:
    """One family's profiles change, in a register that is in memory."""
    seconds = []
    for g in range(min(10, len(prepared.register.groups))):
        # A family of mixed profiles, so that its rows are new.
        register = _changed(prepared.register, g)
        group = register.groups[g]
        group.seen[0, ::2] = group.seen[len(group.seen) // 2, ::2]
        seconds.append(
            _timed(
                lambda register=register: prepare(prepared.panel, register, prepared.theta, before=prepared)
            )
        )
    _said("one family changes: tables brought up to date", seconds)


def _files(folder: Path, index: Path) -> None:
    """One family less, one call corrected: the whole table of families is read again."""
    families, frequencies, mutation = _tables(folder / "register")
    changed = folder / "changed.csv.gz"
    with gzip.open(families, "rt", encoding="utf-8") as old:
        header, *rows = old.read().splitlines()
    rows = [r for r in rows if not r.startswith(rows[0].split(",")[0] + ",")]
    place = next(i for i, r in enumerate(rows) if "/" in r)
    cells = rows[place].split(",")
    at = next(i for i, cell in enumerate(cells) if "/" in cell)
    cells[at] = "/".join([cells[at].split("/")[0]] * 2)
    rows[place] = ",".join(cells)
    with gzip.open(changed, "wt", encoding="utf-8", compresslevel=3) as new:
        new.write("\n".join([header, *rows]) + "\n")
    seconds = _timed(lambda: update_prepared(index, changed, frequencies, mutation))
    print(f"  one family less and one call corrected, files in to prepared register: {seconds:.1f} s")


def _new_allele(folder: Path, index: Path) -> None:
    """A profile with an allele that nobody showed and no table has."""
    with gzip.open(folder / "register" / "remains.csv.gz", "rt", encoding="utf-8") as old:
        header, row, *_ = old.read().splitlines()
    cells = row.split(",")
    cells[4] = "77/77"
    path = folder / "rare.csv"
    path.write_text("\n".join([header, ",".join(cells)]) + "\n", encoding="utf-8")
    given = read_prepared(index)
    seconds = _timed(lambda: read_remains_for(given, path))
    print(f"  tables of one marker for an allele never seen: {seconds:.2f} s")


if __name__ == "__main__":
    main()
