"""What is said of a unit and belongs to it, for programs and devices."""
# Annotations stay objects: pagination resolves their names elsewhere.

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status

from amana.casework.common.api import may, under_name
from amana.casework.numbers.queries import numbered
from amana.casework.recovery import queries
from amana.casework.recovery.details import DETAILS, answered
from amana.casework.recovery.models import Association, Effect, Photo, Unit
from amana.casework.recovery.services.belongings import (
    add_effects,
    associate,
    undo_association,
    withdraw_effect,
)
from amana.casework.recovery.services.describing import describe_unit, fill_form
from amana.casework.recovery.unit_labels import labels_of
from amana.problems import InputProblem, InputProblems

router = Router(tags=["remains"])
AssociationKind = under_name("AssociationKind", Association.Kind)
MOST_AT_ONCE = 500
_PLACES = frozenset({"recovered_place", "recovered_coordinates"})
VIEW, RECORD = "recovery.view", "recovery.record"


class UnitReasonIn(Schema):
    """Why something is taken back."""

    reason: str


class DetailsOut(Schema):
    """How a unit lay and what its condition is.

    ``revision`` is sent back as ``seen``.  Where it lay is left out for who does not see sites; answers that
    name people are sealed and not here.
    """

    number: str
    revision: int
    nature: str
    latitude: float | None
    longitude: float | None
    depth_cm: float | None
    orientation_deg: float | None
    posture: str
    limbs: str
    ligatures: str
    blindfold: str
    condition: dict[str, Any]
    form: dict[str, Any]

    @staticmethod
    def resolve_latitude(unit: Unit, context: Any) -> float | None:
        """For who sees sites."""
        return unit.latitude if _sees_sites(context) else None

    @staticmethod
    def resolve_longitude(unit: Unit, context: Any) -> float | None:
        """For who sees sites."""
        return unit.longitude if _sees_sites(context) else None

    @staticmethod
    def resolve_form(unit: Unit, context: Any) -> dict[str, Any]:
        """Answers that name nobody."""
        sees = _sees_sites(context)
        return {k: v for k, v in unit.form.items() if sees or k not in _PLACES}


class DetailsIn(Schema):
    """What is said; what is left out stays.  A reason is needed where something that was said changes."""

    reason: str = ""
    seen: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    depth_cm: float | None = None
    orientation_deg: float | None = None
    posture: Unit.Posture | Literal[""] | None = None
    limbs: str | None = None
    ligatures: str | None = None
    blindfold: str | None = None
    condition: dict[str, list[str]] | None = None


class FormIn(Schema):
    """Answers of the one-page form by their keys; what is left out stays."""

    answers: dict[str, Any]
    reason: str = ""
    seen: int | None = None


class NatureIn(Schema):
    """Whether it concerns the search at all."""

    nature: Unit.Nature
    reason: str = ""
    seen: int | None = None


class EffectOut(Schema):
    """Clothing, jewellery, papers or another thing that belongs to a unit."""

    number: str
    code: str
    words: str
    pieces: int
    material: str
    colour: str
    size: str
    marking: str
    region: str
    associated: bool
    state: str


class EffectIn(Schema):
    """One thing, with its code of INTERPOL's items 24 to 30."""

    code: str
    words: str = ""
    pieces: int = 1
    material: str = ""
    colour: str = ""
    size: str = ""
    marking: str = ""
    region: str = ""
    associated: bool = True


class PhotoOut(Schema):
    """What is said of a photograph.  The picture itself is opened on its page, with a reason."""

    id: UUID
    kind: str
    taken_at: datetime | None
    photographer: str
    scale: bool
    number_shown: bool
    direction_deg: float | None
    note: str
    sha256: str
    media_type: str
    size: int
    at: datetime
    withdrawn_at: datetime | None

    @staticmethod
    def resolve_sha256(photo: Photo) -> str:
        """Of the bytes that were given."""
        return photo.file.sha256

    @staticmethod
    def resolve_media_type(photo: Photo) -> str:
        """From the content."""
        return photo.file.media_type

    @staticmethod
    def resolve_size(photo: Photo) -> int:
        """Bytes."""
        return photo.file.size


class AssociationOut(Schema):
    """That two units belong together, and what shows it."""

    id: UUID
    one: str
    other: str
    kind: str
    why: str
    at: datetime
    undone_at: datetime | None
    undone_why: str

    @staticmethod
    def resolve_one(found: Association) -> str:
        """Number of the unit on which it was said."""
        return found.one.number

    @staticmethod
    def resolve_other(found: Association) -> str:
        """Number of the other."""
        return found.other.number


class AssociationIn(Schema):
    """The number of the other unit, how they belong together, and what shows it."""

    other: str
    kind: AssociationKind
    why: str


def _sees_sites(context: Any) -> bool:
    return "sites.view" in context["request"].user.granted


# --- details --------------------------------------------------------------------------------------


@router.get("/units/{number}/details", response=DetailsOut)
def details(request: Any, number: str) -> Any:
    """How a unit lay, its condition, and the open answers of its form."""
    return queries.unit(may(request, VIEW), number)


@router.patch("/units/{number}/details", response=DetailsOut)
def describe(request: Any, number: str, given: DetailsIn) -> Any:
    """Say how a unit lay or what its condition is."""
    user = may(request, RECORD)
    found = queries.unit(user, number)
    said = given.dict(exclude_unset=True)
    numbers = {"latitude", "longitude", "depth_cm", "orientation_deg"}
    # Numbers may be taken back by null; the others are emptied by an empty text.
    fields = {k: v for k, v in said.items() if k in DETAILS and (v is not None or k in numbers)}
    return _again(user, describe_unit(user, found, given.reason, seen=given.seen, **fields))


@router.post("/units/{number}/form", response=DetailsOut)
def form(request: Any, number: str, given: FormIn) -> Any:
    """Answer the one-page form of a unit.  Answers that name people are sealed apart."""
    user = may(request, RECORD)
    found = queries.unit(user, number)
    filled = fill_form(user, found, answered(given.answers), given.reason, seen=given.seen)
    return _again(user, filled)


@router.post("/units/{number}/nature", response=DetailsOut)
def nature(request: Any, number: str, given: NatureIn) -> Any:
    """Doubt that it is human, or say so after an examination."""
    user = may(request, RECORD)
    found = queries.unit(user, number)
    return _again(user, describe_unit(user, found, given.reason, seen=given.seen, nature=given.nature.value))


def _again(user: Any, unit: Unit) -> Unit:
    return queries.unit(user, unit.number)


# --- effects --------------------------------------------------------------------------------------


@router.get("/units/{number}/effects", response=list[EffectOut])
def effects(request: Any, number: str) -> Any:
    """Everything that was recorded with a unit, also what was withdrawn."""
    found = queries.unit(may(request, VIEW), number)
    return Effect.objects.filter(unit=found).order_by("number")


@router.post("/units/{number}/effects", response={201: list[EffectOut]})
def record_effects(request: Any, number: str, given: list[EffectIn]) -> Any:
    """Record clothing and effects of a unit, all or none; each gets a number of its own."""
    user = may(request, RECORD)
    found = queries.unit(user, number)
    if len(given) > MOST_AT_ONCE:
        params = {"given": len(given), "most": MOST_AT_ONCE}
        raise InputProblems([InputProblem("recovery.too-many-sent", field="effects", params=params)])
    return Status(201, add_effects(user, found, [g.dict() for g in given]))


@router.post("/effects/{number}/withdraw", response=EffectOut)
def take_back_effect(request: Any, number: str, given: UnitReasonIn) -> Any:
    """Say that an effect was entered by mistake."""
    user = may(request, RECORD)
    rows = Effect.objects.visible_to(user).select_related("unit")
    return withdraw_effect(user, numbered(rows, number), given.reason)


# --- photographs ----------------------------------------------------------------------------------


@router.get("/units/{number}/photos", response=list[PhotoOut])
def photos(request: Any, number: str) -> Any:
    """Photographs of a unit: what is said of them, never their content."""
    user = may(request, VIEW)
    found = queries.unit(user, number)
    return Photo.objects.visible_to(user).filter(unit=found).select_related("file").order_by("at", "pk")


# --- associations ---------------------------------------------------------------------------------


def _associations(user: Any) -> Any:
    seen = Unit.objects.visible_to(user)
    return Association.objects.filter(one__in=seen, other__in=seen).select_related("one", "other")


@router.get("/units/{number}/associations", response=list[AssociationOut])
def associations(request: Any, number: str) -> Any:
    """What belongs together with a unit, also what was taken back."""
    user = may(request, VIEW)
    found = queries.unit(user, number)
    return _associations(user).filter(Q(one=found) | Q(other=found)).order_by("at", "pk")


@router.post("/units/{number}/associations", response={201: AssociationOut})
def record_association(request: Any, number: str, given: AssociationIn) -> Any:
    """Say that two units belong together."""
    user = may(request, RECORD)
    found = queries.unit(user, number)
    other = _other(user, given.other)
    return Status(201, associate(user, found, other, kind=given.kind.value, why=given.why))


@router.post("/associations/{key}/undo", response=AssociationOut)
def take_back_association(request: Any, key: UUID, given: UnitReasonIn) -> Any:
    """Take back that two units belong together; that it was said stays."""
    user = may(request, RECORD)
    found = get_object_or_404(_associations(user), pk=key)
    undo_association(user, found, given.reason)
    return _associations(user).get(pk=key)


def _other(user: Any, number: str) -> Unit:
    rows = Unit.objects.visible_to(user)
    found: Unit | None = rows.filter(number=number).first() if number.isprintable() else None
    if found is None:
        params = {"given": number[:40]}
        raise InputProblems([InputProblem("recovery.no-such-unit", field="other", params=params)])
    return found


# --- labels ---------------------------------------------------------------------------------------


class LabelsIn(Schema):
    """Which units, on what paper: ``a4`` to cut, ``tag`` with a hole, ``roll62`` 62 mm wide."""

    units: list[str]
    layout: Literal["a4", "roll62", "tag"] = "a4"
    language: Literal["en", "ar"] = "ar"


@router.post("/labels")
def labels(request: Any, given: LabelsIn) -> Any:
    """Labels as PDF, in the order asked for.  A reprint says so."""
    user = may(request, RECORD)
    wanted = list(dict.fromkeys(given.units))
    if len(wanted) > MOST_AT_ONCE:
        params = {"given": len(wanted), "most": MOST_AT_ONCE}
        raise InputProblems([InputProblem("recovery.too-many-labels", field="units", params=params)])
    rows = queries.units(user).filter(number__in=[n for n in wanted if n.isprintable()])
    by_number = {u.number: u for u in rows}
    missing = [n for n in wanted if n not in by_number]
    if missing:
        raise InputProblems(
            [
                InputProblem("recovery.no-such-unit", row=i, field="units", params={"given": n[:40]})
                for i, n in enumerate(wanted, 1)
                if n in missing
            ]
        )
    content = labels_of(
        user, [by_number[n] for n in wanted], given.language, given.layout,
        lambda u: request.build_absolute_uri(u.get_absolute_url()),
    )  # fmt: skip
    return HttpResponse(content, content_type="application/pdf")
