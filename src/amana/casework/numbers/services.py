"""Taking the next number, and leasing blocks of them to devices."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from amana.casework.accounts.models import Office, Token
from amana.casework.audit.writing import Log, writing
from amana.casework.numbers.models import Block, Series
from amana.numbering import Number
from amana.problems import InputProblem, InputProblems

# The second part of a number says what it numbers.  Units have their mission or their site there; what stands
# for a mission or a site skips these.
INCIDENT, SITE, MISSING, FAMILY, RELATIVE, SAMPLE, RUN, CANDIDATE, ALERT, MISSION = range(90, 100)
EFFECT, TRANSFER, CARRIER, DISCREPANCY, STOCKTAKE, SURRENDER, BATCH, STORE = range(9900, 9908)
RESERVED = frozenset((*range(90, 100), *range(9900, 10_000)))
ANYWHERE = 1
"""Stands in a unit's number where neither a mission nor the site has a place of its own."""
FIRST_MISSION, LAST_MISSION = 1000, 9899
LARGEST_BLOCK = 1000
LARGEST_PLACE, LARGEST_RUNNING = 9999, 999_999


def take(log: Log, office: Office, place: int, count: int = 1) -> list[str]:
    """The next `count` numbers of an office for a kind of thing, or for a place.

    Inside the transaction of `log`: a number is taken only if what it numbers is saved.

    Raises
    ------
    InputProblems
        When the series has no more.
    """
    series, first = _advanced(log, f"{office.code}-{place:02d}", count)
    log.save(series, "numbers.taken")
    return [str(Number(office.code, place, n)) for n in range(first, first + count)]


def place_of_site(running: int) -> int:
    """What stands for a site in the numbers of its units: its own running number, past the reserved ones.

    Below 1000, where missions begin; :data:`ANYWHERE` for the sites after those.
    """
    place = running if running < INCIDENT else running + 10
    return place if place < FIRST_MISSION else ANYWHERE


def place_of_mission(running: int) -> int:
    """What stands for a mission in the numbers of its units: four digits, from 1000."""
    place = FIRST_MISSION - 1 + running
    return place if place <= LAST_MISSION else ANYWHERE


def lease(by: Any, device: Token, place: int, count: int) -> Block:
    """Set `count` numbers aside for one device, which may give them without a connection.

    Raises
    ------
    InputProblems
        For a count outside 1 … 1000, a place that is not one of units, or something that is not a device
        in use.
    """
    problems = []
    if not 1 <= count <= LARGEST_BLOCK:
        params = {"given": count, "most": LARGEST_BLOCK}
        problems.append(InputProblem("numbering.block-size", field="count", params=params))
    if not 1 <= place <= LARGEST_PLACE or place in RESERVED:
        problems.append(InputProblem("numbering.not-a-place", field="place", params={"given": place}))
    if device.kind != Token.Kind.DEVICE:
        problems.append(InputProblem("numbering.not-a-device", field="device"))
    if device.revoked_at is not None:
        problems.append(
            InputProblem("accounts.token-revoked", field="device", params={"device": device.label})
        )
    if problems:
        raise InputProblems(problems)
    with writing(by, "numbers.block.leased", may="recovery.record", on=device.user) as log:
        series, first = _advanced(log, f"{device.user.office.code}-{place:02d}", count)
        block = Block(series=series, device=device, first=first, last=first + count - 1)
        log.save(series, "numbers.taken")
        log.save(block)
    return block


def give_back(by: Any, block: Block) -> Block:
    """End a lease: no number of it is given any more; those not used stay unused for good.

    What the device gave before can still be reported.
    """
    with writing(by, "numbers.block.returned", may="recovery.record", on=block.device.user) as log:
        block = Block.objects.select_for_update().get(pk=block.pk)
        if block.returned_at is None:
            block.returned_at = timezone.now()
            log.save(block)
    return block


def belongs_to(number: Number, device: Token) -> bool:
    """Whether a number that a device reports comes from a block leased to it."""
    return leased_to([device])(number, device)


def leased_to(devices: Iterable[Token]) -> Callable[[Number, Token], bool]:
    """:func:`belongs_to` for many numbers of some devices, read once.

    Inside a transaction the blocks are locked, so that one number reported twice at the same moment is seen.
    """
    blocks = Block.objects.filter(device__in={d.pk for d in devices}).select_related("series")
    if transaction.get_connection().in_atomic_block:
        blocks = blocks.select_for_update(of=("self",))
    found: dict[tuple[Any, str], list[range]] = {}
    for block in blocks:
        key = (block.device_id, block.series.prefix)
        found.setdefault(key, []).append(range(block.first, block.last + 1))

    def belongs(number: Number, device: Token) -> bool:
        ranges = found.get((device.pk, f"{number.office}-{number.place:02d}"), ())
        return any(number.running in r for r in ranges)

    return belongs


def _advanced(log: Log, prefix: str, count: int) -> tuple[Series, int]:
    """The locked series moved on by `count`, not yet saved, and the first number that was taken."""
    series = _locked(log, prefix)
    first = series.next
    if first + count - 1 > LARGEST_RUNNING:
        params = {"series": prefix, "most": LARGEST_RUNNING}
        raise InputProblems([InputProblem("numbering.series-full", params=params)])
    series.next = first + count
    return series, first


def _locked(log: Log, prefix: str) -> Series:
    found = Series.objects.select_for_update().filter(prefix=prefix).first()
    if found is not None:
        return found
    fresh = Series(prefix=prefix)
    try:
        with writing(log.actor, "numbers.series.begun") as own:
            own.save(fresh)
    except IntegrityError:
        # Somebody else began it between the two statements, and has committed by now.
        return Series.objects.select_for_update().get(prefix=prefix)
    return fresh
