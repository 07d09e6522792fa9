"""When DNA speaks against a pair: only if no ordinary fault explains it.

A low likelihood ratio may come from a mutation, a silent allele, drop-out in the bone, or a reference that
is not who it is said to be.  So the pair is computed again with all of the first three allowed for, and
then with each reference left out in turn; only if it stays low throughout is it called evidence against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from amana.kinship.frequencies import SILENT
from amana.kinship.joint.case import Case, Family
from amana.kinship.joint.memory import Memory, digest
from amana.kinship.joint.tables import NOBODY, EncodedVictims, FamilyModel
from amana.kinship.markers import Marker
from amana.kinship.mutation import mutation_model
from amana.kinship.panel import Panel

Floats = NDArray[np.float64]

# Assumed, generous on purpose: every one of them makes a wrong exclusion rarer.  With some fifteen alleles
# the first makes any given change about as probable as a single step is at a rate of 0.003.
LENIENT_MUTATION_RATE = 0.02
LENIENT_SILENT_FREQUENCY = 0.005
LENIENT_DROPOUT = 0.05


def evidence_against(
    case: Case, low: Mapping[str, Sequence[str]], log10_limit: float, memory: Memory | None = None
) -> dict[str, list[str]]:
    """Pairs that stay at or below a limit under every allowance.

    Parameters
    ----------
    low
        Victim to missing persons whose LR is low in the main model; only these are looked at.
    log10_limit
        Log10 LR at or below which a pair counts as low, e.g. -4.
    memory
        Verdicts on pairs whose inputs did not change.

    Returns
    -------
    Victim to missing persons.  A family with a single reference is never among them: without that
    reference nothing is left to speak against anyone.
    """
    memory = memory or Memory()
    panel = Panel([_lenient_marker(m) for m in case.markers])
    victims = EncodedVictims(
        [
            replace(v, profile=replace(v.profile, dropout=max(v.profile.dropout, LENIENT_DROPOUT)))
            for v in case.victims
        ],
        panel,
    )
    content = {v.id: digest(v) for v in case.victims}
    found: dict[str, list[str]] = {}
    for family in case.families:
        pairs = [(v, m) for v, ms in low.items() for m in ms if m in family.missing]
        if not pairs or len(family.profiles) < 2:
            continue
        key = digest(case.markers, family, log10_limit)
        known: Mapping[tuple[str, str], bool] = memory.earlier("against", key) or {}
        new = [(v, m) for v, m in pairs if (content[v], m) not in known]
        against = set(_against(family, panel, victims, new, log10_limit))
        verdict = {(v, m): known.get((content[v], m), (v, m) in against) for v, m in pairs}
        memory.put("against", key, {(content[v], m): said for (v, m), said in verdict.items()})
        memory.made["against"] += len(new)
        memory.reused["against"] += len(pairs) - len(new)
        for (v, m), said in verdict.items():
            if said:
                found.setdefault(v, []).append(m)
    return found


def _against(
    family: Family,
    panel: Panel,
    victims: EncodedVictims,
    pairs: Sequence[tuple[str, str]],
    log10_limit: float,
) -> Sequence[tuple[str, str]]:
    """The pairs that stay low with all references and with each left out."""
    for variant in [family, *(_without(family, person) for person in family.profiles)]:
        if not pairs:
            break
        log10_lr = _pairs_log10_lr(FamilyModel(variant, panel, victims), pairs)
        pairs = [pair for pair, value in zip(pairs, log10_lr, strict=True) if value <= log10_limit]
    return pairs


def _without(family: Family, person: str) -> Family:
    return replace(family, profiles={i: p for i, p in family.profiles.items() if i != person})


def _pairs_log10_lr(model: FamilyModel, pairs: Sequence[tuple[str, str]]) -> Floats:
    places = np.full((len(pairs), len(model.family.missing)), NOBODY)
    for row, (victim, missing) in enumerate(pairs):
        places[row, model.family.missing.index(missing)] = model.victims.ids.index(victim)
    return np.asarray(model.log_lr_by_marker(places).sum(axis=1) / np.log(10))


def _lenient_marker(marker: Marker) -> Marker:
    if marker.silent is None:
        share = 1 - LENIENT_SILENT_FREQUENCY
        frequencies = np.append(marker.frequencies * share, LENIENT_SILENT_FREQUENCY)
        marker = replace(
            marker, alleles=(*marker.alleles, SILENT), frequencies=frequencies, silent=SILENT, mutation=None
        )
    mutation = mutation_model(
        "equal",
        marker.alleles,
        marker.frequencies,
        LENIENT_MUTATION_RATE,
        LENIENT_MUTATION_RATE,
        silent=marker.silent,
    )
    return replace(marker, mutation=mutation)
