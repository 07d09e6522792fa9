"""The DVI part of a Familias file: unidentified persons and reference families, under nested headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from amana.interchange.case_assembly import default_eligible
from amana.interchange.collecting import Problems
from amana.interchange.familias_database import Database, markers_of, not_autosomal
from amana.interchange.familias_lines import Lines, unquoted
from amana.interchange.familias_pedigrees import Relation, pedigree_of
from amana.interchange.vocabulary import allele, is_unknown
from amana.interchange.vocabulary import sex as read_sex
from amana.kinship.joint.case import Case, Family, Victim
from amana.kinship.joint.result import NONE
from amana.kinship.pedigree import Sex
from amana.kinship.profiles import Call, Profile

REFERENCE = "Reference pedigree"
"""The pedigree without what is in question; Familias writes it beside each one that holds the missing."""

NAMED = "Missing: "
"""Amana writes the identifier of a missing person behind this, as a person or as the pedigree's name."""

_HEADING = re.compile(r"(\[+)\s*([^\[\]]*?)\s*(\]+)")
_KNOWN_SECTIONS = ("DVI", "Prior", "Advanced")


@dataclass(frozen=True)
class Entry:
    """``key= value``."""

    key: str
    value: str
    row: int


@dataclass
class Section:
    """A heading, the entries directly below it, and the headings of the next depth."""

    title: str
    row: int
    entries: list[Entry] = field(default_factory=list)
    parts: list[Section] = field(default_factory=list)

    def everything(self) -> Iterator[Entry]:
        """Entries at any depth."""
        yield from self.entries
        for part in self.parts:
            yield from part.everything()

    def part(self, title: str) -> Section | None:
        """The part of one title."""
        return next((p for p in self.parts if p.title.casefold() == title.casefold()), None)

    def value(self, key: str) -> str | None:
        """Value of the first entry of one key."""
        return next((e.value for e in self.entries if e.key == key), None)


def sections(lines: Lines) -> list[Section]:
    """Everything behind the database."""
    top = Section("", lines.row)
    stack = [top]
    for row in range(lines.row + 1, len(lines.texts) + 1):
        text = unquoted(lines.texts[row - 1])
        heading = _HEADING.fullmatch(text)
        if heading is not None:
            depth = len(heading[1])
            if depth != len(heading[3]) or depth > len(stack):
                raise lines.stop("familias.nesting", "heading", row=row, found=text[:60])
            del stack[depth:]
            stack[-1].parts.append(Section(heading[2], row))
            stack.append(stack[-1].parts[-1])
            if depth == 1 and heading[2] not in _KNOWN_SECTIONS:
                lines.problems.warn("familias.section", lines.file, row, section=heading[2])
        elif text:
            key, equals, value = text.partition("=")
            if len(stack) == 1 or not equals:
                raise lines.stop("familias.unexpected", "line", row=row, found=text[:60])
            stack[-1].entries.append(Entry(key.strip(), value.strip(), row))
    return top.parts


@dataclass(frozen=True)
class _Person:
    name: str
    sex: Sex | None
    calls: Mapping[str, Call]
    row: int


@dataclass
class _Reader:
    database: Database
    file: str
    problems: Problems

    def __post_init__(self) -> None:
        self.systems = {s.name for s in self.database.used()}
        self.observed: dict[str, set[str]] = {}

    def fault(self, code: str, row: int, what: str, **params: object) -> None:
        self.problems.fault(code, self.file, row, what, **params)

    def counted(self, section: Section, key: str, found: int) -> None:
        """A count that disagrees with what follows: the file was cut, or written by hand."""
        stated = section.value(key)
        if stated is not None and stated != str(found):
            self.fault("familias.count", section.row, key, stated=stated[:60], found=found)

    def known(self, section: Section, *keys: str) -> None:
        """Warns of entries that have no meaning here."""
        for entry in section.entries:
            if entry.key not in keys:
                self.problems.warn("familias.entry", self.file, entry.row, entry.key, value=entry.value[:60])

    def people(self, section: Section) -> list[_Person]:
        parts = [p for p in section.parts if p.title.startswith("Person")]
        self.counted(section, "nPersons", len(parts))
        self.known(section, "nPersons")
        found: dict[str, _Person] = {}
        for part in parts:
            self.known(part, "Name", "Gender")
            name = part.value("Name") or ""
            if not name:
                self.fault("familias.no-name", part.row, "Name")
                continue
            if name in found:
                self.fault("familias.person-twice", part.row, "Name", person=name)
            gender = part.value("Gender") or ""
            sex = read_sex(gender)
            if sex == "bad":
                self.fault("value.sex", part.row, "Gender", value=gender[:60])
                sex = None
            data = part.part("DNA data")
            calls = self.calls(data, name) if data is not None else {}
            found[name] = _Person(name, sex, calls, part.row)
        return list(found.values())

    def calls(self, data: Section, person: str) -> dict[str, Call]:
        triples = [data.entries[i : i + 3] for i, e in enumerate(data.entries) if e.key == "SystemName"]
        self.known(data, "nSystems", "SystemName", "Allele1", "Allele2")
        self.counted(data, "nSystems", len(triples))
        found: dict[str, Call] = {}
        for triple in triples:
            name, row = triple[0].value, triple[0].row
            if [e.key for e in triple[1:]] != ["Allele1", "Allele2"]:
                self.fault("familias.call-cut", row, "SystemName", person=person, marker=name)
            elif name in found:
                self.fault("familias.typed-twice", row, "SystemName", person=person, marker=name)
            elif name not in self.systems:
                if not not_autosomal(name):
                    self.problems.warn("familias.not-in-database", self.file, row, "SystemName", marker=name)
            else:
                labels = [None if is_unknown(e.value) else allele(e.value) for e in triple[1:]]
                one, two = labels if labels[0] is not None else labels[::-1]
                if one is None:
                    continue
                if two is None:
                    self.problems.warn(
                        "familias.one-allele", self.file, row, "SystemName", person=person, marker=name
                    )
                found[name] = (one, two)
                self.observed.setdefault(name, set()).update(a for a in (one, two) if a is not None)
        return found

    def family(self, section: Section) -> tuple[str, list[_Person], list[Relation], int, str] | None:
        """Name, persons, relations, line and name of the pedigree that holds the missing."""
        name = section.value("Name") or ""
        self.known(section, "Name")
        persons, pedigrees = section.part("Persons"), section.part("Pedigrees")
        if not name or persons is None or pedigrees is None:
            self.fault("familias.family-cut", section.row, "Family")
            return None
        people = self.people(persons)
        trees = [p for p in pedigrees.parts if p.title.startswith("Pedigree")]
        self.counted(pedigrees, "nPedigrees", len(trees))
        self.known(pedigrees, "nPedigrees")
        read = [(t, self.relations(t)) for t in trees]
        others = [(t, r) for t, r in read if t.value("Name") != REFERENCE] or read
        shapes = {frozenset((p, c) for p, c, _ in r) for _, r in others}
        if len(shapes) != 1:
            row = others[1][0].row if others else pedigrees.row
            self.fault("familias.pedigrees", row, "Pedigree", family=name, count=len(shapes))
            return None
        chosen, relations = others[0]
        stated = {(p, c) for p, c, _ in relations}
        for tree, known in read:
            for parent, child, row in known:
                if tree is not chosen and (parent, child) not in stated:
                    self.fault("familias.reference-differs", row, "Parent", family=name, person=child)
        return name, people, relations, chosen.row, chosen.value("Name") or ""

    def relations(self, tree: Section) -> list[Relation]:
        self.known(tree, "Name", "nRelations", "Parent", "Child")
        pairs = [tree.entries[i : i + 2] for i, e in enumerate(tree.entries) if e.key == "Parent"]
        self.counted(tree, "nRelations", len(pairs))
        found = []
        for pair in pairs:
            if [e.key for e in pair] != ["Parent", "Child"] or not all(e.value for e in pair):
                self.fault("familias.relation-cut", pair[0].row, "Parent")
            else:
                found.append((pair[0].value, pair[1].value, pair[0].row))
        return found


def case_of(dvi: Section, database: Database, name: str, file: str, problems: Problems) -> Case | None:
    """The case, or None where faults stand in the way.

    Missing are all who were not typed and whose name begins with "Missing", as Familias and its readers have
    it; persons who stand only in relations have no sex of their own.
    """
    reader = _Reader(database, file, problems)
    unidentified, references = dvi.part("Unidentified persons"), dvi.part("Reference Families")
    for title, part in (("Unidentified persons", unidentified), ("Reference Families", references)):
        if part is None:
            reader.fault("familias.part-missing", dvi.row, title)
    if unidentified is None or references is None:
        return None
    remains = reader.people(unidentified)
    parts = [p for p in references.parts if p.title.startswith("Family")]
    reader.counted(references, "nFamilies", len(parts))
    families = [f for f in map(reader.family, parts) if f is not None]
    if not remains:
        reader.fault("familias.nobody", unidentified.row, "nPersons")
    if not parts:
        reader.fault("familias.nobody", references.row, "nFamilies")
    times = Counter(f[0] for f in families)
    for family, count in times.items():
        if count > 1:
            reader.fault("familias.family-twice", references.row, "Name", family=family)
    markers = markers_of(database, reader.observed, file, problems)
    samples = Counter(p.name for p in remains) + Counter(p.name for f in families for p in f[1] if p.calls)
    sought = Counter(m for f in families for m in _missing_names(f[1], f[2]))
    trees = [t for f in families if (t := _tree(f, samples, sought, reader)) is not None]
    for person, count in Counter(m for t in trees for m in t.missing).items():
        if count > 1:
            reader.fault("familias.person-twice", references.row, "Name", person=person)
    victims = []
    for p in remains:
        if p.calls:
            victims.append(Victim(p.name, Profile(p.name, p.calls), p.sex, p.name))
        else:
            problems.warn("remains.no-sample", file, p.row, "DNA data", unit=p.name)
    if problems.faults:
        return None
    return Case(name, markers, tuple(victims), tuple(trees), default_eligible(victims, trees))


def _is_missing(name: str) -> bool:
    return name.casefold().startswith("missing")


def _missing_names(people: list[_Person], relations: list[Relation]) -> list[str]:
    related = dict.fromkeys(name for parent, child, _ in relations for name in (parent, child))
    listed = [p.name for p in people if p.name in related]
    return [n for n in (*listed, *(r for r in related if r not in listed)) if _is_missing(n)]


def _tree(
    found: tuple[str, list[_Person], list[Relation], int, str],
    samples: Mapping[str, int],
    sought: Mapping[str, int],
    reader: _Reader,
) -> Family | None:
    name, people, relations, row, title = found
    missing = _missing_names(people, relations)
    ids: dict[str, str] = {}
    for person in missing:
        if person.startswith(NAMED):
            ids[person] = person.removeprefix(NAMED)
        elif len(missing) == 1 and title.startswith(NAMED):
            ids[person] = title.removeprefix(NAMED)
        else:
            ids[person] = person if sought[person] == 1 else f"{person} ({name})"
        if ids[person] in ("", NONE, "*"):
            reader.fault("families.reserved-name", row, "Name", person=person)
    related = {person for parent, child, _ in relations for person in (parent, child)}
    sexes: dict[str, Sex | None] = {}
    profiles: dict[str, Profile] = {}
    for p in people:
        if _is_missing(p.name) and p.calls:
            reader.fault("families.missing-typed", p.row, "Name", person=p.name, family=name)
        if p.name not in related and not p.calls:
            reader.problems.warn(
                "familias.not-related", reader.file, p.row, "Name", person=p.name, family=name
            )
            continue
        sexes[ids.get(p.name, p.name)] = p.sex
        if p.calls:
            sample = p.name if samples[p.name] == 1 else f"{p.name} ({name})"
            profiles[p.name] = Profile(sample, p.calls)
    for parent, child, _ in relations:
        for person in (parent, child):
            sexes.setdefault(ids.get(person, person), None)
    if not missing:
        reader.fault("familias.nobody-missing", row, "Pedigree", family=name)
    if len(set(ids.values())) < len(ids) or any(ids[m] in profiles for m in missing):
        reader.fault("familias.person-twice", row, "Name", person=" / ".join(ids.values()))
        return None
    renamed = [(ids.get(p, p), ids.get(c, c), line) for p, c, line in relations]
    pedigree = pedigree_of(sexes, renamed, reader.file, row, reader.problems)
    if pedigree is None:
        return None
    return Family(name, pedigree, profiles, tuple(ids[m] for m in missing))
