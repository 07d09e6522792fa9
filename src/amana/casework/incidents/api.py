"""Incidents and what is said of them, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from amana.casework.common.api import may
from amana.casework.incidents import queries, services
from amana.casework.incidents.models import Basis, Counted, Fact, Incident, Source

router = Router(tags=["incidents"])


class IncidentOut(Schema):
    """An incident, in both languages."""

    number: str
    office: str
    name_en: str
    name_ar: str
    began: date | None
    place_en: str
    place_ar: str
    state: str
    synthetic: bool

    @staticmethod
    def resolve_office(incident: Incident) -> str:
        """Code of the office that owns it."""
        return incident.office.code


class CountData(Schema):
    """How many of what, on what basis, in whose words.  `low` and `high` are both given or both left out."""

    counted: Counted
    basis: Basis
    words: str
    words_ar: str = ""
    low: int | None = None
    high: int | None = None
    vague: bool = False


class MeasureData(Schema):
    """A reported length in m or area in km²."""

    measured: Literal["distance", "area"]
    basis: Basis
    low: float
    high: float
    unit: Literal["m", "km2"]
    words: str
    words_ar: str = ""


class FactData(Schema):
    """What a source says of one day and place."""

    code: str = ""
    day: date | None = Field(None, alias="date")
    place: str = ""
    place_ar: str = ""
    statement: str
    statement_ar: str = ""
    wording: Fact.Wording
    quoted: str = ""
    counts: list[CountData] = []
    measures: list[MeasureData] = []


class FactOut(FactData):
    """A statement as it is kept."""

    id: UUID
    wording: str

    @staticmethod
    def resolve_counts(fact: Any) -> Any:
        """All of them."""
        return list(fact.counts.all())

    @staticmethod
    def resolve_measures(fact: Any) -> Any:
        """All of them."""
        return list(fact.measures.all())


class SourceData(Schema):
    """A source, and what of it was seen."""

    code: str = ""
    name: str
    name_ar: str = ""
    seen: str
    seen_ar: str = ""


class SourceOut(SourceData):
    """A source with what it says."""

    facts: list[FactOut]

    @staticmethod
    def resolve_facts(source: Source) -> Any:
        """In order of the day."""
        return list(source.facts.all())


class TensionOut(Schema):
    """What does not fit together."""

    facts: list[str]
    statement: str
    statement_ar: str


class IncidentDetail(IncidentOut):
    """An incident with what is said of it."""

    sources: list[SourceOut]
    tensions: list[TensionOut]

    @staticmethod
    def resolve_sources(incident: Incident, context: Any) -> Any:
        """With every statement."""
        return queries.sources(context["request"].user, incident)

    @staticmethod
    def resolve_tensions(incident: Incident, context: Any) -> Any:
        """All of them."""
        return queries.tensions(context["request"].user, incident)


class IncidentIn(Schema):
    """A new incident."""

    name_en: str
    name_ar: str
    began: date | None = None
    place_en: str = ""
    place_ar: str = ""


class FactIn(FactData):
    """A new statement, with the short name of its source."""

    source: str


@router.get("/incidents", response=list[IncidentOut])
@paginate
def incidents(request: Any, words: str = "") -> Any:
    """Incidents that one sees; `words` in any spelling."""
    return queries.incidents(may(request, "incidents.view")).matching(words).order_by("-number", "pk")


@router.post("/incidents", response={201: IncidentOut})
def open_incident(request: Any, given: IncidentIn) -> Any:
    """Open an incident of one's office."""
    return Status(201, services.open_incident(may(request, "incidents.record"), **given.dict()))


@router.get("/incidents/{number}", response=IncidentDetail)
def incident(request: Any, number: str) -> Any:
    """One incident with every statement, count and measure."""
    return queries.incident(may(request, "incidents.view"), number)


@router.post("/incidents/{number}/sources", response={201: SourceOut})
def add_source(request: Any, number: str, given: SourceData) -> Any:
    """Add a source."""
    user = may(request, "incidents.record")
    return Status(201, services.add_source(user, queries.incident(user, number), **given.dict()))


@router.post("/incidents/{number}/facts", response={201: FactOut})
def add_fact(request: Any, number: str, given: FactIn) -> Any:
    """Add a statement beside the others."""
    user = may(request, "incidents.record")
    found = queries.incident(user, number)
    code = given.source if given.source.isprintable() else ""
    source = get_object_or_404(Source.objects.visible_to(user), incident=found, code=code)
    fields = given.dict(exclude={"source"})
    return Status(201, services.add_fact(user, source, date=fields.pop("day"), **fields))
