"""Dates as families give them: a year, a month of a year, a day."""

from __future__ import annotations

import calendar
import datetime
import re

from django.utils import timezone

from amana.interchange.text import clean
from amana.problems import InputProblem

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
EARLIEST = 1850


def tidy(text: str) -> str:
    """The date in one spelling, ``1986-03`` for ``١٩٨٦/٣``; what is no date stays as it was written."""
    written = clean(text).replace("/", "-")
    found = _PARTIAL.fullmatch(written)
    if found is None:
        return written
    return "-".join(part.zfill(2) for part in found.groups() if part)


def bounds(text: str) -> tuple[datetime.date, datetime.date] | None:
    """First and last day that a tidy partial date can mean; None where it is no date."""
    found = _PARTIAL.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        assert year is not None
        first = datetime.date(year, month or 1, day or 1)
        last_month = month or 12
        return first, datetime.date(year, last_month, day or calendar.monthrange(year, last_month)[1])
    except ValueError:
        return None


def date_faults(born: str, last_seen: str) -> list[InputProblem]:
    """What is wrong with a birth and a last sighting, both tidy; empty texts are not known."""
    problems = []
    known = {}
    for field, text in (("born", born), ("last_seen", last_seen)):
        if not text:
            continue
        span = bounds(text)
        if span is None or span[0].year < EARLIEST:
            problems.append(InputProblem("missing.partial-date", field=field, params={"value": text}))
        elif span[0] > timezone.localdate():
            problems.append(InputProblem("missing.date-ahead", field=field, params={"value": text}))
        else:
            known[field] = span
    if len(known) == 2 and known["last_seen"][1] < known["born"][0]:
        params = {"born": born, "last_seen": last_seen}
        problems.append(InputProblem("missing.seen-before-born", field="last_seen", params=params))
    return problems
