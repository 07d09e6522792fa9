"""Kinship cases: hypotheses about relationships, with reference results where they are given."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from amana.interchange.collecting import Problems
from amana.interchange.familias_reading import read_familias_kinship
from amana.interchange.json_people import JsonPerson, by_name, completed, read_markers, read_person
from amana.interchange.json_reading import Node, load
from amana.interchange.kinship_records import Expected, Hypothesis, KinshipCase
from amana.kinship.markers import Marker
from amana.kinship.pedigree import Pedigree
from amana.problems import InputProblems


def read_kinship_cases(path: str | Path) -> tuple[KinshipCase, ...]:
    """Read a .json or .json.gz file of kinship cases, or the pedigrees of a Familias file (.fam).

    Raises
    ------
    InputProblems
    """
    path = Path(path)
    if path.name.casefold().endswith(".fam"):
        return (read_familias_kinship(path),)
    problems = Problems()
    loaded = load(path, problems)
    found: list[KinshipCase] = []
    if loaded is not None:
        top = Node(loaded[0], "", path.name, problems)
        # A single case, or a bare list of cases, is taken as well.
        bare = isinstance(top.value, list) or (isinstance(top.value, dict) and "hypotheses" in top.value)
        cases = top if bare else top.get("cases", required=True)
        nodes = [cases] if cases is not None and isinstance(cases.value, dict) else None
        for node in nodes or (cases.elements() if cases is not None else ()):
            case = _case(node)
            if case is None:
                continue
            if any(case.id == other.id for other in found):
                node.fault("cases.id-twice", case=case.id)
            found.append(case)
        if cases is not None and not found and not problems.faults:
            cases.fault("json.nobody", key="cases")
    problems.raise_faults()
    return tuple(found)


def holds_kinship_cases(path: str | Path) -> bool:
    """Whether a file holds kinship cases and no identification case; False for what cannot be read.

    A .fam file with both a DVI part and pedigrees counts as an identification case.
    """
    path = Path(path)
    if path.is_dir():
        return False
    if path.name.casefold().endswith(".fam"):
        try:
            return b"[DVI]" not in path.read_bytes()
        except OSError:
            return False
    loaded = load(path, Problems())
    top = loaded[0] if loaded is not None else None
    return isinstance(top, list) or (isinstance(top, dict) and bool({"cases", "hypotheses"} & top.keys()))


def _case(node: Node) -> KinshipCase | None:
    already = len(node.problems.all)
    id_node, hypotheses_node = node.get("id", required=True), node.get("hypotheses", required=True)
    markers_node = node.get("markers", required=True)
    case_id = id_node.text() if id_node is not None else None
    if case_id is None or hypotheses_node is None or markers_node is None:
        return None
    silent_node, title = node.get("silent_allele"), node.get("title")
    markers = read_markers(markers_node, silent_node.text() if silent_node is not None else None)
    if not markers and not isinstance(markers_node.value, dict):
        markers_node.fault("json.nobody", key="markers")
    named = by_name(markers_node, markers)
    chances = {name: _chances(node.get(name)) for name in ("dropout", "dropin")}
    theta_node, recombination_node = node.get("theta"), node.get("recombination")
    theta = theta_node.number(0.0, 1.0) if theta_node is not None else 0.0
    recombination = recombination_node.number(0.0, 0.5) if recombination_node is not None else None
    if recombination is not None and len(markers) != 2:
        node.fault("cases.linked-markers", case=case_id, count=len(markers))
    hypotheses: dict[str, Hypothesis] = {}
    expected: dict[str, Expected] = {}
    people: set[str] = set()
    for name, entry in hypotheses_node.items():
        hypothesis = _hypothesis(entry, named, chances)
        if hypothesis is not None:
            hypotheses[name] = hypothesis
            expected[name] = _expected(entry)
            people |= {p.id for p in hypothesis.pedigree.persons}
    if not hypotheses and not node.problems.faults:
        hypotheses_node.fault("json.nobody", key="hypotheses")
    for name in ("dropout", "dropin"):
        for person in chances[name].keys() - people - {"*"}:
            if len(hypotheses) == len(list(hypotheses_node.items())):
                node.fault("cases.unknown-person", key=name, person=person)
    profiles = [p for h in hypotheses.values() for p in h.profiles.values()]
    markers = completed(markers, profiles, f"{node.file}", node.problems)
    warnings = tuple(p for p in node.problems.all[already:] if p.warning)
    text = (title.note() if title is not None else "") or case_id
    return KinshipCase(case_id, text, markers, theta or 0.0, recombination, hypotheses, expected, warnings)


def _chances(node: Node | None) -> Mapping[str, float]:
    """Person to probability; a single number holds for everybody (``*``)."""
    if node is None:
        return {}
    if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return {"*": node.number(0.0, 1.0) or 0.0}
    return {person: value.number(0.0, 1.0) or 0.0 for person, value in node.items()}


def _hypothesis(
    node: Node, markers: Mapping[str, Marker | None], chances: Mapping[str, Mapping[str, float]]
) -> Hypothesis | None:
    individuals = node.get("individuals", required=True)
    if individuals is None:
        return None
    people = [p for p in (read_person(n, markers) for n in individuals.elements()) if p is not None]
    pedigree = _pedigree(people, individuals)
    if pedigree is None:
        return None
    profiles = {}
    for p in people:
        if p.profile is not None:
            own = p.profile
            profiles[p.person.id] = dataclasses.replace(
                own,
                dropout=_chance(chances["dropout"], p.person.id, own.dropout),
                dropin=_chance(chances["dropin"], p.person.id, own.dropin),
            )
    return Hypothesis(pedigree, profiles)


def _chance(chances: Mapping[str, float], person: str, own: float) -> float:
    return chances.get(person, chances.get("*", own))


def _pedigree(people: Sequence[JsonPerson], node: Node) -> Pedigree | None:
    paths = {p.person.id: p.node.path for p in people}
    component = {p.person.id: p.component for p in people}
    good = True
    for p in people:
        for role, parent in (("father", p.person.father), ("mother", p.person.mother)):
            if parent in component and component[parent] != p.component:
                node.problems.fault(
                    "cases.parent-elsewhere", node.file, None, f"{p.node.path}.{role}",
                    person=p.person.id, parent=parent,
                )  # fmt: skip
                good = False
    try:
        return Pedigree(p.person for p in people) if good else None
    except InputProblems as error:
        for fault in error.problems:
            path = paths.get(str(fault.params.get("person")), node.path)
            field = f"{path}.{fault.field}" if fault.field else path
            node.problems.extend([dataclasses.replace(fault, file=node.file, field=field)])
        return None


def _expected(node: Node) -> Expected:
    def many(name: str) -> tuple[float, ...] | None:
        found = node.get(name)
        if found is None:
            return None
        values = [e.result() for e in found.elements()]
        return None if None in values else tuple(v for v in values if v is not None)

    total = node.get("loglik_total")
    return Expected(many("loglik"), total.result() if total is not None else None, many("familias_lik"))
