from __future__ import annotations

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from amana.casework.accounts.models import Token
from amana.casework.audit.models import Entry
from amana.casework.audit.writing import SYSTEM, writing
from amana.casework.numbers.models import Block, Series
from amana.casework.numbers.services import (
    LARGEST_RUNNING,
    belongs_to,
    give_back,
    lease,
    place_of_site,
    take,
)
from amana.numbering import Number, parse
from amana.problems import InputProblems


def device_of(user, **fields):
    device = Token(user=user, kind="device", label="tablet", digest=str(timezone.now().timestamp()), **fields)
    with writing(SYSTEM, "tests.prepared") as log:
        log.save(device)
    return device


def faults(call, *args):
    with pytest.raises(InputProblems) as found:
        call(*args)
    return {(p.code, p.field) for p in found.value.problems}


def taken(office, place, count=1):
    with writing(SYSTEM, "tests.taken") as log:
        return take(log, office, place, count)


def test_numbers_run_on_in_each_series_and_can_be_read_back(offices):
    assert [parse(n).running for n in taken(offices["SCD"], 1, 3)] == [1, 2, 3]
    assert [parse(n) for n in taken(offices["SCD"], 1)] == [Number("SCD", 1, 4)]
    assert [parse(n) for n in taken(offices["FMD"], 1)] == [Number("FMD", 1, 1)]


def test_a_number_is_taken_only_if_the_transaction_is_kept(offices):
    def broken():
        with writing(SYSTEM, "tests.taken") as log:
            take(log, offices["SCD"], 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert parse(taken(offices["SCD"], 1)[0]).running == 1


def test_a_series_that_is_full_says_so(offices):
    taken(offices["SCD"], 1)
    with writing(SYSTEM, "tests.prepared") as log:
        series = Series.objects.get()
        series.next = LARGEST_RUNNING
        log.save(series)
    assert faults(taken, offices["SCD"], 1, 2) == {("numbering.series-full", None)}
    assert parse(taken(offices["SCD"], 1)[0]).running == LARGEST_RUNNING


def test_units_of_a_site_never_share_a_series_with_incidents(offices):
    places = [place_of_site(n) for n in range(1, 200)]
    assert len(set(places)) == len(places)
    assert not set(places) & set(range(90, 100))
    assert places[:89] == list(range(1, 90))


def test_a_block_is_of_one_device_and_of_nobody_else(person):
    by = person("recorder")
    device, other = device_of(by), device_of(by)
    block = lease(by, device, 3, 20)
    assert (block.first, block.last) == (1, 20)
    assert parse(taken(by.office, 3)[0]).running == 21
    assert belongs_to(Number("SCD", 3, 20), device)
    for number in (Number("SCD", 3, 21), Number("SCD", 4, 20), Number("FMD", 3, 20)):
        assert not belongs_to(number, device)
    assert not belongs_to(Number("SCD", 3, 20), other)
    assert Entry.objects.filter(action="numbers.block.leased", object_id=str(block.pk)).count() == 1


def test_a_block_that_is_given_back_is_never_given_again(person):
    by = person("recorder")
    device = device_of(by)
    block = give_back(by, lease(by, device, 3, 5))
    assert block.returned_at is not None
    assert give_back(by, block).returned_at == block.returned_at
    assert lease(by, device, 3, 5).first == 6
    # What the device gave before it came back can still be reported.
    assert belongs_to(Number("SCD", 3, 5), device)


@pytest.mark.parametrize(
    ("place", "count", "fault"),
    [
        (3, 0, ("numbering.block-size", "count")),
        (3, 1001, ("numbering.block-size", "count")),
        (90, 5, ("numbering.not-a-place", "place")),
        (0, 5, ("numbering.not-a-place", "place")),
        (10_000, 5, ("numbering.not-a-place", "place")),
    ],
)
def test_a_lease_outside_its_limits_is_refused(person, place, count, fault):
    by = person("recorder")
    assert faults(lease, by, device_of(by), place, count) == {fault}
    assert not Block.objects.exists()


def test_a_device_out_of_use_gets_no_block_and_a_program_is_no_device(person):
    by = person("recorder")
    revoked = device_of(by, revoked_at=timezone.now())
    assert faults(lease, by, revoked, 3, 5) == {("accounts.token-revoked", "device")}
    program = device_of(by)
    program.kind = Token.Kind.API
    assert faults(lease, by, program, 3, 5) == {("numbering.not-a-device", "device")}


def test_blocks_are_leased_and_returned_within_the_office_by_right(person):
    device = device_of(person("recorder"))
    block = lease(person("team_leader"), device, 3, 5)
    for stranger in (person("recorder", "FMD"), person("hotline_operator")):
        with pytest.raises(PermissionDenied):
            lease(stranger, device, 3, 5)
        with pytest.raises(PermissionDenied):
            give_back(stranger, block)


@pytest.mark.django_db(transaction=True)
def test_two_who_lease_at_once_never_get_the_same_numbers(person):
    by = person("recorder")
    devices = [device_of(by) for _ in range(4)]
    start, failed = threading.Barrier(len(devices)), []

    def work(device):
        try:
            start.wait(timeout=30)
            for _ in range(3):
                lease(by, device, 7, 10)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(d,)) for d in devices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    given = [n for b in Block.objects.all() for n in range(b.first, b.last + 1)]
    assert sorted(given) == list(range(1, 121))
    assert Series.objects.get(prefix="SCD-07").next == 121
