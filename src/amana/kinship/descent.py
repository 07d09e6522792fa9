"""Which founder alleles are one by descent.

Under FST the alleles of all founders are draws from one Pólya urn (Balding & Nichols 1994, Forensic Science
International 64:125): after n draws the next repeats each earlier one with probability θ / (1 − θ + nθ), or
is new from the population with (1 − θ) / (1 − θ + nθ).  So a likelihood is a sum over the partitions of the
founder alleles into blocks that are one by descent, each an ordinary elimination with the alleles of a
block tied.

Two facts keep that sum short, and exact:

* Founders of certain genotype are drawn first.  Given their alleles the rest is again such an urn, of weight
  1 − θ + nθ and with frequencies tilted towards what was drawn, so only uncertain founder alleles are
  partitioned.
* The two alleles of a founder who was not seen are exchangeable, and so are two such founders with the same
  children
  where fathers and mothers mutate alike.  Partitions that differ by such a swap have equal terms; one of each
  kind is computed and counted as often as it occurs.

An inbred founder's two alleles are one by descent with the founder's inbreeding coefficient, whatever θ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import lgamma, log

import numpy as np
from numpy.typing import NDArray

from amana.kinship.structure import Structure
from amana.problems import InputProblem, InputProblems

Ints = NDArray[np.int64]

MOST_FOUNDER_ALLELES = 8
"""Uncertain founder alleles that an FST sum is taken over (4,140 partitions before equal ones are joined)."""


@dataclass(frozen=True)
class Tying:
    """Founder alleles tied by descent.

    Attributes
    ----------
    representative
        For each variable of the structure, the one that stands for it.
    sizes
        Number of founder alleles in each block.
    count
        Partitions that this one stands for.
    log_inbreeding
        Log-probability of what it says of inbred founders.
    """

    representative: tuple[int, ...]
    sizes: tuple[int, ...]
    count: int
    log_inbreeding: float

    def log_weight(self, theta: float, n_known: int) -> float:
        """Log-probability of the tying, ``n_known`` founder alleles having been drawn before."""
        total = self.log_inbreeding + log(self.count)
        if theta == 0.0:
            return total
        base = 1 - theta + theta * n_known
        n = sum(self.sizes)
        total += len(self.sizes) * log(base) + (n - len(self.sizes)) * log(theta)
        total += sum(lgamma(size) for size in self.sizes)
        return total - sum(log(base + i * theta) for i in range(n))


def tyings(structure: Structure, *, substructured: bool, sexes_alike: bool = False) -> list[Tying]:
    """All ways in which founder alleles can be one by descent.

    Parameters
    ----------
    substructured
        False where θ is zero: then only inbred founders tie anything.
    sexes_alike
        True where fathers and mothers mutate alike at every marker that this will be used for.

    Raises
    ------
    InputProblems
        If more than :data:`MOST_FOUNDER_ALLELES` would have to be partitioned.
    """
    found = []
    for log_weight, tied in _inbreeding(structure):
        free = [v for v in structure.founder_alleles if tied[v] == v]
        if not substructured:
            found.append(Tying(tuple(tied), (1,) * len(free), 1, log_weight))
            continue
        if len(free) > MOST_FOUNDER_ALLELES:
            params = {"count": len(free), "limit": MOST_FOUNDER_ALLELES}
            raise InputProblems([InputProblem("fst.too-many-founder-alleles", params=params)])
        position = {v: i for i, v in enumerate(free)}
        swaps = [[(position[a], position[b])] for a, b in structure.exchangeable]
        if sexes_alike:
            swaps += [
                [(position[x], position[y]) for x, y in zip(one, other, strict=True)]
                for one, other in structure.couples
            ]
        for block, count in zip(*_distinct_partitions(len(free), swaps), strict=True):
            first = {int(b): free[i] for i, b in reversed(list(enumerate(block)))}
            stands = {v: first[int(b)] for v, b in zip(free, block, strict=True)}
            representative = tuple(stands.get(tied[v], tied[v]) for v in range(structure.n_variables))
            sizes = tuple(np.bincount(block).tolist()) if len(free) else ()
            found.append(Tying(representative, sizes, int(count), log_weight))
    return found


def _inbreeding(structure: Structure) -> list[tuple[float, list[int]]]:
    ways = [(0.0, list(range(structure.n_variables)))]
    for first, second, f in structure.inbred:
        one = [(w + log(f), [first if v == second else v for v in tied]) for w, tied in ways if f > 0]
        two = [(w + log(1 - f), tied) for w, tied in ways if f < 1]
        ways = one + two
    return ways


def _distinct_partitions(n: int, swaps: Sequence[Sequence[tuple[int, int]]]) -> tuple[Ints, Ints]:
    """Partitions of n things, one of each kind up to the swaps, as block numbers; and how often each
    kind occurs.
    """
    blocks = np.zeros((1, min(n, 1)), dtype=np.int64)
    for _ in range(1, n):
        choices = blocks.max(axis=1) + 2
        rows = np.repeat(np.arange(len(blocks)), choices)
        new = np.arange(len(rows)) - np.repeat(np.cumsum(choices) - choices, choices)
        blocks = np.column_stack([blocks[rows], new])
    weight = (n + 1) ** np.arange(n, dtype=np.int64)
    least = np.full(len(blocks), np.iinfo(np.int64).max)
    for chosen in product((False, True), repeat=len(swaps)):
        order = np.arange(n)
        for a, b in (pair for swap, done in zip(swaps, chosen, strict=True) if done for pair in swap):
            order[[a, b]] = order[[b, a]]
        least = np.minimum(least, _renumbered(blocks[:, order]) @ weight)
    _, first, count = np.unique(least, return_index=True, return_counts=True)
    return blocks[first], count


def _renumbered(blocks: Ints) -> Ints:
    """Block numbers in order of first appearance."""
    result = np.zeros_like(blocks)
    following = np.zeros(len(blocks), dtype=np.int64)
    for i in range(blocks.shape[1]):
        result[:, i] = following
        seen = np.zeros(len(blocks), dtype=np.bool_)
        for j in range(i):
            same = ~seen & (blocks[:, j] == blocks[:, i])
            result[same, i] = result[same, j]
            seen |= same
        following += ~seen
    return result
