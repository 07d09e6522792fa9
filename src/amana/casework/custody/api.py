"""Custody, for programs: where things are, hand-overs, what does not fit, places, stock-taking."""
# Annotations stay objects: pagination resolves their names elsewhere.

from collections.abc import Sequence
from typing import Any

from ninja import Query, Router, Status
from ninja.pagination import paginate

from amana.casework.accounts.models import Office, User
from amana.casework.common.api import may
from amana.casework.custody import api_data as data
from amana.casework.custody import queries, seals, services
from amana.casework.custody.models import Store
from amana.casework.custody.reading import read
from amana.casework.custody.rules import HOLD, SETTLE, VIEW
from amana.casework.custody.services import stocktaking
from amana.casework.custody.views.common import items_named, must_hold, things_named
from amana.problems import InputProblem, InputProblems

router = Router(tags=["custody"])


# --- where things are ---------------------------------------------------------------------------------


@router.get("/custody/things", response=list[data.ItemOut])
@paginate
def things(request: Any, where: data.ItemFilter = Query(...)) -> Any:  # noqa: B008
    """Things in custody that one sees."""
    user = may(request, VIEW)
    paths = {"kind": "kind", "state": "state", "office": "holder_office__code", "store": "store__number"}
    return _found(queries.items(user), where, paths).order_by("number", "pk")


@router.get("/custody/things/{number}", response=data.ItemOut)
def thing(request: Any, number: str) -> Any:
    """Where one thing is, who answers for it, since when; by its number in any form."""
    return queries.item(may(request, VIEW), number)


@router.get("/custody/things/{number}/events", response=list[data.EventOut])
def events(request: Any, number: str) -> Any:
    """Everything that happened to it, in the order in which it was written."""
    return queries.events(queries.item(may(request, VIEW), number))


@router.post("/custody/things", response={201: list[data.ItemOut]})
def take(request: Any, given: data.TakeIn) -> Any:
    """Take things into custody, all or none."""
    user = may(request, HOLD)
    store = _store(user, given.store)
    on = _seals(given.seals)
    rows = [
        services.Taking(t, store=store, seal=on.get(_number_of(t), ""), at=given.at, note=given.note)
        for t in things_named(user, [read(text) for text in given.things])
    ]
    return Status(201, services.take_many(user, rows))


@router.post("/custody/move", response=list[data.ItemOut])
def move(request: Any, given: data.MoveIn) -> Any:
    """Put things into a place of one's office, all or none."""
    user = may(request, HOLD)
    named = items_named(user, [read(text) for text in given.things])
    return services.move_many(user, named, _store(user, given.store), note=given.note)


@router.post("/custody/things/{number}/seal", response=data.ItemOut)
def put_seal(request: Any, number: str, given: data.SealIn) -> Any:
    """Put a seal on a thing that has none."""
    user = may(request, HOLD)
    item = _held(request, user, number)
    return services.seal(user, item, given.seal, seen=data.seen_of(item, given.seen))


@router.post("/custody/things/{number}/open", response=data.ItemOut)
def open_seal(request: Any, number: str, given: data.ThingReasonIn) -> Any:
    """Open its seal, with a reason."""
    user = may(request, HOLD)
    item = _held(request, user, number)
    return services.open_seal(user, item, given.reason, seen=data.seen_of(item, given.seen))


@router.post("/custody/things/{number}/missing", response=data.ItemOut)
def missing(request: Any, number: str, given: data.ThingReasonIn) -> Any:
    """It is not where it should be; `reason` says where it was looked for."""
    user = may(request, HOLD)
    item = _held(request, user, number)
    return services.report_missing(user, item, given.reason, seen=data.seen_of(item, given.seen))


# --- hand-overs ---------------------------------------------------------------------------------------


@router.get("/custody/hand-overs", response=list[data.TransferOut])
@paginate
def transfers(request: Any, where: data.TransferFilter = Query(...)) -> Any:  # noqa: B008
    """Hand-overs that one sees."""
    rows = queries.transfers(may(request, VIEW))
    paths = {"state": "state", "to_office": "to_office__code", "from_office": "from_office__code"}
    return _found(queries.late(rows) if where.late else rows, where, paths).order_by("number", "pk")


@router.get("/custody/hand-overs/{number}", response=data.TransferOut)
def transfer(request: Any, number: str) -> Any:
    """One hand-over."""
    return queries.transfer(may(request, VIEW), number)


@router.get("/custody/hand-overs/{number}/things", response=list[data.LineOut])
def lines(request: Any, number: str) -> Any:
    """Its things.  The seals that were given are not told: they are read on the things."""
    user = may(request, VIEW)
    return queries.lines(user, queries.transfer(user, number))


@router.post("/custody/hand-overs", response={201: data.TransferOut})
def offer(request: Any, given: data.OfferIn) -> Any:
    """Offer things to another office or person.  Until they are accepted one answers for them."""
    user = may(request, HOLD)
    office = _office(given.to_office, "to_office")
    made = services.offer(
        user, items_named(user, [read(text) for text in given.things]), office, given.purpose,
        to_person=_person(office, given.to_person), vehicle=given.vehicle, unsealed=given.unsealed,
        at=given.at,
    )  # fmt: skip
    return Status(201, made)


@router.post("/custody/hand-overs/{number}/accept", response=data.TransferOut)
def accept(request: Any, number: str, given: data.AcceptIn) -> Any:
    """Receive things with their seals read back, or say why not."""
    user = may(request, HOLD)
    found = queries.transfer(user, number)
    named = items_named(user, [read(r.number) for r in given.readings], "readings")
    readings = [
        services.Reading(
            item, finding=r.finding, seal=r.seal, no_seal=r.no_seal, condition=r.condition, words=r.words
        )
        for item, r in zip(named, given.readings, strict=True)
    ]
    store = _store(user, given.store)
    return services.accept(user, found, readings, store=store, at=given.at, reason=given.reason)


@router.post("/custody/hand-overs/{number}/take-back", response=data.TransferOut)
def take_back(request: Any, number: str, given: data.WordsIn) -> Any:
    """Take back what waits of one's own office's offer, with a reason."""
    user = may(request, HOLD)
    found = queries.transfer(user, number)
    must_hold(request, found)
    return services.withdraw_offer(user, found, given.words)


@router.post("/custody/papers", response={201: data.TransferOut})
def paper(request: Any, given: data.PaperIn) -> Any:
    """Enter a hand-over that was signed on paper; a second person compares it with the paper."""
    user = may(request, HOLD)
    entered = services.Paper(
        things=things_named(user, [read(text) for text in given.things]),
        from_office=_office(given.from_office, "from_office"),
        to_office=_office(given.to_office, "to_office"),
        giver=given.giver, receiver=given.receiver, signed_at=given.signed_at, purpose=given.purpose,
        vehicle=given.vehicle, seals=_seals(given.seals), unsealed=given.unsealed,
    )  # fmt: skip
    return Status(201, services.enter_paper(user, entered))


@router.post("/custody/papers/{number}/confirm", response=data.TransferOut)
def confirm(request: Any, number: str) -> Any:
    """Say, as a second person, that the entry is what the paper says."""
    user = may(request, HOLD)
    return services.confirm_paper(user, queries.transfer(user, number))


# --- what does not fit --------------------------------------------------------------------------------


@router.get("/custody/discrepancies", response=list[data.DiscrepancyOut])
@paginate
def discrepancies(request: Any) -> Any:
    """What does not fit, open and closed."""
    return queries.discrepancies(may(request, VIEW)).order_by("number", "pk")


@router.get("/custody/discrepancies/{number}", response=data.DiscrepancyOut)
def discrepancy(request: Any, number: str) -> Any:
    """One of them."""
    return queries.discrepancy(may(request, VIEW), number)


@router.post("/custody/discrepancies/{number}/answer", response=data.DiscrepancyOut)
def answer(request: Any, number: str, given: data.WordsIn) -> Any:
    """Say what was found out."""
    user = may(request, VIEW)
    return services.answer(user, queries.discrepancy(user, number), given.words)


@router.post("/custody/discrepancies/{number}/close", response=data.DiscrepancyOut)
def close(request: Any, number: str, given: data.CloseIn) -> Any:
    """Close it, as a second person."""
    user = may(request, SETTLE)
    found = queries.discrepancy(user, number)
    decision = None
    if given.holder:
        store = _store(user, given.store)
        decision = services.Decision(_office(given.holder, "holder"), store=store, seal=given.seal)
    return services.close(user, found, given.words, decision)


# --- places and stock-taking --------------------------------------------------------------------------


@router.get("/custody/places", response=list[data.StoreOut])
@paginate
def places(request: Any) -> Any:
    """Places where things are kept."""
    return queries.stores(may(request, VIEW)).order_by("number", "pk")


@router.post("/custody/places", response={201: data.StoreOut})
def add_place(request: Any, given: data.StoreIn) -> Any:
    """Add a place of one's office."""
    user = may(request, HOLD)
    within = _store(user, given.within, "within")
    return Status(201, services.add_store(user, name=given.name, kind=given.kind, within=within))


@router.post("/custody/places/{number}/go-through", response={201: data.StockTakeOut})
def start(request: Any, number: str) -> Any:
    """Begin to go through a place."""
    user = may(request, HOLD)
    store = queries.store(user, number)
    must_hold(request, store)
    return Status(201, stocktaking.start(user, store))


@router.get("/custody/stock-takings/{number}", response=data.StockTakeOut)
def stocktake(request: Any, number: str) -> Any:
    """One stock-taking."""
    return queries.stocktake(may(request, VIEW), number)


@router.post("/custody/stock-takings/{number}/scans", response=list[data.ScanOut])
def scan(request: Any, number: str, given: data.ScansIn) -> Any:
    """Scan things; gives the scans that are new."""
    user = may(request, HOLD)
    found = queries.stocktake(user, number)
    must_hold(request, found)
    return stocktaking.scan_many(user, found, [read(code) for code in given.codes])


@router.post("/custody/stock-takings/{number}/end", response=data.StockTakeOut)
def end(request: Any, number: str) -> Any:
    """End it: what should be there and was not scanned stands as not found."""
    user = may(request, HOLD)
    found = queries.stocktake(user, number)
    must_hold(request, found)
    return stocktaking.end(user, found)


# --- what these share ---------------------------------------------------------------------------------


def _found(rows: Any, where: Any, paths: dict[str, str]) -> Any:
    given = {path: value for name, path in paths.items() if (value := getattr(where, name))}
    return rows.filter(**given) if all(v.isprintable() for v in given.values()) else rows.none()


def _held(request: Any, user: Any, number: str) -> Any:
    item = queries.item(user, number)
    must_hold(request, item)
    return item


def _number_of(thing: Any) -> str:
    from amana.casework.custody.services.things import number_of

    return number_of(thing)


def _seals(given: dict[str, str]) -> dict[str, str]:
    """Seals by the numbers of their things, in the usual form."""
    return {read(number).number or number: seals.written(seal) for number, seal in given.items()}


def _store(user: Any, number: str, field: str = "store") -> Store | None:
    if not number:
        return None
    found: Store | None = None
    if number.isprintable():
        found = queries.own_stores(user).filter(number=number.upper()).first()
    if found is None:
        raise InputProblems([InputProblem("custody.store-elsewhere", field=field, params={"store": number})])
    return found


def _office(code: str, field: str) -> Office:
    found = queries.receivers().filter(code=code).first() if code.isprintable() else None
    if found is None:
        raise InputProblems(
            [InputProblem("custody.no-such-office", field=field, params={"given": code[:40]})]
        )
    return found  # type: ignore[no-any-return]


def _person(office: Office, username: str) -> User | None:
    if not username:
        return None
    people: Sequence[User] = queries.receiving_people(office)
    found = next((p for p in people if p.username == username), None)
    if found is None:
        raise InputProblems([InputProblem("custody.cannot-receive", field="to_person")])
    return found
