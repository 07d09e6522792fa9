"""Writing missing persons."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied

from amana.casework.audit.keyring import keyring
from amana.casework.audit.models import Subject
from amana.casework.audit.protection import seal
from amana.casework.audit.writing import Log, writing
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.missing.dates import date_faults, tidy
from amana.casework.missing.models import MissingPerson
from amana.casework.numbers.services import MISSING, take
from amana.names import fold
from amana.problems import InputProblem, InputProblems

NAMES = (
    "name_ar", "name_en", "father_ar", "father_en", "grandfather_ar", "grandfather_en", "mother_ar",
    "mother_en",
)  # fmt: skip
FIELDS = (*NAMES, "reference", "sex", "born", "last_seen", "last_seen_place")
"""What is said of a person, besides the sealed ``circumstances``."""

State = MissingPerson.State
_SEARCHED = (State.REPORTED, State.VERIFIED, State.ACTIVE)
MOVES: Mapping[str, tuple[str, ...]] = {
    State.REPORTED: (State.VERIFIED, State.ACTIVE, State.LOCATED_ALIVE, State.DUPLICATE),
    State.VERIFIED: (State.ACTIVE, State.LOCATED_ALIVE, State.DUPLICATE),
    State.ACTIVE: (State.LOCATED_ALIVE, State.DUPLICATE),
    # Both can have been said of the wrong person.
    State.LOCATED_ALIVE: (State.ACTIVE,),
    State.DUPLICATE: (State.ACTIVE,),
    State.IDENTIFIED: (),
}
"""From a state to those that can be set here.  ``identified`` is never among them: a board decides."""


def report_person(by: Any, *, circumstances: str = "", **fields: str) -> MissingPerson:
    """Record one missing person for the person's office.

    Parameters
    ----------
    circumstances
        Sealed under a new key of this person.
    fields
        Any of :data:`FIELDS`.

    Raises
    ------
    InputProblems
        Without a name, or for a sex or a date that is none.
    """
    return report_people(by, [{**fields, "circumstances": circumstances}])[0]


def report_people(by: Any, rows: Sequence[Mapping[str, str]]) -> list[MissingPerson]:
    """Record many missing persons, all or none.

    Raises
    ------
    InputProblems
        With the faults of every row, counted from 1.
    """
    tidied = [_tidied(row) for row in rows]
    single = len(tidied) == 1
    problems = [
        dataclasses.replace(problem, row=None if single else number)
        for number, row in enumerate(tidied, 1)
        for problem in _faults(row)
    ]
    refuse(problems)
    with writing(by, "missing.person.reported", may="missing.record") as log:
        subjects = [Subject(kind=Subject.Kind.MISSING) for _ in tidied]
        log.save_new(subjects, "audit.subject.added")
        keys = keyring().of_all(s.pk for s in subjects)
        numbers = take(log, by.office, MISSING, len(tidied)) if tidied else []
        people = []
        for row, subject, number in zip(tidied, subjects, numbers, strict=True):
            said = row.get("circumstances", "")
            person = MissingPerson(
                office=by.office, subject=subject, number=number, **{f: row.get(f, "") for f in FIELDS}
            )
            if said:
                person.circumstances = keys[str(subject.pk)].seal.encrypt(said.encode()).decode()
            person.search = _search(person)
            people.append(person)
        log.save_new(people)
    return people


def change_person(
    by: Any, person: MissingPerson, reason: str, *, circumstances: str | None = None, **fields: str
) -> MissingPerson:
    """Correct what is said of a person; the old values stay in their history.

    ``circumstances`` None leaves the sealed text as it is.
    """
    row = _tidied(fields)
    now = {f: getattr(person, f) for f in FIELDS} | row
    problems = reason_given(reason) + _faults(now)
    refuse(problems)
    with writing(by, "missing.person.changed", may="missing.record", on=person, reason=reason.strip()) as log:
        person = _locked(person)
        for field, value in row.items():
            setattr(person, field, value)
        if circumstances is not None:
            person.circumstances = seal(person.subject, circumstances.strip())
        person.search = _search(person)
        log.save(person)
    return person


def change_state(
    by: Any, person: MissingPerson, state: str, reason: str, *, duplicate_of: MissingPerson | None = None
) -> MissingPerson:
    """Move a person's search on.

    Somebody found alive is taken out of every comparison from then on: their place in the family and each
    candidate that names them get an entry of the log, and every page that shows them says so.

    Raises
    ------
    InputProblems
        For a move that is none (identification is a board's decision), without a reason, or for a second
        record without the first.
    """
    problems = reason_given(reason)
    if state == State.IDENTIFIED:
        problems.append(InputProblem("missing.board-identifies", field="state"))
    elif state not in MOVES[person.state]:
        params = {"number": person.number, "before": str(person.get_state_display()),
                  "after": _label(state)}  # fmt: skip
        problems.append(InputProblem("missing.no-such-move", field="state", params=params))
    if (state == State.DUPLICATE) != (duplicate_of is not None):
        problems.append(InputProblem("missing.duplicate-of-whom", field="duplicate_of"))
    elif duplicate_of is not None and (duplicate_of.pk == person.pk or duplicate_of.duplicate_of_id):
        problems.append(
            InputProblem(
                "missing.duplicate-of-itself", field="duplicate_of", params={"number": duplicate_of.number}
            )
        )
    refuse(problems)
    if duplicate_of is not None and not MissingPerson.objects.visible_to(by).filter(pk=duplicate_of.pk):
        raise PermissionDenied("missing.view")
    action = f"missing.person.{state.replace('_', '-')}"
    with writing(by, action, may="missing.record", on=person, reason=reason.strip()) as log:
        before = person.state
        person = _locked(person)
        if person.state != before:
            params = {"number": person.number, "state": str(person.get_state_display())}
            raise InputProblems([InputProblem("record.changed-meanwhile", field="state", params=params)])
        person.state, person.duplicate_of = state, duplicate_of
        log.save(person)
        if (before in _SEARCHED) != (state in _SEARCHED):
            _tell_everywhere(log, person)
    return person


def _tell_everywhere(log: Log, person: MissingPerson) -> None:
    """An entry beside each record that names the person: the search for them ended, or goes on."""
    values = {"missing": person.number, "state": person.state}
    place = getattr(person, "place", None)
    if place is not None:
        log.note(place.log_name(), place.pk, values, action="missing.state.told", subject=person.subject_id)
    for candidate in person.candidates.all():
        log.note(
            candidate.log_name(), candidate.pk, values, action="missing.state.told", subject=person.subject_id
        )


def _label(state: str) -> str:
    return str(dict(State.choices).get(state, state))


def _locked(person: MissingPerson) -> MissingPerson:
    found: MissingPerson = MissingPerson.objects.select_for_update().get(pk=person.pk)
    return found


def _tidied(row: Mapping[str, str]) -> dict[str, str]:
    unknown = row.keys() - {*FIELDS, "circumstances"}
    if unknown:
        raise TypeError(f"no such field of a missing person: {', '.join(sorted(unknown))}")
    tidied = {field: " ".join((value or "").split()) for field, value in row.items()}
    for field in ("born", "last_seen"):
        if field in tidied:
            tidied[field] = tidy(tidied[field])
    if "circumstances" in row:
        tidied["circumstances"] = (row["circumstances"] or "").strip()
    return tidied


def _faults(row: Mapping[str, str]) -> list[InputProblem]:
    problems = []
    if not (row.get("name_ar") or row.get("name_en")):
        problems.append(InputProblem("missing.needs-name", field="name_ar"))
    said = {f: row.get(f, "") for f in FIELDS if f not in ("born", "last_seen")}
    problems += [p for p in faults(MissingPerson(**said)) if p.field in FIELDS]
    return problems + date_faults(row.get("born", ""), row.get("last_seen", ""))


def _search(person: MissingPerson) -> str:
    texts = [person.number, person.reference, *(getattr(person, name) for name in NAMES)]
    return fold(" ".join(filter(None, texts)))
