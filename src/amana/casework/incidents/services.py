"""Writing incidents and what is said about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from amana.casework.audit.writing import writing
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.incidents.models import Count, Fact, Incident, Measure, Source, Tension
from amana.casework.numbers.services import INCIDENT, take
from amana.names import fold
from amana.problems import InputProblem

CHANGEABLE = ("name_en", "name_ar", "began", "place_en", "place_ar", "state")
_SHORT_NAME = re.compile(r"[\w.-]*\w[\w.-]*")  # it stands in addresses


def open_incident(by: Any, *, name_en: str, name_ar: str, **fields: Any) -> Incident:
    """A new incident of the person's office.

    Raises
    ------
    InputProblems
        Without a name in both languages.
    """
    incident = Incident(office=by.office, name_en=name_en.strip(), name_ar=name_ar.strip(), **fields)
    refuse(p for p in faults(incident) if p.field != "number")
    with writing(by, "incidents.incident.opened", may="incidents.record") as log:
        (incident.number,) = take(log, by.office, INCIDENT)
        incident.search = _search(incident)
        log.save(incident)
    return incident


def change_incident(by: Any, incident: Incident, reason: str, **fields: Any) -> Incident:
    """Correct an incident, close it or open it again; the old values stay in its history.

    Raises
    ------
    InputProblems
        Without a reason, or for a field that becomes wrong.
    """
    with writing(
        by, "incidents.incident.changed", may="incidents.record", on=incident, reason=reason.strip()
    ) as log:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        for field in CHANGEABLE:
            if field in fields:
                setattr(incident, field, fields[field])
        refuse([*reason_given(reason), *faults(incident)])
        incident.search = _search(incident)
        log.save(incident)
    return incident


def add_source(by: Any, incident: Incident, *, name: str, seen: str, code: str = "", **fields: Any) -> Source:
    """A source of statements, and what of it was seen.

    Parameters
    ----------
    code
        Short name, once in an incident; the next of S1, S2 … where empty.
    """
    with writing(by, "incidents.source.added", may="incidents.record", on=incident) as log:
        taken = _codes(incident, Source)
        code = code.strip() or _next(taken, "S")
        source = Source(incident=incident, code=code, name=name.strip(), seen=seen.strip(), **fields)
        refuse([*faults(source), *_code_faults(code, taken)])
        log.save(source)
    return source


def add_fact(
    by: Any,
    source: Source,
    *,
    counts: Sequence[dict[str, Any]] = (),
    measures: Sequence[dict[str, Any]] = (),
    code: str = "",
    **fields: Any,
) -> Fact:
    """What a source says, with its counts and measures, beside what others say.

    Raises
    ------
    InputProblems
        For half an interval, one that runs backwards, or vague words given as a point.
    """
    with writing(by, "incidents.fact.added", may="incidents.record", on=source) as log:
        taken = _codes(source.incident, Fact)
        code = code.strip() or _next(taken, "F")
        fact = Fact(incident_id=source.incident_id, source=source, code=code, **fields)
        made = [Count(incident_id=source.incident_id, fact=fact, **c) for c in counts]
        made_measures = [Measure(incident_id=source.incident_id, fact=fact, **m) for m in measures]
        refuse(
            [
                *faults(fact),
                *_code_faults(code, taken),
                *(p for c in counts for p in count_faults(c)),
                *(p for m in measures for p in measure_faults(m)),
                *(p for record in (*made, *made_measures) for p in faults(record) if p.field != "words"),
            ]
        )
        log.save(fact)
        log.save_new(made, "incidents.count.added")
        log.save_new(made_measures, "incidents.measure.added")
    return fact


def add_count(by: Any, fact: Fact, **fields: Any) -> Count:
    """One more count of a statement.  Those that are there stay."""
    with writing(by, "incidents.count.added", may="incidents.record", on=fact) as log:
        count = Count(incident_id=fact.incident_id, fact=fact, **fields)
        refuse([*count_faults(fields), *(p for p in faults(count) if p.field != "words")])
        log.save(count)
    return count


def add_measure(by: Any, fact: Fact, **fields: Any) -> Measure:
    """A reported length or area of a statement."""
    with writing(by, "incidents.measure.added", may="incidents.record", on=fact) as log:
        measure = Measure(incident_id=fact.incident_id, fact=fact, **fields)
        refuse([*measure_faults(fields), *(p for p in faults(measure) if p.field not in _MEASURED)])
        log.save(measure)
    return measure


def add_tension(
    by: Any, incident: Incident, *, facts: Sequence[str], statement: str, statement_ar: str = ""
) -> Tension:
    """That statements do not fit together: two or more, by their short names.

    Raises
    ------
    InputProblems
        For fewer than two, or one that the incident does not have.
    """
    with writing(by, "incidents.tension.added", may="incidents.record", on=incident) as log:
        named = list(dict.fromkeys(facts))
        tension = Tension(incident=incident, facts=named, statement=statement, statement_ar=statement_ar)
        unknown = sorted(set(named) - _codes(incident, Fact))
        problems = [
            InputProblem("incidents.unknown-fact", field="facts", params={"fact": f}) for f in unknown
        ]
        if len(named) < 2:
            problems.append(InputProblem("incidents.tension-of-one", field="facts"))
        refuse([*problems, *(p for p in faults(tension) if p.field != "facts")])
        log.save(tension)
    return tension


def count_faults(count: dict[str, Any]) -> list[InputProblem]:
    """What is wrong with a count: its interval, its words."""
    low, high, vague = count.get("low"), count.get("high"), count.get("vague", False)
    if not str(count.get("words", "")).strip():
        return [InputProblem("count.needs-words", field="words")]
    if (low is None) != (high is None):
        return [InputProblem("count.half-an-interval", field="low" if low is None else "high")]
    if low is None:
        return [] if vague else [InputProblem("count.no-figure-not-vague", field="vague")]
    if low > high or low < 0:
        return [InputProblem("count.interval-backwards", field="low", params={"low": low, "high": high})]
    if vague and low == high:
        return [InputProblem("count.vague-as-a-point", field="vague", params={"low": low})]
    return []


_MEASURED = ("low", "high", "words")


def measure_faults(measure: dict[str, Any]) -> list[InputProblem]:
    """What is wrong with a measure: its interval, its words, its unit."""
    low, high = measure.get("low"), measure.get("high")
    problems = []
    if not str(measure.get("words", "")).strip():
        problems.append(InputProblem("count.needs-words", field="words"))
    if low is None or high is None:
        problems.append(InputProblem("count.half-an-interval", field="low" if low is None else "high"))
    elif not 0 <= low <= high < float("inf"):
        problems.append(
            InputProblem("count.interval-backwards", field="low", params={"low": low, "high": high})
        )
    if (measure.get("measured"), measure.get("unit")) not in (("distance", "m"), ("area", "km2")):
        problems.append(InputProblem("incidents.unit-of-another-measure", field="unit"))
    return problems


def _codes(incident: Incident, kind: type[Source] | type[Fact]) -> set[str]:
    """Short names in use.  Under the incident's lock, so that two people do not give one at the same time."""
    Incident.objects.select_for_update().get(pk=incident.pk)
    return set(kind.objects.filter(incident=incident).values_list("code", flat=True))


def _next(taken: set[str], letter: str) -> str:
    return next(c for n in range(1, len(taken) + 2) if (c := f"{letter}{n}") not in taken)


def _code_faults(code: str, taken: set[str]) -> list[InputProblem]:
    if code in taken:
        return [InputProblem("incidents.short-name-taken", field="code", params={"given": code})]
    if not _SHORT_NAME.fullmatch(code):
        return [InputProblem("incidents.bad-short-name", field="code", params={"given": code})]
    return []


def _search(incident: Incident) -> str:
    texts = (incident.number, incident.name_en, incident.name_ar, incident.place_en, incident.place_ar)
    return fold(" ".join(texts))
