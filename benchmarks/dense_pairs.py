"""How many pairs a second at dense markers, beside the same recursion in plain NumPy.

    python benchmarks/dense_pairs.py
    python benchmarks/dense_pairs.py --markers 500 --pairs 320

Synthetic people, unrelated; compilation is left out.  The yardstick walks along the same states with one
matrix product for all pairs at each marker, scaled at each, on the threads that NumPy takes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from amana.kinship.dense import RELATIONS, DenseMarkers, PairLikelihood

Floats = NDArray[np.float64]
CHROMOSOMES = 22
LONG = 160.0
"""Centimorgans of each chromosome; assumed, near the mean of an autosome."""


def yardstick(engine: PairLikelihood, genotypes: NDArray[np.int8], pairs: NDArray[np.int64]) -> Floats:
    """The same numbers, marker by marker over all pairs."""
    m = engine.markers
    steps = m.recombination
    columns = []
    for name in engine.relations:
        states = engine.states[name]
        step = states.transitions(steps)
        now = np.repeat(states.weights[None], len(pairs), axis=0)
        total = np.zeros(len(pairs))
        for i in range(len(m.names)):
            now = np.repeat(states.weights[None], len(pairs), axis=0) if m.starts[i] else now @ step[i]
            seen = 4 * genotypes[pairs[:, 0], i].astype(np.int64) + genotypes[pairs[:, 1], i]
            now *= m.emission[i, seen][:, states.shared]
            whole = now.sum(axis=1)
            now /= whole[:, None]
            total += np.log(whole)
        columns.append(total / np.log(10))
    return np.column_stack(columns)


def seconds(work: Callable[[], object]) -> float:
    """The better of two runs."""
    times = []
    for _ in range(2):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markers", type=int, default=5000)
    parser.add_argument("--pairs", type=int, default=8000)
    args = parser.parse_args()
    rng = np.random.Generator(np.random.PCG64(1))
    n = args.markers
    chromosomes = np.sort(rng.integers(1, CHROMOSOMES + 1, n))
    place = rng.uniform(0, LONG, n)
    order = np.lexsort((place, chromosomes))
    p = rng.uniform(0.1, 0.9, n)
    markers = DenseMarkers(tuple(map(str, range(n))), chromosomes[order], place[order], p)
    people = 200
    genotypes = (rng.random((people, n)) < p).astype(np.int8) + (rng.random((people, n)) < p)
    genotypes = np.where(rng.random((people, n)) < 0.05, 3, genotypes).astype(np.int8)
    pairs = rng.integers(0, people, (args.pairs, 2))
    print(f"{n} markers on {CHROMOSOMES} chromosomes, {args.pairs} pairs, seed 1")
    for name, relations in (("all relations", tuple(RELATIONS)), ("first cousins", ("first-cousins",))):
        engine = PairLikelihood(markers, relations)
        engine.log10_lr(genotypes, pairs[:32])
        ours = seconds(lambda e=engine: e.log10_lr(genotypes, pairs))
        few = pairs[: max(1, len(pairs) // 8)]
        theirs = seconds(lambda e=engine, few=few: yardstick(e, genotypes, few)) * len(pairs) / len(few)
        apart = np.abs(engine.log10_lr(genotypes, few) - yardstick(engine, genotypes, few)).max()
        print(
            f"{name}: {len(pairs) / ours:,.0f} pairs a second, NumPy {len(pairs) / theirs:,.0f} "
            f"({theirs / ours:.1f} times), largest difference of log10 LR {apart:.1e}"
        )


if __name__ == "__main__":
    main()
