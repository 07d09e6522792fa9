from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.audit.models import Entry
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.incidents.tests.field import lifted, opened, site_of
from amana.casework.sites import rules, services
from amana.casework.sites.models import Dismissal, Site, Stage
from amana.casework.sites.tests.places import (
    authorised,
    codes,
    fresh,
    in_work,
    mission,
    to,
)

State = Site.State


@pytest.fixture
def by(person):
    return person("duty_officer+recorder")


@pytest.fixture
def site(by):
    return fresh(by)


def path(site):
    return list(Stage.objects.filter(site=site).order_by("at").values_list("before", "after"))


def test_the_whole_path_is_kept_with_who_when_and_why(by, site):
    in_work(by, site)
    to(by, site, "covered")
    services.set_watch(by, site, 30, "far away")
    to(by, site, "monitored")
    assert path(site) == [
        ("suspected", "verified"), ("verified", "secured"), ("secured", "authorised"),
        ("authorised", "in_work"), ("in_work", "covered"), ("covered", "monitored"),
    ]  # fmt: skip
    stage = Stage.objects.get(after="verified")
    assert (stage.by, stage.reason) == (by, "now verified")
    site.refresh_from_db()
    assert site.state_since == Stage.objects.get(after="monitored").at
    assert Entry.objects.filter(action="sites.site.covered").count() == 2  # the site and its stage


@pytest.mark.parametrize(
    ("before", "after"),
    [("suspected", "secured"), ("suspected", "in_work"), ("suspected", "completed"),
     ("secured", "authorised"), ("suspected", "disturbed"), ("suspected", "dismissed"),
     ("suspected", "nowhere")],
)  # fmt: skip
def test_a_step_that_there_is_not_is_refused(by, site, before, after):
    if before == "secured":
        to(by, site, "verified", "secured")
    site.refresh_from_db()
    assert codes(services.change_state, by, site, after, "why") == {"sites.no-such-step"}


def test_every_step_says_why(by, site):
    assert codes(services.change_state, by, site, "verified", "  ") == {"record.needs-reason"}
    assert codes(services.change_state, by, site, "verified", "x" * 501) == {"record.too-long"}
    assert not Stage.objects.exists()


def test_a_page_that_is_out_of_date_changes_nothing(by, site):
    to(by, site, "verified")
    assert codes(services.change_state, by, site, "verified", "w", seen="suspected") == {
        "record.changed-meanwhile"
    }
    assert site.state == "suspected"  # as the caller still holds it
    assert codes(services.change_state, by, site, "verified", "w") == {"record.changed-meanwhile"}


def test_another_office_or_role_takes_no_step(by, site, person):
    for other in (person("recorder", "FMD"), person("clearance_officer"), person("custodian")):
        with pytest.raises(PermissionDenied):
            services.change_state(other, site, "verified", "why")


def test_only_a_duty_officer_completes_and_only_when_all_is_dealt_with(by, site, person):
    in_work(by, site)
    recorder = person("recorder")
    with pytest.raises(PermissionDenied):
        services.change_state(recorder, site, "completed", "all is lifted")
    report = services.report_tampering(by, site, kind="digging", words="a fresh hole")
    to(by, Site.objects.get(pk=site.pk), "secured")  # authorised follows
    site = Site.objects.get(pk=site.pk)
    assert site.state == State.AUTHORISED
    services.mission_started(by, site, mission(by, site))
    site.refresh_from_db()
    assert codes(services.change_state, by, site, "completed", "w") == {"sites.tampering-open"}
    services.close_tampering(by, report, "filled and watched")
    running = mission(by, site, "under_way")
    assert codes(services.change_state, by, site, "completed", "w") == {"sites.mission-under-way"}
    with writing(SYSTEM, "tests.prepared") as log:
        running.state = "ended"
        log.save(running)
    assert services.change_state(by, site, "completed", "all is lifted").state == State.COMPLETED


def test_work_begins_with_a_mission_and_only_where_it_is_authorised(by, site):
    assert services.mission_started(by, site, mission(by, site)) is False
    to(by, site, "verified", "secured")
    site.refresh_from_db()
    assert codes(services.change_state, by, site, "in_work", "w") == {"sites.no-such-step"}
    assert services.mission_started(by, site, mission(by, site)) is False
    authorised(by, site)
    site.refresh_from_db()
    assert codes(services.change_state, by, site, "in_work", "w") == {"sites.no-mission-under-way"}
    assert services.mission_started(by, site, mission(by, site)) is True
    stage = Stage.objects.filter(after="in_work").get()
    assert stage.reason.startswith("M-")


def test_a_watched_site_needs_a_day(by, site):
    to(by, in_work(by, site), "covered")
    site.refresh_from_db()
    assert codes(services.change_state, by, site, "monitored", "far") == {"sites.needs-watch"}
    services.set_watch(by, site, 14, "far")
    watched = services.change_state(by, site, "monitored", "far")
    assert watched.watch_next is not None
    assert codes(services.set_watch, by, watched, None, "enough") == {"sites.needs-watch"}


def test_dismissal_needs_two_people_and_a_reason(by, site, person):
    second, recorder = person("duty_officer"), person("recorder")
    assert codes(services.ask_dismissal, by, site, " ") == {"record.needs"}
    asked = services.ask_dismissal(by, site, "sheep bones")
    assert codes(services.ask_dismissal, recorder, site, "sheep") == {"sites.dismissal-waits"}
    assert Site.objects.get(pk=site.pk).state == State.SUSPECTED
    with pytest.raises(PermissionDenied):
        services.look_again(recorder, asked, agrees=True, words="I looked")
    assert codes(services.look_again, by, asked, agrees=True, words="again") == {"sites.second-person"}
    assert codes(services.look_again, second, asked, agrees=True, words="") == {"record.needs"}
    services.look_again(second, asked, agrees=True, words="I looked: sheep")
    assert Site.objects.get(pk=site.pk).state == State.DISMISSED
    assert Stage.objects.get(after="dismissed").reason == "sheep bones"
    assert codes(services.look_again, second, asked, agrees=False, words="no") == {"sites.answered-already"}
    again = Site.objects.get(pk=site.pk)
    assert services.change_state(recorder, again, "suspected", "a new alert").state == State.SUSPECTED


def test_a_second_look_may_keep_the_site(by, site, person):
    asked = services.ask_dismissal(by, site, "nothing")
    services.look_again(person("duty_officer"), asked, agrees=False, words="a human tooth")
    assert Site.objects.get(pk=site.pk).state == State.SUSPECTED
    assert Dismissal.objects.get().agreed is False
    assert services.ask_dismissal(by, site, "an animal's").pk != asked.pk


def test_where_remains_were_lifted_nobody_says_that_there_are_none(by, person):
    incident = opened(by)
    site = site_of(by, incident, spots=1)
    asked = services.ask_dismissal(by, site, "nothing")
    lifted(by, incident, site, count=1)
    second = person("duty_officer")
    assert codes(services.look_again, second, asked, agrees=True, words="w") == {"sites.remains-recorded"}
    other = site_of(by, incident, spots=1)
    lifted(by, incident, other, count=1)
    assert codes(services.ask_dismissal, by, other, "nothing") == {"sites.remains-recorded"}


def test_a_report_of_digging_opens_every_site_again(by, person):
    dismissed = fresh(by)
    services.look_again(
        person("duty_officer"), services.ask_dismissal(by, dismissed, "n"), agrees=True, words="w"
    )
    completed = to(by, in_work(by, fresh(by)), "completed")
    for site in (dismissed, completed):
        services.report_tampering(by, site, kind="digging", words="a fresh hole")
        site = Site.objects.get(pk=site.pk)
        assert site.state == State.DISTURBED
    assert to(by, Site.objects.get(pk=dismissed.pk), "verified").state == State.VERIFIED


def test_the_table_of_steps_names_each_pair_once_and_reaches_every_state():
    pairs = [(s.before, s.after) for s in rules.STEPS]
    assert len(pairs) == len(set(pairs))
    reached, more = {State.SUSPECTED}, True
    while more:
        more = {a for b, a in pairs if b in reached} - reached
        reached |= more
    assert reached == set(State)
    assert {s.may for s in rules.STEPS} == {"", rules.RECORD, rules.CLOSE}


def test_withdrawn_authority_stops_the_work_unless_another_stands(by, site):
    from amana.casework.sites.signals import authorisation_fell

    told = []
    receiver = lambda **k: told.append(k["site"].state)  # noqa: E731
    authorisation_fell.connect(receiver)
    try:
        in_work(by, site)
        other = authorised(by, site, reference="13/2025")
        first = site.authorisations.exclude(pk=other.pk).get()
        services.withdraw_authorisation(by, first, "a mistake")
        assert (Site.objects.get(pk=site.pk).state, told) == ("in_work", [])
        services.withdraw_authorisation(by, other, "the court stopped it")
        assert (Site.objects.get(pk=site.pk).state, told) == ("secured", ["secured"])
        assert Stage.objects.filter(site=site).latest("at").reason == "the court stopped it"
    finally:
        authorisation_fell.disconnect(receiver)
