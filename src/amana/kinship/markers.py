"""Markers: alleles, their frequencies, how they mutate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from amana.kinship.mutation import Mutation
from amana.problems import InputProblem, InputProblems

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Marker:
    """One genetic marker in one population.

    Attributes
    ----------
    name
        As printed by the laboratory, e.g. ``D3S1358``.
    alleles
        Labels, in the order of ``frequencies``.
    frequencies
        Shape (k,), each > 0.  Taken as given; see
        :func:`amana.kinship.frequencies.normalised` for tables that do not sum to one.
    mutation
        Male and female matrices, or None for no mutation.
    chromosome
        ``autosomal`` or ``X``.
    silent
        Label of the silent (null) allele among ``alleles``, if there is one.

    Raises
    ------
    InputProblems
        For an allele named twice, or frequencies that are not one positive number for each allele.
    """

    name: str
    alleles: tuple[str, ...]
    frequencies: Floats
    mutation: Mutation | None = None
    chromosome: Literal["autosomal", "X"] = "autosomal"
    silent: str | None = None

    def __post_init__(self) -> None:
        frequencies = np.asarray(self.frequencies)
        faults = []
        if len(set(self.alleles)) != len(self.alleles):
            faults.append("alleles")
        if frequencies.shape != (len(self.alleles),) or not np.all(frequencies > 0):
            faults.append("frequencies")
        if self.silent is not None and self.silent not in self.alleles:
            faults.append("silent")
        if faults:
            raise InputProblems(
                [InputProblem("marker.bad", field=field, params={"marker": self.name}) for field in faults]
            )

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Position of each allele label."""
        return {allele: i for i, allele in enumerate(self.alleles)}


@dataclass(frozen=True)
class FrequencyTable:
    """Allele frequencies of several markers in one named population.

    ``loci`` maps marker name to {allele label: frequency}.  ``minimum`` is the frequency
    given to an allele that was seen in a profile and is not in the table; None means
    the default of :data:`amana.kinship.frequencies.DEFAULT_MINIMUM`.
    """

    name: str
    loci: Mapping[str, Mapping[str, float]]
    source: str = ""
    licence: str = ""
    minimum: float | None = None
    notes: Sequence[str] = field(default_factory=tuple)
