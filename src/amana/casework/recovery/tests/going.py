"""Invented missions for the tests: sites that are cleared, teams that are briefed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from amana.casework.accounts.models import User, today
from amana.casework.incidents.models import Incident
from amana.casework.incidents.tests.field import opened, site_of
from amana.casework.recovery.models import Mission
from amana.casework.recovery.services import (
    NewMember,
    add_mission,
    brief_team,
    end_mission,
    release_mission,
    start_mission,
)
from amana.casework.sites.models import Site
from amana.casework.sites.services import hazard
from amana.casework.sites.services.authorising import record_authorisation


@dataclass
class Field:
    """Who works, and where."""

    leader: User
    duty: User
    clearance: User
    prosecutor: User
    incident: Incident
    site: Site


def field_of(person: Any) -> Field:
    """People of one office and a site that nobody has examined."""
    duty = person("duty_officer")
    incident = opened(duty)
    return Field(
        leader=person("team_leader"), duty=duty, clearance=person("clearance_officer"),
        prosecutor=person("prosecutor"), incident=incident, site=site_of(duty, incident, spots=3),
    )  # fmt: skip


def examine(field: Field, result: str) -> None:
    """Have the site examined."""
    hazard.record_clearance(
        field.clearance, field.site, result=result, organisation="Demining group", method="detector",
        reference="C-1", done_on=today(), area="the terrace", note="the north slope is not examined",
    )  # fmt: skip


def waive(field: Field, second: User, hours: int = 8) -> Any:
    """Two people take responsibility."""
    waiver = hazard.ask_waiver(
        field.duty, field.site, reason="rain will wash it away", measures="one marked lane",
        until=timezone.now() + timedelta(hours=hours),
    )  # fmt: skip
    return hazard.agree_waiver(second, waiver)


def allow(field: Field) -> Any:
    """The prosecutor allows the work."""
    return record_authorisation(
        field.prosecutor, field.site, authority="Public prosecutor", reference="77/2026", given_on=today(),
        scope="surface finds",
    )  # fmt: skip


def planned(field: Field, **fields: Any) -> Mission:
    """A mission with a team of two."""
    given = {
        "planned_for": today(), "plan": "Walk the terrace in lines; lift what lies open.",
        "members": [NewMember("recorder", name="Somebody invented")], **fields,
    }  # fmt: skip
    return add_mission(field.leader, field.site, **given)


def briefed(field: Field, mission: Mission) -> Mission:
    """Everybody was told."""
    return brief_team(field.leader, mission, "Stay in the lane.", list(mission.members.filter(left_at=None)))


def released(field: Field, **fields: Any) -> Mission:
    """A mission that may go."""
    if field.site.clearances.count() == 0:
        examine(field, "cleared")
    return release_mission(field.duty, briefed(field, planned(field, **fields)))


def at_work(field: Field, **fields: Any) -> Mission:
    """A mission whose team is on the site."""
    return start_mission(field.leader, released(field, **fields))


def over(field: Field, **fields: Any) -> Mission:
    """A mission that has ended."""
    return end_mission(field.leader, at_work(field, **fields), "Everything that lay open was lifted.")
