"""Missing persons for programs."""

from __future__ import annotations

from typing import Any

from ninja import Field, Query, Router, Schema
from ninja.pagination import paginate

from amana.casework.common.api import may
from amana.casework.missing import queries, services
from amana.casework.missing.models import MissingPerson

router = Router(tags=["missing"])


class Said(Schema):
    """What is said of a missing person; dates may be a year or a month."""

    name_ar: str = ""
    name_en: str = ""
    father_ar: str = ""
    father_en: str = ""
    grandfather_ar: str = ""
    grandfather_en: str = ""
    mother_ar: str = ""
    mother_en: str = ""
    sex: str = ""
    born: str = ""
    last_seen: str = ""
    last_seen_place: str = ""
    reference: str = ""
    circumstances: str = ""


class Names(Schema):
    """Names, given only to those who may know them."""

    name_ar: str
    name_en: str
    father_ar: str
    father_en: str
    grandfather_ar: str
    grandfather_en: str
    mother_ar: str
    mother_en: str


class Person(Schema):
    """A missing person.  ``names`` is null for those who may not know names."""

    number: str
    office: str
    reference: str
    sex: str
    born: str
    last_seen: str
    last_seen_place: str
    state: str
    names: Names | None = None
    has_circumstances: bool


class Wanted(Schema):
    """What to list."""

    words: str = ""
    sex: str = ""
    state: str = ""


class Many(Schema):
    """People to record together, all or none."""

    people: list[Said] = Field(max_length=5000)


def shown(user: Any, person: MissingPerson) -> dict[str, Any]:
    """The person as this reader may see them."""
    fields = ("number", "reference", "sex", "born", "last_seen", "last_seen_place", "state")
    names = {n: getattr(person, n) for n in services.NAMES} if queries.sees_names(user) else None
    return {
        **{f: getattr(person, f) for f in fields},
        "office": person.office.code,
        "names": names,
        "has_circumstances": bool(person.circumstances),
    }


@router.get("/missing", response=list[Person], operation_id="list_missing")
@paginate
def list_missing(request: Any, wanted: Query[Wanted]) -> Any:
    """Missing persons that you may see."""
    user = may(request, "missing.view")
    rows = queries.matching(user, queries.persons(user), wanted.words)
    for field in ("sex", "state"):
        if getattr(wanted, field):
            rows = rows.filter(**{field: getattr(wanted, field)})
    return [shown(user, p) for p in rows.order_by("number")]


@router.get("/missing/{number}", response=Person, operation_id="get_missing")
def get_missing(request: Any, number: str) -> Any:
    """One missing person."""
    user = may(request, "missing.view")
    return shown(user, queries.person(user, number))


@router.post("/missing", response={201: Person}, operation_id="report_missing")
def report_missing(request: Any, said: Said) -> Any:
    """Record one missing person."""
    user = may(request, "missing.record")
    return 201, shown(user, services.report_person(user, **said.dict()))


@router.post("/missing/batch", response={201: list[Person]}, operation_id="report_many_missing")
def report_many_missing(request: Any, many: Many) -> Any:
    """Record many missing persons, all or none; problems name the row, counted from 1."""
    user = may(request, "missing.record")
    people = services.report_people(user, [said.dict() for said in many.people])
    return 201, [shown(user, p) for p in people]
