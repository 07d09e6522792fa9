"""Reading incidents, what is said of them, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import F, Prefetch

from amana.casework.incidents.models import Basis, Count, Counted, Fact, Incident, Measure, Source, Tension
from amana.casework.numbers.queries import numbered


class CountGroup(NamedTuple):
    """Counts of one thing on one basis, each as its source gave it.  They are never added up."""

    counted: str
    basis: str
    counts: list[Count]


def incidents(user: Any) -> Any:
    """Incidents that the person sees."""
    return Incident.objects.visible_to(user).select_related("office")


def incident(user: Any, number: str) -> Incident:
    """One of them, by its number; 404 if there is none."""
    found: Incident = numbered(incidents(user), number)
    return found


def sources(user: Any, incident: Incident) -> list[Source]:
    """Sources with their statements in order of the day, and the counts and measures of each."""
    facts = (
        Fact.objects.order_by(F("date").asc(nulls_last=True), "code")
        .prefetch_related("counts", "measures")
    )  # fmt: skip
    found = Source.objects.visible_to(user).filter(incident=incident).order_by("code")
    return list(found.prefetch_related(Prefetch("facts", facts)))


def tensions(user: Any, incident: Incident) -> list[Tension]:
    """What does not fit together."""
    return list(Tension.objects.visible_to(user).filter(incident=incident).order_by("pk"))


def measures(user: Any, incident: Incident, measured: str | None = None) -> list[Measure]:
    """Reported lengths and areas, with the statement and the source of each."""
    found = Measure.objects.visible_to(user).filter(incident=incident).select_related("fact__source")
    return list(found.filter(measured=measured) if measured else found)


def by_kind(sources: Iterable[Source]) -> list[CountGroup]:
    """Every count, gathered by what is counted and on what basis."""
    order = ([c.value for c in Counted], [b.value for b in Basis])
    counts: list[Count] = []
    for source in sources:
        for fact in source.facts.all():
            for count in fact.counts.all():
                # What a page says of a count is who said it, when and where.
                count.fact, fact.source = fact, source
                counts.append(count)

    def place(count: Count) -> tuple[int, int]:
        return order[0].index(count.counted), order[1].index(count.basis)

    return [
        CountGroup(rows[0].get_counted_display(), rows[0].get_basis_display(), rows)
        for _, group in groupby(sorted(counts, key=place), key=place)
        if (rows := list(group))
    ]


def fact_of(user: Any, incident: Incident, code: str) -> Any:
    """Statements of the incident with this short name: one or none."""
    return Fact.objects.visible_to(user).filter(incident=incident, code=code)


def codes_of(sources: Sequence[Source]) -> list[tuple[str, str]]:
    """Short names of the statements and the statements, for a choice."""
    return [(f.code, f"{f.code}: {f.statement}") for s in sources for f in s.facts.all()]
