"""Fill a register with the invented field work of a country, through the batch services that write the log.

Used by ``field.py``.  Every row has its entry in the log, and every rule of the services applied to it.
"""

from __future__ import annotations

import datetime
import gc
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

SEED = 20241216
CHUNK = 2000
PASSWORD = "a measured benchmark of a whole country"  # of people who exist in this register only
FIELD_ROLES = ("team_leader", "recorder", "custodian", "hotline_operator")
"""Roles without a second factor, so that the pages can be opened by name and password alone."""


def fill(size: Any, say: Callable[[str], None] = print) -> None:
    """Make offices, people, alerts, sites, units and custody in an empty register."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from django.utils import timezone

    from amana.simulation import simulate_alerts, simulate_sites, simulate_units

    gc.freeze()
    gc.disable()  # rows hold nothing in circles, and the collector would take a third of the time
    began = time.perf_counter()
    until = timezone.now() - datetime.timedelta(hours=1)
    people = _people()
    truth = simulate_sites(size, SEED)
    sites = _sites(people, truth)
    say(f"{len(sites):,} sites after {time.perf_counter() - began:,.0f} s")
    for done in _alerts(people, simulate_alerts(size, truth, SEED, until)):
        if done % 20_000 < CHUNK:
            say(f"{done:,} alerts after {time.perf_counter() - began:,.0f} s")
    for done in _units(people, truth, sites, simulate_units(size, truth, SEED, until)):
        if done % 20_000 < CHUNK:
            say(f"{done:,} units after {time.perf_counter() - began:,.0f} s")
    gc.enable()
    from django.db import connection

    from amana.casework.audit.checkpoints import make_checkpoint
    from amana.casework.audit.models import Tree

    make_checkpoint()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    seconds = time.perf_counter() - began
    entries = Tree.objects.get(pk=1).size
    say(f"{entries:,} entries of the log in {seconds:,.0f} s, {entries / seconds:,.0f} a second")


def _people() -> dict[str, Any]:
    from amana.casework.accounts.models import Holding, Office, Sharing, User
    from amana.casework.audit.writing import SYSTEM, writing
    from amana.casework.incidents.services import open_incident

    made: dict[str, Any] = {}
    with writing(SYSTEM, "bench.prepared") as log:
        for code, kind, en, ar in (
            ("CDF", "civil_defence", "Field office (synthetic)", "مكتب ميداني (مختلق)"),
            ("FMD", "forensic", "Forensic office (synthetic)", "مكتب شرعي (مختلق)"),
        ):
            made[code] = Office(code=code, kind=kind, name_en=en, name_ar=ar)
            log.save(made[code])
        for name, code, roles in (
            ("filler", "CDF", (*FIELD_ROLES, "duty_officer", "clearance_officer")),
            ("keeper", "FMD", ("custodian",)),
            ("opener", "CDF", FIELD_ROLES),
        ):
            user = User(
                username=name, name_en=f"{name} (synthetic)", name_ar=f"{name} (مختلق)", office=made[code]
            )
            user.set_password(PASSWORD)
            log.save(user)
            for role in roles:
                log.save(Holding(user=user, role=role))
        for one, other in (("CDF", "FMD"), ("FMD", "CDF")):
            log.save(Sharing(giver=made[one], receiver=made[other], scope="incidents", ground="benchmark"))
    for name in ("filler", "keeper", "opener"):
        made[name] = User.objects.get(username=name)
    made["incident"] = open_incident(made["filler"], name_en="Country (synthetic)", name_ar="بلد (مختلق)")
    return made


def _sites(people: dict[str, Any], truth: Sequence[Any]) -> list[Any]:
    from amana.casework.audit.writing import writing
    from amana.casework.sites import services

    by, made = people["filler"], []
    for part in _chunks(truth):
        rows = [{"name_en": s.name_en, "name_ar": s.name_ar, "deposition": s.deposition} for s in part]
        new = services.add_sites(by, people["incident"], rows)
        # One transaction around the acts of a chunk: each keeps its rules and its entries.
        with writing(by, "bench.sites"):
            for site, known in zip(new, part, strict=True):
                _spots_and_hazard(by, site, known)
        made += new
    return made


def _spots_and_hazard(by: Any, site: Any, known: Any) -> None:
    from amana.casework.sites import services

    services.add_spots(
        by, site,
        [
            {
                "label": p.label, "latitude": p.latitude, "longitude": p.longitude,
                "uncertainty_m": p.uncertainty_m,
            }
            for p in known.spots
        ],
    )  # fmt: skip
    if known.hazard == "unknown":
        return
    first = services.request_clearance(by, site, area="", note="")
    if known.hazard != "requested":
        services.record_clearance(
            by, site, result=known.hazard, organisation="Clearance (synthetic)", method="manual search",
            reference=f"C-{known.index}", done_on=datetime.date(2024, 12, 20), area="all of it",
            note="edges not searched", seen=str(first.pk),
        )  # fmt: skip


def _alerts(people: dict[str, Any], alerts: Iterator[Any]) -> Iterator[int]:
    from amana.casework.alerts.services.receiving import receive_many
    from amana.casework.alerts.services.triage import Triage, acknowledge_many, triage_many

    by, done = people["filler"], 0
    for part in _chunks(alerts):
        rows = [
            {
                "account": a.account, "place_words": a.place_words, "count_words": a.count_words,
                "latitude": a.latitude, "longitude": a.longitude, "uncertainty_m": a.uncertainty_m,
                "placed": "coordinates" if a.latitude is not None else "place",
                "seen_on": a.seen_on, "dangers": list(a.dangers), "digging": a.digging,
                "language": a.language, "received_at": a.at, "phone": f"+9639{a.index:08d}",
            }
            for a in part
        ]  # fmt: skip
        made = receive_many(by, rows)
        # The newest tenth still waits; most of the others were looked at.
        old = [(a, known) for a, known in zip(made, part, strict=True) if known.index % 10]
        seen = acknowledge_many(by, [(a, known.account[:100]) for a, known in old])
        triage_many(
            by, [(a, Triage(("today", "week", "planned")[i % 3])) for i, a in enumerate(seen) if i % 4]
        )
        yield (done := done + len(part))


def _units(
    people: dict[str, Any], truth: Sequence[Any], sites: Sequence[Any], units: Iterator[Any]
) -> Iterator[int]:
    from amana.casework.recovery.services import NewUnit, record_units
    from amana.casework.sites.models import Spot

    done = 0
    for part in _chunks(units):
        wanted = sorted({u.site for u in part})
        found: dict[Any, list[Any]] = {}
        spots = Spot.objects.filter(site__in=[sites[i] for i in wanted]).select_related("site")
        for spot in spots.order_by("site_id", "label"):
            found.setdefault(spot.site_id, []).append(spot)
        rows = [
            NewUnit(
                kind=u.kind, spot=found[sites[u.site].pk][u.spot], recovered_at=u.lifted_at,
                description=f"{truth[u.site].name_ar}",
            )
            for u in part
        ]  # fmt: skip
        made = record_units(people["filler"], people["incident"], rows)
        _custody(people, list(zip(made, part, strict=True)), done // CHUNK)
        yield (done := done + len(part))


def _custody(people: dict[str, Any], units: Sequence[tuple[Any, Any]], number: int) -> None:
    """The events of these units, in steps: what is only taken, what is offered, accepted, moved, checked."""
    from amana.casework.custody.reading import Read
    from amana.casework.custody.services import (
        Acceptance,
        Offer,
        Reading,
        Taking,
        accept_many,
        add_store,
        move_many,
        offer_many,
        stocktaking,
        take_many,
    )

    giver, keeper = people["filler"], people["keeper"]
    items = take_many(giver, [Taking(u, seal=f"S{u.number}", at=k.events[0][1]) for u, k in units])
    held = [(i, k) for i, (_, k) in zip(items, units, strict=True)]
    offered = [(i, k) for i, k in held if len(k.events) > 1]
    loads = list(_chunks(offered, 40))
    transfers = offer_many(
        giver,
        [
            Offer([i for i, _ in load], people["FMD"], "examination", vehicle=f"V-{number}-{n}",
                  at=max(k.events[1][1] for _, k in load))
            for n, load in enumerate(loads)
        ],
    )  # fmt: skip
    acceptances = []
    for transfer, load in zip(transfers, loads, strict=True):
        taken = [(i, k) for i, k in load if len(k.events) > 2]
        if taken:
            acceptances.append(Acceptance(transfer, [Reading(i, seal=i.seal) for i, _ in taken]))
    accept_many(keeper, acceptances)
    later = [(i, k) for load in loads for i, k in load if len(k.events) > 3]
    last = max(len(k.events) for _, k in units)
    stores = {
        n: add_store(keeper, name=f"Container {number + 1}-{n} (synthetic)", kind="container")
        for n in range(4, last + 1)
    }
    # Things with the same number of events share a store, so that a count of the store finds all of them.
    for n, store in stores.items():
        here = [i for i, k in later if len(k.events) == n]
        if not here:
            continue
        move_many(keeper, here, store)
        for step in range(4, n):
            if EVENTS[min(step, len(EVENTS) - 1)] == "moved":
                move_many(keeper, here, None)
                continue
            count = stocktaking.start(keeper, store)
            stocktaking.scan_many(keeper, count, [Read(text=i.number, number=i.number) for i in here])
            stocktaking.end(keeper, count)


EVENTS = ("taken", "offered", "accepted", "moved", "checked")


def _chunks(rows: Any, of: int = CHUNK) -> Iterator[list[Any]]:
    part: list[Any] = []
    for row in rows:
        part.append(row)
        if len(part) == of:
            yield part
            part = []
    if part:
        yield part
