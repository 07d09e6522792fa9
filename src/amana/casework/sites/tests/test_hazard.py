from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.audit.models import Entry
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.sites import rules, services
from amana.casework.sites.models import Clearance, Site, Waiver
from amana.casework.sites.signals import hazard_fell
from amana.casework.sites.tests.places import EXAMINED, cleared, codes, faults, fresh, waived


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


@pytest.fixture
def officer(person):
    return person("clearance_officer")


@pytest.fixture
def site(by):
    return fresh(by)


@pytest.fixture
def fell():
    """What other stations were told."""
    told = []

    def receive(sender, site, log, why, **_):
        log.note("tests", "told", {"why": why})  # in the same transaction
        told.append((site.hazard, why))

    hazard_fell.connect(receive)
    yield told
    hazard_fell.disconnect(receive)


def now(site):
    return Site.objects.get(pk=site.pk)


def until(days):
    return timezone.now() + datetime.timedelta(days=days)


def ask(by, site, days=3, **fields):
    given = {"reason": "rain", "measures": "a marked lane", "until": until(days), **fields}
    return services.ask_waiver(by, site, **given)


def test_the_hazard_is_always_the_newest_clearance(by, officer, site):
    assert (now(site).hazard, rules.newest_clearance(site)) == ("unknown", None)
    for write in (
        lambda: services.request_clearance(by, site, area="all"),
        lambda: cleared(officer, site, "restricted"),
        lambda: cleared(officer, site),
        lambda: services.reopen_hazard(by, site, "a shell in the ditch"),
        lambda: cleared(officer, site, "not_clearable"),
    ):
        made = write()
        assert (now(site).hazard, rules.newest_clearance(site)) == (made.result, made)
    assert Clearance.objects.count() == 5
    assert Entry.objects.filter(action="sites.site.hazard-changed").count() == 5


def test_a_clock_set_back_does_not_make_an_older_clearance_the_newest(officer, site, monkeypatch):
    first = cleared(officer, site)
    monkeypatch.setattr(
        Clearance._meta.get_field("at"), "default", lambda: first.at - datetime.timedelta(days=1)
    )
    second = cleared(officer, site, "restricted")
    assert second.at > first.at
    assert (now(site).hazard, rules.newest_clearance(site)) == ("restricted", second)


def test_only_the_clearance_officer_of_the_office_records_what_was_found(by, site, person):
    for other in (by, person("team_leader"), person("clearance_officer", "FMD")):
        with pytest.raises(PermissionDenied):
            cleared(other, site)
    assert now(site).hazard == "unknown"


def test_a_clearance_says_who_how_when_and_where(officer, site):
    nothing = {"organisation": "", "method": " ", "reference": "", "done_on": None}
    assert faults(services.record_clearance, officer, site, result="cleared", **nothing) == {
        ("record.needs", None, f) for f in nothing
    }
    assert faults(services.record_clearance, officer, site, result="restricted", **EXAMINED) == {
        ("record.needs", None, "area"), ("record.needs", None, "note")
    }  # fmt: skip
    assert codes(services.record_clearance, officer, site, result="not_clearable", **EXAMINED) == {
        "record.needs"
    }
    assert codes(services.record_clearance, officer, site, result="unknown", **EXAMINED) == {
        "sites.not-a-result"
    }
    tomorrow = {"done_on": rules.today() + datetime.timedelta(days=1)}
    assert codes(cleared, officer, site, **tomorrow) == {"sites.in-future"}
    assert not Clearance.objects.exists()


def test_clearance_is_asked_for_once_and_not_of_a_cleared_site(by, officer, site):
    services.request_clearance(by, site)
    assert codes(services.request_clearance, by, site) == {"sites.clearance-requested"}
    cleared(officer, site)
    assert codes(services.request_clearance, by, site) == {"sites.clearance-cleared"}


def test_a_page_that_is_out_of_date_records_no_clearance(by, officer, site):
    asked = services.request_clearance(by, site, seen="")
    assert codes(cleared, officer, site, seen="") == {"sites.hazard-changed-meanwhile"}
    done = cleared(officer, site, seen=str(asked.pk))
    assert codes(services.request_clearance, by, site, seen=str(asked.pk)) == {
        "sites.hazard-changed-meanwhile"
    }
    # A warning is never too late.
    assert services.reopen_hazard(by, site, "a mine").at > done.at


def test_anybody_who_records_sites_and_sees_this_one_may_warn(by, officer, site, person):
    cleared(officer, site)
    for stranger in (person("recorder", "PAR"), person("photographer"), person("clearance_officer", "FMD")):
        with pytest.raises(PermissionDenied):
            services.reopen_hazard(stranger, site, "a mine")
    assert codes(services.reopen_hazard, by, site, " ") == {"record.needs"}
    services.reopen_hazard(person("recorder", "FMD"), site, "a mine beside the path")
    assert now(site).hazard == "unknown"


def test_a_warning_leaves_a_request_standing(by, site):
    services.request_clearance(by, site)
    services.reopen_hazard(by, site, "a second mine")
    assert now(site).hazard == "requested"


@pytest.mark.parametrize("result", ["unknown", "requested", "not_clearable", "restricted"])
def test_nothing_but_clearance_or_a_waiver_releases(by, officer, site, result):
    if result == "requested":
        services.request_clearance(by, site)
    elif result != "unknown":
        cleared(officer, site, result)
    found = rules.may_release(now(site))
    expected = "sites.needs-waiver" if result == "restricted" else "sites.hazard-not-cleared"
    assert [p.code for p in found] == [expected]


def test_a_cleared_site_releases_on_its_clearance(officer, site):
    done = cleared(officer, site)
    found = rules.may_release(now(site))
    assert (found.ground, found.clearance, found.waiver) == (f"cleared {done.pk}", done, None)


def test_a_hazard_without_its_clearance_releases_nothing(site):
    """A row that somebody changed behind the program's back."""
    with writing(SYSTEM, "tests.prepared") as log:
        site.hazard = "cleared"
        log.save(site)
    assert [p.code for p in rules.may_release(site)] == ["sites.hazard-not-cleared"]


def test_a_waiver_is_asked_by_one_and_agreed_by_another(by, officer, site, person):
    assert codes(ask, by, site) == {"sites.waiver-only-restricted"}
    cleared(officer, site, "restricted")
    with pytest.raises(PermissionDenied):
        ask(person("recorder"), site)
    asked = ask(by, site)
    assert isinstance(rules.may_release(now(site)), list)
    assert codes(services.agree_waiver, by, asked) == {"sites.second-person"}
    with pytest.raises(PermissionDenied):
        services.agree_waiver(person("recorder"), asked)
    with pytest.raises(PermissionDenied):
        services.agree_waiver(person("team_leader", "FMD"), asked)
    agreed = services.agree_waiver(officer, asked)
    found = rules.may_release(now(site))
    assert (found.ground, found.waiver, found.until) == (f"waiver {agreed.pk}", agreed, agreed.until)
    assert codes(services.agree_waiver, person("team_leader"), asked) == {"sites.waiver-waits-no-more"}


@pytest.mark.parametrize("days", [-1, 31])
def test_a_waiver_is_short(by, officer, site, days):
    cleared(officer, site, "restricted")
    assert faults(ask, by, site, days) == {("sites.waiver-until", None, "until")}
    assert codes(ask, by, site, reason=" ", measures="") == {"record.needs"}
    assert not Waiver.objects.exists()


def test_one_waiver_waits_at_a_time_and_the_next_may_be_asked_before_the_end(by, officer, site, person):
    cleared(officer, site, "restricted")
    waived(by, officer, site, days=1)
    ask(by, site, days=2)
    assert codes(ask, person("team_leader"), site) == {"sites.waiver-waits"}


def test_a_waiver_ends_when_its_time_is_over(by, officer, site, monkeypatch):
    cleared(officer, site, "restricted")
    agreed = waived(by, officer, site, days=2)
    later = until(3)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert not Waiver.objects.get(pk=agreed.pk).holds
    assert [p.code for p in rules.may_release(now(site))] == ["sites.needs-waiver"]


def test_a_waiver_ends_with_its_clearance(by, officer, site, person):
    cleared(officer, site, "restricted")
    agreed = waived(by, officer, site)
    waiting = ask(by, site, days=5)
    cleared(officer, site, "restricted", area="less")
    for waiver in Waiver.objects.filter(pk__in=[agreed.pk, waiting.pk]):
        assert (waiver.revoked_at is not None, waiver.revoked_by) == (True, None)
    assert codes(services.agree_waiver, officer, waiting) == {"sites.waiver-waits-no-more"}
    assert isinstance(rules.may_release(now(site)), list)
    assert Entry.objects.filter(action="sites.waiver.ended").count() == 2


def test_anybody_who_may_waive_may_end_a_waiver(by, officer, site, person, fell):
    cleared(officer, site, "restricted")
    agreed = waived(by, officer, site)
    assert codes(services.revoke_waiver, by, agreed, " ") == {"record.needs"}
    with pytest.raises(PermissionDenied):
        services.revoke_waiver(person("recorder"), agreed, "why")
    services.revoke_waiver(person("team_leader"), agreed, "the lane is flooded")
    assert fell == [("restricted", "waiver")]
    assert isinstance(rules.may_release(now(site)), list)
    assert codes(services.revoke_waiver, by, agreed, "again") == {"sites.waiver-over"}


def test_a_waiver_that_waits_can_be_refused_and_nobody_is_recalled(by, officer, site, fell):
    cleared(officer, site, "restricted")
    services.revoke_waiver(officer, ask(by, site), "not safe enough")
    assert fell == []


def test_other_stations_are_told_when_the_hazard_falls_back(by, officer, site, fell):
    services.request_clearance(by, site)
    cleared(officer, site, "restricted")
    assert fell == []
    cleared(officer, site)
    assert fell == []
    services.reopen_hazard(by, site, "a mine")
    assert fell == [("unknown", "hazard")]
    cleared(officer, site)
    cleared(officer, site, "restricted")
    assert fell[1:] == [("restricted", "hazard")]
    assert Entry.objects.filter(object_type="tests").count() == 2


def test_a_receiver_that_fails_leaves_the_hazard_as_it_was(by, officer, site):
    def fail(**_):
        raise RuntimeError("the missions could not be recalled")

    cleared(officer, site)
    hazard_fell.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            services.reopen_hazard(by, site, "a mine")
    finally:
        hazard_fell.disconnect(fail)
    assert (now(site).hazard, Clearance.objects.count()) == ("cleared", 1)


def test_what_was_missing_when_something_was_lifted(by, officer, site, person):
    from amana.casework.sites.tests.places import authorised, mission

    before = timezone.now()
    assert rules.irregular(None) == ["hazard", "mission", "authority"]
    assert rules.irregular(site) == ["hazard", "mission", "authority"]
    cleared(officer, site)
    authorised(by, site)
    released = mission(by, site, "released", released_at=timezone.now())
    assert rules.irregular(site, released) == []
    assert rules.irregular(site, mission(by, site)) == ["mission"]
    assert rules.irregular(site, released, before) == ["hazard", "mission"]
    services.reopen_hazard(by, site, "a mine")
    assert rules.irregular(site, released) == ["hazard"]
    cleared(officer, site, "restricted")
    assert rules.irregular(site, released) == ["hazard"]
    waived(by, officer, site)
    assert rules.irregular(site, released) == []
