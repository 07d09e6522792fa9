"""Statements, counts and measures as the pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amana.casework.accounts.roles import roles
from amana.casework.incidents.models import Count, Fact, Incident, Measure, Source, Tension
from amana.casework.incidents.queries import CountGroup, by_kind


class Said(NamedTuple):
    """Words as they are shown; where they are a translation, the words that were translated as well."""

    text: str
    original: str = ""


def in_language(words: str, arabic: str) -> Said:
    """The Arabic version for who reads Arabic, marked by its original; else the words themselves."""
    if get_language() == "ar" and arabic.strip():
        return Said(arabic, words)
    return Said(words)


def count_shown(count: Count) -> dict[str, Any]:
    """A count for ``components/count.html``."""
    words = in_language(count.words, count.words_ar)
    return {
        "what": count.get_counted_display(),
        "basis": count.get_basis_display(),
        "low": count.low,
        "high": count.high,
        "verbatim": words.text,
        "original": words.original,
    }


def _group(group: CountGroup) -> dict[str, Any]:
    return {
        "counted": group.counted,
        "basis": group.basis,
        "counts": [
            {
                "count": count_shown(c),
                "fact": c.fact,
                "source": c.fact.source,
                "place": _place(c.fact),
            }
            for c in group.counts
        ],
    }  # fmt: skip


def _place(fact: Fact) -> str:
    return in_language(fact.place, fact.place_ar).text


def measure_shown(measure: Measure) -> dict[str, Any]:
    """A length or an area: an interval with its unit, like a count."""
    words = in_language(measure.words, measure.words_ar)
    return {
        "what": measure.get_measured_display(),
        "basis": measure.get_basis_display(),
        "low": _figure(measure.low),
        "high": _figure(measure.high),
        "unit": {"m": _("m"), "km2": _("km²")}[measure.unit],
        "verbatim": words.text,
        "original": words.original,
    }


def _figure(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "fact": fact,
        "statement": in_language(fact.statement, fact.statement_ar),
        "place": _place(fact),
        "counts": [count_shown(c) for c in fact.counts.all()],
        "measures": [measure_shown(m) for m in fact.measures.all()],
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "source": source,
        "name": in_language(source.name, source.name_ar),
        "seen": in_language(source.seen, source.seen_ar),
        "facts": [_fact(f) for f in source.facts.all()],
    }


def said(sources: Sequence[Source], tensions: Sequence[Tension]) -> dict[str, Any]:
    """What is said, by whom; what is counted, gathered by kind; what does not fit together."""
    facts = {f.code: f for s in sources for f in s.facts.all()}
    return {
        "sources": [_source(s) for s in sources],
        "groups": [_group(g) for g in by_kind(sources)],
        "tensions": [
            {
                "facts": [facts[code] for code in t.facts if code in facts],
                "statement": in_language(t.statement, t.statement_ar),
            }
            for t in tensions
        ],
    }


def measures_in_words(measures: Sequence[Measure]) -> list[str]:
    """Reported lengths and areas as sentences for below a plan."""
    return [
        _("%(source)s: “%(words)s”")
        % {
            "source": f"\u2068{m.fact.source.code}\u2069",
            "words": f"\u2068{in_language(m.words, m.words_ar).text}\u2069",
        }
        for m in measures
    ]


def state(incident: Incident) -> dict[str, Any]:
    """For ``components/state.html``."""
    kind = "active" if incident.state == Incident.State.OPEN else "closed"
    return {"kind": kind, "word": incident.get_state_display()}


def step(text: str, *who: str, url: str | None = None, state: dict[str, Any] | None = None) -> dict[str, Any]:
    """What comes next and which roles do it, for ``components/next_steps.html``."""
    return {
        "text": text,
        "who": _(", ").join(roles()[role].label for role in who),
        "url": url,
        "state": state or {"kind": "waiting", "word": _("waiting")},
    }
