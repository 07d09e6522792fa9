"""Old cards and lists as units that could be recorded: read, compared with the incident, nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from amana.casework.accounts.models import today
from amana.casework.files.names import clean_name
from amana.casework.incidents.models import Incident
from amana.casework.recovery.checks import faults_of_rows
from amana.casework.recovery.details import detail_faults
from amana.casework.recovery.models import Batch, Unit
from amana.casework.recovery.services.units import NewUnit
from amana.casework.sites.models import Spot
from amana.interchange.unit_rows import UnitFile, UnitRow
from amana.interchange.units_table import examine_units
from amana.problems import InputProblem

_AT_ONCE = 500
LONGEST_NAME = 120

FORM: Mapping[str, str] = {
    "recovered_place": "place", "recovered_coordinates": "position_words", "recovered_by": "found_by",
    "sex": "sex", "age": "age", "clothing": "clothing", "effects": "effects", "stored_place": "stored_in",
}  # fmt: skip
"""Question of the form for one body to what of a row answers it."""
_COLUMNS = {
    "field_label": "old_number", "recovered_at": "found_on", "latitude": "position", "longitude": "position",
    **{question: column.replace("position_words", "position") for question, column in FORM.items()},
}  # fmt: skip
"""Field of a unit to the column that it comes from."""


@dataclass(frozen=True)
class ListedUnit(NewUnit):
    """One row of a list as it will be recorded.

    Attributes
    ----------
    form
        Answers of the form for one body, none of which names a person.
    supposed_name
        Sealed when it is recorded.
    """

    latitude: float | None = None
    longitude: float | None = None
    depth_cm: float | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    supposed_name: str = ""


@dataclass(frozen=True)
class Listed:
    """What a file would add to an incident, and everything that stands against it.

    Attributes
    ----------
    rows, units
        Of the file as far as they can be read, and the unit of each.
    problems, warnings
        By row.  With one problem nothing can be recorded.
    """

    rows: Sequence[UnitRow] = ()
    units: Sequence[ListedUnit] = ()
    problems: Sequence[InputProblem] = ()
    warnings: Sequence[InputProblem] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    def in_the_file(self, problem: InputProblem) -> InputProblem:
        """A problem of the n-th unit, at its row and under the name that the file has for the column."""
        at = problem.row
        row = self.rows[at - 1].row if at is not None and 1 <= at <= len(self.rows) else None
        column = _COLUMNS.get(problem.field or "", problem.field)
        return replace(problem, row=row, field=self.columns.get(column or "", problem.field))


def tidy_name(file: str) -> str:
    """What a file is called, as it is kept and shown."""
    return clean_name(file)[-LONGEST_NAME:] or "-"


def look_at(by: Any, incident: Incident, data: bytes, file: str, sha256: str) -> Listed:
    """Read a list and compare it with what is there.  Nothing is written.

    Parameters
    ----------
    sha256
        Of the file, in hex: one that was imported already is refused.
    """
    name = tidy_name(file)
    known = _imported(incident, name, sha256)
    read = examine_units(data, name, today=today())
    spots, problems = _spots(by, incident, read, name)
    units = [_unit(row, spots.get((row.site.casefold(), row.spot))) for row in read.rows]
    listed = Listed(read.rows, units, columns=read.columns)
    problems += [replace(listed.in_the_file(p), file=name) for p in _faults(by, incident, units)]
    warnings = [*read.warnings, *_known_numbers(incident, read, name)]
    return replace(listed, problems=_by_row([*known, *read.faults, *problems]), warnings=_by_row(warnings))


def made(by: Any, incident: Incident, units: Sequence[ListedUnit]) -> list[Unit]:
    """The rows of the table as they would be; not saved, without numbers."""
    found = []
    for new in units:
        unit = Unit(
            office=by.office, incident=incident, spot=new.spot, kind=new.kind, field_label=new.field_label,
            description=new.description, recovered_at=new.recovered_at,
        )  # fmt: skip
        complete(unit, new)
        found.append(unit)
    return found


def complete(unit: Unit, new: ListedUnit) -> None:
    """Set on a unit what a list says and a first recording does not take."""
    unit.latitude, unit.longitude, unit.depth_cm = new.latitude, new.longitude, new.depth_cm
    unit.form = dict(new.form)


def _faults(by: Any, incident: Incident, units: Sequence[ListedUnit]) -> Iterator[InputProblem]:
    rows = made(by, incident, units)
    yield from faults_of_rows(by, incident, units, rows)
    for number, unit in enumerate(rows, 1):
        yield from detail_faults(unit, number)


def _unit(row: UnitRow, spot: Spot | None) -> ListedUnit:
    said = [row.description, *(f"{r.column}: {r.words}" for r in row.remarks)]
    position = row.position
    return ListedUnit(
        kind=row.kind,
        spot=spot,
        field_label=row.old_number,
        recovered_at=timezone.make_aware(row.found_at) if row.found_at is not None else None,
        description="\n".join(filter(None, said)),
        latitude=position.latitude if position else None,
        longitude=position.longitude if position else None,
        depth_cm=row.depth_cm,
        form={question: value for question, name in FORM.items() if (value := getattr(row, name))},
        supposed_name=row.supposed_name,
    )


def _spots(
    by: Any, incident: Incident, read: UnitFile, file: str
) -> tuple[dict[tuple[str, str], Spot], list[InputProblem]]:
    """Spots that rows name, by number of the site and label; what is not there, by row."""
    named = [row for row in read.rows if row.site and row.spot]
    if not named:
        return {}, []
    seen = Spot.objects.visible_to(by).filter(site__incident=incident).select_related("site")
    spots = {(s.site.number.casefold(), s.label): s for s in seen}
    sites = {site for site, _label in spots}
    problems = []
    for row in named:
        if row.site.casefold() not in sites:
            params = {"given": row.site}
            problems.append(
                InputProblem("recovery.site-elsewhere", file, row.row, read.columns["site"], params)
            )
        elif (row.site.casefold(), row.spot) not in spots:
            problems.append(InputProblem("recovery.spot-elsewhere", file, row.row, read.columns["spot"]))
    return spots, problems


def _imported(incident: Incident, file: str, sha256: str) -> Iterator[InputProblem]:
    rows = Batch.objects.filter(incident=incident, sha256=sha256, withdrawn_at=None)
    for batch in rows.order_by("number")[:1]:
        yield InputProblem("recovery.batch-imported-already", file, params={"batch": batch.number})


def _known_numbers(incident: Incident, read: UnitFile, file: str) -> Iterator[InputProblem]:
    """Numbers of the list that units of the incident have already."""
    wanted = {row.old_number: row for row in reversed(read.rows) if row.old_number}
    numbers = sorted(wanted)
    for start in range(0, len(numbers), _AT_ONCE):
        there = Unit.objects.filter(incident=incident, field_label__in=numbers[start : start + _AT_ONCE])
        there = there.exclude(state=Unit.State.WITHDRAWN).filter(parent=None).order_by("number")
        known = dict(reversed(list(there.values_list("field_label", "number"))))
        for old, number in known.items():
            yield InputProblem(
                "recovery.old-number-known", file, wanted[old].row, read.columns["old_number"],
                {"given": old, "number": number}, warning=True,
            )  # fmt: skip


def _by_row(problems: Iterable[InputProblem]) -> list[InputProblem]:
    return sorted(dict.fromkeys(problems), key=lambda p: p.row or 0)
