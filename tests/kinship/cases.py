"""Small identification cases for the tests of joint identification.  Every person is made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from amana.interchange.case_assembly import default_eligible
from amana.kinship.joint import Case, Family, Victim
from amana.kinship.markers import Marker
from amana.kinship.mutation import mutation_model
from amana.kinship.pedigree import Pedigree
from amana.kinship.profiles import Profile

LABELS = tuple(str(a) for a in range(10, 20))


def even_markers(n: int, rate: float = 0.0) -> tuple[Marker, ...]:
    """n markers of ten equally frequent alleles: likelihood ratios can be done in the head."""
    frequencies = np.full(10, 0.1)
    mutation = mutation_model("equal", LABELS, frequencies, rate, rate)
    return tuple(Marker(f"L{i}", LABELS, frequencies, mutation) for i in range(n))


def profile(sample: str, markers: Sequence[Marker], call: str, **at: str | None) -> Profile:
    """The same call, such as ``10/11``, at every marker, and others where named (None: not typed there)."""
    calls = {}
    for marker in markers:
        text = at.get(marker.name, call)
        if text:
            first, second = text.split("/")
            calls[marker.name] = (first, second)
    return Profile(sample, calls)


def case(
    markers: Sequence[Marker],
    victims: Mapping[str, tuple[str, Profile]],
    families: Mapping[str, tuple[Pedigree, Mapping[str, Profile], tuple[str, ...]]],
    eligible: Mapping[str, tuple[str, ...]] | None = None,
) -> Case:
    """A case from plain parts; who is eligible follows from the sexes unless given."""
    people = [Victim(v, p, sex) for v, (sex, p) in victims.items()]  # type: ignore[arg-type]
    kin = [Family(f, *parts) for f, parts in families.items()]
    return Case("made up", markers, people, kin, eligible or default_eligible(people, kin), synthetic=True)
