"""Going through a store with a scanner.

What should be there is what the book says when the stock-taking ends: what was moved away meanwhile is not
missing, and what was put there meanwhile need not have been scanned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amana.casework.audit.writing import writing
from amana.casework.custody.models import Discrepancy, Event, Item, Scan, StockTake, Store
from amana.casework.custody.reading import Read
from amana.casework.custody.rules import HOLD
from amana.casework.custody.services import things as kept
from amana.casework.custody.services.book import Book, may_follow
from amana.casework.custody.services.items import place_faults
from amana.casework.custody.services.opening import Found, open_discrepancies
from amana.casework.incidents.checks import refuse
from amana.casework.numbers.services import STOCKTAKE, take
from amana.problems import InputProblem

_DEEPEST = 12
"""Stores in stores in stores; a slot is never deeper."""


def start(by: Any, store: Store) -> StockTake:
    """Begin to go through a store and what is inside it.

    Raises
    ------
    InputProblems
        For a store out of use, or one that somebody is going through already.
    """
    with writing(by, "custody.stocktake.begun", may=HOLD, on=store) as log:
        (store,) = kept.locked(Store.objects.all(), [store.pk]).values()
        refuse(place_faults(by, store, None))
        if StockTake.objects.filter(store=store, ended_at=None).exists():
            refuse([InputProblem("custody.stocktake-open", field="store", params={"store": store.name})])
        made = StockTake(office=by.office, store=store, by=by, began_at=Book(log, by).now)
        (made.number,) = take(log, by.office, STOCKTAKE)
        log.save(made)
    return made


def stores_within(store: Store) -> set[Any]:
    """Keys of a store and of all that is inside it."""
    inside: dict[Any, list[Any]] = {}
    for key, outer in Store.objects.filter(office=store.office_id).values_list("pk", "within"):
        inside.setdefault(outer, []).append(key)
    found, edge = {store.pk}, [store.pk]
    for _ in range(_DEEPEST):
        edge = [key for outer in edge for key in inside.get(outer, []) if key not in found]
        found.update(edge)
    return found


def expected(stocktake: StockTake) -> Any:
    """What the book says is there now."""
    return Item.objects.filter(
        store__in=stores_within(stocktake.store), holder_office=stocktake.office_id, state=Item.State.HELD
    )


def scan_many(by: Any, stocktake: StockTake, reads: Sequence[Read]) -> list[Scan]:
    """Scan things; what was scanned before is passed over.  Gives the new scans.

    A thing that belongs here is seen; what does not waits for a decision (:func:`settle`).

    Raises
    ------
    InputProblems
        Where the stock-taking has ended, or nothing was scanned.
    """
    with writing(by, "custody.stocktake.scanned", may=HOLD, on=stocktake) as log:
        stocktake = _open(stocktake)
        refuse([] if reads else [InputProblem("custody.nothing-named", field="codes")])
        before = set(Scan.objects.filter(stocktake=stocktake).values_list("read", flat=True))
        new = {(r.number or r.text)[:80]: r for r in reads}
        new = {text: r for text, r in new.items() if text not in before}
        book = Book(log, by)
        rows = {i.number: i for i in book.open(_known(by, [r.number for r in new.values() if r.number]))}
        inside = stores_within(stocktake.store)
        scans = []
        for text, one in new.items():
            item = rows.get(one.number)
            here = item is not None and item.holder_office_id == by.office_id and item.store_id in inside
            lost = item is not None and item.state == Item.State.UNLOCATED
            outcome = Scan.Outcome.EXPECTED if here and not lost else Scan.Outcome.ELSEWHERE
            scans.append(
                Scan(
                    stocktake=stocktake, read=text, item=item, by=by, at=book.now,
                    outcome=outcome if item is not None else Scan.Outcome.UNKNOWN,
                )
            )  # fmt: skip
            if item is not None and here and may_follow(item, Event.Kind.CHECKED):
                book.add(item, Event.Kind.CHECKED, note=stocktake.number)
        log.save_new(scans)
        book.write()
    return scans


def _known(by: Any, numbers: Sequence[str]) -> list[Item]:
    """Things of these numbers that the person sees."""
    found: list[Item] = []
    for part in kept.parts(numbers):
        found += Item.objects.visible_to(by).filter(number__in=part)
    return found


def settle(by: Any, scan: Scan, what: str, words: str = "") -> Scan:
    """Say what becomes of a scan that does not belong: it belongs here now, was found again, or is followed.

    Parameters
    ----------
    what
        One of ``Scan.Settled``.
    words
        What is seen, for a discrepancy.

    Raises
    ------
    InputProblems
        For what cannot be done with it, or was decided by somebody else meanwhile.
    """
    with writing(by, "custody.stocktake.settled", may=HOLD, on=scan) as log:
        stocktake = _open(scan.stocktake)
        scan = kept.locked(Scan.objects.all(), [scan.pk])[scan.pk]
        book = Book(log, by)
        item = book.open([Item(pk=scan.item_id)])[0] if scan.item_id else None
        refuse(_settling_faults(by, scan, item, what))
        found: list[Found] = []
        if item is not None and what in (Scan.Settled.MOVED, Scan.Settled.FOUND):
            kind = Event.Kind.MOVED if what == Scan.Settled.MOVED else Event.Kind.FOUND
            book.add(item, kind, store=stocktake.store_id, note=stocktake.number)
            book.add(item, Event.Kind.CHECKED, note=stocktake.number)
        elif what == Scan.Settled.DISCREPANCY:
            said = " ".join(filter(None, (f"{stocktake.number}: {scan.read}", words.strip())))
            other = item.holder_office_id if item is not None else None
            found.append(Found(Discrepancy.Kind.EXTRA, said, item, other=other))
        scan.settled = what
        log.save(scan)
        book.write()
        open_discrepancies(book, found)
    return scan


def ways(by: Any, scan: Scan, item: Item | None) -> list[str]:
    """What can be done about a scan that does not belong."""
    s = Scan.Settled
    if scan.outcome == Scan.Outcome.EXPECTED:
        return []
    if item is None:
        return [s.DISCREPANCY, s.MISREAD]
    mine = item.holder_office_id == by.office_id
    if mine and item.state == Item.State.HELD:
        return [s.MOVED, s.DISCREPANCY]
    return [s.FOUND, s.DISCREPANCY] if mine and item.state == Item.State.UNLOCATED else [s.DISCREPANCY]


def _settling_faults(by: Any, scan: Scan, item: Item | None, what: str) -> list[InputProblem]:
    params = {"number": scan.read}
    if scan.settled:
        return [InputProblem("custody.changed-meanwhile", field="things", params=params)]
    if what not in ways(by, scan, item):
        return [InputProblem("custody.cannot-settle-so", field="what", params=params)]
    return []


def end(by: Any, stocktake: StockTake) -> StockTake:
    """End it: what should be there and was not scanned stands as not found, each with a discrepancy.

    Raises
    ------
    InputProblems
        While something that does not belong waits for a decision.
    """
    with writing(by, "custody.stocktake.ended", may=HOLD, on=stocktake) as log:
        stocktake = _open(stocktake)
        waiting = unsettled(stocktake)
        refuse(
            InputProblem("custody.scan-not-settled", field="things", params={"number": s.read})
            for s in waiting
        )
        book = Book(log, by)
        absent = [i for i in book.open(missing(stocktake)) if may_follow(i, Event.Kind.MISSING)]
        for item in absent:
            book.add(item, Event.Kind.MISSING, note=stocktake.number)
        stocktake.ended_at, stocktake.ended_by = book.now, by
        log.save(stocktake)
        found = [
            Found(Discrepancy.Kind.STOCK, f"{stocktake.number}: {stocktake.store.name}", item)
            for item in absent
        ]
        book.write()
        open_discrepancies(book, found)
    return stocktake


def missing(stocktake: StockTake) -> list[Item]:
    """What should be there, was there when it began, and was not scanned yet."""
    scanned = Scan.objects.filter(stocktake=stocktake, item__isnull=False).values("item")
    rows = expected(stocktake).filter(since__lte=stocktake.began_at).exclude(pk__in=scanned)
    return list(rows.order_by("number"))


def unsettled(stocktake: StockTake) -> list[Scan]:
    """Scans that wait for a decision."""
    rows = Scan.objects.filter(stocktake=stocktake, settled="").exclude(outcome=Scan.Outcome.EXPECTED)
    return list(rows.select_related("item"))


def _open(stocktake: StockTake) -> StockTake:
    """The stock-taking, locked; two who scan at once wait for each other."""
    rows = StockTake.objects.select_related("store")
    found: StockTake = kept.locked(rows, [stocktake.pk])[stocktake.pk]
    ended = InputProblem("custody.stocktake-ended", params={"number": found.number})
    refuse([ended] if found.ended_at is not None else [])
    return found
