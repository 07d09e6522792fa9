"""A register prepared for single profiles: what the relatives say of each genotype, worked out beforehand.

For a marker and the relatives of a target the table holds, for every genotype g of the marker,

    Q[g] = ln P(g of the missing person | relatives)

so that the log-likelihood ratio of any call c, whole, partial or with drop-out, is

    ln Σ P(c | g) exp Q[g]  −  ln Σ P(c | g) P(g)

Under FST the genotypes of a stranger depend on what the relatives show; a second table A holds them, and
exp A[g] stands in place of P(g).  Targets of one shape whose relatives show the same share a row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from amana.kinship.markers import Marker
from amana.kinship.panel import Panel
from amana.kinship.screening.register import Register

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def marker_digest(marker: Marker, theta: float) -> str:
    """SHA-256 (hex) of everything that a prepared table of a marker depends on besides the relatives."""
    found = hashlib.sha256()
    said = (marker.name, marker.alleles, marker.chromosome, marker.silent, float(theta).hex())
    found.update(repr(said).encode())
    found.update(np.ascontiguousarray(marker.frequencies, dtype="<f8").tobytes())
    if marker.mutation is not None:
        for matrix in (marker.mutation.male, marker.mutation.female):
            found.update(np.ascontiguousarray(matrix, dtype="<f8").tobytes())
    return found.hexdigest()


def n_genotypes(n_alleles: int) -> int:
    """Unordered pairs of alleles; the pair i ≤ j is number j (j + 1) / 2 + i."""
    return n_alleles * (n_alleles + 1) // 2


@dataclass(frozen=True)
class PreparedMarker:
    """Tables of one marker.

    Attributes
    ----------
    digest
        As :func:`marker_digest`; the tables hold while it is the same.
    segments
        Each of shape (1, n_genotypes, n_rows), or (2, …) under FST: Q, and A.  Rows are numbered through all
        segments.  A row is nan where what the relatives show cannot be.
    """

    digest: str
    segments: tuple[Floats, ...]

    @property
    def n_rows(self) -> int:
        """Rows of all segments, those of nobody any more among them."""
        return sum(s.shape[2] for s in self.segments)

    def column(self, table: int, genotype: int) -> Floats:
        """What all rows say of one genotype, shape (n_rows,)."""
        return np.concatenate([s[table, genotype] for s in self.segments])


@dataclass(frozen=True)
class Prepared:
    """A register with its tables.

    Attributes
    ----------
    theta
        FST over the founders of each family and of the remains.
    markers
        In the order of the panel.
    rows
        Shape (n_markers, n_targets): row of each target.
    universe
        Version of the allele universe: one more each time that the alleles of a marker, or the markers,
        change.
    computed
        How many rows were worked out when this was made; the others were there before.
    """

    panel: Panel
    register: Register
    theta: float
    markers: Sequence[PreparedMarker]
    rows: NDArray[np.int32]
    universe: int = 1
    computed: int = 0

    @cached_property
    def inconsistent(self) -> Ints:
        """Markers at which what the relatives of each target show cannot be, shape (n_targets,)."""
        found = np.zeros(len(self.register), dtype=np.int64)
        for one, rows in zip(self.markers, self.rows, strict=True):
            if len(rows):
                found += np.isnan(one.column(0, 0))[rows]
        return found
