"""From records to the case that the science wing identifies.

It stands in the laboratory and not with the families, because opening genotypes is the laboratory's right
and everything else here is arranged around them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from amana.casework.families.models import Family as FamilyRecord
from amana.casework.families.queries import Tree, tree_of, with_members
from amana.casework.incidents.models import Incident
from amana.casework.laboratory.calls import digest
from amana.casework.laboratory.models import Frequencies
from amana.casework.laboratory.queries import Typed, frequency_table, profiles_for_comparison
from amana.interchange.case_assembly import default_eligible
from amana.interchange.vocabulary import is_x_marker
from amana.kinship.frequencies import build_markers
from amana.kinship.joint import Case, Family, Victim
from amana.kinship.markers import FrequencyTable, Marker
from amana.kinship.mutation import mutation_model
from amana.kinship.profiles import Profile
from amana.problems import InputProblem


def case_of(
    user: Any,
    incident: Incident,
    frequencies: Frequencies,
    others: Sequence[Frequencies],
    mutation: Mapping[str, Any],
) -> tuple[Case, dict[str, str]]:
    """Everything that an incident's remains are compared by, as far as the person sees it.

    Victims are called by the number of their unit, missing persons and relatives by their own, and everybody
    else in a family by the family's number and the label.  Whoever was found alive is nobody's candidate.

    Parameters
    ----------
    frequencies, others
        The table that is calculated with, and those that a result must also hold under.
    mutation
        ``model``, ``rate_male``, ``rate_female``, ``range``, ``rate2``; empty for none.

    Returns
    -------
    The case, and what went into it: ``profile <barcode>``, ``family <number>`` and ``frequencies <name>`` to
    the SHA-256 of their contents.

    Raises
    ------
    PermissionDenied
        Without the right to see genotypes.
    InputProblems
        Where a table cannot be used.
    """
    remains, relatives = profiles_for_comparison(user, incident)
    warnings: list[InputProblem] = []
    victims = victims_of(remains, warnings)
    trees = [tree_of(f) for f in with_members(FamilyRecord.objects.visible_to(user)).order_by("number")]
    trees = [tree for tree in trees if tree.sought]
    families, used = families_of(trees, relatives, warnings)
    tables = tuple(frequency_table(row) for row in (frequencies, *others))
    profiles = [v.profile for v in victims] + [p for f in families for p in f.profiles.values()]
    markers, noted = markers_with(tables[0], profiles, mutation)
    compared = {v.profile.sample for v in victims}
    inputs = {
        **{f"profile {t.barcode}": digest(t.text) for t in remains if t.barcode in compared},
        **{f"profile {t.barcode}": digest(t.text) for t in used},
        **{f"family {tree.family.number}": tree_digest(tree) for tree in trees},
        **{f"frequencies {table.name}": _sha256(table.loci) for table in tables},
    }
    case = Case(
        incident.number, markers, victims, families, default_eligible(victims, families), tables,
        incident.synthetic, inputs, (*warnings, *noted),
    )  # fmt: skip
    return case, inputs


def victims_of(remains: Iterable[Typed], warnings: list[InputProblem]) -> tuple[Victim, ...]:
    """One victim for each unit: of several samples the one with most markers, and that is said."""
    chosen = _fullest(remains, lambda t: t.profile.sample.unit.number, warnings)
    return tuple(
        Victim(number, _profile(typed, typed.profile.sex), typed.profile.sex or None, number)
        for number, typed in sorted(chosen.items())
    )


def families_of(
    trees: Iterable[Tree], relatives: Iterable[Typed], warnings: list[InputProblem]
) -> tuple[tuple[Family, ...], list[Typed]]:
    """Families with the profiles of their typed members, and which of the profiles were used."""
    chosen = _fullest(relatives, lambda t: t.profile.sample.relative.number, warnings)
    families, used = [], []
    for tree in trees:
        typed = {person: chosen[person] for person in tree.ids.values() if person in chosen}
        profiles = {person: _profile(t, tree.pedigree[person].sex) for person, t in typed.items()}
        families.append(Family(tree.family.number, tree.pedigree, profiles, tree.sought))
        used += typed.values()
    return tuple(families), used


def markers_with(
    table: FrequencyTable, profiles: Iterable[Profile], mutation: Mapping[str, Any]
) -> tuple[tuple[Marker, ...], tuple[InputProblem, ...]]:
    """The markers that somebody was typed for, with every allele that was seen and how they mutate."""
    observed: dict[str, set[str]] = {}
    for profile in profiles:
        for marker, call in profile.calls.items():
            observed.setdefault(marker, set()).update(a for a in call if a is not None)
    on_x = {name for name in table.loci if is_x_marker(name)}
    markers, warnings = build_markers(table, observed, x_markers=on_x)
    if not mutation or mutation.get("model") == "none":
        return markers, warnings
    model, rates = mutation.get("model", "stepwise"), (mutation["rate_male"], mutation["rate_female"])
    shape = mutation.get("range"), mutation.get("rate2")
    with_mutation = []
    for marker in markers:
        made = mutation_model(model, marker.alleles, marker.frequencies, *rates, *shape, marker.silent)
        with_mutation.append(dataclasses.replace(marker, mutation=made))
    return tuple(with_mutation), warnings


def tree_digest(tree: Tree) -> str:
    """SHA-256 of who stands where in a family and who of them is sought."""
    people = [[p.id, p.father, p.mother, p.sex] for p in sorted(tree.pedigree.persons, key=lambda p: p.id)]
    return _sha256({"people": people, "sought": sorted(tree.sought)})


def _fullest(typed: Iterable[Typed], owner: Any, warnings: list[InputProblem]) -> dict[str, Typed]:
    found: dict[str, Typed] = {}
    for one in typed:
        number = owner(one)
        best = found.get(number)
        if best is not None:
            one, other = (one, best) if one.profile.markers > best.profile.markers else (best, one)
            params = {"number": number, "used": one.barcode, "left": other.barcode}
            warnings.append(InputProblem("laboratory.several-samples", params=params, warning=True))
        found[number] = one
    return found


def _profile(typed: Typed, sex: str | None) -> Profile:
    # A man's one allele of an X marker is all there is to see of it.
    calls = {
        marker: (call[0], call[0]) if sex == "M" and call[1] is None and is_x_marker(marker) else call
        for marker, call in typed.calls.items()
    }
    return Profile(typed.barcode, calls, typed.profile.dropout, typed.profile.dropin)


def _sha256(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
