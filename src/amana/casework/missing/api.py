"""Missing persons for programs."""

from __future__ import annotations

from typing import Any

from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from amana.casework.common.api import may
from amana.casework.missing import queries, services
from amana.casework.missing.models import MissingPerson, Sex

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

    @staticmethod
    def resolve_office(person: MissingPerson) -> str:
        """Code of the office."""
        return person.office.code

    @staticmethod
    def resolve_names(person: MissingPerson, context: Any) -> Any:
        """The names, if the caller may know them."""
        if not queries.sees_names(context["request"].user):
            return None
        return {name: getattr(person, name) for name in services.NAMES}

    @staticmethod
    def resolve_has_circumstances(person: MissingPerson) -> bool:
        """Whether a sealed text is kept."""
        return bool(person.circumstances)


class Many(Schema):
    """People to record together, all or none."""

    people: list[Said] = Field(max_length=5000)


@router.get("/missing", response=list[Person], operation_id="list_missing")
@paginate
def list_missing(request: Any, words: str = "", sex: str = "", state: str = "") -> Any:
    """Missing persons that you may see."""
    user = may(request, "missing.view")
    rows = queries.persons(user).matching(words)
    for field, value, known in (("sex", sex, Sex.values), ("state", state, MissingPerson.State.values)):
        if value:
            rows = rows.filter(**{field: value}) if value in known else rows.none()
    return rows.order_by("number")


@router.post("/missing/batch", response={201: list[Person]}, operation_id="report_many_missing")
def report_many_missing(request: Any, many: Many) -> Any:
    """Record many missing persons, all or none; problems name the row, counted from 1."""
    user = may(request, "missing.record")
    return Status(201, services.report_people(user, [said.dict() for said in many.people]))


@router.get("/missing/{number}", response=Person, operation_id="get_missing")
def get_missing(request: Any, number: str) -> Any:
    """One missing person."""
    user = may(request, "missing.view")
    return queries.person(user, number)


@router.post("/missing", response={201: Person}, operation_id="report_missing")
def report_missing(request: Any, said: Said) -> Any:
    """Record one missing person."""
    user = may(request, "missing.record")
    return Status(201, services.report_person(user, **said.dict()))
