"""Power of a register, and the next samples under a budget, from the files to the tables.

Every family may send one or two people who are not typed yet: the first of them in its table, and in every
other family also the second.  The yardstick is what is usual without tables of genotypes, conditional
simulation: draw the missing person's genotypes given the relatives, and compute the likelihood ratio of each
draw with the general engine.  It is run on some targets, with few draws, and what it would take for all is
said.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import platform
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from amana.interchange import read_register
from amana.interchange.power_tables import asked_families, write_power
from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.pedigree import Pedigree, Person
from amana.kinship.power import Calls, PowerSettings, Sought, packages_of, plan, power_of
from amana.simulation import simulate_register, write_register


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--families", type=int, default=100_000)
    parser.add_argument("--budget", type=float, default=10_000)
    parser.add_argument("--draws", type=int, default=400, help="families drawn for each shape")
    parser.add_argument("--yardstick", type=int, default=20, help="targets of the yardstick")
    options = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"NumPy {np.__version__}"
    )
    with tempfile.TemporaryDirectory(prefix="amana-bench-") as temporary:
        small, folder = Path(temporary) / "small", Path(temporary) / "register"
        _make(30, small)
        _run(small, 10, 20, 1, quiet=True)  # compiles
        _make(options.families, folder)
        _run(folder, options.budget, options.draws, options.yardstick)


def _make(families: int, folder: Path) -> None:
    """A simulated register whose table says who is available."""
    write_register(simulate_register(10, families, seed=1), folder)
    path = folder / "families.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    header, rows = rows[0], rows[1:]
    about = ("family", "person", "father", "mother", "sex", "missing")
    markers = [i for i, name in enumerate(header) if name not in about]
    family, missing = header.index("family"), header.index("missing")
    sent: dict[str, int] = {}
    for row in rows:
        free = not row[missing] and not any(row[i] for i in markers)
        taken = sent.setdefault(row[family], 0)
        may = free and taken < 1 + len(sent) % 2
        sent[row[family]] += may
        row.append("yes" if may else "")
    with gzip.open(path, "wt", encoding="utf-8", newline="", compresslevel=1) as file:
        csv.writer(file, lineterminator="\n").writerows([[*header, "available"], *rows])


def _run(folder: Path, budget: float, draws: int, targets: int, *, quiet: bool = False) -> None:
    names = ("families.csv.gz", "frequencies.csv", "mutation.csv")
    settings = PowerSettings()
    times = [time.perf_counter()]
    given = read_register(None, *(folder / n for n in names))
    times.append(time.perf_counter())
    power = power_of(given.register, given.panel, settings)
    times.append(time.perf_counter())
    write_power(folder / "power.csv", power, given.register)
    times.append(time.perf_counter())
    families = asked_families(given)
    asked = [f.asked for f in families]
    _, packages = packages_of(asked, Calls(given.panel), settings, draws=draws)
    found = plan(packages, budget)
    times.append(time.perf_counter())
    yardstick = _simulated(given, targets)
    if quiet:
        return
    count = len(set(given.register.families))
    print(f"{len(power):,} missing of {count:,} families, {len(given.panel.markers)} markers")
    phases = ("reading", "power, exact", "writing", "next samples")
    for name, seconds in zip(phases, np.diff(times), strict=True):
        print(f"  {name:14} {seconds:8.1f} s")
    print(f"  {'all':14} {times[-1] - times[0]:8.1f} s (bar: 600 s at 100,000 families)")
    print(f"  {len({a.shape for a in asked})} shapes with somebody to send, {len(asked):,} families")
    print(f"  plan: {len(found.chosen):,} families, gain {found.gain:.3f}, bound {found.bound:.3f}")
    print(f"  under-powered: {int(power.under_powered.sum()):,}")
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB")
    each = (times[2] - times[1]) / len(power)
    print(
        f"  power of one target {1e3 * each:.2f} ms; yardstick, 200 draws {1e3 * yardstick:.0f} ms "
        f"({yardstick * len(power) / 3600:.1f} h for all)"
    )


def _simulated(given, targets: int) -> float:
    """Seconds a target by conditional simulation with the general engine."""
    register, panel = given.register, given.panel
    calls, random = Calls(panel), np.random.default_rng(1)
    groups, rows = register.where
    n, seconds = 200, 0.0
    for t in random.integers(len(register), size=targets):
        group = register.groups[groups[t]]
        sought = Sought(group.pedigree, group.person, calls)
        persons = group.pedigree.persons
        beside = PedigreeLikelihood(Pedigree([*persons, Person(str(len(persons)), sex=sought.sex)]))
        started = time.perf_counter()
        for m in range(len(panel.markers)):
            seen = group.seen[rows[t], m : m + 1].astype(np.int64)
            p, _ = sought.shown(m, seen)
            drawn = calls.of(m, sought.sex).numbers[random.choice(p.shape[1], n, p=p[0] / p[0].sum())]
            here, there = np.repeat(seen, n, axis=0), np.repeat(np.hstack([seen, [[0]]]), n, axis=0)
            here[:, group.person], there[:, -1] = drawn, drawn
            marker = np.full(n, m, dtype=np.int64)
            group.likelihood.loglik(panel, marker, here)
            beside.loglik(panel, marker, there)
        seconds += time.perf_counter() - started
    return seconds / targets


if __name__ == "__main__":
    main()
