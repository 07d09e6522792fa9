"""Two alerts of one find: merged, taken apart, related, different."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from amana.casework.alerts.models import Alert, Likeness
from amana.casework.alerts.services.likeness import find
from amana.casework.alerts.services.merging import judge, merge, unmerge
from amana.casework.alerts.services.triage import take
from amana.casework.alerts.tests.desk import WHERE, acknowledged, reported, triaged
from amana.casework.alerts.tests.test_triage import codes, entries


@pytest.fixture
def duty(person):
    return person("duty_officer")


def row(alert):
    return Alert.objects.filter(pk=alert.pk).values().get()


def test_a_merge_is_taken_apart_as_it_was(duty):
    head, alert = triaged(duty), triaged(duty, "week")
    before = row(alert)
    merged = merge(duty, alert, head, "the same well", seen=alert.revision, head_seen=head.revision)
    assert (merged.merged_into, merged.state, merged.due_at) == (head, "triaged", None)
    assert row(head)["revision"] == head.revision
    assert Likeness.objects.get().verdict == "same"
    assert codes(take, duty, merged) == ["alerts.is-merged"]
    apart = unmerge(duty, merged, "two wells", seen=merged.revision)
    after = row(apart)
    assert {k for k in after if after[k] != before[k]} == {"revision", "due_at"}
    assert Likeness.objects.get().verdict == "different"
    assert take(duty, apart).state == "assigned"
    assert entries(alert, "alerts.alert.merged") == entries(alert, "alerts.alert.unmerged") == 1


def test_chains_and_circles_are_refused(duty):
    a, b, c = (acknowledged(duty) for _ in range(3))
    assert codes(merge, duty, a, a, "x") == ["alerts.into-itself"]
    merge(duty, a, b, "same")
    assert codes(merge, duty, b, a, "same") == ["alerts.head-is-merged", "alerts.holds-merged"]
    assert codes(merge, duty, b, c, "same") == ["alerts.holds-merged"]
    assert codes(merge, duty, c, a, "same") == ["alerts.head-is-merged"]
    assert codes(merge, duty, a, c, "same") == ["alerts.is-merged"]
    merge(duty, c, b, "same")
    assert b.merged.count() == 2


def test_both_must_be_as_they_were_shown(duty):
    a, b = acknowledged(duty), triaged(duty)
    take(duty, b)
    assert codes(merge, duty, a, b, "same", seen=a.revision, head_seen=b.revision) == [
        "alerts.changed-meanwhile"
    ]
    assert codes(merge, duty, a, b, " ", seen=9) == ["record.needs-reason", "alerts.changed-meanwhile"]
    merged = merge(duty, a, b, "same")
    assert codes(unmerge, duty, merged, "", seen=0) == ["record.needs-reason", "alerts.changed-meanwhile"]
    assert codes(unmerge, duty, b, "x") == ["alerts.not-merged"]


def test_who_may_not_triage_does_not_merge_nor_across_offices(duty, person):
    a, b, theirs = reported(duty), reported(duty), reported(person("duty_officer", "FMD"))
    for by, head in ((person("hotline_operator"), b), (duty, theirs)):
        with pytest.raises(PermissionDenied):
            merge(by, a, head, "same")
    merged = merge(duty, a, b, "same")
    with pytest.raises(PermissionDenied):
        unmerge(person("hotline_operator"), merged, "x")


def test_a_likeness_is_judged(duty):
    older, newer = acknowledged(duty, **WHERE), acknowledged(duty, **WHERE)
    (likeness,) = find(duty, newer)
    assert judge(duty, likeness, "related").verdict == "related"
    assert find(duty, newer)[0].verdict == "related"  # what a person said stays
    assert judge(duty, likeness, "open").judged_by is None
    assert judge(duty, likeness, "same", reason="one well").verdict == "same"
    newer.refresh_from_db()
    assert newer.merged_into == older
    assert codes(judge, duty, likeness, "different") == ["alerts.unmerge-first"]
    unmerge(duty, newer, "two wells")
    assert codes(judge, duty, likeness, "perhaps") == ["record.unknown-word"]
    likeness.refresh_from_db()
    judge(duty, likeness, "same", reason="one well after all", into=newer)
    older.refresh_from_db()
    assert older.merged_into == newer
