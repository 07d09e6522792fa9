"""families.csv and remains.csv: who is sought by whom, and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from amana.interchange.collecting import Problems
from amana.interchange.tables import Record, read_records
from amana.interchange.text import nearest, number
from amana.interchange.vocabulary import MISSING, UNSAID_SEX, is_unknown
from amana.interchange.vocabulary import sex as read_sex
from amana.kinship.joint.result import NONE
from amana.kinship.pedigree import Pedigree, Person, Sex
from amana.problems import InputProblem, InputProblems


@dataclass(frozen=True)
class FamilyRow:
    """One person of one family as written; ``sample`` None for not typed.

    ``unsaid``: the sex is said to be unknown, so that it does not follow from standing as father or mother.
    """

    family: str
    person: str
    father: str | None
    mother: str | None
    sex: Sex | None
    sample: str | None
    missing: bool
    row: int
    dropout: float = 0.0
    dropin: float = 0.0
    inbreeding: float = 0.0
    unsaid: bool = False


@dataclass(frozen=True)
class RemainsRow:
    """One remains profile as written."""

    victim: str
    unit: str
    sample: str | None
    sex: Sex | None
    row: int
    dropout: float = 0.0
    dropin: float = 0.0


def family_rows(data: bytes, file: str, problems: Problems) -> list[FamilyRow]:
    """Rows of families.csv; faults are noted."""
    required = ("family", "person", "father", "mother", "sex", "sample")
    found = []
    for row in read_records(data, file, required, ("dropout", "dropin", "inbreeding"), problems):
        family, person = row["family"], row["person"]
        if not family or not person:
            field = "person" if family else "family"
            problems.fault(f"families.no-{field}", file, row.number, field)
            continue
        father, mother, sample = (row[c] for c in ("father", "mother", "sample"))
        missing = sample.casefold() in MISSING
        if missing and person in (NONE, "*"):
            problems.fault("families.reserved-name", file, row.number, "person", person=person)
            continue
        found.append(
            FamilyRow(
                family,
                person,
                None if is_unknown(father) else father,
                None if is_unknown(mother) else mother,
                _sex(row, file, problems),
                None if missing or is_unknown(sample) else sample,
                missing,
                row.number,
                _probability(row, "dropout", file, problems),
                _probability(row, "dropin", file, problems),
                _probability(row, "inbreeding", file, problems),
                row["sex"].casefold() in UNSAID_SEX,
            )
        )
    return found


def remains_rows(data: bytes, file: str, problems: Problems) -> list[RemainsRow]:
    """Rows of remains.csv; faults are noted."""
    found: dict[str, RemainsRow] = {}
    for row in read_records(data, file, ("unit", "sample", "sex"), ("victim", "dropout", "dropin"), problems):
        unit = row["unit"]
        victim = row["victim"] or unit
        sample = row["sample"]
        if not unit:
            problems.fault("remains.no-unit", file, row.number, "unit")
        elif victim in found:
            first = found[victim].row
            problems.fault("remains.unit-twice", file, row.number, "unit", unit=victim, first_row=first)
        else:
            found[victim] = RemainsRow(
                victim,
                unit,
                None if is_unknown(sample) else sample,
                _sex(row, file, problems),
                row.number,
                _probability(row, "dropout", file, problems),
                _probability(row, "dropin", file, problems),
            )
            if is_unknown(sample):
                problems.warn("remains.no-sample", file, row.number, "sample", unit=victim)
    return list(found.values())


def _sex(row: Record, file: str, problems: Problems) -> Sex | None:
    text = row["sex"]
    found = read_sex(text)
    if found == "bad":
        problems.fault("value.sex", file, row.number, "sex", value=text)
        return None
    return found


def _probability(row: Record, column: str, file: str, problems: Problems) -> float:
    text = row[column]
    if is_unknown(text):
        return 0.0
    value = number(text)
    limit = 1.0 if column == "inbreeding" else 1.0 - 1e-12
    if value is None or not 0 <= value <= limit:
        problems.fault("value.probability", file, row.number, column, value=text)
        return 0.0
    return value


def by_family(rows: Iterable[FamilyRow]) -> dict[str, list[FamilyRow]]:
    """Rows of each family, families in the order of their first row."""
    found: dict[str, list[FamilyRow]] = {}
    for row in rows:
        found.setdefault(row.family, []).append(row)
    return found


def pedigrees(rows: Sequence[FamilyRow], file: str, problems: Problems) -> dict[str, Pedigree]:
    """Pedigree of each family that has one without faults; the faults of the others are noted at their rows.

    A father or mother whose sex was left empty gets it from that role; one of ``unknown`` sex does not.
    """
    found = {}
    for family, members in by_family(rows).items():
        fathers, mothers = {r.father for r in members}, {r.mother for r in members}
        persons = [
            Person(r.person, r.father, r.mother, _role(r, fathers, mothers), r.inbreeding) for r in members
        ]
        try:
            found[family] = Pedigree(persons)
        except InputProblems as error:
            problems.extend(_placed(error.problems, members, file))
    return found


def _role(row: FamilyRow, fathers: Iterable[str | None], mothers: Iterable[str | None]) -> Sex | None:
    if row.unsaid:
        return None
    if row.sex is None and row.person in fathers and row.person not in mothers:
        return "M"
    if row.sex is None and row.person in mothers and row.person not in fathers:
        return "F"
    return row.sex


def _placed(
    problems: Iterable[InputProblem], members: Sequence[FamilyRow], file: str
) -> Iterable[InputProblem]:
    """Problems of a pedigree with the row of the person that each names."""
    rows = {r.person: r.row for r in members}  # for a person named twice, the later row
    for p in problems:
        person = str(p.params.get("person"))
        field = "inbreeding" if p.field == "founder_inbreeding" else p.field or "person"
        params = {**p.params, "family": members[0].family}
        yield InputProblem(p.code, file, rows.get(person), field, params, p.warning)


def eligible_pairs(
    data: bytes, file: str, problems: Problems, victims: Sequence[str], missing: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Pairs of eligible.csv by victim; ``*`` as the missing person: none of those listed."""
    found: dict[str, dict[str, None]] = {}
    for row in read_records(data, file, ("unit", "missing"), (), problems):
        unit, person = row["unit"], row["missing"]
        if unit not in victims:
            problems.fault(
                "eligible.unknown-unit", file, row.number, "unit", unit=unit, known=nearest(unit, victims)
            )
        elif person in ("*", NONE):
            found.setdefault(unit, {})
        elif person not in missing:
            near = nearest(person, missing)
            problems.fault("eligible.unknown-missing", file, row.number, "missing", person=person, known=near)
        else:
            found.setdefault(unit, {})[person] = None
    return {unit: tuple(m for m in missing if m in people) for unit, people in found.items()}
