"""A case as a folder of tables.  What each file holds: docs/formats.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amana.interchange.case_assembly import Parts, assemble
from amana.interchange.case_toml import CaseSettings, case_settings
from amana.interchange.codis_cmf import cmf_readings
from amana.interchange.collecting import Problems
from amana.interchange.frequency_tables import frequency_table, with_minimum
from amana.interchange.genemapper import genotype_readings
from amana.interchange.linkage_ped import PedPerson, ped_people
from amana.interchange.mutation_table import mutation_rows
from amana.interchange.people_tables import FamilyRow, family_rows, remains_rows
from amana.interchange.tables import read_records
from amana.interchange.text import digest, nearest, read_bytes
from amana.interchange.typings import Reading
from amana.kinship.joint.case import Case
from amana.kinship.markers import FrequencyTable

_TABLE = (".csv", ".tsv", ".txt")
_CMF = (".xml", ".cmf")


def read_case_folder(path: str | Path) -> Case:
    """Read a case folder.

    Raises
    ------
    InputProblems
        with every fault in every file, followed by the warnings.  Without faults the warnings are in
        ``Case.warnings``.
    """
    folder = _Folder(Path(path))
    problems = folder.problems
    settings = _settings(folder)
    tables = _frequencies(folder, settings)
    readings, genotype_file = _genotypes(folder)
    people, family_file, ped_readings = _families(folder)
    data, remains_file = folder.one("remains")
    remains = remains_rows(data, remains_file, problems) if data is not None else []
    mutation_data, mutation_file = folder.one("mutation", required=False)
    mutation = mutation_rows(mutation_data, mutation_file, problems) if mutation_data is not None else {}
    eligible_data, eligible_file = folder.one("eligible", required=False)
    case = assemble(
        Parts(
            settings, Path(path).resolve().name, tables,
            ((genotype_file, readings), (family_file, ped_readings)),
            people, family_file, remains, remains_file, mutation, mutation_file, eligible_data, eligible_file,
            folder.digests,
        ),
        problems,
    )  # fmt: skip
    problems.raise_faults()
    assert case is not None
    return case


@dataclass
class _Folder:
    """Files of the folder by lower-case name, with digests of those that were read."""

    path: Path

    def __post_init__(self) -> None:
        self.problems = Problems()
        self.digests: dict[str, str] = {}
        self.names: dict[str, str] = {}
        try:
            self.names = {p.name.casefold(): p.name for p in sorted(self.path.iterdir()) if p.is_file()}
        except OSError:
            self.problems.fault("folder.unreadable", str(self.path))
            self.problems.raise_faults()

    def read(self, name: str) -> bytes | None:
        """Bytes of a file that is there."""
        data = read_bytes(self.path / name, name, self.problems)
        if data is not None:
            self.digests[name] = digest(data)
        return data

    def one(
        self, stem: str, endings: Sequence[str] = _TABLE, required: bool = True
    ) -> tuple[bytes | None, str]:
        """The file of one role and its name; a fault if it is required and absent, or there in two forms."""
        there = [self.names[f"{stem}{e}"] for e in endings if f"{stem}{e}" in self.names]
        if len(there) > 1:
            self.problems.fault("folder.two-forms", there[1], first=there[0])
        if there:
            return self.read(there[0]), there[0]
        name = f"{stem}{endings[0]}"
        if required:
            self.problems.fault("folder.file-missing", name, present=tuple(self.names.values()))
        return None, name


def _settings(folder: _Folder) -> CaseSettings:
    name = folder.names.get("case.toml")
    data = folder.read(name) if name else None
    return case_settings(data, name, folder.problems) if data is not None and name else CaseSettings()


def _frequencies(folder: _Folder, settings: CaseSettings) -> tuple[tuple[FrequencyTable, str], ...]:
    """The main table first, then the further ones by name; only those that could be read."""
    data, file = folder.one("frequencies")
    main = frequency_table(data, file, folder.problems) if data is not None else None
    found = [] if main is None else [(with_minimum(main, settings.minimum_frequency), file)]
    for folded, name in folder.names.items():
        if re.fullmatch(r"frequencies-.+\.(csv|tsv|txt)", folded):
            data = folder.read(name)
            table = frequency_table(data, name, folder.problems) if data is not None else None
            if table is not None:
                found.append((table, name))
    names = [t.name for t, _ in found]
    for place, (table, name) in enumerate(found):
        if table.name in names[:place]:
            folder.problems.fault("frequencies.name-twice", name, name=table.name)
    return tuple(found) if main is not None else ()


def _genotypes(folder: _Folder) -> tuple[list[Reading], str]:
    required = "families.ped" not in folder.names
    if "genotypes.ped" in folder.names:
        data, file = folder.one("genotypes", (".ped", *_TABLE))
        return [r for p in _people(folder, data, file) for r in p.readings], file
    data, file = folder.one("genotypes", (*_TABLE, *_CMF), required=required)
    if data is not None and file.casefold().endswith(_CMF):
        return cmf_readings(data, file, folder.problems), file
    return (genotype_readings(data, file, folder.problems) if data is not None else []), file


def _people(folder: _Folder, data: bytes | None, file: str) -> tuple[PedPerson, ...]:
    stem = file.rpartition(".")[0].casefold()
    dat = next((folder.names[f"{stem}{e}"] for e in (".dat", ".map") if f"{stem}{e}" in folder.names), None)
    listed = folder.read(dat) if dat else None
    return ped_people(data, file, folder.problems, listed, dat) if data is not None else ()


def _families(folder: _Folder) -> tuple[list[FamilyRow], str, list[Reading]]:
    """Rows of the families, their file, and the genotypes that a families.ped brings along.

    A .ped file cannot say who is sought; missing.csv does (person, and family where two use one name).
    A person without genotypes there has the sample that bears the person's name, if there is one.
    """
    if "families.ped" not in folder.names:
        data, file = folder.one("families")
        return (family_rows(data, file, folder.problems) if data is not None else []), file, []
    data, file = folder.one("families", (".ped", *_TABLE))
    people = _people(folder, data, file)
    sought = _missing(folder, people)
    rows = [
        FamilyRow(p.family, p.id, p.father, p.mother, p.sex, None if (p.family, p.id) in sought else p.sample,
                  (p.family, p.id) in sought, p.row)
        for p in people
    ]  # fmt: skip
    for p in people:
        if (p.family, p.id) in sought and p.readings:
            folder.problems.fault(
                "families.missing-typed", file, p.row, "person", person=p.id, family=p.family
            )
    return rows, file, [r for p in people for r in p.readings]


def _missing(folder: _Folder, people: Sequence[PedPerson]) -> frozenset[tuple[str, str]]:
    data, file = folder.one("missing")
    records = read_records(data, file, ("person",), ("family",), folder.problems) if data is not None else []
    found: set[tuple[str, str]] = set()
    for row in records:
        person, family = row["person"], row["family"]
        matching = [(p.family, p.id) for p in people if p.id == person and family in ("", p.family)]
        if not matching:
            known = nearest(person, (p.id for p in people))
            folder.problems.fault(
                "families.unknown-missing", file, row.number, "person", person=person, known=known
            )
        found.update(matching)
    return frozenset(found)
