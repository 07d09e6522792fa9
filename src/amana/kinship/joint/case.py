"""An identification case: remains profiles, families of the missing, markers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from amana.kinship.markers import FrequencyTable, Marker
from amana.kinship.pedigree import Pedigree, Sex
from amana.kinship.profiles import Profile
from amana.problems import InputProblem


@dataclass(frozen=True)
class Victim:
    """A remains profile.  ``unit`` is the label of the recovery unit it was taken from."""

    id: str
    profile: Profile
    sex: Sex | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Family:
    """A pedigree with reference profiles of relatives and the people missing from it.

    ``profiles`` maps person to profile.  ``missing`` lists the persons sought, none of whom has a profile
    here.
    """

    id: str
    pedigree: Pedigree
    profiles: Mapping[str, Profile]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """Everything that an identification is computed from.

    Attributes
    ----------
    markers
        With the main table's frequencies and the mutation model.
    eligible
        Victim to the missing persons it may be; by default all of agreeing (or unknown) sex.
    tables
        Every frequency table that applies, the main one first; empty when the case brings only
        the markers' own frequencies.
    synthetic
        True for simulated people; every report then says so.
    inputs
        File name to SHA-256 digest (hex) of what was read.
    warnings
        Non-fatal findings made while reading.
    """

    name: str
    markers: Sequence[Marker]
    victims: Sequence[Victim]
    families: Sequence[Family]
    eligible: Mapping[str, tuple[str, ...]]
    tables: Sequence[FrequencyTable] = ()
    synthetic: bool = False
    inputs: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[InputProblem] = ()
