"""Old cards and lists recorded as one batch, which is withdrawn whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from amana.casework.audit.models import Subject
from amana.casework.audit.protection import seal
from amana.casework.audit.writing import Log, writing
from amana.casework.files.services import store
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.incidents.models import Incident
from amana.casework.numbers.services import BATCH, take
from amana.casework.recovery.models import Batch, Effect, Hint, Unit
from amana.casework.recovery.services.listing import Listed, ListedUnit, complete, look_at, tidy_name
from amana.casework.recovery.services.units import record_units
from amana.problems import InputProblem, InputProblems

IMPORT = "recovery.import"
_NAMED = 5
"""So many units are named in a fault; of the others it is said that there are more."""


def look_at_list(by: Any, incident: Incident, data: bytes, file: str) -> Listed:
    """What a list would add, and every problem of every row.  Nothing is written.

    Raises
    ------
    PermissionDenied
        For an incident that the person may not see.
    """
    _seen(by, incident)
    return look_at(by, incident, data, file, hashlib.sha256(data).hexdigest())


def import_list(by: Any, incident: Incident, data: bytes, file: str, about: str) -> Batch:
    """Record every unit of a list as one batch, or none.

    Parameters
    ----------
    about
        Where the list comes from.

    Raises
    ------
    InputProblems
        With every fault of every row; for a file that was imported into the incident already.
    """
    _seen(by, incident)
    with writing(by, "recovery.batch.imported", may=IMPORT) as log:
        # Two people who bring the same file wait for each other.
        Incident.objects.select_for_update().get(pk=incident.pk)
        sha256 = hashlib.sha256(data).hexdigest()
        listed = look_at(by, incident, data, file, sha256)
        batch = Batch(
            office=by.office, incident=incident, file_name=tidy_name(file), sha256=sha256,
            rows=len(listed.units), about=about.strip(), by=by,
        )  # fmt: skip
        wrong = [p for p in faults(batch) if p.field in ("about", "file_name")]
        refuse([*wrong, *listed.problems])
        batch.number = take(log, by.office, BATCH)[0]
        batch.file = store(
            log, io.BytesIO(data), office=by.office, by=by, name=batch.file_name, accept=["list"]
        )
        log.save(batch)
        try:
            units = record_units(by, incident, listed.units)
        except InputProblems as found:  # what changed since it was looked at
            problems = [replace(listed.in_the_file(p), file=batch.file_name) for p in found.problems]
            raise InputProblems(problems) from None
        for unit, new in zip(units, listed.units, strict=True):
            complete(unit, new)
            unit.batch = batch
        log.save_changed(
            units, ["batch", "latitude", "longitude", "depth_cm", "form"], "recovery.unit.described"
        )
        _seal_names(log, by, units, listed.units)
    return batch


def withdraw_batch(by: Any, batch: Batch, reason: str) -> Batch:
    """Withdraw a batch whole: its units stay on record as withdrawn, and no number is given again.

    Raises
    ------
    InputProblems
        Without a reason, or when something was done with one of its units that a withdrawal cannot undo:
        custody beyond the first record, a sample, an examination, a separated part.
    """
    from amana.casework.custody import services as custody  # whose tables refer to those of this station

    with writing(by, "recovery.batch.withdrawn", may=IMPORT, on=batch, reason=reason.strip()) as log:
        batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        # In the order in which custody locks: units, effects, then what is kept of them.
        units = list(Unit.objects.select_for_update(of=("self",)).filter(batch=batch).order_by("pk"))
        effects = list(
            Effect.objects.select_for_update(of=("self",))
            .filter(unit__batch=batch)
            .exclude(state=Effect.State.WITHDRAWN)
            .select_related("unit")
            .order_by("pk")
        )
        batch.withdrawn_at, batch.withdrawn_why = timezone.now(), reason.strip()
        refuse([*reason_given(reason), *batch.faults(), *_used(batch, units)])
        going = [u for u in units if u.state != Unit.State.WITHDRAWN]
        kept = set(_items(batch).values_list("unit", "effect"))
        keys = {key for pair in kept for key in pair if key is not None}
        custody.withdraw(log, by, [t for t in (*going, *effects) if t.pk in keys], reason)
        log.save(batch)
        for unit in going:
            unit.state = Unit.State.WITHDRAWN
            unit.revision += 1
        log.save_changed(going, ["state", "revision"], "recovery.unit.withdrawn")
        for effect in effects:
            effect.state = Effect.State.WITHDRAWN
        log.save_changed(effects, ["state"], "recovery.effect.withdrawn")
    return batch


def _seen(by: Any, incident: Incident) -> None:
    if not Incident.objects.visible_to(by).filter(pk=incident.pk).exists():
        raise PermissionDenied("incidents.view")


def _seal_names(log: Log, by: Any, units: Sequence[Unit], new: Sequence[ListedUnit]) -> None:
    """Names that a list supposes, each sealed under a key of its own."""
    named = [(u, n.supposed_name) for u, n in zip(units, new, strict=True) if n.supposed_name]
    subjects = [Subject(kind=Subject.Kind.MISSING) for _ in named]
    log.save_new(subjects, "audit.subject.added")
    hints = [
        Hint(
            unit=unit, by=by, subject=subject,
            answers=seal(subject, json.dumps({"possible_identity": name}, ensure_ascii=False)),
        )
        for (unit, name), subject in zip(named, subjects, strict=True)
    ]  # fmt: skip
    log.save_new(hints, "recovery.hint.recorded")


def _items(batch: Batch) -> Any:
    """Rows of custody of a batch's units and of what lay with them."""
    from amana.casework.custody.models import Item

    of_batch = Q(unit__batch=batch) | Q(effect__unit__batch=batch)
    return Item.objects.filter(of_batch).exclude(state=Item.State.WITHDRAWN).order_by()


def _used(batch: Batch, units: Sequence[Unit]) -> Iterator[InputProblem]:
    """What was done with units of a batch, for which it can no longer be withdrawn whole."""
    from amana.casework.custody.models import Item
    from amana.casework.laboratory.models import Sample

    if Batch.objects.get(pk=batch.pk).withdrawn_at is not None:
        yield InputProblem("recovery.batch-withdrawn-already", params={"batch": batch.number})
        return
    state = Unit.State
    moved = _items(batch).exclude(seq__lte=1, state=Item.State.HELD, holder_office=batch.office_id)
    sampled = Sample.objects.filter(unit__batch=batch).values_list("unit__number", flat=True)
    parts = Unit.objects.filter(parent__batch=batch).exclude(state=state.WITHDRAWN)
    examined = [u.number for u in units if u.state not in (state.RECORDED, state.WITHDRAWN)]
    for code, numbers in (
        ("recovery.batch-in-custody", moved.values_list("number", flat=True)),
        ("recovery.batch-in-laboratory", sampled),
        ("recovery.batch-examined", examined),
        ("recovery.batch-divided", parts.values_list("parent__number", flat=True)),
    ):
        if found := sorted(set(numbers)):
            yield InputProblem(code, params={"numbers": _shown(found)})


def _shown(numbers: Iterable[str]) -> str:
    listed = list(numbers)
    return " · ".join([*listed[:_NAMED], *(["…"] if len(listed) > _NAMED else [])])
