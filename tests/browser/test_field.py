"""From a report to an accepted hand-over: seven people, both languages, desk and phone, without a barrier."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.barriers import barriers
from tests.browser.visiting import DESK, LANGUAGES, PHONE, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("language", LANGUAGES),
    pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"]),
]
TODAY = datetime.date.today().isoformat()
LONG_AGO = "2025-01-02"


class Day:
    """One person's part of the way: each page is looked at before something is done on it."""

    def __init__(self, visit: Visit, role: str) -> None:
        self.visit, self.page = visit, visit.page
        visit.enter(role)

    def open(self, path: str) -> None:
        """Open a page and look for what keeps somebody out of it."""
        self.visit.go(path)
        assert barriers(self.page) == [], path
        assert self.visit.too_wide() == [], path

    def do(self, path: str, **fields: Any) -> str:
        """Fill in a form and send it; gives where it leads."""
        self.open(path)
        for name, value in fields.items():
            found = self.page.locator(f"main form[method=post] [name={name}]").first
            kind = found.evaluate("e => e.type || e.tagName")
            if kind in ("checkbox", "radio"):
                self.page.locator(f"main form[method=post] [name={name}][value='{value}']").first.check()
            elif kind == "select-one":
                found.select_option(value)
            else:
                found.fill(value)
        before = self.page.url
        self.visit.press_submit()
        self.page.wait_for_url(lambda url: url != before)
        expect(self.page.locator("#faults")).to_have_count(0)
        return self.visit.path


def test_from_a_report_to_an_accepted_hand_over(language, size, visit):
    mark = f"{language}{size['width']}"

    def day(role: str) -> Day:
        return Day(visit(language, viewport=size), role)

    # Somebody reports, without an account and without any script.
    reporter = visit(language, viewport=size, java_script_enabled=False)
    reporter.go("/report/")
    reporter.page.locator("[name=account]").fill(f"عظام عند البئر {mark} (invented)")
    reporter.page.locator("[name=position]").fill("34.8501, 36.4601")
    reporter.page.locator("button[name=do][value=send]").first.click()
    expect(reporter.page.locator("main")).to_contain_text(re.compile(r"\d{4}"))

    # An operator reads it and says what it is.
    operator = day("hotline_operator")
    operator.open("/alerts/list/?sort=-number")
    alert = operator.page.locator("main table a[href^='/alerts/']").first.get_attribute("href")
    operator.open(alert)
    operator.do(f"{alert}acknowledge/", summary=f"Bones beside a well ({mark}).")

    # A duty officer makes an incident and a site of it, and asks for clearance.
    duty = day("duty_officer")
    duty.do(f"{alert}triage/", priority="today")
    duty.do(f"{alert}incident/", name_en=f"Well {mark}", name_ar=f"بئر {mark}")
    duty.do(f"{alert}site/", name_en=f"Well {mark}", name_ar=f"بئر {mark}")
    duty.open(alert)
    site = duty.page.locator("main a[href^='/sites/']").first.get_attribute("href")
    incident = duty.page.locator("main a[href^='/incidents/']").first.get_attribute("href")
    duty.do(f"{site}state/verified/", reason="Two people saw bones.")
    duty.do(f"{site}state/secured/", reason="Closed off with tape.")
    duty.do(f"{site}clearances/request/")
    duty.open(site)

    # Before it is cleared, no mission goes.
    leader = day("team_leader")
    mission = leader.do(
        f"{site}missions/plan/", planned_for=TODAY, plan="Walk in lines.", team="Somebody invented, recorder"
    )
    leader.open(f"{mission}briefing/")
    leader.page.locator("main textarea").first.fill("Stay between the tapes.")
    for box in leader.page.locator("main [name=members]").all():
        box.check()
    leader.visit.press_submit()
    leader.page.wait_for_url(f"**{mission}")
    duty.open(f"{mission}release/")
    assert duty.page.locator("main form[method=post]").count() == 0, "no release before clearance"

    clearance = day("clearance_officer")
    clearance.do(
        f"{site}clearances/record/", result="cleared", organisation="Demining group", method="detector",
        done_on=LONG_AGO, reference=f"C-{mark}",
    )  # fmt: skip
    duty.do(f"{mission}release/")
    leader.do(f"{mission}start/")
    leader.open("/field/")
    leader.open(f"{mission}scene/")
    leader.do(f"{mission}scene/conditions/", **{"q-weather": "clear", "q-light": "day", "q-ground": "dry"})

    # A unit is recorded, taken into custody with its seal, and offered.
    recorder = day("recorder")
    unit = recorder.do(
        f"{incident}units/record/?mission={mission.split('/')[-2]}", kind="body", field_label=f"bag {mark}"
    )
    recorder.open(unit)
    number = unit.split("/")[-2]
    recorder.do("/custody/take/", things=f"{number}; S-{mark}")
    recorder.open(f"/custody/things/{number}/")
    offer = recorder.do(
        "/custody/offer/", things=number, to_office=_office(recorder, "FMD"), purpose="Examination"
    )
    recorder.open(offer)
    assert recorder.page.locator("main [name$=seal]").count() == 0, "nobody accepts their own offer"

    # The custodian reads the seal on the bag and types it in.
    custodian = day("custodian")
    custodian.open(offer)
    assert f"S-{mark}" not in custodian.page.content(), "the given seal is not shown to who reads it back"
    custodian.page.locator("main [name$=seal]").first.fill(f"s-{mark.upper()}")
    custodian.visit.press("Receive what is filled in" if language == "en" else "استلام ما مُلئ")
    expect(custodian.page.locator(".message.success")).to_be_visible()
    custodian.open(f"/custody/things/{number}/")
    custodian.visit.reads("Forensic medicine" if language == "en" else "دائرة الطب الشرعي")


def _office(day: Day, code: str) -> str:
    """What stands for an office in a choice of offices."""
    day.open("/custody/offer/")
    names = {"FMD": re.compile("Forensic medicine|الطب الشرعي")}
    found = day.page.locator("[name=to_office] option").filter(has_text=names[code])
    return str(found.first.get_attribute("value"))
