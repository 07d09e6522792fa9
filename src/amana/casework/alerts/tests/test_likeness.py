"""Likely duplicates: by distance, time and words, with their reasons, opened in memory and on record."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone, translation

from amana.casework.alerts.models import Alert, Likeness
from amana.casework.alerts.services import likeness as services
from amana.casework.alerts.services.likeness import box, find
from amana.casework.alerts.services.triage import acknowledge
from amana.casework.alerts.showing_alert import reasons
from amana.casework.alerts.tests.desk import ACCOUNT, ACCOUNT_AR, WHERE, acknowledged, reported
from amana.casework.audit.models import Entry
from amana.casework.audit.protection import erase_subject

OTHER = "A burnt car stands in the field where two people were seen with shovels yesterday evening."
DAY = datetime.date(2024, 12, 20)


@pytest.fixture
def duty(person):
    return person("duty_officer")


def near(metres_north, **fields):
    return {**WHERE, "latitude": WHERE["latitude"] + metres_north / 110_950, **fields}


def test_they_are_found_when_an_alert_is_acknowledged(duty):
    other = reported(duty, **WHERE, seen_on=DAY)
    far = reported(duty, **near(9000))
    alert = acknowledge(duty, reported(duty, **near(30), seen_on=DAY), "Remains.")
    (found,) = Likeness.objects.filter(alert=alert)
    assert found.other == other != far
    assert found.score == 1.0
    assert found.distance_m == pytest.approx(30, abs=0.5)
    assert (found.days, found.words_common, found.words_of) == (0.0, 11, 11)


def test_the_reasons_in_both_languages(duty):
    reported(duty, **WHERE, seen_on=DAY)
    alert = reported(duty, ACCOUNT[:40] + " Somebody painted numbers there.", **near(120), seen_on=DAY)
    (found,) = find(duty, alert)
    with translation.override("en"):
        assert reasons(found) == [
            "120 m apart, farther than their uncertainty together (40 m)",
            "Seen on the same day",
            "5 of 8 words in common",
        ]
    with translation.override("ar"):
        said = " ".join(reasons(found))
    assert "120" in said
    assert "apart" not in said
    wide = reported(duty, OTHER, **near(10, uncertainty_m=500.0), seen_on=DAY - datetime.timedelta(days=3))
    found = next(f for f in find(duty, wide) if f.other != alert)
    with translation.override("en"):
        assert reasons(found)[:2] == [
            "10 m apart, within their uncertainty together (520 m)",
            "Seen 3 days apart",
        ]


def test_far_apart_the_same_words_say_nothing(duty):
    reported(duty, **near(4000))
    assert find(duty, reported(duty, **WHERE)) == []


def test_one_named_place_within_the_time_window(duty):
    same = reported(duty, ACCOUNT, pcode="SY0401001")
    reported(duty, OTHER, pcode="SY0401001")
    reported(duty, ACCOUNT, pcode="SY0401001", received_at=timezone.now() - datetime.timedelta(days=200))
    reported(duty, ACCOUNT, pcode="SY0401002")
    (found,) = find(duty, reported(duty, ACCOUNT, pcode="SY0401001"))
    assert found.other == same
    assert found.distance_m is None
    with translation.override("en"):
        assert reasons(found) == [
            "The same named place",
            "Reported within a day of each other",
            "11 of 11 words in common",
        ]


def test_two_scripts_are_not_compared_by_words(duty):
    reported(duty, ACCOUNT_AR, **WHERE)
    (found,) = find(duty, reported(duty, ACCOUNT, **WHERE))
    assert (found.words_common, found.words_of) == (None, None)
    (found, *_) = find(duty, reported(duty, ACCOUNT_AR.replace("المدرسة", "المدرسه"), **WHERE))
    assert found.words_common == found.words_of


def test_that_accounts_were_opened_is_on_record_and_they_stay_sealed(duty):
    other, alert = reported(duty, **WHERE), reported(duty, **WHERE)
    find(duty, alert)
    entry = Entry.objects.get(action="protected.compared")
    assert entry.object_id == str(alert.pk)
    assert alert.number in entry.values
    assert other.number in entry.values
    assert "skulls" not in entry.values
    assert not Entry.objects.filter(values__contains="skulls").exists()


def test_nothing_is_opened_where_nothing_is_near(duty):
    find(duty, reported(duty, **WHERE))
    assert not Entry.objects.filter(action="protected.compared").exists()


def test_only_own_office_and_with_the_right(duty, person):
    reported(person("duty_officer", "FMD"), **WHERE)
    alert = reported(duty, **WHERE)
    assert find(duty, alert) == []
    with pytest.raises(PermissionDenied):
        find(person("team_leader"), alert)


def test_merged_ones_and_pairs_that_are_known_are_not_found_twice(duty):
    one, other = reported(duty, **WHERE), reported(duty, **WHERE)
    find(duty, one)
    find(duty, other)
    find(duty, other)
    assert Likeness.objects.count() == 1


@pytest.mark.parametrize("rows", [3, 60])
def test_a_bounded_number_of_questions(duty, rows, django_assert_max_num_queries):
    for _ in range(rows):
        reported(duty, **WHERE)
    alert = reported(duty, **WHERE)
    with django_assert_max_num_queries(20):
        assert len(find(duty, alert)) == min(rows, services.KEPT)


def test_a_box_around_the_date_line_and_the_pole(duty):
    for place in ((0.0, 179.999), (0.0, -179.999), (89.9999, 10.0), (89.9999, -170.0), (0.0, 178.0)):
        reported(duty, latitude=place[0], longitude=place[1])
    assert Alert.objects.filter(box(0.0, 179.999, 1000)).count() == 2
    assert Alert.objects.filter(box(0.0, -179.999, 1000)).count() == 2
    assert Alert.objects.filter(box(89.9999, 10.0, 200_000)).count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_erased_account_is_compared_by_place_alone(duty, person):
    other = reported(duty, **WHERE)
    alert = acknowledged(duty, **WHERE)
    erase_subject(person("data_protection_officer"), other.subject, "withdrawn-consent", "asked for it")
    (found,) = find(duty, alert)
    assert found.words_common is None


@pytest.mark.django_db(transaction=True)
def test_two_who_compare_one_pair_from_both_sides_make_one_row(duty):
    pair = [reported(duty, **WHERE) for _ in range(2)]
    start, failed = threading.Barrier(2), []

    def work(alert):
        try:
            start.wait(timeout=30)
            find(duty, alert)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(a,)) for a in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert Likeness.objects.count() == 1
