"""Writing what belongs to units: effects, photographs, and that units belong together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from amana.casework.audit.writing import writing
from amana.casework.files.receiving import Received
from amana.casework.files.services import store
from amana.casework.incidents.checks import faults, reason_given, refuse
from amana.casework.numbers.services import EFFECT, take
from amana.casework.recovery.effects import codes
from amana.casework.recovery.models import Association, Effect, Mission, Photo, Unit
from amana.casework.sites.models import Spot
from amana.problems import InputProblem
from amana.reporting.field import dead_body_fields

MOST_PHOTOS = 20


def withdrawn(units: Iterable[Unit]) -> list[InputProblem]:
    """Units that were entered by mistake: nothing more is recorded with them."""
    going = (u for u in units if u.state == Unit.State.WITHDRAWN)
    return [InputProblem("recovery.unit-withdrawn", field="unit", params={"number": u.number}) for u in going]


def add_effects(by: Any, unit: Unit, rows: Sequence[dict[str, Any]]) -> list[Effect]:
    """Record clothing and effects of a unit, all or none; each gets a number of its own.

    Parameters
    ----------
    rows
        Fields of :class:`~amana.casework.recovery.models.Effect`; ``code`` as in ``effects.toml``, ``region``
        a region of the form for one body.

    Raises
    ------
    InputProblems
        With every fault of every row.
    """
    with writing(by, "recovery.effect.recorded", may="recovery.record", on=unit) as log:
        unit = Unit.objects.select_for_update().get(pk=unit.pk)
        made = [Effect(unit=unit, by=by, **row) for row in rows]
        known = {r.key for r in dead_body_fields().regions}
        problems = withdrawn([unit])
        problems += [] if made else [InputProblem("recovery.no-effects", field="code")]
        for i, effect in enumerate(made, 1):
            row = i if len(made) > 1 else None
            problems += [p for p in faults(effect, row) if p.field not in ("number", "code")]
            if effect.code not in codes():
                params = {"given": effect.code[:40]}
                problems.append(InputProblem("recovery.no-such-effect", row=row, field="code", params=params))
            if effect.region and effect.region not in known:
                params = {"given": effect.region[:40]}
                problems.append(
                    InputProblem("recovery.bad-condition", row=row, field="region", params=params)
                )
            if effect.pieces < 1:
                problems.append(InputProblem("recovery.no-pieces", row=row, field="pieces"))
        refuse(problems)
        for effect, number in zip(made, take(log, by.office, EFFECT, len(made)), strict=True):
            effect.number = number
        log.save_new(made)
    return made


def withdraw_effect(by: Any, effect: Effect, reason: str) -> Effect:
    """Say that an effect was entered by mistake.  Its number stays used."""
    with writing(
        by, "recovery.effect.withdrawn", may="recovery.record", on=effect, reason=reason.strip()
    ) as log:
        effect = Effect.objects.select_for_update(of=("self",)).select_related("unit").get(pk=effect.pk)
        from amana.casework.custody.models import Item  # whose tables refer to those of this station

        problems = reason_given(reason)
        if Item.objects.filter(effect=effect).exclude(state=Item.State.WITHDRAWN).exists():
            problems.append(InputProblem("recovery.in-custody", params={"number": effect.number}))
        refuse(problems)
        if effect.state != Effect.State.WITHDRAWN:
            effect.state = Effect.State.WITHDRAWN
            log.save(effect)
    return effect


def add_photos(
    by: Any,
    received: Sequence[Received],
    *,
    kind: str,
    photographer: str,
    unit: Unit | None = None,
    spot: Spot | None = None,
    mission: Mission | None = None,
    effect: Effect | None = None,
    **fields: Any,
) -> list[Photo]:
    """Keep photographs of a unit, a spot or a scene: the files, and what is said of each.

    Parameters
    ----------
    received
        Pictures and videos that :mod:`amana.casework.files.receiving` has checked.
    unit, spot, mission, effect
        What they show; at least one.
    fields
        ``taken_at``, ``scale``, ``number_shown``, ``direction_deg``, ``note``: of all of them.

    Raises
    ------
    InputProblems
        Without a picture, for a direction that cannot be, or a moment in the future.
    """
    target = unit or effect or mission or spot
    if target is None:
        raise PermissionDenied("recovery.photograph")
    if effect is not None:
        unit = effect.unit
    with writing(by, "recovery.photo.added", may="recovery.photograph", on=target) as log:
        problems = withdrawn([unit] if unit is not None else [])
        problems += [] if received else [InputProblem("files.none", field="photos")]
        if len(received) > MOST_PHOTOS:
            params = {"given": len(received), "most": MOST_PHOTOS}
            problems.append(InputProblem("recovery.too-many-photos", field="photos", params=params))
        photo = Photo(kind=kind, photographer=photographer.strip(), **fields)
        problems += [p for p in faults(photo) if p.field in {"kind", "photographer", *fields}]
        direction = photo.direction_deg
        if direction is not None and not (math.isfinite(direction) and 0 <= direction <= 360):
            params = {"given": direction, "most": 360}
            problems.append(InputProblem("recovery.bad-direction", field="direction_deg", params=params))
        if photo.taken_at is not None and photo.taken_at > timezone.now():
            problems.append(InputProblem("recovery.in-the-future", field="taken_at"))
        refuse(problems)
        made = [
            Photo(
                office=by.office, file=store(log, one, office=by.office, by=by), kind=kind, mission=mission,
                spot=spot, unit=unit, effect=effect, photographer=photographer.strip(), by=by, **fields,
            )
            for one in received
        ]  # fmt: skip
        log.save_new(made)
    return made


def withdraw_photo(by: Any, photo: Photo, reason: str) -> Photo:
    """Say that a photograph was entered by mistake.  The file and its hash stay."""
    with writing(
        by, "recovery.photo.withdrawn", may="recovery.photograph", on=photo, reason=reason.strip()
    ) as log:
        photo = Photo.objects.select_for_update().get(pk=photo.pk)
        refuse(reason_given(reason))
        if photo.withdrawn_at is None:
            photo.withdrawn_at = timezone.now()
            log.save(photo)
    return photo


def associate(by: Any, one: Unit, other: Unit, *, kind: str, why: str) -> Association:
    """Say that two units belong together, and what shows it.

    Raises
    ------
    InputProblems
        For a unit with itself, in two incidents, or said already.
    """
    with writing(by, "recovery.association.recorded", may="recovery.record", on=one) as log:
        # Both in one order, so that two people who say it the two ways round wait for each other.
        list(Unit.objects.select_for_update().filter(pk__in=(one.pk, other.pk)).order_by("pk"))
        made = Association(one=one, other=other, kind=kind, why=why.strip(), by=by)
        problems = faults(made)
        if one.pk == other.pk:
            problems.append(InputProblem("recovery.associated-with-itself", field="other"))
        elif not Unit.objects.visible_to(by).filter(pk=other.pk, incident_id=one.incident_id).exists():
            problems.append(InputProblem("recovery.lies-elsewhere", field="other"))
        elif _associated(one, other).filter(kind=kind).exists():
            problems.append(InputProblem("recovery.associated-already", field="other"))
        refuse(problems)
        log.save(made)
    return made


def undo_association(by: Any, association: Association, reason: str) -> Association:
    """Take back that two units belong together; that it was said stays."""
    with writing(
        by, "recovery.association.undone", may="recovery.record", on=association, reason=reason.strip()
    ) as log:
        found = Association.objects.select_for_update(of=("self",)).select_related("one")
        association = found.get(pk=association.pk)
        refuse(reason_given(reason))
        if association.undone_at is None:
            association.undone_at, association.undone_why = timezone.now(), reason.strip()
            log.save(association)
    return association


def _associated(one: Unit, other: Unit) -> Any:
    pair = (one.pk, other.pk)
    return Association.objects.filter(one__in=pair, other__in=pair, undone_at=None)
