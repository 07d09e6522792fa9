"""A row or an event that was changed past the services is found."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.custody import services
from amana.casework.custody.checking import check_custody
from amana.casework.custody.models import Event, Item, Transfer
from amana.casework.custody.services.book import EFFECTS
from amana.casework.custody.services.things import new_item

pytestmark = pytest.mark.django_db


def change(row, **fields):
    """Past the services, but with the log: what a faulty program could do."""
    for name, value in fields.items():
        setattr(row, name, value)
    with writing(SYSTEM, "tests.changed") as log:
        log.save(row)


def found():
    return {(p.code, p.params.get("column")) for p in check_custody()}


def test_a_row_that_says_something_else_is_named(place):
    item, _ = place.given(2)
    for column, value in (
        ("state", "disputed"), ("holder_office", place.scd), ("holder", place.recorder), ("seal", "A-9"),
        ("seq", 2), ("since", item.last_at.replace(year=2020)), ("last_at", None),
        ("checked_at", item.last_at), ("store", services.add_store(place.custodian, name="R", kind="room")),
    ):  # fmt: skip
        kept = getattr(item, column)
        change(item, **{column: value})
        named = Item._meta.get_field(column).attname
        assert ("custody.check-row", named) in found()
        change(item, **{column: kept})
    assert found() == set()


def test_an_event_that_does_not_follow_is_named(place):
    (item,) = place.given(1)
    event = Event(
        item=item, seq=item.seq + 2, kind="accepted", at=item.last_at, by=place.recorder, to_office=place.lab,
        from_office=place.scd, since=item.last_at, seal="Z-1", transfer=Transfer.objects.get(),
    )  # fmt: skip
    with writing(SYSTEM, "tests.changed") as log:
        log.save(event)
    names = {column for code, column in found() if code == "custody.check-event"}
    assert names == {"seq", "kind", "from_office", "seal", "by"}


def test_a_thing_without_events_an_offer_without_a_line_and_a_wrong_transfer_are_named(place):
    (unit,) = place.units()
    with writing(SYSTEM, "tests.changed") as log:
        log.save(new_item(unit))
    transfer = place.offered(1)
    change(transfer.lines.get(), outcome="withdrawn")
    change(transfer, things=7)
    assert {"custody.check-no-event", "custody.check-offered", "custody.check-transfer"} <= {
        code for code, _ in found()
    }


def test_a_dispute_that_nobody_follows_is_named(place):
    (item,) = place.held(1)
    change(item, state="disputed")
    assert ("custody.check-disputed", None) in found()


def test_it_takes_the_same_few_statements_for_many(place, django_assert_max_num_queries):
    place.given(30)
    with django_assert_max_num_queries(12):
        assert check_custody() == []


def test_every_kind_of_event_has_an_effect():
    assert set(EFFECTS) == set(Event.Kind.values)
    assert QuerySet  # the managers of records refuse to write
