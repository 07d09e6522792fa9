"""What can be kept: units, samples, effects, carriers.  Each has one row once something happened to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from amana.casework.custody.models import Carrier, Item
from amana.casework.laboratory.models import Sample
from amana.casework.recovery.models import Effect, Unit

Thing = Unit | Sample | Effect | Carrier

# Locks are taken in this order, each kind by its keys; items after things.  Two acts on the same things then
# wait for each other and never in a circle.
KINDS: tuple[tuple[str, type[Any]], ...] = (
    (Item.Kind.UNIT.value, Unit),
    (Item.Kind.SAMPLE.value, Sample),
    (Item.Kind.EFFECT.value, Effect),
    (Item.Kind.CARRIER.value, Carrier),
)
AT_ONCE = 500
"""Keys in one statement."""


def kind_of(thing: Thing) -> str:
    """Kind of item that a thing is."""
    return next(kind for kind, model in KINDS if isinstance(thing, model))


def number_of(thing: Thing) -> str:
    """The number on its label."""
    return str(thing.barcode if isinstance(thing, Sample) else thing.number)


def office_of(thing: Thing) -> Any:
    """Key of the office that owns the record of the thing."""
    return thing.unit.office_id if isinstance(thing, Effect) else thing.office_id


def parts(keys: Iterable[Any]) -> Iterable[list[Any]]:
    """Keys in their order, each once, as many as one statement takes."""
    sorted_keys = sorted(set(keys))
    for start in range(0, len(sorted_keys), AT_ONCE):
        yield sorted_keys[start : start + AT_ONCE]


def locked(rows: QuerySet[Any], keys: Iterable[Any]) -> dict[Any, Any]:
    """Rows by key, locked in the order of their keys until the transaction ends."""
    found: dict[Any, Any] = {}
    for part in parts(keys):
        for row in rows.select_for_update(of=("self",)).filter(pk__in=part).order_by("pk"):
            found[row.pk] = row
    return found


def lock_things(things: Sequence[Thing]) -> None:
    """Lock the rows of things: two people who take the same one for the first time wait for each other."""
    prefetch_related_objects([t for t in things if isinstance(t, Effect)], "unit")
    prefetch_related_objects([t for t in things if isinstance(t, Sample)], "unit", "relative")
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for thing in things:
        by_kind[kind_of(thing)].append(thing.pk)
    for kind, model in KINDS:
        locked(model._base_manager.order_by(), by_kind[kind])


def keys_of_items(things: Sequence[Thing]) -> dict[tuple[str, Any], Any]:
    """(kind, key of the thing) to the key of its item, for those that have one."""
    found: dict[tuple[str, Any], Any] = {}
    by_kind: dict[str, list[Any]] = defaultdict(list)
    for thing in things:
        by_kind[kind_of(thing)].append(thing.pk)
    for kind, keys in by_kind.items():
        for part in parts(keys):
            rows = Item.objects.filter(**{f"{kind}__in": part}).values_list(f"{kind}_id", "pk")
            found.update({(kind, thing): item for thing, item in rows})
    return found


def new_item(thing: Thing) -> Item:
    """The row of a thing to which nothing has happened yet; not saved."""
    office = office_of(thing)
    return Item(
        office_id=office, holder_office_id=office, kind=kind_of(thing), number=number_of(thing),
        **{kind_of(thing): thing},
    )  # fmt: skip
