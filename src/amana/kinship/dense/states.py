"""What is inherited along a chromosome: vectors of meioses, and which of them may be one state.

A meiosis is a bit: which of the parent's two copies was handed down.  Along a chromosome each bit is a Markov
chain that flips with the recombination fraction, whatever the relationship, while the number of alleles that
two people share by descent in general is not (uncle and nephew, cousins).  So the vectors are the states
(Lander and Green 1987).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_Bits = tuple[int, ...]


@dataclass(frozen=True)
class Relation:
    """How two people, neither of them inbred, are related.

    Attributes
    ----------
    meioses
        Number of meioses on which it depends what the two share.
    shared
        Number of alleles, 0 to 2, that the two share by descent, from the bits of these meioses.
    """

    name: str
    meioses: int
    shared: Callable[[_Bits], int]


def _siblings(b: _Bits) -> int:
    """b: father's allele to each of the two, mother's allele to each of the two."""
    return int(b[0] == b[1]) + int(b[2] == b[3])


def _avuncular(b: _Bits) -> int:
    """b: as siblings, for the uncle and the parent; which of the parent's alleles the child has."""
    return int(b[0] == b[1]) if b[4] == 0 else int(b[2] == b[3])


def _cousins(b: _Bits) -> int:
    """b: as siblings, for the two parents; which of their alleles the children have."""
    if b[4] != b[5]:
        return 0
    return int(b[0] == b[1]) if b[4] == 0 else int(b[2] == b[3])


RELATIONS: Mapping[str, Relation] = {
    r.name: r
    for r in (
        Relation("same-person", 0, lambda _: 2),
        Relation("parent-child", 0, lambda _: 1),
        Relation("full-siblings", 4, _siblings),
        Relation("half-siblings", 2, lambda b: int(b[0] == b[1])),
        Relation("avuncular", 5, _avuncular),
        Relation("grandparent", 1, lambda b: int(b[0] == 0)),
        Relation("first-cousins", 6, _cousins),
    )
}
"""Every relation is the same both ways: genotypes do not say who is the older."""


class States:
    """The states of one relation, as few as is exact.

    Two vectors may be one state if they share the same number of alleles and if, of every class, equally many
    of their neighbours (vectors that differ in one bit) are in it.  Then the classes are lumpable for one
    recombination (Kemeny and Snell 1960, theorem 6.3.2).  The matrix of vectors at any distance is a
    polynomial in that of distance one, because the hypercube is distance-regular, so they are lumpable for
    every recombination fraction.  The coarsest such classes are found by refinement, not by hand.

    Attributes
    ----------
    shared
        Shape (n,): number of alleles shared by descent, 0 to 2.
    weights
        Shape (n,): share of the vectors in each state, which is where the chain starts and stays.
    """

    def __init__(self, relation: Relation) -> None:
        self.relation = relation
        vectors = list(product((0, 1), repeat=relation.meioses))
        at = {v: i for i, v in enumerate(vectors)}
        shared = np.array([relation.shared(v) for v in vectors], dtype=np.int64)
        near = np.array(
            [[at[(*v[:bit], 1 - v[bit], *v[bit + 1 :])] for bit in range(relation.meioses)] for v in vectors],
            dtype=np.int64,
        ).reshape(len(vectors), relation.meioses)
        self._class = _coarsest(shared, near)
        _, first = np.unique(self._class, return_index=True)
        self.shared: Ints = shared[first]
        self.weights: Floats = np.bincount(self._class) / len(vectors)
        bits = np.array(vectors, dtype=np.int64).reshape(len(vectors), relation.meioses)
        apart = (bits[first][:, None] != bits[None]).sum(axis=2)
        self._counts: Floats = np.array(
            [
                [np.bincount(self._class[row == d], minlength=len(first)) for row in apart]
                for d in range(relation.meioses + 1)
            ],
            dtype=np.float64,
        )

    def __len__(self) -> int:
        return len(self.shared)

    @cached_property
    def classes(self) -> Ints:
        """Shape (2**meioses,): state of each vector, the vectors counted in binary, first bit first."""
        return self._class.copy()

    def transitions(self, recombination: Floats) -> Floats:
        """Shape (k, n, n): probability to go from a state (row) to another, for each recombination fraction.

        Parameters
        ----------
        recombination
            Shape (k,), each in [0, 0.5].
        """
        r = np.asarray(recombination, dtype=np.float64)
        m = self.relation.meioses
        # 0 ** 0 is one: without a meiosis, and without recombination, everything stays.
        chance = np.array([r**d * (1 - r) ** (m - d) for d in range(m + 1)])
        return np.asarray(np.tensordot(chance, self._counts, axes=(0, 0)))


def _coarsest(colours: Ints, near: Ints) -> Ints:
    """Split classes until all members of a class have the same neighbours, class by class."""
    colours = np.unique(colours, return_inverse=True)[1].ravel()
    while True:
        around = np.column_stack([colours, np.sort(colours[near], axis=1)])
        finer = np.unique(around, axis=0, return_inverse=True)[1].ravel()
        if finer.max() == colours.max():
            return np.asarray(colours, dtype=np.int64)
        colours = finer


def recombination(centimorgans: Floats) -> Floats:
    """Recombination fraction over a distance in centimorgans, without interference (Haldane 1919)."""
    return np.asarray(-0.5 * np.expm1(-0.02 * np.asarray(centimorgans, dtype=np.float64)))
