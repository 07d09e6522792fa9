"""Invented alerts for the tests of the desk, written past the ways in which they come."""

from __future__ import annotations

from typing import Any

from amana.casework.alerts.models import Addition, Alert
from amana.casework.alerts.services.triage import Triage, acknowledge, triage
from amana.casework.audit.protection import new_subject, seal
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.numbers.services import ALERT, take

ACCOUNT = "Bones and clothing lie beside the well behind the old school, three skulls at least."
ACCOUNT_AR = "توجد عظام وثياب بجانب البئر خلف المدرسة القديمة، ثلاث جماجم على الأقل"
WHERE = {"latitude": 34.7101, "longitude": 36.7102, "uncertainty_m": 20.0, "placed": "coordinates"}


def reported(by: Any, account: str = ACCOUNT, *, reporter: str = "", phone: str = "", **fields: Any) -> Alert:
    """An alert of the person's office, as it came."""
    with writing(SYSTEM, "tests.prepared") as log:
        subject = new_subject(log, "reporter")
        (number,) = take(log, by.office, ALERT)
        alert = Alert(
            office=by.office, number=number, subject=subject, channel="phone", search=number.lower(),
            account=seal(subject, account), reporter=seal(subject, reporter), phone=seal(subject, phone),
            **fields,
        )  # fmt: skip
        log.save(alert)
    return alert


def acknowledged(by: Any, summary: str = "Remains beside a well.", **fields: Any) -> Alert:
    return acknowledge(by, reported(by, **fields), summary, compare=False)


def triaged(by: Any, priority: str = "today", **fields: Any) -> Alert:
    return triage(by, acknowledged(by, **fields), Triage(priority))


def added(alert: Alert, text: str = "They have begun to dig.") -> Addition:
    """An addition, as the reporter's receipt code lets one in; without what follows from it."""
    with writing(SYSTEM, "tests.prepared") as log:
        addition = Addition(alert=alert, subject=alert.subject, text=seal(alert.subject, text))
        log.save(addition)
    return addition
