"""Every pair of many profiles of remains as the same person, beside the bare addition of the same numbers.

    python benchmarks/same_person.py [--profiles 20000] [--siblings]

Profiles are those of the simulated register (a third poor bone with declared drop-out) and 5 % second
profiles of the same person.  The yardstick adds all numbers of each pair, without leaving any early, for a
part of the pairs.
"""

from __future__ import annotations

import argparse
import os
import platform
import time

import numpy as np
from numba import njit

from amana.kinship.direct import SAME_PERSON, SIBLINGS, compare_all
from amana.kinship.joint.case import Victim
from amana.kinship.panel import Panel
from amana.kinship.profiles import Profile
from amana.kinship.screening import Remains
from amana.simulation.tables import demo_table, markers_of


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--profiles", type=int, default=20_000)
    parser.add_argument("--siblings", action="store_true", help="full siblings instead, from log10 LR 4")
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    markers = markers_of(demo_table("levant"), None)
    panel = Panel(markers)
    n, fresh = options.profiles, round(options.profiles / 1.05)
    genes = np.stack([rng.choice(len(m.alleles), size=(fresh, 2), p=m.frequencies) for m in markers], axis=1)
    whose = np.concatenate([np.arange(fresh), rng.permutation(fresh)[: n - fresh]])
    victims = []
    for i, w in enumerate(whose.tolist()):
        poor = rng.random() < 0.3
        calls = {}
        for m, pair in zip(markers, genes[w], strict=True):
            left = [int(a) for a in pair if not poor or rng.random() >= 0.1]
            if left and not (poor and rng.random() < 0.3):
                calls[m.name] = (m.alleles[left[0]], m.alleles[left[-1]])
        victims.append(Victim(f"R{i:06}", Profile(f"R{i:06}", calls, 0.1 if poor else 0.0), "M"))
    remains = Remains.of(victims, panel)
    relation, least = (SIBLINGS, 4.0) if options.siblings else (SAME_PERSON, 8.0)
    compare_all(Remains.of(victims[:50], panel), panel, [relation], least=least)  # compiled
    began = time.perf_counter()
    found = compare_all(remains, panel, [relation], least=least)
    seconds = time.perf_counter() - began
    table = rng.normal(size=(len(markers), 200, 200))
    rows = rng.integers(200, size=(2000, len(markers)))
    _bare(rows[:10], table)
    began = time.perf_counter()
    _bare(rows, table)
    bare = (time.perf_counter() - began) / (2000 * 1999 / 2)
    true = int((whose[found.first] == whose[found.second]).sum())
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {relation.name}"
    )
    print(f"{n:,} profiles, {found.compared:,} pairs: {seconds:.1f} s, tables included")
    print(f"{found.compared / seconds:.3g} pairs a second; bare addition, one thread: {1 / bare:.3g}")
    print(f"{len(found):,} pairs found, {true:,} of one person")


@njit
def _bare(rows, table):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(len(rows)):
        for j in range(i + 1, len(rows)):
            for m in range(rows.shape[1]):
                total += table[m, rows[i, m], rows[j, m]]
    return total


if __name__ == "__main__":
    main()
