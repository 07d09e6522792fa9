"""A case as one JSON document: markers, victims (``pm``), families (``am``), missing, pairings."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amana.interchange.case_assembly import default_eligible
from amana.interchange.collecting import Problems
from amana.interchange.json_people import JsonPerson, by_name, completed, read_markers, read_person
from amana.interchange.json_reading import Node, load
from amana.interchange.text import digest, nearest
from amana.kinship.joint.case import Case, Family, Victim
from amana.kinship.joint.result import NONE
from amana.kinship.markers import FrequencyTable, Marker
from amana.kinship.pedigree import Pedigree
from amana.kinship.profiles import Profile
from amana.problems import InputProblems

_STAR = ("*", NONE)


def read_joint_json(path: str | Path) -> Case:
    """Read a case from .json or .json.gz.

    Raises
    ------
    InputProblems
    """
    path = Path(path)
    problems = Problems()
    loaded = load(path, problems)
    case = None
    if loaded is not None:
        document, data = loaded
        case = _case(Node(document, "", path.name, problems), path, {path.name: digest(data)})
    problems.raise_faults()
    assert case is not None
    return case


def _case(top: Node, path: Path, inputs: Mapping[str, str]) -> Case | None:
    problems = top.problems
    nodes = {k: top.get(k, required=True) for k in ("markers", "pm", "am", "missing")}
    if any(n is None for n in nodes.values()):
        return None
    markers = read_markers(nodes["markers"])
    named = by_name(nodes["markers"], markers)
    victims = _victims(nodes["pm"], named)
    missing = tuple(dict.fromkeys(nodes["missing"].texts() if nodes["missing"] is not None else ()))
    families = _families(nodes["am"], nodes["missing"], missing, named)
    eligible = _pairings(top.get("pairings"), victims, families, missing)
    profiles = [v.profile for v in victims] + [p for f in families for p in f.profiles.values()]
    markers = completed(markers, profiles, top.file, problems)
    tables = _tables(top.get("tables"))
    name = top.get("name")
    synthetic = top.get("synthetic")
    if synthetic is not None and not isinstance(synthetic.value, bool):
        synthetic.wrong("true/false")
    if problems.faults:
        return None
    return Case(
        (name.note() if name else None) or path.name.split(".")[0],
        markers, victims, families, eligible, tables,
        bool(synthetic and synthetic.value), dict(inputs), problems.warnings,
    )  # fmt: skip


def _victims(node: Node | None, markers: Mapping[str, Marker | None]) -> tuple[Victim, ...]:
    found = []
    for name, entry in node.items() if node is not None else ():
        read = read_person(entry, markers, given_id=name)
        if name in _STAR:
            entry.fault("families.reserved-name", person=name)
        elif read is not None:
            unit = entry.get("unit")
            profile = read.profile or Profile(name)
            found.append(Victim(name, profile, read.person.sex, unit.text() if unit else None))
    if node is not None and not found:
        node.fault("json.nobody", key="pm")
    return tuple(found)


def _families(
    node: Node | None,
    missing_node: Node | None,
    missing: tuple[str, ...],
    markers: Mapping[str, Marker | None],
) -> tuple[Family, ...]:
    found = []
    owner: dict[str, str] = {}
    named: set[str] = set()
    for family, members_node in node.items() if node is not None else ():
        members = [p for p in (read_person(n, markers) for n in members_node.elements()) if p is not None]
        named |= {m.person.id for m in members}
        pedigree = _pedigree(members, members_node)
        sought = tuple(m for m in missing if any(p.person.id == m for p in members))
        for person in sought:
            if person in owner:
                members_node.fault(
                    "json.missing-in-two", person=person, first_family=owner[person], family=family
                )
            owner.setdefault(person, family)
        profiles = {m.person.id: m.profile for m in members if m.profile is not None}
        for person in sought:
            if person in profiles:
                members_node.fault("families.missing-typed", person=person, family=family)
        if pedigree is not None:
            found.append(Family(family, pedigree, profiles, sought))
    for person in missing:
        if missing_node is not None and person in _STAR:
            missing_node.fault("families.reserved-name", person=person)
        elif missing_node is not None and person not in named:
            missing_node.fault("families.unknown-missing", person=person, known=nearest(person, named))
    if missing_node is not None and not missing:
        missing_node.fault("json.nobody", key="missing")
    return tuple(found)


def _pedigree(members: list[JsonPerson], node: Node) -> Pedigree | None:
    paths = {m.person.id: m.node.path for m in members}
    try:
        return Pedigree(m.person for m in members)
    except InputProblems as error:
        for p in error.problems:
            path = paths.get(str(p.params.get("person")), node.path)
            field = f"{path}.{p.field}" if p.field else path
            node.problems.extend([dataclasses.replace(p, file=node.file, field=field)])
        return None


def _pairings(
    node: Node | None, victims: tuple[Victim, ...], families: tuple[Family, ...], missing: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    found = default_eligible(victims, families)
    for victim, entry in node.items() if node is not None else ():
        if victim not in found:
            entry.fault("eligible.unknown-unit", unit=victim, known=nearest(victim, found))
            continue
        listed = [m for m in entry.texts() if m not in _STAR]
        for m in listed:
            if m not in missing:
                entry.fault("eligible.unknown-missing", person=m, known=nearest(m, missing))
        found[victim] = tuple(dict.fromkeys(listed))
    return found


def _tables(node: Node | None) -> tuple[FrequencyTable, ...]:
    found = []
    for entry in node.elements() if node is not None else ():
        loci_node = entry.get("loci", required=True)
        loci: dict[str, dict[str, float]] = {}
        for marker, locus in loci_node.items() if loci_node is not None else ():
            values = {a: f.number(0.0, 1.0) for a, f in locus.items()}
            loci[marker] = {a: f for a, f in values.items() if f is not None}
        texts = {}
        for key in ("name", "source", "licence"):
            text = entry.get(key)
            texts[key] = text.note() if text is not None else ""
        minimum, notes = entry.get("minimum"), entry.get("notes")
        found.append(
            FrequencyTable(
                texts["name"], loci, texts["source"], texts["licence"],
                minimum.number(0.0, 1.0) if minimum else None, notes.texts() if notes else (),
            )
        )  # fmt: skip
    return tuple(found)


def joint_document(case: Case) -> dict[str, Any]:
    """A case as plain JSON values; :func:`read_joint_json` gives the same case back."""
    document: dict[str, Any] = {
        "name": case.name,
        "synthetic": case.synthetic,
        "markers": [_marker_document(m) for m in case.markers],
        "pm": {v.id: _victim_document(v) for v in case.victims},
        "am": {f.id: _family_document(f) for f in case.families},
        "missing": [m for f in case.families for m in f.missing],
        "pairings": {v: ["*", *people] for v, people in case.eligible.items()},
    }
    if case.tables:
        document["tables"] = [
            {"name": t.name, "source": t.source, "licence": t.licence, "minimum": t.minimum,
             "notes": list(t.notes), "loci": {m: dict(locus) for m, locus in t.loci.items()}}
            for t in case.tables
        ]  # fmt: skip
    return document


def write_joint_json(case: Case, path: str | Path) -> None:
    """Write a case as one JSON document."""
    text = json.dumps(joint_document(case), ensure_ascii=False, indent=1, allow_nan=False)
    Path(path).write_text(text + "\n", encoding="utf-8")


def _marker_document(marker: Marker) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": marker.name,
        "chrom": "X" if marker.chromosome == "X" else None,
        "alleles": list(marker.alleles),
        "freqs": marker.frequencies.tolist(),
        "mutation": None,
    }
    if marker.silent is not None:
        document["silent"] = marker.silent
    u = marker.mutation
    if u is not None:
        document["mutation"] = {
            sex: {
                "model": u.model,
                "rate": rate,
                "range": u.range,
                "rate2": u.rate2,
                "matrix": matrix.tolist(),
            }
            for sex, rate, matrix in (("male", u.rate_male, u.male), ("female", u.rate_female, u.female))
        }
    return document


def _victim_document(victim: Victim) -> dict[str, Any]:
    document = _person_document(victim.id, None, None, victim.sex, victim.profile)
    return {**document, "unit": victim.unit} if victim.unit is not None else document


def _family_document(family: Family) -> list[dict[str, Any]]:
    return [
        _person_document(p.id, p.father, p.mother, p.sex, family.profiles.get(p.id), p.founder_inbreeding)
        for p in family.pedigree.persons
    ]


def _person_document(
    person: str,
    father: str | None,
    mother: str | None,
    sex: str | None,
    profile: Profile | None,
    inbreeding: float = 0.0,
) -> dict[str, Any]:
    document: dict[str, Any] = {"id": person, "father": father, "mother": mother, "sex": sex, "genotypes": {}}
    if inbreeding:
        document["founder_inbreeding"] = inbreeding
    if profile is not None:
        document["genotypes"] = {m: list(call) for m, call in profile.calls.items()}
        if profile.sample != person:
            document["sample"] = profile.sample
        if profile.replicates:
            document["replicates"] = {m: [sorted(r) for r in runs] for m, runs in profile.replicates.items()}
        document.update({k: v for k, v in (("dropout", profile.dropout), ("dropin", profile.dropin)) if v})
    return document
