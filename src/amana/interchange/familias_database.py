"""The database of a Familias file: systems with alleles, frequencies, mutation, silent allele."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from amana.interchange.collecting import Problems
from amana.interchange.familias_lines import Lines
from amana.interchange.text import number
from amana.interchange.vocabulary import allele, is_amelogenin, is_x_marker, is_y_marker
from amana.kinship.frequencies import AS_GIVEN, SILENT, build_markers
from amana.kinship.markers import Floats, FrequencyTable, Marker
from amana.kinship.mutation import ModelName, Mutation, mutation_matrix, mutation_model
from amana.problems import InputProblem, InputProblems

MODELS: dict[int, ModelName] = {0: "equal", 1: "proportional", 2: "stepwise", 4: "stepwise"}
"""Familias' number of a mutation model to ours.  2 is the simple stepwise model, 4 the extended one."""
SIMPLE, STATIONARY = 2, 3

_INFO = re.compile(r"(\d+)\s*(.*)")
_FACT = re.compile(r"(Dropout probability|Minor allele frequency)\s*=\s*([^\s)]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Model:
    """Mutation of one sex as written."""

    number: int
    rate: float
    range: float
    rate2: float

    @property
    def acts(self) -> bool:
        """Whether anything mutates."""
        return self.rate > 0 or (self.number == 4 and self.rate2 > 0)

    def matrix(self, marker: Marker) -> Floats:
        """Its matrix over the alleles of a marker."""
        return mutation_matrix(MODELS[self.number], marker.alleles, marker.frequencies, self.rate,
                               range=self.range, rate2=self._rate2, silent=marker.silent)  # fmt: skip

    @property
    def _rate2(self) -> float:
        return self.rate2 if self.number == 4 else 0.0

    @property
    def parameters(self) -> tuple[float | None, float | None]:
        """Range and rate2 of our model of that name."""
        return (self.range, self._rate2) if MODELS[self.number] == "stepwise" else (None, None)


@dataclass(frozen=True)
class System:
    """One locus as written; ``alleles`` in the order to which genotypes refer, ``row`` its name's line."""

    name: str
    row: int
    female: Model
    male: Model
    silent: float
    alleles: tuple[tuple[str, float], ...]
    dropout: float = 0.0
    minimum: float = 0.0


@dataclass
class Database:
    """What stands between the pedigrees and the further sections."""

    theta: float
    name: str
    systems: list[System] = field(default_factory=list)

    def used(self) -> list[System]:
        """Without those that Familias takes for autosomal and that are not."""
        return [s for s in self.systems if not not_autosomal(s.name)]


def not_autosomal(name: str) -> bool:
    """Whether a name is that of amelogenin, or of a marker on X or Y."""
    return is_amelogenin(name) or is_x_marker(name) or is_y_marker(name)


def read_database(lines: Lines) -> Database:
    """The database at the place reached; a line that has no meaning there raises ``CannotGoOn``."""
    computed, rest = lines.flag("results")
    if computed:
        raise lines.stop("familias.results", "results")
    databases = re.search(r"#Databases:\s*(\d+)", rest)
    if databases and int(databases[1]) > 1:
        raise lines.stop("familias.databases", "results", count=int(databases[1]))
    fst = re.search(r"Fst:\s*([^\s)]+)", rest, re.IGNORECASE)
    theta = number(fst[1]) if fst else 0.0
    if theta is None or not 0 <= theta < 1:
        lines.problems.fault("familias.not-a-number", lines.file, lines.row, "theta", found=rest[:60])
        theta = 0.0
    count = lines.count("systems")
    named, _ = lines.flag("database")
    database = Database(theta, lines.take("database") if named else "")
    seen: set[str] = set()
    for _ in range(count):
        system = _system(lines)
        database.systems.append(system)
        if system.name in seen:
            lines.problems.fault(
                "familias.system-twice", lines.file, system.row, "system", marker=system.name
            )
        seen.add(system.name)
        if not_autosomal(system.name):
            lines.problems.warn(
                "familias.not-autosomal", lines.file, system.row, "system", marker=system.name
            )
    return database


def _system(lines: Lines) -> System:
    name = lines.take("system")
    row = lines.row
    if not name:
        raise lines.stop("familias.no-name", "system")
    rates = [lines.real(what, 1.0) for what in ("rate_female", "rate_male")]
    numbers = [lines.count(what, most=4) for what in ("model_female", "model_male")]
    lines.count("alleles_with_silent")
    ranges = [lines.real(what) for what in ("range_female", "range_male")]
    second = [lines.real(what, 1.0) for what in ("rate2_female", "rate2_male")]
    female, male = (Model(*m) for m in zip(numbers, rates, ranges, second, strict=True))
    has_silent, _ = lines.flag("silent")
    silent = lines.real("silent_frequency", 1.0)
    info = lines.take("alleles")
    match = _INFO.fullmatch(info)
    if match is None or len(match[1]) > 6:
        raise lines.stop("familias.not-a-count", "alleles", found=info[:60])
    facts = {"dropout probability": 0.0, "minor allele frequency": 0.0}
    for key, text in _FACT.findall(match[2]):
        value = number(text)
        if value is None or not 0 <= value < 1:
            lines.problems.fault("familias.not-a-number", lines.file, lines.row, "alleles", found=text)
        else:
            facts[key.lower()] = value
    alleles: dict[str, float] = {}
    for _ in range(int(match[1])):
        label = allele(lines.take("allele"))
        if not label or label in alleles:
            lines.problems.fault(
                "familias.allele-twice", lines.file, lines.row, "allele", marker=name, allele=label
            )
        alleles[label] = lines.real("frequency", 1.0)
    return System(name, row, female, male, silent if has_silent else 0.0, tuple(alleles.items()),
                  facts["dropout probability"], facts["minor allele frequency"])  # fmt: skip


def markers_of(
    database: Database, observed: dict[str, set[str]], file: str, problems: Problems
) -> tuple[Marker, ...]:
    """Markers of the autosomal systems, with every allele that was seen; faults are noted."""
    found = []
    simple = []
    for system in database.used():
        marker = _marker(system, observed.get(system.name, set()), database.name or file, file, problems)
        if marker is None:
            continue
        if any(m.acts and m.number == SIMPLE for m in (system.female, system.male)) and not _ladder(marker):
            simple.append(system.name)
        found.append(marker)
    if simple:
        problems.warn("familias.simple-stepwise", file, markers=tuple(simple))
    return tuple(found)


def _ladder(marker: Marker) -> bool:
    """Whether the alleles are whole repeats without a gap, so that steps can be counted in one way only."""
    labels = [a for a in marker.alleles if a != marker.silent]
    if not all(a.isdecimal() for a in labels):
        return False
    whole = sorted(map(int, labels))
    return whole == list(range(whole[0], whole[0] + len(whole)))


def _marker(
    system: System, seen: Collection[str], table: str, file: str, problems: Problems
) -> Marker | None:
    loci = {a: f for a, f in system.alleles if f > 0 or a in seen}
    unused = tuple(a for a, f in system.alleles if a not in loci)
    if unused:
        problems.warn(
            "familias.zero-frequency", file, system.row, "frequency", marker=system.name, alleles=unused
        )
    total = sum(loci.values()) + system.silent
    fits = system.silent > 0 and abs(total - 1) <= AS_GIVEN
    if fits:
        loci[SILENT] = system.silent
    frequencies = FrequencyTable(table, {system.name: loci}, minimum=system.minimum or None)
    try:
        built, warnings = build_markers(
            frequencies,
            {system.name: seen},
            silent_frequency=system.silent if system.silent and not fits else None,
            file=file,
        )
        problems.extend(dataclasses.replace(w, row=system.row) for w in warnings)
        return dataclasses.replace(built[0], mutation=_mutation(system, built[0]))
    except InputProblems as error:
        problems.extend(
            dataclasses.replace(p, file=file, row=system.row, field=system.name) for p in error.problems
        )
        return None


def _mutation(system: System, marker: Marker) -> Mutation | None:
    female, male = system.female, system.male
    if not female.acts and not male.acts:
        return None
    if STATIONARY in (m.number for m in (female, male) if m.acts):
        raise InputProblems([InputProblem("familias.stationary", params={"marker": system.name})])
    if not female.acts:  # its model says nothing then
        female = dataclasses.replace(male, rate=0.0, rate2=0.0)
    if not male.acts:
        male = dataclasses.replace(female, rate=0.0, rate2=0.0)
    one = MODELS[male.number]
    if one == MODELS[female.number] and male.parameters == female.parameters:
        return mutation_model(one, marker.alleles, marker.frequencies, male.rate, female.rate,
                              *male.parameters, silent=marker.silent)  # fmt: skip
    return Mutation(male.matrix(marker), female.matrix(marker))
