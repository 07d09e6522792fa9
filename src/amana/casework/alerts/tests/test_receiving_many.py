"""Many reports at once have the rules and the entries of single ones."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amana.casework.alerts.models import Alert
from amana.casework.alerts.services.receiving import receive, receive_many
from amana.casework.audit.models import Entry
from amana.casework.audit.protection import found_by, unsealed
from amana.casework.audit.writing import SYSTEM
from amana.names import fold_phone
from amana.problems import InputProblems

pytestmark = pytest.mark.usefixtures("gazetteer")


@pytest.fixture
def operator(person):
    return person("hotline_operator")


def test_a_list_is_kept_with_the_entries_that_single_reports_have(operator):
    at = datetime.datetime(2025, 1, 2, tzinfo=datetime.UTC)
    rows = [
        {"account": f"report {i}", "pcode": "C2680", "phone": f"094412345{i % 10}", "anonymous": False,
         "received_at": at, "channel": "walk_in"}
        for i in range(3)
    ]  # fmt: skip
    alerts = receive_many(operator, rows)
    assert [unsealed(a, "account") for a in alerts] == ["report 0", "report 1", "report 2"]
    assert {a.channel for a in alerts} == {"walk_in"}
    assert {a.since for a in alerts} == {a.received_at for a in alerts} == {at}
    assert all(a.receipt is None and a.due_at > at for a in alerts)
    single, _ = receive(by=operator, channel="phone", account="alone")
    actions = [
        sorted(
            Entry.objects.filter(object_id__in=[str(a.pk), str(a.subject_id)]).values_list(
                "action", flat=True
            )
        )
        for a in (alerts[0], single)
    ]
    assert actions[0] == actions[1]
    assert found_by("phone", fold_phone("0944123451")) == [("alerts.alert", str(alerts[1].pk))]


def test_a_list_costs_few_statements_however_long(operator):
    costs = []
    for n in (10, 400):
        with CaptureQueriesContext(connection) as asked:
            receive_many(
                operator, [{"account": f"{i}", "pcode": "C2680", "phone": f"094412{i:04d}"} for i in range(n)]
            )
        costs.append(len(asked))
    assert costs[1] <= costs[0] + 4


def test_a_list_is_refused_whole_with_every_row_that_is_wrong(operator):
    with pytest.raises(InputProblems) as caught:
        receive_many(operator, [{"account": "good"}, {"account": ""}, {"account": "x", "digging": "?"}])
    assert [(p.row, p.code) for p in caught.value.problems] == [
        (2, "alerts.nothing-said"), (3, "record.unknown-word"),
    ]  # fmt: skip
    assert not Alert.objects.exists()


def test_the_simulation_writes_without_a_person(offices):
    (alert,) = receive_many(SYSTEM, [{"account": "bones"}], office=offices["SCD"])
    assert (alert.office.code, alert.entered_by) == ("SCD", None)
