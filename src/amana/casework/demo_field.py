"""The field half of the demo: reports, the site's way, custody of what was lifted, and a mission of today.

What was lifted in December 2024 is entered afterwards, as it would be: flagged, and answered by a duty
officer.
Everybody who reports is invented.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from amana.casework.accounts.models import today
from amana.casework.alerts.models import Alert
from amana.casework.alerts.services.judging import doubt
from amana.casework.alerts.services.linking import link
from amana.casework.alerts.services.receiving import receive
from amana.casework.alerts.services.triage import Triage, acknowledge, triage
from amana.casework.custody import services as custody
from amana.casework.custody.models import Discrepancy, Item, Store, Transfer
from amana.casework.recovery.models import Irregularity, Mission, Surrender
from amana.casework.recovery.services import (
    NewMember,
    add_mission,
    answer_irregularity,
    brief_team,
    record_step,
    release_mission,
    start_mission,
    take_surrender,
)
from amana.casework.sites import services as sites
from amana.casework.sites.models import Site

TAKEN = datetime.datetime(2024, 12, 31, 14, 0, tzinfo=datetime.UTC)
OFFERED, RECEIVED = TAKEN + datetime.timedelta(hours=2), TAKEN + datetime.timedelta(hours=20)
_ELSEWHERE = "المتصل مجهول، والمكان لم يوجد / The caller is unknown; the place was not found (demo)"


@dataclass
class DemoField:
    """Where each part of the field half came to stand."""

    alerts: dict[str, Alert] = field(default_factory=dict)
    receipt: str = ""
    mission: Mission = field(default_factory=Mission)
    irregularity: Irregularity = field(default_factory=Irregularity)
    surrender: Surrender = field(default_factory=Surrender)
    items: list[Item] = field(default_factory=list)
    stores: dict[str, Store] = field(default_factory=dict)
    accepted: Transfer = field(default_factory=Transfer)
    waiting: Transfer = field(default_factory=Transfer)
    discrepancy: Discrepancy = field(default_factory=Discrepancy)


def load_field(records: Any) -> DemoField:
    """Add the field half to a demo whose site and units are there."""
    made = DemoField()
    _site(records)
    _alerts(records, made)
    _custody(records, made)
    _mission(records, made)
    records.site = Site.objects.get(pk=records.site.pk)
    return made


def _site(records: Any) -> None:
    """Seen, closed off, examined, authorised."""
    duty, site = records.people["duty_officer"], records.site
    for state, why in (
        (Site.State.VERIFIED, "A team of two saw remains on the surface (demo)"),
        (Site.State.SECURED, "Way in closed with tape; the owner of the land was told (demo)"),
    ):
        site = sites.change_state(duty, site, state, why)
    sites.request_clearance(duty, site, area="Both sides of the farm road (demo)")
    sites.record_clearance(
        records.people["clearance_officer"], site, result=Site.Hazard.CLEARED,
        organisation="Demining group (demo)", method="detector and search by eye",
        done_on=datetime.date(2024, 12, 30), reference="DEMO-C-1", area="Both sides of the farm road",
    )  # fmt: skip
    sites.record_authorisation(
        duty, site, authority="Public prosecutor (demo)", reference="DEMO-77",
        given_on=datetime.date(2024, 12, 30), scope="Collection of exposed remains",
    )  # fmt: skip
    records.site = Site.objects.get(pk=site.pk)


def _alerts(records: Any, made: DemoField) -> None:
    office, operator = records.offices["SCD"], records.people["hotline_operator"]
    duty = records.people["duty_officer"]
    spot = records.spots[min(records.spots)]
    near = {"placed": "coordinates", "uncertainty_m": 30.0}
    first, made.receipt = receive(
        office=office, account="بلاغ مختلق: رأيت عظاماً وثياباً قرب الطريق الزراعي شرق البلدة.",
        place_words="الطريق الزراعي شرق القبو، بعد مضخة الماء", count_words="من 20 إلى 25", counted="bodies",
        latitude=spot.latitude, longitude=spot.longitude, dangers=["mines"], digging="no", language="ar",
        **near,
    )  # fmt: skip
    first = acknowledge(operator, first, "Remains on the surface beside the farm road, 20 to 25 (demo).")
    first = triage(duty, first, Triage(Alert.Priority.TODAY, weather_risk=True))
    made.alerts["first"] = link(duty, first, incident=records.incident, site=records.site)
    second, _ = receive(
        by=operator, channel=Alert.Channel.PHONE, language="ar",
        account="بلاغ مختلق بالهاتف: عظام وثياب قرب الطريق الزراعي، والكلاب تأتي ليلاً.",
        place_words="الطريق الزراعي شرق القبو", count_words="حوالي 20", counted="remains",
        latitude=spot.latitude + 0.0009, longitude=spot.longitude, dangers=["animals"], digging="no", **near,
    )  # fmt: skip
    made.alerts["second"] = acknowledge(
        operator, second, "Bones and clothes beside the farm road; dogs (demo)."
    )
    made.alerts["new"], _ = receive(
        office=office, account="An invented report: somebody is digging behind the old school at night.",
        place_words="Behind the old school (invented)", digging="yes", language="en",
    )  # fmt: skip
    doubted, _ = receive(
        by=operator, channel=Alert.Channel.PHONE, language="en",
        account="An invented report without a place.", place_words="somewhere south", count_words="dozens",
    )  # fmt: skip
    doubted = acknowledge(operator, doubted, "A caller who names no place (demo).")
    doubted = triage(duty, doubted, Triage(Alert.Priority.PLANNED))
    made.alerts["doubted"] = doubt(duty, doubted, _ELSEWHERE)


def _custody(records: Any, made: DemoField) -> None:
    """Taken where they were lifted, given to the forensic department; one seal is not as it was written."""
    duty, recorder, keeper = (records.people[r] for r in ("duty_officer", "recorder", "custodian"))
    made.irregularity = answer_irregularity(
        duty, Irregularity.objects.get(incident=records.incident),
        "Lifted in December 2024 before this register was in use; entered from the field cards (demo).",
    )  # fmt: skip
    units = list(records.units.values())
    made.items = custody.take_many(
        recorder,
        [custody.Taking(u, seal=f"DEMO-{n:04d}", at=TAKEN) for n, u in enumerate(units, 1)],
    )
    forensic = records.offices["FMD"]
    sent, late = made.items[:-2], made.items[-2:]
    made.accepted = custody.offer(
        recorder, sent, forensic, "Examination and sampling (demo)", vehicle="DEMO 1", at=OFFERED
    )
    made.stores["room"] = custody.add_store(keeper, name="غرفة التبريد / Cold room (demo)", kind="mortuary")
    made.stores["shelf"] = custody.add_store(
        keeper, name="رف 1 / Shelf 1 (demo)", kind="slot", within=made.stores["room"]
    )
    last = sent[-1].pk
    readings = [custody.Reading(i, seal="DEMO-0012" if i.pk == last else i.seal) for i in sent]
    made.accepted = custody.accept(keeper, made.accepted, readings, store=made.stores["shelf"], at=RECEIVED)
    made.discrepancy = Discrepancy.objects.get()
    made.waiting = custody.offer(
        recorder, late, forensic, "Examination and sampling (demo)", vehicle="DEMO 2",
        at=OFFERED + datetime.timedelta(days=1),
    )  # fmt: skip
    made.items = list(Item.objects.filter(pk__in=[i.pk for i in made.items]).order_by("number"))


def _mission(records: Any, made: DemoField) -> None:
    """A mission of today to the same site, under way, with part of its scene record."""
    leader, recorder = records.people["team_leader"], records.people["recorder"]
    mission = add_mission(
        leader, records.site, planned_for=today(),
        plan="Walk both sides of the farm road in lines once more (demo).",
        members=[NewMember(role, user=records.people[role]) for role in ("recorder", "photographer")],
    )  # fmt: skip
    team = list(mission.members.filter(left_at=None))
    mission = brief_team(leader, mission, "Stay between the tapes. Touch nothing of metal. (demo)", team)
    mission = release_mission(records.people["duty_officer"], mission)
    mission = start_mission(leader, mission)
    record_step(
        recorder, mission, "conditions", values={"weather": "clear", "light": "day", "ground": ["dry"]}
    )
    made.mission = mission
    made.surrender = take_surrender(
        recorder, records.incident, capacity=Surrender.Capacity.FARMER, described=True, mixed=True,
        account="رواية مختلقة: رفعتُ ما وجدتُ حتى لا تأخذه الكلاب.", lifted_on=datetime.date(2024, 12, 12),
    )  # fmt: skip
