"""Markers and people as both JSON formats write them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

import numpy as np

from amana.interchange.collecting import Problems
from amana.interchange.json_reading import Node
from amana.interchange.vocabulary import sex as read_sex
from amana.kinship.frequencies import RENORMALISED, SILENT, build_markers
from amana.kinship.markers import FrequencyTable, Marker
from amana.kinship.mutation import ModelName, Mutation, mutation_model
from amana.kinship.pedigree import Person, Sex
from amana.kinship.profiles import Call, Profile
from amana.problems import InputProblems


@dataclass(frozen=True)
class JsonPerson:
    """A person with a profile, if any genotype is given."""

    person: Person
    profile: Profile | None
    component: str
    node: Node


def read_markers(nodes: Node | None, silent_allele: str | None = None) -> tuple[Marker, ...]:
    """Markers with frequencies and mutation matrices exactly as given; faults are noted."""
    found: dict[str, Marker] = {}
    for node in nodes.elements() if nodes is not None else ():
        marker = _marker(node, silent_allele)
        if marker is None:
            continue
        if marker.name in found:
            node.fault("json.marker-twice", marker=marker.name)
        found[marker.name] = marker
    return tuple(found.values())


def by_name(nodes: Node | None, markers: Sequence[Marker]) -> dict[str, Marker | None]:
    """Marker of each name; None for one whose fault is noted already, so that genotypes are not blamed."""
    named: dict[str, Marker | None] = {}
    if nodes is not None and isinstance(nodes.value, list):
        for entry in nodes.value:
            if isinstance(entry, dict) and isinstance(entry.get("name"), str):
                named[entry["name"]] = None
    return {**named, **{m.name: m for m in markers}}


def _marker(node: Node, silent_allele: str | None) -> Marker | None:
    name_node, alleles_node, freqs_node = (node.get(k, required=True) for k in ("name", "alleles", "freqs"))
    name = name_node.text() if name_node else None
    if name is None or alleles_node is None or freqs_node is None:
        return None
    alleles = alleles_node.texts()
    frequencies = freqs_node.numbers(0.0, 1.0)
    chromosome = _chromosome(node.get("chrom") or node.get("chromosome"))
    if frequencies is None or chromosome is None:
        return None
    if len(alleles) != len(frequencies) or not alleles:
        node.fault("json.alleles-and-freqs", marker=name, alleles=len(alleles), freqs=len(frequencies))
        return None
    if len(set(alleles)) < len(alleles):
        twice = next(a for i, a in enumerate(alleles) if a in alleles[:i])
        node.fault("json.allele-twice", marker=name, allele=twice)
        return None
    values = np.array(frequencies)
    if not np.all(values > 0):
        node.fault("json.frequency-zero", marker=name, allele=alleles[int(np.argmin(values))])
        return None
    if not abs(values.sum() - 1) <= RENORMALISED:
        node.problems.fault(
            "frequencies.sum",
            node.file,
            field=freqs_node.path,
            marker=name,
            sum=float(values.sum()),
            table="",
        )
        return None
    if abs(values.sum() - 1) > 1e-6:
        values = values / values.sum()
        node.problems.warn(
            "frequencies.renormalised", node.file, field=freqs_node.path,
            markers=(f"{name} ({sum(frequencies):.6g})",), table="",
        )  # fmt: skip
    own = node.get("silent")
    label = own.text() if own else silent_allele
    marker = Marker(name, alleles, values, None, chromosome, label if label in alleles else None)
    mutation_node = node.get("mutation")
    if mutation_node is None or mutation_node.value in ({}, [], "none"):
        return marker
    mutation = _mutation(mutation_node, marker)
    return None if mutation is None else dataclasses.replace(marker, mutation=mutation.value)


def _chromosome(node: Node | None) -> Literal["autosomal", "X"] | None:
    if node is None:
        return "autosomal"
    text = (node.text() or "").casefold().removeprefix("chr")
    if text in ("x", "23"):
        return "X"
    if text in ("autosomal", "") or (text.isdecimal() and text.isascii() and 1 <= int(text[:4]) <= 22):
        return "autosomal"
    node.fault("json.chromosome", value=str(node.value))
    return None


@dataclass(frozen=True)
class _Maybe:
    value: Mutation | None


def _mutation(node: Node, marker: Marker) -> _Maybe | None:
    """Mutation of a marker; None with a fault noted."""
    male_node = node.get("male", required=True)
    female_node = node.get("female") or male_node
    if male_node is None or female_node is None:
        return None
    male, female = _parameters(male_node), _parameters(female_node)
    matrices = [_matrix(n, len(marker.alleles)) for n in (male_node, female_node)]
    same = all(male[k] == female[k] for k in ("model", "range", "rate2"))
    model = male["model"] if same and male["model"] in get_args(ModelName) else "custom"
    try:
        if all(m is not None for m in matrices):
            return _Maybe(
                Mutation(
                    cast(Any, matrices[0]), cast(Any, matrices[1]), cast(ModelName, model),
                    male["rate"], female["rate"],
                    male["range"] if same else None, male["rate2"] if same else None,
                )
            )  # fmt: skip
        if any(n.get("matrix") is not None for n in (male_node, female_node)):
            return None  # the fault of the matrix is noted
        if not same or male["rate"] is None or model == "custom":
            node.fault("json.no-matrix", marker=marker.name)
            return None
        made = mutation_model(
            cast(ModelName, model), marker.alleles, marker.frequencies, male["rate"],
            male["rate"] if female["rate"] is None else female["rate"],
            male["range"], male["rate2"], marker.silent,
        )  # fmt: skip
        return _Maybe(made)
    except InputProblems as error:
        for p in error.problems:
            field = f"{node.path}.{p.field}" if p.field else node.path
            params = {**p.params, "marker": marker.name}
            node.problems.extend([dataclasses.replace(p, file=node.file, field=field, params=params)])
        return None


def _parameters(node: Node) -> dict[str, Any]:
    model = node.get("model")
    found: dict[str, Any] = {"model": (model.text() or "").casefold() if model else "custom"}
    for name, high in (("rate", 1.0), ("range", 1e6), ("rate2", 1.0)):
        value = node.get(name)
        found[name] = value.number(0.0, high) if value is not None else None
    return found


def _matrix(node: Node, size: int) -> Any:
    """Shape (size, size), or None; a fault is noted if a matrix is there and not of this shape."""
    given = node.get("matrix")
    if given is None:
        return None
    rows = [row.numbers(0.0, 1.0 + 1e-9) for row in given.elements()]
    if any(row is None for row in rows):
        return None
    if len(rows) != size or any(len(row or ()) != size for row in rows):
        node.fault("json.matrix-shape", rows=len(rows), size=size)
        return None
    return np.array(rows, dtype=float).reshape(size, size)


def read_person(
    node: Node, markers: Mapping[str, Marker | None], given_id: str | None = None
) -> JsonPerson | None:
    """A person and the profile; None with faults noted."""
    id_node = node.get("id", required=given_id is None)
    person_id = id_node.text() if id_node else given_id
    if person_id is None:
        return None
    parents = [n.text() if (n := node.get(role)) is not None else None for role in ("father", "mother")]
    sex_node = node.get("sex")
    sex: Sex | None = None
    if sex_node is not None:
        read = read_sex(str(sex_node.value))
        if read == "bad":
            sex_node.fault("value.sex", value=str(sex_node.value)[:40])
        else:
            sex = read
    inbreeding_node = node.get("founder_inbreeding")
    inbreeding = inbreeding_node.number() if inbreeding_node is not None else 0.0
    person = Person(person_id, parents[0], parents[1], sex, inbreeding or 0.0)
    component = node.get("component")
    profile = _profile(node, person, markers)
    return JsonPerson(person, profile, (component.text() or "") if component else "", node)


def _profile(node: Node, person: Person, markers: Mapping[str, Marker | None]) -> Profile | None:
    calls: dict[str, Call] = {}
    genotypes = node.get("genotypes")
    for name, cell in genotypes.items() if genotypes is not None else ():
        if name not in markers:
            cell.fault("json.unknown-marker", marker=name, person=person.id)
            continue
        call = _call(cell)
        if call is None:
            continue
        marker = markers[name]
        if (
            marker is not None
            and marker.chromosome == "X"
            and person.sex == "M"
            and None not in call
            and call[0] != call[1]
        ):
            cell.fault("genotypes.x-male-two-alleles", sample=person.id, marker=name, alleles=call)
            continue
        if any(call):
            calls[name] = call
    replicates: dict[str, tuple[frozenset[str], ...]] = {}
    replicate_node = node.get("replicates")
    for name, cell in replicate_node.items() if replicate_node is not None else ():
        if name not in markers:
            cell.fault("json.unknown-marker", marker=name, person=person.id)
            continue
        replicates[name] = tuple(frozenset(run.texts()) for run in cell.elements())
    if not calls and not replicates:
        return None
    chances = []
    for name in ("dropout", "dropin"):
        chance = node.get(name)
        chances.append((chance.number(0.0, 1.0) if chance is not None else 0.0) or 0.0)
    sample = node.get("sample")
    return Profile(
        (sample.text() if sample else None) or person.id, calls, chances[0], chances[1], replicates
    )


def _call(node: Node) -> Call | None:
    if node.value is None:
        return (None, None)
    alleles = [e.text() if e.value is not None else None for e in node.elements()]
    if len(alleles) != 2:
        node.fault("json.two-alleles", count=len(alleles))
        return None
    return (alleles[0], alleles[1]) if alleles[0] is not None else (alleles[1], None)


def completed(
    markers: Sequence[Marker], profiles: Sequence[Profile], file: str, problems: Problems
) -> tuple[Marker, ...]:
    """The markers with every allele seen: one not listed gets the default minimum frequency, with a warning.

    A mutation matrix cannot be guessed for an allele it does not know, so there it is a fault.
    """
    found = []
    for marker in markers:
        seen: set[str] = set()
        for p in profiles:
            seen.update(a for a in p.calls.get(marker.name, ()) if a is not None)
            seen.update(*p.replicates.get(marker.name, ()))
        absent = sorted(seen - set(marker.alleles))
        if absent and marker.mutation is not None:
            for allele in absent:
                problems.fault(
                    "json.allele-not-in-matrix", file, field=marker.name, marker=marker.name, allele=allele
                )
        elif absent:
            silent = marker.silent
            loci = {
                SILENT if a == silent else a: float(f)
                for a, f in zip(marker.alleles, marker.frequencies, strict=True)
            }
            table = FrequencyTable("", {marker.name: loci})
            built, warnings = build_markers(
                table,
                {marker.name: seen},
                file=file,
                x_markers=[marker.name] if marker.chromosome == "X" else [],
            )
            problems.extend(warnings)
            marker = built[0]
        found.append(marker)
    return tuple(found)
