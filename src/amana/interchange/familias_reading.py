"""Familias files (.fam, versions 3.x): persons, pedigrees and database.  The DVI part: familias_dvi."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from amana.interchange.collecting import Problems
from amana.interchange.familias_database import Database, markers_of, not_autosomal, read_database
from amana.interchange.familias_dvi import Section, case_of, sections
from amana.interchange.familias_lines import CannotGoOn, Lines, familias_text
from amana.interchange.familias_pedigrees import Relation, pedigree_of
from amana.interchange.kinship_records import Expected, Hypothesis, KinshipCase
from amana.interchange.text import digest, read_bytes
from amana.kinship.joint.case import Case
from amana.kinship.pedigree import Sex
from amana.kinship.profiles import Call, Profile


@dataclass(frozen=True)
class _Individual:
    """A person of the first part; ``genotypes``: two alleles and system as numbers from 0, and the line."""

    name: str
    sex: Sex
    dropout: bool
    row: int
    genotypes: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True)
class _Tree:
    """One of the pedigrees that are compared; relations refer to persons by number, from 0."""

    name: str
    row: int
    extra: tuple[int, int]
    relations: tuple[tuple[int, int, int], ...]


@dataclass
class _File:
    """Everything in the file, as written."""

    database: Database
    individuals: list[_Individual]
    fixed: _Tree
    trees: list[_Tree]
    sections: list[Section]
    synthetic: bool


def read_familias_case(path: str | Path) -> Case:
    """The identification case in the DVI part of a .fam file.

    Raises
    ------
    InputProblems
        for a file that cannot be read, has no DVI part, or says what Amana cannot compute.
    """
    path = Path(path)
    problems = Problems()
    data = read_bytes(path, path.name, problems)
    read = _read(data, path.name, problems) if data is not None else None
    case = None
    if read is not None and data is not None:
        dvi = next((s for s in read.sections if s.title == "DVI"), None)
        if dvi is None:
            problems.fault("familias.no-dvi", path.name)
        else:
            case = case_of(dvi, read.database, path.stem, path.name, problems)
        if read.database.theta:
            problems.warn("familias.theta", path.name, theta=read.database.theta)
        _settings(read.sections, path.name, problems)
    problems.raise_faults()
    assert case is not None
    assert data is not None
    return dataclasses.replace(
        case, synthetic=read is not None and read.synthetic, inputs={path.name: digest(data)},
        warnings=problems.warnings,
    )  # fmt: skip


def read_familias_kinship(path: str | Path) -> KinshipCase:
    """The pedigrees that a .fam file compares, as the hypotheses of one kinship case.

    A person who was not typed and has no relative in a pedigree is left out of it.

    Raises
    ------
    InputProblems
        for a file that cannot be read, compares no pedigrees, or says what Amana cannot compute.
    """
    path = Path(path)
    problems = Problems()
    data = read_bytes(path, path.name, problems)
    read = _read(data, path.name, problems) if data is not None else None
    case = _kinship(read, path, problems) if read is not None else None
    problems.raise_faults()
    assert case is not None
    return dataclasses.replace(case, warnings=problems.warnings)


def _read(data: bytes, file: str, problems: Problems) -> _File | None:
    text = familias_text(data, file, problems)
    if text is None:
        return None
    lines = Lines(text.splitlines(), file, problems)
    try:
        return _file(lines)
    except CannotGoOn:
        return None


def _file(lines: Lines) -> _File:
    first, second = lines.take("title"), lines.take("notice")
    if "familias" not in first.casefold():
        raise lines.stop("familias.not-familias", "title", row=1, found=first[:60])
    version = lines.take("version")
    if not re.match(r"3(\.|\b)", version):
        raise lines.stop("familias.version", "version", found=version[:60])
    if not re.fullmatch(r"\d+", lines.peek(), re.ASCII):
        lines.take("note")
    individuals = [_individual(lines) for _ in range(lines.count("persons"))]
    heading = lines.take("known_relations")
    if heading.casefold() != "known relations":
        raise lines.stop("familias.no-heading", "known_relations", found=heading[:60])
    fixed = _relations(lines, "")
    trees = []
    for _ in range(lines.count("pedigrees")):
        lines.count("pedigree_number")
        name = lines.take("pedigree")
        trees.append(_relations(lines, name))
    database = read_database(lines)
    synthetic = "synthetic people" in second.casefold()
    found = _File(database, individuals, fixed, trees, sections(lines), synthetic)
    for person in individuals:
        _check_genotypes(person, database, lines)
    return found


def _individual(lines: Lines) -> _Individual:
    name = lines.take("person")
    row = lines.row
    if not name:
        raise lines.stop("familias.no-name", "person")
    lines.flag("child")
    year = lines.take("year_of_birth")
    lines.flag("infertile")
    male, _ = lines.flag("male")
    genotypes = []
    for _ in range(lines.count("genotypes")):
        one, two, system = (lines.count(what) for what in ("allele1", "allele2", "system"))
        genotypes.append((one, two, system, lines.row))
    return _Individual(name, "M" if male else "F", "dropout" in year.casefold(), row, tuple(genotypes))


def _relations(lines: Lines, name: str) -> _Tree:
    row = max(lines.row, 1)
    extra = (lines.count("extra_females"), lines.count("extra_males"))
    relations = []
    for _ in range(lines.count("relations")):
        if "direct" in lines.peek().casefold():
            lines.take("parent")
            raise lines.stop("familias.twins", "parent")
        relations.append((lines.count("parent"), lines.count("child"), lines.row))
    return _Tree(name, row, extra, tuple(relations))


def _check_genotypes(person: _Individual, database: Database, lines: Lines) -> None:
    for one, two, place, row in person.genotypes:
        known = place < len(database.systems)
        if not known or max(one, two) >= len(database.systems[place].alleles):
            lines.problems.fault(
                "familias.genotype-outside", lines.file, row, "system" if not known else "allele1",
                person=person.name,
            )  # fmt: skip


def _kinship(read: _File, path: Path, problems: Problems) -> KinshipCase | None:
    file = path.name
    markers = markers_of(read.database, {}, file, problems)
    if not read.trees:
        problems.fault("familias.no-pedigrees", file)
    names: dict[str, int] = {}
    for p in read.individuals:
        if p.name in names:
            problems.fault("familias.person-twice", file, p.row, "person", person=p.name)
        names[p.name] = p.row
    hypotheses: dict[str, Hypothesis] = {}
    if problems.faults:
        return None
    profiles = {p.name: q for p in read.individuals if (q := _profile(p, read.database, file, problems))}
    for tree in read.trees:
        if tree.name in hypotheses:
            problems.fault("familias.pedigree-twice", file, tree.row, "pedigree", pedigree=tree.name)
        hypothesis = _hypothesis(read, tree, profiles, file, problems)
        if hypothesis is not None:
            hypotheses[tree.name] = hypothesis
    if problems.faults:
        return None
    expected = {name: Expected() for name in hypotheses}
    return KinshipCase(path.stem, path.stem, markers, read.database.theta, None, hypotheses, expected)


def _profile(person: _Individual, database: Database, file: str, problems: Problems) -> Profile | None:
    calls: dict[str, Call] = {}
    chances: set[float] = set()
    for one, two, place, row in person.genotypes:
        system = database.systems[place]
        if not_autosomal(system.name):
            continue
        if system.name in calls:
            problems.fault(
                "familias.typed-twice", file, row, "system", person=person.name, marker=system.name
            )
        calls[system.name] = (system.alleles[one][0], system.alleles[two][0])
        chances.add(system.dropout if person.dropout else 0.0)
    if len(chances) > 1:
        values = tuple(sorted(chances))
        problems.fault(
            "familias.dropout-by-system", file, person.row, "person", person=person.name, values=values
        )
    return Profile(person.name, calls, max(chances)) if calls else None


def _hypothesis(
    read: _File, tree: _Tree, profiles: Mapping[str, Profile], file: str, problems: Problems
) -> Hypothesis | None:
    names = [p.name for p in read.individuals]
    sexes: dict[str, Sex | None] = {p.name: p.sex for p in read.individuals}
    for females, males in (read.fixed.extra, tree.extra):
        for sex in _extras(females, males):
            name = f"extra {len(names) - len(read.individuals) + 1}"
            while name in sexes:
                name += "'"
            names.append(name)
            sexes[name] = sex
    relations: list[Relation] = []
    for parent, child, row in (*read.fixed.relations, *tree.relations):
        if max(parent, child) >= len(names):
            problems.fault("familias.relation-outside", file, row, "parent", pedigree=tree.name)
            return None
        relations.append((names[parent], names[child], row))
    related = {name for parent, child, _ in relations for name in (parent, child)}
    present = {name: sex for name, sex in sexes.items() if name in related or name in profiles}
    pedigree = pedigree_of(present, relations, file, tree.row, problems)
    return Hypothesis(pedigree, profiles) if pedigree is not None else None


def _extras(females: int, males: int) -> Iterator[Sex]:
    for _ in range(females):
        yield "F"
    for _ in range(males):
        yield "M"


def _settings(found: list[Section], file: str, problems: Problems) -> None:
    """Settings of the program that bear on results and are not part of a case here."""
    kept = {"dropin", "dropout", "error"}
    for section in found:
        for entry in section.everything():
            zero = not entry.value.strip("0.,")
            if (entry.key.casefold() in kept and not zero and section.title == "Advanced") or (
                section.title == "Prior" and entry.key == "UseList" and entry.value.casefold() == "yes"
            ):
                problems.warn("familias.setting", file, entry.row, entry.key, value=entry.value)
