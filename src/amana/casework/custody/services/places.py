"""Stores, and carriers of data that are kept as things."""

from __future__ import annotations

import re
from typing import Any

from amana.casework.audit.writing import writing
from amana.casework.custody.models import Carrier, Item, Store
from amana.casework.custody.rules import HOLD
from amana.casework.custody.services import things as kept
from amana.casework.custody.services.book import Book
from amana.casework.custody.services.stocktaking import stores_within
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.numbers.services import CARRIER, STORE, take
from amana.problems import InputProblem

_SHA256 = re.compile(r"[0-9a-f]{64}")
CHANGEABLE = ("name", "kind", "within")


def add_store(by: Any, *, name: str, kind: str, within: Store | None = None) -> Store:
    """A place where things are kept.

    Raises
    ------
    InputProblems
        Without a name, with one that the office uses already, or inside a store of another office.
    """
    with writing(by, "custody.store.added", may=HOLD) as log:
        store = Store(office=by.office, name=" ".join(name.split()), kind=kind, within=within)
        refuse([*_store_faults(store)])
        (store.number,) = take(log, by.office, STORE)
        log.save(store)
    return store


def change_store(by: Any, store: Store, reason: str, **fields: Any) -> Store:
    """Correct a store, or say that it stands inside another one.

    Raises
    ------
    InputProblems
        Without a reason, or for a store inside itself.
    """
    with writing(by, "custody.store.changed", may=HOLD, on=store, reason=reason.strip()) as log:
        store = kept.locked(Store.objects.all(), [store.pk])[store.pk]
        for name in CHANGEABLE:
            if name in fields:
                setattr(store, name, fields[name])
        store.name = " ".join(store.name.split())
        refuse([*reason_given(reason), *_store_faults(store)])
        log.save(store)
    return store


def close_store(by: Any, store: Store, reason: str) -> Store:
    """Take a store out of use.

    Raises
    ------
    InputProblems
        Without a reason, or while something is in it.
    """
    with writing(by, "custody.store.closed", may=HOLD, on=store, reason=reason.strip()) as log:
        store = kept.locked(Store.objects.all(), [store.pk])[store.pk]
        inside = Item.objects.filter(store__in=stores_within(store)).exclude(
            state__in=(Item.State.LEFT, Item.State.WITHDRAWN, Item.State.SPLIT)
        )
        full = InputProblem("custody.store-not-empty", params={"store": store.name, "count": inside.count()})
        refuse([*reason_given(reason), *([full] if inside.exists() else [])])
        if store.closed_at is None:
            store.closed_at = Book(log, by).now
            log.save(store)
    return store


def _store_faults(store: Store) -> list[InputProblem]:
    found = [p for p in faults(store) if p.field in ("name", "kind")]
    if store.within is not None:
        if store.within.office_id != store.office_id:
            params = {"store": store.within.name}
            found.append(InputProblem("custody.store-elsewhere", field="within", params=params))
        elif store.within_id in stores_within(store):
            found.append(InputProblem("custody.store-in-itself", field="within"))
    same = Store.objects.filter(
        office=store.office_id, name__iexact=store.name, within=store.within, closed_at=None
    )
    if same.exclude(pk=store.pk).exists():
        found.append(InputProblem("custody.store-named-so", field="name", params={"store": store.name}))
    return found


def add_carrier(by: Any, *, kind: str, description: str, serial: str = "", sha256: str = "") -> Carrier:
    """A disk, card, telephone or case of papers that is kept as an object.

    Raises
    ------
    InputProblems
        Without a description, or with something that is not a SHA-256.
    """
    with writing(by, "custody.carrier.added", may=HOLD) as log:
        carrier = Carrier(
            office=by.office, kind=kind, description=description.strip(), serial=serial.strip(),
            sha256=sha256.strip().lower(),
        )  # fmt: skip
        problems = [p for p in faults(carrier) if p.field != "number"]
        if carrier.sha256 and not _SHA256.fullmatch(carrier.sha256):
            problems.append(InputProblem("custody.not-sha256", field="sha256"))
        refuse(problems)
        (carrier.number,) = take(log, by.office, CARRIER)
        log.save(carrier)
    return carrier
