"""Writing incidents and what is said about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amana.casework.audit.writing import writing
from amana.casework.incidents.models import Count, Fact, Incident, Measure, Source, Tension
from amana.casework.numbers.services import INCIDENT, take
from amana.names import fold
from amana.problems import InputProblem, InputProblems


def open_incident(by: Any, *, name_en: str, name_ar: str, **fields: Any) -> Incident:
    """A new incident of the person's office.

    Raises
    ------
    InputProblems
        Without a name in both languages.
    """
    problems = [
        InputProblem("record.needs", field=field)
        for field, value in (("name_en", name_en), ("name_ar", name_ar))
        if not value.strip()
    ]
    if problems:
        raise InputProblems(problems)
    with writing(by, "incidents.incident.opened", may="incidents.record") as log:
        incident = Incident(office=by.office, name_en=name_en.strip(), name_ar=name_ar.strip(), **fields)
        (incident.number,) = take(log, by.office, INCIDENT)
        incident.search = _search(incident)
        log.save(incident)
    return incident


def change_incident(by: Any, incident: Incident, reason: str, **fields: Any) -> Incident:
    """Correct an incident; the old values stay in its history."""
    if not reason.strip():
        raise InputProblems([InputProblem("record.needs-reason", field="reason")])
    with writing(
        by, "incidents.incident.changed", may="incidents.record", on=incident, reason=reason.strip()
    ) as log:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        for field, value in fields.items():
            setattr(incident, field, value)
        incident.search = _search(incident)
        log.save(incident)
    return incident


def add_source(by: Any, incident: Incident, **fields: Any) -> Source:
    """A source of statements."""
    with writing(by, "incidents.source.added", may="incidents.record", on=incident) as log:
        source = Source(incident=incident, **fields)
        log.save(source)
    return source


def add_fact(
    by: Any,
    source: Source,
    *,
    counts: Sequence[dict[str, Any]] = (),
    measures: Sequence[dict[str, Any]] = (),
    **fields: Any,
) -> Fact:
    """What a source says, with its counts and measures, beside what others say.

    Raises
    ------
    InputProblems
        For half an interval, one that runs backwards, or vague words given as a point.
    """
    problems = [p for count in counts for p in count_faults(count)]
    if problems:
        raise InputProblems(problems)
    with writing(by, "incidents.fact.added", may="incidents.record", on=source) as log:
        fact = Fact(incident_id=source.incident_id, source=source, **fields)
        log.save(fact)
        for count in counts:
            log.save(Count(incident_id=source.incident_id, fact=fact, **count), "incidents.count.added")
        for measure in measures:
            log.save(Measure(incident_id=source.incident_id, fact=fact, **measure), "incidents.measure.added")
    return fact


def add_tension(by: Any, incident: Incident, **fields: Any) -> Tension:
    """That statements do not fit together."""
    with writing(by, "incidents.tension.added", may="incidents.record", on=incident) as log:
        tension = Tension(incident=incident, **fields)
        log.save(tension)
    return tension


def count_faults(count: dict[str, Any]) -> list[InputProblem]:
    """What is wrong with a count: its interval, its words."""
    low, high, vague = count.get("low"), count.get("high"), count.get("vague", False)
    if not str(count.get("words", "")).strip():
        return [InputProblem("count.needs-words", field="words")]
    if (low is None) != (high is None):
        return [InputProblem("count.half-an-interval", field="low")]
    if low is None:
        return [] if vague else [InputProblem("count.no-figure-not-vague", field="vague")]
    if low > high:
        return [InputProblem("count.interval-backwards", field="low", params={"low": low, "high": high})]
    if vague and low == high:
        return [InputProblem("count.vague-as-a-point", field="vague", params={"low": low})]
    return []


def _search(incident: Incident) -> str:
    texts = (incident.number, incident.name_en, incident.name_ar, incident.place_en, incident.place_ar)
    return fold(" ".join(texts))
