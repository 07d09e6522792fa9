"""The demo's allele frequency tables, and markers made from them."""

from __future__ import annotations

import dataclasses
import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import numpy as np

from amana.interchange import read_frequency_table
from amana.kinship.markers import FrequencyTable, Marker
from amana.kinship.mutation import mutation_model

TableName = Literal["levant", "west-asia"]


@dataclass(frozen=True)
class MutationSettings:
    """Parameters of the stepwise model, in fathers and mothers.

    The defaults are assumed: the settings of the project's reference cases, not estimates for
    these markers or this population.
    """

    rate_male: float = 0.001
    rate_female: float = 0.001
    range: float = 0.1
    rate2: float = 1e-6


@cache
def demo_table(name: TableName) -> FrequencyTable:
    """A packaged frequency table: ``levant`` (the main one) or ``west-asia``.

    Frequencies of each marker sum to one; ``minimum`` is for alleles never counted.
    """
    folder = resources.files("amana.simulation").joinpath("data")
    header = tomllib.loads(folder.joinpath("frequencies.toml").read_text(encoding="utf-8"))[name]
    with resources.as_file(folder.joinpath(header["file"])) as path:
        table = read_frequency_table(path)
    loci = {
        marker: {allele: f / math.fsum(counted.values()) for allele, f in counted.items()}
        for marker, counted in table.loci.items()
    }
    return dataclasses.replace(
        table,
        name=header["name"],
        loci=loci,
        source=header["source"],
        licence=header["licence"],
        minimum=header["minimum"],
        notes=(header["population"], f"Minimum frequency: {header['minimum_rule']}.", *header["notes"]),
    )


def markers_of(table: FrequencyTable, mutation: MutationSettings | None = None) -> tuple[Marker, ...]:
    """Autosomal markers with the frequencies of a table, and stepwise mutation where settings are given."""
    markers = []
    for name, freqs in table.loci.items():
        alleles = tuple(freqs)
        values = np.array(list(freqs.values()), dtype=float)
        model = mutation and mutation_model(
            "stepwise",
            alleles,
            values,
            mutation.rate_male,
            mutation.rate_female,
            range=mutation.range,
            rate2=mutation.rate2,
        )
        markers.append(Marker(name, alleles, values, model or None))
    return tuple(markers)
