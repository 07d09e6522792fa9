"""Records of the field half for the permission matrix: one of everything that an address can name."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from amana.casework.accounts.models import today
from amana.casework.alerts import receipts
from amana.casework.alerts.models import Likeness
from amana.casework.alerts.services.receiving import add
from amana.casework.custody import services as custody
from amana.casework.custody.services import stocktaking
from amana.casework.recovery.scene import steps
from amana.casework.recovery.services import import_list
from amana.casework.recovery.services.belongings import add_effects, associate
from amana.casework.sites import services as sites

NOBODY = "01a21502-ce7b-757b-a2b1-029679fa11bc"
"""A key of nothing."""


def field_values(loaded: Any) -> dict[str, tuple[str | None, dict[str, str]]]:
    """First parts of addresses to whose they are and what they name; for pages and programs alike."""
    made = loaded.field
    waiting = _second_site(loaded)
    mission = {
        "number": made.mission.number, "key": str(made.mission.members.first().pk), "language": "en",
    }  # fmt: skip
    first = next(s.key for s in steps().values() if not s.per_spot)
    per_spot = next(s.key for s in steps().values() if s.per_spot)
    spot = str(loaded.site.spots.first().pk)
    first_alert, second = made.alerts["first"], made.alerts["second"]
    addition = add(loaded.people["hotline_operator"], first_alert, "Invented: more was seen.")
    pages: dict[str, tuple[str | None, dict[str, str]]] = {
        "alerts/": ("SCD", {"number": first_alert.number, "other": second.number, "part": "account",
                            "key": str(addition.pk), "sealed": receipts.in_address(made.receipt)}),
        "report/": (None, {"sealed": receipts.in_address(made.receipt)}),
        "places/": (None, {"pcode": "SY01"}),
        "uploads/": (None, {"token": "unknown"}),
        "missions/": ("SCD", mission),
        "missions/<str:number>/scene/<slug:key>/": ("SCD", {**mission, "key": first}),
        "missions/<str:number>/scene/<slug:key>/<uuid:spot>/":
            ("SCD", {**mission, "key": per_spot, "spot": spot}),
        "surrenders/": ("SCD", {"number": made.surrender.number}),
        "irregularities/": ("SCD", {"key": str(made.irregularity.pk)}),
        "custody/": ("SCD", _of_custody(loaded)),
        "custody/stock-takings/": ("FMD", _of_custody(loaded)),
        "custody/carriers/": ("FMD", {"number": _of_custody(loaded)["carrier"]}),
        "custody/places/": ("FMD", {**_of_custody(loaded), "number": made.stores["shelf"].number}),
        "custody/things/": ("FMD", {"number": made.items[0].number}),
        "custody/hand-overs/": ("SCD", {"number": made.waiting.number, "language": "en"}),
        "custody/discrepancies/": ("SCD", {"number": made.discrepancy.number}),
    }  # fmt: skip
    likeness = Likeness.objects.first()
    both: dict[str, tuple[str | None, dict[str, str]]] = {
        f"sites/<str:number>/{part}/": ("SCD", {**waiting, "key": key})
        for part, key in waiting.items() if part not in ("number", "after")
    }  # fmt: skip
    both["alerts/<str:number>/likenesses/"] = (
        "SCD", {"number": first_alert.number, "key": str(likeness.pk if likeness else NOBODY)},
    )  # fmt: skip
    pages["sites/<str:number>/state/"] = ("SCD", {"number": loaded.site.number, "after": "covered"})
    both |= _of_units(loaded)
    pages |= both
    return pages | {k.replace("<str:", "{").replace("<uuid:", "{").replace("<slug:", "{").replace(">", "}"): v
                    for k, v in pages.items()}  # fmt: skip


def _second_site(loaded: Any) -> dict[str, str]:
    """A site that is cleared in part, with something of each kind that waits."""
    duty = loaded.people["duty_officer"]
    site = sites.add_site(duty, loaded.incident, name_en="Well (demo)", name_ar="بئر (تجريبي)")
    clearance = sites.record_clearance(
        loaded.people["clearance_officer"], site, result="restricted", organisation="Demining group",
        method="detector", done_on=today(), reference="C-2", area="the yard", note="the well is not examined",
    )  # fmt: skip
    waiver = sites.ask_waiver(
        duty, site, reason="rain", measures="one lane", until=timezone.now() + datetime.timedelta(hours=8)
    )
    dismissal = sites.ask_dismissal(duty, site, "Two people looked and saw nothing.")
    access = sites.record_entry(duty, site, organisation="Demining group", purpose="examination")
    authorisation = sites.record_authorisation(
        duty, site, authority="Prosecutor", reference="78", given_on=today(), scope="surface"
    )
    other = sites.add_site(duty, loaded.incident, name_en="Pit (demo)", name_ar="حفرة (تجريبية)")
    tampering = sites.report_tampering(duty, other, kind="digging", words="fresh earth")
    return {
        "number": site.number, "clearances": str(clearance.pk), "waivers": str(waiver.pk),
        "dismissals": str(dismissal.pk), "access": str(access.pk), "authorisations": str(authorisation.pk),
        "tamperings": str(tampering.pk), "papers": NOBODY,
    }  # fmt: skip


def _of_custody(loaded: Any) -> dict[str, str]:
    keeper = loaded.people["custodian"]
    if not hasattr(loaded, "counted"):
        carrier = custody.add_carrier(keeper, kind="disk", description="a disk (demo)")
        count = stocktaking.start(keeper, loaded.field.stores["room"])
        scans = stocktaking.scan_many(keeper, count, [custody_read("UNKNOWN")])
        loaded.counted = {
            "number": count.number, "key": str(scans[0].pk), "carrier": carrier.number, "language": "en",
        }  # fmt: skip
    return dict(loaded.counted)


def custody_read(text: str) -> Any:
    """A scan of something that is none of ours."""
    from amana.casework.custody.reading import Read

    return Read(text, "")


def _of_units(loaded: Any) -> dict[str, tuple[str | None, dict[str, str]]]:
    recorder = loaded.people["recorder"]
    one, other, *_ = loaded.units.values()
    effect = add_effects(recorder, one, [{"code": _code(), "pieces": 1}])[0]
    tie = associate(recorder, one, other, kind="beside", why="an arm's length apart")
    number = {"number": one.number}
    table = b"kind,old_number\nbone,12\n"
    batch = import_list(recorder, loaded.incident, table, "old.csv", "invented cards")
    return {
        "lists/": ("SCD", {"number": batch.number, "language": "en", "kind": "csv", "form": "csv"}),
        "units/": ("SCD", {**number, "key": str(effect.pk), "language": "en", "size": "a4", "form": "csv"}),
        "effects/": ("SCD", {"number": effect.number}),
        "associations/": ("SCD", {"key": str(tie.pk)}),
        "u/": ("SCD", number),
        "form/": ("SCD", {"language": "en"}),
        "units/<str:number>/effects/": ("SCD", {**number, "key": str(effect.pk)}),
        "units/<str:number>/associations/": ("SCD", {**number, "key": str(tie.pk)}),
    }


def _code() -> str:
    from amana.casework.recovery.effects import codes

    return next(iter(codes()))
