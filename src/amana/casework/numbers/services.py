"""Taking the next number, and leasing blocks of them to devices."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from amana.casework.accounts.models import Office, Token
from amana.casework.audit.writing import Log, writing
from amana.casework.numbers.models import Block, Series
from amana.numbering import Number
from amana.problems import InputProblem, InputProblems

# The second part of a number says what it numbers; missions and spots of units use 1 to 89.
INCIDENT, SITE, MISSING, FAMILY, RELATIVE, SAMPLE, RUN, CANDIDATE = 90, 91, 92, 93, 94, 95, 96, 97
LARGEST_BLOCK = 1000


def take(log: Log, office: Office, place: int, count: int = 1) -> list[str]:
    """The next `count` numbers of an office for a kind of thing, or for a place.

    Inside the transaction of `log`: a number is taken only if what it numbers is saved.
    """
    series = _locked(log, f"{office.code}-{place:02d}")
    first = series.next
    series.next = first + count
    log.save(series, "numbers.taken")
    return [str(Number(office.code, place, n)) for n in range(first, first + count)]


def _locked(log: Log, prefix: str) -> Series:
    found = Series.objects.select_for_update().filter(prefix=prefix).first()
    if found is None:
        found = Series(prefix=prefix)
        log.save(found, "numbers.series.begun")
    return found


def lease(by: Any, device: Token, place: int, count: int) -> Block:
    """Set `count` numbers aside for one device, which may give them without a connection.

    Raises
    ------
    InputProblems
        For a count outside 1 … 1000 or a device that was revoked.
    """
    problems = []
    if not 1 <= count <= LARGEST_BLOCK:
        problems.append(
            InputProblem(
                "numbering.block-size", field="count", params={"given": count, "most": LARGEST_BLOCK}
            )
        )
    if device.revoked_at is not None:
        problems.append(
            InputProblem("accounts.token-revoked", field="device", params={"device": device.label})
        )
    if problems:
        raise InputProblems(problems)
    with writing(by, "numbers.block.leased", may="recovery.record", on=device.user) as log:
        series = _locked(log, f"{device.user.office.code}-{place:02d}")
        block = Block(series=series, device=device, first=series.next, last=series.next + count - 1)
        series.next += count
        log.save(series)
        log.save(block)
    return block


def give_back(by: Any, block: Block) -> Block:
    """End a lease: no number of it is given any more; those not used stay unused for good."""
    with writing(by, "numbers.block.returned", may="recovery.record", on=block.device.user) as log:
        block = Block.objects.select_for_update().get(pk=block.pk)
        if block.returned_at is None:
            block.returned_at = timezone.now()
            log.save(block)
    return block


def belongs_to(number: Number, device: Token) -> bool:
    """Whether a number that a device reports comes from a block leased to it."""
    prefix = f"{number.office}-{number.place:02d}"
    return Block.objects.filter(
        device=device, series__prefix=prefix, first__lte=number.running, last__gte=number.running
    ).exists()
