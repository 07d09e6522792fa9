"""Invented sites in every state, for the tests of this station."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from amana.casework.incidents.tests.field import opened, site_of
from amana.casework.recovery.models import Mission
from amana.casework.sites import services
from amana.casework.sites.models import Site
from amana.casework.sites.rules import today
from amana.problems import InputProblems

EXAMINED = {
    "organisation": "Mine action team", "method": "walked with detectors", "reference": "CL-7",
    "done_on": datetime.date(2025, 3, 1),
}  # fmt: skip
ALLOWED = {"authority": "Prosecutor", "reference": "12/2025", "scope": "to lift what lies open"}


def faults(call: Any, *args: Any, **fields: Any) -> set[tuple[str, int | None, str | None]]:
    with pytest.raises(InputProblems) as found:
        call(*args, **fields)
    return {(p.code, p.row, p.field) for p in found.value.problems}


def codes(call: Any, *args: Any, **fields: Any) -> set[str]:
    return {code for code, _, _ in faults(call, *args, **fields)}


def fresh(by: Any, spots: int = 0) -> Site:
    return site_of(by, opened(by), spots=spots)


def cleared(by: Any, site: Site, result: str = "cleared", **fields: Any) -> Any:
    rest = {"area": "the eastern half", "note": "shells in the west"} if result != "cleared" else {}
    return services.record_clearance(by, site, result=result, **{**EXAMINED, **rest, **fields})


def authorised(by: Any, site: Site, **fields: Any) -> Any:
    given = {**ALLOWED, "given_on": today(), "until": today() + datetime.timedelta(days=60), **fields}
    return services.record_authorisation(by, site, **given)


def waived(by: Any, second: Any, site: Site, days: int = 3) -> Any:
    until = timezone.now() + datetime.timedelta(days=days)
    asked = services.ask_waiver(by, site, reason="rain", measures="marked lane", until=until)
    return services.agree_waiver(second, asked)


def to(by: Any, site: Site, *states: str) -> Site:
    for state in states:
        site = services.change_state(by, Site.objects.get(pk=site.pk), state, f"now {state}")
    return site


def in_work(by: Any, site: Site) -> Site:
    to(by, site, "verified", "secured")
    authorised(by, site)
    services.mission_started(by, site, mission(by, site))
    site.refresh_from_db()
    return site


def mission(by: Any, site: Site, state: str = "planned", **fields: Any) -> Mission:
    from amana.casework.audit.writing import SYSTEM, writing

    made = Mission(
        office=site.office, site=site, number=f"M-{Mission.objects.count() + 1}", name="First look",
        state=state, leader=by, planned_for=today(), plan="Walk", **fields,
    )  # fmt: skip
    with writing(SYSTEM, "tests.prepared") as log:
        log.save(made)
    return made
