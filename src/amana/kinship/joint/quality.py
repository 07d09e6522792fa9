"""Whether a family's references fit its pedigree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from amana.kinship.joint.case import Family
from amana.kinship.joint.result import FamilyQuality
from amana.kinship.likelihood import PedigreeLikelihood
from amana.kinship.markers import Marker
from amana.kinship.panel import Panel

MUTATIONS_EXPECTED_AT_MOST = 1
"""Markers at which references may clash, by mutation, before the family is called inconsistent.

At rates near 0.002 per transmission and some 20 markers one mutation in a family is ordinary and two are
rare."""


def family_quality(family: Family, markers: Sequence[Marker]) -> FamilyQuality:
    """Markers at which the references cannot be explained without mutation, and whom to suspect.

    Each typed member is left out in turn; those whose absence resolves most markers are named, the best
    first.
    """
    panel = Panel([replace(m, mutation=None) for m in markers])
    ids = [p.id for p in family.pedigree.persons if p.id in family.profiles]
    seen = np.zeros((len(panel.markers), len(family.pedigree)), dtype=np.int64)
    for person in ids:
        column = family.pedigree.index[person]
        seen[:, column] = panel.encode(family.profiles[person], family.pedigree[person].sex)
    engine = PedigreeLikelihood(family.pedigree)
    bad = np.flatnonzero(np.isneginf(engine.loglik(panel, np.arange(len(panel.markers)), seen)))
    suspects = []
    for person in ids if len(bad) else []:
        without = seen[bad]
        without[:, family.pedigree.index[person]] = 0
        left = int(np.isneginf(engine.loglik(panel, bad, without)).sum())
        if left < len(bad):
            suspects.append((person, left))
    suspects.sort(key=lambda s: s[1])
    best = suspects[0][1] if suspects else 0
    return FamilyQuality(
        family.id,
        [panel.markers[m].name for m in bad],
        [s for s in suspects if s[1] <= best + MUTATIONS_EXPECTED_AT_MOST],
        consistent=len(bad) <= MUTATIONS_EXPECTED_AT_MOST,
    )
